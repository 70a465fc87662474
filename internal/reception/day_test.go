package reception_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"lianluo/internal/auth"
	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/internal/reception"
	"lianluo/internal/tenant"
)

// TestADayByHand: added once however often the button is pressed, announced, corrected,
// withdrawn with a trace, and shown to everybody only while it is announced.
func TestADayByHand(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	key, in := uuid.New(), w.on("2026-09-22", w.Deputies[0], w.Deputies[1])
	in.Theme, in.Invited, in.Kind = "冬季清洁取暖", "县住建局", "theme"
	var ids [2]int64
	for i := range ids {
		w.must(func(ctx context.Context, tx *tenant.Tx) (err error) {
			ids[i], err = reception.Add(ctx, tx, w.Clerk, key, in)
			return err
		})
	}
	id := ids[0]
	if ids[0] != ids[1] {
		t.Error("two days from one form")
	}
	announced := func() string {
		var days *[]reception.Announced
		w.View(func(v *tenant.View) {
			days = reception.AnnouncedAt(v, "140423101", w.Today().AddDays(1), w.Today().AddDays(60))
		})
		var words []string
		for _, d := range *days {
			words = append(words, d.Date.String()[5:]+" "+strings.Join(d.Names(), "、"))
		}
		return strings.Join(words, "; ")
	}
	if got := announced(); got != "" {
		t.Error(got)
	}
	w.must(func(ctx context.Context, tx *tenant.Tx) error { return reception.Publish(ctx, tx, w.Clerk, id, 1) })
	if got := announced(); got != "09-22 李秀英、郭建国" && got != "09-22 郭建国、李秀英" {
		t.Error(got)
	}
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		return reception.Swap(ctx, tx, w.Clerk, id, 2, w.Deputies[1], w.Deputies[2], "外出开会")
	})
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		return reception.Move(ctx, tx, w.Clerk, id, 3, reception.When{Date: day("2026-09-23"), Starts: "15:00", Ends: "17:00"}, reception.Reason{Inside: "李秀英住院", Public: "与党委会时间冲突"})
	})
	var days *[]reception.Announced
	w.View(func(v *tenant.View) { days = reception.AnnouncedAt(v, "140423101", w.Today(), w.Today().AddDays(60)) })
	for _, d := range *days {
		if got := strings.Join(d.Changed(), " "); d.Kind == "theme" && (got != "原来的时间：2026年9月22日 星期二 09:00–11:30 接待代表换了" || *d.Why != "与党委会时间冲突") {
			t.Errorf("what citizens are told: %s %v", got, d.Why)
		}
	}
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		return reception.Withdraw(ctx, tx, w.Clerk, id, 4, reception.Reason{Inside: "房东收回房子", Public: "地点要维修"})
	})
	var off *[]reception.Retracted
	w.View(func(v *tenant.View) { off = reception.RetractedAt(v, "140423101205", w.Today(), w.Today().AddDays(60)) })
	if o := *off; len(o) != 1 || o[0].Cancelled || *o[0].Public != "地点要维修" || o[0].Date != *day("2026-09-23") {
		t.Errorf("%+v", *off)
	}
	if got := announced(); got != "" {
		t.Error(got)
	}
	var notices *[]reception.Notice
	var history *[]reception.Happened
	w.View(func(v *tenant.View) { notices, history = reception.Notices(v, id), reception.History(v, id) })
	var acts []string
	for _, n := range *notices {
		acts = append(acts, n.Act)
	}
	if got := strings.Join(acts, " "); got != "withdrawn corrected corrected published" {
		t.Error(got)
	}
	if first, last := (*notices)[3].Body, (*notices)[1].Body; !strings.Contains(first, "李秀英") || !strings.Contains(last, "王志强") ||
		!strings.Contains(last, "2026年9月23日 星期三 15:00–17:00") || !strings.Contains(last, "参加单位：县住建局") {
		t.Errorf("%s\n%s", first, last)
	}
	if h := *history; len(h) != 3 || h[1].Kind != "swapped" || *h[1].Deputy != "李秀英" || *h[1].Instead != "王志强" || *h[1].Reason != "外出开会" ||
		h[2].Kind != "moved" || *h[2].From != *day("2026-09-22") {
		t.Errorf("%+v", h)
	}
	// Two editors: the second is told what the first did.
	err := w.try(func(ctx context.Context, tx *tenant.Tx) error {
		return reception.Cancel(ctx, tx, w.Head, id, 3, reception.Reason{Inside: "下雨"})
	})
	if stale, ok := errors.AsType[county.Stale](err); !ok || stale.Version != 5 || len(stale.Since) != 2 {
		t.Errorf("%v", err)
	}
}

