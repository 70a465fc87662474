package casefile_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"lianluo/internal/audit"
	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/tenant"
)

// bridged is 2026 with two more days off after 国庆节.
func bridged(t *testing.T) calendar.Announcement {
	t.Helper()
	a := casetest.Announcement(2026)
	for _, date := range []string{"2026-10-08", "2026-10-09"} {
		a.Days = append(a.Days, calendar.Day{Date: day(t, date), Kind: calendar.Holiday, Name: "国庆节"})
	}
	return a
}

// moved is the newest event of a case, which a calendar left there.
func moved(t *testing.T, w *casetest.World, number string) []casefile.Move {
	t.Helper()
	events := w.Events(number)
	last := events[len(events)-1]
	if last.Step != casefile.Recount || last.ActorID != nil || last.ActorRole != string(auth.System) || last.FromState == nil ||
		*last.FromState != last.ToState || last.Step.Name() != "日历调整" {
		t.Errorf("%s ends with %+v", number, last)
	}
	contiguous(t, w.Case(number), events)
	return last.Moves()
}

func TestCalendarMovesOpenCases(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	handling, sorted, closed, never := byCounty(w, casefile.Handling), w.DriveNew(casefile.Sorted), w.DriveNew(casefile.Closed), w.DriveNew(casefile.Registered)
	closedBefore, neverBefore := digest(t, w, closed), digest(t, w, never)
	handled(t, w, handling, "10-30", "10-30", "")

	change := w.Announce(bridged(t))
	if change.Same || change.Cases != 1 || change.Open != 3 || !cmp.Equal(change.Days, []calendar.Date{day(t, "2026-10-08"), day(t, "2026-10-09")}, cmp.Comparer(calendar.Date.Equal)) {
		t.Errorf("%+v", change)
	}
	handled(t, w, handling, "10-30", "11-03", "") // what was first promised stays on record
	faces(t, w, handling, casefile.ClockHandle, "11-03")
	for _, clock := range timers(t, w, handling) {
		if clock.EndedOn != nil && clock.DueOn != clock.FirstDue {
			t.Errorf("a clock that ended was moved: %+v", clock)
		}
	}
	want := []casefile.Move{{Clock: casefile.ClockHandle, From: day(t, "2026-10-30"), To: day(t, "2026-11-03")}}
	if diff := cmp.Diff(want, moved(t, w, handling), cmp.Comparer(calendar.Date.Equal)); diff != "" {
		t.Error(diff)
	}
	if o := orders(t, w, handling)[0]; o.Part != "lead" || o.DueOn != day(t, "2026-11-03") {
		t.Errorf("%+v", o)
	}
	if events := w.Events(sorted); events[len(events)-1].Step != casefile.Sort {
		t.Errorf("a case whose dates stayed got %+v", events)
	}
	if digest(t, w, closed) != closedBefore || digest(t, w, never) != neverBefore {
		t.Error("what is closed, or ends before the days that changed, was touched")
	}

	// New periods are counted by it at once; those of the neighbour never.
	w.Set("2026-09-30 09:00")
	faces(t, w, w.DriveNew(casefile.Registered), casefile.ClockSort, "10-12") // 10 October is a make-up day
	neighbours := w.Visit("西沟的路灯又坏了。")
	neighbours.StationID, neighbours.PlaceID, neighbours.Deputies = w.Neighbour.Station, w.Neighbour.Station, nil
	neighbours.Matters[0].CategoryID = neighbourCategory(t, w)
	receipts, err := w.RegisterVisit(w.Neighbour.Clerk, neighbours)
	if err != nil {
		t.Fatal(err)
	}
	var c *casefile.Case
	err = w.DB.View(t.Context(), w.Neighbour.County, func(v *tenant.View) { c = casefile.Find(v, receipts.Matters[0].Number) })
	if err != nil || c.DueOn.String() != "2026-10-09" {
		t.Errorf("the neighbour's is due on %s, %v", c.DueOn, err)
	}

	// And back again.
	w.Announce(casetest.Announcement(2026))
	handled(t, w, handling, "10-30", "10-30", "")
	if got := moved(t, w, handling); len(got) != 1 || got[0].To != day(t, "2026-10-30") {
		t.Errorf("%+v", got)
	}
	if n, err := audit.Verify(t.Context(), w.DB, w.County); err != nil || n == 0 {
		t.Error(n, err)
	}
}

