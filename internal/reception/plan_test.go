package reception_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"testing"

	"github.com/google/uuid"

	"lianluo/internal/calendar"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/internal/reception"
	"lianluo/internal/rota"
	"lianluo/internal/tenant"
)

// TestTheYearsPlan: every kind of rule makes its days of 2026 in the table, moved from
// holidays as the county wants; the world begins on 14 September, so nothing before is made.
func TestTheYearsPlan(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ids := map[string]int64{}
	for name, rule := range map[string]rota.Rule{
		"thursday": {Every: rota.Weekday, Weekdays: []int{4}, Nth: []int{1, 3}},
		"dates":    {Every: rota.Day, Days: []int{5, 20}},
		"market":   {Every: rota.Market, Digits: []int{3, 8}, Lunar: true},
		"solar":    {Every: rota.Market, Digits: []int{0}},
		"quarter":  {Every: rota.Quarter},
		"listed":   {Every: rota.Listed, Dates: []calendar.Date{*day("2026-10-02"), *day("2026-12-12")}},
	} {
		ids[name] = w.addRule(w.Head, w.rule(rule, "2026-01-01"))
	}
	if made := w.generate(w.Head, 2026); len(made.Add) == 0 || len(made.Change)+len(made.Drop)+len(made.Left) != 0 {
		t.Fatalf("%+v", made)
	}
	holds := func(want map[string]string) {
		t.Helper()
		for name, days := range want {
			if got := w.dates(ids[name], "2026-09-01", "2026-10-31"); got != days {
				t.Errorf("%s:\n got %s\nwant %s", name, got, days)
			}
		}
	}
	holds(map[string]string{
		"thursday": "09-17 10-08<10-01 10-15",
		"dates":    "09-20 10-08<10-05 10-20",                         // 20 September is a Sunday that is worked
		"market":   "09-18 09-23 09-28 10-08 10-12 10-17 10-22 10-27", // 八月初八, 十三, 十八; 廿三 is 3 October, and goes to the 8th, which is 廿八 itself
		"solar":    "09-20 09-30 10-10 10-20 10-30",
		"quarter":  "09-30",
		"listed":   "10-02",
	})
	if again := w.generate(w.Clerk, 2026); !again.Nothing() || again.Same == 0 {
		t.Errorf("made again: %d, %d, %d", len(again.Add), len(again.Change), len(again.Drop))
	}
	// The county wants another way with holidays: what nobody touched follows.
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		return reception.ChangeSettings(ctx, tx, w.Admin, reception.Settings{Roll: rota.LeaveOut, PublishDays: 3, Least: 2, RemindDays: 1, AnswerDays: 3, Version: 1})
	})
	if made := w.generate(w.Admin, 2026); len(made.Drop) == 0 || len(made.Add)+len(made.Change) != 0 {
		t.Errorf("%d, %d, %d", len(made.Add), len(made.Change), len(made.Drop))
	}
	holds(map[string]string{"thursday": "09-17 10-15", "dates": "09-20 10-20", "listed": "10-02"})
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		return reception.ChangeSettings(ctx, tx, w.Admin, reception.Settings{Roll: rota.WeekLater, PublishDays: 3, Least: 2, RemindDays: 1, AnswerDays: 3, Version: 2})
	})
	w.generate(w.Admin, 2026)
	holds(map[string]string{"thursday": "09-17 10-08<10-01 10-15", "dates": "09-20 10-12<10-05 10-20"})
}

