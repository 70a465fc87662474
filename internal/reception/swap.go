package reception

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/county"
	"lianluo/internal/errs"
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
	there, was := c.on(deputy)
	if err := c.seat(ctx, tx, "deputy", []int64{deputy}, substitute); err != nil {
		return err
	}
	switch { // of a day that is over nobody is told
	case held:
	case !substitute:
		err = regain(ctx, tx, by, id, deputy)
	case was && !there.Substitute:
		err = reseat(ctx, tx, by, id, deputy)
	}
	if err != nil {
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

// onRequest stands before the reason of a swap that the deputy asked for.
const onRequest = "本人请人替："

const notOn = "这位代表不在这一天的名单里，请重新选择。"

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
		return errs.Invalid{"deputy": notOn}
	}
	invalid := errs.Invalid{}
	if instead == 0 && c.last(there) {
		invalid["deputy"] = lastOne
	}
	if instead != 0 || c.State == Published {
		county.Needed(invalid, "reason", strings.TrimPrefix(reason, onRequest), "请写明原因。", longLine)
	}
	if other, is := c.on(instead); is && !other.Substitute {
		invalid["instead"] = "这位代表当天已经在名单里，请另选一位。"
	}
	if err := invalid.Err(); err != nil {
		return err
	}
	if err := holdDeputies(ctx, tx, []int64{deputy, instead}); err != nil { // before their seats, as who makes two records one
		return err
	}
	left, err := postgres.Exec(ctx, tx, `delete from reception_deputies where county_id = @county and reception_id = @id and deputy_id = @deputy`,
		pgx.NamedArgs{"id": id, "deputy": deputy})
	switch {
	case err != nil:
		return fmt.Errorf("leave a day: %w", err)
	case left == 0: // the record was merged meanwhile
		return errs.Invalid{"deputy": notOn}
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
	if !there.Substitute {
		if err := reseat(ctx, tx, by, id, deputy); err != nil {
			return err
		}
		if err := regain(ctx, tx, by, id, instead); err != nil {
			return err
		}
	}
	return c.done(ctx, action, ev)
}
