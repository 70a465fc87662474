package casefile_test

import (
	"testing"

	"lianluo/internal/auth"
	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/errs"
)

// The ways beside the main one: refused, merged, turned into a suggestion, withdrawn.

func TestRefusal(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	for step, outcome := range map[casefile.Step]casefile.Outcome{casefile.Refuse: casefile.Refused,
		casefile.Refer: casefile.Referred, casefile.Keep: casefile.Kept} {
		number := w.DriveNew(casefile.Reported)
		propose := w.Refusing()
		propose.Step = step
		if c := w.MustTake(w.Handler, number, propose); *c.RefusalReasonID != w.Refusals[0] {
			t.Errorf("%+v", c)
		}
		faces(t, w, number, casefile.ClockCheck, "09-17") // nearer than the county's period, which runs on
		w.Refused(errs.Forbidden, w.Handler, number, casefile.Input{Step: casefile.Confirm})
		c := w.MustTake(w.Leader, number, casefile.Input{Step: casefile.Confirm})
		if c.State != casefile.Approved {
			t.Errorf("%+v", c)
		}
		faces(t, w, number, casefile.ClockFeedback, "09-17")
		c = w.MustTake(w.Clerk, number, w.FeedingBack())
		if c.State != casefile.Closed || *c.Outcome != outcome || c.Clock != nil {
			t.Errorf("%s: %+v", step, c)
		}
		whole(t, w, number)
		if got := outbox(t, w, number); len(got) != 1 { // the one that told the code; nobody is asked to rate
			t.Errorf("%+v", got)
		}
		w.Refused(errs.Conflict, w.Citizen, number, full(w, w.Citizen, casefile.Amend, ""))
	}
}

// TestOverruled: the case goes on where it was, with the days that it had.
func TestOverruled(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	for _, state := range []casefile.State{casefile.Sorted, casefile.Reported} {
		number := w.DriveNew(state)
		before := w.Case(number)
		w.MustTake(w.Head, number, w.Refusing())
		w.Refused(errs.Forbidden, w.Leader, number, because(casefile.Overrule, "能办。")) // a station's goes to the office
		w.Refused(errs.Forbidden, w.Head, number, because(casefile.Overrule, "能办。"))
		w.Advance(1)
		c := w.MustTake(w.Handler, number, because(casefile.Overrule, "能办。"))
		if c.State != state || c.RefusalReasonID != nil || c.ReturnsTo != nil || *c.DueOn != *before.DueOn || *c.Clock != *before.Clock {
			t.Errorf("%+v", c)
		}
		w.MustTake(w.Handler, number, w.Refusing()) // again, and now the county's own
		w.MustTake(w.Leader, number, because(casefile.Overrule, "能办。"))
	}
}

func TestObjection(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	refused := func() string {
		number := w.DriveNew(casefile.RefusalProposed)
		w.MustTake(w.Handler2, number, step(casefile.Confirm))
		w.MustTake(w.Clerk, number, w.FeedingBack())
		return number
	}
	object := because(casefile.Object, "这件事没有进法院。")
	upheld, again, late := refused(), refused(), refused()
	w.Invalid(w.Citizen, upheld, step(casefile.Object), "reason")
	w.Set("2026-10-10 23:00") // the fifteenth working day
	c := w.MustTake(w.Citizen, upheld, object)
	if c.State != casefile.Review || c.Outcome != nil || c.ClosedAt != nil {
		t.Errorf("%+v", c)
	}
	faces(t, w, upheld, casefile.ClockReview, "10-14")
	uphold := casefile.Input{Step: casefile.Uphold, Reason: "查到了立案号。", Text: "当面给他看了立案通知。"}
	w.Refused(errs.Forbidden, w.Handler, upheld, uphold) // who had proposed to refuse
	if c := w.MustTake(w.Handler2, upheld, uphold); *c.Outcome != casefile.Refused {
		t.Errorf("%+v", c)
	}
	whole(t, w, upheld)
	w.Refused(errs.Conflict, w.Citizen, upheld, object)

	w.MustTake(w.Citizen, again, object)
	w.Refused(errs.Forbidden, w.Handler, again, because(casefile.Rehandle, "确实没有立案。"))
	c = w.MustTake(w.Head, again, because(casefile.Rehandle, "确实没有立案。"))
	if c.State != casefile.Sorted || c.Round != 2 { // no unit has it yet
		t.Errorf("%+v", c)
	}
	faces(t, w, again, casefile.ClockHandOut, "10-13")
	w.Drive(again, casefile.Closed)
	whole(t, w, again)

	w.Set("2026-10-12 09:00")
	w.Refused(errs.Conflict, w.Citizen, late, object)
	w.Refused(errs.Conflict, w.Citizen, w.DriveNew(casefile.Closed), object) // rated, not refused
}

