package reception_test

import (
	"context"
	"testing"

	"lianluo/internal/reception"
	"lianluo/internal/rota"
	"lianluo/internal/tenant"
)

// plans makes the days of 2026 for the whole county.
func (w *world) plans(ctx context.Context, tx *tenant.Tx) error {
	_, err := reception.Generate(ctx, tx, w.Admin, 0, 2026, reception.Omit{})
	return err
}

// TestClosedWhileItIsAnswered: a place closes while the clerk settles a day there for somebody:
// both go through, and who asked is told that the place is closed.
func TestClosedWhileItIsAnswered(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	day, id := w.add(w.Head, w.on("2026-09-22")), w.asks()
	err, closed := w.beside("receptions", day, func(ctx context.Context, tx *tenant.Tx) error {
		_, err := reception.CancelAhead(ctx, tx, w.Admin, []int64{w.Station}, "撤站")
		return err
	}, func(ctx context.Context, tx *tenant.Tx) error {
		return reception.Reply(ctx, tx, w.Head, id, 1, reception.Answer{To: reception.Confirmed, ReceptionID: day})
	})
	if a := w.appointment(id); err != nil || closed != nil || a.State != reception.Declined {
		t.Errorf("%v, %v: %s", err, closed, a.State)
	}
}

// TestPlannedWhileTurnsAreGiven: the year is made anew while a colleague puts deputies on its
// days: both go through, and a day on which somebody is now stays.
func TestPlannedWhileTurnsAreGiven(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tuesdays, wednesdays := w.rule(rota.Rule{Every: rota.Weekday, Weekdays: []int{2}}, "2026-09-21"), w.rule(rota.Rule{Every: rota.Weekday, Weekdays: []int{3}}, "2026-09-21")
	first, second := w.addRule(w.Head, tuesdays), w.addRule(w.Head, wednesdays)
	w.generate(w.Head, 2026)
	tuesdays.Starts = "08:30"
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		if err := reception.ChangeRule(ctx, tx, w.Head, first, 1, tuesdays); err != nil {
			return err
		}
		_, err := reception.RetireRule(ctx, tx, w.Head, second, true)
		return err
	})
	early, late := w.dayOf(second, "2026-09-23"), w.dayOf(first, "2026-09-29")
	err, planned := w.beside("receptions", early, w.plans, func(ctx context.Context, tx *tenant.Tx) error {
		_, err := reception.ApplyTurns(ctx, tx, w.Head, w.Station, map[int64]reception.Seats{early: {Deputies: w.Deputies[:1]}, late: {Deputies: w.Deputies[1:2]}})
		return err
	})
	if err != nil || planned != nil {
		t.Fatal(err, planned)
	}
	if e := w.entry(early); e.State != reception.Planned || len(e.Duty) != 1 {
		t.Errorf("the day on which somebody is: %s", e.State)
	}
	if e := w.entry(late); e.Starts != "08:30" || len(e.Duty) != 1 {
		t.Errorf("the day of the changed rule: %s", e.Starts)
	}
}

// TestPlannedWhileAPlaceGoes: the year is made anew while a station closes, or a rule goes to
// another station: nothing is planned where nobody is any more, and no day is lost.
func TestPlannedWhileAPlaceGoes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.rule(rota.Rule{Every: rota.Weekday, Weekdays: []int{2}}, "2026-09-21")
	rule := w.addRule(w.Head, in)
	w.generate(w.Head, 2026)
	in.Starts = "08:30"
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		return reception.ChangeRule(ctx, tx, w.Head, rule, 1, in)
	})
	places := []int64{w.Station}
	hold := func(ctx context.Context, tx *tenant.Tx) error { return reception.HoldRules(ctx, tx, places) } // as a closing begins
	err, went := w.beside("reception_rules", rule, func(ctx context.Context, tx *tenant.Tx) error {
		if err := hold(ctx, tx); err != nil {
			return err
		}
		if _, err := reception.MoveAhead(ctx, tx, w.Admin, places, w.OtherStation, 0, "合并"); err != nil {
			return err
		}
		_, err := reception.MoveRules(ctx, tx, w.Admin, places, w.OtherStation)
		return err
	}, w.plans)
	if err != nil || went != nil {
		t.Fatal(err, went)
	}
	live := func() (n int) {
		var all *[]reception.Entry
		w.View(func(v *tenant.View) {
			all = reception.Entries(v, w.Admin, 0, *day("2026-09-21"), *day("2026-12-31"))
		})
		for _, e := range *all {
			if e.RuleID != nil && *e.RuleID == rule && e.Live() {
				n++
			}
		}
		return n
	}
	before := live()
	done := make(chan error, 1)
	w.must(func(ctx context.Context, tx *tenant.Tx) error { // and back, this time the plan comes second
		if err := hold(ctx, tx); err != nil {
			return err
		}
		go func() { done <- w.try(w.plans) }()
		if err := w.PG.Blocked(ctx, 1); err != nil {
			return err
		}
		if _, err := reception.MoveAhead(ctx, tx, w.Admin, places, w.Station, 0, "改回来"); err != nil {
			return err
		}
		_, err := reception.MoveRules(ctx, tx, w.Admin, places, w.Station)
		return err
	})
	if err := <-done; err != nil || before < 14 || live() != before {
		t.Errorf("%v: %d days, %d before", err, live(), before)
	}
}
