package reception

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/internal/null"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

func (e Entry) on(deputy int64) (OnDuty, bool) {
	i := slices.IndexFunc(e.Duty, func(d OnDuty) bool { return d.ID == deputy })
	if i < 0 {
		return OnDuty{}, false
	}
	return e.Duty[i], true
}

// Join puts a deputy on a day, as a substitute or not. Who is elsewhere at the time, or on
// leave, is errs.Invalid at deputy; who is on the day already is no change. After a day was
// held, it adds who came and was forgotten.
func Join(ctx context.Context, tx *tenant.Tx, by auth.Actor, id int64, version int32, deputy int64, substitute bool) error {
	c, err := hold(ctx, tx, by, id, version)
	if err != nil {
		return err
	}
	held := c.State == WasHeld
	if !held {
		if err := c.open(); err != nil {
			return err
		}
	}
	if there, is := c.on(deputy); is && there.Substitute == substitute {
		return nil
	}
	if there, is := c.on(deputy); is && substitute && c.last(there) {
		return errs.Invalid{"deputy": lastOne}
	}
	if err := c.seat(ctx, tx, "deputy", []int64{deputy}, substitute); err != nil {
		return err
	}
	if held {
		_, err := postgres.Exec(ctx, tx, `update reception_deputies set came = true where county_id = @county and reception_id = @id and deputy_id = @deputy`,
			pgx.NamedArgs{"id": id, "deputy": deputy})
		if err != nil {
			return fmt.Errorf("join a day: %w", err)
		}
	}
	if err := c.write(ctx, "", pgx.NamedArgs{}); err != nil {
		return fmt.Errorf("join a day: %w", err)
	}
	return c.done(ctx, "reception.join", event{kind: "joined", deputy: deputy})
}

// last reports whether nobody would be left of those whom the day's notice announces.
func (c *change) last(d OnDuty) bool {
	return c.State == Published && !d.Substitute && c.seated(false) == 1
}

const lastOne = "公告里只有这一位代表。请换成别的代表，或者先撤回公告，或者取消这一天。"

// Leave takes a deputy off a day, with a reason where the day is published.
func Leave(ctx context.Context, tx *tenant.Tx, by auth.Actor, id int64, version int32, deputy int64, reason string) error {
	return swap(ctx, tx, by, id, version, deputy, 0, reason)
}

// Swap lets another deputy come instead of one, with a reason.
func Swap(ctx context.Context, tx *tenant.Tx, by auth.Actor, id int64, version int32, deputy, instead int64, reason string) error {
	if instead == 0 {
		return errs.Invalid{"instead": "请选择换成谁。"}
	}
	return swap(ctx, tx, by, id, version, deputy, instead, reason)
}

// StepUp lets a substitute of the day who is free come instead of a deputy who is on leave.
// Where there is none, or the deputy is not on leave, it is errs.Conflict.
func StepUp(ctx context.Context, tx *tenant.Tx, by auth.Actor, id, deputy int64) error {
	c, err := hold(ctx, tx, by, id, 0)
	if err != nil {
		return err
	}
	away, err := busy(ctx, tx, []int64{deputy}, c.Date, c.Starts, c.Ends, id)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(away, func(clash Clash) bool { return clash.Until != nil }) {
		return errs.Refuse(errs.Conflict, "这位代表这一天没有请假，或者已经销假。要换人的，请在下面换。")
	}
	for _, d := range c.Duty {
		if !d.Substitute || d.ID == deputy {
			continue
		}
		clashes, err := busy(ctx, tx, []int64{d.ID}, c.Date, c.Starts, c.Ends, id)
		if err != nil {
			return err
		}
		if len(clashes) == 0 {
			return swap(ctx, tx, by, id, 0, deputy, d.ID, "请假，由替补接待")
		}
	}
	return errs.Refuse(errs.Conflict, "这一天没有能来的替补，请在下面换人。")
}

func swap(ctx context.Context, tx *tenant.Tx, by auth.Actor, id int64, version int32, deputy, instead int64, reason string) error {
	c, err := hold(ctx, tx, by, id, version)
	if err != nil {
		return err
	}
	if err := c.open(); err != nil {
		return err
	}
	there, is := c.on(deputy)
	if !is {
		return errs.Invalid{"deputy": "这位代表不在这一天的名单里，请重新选择。"}
	}
	invalid := errs.Invalid{}
	if instead == 0 && c.last(there) {
		invalid["deputy"] = lastOne
	}
	if instead != 0 || c.State == Published {
		county.Needed(invalid, "reason", reason, "请写明原因。", longLine)
	}
	if other, is := c.on(instead); is && !other.Substitute {
		invalid["instead"] = "这位代表当天已经在名单里，请另选一位。"
	}
	if err := invalid.Err(); err != nil {
		return err
	}
	_, err = postgres.Exec(ctx, tx, `delete from reception_deputies where county_id = @county and reception_id = @id and deputy_id = @deputy`,
		pgx.NamedArgs{"id": id, "deputy": deputy})
	if err != nil {
		return fmt.Errorf("leave a day: %w", err)
	}
	action, ev := "reception.leave", event{kind: "left", deputy: deputy, reason: strings.TrimSpace(reason)}
	if instead != 0 {
		action, ev.kind, ev.instead = "reception.swap", "swapped", instead
		if err := c.seat(ctx, tx, "instead", []int64{instead}, there.Substitute); err != nil {
			return err
		}
	}
	if err := c.write(ctx, "", pgx.NamedArgs{}); err != nil {
		return fmt.Errorf("leave a day: %w", err)
	}
	return c.done(ctx, action, ev)
}

