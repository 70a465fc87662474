package reception_test

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"lianluo/internal/calendar"
	"lianluo/internal/postgres"
	"lianluo/internal/reception"
	"lianluo/internal/tenant"
)

// asks is a request at 王桥镇, each with a number of its own.
func (w *world) asks() (id int64) {
	w.t.Helper()
	w.must(func(ctx context.Context, tx *tenant.Tx) (err error) {
		n, err := postgres.Value[int64](ctx, tx, `select count(*) from appointments where county_id = @county`)
		if err != nil {
			return err
		}
		id, err = reception.Ask(ctx, tx, w.Keys, w.Clerk, uuid.New(), w.Station, reception.AskInput{Name: "申国强", Phone: fmt.Sprintf("1380000%04d", n), Topic: "村口的路"})
		return err
	})
	return id
}

// answer answers a request as the page that is open now does.
func (w *world) answer(id int64, in reception.Answer) {
	w.t.Helper()
	version := w.appointment(id).Version
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		return reception.Reply(ctx, tx, w.Clerk, id, version, in)
	})
}

func (w *world) appointment(id int64) reception.Appointment {
	var a *reception.Appointment
	w.View(func(v *tenant.View) { a = reception.AppointmentOf(v, w.Admin, id) })
	return *a
}

// sent lets the messages of a request that wait be sent.
func (w *world) sent(id int64) {
	w.t.Helper()
	if _, err := w.PG.Super.Exec(w.t.Context(), `update messages set state = 'sent', sent_at = send_after, channel = 'sms', body = '约好了' where appointment_id = $1
		and state = 'waiting'`, id); err != nil {
		w.t.Fatal(err)
	}
}

// undoes sets the county's 撤回时限.
func (w *world) undoes(minutes int) {
	w.t.Helper()
	if _, err := w.PG.Super.Exec(w.t.Context(), `update county_settings set undo_minutes = $1`, minutes); err != nil {
		w.t.Fatal(err)
	}
}

// move puts a day on another date, from another hour.
func (w *world) move(ctx context.Context, tx *tenant.Tx, id int64, date, starts string) error {
	return reception.Move(ctx, tx, w.Head, id, 0, reception.When{Date: day(date), Starts: starts, Ends: "11:30"}, reception.Reason{Inside: "开会"})
}

// later is a minute later.
func (w *world) later() {
	w.Set(w.Now().Add(time.Minute).In(calendar.Shanghai).Format("2006-01-02 15:04"))
}

// beside holds a row of a table, lets second begin until it waits, and then does first: whoever
// else holds rows in that order.
func (w *world) beside(table string, id int64, second, first func(ctx context.Context, tx *tenant.Tx) error) (err, seconds error) {
	w.t.Helper()
	done := make(chan error, 1)
	err = w.try(func(ctx context.Context, tx *tenant.Tx) error {
		if _, err := postgres.Exec(ctx, tx, `select id from `+table+` where county_id = @county and id = @id for no key update`, pgx.NamedArgs{"id": id}); err != nil {
			return err
		}
		go func() { done <- w.try(second) }()
		if err := w.PG.Blocked(ctx, 1); err != nil {
			return err
		}
		return first(ctx, tx)
	})
	return err, <-done
}