func TestMergeAndFollow(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	lead, other, taken := w.DriveNew(casefile.Sorted), w.DriveNew(casefile.Sorted), w.DriveNew(casefile.Reported)
	merge := casefile.Input{Step: casefile.Merge, LeadNumber: lead}
	for _, bad := range []string{other, "XY2026-9999", w.OneCase(), w.DriveNew(casefile.Approved), w.DriveNew(casefile.Closed), w.Neighbour.Number} {
		w.Invalid(w.Head, other, casefile.Input{Step: casefile.Merge, LeadNumber: bad}, "lead_number")
	}
	w.MustTake(w.Head, other, merge)
	faces(t, w, other, "", "")
	w.MustTake(w.Handler, taken, merge)
	w.Invalid(w.Head, w.DriveNew(casefile.Sorted), casefile.Input{Step: casefile.Merge, LeadNumber: other}, "lead_number") // no chains

	// While others wait for it, the lead neither ends without a result nor follows another.
	for _, in := range []casefile.Input{w.Refusing(), {Step: casefile.Merge, LeadNumber: w.DriveNew(casefile.Sorted)}} {
		w.Refused(errs.Conflict, w.Head, lead, in)
	}
	w.Refused(errs.Conflict, w.Citizen, lead, because(casefile.Withdraw, "不用了。"))

	w.Advance(1)
	c := w.MustTake(w.Handler, taken, because(casefile.TakeOut, "不是一回事。"))
	if c.State != casefile.Reported || c.LeadCaseID != nil {
		t.Errorf("%+v", c)
	}
	faces(t, w, taken, casefile.ClockCounty, "09-20") // as if it had not been away

	w.Refused(errs.Conflict, w.System, other, step(casefile.FollowLead))
	w.Drive(lead, casefile.Approved)
	c = w.MustTake(w.System, other, step(casefile.FollowLead))
	if c.State != casefile.Approved {
		t.Errorf("%+v", c)
	}
	faces(t, w, other, casefile.ClockFeedback, "09-18")
	w.MustTake(w.Clerk, other, w.FeedingBack())
	w.MustTake(w.Citizen, other, casetest.RatingAs(4, 4))
	whole(t, w, other)
}

// TestMergeCrosswise: of two that are merged into each other at once, one stays.
func TestMergeCrosswise(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	a, b := w.DriveNew(casefile.Sorted), w.DriveNew(casefile.Sorted)
	errors := atOnce(2, func(i int) error {
		_, err := w.Take(w.Head, []string{a, b}[i], casefile.Input{Step: casefile.Merge, LeadNumber: []string{b, a}[i]})
		return err
	})
	if states := []casefile.State{w.Case(a).State, w.Case(b).State}; states[0] == states[1] {
		t.Errorf("both are %s: %v", states[0], errors)
	}
}

