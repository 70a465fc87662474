package stations_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"lianluo/web/webtest"
)

const main = "main form.form"

// TestMake: the county's office makes a point below a station; what is wrong is told at the
// field, with everything kept, and pressed twice it is there once.
func TestMake(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	c := s.As(s.Handler)
	p := c.Get("/stations").Open("/stations/140423101").Open("/stations/new?parent=140423101").MustStatus(http.StatusOK)
	f := p.Form(main)
	if f.Value("kind") != "point" || f.Value("parent") != "140423101" {
		t.Errorf("below a station a %s of %s is offered", f.Value("kind"), f.Value("parent"))
	}
	f.Set("name", "").Set("area", "很大").Set("longitude", "一百一十三").Set("phone", "5").Set("villages", "140423101205")
	bad := f.Submit().MustStatus(http.StatusUnprocessableEntity).MustSay("请填写名称", "面积请填整数", "请填小数", "手机号", "请选择所在的乡镇")
	again := bad.Form(main)
	for field, want := range map[string]string{"area": "很大", "longitude": "一百一十三", "phone": "5", "villages": "140423101205", "kind": "point"} {
		if got := again.Value(field); got != want {
			t.Errorf("%s comes back as %q", field, got)
		}
	}
	again.Set("name", "史属村人大代表联络点").Set("area", "６０").Set("longitude", "113.05").Set("latitude", "36.53").Set("phone", "").
		Choose("division", "五阳村").Set("code", "140423101x").Choose("functions", "代表接待")
	made := saved(t, again).MustSay("史属村人大代表联络点", "已经建好", "代表接待", "五阳村", "60 平方米", "东经 113.05，北纬 36.53")
	if made.URL.Path != "/stations/140423101X" {
		t.Errorf("leads to %s", made.URL.Path)
	}
	again.Submit().MustStatus(http.StatusUnprocessableEntity).MustSay("代码 140423101X 已经有了", "已经有同名的联络点")
	c.Get("/stations/140423101").MustSay("史属村人大代表联络点")
	c.Get("/stations?q=ssc").MustSay("史属村人大代表联络点")
	// In the county's plot the next one sees it.
	if c.Get("/stations/new").Find("svg[data-plot] circle title").Text() != "史属村人大代表联络点" {
		t.Error("the plot does not show it")
	}
}

// TestEdit: of two who change one place the second sees what the first did; what the second
// did not touch is the first's, what both touched stays as typed.
func TestEdit(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	mine := s.As(s.Handler).Get("/stations/140423101/edit").MustStatus(http.StatusOK).Form(main)
	theirs := s.As(s.Admin).Get("/stations/140423101/edit").Form(main)
	saved(t, theirs.Set("name", "王桥镇中心联络站").Set("address", "新楼").Set("villages", "140423101205").Choose("functions", "立法联系点"))
	p := mine.Set("address", "老楼").Submit().MustStatus(http.StatusConflict).MustSay("别人刚刚改过", "王桥镇中心联络站", "新楼", "立法联系点")
	again := p.Form(main)
	for field, want := range map[string]string{"name": "王桥镇中心联络站", "address": "老楼", "villages": "140423101205"} {
		if got := again.Value(field); got != want {
			t.Errorf("%s goes on from %q, want %q", field, got, want)
		}
	}
	if again.Value("functions") == "" {
		t.Error("the function that the other chose is gone")
	}
	saved(t, again).MustSay("王桥镇中心联络站", "老楼", "立法联系点")
	saved(t, s.As(s.Handler).Get("/stations/140423101/edit").Form(main)).MustSay("资料已经保存") // nothing to do
	s.As(s.Admin).Get("/audit").MustSay("修改站点资料", "站点 140423101", "名称由“王桥镇人大代表联络站”改成“王桥镇中心联络站”", "地址由“（空）”改成“新楼”")
}

// TestHead: the head of a station keeps its contact facts true, and is offered nothing more.
func TestHead(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	c := s.As(s.Head)
	p := c.Get("/stations/140423101205").MustSay("五阳村人大代表联络点")
	if links := acts(p); !slices.Equal(links, []string{"看群众页面", "修改资料"}) {
		t.Errorf("the head is offered %v", links)
	}
	f := p.Open("/stations/140423101205/edit").MustStatus(http.StatusOK).Form(main)
	f.Set("address", "村委会院内").Set("opening_hours", "每周一上午")
	saved(t, f).MustSay("村委会院内", "每周一上午")
	c.Post("/stations/140423101205", url.Values{"version": {"2"}, "name": {"我的站"}, "parent": {"140423103"}, "address": {"村委会"}}).MustStatus(http.StatusSeeOther)
	c.Get("/stations/140423101205").MustSay("五阳村人大代表联络点", "村委会").MustNotSay("我的站")
	if links := acts(c.Get("/stations/140423103").MustSay("夏店镇")); !slices.Equal(links, []string{"看群众页面"}) {
		t.Errorf("of another's station the head is offered %v", links)
	}
	c.Get("/stations/140423103/edit").MustStatus(http.StatusForbidden)
	c.Post("/stations/140423103", url.Values{"version": {"1"}, "address": {"别处"}}).MustStatus(http.StatusForbidden)
}

