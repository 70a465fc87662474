package reception_test

import (
	"context"
	"net/url"
	"testing"

	"github.com/google/uuid"

	"lianluo/internal/reception"
	"lianluo/internal/tenant"
)

// TestPagesCountAlike: what the home page and the table of stations say is what the lists show to
// which they lead: a seat of who is on leave is empty, and somebody to whom two things are to be
// told is one to call.
func TestPagesCountAlike(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	lacking := func() (seats int64, days int) {
		var all *[]reception.Backlog
		var short *tenant.Page[reception.Listed]
		w.View(func(v *tenant.View) {
			all = reception.Backlogs(v, w.Admin, *day("2026-01-01"), *day("2026-12-31"), w.Today())
			short = reception.DayList.Page(v, w.Admin, reception.DayList.Ask(url.Values{"view": {"empty"}}, 50))
		})
		for _, b := range *all {
			seats += b.Lacking
		}
		return seats, len(short.Items)
	}
	id := w.add(w.Head, w.on("2026-09-22", w.Deputies[0], w.Deputies[1]))
	seats, days := lacking()
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		_, err := reception.Away(ctx, tx, w.Clerk, uuid.New(), reception.LeaveInput{Deputy: w.Deputies[1], From: day("2026-09-22"), To: day("2026-09-22"), Reason: "住院"})
		return err
	})
	if s, d := lacking(); s != seats+1 || d != days+1 {
		t.Errorf("%d seats on %d days, with somebody on leave %d on %d", seats, days, s, d)
	}
	asked := w.asks()
	w.answer(asked, reception.Answer{To: reception.Confirmed, ReceptionID: id})
	if _, err := w.PG.Super.Exec(t.Context(), `update messages set state = 'to_call', body = '约好了' where appointment_id = $1`, asked); err != nil { // no way to send one
		t.Fatal(err)
	}
	var home *reception.Nudges
	var page *reception.AppointmentCounts
	w.View(func(v *tenant.View) { home, page = reception.NudgesFor(v, w.Clerk), reception.CountViews(v, w.Clerk) })
	if home.Told != 1 || page.Tell != 1 {
		t.Errorf("to call: %d on the home page, %d on the list's", home.Told, page.Tell)
	}
}
