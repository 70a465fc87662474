package casefile_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"lianluo/internal/auth"
	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/errs"
	"lianluo/internal/tenant"
)

// What nobody may do, and what nobody may see.

// TestAppendOnly: the site's own role cannot change what was said and what happened.
func TestAppendOnly(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	w.Drive(w.OneCase(), casefile.Closed)
	refused := func(sql string) {
		t.Helper()
		err := w.Update(func(ctx context.Context, tx *tenant.Tx) error {
			_, err := tx.Exec(ctx, sql+` where county_id = @county`)
			return err
		})
		if denied, ok := errors.AsType[*pgconn.PgError](err); !ok || denied.Code != "42501" {
			t.Errorf("%s: %v, want permission denied", sql, err)
		}
	}
	for table, column := range map[string]string{"case_events": "body = 'x'", "case_answers": "body = 'x'", "case_feedbacks": "body = 'x'",
		"ratings": "result = 5", "audit_entries": "action = 'x'", "visits": "station_id = 2"} {
		refused("update " + table + " set " + column)
		refused("delete from " + table)
	}
	for _, column := range []string{"words = 'x'", "number = 'x'", "registered_by = 1", "registered_at = closed_at", "visit_id = 1", "lookup_hash = 'x'"} {
		refused("update cases set " + column)
	}
	for _, column := range []string{"started_on = '2026-01-01'", "first_due = '2026-01-01'", "kind = 'x'"} {
		refused("update case_clocks set " + column)
	}
	refused("delete from cases")
	refused("delete from case_clocks")
	refused("delete from case_orders")
	refused("delete from messages")
	refused("update case_orders set unit_id = 1")
	refused("update rating_links set expires_at = created_at, unit_id = 1")
}

// TestOtherCounty: a number of another county is no number here.
func TestOtherCounty(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	w.DriveNew(casefile.Registered)
	theirs, mine := w.Neighbour.Clerk, w.OneCase()
	for _, by := range w.Actors() {
		if _, err := w.Take(by, w.Neighbour.Number, full(w, by, casefile.Note, "")); !errors.Is(err, errs.NotFound) {
			t.Errorf("%s: %v", by.Name, err)
		}
	}
	w.Refused(errs.NotFound, theirs, mine, w.Sorting())
	read := func(v *tenant.View) { casefile.Find(v, mine) }
	if err := w.DB.View(t.Context(), w.Neighbour.County, read); !errors.Is(err, errs.NotFound) {
		t.Error(err)
	}
	var events *[]casefile.Event
	if err := w.DB.View(t.Context(), w.Neighbour.County, func(v *tenant.View) { events = casefile.Events(v, mine) }); err != nil || len(*events) != 0 {
		t.Error(*events, err)
	}
	err := w.DB.Update(t.Context(), w.Neighbour.County, func(tx *tenant.Tx) error {
		_, err := casefile.Reveal(t.Context(), tx, w.Keys, theirs, mine, "想看看。")
		return err
	})
	if !errors.Is(err, errs.NotFound) {
		t.Error(err)
	}
	// What 襄垣县 has, 平顺县's forms cannot choose.
	visit := w.Visit("一件事。")
	visit.StationID, visit.PlaceID = w.Neighbour.Station, w.Station
	_, err = w.RegisterVisit(theirs, visit)
	casetest.InvalidAt(t, err, "category-1", "deputies", "place_id")
}

// TestSeenBy is who sees an ordinary case, and who a restricted one.
func TestSeenBy(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	plain := w.DriveNew(casefile.Handling)
	visit := w.Visit("检举一件事。")
	visit.Confidential = true
	receipts, err := w.RegisterVisit(w.Clerk, visit)
	if err != nil {
		t.Fatal(err)
	}
	restricted := receipts.Matters[0].Number
	later := byCounty(w, casefile.Handling)
	w.MustTake(w.Head, later, because(casefile.Restrict, "来访人后来要求保密。"))
	for number, want := range map[string]string{
		plain:      "Admin Citizen Clerk Clerk2 Deputy Handler Handler2 Head Leader System Water",
		restricted: "Admin Citizen Clerk Head System",
		later:      "Admin Citizen Clerk Handler Head Roads System Water", // each has taken a step, or was given the order
	} {
		c := w.Case(number)
		for name, by := range w.Actors() {
			err := c.SeenBy(by)
			if strings.Contains(" "+want+" ", " "+name+" ") != (err == nil) || err != nil && !errors.Is(err, errs.Forbidden) {
				t.Errorf("%s by %s: %v", number, name, err)
			}
			if err != nil {
				w.Refused(errs.Forbidden, by, number, full(w, by, casefile.Note, ""))
			}
		}
	}
	w.MustTake(w.Head, restricted, w.Sorting())
}

