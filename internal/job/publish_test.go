package job_test

import (
	"context"
	"testing"

	"github.com/google/uuid"

	"lianluo/internal/calendar"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/job"
	"lianluo/internal/reception"
	"lianluo/internal/tenant"
)

// TestPublish: two servers publish each near day once, and leave alone what is far, what
// nobody is on, 走访, and what somebody withdrew.
func TestPublish(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	add := func(in, kind string, deputies ...int64) (id int64) {
		t.Helper()
		day, err := calendar.ParseDate(in)
		if err != nil {
			t.Fatal(err)
		}
		err = w.Update(func(ctx context.Context, tx *tenant.Tx) error {
			id, err = reception.Add(ctx, tx, w.Head, uuid.New(), reception.DayInput{Date: &day, Deputies: deputies, Facts: reception.Facts{StationID: w.Station,
				PlaceID: w.Point, Kind: kind, Route: "村委会门口", Starts: "14:00", Ends: "16:00", Seats: 2}})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	near, withdrawn := add("2026-09-17", "mobile", w.Deputies[0]), add("2026-09-16", "fixed", w.Deputies[0])
	quiet := []int64{withdrawn, add("2026-09-18", "fixed", w.Deputies[0]), add("2026-09-15", "fixed"), add("2026-09-15", "household", w.Deputies[1])}
	err := w.Update(func(ctx context.Context, tx *tenant.Tx) error {
		if err := reception.Publish(ctx, tx, w.Head, withdrawn, 1); err != nil {
			return err
		}
		return reception.Withdraw(ctx, tx, w.Head, withdrawn, 2, reception.Reason{Inside: "地点要换"})
	})
	if err != nil {
		t.Fatal(err)
	}
	g := &gateway{}
	for range 4 {
		insert(t, w, job.Publish{})
	}
	run(t, w, g)
	run(t, w, g)
	idle(t, w)
	var day *reception.Entry
	var notices *[]reception.Notice
	w.View(func(v *tenant.View) { day, notices = reception.Of(v, w.Admin, near), reception.Notices(v, near) })
	if day.State != reception.Published || day.Version != 2 || len(*notices) != 1 || (*notices)[0].ByName != "系统" {
		t.Errorf("%+v, %+v", *day, *notices)
	}
	for _, id := range quiet {
		if w.View(func(v *tenant.View) { day = reception.Of(v, w.Admin, id) }); day.State != reception.Planned {
			t.Errorf("%s %s is %s", day.Date, day.Kind, day.State)
		}
	}
}
