package units_test

import (
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"lianluo/internal/casefile"
	"lianluo/internal/postgres/pgtest"
	"lianluo/web/webtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

const (
	water   = "/units/县水利局"
	newForm = "form[action='/units']"
)

// at is an address as the server writes it.
func at(path string) string { return (&url.URL{Path: path}).EscapedPath() }

func formAt(path string) string { return "form[action='" + at(path) + "']" }

// TestKeepingUnits: the office makes a unit, gives it what it usually gets, renames it and
// finds it again; two who change it at once; who may not.
func TestKeepingUnits(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	office := s.As(s.Handler)

	p := office.Get("/units/new").Form(newForm).Set("name", "新").Set("phone", "7220001").Drop("level").Submit().MustStatus(http.StatusUnprocessableEntity)
	p.MustSay("请选择是县直部门", "座机号前请加上区号")
	if p.Form(newForm).Value("name") != "新" {
		t.Error("what was typed is lost")
	}
	made := p.Form(newForm).Set("name", "县<i>林业局").Set("level", "county").Set("phone", "0355-7220001").Set("contact", "办公室")
	made.Choose("categories", "饮水管网").Submit().MustStatus(http.StatusSeeOther).Follow().MustSay("已经建好", "0355-7220001", "饮水管网", "还没有人有它的账号").MustNotSay("<i>林业局")
	office.Post("/units", url.Values{"name": {"县<i>林业局"}, "level": {"county"}}).MustStatus(http.StatusUnprocessableEntity).MustSay("已经有一个单位叫")
	office.Post("/units", url.Values{"name": {"某局"}, "level": {"township"}, "station": {"x"}, "categories": {"y"}}).MustStatus(http.StatusUnprocessableEntity)

	// It is offered first where such a matter is handed out.
	number := s.DriveNew(casefile.Reported)
	if first := office.Get("/cases/" + number).Find("select[name=unit] option[value!=''], select[name=unit_id] option[value!='']").First(); webtest.Words(first) != "县<i>林业局" {
		t.Errorf("first is offered %q", webtest.Words(first))
	}

	// Renamed while somebody else changes the phone.
	late := s.As(s.Handler2).Get(water + "/edit").MustStatus(http.StatusOK).Form(formAt(water))
	office.Get(water+"/edit").Form(formAt(water)).Set("name", "县水务局").Submit().Follow().MustSay("县水务局", "曾用名", "县水利局")
	stale := late.Set("phone", "12345").Submit().MustStatus(http.StatusConflict).MustSay("别人刚刚改过", "名称由“县水利局”改成“县水务局”", s.Handler.Name)
	again := stale.Form(formAt("/units/县水务局"))
	if again.Value("name") != "县水务局" || again.Value("phone") != "12345" {
		t.Errorf("%q, %q", again.Value("name"), again.Value("phone"))
	}
	again.Submit().Follow().MustSay("县水务局", "12345")
	if to := office.Get(water).MustStatus(http.StatusFound).Header.Get("Location"); to != at("/units/县水务局") {
		t.Errorf("the old name leads to %s", to)
	}
	office.Get("/units?q=" + url.QueryEscape("县水利局")).MustSay("县水务局")
	office.Get("/units/没有这个").MustStatus(http.StatusNotFound)
	office.Get("/units/%E5%8E%BF%2f..%2f").MustStatus(http.StatusNotFound)

	leader := s.As(s.Leader)
	leader.Get("/units/县水务局").MustStatus(http.StatusOK).MustSay("马国庆").MustNotSay("/users/water", "上移", at("/units/县水务局/edit"))
	leader.Post("/units/县水务局", nil).MustStatus(http.StatusForbidden)
	if s.As(s.Admin).Get("/units/县水务局").MustSay("撤销或并入").Find("a[href='/users/water']").Length() != 1 {
		t.Error("the administrator is not led to the account")
	}
	s.As(s.Neighbour.Clerk).Get("/units/县水务局").MustStatus(http.StatusForbidden)
}

// TestUnitsList: each number opens exactly what it counts; the list narrows, exports as
// shown, keeps its filters and its order.
func TestUnitsList(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	for _, state := range []casefile.State{casefile.Assigned, casefile.Handling, casefile.Submitted, casefile.Closed, casefile.Reported} {
		s.DriveNew(state)
	}
	s.Advance(90)
	s.DriveNew(casefile.Handling)
	office := s.As(s.Handler)
	p := office.Get("/units").MustStatus(http.StatusOK).MustSay("县水利局", "县交通运输局", "王桥镇人民政府")
	for _, what := range []string{"县水利局在办 4 件", "县水利局逾期 3 件"} {
		link := p.Find("a[aria-label='" + what + "']")
		n := strings.Fields(webtest.Words(link))
		if len(n) != 2 {
			t.Fatalf("no %s: %s", what, p.Text("main"))
		}
		if rows := p.Open(link.AttrOr("href", "")).Find("main tbody tr").Length(); n[0] != string(rune('0'+rows)) {
			t.Errorf("%s opens %d rows", what, rows)
		}
	}
	if len(p.Count.Own()) > 7 {
		t.Errorf("the list takes %d statements", len(p.Count.Own()))
	}
	page := p.Open(at(water))
	page.MustSay("在办4 件", "其中逾期3 件", "已办结1 件", "其中满意1 件")
	office.Get("/units?level=township").MustSay("王桥镇人民政府").MustNotSay("县交通运输局")
	office.Get("/units?use=retired").MustSay("没有符合条件的单位")
	office.Get("/units?q=" + url.QueryEscape("交通")).MustSay("县交通运输局").MustNotSay("王桥镇人民政府")
	office.Get("/units?print=1").MustSay("打印")
	office.Get("/exports/new?list=units").MustStatus(http.StatusOK).MustSay("承办单位", "3")

	page = page.Form("form:has([name=to][value=down])").Submit().Follow().MustSay("顺序已经调整", "上移")
	if names := office.Get("/units").Text("tbody th"); !strings.HasPrefix(names, "县交通运输局") {
		t.Errorf("the order is %s", names)
	}
	if page.Find("[name=to][value=down]").Length() != 0 {
		t.Error("the last still goes down")
	}
}
