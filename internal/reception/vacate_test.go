package reception_test

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"lianluo/internal/calendar"
	"lianluo/internal/deputy"
	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/reception"
	"lianluo/internal/tenant"
)

// dies ends a deputy's mandates and places in groups as of today.
func (w *world) dies(deputyID int64) {
	w.t.Helper()
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		mandate, err := postgres.Value[int64](ctx, tx, `select id from mandates where county_id = @county and deputy_id = @deputy`, pgx.NamedArgs{"deputy": deputyID})
		if err != nil {
			return err
		}
		_, err = deputy.EndMandate(ctx, tx, w.Admin, deputyID, mandate, deputy.End{To: calendar.DateOf(tx.Now()), Reason: "death"})
		return err
	})
}

// TestNobodyAnnouncesWhoCannotCome: neither a person nor the system publishes a day whose
// deputies died, left the group or are on leave, as long as nobody has looked; of several the
// notice names those who come. The gaps and the home page count such a seat as empty.
func TestNobodyAnnouncesWhoCannotCome(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	dead, away := w.add(w.Head, w.on("2026-09-16", w.Deputies[0])), w.add(w.Head, w.on("2026-09-17", w.Deputies[1]))
	both := w.add(w.Head, w.on("2026-09-18", w.Deputies[0], w.Deputies[2]))
	due := func() []int64 {
		var ids *[]int64
		w.View(func(v *tenant.View) { ids = reception.Due(v) })
		return *ids
	}
	before := len(due())
	w.dies(w.Deputies[0])
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		_, err := reception.Away(ctx, tx, w.Clerk, uuid.New(), reception.LeaveInput{Deputy: w.Deputies[1], From: day("2026-09-17"), To: day("2026-09-17"), Reason: "住院"})
		return err
	})
	if got := len(due()); got != before-2 {
		t.Errorf("%d days are due, of %d before", got, before)
	}
	for _, id := range []int64{dead, away} {
		w.refused(errs.Conflict, func(ctx context.Context, tx *tenant.Tx) error { return reception.PublishDue(ctx, tx, id) })
		w.refused(errs.Conflict, func(ctx context.Context, tx *tenant.Tx) error { return reception.Publish(ctx, tx, w.Head, id, 0) })
	}
	w.must(func(ctx context.Context, tx *tenant.Tx) error { return reception.Publish(ctx, tx, w.Head, both, 1) })
	var notices *[]reception.Notice
	var days *[]reception.Announced
	var gaps func() reception.Gaps
	var nudges *reception.Nudges
	w.View(func(v *tenant.View) {
		notices, gaps, nudges = reception.Notices(v, both), reception.GapsOf(v, w.Head, 2026), reception.NudgesFor(v, w.Head)
		days = reception.AnnouncedAt(v, "140423101", *day("2026-09-18"), *day("2026-09-18"))
	})
	if body := (*notices)[0].Body; !strings.Contains(body, "接待代表：王志强") || strings.Contains(body, "郭建国") {
		t.Error(body)
	}
	if len(*days) != 1 || strings.Join((*days)[0].Names(), "、") != "王志强" {
		t.Errorf("%+v", *days)
	}
	if g := gaps(); len(g.Empty) != 2 || g.Empty[0].ID != dead || g.Empty[1].ID != away || len(g.Vacant) != 1 || g.Vacant[0].ID != both {
		t.Errorf("%+v, %+v", g.Empty, g.Vacant)
	}
	if nudges.Empty < 2 {
		t.Errorf("%+v", nudges)
	}
}

// TestVacate: whoever left the group is off the days to come, with an event and a corrected
// notice; days on which they were still of the group stay, and a second time nothing happens.
func TestVacate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	shown := w.add(w.Head, w.on("2026-09-22", w.Deputies[0], w.Deputies[1]))
	far, today := w.add(w.Head, w.on("2026-12-22", w.Deputies[0])), w.add(w.Head, reception.DayInput{Date: day(w.Today().String()), Deputies: w.Deputies[:1],
		Facts: reception.Facts{StationID: w.Station, PlaceID: w.Point, Kind: "fixed", Starts: "15:00", Ends: "17:00", Seats: 1}})
	w.must(func(ctx context.Context, tx *tenant.Tx) error { return reception.Publish(ctx, tx, w.Head, shown, 1) })
	w.dies(w.Deputies[0])
	for range 2 {
		w.must(func(ctx context.Context, tx *tenant.Tx) error {
			return reception.Vacate(ctx, tx, deputy.Left{Deputies: w.Deputies[:2]})
		})
	}
	var notices *[]reception.Notice
	var history *[]reception.Happened
	var gaps func() reception.Gaps
	var changes *tenant.Page[reception.Moved]
	w.View(func(v *tenant.View) {
		notices, history, gaps = reception.Notices(v, shown), reception.History(v, shown), reception.GapsOf(v, w.Head, 2026)
		changes = reception.ChangeList.Page(v, w.Head, reception.ChangeList.Ask(nil, 50))
	})
	if n := *notices; len(n) != 2 || n[0].Act != "corrected" || strings.Contains(n[0].Body, "郭建国") || !strings.Contains(n[0].Body, "李秀英") || n[0].ByName != "系统" {
		t.Errorf("%+v", n)
	}
	if h := *history; len(h) != 2 || h[1].Kind != "left" || *h[1].Deputy != "郭建国" || *h[1].Reason != "已经不在本站的代表小组" {
		t.Errorf("%+v", h)
	}
	if g := gaps(); len(g.Vacant) != 2 || g.Vacant[0].ID != shown || g.Vacant[1].ID != far {
		t.Errorf("%+v", g.Vacant)
	}
	if len(changes.Items) != 2 {
		t.Errorf("%+v", changes.Items)
	}
	if d := w.entry(shown); d.Version != 3 || len(d.Duty) != 1 || len(w.entry(far).Duty) != 0 || len(w.entry(today).Duty) != 1 {
		t.Errorf("%+v", d)
	}
}

