package reception

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"lianluo/internal/audit"
	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/internal/message"
	"lianluo/internal/null"
	"lianluo/internal/postgres"
	"lianluo/internal/private"
	"lianluo/internal/tenant"
)

// Answer is what becomes of a request: To is Confirmed, Declined, or Recalled where the
// citizen says so.
type Answer struct {
	To          string
	ReceptionID int64  // confirmed: the day, one of the station's to come
	At          string // and at what hour, within the day's; "" is the day's own hours
	Reason      string
	Told        bool // the citizen was told already, by phone or in person: no message goes

	refused string // why nobody can be booked on the day
}

// Reply answers a request, or changes the answer: a second day needs a reason and is 改约
// (Rebooked). The citizen is told after the county's 撤回时限, within which Undo takes it back.
// It returns errs.Invalid by field, and errs.Conflict for a form that began from another
// version or a request that has ended.
func Reply(ctx context.Context, tx *tenant.Tx, by auth.Actor, id int64, version int32, in Answer) error {
	stationID, err := postgres.Value[int64](ctx, tx, `select station_id from appointments where county_id = @county and id = @id`, pgx.NamedArgs{"id": id})
	if err != nil {
		return err
	}
	if err := mayChange(by, stationID); err != nil {
		return err
	}
	day, err := in.settle(ctx, tx, stationID) // the day before the request, as whoever cancels the day
	if err != nil {
		return err
	}
	a, err := holdAppointment(ctx, tx, id)
	if err != nil {
		return err
	}
	switch {
	case a.State == in.To && !a.Running():
		return nil // pressed twice
	case a.Version != version:
		return a.overtaken()
	case !a.Running():
		return errs.Refuse(errs.Conflict, "这个申请已经结束，不能再改。")
	}
	if err := in.check(a, day, tx.Now()); err != nil {
		return err
	}
	if in.To == Confirmed && a.Settled() {
		if *a.ReceptionID == in.ReceptionID && null.Value(a.At) == in.At {
			return nil // nothing is another
		}
		in.To = Rebooked
	}
	a.State, a.ReceptionID, a.At, a.Reason = in.To, null.Of(in.ReceptionID), null.Of(in.At), null.Of(in.Reason)
	if a.Settled() {
		a.Date, a.LostOn = &day.Date, nil
	} else {
		a.Date = nil
	}
	if err := a.answered(ctx, tx, by, in.To); err != nil {
		return err
	}
	kind := map[string]message.Kind{Confirmed: message.AppointmentConfirmed, Rebooked: message.AppointmentMoved, Declined: message.AppointmentDeclined}[in.To]
	if err := a.tell(ctx, tx, kind, in.Told); err != nil {
		return err
	}
	detail := map[string]any{"version": a.Version, "to": a.StateName()}
	if in.Reason != "" {
		detail["reason"] = in.Reason
	}
	return audit.Record(ctx, tx, by.Audit(), "appointment.answer", "appointment "+itoa(id), detail)
}

func (a Appointment) overtaken() error {
	who := null.Value(a.AnsweredName)
	if who == "" {
		who = "别人"
	}
	return errs.Refuse(errs.Conflict, who+"刚刚动过这个申请，现在是“"+a.StateName()+"”。请核对以后再办。")
}

// holdAppointment holds a request's row and reads it, in a statement of its own: one that waits
// for the row has the day that was joined before somebody settled another.
func holdAppointment(ctx context.Context, tx *tenant.Tx, id int64) (Appointment, error) {
	_, err := postgres.Value[int64](ctx, tx, `select id from appointments where county_id = @county and id = @id for no key update`, pgx.NamedArgs{"id": id})
	if err != nil {
		return Appointment{}, err
	}
	return postgres.One[Appointment](ctx, tx, selectAppointments+`and r.id = @id`, pgx.NamedArgs{"id": id})
}

