package network_test

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/errs"
	"lianluo/internal/network"
	"lianluo/internal/station"
	"lianluo/internal/tenant"
)

// TestMergeStation: 王桥镇 goes into 夏店镇 with cases in every state. What is open goes on
// there as it stood; what is closed, and every date, stays where it was.
func TestMergeStation(t *testing.T) {
	t.Parallel()
	c := newCounty(t)
	numbers, before := map[casefile.State]string{}, map[string]casefile.Case{}
	for _, state := range everyState {
		numbers[state] = c.DriveNew(state)
	}
	for number := range c.seen(c.Admin, casefile.ViewAll) { // the leads of merged ones too
		before[number] = c.Case(number)
	}
	tomorrow := c.Today().AddDays(1)
	for _, place := range []int64{c.Station, c.Point} {
		c.exec(`insert into receptions (county_id, station_id, place_id, date, starts, ends, kind, state)
			values (@county, @station, @place, @day, '09:00', '11:00', 'fixed', 'published')`, pgx.NamedArgs{"station": c.Station, "place": place, "day": tomorrow})
	}
	c.exec(`update receptions set state = 'held' where county_id = @county and date = @today`, pgx.NamedArgs{"today": c.Today()})
	c.must(c.Update(func(ctx context.Context, tx *tenant.Tx) error {
		_, err := station.Appoint(ctx, tx, c.Admin, c.Station, station.Officer{Office: "head", Name: "某某某"})
		return err
	}))
	e := c.look(wangqiao)
	want := network.Ending{Target: wangqiao, Cases: int64(len(before) - 2), Days: 2, Members: 4, Officers: 1, Heads: 1, Clerks: 2}
	if got := (network.Ending{Target: e.Target, Cases: e.Cases, Days: e.Days, Members: e.Members, Officers: e.Officers, Heads: e.Heads, Clerks: e.Clerks}); got.Seen() != want.Seen() || len(e.Below) != 1 || len(e.Units) != 1 {
		t.Fatalf("%+v", e)
	}
	how := merging()
	how.Seen = e.Seen()
	done, err := c.close(c.Admin, wangqiao, how)
	c.must(err)
	done.Users, done.Going = nil, nil
	if got := (network.Done{Cases: len(before) - 2, Days: 2, Members: 4, Officers: 1, People: network.People{Moved: 3}, Places: 1, Units: 1}); !cmp.Equal(done, got) {
		t.Fatal(cmp.Diff(got, done))
	}

	for number, was := range before {
		is, closed := c.Case(number), was.Outcome != nil
		if closed != (is.StationID == c.Station) || is.PlaceID != c.Point { // the point went along
			t.Errorf("%s, %s: now of station %d", number, was.State, is.StationID)
		}
		moved := is
		moved.StationID, moved.Version, moved.Members, moved.Headless = was.StationID, was.Version, was.Members, was.Headless
		if diff := cmp.Diff(was, moved, cmp.AllowUnexported(calendar.Date{})); diff != "" {
			t.Errorf("%s, %s has changed:\n%s", number, was.State, diff)
		}
		history := c.Events(number)
		last := history[len(history)-1]
		if closed {
			if last.Step == casefile.MoveStations || is.Version != was.Version {
				t.Errorf("%s, %s: the past was moved", number, was.State)
			}
			continue
		}
		from, to, ok := last.Transferred()
		if !ok || from != "王桥镇人大代表联络站" || to != "夏店镇人大代表联络站" || *last.Reason != "撤乡并镇" || last.ToState != was.State || int(is.Version) != len(history) {
			t.Errorf("%s, %s: %+v, version %d of %d events", number, was.State, last, is.Version, len(history))
		}
	}

	// Days, group and people, all of which the closing's own entry counts.
	if n := c.number(`select count(*) from audit_entries where county_id = @county and action = 'network.close'
		and detail @> '{"receptions": 2, "deputies": 4, "officers": 1, "accounts": 3, "units": 1, "places": 1}'`, nil); n != 1 {
		t.Error("the record does not say what was moved")
	}
	if n := c.number(`select count(*) from audit_entries where county_id = @county and action in ('deputy.leave', 'deputy.join')`, nil); n != 8 {
		t.Errorf("%d entries of four deputies who moved", n)
	}
	if n := c.number(`select count(*) from receptions where county_id = @county and station_id = @to and date > @today`,
		pgx.NamedArgs{"to": c.OtherStation, "today": c.Today()}); n != 2 {
		t.Errorf("%d days went along", n)
	}
	if n := c.traced("changed", "corrected", "撤乡并镇"); n != 2 {
		t.Errorf("%d days say why they are elsewhere now", n)
	}
	if n := c.number(`select count(*) from receptions where county_id = @county and station_id = @from and state = 'held'`, pgx.NamedArgs{"from": c.Station}); n != 1 {
		t.Error("a day that was held has moved")
	}
	group := `select count(*) from station_deputies where county_id = @county and station_id = @at and to_date `
	if was, now := c.number(group+`= @today`, pgx.NamedArgs{"at": c.Station, "today": c.Today()}), c.number(group+`is null`, pgx.NamedArgs{"at": c.OtherStation}); was != 4 || now != 4 {
		t.Errorf("%d left, %d joined", was, now)
	}
	if n := c.number(`select count(*) from station_officers where county_id = @county and to_date is null`, nil); n != 0 {
		t.Errorf("%d are still in office", n)
	}

	// Who came along works on: 王桥镇's past is theirs to read, and its cases to handle.
	clerk, err := c.reload(c.Clerk)
	c.must(err)
	if clerk.StationID != c.OtherStation || !slices.Equal(clerk.Merged, []int64{c.Station}) {
		t.Fatalf("%+v", clerk)
	}
	other, err := c.reload(c.OtherClerk)
	c.must(err)
	for _, by := range []auth.Actor{clerk, other} {
		if all := c.seen(by, casefile.ViewAll); len(all) != len(before) {
			t.Errorf("%s sees %d of %d", by.Name, len(all), len(before))
		}
	}
	if waiting := c.seen(other, casefile.Waiting); !waiting[numbers[casefile.Registered]] || !waiting[numbers[casefile.Approved]] {
		t.Errorf("in the queue: %v", waiting)
	}
	c.MustTake(other, numbers[casefile.Registered], c.Sorting())
}

