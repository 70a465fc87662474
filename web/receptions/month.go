package receptions

import (
	"net/http"
	"strconv"

	"github.com/google/uuid"

	"context"
	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/reception"
	"lianluo/internal/station"
	"lianluo/internal/tenant"
	"lianluo/web/forms"
	"lianluo/web/page"
	"lianluo/web/session"
)

// calendarMonth is what the first page shows: a month of days.
type calendarMonth struct {
	by       auth.Actor
	station  int64
	first    calendar.Date
	today    calendar.Date
	entries  []reception.Entry
	stations []station.Place
	nudges   reception.Nudges
}

func (h Handler) month(w http.ResponseWriter, r *http.Request) error {
	m := &calendarMonth{by: session.By(r), station: at(r), today: calendar.DateOf(h.DB.Now())}
	m.first = calendar.NewDate(m.today.Year(), m.today.Month(), 1)
	if typed, err := calendar.ParseDate(r.FormValue("month") + "-01"); err == nil {
		m.first = typed
	}
	var entries *[]reception.Entry
	var all *[]station.Place
	var nudges *reception.Nudges
	err := h.view(r, func(v *tenant.View) {
		entries = reception.Entries(v, m.by, m.station, m.first, m.next().AddDays(-1))
		all, nudges = stations(v, m.by), reception.NudgesFor(v, m.by)
	})
	if err != nil {
		return err
	}
	m.entries, m.stations, m.nudges = *entries, *all, *nudges
	f := frame(r, "接待日程", problem{})
	f.Landscape = true
	return page.Render(w, r, http.StatusOK, m.page(f))
}

func (m *calendarMonth) next() calendar.Date {
	return calendar.NewDate(m.first.Year(), m.first.Month()+1, 1)
}

// url is the page of another month.
func (m *calendarMonth) url(first calendar.Date) string {
	address := root + "?month=" + first.String()[:7]
	if m.by.StationID == 0 && m.station != 0 {
		address += "&station=" + itoa(m.station)
	}
	return address
}

func (m *calendarMonth) title() string {
	return strconv.Itoa(m.first.Year()) + " 年 " + strconv.Itoa(int(m.first.Month())) + " 月"
}

// with adds the station to a link, where the reader has chosen one.
func (m *calendarMonth) with(path string) string {
	if m.by.StationID == 0 && m.station != 0 {
		return path + "?station=" + itoa(m.station)
	}
	return path
}

type link struct{ URL, Name string }

// links lead to the other pages of the rota, as far as they are the reader's.
func (m *calendarMonth) links() []link {
	links := []link{{root + "/week", "本周谁值班"}, {m.with(root + "/plan"), "全年安排表"}, {root + "/days?view=ahead", "接待日列表"},
		{root + "/gaps", "差什么"}, {root + "/counts", "接待次数"}, {root + "/changes", "换人和改期"},
		{root + "/leaves?view=running", "请假"}, {root + "/wishes", "代表的申请"}}
	if m.by.May(auth.ChangeReceptions) {
		links = append([]link{{m.with(root + "/turns"), "排代表"}, {m.with(root + "/rules"), "规则"}}, append(links, link{"/appointments", "约见申请"})...)
	}
	if m.by.Scope(auth.ChangeReceptions) == auth.WholeCounty {
		links = append(links, link{root + "/settings", "县里的规定"})
	}
	return links
}

// yearIn is the year in the address, or this one.
func (h Handler) yearIn(r *http.Request) int {
	year, err := strconv.Atoi(r.FormValue("year"))
	if err != nil || year < 2020 || year > 2100 {
		return calendar.DateOf(h.DB.Now()).Year()
	}
	return year
}

// year leads to the 接待日程安排表, which is one of the registers.
func (h Handler) year(w http.ResponseWriter, r *http.Request) error {
	address := "/registers/receptions?year=" + strconv.Itoa(h.yearIn(r))
	if station := at(r); station != 0 && session.By(r).StationID == 0 {
		address += "&station=" + itoa(station)
	}
	http.Redirect(w, r, address, http.StatusSeeOther)
	return nil
}

// dayForm is the form that adds a day.
type dayForm struct {
	problem
	station int64
	key     uuid.UUID
	kept    reception.Facts
	date    string
	places  []station.Place
	members []reception.Member
}

// usual are the facts that a new day or rule begins with.
func usual(stationID int64) reception.Facts {
	return reception.Facts{StationID: stationID, PlaceID: stationID, Kind: "fixed", Starts: "09:00", Ends: "11:30", Seats: 2, Spares: 1}
}

func (h Handler) newDay(w http.ResponseWriter, r *http.Request) error {
	if at(r) == 0 {
		return h.choose(w, r, "添加接待日")
	}
	return h.dayForm(w, r, dayForm{key: uuid.New(), date: r.FormValue("date")})
}

func (h Handler) dayForm(w http.ResponseWriter, r *http.Request, f dayForm) error {
	f.station, f.kept = at(r), usual(at(r))
	var places *[]station.Place
	var members *[]reception.Member
	err := h.view(r, func(v *tenant.View) {
		places, members = station.Places(v, f.station), reception.Members(v, f.station, calendar.DateOf(v.Now()))
	})
	if err != nil {
		return err
	}
	f.places, f.members = *places, *members
	return page.Render(w, r, f.Status(), f.page(frame(r, "添加接待日", f.problem)))
}

func (h Handler) addDay(w http.ResponseWriter, r *http.Request) error {
	f, err := read(w, r)
	if err != nil {
		return err
	}
	in := reception.DayInput{Facts: f.factsOf(at(r)), Date: f.date("date"), Holiday: f.Get("holiday") != "", Deputies: f.ids("deputies"), Substitutes: f.ids("substitutes")}
	key, added := f.key(), int64(0)
	if err = f.wrong(); err == nil {
		err = h.update(r, func(ctx context.Context, tx *tenant.Tx) (err error) {
			added, err = reception.Add(ctx, tx, session.By(r), key, in)
			return err
		})
	}
	if err == nil {
		return forms.Done(w, r, dayURL(added), "已添加。")
	}
	p, err := problemOf(err, f)
	if err != nil {
		return err
	}
	return h.dayForm(w, r, dayForm{problem: p, key: key})
}

// dutyWeek is who is on duty where in seven days.
type dutyWeek struct {
	first, today calendar.Date
	entries      []reception.Entry
}

func (h Handler) week(w http.ResponseWriter, r *http.Request) error {
	d := &dutyWeek{today: calendar.DateOf(h.DB.Now())}
	d.first = d.today
	if typed, err := calendar.ParseDate(r.FormValue("from")); err == nil {
		d.first = typed
	}
	d.first = d.first.AddDays(-((int(d.first.Weekday()) + 6) % 7)) // Monday
	var entries *[]reception.Entry
	err := h.view(r, func(v *tenant.View) { entries = reception.Entries(v, session.By(r), 0, d.first, d.first.AddDays(6)) })
	if err != nil {
		return err
	}
	d.entries = *entries
	f := frame(r, "谁在哪里值班", problem{})
	f.Landscape = true
	return page.Render(w, r, http.StatusOK, d.page(f))
}

// on are the days of a date that are not cancelled.
func (d *dutyWeek) on(date calendar.Date) []reception.Entry {
	var all []reception.Entry
	for _, e := range d.entries {
		if e.Date == date && e.State != reception.Cancelled {
			all = append(all, e)
		}
	}
	return all
}
