package reception_test

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"testing"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/reception"
	"lianluo/internal/rota"
	"lianluo/internal/tenant"
)

// outlook is what by sees of the years to come.
func (w *world) outlook(by auth.Actor) reception.Prospect {
	w.t.Helper()
	var ahead func() reception.Prospect
	w.View(func(v *tenant.View) { ahead = reception.Outlook(v, by) })
	return ahead()
}

// strays are the days that stand where nobody would put them: 02-09 放假 mends: why.
func strays(all reception.Strays) string {
	words := make([]string, len(all))
	for i, a := range all {
		words[i] = a.Date.String()[5:]
		if a.Holiday {
			words[i] += " 放假"
		}
		if a.Mends {
			words[i] += " " + strconv.Itoa(a.Year)
		}
		words[i] += " " + a.Why
	}
	return strings.Join(words, "\n")
}

// TestDaysOnNewHolidays: the year was planned before its holidays were announced. Before the
// upload and after it the same days are named: what the rules move by themselves, what was
// announced to people, and what somebody had put there by hand; not what somebody puts on a
// holiday that is known. Making the year again mends the first.
func TestDaysOnNewHolidays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.rule(rota.Rule{Every: rota.Weekday, Weekdays: []int{2}, Nth: []int{1, 2}, Months: []int{2, 10}}, "2027-02-01")
	rule := w.addRule(w.Head, in)
	w.generate(w.Head, 2027)
	announced := w.dayOf(rule, "2027-10-05")
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		if err := reception.Join(ctx, tx, w.Head, announced, 0, w.Deputies[0], false); err != nil {
			return err
		}
		return reception.Publish(ctx, tx, w.Head, announced, 0)
	})
	hand := w.on("2027-02-11")
	hand.PlaceID = w.Point
	w.add(w.Clerk, hand)
	if got := w.outlook(w.Clerk).Astray(); len(got) != 0 {
		t.Errorf("before anything was announced: %s", strays(got))
	}
	const want = "02-09 放假 2027 按规则应该是 2月12日\n02-11 放假 人工定的日子，后来公布这一天放假\n10-05 放假 按规则应该是 10月8日；已经公告"
	a := casetest.Announcement(2027)
	preview := w.outlook(w.Admin).With(a, w.Now()).Astray()
	if got := strays(preview); got != want || preview.OnHolidays() != 3 || !slices.Equal(preview.Mending(), []int{2027}) || !preview.Deciding() {
		t.Errorf("before the upload:\n%s\nwant\n%s", got, want)
	}
	w.Advance(1)
	w.Announce(a)
	w.Advance(1)
	meant := w.on("2027-05-03")
	meant.Holiday = true
	w.add(w.Clerk, meant)
	for name, by := range map[string]auth.Actor{"the county": w.Admin, "the leader": w.Leader, "the station": w.Clerk} {
		if got := strays(w.outlook(by).Astray()); got != want {
			t.Errorf("%s after the upload:\n%s\nwant\n%s", name, got, want)
		}
	}
	if got := w.outlook(w.OtherClerk).Astray(); len(got) != 0 {
		t.Errorf("another station's clerk sees %s", strays(got))
	}
	var gaps func() reception.Gaps
	w.View(func(v *tenant.View) { gaps = reception.GapsOf(v, w.Clerk, 2027) })
	if got := strays(gaps().Astray); got != want {
		t.Errorf("what is missing says\n%s", got)
	}
	w.generate(w.Clerk, 2027)
	_, rest, _ := strings.Cut(want, "\n")
	if got := strays(w.outlook(w.Clerk).Astray()); got != rest {
		t.Errorf("after the year was made again:\n%s", got)
	}
}

// TestAHolidayOnPurpose: whoever put a day on a holiday knowingly, or moved it there, is not asked
// again when the same year is uploaded with another day mended, nor before that; the day's
// history tells that it was meant.
func TestAHolidayOnPurpose(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := casetest.Announcement(2027)
	w.Announce(a)
	w.Advance(1)
	on := w.on("2027-05-03")
	on.Holiday = true
	added := w.add(w.Clerk, on)
	moved := w.add(w.Clerk, w.on("2027-05-12"))
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		return reception.Move(ctx, tx, w.Clerk, moved, 0, reception.When{Date: day("2027-05-04"), Starts: "09:00", Ends: "11:30", Holiday: true}, reception.Reason{Inside: "开会"})
	})
	w.add(w.Clerk, w.on("2027-05-10"))
	w.Advance(1)
	a.Days = append(slices.Clone(a.Days), calendar.Day{Date: *day("2027-05-10"), Kind: calendar.Holiday, Name: "劳动节"})
	const want = "05-10 放假 人工定的日子，后来公布这一天放假"
	if got := strays(w.outlook(w.Clerk).With(a, w.Now()).Astray()); got != want {
		t.Errorf("before the upload:\n%s", got)
	}
	w.Announce(a)
	if got := strays(w.outlook(w.Clerk).Astray()); got != want {
		t.Errorf("after the upload:\n%s", got)
	}
	for _, id := range []int64{added, moved} {
		var history *[]reception.Happened
		w.View(func(v *tenant.View) { history = reception.History(v, id) })
		if !slices.ContainsFunc(*history, func(h reception.Happened) bool { return h.Kind == "changed" && h.To != nil }) {
			t.Errorf("%+v", *history)
		}
	}
}

