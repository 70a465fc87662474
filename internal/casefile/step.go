package casefile

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"lianluo/internal/audit"
	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/internal/null"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// Stale is a form that was filled while somebody else moved the case on. It is an
// errs.Conflict, and says what the other did.
type Stale struct {
	Case  Case
	Since []Event // what happened after the form was opened, oldest first
}

func (s Stale) Error() string {
	return fmt.Sprintf("case %s is at version %d", s.Case.Number, s.Case.Version)
}

// Unwrap makes a Stale an errs.Conflict.
func (Stale) Unwrap() error { return errs.Conflict }

// taking is a step while it is taken.
type taking struct {
	ctx      context.Context
	tx       *tenant.Tx
	by       auth.Actor
	in       Input
	c        *Case
	row      Row
	events   []Event
	timers   *timers
	settings county.Settings
	calendar *calendar.Calendar
	today    calendar.Date

	to    State          // where the step leads; chosen by its effect where the row leaves a choice
	event Event          // what will be recorded
	due   *calendar.Date // the handling clock's end, where the step sets one
	fixed bool           // and no calendar moves it
	extra int            // working days that an extension adds
}

// Take takes one step on the case with that number, in the caller's transaction: the
// case's row is locked, the table is asked, the event, the new state, the clocks, the
// audit and the messages are written together. It returns errs.NotFound for another
// county's case, errs.Forbidden for somebody without the right, Stale (an errs.Conflict)
// for a form that somebody else overtook, errs.Conflict for a step that the case's state
// does not allow, and errs.Invalid for input that the step cannot work with. A repeated
// submission key changes nothing and returns the case as it is.
func Take(ctx context.Context, tx *tenant.Tx, by auth.Actor, number string, in Input) (Case, error) {
	if in.Step == Merge && readable(in.LeadNumber) { // its lead is held too
		if err := lockAll(ctx, tx, number, in.LeadNumber); err != nil {
			return Case{}, err
		}
	}
	c, err := lock(ctx, tx, number)
	if err != nil {
		return Case{}, err
	}
	if err := c.SeenBy(by); err != nil {
		return *c, err
	}
	if done, err := Repeated(ctx, tx, by, c.ID, in); done || err != nil {
		return *c, err
	}
	t := &taking{ctx: ctx, tx: tx, by: by, in: in, c: c, today: calendar.DateOf(tx.Now())}
	if t.events, err = events(ctx, tx, c.ID); err != nil {
		return *c, err
	}
	if in.Version != 0 && in.Version != c.Version {
		since := max(0, min(int(in.Version), len(t.events))) // any number may come with a form
		return *c, Stale{*c, t.events[since:]}
	}
	if t.row, err = choose(by, c, t.events, in.Step); err != nil {
		return *c, err
	}
	if err := t.take(); err != nil {
		return *c, err
	}
	return *c, nil
}

// Repeated reports whether by has taken this very step with the same submission before: a
// second press, or a retry after a lost answer. A key that stands for another step, or is
// another person's, is no repetition.
func Repeated(ctx context.Context, tx *tenant.Tx, by auth.Actor, caseID int64, in Input) (bool, error) {
	if in.Key == uuid.Nil {
		return false, nil
	}
	_, err := postgres.Value[int64](ctx, tx, `select id from case_events where county_id = @county and submission_key = @key
		and case_id = @case_id and step = @step and actor_id is not distinct from @actor`,
		pgx.NamedArgs{"key": in.Key, "case_id": caseID, "step": in.Step, "actor": null.Of(by.UserID)})
	if errors.Is(err, errs.NotFound) {
		return false, nil
	}
	return err == nil, err
}

// choose finds the row of the table that by may take from where the case stands.
func choose(by auth.Actor, c *Case, history []Event, step Step) (Row, error) {
	rows := Rows(step, c.State)
	if len(rows) == 0 {
		return Row{}, errs.Refuse(errs.Conflict, "这件事现在是“"+c.State.Name()+"”，不能“"+step.Name()+"”。")
	}
	past := ""
	for _, row := range rows {
		if !entitled(by, c, history, row) {
			continue
		}
		if past = pastForbids(c, history, row); past == "" {
			return row, nil
		}
	}
	if past != "" {
		return Row{}, errs.Refuse(errs.Conflict, past)
	}
	return Row{}, errs.Refuse(errs.Forbidden, "“"+step.Name()+"”不归您办。"+whoElse(c, rows))
}