// TestRefusals: faults at their fields, and who may not.
func TestRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.add(w.Head, w.on("2026-09-22", w.Deputies[0]))
	other := w.on("2026-09-22", w.Deputies[0])
	other.StationID, other.PlaceID, other.Starts, other.Ends = w.OtherStation, w.OtherStation, "11:00", "12:00"
	add := func(in reception.DayInput) func(context.Context, *tenant.Tx) error {
		return func(ctx context.Context, tx *tenant.Tx) error {
			_, err := reception.Add(ctx, tx, w.Admin, uuid.New(), in)
			return err
		}
	}
	err := w.try(add(other))
	if wrong, ok := errors.AsType[errs.Invalid](err); !ok || !strings.Contains(wrong["deputies"], "郭建国不在本站的代表小组里") {
		t.Error(err)
	}
	w.joins(w.OtherStation, w.Deputies[0])
	err = w.try(add(other))
	if wrong, ok := errors.AsType[errs.Invalid](err); !ok || wrong["deputies"] != "郭建国9月22日 09:00–11:30 在王桥镇人大代表联络站值班，时间重了。" {
		t.Error(err)
	}
	other.Starts = "11:30" // one ends as the other begins
	clashing := w.add(w.Admin, other)
	w.invalid(func(ctx context.Context, tx *tenant.Tx) error {
		return reception.Move(ctx, tx, w.Admin, clashing, 1, reception.When{Date: day("2026-09-22"), Starts: "11:00", Ends: "12:00"}, reception.Reason{Inside: "提前"})
	}, "date")
	w.invalid(add(w.on("2026-09-13")), "date")
	w.invalid(add(w.on("2036-09-13")), "date")
	w.invalid(add(w.on("2026-09-28", 999)), "deputies")
	holiday := w.on("2026-09-25")
	w.invalid(add(holiday), "holiday")
	holiday.Holiday = true
	if err := w.try(add(holiday)); err != nil {
		t.Error(err)
	}
	none := w.on("2026-09-25")
	none.Date = nil
	w.invalid(add(none), "date")
	on := func(do func(ctx context.Context, tx *tenant.Tx, by auth.Actor) error) func(by auth.Actor) func(context.Context, *tenant.Tx) error {
		return func(by auth.Actor) func(context.Context, *tenant.Tx) error {
			return func(ctx context.Context, tx *tenant.Tx) error { return do(ctx, tx, by) }
		}
	}
	acts := map[string]func(by auth.Actor) func(context.Context, *tenant.Tx) error{
		"cancel": on(func(ctx context.Context, tx *tenant.Tx, by auth.Actor) error {
			return reception.Cancel(ctx, tx, by, id, 1, reception.Reason{Inside: ""})
		}),
		"move": on(func(ctx context.Context, tx *tenant.Tx, by auth.Actor) error {
			return reception.Move(ctx, tx, by, id, 1, reception.When{Date: day("2026-09-23"), Starts: "09:00", Ends: "10:00"}, reception.Reason{Inside: ""})
		}),
		"swap": on(func(ctx context.Context, tx *tenant.Tx, by auth.Actor) error {
			return reception.Swap(ctx, tx, by, id, 1, w.Deputies[0], w.Deputies[1], "")
		}),
	}
	for name, act := range acts {
		w.invalid(act(w.Clerk), "reason")
		for _, who := range []auth.Actor{w.OtherClerk, w.Leader, w.Deputy, w.Water, w.Citizen} {
			if err := w.try(act(who)); !errors.Is(err, errs.Forbidden) {
				t.Errorf("%s by %s: %v", name, who.Name, err)
			}
		}
		err := w.DB.Update(t.Context(), w.Neighbour.County, func(tx *tenant.Tx) error { return act(w.Neighbour.Clerk)(t.Context(), tx) })
		if !errors.Is(err, errs.NotFound) {
			t.Errorf("%s from elsewhere: %v", name, err)
		}
	}
	w.refused(errs.Conflict, func(ctx context.Context, tx *tenant.Tx) error {
		return reception.Held(ctx, tx, w.Clerk, id, 1, reception.Report{})
	})
	w.refused(errs.Conflict, func(ctx context.Context, tx *tenant.Tx) error {
		return reception.Withdraw(ctx, tx, w.Clerk, id, 1, reception.Reason{Inside: "没有"})
	})
	empty := w.add(w.Head, w.on("2026-09-24"))
	w.refused(errs.Conflict, func(ctx context.Context, tx *tenant.Tx) error { return reception.Publish(ctx, tx, w.Clerk, empty, 1) })
	home := w.on("2026-09-24", w.Deputies[3])
	home.Kind = "household"
	visit := w.add(w.Head, home)
	w.refused(errs.Conflict, func(ctx context.Context, tx *tenant.Tx) error { return reception.Publish(ctx, tx, w.Clerk, visit, 1) })
}

