package reception_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"lianluo/internal/calendar"
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
		_, err := reception.ApplyTurns(ctx, tx, w.Head, w.Station, map[int64]reception.Seats{of["10-27"].ID: {Deputies: w.Deputies[:2]}})
		return errors.Join(err,
			reception.Cancel(ctx, tx, w.Head, of["10-13"].ID, 1, reception.Reason{Inside: "乡镇人代会"}),
			reception.Move(ctx, tx, w.Head, of["10-20"].ID, 1, reception.When{Date: day("2026-10-21"), Starts: "09:00", Ends: "11:30"}, reception.Reason{Inside: "代表培训"}))
	})
	// The rule is Wednesday now, in the afternoon.
	in.Rule.Weekdays, in.Starts, in.Ends = []int{3}, "15:00", "17:00"
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		return reception.ChangeRule(ctx, tx, w.Head, rule, 1, in)
	})
	plan = w.generate(w.Head, 2026)
	if len(plan.Left) != 2 || plan.Left[0].ID != of["10-20"].ID || plan.Left[1].ID != of["10-27"].ID {
		t.Errorf("left: %+v", plan.Left)
	}
	for _, m := range plan.Drop { // the preview says the same: a day that somebody moved is not among what goes
		if m.ID == of["10-20"].ID || m.ID == of["10-13"].ID {
			t.Errorf("would drop the day of %s", m.Date)
		}
	}
	if got := w.dates(rule, "2026-10-01", "2026-11-10"); got != "10-13 10-14 10-21 10-21<10-20 10-27 10-28 11-04" {
		t.Error(got)
	}
	if e := w.entry(of["10-13"].ID); e.State != reception.Cancelled || *e.Reason != "乡镇人代会" {
		t.Errorf("%+v", e)
	}
	// A day that somebody touched stands as it was left, also where the rule still names it; so
	// do today and what is over, which people came to.
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		e := w.entry(w.dayOf(rule, "2026-11-18"))
		return reception.Move(ctx, tx, w.Head, e.ID, e.Version, reception.When{Date: &e.Date, Starts: "08:00", Ends: "09:00"}, reception.Reason{Inside: "代表培训"})
	})
	w.Set("2026-11-04 10:00")
	in.Starts, in.Ends = "16:00", "18:00"
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		return reception.ChangeRule(ctx, tx, w.Head, rule, 2, in)
	})
	plan = w.generate(w.Head, 2026)
	for _, d := range plan.Change {
		if !d.Was.After(w.Today()) || d.Was == *day("2026-11-18") {
			t.Errorf("would change %s", d.Was)
		}
	}
	starts := func(date, want string) {
		t.Helper()
		if e := w.entry(w.dayOf(rule, date)); e.Starts != want {
			t.Errorf("%s begins at %s, want %s", date, e.Starts, want)
		}
	}
	for date, want := range map[string]string{"2026-10-28": "15:00", "2026-11-04": "15:00", "2026-11-11": "16:00", "2026-11-18": "08:00", "2026-11-25": "16:00"} {
		starts(date, want)
	}
	// Retired, it keeps what somebody decided about, and what is over.
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		_, err := reception.RetireRule(ctx, tx, w.Head, rule, true)
		return err
	})
	for _, m := range w.generate(w.Head, 2026).Drop {
		if m.Why != "规则停用了" {
			t.Error(m.Why)
		}
		if !m.Date.After(w.Today()) || m.Date == *day("2026-11-18") {
			t.Errorf("would drop %s", m.Date)
		}
	}
	if got := w.dates(rule, "2026-10-01", "2026-12-31"); got != "10-13 10-14 10-21 10-21<10-20 10-27 10-28 11-04 11-18" {
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
	// A Friday is left out; then no change of the county's way puts a day where it is over.
	settle := func(roll rota.Roll, version int32) {
		t.Helper()
		w.must(func(ctx context.Context, tx *tenant.Tx) error {
			return reception.ChangeSettings(ctx, tx, w.Admin, reception.Settings{Roll: roll, PublishDays: 5, AnswerDays: 3, Version: version})
		})
	}
	settle(rota.WeekLater, 2)
	friday := w.addRule(w.Head, w.rule(rota.Rule{Every: rota.Weekday, Weekdays: []int{5}, Nth: []int{1}}, "2026-09-30"))
	var plan reception.Plan
	w.must(func(ctx context.Context, tx *tenant.Tx) (err error) {
		plan, err = reception.Generate(ctx, tx, w.Head, 0, 2026, reception.Omit{Without: []reception.Meant{{Rule: friday, On: *day("2026-11-06")}}, Why: "乡镇人代会"})
		return err
	})
	if got := w.dates(friday, "2026-10-01", "2026-12-31"); got != "10-09<10-02 12-04" || slices.ContainsFunc(plan.Add, func(d reception.PlannedDay) bool { return d.Date == *day("2026-11-06") }) {
		t.Error(got)
	}
	w.Set("2026-10-08 08:00")
	settle(rota.NextWorkday, 3)
	plan = w.generate(w.Head, 2026)
	if len(plan.Left) != 1 || plan.Left[0].Why != "按规则应该是 10月8日，来不及了，所以没有动" {
		t.Errorf("left: %+v", plan.Left)
	}
	if got := w.dates(friday, "2026-10-01", "2026-12-31"); got != "10-09<10-02 12-04" {
		t.Error(got)
	}
	if _, err := w.PG.Super.Exec(t.Context(), `update stations set state = 'suspended' where id = $1`, w.Station); err != nil {
		t.Fatal(err)
	}
	for _, m := range w.generate(w.Admin, 2026).Drop {
		if m.Why != "地点暂停或者关闭了" {
			t.Error(m.Why)
		}
	}
}

