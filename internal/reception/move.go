package reception

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/calendar"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// ahead are the days that are still to come at some places.
const ahead = ` where county_id = @county and place_id = any(@places) and date >= @from and state in ('planned', 'published')`

// MoveAhead lets the days that are still to come at some places be another station's, at
// its place; place 0 leaves them where they are. It returns how many.
func MoveAhead(ctx context.Context, tx *tenant.Tx, places []int64, station, place int64) (int64, error) {
	moved, err := postgres.Exec(ctx, tx, `update receptions set station_id = @station, place_id = case when @place = 0 then place_id else @place end, touched = true, version = version + 1`+ahead,
		pgx.NamedArgs{"places": places, "from": calendar.DateOf(tx.Now()), "station": station, "place": place})
	if err != nil {
		return 0, fmt.Errorf("move reception days: %w", err)
	}
	return moved, nil
}

// CancelAhead cancels the days that are still to come at some places, and returns how many.
func CancelAhead(ctx context.Context, tx *tenant.Tx, places []int64, reason string) (int64, error) {
	cancelled, err := postgres.Exec(ctx, tx, `update receptions set state = 'cancelled', reason = @reason, touched = true, version = version + 1`+ahead,
		pgx.NamedArgs{"places": places, "from": calendar.DateOf(tx.Now()), "reason": reason})
	if err != nil {
		return 0, fmt.Errorf("cancel reception days: %w", err)
	}
	return cancelled, nil
}
