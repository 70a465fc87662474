package casefile_test

import (
	"errors"
	"strings"
	"testing"

	"lianluo/internal/auth"
	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/errs"
	"lianluo/internal/tenant"
)

// crowd fills a world with cases in every state, some late, two of them restricted.
func crowd(t *testing.T, w *casetest.World) {
	t.Helper()
	for _, state := range strings.Fields(anyOpen + " closed closed archived merged merged") {
		byCounty(w, casefile.State(state))
	}
	w.MustTake(w.Head, byCounty(w, casefile.Handling), because(casefile.Restrict, "要求保密。"))
	reassigned := byCounty(w, casefile.Handling)
	w.MustTake(w.Handler, reassigned, casefile.Input{Step: casefile.Reassign, Reason: "改派。", UnitID: w.WaterUnit})
	w.MustTake(w.Head, reassigned, because(casefile.Restrict, "要求保密。"))
	visit := w.Visit("夏店的路坑坑洼洼。")
	visit.StationID, visit.PlaceID, visit.Deputies, visit.Name = w.OtherStation, w.OtherStation, nil, ""
	if _, err := w.RegisterVisit(w.OtherClerk, visit); err != nil {
		t.Fatal(err)
	}
	w.Set("2026-09-18 09:00")
	w.OneCase()
	w.Advance(2)
}

// TestLists: everybody finds what they may open, and nothing else; the counts agree.
func TestLists(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	crowd(t, w)
	all := list(t, w, w.Admin, casefile.Filter{View: casefile.ViewOpen, Limit: 100})
	all = append(all, list(t, w, w.Admin, casefile.Filter{View: casefile.ViewClosed, Limit: 100})...)
	if int64(len(all)) != count(t, w, `select count(*) from cases where county_id = @county`) {
		t.Errorf("the administrator finds %d", len(all))
	}
	for name, by := range w.Actors() {
		var counts *casefile.Counts
		var funnel *casefile.Funnel
		w.View(func(v *tenant.View) { counts, funnel = casefile.CountOpen(v, by), casefile.CountFunnel(v, by) })
		sees := by.May(auth.SeeCases) && name != "OtherClerk" && name != "Township"
		if f := *funnel; f.Registered < f.Sorted || f.Sorted < f.Worked || f.Worked < f.Told || f.Told < f.Rated || (f.Rated > 0) != sees {
			t.Errorf("%s: %+v", name, f)
		}
		found := map[string]bool{}
		for _, view := range casefile.Views {
			items := list(t, w, by, casefile.Filter{View: view.View, Limit: 100})
			if n := counts.Of(view.View); n != len(items) && view.View != casefile.ViewClosed {
				t.Errorf("%s, %s: counted %d, listed %d", name, view.View, n, len(items))
			}
			for _, item := range items {
				found[item.Number] = true
				if item.VisitorFor(by) == "" {
					t.Errorf("%+v", item)
				}
			}
			paged(t, w, by, view.View, items)
		}
		for _, item := range all {
			c := w.Case(item.Number)
			may := c.SeenBy(by) == nil && by.May(auth.SeeCases)
			hadIt := by.Role == auth.Unit && !found[item.Number] && deref(c.UnitID) != by.UnitID && !c.Restricted // its order is over: no more in its list
			if found[item.Number] != may && !hadIt {
				t.Errorf("%s: finds %s (%s, restricted %v): %v, may open it: %v", name, item.Number, c.State, c.Restricted, found[item.Number], may)
			}
		}
	}
}

func list(t *testing.T, w *casetest.World, by auth.Actor, f casefile.Filter) []casefile.Item {
	t.Helper()
	var items *[]casefile.Item
	w.View(func(v *tenant.View) { items = casefile.List(v, by, f) })
	return *items
}

// paged walks a view two by two, and must come by the same cases.
func paged(t *testing.T, w *casetest.World, by auth.Actor, view casefile.View, whole []casefile.Item) {
	t.Helper()
	f := casefile.Filter{View: view, Limit: 2}
	var walked []string
	for range len(whole) + 1 {
		page := list(t, w, by, f)
		more := len(page) > f.Limit
		for _, item := range page[:min(len(page), f.Limit)] {
			walked = append(walked, item.Number)
			f.After = item.Key()
		}
		if !more {
			break
		}
	}
	var want []string
	for _, item := range whole {
		want = append(want, item.Number)
	}
	if strings.Join(walked, " ") != strings.Join(want, " ") {
		t.Errorf("%s, %s: paged %v, whole %v", by.Name, view, walked, want)
	}
}