// TestRefusedClosings: who may not, and what cannot be.
func TestRefusedClosings(t *testing.T) {
	t.Parallel()
	c := newCounty(t)
	c.OneCase()
	c.planned()
	for _, by := range []auth.Actor{c.Handler, c.Head, c.Clerk, c.Leader, c.Water} {
		if _, err := c.close(by, wangqiao, merging()); !errors.Is(err, errs.Forbidden) {
			t.Errorf("%s: %v", by.Name, err)
		}
		if _, err := c.closeUnit(by, c.WaterUnit, network.UnitClosing{Reason: "x"}); !errors.Is(err, errs.Forbidden) {
			t.Errorf("%s: %v", by.Name, err)
		}
	}
	neighbour := c.Admin
	neighbour.County = c.Neighbour.County
	if _, err := c.close(neighbour, wangqiao, merging()); !errors.Is(err, errs.NotFound) {
		t.Errorf("another county's: %v", err)
	}
	for name, bad := range map[string]struct {
		how    func(*network.Closing)
		fields []string
	}{
		"empty":          {func(h *network.Closing) { *h = network.Closing{} }, []string{"reason", "way", "into", "days", "below", "group", "staff"}},
		"itself":         {func(h *network.Closing) { h.Into = "140423101" }, []string{"into"}},
		"its point":      {func(h *network.Closing) { h.Into = "140423101205" }, []string{"into"}},
		"another county": {func(h *network.Closing) { h.Into = "140425200" }, []string{"into"}},
		"nobody":         {func(h *network.Closing) { h.Way, h.Into = "close", "" }, []string{"into", "days", "below", "group", "staff"}},
		"bad unit":       {func(h *network.Closing) { h.Units = map[int64]int64{c.TownshipUnit: c.TownshipUnit + 999} }, []string{"unit-" + strconv.FormatInt(c.TownshipUnit, 10)}},
		"own unit":       {func(h *network.Closing) { h.Units = map[int64]int64{c.TownshipUnit: c.TownshipUnit} }, []string{"unit-" + strconv.FormatInt(c.TownshipUnit, 10)}},
	} {
		how := merging()
		bad.how(&how)
		_, err := c.close(c.Admin, wangqiao, how)
		t.Run(name, func(t *testing.T) { casetest.InvalidAt(t, err, bad.fields...) })
	}
	how := merging()
	how.Seen = "something else"
	if _, err := c.close(c.Admin, wangqiao, how); !errors.Is(err, errs.Conflict) {
		t.Errorf("another preview: %v", err)
	}
	c.must(c.Update(func(ctx context.Context, tx *tenant.Tx) error {
		return station.SetState(ctx, tx, c.Admin, c.OtherStation, station.StateChange{State: station.Suspended, Reason: "装修"})
	}))
	_, err := c.close(c.Admin, wangqiao, merging())
	casetest.InvalidAt(t, err, "into")
	if n := c.number(`select count(*) from case_events where county_id = @county and step = 'move_station'`, nil); n != 0 {
		t.Errorf("%d were moved by what was refused", n)
	}
}

