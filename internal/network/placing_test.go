package network_test

import (
	"context"
	"slices"
	"testing"

	"lianluo/internal/casefile"
	"lianluo/internal/network"
	"lianluo/internal/reception"
	"lianluo/internal/station"
	"lianluo/internal/tenant"
)

// TestAPointChangesItsStation: in the ordinary form of a point, too, its open cases, days,
// requests and rules go along; a visit there belongs to its day.
func TestAPointChangesItsStation(t *testing.T) {
	t.Parallel()
	c := newCounty(t)
	number := c.DriveNew(casefile.Handling)
	c.weekly(c.Point)
	day := c.dayAt(c.Point, c.Today().AddDays(2), "14:00", "16:00")
	booked, waits := c.asked(c.Point, day), c.asked(c.Point, 0)
	var along network.Along
	change := func(do func(f *station.Facts)) error {
		return c.Update(func(ctx context.Context, tx *tenant.Tx) error {
			was, err := station.FindID(ctx, tx, c.Point)
			if err != nil {
				return err
			}
			f := was.Facts()
			do(&f)
			along, err = network.ChangePlace(ctx, tx, c.Admin, c.Point, was.Version, f)
			return err
		})
	}
	c.must(change(func(f *station.Facts) { f.OpeningHours = "每天上午" }))
	if along != (network.Along{}) {
		t.Errorf("%+v", along)
	}
	c.must(change(func(f *station.Facts) { f.Parent = "140423103" }))
	if along.Station != "夏店镇" || along.Cases != 1 || along.Rules != 1 || along.Days < 10 || c.Case(number).StationID != c.OtherStation {
		t.Errorf("%+v", along)
	}
	for _, id := range []int64{booked, waits} {
		if a := c.appointment(id); a.Station != "夏店镇" {
			t.Errorf("%+v", a)
		}
	}
	if p := c.preview(c.OtherStation, 2027); len(p.Add) < 50 {
		t.Errorf("next year: %d", len(p.Add))
	}
	var days *[]reception.Entry
	c.View(func(v *tenant.View) {
		days = reception.Entries(v, c.Admin, c.OtherStation, c.Today(), c.Today().AddDays(60))
	})
	if !slices.ContainsFunc(*days, func(e reception.Entry) bool { return e.ID == day && e.PlaceID == c.Point }) {
		t.Error("its day is still the other station's")
	}
}
