package casefile

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/null"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// The steps by which open cases go elsewhere when a station or a unit ends. They are no rows
// of the table: nobody takes them on one case, package network takes them on all that there
// are. The state stays, and the clocks go on: a hand-over alone restarts none.
const (
	MoveStations Step = "move_station" // 转站
	MoveUnits    Step = "move_unit"    // 转单位
)

// Transfer is where the open cases of some places go.
type Transfer struct {
	Places  []int64 // where they were said
	Station int64   // the 联络站 that has them from now on
	Place   int64   // 0: the place goes along, and only its station is another one
	From    string  // by name
	To      string
	Reason  string
}

// MovePlaces gives the open cases of places to another station, each with an event, and
// returns how many. A step that is being taken on one of them goes first or comes after, and
// finds the case where it is then. What is closed stays where it was.
func MovePlaces(ctx context.Context, tx *tenant.Tx, by auth.Actor, t Transfer) (int, error) {
	ids, err := lockOpen(ctx, tx, `c.place_id = any(@places) and (c.station_id <> @station or @place <> 0 and c.place_id <> @place)`,
		pgx.NamedArgs{"places": t.Places, "station": t.Station, "place": t.Place})
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	if err := recordAll(ctx, tx, by, ids, Event{Step: MoveStations, Reason: &t.Reason, Detail: map[string]any{"from": t.From, "to": t.To}}); err != nil {
		return 0, err
	}
	_, err = postgres.Exec(ctx, tx, `update cases set station_id = @station, place_id = case when @place = 0 then place_id else @place end,
			version = version + 1, updated_at = @now where county_id = @county and id = any(@ids)`,
		pgx.NamedArgs{"ids": ids, "station": t.Station, "place": t.Place, "now": tx.Now()})
	if err != nil {
		return 0, fmt.Errorf("move cases: %w", err)
	}
	return len(ids), nil
}

// lockOpen holds the open cases that a condition finds, and returns their ids.
func lockOpen(ctx context.Context, tx *tenant.Tx, condition string, args pgx.NamedArgs) ([]int64, error) {
	found, err := postgres.All[struct{ ID int64 }](ctx, tx, `select c.id from cases c
		where c.county_id = @county and c.outcome is null and `+condition+` order by c.id for update of c`, args)
	if err != nil {
		return nil, fmt.Errorf("open cases: %w", err)
	}
	ids := make([]int64, len(found))
	for i, f := range found {
		ids[i] = f.ID
	}
	return ids, nil
}

// recordAll appends one event to each of the cases, in one statement: a station may have
// thousands.
func recordAll(ctx context.Context, tx *tenant.Tx, by auth.Actor, ids []int64, e Event) error {
	_, err := postgres.Exec(ctx, tx, `insert into case_events (county_id, case_id, step, from_state, to_state, round, actor_id, actor_name,
			actor_role, at, reason, unit_id, unit_name, detail)
		select c.county_id, c.id, @step, c.state, c.state, c.round, @actor_id, @actor_name, @actor_role, @at, @reason, @unit_id, @unit_name, @detail
		from cases c where c.county_id = @county and c.id = any(@ids)`,
		pgx.NamedArgs{"ids": ids, "step": e.Step, "actor_id": null.Of(by.UserID), "actor_name": by.Signature(), "actor_role": string(by.Role),
			"at": tx.Now(), "reason": e.Reason, "unit_id": e.UnitID, "unit_name": e.UnitName, "detail": e.Detail})
	if err != nil {
		return fmt.Errorf("record %s: %w", e.Step, err)
	}
	return nil
}

// Handover is a unit's open work going to another one.
type Handover struct {
	From, To int64
	Reason   string
}

