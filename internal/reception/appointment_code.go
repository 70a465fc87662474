package reception

import (
	"context"
	"crypto/subtle"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"lianluo/internal/audit"
	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/errs"
	"lianluo/internal/message"
	"lianluo/internal/postgres"
	"lianluo/internal/private"
	"lianluo/internal/tenant"
	"lianluo/internal/token"
)

// Booked is what a citizen who has the 查询码 learns of the request: never who made it.
type Booked struct {
	Station   string
	Code      string // of the station, for its page
	Office    string
	Division  string  // the county's, in addresses
	Public    *string // the station's number, else the office's
	Demo      bool
	State     string
	Reason    *string
	CreatedAt time.Time
	DueOn     calendar.Date
	LostOn    *calendar.Date
	Date      *calendar.Date
	At        *string
	Starts    *string
	Ends      *string
	Place     string
	Address   *string
	Deputies  []string
	Today     calendar.Date `db:"-"`
}

// Hours is when on the day: 9:30, or 09:00–11:30.
func (b Booked) Hours() string { return hoursOf(b.At, b.Starts, b.Ends) }

// Recallable reports whether the citizen may take it back.
func (b Booked) Recallable() bool {
	return b.State == Asked || (b.State == Confirmed || b.State == Rebooked) && b.Date != nil && !b.Date.Before(b.Today)
}

// holder adds what tells whether somebody may know.
type holder struct {
	Key    uuid.UUID
	Sealed []byte
}

// knows reports whether digits are the last four of the number that was left; where none
// was, the 查询码 alone is enough.
func (h holder) knows(keys private.Keys, of tenant.County, digits string) (bool, error) {
	if h.Sealed == nil {
		return true, nil
	}
	phone, err := keys.Open(h.Sealed, PhoneBind(of, h.Key))
	if err != nil || len(phone) < 4 {
		return false, err
	}
	return subtle.ConstantTimeCompare([]byte(phone[len(phone)-4:]), []byte(digits)) == 1, nil
}

// LookupAppointment reads the request with that clean 查询码. An unknown code leaves nil, and
// so do wrong last digits where the citizen left a number.
func LookupAppointment(v *tenant.View, keys private.Keys, code, digits string) func() (*Booked, error) {
	type row struct {
		Booked
		holder
	}
	read := tenant.Maybe[row](v, `select s.name as station, s.code, co.office, co.division_code as division, coalesce(s.phone, co.phone) as public, co.demo,
			r.state, r.reason, r.created_at, r.due_on, r.lost_on, `+meetingColumns+`, r.submission_key as key, r.phone_sealed as sealed
		`+meetingFrom+`where r.county_id = @county and r.lookup_hash = @hash`, pgx.NamedArgs{"hash": token.CodeHash(code)})
	return func() (*Booked, error) {
		found := *read
		if found == nil {
			return nil, nil
		}
		if ok, err := found.knows(keys, v.County(), digits); !ok {
			return nil, err
		}
		found.Today = calendar.DateOf(v.Now())
		return &found.Booked, nil
	}
}

// Recall takes a request back for the citizen who has its 查询码. A code that is unknown, or
// wrong digits, is errs.NotFound; what has ended otherwise, or whose day is over, is
// errs.Conflict. Twice is once.
func Recall(ctx context.Context, tx *tenant.Tx, keys private.Keys, code, digits string) error {
	type row struct {
		ID int64
		holder
	}
	of, err := postgres.One[row](ctx, tx, `select id, submission_key as key, phone_sealed as sealed from appointments
		where county_id = @county and lookup_hash = @hash`, pgx.NamedArgs{"hash": token.CodeHash(code)})
	if err != nil {
		return err
	}
	if ok, err := of.knows(keys, tx.County(), digits); err != nil || !ok {
		if err == nil {
			err = errs.NotFound
		}
		return err
	}
	a, err := holdAppointment(ctx, tx, of.ID)
	if err != nil {
		return err
	}
	switch {
	case a.State == Recalled:
		return nil
	case a.Settled() && a.Date.Before(calendar.DateOf(tx.Now())):
		return errs.Refuse(errs.Conflict, "约好的那一天已经过了，不用取消。")
	case !a.Running():
		return errs.Refuse(errs.Conflict, "这次约见已经结束了，不用取消。")
	}
	by, why := auth.CitizenOf(tx.County()), "本人用查询码取消"
	a.State, a.Reason, a.LostOn = Recalled, &why, nil
	a.ReceptionID, a.At, a.Date = nil, nil, nil
	if err := message.Outdate(ctx, tx, a.ID, "本人取消了。"); err != nil {
		return err
	}
	if err := a.answered(ctx, tx, by, Recalled); err != nil {
		return err
	}
	return audit.Record(ctx, tx, by.Audit(), "appointment.recall", "appointment "+itoa(a.ID), map[string]any{"version": a.Version})
}
