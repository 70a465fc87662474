package station

import (
	"context"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/calendar"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// Whole reads all of the county's places, closed ones too: stations, points, posts, each
// kind by code.
func Whole(ctx context.Context, tx *tenant.Tx) ([]Record, error) {
	return postgres.All[Record](ctx, tx, selectRecord+`true order by case s.kind when 'station' then 0 when 'point' then 1 else 2 end, s.code`)
}

// Serving is somebody who runs a place today.
type Serving struct {
	ID        int64
	StationID int64
	Office    string
	Name      string
	FromDate  calendar.Date
}

// WhoServes reads who runs the county's places today, place by place.
func WhoServes(ctx context.Context, tx *tenant.Tx) ([]Serving, error) {
	return postgres.All[Serving](ctx, tx, `select id, station_id, office, name, from_date from station_officers
		where county_id = @county and from_date <= @today and (to_date is null or to_date >= @today)
		order by station_id, office, from_date, id`, pgx.NamedArgs{"today": calendar.DateOf(tx.Now())})
}

// Function is one of the county's functions of stations.
type Function struct {
	ID      int64
	Name    string
	Retired bool
}

// AllFunctions reads the county's functions in their order.
func AllFunctions(ctx context.Context, tx *tenant.Tx) ([]Function, error) {
	return postgres.All[Function](ctx, tx, `select id, name, retired from functions where county_id = @county order by position, id`)
}

// CodeOf reads the code of the place with that id, or errs.NotFound.
func CodeOf(ctx context.Context, tx *tenant.Tx, id int64) (string, error) {
	return postgres.Value[string](ctx, tx, `select code from stations where county_id = @county and id = @id`, pgx.NamedArgs{"id": id})
}
