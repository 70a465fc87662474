package visits

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/google/uuid"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/casefile"
	"lianluo/internal/county"
	"lianluo/internal/deputy"
	"lianluo/internal/errs"
	"lianluo/internal/reception"
	"lianluo/internal/station"
	"lianluo/internal/tenant"
	"lianluo/web/page"
	"lianluo/web/ui"
)

// shown is the form with what it offers.
type shown struct {
	form    form
	invalid errs.Invalid
	focus   string // the field in which the work goes on

	by         auth.Actor
	places     []station.Place // the station first
	villages   []station.Village
	deputies   []deputy.Choice
	categories []county.Category
	days       []reception.Choice // of its date
	notice     *county.Notice     // that the form is shown with, and goes with the visit
	today      calendar.Date
	last       *casefile.Saved // registered just before, with this key
	lastKey    uuid.UUID
	frame      page.Frame

	drafts   []draft
	photos   []casefile.DraftPhoto
	found    casefile.Alikes
	searched func(field string) bool // which fields found was looked for
	tally    *casefile.Tally         // of today
	keptAt   time.Time               // as a draft
	claim    string                  // to whom the form is shown
	steps    bool                    // it was looked at again
	resumed  bool                    // it was begun before, and is not registered
	righting bool                    // it is registered, and put right
	seated   bool                    // the deputies were chosen anew while it was typed
	booked   []reception.Guest       // today
	ended    *reception.Ended        // what became of its appointment, which somebody else was faster with
	before   uuid.UUID               // of the visit that it was registered as before it was changed
	reworded []matter                // of that visit, whose words are others now
}

// load reads what the form at a station offers.
func (h Handler) load(r *http.Request, by auth.Actor, at int64, f form, after uuid.UUID) (*shown, error) {
	s := &shown{form: f, by: by, today: calendar.DateOf(h.DB.Now())}
	var (
		places     *[]station.Place
		villages   *[]station.Village
		deputies   *[]deputy.Choice
		categories *[]county.Category
		days       *[]reception.Choice
		booked     = &[]reception.Guest{}
		last       func() *casefile.Saved
		drafts     func() []casefile.Draft
	)
	err := h.DB.View(r.Context(), by.County, func(v *tenant.View) {
		places, villages = station.Places(v, at), station.Villages(v, at)
		deputies, categories = deputy.OfStation(v, at, f.placeID(), f.day()), county.Categories(v)
		days = reception.Choices(v, at, f.day())
		if !f.late { // from paper nobody is at the door
			booked = reception.GuestsOn(v, by, at, s.today)
		}
		s.notice, s.tally = county.ShownNotice(v, f.notice), casefile.TallyOf(v, at, s.today, s.today)
		drafts = casefile.Drafts(v, h.Keys, by)
		if after != uuid.Nil {
			last = casefile.SavedVisit(v, h.Keys, after)
		}
	})
	if err != nil {
		return nil, err
	}
	if s.places = *places; len(s.places) == 0 {
		return nil, errs.Refuse(errs.Conflict, "这个联络站现在没有开放，不能登记来访。")
	}
	s.villages, s.deputies, s.categories, s.days, s.booked = *villages, *deputies, *categories, *days, *booked
	s.drafts = slices.DeleteFunc(draftsOf(drafts()), func(d draft) bool { return d.Key == f.key })
	s.claim = base64.RawURLEncoding.EncodeToString(casefile.Claim(h.Keys, by, at, f.key, h.DB.Now()))
	if last != nil {
		if saved := last(); saved != nil && saved.StationID == at && saved.SeenBy(by) == nil {
			s.last, s.lastKey = saved, after
		}
	}
	return s, nil
}

// suggest fills a fresh form: place, way and deputies of the visit before, and its day where
// that is not today; else the deputies who are on duty today. Whoever comes to the door after
// a household was called on comes to who is on duty.
func (s *shown) suggest() {
	if s.last != nil {
		if at := s.last.Receipts.ReceivedAt.In(calendar.Shanghai); calendar.DateOf(at) != s.today {
			s.form.date, s.form.time, s.form.at = at.Format(time.DateOnly), at.Format("15:04"), ""
		}
		before := s.form
		before.way = s.last.Way
		if before.atTheRoom() || before.late || before.date != s.today.String() {
			s.form.place, s.form.way = strconv.FormatInt(s.last.PlaceID, 10), s.last.Way
			s.form.deputies, s.form.suggested, s.form.dutyOf = s.last.Deputies, s.last.Deputies, s.form.duty()
			return
		}
	}
	s.form.seat(s.deputies)
}

func (s *shown) render(w http.ResponseWriter, r *http.Request, status int) error {
	s.frame = frame(r, s.title())
	s.frame.Error = len(s.invalid) > 0 || s.before != uuid.Nil
	return page.Render(w, r, status, newPage(s))
}

// stations are those that somebody of the county's office may choose from.
func (h Handler) stations(r *http.Request, by auth.Actor) ([]station.Place, error) {
	var all *[]station.Place
	err := h.DB.View(r.Context(), by.County, func(v *tenant.View) { all = station.All(v) })
	return *all, err
}

func (h Handler) choose(w http.ResponseWriter, r *http.Request, stations []station.Place, wrong bool) error {
	options := make([]ui.Option, len(stations))
	for i, s := range stations {
		options[i] = ui.Option{Value: s.Name, Name: s.Name}
	}
	message := ""
	if wrong {
		message = "请从名单里选一个联络站。"
	}
	return page.Render(w, r, http.StatusOK, choosePage(frame(r, "群众来访登记"), options, message))
}

// idOf is the id of the station with that name, which is what an address may say; or 0.
func idOf(stations []station.Place, name string) int64 {
	for _, s := range stations {
		if s.Name == name {
			return s.ID
		}
	}
	return 0
}

