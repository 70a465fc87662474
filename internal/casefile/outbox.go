package casefile

import (
	"context"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/errs"
	"lianluo/internal/message"
	"lianluo/internal/postgres"
	"lianluo/internal/private"
	"lianluo/internal/reception"
	"lianluo/internal/tenant"
	"lianluo/internal/token"
)

// Outgoing is a message of the outbox with whom it tells, as staff see it: about a case, or
// about an appointment (package reception), which has no number.
type Outgoing struct {
	message.Message
	Number       string
	Title        string // of an appointment its topic
	Restricted   bool
	Station      string
	StationID    int64
	Visitor      *string
	Phone        *string // masked
	ReplyBy      string
	RegisteredBy int64
	PrintedName  *string // who printed it
}

// VisitorFor is the visitor's name as by may read it.
func (o Outgoing) VisitorFor(by auth.Actor) string { return nameFor(o.Visitor, by) }

// About names what the message is about: the case's number, or 约见.
func (o Outgoing) About() string {
	if o.AppointmentID != 0 {
		return "约见"
	}
	return o.Number
}

const outgoing = `select ` + message.Columns + `, coalesce(c.number, '') as number, coalesce(c.title, r.topic) as title,
		coalesce(c.restricted, false) as restricted, coalesce(c.registered_by, r.entered_by, 0) as registered_by, s.short_name as station,
		s.id as station_id, coalesce(p.name, r.name) as visitor, coalesce(p.phone_masked, r.phone_masked) as phone,
		coalesce(v.reply_by, r.reply_by) as reply_by, u.name as printed_name
	from messages m
	left join cases c on c.county_id = @county and c.id = m.case_id
	left join visits v on v.county_id = @county and v.id = c.visit_id
	left join visit_contacts p on p.county_id = @county and p.visit_id = c.visit_id
	left join appointments r on r.county_id = @county and r.id = m.appointment_id
	join stations s on s.county_id = @county and s.id = coalesce(c.station_id, r.station_id)
	left join users u on u.county_id = @county and u.id = m.printed_by `

// outboxWithin is which messages by may see: those about cases and appointments that by may.
func outboxWithin(by auth.Actor, args pgx.NamedArgs) string {
	return `(m.case_id is not null and ` + Within(by, args) + ` or m.appointment_id is not null and ` + reception.AppointmentsWithin(by, args) + `)`
}

// Outbox reads one page of the messages in some states that by may see, newest
// first: those before the id, where it is not 0. It reads one row more than the limit,
// which tells whether another page follows.
func Outbox(v *tenant.View, by auth.Actor, states []message.State, before int64, limit int) *[]Outgoing {
	args := pgx.NamedArgs{"limit": limit + 1}
	where := outgoing + `where m.county_id = @county and m.state = @state and ` + outboxWithin(by, args)
	if args["state"] = states[0]; len(states) > 1 { // few; of one state the index has them in this order
		where = strings.Replace(where, `m.state = @state`, `m.state = any(@state)`, 1)
		args["state"] = states
	}
	if before > 0 {
		where, args["before"] = where+` and m.id < @before`, before
	}
	return tenant.All[Outgoing](v, where+` order by m.id desc limit @limit`, args)
}

// OutboxCounts is how many messages stand where; what is done is not counted.
type OutboxCounts struct{ Waiting, Failed, Paper, Calls int64 }

// CountOutbox counts the messages that something is still to be done about.
func CountOutbox(v *tenant.View, by auth.Actor) *OutboxCounts {
	args := pgx.NamedArgs{}
	return tenant.One[OutboxCounts](v, `select count(*) filter (where m.state = 'waiting') as waiting,
			count(*) filter (where m.state = 'failed') as failed, count(*) filter (where m.state in ('to_print', 'printed')) as paper,
			count(*) filter (where m.state = 'to_call') as calls
		from messages m left join cases c on c.county_id = @county and c.id = m.case_id
		left join appointments r on r.county_id = @county and r.id = m.appointment_id
		where m.county_id = @county and m.state in ('waiting', 'failed', 'to_print', 'printed', 'to_call') and `+outboxWithin(by, args), args)
}

// MayHandle asks whether by may do something about the message: errs.NotFound for another
// county's, errs.Forbidden for one of another station, or about a case that by may not see.
func MayHandle(ctx context.Context, tx *tenant.Tx, by auth.Actor, id int64) error {
	_, _, err := mayHandle(ctx, tx, by, id)
	return err
}