// Report is what came of a day.
type Report struct {
	Came    []int64 // of those on duty
	Besides []int64 // who came and was not on duty
	Organs  string  // 国家机关参加情况
	Note    string
}

// Held records that a day was held and who came; said again, it corrects what was said
// before. It returns errs.Invalid by field: a day to come cannot have been held, and one
// to which nobody came was cancelled. Where citizens came and no deputy, the note says why.
func Held(ctx context.Context, tx *tenant.Tx, by auth.Actor, id int64, version int32, in Report) error {
	c, err := hold(ctx, tx, by, id, version)
	if err != nil {
		return err
	}
	invalid := errs.Invalid{}
	switch {
	case c.State == Cancelled:
		return c.open()
	case c.Date.After(calendar.DateOf(tx.Now())):
		return errs.Refuse(errs.Conflict, "这一天还没有到。")
	case c.Date == calendar.DateOf(tx.Now()) && tx.Now().In(calendar.Shanghai).Format("15:04") < c.Starts:
		return errs.Refuse(errs.Conflict, "接待 "+c.Starts+" 才开始，开始以后再登记接待情况。")
	case len(in.Came)+len(in.Besides) == 0 && c.Visits > 0: // people came, so it is not cancelled
		county.Needed(invalid, "note", in.Note, "登记了来访，但一位代表都没有来，请写明原因。", longText)
	case len(in.Came)+len(in.Besides) == 0:
		invalid["came"] = "请选择来了哪些代表。一位都没有来的，请写明原因取消这一天。"
	}
	for _, deputy := range in.Came {
		if _, is := c.on(deputy); !is {
			invalid["came"] = "请在名单里选择；名单外来的代表，请在下面选。"
		}
	}
	in.Organs, in.Note = county.Trimmed(in.Organs), county.Trimmed(in.Note)
	county.Readable(invalid, "organs", in.Organs, longText)
	county.Readable(invalid, "note", in.Note, longText)
	if err := invalid.Err(); err != nil {
		return err
	}
	if err := c.besides(ctx, &in); err != nil {
		return err
	}
	c.changes.Set("state", c.StateName(), NameOf(States, WasHeld))
	c.changes.Set("organs", null.Value(c.Organs), in.Organs)
	c.changes.Set("note", null.Value(c.Note), in.Note)
	came := make([]tenant.Statement, len(c.Duty))
	for i, d := range c.Duty {
		is := slices.Contains(in.Came, d.ID)
		c.changes.Set("came "+d.Name, county.YesNo(null.Value(d.Came)), county.YesNo(is))
		came[i] = tenant.Statement{Args: pgx.NamedArgs{"id": id, "deputy": d.ID, "came": is},
			SQL: `update reception_deputies set came = @came where county_id = @county and reception_id = @id and deputy_id = @deputy`}
	}
	if c.State == WasHeld && len(c.changes) == 0 {
		return nil // pressed twice
	}
	if err := tx.Batch(ctx, came); err != nil {
		return fmt.Errorf("who came: %w", err)
	}
	err = c.write(ctx, `state = 'held', organs = @organs, note = @note, reported_at = @now, reported_by = @by, reported_name = @by_name`,
		pgx.NamedArgs{"organs": null.Of(in.Organs), "note": null.Of(in.Note), "now": tx.Now(), "by": by.UserID, "by_name": by.Name})
	if err != nil {
		return fmt.Errorf("what came of a day: %w", err)
	}
	return c.done(ctx, "reception.held", event{kind: "held"})
}

// besides puts those on the day who came without being on duty. A leave hinders nobody who came.
func (c *change) besides(ctx context.Context, in *Report) error {
	fresh := slices.Compact(slices.Sorted(slices.Values(in.Besides)))
	in.Came = slices.Concat(in.Came, fresh)
	fresh = slices.DeleteFunc(fresh, func(id int64) bool { _, is := c.on(id); return is }) // pressed twice
	if len(fresh) == 0 {
		return nil
	}
	found, err := c.known(ctx, c.tx, "besides", fresh)
	if err != nil {
		return err
	}
	clashes, err := busy(ctx, c.tx, fresh, c.Date, c.Starts, c.Ends, c.ID)
	if err != nil {
		return err
	}
	words := ""
	for _, clash := range clashes {
		if clash.Until == nil {
			words += clash.Words()
		}
	}
	for _, d := range found {
		if !d.Member {
			words += d.Name + outside
		}
	}
	if words != "" {
		return errs.Invalid{"besides": words}
	}
	if err := c.put(ctx, c.tx, fresh, false); err != nil {
		return err
	}
	for _, d := range found {
		c.Duty = append(c.Duty, OnDuty{ID: d.ID, Name: d.Name})
		if err := happened(ctx, c.tx, c.by, c.ID, event{kind: "joined", deputy: d.ID}); err != nil {
			return err
		}
	}
	return nil
}