// TestCloseTwice: pressed twice it happens once; closed in another way it does not.
func TestCloseTwice(t *testing.T) {
	t.Parallel()
	c := newCounty(t)
	c.DriveNew(casefile.Handling)
	c.planned()
	how := merging()
	how.Staff, how.Group, how.Below, how.Days = "clerks", "leave", "close", "cancel"
	results := make(chan network.Done, 2)
	for range 2 {
		go func() {
			done, err := c.close(c.Admin, wangqiao, how)
			if err != nil {
				t.Error(err)
			}
			results <- done
		}()
	}
	first, second := <-results, <-results
	if first.Again == second.Again || first.Cases+second.Cases != 1 {
		t.Errorf("%+v, %+v", first, second)
	}
	one := first
	if first.Again {
		one = second
	}
	if one.Moved != 2 || one.Ended != 1 || !slices.Equal(one.Without, []string{c.Head.Name}) || one.Days != 1 || one.Members != 4 {
		t.Errorf("%+v", one)
	}
	if _, err := c.reload(c.Head); !errors.Is(err, errs.SignIn) {
		t.Errorf("the head who has no role: %v", err)
	}
	how.Way = "close"
	if _, err := c.close(c.Admin, wangqiao, how); !errors.Is(err, errs.Conflict) {
		t.Errorf("closed after it was merged: %v", err)
	}
	// Nobody registers where it is closed, at the point neither; both codes lead on.
	visit := c.Visit("又来了。")
	visit.Key = uuid.New()
	_, err := c.RegisterVisit(c.Clerk, visit)
	casetest.InvalidAt(t, err, "place_id")
	if n := c.number(`select count(*) from stations where county_id = @county and state = 'merged' and successor_id = @to`, pgx.NamedArgs{"to": c.OtherStation}); n != 2 {
		t.Errorf("%d places lead on", n)
	}
	if n := c.number(`select count(*) from station_deputies where county_id = @county and to_date is null`, nil); n != 0 {
		t.Errorf("%d are still in a group", n)
	}
}

// TestClosePoint: a point's open cases go to its station; without anything it simply closes.
func TestClosePoint(t *testing.T) {
	t.Parallel()
	c := newCounty(t)
	number := c.DriveNew(casefile.Submitted)
	how := network.Closing{Way: "close", Reason: "村子搬走了"}
	_, err := c.close(c.Admin, wuyang, how)
	casetest.InvalidAt(t, err, "into")
	how.Into = wangqiao.Code
	done, err := c.close(c.Admin, wuyang, how)
	c.must(err)
	if is := c.Case(number); done.Cases != 1 || is.PlaceID != c.Station || is.StationID != c.Station {
		t.Errorf("%+v: %+v", done, is)
	}
	if e := c.look(wuyang); e.Places[0].State != "closed" || e.Places[0].Successor != nil {
		t.Errorf("%+v", e.Places[0])
	}
	c.MustTake(c.Handler, number, casefile.Input{Step: casefile.Approve})
	done, err = c.close(c.Admin, network.Target{Code: "140423103"}, network.Closing{Way: "close", Reason: "撤销", Staff: "end"})
	c.must(err)
	if done.Ended != 1 || !slices.Equal(done.Without, []string{c.OtherClerk.Name}) {
		t.Errorf("%+v", done)
	}
}

