package reception_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"

	"lianluo/internal/auth"
	"lianluo/internal/errs"
	"lianluo/internal/reception"
	"lianluo/internal/tenant"
)

// TestRecalledWhileItIsSettled: a citizen takes the request back at the moment at which the clerk
// settles a day for it, and waits for the clerk's transaction; the day is there, and it is
// taken back.
func TestRecalledWhileItIsSettled(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	key, day := uuid.New(), w.add(w.Head, w.on("2026-09-22"))
	var id int64
	w.must(func(ctx context.Context, tx *tenant.Tx) (err error) {
		id, err = reception.Ask(ctx, tx, w.Keys, w.Citizen, key, w.Station, reception.AskInput{Name: "申国强", Phone: "13800000017", Topic: "村口的路"})
		return err
	})
	recalled := make(chan error, 1)
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		if err := reception.Reply(ctx, tx, w.Clerk, id, 1, reception.Answer{To: reception.Confirmed, ReceptionID: day}); err != nil {
			return err
		}
		go func() {
			defer func() {
				if failed := recover(); failed != nil {
					recalled <- fmt.Errorf("panic: %v", failed)
				}
			}()
			recalled <- w.try(func(ctx context.Context, tx *tenant.Tx) error {
				return reception.Recall(ctx, tx, w.Keys, reception.CodeOf(w.Keys, w.County, key), "0017")
			})
		}()
		return w.PG.Blocked(ctx, 1)
	})
	if err := <-recalled; err != nil {
		t.Fatal(err)
	}
	var a *reception.Appointment
	w.View(func(v *tenant.View) { a = reception.AppointmentOf(v, w.Clerk, id) })
	if a.State != reception.Recalled || a.ReceptionID != nil || a.Version != 3 {
		t.Errorf("%+v", a)
	}
}

// TestManyAskAtOnce: of many requests with one number at the same moment no more are kept than
// may wait, wherever they are made.
func TestManyAskAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var all sync.WaitGroup
	var kept atomic.Int32
	for n := range 18 {
		all.Go(func() {
			place := w.Station
			if n%2 == 0 {
				place = w.OtherStation
			}
			err := w.try(func(ctx context.Context, tx *tenant.Tx) error {
				_, err := reception.Ask(ctx, tx, w.Keys, w.Citizen, uuid.New(), place, reception.AskInput{Name: "申国强", Phone: "13800000017", Topic: "村口的路"})
				return err
			})
			switch {
			case err == nil:
				kept.Add(1)
			case !errors.Is(err, errs.TooMany):
				t.Error(err)
			}
		})
	}
	all.Wait()
	if kept.Load() != 3 {
		t.Errorf("%d of 18 are kept, want 3", kept.Load())
	}
}

// TestAFullList: a list that is full of requests holds up citizens, not the clerk, and the station
// is told before.
func TestAFullList(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ask := func(by auth.Actor, n int) error {
		return w.try(func(ctx context.Context, tx *tenant.Tx) error {
			_, err := reception.Ask(ctx, tx, w.Keys, by, uuid.New(), w.Station, reception.AskInput{Name: "申国强", Phone: fmt.Sprintf("1380000%04d", n), Topic: "村口的路"})
			return err
		})
	}
	filling := func(by auth.Actor) bool {
		var nudges *reception.Nudges
		w.View(func(v *tenant.View) { nudges = reception.NudgesFor(v, by) })
		return nudges.Filling()
	}
	for n := range reception.MostOfStation {
		if n == reception.NearlyFull-1 && filling(w.Head) {
			t.Error("told too early")
		}
		if err := ask(w.Citizen, n); err != nil {
			t.Fatal(n, err)
		}
	}
	if err := ask(w.Citizen, 100); !errors.Is(err, errs.TooMany) {
		t.Errorf("one more: %v", err)
	}
	if err := ask(w.Clerk, 100); err != nil {
		t.Errorf("the clerk: %v", err)
	}
	if !filling(w.Head) || !filling(w.Handler) || filling(w.OtherClerk) {
		t.Error("who is told that the list fills")
	}
}
