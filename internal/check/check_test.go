package check_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/uuid"

	"lianluo/internal/auth"
	"lianluo/internal/blob"
	"lianluo/internal/calendar"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/check"
	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/internal/postgres/pgtest"
	"lianluo/internal/tenant"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

const (
	wangqiao = "140423101"
	wuyang   = "140423101205"
	xiadian  = "140423103"
)

type world struct {
	*casetest.World
	t    *testing.T
	list check.Checklist // 六有
}

func newWorld(t *testing.T) *world {
	w := &world{World: casetest.New(t), t: t}
	var lists *[]check.Checklist
	w.View(func(v *tenant.View) { lists = check.Checklists(v) })
	w.list = (*lists)[0]
	return w
}

// form is a filled form: everything is there but what lacks says, by the item's place.
func (w *world) form(lacks map[int]string) check.Input {
	in := check.Input{Key: uuid.New(), List: w.list.ID, On: w.Today(), By: "路红霞、崔卫东", Found: map[int64]check.Finding{}}
	for i, item := range w.list.Items {
		in.Found[item.ID] = check.Finding{State: check.Met}
		if what, absent := lacks[i]; absent {
			in.Found[item.ID] = check.Finding{State: check.Absent, What: what}
		}
	}
	return in
}

func (w *world) record(by auth.Actor, code string, in check.Input) (added bool, err error) {
	err = w.DB.Update(context.Background(), by.County, func(tx *tenant.Tx) error {
		added, err = check.Record(context.Background(), tx, by, code, in)
		return err
	})
	return added, err
}

func (w *world) must(by auth.Actor, code string, in check.Input) check.Input {
	w.t.Helper()
	if added, err := w.record(by, code, in); err != nil || !added {
		w.t.Fatal(added, err)
	}
	return in
}

func (w *world) standing() check.Standing {
	w.t.Helper()
	var all *[]check.Standing
	w.View(func(v *tenant.View) { all = check.Standings(v, wangqiao) })
	return (*all)[0]
}

