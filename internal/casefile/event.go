package casefile

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"lianluo/internal/null"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// Event is one thing that happened to a case. Events are append-only by grant.
type Event struct {
	ID        int64
	Step      Step
	FromState *State // nil: the case began here
	ToState   State
	Round     int16
	ActorID   *int64 // nil: the citizen or the system
	ActorName string
	ActorRole string
	At        time.Time
	Reason    *string
	Body      *string
	UnitID    *int64
	UnitName  *string
	Detail    map[string]any // what else the step recorded; never personal data
}

const eventColumns = `e.id, e.step, e.from_state, e.to_state, e.round, e.actor_id, e.actor_name, e.actor_role, e.at,
	e.reason, e.body, e.unit_id, e.unit_name, e.detail`

// Events reads a case's history from its beginning.
func Events(v *tenant.View, number string) *[]Event {
	return tenant.All[Event](v, `select `+eventColumns+` from case_events e
		join cases c on c.county_id = @county and c.id = e.case_id
		where e.county_id = @county and c.number = @number order by e.id`, pgx.NamedArgs{"number": number})
}

func events(ctx context.Context, tx *tenant.Tx, caseID int64) ([]Event, error) {
	return postgres.All[Event](ctx, tx, `select `+eventColumns+` from case_events e
		where e.county_id = @county and e.case_id = @case_id order by e.id`, pgx.NamedArgs{"case_id": caseID})
}

func appendEvent(ctx context.Context, tx *tenant.Tx, caseID int64, key uuid.UUID, e Event) error {
	s := e.statement(caseID, key)
	if _, err := postgres.Exec(ctx, tx, s.SQL, s.Args); err != nil {
		return fmt.Errorf("record %s: %w", e.Step, err)
	}
	return nil
}

func (e Event) statement(caseID int64, key uuid.UUID) tenant.Statement {
	return tenant.Statement{SQL: `insert into case_events (county_id, case_id, submission_key, step, from_state, to_state,
			round, actor_id, actor_name, actor_role, at, reason, body, unit_id, unit_name, detail)
		values (@county, @case_id, @key, @step, @from_state, @to_state, @round, @actor_id, @actor_name, @actor_role, @at,
			@reason, @body, @unit_id, @unit_name, @detail)`,
		Args: pgx.NamedArgs{"case_id": caseID, "key": null.Of(key), "step": e.Step, "from_state": e.FromState, "to_state": e.ToState,
			"round": e.Round, "actor_id": e.ActorID, "actor_name": e.ActorName, "actor_role": e.ActorRole, "at": e.At,
			"reason": e.Reason, "body": e.Body, "unit_id": e.UnitID, "unit_name": e.UnitName, "detail": e.Detail}}
}

// last returns the newest of events whose step is among steps.
func last(events []Event, steps ...Step) (Event, bool) {
	for i := len(events) - 1; i >= 0; i-- {
		for _, step := range steps {
			if events[i].Step == step {
				return events[i], true
			}
		}
	}
	return Event{}, false
}
