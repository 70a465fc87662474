package reception

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"lianluo/internal/audit"
	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/errs"
	"lianluo/internal/message"
	"lianluo/internal/null"
	"lianluo/internal/option"
	"lianluo/internal/postgres"
	"lianluo/internal/private"
	"lianluo/internal/tenant"
)

// SayAbsent records that the citizen did not come, on the day or after it. errs.Conflict
// for a request without a day that has come.
func SayAbsent(ctx context.Context, tx *tenant.Tx, by auth.Actor, id int64, version int32) error {
	a, err := holdAppointment(ctx, tx, id)
	if err != nil {
		return err
	}
	if err := mayChange(by, a.StationID); err != nil {
		return err
	}
	switch {
	case a.State == Absent:
		return nil // pressed twice
	case a.Version != version:
		return a.overtaken()
	case !a.Expected(calendar.DateOf(tx.Now())):
		return errs.Refuse(errs.Conflict, "约好的日子还没有到，或者这个申请已经结束了。")
	}
	a.State = Absent
	if err := message.Outdate(ctx, tx, id, "约好的日子过了。"); err != nil {
		return err
	}
	if err := a.answered(ctx, tx, by, Absent); err != nil {
		return err
	}
	return audit.Record(ctx, tx, by.Audit(), "appointment.absent", "appointment "+itoa(id), map[string]any{"version": a.Version})
}

// Arrival is what the desk need not ask again of somebody who had an appointment.
type Arrival struct {
	Key       uuid.UUID // of the request
	StationID int64
	PlaceID   int64
	Name      string
	Phone     string // in full; "" where none was left
	ReplyBy   string
	Topic     string
}

// Arriving opens a request for the desk, where the citizen has come: the number is seen, and
// that is recorded. It returns Ended where somebody has registered the visit already, or the
// request was declined or taken back.
func Arriving(ctx context.Context, tx *tenant.Tx, keys private.Keys, by auth.Actor, id int64) (Arrival, error) {
	type row struct {
		Arrival
		State       string
		PhoneSealed []byte
	}
	r, err := postgres.One[row](ctx, tx, `select r.submission_key as key, r.station_id, coalesce(d.place_id, r.place_id) as place_id, r.name,
			'' as phone, r.reply_by, r.topic, r.state, r.phone_sealed
		from appointments r left join receptions d on d.county_id = @county and d.id = r.reception_id
		where r.county_id = @county and r.id = @id`, pgx.NamedArgs{"id": id})
	if err != nil {
		return Arrival{}, err
	}
	if err := mayChange(by, r.StationID); err != nil {
		return Arrival{}, err
	}
	if !mayCome(r.State) {
		return Arrival{}, ended(ctx, tx, id)
	}
	if r.PhoneSealed == nil {
		return r.Arrival, nil
	}
	if r.Phone, err = keys.Open(r.PhoneSealed, PhoneBind(tx.County(), r.Key)); err != nil {
		return Arrival{}, fmt.Errorf("arriving: %w", err)
	}
	return r.Arrival, audit.Record(ctx, tx, by.Audit(), "appointment.reveal_phone", "appointment "+itoa(id), map[string]any{"reason": "本人到站，登记来访"})
}

func mayCome(state string) bool { return state != Came && state != Declined && state != Recalled }

// Ended is a request of which no visit comes any more: somebody registered it already, or it was
// declined or taken back. It is an errs.Conflict.
type Ended struct {
	State    string
	VisitKey *uuid.UUID // of the visit that was registered
	ByName   *string    // who said so; nil: the citizen
	At       *time.Time
}

// Words say what became of the request.
func (e Ended) Words() string {
	who := null.Value(e.ByName)
	if e.At != nil {
		who += " " + calendar.DateOf(*e.At).Chinese() + " " + e.At.In(calendar.Shanghai).Format("15:04")
	}
	if e.State == Came {
		return "这位约好的群众，" + who + " 已经登记过来访了。"
	}
	return "这个约见申请已经是“" + option.NameOf(Answers, e.State) + "”（" + who + "），不能再当作约见登记。"
}

func (e Ended) Error() string { return "the appointment is " + e.State }

// Unwrap makes an Ended an errs.Conflict, in words.
func (e Ended) Unwrap() error { return errs.Refuse(errs.Conflict, e.Words()) }

// ended reads what became of a request, also where another transaction just said it.
func ended(ctx context.Context, tx *tenant.Tx, id int64) error {
	e, err := postgres.One[Ended](ctx, tx, `select r.state, v.submission_key as visit_key, r.answered_name as by_name, r.answered_at as at
		from appointments r left join visits v on v.county_id = @county and v.id = r.visit_id
		where r.county_id = @county and r.id = @id`, pgx.NamedArgs{"id": id})
	if err != nil {
		return err
	}
	return e
}

// Arrived links a visit that is being registered at a station to the request that it came of.
// It returns Ended for one that was declined, taken back or linked to another visit.
func Arrived(ctx context.Context, tx *tenant.Tx, by auth.Actor, id, stationID, visitID int64) error {
	a, err := holdAppointment(ctx, tx, id)
	if err != nil {
		return err
	}
	switch {
	case a.StationID != stationID:
		return errs.NotFound
	case !mayCome(a.State):
		return ended(ctx, tx, id)
	}
	if err := message.Outdate(ctx, tx, id, "本人来了。"); err != nil {
		return err
	}
	a.State, a.LostOn, a.Reason = Came, nil, nil
	a.Version++
	_, err = postgres.Exec(ctx, tx, `update appointments set state = 'came', visit_id = @visit, lost_on = null, reason = null, answered_by = @by,
			answered_name = @by_name, answered_at = @now, version = @version where county_id = @county and id = @id`,
		pgx.NamedArgs{"id": id, "visit": visitID, "by": null.Of(by.UserID), "by_name": by.Name, "now": tx.Now(), "version": a.Version})
	if err != nil {
		return fmt.Errorf("arrived: %w", err)
	}
	return occurred(ctx, tx, by, a, Came)
}
