package reception

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/county"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// HoldRules keeps the rules of some places from bringing days until the transaction ends. They are
// held before the days, as Generate does.
func HoldRules(ctx context.Context, tx *tenant.Tx, places []int64) error {
	_, err := postgres.Exec(ctx, tx, `select id from reception_rules where county_id = @county and place_id = any(@places) order by id for no key update`,
		pgx.NamedArgs{"places": places})
	if err != nil {
		return fmt.Errorf("hold rules: %w", err)
	}
	return nil
}

// MoveRules lets the rules of some places, which go to another station, be that station's, so
// that they go on bringing days. It returns how many.
func MoveRules(ctx context.Context, tx *tenant.Tx, by auth.Actor, places []int64, station int64) (int, error) {
	to, err := postgres.Value[string](ctx, tx, `select short_name from stations where county_id = @county and id = @id`, pgx.NamedArgs{"id": station})
	if err != nil {
		return 0, fmt.Errorf("move rules: %w", err)
	}
	all, err := rulesAt(ctx, tx, `r.place_id = any(@places) and r.station_id <> @station`, pgx.NamedArgs{"places": places, "station": station})
	for _, r := range all {
		_, err := postgres.Exec(ctx, tx, `update reception_rules set station_id = @station, version = @version where county_id = @county and id = @id`,
			pgx.NamedArgs{"id": r.ID, "station": station, "version": r.Version + 1})
		if err == nil {
			err = r.record(ctx, tx, by, "reception.rule.change", county.Changes{"station": {r.Station, to}})
		}
		if err != nil {
			return 0, fmt.Errorf("move rules: %w", err)
		}
	}
	return len(all), err
}

// EndRules ends the rules of places that end, and returns them as they were.
func EndRules(ctx context.Context, tx *tenant.Tx, by auth.Actor, places []int64) ([]Rule, error) {
	all, err := rulesAt(ctx, tx, `r.place_id = any(@places) and not r.retired`, pgx.NamedArgs{"places": places})
	for _, r := range all {
		if err := r.retire(ctx, tx, by, true); err != nil {
			return nil, err
		}
	}
	return all, err
}

// rulesAt holds the rules that a condition finds.
func rulesAt(ctx context.Context, tx *tenant.Tx, condition string, args pgx.NamedArgs) ([]Rule, error) {
	all, err := postgres.All[Rule](ctx, tx, selectRules+`and `+condition+` order by r.id for no key update of r`, args)
	if err != nil {
		return nil, fmt.Errorf("rules of places: %w", err)
	}
	return all, nil
}
