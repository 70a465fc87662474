// Package message is the outbox: what is to be told to whom. A message is queued in the
// transaction that causes it and sent by a job. No number and no link is ever stored.
package message

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// Kind is what a message is about.
type Kind string

// The kinds.
const (
	Registered Kind = "registered" // 登记: the number and the 查询码
	Feedback   Kind = "feedback"   // 反馈, with the link to rate
	Rehandling Kind = "rehandling" // 重办
	Upheld     Kind = "upheld"     // 维持
	Extended   Kind = "extended"   // 延期
)

// Message is one row of the outbox.
type Message struct {
	ID        int64
	CaseID    int64
	Kind      Kind
	Round     int16
	State     string // waiting, sent, failed, withdrawn
	Body      *string
	Reason    *string
	SendAfter time.Time
	SentAt    *time.Time
	Channel   *string
	CreatedAt time.Time
}

const columns = `id, case_id, kind, round, state, body, reason, send_after, sent_at, channel, created_at`

// Send is the job that sends one message.
type Send struct {
	County  tenant.County `json:"county"`
	Message int64         `json:"message"`
}

// Kind names the job in the queue.
func (Send) Kind() string { return "message.send" }

// Queue puts a message into the outbox and the job that sends it into the queue.
func Queue(ctx context.Context, tx *tenant.Tx, kind Kind, caseID int64, round int16) error {
	id, err := postgres.Value[int64](ctx, tx, `insert into messages (county_id, case_id, kind, round, state, send_after, created_at)
		values (@county, @case_id, @kind, @round, 'waiting', @now, @now) returning id`,
		pgx.NamedArgs{"case_id": caseID, "kind": kind, "round": round, "now": tx.Now()})
	if err != nil {
		return fmt.Errorf("queue message: %w", err)
	}
	return tx.Enqueue(ctx, Send{tx.County(), id}, nil)
}

// Waiting reads a message that still waits and holds its row; one that was sent or
// withdrawn meanwhile is errs.NotFound.
func Waiting(ctx context.Context, tx *tenant.Tx, id int64) (Message, error) {
	return postgres.One[Message](ctx, tx, `select `+columns+` from messages
		where county_id = @county and id = @id and state = 'waiting' for update`, pgx.NamedArgs{"id": id})
}

// Sent records that a channel took the message. body is what was said, without number, code and link.
func Sent(ctx context.Context, tx *tenant.Tx, id int64, channel, body string) error {
	_, err := postgres.Exec(ctx, tx, `update messages set state = 'sent', sent_at = @now, channel = @channel, body = @body
		where county_id = @county and id = @id`, pgx.NamedArgs{"id": id, "channel": channel, "body": body, "now": tx.Now()})
	return err
}

// Failed records why a message will not be sent.
func Failed(ctx context.Context, tx *tenant.Tx, id int64, reason string) error {
	_, err := postgres.Exec(ctx, tx, `update messages set state = 'failed', reason = @reason
		where county_id = @county and id = @id and state = 'waiting'`, pgx.NamedArgs{"id": id, "reason": reason})
	return err
}

// OfCase reads what was told about a case, newest last.
func OfCase(v *tenant.View, number string) *[]Message {
	return tenant.All[Message](v, `select m.id, m.case_id, m.kind, m.round, m.state, m.body, m.reason, m.send_after,
		m.sent_at, m.channel, m.created_at from messages m join cases c on c.county_id = @county and c.id = m.case_id
		where m.county_id = @county and c.number = @number order by m.id`, pgx.NamedArgs{"number": number})
}
