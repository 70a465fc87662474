package stations

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/casefile"
	"lianluo/internal/deputy"
	"lianluo/internal/division"
	"lianluo/internal/errs"
	"lianluo/internal/reception"
	"lianluo/internal/station"
	"lianluo/internal/tenant"
	"lianluo/web/page"
	"lianluo/web/session"
	"lianluo/web/stationparts"
	"lianluo/web/ui"
)

// fewMembers is how many of the group the page shows; the rest is one link away.
const fewMembers = 12

// shown is everything that a place's page needs, read in one round trip.
type shown struct {
	station.Record
	by       auth.Actor
	today    calendar.Date
	month    month
	figures  casefile.Figures
	members  []deputy.Member
	officers []station.Held
	near     []station.Near
	history  []station.Stood
	around   *stationparts.Around
}

func codeOf(r *http.Request) string { return strings.ToUpper(chi.URLParam(r, "code")) }

func (h Handler) show(w http.ResponseWriter, r *http.Request) error {
	by, _ := session.Actor(r.Context())
	code, today := codeOf(r), calendar.DateOf(h.DB.Now())
	s := &shown{by: by, today: today, month: monthOf(r.URL.Query().Get("month"), today)}
	var (
		record   **station.Record
		figures  *casefile.Figures
		days     *[]reception.Dated
		members  *[]deputy.Member
		officers *[]station.Held
		near     *[]station.Near
		history  *[]station.Stood
	)
	err := h.DB.View(r.Context(), by.County, func(v *tenant.View) {
		record = station.RecordOf(v, code)
		figures = casefile.FiguresOf(v, by, code, today.Year())
		days = reception.Between(v, code, s.month.first, s.month.last())
		members = deputy.MembersOf(v, code, today.Year())
		officers = station.OfficersOf(v, code)
		near = station.NearTo(v, code)
		history, s.around = station.HistoryOf(v, code), stationparts.AroundOf(v, by, code)
	})
	if err != nil {
		return err
	}
	if *record == nil {
		return errs.NotFound
	}
	s.Record, s.figures, s.members, s.officers, s.near, s.history = **record, *figures, *members, *officers, *near, *history
	s.month.days = *days
	frame := page.FrameOf(r)
	frame.Title = s.Name
	return page.Render(w, r, http.StatusOK, s.page(frame))
}

// asides are the sections of the second column, in their order.
func (s *shown) asides() []templ.Component {
	return []templ.Component{s.basics(), s.serves(), s.functions(),
		s.around.ZonesSheet(&s.Record), s.around.ChecksSheet(&s.Record), s.below(), s.around.CodesSheet(&s.Record), s.stood()}
}

// mayChange reports whether the reader may change the place's contact facts, and with whole
// all of it.
func (s *shown) mayChange() (contact, whole bool) {
	return s.by.MayOn(auth.ChangeStations, s.Subject()), s.by.Scope(auth.ChangeStations) == auth.WholeCounty
}

func (s *shown) maySeeCases() bool { return s.by.MayOn(auth.SeeCases, s.Subject()) }

// cases is the list of exactly the cases behind a figure.
func (s *shown) cases(more ...string) string {
	return casefile.FiguresAddress(s.ID, s.today.Year(), more...)
}

// visits is the register of this year's visits, which are counted beside the figures.
func (s *shown) visits() string {
	year := strconv.Itoa(s.today.Year())
	to := url.Values{"station": {strconv.FormatInt(s.ID, 10)}, "from": {year + "-01-01"}, "to": {year + "-12-31"}}
	if s.Kind != "station" {
		to.Set("station", strconv.FormatInt(s.RootID, 10))
		to.Set("place", strconv.FormatInt(s.ID, 10))
	}
	return "/registers/visits?" + to.Encode()
}

// absorbedNames are the places that went into this one, for what came with them: 原王桥镇.
func (s *shown) absorbedNames() string {
	_, absorbed := s.belowIt()
	var names []string
	for _, n := range absorbed {
		names = append(names, "原"+n.ShortName)
	}
	if len(names) == 0 || len(names) > 3 {
		return "别的站"
	}
	return strings.Join(names, "、")
}

func (s *shown) isStation() bool { return s.Kind == station.Kinds[0].Kind }

// rate is part of whole in percent, or "—" where there is nothing to divide by.
func rate(part, whole int64) string {
	if whole == 0 {
		return "—"
	}
	return strconv.FormatFloat(100*float64(part)/float64(whole), 'f', 1, 64) + "%"
}

// running are who runs the place now, those of one office together.
func (s *shown) running(office string) []station.Held {
	var held []station.Held
	if s.Ended() { // on the day that it ended, too
		return nil
	}
	for _, o := range s.officers {
		if o.Office == office && !o.Over(s.today) {
			held = append(held, o)
		}
	}
	return held
}

