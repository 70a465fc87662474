package station_test

import (
	"errors"
	"math"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lianluo/internal/auth"
	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/internal/station"
)

// TestCreate: a station, a point below it and a post below that; codes are proposed and
// never given twice; what is typed twice is made once.
func TestCreate(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	id := n.create(n.Handler, station.Facts{Kind: "station", Name: " 古韩镇人大代表联络站 ", Division: "140423100", Phone: "０３５５-7229999",
		Address: "府前街 12 号", OpeningHours: "周一至周五 8:30–17:30", Latitude: degrees(36.53), Longitude: degrees(113.05), Area: 120,
		Villages: []string{"140423101205", "140423101205"}})
	got := n.record("140423100")
	if got.ID != id || got.RootID != id || got.ShortName != "古韩镇" || got.State != station.Open || got.Version != 1 || *got.Phone != "0355-7229999" ||
		got.DivisionName != "古韩镇" || len(got.VillageNames) != 1 || *got.Area != 120 || *got.Longitude != 113.05 {
		t.Errorf("%+v", got)
	}
	n.create(n.Admin, station.Facts{Kind: "point", Parent: "140423101", Name: "流动联络点", Division: "140423101"})
	n.create(n.Admin, station.Facts{Kind: "post", Parent: "140423101205", Name: "五阳矿服务岗", Division: "140423101205"})
	n.create(n.Admin, station.Facts{Code: "140423-a1", Kind: "station", Name: "县中心站", Division: "140423"})
	for code, root := range map[string]int64{"140423101-02": n.Station, "140423101205-02": n.Station} {
		if got := n.record(code); got.RootID != root || got.ParentID == nil {
			t.Errorf("%s: %+v", code, got)
		}
	}
	if got := n.record("140423-A1"); got.Township != "襄垣县" || got.ShortName != "县中心站" {
		t.Errorf("%+v", got)
	}
	n.wrong(creating(n.Admin, station.Facts{Kind: "point", Parent: "140423101", Name: "流动联络点", Division: "140423101"}), "name") // pressed twice
	want := []string{"station.create station 140423100", "station.create station 140423101-02", "station.create station 140423101205-02", "station.create station 140423-A1"}
	if diff := cmp.Diff(want, n.audited()); diff != "" {
		t.Error(diff)
	}
}

// TestCreateRefused: each field is judged, all at once, and nothing is half-written.
func TestCreateRefused(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	n.wrong(creating(n.Admin, station.Facts{}), "division", "kind", "name")
	n.wrong(creating(n.Admin, station.Facts{Kind: "station", Parent: "140423101", Name: "甲\n乙", ShortName: "一二三四五六七八九十一二三四五六七八九十一",
		Division: "140425200", Phone: "12", Latitude: degrees(36), Area: -1, Villages: []string{"140423101"}, Functions: []int64{99}, Address: "一\n二",
		OpeningHours: "一\n二"}),
		"address", "area", "division", "functions", "longitude", "name", "opening_hours", "parent", "phone", "short_name", "villages")
	good := station.Facts{Kind: "station", Name: "虒亭镇人大代表联络站", Division: "140423102"}
	with := func(change func(f *station.Facts)) station.Facts {
		f := good
		change(&f)
		return f
	}
	for code, field := range map[string]string{"140425200": "code", "140423101": "code", "1404": "code", "140423 9": "code", "140423王": "code"} {
		n.wrong(creating(n.Admin, with(func(f *station.Facts) { f.Code = code })), field)
	}
	n.wrong(creating(n.Admin, with(func(f *station.Facts) { f.Latitude, f.Longitude = degrees(113), degrees(36) })), "latitude", "longitude")
	n.wrong(creating(n.Admin, with(func(f *station.Facts) { f.Latitude, f.Longitude = degrees(math.NaN()), degrees(math.Inf(1)) })), "latitude", "longitude")
	n.wrong(creating(n.Admin, with(func(f *station.Facts) { f.Kind, f.Parent = "point", "140423101205" })), "parent")
	n.wrong(creating(n.Admin, with(func(f *station.Facts) { f.Kind = "post" })), "parent")
	n.wrong(creating(n.Admin, with(func(f *station.Facts) { f.Kind, f.Parent = "point", "140425200" })), "parent") // another county's
	n.must(setting(n.Admin, n.OtherStation, station.StateChange{State: station.Closed, Reason: "撤销"}))
	n.wrong(creating(n.Admin, with(func(f *station.Facts) { f.Kind, f.Parent = "point", "140423103" })), "parent")
	for _, by := range []auth.Actor{n.Head, n.Clerk, n.Leader, n.Water, n.Deputy, n.Citizen} {
		n.fails(errs.Forbidden, creating(by, good))
	}
	if got := n.audited(); len(got) != 1 {
		t.Errorf("what was refused is recorded: %v", got)
	}
}

