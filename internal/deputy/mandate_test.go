package deputy_test

import (
	"context"
	"errors"
	"testing"

	"lianluo/internal/county"
	"lianluo/internal/deputy"
	"lianluo/internal/errs"
	"lianluo/internal/tenant"
)

// A person holds mandates of five levels, one of each at a time.
func TestMandates(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id, number := o.create(deputy.Facts{Name: "王丽"})
	from := date("2021-07-01")
	for _, level := range deputy.Levels {
		o.must(o.adding(id, deputy.Mandate{Level: level, Term: "第十七届", ElectoralUnit: "王桥选区", Division: "王桥镇", From: from}))
	}
	all := o.mandates(number)
	if len(all) != 5 || all[0].Level != "national" || *all[4].DivisionCode != "140423101" || *all[4].Division != "王桥镇" || all[3].DivisionCode != nil {
		t.Fatalf("%+v", all)
	}
	again := deputy.Mandate{Level: "county", Term: "第十七届", ElectoralUnit: "王桥选区", From: from}
	o.must(o.adding(id, again)) // pressed twice
	again.ElectoralUnit = "夏店选区"
	o.wrong(o.adding(id, again), "level")
	past := deputy.Mandate{Level: "county", Term: "第十六届", ElectoralUnit: "王桥选区", From: date("2016-07-01"), To: new(date("2021-07-01")), EndReason: "term"}
	o.wrong(o.adding(id, past), "from")
	past.To = new(date("2021-06-30"))
	o.must(o.adding(id, past))
	o.wrong(o.adding(id, deputy.Mandate{Division: "140425200", From: date("2026-09-15"), EndReason: "term"}), "level", "term", "electoral_unit", "from", "to")
	o.wrong(o.adding(id, deputy.Mandate{Level: "township", Term: "第十届", ElectoralUnit: "选区", Division: "西沟乡", From: from}), "division")
	o.wrong(o.adding(id, deputy.Mandate{Level: "township", Term: "第十届", ElectoralUnit: "选区", From: from}), "division")
	if len(o.mandates(number)) != 6 {
		t.Errorf("%+v", o.mandates(number))
	}
}

func (o office) ending(id, mandate int64, end deputy.End) func(ctx context.Context, tx *tenant.Tx) error {
	return func(ctx context.Context, tx *tenant.Tx) error {
		_, err := deputy.EndMandate(ctx, tx, o.Admin, id, mandate, end)
		return err
	}
}

func TestAMandateEnds(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id, number := o.create(deputy.Facts{Name: "王丽"})
	from := date("2021-07-01")
	o.must(o.adding(id, deputy.Mandate{Level: "prefecture", Term: "第十五届", ElectoralUnit: "襄垣县", From: from}))
	o.must(o.adding(id, deputy.Mandate{Level: "county", Term: "第十七届", ElectoralUnit: "王桥选区", From: from}))
	o.must(o.joining(id, deputy.Membership{StationID: o.Station, From: from}))
	m := o.mandates(number)
	o.wrong(o.ending(id, m[1].ID, deputy.End{}), "to", "reason")
	o.wrong(o.ending(id, m[1].ID, deputy.End{To: date("2020-01-01"), Reason: "recall"}), "to")
	o.wrong(o.ending(id, m[1].ID, deputy.End{To: date("2026-09-15"), Reason: "recall"}), "to")
	resigns := deputy.End{To: date("2026-09-01"), Reason: "resignation", Leave: true}
	o.must(o.ending(id, m[1].ID, resigns))
	o.must(o.ending(id, m[1].ID, resigns)) // pressed twice
	o.refused(errs.Conflict, o.ending(id, m[1].ID, deputy.End{To: date("2026-09-02"), Reason: "recall"}))
	if g := o.groups(number); g[0].ToDate != nil || o.recorded("deputy.end_mandate") != 1 {
		t.Errorf("still a deputy of the city, and yet out of the group: %+v", g)
	}
	// Elected again at a by-election, then the death ends everything.
	o.must(o.adding(id, deputy.Mandate{Level: "county", Term: "第十七届", ElectoralUnit: "王桥选区", From: date("2026-09-05")}))
	o.must(o.ending(id, m[0].ID, deputy.End{To: date("2026-09-10"), Reason: "death"}))
	for _, m := range o.mandates(number) {
		if m.ToDate == nil || *m.EndReason == "" {
			t.Errorf("runs on: %+v", m)
		}
	}
	if g := o.groups(number); g[0].ToDate == nil || *g[0].ToDate != date("2026-09-10") {
		t.Errorf("%+v", g)
	}
}

func TestAMandateIsCorrected(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id, number := o.create(deputy.Facts{Name: "王丽"})
	m := deputy.Mandate{Level: "county", Term: "第十七届", ElectoralUnit: "王乔选区", From: date("2021-07-01")}
	o.must(o.adding(id, m))
	mandate := o.mandates(number)[0].ID
	m.ElectoralUnit = "王桥选区"
	change := func(version int32) func(ctx context.Context, tx *tenant.Tx) error {
		return func(ctx context.Context, tx *tenant.Tx) error {
			return deputy.ChangeMandate(ctx, tx, o.Admin, id, mandate, version, m)
		}
	}
	o.must(change(1))
	o.must(change(1)) // pressed twice
	if got := o.mandates(number)[0]; got.ElectoralUnit != "王桥选区" || o.find(number).Version != 2 {
		t.Errorf("%+v", got)
	}
	m.Term = "第十六届"
	if err := o.Update(change(1)); err == nil {
		t.Error("a form that began earlier went through")
	}
	other, _ := o.create(deputy.Facts{Name: "李四"})
	err := o.Update(func(ctx context.Context, tx *tenant.Tx) error {
		return deputy.ChangeMandate(ctx, tx, o.Admin, other, mandate, 1, m)
	})
	if err == nil {
		t.Error("another person's mandate was changed")
	}
}