// TestNewestCounts: a check says what is missing; a newer one takes its place, one of an
// earlier day does not; it lapses after the county's months; nothing of the old is lost.
func TestNewestCounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if s := w.standing(); s.Key != nil || s.List != "六有" || len(s.Missing) != 0 || len(s.Unseen) != 0 {
		t.Errorf("never checked: %+v", s)
	}
	first := w.must(w.Handler, wangqiao, w.form(map[int]string{5: " 9 月活动照片 ", 1: "接待制度没有上墙"}))
	s := w.standing()
	if s.Key == nil || *s.Key != first.Key || s.On.String() != "2026-09-14" || *s.By != "路红霞、崔卫东" || s.ValidUntil.String() != "2027-09-14" ||
		len(s.There) != 4 || len(s.Missing) != 2 || s.Missing[1] != (check.Missing{Name: "有档案", What: "9 月活动照片"}) {
		t.Errorf("%+v", s)
	}
	if s.Lapsed(calendar.NewDate(2027, 9, 14)) || !s.Lapsed(calendar.NewDate(2027, 9, 15)) {
		t.Error("it lapses on another day than the one said")
	}
	earlier := w.form(nil)
	earlier.On = w.Today().AddDays(-30)
	w.must(w.Head, wangqiao, earlier)
	if s := w.standing(); *s.Key != first.Key {
		t.Error("an earlier day's check takes the place of a later one")
	}
	again := w.must(w.Head, wangqiao, w.form(map[int]string{5: "还缺 8 月的"}))
	if s := w.standing(); *s.Key != again.Key || len(s.Missing) != 1 {
		t.Errorf("of the same day the second counts: %+v", s)
	}
	var past *[]check.Past
	var sheet **check.Sheet
	w.View(func(v *tenant.View) { past, sheet = check.History(v, wangqiao), check.SheetOf(v, wangqiao, first.Key) })
	if len(*past) != 3 || (*past)[0].Key != again.Key || (*past)[1].Missing != 2 || (*past)[2].Key != earlier.Key || (*past)[0].Items != 6 {
		t.Errorf("%+v", *past)
	}
	if (*sheet).Newest || (*sheet).EnteredBy != "路红霞" || len((*sheet).Found) != 6 || *(*sheet).Found[5].Missing != "9 月活动照片" {
		t.Errorf("%+v", **sheet)
	}
	// What the county changes in its list later does not change what was found.
	err := w.Update(func(ctx context.Context, tx *tenant.Tx) error {
		if _, err := county.ItemList.Add(ctx, tx, w.Admin.Audit(), county.EntryInput{Above: w.list.ID, Name: "有坡道"}); err != nil {
			return err
		}
		if err := county.ItemList.Change(ctx, tx, w.Admin.Audit(), w.list.Items[5].ID, county.EntryInput{Version: 1, Name: "有完整的档案"}); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `update checklists set valid_months = null where county_id = @county`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if s := w.standing(); len(s.Unseen) != 1 || s.Unseen[0] != "有坡道" || s.Missing[0].Name != "有档案" || s.ValidUntil == nil {
		t.Errorf("%+v", s)
	}
}

// TestBadChecks: what is wrong is said at its field, and nothing is written.
func TestBadChecks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	item := w.list.Items[0].ID
	state, what := check.StateField(item), check.WhatField(item)
	for field, spoil := range map[string]func(in *check.Input){
		"list":       func(in *check.Input) { in.List = 99999 },
		"checked_on": func(in *check.Input) { in.On = w.Today().AddDays(1) },
		"checked_by": func(in *check.Input) { in.By = " " },
		"note":       func(in *check.Input) { in.Note = strings.Repeat("长", 1001) },
		state:        func(in *check.Input) { in.Found[item] = check.Finding{} },
		state + " ":  func(in *check.Input) { in.Found[item] = check.Finding{State: check.Met, What: "缺牌子"} },
		state + "  ": func(in *check.Input) { in.Found = nil },
		what:         func(in *check.Input) { in.Found[item] = check.Finding{State: check.Absent, What: "\n"} },
		what + " ": func(in *check.Input) {
			in.Found[item] = check.Finding{State: check.Absent, What: strings.Repeat("长", 201)}
		},
		"checked_on ":  func(in *check.Input) { in.On = calendar.Date{} },
		"checked_on  ": func(in *check.Input) { in.On = calendar.NewDate(1999, 12, 31) },
		"checked_by ":  func(in *check.Input) { in.By = "甲\x00" },
	} {
		in := w.form(nil)
		spoil(&in)
		added, err := w.record(w.Handler, wangqiao, in)
		if added {
			t.Errorf("%s: written", field)
		}
		if invalid, bad := errors.AsType[errs.Invalid](err); !bad || invalid[strings.TrimSpace(field)] == "" {
			t.Errorf("%s: %v", field, err)
		}
	}
	if s := w.standing(); s.Key != nil {
		t.Error("something was written")
	}
}

// TestWhoChecks: the county checks everything, a head the own station and its points; a
// second press writes nothing; what is no more is not checked.
func TestWhoChecks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	may := map[string][]string{"Admin": {wangqiao, wuyang, xiadian}, "Handler": {wangqiao, wuyang, xiadian}, "Handler2": {wangqiao, wuyang, xiadian}, "Head": {wangqiao, wuyang}}
	for name, by := range w.Actors() {
		for _, code := range []string{wangqiao, wuyang, xiadian} {
			_, err := w.record(by, code, w.form(nil))
			if want := strings.Contains(strings.Join(may[name], " ")+" ", code+" "); want != (err == nil) || err != nil && !errors.Is(err, errs.Forbidden) {
				t.Errorf("%s at %s: %v", name, code, err)
			}
		}
	}
	if _, err := w.record(w.Neighbour.Clerk, wangqiao, w.form(nil)); !errors.Is(err, errs.NotFound) {
		t.Errorf("the neighbour: %v", err)
	}
	if _, err := w.record(w.Handler, "140423999", w.form(nil)); !errors.Is(err, errs.NotFound) {
		t.Errorf("nowhere: %v", err)
	}
	in := w.must(w.Head, wuyang, w.form(map[int]string{0: "牌子"}))
	if added, err := w.record(w.Head, wuyang, in); added || err != nil {
		t.Errorf("the second press: %v, %v", added, err)
	}
	if _, err := w.PG.Super.Exec(t.Context(), `update stations set state = 'closed' where code = $1`, xiadian); err != nil {
		t.Fatal(err)
	}
	if _, err := w.record(w.Handler, xiadian, w.form(nil)); !errors.Is(err, errs.Conflict) {
		t.Errorf("a closed one: %v", err)
	}
	var entries int
	err := w.PG.Super.QueryRow(t.Context(), `select count(*) from audit_entries where action = 'station.check'`).Scan(&entries)
	if err != nil || entries != 3+3+3+2+1 {
		t.Errorf("%d entries, %v", entries, err)
	}
}

