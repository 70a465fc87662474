package webtest_test

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/casefile"
	"lianluo/web/webtest"
)

// listed are the numbers in a list's table, as they stand there.
func listed(p *webtest.Page) []string {
	var numbers []string
	p.Find("main table.tbl tbody tr a.subject").Each(func(_ int, a *selection) {
		path, _, _ := strings.Cut(a.AttrOr("href", ""), "?")
		numbers = append(numbers, strings.TrimPrefix(path, "/cases/"))
	})
	return numbers
}

// lists fails where a page does not list exactly these, in any order.
func lists(t *testing.T, p *webtest.Page, want ...string) {
	t.Helper()
	got := listed(p.MustStatus(http.StatusOK))
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%s lists %q, want %q", p.URL.RequestURI(), got, want)
	}
}

// everyState registers a case in each of some states.
func everyState(s *webtest.Site, states ...casefile.State) map[casefile.State]string {
	all := map[casefile.State]string{}
	for _, state := range states {
		all[state] = s.DriveNew(state)
	}
	return all
}

func TestQueueViews(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	at := everyState(s, casefile.Registered, casefile.Sorted, casefile.Reported, casefile.Assigned, casefile.Handling,
		casefile.Submitted, casefile.Approved, casefile.AwaitingRating, casefile.Review, casefile.Closed)
	handler, clerk, head, unit := s.As(s.Handler), s.As(s.Clerk), s.As(s.Head), s.As(s.Water)

	views := map[string][]casefile.State{
		"sorting": {casefile.Registered, casefile.Sorted, casefile.Reported}, "feedback": {casefile.Approved},
		"handling": {casefile.Assigned, casefile.Handling, casefile.Submitted},
		"rating":   {casefile.AwaitingRating, casefile.Review}, "closed": {casefile.Closed}, "late": nil,
		"open": {casefile.Registered, casefile.Sorted, casefile.Reported, casefile.Assigned, casefile.Handling, casefile.Submitted,
			casefile.Approved, casefile.AwaitingRating, casefile.Review},
	}
	for view, states := range views {
		var want []string
		for _, state := range states {
			want = append(want, at[state])
		}
		p := handler.Get("/cases?view=" + view)
		lists(t, p, want...)
		current := p.Find("nav.views a[aria-current=page]")
		if current.Length() != 1 || !strings.HasSuffix(current.AttrOr("href", ""), "="+view) {
			t.Errorf("the view %s is not marked as the current one", view)
		}
		if view != "closed" {
			if got := webtest.Words(current.Find(".count")); !strings.HasPrefix(got, strconv.Itoa(len(want))+" ") {
				t.Errorf("the view %s counts %q, lists %d", view, got, len(want))
			}
		}
	}

	// What waits is each reader's own.
	lists(t, clerk.Get("/cases"), at[casefile.Registered], at[casefile.Approved])
	lists(t, head.Get("/cases"), at[casefile.Sorted], at[casefile.Review])
	lists(t, handler.Get("/cases"), at[casefile.Reported], at[casefile.Submitted], at[casefile.Review])
	lists(t, unit.Get("/cases"), at[casefile.Assigned], at[casefile.Handling])
	lists(t, s.As(s.Leader).Get("/cases"))
	lists(t, s.As(s.OtherClerk).Get("/cases?view=open"))
	lists(t, s.As(s.Roads).Get("/cases?view=open"))
	lists(t, s.As(s.Neighbour.Clerk).Get("/cases?view=open"), s.Neighbour.Number)
	lists(t, clerk.Get("/"), at[casefile.Registered], at[casefile.Approved])

	// A week later the office's own periods have run out; the citizen is never late.
	s.Set("2026-09-28 09:00")
	clerk = s.As(s.Clerk)
	lists(t, clerk.Get("/cases?view=late"), at[casefile.Registered], at[casefile.Sorted], at[casefile.Reported], at[casefile.Assigned],
		at[casefile.Submitted], at[casefile.Approved], at[casefile.Review])
	clerk.Get("/cases?view=late").MustSay("逾期")
}

