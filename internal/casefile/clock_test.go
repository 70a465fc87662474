package casefile_test

import (
	"testing"

	"lianluo/internal/auth"
	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/errs"
	"lianluo/internal/message"
)

// handled checks the handling clock and the date on the unit's order.
func handled(t *testing.T, w *casetest.World, number, first, due, stopped string) {
	t.Helper()
	clock, gotStopped := handleClock(t, w, number), ""
	if clock.StoppedOn != nil {
		gotStopped = clock.StoppedOn.String()
	}
	if clock.FirstDue.String() != "2026-"+first || clock.DueOn.String() != "2026-"+due ||
		stopped != "" && gotStopped != "2026-"+stopped || stopped == "" && gotStopped != "" {
		t.Errorf("%s: first due %s, due %s, stopped %q; want %s, %s, %q", w.Today(), clock.FirstDue, clock.DueOn, gotStopped, first, due, stopped)
	}
	if clock.EndedOn != nil {
		t.Errorf("ended on %s", clock.EndedOn)
	}
}

func TestExtension(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	number := w.DriveNew(casefile.Handling)
	handled(t, w, number, "10-30", "10-30", "")
	w.Set("2026-09-24 09:00")
	ask := casefile.Input{Step: casefile.RequestExtension, Reason: "管材没到。", Days: 10}
	w.MustTake(w.Water, number, ask)
	faces(t, w, number, casefile.ClockApproval, "09-30")
	handled(t, w, number, "10-30", "10-30", "09-24")
	w.Set("2026-10-08 09:00")
	w.MustTake(w.Handler, number, step(casefile.GrantExtension)) // stood 28, 29, 30 September and 8 October; and 10 more
	faces(t, w, number, casefile.ClockHandle, "11-19")
	handled(t, w, number, "10-30", "11-19", "")
	if o := orders(t, w, number); o[0].DueOn != day(t, "2026-11-19") {
		t.Errorf("%+v", o)
	}
	events := w.Events(number)
	if got := events[len(events)-1].Detail; got["due"] != "2026-11-19" || got["days"] != 10.0 {
		t.Errorf("recorded %v", got)
	}
	if got := outbox(t, w, number); got[len(got)-1].Kind != message.Extended {
		t.Errorf("%+v", got)
	}
	w.Refused(errs.Conflict, w.Water, number, ask) // once

	refused := w.DriveNew(casefile.Handling)
	w.MustTake(w.Water, refused, ask)
	w.Advance(1)
	w.MustTake(w.Handler, refused, because(casefile.RefuseExtension, "管材已到。"))
	c := w.Case(refused)
	if c.DueOn.String() != "2026-11-19" { // 30 wd from 8 October, and the one that it stood
		t.Errorf("due %s", c.DueOn)
	}
	w.Refused(errs.Conflict, w.Water, refused, ask)
}

// TestExtensionBeforeDue: asked for on the last day, but not after it.
func TestExtensionBeforeDue(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	number := w.DriveNew(casefile.Handling)
	ask := casefile.Input{Step: casefile.RequestExtension, Reason: "管材没到。", Days: 15}
	w.Set("2026-10-31 09:00")
	w.Refused(errs.Conflict, w.Water, number, ask)
	w.Set("2026-10-30 23:59")
	w.MustTake(w.Water, number, ask)
}

