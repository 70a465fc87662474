package casefile_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"lianluo/internal/auth"
	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/errs"
	"lianluo/internal/tenant"
)

// back is a visit that comes about earlier cases, and says nothing else.
func back(w *casetest.World, numbers ...string) casefile.Visit {
	visit := w.Visit()
	for _, number := range numbers {
		visit.Matters = append(visit.Matters, casefile.Matter{ReturnTo: number, Words: "还没有修。"})
	}
	return visit
}

// TestBatchesAndPersons: one asks the way, twelve come with one speaker, one comes twice about
// the same thing: each is one arrival, and everybody who came is counted.
func TestBatchesAndPersons(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	asks := w.Visit()
	asks.Purpose, asks.Note, asks.Persons, asks.ReplyBy = "ask", "问低保在哪里办。", 2, "none"
	group := w.Visit("村里自来水管冻裂，一个多月没水了。", "村口的路灯不亮。")
	group.Persons = 12
	for _, visit := range []casefile.Visit{asks, group} {
		if _, err := w.RegisterVisit(w.Clerk, visit); err != nil {
			t.Fatal(err)
		}
	}
	again := back(w, "XY2026-0001", "XY2026-0002")
	again.Matters = append(again.Matters, casefile.Matter{Words: "公交车站牌倒了。", CategoryID: w.Category, Nature: "help"})
	for range 2 { // the second press counts nothing
		if got, err := w.RegisterVisit(w.Clerk, again); err != nil || len(got.Matters) != 1 || got.Matters[0].Number != "XY2026-0003" {
			t.Fatalf("%+v, %v", got, err)
		}
	}
	only := back(w, "XY2026-0001")
	if got, err := w.RegisterVisit(w.OtherClerk, at(only, w.OtherStation)); err != nil || len(got.Matters) != 0 {
		t.Fatalf("%+v, %v", got, err)
	}
	tally := func(station int64) casefile.Tally {
		var got *casefile.Tally
		w.View(func(v *tenant.View) { got = casefile.TallyOf(v, station, w.Today(), w.Today()) })
		return *got
	}
	if got := tally(0); got != (casefile.Tally{Visits: 4, Persons: 16, Matters: 3, Returns: 2}) {
		t.Errorf("the county: %+v", got)
	}
	if got := tally(w.OtherStation); got != (casefile.Tally{Visits: 1, Persons: 1, Returns: 1}) {
		t.Errorf("the other station: %+v", got)
	}
	events := w.Events("XY2026-0001")
	last := events[len(events)-1]
	if last.Step != casefile.ComeBack || last.Times() != 3 || last.Step.Name() != "再次来访" || *last.Body != "还没有修。" || last.ToState != casefile.Registered {
		t.Errorf("%+v", last)
	}
	var sheet *casefile.Sheet
	w.View(func(v *tenant.View) { sheet = casefile.SheetOf(v, "XY2026-0001") })
	if len(sheet.CameBack) != 2 || *sheet.CameBack[0].Words != "还没有修。" || sheet.Version != w.Case("XY2026-0002").Version {
		t.Errorf("%+v", sheet.CameBack)
	}
	var saved func() *casefile.Saved
	w.View(func(v *tenant.View) { saved = casefile.SavedVisit(v, w.Keys, again.Key) })
	if got := saved(); len(got.Earlier) != 2 || got.Earlier[0].Times != 2 || len(got.Receipts.Matters) != 1 {
		t.Errorf("%+v", got)
	}
}

// at moves a visit to a station of its own, where nobody of the first one's deputies is.
func at(visit casefile.Visit, station int64) casefile.Visit {
	visit.StationID, visit.PlaceID, visit.Deputies = station, station, nil
	return visit
}

