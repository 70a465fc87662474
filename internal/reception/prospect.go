package reception

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/tenant"
)

// Prospect is what the rules bring in this year and in those to come, beside the days that are
// there already.
type Prospect struct{ planner }

// Preview queues what making the days of a year would do for the stations that by may change,
// or for one of them, with the years to come.
func Preview(v *tenant.View, by auth.Actor, stationID int64, year int) func() Prospect {
	today := calendar.DateOf(v.Now())
	first, _ := yearOf(calendar.NewDate(min(year, today.Year()), 1, 1))
	made := tenant.All[Made](v, selectMade, pgx.NamedArgs{"station": planned(by, stationID), "from": first, "to": calendar.NewDate(lastYear, 12, 31)})
	return prospect(v, planned(by, stationID), year, SettingsOf(v), made)
}

// Outlook queues the days to come alone, for what is astray of them, of the stations that by may
// see.
func Outlook(v *tenant.View, by auth.Actor) func() Prospect { return outlook(v, by, SettingsOf(v)) }

func outlook(v *tenant.View, by auth.Actor, of *Settings) func() Prospect {
	station := int64(-1)
	switch by.Scope(auth.SeeReceptions) {
	case auth.WholeCounty:
		station = 0
	case auth.OwnStation:
		station = by.StationID
	}
	today := calendar.DateOf(v.Now())
	made := tenant.All[Made](v, selectToCome, pgx.NamedArgs{"station": station, "today": today})
	return prospect(v, station, today.Year(), of, made)
}

func prospect(v *tenant.View, stationID int64, year int, of *Settings, made *[]Made) func() Prospect {
	today := calendar.DateOf(v.Now())
	first, _ := yearOf(calendar.NewDate(min(year, today.Year()), 1, 1))
	rules := tenant.All[Rule](v, selectLiving, pgx.NamedArgs{"station": stationID})
	out := tenant.All[Omission](v, selectOmissions, pgx.NamedArgs{"station": stationID, "from": first, "to": calendar.NewDate(lastYear, 12, 31)})
	days := calendar.Of(v)
	return func() Prospect {
		return Prospect{planner{year, today, *of, *rules, *made, omissions(*out), days()}}
	}
}

// lastYear is the last that anybody plans.
const lastYear = 2100

// With is the prospect once an announcement is in force that somebody uploads now.
func (p Prospect) With(a calendar.Announcement, now time.Time) Prospect {
	was := p.calendar
	p.calendar, p.made = was.With(a), slices.Clone(p.made)
	for i, m := range p.made {
		if !was.IsHoliday(m.Date) && p.calendar.IsHoliday(m.Date) {
			p.made[i].UploadedAt = &now
		}
	}
	return p
}

// Plan is what making the days of a year would do, with those that fall together marked.
func (p Prospect) Plan(year int) Plan {
	of := p.in(year)
	plan, over := of.plan()
	of.meet(&plan, over)
	return plan
}

// in is what the plan of one year is made of.
func (p Prospect) in(year int) planner {
	of := p.planner
	of.year = year
	of.made = slices.DeleteFunc(slices.Clone(p.made), func(m Made) bool { return m.MeantOn.Year() != year })
	return of
}

// years are this one and those to come in which a day stands or a rule begins.
func (p Prospect) years() []int {
	years := []int{p.today.Year()}
	for _, m := range p.made {
		years = append(years, m.MeantOn.Year())
	}
	for _, r := range p.rules {
		years = append(years, r.FromDate.Year())
	}
	slices.Sort(years)
	return slices.DeleteFunc(slices.Compact(years), func(year int) bool { return year < p.today.Year() })
}

// Others are the plans of the years besides one in which there is something to do, without the
// marks of Plan.
func (p Prospect) Others(year int) []Plan {
	var all []Plan
	for _, other := range p.years() {
		if other == year {
			continue
		}
		if plan, _ := p.in(other).plan(); !plan.Nothing() {
			all = append(all, plan)
		}
	}
	return all
}

// Astray is a day to come that stands where nobody would put it now: its rule, the calendar or
// the county's way with holidays is another than when it was made, or a holiday was announced
// on the date that somebody had chosen.
type Astray struct {
	ID      int64
	Station string
	Date    calendar.Date
	Holiday bool // it falls on one
	Why     string
	Year    int  // in whose plan it is
	Mends   bool // making that year's days again puts it right; otherwise somebody decides
}

// Strays are days that stand where nobody would put them now.
type Strays []Astray

// OnHolidays is how many of them fall on a holiday.
func (s Strays) OnHolidays() (n int) {
	for _, a := range s {
		if a.Holiday {
			n++
		}
	}
	return n
}

// Mending are the years that put some of them right when they are made again.
func (s Strays) Mending() []int {
	var years []int
	for _, a := range s {
		if a.Mends {
			years = append(years, a.Year)
		}
	}
	slices.Sort(years)
	return slices.Compact(years)
}

// Deciding reports whether somebody has to decide about one of them.
func (s Strays) Deciding() bool {
	return slices.ContainsFunc(s, func(a Astray) bool { return !a.Mends })
}

// Astray are the days to come that stand where nobody would put them now, by date.
func (p Prospect) Astray() Strays {
	all := map[int64]Astray{}
	add := func(id int64, station string, date calendar.Date, why string, year int, mends bool) {
		if _, is := all[id]; !is && date.After(p.today) {
			all[id] = Astray{id, station, date, p.calendar.IsHoliday(date), why, year, mends}
		}
	}
	for _, year := range p.years() {
		plan, _ := p.in(year).plan()
		for _, d := range plan.Change {
			add(d.ID, d.Rule.Station, d.Was, d.Why, year, true)
		}
		for _, m := range plan.Drop {
			add(m.ID, m.Station, m.Date, m.Why, year, true)
		}
		for _, m := range plan.Left {
			add(m.ID, m.Station, m.Date, m.Why, year, false)
		}
	}
	for _, m := range p.made {
		if m.live() && m.ByHand && !m.Meant && p.calendar.IsHoliday(m.Date) && m.UploadedAt != nil && (m.SettledAt == nil || !m.SettledAt.After(*m.UploadedAt)) {
			add(m.ID, m.Station, m.Date, "人工定的日子，后来公布这一天放假", m.MeantOn.Year(), false)
		}
	}
	return slices.SortedFunc(maps.Values(all), func(a, b Astray) int { return cmp.Or(a.Date.Compare(b.Date), cmp.Compare(a.ID, b.ID)) })
}
