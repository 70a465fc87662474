package station_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/station"
	"lianluo/internal/tenant"
)

func day(t *testing.T, text string) calendar.Date {
	t.Helper()
	d, err := calendar.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func appointing(by auth.Actor, id int64, o station.Officer) write {
	return func(ctx context.Context, tx *tenant.Tx) error {
		_, err := station.Appoint(ctx, tx, by, id, o)
		return err
	}
}

func ending(by auth.Actor, officer int64, to calendar.Date) write {
	return func(ctx context.Context, tx *tenant.Tx) error { return station.EndOffice(ctx, tx, by, officer, to) }
}

func mistaking(by auth.Actor, officer int64) write {
	return func(ctx context.Context, tx *tenant.Tx) error { return station.Mistake(ctx, tx, by, officer) }
}

// officers are who runs a place, as id → office, name, from, to.
func (n network) officers(id int64) (ids []int64, words []string) {
	n.t.Helper()
	n.must(func(ctx context.Context, tx *tenant.Tx) error {
		type row struct {
			ID    int64
			Words string
		}
		all, err := postgres.All[row](ctx, tx, `select id, office || ' ' || name || ' ' || from_date || ' ' || coalesce(to_date::text, '-') as words
			from station_officers where county_id = @county and station_id = @id order by id`, pgx.NamedArgs{"id": id})
		for _, r := range all {
			ids, words = append(ids, r.ID), append(words, r.Words)
		}
		return err
	})
	return ids, words
}

// TestOfficers: a head, who is a deputy, and a clerk with an account; a new head comes once
// the old one has gone.
func TestOfficers(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	n.must(appointing(n.Handler, n.Station, station.Officer{Office: "head", DeputyID: n.Deputies[0], From: day(t, "2024-03-01")}))
	n.must(appointing(n.Handler, n.Station, station.Officer{Office: "liaison", UserID: n.Clerk.UserID}))
	n.wrong(appointing(n.Handler, n.Station, station.Officer{Office: "liaison", Name: n.Clerk.Name}), "name") // pressed twice
	n.wrong(appointing(n.Handler, n.Station, station.Officer{Office: "head", Name: "李秀英"}), "office")
	n.wrong(appointing(n.Handler, n.Station, station.Officer{Office: "boss", From: day(t, "1066-10-14")}), "from", "name", "office")
	n.wrong(appointing(n.Handler, n.Station, station.Officer{Office: "liaison", Name: "甲", DeputyID: 99, UserID: n.Neighbour.Clerk.UserID + 99}), "deputy", "user")
	ids, _ := n.officers(n.Station)
	n.wrong(ending(n.Handler, ids[0], day(t, "2024-02-28")), "to")
	n.wrong(ending(n.Handler, ids[0], day(t, "2226-09-14")), "to")
	n.must(ending(n.Handler, ids[0], day(t, "2026-08-31")))
	n.must(ending(n.Handler, ids[0], day(t, "2026-08-31"))) // pressed twice
	n.fails(errs.Conflict, ending(n.Handler, ids[0], day(t, "2026-09-01")))
	n.must(appointing(n.Handler, n.Station, station.Officer{Office: "head", Name: "李秀英", From: day(t, "2026-09-01")}))
	_, words := n.officers(n.Station)
	want := []string{"head 郭建国 2024-03-01 2026-08-31", "liaison " + n.Clerk.Name + " 2026-09-14 -", "head 李秀英 2026-09-01 -"}
	if diff := cmp.Diff(want, words); diff != "" {
		t.Error(diff)
	}
	// A head who was entered by mistake is corrected the same day: nobody held that office.
	n.must(appointing(n.Handler, n.Point, station.Officer{Office: "head", Name: "错登"}))
	ids, _ = n.officers(n.Point)
	n.wrong(ending(n.Handler, ids[0], n.Today().AddDays(-2)), "to")
	n.must(ending(n.Handler, ids[0], n.Today().AddDays(-1)))
	n.must(mistaking(n.Handler, ids[0])) // pressed twice
	n.must(appointing(n.Handler, n.Point, station.Officer{Office: "head", Name: "李秀英", From: day(t, "2026-09-01")}))
	n.must(appointing(n.Handler, n.Point, station.Officer{Office: "liaison", Name: "错登", From: day(t, "2026-10-01")}))
	ids, _ = n.officers(n.Point)
	n.must(mistaking(n.Handler, ids[2]))
	n.must(appointing(n.Handler, n.Point, station.Officer{Office: "liaison", Name: "错登"}))
	_, words = n.officers(n.Point)
	want = []string{"head 错登 2026-09-14 2026-09-13", "head 李秀英 2026-09-01 -", "liaison 错登 2026-10-01 2026-09-30", "liaison 错登 2026-09-14 -"}
	if diff := cmp.Diff(want, words); diff != "" {
		t.Error(diff)
	}
	ids, _ = n.officers(n.Station)
	for _, by := range []auth.Actor{n.Head, n.Clerk, n.Leader, n.Water, n.Deputy, n.Citizen} {
		n.fails(errs.Forbidden, appointing(by, n.Station, station.Officer{Office: "deputy_head", Name: "甲"}))
		n.fails(errs.Forbidden, ending(by, ids[1], n.Today()))
	}
	n.fails(errs.NotFound, appointing(n.Admin, n.Neighbour.Station, station.Officer{Office: "deputy_head", Name: "甲"}))
	n.fails(errs.NotFound, ending(n.Admin, 999, n.Today()))
}
