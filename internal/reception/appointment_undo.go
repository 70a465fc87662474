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
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// Undo takes the last answer back, as long as the citizen was not told: within the county's
// 撤回时限, as the steps of a case. 没有来 is taken back on the same day. It returns
// errs.Conflict otherwise.
func Undo(ctx context.Context, tx *tenant.Tx, by auth.Actor, id int64, version int32) error {
	a, err := holdAppointment(ctx, tx, id)
	if err != nil {
		return err
	}
	if err := mayChange(by, a.StationID); err != nil {
		return err
	}
	if a.Version != version {
		return a.overtaken()
	}
	type event struct {
		Kind        string
		State       string
		ReceptionID *int64
		Date        *calendar.Date
		At          *string
		Reason      *string
		ByID        *int64
		ByName      string
		HappenedAt  time.Time
	}
	last, err := postgres.All[event](ctx, tx, `select kind, state, reception_id, date, at, reason, by_id, by_name, happened_at from appointment_events
		where county_id = @county and appointment_id = @id order by id desc limit 2`, pgx.NamedArgs{"id": id})
	if err != nil {
		return err
	}
	of, err := county.SettingsTx(ctx, tx)
	if err != nil {
		return err
	}
	if len(last) < 2 || last[0].ByID == nil || !undoable(last[0].Kind, last[0].HappenedAt, tx.Now(), of) {
		return errs.Refuse(errs.Conflict, "已经过了可以撤回的时间。要改，请重新答复，并打电话告诉本人。")
	}
	told, err := postgres.Value[bool](ctx, tx, `select exists (select from messages where county_id = @county and appointment_id = @id
		and round = @version and kind <> 'appointment_asked' and (state = 'sent' or trying_at is not null))`, pgx.NamedArgs{"id": id, "version": int16(a.Version)})
	if err != nil {
		return err
	}
	if told {
		return errs.Refuse(errs.Conflict, "已经告诉本人了，不能撤回。要改，请重新答复。")
	}
	if err := message.Outdate(ctx, tx, id, "答复撤回了。"); err != nil {
		return err
	}
	was := last[1]
	a.State, a.ReceptionID, a.At, a.Reason, a.Date = was.State, was.ReceptionID, was.At, was.Reason, was.Date
	a.LostOn, a.AnsweredAt, a.AnsweredName, a.AnsweredBy = nil, nil, nil, nil
	if was.Kind == "lost" {
		a.LostOn, a.Date = was.Date, nil
	}
	if a.State != Asked {
		a.AnsweredAt, a.AnsweredName, a.AnsweredBy = &was.HappenedAt, &was.ByName, was.ByID
	}
	if a.Settled() && last[0].Kind != Absent {
		day, err := (&Answer{To: Confirmed, ReceptionID: *a.ReceptionID}).settle(ctx, tx, a.StationID)
		if err != nil {
			return err
		}
		if day == nil {
			return errs.Refuse(errs.Conflict, "原来约的那一天已经不接待了，不能撤回。要改，请重新答复。")
		}
	}
	if err := a.write(ctx, tx, by, "undone"); err != nil {
		return err
	}
	if a.Settled() && last[0].Kind != Absent {
		if err := a.tellAgain(ctx, tx, was.HappenedAt); err != nil {
			return err
		}
	}
	return audit.Record(ctx, tx, by.Audit(), "appointment.undo", "appointment "+itoa(id), map[string]any{"version": a.Version, "to": a.StateName()})
}

// tellAgain tells what holds again, unless the citizen was told when it was answered so.
func (a Appointment) tellAgain(ctx context.Context, tx *tenant.Tx, answered time.Time) error {
	told, err := postgres.Value[bool](ctx, tx, `select exists (select from messages where county_id = @county and appointment_id = @id
		and created_at = @at and state = 'sent')`, pgx.NamedArgs{"id": a.ID, "at": answered})
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
	return last.ByID != nil && undoable(last.Kind, last.HappenedAt, now, of)
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