// take does the step whose row was chosen.
func (t *taking) take() error {
	var err error
	if t.settings, err = county.SettingsTx(t.ctx, t.tx); err != nil {
		return err
	}
	if t.c.Outcome != nil { // it may open again, and ChangeCalendar holds none that is closed
		if err := heldNumbers(t.ctx, t.tx, "share"); err != nil {
			return err
		}
	}
	if t.calendar, err = calendar.OfTx(t.ctx, t.tx); err != nil { // after the lock: see ChangeCalendar
		return err
	}
	if t.timers, err = openTimers(t.ctx, t.tx, t.c.ID, t.calendar); err != nil {
		return err
	}
	if err := t.check(); err != nil {
		return err
	}
	t.begin()
	if effect := effects[t.in.Step]; effect != nil {
		if err := effect(t); err != nil {
			return err
		}
	}
	return t.finish()
}

// begin prepares the event and the state that the row leads to.
func (t *taking) begin() {
	from := t.c.State
	t.to = from
	if len(t.row.To) > 0 {
		t.to = t.row.To[0]
	}
	if t.to == Back {
		t.to = *t.c.ReturnsTo
	}
	t.event = Event{Step: t.in.Step, FromState: &from, Round: t.c.Round, ActorID: null.Of(t.by.UserID), ActorName: t.by.Signature(),
		ActorRole: string(t.by.Role), At: t.tx.Now(), Reason: null.Of(t.in.Reason), Body: null.Of(t.in.Text)}
}

// finish writes what the step came to.
func (t *taking) finish() error {
	if len(t.row.To) > 0 && !slices.Contains(t.row.To, Back) && !slices.Contains(t.row.To, t.to) {
		return fmt.Errorf("step %s leads to %s, which its row does not allow", t.in.Step, t.to)
	}
	from := t.c.State
	t.moveClocks(from)
	if handle := t.timers.handle(); handle != nil && t.row.Clocks.Moves {
		t.note("due", handle.DueOn.String())
	}
	t.c.State, t.event.ToState = t.to, t.to
	if t.c.State != Closed && t.c.State != Archived {
		t.c.Outcome, t.c.ClosedAt = nil, nil
	}
	t.timers.face(t.c)
	if err := t.timers.save(t.ctx, t.tx, t.c.ID); err != nil {
		return err
	}
	if err := t.moveOrder(); err != nil {
		return err
	}
	if err := t.c.save(t.ctx, t.tx); err != nil {
		return err
	}
	if err := appendEvent(t.ctx, t.tx, t.c.ID, t.in.Key, t.event); err != nil {
		return err
	}
	return audit.Record(t.ctx, t.tx, t.by.Audit(), "case."+string(t.in.Step), "case "+t.c.Number,
		map[string]any{"from": from, "to": t.to, "round": t.c.Round})
}

// moveClocks moves the clocks as the row says; a closed case has none.
func (t *taking) moveClocks(from State) {
	switch {
	case t.to == Closed || t.to == Archived:
		t.timers.end()
	case len(t.row.To) > 1 && from == t.to: // amended, and still under review: the review runs on
	case t.to == Sorted && slices.Contains(t.row.Clocks.Starts, ClockHandle):
		t.timers.move(start(ClockHandOut), t.c.Round, t.dueOf, 0) // a new round of a case that no unit has
	default:
		t.timers.move(t.row.Clocks, t.c.Round, t.dueOf, t.extra)
	}
}

// dueOf is the end of a clock that starts now, and whether it is fixed.
func (t *taking) dueOf(kind Clock) (due calendar.Date, fixed bool) {
	switch kind {
	case ClockHandle, ClockSuggest, ClockPause:
		if t.due != nil {
			return *t.due, t.fixed
		}
	case ClockHandOut:
		if t.in.Step == Sort { // within the period from registering, and never before today
			return later(t.today, t.calendar.AddWorkdays(calendar.DateOf(t.c.RegisteredAt), t.settings.HandOutDays)), false
		}
		return t.calendar.AddWorkdays(t.today, 2), false // a return was granted
	}
	return t.calendar.AddWorkdays(t.today, period(kind, t.settings)), false
}

func later(a, b calendar.Date) calendar.Date {
	if a.After(b) {
		return a
	}
	return b
}

func (t *taking) close(outcome Outcome) {
	t.to, t.c.Outcome = Closed, &outcome
	if t.c.ClosedAt == nil { // an amended verdict leaves the day of closing where it was
		now := t.tx.Now()
		t.c.ClosedAt = &now
	}
}