var errNotYours = errs.Refuse(errs.Forbidden, "这条消息不归您的联络站管。")

func mayHandle(ctx context.Context, tx *tenant.Tx, by auth.Actor, id int64) (Outgoing, Case, error) {
	o, err := postgres.One[Outgoing](ctx, tx, outgoing+`where m.county_id = @county and m.id = @id`, pgx.NamedArgs{"id": id})
	if err != nil {
		return o, Case{}, err
	}
	if o.AppointmentID != 0 {
		on := auth.Subject{StationID: o.StationID}
		if !by.MayOn(auth.SendMessage, on) || !by.MayOn(auth.ChangeReceptions, on) {
			return o, Case{}, errNotYours
		}
		return o, Case{}, nil
	}
	c, err := postgres.One[Case](ctx, tx, `select `+caseColumns+` from cases c where c.county_id = @county and c.id = @case_id`,
		pgx.NamedArgs{"case_id": o.CaseID, "today": calendar.DateOf(tx.Now())})
	if err != nil {
		return o, c, err
	}
	if err := c.SeenBy(by); err != nil {
		return o, c, err
	}
	if !by.MayOn(auth.SendMessage, c.Subject()) {
		return o, c, errNotYours
	}
	return o, c, nil
}

// Paper is what is printed of a message: a letter on A4, or a slip for whoever comes by.
type Paper struct {
	Outgoing
	Office     string
	Station    string  // in full
	Tel        *string // the station's, else the office's
	Demo       bool
	Code       string     // 查询码, of a registration
	Answer     *string    // what was said to the citizen, of a rating
	AnsweredAt *time.Time // and when
	RateBy     *calendar.Date
}

// Letter reports whether it goes on A4: the citizen asked to be told in writing.
func (p Paper) Letter() bool { return p.ReplyBy == "letter" }

// PaperOf reads what is printed of a message, for whoever may print it: the sheet with
// which the citizen rates is printed by somebody who neither registered nor handled the
// case (errs.Forbidden), as ratings are taken. See rating.Print.
func PaperOf(ctx context.Context, tx *tenant.Tx, keys private.Keys, by auth.Actor, id int64) (p Paper, err error) {
	var c Case
	if p.Outgoing, c, err = mayHandle(ctx, tx, by, id); err != nil {
		return p, err
	}
	if p.AppointmentID != 0 {
		return p, errs.Refuse(errs.Conflict, "约见的消息打电话或者当面告诉，不打印。")
	}
	if p.Kind.AsksForRating() {
		if p.Round != c.Round {
			return p, errs.Refuse(errs.Conflict, "这件事后来又重新办理了，这一张是上一次的，不能再打印。请撤回它。")
		}
		history, err := events(ctx, tx, c.ID)
		if err != nil {
			return p, err
		}
		if !other(by, &c, history, Rate) {
			return p, errs.Refuse(errs.Forbidden, "登记人和经办人不能打印评价单。请站里另一位同事或者县里打印。")
		}
	}
	type about struct {
		Office, Station string
		Tel             *string
		Demo            bool
		Answer          *string
		AnsweredAt      *time.Time
		DueOn           *calendar.Date
	}
	a, err := postgres.One[about](ctx, tx, `select co.office, s.name as station, coalesce(s.phone, co.phone) as tel, co.demo,
			f.body as answer, f.created_at as answered_at, c.due_on
		from cases c
		join counties co on co.id = c.county_id
		join stations s on s.county_id = @county and s.id = c.station_id
		left join lateral (select body, created_at from case_feedbacks where county_id = @county and case_id = c.id
			and round = @round and recipient = 'citizen' order by id desc limit 1) f on true
		where c.county_id = @county and c.id = @case_id`, pgx.NamedArgs{"case_id": p.CaseID, "round": p.Round})
	if err != nil {
		return p, err
	}
	p.Office, p.Station, p.Tel, p.Demo = a.Office, a.Station, a.Tel, a.Demo
	switch {
	case p.Kind == message.Registered:
		p.Code = token.Code(keys, tx.County(), p.Number)
	case p.Kind.AsksForRating() && !p.Restricted:
		p.Answer, p.AnsweredAt, p.RateBy = a.Answer, a.AnsweredAt, a.DueOn
	case p.Kind.AsksForRating():
		p.RateBy = a.DueOn
	}
	return p, nil
}
