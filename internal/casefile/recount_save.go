package casefile

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/tenant"
)

// save writes what became of the dates.
func (r *recount) save(ctx context.Context, tx *tenant.Tx, reason string) error {
	var statements []tenant.Statement
	for i := range r.cases {
		statements = append(statements, r.cases[i].statements(tx, reason)...)
	}
	const most = 500 // statements in one trip
	for chunk := range slices.Chunk(statements, most) {
		if err := tx.Batch(ctx, chunk); err != nil {
			return fmt.Errorf("recount: %w", err)
		}
	}
	return nil
}

func (c *recounted) statements(tx *tenant.Tx, reason string) []tenant.Statement {
	var all []tenant.Statement
	add := func(sql string, args pgx.NamedArgs) { all = append(all, tenant.Statement{SQL: sql, Args: args}) }
	for _, i := range c.changed {
		t := c.timers.all[i]
		add(`update case_clocks set due_on = @due_on, provisional = @provisional where county_id = @county and id = @id`,
			pgx.NamedArgs{"id": t.ID, "due_on": t.DueOn, "provisional": t.Provisional})
	}
	for _, o := range c.orders {
		add(`update case_orders set due_on = @due_on where county_id = @county and id = @id`, pgx.NamedArgs{"id": o.ID, "due_on": o.DueOn})
	}
	for _, move := range c.moves {
		switch move.Clock {
		case ClockHandle: // as in moveOrder
			add(`update case_orders set due_on = @due_on where county_id = @county and case_id = @case_id and part = 'lead' and ended_at is null`,
				pgx.NamedArgs{"case_id": c.ID, "due_on": move.To})
		case ClockRating: // a link ends with the window
			add(`update rating_links set expires_at = @expires where county_id = @county and case_id = @case_id and used_at is null and revoked_at is null`,
				pgx.NamedArgs{"case_id": c.ID, "expires": move.To.AddDays(1).Start()})
		}
	}
	if len(c.moves) > 0 {
		c.Version++
		system := auth.SystemOf(tx.County())
		all = append(all, Event{Step: Recount, FromState: &c.State, ToState: c.State, Round: c.Round, ActorName: system.Name,
			ActorRole: string(system.Role), At: tx.Now(), Reason: &reason,
			Detail: map[string]any{"moves": c.moves}}.statement(c.ID, uuid.Nil))
	}
	if c.shown || len(c.moves) > 0 {
		add(`update cases set clock = @clock, due_on = @due_on, due_provisional = @provisional, version = @version, updated_at = @now
			where county_id = @county and id = @id`, pgx.NamedArgs{"id": c.ID, "clock": c.Clock, "due_on": c.DueOn,
			"provisional": c.DueProvisional, "version": c.Version, "now": tx.Now()})
	}
	return all
}

// Moves are the dates that a Recount moved.
func (e Event) Moves() []Move {
	var moves []Move
	list, _ := e.Detail["moves"].([]any)
	for _, item := range list {
		fields, _ := item.(map[string]any)
		text := func(name string) string { s, _ := fields[name].(string); return s }
		from, err := calendar.ParseDate(text("from"))
		to, err2 := calendar.ParseDate(text("to"))
		if errors.Join(err, err2) == nil {
			moves = append(moves, Move{Clock: Clock(text("clock")), Unit: text("unit"), From: from, To: to})
		}
	}
	return moves
}