// TestAfterTheDay: nobody said anything, so it is a gap; then what came of it is told, and
// corrected; a day that was held is not cancelled.
func TestAfterTheDay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.receive("路灯不亮。")
	var today *[]reception.Entry
	w.View(func(v *tenant.View) { today = reception.Entries(v, w.Clerk, 0, w.Today(), w.Today()) })
	id := (*today)[0].ID
	if e := (*today)[0]; e.Visits != 1 || e.Persons != 1 || e.Matters != 1 {
		t.Errorf("%+v", e)
	}
	nudged := func(by auth.Actor, want int64) {
		t.Helper()
		var n *reception.Nudges
		w.View(func(v *tenant.View) { n = reception.NudgesFor(v, by) })
		if n.Unsaid != want {
			t.Errorf("%s: %+v", by.Name, *n)
		}
	}
	nudged(w.Clerk, 0)
	w.Advance(1)
	nudged(w.Clerk, 1)
	nudged(w.Admin, 1)
	nudged(w.OtherClerk, 0)
	nudged(w.Leader, 0)
	nudged(w.Deputy, 0)
	w.invalid(func(ctx context.Context, tx *tenant.Tx) error {
		return reception.Cancel(ctx, tx, w.Clerk, id, 1, reception.Reason{Inside: "没有人来"})
	}, "reason")
	w.invalid(func(ctx context.Context, tx *tenant.Tx) error {
		return reception.Held(ctx, tx, w.Clerk, id, 1, reception.Report{Note: strings.Repeat("长", 301)})
	}, "note")
	w.invalid(func(ctx context.Context, tx *tenant.Tx) error { // somebody came, and no deputy: why
		return reception.Held(ctx, tx, w.Clerk, id, 1, reception.Report{})
	}, "note")
	w.invalid(func(ctx context.Context, tx *tenant.Tx) error {
		return reception.Held(ctx, tx, w.Clerk, id, 1, reception.Report{Came: w.Deputies[2:3]})
	}, "came")
	report := reception.Report{Came: w.Deputies[:1], Organs: "县水利局"}
	for _, version := range []int32{1, 2} {
		w.must(func(ctx context.Context, tx *tenant.Tx) error {
			return reception.Held(ctx, tx, w.Clerk, id, version, report)
		})
	}
	nudged(w.Clerk, 0)
	if e := w.entry(id); e.State != reception.WasHeld || e.Version != 2 || *e.Organs != "县水利局" || *e.ReportedName != "张敏" {
		t.Errorf("%+v", e)
	}
	served := map[string]int64{}
	var members *[]reception.Member
	w.View(func(v *tenant.View) { members = reception.Members(v, w.Station, w.Today()) })
	for _, m := range *members {
		served[m.Name] = m.Served
	}
	if served["郭建国"] != 1 || served["李秀英"] != 0 {
		t.Errorf("who did not come served: %v", served)
	}
	w.must(func(ctx context.Context, tx *tenant.Tx) error { // nobody came after all; then it is remembered that somebody did
		if err := reception.Held(ctx, tx, w.Clerk, id, 2, reception.Report{Note: "代表临时有会"}); err != nil {
			return err
		}
		return reception.Join(ctx, tx, w.Clerk, id, 3, w.Deputies[2], false)
	})
	if e := w.entry(id); len(e.Duty) < 2 || e.State != reception.WasHeld {
		t.Errorf("%+v", e)
	} else {
		for _, d := range e.Duty {
			if d.Came == nil || *d.Came != (d.ID == w.Deputies[2]) {
				t.Errorf("%+v", d)
			}
		}
	}
	w.refused(errs.Conflict, func(ctx context.Context, tx *tenant.Tx) error {
		return reception.Cancel(ctx, tx, w.Clerk, id, 4, reception.Reason{Inside: "记错了"})
	})
}

