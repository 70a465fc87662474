package records

import (
	"cmp"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"lianluo/internal/attachment"
	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/casefile"
	"lianluo/internal/deputy"
	"lianluo/internal/duty"
	"lianluo/internal/errs"
	"lianluo/internal/reception"
	"lianluo/internal/register"
	"lianluo/internal/tenant"
	"lianluo/web/page"
)

// How much of each list the page shows; the rest is one link away.
const (
	fewCases = 8
	fewDays  = 6
)

// shown is everything that a deputy's page needs.
type shown struct {
	known
	today  calendar.Date
	photo  *attachment.Attachment
	days   []reception.Day
	wishes []reception.Wish // the reader's own
	cases  []casefile.Item  // still followed
	record duty.Record
	merged []deputy.Merged
	cards  []register.Title // what the county prints: 代表联系卡
	phone  string           // revealed
	key    uuid.UUID
	errs.Invalid
}

func (h Handler) show(w http.ResponseWriter, r *http.Request) error {
	s, err := h.load(r)
	if err != nil {
		return ledOn(w, r, err, "")
	}
	return s.render(w, r, http.StatusOK)
}

func (s *shown) render(w http.ResponseWriter, r *http.Request, status int) error {
	frame := page.FrameOf(r)
	frame.Title, frame.Error = s.deputy.Name, len(s.Invalid) > 0
	return page.Render(w, r, status, s.page(frame))
}

// load reads the page in two round trips: who it is, and what there is of them.
func (h Handler) load(r *http.Request) (*shown, error) {
	k, err := h.know(r)
	if err != nil {
		return nil, err
	}
	s := &shown{known: *k, key: uuid.New()}
	id := k.deputy.ID
	var (
		photo  *[]attachment.Attachment
		days   *[]reception.Day
		cases  *tenant.Page[casefile.Item]
		record *duty.Record
		merged = &[]deputy.Merged{}
		wishes = &[]reception.Wish{}
		cards  func() []register.Title
	)
	err = h.DB.View(r.Context(), k.by.County, func(v *tenant.View) {
		s.today = calendar.DateOf(v.Now())
		photo = attachment.List(v, attachment.Deputy(id))
		days = reception.OfDeputy(v, id, s.today, fewDays)
		cards = register.Card.Titles(v)
		cases = casefile.List(v, k.by, s.ask(casefile.ViewOpen, period{}))
		record = duty.Of(v, k.by, k.deputy.Number)
		if k.by.DeputyID == id {
			wishes = reception.WishesOf(v, id, fewDays)
		}
		if k.by.May(auth.ChangeDeputies) {
			merged = deputy.MergedInto(v, id)
		}
	})
	if err != nil {
		return nil, err
	}
	if len(*photo) > 0 {
		s.photo = &(*photo)[0]
	}
	s.cards, s.wishes = cards(), *wishes
	s.days, s.cases, s.record, s.merged = *days, cases.Items, *record, *merged
	return s, nil
}

// again shows the page with what was wrong in one of its forms; other errors are returned.
func (h Handler) again(w http.ResponseWriter, r *http.Request, err error) error {
	invalid, bad := errors.AsType[errs.Invalid](err)
	if !bad {
		return err
	}
	s, err := h.load(r)
	if err != nil {
		return err
	}
	s.Invalid = invalid
	return s.render(w, r, http.StatusUnprocessableEntity)
}

// path is the address of what stands below the deputy's page.
func (k *known) path(below string) string { return path(k.deputy.Number, below) }

func (k *known) may(right auth.Action) bool { return k.by.May(right) }

// meta is what stands beside the name: the running mandates.
func (k *known) meta() string {
	var words []string
	for _, m := range k.held {
		if m.ToDate == nil {
			words = append(words, k.level(m)+"（"+m.ElectoralUnit+"）")
		}
	}
	return cmp.Or(strings.Join(words, "、"), "现在没有任职")
}

// level is a mandate's congress in full: 王桥镇人大代表.
func (k *known) level(m deputy.Held) string {
	return deputy.Congress(m.Level, m.Division, k.countyName)
}

// span is from when to when.
func span(from calendar.Date, to *calendar.Date) string {
	if to == nil {
		return from.String() + " 起"
	}
	return from.String() + " 至 " + to.String()
}

// lasted is how long a mandate lasts or lasted, and why it ended.
func lasted(m deputy.Held) string {
	words := span(m.FromDate, m.ToDate)
	if m.EndReason != nil {
		words += "（" + deputy.NameOf(deputy.EndReasons, *m.EndReason) + "）"
	}
	return words
}

// where is the place of a reception day, and what it is about.
func where(day reception.Day) string {
	if day.Theme != nil {
		return day.Place + "，主题：" + *day.Theme
	}
	return day.Place
}

func born(year *int32) string {
	if year == nil {
		return ""
	}
	return strconv.Itoa(int(*year)) + " 年"
}