// TestANoticeFollowsRecordsAlone: a leave of a colleague is no reason to correct a notice, neither
// when somebody leaves another group nor when records become one; a name that no record has is.
func TestANoticeFollowsRecordsAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	shown := w.add(w.Head, w.on("2026-09-22", w.Deputies[0], w.Deputies[1]))
	w.must(func(ctx context.Context, tx *tenant.Tx) error { return reception.Publish(ctx, tx, w.Head, shown, 1) })
	follow := func(renamed bool) []reception.Notice {
		t.Helper()
		w.must(func(ctx context.Context, tx *tenant.Tx) error {
			return reception.Vacate(ctx, tx, deputy.Left{Deputies: w.Deputies[:1], Renamed: renamed})
		})
		var notices *[]reception.Notice
		w.View(func(v *tenant.View) { notices = reception.Notices(v, shown) })
		return *notices
	}
	var leave int64
	w.must(func(ctx context.Context, tx *tenant.Tx) (err error) {
		leave, err = reception.Away(ctx, tx, w.Clerk, uuid.New(), reception.LeaveInput{Deputy: w.Deputies[1], From: day("2026-09-22"), To: day("2026-09-22"), Reason: "住院"})
		return err
	})
	for _, renamed := range []bool{false, true} {
		if n := follow(renamed); len(n) != 1 {
			t.Errorf("a leave is published: %+v", n[0])
		}
	}
	w.must(func(ctx context.Context, tx *tenant.Tx) error { return reception.Back(ctx, tx, w.Clerk, leave) })
	if _, err := w.PG.Super.Exec(t.Context(), `update reception_notices set body = replace(body, '郭建国', '郭建国（县人大代表）')`); err != nil {
		t.Fatal(err)
	}
	if n := follow(true); len(n) != 1 {
		t.Errorf("a notice without levels, or with others, is corrected: %+v", n[0])
	}
	if _, err := w.PG.Super.Exec(t.Context(), `update deputies set name = '郭建华' where id = $1`, w.Deputies[0]); err != nil {
		t.Fatal(err)
	}
	if n := follow(false); len(n) != 1 {
		t.Errorf("who left a group is named anew: %+v", n[0])
	}
	for range 2 {
		if n := follow(true); len(n) != 2 || !strings.Contains(n[0].Body, "郭建华") || *n[0].Reason != "代表的档案有变动" {
			t.Errorf("%+v", n)
		}
	}
}

// TestASeatOfWhoIsAwayIsEmpty: an announced day on which one of two is on leave has an empty seat
// for what is missing as for the list, once.
func TestASeatOfWhoIsAwayIsEmpty(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	shown := w.add(w.Head, w.on("2026-09-22", w.Deputies[0], w.Deputies[1]))
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		if err := reception.Publish(ctx, tx, w.Head, shown, 1); err != nil {
			return err
		}
		_, err := reception.Away(ctx, tx, w.Clerk, uuid.New(), reception.LeaveInput{Deputy: w.Deputies[1], From: day("2026-09-22"), To: day("2026-09-22"), Reason: "住院"})
		return err
	})
	var gaps func() reception.Gaps
	var list *tenant.Page[reception.Listed]
	w.View(func(v *tenant.View) {
		gaps = reception.GapsOf(v, w.Head, 2026)
		list = reception.DayList.Page(v, w.Head, reception.DayList.Ask(url.Values{"view": {"empty"}}, 50))
	})
	if g := gaps(); len(g.Vacant) != 1 || g.Vacant[0].ID != shown || g.Counts.Vacant != 1 || len(g.Empty) != 0 {
		t.Errorf("%+v, %+v", g.Vacant, g.Counts)
	}
	if len(list.Items) != 1 || list.Items[0].ID != shown {
		t.Errorf("%+v", list.Items)
	}
}
