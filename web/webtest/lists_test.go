package webtest_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/web/webtest"
)

// subjects are the words of a list's row heads, in their order.
func subjects(p *webtest.Page) []string {
	var all []string
	p.Find("main table.tbl tbody th").Each(func(_ int, th *selection) { all = append(all, webtest.Words(th)) })
	return all
}

func TestSearchBox(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	closed, light := s.DriveNew(casefile.Closed), s.Register("村口的路灯不亮。").Matters[0].Number
	clerk := s.As(s.Clerk)
	// From the top of any page, over everything, open or closed.
	top := func(q string) *webtest.Page { return clerk.Get("/").Form("form.top-find").Set("q", q).Submit() }
	lists(t, top("路灯"), light)
	lists(t, top(closed), closed)
	lists(t, top(casetest.Visitor), light, closed)
	lists(t, top("sgq"), light, closed)
	lists(t, top("村口 路灯"), light)
	lists(t, top("麒麟"))
	top("麒麟").MustSay("没有符合这些条件的事项")
	p := top("灯").MustStatus(http.StatusOK).MustSay("请至少写两个字再查")
	if field := p.Form("form.filter").Value("q"); field != "灯" {
		t.Errorf("what was typed is gone: %q", field)
	}
	if !strings.Contains(top("路灯").Text(".pager"), "共 1 件") {
		t.Error(top("路灯").Text(".pager"))
	}
	// A unit does not look for names.
	unit := s.As(s.Water).Get("/cases").Text("label[for=f-q]")
	if strings.Contains(unit, "姓名") {
		t.Errorf("a unit is told %q", unit)
	}
}

func TestSortAndPrint(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	first := s.OneCase()
	s.Advance(1)
	second := s.OneCase()
	c := s.As(s.Handler)
	p := c.Get("/cases?view=open")
	if got := listed(p); !slices.Equal(got, []string{first, second}) {
		t.Fatalf("by date: %v", got)
	}
	head := p.Find("th[aria-sort=ascending] a")
	if webtest.Words(head) != "期限 ↑" {
		t.Errorf("the sorted column is %q", webtest.Words(head))
	}
	p = p.Open(head.AttrOr("href", ""))
	if got := listed(p); !slices.Equal(got, []string{second, first}) || p.Find("th[aria-sort=descending]").Length() != 1 {
		t.Errorf("turned round: %v", got)
	}
	p = p.Open(p.Find("th[aria-sort=descending] a").AttrOr("href", ""))
	if got := listed(p); !slices.Equal(got, []string{first, second}) {
		t.Errorf("and back: %v", got)
	}
	printed := c.Get("/cases?view=open&sort=-due").Open("/cases?view=open&sort=-due&print=1").MustSay("打印")
	if got := listed(printed); !slices.Equal(got, []string{second, first}) || printed.Find("link[href*=print][media]").Length() != 0 {
		t.Errorf("it prints %v", got)
	}
}

// TestSavedViews: a filter gets a name, is its maker's own, and goes again.
func TestSavedViews(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	light := s.Register("村口的路灯不亮。").Matters[0].Number
	s.OneCase()
	clerk := s.As(s.Clerk)
	save := func(c *webtest.Client, name string) *webtest.Page {
		return c.Get("/cases?view=open&q=路灯").Form("form[action='/views']").Set("name", name).Submit().MustStatus(http.StatusSeeOther).Follow()
	}
	save(clerk, " ").MustSay("请给这个视图起个名字")
	save(clerk, strings.Repeat("长", 21)).MustSay("最多 20 个字")
	p := save(clerk, "路灯的事")
	lists(t, p.MustSay("已存为常用视图"), light)
	current := p.Find("nav.views a[aria-current=page]")
	if current.Length() != 1 || webtest.Words(current) != "路灯的事" {
		t.Errorf("the current view is %q", webtest.Words(current))
	}
	link := clerk.Get("/cases").Find("nav.views a:contains('路灯的事')").AttrOr("href", "")
	lists(t, clerk.Get(link), light)
	for name, other := range map[string]*webtest.Client{"the head": s.As(s.Head), "the neighbour": s.As(s.Neighbour.Clerk)} {
		if other.Get("/cases").MustNotSay("路灯的事").Find("form[action='/views/delete']").Length() != 0 {
			t.Errorf("%s sees somebody else's view", name)
		}
	}
	clerk.Post("/views", map[string][]string{"list": {"users"}, "name": {"x"}, "query": {"a=b"}}).MustStatus(http.StatusNotFound)
	clerk.Get(link).Form("form[action='/views/delete']").Submit().MustStatus(http.StatusSeeOther).Follow().MustSay("视图已删除")
	clerk.Get("/cases").MustNotSay("路灯的事")
}