// TestDaysThatMeet: a holiday moves a day of one rule to where another rule has one: the
// preview says so, and the gaps; a day by hand is refused there; a mobile day elsewhere at the
// time is not, but nobody can be at both. At the turn of the year a day that moves into the
// next one meets the rule's own day there once.
func TestDaysThatMeet(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.addRule(w.Head, w.rule(rota.Rule{Every: rota.Listed, Dates: []calendar.Date{*day("2026-10-08")}}, "2026-09-14"))
	w.generate(w.Head, 2026)
	w.addRule(w.Head, w.rule(rota.Rule{Every: rota.Day, Days: []int{5, 10}}, "2026-09-14")) // 5 October is a holiday: the 8th; 10 October is a Saturday that is worked
	var preview func() reception.Prospect
	w.View(func(v *tenant.View) { preview = reception.Preview(v, w.Head, w.Station, 2026) })
	var meets []string
	for _, d := range preview().Plan(2026).Add {
		if d.Meets {
			meets = append(meets, d.Date.String())
		}
	}
	if len(meets) != 1 || meets[0] != "2026-10-08" {
		t.Errorf("what meets another day: %v", meets)
	}
	w.generate(w.Head, 2026)
	var clashes *[]reception.Clash
	w.View(func(v *tenant.View) { clashes = reception.Clashes(v, w.Clerk, *day("2026-09-14"), *day("2026-12-31")) })
	if c := *clashes; len(c) != 1 || c[0].Words() != "10月8日 09:00–11:30 王桥镇人大代表联络站还有一个接待日，时间重了。" {
		t.Errorf("%+v", c)
	}
	tenth := w.on("2026-10-10", w.Deputies[0])
	w.invalid(func(ctx context.Context, tx *tenant.Tx) error {
		_, err := reception.Add(ctx, tx, w.Clerk, uuid.New(), tenth)
		return err
	}, "date")
	tenth.PlaceID, tenth.Kind, tenth.Route = w.Point, "mobile", "东宁静村—西宁静村"
	mobile := w.add(w.Clerk, tenth)
	var of int64
	var all *[]reception.Entry
	w.View(func(v *tenant.View) { all = reception.Entries(v, w.Clerk, 0, *day("2026-10-10"), *day("2026-10-10")) })
	for _, e := range *all {
		if e.ID != mobile {
			of = e.ID
		}
	}
	w.invalid(func(ctx context.Context, tx *tenant.Tx) error {
		return reception.Join(ctx, tx, w.Clerk, of, 1, w.Deputies[0], false)
	}, "deputy")
	w.invalid(func(ctx context.Context, tx *tenant.Tx) error {
		return reception.ChangeDay(ctx, tx, w.Clerk, mobile, 1, w.facts())
	}, "place")
	w.invalid(func(ctx context.Context, tx *tenant.Tx) error {
		_, err := reception.ApplyTurns(ctx, tx, w.Clerk, w.Station, map[int64]reception.Seats{of: {Deputies: w.Deputies[1:2], Substitutes: w.Deputies[1:2]}})
		return err
	}, reception.Field(of, false))
	// Two clerks put one deputy on two days at the same time: one of them is told.
	other := w.on("2026-10-10")
	other.StationID, other.PlaceID = w.OtherStation, w.OtherStation
	elsewhere := w.add(w.Admin, other)
	joined, second := make(chan bool), make(chan error)
	go func() {
		<-joined
		second <- w.try(func(ctx context.Context, tx *tenant.Tx) error {
			return reception.Join(ctx, tx, w.Admin, elsewhere, 1, w.Deputies[1], false)
		})
	}()
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		err := reception.Join(ctx, tx, w.Admin, of, 1, w.Deputies[1], false)
		joined <- true
		time.Sleep(300 * time.Millisecond) // the second waits for the end of the first
		return err
	})
	w.invalid(func(context.Context, *tenant.Tx) error { return <-second }, "deputy")
	// 31 December 2028 is a Sunday: it goes to 2 January 2029, which the rule has itself.
	w.Set("2028-12-01 09:00")
	late := w.addRule(w.Head, w.rule(rota.Rule{Every: rota.Day, Days: []int{2, rota.Last}}, "2028-12-01"))
	w.generate(w.Head, 2028)
	w.generate(w.Head, 2029)
	if got := w.dates(late, "2028-12-01", "2029-01-20"); got != "01-02 12-04<12-02 12-29" && got != "01-02 12-04<12-02" {
		t.Error(got)
	}
}

