package unit_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
	"lianluo/internal/unit"
)

// office is a world in which the county's office keeps its units.
type office struct {
	*casetest.World
	t *testing.T
}

func newOffice(t *testing.T) office { t.Helper(); return office{casetest.New(t), t} }

func (o office) must(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

func (o office) create(f unit.Facts) (id int64, err error) {
	err = o.Update(func(ctx context.Context, tx *tenant.Tx) error {
		id, err = unit.Create(ctx, tx, o.Handler, f)
		return err
	})
	return id, err
}

func (o office) change(by auth.Actor, id int64, version int32, f unit.Facts) error {
	return o.Update(func(ctx context.Context, tx *tenant.Tx) error { return unit.Change(ctx, tx, by, id, version, f) })
}

func (o office) retire(id int64, r unit.Retirement) error {
	return o.Update(func(ctx context.Context, tx *tenant.Tx) error { return unit.Retire(ctx, tx, o.Admin, id, r) })
}

// forestry is the unit that has or had the name 县林业局.
func (o office) forestry() *unit.Unit {
	o.t.Helper()
	var found **unit.Unit
	o.View(func(v *tenant.View) { found = unit.ByName(v, "县林业局") })
	return *found
}

// TestUnits: a unit is made, changed and renamed; two who change it at once; bad forms.
func TestUnits(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	f := unit.Facts{Name: " 县林业局 ", Level: "county", StationID: o.Station, Contact: "李科长", Phone: "０３５５-7220011", Categories: []int64{o.Category, o.Category}}
	id, err := o.create(f)
	o.must(err)
	u := o.forestry()
	if u == nil || u.ID != id || u.StationID != nil || *u.Phone != "0355-7220011" || strings.Join(u.Usual, " ") != "饮水管网" {
		t.Fatalf("%+v", u)
	}
	_, err = o.create(f)
	casetest.InvalidAt(t, err, "name")
	for _, bad := range []struct {
		f      unit.Facts
		fields []string
	}{
		{unit.Facts{}, []string{"name", "level"}},
		{unit.Facts{Name: "new", Level: "county"}, []string{"name"}},
		{unit.Facts{Name: "林业/草原局", Level: "county"}, []string{"name"}},
		{unit.Facts{Name: "县\n局", Level: "county"}, []string{"name"}},
		{unit.Facts{Name: strings.Repeat("局", 41), Level: "county", Phone: "12", Contact: strings.Repeat("王", 21)}, []string{"name", "phone", "contact"}},
		{unit.Facts{Name: "某站", Level: "township"}, []string{"station"}},
		{unit.Facts{Name: "某站", Level: "township", StationID: o.Point, Categories: []int64{1 << 40}}, []string{"station", "categories"}},
		{unit.Facts{Name: "某站", Level: "township", StationID: 1 << 40}, []string{"station"}},
	} {
		_, err := o.create(bad.f)
		casetest.InvalidAt(t, err, bad.fields...)
	}

	// Renamed: found under both names; the old one may be another's.
	f = unit.Facts{Name: "县林业和草原局", Level: "county", Categories: nil}
	o.must(o.change(o.Handler, id, 1, f))
	o.must(o.change(o.Handler, id, 1, f)) // pressed twice
	if u = o.forestry(); u == nil || u.Name != "县林业和草原局" || u.Version != 2 || len(u.Categories) != 0 || u.Contact != nil {
		t.Fatalf("%+v", u)
	}
	var past *[]unit.PastName
	o.View(func(v *tenant.View) { past = unit.PastNames(v, "县林业和草原局") })
	if len(*past) != 1 || (*past)[0].Name != "县林业局" || (*past)[0].Until != o.Today() || (*past)[0].ByName != o.Handler.Name {
		t.Fatalf("%+v", *past)
	}
	casetest.InvalidAt(t, o.change(o.Handler, id, 2, unit.Facts{Name: "县水利局", Level: "county"}), "name")

	// Overtaken, across the new name.
	err = o.change(o.Handler2, id, 1, unit.Facts{Name: "县林草局", Level: "county"})
	stale, ok := errors.AsType[county.Stale](err)
	if !ok || stale.Version != 2 || len(stale.Since) != 1 || stale.Since[0].Changes["name"] != [2]string{"县林业局", "县林业和草原局"} {
		t.Fatalf("%v %+v", err, stale)
	}
	other, err := o.create(unit.Facts{Name: "县林业局", Level: "county"})
	o.must(err)
	if u := o.forestry(); u.ID != other {
		t.Errorf("%+v", u)
	}
	if err := o.DB.Update(t.Context(), o.Neighbour.County, func(tx *tenant.Tx) error {
		return unit.Change(t.Context(), tx, o.Neighbour.Clerk, id, 2, f)
	}); !errors.Is(err, errs.NotFound) {
		t.Errorf("another county's: %v", err)
	}
}

// TestSameNameAtOnce: of many who make the same unit at once one does.
func TestSameNameAtOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	var all sync.WaitGroup
	results := make([]error, 6)
	for i := range results {
		all.Go(func() { _, results[i] = o.create(unit.Facts{Name: "县文旅局", Level: "county"}) })
	}
	all.Wait()
	made := 0
	for _, err := range results {
		if err == nil {
			made++
			continue
		}
		casetest.InvalidAt(t, err, "name")
	}
	if made != 1 {
		t.Errorf("%d were made", made)
	}
}