// Who joins, changes role and leaves has it all on record with its dates.
func TestAPlaceInAGroup(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id, number := o.create(deputy.Facts{Name: "王丽"})
	join := deputy.Membership{StationID: o.Station, From: date("2026-01-05")}
	o.must(o.joining(id, join))
	o.must(o.joining(id, join)) // pressed twice
	o.wrong(o.joining(id, deputy.Membership{StationID: o.Station, Role: "head", From: date("2026-02-01")}), "station_id")
	o.wrong(o.joining(id, deputy.Membership{StationID: o.Point, From: date("2026-01-05")}), "station_id")
	o.wrong(o.joining(id, deputy.Membership{StationID: o.Neighbour.Station, Role: "x", From: date("2026-12-01")}), "station_id", "role", "from")
	role := func(role, from string) func(ctx context.Context, tx *tenant.Tx) error {
		return func(ctx context.Context, tx *tenant.Tx) error {
			return deputy.ChangeRole(ctx, tx, o.Admin, id, o.Station, role, date(from))
		}
	}
	o.wrong(role("convener", "2026-01-04"), "from")
	o.must(role("convener", "2026-03-01"))
	o.must(role("convener", "2026-03-01"))
	leave := func(ctx context.Context, tx *tenant.Tx) error {
		return deputy.Leave(ctx, tx, o.Admin, id, o.Station, date("2026-09-01"))
	}
	o.must(leave)
	o.must(leave)
	o.refused(errs.Conflict, role("head", "2026-09-02"))
	g := o.groups(number)
	if len(g) != 2 || g[0].Role != "convener" || g[0].FromDate != date("2026-03-01") || *g[0].ToDate != date("2026-09-01") ||
		g[1].Role != "member" || *g[1].ToDate != date("2026-02-28") {
		t.Errorf("%+v", g)
	}
	o.wrong(o.joining(id, deputy.Membership{StationID: o.Station, From: date("2026-08-01")}), "from")
	o.must(o.joining(id, deputy.Membership{StationID: o.Station, From: date("2026-09-01")}))
	if o.recorded("deputy.join") != 2 || o.recorded("deputy.role") != 1 || o.recorded("deputy.leave") != 1 {
		t.Error("not recorded once each")
	}
}

// A correction begun before a mandate ended, by itself or with its term, is told so: it does
// not take the mandate up again unseen. What became of another mandate is not put into it.
func TestACorrectionDoesNotUndoAnEnd(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.Set("2026-09-20 09:00")
	id, number := o.create(deputy.Facts{Name: "王丽"})
	seat := func(level string) deputy.Mandate {
		return deputy.Mandate{Level: level, Term: "第十七届", ElectoralUnit: level + "选区", From: date("2021-07-01")}
	}
	for _, level := range deputy.Levels[:4] {
		o.must(o.adding(id, seat(level)))
	}
	held := o.mandates(number)
	began := o.find(number).Version
	correct := func(at int, version int32) error {
		m := seat(deputy.Levels[at])
		m.ElectoralUnit = "王桥选区"
		return o.Update(func(ctx context.Context, tx *tenant.Tx) error {
			return deputy.ChangeMandate(ctx, tx, o.Admin, id, held[at].ID, version, m)
		})
	}
	told := func(at int, version int32, to, reason string) {
		t.Helper()
		stale, ok := errors.AsType[county.Stale](correct(at, version))
		if !ok || len(stale.Since) != 1 || stale.Since[0].Changes["to"] != [2]string{"", to} || stale.Since[0].Changes["end_reason"][1] != reason {
			t.Errorf("%+v, want that it ended on %s", stale, to)
		}
	}
	o.must(o.ending(id, held[0].ID, deputy.End{To: date("2026-09-19"), Reason: "resignation"}))
	told(0, began, "2026-09-19", "辞职")
	if stale, ok := errors.AsType[county.Stale](correct(1, began)); !ok || len(stale.Since) != 0 {
		t.Errorf("of another mandate: %+v", stale)
	}
	began = o.find(number).Version
	o.must(o.starting(deputy.NewTerm{Level: deputy.Levels[1], Name: "第十八届", From: date("2026-09-20"), Again: []int64{id}}, nil))
	told(1, began, "2026-09-19", "届满")
	began = o.find(number).Version
	o.must(o.ending(id, held[2].ID, deputy.End{To: date("2026-09-20"), Reason: "death"}))
	told(2, began, "2026-09-20", "去世")
	told(3, began, "2026-09-20", "去世") // the other one ended with it
	for _, m := range o.mandates(number) {
		if m.ToDate == nil || m.ElectoralUnit == "王桥选区" {
			t.Errorf("%+v", m)
		}
	}
}