func TestReturn(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	number := w.DriveNew(casefile.Assigned)
	faces(t, w, number, casefile.ClockSign, "09-20")
	ask := because(casefile.RequestReturn, "管网归镇政府。")
	w.Set("2026-09-21 00:00") // a minute after the fifth working day
	w.Refused(errs.Conflict, w.Water, number, ask)
	w.Set("2026-09-20 23:59")
	w.MustTake(w.Water, number, ask)
	faces(t, w, number, casefile.ClockApproval, "09-23")
	w.Set("2026-09-22 09:00")
	w.MustTake(w.Handler2, number, because(casefile.RefuseReturn, "归口就是贵局。")) // stood 21 and 22 September
	handled(t, w, number, "10-30", "11-03", "")
	if c := w.Case(number); c.State != casefile.Handling {
		t.Errorf("%s", c.State)
	}
	// The same unit asks no more, not even when the order comes again; another unit may.
	again := casefile.Input{Step: casefile.Reassign, Reason: "请继续办。", UnitID: w.WaterUnit}
	w.MustTake(w.Handler, number, again)
	w.Refused(errs.Conflict, w.Water, number, ask)
	again.UnitID = w.RoadsUnit
	w.MustTake(w.Handler, number, again)
	w.MustTake(w.Roads, number, ask)
	c := w.MustTake(w.Handler, number, step(casefile.GrantReturn))
	if c.State != casefile.Reported || c.UnitID != nil || c.OuterLevel != nil {
		t.Errorf("%+v", c)
	}
	faces(t, w, number, casefile.ClockHandOut, "09-24")
	for _, o := range orders(t, w, number) {
		if o.EndedAt == nil {
			t.Errorf("%+v", o)
		}
	}

	township := byTownship(t, w, casefile.ReturnRequested)
	if c := w.MustTake(w.Head, township, step(casefile.GrantReturn)); c.State != casefile.Sorted {
		t.Errorf("%+v", c)
	}
	// A hand-over after a return starts a new period.
	w.MustTake(w.Head, township, full(w, w.Head, casefile.HandOut, ""))
	handled(t, w, township, "10-20", "10-20", "")
}

// TestReassign: the due date stays unless it is set anew; the new unit has its own days to sign.
func TestReassign(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	number := byCounty(w, casefile.Handling)
	w.Set("2026-09-21 09:00")
	w.MustTake(w.Handler, number, casefile.Input{Step: casefile.Reassign, Reason: "实为破路。", UnitID: w.RoadsUnit})
	c := w.Case(number)
	if c.State != casefile.Assigned || *c.UnitID != w.RoadsUnit || len(c.CoUnitIDs) != 0 {
		t.Errorf("%+v", c)
	}
	handled(t, w, number, "10-30", "10-30", "")
	faces(t, w, number, casefile.ClockSign, "09-29")
	w.Refused(errs.Forbidden, w.Water, number, step(casefile.Sign))
	w.MustTake(w.Roads, number, step(casefile.Sign))
	w.Refused(errs.Forbidden, w.Water, number, saying(casefile.CoOpinion, "还想说一句。")) // its order is over
	w.MustTake(w.Handler, number, casefile.Input{Step: casefile.Reassign, Reason: "限期提前。", UnitID: w.WaterUnit, DueOn: day(t, "2026-10-12")})
	handled(t, w, number, "10-30", "10-12", "")
	all := orders(t, w, number)
	if last := all[len(all)-1]; last.DueOn != day(t, "2026-10-12") || last.EndedAt != nil {
		t.Errorf("%+v", last)
	}
	events := w.Events(number)
	if got := events[len(events)-1].Detail; got["due_before"] != "2026-10-30" || got["due"] != "2026-10-12" {
		t.Errorf("recorded %v", got)
	}
}

func TestPause(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	number := w.DriveNew(casefile.Handling)
	w.Set("2026-09-21 09:00")
	pause := casefile.Input{Step: casefile.Pause, Reason: "秋收，等地腾出来。", Day: day(t, "2026-10-12")}
	w.MustTake(w.Handler, number, pause)
	faces(t, w, number, casefile.ClockPause, "10-12")
	handled(t, w, number, "10-30", "10-30", "09-21")
	w.Set("2026-10-09 09:00")
	w.Refused(errs.Conflict, w.System, number, step(casefile.Resume))
	w.MustTake(w.Handler2, number, step(casefile.Resume)) // stood 22, 23, 24, 28, 29, 30 September, 8 and 9 October
	handled(t, w, number, "10-30", "11-11", "")
	faces(t, w, number, casefile.ClockHandle, "11-11")

	pause.Day = day(t, "2026-10-12")
	w.MustTake(w.Handler, number, pause)
	w.Set("2026-10-12 00:00")
	w.MustTake(w.System, number, step(casefile.Resume)) // on the day itself
	handled(t, w, number, "10-30", "11-13", "")         // 10 and 12 October
}

