// Package message is the outbox: what is to be told to whom. A message is queued in the
// transaction that causes it, and sent by a job or printed by a person. No number and no
// link is ever stored.
package message

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// Kind is what a message is about.
type Kind string

// The kinds.
const (
	Registered     Kind = "registered"      // 登记: the number and the 查询码
	Feedback       Kind = "feedback"        // 反馈, with the link to rate
	Rehandling     Kind = "rehandling"      // 重办
	Upheld         Kind = "upheld"          // 维持
	Extended       Kind = "extended"        // 延期
	RatingReminder Kind = "rating_reminder" // 提醒评价, with a new link; one a round
)

// The kinds about an appointment (约见).
const (
	AppointmentAsked     Kind = "appointment_asked"     // received: the 查询码
	AppointmentConfirmed Kind = "appointment_confirmed" // 约定
	AppointmentMoved     Kind = "appointment_moved"     // 改约, also where the day itself was moved
	AppointmentDeclined  Kind = "appointment_declined"  // 没有约成
	AppointmentCancelled Kind = "appointment_cancelled" // the day is not held
	AppointmentReseated  Kind = "appointment_reseated"  // the deputy who was asked for does not come
	AppointmentReminder  Kind = "appointment_reminder"  // the day before; one a settled day
)

// Names are the kinds as pages say them.
var Names = map[Kind]string{Registered: "登记通知", Feedback: "结果和评价链接", Rehandling: "重办通知", Upheld: "维持说明",
	Extended: "延期通知", RatingReminder: "评价提醒", AppointmentAsked: "约见收到", AppointmentConfirmed: "约定通知", AppointmentMoved: "改约通知",
	AppointmentDeclined: "没有约成", AppointmentCancelled: "接待日有变", AppointmentReseated: "接待代表换了", AppointmentReminder: "约见提醒"}

// AsksForRating reports whether the message carries the link to rate.
func (k Kind) AsksForRating() bool { return k == Feedback || k == RatingReminder }

// State is where a message stands.
type State string

// The states. What goes by paper is printed and then handed over; it is sent when it was.
// What somebody tells by phone is sent when they say that they did.
const (
	IsWaiting State = "waiting"
	IsSent    State = "sent"
	IsFailed  State = "failed"    // with the reason; it can be sent again
	Withdrawn State = "withdrawn" // with the reason
	ToPrint   State = "to_print"
	IsPrinted State = "printed"
	ToCall    State = "to_call" // of an appointment alone
)

// Paper is the channel of what was handed over, and Call of what was told by phone or in person.
const (
	Paper = "纸面"
	Call  = "电话"
)

// Message is one row of the outbox: about a case, or about an appointment.
type Message struct {
	ID            int64
	CaseID        int64 // 0: about an appointment
	AppointmentID int64 // 0: about a case
	Kind          Kind
	Round         int16 // of the case; of an appointment the version that it tells of
	State         State
	Body          *string
	Reason        *string
	SendAfter     time.Time
	SentAt        *time.Time
	Channel       *string
	CreatedAt     time.Time
	Tries         int16
	TryingAt      *time.Time // a channel is being asked since
	PrintedAt     *time.Time
}

// Columns are those of a Message, from messages m.
const Columns = `m.id, coalesce(m.case_id, 0) as case_id, coalesce(m.appointment_id, 0) as appointment_id, m.kind, m.round, m.state, m.body, m.reason, m.send_after, m.sent_at, m.channel, m.created_at,
	m.tries, m.trying_at, m.printed_at`

// Send is the job that sends one message. There is never more than one for a message, so
// it is never sent twice at once.
type Send struct {
	County  tenant.County `json:"county"`
	Message int64         `json:"message"`
}

// Kind names the job in the queue.
func (Send) Kind() string { return "message.send" }

// Queue puts a message about a case into the outbox and the job that sends it into the
// queue. It is not sent for as long as hold: what causes it can be undone that long. A second
// RatingReminder of the same round is none.
func Queue(ctx context.Context, tx *tenant.Tx, kind Kind, caseID int64, round int16, hold time.Duration) error {
	return queue(ctx, tx, kind, &caseID, nil, round, hold)
}

// QueueAppointment is Queue for a message about an appointment, as it stands in that version.
// A second AppointmentReminder of the same version is none.
func QueueAppointment(ctx context.Context, tx *tenant.Tx, kind Kind, appointmentID int64, version int16, hold time.Duration) error {
	return queue(ctx, tx, kind, nil, &appointmentID, version, hold)
}

func queue(ctx context.Context, tx *tenant.Tx, kind Kind, caseID, appointmentID *int64, round int16, hold time.Duration) error {
	id, err := postgres.Value[int64](ctx, tx, `insert into messages (county_id, case_id, appointment_id, kind, round, state, send_after, created_at)
		values (@county, @case_id, @appointment_id, @kind, @round, 'waiting', @send_after, @now) on conflict do nothing returning id`,
		pgx.NamedArgs{"case_id": caseID, "appointment_id": appointmentID, "kind": kind, "round": round, "send_after": tx.Now().Add(hold), "now": tx.Now()})
	if errors.Is(err, errs.NotFound) && (kind == RatingReminder || kind == AppointmentReminder) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("queue message: %w", err)
	}
	return tx.Enqueue(ctx, Send{tx.County(), id}, &tenant.JobOptions{Once: true, After: hold})
}

