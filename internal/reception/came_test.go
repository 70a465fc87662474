package reception_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/calendar"
	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/duty"
	"lianluo/internal/postgres"
	"lianluo/internal/reception"
	"lianluo/internal/tenant"
)

// during runs do in a transaction, and then lets the others begin before it commits: each of
// them waits for it, or has overtaken it.
func (w *world) during(do func(ctx context.Context, tx *tenant.Tx) error, others ...func(ctx context.Context, tx *tenant.Tx) error) []error {
	w.t.Helper()
	results := make([]error, len(others))
	var all sync.WaitGroup
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		if err := do(ctx, tx); err != nil {
			return err
		}
		for i, other := range others {
			all.Go(func() { results[i] = w.Update(other) })
		}
		return w.PG.Blocked(ctx, len(others))
	})
	all.Wait()
	return results
}

// TestArrivals: the way, the place and the hours say to which day somebody came, or the
// clerk; a day with visits is neither cancelled nor on another date, also not at that moment.
func TestArrivals(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	morning := w.add(w.Clerk, w.on("2026-09-15", w.Deputies[0]))
	in := w.on("2026-09-15", w.Deputies[3])
	in.PlaceID, in.Starts, in.Ends, in.Route = w.Point, "14:30", "17:00", "五阳村"
	afternoon := w.add(w.Clerk, in)
	in.PlaceID, in.Kind, in.Starts, in.Ends, in.Deputies = w.Station, "fixed", "15:30", "16:30", nil
	late := w.add(w.Clerk, in)
	in.Kind, in.Deputies = "household", w.Deputies[2:3]
	home := w.add(w.Clerk, in)
	w.Set("2026-09-15 18:00")
	arrive := func(place int64, way, clock string, chosen int64) (casefile.Visit, error) {
		visit := w.Visit("路灯不亮。")
		visit.PlaceID, visit.Way, visit.Reception = place, way, chosen
		var err error
		if visit.ReceivedAt, err = time.ParseInLocation("2006-01-02 15:04", "2026-09-15 "+clock, calendar.Shanghai); err == nil {
			_, err = w.RegisterVisit(w.Clerk, visit)
		}
		return visit, err
	}
	for _, test := range []struct {
		place      int64
		way, clock string
		chosen     int64
		want       int64
	}{
		{w.Station, "visit", "09:30", 0, morning},
		{w.Station, "visit", "08:00", 0, morning}, // an hour before it begins
		{w.Station, "visit", "07:59", 0, 0},
		{w.Station, "visit", "12:00", 0, morning},
		{w.Station, "visit", "15:00", 0, late}, // half an hour before, and not hours after
		{w.Point, "visit", "16:00", 0, afternoon},
		{w.Point, "visit", "10:00", 0, 0}, // the point's own has not begun, and the station's is elsewhere
		{w.Point, "visit", "10:00", morning, morning},
		{w.Station, "visit", "16:00", reception.None, 0},
		{w.Station, "call", "09:30", 0, 0},
		{w.Station, "letter", "09:30", 0, 0},
		{w.Station, "on_behalf", "09:30", 0, 0},
		{w.Point, "household", "16:00", 0, home},
	} {
		visit, err := arrive(test.place, test.way, test.clock, test.chosen)
		if err != nil {
			t.Fatal(err)
		}
		var got *int64
		if err := w.PG.Super.QueryRow(t.Context(), `select reception_id from visits where submission_key = $1`, visit.Key).Scan(&got); err != nil {
			t.Fatal(err)
		}
		if got == nil && test.want != 0 || got != nil && *got != test.want {
			t.Errorf("%+v: %v", test, got)
		}
	}
	for name, wrong := range map[string]func() error{
		"a call":             func() error { _, err := arrive(w.Station, "call", "09:30", morning); return err },
		"before it began":    func() error { _, err := arrive(w.Station, "visit", "07:30", morning); return err },
		"not this station's": func() error { _, err := arrive(w.Station, "visit", "09:30", 999); return err },
	} {
		t.Run(name, func(t *testing.T) { casetest.InvalidAt(t, wrong(), "reception") })
	}
	if e := w.entry(morning); e.Visits != 4 || e.Persons != 4 || e.Matters != 4 {
		t.Errorf("%+v", e)
	}

	// A call that an older version tied to the day hinders nothing, and is nobody's day on duty.
	quiet := w.on("2026-09-15", w.Deputies[1])
	quiet.Starts, quiet.Ends = "18:30", "19:30"
	id := w.add(w.Clerk, quiet)
	call, err := arrive(w.Station, "call", "17:50", 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.PG.Super.Exec(t.Context(), `update visits set reception_id = $1 where submission_key = $2`, id, call.Key); err != nil {
		t.Fatal(err)
	}
	var r *duty.Record
	w.View(func(v *tenant.View) { r = duty.Of(v, w.Admin, 2) })
	if got := r.All(); got.Receptions != 4 { // those on which a visit names them
		t.Errorf("a call makes a day on duty: %+v", got)
	}
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		return reception.Cancel(ctx, tx, w.Clerk, id, 0, reception.Reason{Inside: "没有人来"})
	})

	w.invalid(func(ctx context.Context, tx *tenant.Tx) error {
		return reception.Move(ctx, tx, w.Clerk, afternoon, 0, reception.When{Date: day("2026-11-24"), Starts: "14:30", Ends: "17:00"}, reception.Reason{Inside: "停电"})
	}, "date")
	// Nor is it at another place, or a call on people's homes: the visits have not come to that.
	moved := w.facts()
	moved.Kind = "household"
	w.invalid(func(ctx context.Context, tx *tenant.Tx) error {
		return reception.ChangeDay(ctx, tx, w.Clerk, afternoon, 0, moved)
	}, "place", "kind")
	moved.PlaceID, moved.Kind, moved.Theme = w.Point, "theme", "饮水安全"
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		return reception.ChangeDay(ctx, tx, w.Clerk, afternoon, 0, moved)
	})
	w.must(func(ctx context.Context, tx *tenant.Tx) error { // that it lasted longer may be said
		return reception.Move(ctx, tx, w.Clerk, afternoon, 0, reception.When{Date: day("2026-09-15"), Starts: "14:30", Ends: "17:30"}, reception.Reason{Inside: "人多"})
	})
}