func neighbourCategory(t *testing.T, w *casetest.World) int64 {
	t.Helper()
	var id int64
	if err := w.PG.Super.QueryRow(t.Context(), `select id from categories where county_id = $1 and name = '路灯照明'`, w.Neighbour.County).Scan(&id); err != nil {
		t.Fatal(err)
	}
	return id
}

// TestSameCalendarTwice: nothing happens, and nothing is said to have happened.
func TestSameCalendarTwice(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	number := w.DriveNew(casefile.Handling)
	before := digest(t, w, number)
	if change := w.Announce(casetest.Announcement(2026)); !change.Same { // as it is built in
		t.Errorf("%+v", change)
	}
	if digest(t, w, number) != before {
		t.Error("the calendar that was there already changed the case")
	}
	w.Announce(bridged(t))
	before, entries := digest(t, w, number), entries(t, w)
	if change := w.Announce(bridged(t)); !change.Same || change.Cases != 0 {
		t.Errorf("%+v", change)
	}
	if digest(t, w, number) != before {
		t.Error("the same again changed the case")
	}
	if n, err := audit.Verify(t.Context(), w.DB, w.County); err != nil || n != entries {
		t.Errorf("%d entries, then %d, %v", entries, n, err)
	}
}

func entries(t *testing.T, w *casetest.World) int64 {
	t.Helper()
	n, err := audit.Verify(t.Context(), w.DB, w.County)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestCalendarAndStops: what stands still keeps the working days that it had left, and an
// extension its own.
func TestCalendarAndStops(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	paused, asked, granted := w.DriveNew(casefile.Handling), w.DriveNew(casefile.Handling), w.DriveNew(casefile.Handling)
	extension := casefile.Input{Step: casefile.RequestExtension, Reason: "管材没到。", Days: 10}
	w.Set("2026-09-21 09:00")
	w.MustTake(w.Handler, paused, casefile.Input{Step: casefile.Pause, Reason: "秋收。", Day: day(t, "2026-10-12")})
	w.MustTake(w.Water, asked, extension)
	w.MustTake(w.Water, granted, extension)
	w.MustTake(w.Handler, granted, step(casefile.GrantExtension))
	handled(t, w, granted, "10-30", "11-13", "")
	left := calendar.Builtin().WorkdaysBetween(day(t, "2026-09-21"), day(t, "2026-10-30"))

	w.Announce(bridged(t))
	handled(t, w, granted, "10-30", "11-17", "")
	handled(t, w, paused, "10-30", "11-03", "09-21")
	faces(t, w, paused, casefile.ClockPause, "10-12") // a day that somebody named
	handled(t, w, asked, "10-30", "11-03", "09-21")
	faces(t, w, asked, casefile.ClockApproval, "09-24")

	w.Set("2026-10-12 09:00")
	w.MustTake(w.System, paused, step(casefile.Resume))
	w.MustTake(w.Handler, asked, because(casefile.RefuseExtension, "管材已到。"))
	own := calendar.Builtin().With(bridged(t))
	for _, number := range []string{paused, asked} {
		if got := own.WorkdaysBetween(w.Today(), *w.Case(number).DueOn); got != left {
			t.Errorf("%s has %d working days left, it stood with %d", number, got, left)
		}
	}
}

// TestCalendarMovesNoNamedDay: what a person or the law set stays, and is never 暂定.
func TestCalendarMovesNoNamedDay(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	named, renamed, suggested := w.DriveNew(casefile.Reported), w.DriveNew(casefile.Handling), w.DriveNew(casefile.Suggested)
	w.MustTake(w.Handler, named, casefile.Input{Step: casefile.HandOut, UnitID: w.WaterUnit, DueOn: day(t, "2026-10-20"),
		Co: []casefile.CoOrder{{UnitID: w.RoadsUnit, DueOn: day(t, "2026-10-14")}, {UnitID: w.TownshipUnit}}})
	w.MustTake(w.Water, named, step(casefile.Sign))
	w.MustTake(w.Handler, renamed, casefile.Input{Step: casefile.Reassign, Reason: "限期。", UnitID: w.RoadsUnit, DueOn: day(t, "2026-10-21")})
	w.MustTake(w.Roads, renamed, step(casefile.Sign))
	faces(t, w, suggested, casefile.ClockSuggest, "12-14")

	shifted := casetest.Announcement(2026)
	for _, date := range []string{"2026-09-22", "2026-10-12"} {
		shifted.Days = append(shifted.Days, calendar.Day{Date: day(t, date), Kind: calendar.Holiday})
	}
	w.Announce(shifted)
	faces(t, w, named, casefile.ClockHandle, "10-20")
	faces(t, w, renamed, casefile.ClockHandle, "10-21")
	faces(t, w, suggested, casefile.ClockSuggest, "12-14")
	// Of the co-handling units the one whose day was counted gets another.
	dues := map[int64]string{}
	for _, o := range orders(t, w, named) {
		dues[o.UnitID] = o.DueOn.String()
	}
	if diff := cmp.Diff(map[int64]string{w.WaterUnit: "2026-10-20", w.RoadsUnit: "2026-10-14", w.TownshipUnit: "2026-09-23"}, dues); diff != "" {
		t.Error(diff)
	}
	if got := moved(t, w, named); len(got) != 1 || got[0].Clock != casefile.ClockCo || got[0].Unit != "王桥镇人民政府" || got[0].From != day(t, "2026-09-22") {
		t.Errorf("%+v", got)
	}

	w.Set("2026-12-01 09:00")
	paused := w.DriveNew(casefile.Paused) // 60 days on
	if c := w.Case(paused); c.DueProvisional || c.DueOn.Year() != 2027 {
		t.Errorf("a day that was named is 暂定: %+v", c)
	}
}

// TestCalendarSettlesTheNextYear: dates that were 暂定 become firm, and only those that move
// are an event.
func TestCalendarSettlesTheNextYear(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	w.Set("2026-12-28 09:00")
	handling, registered := w.DriveNew(casefile.Handling), w.DriveNew(casefile.Reported)
	w.Set("2026-12-29 09:00")
	for number, due := range map[string]string{handling: "2027-02-09", registered: "2027-01-05"} {
		if c := w.Case(number); !c.DueProvisional || c.DueOn.String() != due {
			t.Errorf("%+v", c)
		}
	}
	before := len(w.Events(registered))
	change := w.Announce(casetest.Announcement(2027))
	if change.Cases != 1 || change.Open != 2 {
		t.Errorf("%+v", change)
	}
	for number, due := range map[string]string{handling: "2027-02-14", registered: "2027-01-05"} {
		c := w.Case(number)
		if c.DueProvisional || c.DueOn.String() != due {
			t.Errorf("%s: %+v", number, c)
		}
		contiguous(t, c, w.Events(number))
	}
	if got := len(w.Events(registered)); got != before {
		t.Errorf("a case whose date stayed has %d events more", got-before)
	}
	if timers := timers(t, w, handling); timers[len(timers)-1].FirstDue.String() != "2027-02-09" {
		t.Errorf("%+v", timers)
	}
}

// TestNobodyIsLateByAnUpload: days that turn out to have been worked take nothing away that
// is past.
func TestNobodyIsLateByAnUpload(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	soon, late := w.DriveNew(casefile.Registered), w.DriveNew(casefile.Registered) // due on 16 September
	w.Set("2026-09-15 09:00")
	today := w.DriveNew(casefile.Registered) // due on the 17th
	w.Set("2026-09-17 09:00")
	worked := casetest.Announcement(2026)
	for _, date := range []string{"2026-09-12", "2026-09-13"} {
		worked.Days = append(worked.Days, calendar.Day{Date: day(t, date), Kind: calendar.Workday})
	}
	w.Announce(worked) // before all of them
	for number, due := range map[string]string{soon: "09-16", late: "09-16", today: "09-17"} {
		faces(t, w, number, casefile.ClockSort, due)
	}
	w.Set("2026-09-18 09:00")
	next, after := w.DriveNew(casefile.Registered), w.DriveNew(casefile.Reported) // due on the 21st, and on the 24th
	faces(t, w, next, casefile.ClockSort, "09-21")                                // the 20th is a make-up day
	w.Set("2026-09-21 09:00")
	worked.Days = append(worked.Days, calendar.Day{Date: day(t, "2026-09-19"), Kind: calendar.Workday})
	w.Announce(worked)
	faces(t, w, next, casefile.ClockSort, "09-21")
	faces(t, w, after, casefile.ClockCounty, "09-23")
	faces(t, w, soon, casefile.ClockSort, "09-16")
}
