package station

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/internal/null"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// How a place may stand.
const (
	Open      = "open"
	Suspended = "suspended"
	Closed    = "closed"
	Merged    = "merged"
)

// States are how a place may stand, with the names that pages give them.
var States = []struct{ State, Name string }{{Open, "开放"}, {Suspended, "暂停"}, {Closed, "已关闭"}, {Merged, "已合并"}}

// StateChange is how a place stands from a day on, and why.
type StateChange struct {
	State  string        // Open, Suspended or Closed; a merger is Merge's
	Reason string        // may be missing where it opens
	From   calendar.Date // zero: today; never after today
}

// SetState opens, suspends or closes a place, itself alone: what hangs below it and the
// cases that it has are for whoever closes it to settle first. Closing, and opening what is
// closed, needs auth.CloseNetwork. It returns errs.Invalid by field (state, reason, from),
// errs.Conflict for what is merged or lies below what is closed, errs.NotFound and
// errs.Forbidden. A place that stands so already stays as it is.
func SetState(ctx context.Context, tx *tenant.Tx, by auth.Actor, id int64, c StateChange) error {
	was, err := hold(ctx, tx, by, id)
	if err != nil {
		return err
	}
	if (c.State == Closed || ended(was.State)) && !by.May(auth.CloseNetwork) {
		return errs.Forbidden
	}
	if err := c.check(ctx, tx, &was); err != nil || c.State == was.State {
		return err
	}
	switch {
	case was.State == Merged:
		return errs.Refuse(errs.Conflict, "“"+was.Name+"”已经并入“"+null.Value(was.SuccessorName)+"”，不能再改状态。")
	case c.State == Open && was.ParentState != nil && ended(*was.ParentState):
		return errs.Refuse(errs.Conflict, "上一级“"+null.Value(was.ParentName)+"”"+stateName(*was.ParentState)+"，请先开放上一级，或改属别的联络站。")
	}
	return was.become(ctx, tx, by, c, "station.state", 0, "")
}

// check completes a change and judges it by field.
func (c *StateChange) check(ctx context.Context, tx *tenant.Tx, was *Record) error {
	invalid, today := errs.Invalid{}, calendar.DateOf(tx.Now())
	if c.From.IsZero() {
		c.From = today
	}
	c.Reason = county.Trimmed(c.Reason)
	switch c.State {
	case Open:
		county.Readable(invalid, "reason", c.Reason, 200)
	case Suspended, Closed:
		county.Needed(invalid, "reason", c.Reason, "请写明原因，群众和以后的人都看得明白。", 200)
	default:
		invalid["state"] = "请选择：开放或暂停。"
	}
	since, err := postgres.Value[*calendar.Date](ctx, tx, `select max(from_date) from station_states where county_id = @county and station_id = @id`,
		pgx.NamedArgs{"id": was.ID})
	switch {
	case err != nil:
		return fmt.Errorf("history: %w", err)
	case c.From.After(today):
		invalid["from"] = "日期不能晚于今天：状态改了就马上生效。"
	case since != nil && c.From.Before(*since):
		invalid["from"] = "日期不能早于上一次变动的 " + since.String() + "。"
	}
	return invalid.Err()
}

// Merge says that a place goes on in another one: its code leads there, and what it was
// stays readable. It sets the state, the successor and the history alone; what hangs below
// it, its group and its cases are for whoever merges to move. It returns errs.Invalid at
// successor for itself, for one that is merged or closed, for one of a lower kind and for
// a circle, at reason where it is missing; errs.Conflict for what is merged already into
// another one; errs.NotFound and errs.Forbidden.
func Merge(ctx context.Context, tx *tenant.Tx, by auth.Actor, id, successorID int64, reason string) error {
	was, err := hold(ctx, tx, by, id)
	if err != nil {
		return err
	}
	if !by.May(auth.CloseNetwork) {
		return errs.Forbidden
	}
	to, err := FindID(ctx, tx, successorID)
	if err != nil {
		return fmt.Errorf("successor: %w", err)
	}
	switch {
	case was.State == Merged && null.Value(was.Successor) == to.Code:
		return nil // pressed twice
	case was.State == Merged:
		return errs.Refuse(errs.Conflict, "“"+was.Name+"”已经并入“"+null.Value(was.SuccessorName)+"”。")
	}
	invalid := errs.Invalid{}
	reason = county.Trimmed(reason)
	county.Needed(invalid, "reason", reason, "请写明为什么合并。", 200)
	if problem := was.refuseSuccessor(&to); problem != "" {
		invalid["successor"] = problem
	}
	if err := invalid.Err(); err != nil {
		return err
	}
	return was.become(ctx, tx, by, StateChange{State: Merged, Reason: reason, From: calendar.DateOf(tx.Now())}, "station.merge", to.ID, to.Name)
}

// refuseSuccessor says why a place cannot go on in another one, or nothing. There is no way
// round in a circle: a successor is one that is not merged.
func (r *Record) refuseSuccessor(to *Record) string {
	switch {
	case r.ID == to.ID:
		return "不能并入自己，请选另一个。"
	case to.State == Merged:
		return "“" + to.Name + "”已经并入“" + null.Value(to.SuccessorName) + "”，请直接选后者。"
	case to.State == Closed:
		return "“" + to.Name + "”已经关闭，请选一个在用的。"
	case kindRank(to.Kind) > kindRank(r.Kind):
		return kindName(r.Kind) + "不能并入" + kindName(to.Kind) + "。"
	}
	return ""
}

// become writes how a place stands from now on.
func (r *Record) become(ctx context.Context, tx *tenant.Tx, by auth.Actor, c StateChange, action string, successor int64, into string) error {
	err := tx.Batch(ctx, []tenant.Statement{{
		SQL:  `update stations set state = @state, successor_id = @successor, version = @version where county_id = @county and id = @id`,
		Args: pgx.NamedArgs{"id": r.ID, "state": c.State, "successor": null.Of(successor), "version": r.Version + 1},
	}, history(tx, by, r.ID, c, successor)})
	if err != nil {
		return fmt.Errorf("state of station %s: %w", r.Code, err)
	}
	changes := county.Changes{"state": {stateName(r.State), stateName(c.State)}}
	if into != "" {
		changes["successor"] = [2]string{"", into}
	}
	return record(ctx, tx, by, action, r.Code, r.Version+1, changes, map[string]any{"called": r.Name, "reason": c.Reason})
}

// history is the statement that keeps how a place stood.
func history(tx *tenant.Tx, by auth.Actor, id int64, c StateChange, successor int64) tenant.Statement {
	return tenant.Statement{SQL: `insert into station_states (county_id, station_id, state, successor_id, from_date, reason, by_id, by_name, at)
		values (@county, @id, @state, @successor, @from, @reason, @by, @name, @now)`,
		Args: pgx.NamedArgs{"id": id, "state": c.State, "successor": null.Of(successor), "from": c.From, "reason": null.Of(c.Reason),
			"by": null.Of(by.UserID), "name": by.Name, "now": tx.Now()}}
}
