package reception_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"lianluo/internal/errs"
	"lianluo/internal/reception"
	"lianluo/internal/tenant"

	"github.com/google/uuid"
)

// TestTwoAtOnePlaceAtOnce: of several people who put a day at one place and time at one moment,
// by adding it, moving it there or giving it the place, one does.
func TestTwoAtOnePlaceAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const n = 6
	elsewhere := make([]int64, n)
	for i := range n {
		elsewhere[i] = w.add(w.Head, w.on(day("2026-10-12").AddDays(i).String()))
	}
	for what, do := range map[string]func(ctx context.Context, tx *tenant.Tx, i int) error{
		"added": func(ctx context.Context, tx *tenant.Tx, _ int) error {
			_, err := reception.Add(ctx, tx, w.Head, uuid.New(), w.on("2026-09-22"))
			return err
		},
		"moved": func(ctx context.Context, tx *tenant.Tx, i int) error {
			return reception.Move(ctx, tx, w.Head, elsewhere[i], 0, reception.When{Date: day("2026-09-23"), Starts: "09:00", Ends: "11:30"}, reception.Reason{Inside: "开会"})
		},
	} {
		results := make(chan error, n)
		for i := range n {
			go func() {
				results <- w.try(func(ctx context.Context, tx *tenant.Tx) error { return do(ctx, tx, i) })
			}()
		}
		done := 0
		for range n {
			if err := <-results; err == nil {
				done++
			} else if invalid, ok := errors.AsType[errs.Invalid](err); !ok || invalid["date"] == "" {
				t.Errorf("%s: %v", what, err)
			}
		}
		if done != 1 {
			t.Errorf("%d were %s", done, what)
		}
	}
}

// TestTwoSayWhoLeads: what one clerk ticks is not lost to the form that another one has open.
func TestTwoSayWhoLeads(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	say := func(was, is []int64) {
		t.Helper()
		w.must(func(ctx context.Context, tx *tenant.Tx) error {
			return reception.SetLeading(ctx, tx, w.Clerk, w.Station, was, is)
		})
	}
	leads := func() (ids []int64) {
		var members *[]reception.Member
		w.View(func(v *tenant.View) { members = reception.Members(v, w.Station, w.Today()) })
		for _, m := range *members {
			if m.Leading {
				ids = append(ids, m.ID)
			}
		}
		slices.Sort(ids)
		return ids
	}
	one, two := w.Deputies[0], w.Deputies[1]
	say(nil, []int64{one})
	say(nil, []int64{two})
	if got := leads(); !slices.Equal(got, []int64{one, two}) {
		t.Errorf("%v lead", got)
	}
	say([]int64{one, two}, []int64{two})
	if got := leads(); !slices.Equal(got, []int64{two}) {
		t.Errorf("%v lead", got)
	}
}
