package casefile_test

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"lianluo/internal/null"

	"lianluo/internal/auth"
	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/errs"
	"lianluo/internal/tenant"
	"lianluo/internal/token"
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
	all := list(t, w, w.Admin, casefile.AskView(casefile.ViewOpen, 100)).Items
	all = append(all, list(t, w, w.Admin, casefile.AskView(casefile.ViewClosed, 100)).Items...)
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
			items := list(t, w, by, casefile.AskView(view.View, 100)).Items
			if n := counts.Of(view.View); n >= 0 && n != len(items) {
				t.Errorf("%s, %s: counted %d, listed %d", name, view.View, n, len(items))
			}
			for _, item := range items {
				found[item.Number] = true
				if item.VisitorFor(by) == "" {
					t.Errorf("%+v", item)
				}
			}
			paged(t, w, by, url.Values{"view": {string(view.View)}}, items)
		}
		for _, item := range all {
			c := w.Case(item.Number)
			may := c.SeenBy(by) == nil && by.May(auth.SeeCases)
			hadIt := by.Role == auth.Unit && !found[item.Number] && null.Value(c.UnitID) != by.UnitID && !c.Restricted // its order is over: no more in its list
			if found[item.Number] != may && !hadIt {
				t.Errorf("%s: finds %s (%s, restricted %v): %v, may open it: %v", name, item.Number, c.State, c.Restricted, found[item.Number], may)
			}
		}
	}
}

func list(t *testing.T, w *casetest.World, by auth.Actor, ask tenant.Ask) *tenant.Page[casefile.Item] {
	t.Helper()
	var page *tenant.Page[casefile.Item]
	w.View(func(v *tenant.View) { page = casefile.List(v, by, ask) })
	return page
}

// paged walks a list two by two, there and back again, and then case by case: it must come
// by the same cases each time.
func paged(t *testing.T, w *casetest.World, by auth.Actor, address url.Values, whole []casefile.Item) {
	t.Helper()
	var want, walked, back []string
	for _, item := range whole {
		want = append(want, item.Number)
	}
	ask := casefile.Ask(address, 2)
	page := list(t, w, by, ask)
	for page.Prev == "" {
		for _, item := range page.Items {
			walked = append(walked, item.Number)
		}
		if page.Next == "" {
			break
		}
		ask.After, ask.Before = page.Next, ""
		page = list(t, w, by, ask)
		page.Prev = ""
	}
	for i := len(page.Items) - 1; i >= 0; i-- {
		back = append(back, page.Items[i].Number)
	}
	for first := len(page.Items) > 0; first && len(page.Items) > 0; {
		ask.After, ask.Before = "", page.Items[0].Key()
		page = list(t, w, by, ask)
		for i := len(page.Items) - 1; i >= 0; i-- {
			back = append(back, page.Items[i].Number)
		}
		first = page.Prev != ""
	}
	slices.Reverse(back)
	if !slices.Equal(walked, want) || !slices.Equal(back, want) {
		t.Errorf("%s, %v: paged %v, back %v, whole %v", by.Name, address, walked, back, want)
	}
	for i, item := range whole {
		var before, behind *tenant.Page[casefile.Neighbour]
		w.View(func(v *tenant.View) {
			before = casefile.Beside(v, by, ask, item.Number, item.Key(), true)
			behind = casefile.Beside(v, by, ask, item.Number, item.Key(), false)
		})
		if !slices.Equal(beside(before), want[max(0, i-1):i]) || !slices.Equal(beside(behind), want[i+1:min(len(want), i+2)]) {
			t.Errorf("%s, %v: beside %s stand %v and %v, want %v", by.Name, address, item.Number, beside(before), beside(behind), want)
		}
	}
}

func beside(page *tenant.Page[casefile.Neighbour]) []string {
	var numbers []string
	for _, n := range page.Items {
		numbers = append(numbers, n.Number)
	}
	return numbers
}

// TestOrders: each order reads the same cases there and back, those without a date last.
func TestOrders(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	crowd(t, w)
	for _, view := range []casefile.View{casefile.ViewOpen, casefile.ViewAll} {
		for _, sort := range []string{"due", "-due", "registered", "-registered", "closed", "-closed"} {
			address := url.Values{"view": {string(view)}, "sort": {sort}}
			whole := list(t, w, w.Admin, casefile.Ask(address, 100)).Items
			paged(t, w, w.Admin, address, whole)
			without := false
			for i, item := range whole {
				if sort == "due" && without && item.DueOn != nil {
					t.Errorf("%s: %s stands behind one without a date", sort, item.Number)
				}
				without = without || item.DueOn == nil
				if i > 0 && sort == "registered" && item.RegisteredAt.After(whole[i-1].RegisteredAt) {
					t.Errorf("%s is newer than the one before it", item.Number)
				}
			}
		}
	}
}

func TestFilters(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	first, second := w.OneCase(), w.DriveNew(casefile.Handling)
	parent := strconv.FormatInt(count(t, w, `select parent_id from categories where county_id = @county and name = '饮水管网'`), 10)
	id := func(n int64) []string { return []string{strconv.FormatInt(n, 10)} }
	for want, filters := range map[string][]url.Values{
		first:                {{"q": {first}}, {"q": {"0001"}}, {"q": {strings.ToLower(first)}}},
		second:               {{"unit": id(w.WaterUnit)}, {"q": {"0002"}, "station": id(w.Station), "category": {parent}}},
		first + " " + second: {{}, {"station": id(w.Station)}, {"category": id(w.Category)}, {"category": {parent}}, {"from": {"2026-01-01"}}, {"station": {"x"}, "from": {"then"}, "after": {"???"}}},
		"":                   {{"station": id(w.OtherStation)}, {"unit": id(w.RoadsUnit)}, {"category": {"999999"}}, {"q": {"9999"}}, {"q": {"%%"}}, {"to": {"2026-01-01"}}},
	} {
		for _, address := range filters {
			address.Set("view", "open")
			ask, err := casefile.Search(t.Context(), w.DB, w.Clerk, casefile.Ask(address, 10))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, item := range list(t, w, w.Clerk, ask).Items {
				got = append(got, item.Number)
			}
			var n *int64
			w.View(func(v *tenant.View) { n = casefile.Count(v, w.Clerk, ask) })
			if strings.Join(got, " ") != want || int(*n) != len(got) {
				t.Errorf("%v: %v, counted %d, want %s", address, got, *n, want)
			}
		}
	}
	if items := list(t, w, w.Water, casefile.AskView(casefile.Waiting, 10)).Items; len(items) != 1 || items[0].VisitorFor(w.Water) != "申**" || items[0].VisitorFor(w.Clerk) != casetest.Visitor {
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
		w.View(func(v *tenant.View) { progress = casefile.Lookup(v, w.Keys, token.CleanCode(code), digits) })
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
