// Package duty is what a deputy did (履职), read from what was entered anyway: reception
// days on duty, visits received, matters brought along and what became of them, feedback
// heard. Nothing is typed twice, and nobody is ranked.
package duty

import (
	"slices"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/casefile"
	"lianluo/internal/reception"
	"lianluo/internal/tenant"
)

// Figures are what a deputy did in a time.
type Figures struct {
	Receptions int // 进站接待: days on duty that took place
	Visits     int // 接待来访
	Persons    int // who came on them
	Matters    int // 收集事项
	Closed     int // of these: 办结
	Seen       int // of the matters: those that the reader may open
	SeenClosed int
	Heard      int // 听取反馈: matters whose result the deputy was told
}

// Open is how many of the matters are still followed.
func (f Figures) Open() int { return f.Matters - f.Closed }

// SeenOpen is how many of those the reader may open.
func (f Figures) SeenOpen() int { return f.Seen - f.SeenClosed }

func (f *Figures) add(g Figures) {
	f.Receptions += g.Receptions
	f.Visits += g.Visits
	f.Persons += g.Persons
	f.Matters += g.Matters
	f.Closed += g.Closed
	f.Seen += g.Seen
	f.SeenClosed += g.SeenClosed
	f.Heard += g.Heard
}

// Record is what a deputy did, day by day.
type Record []Day

// Day is what a deputy did on one day.
type Day struct {
	Day calendar.Date
	Figures
}

// Between sums up the days from from to to; a nil to is no end.
func (r Record) Between(from calendar.Date, to *calendar.Date) Figures {
	var sum Figures
	for _, d := range r {
		if !d.Day.Before(from) && (to == nil || !d.Day.After(*to)) {
			sum.add(d.Figures)
		}
	}
	return sum
}

// Years are the years in which the deputy did something, newest first.
func (r Record) Years() []int {
	var years []int
	for _, d := range slices.Backward(r) {
		if year := d.Day.Year(); !slices.Contains(years, year) {
			years = append(years, year)
		}
	}
	return years
}

// self is the deputy that a statement is about, by 档案号.
const self = `(select d.id from deputies d where d.county_id = @county and d.number = @deputy)`

// onDuty are the reception days t, r of the deputy that took place, as the register of
// activities has them: the turn is the deputy's by reception.Counted, whether on the list of
// duty or named on a visit, and the day was held, or somebody came to it.
const onDuty = reception.Counted + ` t join receptions r on r.county_id = @county and r.id = t.reception_id and t.state = 'held'`

// Of queues what the deputy with that 档案号 did. What by may not open counts too, since the record is the
// deputy's; Seen says how much by may. A matter counts on the day of its number, as lists
// of cases have it.
func Of(v *tenant.View, by auth.Actor, number int32) *Record {
	args := pgx.NamedArgs{"deputy": number}
	return (*Record)(tenant.All[Day](v, `select day, sum(receptions)::int as receptions, sum(visits)::int as visits, sum(persons)::int as persons,
			sum(matters)::int as matters, sum(closed)::int as closed, sum(seen)::int as seen, sum(seen_closed)::int as seen_closed,
			sum(heard)::int as heard from (
		select r.date as day, 1 as receptions, 0 as visits, 0 as persons, 0 as matters, 0 as closed, 0 as seen, 0 as seen_closed, 0 as heard
		from `+onDuty+` where t.deputy_id = `+self+`
		union all
		select `+calendar.DayOf("v.received_at")+`, 0, 1, v.persons, 0, 0, 0, 0, 0
		from visit_deputies vd join visits v on v.county_id = @county and v.id = vd.visit_id
		where vd.county_id = @county and vd.deputy_id = `+self+`
		union all
		select `+calendar.DayOf("c.registered_at")+`, 0, 0, 0, 1, (c.outcome is not null)::int, may.see::int, (may.see and c.outcome is not null)::int, 0
		from visit_deputies vd join cases c on c.county_id = @county and c.visit_id = vd.visit_id
		cross join lateral (select `+casefile.Within(by, args)+` as see) may
		where vd.county_id = @county and vd.deputy_id = `+self+`
		union all
		select min(f.told_on), 0, 0, 0, 0, 0, 0, 0, 1
		from case_feedbacks f where f.county_id = @county and f.deputy_id = `+self+` and `+casefile.Heard+`
		group by f.case_id) entries group by day order by day`, args))
}

// All sums up the whole record.
func (r Record) All() Figures {
	if len(r) == 0 {
		return Figures{}
	}
	return r.Between(r[0].Day, nil)
}