// TestWhoCameCounts: who is said to have come has the turn, a substitute too, and who did not
// come has none: in the record, in the turns, and among those who lead.
func TestWhoCameCounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.add(w.Clerk, w.on("2026-10-13", w.Deputies[0], w.Deputies[2]))
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		return reception.Join(ctx, tx, w.Clerk, id, 0, w.Deputies[3], true)
	})
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		if err := reception.ChangeSettings(ctx, tx, w.Admin, reception.Settings{Roll: "next_workday", PublishDays: 15, Leading: true, RemindDays: 1, AnswerDays: 3, Version: 1}); err != nil {
			return err
		}
		return reception.SetLeading(ctx, tx, w.Head, w.Station, nil, w.Deputies[3:])
	})
	w.Set("2026-10-13 12:00")
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		return reception.Held(ctx, tx, w.Clerk, id, 0, reception.Report{Came: w.Deputies[2:4]})
	})
	var members *[]reception.Member
	var gaps func() reception.Gaps
	records := make([]*duty.Record, 4)
	w.View(func(v *tenant.View) {
		members, gaps = reception.Members(v, w.Station, *day("2026-10-13")), reception.GapsOf(v, w.Clerk, 2026)
		for i := range records {
			records[i] = duty.Of(v, w.Admin, int32(i+1))
		}
	})
	served := map[int64]int64{}
	for _, m := range *members {
		served[m.ID] = m.Served
	}
	for i, want := range []int{0, 0, 1, 1} {
		if got := records[i].Between(*day("2026-10-13"), nil).Receptions; got != want {
			t.Errorf("the record of deputy %d has %d days, want %d", i+1, got, want)
		}
	}
	if served[w.Deputies[0]] != 1 || served[w.Deputies[2]] != 1 || served[w.Deputies[3]] != 1 { // the first is on the 14th of September too
		t.Errorf("turns: %v", served)
	}
	if months := gaps().Unled[0].Months; slices.Contains(months, 10) {
		t.Errorf("a leading substitute came in October: %v", months)
	}
}

