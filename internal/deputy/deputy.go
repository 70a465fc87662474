// Package deputy is the people's congress deputy (人大代表): one person, mandates at up to
// five levels, a place in stations' groups. Deputies hear and follow; they do not handle.
package deputy

import (
	"github.com/jackc/pgx/v5"

	"lianluo/internal/calendar"
	"lianluo/internal/tenant"
)

// Choice is a deputy as a station's forms offer one.
type Choice struct {
	ID     int64
	Name   string
	Levels []string // the levels of the running mandates, highest first
	OnDuty bool     // on duty at the station on the day asked about
}

// OfStation reads a station's group, those on duty on day first.
func OfStation(v *tenant.View, stationID int64, day calendar.Date) *[]Choice {
	return tenant.All[Choice](v, `select d.id, d.name,
		array(select m.level from mandates m where m.county_id = @county and m.deputy_id = d.id and m.to_date is null
			order by `+levelOrder+`) as levels,
		exists (select from reception_deputies rd join receptions r on r.county_id = @county and r.id = rd.reception_id
			where rd.county_id = @county and rd.deputy_id = d.id and r.station_id = @station_id and r.date = @day
			and r.state <> 'cancelled') as on_duty
		from station_deputies s join deputies d on d.county_id = @county and d.id = s.deputy_id
		where s.county_id = @county and s.station_id = @station_id and s.to_date is null and d.merged_into is null
		order by on_duty desc, d.name, d.id`,
		pgx.NamedArgs{"station_id": stationID, "day": day})
}
