package casefile_test

import (
	"fmt"
	"strings"
	"testing"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/errs"
)

// TestDemands gives every step what it cannot work with, and asks at which fields it says so.
func TestDemands(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	long := strings.Repeat("长", 4001)
	with := func(step casefile.Step, change func(in *casefile.Input)) casefile.Input {
		in := full(w, w.Handler, step, "")
		change(&in)
		return in
	}
	empty := func(in *casefile.Input) { *in = casefile.Input{Step: in.Step} }
	type refused struct {
		by     auth.Actor
		in     casefile.Input
		fields string
	}
	at := map[casefile.State][]refused{
		casefile.Registered: {
			{w.Clerk, with("answer_now", empty), "text"},
			{w.Clerk, with("sort", empty), "category_id level proposal title"},
			{w.Clerk, with("sort", func(in *casefile.Input) { in.Title, in.Proposal = strings.Repeat("长", 61), long }), "proposal title"},
			{w.Clerk, with("sort", func(in *casefile.Input) { in.Title = " 　\t" }), "title"},
			{w.Clerk, with("sort", func(in *casefile.Input) { in.Title = "水\x00管" }), "title"},
			{w.Clerk, with("sort", func(in *casefile.Input) { in.Proposal = "水\xff管" }), "proposal"},
			{w.Clerk, with("sort", func(in *casefile.Input) { in.CategoryID, in.Level = 999999, "village" }), "category_id level"},
			{w.Clerk, with("withdraw", empty), "reason"},
			{w.Citizen, with("withdraw", func(in *casefile.Input) { in.Reason = long }), "reason"},
		},
		casefile.Reported: {
			{w.Handler, with("hand_out", empty), "unit_id"},
			{w.Handler, with("hand_out", func(in *casefile.Input) { in.UnitID = 999999 }), "unit_id"},
			{w.Handler, with("hand_out", func(in *casefile.Input) { in.DueOn = w.Today() }), "due_on"},
			{w.Handler, with("hand_out", func(in *casefile.Input) { in.DueOn = w.Today().AddDays(367) }), "due_on"},
			{w.Handler, with("hand_out", func(in *casefile.Input) {
				in.Co = []casefile.CoOrder{{UnitID: in.UnitID}, {UnitID: 999999}, {UnitID: w.RoadsUnit, DueOn: w.Today()}, {UnitID: w.RoadsUnit}}
			}), "co_due_on-3 co_unit_id-1 co_unit_id-2 co_unit_id-4"},
			{w.Handler, with("ask_station", empty), "text"},
			{w.Handler, with("pass_down", empty), "reason"},
			{w.Handler, with("refuse", empty), "refusal_id text"},
			{w.Handler, with("refer", empty), "refusal_id text"},
			{w.Handler, with("keep", func(in *casefile.Input) { in.RefusalID = 999999 }), "refusal_id"},
			{w.Handler, with("merge", empty), "lead_number"},
			{w.Handler, with("merge", func(in *casefile.Input) { in.LeadNumber = "\x00" }), "lead_number"},
			{w.Handler, with("suggest", empty), "deputy_id reference"},
			{w.Handler, with("suggest", func(in *casefile.Input) { in.DeputyID = 999999 }), "deputy_id"},
		},
		casefile.RefusalProposed: {{w.Handler2, with("overrule", empty), "reason"}},
		casefile.Submitted: {
			{w.Handler, with("improve", empty), "text"},
			{w.Handler, with("approve", func(in *casefile.Input) { in.Reason, in.Text = long, long }), "reason text"},
			{w.Handler, with("approve", func(in *casefile.Input) { in.Reason, in.Text = "\x00", "\xff" }), "reason text"},
		},
		casefile.Merged: {{w.Handler, with("take_out", empty), "reason"}},
		casefile.Suggested: {
			{w.Handler, with("suggestion_answered", empty), "class text"},
			{w.Handler, with("suggestion_answered", func(in *casefile.Input) { in.Class = "Z" }), "class"},
		},
		casefile.Assigned: {
			{w.Water, with("request_return", empty), "reason"},
			{w.Handler, with("reassign", empty), "reason unit_id"},
			{w.Handler, with("reassign", func(in *casefile.Input) { in.DueOn = w.Today().AddDays(-1) }), "due_on"},
		},
		casefile.ReturnRequested: {{w.Handler, with("refuse_return", empty), "reason"}},
		casefile.Handling: {
			{w.Water, with("request_extension", empty), "days reason"},
			{w.Water, with("request_extension", func(in *casefile.Input) { in.Days = 16 }), "days"},
			{w.Handler, with("pause", empty), "day reason"},
			{w.Handler, with("pause", func(in *casefile.Input) { in.Day = w.Today() }), "day"},
			{w.Handler, with("pause", func(in *casefile.Input) { in.Day = w.Today().AddDays(91) }), "day"},
			{w.Water, with("submit", empty), "class text"},
			{w.Water, with("submit", func(in *casefile.Input) { in.Class = "B" }), "promise promise_on"},
			{w.Water, with("submit", func(in *casefile.Input) { in.Class, in.Promise, in.PromiseOn = "C", "明年换管", w.Today() }), "promise_on"},
			{w.Water, with("addendum", empty), "text"},
			{w.Clerk, with("correct", empty), "reason"},
			{w.Leader, with("supervise", empty), "day text"},
			{w.Leader, with("supervise", func(in *casefile.Input) { in.Day = w.Today() }), "day"},
			{w.Leader, with("unsupervise", empty), "reason"},
			{w.Head, with("restrict", empty), "reason"},
			{w.Deputy, with("note", empty), "text"},
		},
		casefile.ExtensionRequested: {{w.Handler, with("refuse_extension", empty), "reason"}},
		casefile.Approved: {
			{w.Clerk, with("feedback_tried", empty), "reason"},
			{w.Clerk, with("give_feedback", empty), fmt.Sprintf("citizen_on citizen_way deputy_%d_way deputy_%d_way text", w.Deputies[0], w.Deputies[1])},
			{w.Clerk, with("give_feedback", func(in *casefile.Input) {
				in.Citizen = casefile.Told{Way: "pigeon", On: w.Today().AddDays(1), By: long}
				in.Deputies = []casefile.Told{{DeputyID: w.Deputies[0], Way: "notice", By: "\x00"}, in.Deputies[1]}
			}), fmt.Sprintf("citizen_by citizen_on citizen_way deputy_%[1]d_by deputy_%[1]d_on deputy_%[1]d_way", w.Deputies[0])},
		},
		casefile.AwaitingRating: {
			{w.Citizen, with("rate", empty), "attitude result"},
			{w.Citizen, with("rate", func(in *casefile.Input) { in.Result, in.Attitude = 6, -1 }), "attitude result"},
		},
		casefile.Review: {
			{w.Citizen, with("amend", empty), "attitude result"},
			{w.Head, with("rehandle", empty), "reason"},
			{w.Handler, with("uphold", empty), "reason text"},
		},
		casefile.Study: {{w.Leader, with("conclude", empty), "text"}},
	}
	for state, all := range at {
		number := w.DriveNew(state)
		before := digest(t, w, number)
		for _, r := range all {
			w.Invalid(r.by, number, r.in, strings.Fields(r.fields)...)
		}
		if digest(t, w, number) != before {
			t.Errorf("%s: what was refused changed the case", state)
		}
	}
}