// TestStopsAreNoExtension: what stands still on days that nobody works gains nothing.
func TestStopsAreNoExtension(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	number := w.DriveNew(casefile.Handling)
	w.Set("2026-10-01 09:00")
	w.MustTake(w.Handler, number, casefile.Input{Step: casefile.Pause, Reason: "放假。", Day: day(t, "2026-10-20")})
	w.Set("2026-10-07 09:00")
	w.MustTake(w.Handler, number, step(casefile.Resume))
	handled(t, w, number, "10-30", "10-30", "")
}

// TestRaise: the station hands up what it handed out; the county cannot be raised to itself.
func TestRaise(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	number := byTownship(t, w, casefile.Handling)
	c := w.MustTake(w.Head, number, because(casefile.Raise, "要动国道。"))
	if c.State != casefile.Reported || c.UnitID != nil || c.OuterLevel != nil || *c.Level != "county" {
		t.Errorf("%+v", c)
	}
	faces(t, w, number, casefile.ClockCounty, "09-20")
	if o := orders(t, w, number); o[0].EndedAt == nil {
		t.Errorf("%+v", o)
	}
	w.Refused(errs.Forbidden, w.Head, w.DriveNew(casefile.Handling), because(casefile.Raise, "要动国道。"))
	// Passed down, it is the township's again, and the days run on.
	w.Advance(1)
	if c := w.MustTake(w.Admin, number, because(casefile.PassDown, "镇里能办。")); *c.Level != "township" {
		t.Errorf("%+v", c)
	}
	faces(t, w, number, casefile.ClockCounty, "09-20")
	asked := w.DriveNew(casefile.Reported)
	w.MustTake(w.Handler, asked, saying(casefile.AskStation, "哪一段？"))
	faces(t, w, asked, casefile.ClockCounty, "09-21")
}

// TestProvisional: a date in a year whose holidays are not announced may move.
func TestProvisional(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	w.Set("2026-12-21 09:00")
	number := w.DriveNew(casefile.Assigned)
	if c := w.Case(number); c.DueProvisional { // to sign by 28 December
		t.Errorf("%+v", c)
	}
	w.MustTake(w.Water, number, step(casefile.Sign))
	if c := w.Case(number); !c.DueProvisional || c.DueOn.Year() != 2027 {
		t.Errorf("%+v", c)
	}
	w.MustTake(w.Handler, number, casefile.Input{Step: casefile.Reassign, Reason: "提前。", UnitID: w.WaterUnit, DueOn: day(t, "2026-12-30")})
	w.MustTake(w.Water, number, step(casefile.Sign))
	if c := w.Case(number); c.DueProvisional || c.DueOn.String() != "2026-12-30" {
		t.Errorf("%+v", c)
	}
}

// TestCoHandling: the result waits for opinions until they are overdue; each gives one.
func TestCoHandling(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	number := w.DriveNew(casefile.Reported)
	w.MustTake(w.Handler, number, casefile.Input{Step: casefile.HandOut, UnitID: w.WaterUnit, MayCall: true,
		Co: []casefile.CoOrder{{UnitID: w.RoadsUnit, DueOn: day(t, "2026-09-21")}, {UnitID: w.TownshipUnit, DueOn: day(t, "2026-09-21")}}})
	for _, o := range orders(t, w, number) {
		if o.MayCall != (o.Part == "lead") {
			t.Errorf("who may call: %+v", o)
		}
	}
	w.MustTake(w.Water, number, step(casefile.Sign))
	w.Refused(errs.Conflict, w.Water, number, casetest.Answering("A"))
	opinion := saying(casefile.CoOpinion, "破路由我局恢复。")
	w.MustTake(w.Roads, number, opinion)
	w.Refused(errs.Conflict, w.Roads, number, opinion)
	w.Refused(errs.Conflict, w.Water, number, casetest.Answering("A")) // the township's is missing
	for _, by := range []auth.Actor{w.Water, w.Handler} {
		w.Refused(errs.Forbidden, by, number, opinion)
	}
	w.Set("2026-09-22 09:00")
	w.MustTake(w.Water, number, casetest.Answering("A"))
}
