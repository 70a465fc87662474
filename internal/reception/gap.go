package reception

import (
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/tenant"
)

// Seldom is a deputy with fewer turns in a year than the county wants.
type Seldom struct {
	Number    int32
	Name      string
	StationID int64  // of the first group
	Stations  string // the groups, in short
	Held      int64
	Ahead     int64
	Total     int64 // how many such deputies there are
}

// Unled is a station with months in which no 领导干部代表 is on duty.
type Unled struct {
	StationID int64
	Station   string
	Months    []int32
}

// Words are the months: 3、5、6 月.
func (u Unled) Words() string {
	if len(u.Months) == 12 {
		return "全年"
	}
	all := make([]string, len(u.Months))
	for i, m := range u.Months {
		all[i] = itoa(m)
	}
	return strings.Join(all, "、") + " 月"
}

// Gaps are where a year's rota falls short of the county's rules.
type Gaps struct {
	Settings Settings
	Seldom   []Seldom
	Unled    []Unled // only where the county wants leading days
	Empty    []Entry // days of the next weeks on which nobody comes; of a year that has not begun, all of it
	Vacant   []Entry // days with a seat that somebody has left, or with fewer than were announced
	Unsaid   []Entry
	Clashes  []Clash
	Stations []Backlog // for the county's office
	Astray   Strays    // days to come that stand where nobody would put them now
	Counts   GapCounts
}

// GapCounts are how many there are of what Gaps names the first of, and how far a year is
// planned at all.
type GapCounts struct {
	Unsaid, Empty, Vacant int64
	Days                  int64 // of the year
	Taken                 bool  // somebody is on one of them, or was
}

// soon is how far ahead a day that nobody is on is a gap.
const soon = 30

// FewGaps is how many of each kind the report names; the lists have all of them.
const FewGaps = 20

// Which days are gaps of a year: what is over and not told, of the present year also what is
// left of those before; on what nobody comes; and where somebody has left a seat.
const (
	gapUnsaid = `(` + isLive + ` and r.date between @since and @last and r.date < @today
		and r.date <= @today::date - (select rota_remind from county_settings where county_id = @county))`
	gapEmpty  = `(r.date between @from and @until and ` + isBare + `)`
	gapVacant = `(r.date between @from and @last and ` + isShort + ` and not (r.date <= @until and ` + isBare + `)
		and (r.state = 'published' or exists (select from reception_events e where e.county_id = @county and e.reception_id = r.id and e.kind = 'left')))`
)

// GapsOf reads the gaps of a year, as far as by may see.
func GapsOf(v *tenant.View, by auth.Actor, year int) func() Gaps {
	first, last := yearOf(calendar.NewDate(year, time.January, 1))
	today := calendar.DateOf(v.Now())
	since, from, until := first, first, last
	switch {
	case year == today.Year():
		since, from, until = calendar.NewDate(2000, 1, 1), today, Soon(today)
	case year < today.Year():
		from = today // after the last: nothing of it is to come
	}
	of, clashes := SettingsOf(v), Clashes(v, by, from, last)
	args := pgx.NamedArgs{"today": today, "since": since, "last": last, "from": from, "until": until, "few": FewGaps}
	counted := pgx.NamedArgs{"today": today, "since": since, "first": first, "last": last, "from": from, "until": until}
	mine, firsts := ` and `+within(by, args), ` order by r.date, s.code, r.id limit @few`
	few := func(which string) string {
		return `(select ` + entryColumns + entryFrom + `and ` + which + mine + firsts + `)`
	}
	days := tenant.All[Entry](v, few(gapUnsaid)+` union all `+few(gapEmpty)+` union all `+few(gapVacant), args)
	counts := tenant.One[GapCounts](v, `select count(*) filter (where `+gapUnsaid+`) as unsaid, count(*) filter (where `+gapEmpty+`) as empty,
			count(*) filter (where `+gapVacant+`) as vacant,
			count(*) filter (where r.state <> 'cancelled' and r.date between @first and @last) as days,
			coalesce(bool_or(r.state <> 'cancelled' and r.date between @first and @last
				and exists (select from reception_deputies d where d.county_id = @county and d.reception_id = r.id and not d.substitute)), false) as taken
		from receptions r where r.county_id = @county and `+within(by, counted), counted)
	stations := Backlogs(v, by, first, last, today)
	seldom, unled, ahead := seldomIn(v, by, first, last), unledIn(v, by, first, last), outlook(v, by, of)
	return func() Gaps {
		g := Gaps{Settings: *of, Seldom: *seldom, Clashes: *clashes, Stations: *stations, Counts: *counts}
		for _, e := range *days {
			switch {
			case e.Date.Before(today):
				g.Unsaid = append(g.Unsaid, e)
			case len(e.coming()) == 0 && !e.Date.After(until):
				g.Empty = append(g.Empty, e)
			default:
				g.Vacant = append(g.Vacant, e)
			}
		}
		g.Astray = slices.DeleteFunc(ahead().Astray(), func(a Astray) bool { return a.Date.Year() != year })
		if of.Leading {
			g.Unled = *unled
		}
		return g
	}
}

// groupsWithin is whose groups by may see.
func groupsWithin(by auth.Actor, args pgx.NamedArgs) string {
	switch by.Scope(auth.SeeReceptions) {
	case auth.WholeCounty:
		return `true`
	case auth.OwnStation:
		args["my_station"] = by.StationID
		return `g.station_id = @my_station`
	case auth.OwnRecord:
		args["me"] = by.DeputyID
		return `g.deputy_id = @me`
	}
	return `false`
}