// TestWalk: from a case to the next of the list that it was reached from, also after a step.
func TestWalk(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	numbers := []string{s.OneCase(), s.OneCase(), s.OneCase()}
	s.Register("村口的路灯不亮。")
	clerk := s.As(s.Clerk)
	list := clerk.Get("/cases?view=open&q=水管")
	open := func(p *webtest.Page, selector string) *webtest.Page {
		t.Helper()
		return p.Open(p.Find(selector).AttrOr("href", "/missing")).MustStatus(http.StatusOK)
	}
	p := list.Open(list.Find("a.subject").First().AttrOr("href", ""))
	for i, number := range numbers {
		p.MustSay(number)
		if prev, next := p.Find(".walk a[rel=prev]").Length(), p.Find(".walk a[rel=next]").Length(); prev != min(i, 1) || next != min(2-i, 1) {
			t.Errorf("beside %s: %d before, %d behind", number, prev, next)
		}
		if i < 2 {
			p = open(p, ".walk a[rel=next]")
		}
	}
	p = open(p, ".walk a[rel=prev]").MustSay(numbers[1])
	p = p.Form("form[action$='/steps/sort']").Set("title", "五阳村水管冻裂").Choose("category_id", "饮水管网").Set("level", "county").Set("proposal", "县水利局修").
		Submit().MustStatus(http.StatusSeeOther).Follow()
	open(p, ".walk a[rel=next]").MustSay(numbers[2])
	back := open(p, ".walk a:not([rel])")
	if back.URL.Query().Get("q") != "水管" || back.URL.Query().Get("view") != "open" {
		t.Errorf("back leads to %s", back.URL)
	}
	for _, hostile := range []string{"?in=%zz", "?in=view%3Dnonsense%26after%3Dx", "?in=" + strings.Repeat("a", 3000), "?in=q%3D%2500"} {
		clerk.Get("/cases/" + numbers[0] + hostile).MustStatus(http.StatusOK)
	}
}

func TestStationsAndDeputies(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	handler, clerk := s.As(s.Handler), s.As(s.Clerk)
	for address, want := range map[string]string{
		"/stations?kind=station": "王桥镇人大代表联络站", "/stations?q=wqz": "王桥镇人大代表联络站", "/stations?q=王桥": "王桥镇人大代表联络站",
		"/deputies?level=county": "郭建国", "/deputies?q=gjg": "郭建国", "/deputies?q=建国": "郭建国",
	} {
		if got := subjects(handler.Get(address).MustStatus(http.StatusOK)); !slices.Contains(got, want) {
			t.Errorf("%s: %q", address, got)
		}
	}
	for _, address := range []string{"/stations?q=麒麟", "/stations?kind=post&state=closed", "/deputies?q=麒麟", "/deputies?level=national"} {
		if got := subjects(handler.Get(address).MustStatus(http.StatusOK).MustSay("没有符合条件的")); len(got) > 0 {
			t.Errorf("%s: %q", address, got)
		}
	}
	handler.Get("/deputies?group=none&sort=-entered&after=zzz&station=x").MustStatus(http.StatusOK)
	all, own := subjects(handler.Get("/deputies")), subjects(clerk.Get("/deputies"))
	if len(own) == 0 || len(own) > len(all) {
		t.Errorf("a clerk sees %q, the county %q", own, all)
	}
	if got := subjects(s.As(s.OtherClerk).Get("/deputies")); len(got) != 0 {
		t.Errorf("a clerk of a station without a group sees %q", got)
	}
	if got := subjects(s.As(s.Neighbour.Clerk).Get("/stations")); slices.ContainsFunc(got, func(n string) bool { return slices.Contains(subjects(handler.Get("/stations")), n) }) {
		t.Errorf("the neighbour sees %q", got)
	}
	for _, address := range []string{"/stations", "/deputies"} {
		if p := handler.Get(address); len(p.Count.Own()) > 7 || p.Count.Trips > 2 {
			t.Errorf("%s takes %d statements in %d trips", address, len(p.Count.Own()), p.Count.Trips)
		}
	}
}