// TestAnswerNeedsDeputies: what nobody received cannot have been answered on the spot.
func TestAnswerNeedsDeputies(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	visit := w.Visit("老年食堂几点开门？")
	visit.Deputies = nil
	receipts, err := w.RegisterVisit(w.Clerk, visit)
	if err != nil {
		t.Fatal(err)
	}
	w.Invalid(w.Clerk, receipts.Matters[0].Number, saying(casefile.AnswerNow, "十一点半。"), "deputies")
}

// TestTownshipsUnits: a station hands out to the units of its own township alone.
func TestTownshipsUnits(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	number := w.DriveNew(casefile.Sorted)
	w.Invalid(w.Head, number, casefile.Input{Step: casefile.HandOut, UnitID: w.WaterUnit}, "unit_id")
	w.Invalid(w.Head, number, casefile.Input{Step: casefile.HandOut, UnitID: w.TownshipUnit,
		Co: []casefile.CoOrder{{UnitID: w.RoadsUnit}}}, "co_unit_id-1")
	c := w.MustTake(w.Head, number, casefile.Input{Step: casefile.HandOut, UnitID: w.TownshipUnit})
	if *c.OuterLevel != "township" {
		t.Errorf("%+v", c)
	}
	if got := handleClock(t, w, number).DueOn; got != day(t, "2026-10-10") { // 15 wd
		t.Errorf("due %s", got)
	}
	w.Invalid(w.Head, number, casefile.Input{Step: casefile.Reassign, Reason: "不归镇里。", UnitID: w.WaterUnit}, "unit_id")
}

