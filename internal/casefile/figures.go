package casefile

import (
	"fmt"
	"net/url"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/tenant"
)

// How a case c was handled and rated, as SQL that figures and the list's filters share: so
// a number is what its link lists. The day that counts is the one on which the result was
// submitted, when the clock stopped, and not the one of its approval.
const (
	tooLate = `exists (select from case_clocks k where k.county_id = @county and k.case_id = c.id and k.kind = 'handle'
		and coalesce(k.stopped_on, k.ended_on, @today) > k.due_on)`
	inTime = `(exists (select from case_clocks k where k.county_id = @county and k.case_id = c.id and k.kind = 'handle'
		and k.ended_on is not null) and not ` + tooLate + `)`
	rated  = `(c.outcome in ('satisfied', 'dissatisfied'))`
	silent = `(c.outcome = 'unrated' and c.has_contact)` // asked, and did not answer
)

// Figures are how a year went at a station, or at one of its points: of the visits in that
// year, and of the cases that were registered in it.
type Figures struct {
	Visits     int64 // 批次
	Persons    int64 // 人次
	Registered int64 // said here
	TakenOver  int64 // said elsewhere, and here since that ended
	Closed     int64
	Kept       int64 // handled within the period
	Late       int64 // handled, or being handled, beyond it
	Satisfied  int64
	Rated      int64
	Silent     int64 // asked, and did not answer
}

// Where the matter of a case c was said. A case that goes to another station when its own
// ends stays among what its first station registered, and is among what the other took over.
const (
	cameTo   = `c.visit_id in (select w.id from visits w where w.county_id = @county and (w.station_id = %[1]s or w.place_id = %[1]s))`
	wentTo   = `((c.station_id = %[1]s or c.place_id = %[1]s) and not ` + cameFrom + `)`
	cameFrom = `exists (select from visits w where w.county_id = @county and w.id = c.visit_id and (w.station_id = %[1]s or w.place_id = %[1]s))`
)

// FiguresOf counts a year of the station with that code, or of the point or post, as far as
// by may see its cases. What was registered is what was said there, wherever the case is now.
func FiguresOf(v *tenant.View, by auth.Actor, code string, year int) *Figures {
	args := pgx.NamedArgs{"code": code, "today": calendar.DateOf(v.Now()), "from": calendar.NewDate(year, time.January, 1).Start(),
		"until": calendar.NewDate(year+1, time.January, 1).Start()}
	const place = `(select s.id from stations s where s.county_id = @county and s.code = @code)`
	within := Within(by, args) + ` and c.registered_at >= @from and c.registered_at < @until`
	return tenant.One[Figures](v, `with came as (select w.persons from visits w where w.county_id = @county
				and (w.station_id = `+place+` or w.place_id = `+place+`) and w.received_at >= @from and w.received_at < @until)
		select (select count(*) from came) as visits, (select coalesce(sum(persons), 0) from came) as persons,
			(select count(*) from cases c where c.county_id = @county and `+fmt.Sprintf(wentTo, place)+` and `+within+`) as taken_over,
			count(*) as registered, count(*) filter (where c.outcome is not null) as closed,
			count(*) filter (where `+inTime+`) as kept, count(*) filter (where `+tooLate+`) as late,
			count(*) filter (where c.outcome = 'satisfied') as satisfied, count(*) filter (where `+rated+`) as rated, count(*) filter (where `+silent+`) as silent
		from cases c where c.county_id = @county and `+fmt.Sprintf(cameTo, place)+` and `+within, args)
}

// FiguresAddress is the list of exactly the cases behind a number of FiguresOf; more are
// further filters, given as name and value in turn.
func FiguresAddress(id int64, year int, more ...string) string {
	return yearOf("came", id, year, more...)
}

// TakenOverAddress is the list of exactly the cases that a year's FiguresOf says were taken over.
func TakenOverAddress(id int64, year int) string { return yearOf("taken", id, year) }

func yearOf(where string, id int64, year int, more ...string) string {
	address := url.Values{"view": {string(ViewAll)}, where: {strconv.FormatInt(id, 10)},
		"from": {calendar.NewDate(year, time.January, 1).String()}, "to": {calendar.NewDate(year, time.December, 31).String()}}
	for i := 0; i+1 < len(more); i += 2 {
		address.Set(more[i], more[i+1])
	}
	return "/cases?" + address.Encode()
}

// OpenCases is how many cases of a township's stations are open.
type OpenCases struct {
	Township string // its division code
	Open     int64
}

// OpenByTownship counts the open cases that by may see, township by township.
func OpenByTownship(v *tenant.View, by auth.Actor) *[]OpenCases {
	args := pgx.NamedArgs{}
	return tenant.All[OpenCases](v, `select left(s.division_code, 9) as township, count(*) as open
		from cases c join stations s on s.county_id = @county and s.id = c.station_id
		where c.county_id = @county and c.outcome is null and `+Within(by, args)+` group by 1`, args)
}
