package reception

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/audit"
	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/internal/message"
	"lianluo/internal/null"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// Undo takes the last answer back, as long as the citizen was not told: within the county's
// 撤回时限, as the steps of a case. 没有来 is taken back on the same day. It returns
// errs.Conflict otherwise, also where the day that would hold again is another by now: what became
// of a day is taken back with the day.
func Undo(ctx context.Context, tx *tenant.Tx, by auth.Actor, id int64, version int32) error {
	stationID, err := postgres.Value[int64](ctx, tx, `select station_id from appointments where county_id = @county and id = @id`, pgx.NamedArgs{"id": id})
	if err != nil {
		return err
	}
	if err := mayChange(by, stationID); err != nil {
		return err
	}
	last, err := postgres.All[AppointmentEvent](ctx, tx, `select `+eventColumns+` from appointment_events
		where county_id = @county and appointment_id = @id order by id desc limit 2`, pgx.NamedArgs{"id": id})
	if err != nil {
		return err
	}
	var day *Entry
	again := len(last) == 2 && last[0].Kind != Absent && last[1].settled() // a day holds again
	if again {
		if day, err = (&Answer{To: Confirmed, ReceptionID: *last[1].ReceptionID}).settle(ctx, tx, stationID); err != nil { // before the request, as Reply
			return err
		}
	}
	a, err := holdAppointment(ctx, tx, id)
	if err != nil {
		return err
	}
	if a.Version != version { // otherwise nothing happened since last was read
		return a.overtaken()
	}
	if err := a.mayUndo(ctx, tx, last); err != nil {
		return err
	}
	was := last[1]
	switch {
	case again && day == nil:
		return errs.Refuse(errs.Conflict, "原来约的那一天已经不接待了，不能撤回。要改，请重新答复。")
	case again && (null.Value(was.Date) != day.Date || was.At != nil && !day.has(*was.At)):
		return errs.Refuse(errs.Conflict, "原来约的那一天后来改了日子或者时间，不能撤回。要改，请重新答复。")
	}
	if err := message.Outdate(ctx, tx, id, "答复撤回了。"); err != nil {
		return err
	}
	a.State, a.ReceptionID, a.At, a.Reason, a.Date = was.State, was.ReceptionID, was.At, was.Reason, was.Date
	a.LostOn, a.AnsweredAt, a.AnsweredName, a.AnsweredBy = nil, nil, nil, nil
	if was.Kind == "lost" {
		a.LostOn, a.Date = was.Date, nil
	}
	if a.State != Asked {
		a.AnsweredAt, a.AnsweredName, a.AnsweredBy = &was.HappenedAt, &was.ByName, was.ByID
	}
	if err := a.write(ctx, tx, by, "undone"); err != nil {
		return err
	}
	if again {
		if err := a.tellAgain(ctx, tx, was.HappenedAt); err != nil {
			return err
		}
	}
	return audit.Record(ctx, tx, by.Audit(), "appointment.undo", "appointment "+itoa(id), map[string]any{"version": a.Version, "to": a.StateName()})
}

// mayUndo refuses to take back what is too old, what nobody answered, and what the citizen heard.
func (a Appointment) mayUndo(ctx context.Context, tx *tenant.Tx, last []AppointmentEvent) error {
	of, err := county.SettingsTx(ctx, tx)
	if err != nil {
		return err
	}
	switch {
	case len(last) == 2 && last[0].followed(last[1]):
		return errs.Refuse(errs.Conflict, "这是接待日变了跟着变的，不能在这里撤回。要改，请改接待日，或者重新答复。")
	case len(last) < 2 || last[0].ByID == nil || !undoable(last[0].Kind, last[0].HappenedAt, tx.Now(), of):
		return errs.Refuse(errs.Conflict, "已经过了可以撤回的时间。要改，请重新答复，并打电话告诉本人。")
	}
	told, err := postgres.Value[bool](ctx, tx, `select exists (select from messages where county_id = @county and appointment_id = @id
		and round = @version and kind <> 'appointment_asked' and (state = 'sent' or trying_at is not null))`, pgx.NamedArgs{"id": a.ID, "version": int16(a.Version)})
	if err == nil && told {
		err = errs.Refuse(errs.Conflict, "已经告诉本人了，不能撤回。要改，请重新答复。")
	}
	return err
}

// settled reports whether a day was settled then.
func (e AppointmentEvent) settled() bool { return e.State == Confirmed || e.State == Rebooked }

// tellAgain tells what holds again, unless the citizen was told when it was answered so, and the
// day is as it was: the place, the hours and who receives.
func (a Appointment) tellAgain(ctx context.Context, tx *tenant.Tx, answered time.Time) error {
	told, err := postgres.Value[bool](ctx, tx, `select exists (select from messages where county_id = @county and appointment_id = @id
			and created_at = @at and state = 'sent')
		and not exists (select from reception_events where county_id = @county and reception_id = @day and at > @at
			and kind in ('moved', 'changed', 'swapped', 'left', 'joined'))`, pgx.NamedArgs{"id": a.ID, "at": answered, "day": a.ReceptionID})
	if err != nil || told {
		return err
	}
	kind := message.AppointmentConfirmed
	if a.State == Rebooked {
		kind = message.AppointmentMoved
	}
	return a.tell(ctx, tx, kind, false)
}

// Undoable reports whether Undo may take the last answer back, by what a page has read.
func Undoable(history []AppointmentEvent, told []message.Message, version int32, now time.Time, of county.Settings) bool {
	if len(history) < 2 {
		return false
	}
	for _, m := range told {
		if m.Kind != message.AppointmentAsked && int32(m.Round) == version && (m.State == message.IsSent || m.TryingAt != nil) {
			return false
		}
	}
	last := history[len(history)-1]
	return last.ByID != nil && !last.followed(history[len(history)-2]) && undoable(last.Kind, last.HappenedAt, now, of)
}

func undoable(kind string, at, now time.Time, of county.Settings) bool {
	switch kind {
	case Confirmed, Rebooked, Declined, Recalled:
		return now.Before(at.Add(time.Duration(of.UndoMinutes) * time.Minute))
	case Absent:
		return calendar.DateOf(at) == calendar.DateOf(now)
	}
	return false
}