// TestReport: the proposal may stand from the sorting, and a clerk reports where there is no head.
func TestReport(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	number := w.DriveNew(casefile.Sorted)
	w.Refused(errs.Forbidden, w.Clerk, number, step(casefile.Report))
	if c := w.MustTake(w.Head, number, step(casefile.Report)); *c.Proposal != w.Sorting().Proposal || *c.Level != "county" {
		t.Errorf("%+v", c)
	}

	visit := w.Visit("夏店的路坑坑洼洼。")
	visit.StationID, visit.PlaceID, visit.Deputies = w.OtherStation, w.OtherStation, nil // these are of 王桥镇
	receipts, err := w.RegisterVisit(w.OtherClerk, visit)
	if err != nil {
		t.Fatal(err)
	}
	number = receipts.Matters[0].Number
	w.MustTake(w.OtherClerk, number, w.Sorting())
	c := w.Case(number)
	if choices := casefile.Choices(w.OtherClerk, &c, w.Events(number)); len(choices) == 0 || choices[0] != casefile.Report {
		t.Errorf("choices %v", choices)
	}
	w.Refused(errs.Forbidden, w.Clerk, number, step(casefile.Report)) // of another station
	if c := w.MustTake(w.OtherClerk, number, casefile.Input{Step: casefile.Report, Proposal: "请县里修路。"}); *c.Proposal != "请县里修路。" {
		t.Errorf("%+v", c)
	}
	answered := w.OneCase() // never sorted before it is handled again, so that nothing was proposed
	w.MustTake(w.Clerk, answered, saying(casefile.AnswerNow, "下周修。"))
	w.MustTake(w.Citizen, answered, casetest.RatingAs(1, 1))
	w.MustTake(w.Head, answered, because(casefile.Rehandle, "没有修。"))
	w.Invalid(w.Head, answered, step(casefile.Report), "proposal")
}

// TestDueOn: a date of its own for the lead and the co-handling unit, else the county's periods.
func TestDueOn(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	number := w.DriveNew(casefile.Reported)
	w.MustTake(w.Handler, number, casefile.Input{Step: casefile.HandOut, UnitID: w.WaterUnit, DueOn: day(t, "2026-10-20"),
		Co: []casefile.CoOrder{{UnitID: w.RoadsUnit, DueOn: day(t, "2026-09-30")}, {UnitID: w.TownshipUnit}}})
	want := map[int64]calendar.Date{w.WaterUnit: day(t, "2026-10-20"), w.RoadsUnit: day(t, "2026-09-30"),
		w.TownshipUnit: day(t, "2026-09-22")} // a third of 22 working days
	for _, o := range orders(t, w, number) {
		if o.DueOn != want[o.UnitID] {
			t.Errorf("%+v, want due %s", o, want[o.UnitID])
		}
	}
}