// TestCloseWhatWasLeft: a point was closed by itself, with a case, a published day and a post
// below: the closing settles them, and only then says that there is nothing left.
func TestCloseWhatWasLeft(t *testing.T) {
	t.Parallel()
	c := newCounty(t)
	number := c.DriveNew(casefile.Handling)
	c.exec(`insert into receptions (county_id, station_id, place_id, date, starts, ends, kind, state)
		values (@county, @station, @place, @day, '09:00', '11:00', 'fixed', 'published')`,
		pgx.NamedArgs{"station": c.Station, "place": c.Point, "day": c.Today().AddDays(3)})
	c.must(c.Update(func(ctx context.Context, tx *tenant.Tx) error {
		_, err := station.Create(ctx, tx, c.Admin, station.Facts{Kind: "post", Parent: wuyang.Code, Name: "五阳村便民岗", Division: "140423101205"})
		if err == nil {
			err = station.SetState(ctx, tx, c.Admin, c.Point, station.StateChange{State: station.Closed, Reason: "撤了"})
		}
		return err
	}))
	if e := c.look(wuyang); !e.Left() || e.Cases != 1 || e.Days != 1 || len(e.Below) != 1 {
		t.Fatalf("%+v", e)
	}
	how := network.Closing{Way: "close", Reason: "村子搬走了", Days: "cancel", Below: "close"}
	_, err := c.close(c.Admin, wuyang, how)
	casetest.InvalidAt(t, err, "into")
	how.Into = wangqiao.Code
	done, err := c.close(c.Admin, wuyang, how)
	c.must(err)
	if want := (network.Done{Cases: 1, Days: 1, Places: 1}); !cmp.Equal(done, want) || c.Case(number).PlaceID != c.Station {
		t.Errorf("%+v", done)
	}
	if n := c.number(`select count(*) from receptions where county_id = @county and state = 'published' and place_id = @point and date > @today`,
		pgx.NamedArgs{"point": c.Point, "today": c.Today()}); n != 0 {
		t.Error("its day is still announced")
	}
	if n := c.traced("cancelled", "withdrawn", "村子搬走了"); n != 1 {
		t.Error("the day says nowhere why it is not held")
	}
	if done, err := c.close(c.Admin, wuyang, how); err != nil || !done.Again {
		t.Errorf("again: %+v, %v", done, err)
	}
}

// TestCloseTownship: 撤乡并镇. The station, its point and its unit go to another township's;
// the unit's work goes into the unit that is there.
func TestCloseTownship(t *testing.T) {
	t.Parallel()
	c := newCounty(t)
	c.exec(`insert into units (county_id, name, level, station_id, position, created_at) values (@county, '夏店镇人民政府', 'township', @station, 9, @now)`,
		pgx.NamedArgs{"station": c.OtherStation, "now": c.Now()})
	other := c.number(`select id from units where county_id = @county and name = '夏店镇人民政府'`, nil)
	number := c.OneCase()
	c.Drive(number, casefile.Sorted)
	c.MustTake(c.Head, number, casefile.Input{Step: casefile.HandOut, UnitID: c.TownshipUnit})
	township := network.Target{Code: "140423101", Township: true}
	how := merging()
	how.Units = map[int64]int64{c.TownshipUnit: other}
	if e := c.look(township); e.Name != "王桥镇" || len(e.Places) != 1 || e.Units[0].Open != 1 || !e.Station() {
		t.Fatalf("%+v", e)
	}
	done, err := c.close(c.Admin, township, how)
	c.must(err)
	is := c.Case(number)
	if done.Units != 1 || done.Moved != 4 || is.StationID != c.OtherStation || *is.UnitID != other {
		t.Errorf("%+v: %+v", done, is)
	}
	done, err = c.close(c.Admin, township, how)
	if err != nil || !done.Again {
		t.Errorf("again: %+v, %v", done, err)
	}
	staff, err := c.reload(c.Township)
	c.must(err)
	c.MustTake(staff, number, casefile.Input{Step: casefile.Sign})
	if _, err := c.close(c.Admin, network.Target{Code: "140423999", Township: true}, how); !errors.Is(err, errs.NotFound) {
		t.Errorf("no such township: %v", err)
	}
}

// traced counts the days of which the history, the notice and the county's record say what
// became of them and why.
func (c county) traced(kind, act, reason string) int {
	c.t.Helper()
	return int(c.number(`select count(*) from receptions r
		join reception_events e on e.county_id = @county and e.reception_id = r.id and e.kind = @kind and e.reason = @reason
		join reception_notices n on n.county_id = @county and n.reception_id = r.id and n.act = @act and n.reason = @reason
		join audit_entries a on a.county_id = @county and a.subject = 'reception ' || r.id and a.detail ->> 'reason' = @reason
		where r.county_id = @county and r.version = 2`, pgx.NamedArgs{"kind": kind, "act": act, "reason": reason}))
}