// settle holds the day that is chosen: it is somebody's decision now, so that no rule moves
// it, and nobody cancels it meanwhile. nil: nobody can be booked on it, or there is no such day.
func (in *Answer) settle(ctx context.Context, tx *tenant.Tx, stationID int64) (*Entry, error) {
	if in.To == Rebooked { // which of both it is follows from what was settled before
		in.To = Confirmed
	}
	if in.To != Confirmed {
		in.ReceptionID, in.At = 0, ""
		return nil, nil
	}
	_, err := postgres.Value[int64](ctx, tx, `select id from receptions where county_id = @county and id = @id and station_id = @station for no key update`,
		pgx.NamedArgs{"id": in.ReceptionID, "station": stationID})
	if errors.Is(err, errs.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	day, err := postgres.One[Entry](ctx, tx, `select `+entryColumns+entryFrom+`and r.id = @id`, pgx.NamedArgs{"id": in.ReceptionID})
	if errors.Is(err, errs.NotFound) { // brought by a rule, and brought no more
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if in.refused = day.unbookable(tx.Now()); in.refused != "" {
		return nil, nil
	}
	_, err = postgres.Exec(ctx, tx, `update receptions set touched = true where county_id = @county and id = @id`, pgx.NamedArgs{"id": day.ID})
	return &day, err
}

// unbookable is why nobody can be booked on the day from now on; "" where somebody can.
func (e Entry) unbookable(now time.Time) string {
	today := calendar.DateOf(now)
	switch {
	case !e.Live():
		return "这一天" + e.StateName() + "，请另选一天。"
	case !e.Open:
		return "这一天的地点暂停或者关闭了，请另选一天，或者先给这一天换地点。"
	case e.Kind == "household":
		return "这一天是走访，代表到群众家里去，不在站里，不能约。请另选一天。"
	case e.Date.Before(today) || e.Date == today && e.Ends <= clock(now):
		return "这一天的接待时间已经过了，请另选一天。"
	}
	return ""
}

// has reports whether the day receives at an hour.
func (e Entry) has(at string) bool { return e.Starts <= at && at < e.Ends }

// Bookable reports whether somebody can be booked on the day from now on.
func (e Entry) Bookable(now time.Time) bool { return e.unbookable(now) == "" }

// clock is the hour of now where the stations are: 09:05.
func clock(now time.Time) string { return now.In(calendar.Shanghai).Format("15:04") }

// check judges the answer to a request.
func (in *Answer) check(a Appointment, day *Entry, now time.Time) error {
	invalid := errs.Invalid{}
	in.Reason, in.At = strings.TrimSpace(in.Reason), strings.TrimSpace(in.At)
	county.Readable(invalid, "reason", in.Reason, longLine)
	if in.At != "" {
		read, err := calendar.ParseClock(in.At)
		if err != nil {
			invalid["at"] = err.Error()
		}
		in.At = read
	}
	switch in.To {
	case Confirmed:
		switch {
		case day == nil && in.refused != "":
			invalid["reception"] = in.refused
		case day == nil:
			invalid["reception"] = "请选择约在哪一天。没有合适的，请先添加一天。"
		case in.At != "" && !day.has(in.At):
			invalid["at"] = "这一天的接待是 " + day.Starts + "–" + day.Ends + "，请填这中间的时间。"
		case in.At != "" && day.Date == calendar.DateOf(now) && in.At < clock(now):
			invalid["at"] = "现在已经过了 " + in.At + "，请填还没到的时间。"
		}
		if a.Settled() && (*a.ReceptionID != in.ReceptionID || null.Value(a.At) != in.At) {
			county.Needed(invalid, "reason", in.Reason, "请写明为什么改约，会告诉本人。", longLine)
		}
	case Declined:
		county.Needed(invalid, "reason", in.Reason, "请写明为什么约不成，会告诉本人。", longLine)
	case Recalled:
		county.Needed(invalid, "reason", in.Reason, "请写明本人是怎么说的。", longLine)
	default:
		invalid["to"] = "请选择怎样答复。"
	}
	return invalid.Err()
}

// answered writes how the request stands now, and its event: by is who did it.
func (a *Appointment) answered(ctx context.Context, tx *tenant.Tx, by auth.Actor, kind string) error {
	now := tx.Now()
	a.AnsweredAt, a.AnsweredName, a.AnsweredBy = &now, &by.Name, null.Of(by.UserID)
	return a.write(ctx, tx, by, kind)
}

// write keeps how the request stands, in a new version, and its event.
func (a *Appointment) write(ctx context.Context, tx *tenant.Tx, by auth.Actor, kind string) error {
	a.Version++
	args := pgx.NamedArgs{"id": a.ID, "state": a.State, "reception": a.ReceptionID, "at": a.At, "reason": a.Reason, "lost": a.LostOn, "due": a.DueOn,
		"by": a.AnsweredBy, "by_name": a.AnsweredName, "answered": a.AnsweredAt, "version": a.Version}
	_, err := postgres.Exec(ctx, tx, `update appointments set state = @state, reception_id = @reception, at = @at, reason = @reason, lost_on = @lost,
			due_on = @due, answered_by = @by, answered_name = @by_name, answered_at = @answered, version = @version
		where county_id = @county and id = @id`, args)
	if err != nil {
		return fmt.Errorf("%s an appointment: %w", kind, err)
	}
	return occurred(ctx, tx, by, *a, kind)
}

// occurred appends what happened to a request, with how it stands then.
func occurred(ctx context.Context, tx *tenant.Tx, by auth.Actor, a Appointment, kind string) error {
	date := a.Date
	if kind == "lost" {
		date = a.LostOn
	}
	_, err := postgres.Exec(ctx, tx, `insert into appointment_events (county_id, appointment_id, kind, state, reception_id, date, at, reason, by_id, by_name, happened_at)
		values (@county, @id, @kind, @state, @reception, @date, @at, @reason, @by, @by_name, @now)`,
		pgx.NamedArgs{"id": a.ID, "kind": kind, "state": a.State, "reception": a.ReceptionID, "date": date, "at": a.At, "reason": a.Reason,
			"by": null.Of(by.UserID), "by_name": by.Name, "now": tx.Now()})
	return err
}

// SayTold records that somebody told the citizen by phone or in person everything that waits
// for that. errs.Conflict where nothing does.
func SayTold(ctx context.Context, tx *tenant.Tx, by auth.Actor, id int64) error {
	a, err := holdAppointment(ctx, tx, id)
	if err != nil {
		return err
	}
	if err := mayChange(by, a.StationID); err != nil {
		return err
	}
	type waiting struct{ ID int64 }
	all, err := postgres.All[waiting](ctx, tx, `select id from messages where county_id = @county and appointment_id = @id
		and state in ('to_call', 'failed') order by id for update`, pgx.NamedArgs{"id": id})
	if err != nil {
		return err
	}
	if len(all) == 0 {
		return errs.Refuse(errs.Conflict, "没有等着打电话告诉的。")
	}
	for _, m := range all {
		if err := message.Called(ctx, tx, by.Audit(), m.ID); err != nil {
			return err
		}
	}
	return nil
}

// Reveal opens the number of who asked, for somebody who gives a reason; the look is
// recorded before anybody sees it. "" where none was left.
func Reveal(ctx context.Context, tx *tenant.Tx, keys private.Keys, by auth.Actor, id int64, reason string) (string, error) {
	type row struct {
		StationID     int64
		SubmissionKey uuid.UUID
		PhoneSealed   []byte
	}
	r, err := postgres.One[row](ctx, tx, `select station_id, submission_key, phone_sealed from appointments where county_id = @county and id = @id`, pgx.NamedArgs{"id": id})
	if err != nil {
		return "", err
	}
	if err := mayChange(by, r.StationID); err != nil {
		return "", err
	}
	invalid := errs.Invalid{}
	county.Needed(invalid, "reveal_reason", reason, "请写明为什么要看电话。", longLine)
	if err := invalid.Err(); err != nil {
		return "", err
	}
	if r.PhoneSealed == nil {
		return "", errs.Refuse(errs.Conflict, "本人没有留电话。")
	}
	phone, err := keys.Open(r.PhoneSealed, PhoneBind(tx.County(), r.SubmissionKey))
	if err != nil {
		return "", fmt.Errorf("reveal: %w", err)
	}
	return phone, audit.Record(ctx, tx, by.Audit(), "appointment.reveal_phone", "appointment "+itoa(id), map[string]any{"reason": strings.TrimSpace(reason)})
}
