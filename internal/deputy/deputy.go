// Package deputy is the people's congress deputy (人大代表): one person, mandates at up to
// five levels, a place in stations' groups. Deputies hear and follow; they do not handle.
package deputy

import (
	"context"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/calendar"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// Choice is a deputy as a station's forms offer one.
type Choice struct {
	ID     int64
	Name   string
	Levels []string // the levels of the running mandates, highest first
	// On duty at the place on the day asked about, or in reserve there.
	OnDuty, Substitute bool
}

// OfStation reads a station's group, those on duty at one of its places on day first, then the
// substitutes. A household is called on elsewhere.
func OfStation(v *tenant.View, stationID, placeID int64, day calendar.Date) *[]Choice {
	seat := `exists (select from reception_deputies rd join receptions r on r.county_id = @county and r.id = rd.reception_id
			where rd.county_id = @county and rd.deputy_id = d.id and r.station_id = @station_id and r.date = @day
			and (r.place_id = @place_id or r.kind = 'mobile') and r.kind <> 'household' and r.state <> 'cancelled' and `
	return tenant.All[Choice](v, `select d.id, d.name,
		`+RunningLevels+` as levels,
		`+seat+`coalesce(rd.came, not rd.substitute)) as on_duty, `+seat+`rd.came is null and rd.substitute) as substitute
		from deputies d where d.county_id = @county and `+receives+`
		order by on_duty desc, substitute desc, d.name, d.id`,
		pgx.NamedArgs{"station_id": stationID, "place_id": placeID, "day": day})
}

// receives is which deputies d receive at a station: who is in its group, or was on that day,
// or is on duty there then.
const receives = `d.merged_into is null and (exists (select from station_deputies s where s.county_id = @county and s.deputy_id = d.id
		and s.station_id = @station_id and (s.to_date is null or @day between s.from_date and s.to_date))
	or exists (select from reception_deputies rd join receptions r on r.county_id = @county and r.id = rd.reception_id
		where rd.county_id = @county and rd.deputy_id = d.id and r.station_id = @station_id and r.date = @day and r.state <> 'cancelled'))`

// Receiving counts those of some deputies who receive at a station on a day, as OfStation
// offers them.
func Receiving(ctx context.Context, tx *tenant.Tx, stationID int64, day calendar.Date, ids []int64) (int64, error) {
	if len(ids) == 0 {
		return 0, nil
	}
	return postgres.Value[int64](ctx, tx, `select count(*) from deputies d where d.county_id = @county and d.id = any(@ids) and `+receives,
		pgx.NamedArgs{"station_id": stationID, "day": day, "ids": ids})
}