// TestChange: a point goes to another station and what hangs below it goes along; of two
// who change the same place the second is told what the first did.
func TestChange(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	n.create(n.Admin, station.Facts{Kind: "post", Parent: "140423101205", Name: "五阳矿服务岗", Division: "140423101205"})
	point := n.record("140423101205")
	f := point.Facts()
	f.Parent, f.Name, f.Phone = "140423103", "五阳社区人大代表联络点", ""
	n.must(changing(n.Handler, n.Point, 1, f))
	n.must(changing(n.Handler, n.Point, 1, f)) // pressed twice
	if got := n.record("140423101205"); got.RootID != n.OtherStation || got.Version != 2 || got.Phone != nil || got.Name != f.Name {
		t.Errorf("%+v", got)
	}
	if got := n.record("140423101205-02"); got.RootID != n.OtherStation {
		t.Errorf("the post stayed behind: %+v", got)
	}
	late := f
	late.Address = "村委会"
	err := n.Update(changing(n.Admin, n.Point, 1, late))
	stale, ok := errors.AsType[county.Stale](err)
	if !ok || stale.Version != 2 || len(stale.Since) != 1 {
		t.Fatalf("%v", err)
	}
	want := county.Changes{"parent": {"王桥镇", "夏店镇"}, "name": {"五阳村人大代表联络点", "五阳社区人大代表联络点"}, "phone": {"0355-7221234", ""}}
	if diff := cmp.Diff(want, stale.Since[0].Changes); diff != "" {
		t.Error(diff)
	}
	n.must(changing(n.Admin, n.Point, 2, late))
	for field, change := range map[string]func(f *station.Facts){
		"code":   func(f *station.Facts) { f.Code = "140423101999" },
		"kind":   func(f *station.Facts) { f.Kind = "station" },
		"parent": func(f *station.Facts) { f.Parent = "" },
		"name":   func(f *station.Facts) { f.Name = " " },
	} {
		wrong := late
		change(&wrong)
		n.wrong(changing(n.Admin, n.Point, 3, wrong), field)
	}
	n.fails(errs.NotFound, changing(n.Admin, 999, 1, f))
	n.fails(errs.NotFound, changing(n.Admin, n.Neighbour.Station, 1, f))
}

// TestHeadChanges: the head changes the contact facts of the own station and its points,
// and nothing else of them.
func TestHeadChanges(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	n.must(changing(n.Head, n.Point, 1, station.Facts{Name: "别的名字", Parent: "140423103", Address: "村委会院内", Area: 60,
		Latitude: degrees(36.4), Longitude: degrees(113)}))
	got := n.record("140423101205")
	if got.Name != "五阳村人大代表联络点" || got.RootID != n.Station || *got.Address != "村委会院内" || *got.Area != 60 || got.Phone != nil || *got.Latitude != 36.4 {
		t.Errorf("%+v", got)
	}
	n.wrong(changing(n.Head, n.Station, 1, station.Facts{Phone: "1"}), "phone")
	n.fails(errs.Forbidden, changing(n.Head, n.OtherStation, 1, station.Facts{Address: "别处"}))
	for _, by := range []auth.Actor{n.Clerk, n.Leader, n.Water, n.Deputy, n.Citizen} {
		n.fails(errs.Forbidden, changing(by, n.Station, 1, station.Facts{Address: "别处"}))
	}
}

// TestCreateAtOnce: of two who make the same place at the same moment one does.
func TestCreateAtOnce(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	results := make([]error, 4)
	var wait sync.WaitGroup
	for i := range results {
		wait.Go(func() {
			results[i] = n.Update(creating(n.Handler, station.Facts{Kind: "station", Name: "虒亭镇人大代表联络站", Division: "140423102"}))
		})
	}
	wait.Wait()
	made := 0
	for _, err := range results {
		if _, invalid := errors.AsType[errs.Invalid](err); err == nil {
			made++
		} else if !invalid {
			t.Error(err)
		}
	}
	if made != 1 || len(n.audited()) != 1 {
		t.Errorf("%d were made: %v", made, n.audited())
	}
}
