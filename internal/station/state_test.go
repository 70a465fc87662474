package station_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/station"
	"lianluo/internal/tenant"
)

// history is how a place stood, oldest first.
func (n network) history(id int64) []string {
	n.t.Helper()
	var all []string
	n.must(func(ctx context.Context, tx *tenant.Tx) (err error) {
		all, err = postgres.Value[[]string](ctx, tx, `select coalesce(array_agg(state || ' ' || from_date || ' ' || coalesce(reason, '-') || ' ' || by_name order by id), '{}')
			from station_states where county_id = @county and station_id = @id`, pgx.NamedArgs{"id": id})
		return err
	})
	return all
}

// TestStates: suspended, open again, closed, open again; each change stays in the history.
func TestStates(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	n.must(setting(n.Handler, n.Point, station.StateChange{State: station.Suspended, Reason: "房屋维修", From: day(t, "2026-09-10")}))
	n.must(setting(n.Handler, n.Point, station.StateChange{State: station.Suspended, Reason: "房屋维修"})) // pressed twice
	n.wrong(setting(n.Handler, n.Point, station.StateChange{State: station.Open, From: day(t, "2026-09-09")}), "from")
	n.wrong(setting(n.Handler, n.Point, station.StateChange{State: station.Open, From: day(t, "2026-09-15")}), "from")
	n.wrong(setting(n.Admin, n.Point, station.StateChange{State: station.Closed, Reason: "  "}), "reason")
	n.wrong(setting(n.Admin, n.Point, station.StateChange{State: station.Merged, Reason: "并入"}), "state")
	n.must(setting(n.Handler, n.Point, station.StateChange{State: station.Open}))
	n.fails(errs.Forbidden, setting(n.Handler, n.Point, station.StateChange{State: station.Closed, Reason: "撤销"}))
	n.must(setting(n.Admin, n.Point, station.StateChange{State: station.Closed, Reason: "撤销"}))
	n.fails(errs.Forbidden, setting(n.Handler, n.Point, station.StateChange{State: station.Open}))
	n.must(setting(n.Admin, n.Station, station.StateChange{State: station.Closed, Reason: "撤销"}))
	n.fails(errs.Conflict, setting(n.Admin, n.Point, station.StateChange{State: station.Open})) // below what is closed
	n.must(setting(n.Admin, n.Station, station.StateChange{State: station.Open, Reason: "恢复"}))
	n.must(setting(n.Admin, n.Point, station.StateChange{State: station.Open}))
	for _, by := range []auth.Actor{n.Head, n.Clerk, n.Leader, n.Water, n.Deputy, n.Citizen} {
		n.fails(errs.Forbidden, setting(by, n.Station, station.StateChange{State: station.Suspended, Reason: "不行"}))
	}
	n.fails(errs.NotFound, setting(n.Admin, n.Neighbour.Station, station.StateChange{State: station.Suspended, Reason: "不行"}))
	want := []string{"suspended 2026-09-10 房屋维修 " + n.Handler.Name, "open 2026-09-14 - " + n.Handler.Name, "closed 2026-09-14 撤销 " + n.Admin.Name,
		"open 2026-09-14 - " + n.Admin.Name}
	if diff := cmp.Diff(want, n.history(n.Point)); diff != "" {
		t.Error(diff)
	}
}

// TestMerge: a place goes on in another one that is in use, never in itself, in one below
// its kind, or round in a circle.
func TestMerge(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	third := n.create(n.Admin, station.Facts{Kind: "station", Name: "虒亭镇人大代表联络站", Division: "140423102"})
	n.wrong(merging(n.Admin, n.OtherStation, n.OtherStation, "撤并"), "successor")
	n.wrong(merging(n.Admin, n.OtherStation, n.Point, " "), "reason", "successor")
	n.fails(errs.Forbidden, merging(n.Handler, n.OtherStation, n.Station, "撤并"))
	n.fails(errs.NotFound, merging(n.Admin, n.OtherStation, n.Neighbour.Station, "撤并"))
	n.must(merging(n.Admin, n.OtherStation, n.Station, "乡镇撤并"))
	n.must(merging(n.Admin, n.OtherStation, n.Station, "乡镇撤并")) // pressed twice
	n.fails(errs.Conflict, merging(n.Admin, n.OtherStation, third, "又改主意"))
	n.fails(errs.Conflict, setting(n.Admin, n.OtherStation, station.StateChange{State: station.Open}))
	n.wrong(merging(n.Admin, n.Station, n.OtherStation, "转一圈"), "successor")
	n.must(merging(n.Admin, n.Station, third, "再撤并"))
	n.must(setting(n.Admin, third, station.StateChange{State: station.Closed, Reason: "撤销"}))
	n.wrong(merging(n.Admin, n.Point, third, "撤并"), "successor")
	got := n.record("140423103")
	if got.State != station.Merged || *got.Successor != "140423101" || got.Version != 2 {
		t.Errorf("%+v", got)
	}
	if got := n.history(n.OtherStation); len(got) != 1 {
		t.Errorf("%v", got)
	}
}
