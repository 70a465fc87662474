package reception_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"lianluo/internal/auth"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/errs"
	"lianluo/internal/reception"
	"lianluo/internal/rota"
	"lianluo/internal/tenant"
)

// TestAppointments: a citizen asks, a clerk settles a day, moves it with a reason and
// declines another; nobody else sees who asked, and a number is shown for a reason alone.
func TestAppointments(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := reception.AskInput{Name: "申国强", Phone: "138 0000 0017", Topic: "村口的路", Wish: "星期二上午"}
	ask := func(by auth.Actor, key uuid.UUID, in reception.AskInput) (id int64, err error) {
		err = w.try(func(ctx context.Context, tx *tenant.Tx) (err error) {
			id, err = reception.Ask(ctx, tx, w.Keys, by, key, w.Point, in)
			return err
		})
		return id, err
	}
	key := uuid.New()
	id, err := ask(w.Citizen, key, in)
	again, err2 := ask(w.Citizen, key, in)
	if err != nil || err2 != nil || id != again {
		t.Fatal(id, again, err, err2)
	}
	w.invalid(func(ctx context.Context, tx *tenant.Tx) error {
		_, err := reception.Ask(ctx, tx, w.Keys, w.Citizen, uuid.New(), w.Point, reception.AskInput{Phone: "12"})
		return err
	}, "name", "phone", "topic")
	for range 2 {
		if _, err := ask(w.Clerk, uuid.New(), in); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := ask(w.Citizen, uuid.New(), in); !errors.Is(err, errs.TooMany) {
		t.Errorf("one number asks without end: %v", err)
	}
	_, err = ask(w.OtherClerk, uuid.New(), in) // another station's place, in the form of the own
	casetest.InvalidAt(t, err, "place")
	if _, err := ask(w.Leader, uuid.New(), in); !errors.Is(err, errs.Forbidden) {
		t.Error(err)
	}
	seen := func(by auth.Actor) int {
		var all *tenant.Page[reception.AppointmentItem]
		w.View(func(v *tenant.View) { all = reception.Appointments(v, by, reception.AskAppointments(nil, 50)) })
		return len(all.Items)
	}
	if seen(w.Clerk) != 3 || seen(w.Admin) != 3 || seen(w.OtherClerk)+seen(w.Leader)+seen(w.Deputy)+seen(w.Water) != 0 {
		t.Error("who sees the requests")
	}
	reply := func(by auth.Actor, version int32, answer reception.Answer) func(context.Context, *tenant.Tx) error {
		return func(ctx context.Context, tx *tenant.Tx) error {
			return reception.Reply(ctx, tx, by, id, version, answer)
		}
	}
	first, second := w.add(w.Head, w.on("2026-09-22")), w.add(w.Head, w.on("2026-09-29"))
	w.invalid(reply(w.Clerk, 1, reception.Answer{To: "confirmed"}), "reception")
	w.invalid(reply(w.Clerk, 1, reception.Answer{To: "declined"}), "reason")
	w.invalid(reply(w.Clerk, 1, reception.Answer{To: "eaten"}), "to")
	w.refused(errs.Forbidden, reply(w.OtherClerk, 1, reception.Answer{To: "declined", Reason: "不管"}))
	w.must(reply(w.Clerk, 1, reception.Answer{To: "confirmed", ReceptionID: first}))
	w.refused(errs.Conflict, reply(w.Head, 1, reception.Answer{To: "declined", Reason: "太忙"}))
	w.invalid(reply(w.Clerk, 2, reception.Answer{To: "confirmed", ReceptionID: second}), "reason")
	w.must(reply(w.Clerk, 2, reception.Answer{To: "confirmed", ReceptionID: second, Reason: "代表改期"}))
	var coming *[]reception.Appointment
	w.View(func(v *tenant.View) { coming = reception.On(v, w.Clerk, second) })
	if len(*coming) != 1 || (*coming)[0].State != "moved" || *(*coming)[0].Phone == "13800000017" || !strings.Contains(*(*coming)[0].Phone, "*") {
		t.Errorf("%+v", *coming)
	}
	// The day is cancelled: somebody must settle another.
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		return reception.Cancel(ctx, tx, w.Head, second, 1, reception.Reason{Inside: "下雪"})
	})
	var lost *reception.Appointment
	var nudges *reception.Nudges
	w.View(func(v *tenant.View) {
		lost, nudges = reception.AppointmentOf(v, w.Clerk, id), reception.NudgesFor(v, w.Clerk)
	})
	if !lost.Lost() || nudges.Asked != 3 {
		t.Errorf("%+v, %+v", lost, nudges)
	}
	w.must(reply(w.Clerk, 4, reception.Answer{To: "withdrawn", Reason: "本人来电取消"}))
	w.must(reply(w.Clerk, 4, reception.Answer{To: "withdrawn", Reason: "本人来电取消"}))
	w.refused(errs.Conflict, reply(w.Clerk, 5, reception.Answer{To: "declined", Reason: "再说"}))
	var phone string
	reveal := func(by auth.Actor, reason string) func(context.Context, *tenant.Tx) error {
		return func(ctx context.Context, tx *tenant.Tx) (err error) {
			phone, err = reception.Reveal(ctx, tx, w.Keys, by, id, reason)
			return err
		}
	}
	w.invalid(reveal(w.Clerk, " "), "reveal_reason")
	w.refused(errs.Forbidden, reveal(w.Leader, "看看"))
	w.must(reveal(w.Clerk, "打电话约时间"))
	if phone != "13800000017" {
		t.Error(phone)
	}
	// The neighbour's clerk finds nothing.
	err = w.DB.Update(t.Context(), w.Neighbour.County, func(tx *tenant.Tx) error {
		return reception.Reply(t.Context(), tx, w.Neighbour.Clerk, id, 5, reception.Answer{To: "declined", Reason: "x"})
	})
	if !errors.Is(err, errs.NotFound) {
		t.Error(err)
	}
}

