package reception_test

import (
	"context"
	"strings"
	"testing"

	"lianluo/internal/auth"
	"lianluo/internal/errs"
	"lianluo/internal/reception"
	"lianluo/internal/rota"
	"lianluo/internal/tenant"
)

// omit makes the year's days as somebody wants them.
func (w *world) omit(by auth.Actor, year int, in reception.Omit) (plan reception.Plan) {
	w.t.Helper()
	w.must(func(ctx context.Context, tx *tenant.Tx) (err error) {
		plan, err = reception.Generate(ctx, tx, by, 0, year, in)
		return err
	})
	return plan
}

// TestLeftOutStaysOut: who leaves a day of the plan out says why, and no later run brings it
// back: not the next one, not one after the county's way with holidays or the rule is another,
// which moves the day. It is made again once somebody says so.
func TestLeftOutStaysOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	rule := w.addRule(w.Head, w.rule(rota.Rule{Every: rota.Weekday, Weekdays: []int{5}, Nth: []int{1}}, "2026-09-30")) // 2 October is a holiday
	out := []reception.Meant{{Rule: rule, On: *day("2026-10-02")}, {Rule: rule, On: *day("2026-11-06")}}
	w.invalid(func(ctx context.Context, tx *tenant.Tx) error {
		_, err := reception.Generate(ctx, tx, w.Head, 0, 2026, reception.Omit{Without: out, Why: " "})
		return err
	}, "why")
	if got := w.dates(rule, "2026-10-01", "2026-12-31"); got != "" {
		t.Errorf("half of it was done: %s", got)
	}
	// Another station's clerk leaves out nothing of it.
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		_, err := reception.Generate(ctx, tx, w.OtherClerk, 0, 2026, reception.Omit{Without: out, Why: "不关我的事"})
		return err
	})
	w.refused(errs.Forbidden, func(ctx context.Context, tx *tenant.Tx) error {
		_, err := reception.Generate(ctx, tx, w.Deputy, 0, 2026, reception.Omit{Without: out, Why: "来不了"})
		return err
	})
	plan := w.omit(w.Head, 2026, reception.Omit{Without: out, Why: "乡镇人代会"})
	if len(plan.Add) != 1 || len(plan.Out) != 2 || plan.Out[0].Reason != "乡镇人代会" {
		t.Errorf("%+v", plan)
	}
	settle := func(roll rota.Roll, version int32) {
		w.must(func(ctx context.Context, tx *tenant.Tx) error {
			return reception.ChangeSettings(ctx, tx, w.Admin, reception.Settings{Roll: roll, PublishDays: 5, AnswerDays: 3, Version: version})
		})
	}
	w.generate(w.Head, 2026)
	settle(rota.WeekLater, 1)
	w.generate(w.Admin, 2026)
	in := w.rule(rota.Rule{Every: rota.Weekday, Weekdays: []int{5}, Nth: []int{1, 2}}, "2026-09-30")
	in.Seats = 3
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		return reception.ChangeRule(ctx, tx, w.Head, rule, 1, in)
	})
	w.generate(w.Head, 2026)
	if got := w.dates(rule, "2026-10-01", "2026-12-31"); got != "10-09 11-13 12-04 12-11" {
		t.Errorf("after the year was made again there is %s", got)
	}
	var preview func() reception.Prospect
	w.View(func(v *tenant.View) { preview = reception.Preview(v, w.Clerk, 0, 2026) })
	all := preview().Plan(2026).Out
	if len(all) != 1 || all[0].Meant != *day("2026-11-06") || all[0].ByName != w.Head.Name || !all[0].At.Equal(w.Now()) { // the 9th is the rule's own now
		t.Errorf("%+v", all)
	}
	// A day that is there and would be changed goes, unless somebody is on duty.
	settle(rota.NextWorkday, 2)
	eleventh := w.dayOf(rule, "2026-12-11")
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		_, err := reception.ApplyTurns(ctx, tx, w.Clerk, w.Station, map[int64]reception.Seats{eleventh: {Deputies: w.Deputies[:1]}})
		return err
	})
	in.Seats = 2
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		return reception.ChangeRule(ctx, tx, w.Head, rule, 2, in)
	})
	plan = w.omit(w.Head, 2026, reception.Omit{Without: []reception.Meant{{Rule: rule, On: *day("2026-12-04")}, {Rule: rule, On: *day("2026-12-11")}}, Why: "年底开会"})
	if len(plan.Drop) != 1 || plan.Drop[0].Why != "说好这一天不排" || len(plan.Left) != 1 || plan.Left[0].Why != "说好这一天不排；已经排了代表" {
		t.Errorf("drop %+v, left %+v", plan.Drop, plan.Left)
	}
	if got := w.dates(rule, "2026-12-01", "2026-12-31"); got != "12-11" {
		t.Errorf("December has %s", got)
	}
	w.omit(w.Clerk, 2026, reception.Omit{Again: []reception.Meant{{Rule: rule, On: *day("2026-12-04")}, out[1]}})
	w.generate(w.Clerk, 2026)
	if got := w.dates(rule, "2026-11-01", "2026-12-31"); got != "11-06 11-13 12-04 12-11" {
		t.Errorf("made again: %s", got)
	}
	var recorded string
	if err := w.PG.Super.QueryRow(t.Context(), `select string_agg(detail::text, ' ') from audit_entries where action = 'reception.plan'`).Scan(&recorded); err != nil {
		t.Fatal(err)
	}
	for _, words := range []string{"10月2日、11月6日", "乡镇人代会", "11月6日、12月4日"} {
		if !strings.Contains(recorded, words) {
			t.Errorf("%q is not in the record: %s", words, recorded)
		}
	}
}
