// Package reception is the reception day (接待日): when and where deputies meet citizens,
// and who is on duty. A visit with its matters is registered by package casefile.
package reception

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/calendar"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// Day is one reception day.
type Day struct {
	Place  string
	Date   calendar.Date
	Starts string // 09:00
	Ends   string
	Theme  *string
	Names  []string // the deputies on duty
}

const dayColumns = `p.name as place, r.date, r.starts, r.ends, r.theme,
	array(select d.name from reception_deputies rd join deputies d on d.county_id = @county and d.id = rd.deputy_id
		where rd.county_id = @county and rd.reception_id = r.id order by rd.substitute, d.name) as names`

// Ahead reads a station's next reception days.
func Ahead(v *tenant.View, stationID int64, from calendar.Date, limit int) *[]Day {
	return tenant.All[Day](v, `select `+dayColumns+` from receptions r
		join stations p on p.county_id = @county and p.id = r.place_id
		where r.county_id = @county and r.station_id = @station_id and r.date >= @from and r.state in ('planned', 'published')
		order by r.date, r.starts, r.id limit @limit`, pgx.NamedArgs{"station_id": stationID, "from": from, "limit": limit})
}

// OfDeputy reads the days on which a deputy is on duty.
func OfDeputy(v *tenant.View, deputyID int64, from calendar.Date, limit int) *[]Day {
	return tenant.All[Day](v, `select `+dayColumns+` from receptions r
		join stations p on p.county_id = @county and p.id = r.place_id
		where r.county_id = @county and r.date >= @from and r.state in ('planned', 'published')
		and exists (select from reception_deputies rd where rd.county_id = @county and rd.reception_id = r.id and rd.deputy_id = @deputy_id)
		order by r.date, r.starts, r.id limit @limit`, pgx.NamedArgs{"deputy_id": deputyID, "from": from, "limit": limit})
}

// ahead are the days that are still to come at some places.
const ahead = ` where county_id = @county and place_id = any(@places) and date >= @from and state in ('planned', 'published')`

// MoveAhead lets the days that are still to come at some places be another station's, at
// its place; place 0 leaves them where they are. It returns how many.
func MoveAhead(ctx context.Context, tx *tenant.Tx, places []int64, station, place int64) (int64, error) {
	moved, err := postgres.Exec(ctx, tx, `update receptions set station_id = @station, place_id = case when @place = 0 then place_id else @place end`+ahead,
		pgx.NamedArgs{"places": places, "from": calendar.DateOf(tx.Now()), "station": station, "place": place})
	if err != nil {
		return 0, fmt.Errorf("move reception days: %w", err)
	}
	return moved, nil
}

// CancelAhead cancels the days that are still to come at some places, and returns how many.
func CancelAhead(ctx context.Context, tx *tenant.Tx, places []int64, reason string) (int64, error) {
	cancelled, err := postgres.Exec(ctx, tx, `update receptions set state = 'cancelled', reason = @reason`+ahead,
		pgx.NamedArgs{"places": places, "from": calendar.DateOf(tx.Now()), "reason": reason})
	if err != nil {
		return 0, fmt.Errorf("cancel reception days: %w", err)
	}
	return cancelled, nil
}
