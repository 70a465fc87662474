package deputy_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/deputy"
	"lianluo/internal/tenant"
)

func (o office) placing(p deputy.Placing, got *[]deputy.Placed) func(ctx context.Context, tx *tenant.Tx) error {
	return func(ctx context.Context, tx *tenant.Tx) (err error) {
		plan, err := p.Place(ctx, tx, o.Admin)
		if got != nil {
			*got = plan
		}
		return err
	}
}

// Forty go into a group at once: who is there stays, who moves keeps the past.
func TestFortyAreMovedAtOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	var ids []int64
	for i := range 36 {
		id, _ := o.create(deputy.Facts{Name: fmt.Sprintf("李%d", i)})
		ids = append(ids, id)
	}
	ids = append(ids, o.Deputies...) // these are in 王桥镇's group
	o.must(o.joining(ids[0], deputy.Membership{StationID: o.OtherStation, Role: "convener", From: date("2026-01-05")}))
	p := deputy.Placing{Deputies: ids, StationID: o.OtherStation, From: o.Today(), LeaveOthers: true}

	var people *[]deputy.Person
	numbers := make([]int32, 40)
	for i := range numbers {
		numbers[i] = int32(i + 1)
	}
	o.View(func(v *tenant.View) { people = deputy.People(v, numbers) })
	foreseen := p.Plan(*people)
	var done []deputy.Placed
	o.must(o.placing(p, &done))
	moved, stay := 0, 0
	for i, one := range done {
		if foreseen[i].ID != one.ID || len(foreseen[i].Left) != len(one.Left) || foreseen[i].Already != one.Already {
			t.Errorf("foreseen %+v, done %+v", foreseen[i], one)
		}
		moved += len(one.Left)
		if one.Already == "convener" {
			stay++
		}
	}
	if len(done) != 40 || moved != 4 || stay != 1 {
		t.Errorf("%d placed, %d moved, %d were there", len(done), moved, stay)
	}
	running := `select count(*) from station_deputies where county_id = @county and station_id = @station and to_date is null`
	if n := o.count(running, pgx.NamedArgs{"station": o.OtherStation}); n != 40 {
		t.Errorf("%d in the group", n)
	}
	if n := o.count(running, pgx.NamedArgs{"station": o.Station}); n != 0 {
		t.Errorf("%d are left behind", n)
	}
	if g := o.groups(1); len(g) != 2 || g[1].ToDate == nil || g[1].Station != "王桥镇" {
		t.Errorf("the past is gone: %+v", g)
	}
	if o.recorded("deputy.join") != 40 {
		t.Errorf("%d entries", o.recorded("deputy.join"))
	}
	o.must(o.placing(p, &done)) // pressed twice
	if o.recorded("deputy.join") != 40 || done[0].Already == "" {
		t.Error("the second press did something")
	}
}

func TestPlacingIsRefused(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.wrong(o.placing(deputy.Placing{}, nil), "station_id", "from")
	ok := deputy.Placing{Deputies: o.Deputies, StationID: o.OtherStation, From: o.Today()}
	none, strange, point, future, role := ok, ok, ok, ok, ok
	none.Deputies, strange.Deputies, point.StationID, future.From, role.Role = nil, []int64{999}, o.Point, o.Today().AddDays(1), "boss"
	o.wrong(o.placing(none, nil), "deputies")
	o.wrong(o.placing(strange, nil), "deputies")
	o.wrong(o.placing(point, nil), "station_id")
	o.wrong(o.placing(future, nil), "from")
	o.wrong(o.placing(role, nil), "role")
	o.must(o.joining(o.Deputies[1], deputy.Membership{StationID: o.OtherStation, From: date("2026-01-05"), To: new(date("2026-09-13"))}))
	ok.From = date("2026-09-01")
	o.wrong(o.placing(ok, nil), "from")
	if n := o.count(`select count(*) from station_deputies where county_id = @county and station_id = @s and to_date is null`, pgx.NamedArgs{"s": o.OtherStation}); n != 0 {
		t.Errorf("%d were put in by halves", n)
	}
	ok.From = o.Today()
	if err := o.Update(func(ctx context.Context, tx *tenant.Tx) error { _, err := ok.Place(ctx, tx, o.Clerk); return err }); err == nil {
		t.Error("a clerk mixes groups")
	}
}

// TestOneHead: a group has one 组长, however one becomes it.
func TestOneHead(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	first, _ := o.create(deputy.Facts{Name: "甲"})
	second, _ := o.create(deputy.Facts{Name: "乙"})
	head := func(ids ...int64) func(ctx context.Context, tx *tenant.Tx) error {
		return o.placing(deputy.Placing{Deputies: ids, StationID: o.OtherStation, Role: "head", From: o.Today()}, nil)
	}
	o.wrong(head(first, second), "role")
	o.must(head(first))
	o.must(head(first)) // pressed twice
	o.wrong(head(second), "role")
	o.wrong(o.joining(second, deputy.Membership{StationID: o.OtherStation, Role: "head", From: o.Today()}), "role")
	o.must(o.joining(second, deputy.Membership{StationID: o.OtherStation, From: o.Today()}))
	become := func(id int64, role string) func(ctx context.Context, tx *tenant.Tx) error {
		return func(ctx context.Context, tx *tenant.Tx) error {
			return deputy.ChangeRole(ctx, tx, o.Admin, id, o.OtherStation, role, o.Today())
		}
	}
	o.wrong(become(second, "head"), "role")
	o.must(become(first, "member"))
	o.must(become(second, "head"))
}