func TestWhatAVisitMustBe(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	number := w.OneCase()
	hidden := w.Visit("有人打我。")
	hidden.Confidential = true
	if _, err := w.RegisterVisit(w.Clerk2, hidden); err != nil {
		t.Fatal(err)
	}
	archived := w.DriveNew(casefile.Archived)
	for _, c := range []struct {
		name  string
		set   func(*casefile.Visit)
		field string
	}{
		{"nothing", func(v *casefile.Visit) {}, "words-1"},
		{"a purpose of no kind", func(v *casefile.Visit) { v.Purpose = "tea" }, "purpose"},
		{"a note without a purpose", func(v *casefile.Visit) { *v = back(w, number); v.Note = "x" }, "purpose"},
		{"a purpose and a matter", func(v *casefile.Visit) { *v = back(w, number); v.Purpose = "thanks" }, "purpose"},
		{"no such case", func(v *casefile.Visit) { *v = back(w, "XY2026-9999") }, "words-1"},
		{"another's confidential case", func(v *casefile.Visit) { *v = back(w, "XY2026-0002") }, "words-1"},
		{"an archived case", func(v *casefile.Visit) { *v = back(w, archived) }, "words-1"},
		{"in confidence, about a case that others see", func(v *casefile.Visit) { *v = back(w, number); v.Confidential = true }, "words-1"},
		{"the same case twice", func(v *casefile.Visit) { *v = back(w, number, number) }, "words-2"},
		{"a household visit of nobody", func(v *casefile.Visit) { v.Purpose, v.Way, v.Deputies = "other", "household", nil }, "deputies"},
	} {
		visit := w.Visit()
		c.set(&visit)
		_, err := w.RegisterVisit(w.Clerk, visit)
		invalid, ok := errors.AsType[errs.Invalid](err)
		if !ok || invalid[c.field] == "" || len(invalid) != 1 {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if _, err := w.RegisterVisit(w.Neighbour.Clerk, back(w, number)); err == nil {
		t.Error("another county's clerk comes back to our case")
	}
}

// TestAlike: what is typed finds what is there: by the number, by the words, and no more of
// it than whoever types may know.
func TestAlike(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	pipe := w.OneCase()
	lamp := w.Register("村口的路灯不亮，娃们下晚自习看不见路。").Matters[0].Number
	hidden := w.Visit("自来水管冻裂的事，村干部不让说。")
	hidden.Confidential = true
	if _, err := w.RegisterVisit(w.Clerk, hidden); err != nil {
		t.Fatal(err)
	}
	search := func(by auth.Actor, phone string, texts ...string) casefile.Alikes {
		t.Helper()
		found, err := casefile.SearchAlike(t.Context(), w.DB, w.Keys, by, phone, texts)
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	numbers := func(all []casefile.Alike) (numbers []string) {
		for _, a := range all {
			numbers = append(numbers, a.Number)
		}
		return numbers
	}
	found := search(w.Clerk, " 138-0000 0017", "自来水管冻裂了没水，怎么还不修", "短", "养老金什么时候涨呢")
	if got := numbers(found.Person); !slices.Equal(got, []string{"XY2026-0003", lamp, pipe}) {
		t.Errorf("of the same person: %v", got)
	}
	if got := numbers(found.Texts[0]); !slices.Equal(got, []string{pipe}) || len(found.Texts[1])+len(found.Texts[2]) != 0 {
		t.Errorf("by words: %v, %+v", got, found.Texts)
	}
	if a := found.Texts[0][0]; a.Title == nil || a.Visits != 1 || a.Who == nil || *a.Who != "申**" {
		t.Errorf("%+v", found.Texts[0][0])
	}
	if _, err := w.PG.Super.Exec(t.Context(), `update cases set title = '三组供水检修' where county_id = $1 and number = $2`, w.County, pipe); err != nil {
		t.Fatal(err)
	}
	if got := numbers(search(w.Clerk, "", "三组供水检修").Texts[0]); !slices.Equal(got, []string{pipe}) {
		t.Errorf("by its title: %v", got)
	}
	// The head did not register the confidential one; another station's clerk sees no title.
	if got := numbers(search(w.Clerk2, casetest.Phone).Person); slices.Contains(got, "XY2026-0003") {
		t.Errorf("a confidential case is found: %v", got)
	}
	other := search(w.OtherClerk, casetest.Phone, "村口的路灯不亮了，看不见路")
	if len(other.Person) != 2 || other.Person[0].Title != nil || len(other.Texts[0]) != 1 || other.Texts[0][0].Title != nil ||
		other.Person[0].Who != nil || other.Texts[0][0].Who != nil {
		t.Errorf("%+v", other)
	}
	heir := w.OtherClerk // whose station took the other one over
	heir.Merged = []int64{w.Station}
	if own := search(heir, casetest.Phone); own.Person[0].Title == nil || own.Elsewhere() != 0 {
		t.Errorf("of a station that was merged into theirs: %+v", own)
	}
	if county := search(w.Handler, casetest.Phone); county.Person[0].Title == nil {
		t.Errorf("%+v", county)
	}
	neighbour := search(w.Neighbour.Clerk, casetest.Phone, "村口的路灯不亮，娃们下晚自习看不见路。")
	if len(neighbour.Person) != 1 || neighbour.Person[0].Number != "PS2026-0001" || len(neighbour.Texts[0]) != 0 { // its own
		t.Errorf("another county finds %+v", neighbour)
	}
}

// TestDraft: a draft is its owner's alone, unreadable in the table, and goes with the visit or
// with its time.
func TestDraft(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	key := uuid.New()
	save := func(by auth.Actor, key uuid.UUID, text string) (kept bool) {
		t.Helper()
		err := w.DB.Update(t.Context(), by.County, func(tx *tenant.Tx) error {
			var err error
			kept, err = casefile.SaveDraft(t.Context(), tx, w.Keys, casefile.OwnerOf(by), casefile.Draft{Key: key, StationID: by.StationID, Text: text})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return kept
	}
	texts := func(by auth.Actor) (texts []string) {
		t.Helper()
		var read func() []casefile.Draft
		if err := w.DB.View(t.Context(), by.County, func(v *tenant.View) { read = casefile.Drafts(v, w.Keys, by) }); err != nil {
			t.Fatal(err)
		}
		for _, d := range read() {
			texts = append(texts, d.Text)
		}
		return texts
	}
	save(w.Clerk, key, "name="+casetest.Visitor)
	if !save(w.Clerk, key, "name="+casetest.Visitor+"&phone="+casetest.Phone) || save(w.Clerk2, key, "name=别人") { // the same key, by chance or on purpose
		t.Error("the owner's is said not to be kept, or the other's to be")
	}
	if got := texts(w.Clerk); !slices.Equal(got, []string{"name=" + casetest.Visitor + "&phone=" + casetest.Phone}) || len(texts(w.Clerk2)) != 0 {
		t.Errorf("%v, %v", got, texts(w.Clerk2))
	}
	var plain bool
	err := w.PG.Super.QueryRow(t.Context(), `select position(convert_to($1, 'UTF8') in sealed) > 0 from visit_drafts`, casetest.Phone).Scan(&plain)
	if err != nil || plain {
		t.Errorf("the number stands in the table: %v, %v", plain, err)
	}
	err = w.DB.Update(t.Context(), w.County, func(tx *tenant.Tx) error {
		return casefile.DropDraft(t.Context(), tx, w.Clerk2, key)
	})
	if err != nil || len(texts(w.Clerk)) != 1 {
		t.Errorf("another drops it: %v", err)
	}
	visit := w.Visit("路灯坏了。")
	visit.Key = key
	if _, err := w.RegisterVisit(w.Clerk, visit); err != nil || len(texts(w.Clerk)) != 0 {
		t.Errorf("%v, left %v", err, texts(w.Clerk))
	}
	if save(w.Clerk, key, "late") { // on its way while the visit was registered
		t.Error("the draft of a registered visit is said to be kept")
	}
	save(w.Clerk, uuid.New(), "old")
	if got := texts(w.Clerk); !slices.Equal(got, []string{"old"}) {
		t.Errorf("%v", got)
	}
	w.Advance(casefile.DraftDays + 1)
	if got := texts(w.Clerk); len(got) != 0 {
		t.Errorf("after its time: %v", got)
	}
	err = w.Update(casefile.ForgetDrafts)
	var left int
	if err := errors.Join(err, w.PG.Super.QueryRow(t.Context(), `select count(*) from visit_drafts`).Scan(&left)); err != nil || left != 0 {
		t.Errorf("%d are left, %v", left, err)
	}
}

func TestClaim(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	key := uuid.New()
	claim := casefile.Claim(w.Keys, w.Clerk, w.Station, key, w.Now())
	of, station, ok := casefile.Claimed(w.Keys, claim, key, w.Now())
	if !ok || of != casefile.OwnerOf(w.Clerk) || station != w.Station {
		t.Errorf("%+v %d %v", of, station, ok)
	}
	if _, _, ok := casefile.Claimed(w.Keys, claim, uuid.New(), w.Now()); ok {
		t.Error("it says so of another form")
	}
	if _, _, ok := casefile.Claimed(w.Keys, claim, key, w.Now().AddDate(0, 0, 9)); ok {
		t.Error("it says so for ever")
	}
	if _, _, ok := casefile.Claimed(w.Keys, nil, key, w.Now()); ok {
		t.Error("nothing is a claim")
	}
}

// TestWithdrawnWhileSomebodyComesBack: a case that ends at that moment takes no visit,
// and the form says so where it is about it.
func TestWithdrawnWhileSomebodyComesBack(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	number := w.DriveNew(casefile.Registered)
	visit := w.Visit("路灯不亮。", "")
	visit.Matters[1] = casefile.Matter{ReturnTo: number, Words: "又来说水管的事。"}
	came := make(chan error, 1)
	if err := w.Update(func(ctx context.Context, tx *tenant.Tx) error {
		if _, err := casefile.Take(ctx, tx, w.Clerk, number, casefile.Input{Step: casefile.Withdraw, Reason: "邻居帮忙修好了。", Key: uuid.New(), Version: w.Case(number).Version}); err != nil {
			return err
		}
		go func() {
			_, err := w.RegisterVisit(w.Clerk, visit)
			came <- err
		}()
		return w.PG.Blocked(ctx, 1)
	}); err != nil {
		t.Fatal(err)
	}
	casetest.InvalidAt(t, <-came, "words-2")
	if n := count(t, w, `select count(*) from visits where county_id = @county`); n != 1 {
		t.Errorf("%d visits", n)
	}
}

// TestTooManyDrafts: one more is refused in words, one that is there is kept again, and of
// whoever is signed out the oldest makes room.
func TestTooManyDrafts(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	keys := make([]uuid.UUID, 52)
	save := func(i int, unseen bool) error {
		keys[i] = uuid.New()
		return w.Update(func(ctx context.Context, tx *tenant.Tx) error {
			_, err := casefile.SaveDraft(ctx, tx, w.Keys, casefile.OwnerOf(w.Clerk), casefile.Draft{Key: keys[i], StationID: w.Station, Text: "name=甲", Unseen: unseen})
			return err
		})
	}
	for i := range 50 {
		if err := save(i, false); err != nil {
			t.Fatal(err)
		}
		w.Set(w.Now().Add(time.Minute).Format("2006-01-02 15:04"))
	}
	casetest.InvalidAt(t, save(50, false), "")
	if err := save(51, true); err != nil {
		t.Error(err)
	}
	if n := count(t, w, `select count(*) from visit_drafts where county_id = @county`); n != 50 {
		t.Errorf("%d drafts", n)
	}
	var oldest, newest bool
	if err := w.PG.Super.QueryRow(t.Context(), `select bool_or(key = $1), bool_or(key = $2) from visit_drafts`, keys[0], keys[51]).Scan(&oldest, &newest); err != nil || oldest || !newest {
		t.Error(oldest, newest, err)
	}
}
