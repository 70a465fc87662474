package message

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/audit"
	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// What people do with a message. Whether they may is the caller's to ask (see package
// casefile). Each is errs.Conflict, with words, where the message has moved on.

// stuck is after how long a try that never ended keeps nobody from withdrawing: its job is gone.
const stuck = time.Hour

// longestReason is how much of a reason is kept, in characters.
const longestReason = 200

// Withdraw takes back a message that has not gone: one that waits, failed, or is to be
// printed or told. A step that is undone withdraws what it queued. Without a reason it is errs.Invalid.
func Withdraw(ctx context.Context, tx *tenant.Tx, by audit.Actor, id int64, reason string) error {
	reason = strings.TrimSpace(reason)
	switch n := utf8.RuneCountInString(reason); {
	case n == 0 || strings.ContainsRune(reason, 0) || !utf8.ValidString(reason):
		return errs.Invalid{"reason": "请写明为什么撤回。"}
	case n > longestReason:
		return errs.Invalid{"reason": "写得太长了，请压缩到 200 字以内。"}
	}
	return act(ctx, tx, by, "message.withdraw", `update messages set state = 'withdrawn', reason = @reason, trying_at = null
		where county_id = @county and id = @id and state in ('waiting', 'failed', 'to_print', 'to_call')
		and (trying_at is null or trying_at < @stuck)`,
		pgx.NamedArgs{"id": id, "reason": reason, "stuck": tx.Now().Add(-stuck)})
}

// WithdrawOf withdraws what a step queued, for whoever undoes that step within the hold. It
// is errs.Conflict where one of the messages has gone, or is just going.
func WithdrawOf(ctx context.Context, tx *tenant.Tx, by audit.Actor, caseID int64, kind Kind, round int16, reason string) error {
	type queued struct{ ID int64 }
	all, err := postgres.All[queued](ctx, tx, `select id from messages where county_id = @county and case_id = @case_id and kind = @kind
		and round = @round and state <> 'withdrawn' order by id`, pgx.NamedArgs{"case_id": caseID, "kind": kind, "round": round})
	for _, m := range all {
		err = errors.Join(err, Withdraw(ctx, tx, by, m.ID, reason))
	}
	return err
}

// SendNow gives up the hold of a message that waits, and does not wait for its next try.
func SendNow(ctx context.Context, tx *tenant.Tx, by audit.Actor, id int64) error {
	err := act(ctx, tx, by, "message.send_now", `update messages set send_after = @now
		where county_id = @county and id = @id and state = 'waiting' and trying_at is null`, pgx.NamedArgs{"id": id, "now": tx.Now()})
	if err != nil {
		return err
	}
	return tx.Hasten(ctx, Send{tx.County(), id})
}

// Again sends a message that failed, or was withdrawn too early, once more.
func Again(ctx context.Context, tx *tenant.Tx, by audit.Actor, id int64) error {
	err := act(ctx, tx, by, "message.again", `update messages set state = 'waiting', reason = null, tries = 0, send_after = @now,
			printed_at = null, printed_by = null
		where county_id = @county and id = @id and state in ('failed', 'withdrawn')`, pgx.NamedArgs{"id": id, "now": tx.Now()})
	if err != nil {
		return err
	}
	return tx.Hasten(ctx, Send{tx.County(), id})
}

// Printed records who printed a message that goes by paper; it can be printed again until
// it was handed over.
func Printed(ctx context.Context, tx *tenant.Tx, by audit.Actor, id int64) error {
	return act(ctx, tx, by, "message.print", `update messages set state = 'printed', printed_at = @now, printed_by = @by
		where county_id = @county and id = @id and state in ('to_print', 'printed')`, pgx.NamedArgs{"id": id, "now": tx.Now(), "by": by.ID})
}

// HandedOver records that the citizen has what was printed, or that it was posted.
func HandedOver(ctx context.Context, tx *tenant.Tx, by audit.Actor, id int64) error {
	return act(ctx, tx, by, "message.hand_over", `update messages set state = 'sent', sent_at = @now, channel = @paper
		where county_id = @county and id = @id and state = 'printed'`, pgx.NamedArgs{"id": id, "now": tx.Now(), "paper": Paper})
}

// Called records that the citizen was told by phone or in person what a message about an
// appointment says; also where it waits, or failed.
func Called(ctx context.Context, tx *tenant.Tx, by audit.Actor, id int64) error {
	return act(ctx, tx, by, "message.call", `update messages set state = 'sent', sent_at = @now, channel = @call, reason = null
		where county_id = @county and id = @id and appointment_id is not null and state in ('to_call', 'failed')`,
		pgx.NamedArgs{"id": id, "now": tx.Now(), "call": Call})
}

// act runs a conditional update of one message and records who did it.
func act(ctx context.Context, tx *tenant.Tx, by audit.Actor, action, sql string, args pgx.NamedArgs) error {
	type about struct {
		Number      *string // nil: about an appointment
		Appointment int64
		Kind        Kind
		Round       int16
		State       State
		Trying      bool
	}
	m, err := postgres.One[about](ctx, tx, `select c.number, coalesce(m.appointment_id, 0) as appointment, m.kind, m.round,
			m.state, m.trying_at is not null as trying from messages m
		left join cases c on c.county_id = @county and c.id = m.case_id
		where m.county_id = @county and m.id = @id for update of m`, pgx.NamedArgs{"id": args["id"]})
	if err != nil {
		return err
	}
	touched, err := postgres.Exec(ctx, tx, sql, args)
	if err != nil {
		return errors.Join(errors.New(action), err)
	}
	if touched == 0 {
		return movedOn(m.State, m.Trying)
	}
	if m.Number == nil {
		return audit.Record(ctx, tx, by, action, "appointment "+strconv.FormatInt(m.Appointment, 10), map[string]any{"version": m.Round})
	}
	return audit.Record(ctx, tx, by, action, "case "+*m.Number, map[string]any{"kind": m.Kind, "round": m.Round})
}

// movedOn says why nothing was done.
func movedOn(state State, trying bool) error {
	words := map[State]string{IsSent: "这条消息已经发出了。", Withdrawn: "这条消息已经撤回了。", IsFailed: "这条消息没有发出去，可以“再发一次”。",
		ToPrint: "这条消息等着打印，还没有打印出来。", IsPrinted: "这条消息已经打印了，等着交给本人。", IsWaiting: "这条消息还在等待发出。", ToCall: "这条消息等着打电话告诉本人。"}[state]
	if trying {
		words = "这条消息正在发送，请过几分钟再看结果。"
	}
	return errs.Refuse(errs.Conflict, words)
}