func acts(p *webtest.Page) []string {
	var links []string
	p.Find(".head-acts a").Each(func(_ int, a *selection) { links = append(links, webtest.Words(a)) })
	return links
}

// TestOfficersPage: a head is registered, another refused while he is, and comes after him.
func TestOfficersPage(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	c := s.As(s.Handler)
	const path = "/stations/140423101/officers"
	add := "form[action='" + path + "']"
	p := saved(t, c.Get(path).Form(add).Set("office", "head").Choose("deputy", "郭建国").Set("from", "2024-03-01")).MustSay("郭建国", "站长", "2024年3月1日起")
	refused := p.Form(add).Set("office", "head").Set("name", "李秀英").Set("from", "昨天").Submit().
		MustStatus(http.StatusUnprocessableEntity).MustSay("请填日期", "现任站长是郭建国")
	if f := refused.Form(add); f.Value("name") != "李秀英" || f.Value("from") != "昨天" {
		t.Error("what was typed is gone")
	}
	end := "form[action$='/end']"
	p.Form(end).Set("to", "2023-01-01").Submit().MustStatus(http.StatusUnprocessableEntity).MustSay("结束日期不能早于开始日期")
	saved(t, p.Form(end).Set("to", "2026-08-31")).MustSay("2024年3月1日至2026年8月31日")
	p.Form(end).Set("to", "2026-09-01").Submit().MustStatus(http.StatusConflict).MustSay("已经写明到 2026-08-31 为止")
	wrong := saved(t, c.Get(path).Form(add).Set("office", "head").Set("name", "错登").Set("from", ""))
	right := wrong.Form(end).Submit("录入有误").MustStatus(http.StatusSeeOther).Follow().MustSay("站长录入有误")
	saved(t, right.Form(add).Set("office", "head").Set("name", "杨树林").Set("from", "")).MustSay("杨树林")
	saved(t, c.Get(path).Form(add).Set("office", "liaison").Choose("user", s.Clerk.Name+"（"+s.Clerk.LoginName+"）"))
	show := s.As(s.Clerk).Get("/stations/140423101").MustSay("以前的负责人", "郭建国").MustNotSay("错登")
	if got := facts(show, "联络员"); !strings.HasPrefix(got, s.Clerk.Name) || !strings.HasPrefix(facts(show, "站长"), "杨树林") {
		t.Errorf("%q, %q", got, facts(show, "站长"))
	}
}

// TestStatePage: a point rests and opens again; nothing is closed here, where nobody asks
// what becomes of its days and cases.
func TestStatePage(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	c := s.As(s.Admin)
	const path = "/stations/140423101205/state"
	if _, err := s.PG.Super.Exec(t.Context(), `insert into receptions (county_id, station_id, place_id, date, starts, ends, kind, state)
		values ($1, $2, $3, $4, '15:00', '17:00', 'theme', 'published')`, s.County, s.Station, s.Point, s.Today().AddDays(3)); err != nil {
		t.Fatal(err)
	}
	const day = "下午 3:00"
	s.Anonymous().Get("/s/140423101").MustSay(day)
	p := c.Get(path).MustStatus(http.StatusOK).MustSay("还没到的 1 个接待日不会取消")
	p.Open("/closings/places/140423101205").MustSay("撤并五阳村人大代表联络点")
	p.Form(main).Set("state", "suspended").Submit().MustStatus(http.StatusUnprocessableEntity).MustSay("请写明原因")
	saved(t, p.Form(main).Set("state", "suspended").Set("reason", "房屋维修")).MustSay("暂停", "2026年9月14日起，房屋维修", "状态变动")
	c.Get("/stations/140423101").MustSay("暂停")
	s.Anonymous().Get("/s/140423101205").MustNotSay("村委会院内")
	s.Anonymous().Get("/s/140423101").MustNotSay(day)
	saved(t, c.Get(path).Form(main).Set("state", "open"))
	s.Anonymous().Get("/s/140423101").MustSay(day)
	handler := s.As(s.Handler).Get(path).MustSay("请县管理员在“撤并”里")
	for _, page := range []*webtest.Page{handler, p, c.Get("/stations/140423101/state")} {
		if page.Find("input[value=closed]").Length() != 0 {
			t.Error("closing is offered")
		}
	}
	for _, place := range []string{"140423101", "140423101205"} {
		c.Post("/stations/"+place+"/state", url.Values{"state": {"closed"}, "reason": {"撤"}}).MustStatus(http.StatusUnprocessableEntity).MustSay("由县管理员在“撤并”里办")
	}
}