func TestReveal(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	number := w.DriveNew(casefile.Reported)
	reveal := func(by auth.Actor, number, reason string) (phone string, err error) {
		err = w.Update(func(ctx context.Context, tx *tenant.Tx) error {
			phone, err = casefile.Reveal(ctx, tx, w.Keys, by, number, reason)
			return err
		})
		return phone, err
	}
	looks := func() int64 {
		return count(t, w, `select count(*) from audit_entries where county_id = @county and action = 'case.reveal_phone'`)
	}
	for _, by := range []auth.Actor{w.Clerk, w.Clerk2, w.Head, w.Handler, w.Admin} {
		before := looks()
		if phone, err := reveal(by, number, "回电核实地址。"); err != nil || phone != casetest.Phone || looks() != before+1 {
			t.Errorf("%s: %q, %v", by.Name, phone, err)
		}
		_, err := reveal(by, number, "  ")
		casetest.InvalidAt(t, err, "reveal_reason")
	}
	var detail string
	if err := w.PG.Super.QueryRow(t.Context(), `select subject || ' ' || actor_name || ' ' || detail::text from audit_entries
		where action = 'case.reveal_phone' order by entry limit 1`).Scan(&detail); err != nil || detail != fmt.Sprintf(`case %s 张敏 {"reason": "回电核实地址。"}`, number) {
		t.Error(detail, err)
	}
	before := looks()
	w.MustTake(w.Handler, number, casefile.Input{Step: casefile.HandOut, UnitID: w.WaterUnit, Co: []casefile.CoOrder{{UnitID: w.RoadsUnit}}})
	for _, by := range []auth.Actor{w.Leader, w.Deputy, w.OtherClerk, w.Water, w.Roads, w.Township} {
		if phone, err := reveal(by, number, "想问一问。"); !errors.Is(err, errs.Forbidden) || phone != "" {
			t.Errorf("%s: %q, %v", by.Name, phone, err)
		}
	}
	// The order says that 县水利局 must call, until it is over.
	w.MustTake(w.Handler, number, casefile.Input{Step: casefile.Reassign, Reason: "要先联系群众。", UnitID: w.WaterUnit, MayCall: true})
	if phone, err := reveal(w.Water, number, "约时间上门。"); err != nil || phone != casetest.Phone {
		t.Error(phone, err)
	}
	w.Drive(number, casefile.Approved)
	if _, err := reveal(w.Water, number, "约时间上门。"); !errors.Is(err, errs.Forbidden) {
		t.Error(err)
	}
	if got := looks(); got != before+1 {
		t.Errorf("%d looks on record", got)
	}
	visit := w.Visit("一件事。")
	visit.Phone, visit.ReplyBy = "", "person"
	receipts, err := w.RegisterVisit(w.Clerk, visit)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := reveal(w.Clerk, receipts.Matters[0].Number, "回电。"); !errors.Is(err, errs.NotFound) {
		t.Error(err)
	}
	if _, err := reveal(w.Clerk, "XY2026-9999", "回电。"); !errors.Is(err, errs.NotFound) {
		t.Error(err)
	}
}

// TestChoices: what is offered as a button can be taken.
func TestChoices(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	number := w.DriveNew(casefile.Submitted)
	c := w.Case(number)
	for _, by := range w.Actors() {
		for _, step := range casefile.Choices(by, &c, w.Events(number)) {
			if _, err := try(w, by, number, full(w, by, step, "")); err != nil {
				t.Errorf("%s is offered %s: %v", by.Name, step, err)
			}
		}
	}
	if got := casefile.Choices(w.Handler, &c, w.Events(number)); fmt.Sprint(got) != "[approve improve correct urge restrict note]" {
		t.Errorf("%v", got)
	}
	if got := casefile.Choices(w.OtherClerk, &c, w.Events(number)); got != nil {
		t.Errorf("%v", got)
	}
}
