package message_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"lianluo/internal/audit"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/errs"
	"lianluo/internal/message"
	"lianluo/internal/tenant"
)

// desk is one message in a world, and what is done to it.
type desk struct {
	*casetest.World
	t      *testing.T
	number string
	id     int64
}

// newDesk queues one message with a hold, beside the one that tells of the registration.
func newDesk(t *testing.T, hold time.Duration) *desk {
	t.Helper()
	d := &desk{World: casetest.New(t), t: t}
	d.number = d.OneCase()
	d.must(func(ctx context.Context, tx *tenant.Tx) error {
		return message.Queue(ctx, tx, message.Feedback, d.Case(d.number).ID, 1, hold)
	})
	d.id = outbox(d.World, d.number)[1].ID
	return d
}

func (d *desk) must(write func(ctx context.Context, tx *tenant.Tx) error) {
	d.t.Helper()
	if err := d.Update(write); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) message() message.Message { return outbox(d.World, d.number)[1] }

// refused does something that must be an errs.Conflict with these words.
func (d *desk) refused(words string, do func(context.Context, *tenant.Tx, audit.Actor, int64) error) {
	d.t.Helper()
	before := d.message()
	err := d.Update(func(ctx context.Context, tx *tenant.Tx) error { return do(ctx, tx, d.Clerk.Audit(), d.id) })
	if !errors.Is(err, errs.Conflict) || !strings.Contains(errs.Message(err, ""), words) {
		d.t.Errorf("got %v, want a refusal that says %q", err, words)
	}
	if after := d.message(); after.State != before.State {
		d.t.Errorf("what was refused made it %s", after.State)
	}
}

func (d *desk) do(do func(context.Context, *tenant.Tx, audit.Actor, int64) error) {
	d.t.Helper()
	d.must(func(ctx context.Context, tx *tenant.Tx) error { return do(ctx, tx, d.Clerk.Audit(), d.id) })
}

// live counts the jobs that will send the message, and those of them to be worked now.
func (d *desk) live() (all, now int) {
	d.t.Helper()
	err := d.PG.Super.QueryRow(d.t.Context(), `select count(*), count(*) filter (where state = 'available' and scheduled_at <= now()) from river.river_job
		where kind = 'message.send' and (args->>'message')::bigint = $1 and state in ('available', 'scheduled', 'retryable', 'running')`, d.id).Scan(&all, &now)
	if err != nil {
		d.t.Fatal(err)
	}
	return all, now
}

// recorded are the actions in the county's record about the case since its registration.
func (d *desk) recorded() string {
	d.t.Helper()
	var actions string
	err := d.PG.Super.QueryRow(d.t.Context(), `select coalesce(string_agg(action, ' ' order by entry), '') from audit_entries
		where county_id = $1 and subject = $2 and action like 'message.%'`, d.County, "case "+d.number).Scan(&actions)
	if err != nil {
		d.t.Fatal(err)
	}
	return actions
}

func withdraw(reason string) func(context.Context, *tenant.Tx, audit.Actor, int64) error {
	return func(ctx context.Context, tx *tenant.Tx, by audit.Actor, id int64) error {
		return message.Withdraw(ctx, tx, by, id, reason)
	}
}

// TestHold: a message waits as long as its step can be undone; it is withdrawn with a
// reason, or sent without waiting.
func TestHold(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 10*time.Minute)
	if m := d.message(); !m.SendAfter.Equal(d.Now().Add(10 * time.Minute)) {
		t.Errorf("%+v", m)
	}
	if all, now := d.live(); all != 1 || now != 0 {
		t.Errorf("%d jobs, %d at once", all, now)
	}
	for _, reason := range []string{"", "  ", "撤\x00回", strings.Repeat("长", 201)} {
		err := d.Update(func(ctx context.Context, tx *tenant.Tx) error {
			return message.Withdraw(ctx, tx, d.Clerk.Audit(), d.id, reason)
		})
		casetest.InvalidAt(t, err, "reason")
	}
	d.do(message.SendNow)
	if all, now := d.live(); all != 1 || now != 1 || !d.message().SendAfter.Equal(d.Now()) {
		t.Errorf("%d jobs, %d at once", all, now)
	}
	d.do(withdraw("写错了。"))
	if m := d.message(); m.State != message.Withdrawn || *m.Reason != "写错了。" {
		t.Errorf("%+v", m)
	}
	d.refused("已经撤回", withdraw("再撤。"))
	d.refused("已经撤回", message.SendNow)
	d.do(message.Again)
	if m := d.message(); m.State != message.IsWaiting || m.Reason != nil {
		t.Errorf("%+v", m)
	}
	if got := d.recorded(); got != "message.send_now message.withdraw message.again" {
		t.Errorf("on record: %s", got)
	}
}

