package records

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"lianluo/internal/attachment"
	"lianluo/internal/calendar"
	"lianluo/internal/casefile"
	"lianluo/internal/county"
	"lianluo/internal/deputy"
	"lianluo/internal/duty"
	"lianluo/internal/errs"
	"lianluo/internal/null"
	"lianluo/internal/reception"
	"lianluo/internal/register"
	"lianluo/internal/station"
	"lianluo/internal/tenant"
	"lianluo/web/page"
	"lianluo/web/ui"
)

// cards are a deputy's 联系卡: one for each station whose group the deputy is in. They say
// what everybody may know, and the station's number.
type cards struct {
	known
	form   register.Form // as the county has it: 代表联系卡
	county county.County
	photo  *attachment.Attachment
	days   []reception.Day
	places []place
}

// place is a station that a card leads to.
type place struct {
	station.Front
	role string
	link string // of its public page, in the QR code
}

func (h Handler) card(w http.ResponseWriter, r *http.Request) error {
	k, err := h.know(r)
	if err != nil {
		return ledOn(w, r, err, "/card")
	}
	c := &cards{known: *k}
	var (
		itself *county.County
		photo  *[]attachment.Attachment
		days   *[]reception.Day
		fronts []**station.Front
		roles  []string
		forms  func() []register.Form
	)
	err = h.DB.View(r.Context(), k.by.County, func(v *tenant.View) {
		itself, photo = county.Itself(v), attachment.List(v, attachment.Deputy(k.deputy.ID))
		forms = register.Forms(v)
		days = reception.AnnouncedOf(v, k.deputy.ID, calendar.DateOf(v.Now()), fewDays)
		for _, g := range k.groups {
			if g.ToDate == nil {
				fronts, roles = append(fronts, station.FrontOf(v, g.StationCode)), append(roles, deputy.NameOf(deputy.Roles, g.Role))
			}
		}
	})
	if err != nil {
		return err
	}
	key := register.Key(cmp.Or(r.URL.Query().Get("form"), string(register.Card)))
	if key.Source() != register.Card {
		return errs.NotFound
	}
	if c.form, err = register.Standing(forms(), key).Printed(); err != nil {
		return err
	}
	c.county, c.days = *itself, *days
	if len(*photo) > 0 {
		c.photo = &(*photo)[0]
	}
	for i, f := range fronts {
		c.places = append(c.places, place{**f, roles[i], h.BaseURL + "/s/" + (*f).Code})
	}
	frame := page.FrameOf(r)
	frame.Title, frame.Print = k.deputy.Name+"的"+c.form.Name, true
	return page.Render(w, r, http.StatusOK, c.page(frame))
}

// running are the mandates that a card says: 县人大代表（王桥选区）.
func (c *cards) running() (lines []string) {
	for _, m := range c.held {
		if m.ToDate == nil {
			lines = append(lines, m.Term+c.level(m)+"（"+m.ElectoralUnit+"）")
		}
	}
	return lines
}

func (c *cards) level(m deputy.Held) string {
	if m.Division != nil {
		return levelOf(m)
	}
	return deputy.LevelIn(m.Level, c.county.Name)
}

// has reports whether the card shows a column.
func (c *cards) has(key string) bool {
	return slices.ContainsFunc(c.form.Shown(), func(column register.Column) bool { return column.Key == key })
}

// lines are what the card says of one station, below each other; what is not known is left out.
func (c *cards) lines(p place) []ui.Fact {
	var lines []ui.Fact
	for _, column := range c.form.Shown() {
		words := ""
		switch column.Key {
		case "station":
			words = p.Name + "（" + p.role + "）"
		case "address":
			words = null.Value(p.Address)
		case "days":
			words = c.ahead()
		case "phone":
			words = c.phone(p) + "（联络站）"
		case "mandates":
			words = strings.Join(c.running(), "；")
		case "duties":
			words = null.Value(c.deputy.Duties)
		}
		if words != "" {
			lines = append(lines, ui.Fact{Label: column.Label, Value: words})
		}
	}
	return lines
}

