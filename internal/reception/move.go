package reception

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// ahead are the days that are still to come at some places: one that has begun today is held
// where it began.
const ahead = ` where county_id = @county and place_id = any(@places) and (date > @today or date = @today and starts > @clock)
	and state in ('planned', 'published')`

func aheadOf(tx *tenant.Tx, places []int64, more pgx.NamedArgs) pgx.NamedArgs {
	args := pgx.NamedArgs{"places": places, "today": calendar.DateOf(tx.Now()), "clock": tx.Now().In(calendar.Shanghai).Format("15:04")}
	for name, value := range more {
		args[name] = value
	}
	return args
}

// DatesAhead reads the dates of the days that are still to come at some places, one for each.
func DatesAhead(ctx context.Context, tx *tenant.Tx, places []int64) ([]calendar.Date, error) {
	days, err := postgres.All[struct{ Date calendar.Date }](ctx, tx, `select date from receptions`+ahead+` order by date, starts, id`, aheadOf(tx, places, nil))
	if err != nil {
		return nil, fmt.Errorf("reception days ahead: %w", err)
	}
	dates := make([]calendar.Date, len(days))
	for i, day := range days {
		dates[i] = day.Date
	}
	return dates, nil
}

// MoveAhead lets the days that are still to come at some places, and the appointments that
// run there, be another station's, at its place; place 0 leaves them where they are. It
// returns how many days.
func MoveAhead(ctx context.Context, tx *tenant.Tx, by auth.Actor, places []int64, station, place int64) (int64, error) {
	type day struct{ ID int64 }
	moved, err := postgres.All[day](ctx, tx, `update receptions set station_id = @station, place_id = case when @place = 0 then place_id else @place end,
		touched = true, version = version + 1`+ahead+` returning id`, aheadOf(tx, places, pgx.NamedArgs{"station": station, "place": place}))
	if err != nil {
		return 0, fmt.Errorf("move reception days: %w", err)
	}
	_, err = postgres.Exec(ctx, tx, `update appointments set station_id = @station, place_id = case when @place = 0 then place_id else @place end
		where county_id = @county and place_id = any(@places) and state in ('asked', 'confirmed', 'moved')`,
		pgx.NamedArgs{"station": station, "place": place, "places": places})
	if err != nil {
		return 0, fmt.Errorf("move appointments: %w", err)
	}
	for _, d := range moved {
		if place == 0 {
			break // it is held where it was
		}
		if err := shift(ctx, tx, by, d.ID, "接待换了地点", false); err != nil {
			return 0, err
		}
	}
	return int64(len(moved)), nil
}

// CancelAhead cancels the days that are still to come at some places, with the appointments
// that run there, and returns how many days.
func CancelAhead(ctx context.Context, tx *tenant.Tx, by auth.Actor, places []int64, reason string) (int64, error) {
	type day struct{ ID int64 }
	cancelled, err := postgres.All[day](ctx, tx, `update receptions set state = 'cancelled', reason = @reason, touched = true, version = version + 1`+ahead+` returning id`,
		aheadOf(tx, places, pgx.NamedArgs{"reason": reason}))
	if err != nil {
		return 0, fmt.Errorf("cancel reception days: %w", err)
	}
	if err := decline(ctx, tx, by, places, reason); err != nil {
		return 0, err
	}
	for _, d := range cancelled { // who asked at another place of the station
		if err := lose(ctx, tx, by, d.ID, reason); err != nil {
			return 0, err
		}
	}
	return int64(len(cancelled)), nil
}
