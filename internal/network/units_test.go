package network_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/errs"
	"lianluo/internal/network"
	"lianluo/internal/postgres"
	"lianluo/internal/station"
	"lianluo/internal/tenant"
	"lianluo/internal/unit"
)

// TestMergeUnits: 县水利局 goes into 县交通运输局 with orders in every state, as the lead and
// beside one; what is open goes on as it stood, what is closed stays.
func TestMergeUnits(t *testing.T) {
	t.Parallel()
	c := newCounty(t)
	numbers := map[casefile.State]string{}
	for _, state := range everyState {
		numbers[state] = c.DriveNew(state)
	}
	handOut := func(lead int64, co ...int64) string {
		number := c.DriveNew(casefile.Reported)
		in := casefile.Input{Step: casefile.HandOut, UnitID: lead}
		for _, id := range co {
			in.Co = append(in.Co, casefile.CoOrder{UnitID: id})
		}
		c.MustTake(c.Handler, number, in)
		return number
	}
	both, reverse, three := handOut(c.WaterUnit, c.RoadsUnit), handOut(c.RoadsUnit, c.WaterUnit), handOut(c.TownshipUnit, c.WaterUnit, c.RoadsUnit)
	beside := handOut(c.TownshipUnit, c.WaterUnit)
	refused := c.DriveNew(casefile.ReturnRequested)
	c.MustTake(c.Handler, refused, casefile.Input{Step: casefile.RefuseReturn, Reason: "就是水利局的事。"})
	promised := c.DriveNew(casefile.Handling)
	c.MustTake(c.Water, promised, casefile.Input{Step: casefile.Submit, Text: "开春再修。", Class: "B", Promise: "换管", PromiseOn: c.Today().AddDays(30)})
	c.Drive(promised, casefile.Closed)

	before := map[string]casefile.Case{}
	for number := range c.seen(c.Admin, casefile.ViewAll) {
		before[number] = c.Case(number)
	}
	how := network.UnitClosing{Into: c.RoadsUnit, Staff: "move", Reason: "机构改革"}
	done, err := c.closeUnit(c.Admin, c.WaterUnit, how)
	c.must(err)
	moved := 0
	for number, was := range before {
		is := c.Case(number)
		had := was.Outcome == nil && (was.UnitID != nil && *was.UnitID == c.WaterUnit || slices.Contains(was.CoUnitIDs, c.WaterUnit))
		history := c.Events(number)
		last := history[len(history)-1]
		if had != (last.Step == casefile.MoveUnits) || int(is.Version) != len(history) || is.State != was.State || is.DueOn == nil != (was.DueOn == nil) || is.DueOn != nil && *is.DueOn != *was.DueOn {
			t.Errorf("%s, %s: had %v, %+v, last %s", number, was.State, had, is.UnitID, last.Step)
		}
		if had {
			moved++
		}
		if slices.Contains(is.CoUnitIDs, c.WaterUnit) || was.Outcome == nil && is.UnitID != nil && *is.UnitID == c.WaterUnit {
			t.Errorf("%s, %s is still with the unit that is gone", number, was.State)
		}
		if was.Outcome != nil && was.UnitID != nil && *is.UnitID != *was.UnitID {
			t.Errorf("%s, %s: the past was moved", number, was.State)
		}
	}
	if done.Cases != moved || done.Moved != 1 || moved < 12 {
		t.Errorf("%+v, %d were to move", done, moved)
	}
	orders := func(number string) (of string) {
		for _, e := range []struct {
			name string
			id   int64
		}{{"water", c.WaterUnit}, {"roads", c.RoadsUnit}, {"township", c.TownshipUnit}} {
			for _, part := range []string{"lead", "co"} {
				n := c.number(`select count(*) from case_orders o join cases c on c.county_id = @county and c.id = o.case_id
					where o.county_id = @county and c.number = @number and o.unit_id = @unit and o.part = @part and o.ended_at is null`,
					pgx.NamedArgs{"number": number, "unit": e.id, "part": part})
				of += strings.Repeat(e.name+" "+part+" ", int(n))
			}
		}
		return strings.TrimSpace(of)
	}
	for number, want := range map[string]string{both: "roads lead", reverse: "roads lead", three: "roads co township lead",
		beside: "roads co township lead", numbers[casefile.Assigned]: "roads lead", numbers[casefile.Handling]: "roads lead"} {
		if got := orders(number); got != want {
			t.Errorf("%s: %s, want %s", number, got, want)
		}
	}

	// The one who came along signs and answers; what was refused once is not asked again.
	water, err := c.reload(c.Water)
	c.must(err)
	if water.UnitID != c.RoadsUnit {
		t.Fatalf("%+v", water)
	}
	c.MustTake(water, numbers[casefile.Assigned], casefile.Input{Step: casefile.Sign})
	c.MustTake(c.Roads, numbers[casefile.Handling], casetest.Answering("A"))
	c.MustTake(c.Handler, numbers[casefile.ReturnRequested], casefile.Input{Step: casefile.GrantReturn})
	c.Refused(errs.Conflict, water, refused, casefile.Input{Step: casefile.RequestReturn, Reason: "再问一次。"})
	c.Refused(errs.Forbidden, c.Water, numbers[casefile.Paused], casefile.Input{Step: casefile.Note, Text: "还在吗"})

	// A promise comes due to the unit that is there now.
	c.Advance(30)
	c.MustTake(c.System, promised, casefile.Input{Step: casefile.PromiseDue})
	if is := c.Case(promised); is.State != casefile.Handling || *is.UnitID != c.RoadsUnit {
		t.Errorf("%s by %d", is.State, *is.UnitID)
	}

	// Done twice, and what cannot be.
	if done, err := c.closeUnit(c.Admin, c.WaterUnit, how); err != nil || !done.Again {
		t.Errorf("again: %+v, %v", done, err)
	}
	if _, err := c.closeUnit(c.Admin, c.WaterUnit, network.UnitClosing{Into: c.TownshipUnit, Staff: "end", Reason: "x"}); !errors.Is(err, errs.Conflict) {
		t.Errorf("into another: %v", err)
	}
	var roads **unit.Unit
	c.View(func(v *tenant.View) { roads = unit.ByName(v, "县交通运输局") })
	_, err = c.closeUnit(c.Admin, c.RoadsUnit, network.UnitClosing{})
	casetest.InvalidAt(t, err, "reason", "staff", "into")
	for _, into := range []int64{c.RoadsUnit, c.WaterUnit, 1 << 40} {
		_, err = c.closeUnit(c.Admin, c.RoadsUnit, network.UnitClosing{Into: into, Staff: "move", Reason: "x"})
		casetest.InvalidAt(t, err, "into")
	}
	if _, err = c.closeUnit(c.Admin, (*roads).ID, network.UnitClosing{Into: c.TownshipUnit, Staff: "move", Reason: "x", Seen: "y"}); !errors.Is(err, errs.Conflict) {
		t.Errorf("another preview: %v", err)
	}
}