// TestAppointmentsAtOnce: of two clerks who answer at once, one is told that the other was
// faster; of one who settles a day and one who cancels it, never does somebody wait for a
// day that is not held.
func TestAppointmentsAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ask := func(n int) (id int64) {
		w.must(func(ctx context.Context, tx *tenant.Tx) (err error) {
			id, err = reception.Ask(ctx, tx, w.Keys, w.Clerk, uuid.New(), w.Station, reception.AskInput{Name: "申国强", Phone: fmt.Sprintf("1380000%04d", n), Topic: "村口的路"})
			return err
		})
		return id
	}
	of := func(id int64) reception.Appointment {
		var a *reception.Appointment
		w.View(func(v *tenant.View) { a = reception.AppointmentOf(v, w.Admin, id) })
		return *a
	}
	both := func(one, other func(context.Context, *tenant.Tx) error) (first, second error) {
		var all sync.WaitGroup
		all.Go(func() { first = w.try(one) })
		all.Go(func() { second = w.try(other) })
		all.Wait()
		return first, second
	}
	for n := range 4 {
		day, id := w.add(w.Head, w.on("2026-09-22")), ask(n)
		reply := func(by auth.Actor, answer reception.Answer) func(context.Context, *tenant.Tx) error {
			return func(ctx context.Context, tx *tenant.Tx) error { return reception.Reply(ctx, tx, by, id, 1, answer) }
		}
		confirm, decline := reply(w.Clerk, reception.Answer{To: reception.Confirmed, ReceptionID: day}), reply(w.Head, reception.Answer{To: reception.Declined, Reason: "太忙"})
		err, err2 := both(confirm, decline)
		if (err == nil) == (err2 == nil) || !errors.Is(errors.Join(err, err2), errs.Conflict) || of(id).Version != 2 {
			t.Errorf("%v, %v: %+v", err, err2, of(id))
		}
		id = ask(n + 10)
		err, err2 = both(reply(w.Clerk, reception.Answer{To: reception.Confirmed, ReceptionID: day}), func(ctx context.Context, tx *tenant.Tx) error {
			return reception.Cancel(ctx, tx, w.Head, day, 0, reception.Reason{Inside: "停电"})
		})
		if err != nil {
			casetest.InvalidAt(t, err, "reception") // the day was gone
		}
		if a := of(id); err2 != nil || a.State != reception.Asked || a.Lost() != (err == nil) {
			t.Errorf("%v, %v: %+v", err, err2, a)
		}
	}
}

// TestAppointmentsOfPlaces: what is settled at a place that closes goes with its days, or is
// declined, and what is settled elsewhere stays there; what a rule would drop or move stays where somebody settled an appointment.
func TestAppointmentsOfPlaces(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	rule := w.addRule(w.Head, w.rule(rota.Rule{Every: rota.Weekday, Weekdays: []int{2}}, "2026-09-21"))
	w.generate(w.Head, 2026)
	var days *[]reception.Entry
	w.View(func(v *tenant.View) {
		days = reception.Entries(v, w.Head, w.Station, *day("2026-09-22"), *day("2026-09-29"))
	})
	ask := func(n int, place int64) (id int64) {
		w.must(func(ctx context.Context, tx *tenant.Tx) (err error) {
			if id, err = reception.Ask(ctx, tx, w.Keys, w.Citizen, uuid.New(), place, reception.AskInput{Name: "申国强", Phone: fmt.Sprintf("1380000%04d", n), Topic: "村口的路"}); err != nil {
				return err
			}
			return reception.Reply(ctx, tx, w.Clerk, id, 1, reception.Answer{To: reception.Confirmed, ReceptionID: (*days)[0].ID})
		})
		return id
	}
	atPoint, atStation := ask(1, w.Point), ask(2, w.Station)
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		_, err := reception.RetireRule(ctx, tx, w.Head, rule, true)
		return err
	})
	plan := w.generate(w.Head, 2026)
	for _, d := range plan.Drop {
		if d.ID == (*days)[0].ID {
			t.Error("a rule drops a day that somebody waits for")
		}
	}
	of := func(id int64) (a *reception.Appointment) {
		w.View(func(v *tenant.View) { a = reception.AppointmentOf(v, w.Admin, id) })
		return a
	}
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		_, err := reception.MoveAhead(ctx, tx, w.Admin, []int64{w.Point}, w.OtherStation, w.OtherStation, "合并")
		return err
	})
	if a := of(atPoint); a.StationID != w.Station || a.PlaceCode != "140423101" || a.State != reception.Confirmed { // its day stays where it is
		t.Errorf("%+v", a)
	}
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		_, err := reception.CancelAhead(ctx, tx, w.Admin, []int64{w.Station}, "撤站")
		return err
	})
	if a := of(atStation); a.State != reception.Declined || *a.Reason != "撤站" {
		t.Errorf("%+v", a)
	}
	if a := of(atPoint); a.State != reception.Declined {
		t.Errorf("%+v", a)
	}
}
