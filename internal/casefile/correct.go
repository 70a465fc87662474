package casefile

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"lianluo/internal/audit"
	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/private"
	"lianluo/internal/tenant"
)

// Entered is a registered visit with what of it may have been typed wrong. Its words are not
// among it: they never change.
type Entered struct {
	ID           int64
	StationID    int64
	PlaceID      int64
	ReceptionID  *int64
	ReceivedAt   time.Time
	CreatedAt    time.Time
	RecordedBy   int64
	InYear       *int
	InMonth      *int
	Name         *string // nil: 匿名
	Phone        *string // masked
	Blind        []byte
	Village      *string
	Persons      int
	Way          string
	ReplyBy      string
	Confidential bool
	MayPublish   bool
	Late         bool    // 补录
	Purpose      *string // of a visit without a matter
	Note         *string
	Untouched    bool // nothing was done about any of its cases
	Answered     bool // a case was answered on the spot
	Deputies     []int64
	Cases        []EnteredCase
	Returns      []string // the numbers of the earlier cases that it came about
}

// EnteredCase is a case of the visit.
type EnteredCase struct {
	Number     string `json:"number"`
	Title      string `json:"title"`
	CategoryID int64  `json:"category_id"`
}

// Correction is what a visit should have been entered as.
type Correction struct {
	Name, Phone  string // no phone: as it is
	NoPhone      bool   // none was left: the number goes
	Village      string
	Persons      int
	ReceivedAt   time.Time
	PlaceID      int64
	Way          string
	ReplyBy      string
	Confidential bool
	MayPublish   bool
	Purpose      string // of a visit without a matter
	Note         string
	Deputies     []int64
	Categories   map[string]int64 // by the case's number
}

const enteredSQL = `select v.id, v.station_id, v.place_id, v.reception_id, v.received_at, v.created_at, v.recorded_by, v.in_year, v.in_month,
	p.name, p.phone_masked as phone, p.phone_blind as blind, p.village, v.persons, v.way, v.reply_by, v.confidential, v.may_publish,
	v.entered_late as late, v.purpose, v.note,
	not exists (select from case_events e join cases c on c.county_id = @county and c.id = e.case_id
		where e.county_id = @county and c.visit_id = v.id and e.step not in ('register', 'answer_now', 'correct', 'come_back', 'calendar')) as untouched,
	exists (select from case_events e join cases c on c.county_id = @county and c.id = e.case_id
		where e.county_id = @county and c.visit_id = v.id and e.step = 'answer_now') as answered,
	array(select d.deputy_id from visit_deputies d where d.county_id = @county and d.visit_id = v.id order by 1) as deputies,
	(select coalesce(json_agg(json_build_object('number', c.number, 'title', c.title, 'category_id', c.category_id) order by c.position), '[]')
		from cases c where c.county_id = @county and c.visit_id = v.id) as cases,
	array(select c.number from visit_returns x join cases c on c.county_id = @county and c.id = x.case_id
		where x.county_id = @county and x.visit_id = v.id order by c.id) as returns
	from visits v join visit_contacts p on p.county_id = @county and p.visit_id = v.id
	where v.county_id = @county and v.submission_key = @key`

// EnteredVisit reads a visit to be corrected; nil where there is none.
func EnteredVisit(v *tenant.View, key uuid.UUID) **Entered {
	return tenant.Maybe[Entered](v, enteredSQL, pgx.NamedArgs{"key": key})
}

// Correctable says why by may not correct the visit: whoever entered it may, on the same day,
// as long as nothing was done about it.
func (e *Entered) Correctable(by auth.Actor, now time.Time) error {
	switch {
	case !by.MayOn(auth.RegisterVisit, auth.Subject{StationID: e.StationID}) || by.UserID != e.RecordedBy:
		return errs.Refuse(errs.Forbidden, "刚才的登记只有登记人自己能改。"+e.instead())
	case calendar.DateOf(e.CreatedAt) != calendar.DateOf(now):
		return errs.Refuse(errs.Conflict, "不是今天登记的，不能直接改了。"+e.instead())
	case !e.Untouched:
		return errs.Refuse(errs.Conflict, "这次登记的事已经在办，不能直接改了。"+e.instead())
	}
	return nil
}

