package casefile_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/errs"
	"lianluo/internal/tenant"
)

func TestWhoMayChangeTheCalendar(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	number := w.DriveNew(casefile.Handling)
	before := digest(t, w, number)
	change := func(by auth.Actor, a calendar.Announcement, seen string) error {
		return w.Update(func(ctx context.Context, tx *tenant.Tx) error {
			_, err := casefile.ChangeCalendar(ctx, tx, by, a, seen)
			return err
		})
	}
	for who, by := range w.Actors() {
		if err := change(by, calendar.Announcement{}, ""); errors.Is(err, errs.Forbidden) == (who == "Admin") {
			t.Errorf("%s: %v", who, err)
		}
		_, err := w.Take(by, number, step(casefile.Recount)) // nobody takes it like a step
		if !errors.Is(err, errs.Conflict) && !errors.Is(err, errs.Forbidden) {
			t.Errorf("%s: %v", who, err)
		}
	}
	casetest.InvalidAt(t, change(w.Admin, calendar.Announcement{Year: 2027}, ""), calendar.Field)
	var preview func() (casefile.CalendarChange, error)
	w.View(func(v *tenant.View) { preview = casefile.PreviewCalendar(v, bridged(t)) })
	seen, err := preview()
	if err != nil || seen.Cases != 1 || len(seen.Moved) != 1 || seen.Moved[0].Number != number || seen.Moved[0].To != day(t, "2026-11-03") {
		t.Errorf("%+v, %v", seen, err)
	}
	if digest(t, w, number) != before {
		t.Error("what was refused, or looked at, changed the case")
	}
	other := casetest.Announcement(2026)
	other.Days[0].Name = "元旦节"
	if err := change(w.Admin, other, seen.Before); err != nil {
		t.Error(err)
	}
	if err := change(w.Admin, bridged(t), seen.Before); !errors.Is(err, errs.Conflict) || errs.Message(err, "") == "" {
		t.Errorf("the year was changed after the preview: %v", err)
	}
	w.View(func(v *tenant.View) { preview = casefile.PreviewCalendar(v, bridged(t)) })
	if seen, err = preview(); err != nil {
		t.Fatal(err)
	}
	if err := change(w.Admin, bridged(t), seen.Before); err != nil {
		t.Error(err)
	}
	faces(t, w, number, casefile.ClockHandle, "11-03")
}

// TestCalendarMeanwhile: what is registered, taken or opened again while a calendar changes
// is counted by the new one, whoever comes first.
func TestCalendarMeanwhile(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	w.Set("2026-09-30 09:00")
	sorted, refused := w.DriveNew(casefile.Reported), w.DriveNew(casefile.RefusalProposed)
	w.MustTake(w.Handler2, refused, step(casefile.Confirm))
	told := w.FeedingBack()
	w.MustTake(w.Clerk, refused, told)
	for name, act := range map[string]func(ctx context.Context, tx *tenant.Tx) (string, error){
		"registering": func(ctx context.Context, tx *tenant.Tx) (string, error) {
			receipts, err := casefile.RegisterVisit(ctx, tx, w.Keys, w.Clerk, w.Visit("路灯不亮。"))
			if err != nil {
				return "", err
			}
			return receipts.Matters[0].Number, nil
		},
		"handing out": func(ctx context.Context, tx *tenant.Tx) (string, error) {
			_, err := casefile.Take(ctx, tx, w.Handler, sorted, casefile.Input{Step: casefile.HandOut, UnitID: w.WaterUnit})
			return sorted, err
		},
		"opening again": func(ctx context.Context, tx *tenant.Tx) (string, error) {
			_, err := casefile.Take(ctx, tx, w.Citizen, refused, because(casefile.Object, "不同意。"))
			return refused, err
		},
	} {
		number, changed := "", make(chan error, 1)
		err := w.Update(func(ctx context.Context, tx *tenant.Tx) (err error) {
			if number, err = act(ctx, tx); err != nil {
				return err
			}
			go func() {
				changed <- w.DB.Update(ctx, w.County, func(tx *tenant.Tx) error {
					_, err := casefile.ChangeCalendar(ctx, tx, w.Admin, bridged(t), "")
					return err
				})
			}()
			select {
			case err := <-changed:
				t.Errorf("%s: the calendar did not wait: %v", name, err)
			case <-time.After(300 * time.Millisecond):
			}
			return nil
		})
		if err := errors.Join(err, <-changed); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		own := calendar.Builtin().With(bridged(t))
		for _, clock := range timers(t, w, number) {
			if days := calendar.Builtin().WorkdaysBetween(clock.StartedOn, clock.FirstDue); clock.EndedOn == nil && clock.DueOn != own.AddWorkdays(clock.StartedOn, days) {
				t.Errorf("%s: %+v is counted by the old calendar", name, clock)
			}
		}
		w.Announce(casetest.Announcement(2026))
	}
}

// TestSettleCalendar: a release of the program brings the year. Here the county's calendar
// is stored without moving anything, which comes to the same.
func TestSettleCalendar(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	w.Set("2026-12-28 09:00")
	handling, reported, paused := w.DriveNew(casefile.Handling), w.DriveNew(casefile.Reported), w.DriveNew(casefile.Paused)
	settle := func() {
		t.Helper()
		err := w.Update(func(ctx context.Context, tx *tenant.Tx) error {
			days, err := calendar.OfTx(ctx, tx)
			if err != nil {
				return err
			}
			return casefile.SettleCalendar(ctx, tx, days)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	before, audited := digest(t, w, handling), entries(t, w)
	settle()
	if digest(t, w, handling) != before || entries(t, w) != audited {
		t.Error("nothing was announced, and something was done")
	}
	err := w.Update(func(ctx context.Context, tx *tenant.Tx) error {
		return calendar.Store(ctx, tx, w.Admin.UserID, w.Admin.Name, casetest.Announcement(2027))
	})
	if err != nil {
		t.Fatal(err)
	}
	settle()
	for number, due := range map[string]string{handling: "2027-02-14", reported: "2027-01-05", paused: "2027-02-26"} {
		if c := w.Case(number); c.DueProvisional || c.DueOn.String() != due {
			t.Errorf("%s is due on %s, %t", number, c.DueOn, c.DueProvisional)
		}
	}
	if got := moved(t, w, handling); len(got) != 1 || got[0].From != day(t, "2027-02-09") {
		t.Errorf("%+v", got)
	}
	if got := handleClock(t, w, paused); got.DueOn.String() != "2027-02-14" { // it stands still
		t.Errorf("%+v", got)
	}
	before, audited = digest(t, w, handling), entries(t, w)
	settle()
	if digest(t, w, handling) != before || entries(t, w) != audited {
		t.Error("it was settled twice")
	}
}
