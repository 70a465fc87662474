package network_test

import (
	"context"
	"testing"

	"lianluo/internal/auth"
	"lianluo/internal/reception"
	"lianluo/internal/tenant"
)

// TestWhatCameOfTheLastDays: a day that was over when its station was merged is asked for, shown
// and told where the station went; before that it was none of theirs.
func TestWhatCameOfTheLastDays(t *testing.T) {
	t.Parallel()
	c := newCounty(t)
	id := c.dayAt(c.Station, c.Today().AddDays(1), "09:00", "11:00")
	c.Advance(4)
	seen := func(by auth.Actor) (unsaid int, nudged int64, listed int) {
		t.Helper()
		var gaps func() reception.Gaps
		var nudges *reception.Nudges
		var list *tenant.Page[reception.Listed]
		c.View(func(v *tenant.View) {
			gaps, nudges, list = reception.GapsOf(v, by, c.Today().Year()), reception.NudgesFor(v, by), reception.DayList.Page(v, by, reception.DayList.Ask(nil, 50))
		})
		return len(gaps().Unsaid), nudges.Unsaid, len(list.Items)
	}
	if unsaid, nudged, listed := seen(c.OtherClerk); unsaid != 0 || nudged != 0 || listed != 0 {
		t.Errorf("before: %d, %d, %d", unsaid, nudged, listed)
	}
	if _, err := c.close(c.Admin, wangqiao, merging()); err != nil {
		t.Fatal(err)
	}
	for _, who := range []auth.Actor{c.Clerk, c.OtherClerk} {
		by, err := c.reload(who)
		c.must(err)
		if unsaid, nudged, listed := seen(by); unsaid != 2 || nudged != 2 || listed != 2 { // today's of the world, too
			t.Errorf("%s: %d, %d, %d", by.Name, unsaid, nudged, listed)
		}
	}
	by, err := c.reload(c.OtherClerk)
	c.must(err)
	c.must(c.Update(func(ctx context.Context, tx *tenant.Tx) error {
		return reception.Held(ctx, tx, by, id, 0, reception.Report{Came: c.Deputies[:1]})
	}))
	if unsaid, _, _ := seen(by); unsaid != 1 {
		t.Errorf("after: %d", unsaid)
	}
}
