package unit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/internal/null"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// Move moves a unit in use one place up or down among those of its level and, in a
// township, of its station. from is the place, from 1, that it had when the button was
// shown: pressed twice it moves once.
func Move(ctx context.Context, tx *tenant.Tx, by auth.Actor, id int64, from int, up bool) error {
	was, err := hold(ctx, tx, id)
	if err != nil {
		return err
	}
	type place struct {
		ID       int64
		Position int32
	}
	beside, err := postgres.All[place](ctx, tx, `select id, position from units where county_id = @county and not retired
		and level = @level and station_id is not distinct from @station order by position, id for no key update`,
		pgx.NamedArgs{"level": was.Level, "station": was.StationID})
	if err != nil {
		return fmt.Errorf("order of units: %w", err)
	}
	at := slices.IndexFunc(beside, func(p place) bool { return p.ID == id })
	to := at + 1
	if up {
		to = at - 1
	}
	if at < 0 || at+1 != from || to < 0 || to == len(beside) {
		return nil // moved meanwhile, or nowhere to go
	}
	beside[at].ID, beside[to].ID = beside[to].ID, beside[at].ID
	var statements []tenant.Statement
	for i, p := range beside { // equal positions, which an import may leave, become different ones
		position := max(p.Position, beside[max(i-1, 0)].Position+int32(min(i, 1)))
		beside[i].Position = position
		statements = append(statements, tenant.Statement{SQL: `update units set position = @position where county_id = @county and id = @id`,
			Args: pgx.NamedArgs{"id": p.ID, "position": position}})
	}
	if err := tx.Batch(ctx, statements); err != nil {
		return fmt.Errorf("order of units: %w", err)
	}
	return record(ctx, tx, by, "unit.move", was.Name, 0, county.Changes{"position": {strconv.Itoa(at + 1), strconv.Itoa(to + 1)}})
}

// Retirement is the end of a unit.
type Retirement struct {
	Version   int32 // that the form began from
	Successor int64 // the unit that it goes into; 0: none
	Reason    string
}

// Retire ends a unit: nothing is handed to it any more, its past stays. It returns
// errs.Conflict while it has open orders or accounts, which go elsewhere first (package
// network moves them), and errs.Invalid at successor for a unit that cannot take over.
func Retire(ctx context.Context, tx *tenant.Tx, by auth.Actor, id int64, r Retirement) error {
	was, err := hold(ctx, tx, id)
	if err != nil || was.Retired {
		return err
	}
	if was.Version != r.Version {
		return stale(ctx, tx, was, r.Version)
	}
	into, err := successor(ctx, tx, id, r.Successor)
	if err != nil {
		return err
	}
	if err := idle(ctx, tx, id); err != nil {
		return err
	}
	_, err = postgres.Exec(ctx, tx, `update units set retired = true, retired_on = @today, successor_id = @successor, version = @version
		where county_id = @county and id = @id`,
		pgx.NamedArgs{"id": id, "today": calendar.DateOf(tx.Now()), "successor": null.Of(r.Successor), "version": was.Version + 1})
	if err != nil {
		return fmt.Errorf("retire a unit: %w", err)
	}
	changes := county.Changes{"retired": {"在用", "已撤销"}}
	changes.Set("successor", "", into)
	changes.Set("reason", "", r.Reason)
	return record(ctx, tx, by, "unit.retire", was.Name, was.Version+1, changes)
}

// successor is the name of the unit that takes over, which must be another one and in use.
func successor(ctx context.Context, tx *tenant.Tx, id, into int64) (string, error) {
	if into == 0 {
		return "", nil
	}
	found, err := postgres.All[struct{ Name string }](ctx, tx, `select name from units where county_id = @county and id = @id and not retired and id <> @self for share`,
		pgx.NamedArgs{"id": into, "self": id})
	if err != nil {
		return "", fmt.Errorf("unit: %w", err)
	}
	if len(found) == 0 {
		return "", errs.Invalid{"successor": "请选择另一个在用的单位。"}
	}
	return found[0].Name, nil
}

// idle asks whether anything still waits for the unit, or anybody acts for it.
func idle(ctx context.Context, tx *tenant.Tx, id int64) error {
	type busy struct{ Orders, Accounts int }
	b, err := postgres.One[busy](ctx, tx, `select
			(select count(*) from case_orders o join cases c on c.county_id = @county and c.id = o.case_id
				where o.county_id = @county and o.unit_id = @id and o.ended_at is null and c.outcome is null) as orders,
			(select count(distinct r.user_id) from user_roles r join users u on u.county_id = @county and u.id = r.user_id
				where r.county_id = @county and r.unit_id = @id and u.disabled_at is null
				and (r.to_date is null or r.to_date >= @today)) as accounts`,
		pgx.NamedArgs{"id": id, "today": calendar.DateOf(tx.Now())})
	switch {
	case err != nil:
		return fmt.Errorf("unit: %w", err)
	case b.Orders > 0:
		return errs.Refuse(errs.Conflict, "还有 "+strconv.Itoa(b.Orders)+" 件事项在这个单位办理，请先交给别的单位。")
	case b.Accounts > 0:
		return errs.Refuse(errs.Conflict, "还有 "+strconv.Itoa(b.Accounts)+" 个账号在这个单位，请先移走或者停用。")
	}
	return nil
}

// Restore takes a retired unit into use again. It returns errs.Conflict where the station
// of its township is gone.
func Restore(ctx context.Context, tx *tenant.Tx, by auth.Actor, id int64) error {
	station, err := postgres.Value[int64](ctx, tx, `select coalesce(station_id, 0) from units where county_id = @county and id = @id`, pgx.NamedArgs{"id": id})
	if err != nil {
		return fmt.Errorf("unit: %w", err)
	}
	if err := holdStation(ctx, tx, station); err != nil {
		return err
	}
	was, err := hold(ctx, tx, id)
	if err != nil || !was.Retired {
		return err
	}
	f := Facts{Level: was.Level, StationID: station}
	err = f.check(ctx, tx)
	if _, gone := errors.AsType[errs.Invalid](err); gone {
		return errs.Refuse(errs.Conflict, "它的联络站已经不在了，不能恢复。请另建一个单位。")
	}
	if err != nil {
		return err
	}
	_, err = postgres.Exec(ctx, tx, `update units set retired = false, retired_on = null, successor_id = null, version = @version
		where county_id = @county and id = @id`, pgx.NamedArgs{"id": id, "version": was.Version + 1})
	if err != nil {
		return fmt.Errorf("restore a unit: %w", err)
	}
	return record(ctx, tx, by, "unit.restore", was.Name, was.Version+1, county.Changes{"retired": {"已撤销", "在用"}})
}