// instead says where a later word goes; a visit without a matter has no such place.
func (e *Entered) instead() string {
	if len(e.Cases) == 0 {
		return ""
	}
	return "要补正的，写在事项的“补充”里。"
}

// CorrectVisit puts right what was typed wrong, and leaves in each case's history what it was
// before, masked.
func CorrectVisit(ctx context.Context, tx *tenant.Tx, keys private.Keys, by auth.Actor, key uuid.UUID, to Correction) error {
	if _, err := postgres.Value[int64](ctx, tx, `select id from visits where county_id = @county and submission_key = @key for update`,
		pgx.NamedArgs{"key": key}); err != nil {
		return err
	}
	e, err := postgres.One[Entered](ctx, tx, enteredSQL, pgx.NamedArgs{"key": key})
	if err != nil {
		return err
	}
	c := correcting{Entered: e, ctx: ctx, tx: tx, keys: keys, by: by, to: to}
	// The place and the numbers before the cases, as who registers holds them.
	if _, err := holdPlace(ctx, tx, e.StationID, to.PlaceID); err != nil {
		return err
	}
	if err := c.renumber(); err != nil {
		return err
	}
	if err := c.holdTold(); err != nil {
		return err
	}
	_, err = postgres.All[struct{ ID int64 }](ctx, tx, `select id from cases where county_id = @county and (visit_id = @visit or id = any(array(
			select case_id from visit_returns where county_id = @county and visit_id = @visit))) order by id for update`,
		pgx.NamedArgs{"visit": e.ID})
	if err != nil {
		return err
	}
	numbers := c.Entered
	if c.Entered, err = postgres.One[Entered](ctx, tx, enteredSQL, pgx.NamedArgs{"key": key}); err != nil { // as held
		return err
	}
	c.InYear, c.InMonth = numbers.InYear, numbers.InMonth
	if err := c.Correctable(by, tx.Now()); err != nil {
		return err
	}
	if err := c.check(key); err != nil {
		return err
	}
	if err := c.save(); err != nil {
		return err
	}
	if err := c.saveTold(); err != nil {
		return err
	}
	reason := "改刚才的登记：" + strings.Join(c.said, "；") + "。"
	for _, one := range e.Cases {
		if err := c.record(one.Number, reason); err != nil {
			return err
		}
	}
	return audit.Record(ctx, tx, by.Audit(), "visit.correct", "visit "+key.String(), map[string]any{"changed": c.said})
}

// correcting is a correction while it is made.
type correcting struct {
	Entered
	ctx   context.Context
	tx    *tenant.Tx
	keys  private.Keys
	by    auth.Actor
	to    Correction
	phone string // the new one in its normal form; "": as it is
	said  []string

	newName, newPhone, newReply bool
}

// record leaves the correction in a case's history; what was answered on the spot without
// contact is closed already, which no row of the workflow corrects.
func (c *correcting) record(number, reason string) error {
	k, err := lock(c.ctx, c.tx, number)
	if err != nil {
		return err
	}
	if k.Outcome == nil {
		_, err = Take(c.ctx, c.tx, c.by, number, Input{Step: Correct, Reason: reason})
		return err
	}
	if err := k.save(c.ctx, c.tx); err != nil {
		return err
	}
	err = appendEvent(c.ctx, c.tx, k.ID, uuid.Nil, Event{Step: Correct, FromState: &k.State, ToState: k.State, Round: k.Round, ActorID: &c.by.UserID,
		ActorName: c.by.Signature(), ActorRole: string(c.by.Role), At: c.tx.Now(), Reason: &reason})
	if err != nil {
		return err
	}
	return audit.Record(c.ctx, c.tx, c.by.Audit(), "case.correct", "case "+number, map[string]any{"from": k.State, "to": k.State, "round": k.Round})
}

// visitorChanges reports whether there is another name, number or way of telling, by which the
// visitor may be somebody else.
func (c *correcting) visitorChanges() bool { return c.newName || c.newPhone || c.newReply }
