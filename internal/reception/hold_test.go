package reception_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/internal/reception"
	"lianluo/internal/rota"
	"lianluo/internal/tenant"
)

// TestAnAnnouncedDayKeepsItsWord: nobody takes the last deputy off it, makes a substitute of
// them or turns it into 走访, without taking the notice back first.
func TestAnAnnouncedDayKeepsItsWord(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.add(w.Clerk, w.on("2026-09-22", w.Deputies[0]))
	w.must(func(ctx context.Context, tx *tenant.Tx) error { return reception.Publish(ctx, tx, w.Clerk, id, 0) })
	leave := func(ctx context.Context, tx *tenant.Tx) error {
		return reception.Leave(ctx, tx, w.Clerk, id, 0, w.Deputies[0], "病了")
	}
	home := w.facts()
	home.Kind = "household"
	w.invalid(leave, "deputy")
	w.invalid(func(ctx context.Context, tx *tenant.Tx) error {
		return reception.Join(ctx, tx, w.Clerk, id, 0, w.Deputies[0], true)
	}, "deputy")
	w.invalid(func(ctx context.Context, tx *tenant.Tx) error {
		return reception.ChangeDay(ctx, tx, w.Clerk, id, 0, home)
	}, "kind")
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		return reception.Join(ctx, tx, w.Clerk, id, 0, w.Deputies[1], false)
	})
	w.must(leave)
	if e := w.entry(id); e.State != reception.Published || !slices.Equal(e.Names(false), []string{"李秀英"}) || !strings.Contains(e.Body(), "李秀英") {
		t.Errorf("%+v", e)
	}
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		return reception.Withdraw(ctx, tx, w.Clerk, id, 0, reception.Reason{Inside: "改走访"})
	})
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		return reception.ChangeDay(ctx, tx, w.Clerk, id, 0, home)
	})
}

// TestTurnsFillWhatIsFree: two proposals of one day fill it once; each deputy is in the day's
// history, and a form that is older than a turn or a rule's change overtakes nothing.
func TestTurnsFillWhatIsFree(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.rule(rota.Rule{Every: rota.Weekday, Weekdays: []int{2}}, "2026-09-14")
	in.To = day("2026-09-30")
	rule := w.addRule(w.Head, in)
	w.generate(w.Head, 2026)
	var all *[]reception.Entry
	w.View(func(v *tenant.View) { all = reception.Entries(v, w.Head, 0, *day("2026-09-22"), *day("2026-09-29")) })
	id, next := (*all)[0].ID, (*all)[1].ID
	apply := func(seats reception.Seats) func(ctx context.Context, tx *tenant.Tx) error {
		return func(ctx context.Context, tx *tenant.Tx) error {
			_, err := reception.ApplyTurns(ctx, tx, w.Clerk, w.Station, map[int64]reception.Seats{id: seats})
			return err
		}
	}
	w.must(apply(reception.Seats{Deputies: w.Deputies[:2]}))
	w.invalid(apply(reception.Seats{Deputies: w.Deputies[2:]}), reception.Field(id, false))
	w.invalid(apply(reception.Seats{Substitutes: w.Deputies[2:]}), reception.Field(id, true)) // one is wanted
	w.must(apply(reception.Seats{Deputies: w.Deputies[:2]}))                                  // pressed twice
	var history *[]reception.Happened
	w.View(func(v *tenant.View) { history = reception.History(v, id) })
	if len(*history) != 2 || (*history)[0].Kind != "joined" || *(*history)[0].Deputy != "郭建国" {
		t.Errorf("%+v", *history)
	}
	in.Starts, in.Ends = "14:30", "17:00"
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		return reception.ChangeRule(ctx, tx, w.Head, rule, 1, in)
	})
	w.generate(w.Head, 2026)
	for _, day := range []int64{id, next} {
		err := w.try(func(ctx context.Context, tx *tenant.Tx) error {
			return reception.ChangeDay(ctx, tx, w.Clerk, day, 1, w.facts())
		})
		if _, stale := errors.AsType[county.Stale](err); !stale {
			t.Errorf("a form from before: %v", err)
		}
	}

	// What was announced stays, and the plan says that no rule brings it any more.
	w.must(func(ctx context.Context, tx *tenant.Tx) error { return reception.Publish(ctx, tx, w.Clerk, id, 0) })
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		_, err := reception.RetireRule(ctx, tx, w.Head, rule, true)
		return err
	})
	plan := w.generate(w.Head, 2026)
	if len(plan.Left) != 1 || plan.Left[0].ID != id {
		t.Errorf("%+v", plan)
	}
}

