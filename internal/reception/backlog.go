package reception

import (
	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/tenant"
)

// Backlog is what of a station's days has to be moved on, beside what was done in the year.
type Backlog struct {
	StationID int64
	Station   string // in short
	Held      int64
	Cancelled int64
	Unsaid    int64          // days that are over, and nobody said what came
	Oldest    *calendar.Date // of these
	Lacking   int64          // seats of the next weeks without a deputy who comes
}

// Backlogs queues the stations that have days, for the county's office alone: in the order of
// what needs moving, the longest unsaid first. It is no ranking: there is no score.
func Backlogs(v *tenant.View, by auth.Actor, first, last, today calendar.Date) *[]Backlog {
	if by.Scope(auth.ChangeReceptions) != auth.WholeCounty {
		return &[]Backlog{}
	}
	return tenant.All[Backlog](v, `select s.id as station_id, s.short_name as station,
			count(*) filter (where r.state = 'held' and r.date between @first and @last) as held,
			count(*) filter (where r.state = 'cancelled' and r.date between @first and @last) as cancelled,
			count(*) filter (where `+isUnsaid+`) as unsaid, min(r.date) filter (where `+isUnsaid+`) as oldest,
			coalesce(sum(greatest(r.seats - (select count(*) from reception_deputies rd where rd.county_id = @county and rd.reception_id = r.id and `+comes+`), 0))
				filter (where r.state in ('planned', 'published') and r.date between @today::date and @until), 0)::bigint as lacking
		from stations s join receptions r on r.county_id = @county and r.station_id = s.id and `+shown+`
		where s.county_id = @county and (r.date between @first and @last or r.state in ('planned', 'published') and r.date <= @until)
		group by s.county_id, s.id, s.short_name, s.code order by oldest nulls last, unsaid desc, lacking desc, s.code`,
		pgx.NamedArgs{"first": first, "last": last, "today": today.String(), "until": Soon(today)})
}

// Soon is until when a seat without a deputy is a gap.
func Soon(today calendar.Date) calendar.Date { return today.AddDays(soon) }