// TestStepsWhileItMoves: everybody works on while a station and a unit go into others. Each
// step comes before or after, none is lost, and nothing stays behind.
func TestStepsWhileItMoves(t *testing.T) {
	t.Parallel()
	c := newCounty(t)
	var reported, assigned []string
	for range 8 {
		reported = append(reported, c.DriveNew(casefile.Reported))
		assigned = append(assigned, c.DriveNew(casefile.Assigned))
	}
	var all sync.WaitGroup
	may := func(name string, err error) {
		if err != nil && !errors.Is(err, errs.Conflict) && !errors.Is(err, errs.Forbidden) && !invalid(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for i := range reported {
		all.Go(func() {
			_, err := c.Take(c.Handler, reported[i], casefile.Input{Step: casefile.HandOut, UnitID: c.WaterUnit, Co: []casefile.CoOrder{{UnitID: c.RoadsUnit}}})
			may("hand out", err)
		})
		all.Go(func() {
			_, err := c.Take(c.Water, assigned[i], casefile.Input{Step: casefile.Sign})
			may("sign", err)
		})
		all.Go(func() {
			_, err := c.RegisterVisit(c.Clerk, c.Visit("还有一件。"))
			may("register", err)
		})
	}
	all.Go(func() {
		_, err := c.closeUnit(c.Admin, c.WaterUnit, network.UnitClosing{Into: c.RoadsUnit, Staff: "move", Reason: "机构改革"})
		if err != nil {
			t.Errorf("merge the unit: %v", err)
		}
	})
	all.Go(func() {
		how := merging()
		how.Below = "close"
		_, err := c.close(c.Admin, wangqiao, how)
		if err != nil {
			t.Errorf("merge the station: %v", err)
		}
	})
	all.Wait()
	if n := c.number(`select count(*) from units where county_id = @county and retired`, nil) + c.number(`select count(*) from stations where county_id = @county and state = 'merged'`, nil); n != 3 {
		t.Fatalf("%d have ended", n)
	}
	left := c.number(`select count(*) from cases c where c.county_id = @county and c.outcome is null and (c.station_id <> @to or c.place_id <> @to or c.unit_id = @water
		or exists (select from case_orders o where o.county_id = @county and o.case_id = c.id and o.unit_id = @water and o.ended_at is null))`,
		pgx.NamedArgs{"to": c.OtherStation, "water": c.WaterUnit})
	odd := c.number(`select count(*) from cases c where c.county_id = @county and c.version <> (select count(*) from case_events e where e.county_id = @county and e.case_id = c.id)`, nil)
	if left != 0 || odd != 0 {
		t.Errorf("%d stayed behind, %d have another version than events", left, odd)
	}
}

func invalid(err error) bool {
	_, ok := errors.AsType[errs.Invalid](err)
	return ok
}

// TestUnitsHeldInOneOrder: a case goes out to a unit and, beside it, to the one that the unit
// goes into in this moment. Who held them in another order than who merges them would wait for
// the other for ever, and one of both be refused.
func TestUnitsHeldInOneOrder(t *testing.T) {
	t.Parallel()
	c := newCounty(t)
	number := c.DriveNew(casefile.Reported)
	out := make(chan error, 1)
	c.must(c.Update(func(ctx context.Context, tx *tenant.Tx) error {
		hold := func(unit int64) error {
			_, err := postgres.Value[int64](ctx, tx, `select id from units where county_id = @county and id = @id for no key update`, pgx.NamedArgs{"id": unit})
			return err
		}
		if err := hold(min(c.WaterUnit, c.RoadsUnit)); err != nil {
			return err
		}
		go func() {
			_, err := c.Take(c.Handler, number, casefile.Input{Step: casefile.HandOut, UnitID: min(c.WaterUnit, c.RoadsUnit),
				Co: []casefile.CoOrder{{UnitID: max(c.WaterUnit, c.RoadsUnit)}}})
			out <- err
		}()
		if err := c.PG.Blocked(ctx, 1); err != nil {
			return err
		}
		return hold(max(c.WaterUnit, c.RoadsUnit))
	}))
	c.must(<-out)
}

// TestPastOfMergedStations: the past goes where the station went, and on where that goes;
// nobody else sees it, and a change of the merged station itself is not its heirs'.
func TestPastOfMergedStations(t *testing.T) {
	t.Parallel()
	c := newCounty(t)
	number := c.DriveNew(casefile.Closed)
	var third int64
	c.must(c.Update(func(ctx context.Context, tx *tenant.Tx) (err error) {
		third, err = station.Create(ctx, tx, c.Admin, station.Facts{Kind: "station", Name: "古韩镇人大代表联络站", ShortName: "古韩镇", Division: "140423100"})
		return err
	}))
	_, err := c.close(c.Admin, wangqiao, merging())
	c.must(err)
	how := merging()
	how.Into = "140423100"
	_, err = c.close(c.Admin, network.Target{Code: "140423103"}, how)
	c.must(err)
	head, err := c.reload(c.Head)
	c.must(err)
	if head.StationID != third || len(head.Merged) != 2 {
		t.Fatalf("%+v", head)
	}
	if !c.seen(head, casefile.ViewClosed)[number] {
		t.Error("the head does not see the past")
	}
	for action, want := range map[auth.Action]bool{auth.SeeCases: true, auth.RevealPhone: true, auth.RegisterVisit: false, auth.ChangeStations: false} {
		if got := head.MayOn(action, auth.Subject{StationID: c.Station}); got != want {
			t.Errorf("%s of the merged station: %v", action, got)
		}
	}
	stranger := c.Neighbour.Clerk
	if c.Case(number).SeenBy(c.OtherClerk) == nil { // as the account was before it was read again
		t.Error("a clerk whose station has nothing to do with it sees it")
	}
	if len(stranger.Merged) != 0 {
		t.Errorf("%+v", stranger)
	}
}
