package casefile_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"lianluo/internal/audit"
	"lianluo/internal/auth"
	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/errs"
	"lianluo/internal/tenant"
)

// What several people do at once, or twice, or too late.

// atOnce runs do n times at the same moment, and returns what each came to.
func atOnce(n int, do func(i int) error) []error {
	results := make([]error, n)
	begin := make(chan struct{})
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			<-begin
			results[i] = do(i)
		})
	}
	close(begin)
	all.Wait()
	return results
}

func TestSameVisitTwice(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	visit := w.Visit("村里自来水管冻裂。", "老年食堂几点开门？")
	visit.Matters[1].AnswerNow, visit.Matters[1].Answer = true, "十一点半。"
	receipts := make([]casefile.Receipts, 10)
	var registered atomic.Int32
	for i, err := range atOnce(len(receipts), func(i int) (err error) {
		if receipts[i], err = w.RegisterVisit(w.Clerk, visit); receipts[i].New {
			registered.Add(1)
		}
		receipts[i].New = false
		return err
	}) {
		if err != nil || !cmp.Equal(receipts[i], receipts[0]) {
			t.Errorf("press %d: %+v, %v", i+1, receipts[i], err)
		}
	}
	if n := registered.Load(); n != 1 {
		t.Errorf("%d of the presses say that they registered it", n)
	}
	visit.Matters[0].Words = "后来改了的话。" // a retry finds what was stored, whatever it says now
	again, err := w.RegisterVisit(w.Clerk, visit)
	if err != nil || !cmp.Equal(again, receipts[0]) {
		t.Errorf("%+v, %v", again, err)
	}
	if n := count(t, w, `select count(*) from visits where county_id = @county`); n != 1 {
		t.Errorf("%d visits", n)
	}
	if n := count(t, w, `select count(*) from cases where county_id = @county`); n != 2 {
		t.Errorf("%d cases", n)
	}
	if next := w.OneCase(); next != "XY2026-0003" {
		t.Errorf("the next number is %s", next)
	}
}

func TestSameStepTwice(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	number := w.DriveNew(casefile.Registered)
	in := w.Sorting()
	in.Key, in.Version = uuid.New(), 1
	for i, err := range atOnce(10, func(int) error {
		c, err := w.Take(w.Clerk, number, in)
		if err == nil && (c.State != casefile.Sorted || c.Version != 2) {
			t.Errorf("%+v", c)
		}
		return err
	}) {
		if err != nil {
			t.Errorf("press %d: %v", i+1, err)
		}
	}
	w.Drive(number, casefile.Reported)
	if c := w.MustTake(w.Clerk, number, in); c.State != casefile.Reported { // as it is by now
		t.Errorf("%+v", c)
	}
	if n := len(w.Events(number)); n != 3 {
		t.Errorf("%d events", n)
	}
	// The key of one case's form does nothing to another's.
	other := w.DriveNew(casefile.Registered)
	w.Refused(errs.Conflict, w.Clerk, other, in)
	if c := w.Case(other); c.State != casefile.Registered {
		t.Errorf("%+v", c)
	}
}

// TestStale: whoever comes second is shown what the first one changed.
func TestStale(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	number := w.DriveNew(casefile.Reported)
	version := w.Case(number).Version
	w.MustTake(w.Handler, number, casefile.Input{Step: casefile.HandOut, UnitID: w.WaterUnit, Version: version})
	w.MustTake(w.Water, number, step(casefile.Sign))
	before := digest(t, w, number)
	in := w.Refusing()
	in.Version = version
	_, err := w.Take(w.Handler2, number, in)
	stale, ok := errors.AsType[casefile.Stale](err)
	if !ok || !errors.Is(err, errs.Conflict) || stale.Case.State != casefile.Handling || len(stale.Since) != 2 ||
		stale.Since[0].Step != casefile.HandOut || stale.Since[0].ActorName != w.Handler.Name || stale.Since[1].Step != casefile.Sign {
		t.Errorf("%+v, %v", stale, err)
	}
	for _, version := range []int32{-1, 99} { // any number may come with a form
		in.Version = version
		w.Refused(errs.Conflict, w.Handler2, number, in)
	}
	if digest(t, w, number) != before {
		t.Error("a stale form changed the case")
	}
}

// TestTwoAtOnce: of two people who step at the same moment exactly one does, and the other is told.
func TestTwoAtOnce(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	for range 5 {
		number := w.DriveNew(casefile.Reported)
		version := w.Case(number).Version
		inputs := []casefile.Input{{Step: casefile.HandOut, UnitID: w.WaterUnit}, w.Refusing(), {Step: casefile.HandOut, UnitID: w.RoadsUnit}, w.Refusing()}
		people := []auth.Actor{w.Handler, w.Handler2, w.Admin, w.Head}
		done := 0
		for i, err := range atOnce(4, func(i int) error {
			in := inputs[i]
			if i < 3 { // the last one's form carries no version
				in.Version = version
			}
			_, err := w.Take(people[i], number, in)
			return err
		}) {
			stale, isStale := errors.AsType[casefile.Stale](err)
			switch {
			case err == nil:
				done++
			case !errors.Is(err, errs.Conflict), i < 3 && (!isStale || len(stale.Since) != 1):
				t.Errorf("%s: %v", people[i].Name, err)
			}
		}
		if c := w.Case(number); done != 1 || c.Version != version+1 || len(w.Events(number)) != int(c.Version) {
			t.Errorf("%d of 4 steps were taken: %+v", done, c)
		}
	}
	if _, err := audit.Verify(t.Context(), w.DB, w.County); err != nil {
		t.Error(err)
	}
}

// TestNumbersAtOnce: visits registered at the same moment get different numbers.
func TestNumbersAtOnce(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	w.Set("2027-01-01 00:10") // the first of a year, whose counter is not there yet
	var numbers sync.Map
	for _, err := range atOnce(12, func(int) error {
		receipts, err := w.RegisterVisit(w.Clerk, w.Visit("一件事。", "两件事。", "三件事。"))
		for _, matter := range receipts.Matters {
			if _, taken := numbers.LoadOrStore(matter.Number, true); taken {
				t.Errorf("%s was given twice", matter.Number)
			}
		}
		return err
	}) {
		if err != nil {
			t.Error(err)
		}
	}
	for _, number := range []string{"XY2027-0001", "XY2027-0036"} {
		if _, given := numbers.Load(number); !given {
			t.Errorf("%s was not given", number)
		}
	}
}

func count(t *testing.T, w *casetest.World, sql string) int64 {
	t.Helper()
	var n *int64
	w.View(func(v *tenant.View) { n = tenant.Value[int64](v, sql, pgx.NamedArgs{}) })
	return *n
}