// TestARuleMovesDaysWithPeople: a day on which deputies are follows its rule to other hours; its
// history and the list of changes say so, and the plan says who is to be told. It is the rule's still.
func TestARuleMovesDaysWithPeople(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.rule(rota.Rule{Every: rota.Weekday, Weekdays: []int{2}}, "2026-10-08")
	rule := w.addRule(w.Head, in)
	first := w.generate(w.Head, 2026).Add[0]
	var all *[]reception.Entry
	w.View(func(v *tenant.View) { all = reception.Entries(v, w.Head, 0, first.Date, first.Date) })
	id := (*all)[0].ID
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		_, err := reception.ApplyTurns(ctx, tx, w.Head, w.Station, map[int64]reception.Seats{id: {Deputies: w.Deputies[:2]}})
		return err
	})
	for version, starts := range []string{"14:30", "15:00"} {
		in.Starts, in.Ends = starts, "17:00"
		w.must(func(ctx context.Context, tx *tenant.Tx) error {
			return reception.ChangeRule(ctx, tx, w.Head, rule, int32(version+1), in)
		})
		plan := w.generate(w.Head, 2026)
		if c := plan.Change[0]; c.ID != id || c.Deputies != 2 || len(plan.Left) != 0 {
			t.Errorf("%+v, %d left", c, len(plan.Left))
		}
		var history *[]reception.Happened
		w.View(func(v *tenant.View) { history = reception.History(v, id) })
		if last := (*history)[len(*history)-1]; last.Kind != "replanned" || last.Reason == nil || *last.Reason != "按规则应该是 "+starts+"–17:00" {
			t.Errorf("%+v", last)
		}
	}
}
