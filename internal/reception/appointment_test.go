package reception_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/uuid"

	"lianluo/internal/auth"
	"lianluo/internal/errs"
	"lianluo/internal/reception"
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
	if _, err := ask(w.OtherClerk, uuid.New(), in); !errors.Is(err, errs.Forbidden) {
		t.Error(err)
	}
	seen := func(by auth.Actor) int {
		var all *[]reception.Appointment
		w.View(func(v *tenant.View) { all = reception.Appointments(v, by) })
		return len(*all)
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
	if len(*coming) != 1 || (*coming)[0].State != "moved" || (*coming)[0].Phone == "13800000017" || !strings.Contains((*coming)[0].Phone, "*") {
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
	w.must(reply(w.Clerk, 3, reception.Answer{To: "withdrawn", Reason: "本人来电取消"}))
	w.must(reply(w.Clerk, 4, reception.Answer{To: "withdrawn", Reason: "本人来电取消"}))
	w.refused(errs.Conflict, reply(w.Clerk, 4, reception.Answer{To: "declined", Reason: "再说"}))
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
		return reception.Reply(t.Context(), tx, w.Neighbour.Clerk, id, 4, reception.Answer{To: "declined", Reason: "x"})
	})
	if !errors.Is(err, errs.NotFound) {
		t.Error(err)
	}
}