func seldomIn(v *tenant.View, by auth.Actor, first, last calendar.Date) *[]Seldom {
	args := pgx.NamedArgs{"first": first, "last": last, "few": FewGaps}
	return tenant.All[Seldom](v, `select d.number, d.name, g.station_id, g.stations, coalesce(t.held, 0) as held, coalesce(t.ahead, 0) as ahead, count(*) over () as total
		from deputies d
		join (select g.deputy_id, string_agg(s.short_name, '、' order by s.code) as stations, min(s.code) as code,
				(array_agg(g.station_id order by s.code))[1] as station_id from station_deputies g
			join stations s on s.county_id = @county and s.id = g.station_id
			where g.county_id = @county and g.to_date is null and `+groupsWithin(by, args)+` group by g.deputy_id) g on g.deputy_id = d.id
		left join (select t.deputy_id, count(*) filter (where t.state = 'held') as held, count(*) filter (where t.state <> 'held') as ahead
			from `+Counted+` t where t.date between @first and @last group by t.deputy_id) t on t.deputy_id = d.id
		where d.county_id = @county and d.merged_into is null
			and coalesce(t.held, 0) + coalesce(t.ahead, 0) < (select rota_least from county_settings where county_id = @county)
		order by g.code, coalesce(t.held, 0) + coalesce(t.ahead, 0), d.name, d.id limit @few`, args)
}

func unledIn(v *tenant.View, by auth.Actor, first, last calendar.Date) *[]Unled {
	args := pgx.NamedArgs{"first": first, "last": last}
	mine := within(by, args)
	return tenant.All[Unled](v, `select s.id as station_id, s.short_name as station, array(select m from (values (1), (2), (3), (4), (5), (6), (7), (8), (9), (10), (11), (12)) y (m)
			where m not in (select extract(month from t.date)::int from `+Counted+` t
				join deputies d on d.county_id = @county and d.id = t.deputy_id and d.leads
				where t.station_id = s.id and t.date between @first and @last) order by m) as months
		from stations s where s.county_id = @county and s.kind = 'station' and s.state = 'open'
			and exists (select from receptions r where r.county_id = @county and r.station_id = s.id and r.date between @first and @last and `+mine+`)
		order by s.code`, args)
}

// Nudges are what a home page asks its reader to see to.
type Nudges struct {
	Unsaid int64 // days that are over, and nobody said what came
	Empty  int64 // days that shall be announced by now, and nobody is on
	Asked  int64 // appointments without an answer
	Late   int64 // and those of them whose answer is late
	Told   int64 // appointments of which somebody has to call and tell
	Away   int64 // turns of the next weeks of who is on leave then
	Wished int64 // leaves and swaps that deputies asked for, without an answer

	Fullest int64 // appointments without an answer at the station where the most wait
}

// Filling reports whether citizens can soon ask no more at a station, or cannot already.
func (n Nudges) Filling() bool { return n.Fullest >= NearlyFull }

// NudgesSQL is a subquery of one row with the columns unsaid, empty, away, asked, late, told, wished and fullest, so that a home
// page reads them with what else it asks for. It takes its arguments to args, today among
// them. Whoever may not change the rota is asked nothing.
func NudgesSQL(by auth.Actor, args pgx.NamedArgs, today calendar.Date) string {
	if !by.May(auth.ChangeReceptions) {
		return `(select 0::bigint as unsaid, 0::bigint as empty, 0::bigint as away, 0::bigint as asked, 0::bigint as late, 0::bigint as told, 0::bigint as wished, 0::bigint as fullest)`
	}
	args["today"] = today
	mine := within(by, args)
	asksArgs(by, args)
	return `(select count(*) filter (where r.date < @today and r.date <= @today::date - c.rota_remind::int) as unsaid,
			count(*) filter (where r.date between @today and @today::date + c.rota_publish::int and ` + isBare + `) as empty,
			coalesce(sum((select count(*) from reception_deputies rd where rd.county_id = @county and rd.reception_id = r.id and ` + onLeave + `)) filter (where r.date >= @today), 0)::bigint as away,
			(select count(*) from appointments r where r.county_id = @county and r.state = 'asked' and ` + asksWithin(by) + `) as asked,
			(select count(*) from appointments r where r.county_id = @county and r.state = 'asked' and r.due_on < @today and ` + asksWithin(by) + `) as late,
			(select count(distinct r.id) from messages m join appointments r on r.county_id = @county and r.id = m.appointment_id
				where m.county_id = @county and m.state = 'to_call' and ` + asksWithin(by) + `) as told,
			(select count(*) from reception_wishes r where r.county_id = @county and r.state = 'asked' and ` + wishesWithin(by, args) + `) as wished,
			` + fullestSQL(by) + ` as fullest
		from receptions r join county_settings c on c.county_id = @county
		where r.county_id = @county and r.state in ('planned', 'published') and r.date <= @today::date + 30 and ` + mine + `)`
}

// NudgesFor reads them alone.
func NudgesFor(v *tenant.View, by auth.Actor) *Nudges {
	args := pgx.NamedArgs{}
	return tenant.One[Nudges](v, `select n.unsaid, n.empty, n.away, n.asked, n.late, n.told, n.wished, n.fullest from `+NudgesSQL(by, args, calendar.DateOf(v.Now()))+` n
		join county_settings c on c.county_id = @county`, args)
}
