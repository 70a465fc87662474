package casetest_test

import (
	"os"
	"testing"

	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/postgres/pgtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// TestDrive drives a case to every state there is.
func TestDrive(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	for _, to := range []casefile.State{casefile.Registered, casefile.Sorted, casefile.Reported, casefile.RefusalProposed,
		casefile.Merged, casefile.Suggested, casefile.Assigned, casefile.ReturnRequested, casefile.Handling,
		casefile.ExtensionRequested, casefile.Paused, casefile.Submitted, casefile.Approved, casefile.AwaitingRating,
		casefile.Review, casefile.Study, casefile.Closed, casefile.Archived} {
		t.Run(string(to), func(t *testing.T) {
			if c := w.Case(w.DriveNew(to)); c.State != to {
				t.Errorf("got %s", c.State)
			}
		})
	}
}

func TestWorld(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	for name, actor := range w.Actors() {
		if actor.County != w.County || actor.Name == "" || actor.Role == "" {
			t.Errorf("%s: %+v", name, actor)
		}
	}
	if w.Neighbour.Number != "PS2026-0001" || w.Neighbour.Clerk.County == w.County {
		t.Errorf("%+v", w.Neighbour)
	}
	w.Set("2026-10-08 09:00")
	w.Advance(2)
	if w.Today().String() != "2026-10-10" {
		t.Error(w.Today())
	}
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		casetest.New(b)
	}
}