// TestTheOutlookReadsWhatIsToCome: what is over, today's day and what was cancelled cannot be
// astray, and are not read however many there are; the plan of the year has them.
func TestTheOutlookReadsWhatIsToCome(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	rule := w.addRule(w.Head, w.rule(rota.Rule{Every: rota.Weekday, Weekdays: []int{2}}, "2026-10-01"))
	plan := w.generate(w.Head, 2026)
	before := w.outlook(w.Clerk).Days()
	cancelled, today := w.dayOf(rule, "2026-10-27"), day("2026-10-20")
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		return reception.Cancel(ctx, tx, w.Clerk, cancelled, 0, reception.Reason{Inside: "开会"})
	})
	w.Advance(today.Sub(w.Today()))
	if got := w.outlook(w.Clerk).Days(); before < len(plan.Add) || got != before-4 { // 10-06 or where it was moved, 10-13, 10-20, 10-27
		t.Errorf("%d days of %d are read", got, before)
	}
	var preview func() reception.Prospect
	w.View(func(v *tenant.View) { preview = reception.Preview(v, w.Clerk, 0, 2026) })
	if same := preview().Plan(2026).Same; same != len(plan.Add) {
		t.Errorf("%d of %d days are as they were made", same, len(plan.Add))
	}
}

// TestANoticeThatTheRuleOvertook: a day that was announced keeps its word though its rule has
// other hours now, and the plan says so; of what somebody changed by hand it does not, and
// what nobody has seen follows.
func TestANoticeThatTheRuleOvertook(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.rule(rota.Rule{Every: rota.Weekday, Weekdays: []int{2}}, "2026-10-08")
	in.To = day("2026-10-31")
	rule := w.addRule(w.Head, in)
	w.generate(w.Head, 2026)
	announced, moved := w.dayOf(rule, "2026-10-13"), w.dayOf(rule, "2026-10-20")
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		if err := reception.Join(ctx, tx, w.Head, announced, 0, w.Deputies[0], false); err != nil {
			return err
		}
		if err := reception.Publish(ctx, tx, w.Head, announced, 0); err != nil {
			return err
		}
		return reception.Move(ctx, tx, w.Head, moved, 0, reception.When{Date: day("2026-10-20"), Starts: "10:00", Ends: "12:00"}, reception.Reason{Inside: "开会"})
	})
	in.Starts, in.Ends, in.Seats = "14:30", "17:00", 3
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		return reception.ChangeRule(ctx, tx, w.Head, rule, 1, in)
	})
	var preview func() reception.Prospect
	w.View(func(v *tenant.View) { preview = reception.Preview(v, w.Clerk, 0, 2026) })
	plan := preview().Plan(2026)
	const why = "按规则应该是 14:30–17:00，代表人数和规则不一样了"
	if len(plan.Left) != 1 || plan.Left[0].ID != announced || plan.Left[0].Why != why+"；已经公告" {
		t.Errorf("left: %+v", plan.Left)
	}
	if len(plan.Change) != 1 || plan.Change[0].Was != *day("2026-10-27") || plan.Change[0].Why != why || plan.Same != 1 {
		t.Errorf("change: %+v, the same: %d", plan.Change, plan.Same)
	}
}

// TestYearsWithSomethingToDo: a rule that begins in another year, and days of several years,
// are found from any of them.
func TestYearsWithSomethingToDo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	years := func() (all []int) {
		var preview func() reception.Prospect
		w.View(func(v *tenant.View) { preview = reception.Preview(v, w.Head, 0, 2026) })
		for _, plan := range preview().Others(0) {
			all = append(all, plan.Year)
		}
		return all
	}
	in := w.rule(rota.Rule{Every: rota.Weekday, Weekdays: []int{2}}, "2027-01-01")
	rule := w.addRule(w.Head, in)
	if got := years(); !slices.Equal(got, []int{2027}) {
		t.Errorf("a rule of 2027 makes days of %v", got)
	}
	w.generate(w.Head, 2027)
	if got := years(); len(got) != 0 {
		t.Errorf("and again of %v", got)
	}
	in.From = day("2026-10-01")
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		return reception.ChangeRule(ctx, tx, w.Head, rule, 1, in)
	})
	if got := years(); !slices.Equal(got, []int{2026}) {
		t.Errorf("a rule that begins earlier makes days of %v", got)
	}
	w.generate(w.Head, 2026)
	in.Starts = "08:30"
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		return reception.ChangeRule(ctx, tx, w.Head, rule, 2, in)
	})
	if got := years(); !slices.Equal(got, []int{2026, 2027}) {
		t.Errorf("another hour changes days of %v", got)
	}
}

// TestAstrayAfterItWentAlong: a day that went to another station with its place and its rule is
// still its rule's: announced, it is astray once the rule says otherwise, as before.
func TestAstrayAfterItWentAlong(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	rule := w.addRule(w.Head, w.rule(rota.Rule{Every: rota.Weekday, Weekdays: []int{2}}, "2026-09-21"))
	w.generate(w.Head, 2026)
	id := w.dayOf(rule, "2026-09-29")
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		if err := reception.Join(ctx, tx, w.Head, id, 0, w.Deputies[0], false); err != nil {
			return err
		}
		if err := reception.Publish(ctx, tx, w.Head, id, 0); err != nil {
			return err
		}
		if _, err := reception.MoveAhead(ctx, tx, w.Admin, []int64{w.Station}, w.OtherStation, 0, "改属"); err != nil {
			return err
		}
		_, err := reception.MoveRules(ctx, tx, w.Admin, []int64{w.Station}, w.OtherStation)
		return err
	})
	if _, err := w.PG.Super.Exec(t.Context(), `update reception_rules set starts = '08:30' where id = $1`, rule); err != nil {
		t.Fatal(err)
	}
	var ahead func() reception.Prospect
	w.View(func(v *tenant.View) { ahead = reception.Outlook(v, w.Admin) })
	for _, a := range ahead().Astray() {
		if a.ID == id && !a.Mends && a.Why == "按规则应该是 08:30–11:30；已经公告" {
			return
		}
	}
	t.Errorf("%+v", ahead().Astray())
}
