package browser

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/google/uuid"

	"lianluo/internal/calendar"
	"lianluo/internal/reception"
	"lianluo/internal/rota"
	"lianluo/internal/tenant"
	"lianluo/web/webtest"
)

// settleRota gives 王桥镇 a year of Thursdays with turns, an announced day, a leave and a
// request for an appointment; it returns the announced day.
func settleRota(t *testing.T, s *webtest.Site) (day int64) {
	t.Helper()
	from, until := s.Today(), calendar.NewDate(2026, 12, 31)
	add := func(write func(ctx context.Context, tx *tenant.Tx) error) {
		t.Helper()
		if err := s.Update(write); err != nil {
			t.Fatal(err)
		}
	}
	add(func(ctx context.Context, tx *tenant.Tx) error {
		_, err := reception.AddRule(ctx, tx, s.Head, uuid.New(), reception.RuleInput{From: &from, Rule: rota.Rule{Every: rota.Weekday, Weekdays: []int{4}},
			Facts: reception.Facts{StationID: s.Station, PlaceID: s.Station, Kind: "theme", Theme: "冬季清洁取暖", Starts: "09:00", Ends: "11:30", Seats: 2, Spares: 1}})
		if err != nil {
			return err
		}
		if _, err = reception.Generate(ctx, tx, s.Head, 0, 2026, reception.Omit{}); err != nil {
			return err
		}
		away := from.AddDays(20)
		_, err = reception.Away(ctx, tx, s.Head, uuid.New(), reception.LeaveInput{Deputy: s.Deputies[3], From: &from, To: &away, Reason: "外出学习"})
		if err != nil {
			return err
		}
		_, err = reception.Ask(ctx, tx, s.Keys, s.Citizen, uuid.New(), s.Point, reception.AskInput{Name: "申国强", Phone: "13800000017", Topic: "村口的路坏了两年", Wish: "星期二上午"})
		return err
	})
	var turns func() reception.Turns
	s.View(func(v *tenant.View) { turns = reception.Propose(v, s.Head, s.Station, from, until) })
	add(func(ctx context.Context, tx *tenant.Tx) error {
		seats := map[int64]reception.Seats{}
		for _, e := range turns().Days[:8] {
			turn := turns().Turns[e.ID]
			seats[e.ID] = reception.Seats{Deputies: turn.Deputies, Substitutes: turn.Spares}
		}
		_, err := reception.ApplyTurns(ctx, tx, s.Head, s.Station, seats)
		return err
	})
	day = turns().Days[1].ID
	add(func(ctx context.Context, tx *tenant.Tx) error { return reception.Publish(ctx, tx, s.Head, day, 2) })
	return day
}

// TestRota: every page of the rota on a laptop and on a phone, the head's with a script and
// the clerk's without; the year's plan and the notice on paper.
func TestRota(t *testing.T) {
	t.Parallel()
	s := &story{Site: webtest.New(t), t: t}
	day := settleRota(t, s.Site)
	s.Advance(1)
	at := fmt.Sprintf("/receptions/%d", day)
	pages := []string{"/receptions?month=2026-09", "/receptions/new", at, at + "/notice", "/registers/receptions", "/receptions/rules", "/receptions/rules/new",
		"/receptions/generate", "/receptions/turns", "/receptions/gaps", "/receptions/leaves", "/receptions/leaves/new", "/receptions/days", "/receptions/week", "/receptions/counts", "/receptions/changes", "/receptions/wishes", "/appointments", "/appointments/new"}
	head, clerk := s.tab("站长", laptop).signIn(s.Head), s.tab("联络员", phone).withoutScript().signIn(s.Clerk)
	for _, path := range pages {
		head.visit(path)
		clerk.visit(path)
	}
	head.visit("/appointments")
	head.goes(200, click("main tbody a.subject"))
	head.sees("申国强", "怎样答复")
	admin := s.tab("县管理员", laptop).signIn(s.Admin)
	admin.visit("/receptions/settings")
	admin.visit("/receptions?month=2026-10")

	s.meets(head, clerk)

	// The notice's margins are for paper: on a phone they would leave a third of it.
	narrow := s.tab("手机上的站长", phone).signIn(s.Head)
	narrow.visit(at + "/notice")
	if margin := get(narrow, chromedp.Evaluate[float64](`parseFloat(getComputedStyle(document.querySelector(".paper-wall")).paddingLeft)`)); margin > 16 {
		t.Errorf("on a phone the notice has a margin of %v pixels", margin)
	}

	head.visit("/registers/receptions?print=1&year=2026")
	head.sheets("plan", sideways, 2, 2) // sixteen days: the heads stand on both
	head.visit(at + "/notice")
	if notice := head.sheets("notice", upright, 1, 1); !strings.Contains(notice[0], "接待") || !strings.Contains(notice[0], "冬季清洁取暖") {
		t.Errorf("the notice: %s", notice[0])
	}
}