// TestEvidence: files of an item; the first who added one removes it, and the administrator.
func TestEvidence(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.must(w.Head, wangqiao, w.form(map[int]string{5: "照片"}))
	item := w.list.Items[5].ID
	scan := func(name string) blob.Kept {
		return blob.Kept{Name: name, Format: blob.PDF, Size: 1000, SHA256: []byte{1}, Key: uuid.New()}
	}
	attach := func(by auth.Actor, code string, item int64, submission uuid.UUID) (added bool, err error) {
		err = w.DB.Update(t.Context(), by.County, func(tx *tenant.Tx) error {
			added, err = check.Attach(t.Context(), tx, by, code, in.Key, item, submission, []blob.Kept{scan("登记簿.pdf")})
			return err
		})
		return added, err
	}
	submission := uuid.New()
	for i, want := range []bool{true, false} {
		if added, err := attach(w.Head, wangqiao, item, submission); err != nil || added != want {
			t.Errorf("press %d: %v, %v", i+1, added, err)
		}
	}
	for _, c := range []struct {
		by   auth.Actor
		code string
		item int64
		kind error
	}{{w.Clerk, wangqiao, item, errs.Forbidden}, {w.OtherClerk, wangqiao, item, errs.Forbidden}, {w.Handler, wuyang, item, errs.NotFound},
		{w.Neighbour.Clerk, wangqiao, item, errs.NotFound}} {
		if _, err := attach(c.by, c.code, c.item, uuid.New()); !errors.Is(err, c.kind) {
			t.Errorf("%s: %v, want %v", c.by.Name, err, c.kind)
		}
	}
	if _, err := attach(w.Handler, wangqiao, 99999, uuid.New()); err == nil {
		t.Error("evidence of no item")
	}
	sheet := func() *check.Sheet {
		var s **check.Sheet
		w.View(func(v *tenant.View) { s = check.SheetOf(v, wangqiao, in.Key) })
		return *s
	}
	files := sheet().Found[5].Files
	if len(files) != 1 || files[0].Name != "登记簿.pdf" || files[0].By != "连文斌" || len(sheet().Found[0].Files) != 0 {
		t.Fatalf("%+v", files)
	}
	remove := func(by auth.Actor, code string) error {
		return w.DB.Update(t.Context(), by.County, func(tx *tenant.Tx) error {
			return check.RemoveFile(t.Context(), tx, by, code, in.Key, files[0].Key)
		})
	}
	for _, c := range []struct {
		by   auth.Actor
		code string
		kind error
	}{{w.Handler, wangqiao, errs.Forbidden}, {w.Clerk, wangqiao, errs.Forbidden}, {w.Head, wuyang, errs.NotFound}} {
		if err := remove(c.by, c.code); !errors.Is(err, c.kind) {
			t.Errorf("%s: %v", c.by.Name, err)
		}
	}
	if err := remove(w.Admin, wangqiao); err != nil || len(sheet().Found[5].Files) != 0 {
		t.Error(err, sheet().Found[5].Files)
	}
	if err := remove(w.Admin, wangqiao); !errors.Is(err, errs.Conflict) {
		t.Errorf("twice: %v", err)
	}
}