// TestRetire: a unit with an order or an account does not go; without them it does, comes
// back, and what was handed to it under an old name still says that name.
func TestRetire(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	number := o.DriveNew(casefile.Assigned)
	o.must(o.change(o.Handler, o.WaterUnit, 1, unit.Facts{Name: "县水务局", Level: "county"}))
	for _, e := range o.Events(number) {
		if e.Step == casefile.HandOut && *e.UnitName != "县水利局" {
			t.Errorf("the order was given to %s", *e.UnitName)
		}
	}
	retirement := unit.Retirement{Version: 2, Reason: "机构改革"}
	if err := o.retire(o.WaterUnit, retirement); !errors.Is(err, errs.Conflict) || !strings.Contains(errs.Message(err, ""), "1 件") {
		t.Errorf("with an open order: %v", err)
	}
	if err := o.retire(o.RoadsUnit, unit.Retirement{Version: 1}); !errors.Is(err, errs.Conflict) || !strings.Contains(errs.Message(err, ""), "1 个账号") {
		t.Errorf("with an account: %v", err)
	}
	id, err := o.create(unit.Facts{Name: "县林业局", Level: "county"})
	o.must(err)
	for _, into := range []int64{id, 1 << 40} {
		casetest.InvalidAt(t, o.retire(id, unit.Retirement{Version: 1, Successor: into}), "successor")
	}
	if err := o.retire(id, unit.Retirement{Version: 7}); !errors.Is(err, errs.Conflict) {
		t.Errorf("another version: %v", err)
	}
	o.must(o.retire(id, unit.Retirement{Version: 1, Successor: o.WaterUnit, Reason: "机构改革"}))
	o.must(o.retire(id, unit.Retirement{Version: 1})) // pressed twice
	if u := o.forestry(); !u.Retired || *u.Successor != "县水务局" || *u.RetiredOn != o.Today() {
		t.Errorf("%+v", u)
	}
	casetest.InvalidAt(t, o.retire(o.TownshipUnit, unit.Retirement{Version: 1, Successor: id}), "successor")
	_, err = o.create(unit.Facts{Name: "县林业局", Level: "county"})
	casetest.InvalidAt(t, err, "name")
	if err := o.change(o.Handler, id, 2, unit.Facts{Name: "县林草局", Level: "county"}); !errors.Is(err, errs.Conflict) {
		t.Errorf("a retired unit changed: %v", err)
	}
	restore := func(ctx context.Context, tx *tenant.Tx) error { return unit.Restore(ctx, tx, o.Admin, id) }
	o.must(o.Update(restore))
	o.must(o.Update(restore))
	if u := o.forestry(); u.Retired || u.Successor != nil || u.Version != 3 {
		t.Errorf("%+v", u)
	}
}

// TestOrder: units of one level stand in the office's own order, and a button that is
// pressed twice moves once.
func TestOrder(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	order := func() string {
		var names *[]struct{ Name string }
		o.View(func(v *tenant.View) {
			names = tenant.All[struct{ Name string }](v, `select name from units where county_id = @county and level = 'county' order by position, id`)
		})
		all := ""
		for _, n := range *names {
			all += n.Name + " "
		}
		return all
	}
	if got := order(); got != "县水利局 县交通运输局 " {
		t.Fatal(got)
	}
	down := func(ctx context.Context, tx *tenant.Tx) error {
		return unit.Move(ctx, tx, o.Handler, o.WaterUnit, 1, false)
	}
	o.must(o.Update(down)) // both have position 1
	o.must(o.Update(down)) // pressed twice
	o.must(o.Update(func(ctx context.Context, tx *tenant.Tx) error {
		return unit.Move(ctx, tx, o.Handler, o.WaterUnit, 2, false)
	}))
	if got := order(); got != "县交通运输局 县水利局 " {
		t.Error(got)
	}
	o.must(o.Update(func(ctx context.Context, tx *tenant.Tx) error {
		return unit.Move(ctx, tx, o.Handler, o.WaterUnit, 2, true)
	}))
	if got := order(); got != "县水利局 县交通运输局 " {
		t.Error(got)
	}
	// What was recorded says what was done.
	var entries int64
	o.must(o.Update(func(ctx context.Context, tx *tenant.Tx) (err error) {
		entries, err = postgres.Value[int64](ctx, tx, `select count(*) from audit_entries where county_id = @county and action = @action and subject = 'unit 县水利局'`,
			pgx.NamedArgs{"action": "unit.move"})
		return err
	}))
	if entries != 2 {
		t.Errorf("%d moves were recorded", entries)
	}
}