// TestWhileSending: nobody withdraws what a channel is being asked to take, unless the
// asking never ended.
func TestWhileSending(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 0)
	d.must(func(ctx context.Context, tx *tenant.Tx) error { return message.Trying(ctx, tx, d.id) })
	d.refused("正在发送", withdraw("写错了。"))
	d.refused("正在发送", message.SendNow)
	d.must(func(ctx context.Context, tx *tenant.Tx) error { return message.Missed(ctx, tx, d.id) })
	d.do(message.SendNow)
	d.must(func(ctx context.Context, tx *tenant.Tx) error { return message.Trying(ctx, tx, d.id) })
	if m := d.message(); m.Tries != 2 || m.TryingAt == nil {
		t.Errorf("%+v", m)
	}
	d.Set("2026-09-14 10:01")
	d.do(withdraw("写错了。"))
	if m := d.message(); m.State != message.Withdrawn || m.TryingAt != nil {
		t.Errorf("%+v", m)
	}
}

// TestAgain: what failed is sent again, also where its job is gone; there is never a second job.
func TestAgain(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 0)
	d.refused("还在等待", message.Again)
	d.must(func(ctx context.Context, tx *tenant.Tx) error {
		return message.Failed(ctx, tx, d.id, "号码是空号。")
	})
	d.refused("可以“再发一次”", message.SendNow)
	if _, err := d.PG.Super.Exec(t.Context(), `delete from river.river_job`); err != nil {
		t.Fatal(err)
	}
	d.do(message.Again)
	if all, now := d.live(); all != 1 || now != 1 {
		t.Errorf("%d jobs, %d at once", all, now)
	}
	for range 3 {
		d.do(message.SendNow)
	}
	if all, _ := d.live(); all != 1 {
		t.Errorf("%d jobs", all)
	}
	d.must(func(ctx context.Context, tx *tenant.Tx) error {
		return message.Sent(ctx, tx, d.id, "短信", "有结果了。")
	})
	d.refused("已经发出", message.Again)
	d.refused("已经发出", withdraw("写错了。"))
}

// TestPaper: what goes by paper is printed, perhaps twice, and then handed over.
func TestPaper(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 0)
	d.refused("还在等待", message.Printed)
	d.must(func(ctx context.Context, tx *tenant.Tx) error {
		return message.ByPaper(ctx, tx, d.id, "有结果了。")
	})
	d.refused("等着打印", message.HandedOver)
	d.refused("等着打印", message.SendNow)
	d.do(message.Printed)
	d.do(message.Printed)
	if m := d.message(); m.State != message.IsPrinted || !m.PrintedAt.Equal(d.Now()) || *m.Body != "有结果了。" {
		t.Errorf("%+v", m)
	}
	d.do(message.HandedOver)
	if m := d.message(); m.State != message.IsSent || *m.Channel != message.Paper || !m.SentAt.Equal(d.Now()) {
		t.Errorf("%+v", m)
	}
	d.refused("已经发出", message.Printed)
	if got := d.recorded(); got != "message.print message.print message.hand_over" {
		t.Errorf("on record: %s", got)
	}
}

// TestUndone: a step that is undone takes its message with it, unless that has gone.
func TestUndone(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 10*time.Minute)
	caseID := d.Case(d.number).ID
	undo := func(ctx context.Context, tx *tenant.Tx) error {
		return message.WithdrawOf(ctx, tx, d.Clerk.Audit(), caseID, message.Feedback, 1, "这一步撤销了。")
	}
	d.must(undo)
	d.must(undo) // there is none any more
	if m, other := d.message(), outbox(d.World, d.number)[0]; m.State != message.Withdrawn || other.State != message.IsWaiting {
		t.Errorf("%+v, %+v", m, other)
	}
	d.do(message.Again)
	d.must(func(ctx context.Context, tx *tenant.Tx) error {
		return message.Sent(ctx, tx, d.id, "短信", "有结果了。")
	})
	if err := d.Update(undo); !errors.Is(err, errs.Conflict) || d.message().State != message.IsSent {
		t.Errorf("%v, %+v", err, d.message())
	}
}

// TestOneReminder: a round is reminded of once, whoever tries.
func TestOneReminder(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 0)
	caseID := d.Case(d.number).ID
	for range 3 {
		d.must(func(ctx context.Context, tx *tenant.Tx) error {
			return message.Queue(ctx, tx, message.RatingReminder, caseID, 1, 0)
		})
	}
	d.must(func(ctx context.Context, tx *tenant.Tx) error {
		return message.Queue(ctx, tx, message.RatingReminder, caseID, 2, 0)
	})
	if all := outbox(d.World, d.number); len(all) != 4 {
		t.Errorf("%+v", all)
	}
	var jobs int
	if err := d.PG.Super.QueryRow(t.Context(), `select count(*) from river.river_job where kind = 'message.send'`).Scan(&jobs); err != nil || jobs != 5 {
		t.Error(jobs, err) // and the neighbour's
	}
}

// TestOthersMessage: another county's message does not exist.
func TestOthersMessage(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 0)
	for _, do := range []func(context.Context, *tenant.Tx, audit.Actor, int64) error{message.SendNow, message.Again, message.Printed, message.HandedOver, withdraw("撤。")} {
		err := d.DB.Update(t.Context(), d.Neighbour.County, func(tx *tenant.Tx) error { return do(t.Context(), tx, d.Neighbour.Clerk.Audit(), d.id) })
		if !errors.Is(err, errs.NotFound) {
			t.Error(err)
		}
	}
}