// TestLeavesAndGaps: who is away is on no new day, and the days that were settled before
// are told; gaps are what the county's rules miss.
func TestLeavesAndGaps(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.add(w.Head, w.on("2026-09-22", w.Deputies[0]))
	var leave int64
	w.must(func(ctx context.Context, tx *tenant.Tx) (err error) {
		leave, err = reception.Away(ctx, tx, w.Clerk, uuid.New(), reception.LeaveInput{Deputy: w.Deputies[0], From: day("2026-09-20"), To: day("2026-09-30"), Reason: "住院"})
		return err
	})
	w.invalid(func(ctx context.Context, tx *tenant.Tx) error {
		_, err := reception.Away(ctx, tx, w.OtherClerk, uuid.New(), reception.LeaveInput{Deputy: w.Deputies[0], From: day("2026-09-20"), To: day("2026-09-01")})
		return err
	}, "deputy", "to", "reason")
	w.invalid(func(ctx context.Context, tx *tenant.Tx) error {
		_, err := reception.Add(ctx, tx, w.Head, uuid.New(), w.on("2026-09-29", w.Deputies[0]))
		return err
	}, "deputies")
	empty := w.add(w.Head, w.on("2026-09-29"))
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		return reception.ChangeSettings(ctx, tx, w.Admin, reception.Settings{Roll: "next_workday", PublishDays: 15, Least: 1, Leading: true, RemindDays: 1, AnswerDays: 3, Version: 1})
	})
	w.refused(errs.Forbidden, func(ctx context.Context, tx *tenant.Tx) error {
		return reception.SetLeading(ctx, tx, w.OtherClerk, w.Station, nil, w.Deputies[:1])
	})
	for range 2 {
		w.must(func(ctx context.Context, tx *tenant.Tx) error {
			return reception.SetLeading(ctx, tx, w.Head, w.Station, nil, w.Deputies[:1])
		})
	}
	var leaves *tenant.Page[reception.Gone]
	var gaps func() reception.Gaps
	var nudges *reception.Nudges
	w.View(func(v *tenant.View) {
		leaves, gaps, nudges = reception.LeaveList.Page(v, w.Clerk, reception.LeaveList.Ask(nil, 50)), reception.GapsOf(v, w.Clerk, 2026), reception.NudgesFor(v, w.Clerk)
	})
	if l := leaves.Items; len(l) != 1 || len(l[0].Days) != 1 || l[0].Days[0].ID != id {
		t.Errorf("%+v", l)
	}
	g := gaps()
	if len(g.Seldom) != 2 || len(g.Clashes) != 1 || g.Clashes[0].Words() != "郭建国请假到 9月30日，9月22日来不了。" || len(g.Empty) != 2 || g.Empty[0].ID != id || g.Empty[1].ID != empty ||
		len(g.Unled) != 1 || g.Unled[0].Words() != "1、2、3、4、5、6、7、8、10、11、12 月" {
		t.Errorf("%+v", g)
	}
	if nudges.Empty != 2 || nudges.Away != 1 { // on one of the two days nobody comes who is not on leave
		t.Errorf("%+v", nudges)
	}
	w.refused(errs.Forbidden, func(ctx context.Context, tx *tenant.Tx) error { return reception.Back(ctx, tx, w.OtherClerk, leave) })
	// The substitute steps up with one press, once there is one who is not away too; who is not
	// on leave stays.
	offered := func(want bool) {
		t.Helper()
		w.View(func(v *tenant.View) { gaps = reception.GapsOf(v, w.Clerk, 2026) })
		all := gaps().Clashes
		if i := slices.IndexFunc(all, func(c reception.Clash) bool { return c.DeputyID == w.Deputies[0] && c.Until != nil }); i < 0 || all[i].Spare != want {
			t.Errorf("a substitute is offered: %+v", all)
		}
	}
	offered(false)
	up := func(by auth.Actor, deputy int64) func(context.Context, *tenant.Tx) error {
		return func(ctx context.Context, tx *tenant.Tx) error { return reception.StepUp(ctx, tx, by, id, deputy) }
	}
	w.refused(errs.Conflict, up(w.Clerk, w.Deputies[0]))
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		return reception.Join(ctx, tx, w.Head, id, 1, w.Deputies[1], true)
	})
	offered(true)
	elsewhere := w.facts()
	elsewhere.PlaceID = w.Point
	there := w.add(w.Head, reception.DayInput{Facts: elsewhere, Date: day("2026-09-22")})
	if _, err := w.PG.Super.Exec(t.Context(), `insert into reception_deputies (county_id, reception_id, deputy_id, substitute) values ($1, $2, $3, false)`,
		w.County, there, w.Deputies[1]); err != nil {
		t.Fatal(err)
	}
	offered(false)
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		return reception.Cancel(ctx, tx, w.Head, there, 1, reception.Reason{Inside: "撞期"})
	})
	offered(true)
	w.refused(errs.Forbidden, up(w.OtherClerk, w.Deputies[0]))
	w.refused(errs.Conflict, up(w.Clerk, w.Deputies[1]))
	w.must(up(w.Clerk, w.Deputies[0]))
	if d := w.entry(id).Duty; len(d) != 1 || d[0].ID != w.Deputies[1] || d[0].Substitute {
		t.Errorf("%+v", d)
	}
	w.View(func(v *tenant.View) { nudges = reception.NudgesFor(v, w.Clerk) })
	if nudges.Away != 0 {
		t.Errorf("%+v", nudges)
	}
	w.must(func(ctx context.Context, tx *tenant.Tx) error { return reception.Back(ctx, tx, w.Clerk, leave) })
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		return reception.Join(ctx, tx, w.Head, empty, 1, w.Deputies[0], false)
	})
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		return reception.Leave(ctx, tx, w.Head, empty, 2, w.Deputies[0], "")
	})
}