// phone is the station's number, else the office's: never the deputy's own.
func (c *cards) phone(p place) string { return cmp.Or(null.Value(p.Phone), c.county.Phone) }

// ahead are the reception days that a card names.
func (c *cards) ahead() string {
	days := make([]string, len(c.days))
	for i, day := range c.days {
		days[i] = day.Date.Chinese() + " " + day.Starts + "–" + day.Ends
	}
	return cmp.Or(strings.Join(days, "、"), "请看联络站公布的日子")
}

// book is the record of a term, to print: 一人一档、一任一册.
type book struct {
	known
	county  county.County
	term    period
	years   []period
	entries []duty.Entry
	cases   []casefile.Item
	at      time.Time
}

// mostPrinted bounds a booklet: nobody receives more in five years.
const mostPrinted = 2000

func (h Handler) booklet(w http.ResponseWriter, r *http.Request) error {
	k, err := h.know(r)
	if err != nil {
		return ledOn(w, r, err, "")
	}
	term, err := k.term(r.URL.Query().Get("mandate"))
	if err != nil {
		return err
	}
	b := &book{known: *k, at: h.DB.Now(), term: period{name: term.Term + levelOf(term), from: term.FromDate, to: term.ToDate, term: &term}}
	var (
		itself  *county.County
		record  *duty.Record
		entries *tenant.Page[duty.Entry]
		cases   *tenant.Page[casefile.Item]
	)
	asked := duty.Ask(b.term.bounds(url.Values{"sort": {"-day"}, "deputy": {strconv.Itoa(int(k.deputy.Number))}}), mostPrinted)
	matters := k.ask(casefile.ViewAll, b.term)
	matters.Limit = mostPrinted
	err = h.DB.View(r.Context(), k.by.County, func(v *tenant.View) {
		itself, record = county.Itself(v), duty.Of(v, k.by, k.deputy.Number)
		entries, cases = duty.List(v, k.by, asked), casefile.List(v, k.by, matters)
	})
	if err != nil {
		return err
	}
	b.county, b.entries, b.cases = *itself, entries.Items, cases.Items
	b.term.Figures = record.Between(term.FromDate, term.ToDate)
	b.years = yearsOf(*record, b.term, calendar.DateOf(b.at))
	frame := page.FrameOf(r)
	frame.Title, frame.Print = k.deputy.Name+"的履职册", true
	return page.Render(w, r, http.StatusOK, b.page(frame))
}

// term is the mandate that the address names, else the first.
func (k *known) term(id string) (deputy.Held, error) {
	for _, m := range k.held {
		if id == "" || strconv.FormatInt(m.ID, 10) == id {
			return m, nil
		}
	}
	return deputy.Held{}, errs.Refuse(errs.NotFound, "没有找到这一届的任职。")
}

// yearsOf are the years of a term, each with what was done in it, oldest first.
func yearsOf(record duty.Record, term period, today calendar.Date) (years []period) {
	end := today
	if term.to != nil && term.to.Before(end) {
		end = *term.to
	}
	for year := term.from.Year(); year <= end.Year(); year++ {
		from, to := calendar.NewDate(year, 1, 1), calendar.NewDate(year, 12, 31)
		if from.Before(term.from) {
			from = term.from
		}
		if end.Before(to) {
			to = end
		}
		years = append(years, period{name: strconv.Itoa(year) + " 年", from: from, to: &to, Figures: record.Between(from, &to)})
	}
	return years
}

// hidden is how many matters of the term the reader may not open.
func (b *book) hidden() int { return b.term.Matters - b.term.Seen }

func ended(item casefile.Item) string {
	if item.Outcome != nil {
		return item.Outcome.Name()
	}
	return item.State.Name()
}