// TestWhatIsTouchedStays: making the plan again adds what is missing, and never changes a
// day that was published, cancelled, moved by hand, or that somebody is on.
func TestWhatIsTouchedStays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.rule(rota.Rule{Every: rota.Weekday, Weekdays: []int{2}}, "2026-10-08")
	rule := w.addRule(w.Head, in)
	plan := w.generate(w.Head, 2026)
	if got := w.dates(rule, "2026-10-01", "2026-11-10"); got != "10-13 10-20 10-27 11-03 11-10" {
		t.Fatal(got)
	}
	if plan.Add[0].Date != *day("2026-10-13") {
		t.Fatalf("%+v", plan.Add[0])
	}
	of := map[string]reception.Entry{}
	var all *[]reception.Entry
	w.View(func(v *tenant.View) { all = reception.Entries(v, w.Head, 0, *day("2026-10-01"), *day("2026-11-10")) })
	for _, e := range *all {
		of[e.Date.String()[5:]] = e
	}
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		return errors.Join(
			reception.Cancel(ctx, tx, w.Head, of["10-13"].ID, 1, "乡镇人代会"),
			reception.Move(ctx, tx, w.Head, of["10-20"].ID, 1, day("2026-10-21"), "09:00", "11:30", "代表培训"),
			reception.ApplyTurns(ctx, tx, w.Head, w.Station, map[int64]reception.Seats{of["10-27"].ID: {Deputies: w.Deputies[:2]}}))
	})
	// The rule is Wednesday now, in the afternoon.
	in.Rule.Weekdays, in.Starts, in.Ends = []int{3}, "15:00", "17:00"
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		return reception.ChangeRule(ctx, tx, w.Head, rule, 1, in)
	})
	plan = w.generate(w.Head, 2026)
	if len(plan.Left) != 1 || plan.Left[0].ID != of["10-27"].ID {
		t.Errorf("left: %+v", plan.Left)
	}
	if got := w.dates(rule, "2026-10-01", "2026-11-10"); got != "10-13 10-14 10-21 10-21<10-20 10-27 10-28 11-04" {
		t.Error(got)
	}
	if e := w.entry(of["10-13"].ID); e.State != reception.Cancelled || *e.Reason != "乡镇人代会" {
		t.Errorf("%+v", e)
	}
	// Retired, it keeps what somebody decided about.
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		return reception.RetireRule(ctx, tx, w.Head, rule, true)
	})
	w.generate(w.Head, 2026)
	if got := w.dates(rule, "2026-10-01", "2026-12-31"); got != "10-13 10-21<10-20 10-27" {
		t.Error(got)
	}
}

// TestRulesAreChecked: faults at their fields, rights, two editors, a button pressed twice.
func TestRulesAreChecked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	key, tuesday := uuid.New(), w.rule(rota.Rule{Every: rota.Weekday, Weekdays: []int{2}}, "2026-09-14")
	bad := tuesday
	bad.Facts = reception.Facts{StationID: w.Station, PlaceID: w.OtherStation, Kind: "party", Starts: "25:00", Ends: "08:00", Seats: 0, Spares: 10, Theme: "\x01"}
	bad.Rule, bad.From = rota.Rule{Every: rota.Day}, nil
	w.invalid(func(ctx context.Context, tx *tenant.Tx) error {
		_, err := reception.AddRule(ctx, tx, w.Head, key, bad)
		return err
	}, "place", "kind", "starts", "seats", "spares", "theme", "days", "from")
	var first, second int64
	w.must(func(ctx context.Context, tx *tenant.Tx) (err error) {
		first, err = reception.AddRule(ctx, tx, w.Head, key, tuesday)
		return err
	})
	w.must(func(ctx context.Context, tx *tenant.Tx) (err error) {
		second, err = reception.AddRule(ctx, tx, w.Head, key, tuesday)
		return err
	})
	if first != second {
		t.Error("pressed twice, there are two rules")
	}
	for name, by := range w.Actors() {
		if name == "Head" || name == "Clerk" || name == "Clerk2" || name == "Admin" || name == "Handler" || name == "Handler2" {
			continue
		}
		w.refused(errs.Forbidden, func(ctx context.Context, tx *tenant.Tx) error {
			_, err := reception.AddRule(ctx, tx, by, uuid.New(), tuesday)
			return err
		})
		w.refused(errs.Forbidden, func(ctx context.Context, tx *tenant.Tx) error {
			return reception.ChangeRule(ctx, tx, by, first, 1, tuesday)
		})
	}
	later := tuesday
	later.Starts = "10:00"
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		return reception.ChangeRule(ctx, tx, w.Clerk, first, 1, later)
	})
	err := w.try(func(ctx context.Context, tx *tenant.Tx) error {
		return reception.ChangeRule(ctx, tx, w.Head, first, 1, tuesday)
	})
	if stale, ok := errors.AsType[county.Stale](err); !ok || stale.Version != 2 || stale.Since[0].Changes["starts"] != [2]string{"09:00", "10:00"} {
		t.Errorf("%v", err)
	}
	// Another county knows nothing of it.
	err = w.DB.Update(t.Context(), w.Neighbour.County, func(tx *tenant.Tx) error {
		return reception.ChangeRule(t.Context(), tx, w.Neighbour.Clerk, first, 2, tuesday)
	})
	if !errors.Is(err, errs.NotFound) {
		t.Error(err)
	}
	w.refused(errs.Forbidden, func(ctx context.Context, tx *tenant.Tx) error {
		return reception.ChangeSettings(ctx, tx, w.Head, reception.Settings{Roll: rota.LeaveOut, Version: 1})
	})
	w.invalid(func(ctx context.Context, tx *tenant.Tx) error {
		return reception.ChangeSettings(ctx, tx, w.Admin, reception.Settings{Roll: "never", PublishDays: 31, Least: -1, RemindDays: 99, AnswerDays: 3, Version: 1})
	}, "roll", "publish_days", "least", "remind_days")
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		return reception.ChangeSettings(ctx, tx, w.Admin, reception.Settings{Roll: rota.LeaveOut, PublishDays: 5, AnswerDays: 3, Version: 1})
	})
	w.refused(errs.Conflict, func(ctx context.Context, tx *tenant.Tx) error {
		return reception.ChangeSettings(ctx, tx, w.Handler, reception.Settings{Roll: rota.NextWorkday, PublishDays: 2, AnswerDays: 3, Version: 1})
	})
}