// TestWhoReceivedHasTheDay: who is named on a visit of a day has its turn, though in no list of
// duty: in the own record once, in the turns, the counts and the register alike. Who is said not
// to have come has none, whatever a visit says.
func TestWhoReceivedHasTheDay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.add(w.Clerk, w.on("2026-09-15", w.Deputies[0]))
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		return reception.Join(ctx, tx, w.Clerk, id, 0, w.Deputies[1], true)
	})
	w.Set("2026-09-15 10:00")
	for _, words := range []string{"路灯不亮。", "路灯还是不亮。"} {
		visit := w.Visit(words)
		visit.PlaceID, visit.Deputies = w.Station, w.Deputies[1:3] // a substitute, and one who is in no list
		if _, err := w.RegisterVisit(w.Clerk, visit); err != nil {
			t.Fatal(err)
		}
	}
	check := func(when string, want ...int) {
		t.Helper()
		today := *day("2026-09-15")
		var members *[]reception.Member
		var tally *tenant.Page[reception.Tally]
		records := make([]*duty.Record, len(w.Deputies))
		w.View(func(v *tenant.View) {
			members = reception.Members(v, w.Station, today)
			tally = reception.TurnList.Page(v, w.Clerk, reception.TurnList.Ask(nil, 50))
			for i := range records {
				records[i] = duty.Of(v, w.Admin, int32(i+1))
			}
		})
		for i, n := range want {
			got := []int{records[i].Between(today, &today).Receptions}
			on14 := 0
			if i < 2 {
				on14 = 1 // they are on duty on the day before
			}
			for _, m := range *members {
				if m.ID == w.Deputies[i] {
					got = append(got, int(m.Served)-on14, int(m.Held))
				}
			}
			for _, c := range tally.Items {
				if c.ID == w.Deputies[i] {
					got = append(got, int(c.Held+c.Ahead)-on14, int(c.Held))
				}
			}
			if !slices.Equal(got, []int{n, n, n, n, n}) {
				t.Errorf("%s, deputy %d: record, turns with those that took place, counts with those have %v, want %d", when, i+1, got, n)
			}
		}
	}
	check("while nobody said who came", 1, 1, 1, 0)
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		return reception.Held(ctx, tx, w.Clerk, id, 0, reception.Report{Came: w.Deputies[:1]})
	})
	check("the substitute is said not to have come", 1, 0, 1, 0)
}

// TestCancelledWhileSomebodyComes: whichever is first, no visit is left on a cancelled day.
func TestCancelledWhileSomebodyComes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var id int64
	w.must(func(ctx context.Context, tx *tenant.Tx) (err error) {
		id, err = postgres.Value[int64](ctx, tx, `select id from receptions where county_id = @county`, pgx.NamedArgs{})
		return err
	})
	visit := func(words string) func(ctx context.Context, tx *tenant.Tx) error {
		v := w.Visit(words)
		v.PlaceID = w.Station
		return func(ctx context.Context, tx *tenant.Tx) error {
			_, err := casefile.RegisterVisit(ctx, tx, w.Keys, w.Clerk2, v)
			return err
		}
	}
	cancel := func(ctx context.Context, tx *tenant.Tx) error {
		return reception.Cancel(ctx, tx, w.Clerk, id, 1, reception.Reason{Inside: "下雨"})
	}
	casetest.InvalidAt(t, w.during(visit("路灯不亮。"), cancel)[0], "reason")
	if _, err := w.PG.Super.Exec(t.Context(), `update visits set reception_id = null`); err != nil {
		t.Fatal(err)
	}
	if err := w.during(cancel, visit("路灯还是不亮。"))[0]; err != nil {
		t.Fatal(err)
	}
	if e := w.entry(id); e.State != reception.Cancelled || e.Visits != 0 {
		t.Errorf("%s with %d visits", e.State, e.Visits)
	}
}