func TestSuggestion(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	w.Set("2026-11-30 07:30") // still the 29th in UTC
	number := w.DriveNew(casefile.Reported)
	w.MustTake(w.Handler, number, casefile.Input{Step: casefile.Suggest, DeputyID: w.Deputies[0], Reference: "第 12 号"})
	faces(t, w, number, casefile.ClockSuggest, "2027-02-28") // three months, and February has no 30th
	broad := w.DriveNew(casefile.Reported)
	w.MustTake(w.Admin, broad, casefile.Input{Step: casefile.Suggest, DeputyID: w.Deputies[0], Reference: "第 13 号", Broad: true})
	faces(t, w, broad, casefile.ClockSuggest, "2027-05-30")

	answer := casefile.Input{Step: casefile.SuggestionAnswered, Text: "已列入明年计划。", Class: "C", Promise: "明年更换主管网", PromiseOn: day(t, "2027-01-20")}
	w.Set("2026-12-20 09:00")
	w.MustTake(w.Handler, number, answer)
	w.Refused(errs.Forbidden, w.Head, number, step(casefile.Approve)) // a suggestion is the county's own
	w.Refused(errs.Forbidden, w.Handler, number, step(casefile.Approve))
	w.Refused(errs.Forbidden, w.Handler, number, saying(casefile.Improve, "写明年份。"))
	if c := w.MustTake(w.Handler2, number, saying(casefile.Improve, "写明年份。")); c.State != casefile.Suggested {
		t.Errorf("%+v", c)
	}
	faces(t, w, number, casefile.ClockSuggest, "2027-02-28")
	w.MustTake(w.Handler, number, answer)
	w.MustTake(w.Admin, number, step(casefile.Approve))
	w.Drive(number, casefile.Closed)
	whole(t, w, number)

	// What was promised comes back on its day; no unit has it, so it is handed out first.
	w.Set("2027-01-19 23:59")
	w.Refused(errs.Conflict, w.System, number, step(casefile.PromiseDue))
	w.Set("2027-01-20 00:00")
	if c := w.MustTake(w.System, number, step(casefile.PromiseDue)); c.State != casefile.Sorted || c.Round != 2 || c.PromiseOn != nil || c.Outcome != nil {
		t.Errorf("%+v", c)
	}
	w.Drive(number, casefile.Closed)
	whole(t, w, number)
}

func TestPromise(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	number := w.DriveNew(casefile.Handling)
	answer := casetest.Answering("B")
	answer.Promise, answer.PromiseOn = "十月底前换完管", day(t, "2026-10-31")
	w.MustTake(w.Water, number, answer)
	w.Drive(number, casefile.Closed)
	w.Set("2026-10-30 09:00")
	w.Refused(errs.Conflict, w.System, number, step(casefile.PromiseDue))
	w.Set("2026-10-31 09:00")
	c := w.MustTake(w.System, number, step(casefile.PromiseDue))
	if c.State != casefile.Handling || c.Round != 2 || *c.UnitID != w.WaterUnit || c.ClosedAt != nil {
		t.Errorf("%+v", c)
	}
	faces(t, w, number, casefile.ClockHandle, "11-20")
	plain := casetest.Answering("A") // A class without a promise forgets what the form still carried.
	plain.Promise, plain.PromiseOn = "随手写的", day(t, "2026-12-31")
	if c := w.MustTake(w.Water, number, plain); c.Promise != nil || c.PromiseOn != nil {
		t.Errorf("%+v", c)
	}
	w.Drive(number, casefile.Closed)
	w.Refused(errs.Conflict, w.System, number, step(casefile.PromiseDue))
	whole(t, w, number)
}

func TestWithdraw(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	for state, by := range map[casefile.State]auth.Actor{casefile.Registered: w.Citizen, casefile.Sorted: w.Clerk, casefile.Reported: w.Clerk2} {
		number := w.DriveNew(state)
		c := w.MustTake(by, number, because(casefile.Withdraw, "邻居帮忙修好了。"))
		if c.State != casefile.Closed || *c.Outcome != casefile.Withdrawn || c.Clock != nil {
			t.Errorf("%+v", c)
		}
		whole(t, w, number)
		w.Refused(errs.Conflict, w.Clerk, number, w.Sorting())
	}
	w.Refused(errs.Conflict, w.Citizen, w.DriveNew(casefile.Assigned), because(casefile.Withdraw, "算了。"))
}
