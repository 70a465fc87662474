package casefile_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/errs"
	"lianluo/internal/tenant"
)

// In which order rows are held: of two who work at once neither is refused because each waits for
// the other.

// meanwhile begins a transaction, lets another come as far as it gets, and goes on with the first,
// which must come through; it returns what the other came to.
func meanwhile(t *testing.T, w *casetest.World, begun string, args pgx.NamedArgs, goesOn func(ctx context.Context, tx *tenant.Tx) error, other func() error) error {
	t.Helper()
	came := make(chan error, 1)
	err := w.Update(func(ctx context.Context, tx *tenant.Tx) error {
		if err := tx.Batch(ctx, []tenant.Statement{{SQL: begun, Args: args}}); err != nil {
			return err
		}
		go func() { came <- other() }()
		if err := w.PG.Blocked(ctx, 1); err != nil {
			return err
		}
		return goesOn(ctx, tx)
	})
	if err != nil {
		t.Errorf("who began: %v", err)
	}
	return <-came
}

const holdCase = `select id from cases where county_id = @county and number = @number for update`

// TestComesBackBesideAStep: somebody comes with something new and about an earlier case, while a
// step is taken on that.
func TestComesBackBesideAStep(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	number := w.OneCase()
	visit := w.Visit("路灯不亮。", "")
	visit.Matters[1] = casefile.Matter{ReturnTo: number, Words: "又来说水管的事。"}
	err := meanwhile(t, w, holdCase, pgx.NamedArgs{"number": number}, func(ctx context.Context, tx *tenant.Tx) error {
		_, err := casefile.Take(ctx, tx, w.Clerk, number, w.Sorting())
		return err
	}, func() error {
		_, err := w.RegisterVisit(w.Clerk, visit)
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// TestCorrectBesideAClosing: a visit is put right while its place goes into another station: it is
// told that something was done about it.
func TestCorrectBesideAClosing(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	visit := w.Visit("路灯不亮。")
	receipts, err := w.RegisterVisit(w.Clerk, visit)
	if err != nil {
		t.Fatal(err)
	}
	to := casefile.Correction{Name: visit.Name, Village: visit.Village, Persons: 2, ReceivedAt: visit.ReceivedAt, PlaceID: visit.PlaceID, Way: visit.Way,
		ReplyBy: visit.ReplyBy, Deputies: visit.Deputies, Categories: map[string]int64{receipts.Matters[0].Number: w.Category}}
	err = meanwhile(t, w, `select id from stations where county_id = @county and id = @id for no key update`, pgx.NamedArgs{"id": w.Point},
		func(ctx context.Context, tx *tenant.Tx) error {
			_, err := casefile.MovePlaces(ctx, tx, w.Admin, casefile.Transfer{Places: []int64{w.Point}, Station: w.OtherStation, From: "五阳村", To: "夏店镇", Reason: "区划调整"})
			return err
		}, func() error {
			return w.Update(func(ctx context.Context, tx *tenant.Tx) error {
				return casefile.CorrectVisit(ctx, tx, w.Keys, w.Clerk, visit.Key, to)
			})
		})
	if errs.Message(err, "") == "" { // a deadlock says nothing to a reader
		t.Error(err)
	}
}

// TestComesBackToTwo: who comes about two cases holds them in the order in which everybody does,
// whatever their numbers are called.
func TestComesBackToTwo(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	first, second := w.OneCase(), w.OneCase()
	if _, err := w.PG.Super.Exec(t.Context(), `update cases set number = 'AB2026-0002' where number = $1`, second); err != nil {
		t.Fatal(err)
	}
	second = "AB2026-0002"
	err := meanwhile(t, w, holdCase, pgx.NamedArgs{"number": first}, func(ctx context.Context, tx *tenant.Tx) error {
		_, err := casefile.Take(ctx, tx, w.Clerk, second, casefile.Input{Step: casefile.Note, Text: "问过村里了。"})
		return err
	}, func() error {
		_, err := w.RegisterVisit(w.Clerk, back(w, first, second))
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// TestMergeBesideWhoHoldsBoth: a case is merged into an older one, while somebody holds both.
func TestMergeBesideWhoHoldsBoth(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	lead, number := w.DriveNew(casefile.Reported), w.DriveNew(casefile.Reported)
	note := casefile.Input{Step: casefile.Note, Text: "问过村里了。"}
	err := meanwhile(t, w, holdCase, pgx.NamedArgs{"number": lead}, func(ctx context.Context, tx *tenant.Tx) error {
		_, err := casefile.Take(ctx, tx, w.Handler, number, note)
		return err
	}, func() error {
		_, err := w.Take(w.Handler, number, casefile.Input{Step: casefile.Merge, LeadNumber: lead})
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
