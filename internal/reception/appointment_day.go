package reception

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/message"
	"lianluo/internal/null"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// What becomes of appointments when something becomes of their days. Whoever changes a day
// holds it before its appointments.

// expecting holds the appointments that are settled on a day, for what condition says of r
// and d; its arguments are args.
func expecting(ctx context.Context, tx *tenant.Tx, condition string, args pgx.NamedArgs) ([]Appointment, error) {
	all, err := postgres.All[Appointment](ctx, tx, selectAppointments+`and `+condition+` order by r.id for no key update of r`, args)
	if err != nil {
		return nil, fmt.Errorf("appointments of a day: %w", err)
	}
	return all, nil
}

const onDay = `r.reception_id = @day and r.state in ('confirmed', 'moved')`

// lose lets the appointments of a day that is not held wait for another one, and tells who
// was to come.
func lose(ctx context.Context, tx *tenant.Tx, by auth.Actor, day int64, reason string) error {
	all, err := expecting(ctx, tx, onDay, pgx.NamedArgs{"day": day})
	if err != nil || len(all) == 0 {
		return err
	}
	due, err := answerBy(ctx, tx)
	if err != nil {
		return err
	}
	for _, a := range all {
		a.State, a.LostOn, a.DueOn, a.Reason = Asked, a.Date, due, &reason
		a.ReceptionID, a.At, a.Date, a.AnsweredAt, a.AnsweredName, a.AnsweredBy = nil, nil, nil, nil, nil, nil
		if err := a.write(ctx, tx, by, "lost"); err != nil {
			return err
		}
		if err := a.tell(ctx, tx, message.AppointmentCancelled, false); err != nil {
			return err
		}
	}
	return nil
}

// shift tells who is to come that the day is another one, at another time or place: it has
// been written. An hour that was said stays where the day still has it.
func shift(ctx context.Context, tx *tenant.Tx, by auth.Actor, day int64, reason string) error {
	all, err := expecting(ctx, tx, onDay, pgx.NamedArgs{"day": day})
	if err != nil {
		return err
	}
	for _, a := range all {
		a.State, a.Reason = Rebooked, &reason
		if a.At != nil && (*a.At < null.Value(a.Starts) || *a.At >= null.Value(a.Ends)) {
			a.At = nil
		}
		if err := a.answered(ctx, tx, by, Rebooked); err != nil {
			return err
		}
		if err := a.tell(ctx, tx, message.AppointmentMoved, false); err != nil {
			return err
		}
	}
	return nil
}

// reseat tells who is to come on a day and asked for a deputy who was on duty and is not any
// more that another receives them: it has been written. Whoever asked for nobody is told nothing.
func reseat(ctx context.Context, tx *tenant.Tx, by auth.Actor, day, deputy int64) error {
	all, err := expecting(ctx, tx, onDay+` and r.deputy_id = @deputy`, pgx.NamedArgs{"day": day, "deputy": deputy})
	if err != nil {
		return err
	}
	for _, a := range all {
		reason := null.Value(a.Deputy) + "代表那天来不了"
		a.Reason = &reason
		if err := a.answered(ctx, tx, by, reseated); err != nil {
			return err
		}
		if err := a.tell(ctx, tx, message.AppointmentReseated, false); err != nil {
			return err
		}
	}
	return nil
}

// reseated is the event of an appointment whose day goes on without the deputy who was asked for.
const reseated = "reseated"

// regain tells those who were told that a deputy does not come, who comes after all.
func regain(ctx context.Context, tx *tenant.Tx, by auth.Actor, day, deputy int64) error {
	all, err := expecting(ctx, tx, onDay+` and r.deputy_id = @deputy and @reseated = (select e.kind from appointment_events e
		where e.county_id = @county and e.appointment_id = r.id order by e.id desc limit 1)`, pgx.NamedArgs{"day": day, "deputy": deputy, "reseated": reseated})
	if err != nil {
		return err
	}
	for _, a := range all {
		a.Reason, a.State = nil, Confirmed
		if err := a.answered(ctx, tx, by, Confirmed); err != nil {
			return err
		}
		if err := a.tell(ctx, tx, message.AppointmentConfirmed, false); err != nil {
			return err
		}
	}
	return nil
}

// decline ends what was asked for at places that close, and tells who asked. What is settled on
// a day at another place is held there.
func decline(ctx context.Context, tx *tenant.Tx, by auth.Actor, places []int64, reason string) error {
	all, err := expecting(ctx, tx, `r.place_id = any(@places) and (r.state = 'asked' or r.state in ('confirmed', 'moved') and d.place_id = any(@places))`,
		pgx.NamedArgs{"places": places})
	if err != nil {
		return err
	}
	for _, a := range all {
		a.State, a.Reason, a.LostOn = Declined, &reason, nil
		a.ReceptionID, a.At, a.Date = nil, nil, nil
		if err := a.answered(ctx, tx, by, Declined); err != nil {
			return err
		}
		if err := a.tell(ctx, tx, message.AppointmentDeclined, false); err != nil {
			return err
		}
	}
	return nil
}