func TestQueueFilters(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	sorted, handling := s.DriveNew(casefile.Registered), s.DriveNew(casefile.Handling)
	road := s.Visit("夏店镇到县城的路坏了。")
	road.StationID, road.PlaceID, road.Deputies = s.OtherStation, s.OtherStation, nil
	road.Matters[0].CategoryID = s.Category + 20 // of another first level
	receipts, err := s.RegisterVisit(s.OtherClerk, road)
	if err != nil {
		t.Fatal(err)
	}
	other := receipts.Matters[0].Number
	c := s.As(s.Handler)
	filter := func() *webtest.Form { return c.Get("/cases?view=open").Form("form.filter") }

	lists(t, filter().Submit(), sorted, handling, other)
	lists(t, filter().Set("q", sorted).Submit(), sorted)
	lists(t, filter().Set("q", strings.ToLower(sorted)).Submit(), sorted)
	lists(t, filter().Set("q", sorted[len(sorted)-4:]).Submit(), sorted)
	lists(t, filter().Set("q", "' or 1=1 --").Submit())
	lists(t, filter().Set("q", " "+sorted+" ").Submit(), sorted)
	lists(t, filter().Choose("station", "夏店镇").Submit(), other)
	lists(t, filter().Choose("unit", "县水利局").Submit(), handling)
	lists(t, filter().Choose("category", "饮水灌溉").Submit(), sorted, handling)
	lists(t, filter().Choose("category", "饮水灌溉").Choose("unit", "县交通运输局").Submit())

	// What was chosen stays in the form, and 清除 leads out of it.
	p := filter().Choose("category", "饮水灌溉").Choose("unit", "县水利局").Submit()
	if form := p.Form("form.filter"); form.Value("category") == "" || form.Value("unit") == "" || form.Value("view") != "open" {
		t.Error("the filter forgets what was chosen")
	}
	if clear := p.Find("form.filter a").AttrOr("href", ""); clear != "/cases?view=open" {
		t.Errorf("清除 leads to %q", clear)
	}
	c.Get("/cases?view=nonsense&station=x&after=y&due=z&closed=q").MustStatus(http.StatusOK)
	c.Get("/cases?view=today").MustStatus(http.StatusOK).MustSay("这里没有事项")
	if s.As(s.Clerk).Get("/cases").Find("[name=station]").Length() != 0 {
		t.Error("a clerk is offered other stations")
	}
}

// TestQueuePages goes through 120 cases by the keys of the last row: every case once, in
// the order of their dates, also while others work.
func TestQueuePages(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	for day := range 12 { // the due dates differ; ten cases a day have the same
		for range 2 {
			s.Register("路坏了。", "灯坏了。", "水没了。", "沟堵了。", "墙倒了。")
		}
		if day%3 == 2 {
			s.Advance(1)
		}
	}
	due := map[string]calendar.Date{}
	clerk := s.As(s.Clerk)
	first := clerk.Get("/cases?view=open").MustSay("共 120 件")
	before := listed(follow(t, first))
	due[listed(first)[7]] = *s.Case(listed(first)[7]).DueOn
	s.MustTake(s.Clerk, listed(first)[7], casefile.Input{Step: casefile.Withdraw, Reason: "他自己说不用了。"})
	second := follow(t, first)
	if !slices.Equal(listed(second), before) {
		t.Error("the second page has moved because a case of the first was closed")
	}
	third := follow(t, second)
	all := slices.Concat(listed(first), listed(second), listed(third))
	if len(listed(first)) != 50 || len(listed(second)) != 50 || len(listed(third)) != 20 {
		t.Fatalf("the pages have %d, %d and %d cases", len(listed(first)), len(listed(second)), len(listed(third)))
	}
	if third.Find("a[rel=next]").Length() != 0 || third.Find("a[rel=prev]").Length() != 1 {
		t.Error("the last page leads on, or not back")
	}
	for _, number := range all {
		if c := s.Case(number); c.DueOn != nil {
			due[number] = *c.DueOn
		}
	}
	unique := slices.Compact(slices.Sorted(slices.Values(all)))
	if len(unique) != 120 {
		t.Errorf("%d different cases on three pages", len(unique))
	}
	if !slices.IsSortedFunc(all, func(a, b string) int { return due[a].Compare(due[b]) }) {
		t.Error("the pages are not in the order of their dates")
	}

	// A filter stays with the pages, and what is closed has keys of its own.
	filtered := follow(t, clerk.Get("/cases?view=open").Form("form.filter").Choose("category", "饮水灌溉").Submit())
	if got := filtered.Form("form.filter").Value("category"); got == "" || len(listed(filtered)) != 50 {
		t.Errorf("the second page of a filtered list: category %q, %d cases", got, len(listed(filtered)))
	}
	for i, number := range all[10:70] {
		if i%7 == 0 {
			s.Advance(1)
		}
		s.MustTake(s.Clerk, number, casefile.Input{Step: casefile.Withdraw, Reason: "他自己说不用了。"})
	}
	clerk = s.As(s.Clerk)
	newest := clerk.Get("/cases?view=closed")
	older := follow(t, newest)
	closed := slices.Concat(listed(newest), listed(older))
	slices.Sort(closed)
	if len(slices.Compact(closed)) != 61 || len(listed(older)) != 11 || older.Find("a[rel=next]").Length() != 0 {
		t.Errorf("closed: %d and %d cases", len(listed(newest)), len(listed(older)))
	}
}

// follow opens the next page.
func follow(t *testing.T, p *webtest.Page) *webtest.Page {
	t.Helper()
	next, found := p.Find("a[rel=next]").Attr("href")
	if !found {
		t.Fatalf("%s leads to no next page", p.URL.RequestURI())
	}
	return p.Open(next).MustStatus(http.StatusOK)
}

// TestNames: a unit sees masked names in its lists, a station the whole.
func TestNames(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	s.DriveNew(casefile.Assigned)
	for _, who := range []auth.Actor{s.Clerk, s.Head, s.Handler, s.Deputy} {
		s.As(who).Get("/cases?view=open").MustSay("申国强").MustNotSay("13800000017", "138****0017")
	}
	s.As(s.Water).Get("/cases?view=open").MustSay("申**").MustNotSay("申国强", "0017")
	s.As(s.Water).Get("/").MustNotSay("申国强", "0017")
}
