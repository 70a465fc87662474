package reception

import (
	"context"
	"strings"

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

// event is what happened to a day.
type event struct {
	kind     string
	deputy   int64
	instead  int64
	from, to *calendar.Date
	reason   string
	public   string // what citizens are told of it
}

// Reason is why something changes: the office's own words, and what citizens are told.
type Reason struct {
	Inside string
	Public string // "" or 因故: nothing more
}

// ForSomeReason is what citizens are told where the office says no more.
const ForSomeReason = "因故"

// check tidies what was typed and judges it; missing says what to write.
func (r *Reason) check(invalid errs.Invalid, missing string) {
	county.Needed(invalid, "reason", r.Inside, missing, longLine)
	r.Inside, r.Public = strings.TrimSpace(r.Inside), strings.TrimSpace(r.Public)
	county.Readable(invalid, "public", r.Public, longLine)
	if r.Public == ForSomeReason {
		r.Public = ""
	}
}

// told is what a citizen is told who has an appointment.
func (r Reason) told() string {
	if r.Public == "" {
		return ForSomeReason
	}
	return r.Public
}

func happened(ctx context.Context, tx *tenant.Tx, by auth.Actor, id int64, ev event) error {
	_, err := postgres.Exec(ctx, tx, `insert into reception_events (county_id, reception_id, kind, deputy_id, instead_id, from_date, to_date, reason, public_reason, by_id, by_name, at)
		values (@county, @id, @kind, @deputy, @instead, @from, @to, @reason, @public, @by, @by_name, @now)`,
		pgx.NamedArgs{"id": id, "kind": ev.kind, "deputy": null.Of(ev.deputy), "instead": null.Of(ev.instead), "from": ev.from, "to": ev.to,
			"reason": null.Of(ev.reason), "public": null.Of(ev.public), "by": null.Of(by.UserID), "by_name": by.Name, "now": tx.Now()})
	return err
}

// change is a day that is held while somebody changes it.
type change struct {
	Entry
	tx      *tenant.Tx
	by      auth.Actor
	changes county.Changes
}

// hold reads a day for whoever may change it. A form that began from another version is
// county.Stale; with version 0 nobody asks.
func hold(ctx context.Context, tx *tenant.Tx, by auth.Actor, id int64, version int32) (*change, error) {
	_, err := postgres.Value[int64](ctx, tx, `select id from receptions where county_id = @county and id = @id for no key update`, pgx.NamedArgs{"id": id})
	if err != nil {
		return nil, err
	}
	c := &change{tx: tx, by: by, changes: county.Changes{}}
	if c.Entry, err = postgres.One[Entry](ctx, tx, `select `+entryColumns+entryFrom+`and r.id = @id`, pgx.NamedArgs{"id": id}); err != nil {
		return nil, err
	}
	if err := mayChange(by, c.StationID); err != nil {
		return nil, err
	}
	if version != 0 && version != c.Version {
		return nil, county.Overtaken(ctx, tx, "reception "+itoa(id), version, c.Version)
	}
	return c, nil
}

// holdForSystem reads a day of which condition is true, for the system; one of which it is
// not is errs.NotFound.
func holdForSystem(ctx context.Context, tx *tenant.Tx, id int64, condition string) (*change, error) {
	_, err := postgres.Value[int64](ctx, tx, `select id from receptions where county_id = @county and id = @id and `+condition+` for no key update`,
		pgx.NamedArgs{"id": id})
	if err != nil {
		return nil, err
	}
	c := &change{tx: tx, by: auth.SystemOf(tx.County()), changes: county.Changes{}}
	c.Entry, err = postgres.One[Entry](ctx, tx, `select `+entryColumns+entryFrom+`and r.id = @id`, pgx.NamedArgs{"id": id})
	return c, err
}

// open refuses a day that is over.
func (c *change) open() error {
	if !c.Live() {
		return errs.Refuse(errs.Conflict, "这一天"+c.StateName()+"，不能再改。")
	}
	return nil
}

// write sets columns of the day, besides those that every change sets.
func (c *change) write(ctx context.Context, sets string, args pgx.NamedArgs) error {
	if sets != "" {
		sets += ", "
	}
	args["id"], args["version"] = c.ID, c.Version+1
	_, err := postgres.Exec(ctx, c.tx, `update receptions set `+sets+`touched = true, version = @version where county_id = @county and id = @id`, args)
	return err
}

// done records the change last in its transaction: in the day's history, where it was
// published in a corrected notice, and in the county's record.
func (c *change) done(ctx context.Context, action string, ev event) error {
	if err := happened(ctx, c.tx, c.by, c.ID, ev); err != nil {
		return err
	}
	if c.State == Published && ev.kind != "held" {
		act, reason := corrected, ev.reason
		if ev.kind == "cancelled" {
			act = withdrawn
		}
		if reason == "" {
			reason = "内容有改动"
		}
		if err := c.notice(ctx, act, reason, ev.public); err != nil {
			return err
		}
	}
	detail := map[string]any{"name": c.Station + " " + c.Date.String(), "version": c.Version + 1}
	if len(c.changes) > 0 {
		detail["changes"] = c.changes
	}
	if ev.reason != "" {
		detail["reason"] = ev.reason
	}
	return audit.Record(ctx, c.tx, c.by.Audit(), action, "reception "+itoa(c.ID), detail)
}