// AppointmentTold keeps what somebody has told the citizen already, by phone or in person.
func AppointmentTold(ctx context.Context, tx *tenant.Tx, kind Kind, appointmentID int64, version int16, body string) error {
	_, err := postgres.Exec(ctx, tx, `insert into messages (county_id, appointment_id, kind, round, state, body, send_after, sent_at, channel, created_at)
		values (@county, @appointment_id, @kind, @round, 'sent', @body, @now, @now, @channel, @now)`,
		pgx.NamedArgs{"appointment_id": appointmentID, "kind": kind, "round": version, "body": body, "channel": Call, "now": tx.Now()})
	if err != nil {
		return fmt.Errorf("keep what was told: %w", err)
	}
	return nil
}

// Waiting reads a message that still waits and holds its row; one that was sent, printed or
// withdrawn meanwhile is errs.NotFound.
func Waiting(ctx context.Context, tx *tenant.Tx, id int64) (Message, error) {
	return postgres.One[Message](ctx, tx, `select `+Columns+` from messages m
		where m.county_id = @county and m.id = @id and m.state = 'waiting' for update`, pgx.NamedArgs{"id": id})
}

// Trying records that a channel is about to be asked; until the answer nobody can withdraw
// the message.
func Trying(ctx context.Context, tx *tenant.Tx, id int64) error {
	_, err := postgres.Exec(ctx, tx, `update messages set trying_at = @now, tries = least(tries + 1, 1000), reason = null
		where county_id = @county and id = @id`, pgx.NamedArgs{"id": id, "now": tx.Now()})
	return err
}

// Missed records that the channel did not take the message this time; it will be asked again.
func Missed(ctx context.Context, tx *tenant.Tx, id int64) error {
	_, err := postgres.Exec(ctx, tx, `update messages set trying_at = null where county_id = @county and id = @id`, pgx.NamedArgs{"id": id})
	return err
}

// Sent records that a channel took the message. body is what was said, without number, code and link.
func Sent(ctx context.Context, tx *tenant.Tx, id int64, channel, body string) error {
	_, err := postgres.Exec(ctx, tx, `update messages set state = 'sent', sent_at = @now, channel = @channel, body = @body, trying_at = null, reason = null
		where county_id = @county and id = @id`, pgx.NamedArgs{"id": id, "channel": channel, "body": body, "now": tx.Now()})
	return err
}

// Failed records why a message will not be sent.
func Failed(ctx context.Context, tx *tenant.Tx, id int64, reason string) error {
	return ended(ctx, tx, id, IsFailed, reason)
}

// Overtaken records that there is nothing to say any more, and why.
func Overtaken(ctx context.Context, tx *tenant.Tx, id int64, reason string) error {
	return ended(ctx, tx, id, Withdrawn, reason)
}

func ended(ctx context.Context, tx *tenant.Tx, id int64, state State, reason string) error {
	_, err := postgres.Exec(ctx, tx, `update messages set state = @state, reason = @reason, trying_at = null
		where county_id = @county and id = @id and state = 'waiting'`, pgx.NamedArgs{"id": id, "state": state, "reason": reason})
	return err
}

// ByPaper records that the message is to be printed: the citizen left no number, or wants
// it in writing. body is what it will say, without code and link.
func ByPaper(ctx context.Context, tx *tenant.Tx, id int64, body string) error {
	_, err := postgres.Exec(ctx, tx, `update messages set state = 'to_print', body = @body, reason = null
		where county_id = @county and id = @id and state = 'waiting'`, pgx.NamedArgs{"id": id, "body": body})
	return err
}

// ByCall records that the message is to be told by phone or in person, and why: the citizen
// wants that, or no message can reach them. body is what there is to say.
func ByCall(ctx context.Context, tx *tenant.Tx, id int64, body, reason string) error {
	_, err := postgres.Exec(ctx, tx, `update messages set state = 'to_call', body = @body, reason = @reason, trying_at = null
		where county_id = @county and id = @id and state = 'waiting'`, pgx.NamedArgs{"id": id, "body": body, "reason": reason})
	return err
}

// Outdate withdraws what is still to be told about an appointment: it stands otherwise now.
// What a channel is just being asked to take goes, and what is told next corrects it.
func Outdate(ctx context.Context, tx *tenant.Tx, appointmentID int64, reason string) error {
	_, err := postgres.Exec(ctx, tx, `update messages set state = 'withdrawn', reason = @reason where county_id = @county and appointment_id = @id
		and kind <> 'appointment_asked' and state in ('waiting', 'failed', 'to_call') and (trying_at is null or trying_at < @stuck)`,
		pgx.NamedArgs{"id": appointmentID, "reason": reason, "stuck": tx.Now().Add(-stuck)})
	if err != nil {
		return fmt.Errorf("outdate messages: %w", err)
	}
	return nil
}

// OfAppointment reads what was told about an appointment, oldest first.
func OfAppointment(v *tenant.View, id int64) *[]Message {
	return tenant.All[Message](v, `select `+Columns+` from messages m where m.county_id = @county and m.appointment_id = @id order by m.id`,
		pgx.NamedArgs{"id": id})
}

// OfCase reads what was told about a case, newest last.
func OfCase(v *tenant.View, number string) *[]Message {
	return tenant.All[Message](v, `select `+Columns+` from messages m join cases c on c.county_id = @county and c.id = m.case_id
		where m.county_id = @county and c.number = @number order by m.id`, pgx.NamedArgs{"number": number})
}

// lost is after how long a message that waits is looked after (see job.Find).
const lost = 10 * time.Minute

// LongWaiting reads the ids of the messages that should have gone some time ago.
func LongWaiting(v *tenant.View) *[]int64 {
	return tenant.Value[[]int64](v, `select coalesce(array_agg(m.id order by m.id), '{}') from messages m
		where m.county_id = @county and m.state = 'waiting' and m.send_after < @before`, pgx.NamedArgs{"before": v.Now().Add(-lost)})
}