// former are who ran the place.
func (s *shown) former() []station.Held {
	var held []station.Held
	for _, o := range s.officers {
		if (s.Ended() || o.Over(s.today)) && !o.Mistaken() {
			held = append(held, o)
		}
	}
	return held
}

// conveners are who calls the group together.
func (s *shown) conveners() string {
	var names []string
	for _, m := range s.members {
		if m.Role == "convener" {
			names = append(names, m.Name)
		}
	}
	return strings.Join(names, "、")
}

// levels says how many of the group have which level as their highest: 42 名，其中市 2 名、县 15 名.
func (s *shown) levels() string {
	counts := map[string]int{}
	for _, m := range s.members {
		if len(m.Levels) > 0 {
			counts[m.Levels[0]]++
		}
	}
	words := strconv.Itoa(len(s.members)) + " 名"
	var of []string
	for _, level := range deputy.Levels {
		if counts[level] > 0 {
			of = append(of, strings.TrimSuffix(deputy.LevelNames[level], "人大代表")+" "+strconv.Itoa(counts[level])+" 名")
		}
	}
	if len(of) > 0 {
		words += "，其中" + strings.Join(of, "、")
	}
	return words
}

func levelNames(levels []string) string {
	names := make([]string, len(levels))
	for i, level := range levels {
		names[i] = deputy.LevelNames[level]
	}
	return strings.Join(names, "、")
}

// villages are the villages that the place serves, by their short names.
func (s *shown) villages() string {
	names := make([]string, len(s.VillageNames))
	for i, name := range s.VillageNames {
		names[i] = division.ShortName(name)
	}
	return strings.Join(names, "、")
}

// belowIt and absorbed part what is near: what hangs below the place, and what went into it.
func (s *shown) belowIt() (below, absorbed []station.Near) {
	for _, n := range s.near {
		if n.Absorbed {
			absorbed = append(absorbed, n)
		} else {
			below = append(below, n)
		}
	}
	return below, absorbed
}

// since is from when to when: 2024年3月1日起, or with its end.
func since(from calendar.Date, to *calendar.Date) string {
	if to == nil {
		return from.ChineseFull() + "起"
	}
	return from.ChineseFull() + "至" + to.ChineseFull()
}

// month is a month of reception days.
type month struct {
	first calendar.Date
	today calendar.Date
	days  []reception.Dated
}

// monthOf reads a month written 2026-11; anything else is this month.
func monthOf(text string, today calendar.Date) month {
	first := calendar.NewDate(today.Year(), today.Month(), 1)
	if at, err := time.Parse("2006-01", text); err == nil && at.Year() > 1980 && at.Year() < 2200 {
		first = calendar.NewDate(at.Year(), at.Month(), 1)
	}
	return month{first: first, today: today}
}

func (m month) last() calendar.Date {
	return calendar.NewDate(m.first.Year(), m.first.Month()+1, 1).AddDays(-1)
}

func (m month) beside(months int) month {
	return month{first: calendar.NewDate(m.first.Year(), m.first.Month()+time.Month(months), 1), today: m.today}
}

func (m month) name() string {
	if m.first.Year() == m.today.Year() {
		return m.first.Time().Format("1 月")
	}
	return m.first.Time().Format("2006 年 1 月")
}

func (m month) value() string { return m.first.Time().Format("2006-01") }

// weeks are the month's days from Monday to Sunday; a day of another month is no date.
func (m month) weeks() [][7]calendar.Date {
	var weeks [][7]calendar.Date
	for d, last := m.first, m.last(); !d.After(last); d = d.AddDays(1) {
		place := (int(d.Weekday()) + 6) % 7
		if place == 0 || len(weeks) == 0 {
			weeks = append(weeks, [7]calendar.Date{})
		}
		weeks[len(weeks)-1][place] = d
	}
	return weeks
}

func (m month) on(d calendar.Date) []reception.Dated {
	var on []reception.Dated
	for _, day := range m.days {
		if day.Date == d {
			on = append(on, day)
		}
	}
	return on
}

// where is the township, and the village where the place lies in one.
func (s *shown) where() string {
	if s.DivisionName == s.Township {
		return s.Township
	}
	return s.Township + " " + division.ShortName(s.DivisionName)
}

func degrees(d *float64) string { return strconv.FormatFloat(*d, 'f', -1, 64) }

// stateChip is the look of a state: what is merged goes on elsewhere, and is no alarm.
func stateChip(state string) ui.ChipKind {
	if state == station.Suspended {
		return ui.ChipWatch
	}
	return ui.ChipPlain
}