// county reports whether somebody of the county's office registers for a station.
func (s *shown) county() bool { return s.by.Scope(auth.RegisterVisit) == auth.WholeCounty }

// when is the time in the head of the page.
func (s *shown) when() string {
	if s.form.date == "" {
		return "日期照纸上的填"
	}
	at, err := time.ParseInLocation(time.DateOnly, s.form.date, calendar.Shanghai)
	if err != nil {
		return s.today.ChineseLong()
	}
	clock, _ := calendar.ParseClock(s.form.time) // what is none is said at its field
	return page.FullDate(at) + " " + clock
}

// longAgo reports whether the date is one that is asked about twice.
func (s *shown) longAgo() bool {
	day, err := calendar.ParseDate(s.form.date)
	return s.form.old || err == nil && day.Year() >= casefile.Earliest && day.Year() < s.today.Year()-1
}

// where is the place in the head of the page.
func (s *shown) where() string {
	for _, p := range s.places {
		if strconv.FormatInt(p.ID, 10) == s.form.place {
			return p.Name
		}
	}
	return s.places[0].Name
}

// order is the fields as they stand on the page.
func (s *shown) order() []string {
	order := []string{"", "date", "old", "time", "place_id", "reception", "name", "phone", "village", "persons", "way", "deputies"}
	for i := range s.form.matters {
		for _, field := range []string{"words", "category", "outcome", "answer", "nature", "files"} {
			order = append(order, fmt.Sprintf("%s-%d", field, i+1))
		}
	}
	return append(order, "purpose", "note", "reply_by", "confidential", "may_publish", "notice_given")
}

// summary is the messages as they stand above the form: there it takes the words which
// of several matters is meant.
func (s *shown) summary() map[string]string {
	if len(s.form.matters) < 2 {
		return s.invalid
	}
	all := make(map[string]string, len(s.invalid))
	for field, message := range s.invalid {
		if _, n, ok := strings.Cut(field, "-"); ok {
			message = "第 " + n + " 件事：" + message
		}
		all[field] = message
	}
	return all
}

func (s *shown) bad(fields ...string) bool {
	return slices.ContainsFunc(fields, func(field string) bool { return s.invalid[field] != "" })
}

// focused are the attributes of the field in which the work goes on.
func (s *shown) focused(field string, more map[string]any) map[string]any {
	if field != s.focus {
		return more
	}
	if more == nil {
		more = map[string]any{}
	}
	more["autofocus"] = true
	return more
}

// fewDeputies is how many are shown at once, whoever is on duty.
const fewDeputies = 8

// attending is the deputies in view, and the others behind a click: a group has seventy.
func (s *shown) attending() (inView, others []deputy.Choice) {
	if len(s.deputies) <= fewDeputies {
		return s.deputies, nil
	}
	for _, d := range s.deputies {
		if d.OnDuty || d.Substitute || s.ticked(d) {
			inView = append(inView, d)
		} else {
			others = append(others, d)
		}
	}
	return inView, others
}

func (s *shown) ticked(d deputy.Choice) bool { return slices.Contains(s.form.deputies, d.ID) }

// deputyNote is the small words after a deputy's name.
func (s *shown) deputyNote(d deputy.Choice) string {
	switch {
	case d.OnDuty && s.form.date == s.today.String():
		return "今天值班"
	case d.OnDuty:
		return "当天值班"
	case d.Substitute:
		return "替补"
	case len(d.Levels) > 0:
		return deputy.LevelNames[d.Levels[0]]
	}
	return ""
}

func (s *shown) dutyHint() string {
	switch {
	case len(s.deputies) == 0:
		return "本站还没有编入代表。"
	case s.righting:
		return "选当时接待的代表。"
	case s.form.late:
		return "照纸上写的选，纸上没有写的不选。"
	case s.form.way == "household" || s.form.way == "on_behalf":
		return "走访和代交，请选是哪位代表。"
	case !s.form.atTheRoom():
		return "有代表经手的，请选上。"
	case s.last != nil && len(s.last.Deputies) > 0 && slices.Equal(s.form.deputies, s.last.Deputies):
		return "和上一位来访人相同，不在的请取消。"
	case slices.ContainsFunc(s.deputies, func(d deputy.Choice) bool { return d.OnDuty }):
		return "当天值班的代表已选好，不在的请取消。"
	}
	return "当天没有排值班。有代表接待的，请选上。"
}

// title is the page's: a paper form is entered with its own date.
func (s *shown) title() string {
	if s.form.late {
		return "补录纸质登记"
	}
	return "群众来访登记"
}

// address is another page of the desk, for the same station.
func (s *shown) address(path string) templ.SafeURL {
	if s.county() {
		path += "?station=" + url.QueryEscape(s.places[0].Name)
	}
	return templ.SafeURL(path)
}

// tooOften reports whether somebody looked, and nothing was looked for.
func (s *shown) tooOften() bool { return s.steps && !s.searched("phone") }

// looked reports whether somebody looked for what is alike and there is nothing.
func (s *shown) looked() bool {
	return s.steps && s.searched("phone") && len(s.found.Person) == 0 && !slices.ContainsFunc(s.found.Texts, func(all []casefile.Alike) bool { return len(all) > 0 })
}

// pickedOf are the photographs of a matter, in the order in which they came.
func (s *shown) pickedOf(m matter) []casefile.DraftPhoto {
	return slices.DeleteFunc(slices.Clone(s.photos), func(p casefile.DraftPhoto) bool { return !slices.Contains(m.photos, p.Key) })
}

func number(n string) int {
	i, _ := strconv.Atoi(n)
	return i
}
