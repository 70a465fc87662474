package calendar_test

import (
	"context"
	"os"
	"testing"

	"lianluo/internal/calendar"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/postgres/pgtest"
	"lianluo/internal/tenant"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// TestCountysOwn: a year that a county uploads is its own, and replaces what it uploaded before.
func TestCountysOwn(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	read := func(county tenant.County) (*calendar.Calendar, []calendar.Upload) {
		t.Helper()
		var of func() *calendar.Calendar
		var uploads *[]calendar.Upload
		err := w.DB.View(t.Context(), county, func(v *tenant.View) { of, uploads = calendar.Of(v), calendar.Uploads(v) })
		if err != nil {
			t.Fatal(err)
		}
		var within *calendar.Calendar
		err = w.DB.Update(t.Context(), county, func(tx *tenant.Tx) (err error) {
			within, err = calendar.OfTx(t.Context(), tx)
			return err
		})
		if err != nil || within.Digest(2027) != of().Digest(2027) {
			t.Errorf("a transaction and a view read different calendars, %v", err)
		}
		return of(), *uploads
	}
	store := func(a calendar.Announcement) {
		t.Helper()
		err := w.Update(func(ctx context.Context, tx *tenant.Tx) error {
			return calendar.Store(ctx, tx, w.Admin.UserID, w.Admin.Name, a)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if c, uploads := read(w.County); c != calendar.Builtin() || len(uploads) != 0 {
		t.Errorf("without uploads it is not the built-in calendar: %+v", uploads)
	}
	first := casetest.Announcement(2027)
	store(first)
	if c, uploads := read(w.County); c.Digest(2027) != calendar.Builtin().With(first).Digest(2027) || len(uploads) != 1 ||
		uploads[0].Year != 2027 || uploads[0].By != w.Admin.Name || !uploads[0].At.Equal(w.Now()) {
		t.Errorf("%+v", uploads)
	}
	second := calendar.Announcement{Year: 2027, Days: first.Days[:3]}
	second.Days[1].Name = ""
	w.Advance(1)
	store(second)
	if c, uploads := read(w.County); c.Digest(2027) != calendar.Builtin().With(second).Digest(2027) || len(uploads) != 1 || !uploads[0].At.Equal(w.Now()) {
		t.Errorf("%+v", uploads)
	}
	if c, uploads := read(w.Neighbour.County); c != calendar.Builtin() || len(uploads) != 0 {
		t.Errorf("the neighbour has a calendar of its own: %+v", uploads)
	}
}
