package job_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"lianluo/internal/audit"
	"lianluo/internal/auth"
	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/errs"
	"lianluo/internal/job"
	"lianluo/internal/queue"
	"lianluo/internal/tenant"
)

func open(w *casetest.World) []queue.Failure {
	var all *[]queue.Failure
	w.View(func(v *tenant.View) { all = queue.Open(v) })
	return *all
}

// TestDead: what was given up is told to its county in words, once, whoever tells; trying
// again does it, and is on record.
func TestDead(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	lead, follower := w.DriveNew(casefile.Sorted), w.DriveNew(casefile.Sorted)
	w.MustTake(w.Head, follower, casefile.Input{Step: casefile.Merge, LeadNumber: lead})
	w.Drive(lead, casefile.Approved)
	// As it lies in the queue when its last try failed.
	_, err := w.PG.Super.Exec(t.Context(), `update river.river_job set state = 'discarded', attempt = 8, finalized_at = now() where kind = 'case.follow_lead'`)
	if err != nil {
		t.Fatal(err)
	}
	runFast(t, w, &gateway{})
	runFast(t, w, &gateway{})
	eventually(t, "it is told", func() bool { return len(open(w)) > 0 })
	all := open(w)
	if len(all) != 1 || all[0].Subject != "case "+follower || all[0].CaseNumber() != follower || !strings.Contains(all[0].Said, "没有跟着往下走") ||
		!all[0].FailedAt.Equal(w.Now()) {
		t.Fatalf("%+v", all)
	}
	act := func(by auth.Actor, do func(context.Context, *tenant.Tx, auth.Actor, int64) error, id int64) error {
		return w.DB.Update(t.Context(), by.County, func(tx *tenant.Tx) error { return do(t.Context(), tx, by, id) })
	}
	for _, by := range []auth.Actor{w.Clerk, w.Head, w.Leader, w.Water, w.Deputy} {
		if err := act(by, queue.Again, all[0].ID); !errors.Is(err, errs.Forbidden) {
			t.Errorf("%s: %v", by.Role, err)
		}
	}
	neighbour := w.Handler
	neighbour.County = w.Neighbour.County
	if err := act(neighbour, queue.Again, all[0].ID); !errors.Is(err, errs.NotFound) {
		t.Error(err)
	}
	if err := act(w.Handler, queue.Again, all[0].ID); err != nil {
		t.Fatal(err)
	}
	if err := act(w.Admin, queue.Seen, all[0].ID); !errors.Is(err, errs.Conflict) {
		t.Error(err)
	}
	idle(t, w)
	if c := w.Case(follower); c.State != casefile.Approved || len(open(w)) != 0 {
		t.Errorf("%s, %+v", c.State, open(w))
	}
	if n := count(t, w, `select count(*) from job_failures`); n != 1 {
		t.Errorf("told %d times", n)
	}
	if n := count(t, w, `select count(*) from audit_entries where action = 'job.again' and subject = $1`, "case "+follower); n != 1 {
		t.Errorf("on record %d times", n)
	}
	if _, err := audit.Verify(t.Context(), w.DB, w.County); err != nil {
		t.Error(err)
	}
}

// TestPeriodicFails: a county in which a periodic job fails is told once, others are not;
// when it works again there is nothing to see to.
func TestPeriodicFails(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	w.DriveNew(casefile.AwaitingRating)
	w.Advance(30)
	if _, err := w.PG.Super.Exec(t.Context(), `revoke insert on case_events from lianluo_app`); err != nil {
		t.Fatal(err)
	}
	logged, _ := runFast(t, w, &gateway{})
	insert(t, w, job.Lapse{})
	insert(t, w, job.Lapse{})
	if _, err := w.PG.Super.Exec(t.Context(), `update river.river_job set max_attempts = 1 where kind = 'case.lapse'`); err != nil {
		t.Fatal(err)
	}
	eventually(t, "it is told", func() bool { return len(open(w)) == 1 })
	eventually(t, "both were given up", func() bool { return jobs(t, w, "case.lapse", "discarded") >= 2 })
	f := open(w)[0]
	if f.Kind != "case.lapse" || f.CaseNumber() != "" || !strings.Contains(f.Said, "该由系统办的一步没有办成") {
		t.Errorf("%+v", f)
	}
	if n := count(t, w, `select count(*) from job_failures`); n != 1 {
		t.Errorf("told %d times", n)
	}
	if !strings.Contains(logged.String(), "permission denied") || strings.Contains(f.Said, "permission") {
		t.Errorf("logged %s", logged)
	}
	if _, err := w.PG.Super.Exec(t.Context(), `grant insert on case_events to lianluo_app`); err != nil {
		t.Fatal(err)
	}
	if err := w.Update(func(ctx context.Context, tx *tenant.Tx) error { return queue.Again(ctx, tx, w.Admin, f.ID) }); err != nil {
		t.Fatal(err)
	}
	idle(t, w)
	if all := open(w); len(all) != 0 {
		t.Errorf("%+v", all)
	}
	if n := count(t, w, `select count(*) from cases where outcome = 'unrated'`); n != 1 {
		t.Errorf("%d cases lapsed", n)
	}
}

// TestMends: what failed for a while and works again by itself is not asked about any more.
func TestMends(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	report := func(d queue.Dead) {
		t.Helper()
		if err := w.Update(func(ctx context.Context, tx *tenant.Tx) error { return queue.Report(ctx, tx, d) }); err != nil {
			t.Fatal(err)
		}
	}
	lapse := queue.Dead{Attempt: 3, Kind: "case.lapse", Args: []byte(fmt.Sprintf(`{"county": %d}`, w.County)), Subject: "全县"}
	report(lapse)
	report(lapse)
	report(queue.Dead{JobID: 7, Attempt: 8, Kind: "auth.forget_failures", Args: []byte(`{}`), Subject: "job 7"})
	if all := open(w); len(all) != 2 || all[0].Said == "" {
		t.Fatalf("%+v", all)
	}
	insert(t, w, job.Lapse{})
	run(t, w, &gateway{})
	idle(t, w)
	if all := open(w); len(all) != 1 || all[0].Kind != "auth.forget_failures" {
		t.Errorf("%+v", all)
	}
	report(lapse) // and a later failure is told anew
	if all := open(w); len(all) != 2 {
		t.Errorf("%+v", all)
	}
}