// TestWhoCameBesides: a day is not held before it begins; who came without being on duty is
// added when it is told, also later, with a trace.
func TestWhoCameBesides(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.add(w.Clerk, w.on("2026-09-15", w.Deputies[0]))
	held := func(report reception.Report) func(ctx context.Context, tx *tenant.Tx) error {
		return func(ctx context.Context, tx *tenant.Tx) error { return reception.Held(ctx, tx, w.Clerk, id, 0, report) }
	}
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		_, err := reception.Away(ctx, tx, w.Clerk, uuid.New(), reception.LeaveInput{Deputy: w.Deputies[2], From: day("2026-09-15"), To: day("2026-09-16"), Reason: "开会"})
		return err
	})
	w.Set("2026-09-15 08:59")
	w.refused(errs.Conflict, held(reception.Report{Came: w.Deputies[:1]}))
	w.Set("2026-09-15 12:00")
	w.must(held(reception.Report{Came: w.Deputies[:1]}))
	w.invalid(held(reception.Report{Came: w.Deputies[:1], Besides: []int64{999}}), "besides")
	besides := held(reception.Report{Came: w.Deputies[:1], Besides: w.Deputies[2:3]}) // on leave, and came
	w.must(besides)
	w.must(besides)
	e := w.entry(id)
	if len(e.Duty) != 2 || !slices.Equal(e.Names(false), []string{"王志强", "郭建国"}) || e.Duty[0].Came == nil || !*e.Duty[0].Came {
		t.Errorf("%+v", e.Duty)
	}
	var history *[]reception.Happened
	w.View(func(v *tenant.View) { history = reception.History(v, id) })
	kinds := ""
	for _, h := range *history {
		kinds += h.Kind + " "
	}
	if kinds != "added held joined held " {
		t.Error(kinds)
	}
}

// TestOnLeaveAtThatMoment: a leave that is entered while somebody puts the deputy on a day
// comes first, or after it; and of two days at one time a deputy gets one.
func TestOnLeaveAtThatMoment(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.joins(w.OtherStation, w.Deputies[1])
	id := w.add(w.Clerk, w.on("2026-09-22"))
	other := w.on("2026-09-22")
	other.StationID, other.PlaceID = w.OtherStation, w.OtherStation
	elsewhere := w.add(w.OtherClerk, other)
	join := func(deputy int64) func(ctx context.Context, tx *tenant.Tx) error {
		return func(ctx context.Context, tx *tenant.Tx) error {
			return reception.Join(ctx, tx, w.Clerk, id, 0, deputy, false)
		}
	}
	away := func(ctx context.Context, tx *tenant.Tx) error {
		_, err := reception.Away(ctx, tx, w.Clerk2, uuid.New(), reception.LeaveInput{Deputy: w.Deputies[0], From: day("2026-09-22"), To: day("2026-09-22"), Reason: "开会"})
		return err
	}
	if err := w.during(away, join(w.Deputies[0]))[0]; err == nil {
		t.Error("on duty while on leave")
	}
	if err := w.during(join(w.Deputies[1]), func(ctx context.Context, tx *tenant.Tx) error {
		return reception.Join(ctx, tx, w.OtherClerk, elsewhere, 0, w.Deputies[1], false)
	})[0]; err == nil {
		t.Error("at two places at one time")
	}
}
