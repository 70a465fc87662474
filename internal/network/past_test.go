package network_test

import (
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lianluo/internal/casefile"
	"lianluo/internal/deputy"
	"lianluo/internal/station"
	"lianluo/internal/tenant"
)

// figures are a place's, and how many cases the list behind a number has.
func (c county) figures(code string) (f casefile.Figures) {
	c.t.Helper()
	var read *casefile.Figures
	c.View(func(v *tenant.View) { read = casefile.FiguresOf(v, c.Admin, code, c.Today().Year()) })
	return *read
}

func (c county) listed(address string) int64 {
	c.t.Helper()
	at, err := url.Parse(address)
	c.must(err)
	var page *tenant.Page[casefile.Item]
	c.View(func(v *tenant.View) { page = casefile.List(v, c.Admin, casefile.Ask(at.Query(), 100)) })
	return int64(len(page.Items))
}

// TestMergingLeavesThePast: what 王桥镇 registered stays its own, and what 夏店镇 took over
// stands apart; each number is what its list has. Nobody is in two groups on that day.
func TestMergingLeavesThePast(t *testing.T) {
	t.Parallel()
	c := newCounty(t)
	for _, state := range []casefile.State{casefile.Registered, casefile.Handling, casefile.Closed} {
		c.DriveNew(state)
	}
	places := []string{wangqiao.Code, wuyang.Code, "140423103"}
	before := map[string]casefile.Figures{}
	for _, code := range places {
		before[code] = c.figures(code)
	}
	if f := before[wangqiao.Code]; f.Registered != 3 || f.Closed != 1 || f.Visits != 3 {
		t.Fatalf("%+v", f)
	}
	how := merging()
	how.Below = "close"
	_, err := c.close(c.Admin, wangqiao, how)
	c.must(err)
	for _, code := range places {
		want := before[code]
		if code == "140423103" {
			want.TakenOver = 2
		}
		if diff := cmp.Diff(want, c.figures(code)); diff != "" {
			t.Errorf("%s:\n%s", code, diff)
		}
	}
	year := c.Today().Year()
	for id, want := range map[int64]casefile.Figures{c.Station: before[wangqiao.Code], c.Point: before[wuyang.Code], c.OtherStation: {TakenOver: 2}} {
		for address, n := range map[string]int64{
			casefile.FiguresAddress(id, year):                   want.Registered,
			casefile.FiguresAddress(id, year, "view", "closed"): want.Closed,
			casefile.FiguresAddress(id, year, "kept", "yes"):    want.Kept,
			casefile.TakenOverAddress(id, year):                 want.TakenOver,
		} {
			if got := c.listed(address); got != n {
				t.Errorf("%s lists %d, the page says %d", address, got, n)
			}
		}
	}

	var gone, there *[]deputy.Member
	var townships *[]station.Township
	c.View(func(v *tenant.View) {
		gone, there = deputy.MembersOf(v, wangqiao.Code, year), deputy.MembersOf(v, "140423103", year)
		townships = station.Townships(v)
	})
	if len(*gone) != 0 || len(*there) != 4 {
		t.Errorf("%d are still in the group, %d in the other", len(*gone), len(*there))
	}
	for _, town := range *townships {
		if want := map[string]int64{"140423103": 4}[town.Code]; town.Deputies != want {
			t.Errorf("%s: %d deputies, want %d", town.Name, town.Deputies, want)
		}
	}
}
