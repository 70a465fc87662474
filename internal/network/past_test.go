package network_test

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/deputy"
	"lianluo/internal/errs"
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

// TestWhatGoesAlong: the villages, the clerks who were 联络员, and the days that have not
// begun; the head's account and office end.
func TestWhatGoesAlong(t *testing.T) {
	t.Parallel()
	c := newCounty(t)
	c.Set("2026-09-14 09:30") // a Monday, on which 王桥镇 sits from nine
	c.exec(`insert into station_villages (county_id, station_id, division_code) values (@county, @place, '140423101205')`, pgx.NamedArgs{"place": c.Station})
	for _, starts := range []string{"08:00", "09:30", "14:00"} {
		c.exec(`insert into receptions (county_id, station_id, place_id, date, starts, ends, kind, state)
			values (@county, @station, @station, @today, @starts, '17:00', 'fixed', 'published')`, pgx.NamedArgs{"station": c.Station, "today": c.Today(), "starts": starts})
	}
	for office, who := range map[string]auth.Actor{"head": c.Head, "liaison": c.Clerk} {
		c.must(c.Update(func(ctx context.Context, tx *tenant.Tx) error {
			_, err := station.Appoint(ctx, tx, c.Admin, c.Station, station.Officer{Office: office, UserID: who.UserID})
			return err
		}))
	}
	ahead := c.number(`select count(*) from receptions where county_id = @county and station_id = @from and state in ('planned', 'published') and (date > @today or date = @today and starts = '14:00')`,
		pgx.NamedArgs{"from": c.Station, "today": c.Today()})
	if e := c.look(wangqiao); e.Days != ahead || len(e.Dates) != int(ahead) || e.Dates[0] != c.Today() {
		t.Fatalf("%d days ahead, want %d: %v", e.Days, ahead, e.Dates)
	}
	how := merging()
	how.Staff, how.Below = "clerks", "close"
	done, err := c.close(c.Admin, wangqiao, how)
	c.must(err)
	if done.Villages != 1 || !slices.Equal(done.Liaisons, []string{c.Clerk.Name}) || done.Days != ahead {
		t.Errorf("%+v", done)
	}
	if len(done.Going) != 2 || len(done.Gone) != 1 || done.Gone[0].Name != c.Head.Name || done.Gone[0].Role != auth.StationHead {
		t.Errorf("going %+v, gone %+v", done.Going, done.Gone)
	}
	for sql, want := range map[string]int64{
		`select count(*) from receptions where county_id = @county and station_id = @from and date = @today and starts <= '09:30' and state = 'published'`: 3,
		`select count(*) from receptions where county_id = @county and station_id = @into and date = @today and starts = '14:00'`:                          1,
		`select count(*) from station_villages where county_id = @county and station_id = @into `:                                                          1,
		`select count(*) from station_officers where county_id = @county and station_id = @into and to_date is null and office = 'liaison'
			and user_id is not null`: 1,
		`select count(*) from station_officers where county_id = @county and station_id in (@from, @into) and to_date is null and office = 'head'`: 0,
	} {
		args := pgx.NamedArgs{}
		for name, value := range map[string]any{"from": c.Station, "into": c.OtherStation, "today": c.Today()} {
			if strings.Contains(sql, "@"+name) {
				args[name] = value
			}
		}
		if n := c.number(sql, args); n != want {
			t.Errorf("%d, want %d: %s", n, want, sql)
		}
	}
	var place **station.Record
	c.View(func(v *tenant.View) { place = station.RecordOf(v, wangqiao.Code) })
	if err := (*place).MayZone(c.Admin); !errors.Is(err, errs.Conflict) {
		t.Errorf("its zones can be changed: %v", err)
	}
	err = c.Update(func(ctx context.Context, tx *tenant.Tx) error {
		_, err := station.Appoint(ctx, tx, c.Admin, c.Station, station.Officer{Office: "head", Name: "某某某"})
		return err
	})
	casetest.InvalidAt(t, err, "office")
}
