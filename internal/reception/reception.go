// Package reception is the reception day (接待日): when and where deputies meet citizens,
// and who is on duty. A visit with its matters is registered by package casefile.
package reception

import (
	"github.com/jackc/pgx/v5"

	"lianluo/internal/calendar"
	"lianluo/internal/tenant"
)

// Day is one reception day.
type Day struct {
	ID     int64
	Place  string
	Date   calendar.Date
	Starts string // 09:00
	Ends   string
	Theme  *string
	Names  []string // the deputies on duty, then the substitutes, who are marked: 赵玉梅（替补）
}

const dayColumns = `r.id, p.name as place, r.date, r.starts, r.ends, r.theme,
	array(select d.name || case when rd.substitute then '（替补）' else '' end from reception_deputies rd join deputies d on d.county_id = @county and d.id = rd.deputy_id
		where rd.county_id = @county and rd.reception_id = r.id order by rd.substitute, d.name) as names`

// Ahead reads a station's next reception days.
func Ahead(v *tenant.View, stationID int64, from calendar.Date, limit int) *[]Day {
	return tenant.All[Day](v, `select `+dayColumns+` from receptions r
		join stations p on p.county_id = @county and p.id = r.place_id
		where r.county_id = @county and r.station_id = @station_id and r.date >= @from and r.state in ('planned', 'published')
		order by r.date, r.starts, r.id limit @limit`, pgx.NamedArgs{"station_id": stationID, "from": from, "limit": limit})
}

// Meeting is an announced day on which people meet a deputy.
type Meeting struct {
	Date   calendar.Date `json:"date"`
	Starts string        `json:"starts"`
	Ends   string        `json:"ends"`
}

// Meetings are the next few of deputy d from @today, as JSON, for who is given the deputy's card:
// none of 走访, and none on which the deputy is a substitute, on leave or of the group no more.
const Meetings = `(select coalesce(json_agg(json_build_object('date', x.date, 'starts', x.starts, 'ends', x.ends) order by x.date, x.starts, x.id), '[]')
	from (select r.id, r.date, r.starts, r.ends from receptions r
		join stations p on p.county_id = @county and p.id = r.place_id and p.state = 'open'
		where r.county_id = @county and r.date >= @today and r.state = 'published' and r.kind <> 'household'
		and exists (select from reception_deputies rd where rd.county_id = @county and rd.reception_id = r.id and rd.deputy_id = d.id and ` + comes + `)
		order by r.date, r.starts, r.id limit 6) x)`

// OfDeputy reads the days on which a deputy is on duty.
func OfDeputy(v *tenant.View, deputyID int64, from calendar.Date, limit int) *[]Day {
	return tenant.All[Day](v, `select `+dayColumns+` from receptions r
		join stations p on p.county_id = @county and p.id = r.place_id
		where r.county_id = @county and r.date >= @from and r.state in ('planned', 'published')
		and exists (select from reception_deputies rd where rd.county_id = @county and rd.reception_id = r.id and rd.deputy_id = @deputy_id)
		order by r.date, r.starts, r.id limit @limit`, pgx.NamedArgs{"deputy_id": deputyID, "from": from, "limit": limit})
}

// Dated is a reception day with how it stands.
type Dated struct {
	Day
	State  string  // planned, published, held or cancelled
	Reason *string // of a cancellation
}

// AheadAt queues how many days are still to come at the place with that code, or of it.
func AheadAt(v *tenant.View, code string) *int64 {
	return tenant.Value[int64](v, `select count(*) from receptions r join stations s on s.county_id = @county and s.code = @code
			and (r.station_id = s.id or r.place_id = s.id)
		where r.county_id = @county and r.date >= @today and r.state in ('planned', 'published')`,
		pgx.NamedArgs{"code": code, "today": calendar.DateOf(v.Now())})
}

// Between queues the days of the station with that code, or of the point or post, from a
// day to another one, cancelled ones among them.
func Between(v *tenant.View, code string, from, to calendar.Date) *[]Dated {
	return tenant.All[Dated](v, `select `+dayColumns+`, r.state, r.reason from receptions r
		join stations p on p.county_id = @county and p.id = r.place_id
		join stations s on s.county_id = @county and s.code = @code and (r.station_id = s.id or r.place_id = s.id)
		where r.county_id = @county and r.date between @from and @to and (r.state <> 'cancelled' or r.touched or r.rule_id is null) order by r.date, r.starts, r.id`,
		pgx.NamedArgs{"code": code, "from": from, "to": to})
}