func TestFilters(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	first, second := w.OneCase(), w.DriveNew(casefile.Handling)
	parent := count(t, w, `select parent_id from categories where county_id = @county and name = '饮水管网'`)
	for want, filters := range map[string][]casefile.Filter{
		first:                {{Number: first}, {Number: "0001"}, {Number: strings.ToLower(first)}},
		second:               {{UnitID: w.WaterUnit}, {Number: "0002", StationID: w.Station, CategoryID: parent}},
		first + " " + second: {{}, {StationID: w.Station}, {CategoryID: w.Category}, {CategoryID: parent}},
		"":                   {{StationID: w.OtherStation}, {UnitID: w.RoadsUnit}, {CategoryID: 999999}, {Number: "9999"}, {Number: "%"}},
	} {
		for _, f := range filters {
			f.View, f.Limit = casefile.ViewOpen, 10
			var got []string
			for _, item := range list(t, w, w.Clerk, f) {
				got = append(got, item.Number)
			}
			if strings.Join(got, " ") != want {
				t.Errorf("%+v: %v, want %s", f, got, want)
			}
		}
	}
	if items := list(t, w, w.Water, casefile.Filter{Limit: 10}); len(items) != 1 || items[0].VisitorFor(w.Water) != "申**" || items[0].VisitorFor(w.Clerk) != casetest.Visitor {
		t.Errorf("%+v", items)
	}
	if (casefile.Counts{}).Of(casefile.ViewClosed) != -1 {
		t.Error("what is closed is not counted")
	}
}

func TestSheet(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	receipts := w.Register("村里自来水管冻裂。", "老年食堂几点开门？")
	number := receipts.Matters[0].Number
	w.Drive(number, casefile.Closed)
	var sheet *casefile.Sheet
	w.View(func(v *tenant.View) { sheet = casefile.SheetOf(v, number) })
	if sheet.Number != number || sheet.Station != "王桥镇" || sheet.Place != "五阳村人大代表联络点" || *sheet.Unit != "县水利局" || sheet.Category != "饮水管网" ||
		*sheet.Parent != "饮水灌溉" || len(sheet.Listeners) != 2 || sheet.Listeners[0].ID != w.Deputies[0] || len(sheet.Siblings) != 1 ||
		sheet.Siblings[0].Number != receipts.Matters[1].Number || len(sheet.Told) != 3 || len(sheet.Letters) != 2 || sheet.MayCall || len(sheet.Verdicts) != 0 {
		t.Errorf("%+v", sheet)
	}
	if sheet.UnseenBy(w.Clerk); *sheet.Phone != "138****0017" || *sheet.Visitor != casetest.Visitor {
		t.Errorf("%v %v", *sheet.Phone, *sheet.Visitor)
	}
	if sheet.UnseenBy(w.Water); sheet.Phone != nil || sheet.Gender != nil || *sheet.Visitor != "申**" {
		t.Errorf("%v %v", sheet.Phone, *sheet.Visitor)
	}
}

func TestLookup(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	receipt := w.Register("申国强家的水管冻裂，电话13800000017。").Matters[0]
	w.Drive(receipt.Number, casefile.AwaitingRating)
	look := func(code, digits string) *casefile.Progress {
		t.Helper()
		var progress func() (*casefile.Progress, error)
		w.View(func(v *tenant.View) { progress = casefile.Lookup(v, w.Keys, casefile.CleanCode(code), digits) })
		found, err := progress()
		if err != nil {
			t.Error(err)
		}
		return found
	}
	found := look(receipt.Code, "0017")
	if found == nil || found.State != casefile.AwaitingRating || *found.Unit != "县水利局" || found.Answer == nil || len(found.Followers) != 2 ||
		found.Last(casefile.Sign) == nil || found.Last(casefile.Rate) != nil {
		t.Fatalf("%+v", found)
	}
	for _, digits := range []string{"", "0018", "13800000017", "7"} {
		if got := look(receipt.Code, digits); got != nil {
			t.Errorf("opened by %q", digits)
		}
	}
	if got := look("2222-222-222", "0017"); got != nil {
		t.Errorf("%+v", got)
	}
	visit := w.Visit("申国强家的水管冻裂，电话13800000017")
	visit.Phone, visit.ReplyBy = "", "person"
	receipts, err := w.RegisterVisit(w.Clerk, visit)
	if err != nil {
		t.Fatal(err)
	}
	if got := look(receipts.Matters[0].Code, ""); got == nil || got.Title != "您家的水管冻裂，电话****" {
		t.Errorf("%+v", got)
	}
	w.MustTake(w.Clerk, receipts.Matters[0].Number, w.Sorting())
	w.MustTake(w.Head, receipts.Matters[0].Number, because(casefile.Restrict, "要求保密。"))
	if got := look(receipts.Matters[0].Code, ""); got == nil || !got.Restricted || got.Title != "" || got.State != "" {
		t.Errorf("%+v", got)
	}
}

func TestSavedVisit(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	visit := w.Visit("村里自来水管冻裂。", "老年食堂几点开门？")
	visit.Confidential = true
	receipts, err := w.RegisterVisit(w.Clerk, visit)
	if err != nil {
		t.Fatal(err)
	}
	var saved, none func() *casefile.Saved
	w.View(func(v *tenant.View) {
		saved, none = casefile.SavedVisit(v, w.Keys, visit.Key), casefile.SavedVisit(v, w.Keys, w.Visit().Key)
	})
	got := saved()
	if none() != nil || got.Station != "王桥镇人大代表联络站" || got.Place != "五阳村人大代表联络点" || !got.LeftPhone || len(got.Deputies) != 2 ||
		len(got.Receipts.Matters) != 2 || got.Receipts.Matters[1] != receipts.Matters[1] {
		t.Errorf("%+v", got)
	}
	may := map[string]bool{"Clerk": true, "Head": true}
	for name, by := range w.Actors() {
		if err := got.SeenBy(by); may[name] != (err == nil) || err != nil && !errors.Is(err, errs.Forbidden) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