// TestAYearHonoursTheRules: whatever the rules, a generated year with its turns has nobody
// at two places, nobody on leave, every free seat taken that could be, and turns that differ
// by one at most where everybody is free.
func TestAYearHonoursTheRules(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Set("2026-12-28 09:00")
	rng := rand.New(rand.NewPCG(2027, 1))
	for range 4 {
		in := w.rule([]rota.Rule{{Every: rota.Weekday, Weekdays: []int{rng.IntN(7)}}, {Every: rota.Market, Digits: []int{rng.IntN(10)}, Lunar: true},
			{Every: rota.Day, Days: []int{1 + rng.IntN(28)}}}[rng.IntN(3)], "2027-01-01")
		in.Seats, in.Spares = 1+rng.IntN(2), 0
		w.addRule(w.Head, in)
	}
	w.generate(w.Head, 2027)
	var turns func() reception.Turns
	w.View(func(v *tenant.View) {
		turns = reception.Propose(v, w.Head, w.Station, *day("2027-01-01"), *day("2027-12-31"))
	})
	seats := map[int64]reception.Seats{}
	proposed := turns()
	for _, e := range proposed.Days {
		seats[e.ID] = reception.Seats{Deputies: proposed.Turns[e.ID].Deputies, Substitutes: proposed.Turns[e.ID].Spares}
	}
	for range 2 { // the second press changes nothing
		w.must(func(ctx context.Context, tx *tenant.Tx) error {
			return reception.ApplyTurns(ctx, tx, w.Head, w.Station, seats)
		})
	}
	var clashes *[]reception.Clash
	var members *[]reception.Member
	w.View(func(v *tenant.View) {
		clashes = reception.Clashes(v, w.Admin, *day("2027-01-01"), *day("2027-12-31"))
		members = reception.Members(v, w.Station, *day("2027-06-01"))
	})
	if len(*clashes) > 0 {
		t.Errorf("clashes: %+v", *clashes)
	}
	low, high := (*members)[0].Served, (*members)[0].Served
	for _, m := range *members {
		low, high = min(low, m.Served), max(high, m.Served)
	}
	if low == 0 || high-low > 1 {
		t.Errorf("turns: %+v", *members)
	}
	casetest.InvalidAt(t, w.try(func(ctx context.Context, tx *tenant.Tx) error {
		_, err := reception.Add(ctx, tx, w.Head, uuid.New(), reception.DayInput{Facts: w.facts(), Date: &proposed.Days[0].Date, Deputies: seats[proposed.Days[0].ID].Deputies})
		return err
	}), "deputies")
}
