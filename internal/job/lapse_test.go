package job_test

import (
	"testing"
	"time"

	"lianluo/internal/audit"
	"lianluo/internal/auth"
	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/job"
	"lianluo/internal/tenant"
)

// TestLapse: two servers take each of the system's steps once, and leave alone what is not due.
func TestLapse(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	day := w.Today().AddDays
	promise := casetest.Answering("B")
	promise.Promise, promise.PromiseOn = "换管", day(120)

	archived, promised := w.DriveNew(casefile.Closed), w.DriveNew(casefile.Handling)
	w.MustTake(w.Water, promised, promise)
	w.Drive(promised, casefile.Closed)
	w.Advance(100)
	steps := map[string]casefile.Step{archived: casefile.Archive, promised: casefile.PromiseDue}
	steps[w.DriveNew(casefile.AwaitingRating)] = casefile.WindowEnds
	steps[w.DriveNew(casefile.Review)] = casefile.Rehandle
	again := w.DriveNew(casefile.Review)
	w.MustTake(w.Head, again, casefile.Input{Step: casefile.Rehandle, Reason: "不满意。"})
	w.Drive(again, casefile.Review)
	steps[again] = casefile.Escalate
	paused := w.DriveNew(casefile.Handling)
	w.MustTake(w.Handler, paused, casefile.Input{Step: casefile.Pause, Reason: "上冻。", Day: day(135)})
	steps[paused] = casefile.Resume
	w.Set("2027-01-27 09:00") // day 135

	// Not due: their clocks have not run out, or run for people.
	var quiet []string
	for _, state := range []casefile.State{casefile.Registered, casefile.Handling, casefile.AwaitingRating, casefile.Review, casefile.Study, casefile.Closed} {
		quiet = append(quiet, w.DriveNew(state))
	}
	events := map[string]int{}
	for number := range steps {
		events[number] = len(w.Events(number))
	}
	still := map[string]int32{}
	for _, number := range quiet {
		still[number] = w.Case(number).Version
	}

	g := &gateway{}
	for range 6 {
		insert(t, w, job.Lapse{})
	}
	first, _ := run(t, w, g)
	second, _ := run(t, w, g)
	idle(t, w)
	for number, step := range steps {
		now := w.Events(number)
		last := now[len(now)-1]
		if len(now) != events[number]+1 || last.Step != step || last.ActorRole != string(auth.System) {
			t.Errorf("%s: %d new events, the last is %s by %s, want %s", number, len(now)-events[number], last.Step, last.ActorName, step)
		}
	}
	for number, version := range still {
		if c := w.Case(number); c.Version != version {
			t.Errorf("%s moved to %s", number, c.State)
		}
	}
	if first.String()+second.String() != "" {
		t.Errorf("logged %s%s", first, second)
	}
	if _, err := audit.Verify(t.Context(), w.DB, w.County); err != nil {
		t.Error(err)
	}
}

// TestLapsed: what is listed is taken once; a second look finds nothing.
func TestLapsed(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	w.DriveNew(casefile.AwaitingRating)
	w.Advance(30)
	var lapsed *[]casefile.Lapsed
	w.View(func(v *tenant.View) { lapsed = casefile.LapsedCases(v) })
	if len(*lapsed) != 1 || (*lapsed)[0].State != casefile.AwaitingRating {
		t.Fatalf("%+v", *lapsed)
	}
	insert(t, w, job.Lapse{})
	run(t, w, &gateway{})
	idle(t, w)
	w.View(func(v *tenant.View) { lapsed = casefile.LapsedCases(v) })
	if len(*lapsed) != 0 {
		t.Errorf("%+v", *lapsed)
	}
}

// TestFollow: what is merged follows its lead; what was taken out does not.
func TestFollow(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	lead, follower, gone := w.DriveNew(casefile.Sorted), w.DriveNew(casefile.Sorted), w.DriveNew(casefile.Sorted)
	for _, number := range []string{follower, gone} {
		w.MustTake(w.Head, number, casefile.Input{Step: casefile.Merge, LeadNumber: lead})
	}
	w.Drive(lead, casefile.Approved)
	w.MustTake(w.Head, gone, casefile.Input{Step: casefile.TakeOut, Reason: "不是一回事。"})
	logged, _ := run(t, w, &gateway{})
	idle(t, w)
	if c := w.Case(follower); c.State != casefile.Approved {
		t.Errorf("%+v", c)
	}
	if c := w.Case(gone); c.State != casefile.Sorted {
		t.Errorf("%+v", c)
	}
	if logged.String() != "" {
		t.Errorf("logged %s", logged)
	}
}

// TestSweep: old failures to sign in are forgotten, fresh ones are not.
func TestSweep(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	for subject, at := range map[string]time.Time{"account:old": w.Now().AddDate(0, 0, -3), "account:new": w.Now()} {
		if _, err := w.PG.Super.Exec(t.Context(), `insert into login_failures (subject, failures, last_at) values ($1, 1, $2)`, subject, at); err != nil {
			t.Fatal(err)
		}
	}
	insert(t, w, job.Sweep{})
	run(t, w, &gateway{})
	idle(t, w)
	var left string
	if err := w.PG.Super.QueryRow(t.Context(), `select string_agg(subject, ' ') from login_failures`).Scan(&left); err != nil || left != "account:new" {
		t.Error(left, err)
	}
}
