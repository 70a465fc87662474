package job_test

import (
	"context"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"lianluo/internal/casefile/casetest"
	"lianluo/internal/deputy"
	"lianluo/internal/network"
	"lianluo/internal/postgres"
	"lianluo/internal/reception"
	"lianluo/internal/tenant"
)

// TestWhoLeftIsOffTheDays: however somebody leaves a group, or their day goes to a station
// whose group they are not of, they are not on duty on the days to come; who goes along with
// the group, or whose records become one, is.
func TestWhoLeftIsOffTheDays(t *testing.T) {
	t.Parallel()
	mandateOf := func(ctx context.Context, tx *tenant.Tx, id int64) (int64, error) {
		return postgres.Value[int64](ctx, tx, `select id from mandates where county_id = @county and deputy_id = @deputy`, pgx.NamedArgs{"deputy": id})
	}
	for name, one := range map[string]struct {
		do    func(ctx context.Context, tx *tenant.Tx, w *casetest.World, who int64) error
		stays bool
	}{
		"death": {func(ctx context.Context, tx *tenant.Tx, w *casetest.World, who int64) error {
			mandate, err := mandateOf(ctx, tx, who)
			if err != nil {
				return err
			}
			_, err = deputy.EndMandate(ctx, tx, w.Admin, who, mandate, deputy.End{To: w.Today(), Reason: "death"})
			return err
		}, false},
		"a resignation with the group": {func(ctx context.Context, tx *tenant.Tx, w *casetest.World, who int64) error {
			mandate, err := mandateOf(ctx, tx, who)
			if err != nil {
				return err
			}
			_, err = deputy.EndMandate(ctx, tx, w.Admin, who, mandate, deputy.End{To: w.Today(), Reason: "resignation", Leave: true})
			return err
		}, false},
		"taken out": {func(ctx context.Context, tx *tenant.Tx, w *casetest.World, who int64) error {
			return deputy.Leave(ctx, tx, w.Admin, who, w.Station, w.Today())
		}, false},
		"another group instead": {func(ctx context.Context, tx *tenant.Tx, w *casetest.World, who int64) error {
			_, err := deputy.Placing{Deputies: []int64{who}, StationID: w.OtherStation, From: w.Today(), LeaveOthers: true}.Place(ctx, tx, w.Admin)
			return err
		}, false},
		"a new term": {func(ctx context.Context, tx *tenant.Tx, w *casetest.World, _ int64) error {
			_, err := deputy.StartTerm(ctx, tx, w.Admin, deputy.NewTerm{Level: "county", Name: "第十八届", From: w.Today(), Leave: true})
			return err
		}, false},
		"another role in the group": {func(ctx context.Context, tx *tenant.Tx, w *casetest.World, who int64) error {
			return deputy.ChangeRole(ctx, tx, w.Admin, who, w.Station, "head", w.Today())
		}, true},
		"the station goes on without the group": {func(ctx context.Context, tx *tenant.Tx, w *casetest.World, _ int64) error {
			_, err := network.Close(ctx, tx, w.Admin, network.Target{Code: "140423101"},
				network.Closing{Way: "merge", Into: "140423103", Reason: "撤乡并镇", Days: "move", Group: "leave", Staff: "move", Below: "move"})
			return err
		}, false},
		"the station goes on with the group": {func(ctx context.Context, tx *tenant.Tx, w *casetest.World, _ int64) error {
			_, err := network.Close(ctx, tx, w.Admin, network.Target{Code: "140423101"},
				network.Closing{Way: "merge", Into: "140423103", Reason: "撤乡并镇", Days: "move", Group: "join", Staff: "move", Below: "move"})
			return err
		}, true},
		"the point goes to another station": {func(ctx context.Context, tx *tenant.Tx, w *casetest.World, _ int64) error {
			_, err := network.Close(ctx, tx, w.Admin, network.Target{Code: "140423101205"},
				network.Closing{Way: "merge", Into: "140423103", Reason: "村归夏店镇", Days: "move"})
			return err
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := casetest.New(t)
			who, date := w.Deputies[2], w.Today().AddDays(30)
			var id int64
			err := w.Update(func(ctx context.Context, tx *tenant.Tx) (err error) {
				id, err = reception.Add(ctx, tx, w.Head, uuid.New(), reception.DayInput{Date: &date, Deputies: []int64{who}, Holiday: true,
					Facts: reception.Facts{StationID: w.Station, PlaceID: w.Point, Kind: "fixed", Starts: "14:00", Ends: "16:00", Seats: 1}})
				if err != nil {
					return err
				}
				return reception.Publish(ctx, tx, w.Head, id, 1)
			})
			if err != nil {
				t.Fatal(err)
			}
			w.Advance(3)
			if err := w.Update(func(ctx context.Context, tx *tenant.Tx) error { return one.do(ctx, tx, w, who) }); err != nil {
				t.Fatal(err)
			}
			runFast(t, w, &gateway{})
			idle(t, w)
			var day *reception.Entry
			w.View(func(v *tenant.View) { day = reception.Of(v, w.Admin, id) })
			if (len(day.Duty) == 1) != one.stays {
				t.Errorf("%+v", *day)
			}
		})
	}
}

// TestOnePersonOfTwoRecordsIsNamedOnce: where the two records of one person become one, the
// notice that named both is corrected.
func TestOnePersonOfTwoRecordsIsNamedOnce(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	date, id := w.Today().AddDays(8), int64(0)
	err := w.Update(func(ctx context.Context, tx *tenant.Tx) (err error) {
		id, err = reception.Add(ctx, tx, w.Head, uuid.New(), reception.DayInput{Date: &date, Deputies: w.Deputies[2:], Holiday: true,
			Facts: reception.Facts{StationID: w.Station, PlaceID: w.Point, Kind: "fixed", Starts: "14:00", Ends: "16:00", Seats: 2}})
		if err != nil {
			return err
		}
		if err := reception.Publish(ctx, tx, w.Head, id, 1); err != nil {
			return err
		}
		_, err = deputy.Merge(ctx, tx, w.Keys, w.Admin, deputy.Merging{Kept: 3, Gone: 4, KeptVersion: 1, GoneVersion: 1})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	runFast(t, w, &gateway{})
	idle(t, w)
	var notices *[]reception.Notice
	var gaps func() reception.Gaps
	w.View(func(v *tenant.View) { notices, gaps = reception.Notices(v, id), reception.GapsOf(v, w.Head, 2026) })
	if n := *notices; len(n) != 2 || n[0].Act != "corrected" || len(gaps().Vacant) != 1 {
		t.Errorf("%+v, %+v", n, gaps().Vacant)
	}
}