// MoveUnit gives the open cases and the open orders of a unit to another one, each case with
// an event, and returns how many cases. A new order stands for each that the unit had, with
// its date, its signature and its opinion; where the other unit has the case already it is
// the lead's that stays. It returns errs.NotFound for no such units.
func MoveUnit(ctx context.Context, tx *tenant.Tx, by auth.Actor, h Handover) (int, error) {
	names := map[int64]string{}
	for _, id := range []int64{h.From, h.To} {
		name, err := postgres.Value[string](ctx, tx, `select name from units where county_id = @county and id = @id`, pgx.NamedArgs{"id": id})
		if err != nil {
			return 0, fmt.Errorf("unit: %w", err)
		}
		names[id] = name
	}
	ids, err := lockOpen(ctx, tx, `c.id in (select l.id from cases l where l.county_id = @county and l.unit_id = @from and l.outcome is null
		union select o.case_id from case_orders o where o.county_id = @county and o.unit_id = @from and o.ended_at is null)`,
		pgx.NamedArgs{"from": h.From})
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	if err := moveOrders(ctx, tx, h, ids); err != nil {
		return 0, err
	}
	lead, err := lockOpen(ctx, tx, `c.id = any(@ids) and c.unit_id = @from`, pgx.NamedArgs{"ids": ids, "from": h.From})
	if err != nil {
		return 0, err
	}
	beside := slices.DeleteFunc(slices.Clone(ids), func(id int64) bool { _, found := slices.BinarySearch(lead, id); return found })
	to := names[h.To]
	for part, cases := range map[string][]int64{"lead": lead, "co": beside} {
		err := recordAll(ctx, tx, by, cases, Event{Step: MoveUnits, Reason: &h.Reason, UnitID: &h.To, UnitName: &to,
			Detail: map[string]any{"part": part, "from": names[h.From], "to": to}})
		if err != nil {
			return 0, err
		}
	}
	_, err = postgres.Exec(ctx, tx, `update cases set unit_id = case when unit_id = @from then @to else unit_id end, version = version + 1,
			updated_at = @now where county_id = @county and id = any(@ids)`,
		pgx.NamedArgs{"ids": ids, "from": h.From, "to": h.To, "now": tx.Now()})
	if err != nil {
		return 0, fmt.Errorf("move cases: %w", err)
	}
	return len(ids), nil
}

// moveOrders ends the unit's orders on the cases, and the other unit's that would stand
// beside a lead of its own, and writes them anew for the other.
func moveOrders(ctx context.Context, tx *tenant.Tx, h Handover, ids []int64) error {
	type order struct {
		ID     int64
		CaseID int64
		UnitID int64
		Part   string
	}
	open, err := postgres.All[order](ctx, tx, `select id, case_id, unit_id, part from case_orders where county_id = @county
		and case_id = any(@ids) and unit_id in (@from, @to) and ended_at is null order by id`,
		pgx.NamedArgs{"ids": ids, "from": h.From, "to": h.To})
	if err != nil {
		return fmt.Errorf("open orders: %w", err)
	}
	has := map[int64]order{} // what the other unit has of a case
	for _, o := range open {
		if o.UnitID == h.To {
			has[o.CaseID] = o
		}
	}
	var end, renew []int64
	for _, o := range open {
		if o.UnitID == h.To {
			continue
		}
		end = append(end, o.ID)
		beside, both := has[o.CaseID]
		if both && o.Part == "lead" {
			end = append(end, beside.ID)
		}
		if !both || o.Part == "lead" {
			renew = append(renew, o.ID)
		}
	}
	err = tx.Batch(ctx, []tenant.Statement{
		{SQL: `update case_orders set ended_at = @now where county_id = @county and id = any(@end)`, Args: pgx.NamedArgs{"end": end, "now": tx.Now()}},
		{SQL: `insert into case_orders (county_id, case_id, unit_id, part, round, due_on, fixed, may_call, note, handed_out_by, handed_out_at,
				signed_by, signed_at, opinion_at)
			select o.county_id, o.case_id, @to, o.part, o.round, o.due_on, o.fixed, o.may_call, o.note, o.handed_out_by, o.handed_out_at,
				o.signed_by, o.signed_at, o.opinion_at
			from case_orders o where o.county_id = @county and o.id = any(@renew)`, Args: pgx.NamedArgs{"renew": renew, "to": h.To}},
	})
	if err != nil {
		return fmt.Errorf("move orders: %w", err)
	}
	return nil
}

// unitToday is the unit that a new round begins with: the one that had the case, or, where
// that has ended since, the one that it went into; none where it went into nothing.
func (t *taking) unitToday() error {
	type unit struct {
		ID        int64
		Name      string
		Retired   bool
		Successor *int64
	}
	var passed []int64
	for t.c.UnitID != nil && !slices.Contains(passed, *t.c.UnitID) {
		u, err := postgres.One[unit](t.ctx, t.tx, `select id, name, retired, successor_id as successor from units
			where county_id = @county and id = @id for share`, pgx.NamedArgs{"id": *t.c.UnitID})
		if err != nil {
			return fmt.Errorf("unit: %w", err)
		}
		if !u.Retired {
			if len(passed) > 0 {
				t.event.UnitID, t.event.UnitName = &u.ID, &u.Name
			}
			return nil
		}
		passed = append(passed, u.ID)
		t.c.UnitID = u.Successor
	}
	t.c.UnitID = nil
	return nil
}

// Transferred is what a transfer's event says: from where, and to where.
func (e Event) Transferred() (from, to string, ok bool) {
	if e.Step != MoveStations && e.Step != MoveUnits {
		return "", "", false
	}
	from, _ = e.Detail["from"].(string)
	to, ok = e.Detail["to"].(string)
	return from, to, ok
}
