package deputies_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"lianluo/web/webtest"
)

// A clerk of the office enters a person with everything wrong, then right, presses twice,
// and enters somebody of the same name.
func TestADeputyIsEntered(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	form := s.admin.Get("/deputies").MustStatus(http.StatusOK).Open("/deputies/new").MustStatus(http.StatusOK).Form("main form.form")
	bad := form.Set("name", " ").Set("birth_year", "八〇").Set("phone", "1380").Set("duties", "教师").Submit().MustStatus(http.StatusUnprocessableEntity)
	bad.MustSay("请填代表的姓名", "请填四位数的出生年份", "手机号应是 11 位数字", "请选择哪一级的代表", "请填届次", "请填选区或选举单位", "请填任职的日期")
	again := bad.Form("main form.form")
	if again.Value("birth_year") != "八〇" || again.Value("duties") != "教师" || again.Value("key") != form.Value("key") {
		t.Error("what was typed is lost")
	}
	again.Set("name", "王　丽").Set("birth_year", "1980").Set("phone", "13800000099").Set("level", "township").Set("term", "第十六届").
		Set("electoral_unit", "五阳村选区").Set("from", "2021-06-18").Choose("station_id", "王桥镇")
	again.Submit().MustStatus(http.StatusUnprocessableEntity).MustSay("请写明是哪个乡镇的").MustNotSay("请填代表的姓名")
	again.Choose("division", "王桥镇")
	first := again.Submit().MustStatus(http.StatusSeeOther)
	second := again.Submit().MustStatus(http.StatusSeeOther)
	if to := first.Header.Get("Location"); to != "/deputies/5" || second.Header.Get("Location") != to {
		t.Errorf("leads to %s, then to %s", to, second.Header.Get("Location"))
	}
	first.Follow().MustStatus(http.StatusOK).MustSay("王丽", "第十六届", "五阳村选区", "王桥镇").MustNotSay("13800000099")

	other := s.admin.Get("/deputies/new").Form("main form.form").Set("name", "王丽").Set("level", "county").Set("term", "第十七届").
		Set("electoral_unit", "古韩选区").Set("from", "2021-07-02")
	p := other.Submit().MustStatus(http.StatusUnprocessableEntity).MustSay("已经有一位王丽（档案号 5 教师）")
	p.Form("main form.form").Set("another", "1").Submit().MustStatus(http.StatusSeeOther)
	if n := s.count(`select count(*) from deputies where name = '王丽' and county_id = @c`, map[string]any{"c": s.County}); n != 2 {
		t.Errorf("%d of that name", n)
	}
}

// Two change one person at once: the second is told and keeps what was typed.
func TestADeputyIsChanged(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	open := func() *webtest.Form {
		return s.admin.Get("/deputies/1/edit").MustStatus(http.StatusOK).Form("main form.form")
	}
	late := open().Set("name", "郭建国").Set("education", "本科")
	open().Set("duties", "王桥镇五阳村党支部书记").Submit().MustStatus(http.StatusSeeOther).Follow().MustSay("资料已经保存", "五阳村党支部书记")
	p := late.Submit().MustStatus(http.StatusConflict).MustSay("别人刚刚改过", "职务由“（空）”改成“王桥镇五阳村党支部书记”")
	again := p.Form("main form.form")
	if again.Value("duties") != "王桥镇五阳村党支部书记" || again.Value("education") != "本科" {
		t.Error("the next press would undo what the other did, or lose what was typed")
	}
	again.Submit().MustStatus(http.StatusSeeOther)
	s.admin.Get("/deputies/99/edit").MustStatus(http.StatusNotFound)
	s.admin.Get("/deputies/x/edit").MustStatus(http.StatusNotFound)
}

// A date that is none is said at its field and kept as it was typed: it is not taken for none.
func TestAnUnreadableDateIsNotDropped(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	const words = "日期请写成 2026-11-20 的样子"
	refused := func(form *webtest.Form, field, typed string) {
		t.Helper()
		p := form.Set(field, typed).Submit().MustStatus(http.StatusUnprocessableEntity).MustSay(words)
		if p.Find("main input[name="+field+"][value='"+typed+"']").Length() == 0 {
			t.Errorf("%s: %q is not shown again", p.URL.Path, typed)
		}
	}
	managed := s.admin.Get("/deputies/1/mandates")
	mandate := managed.Find("a[aria-label='更正第十七届县人大代表']").AttrOr("href", "")
	group := managed.Find("a[aria-label='改分工或离开：王桥镇']").AttrOr("href", "")
	for _, field := range []string{"from", "to"} {
		refused(s.admin.Get("/deputies/1/mandates/new").Form("main form.form").Set("level", "prefecture").Set("term", "第十五届").
			Set("electoral_unit", "襄垣县").Set("from", "2021-09-06"), field, "二〇二六年")
		refused(s.admin.Get(mandate).Form("main form.form"), field, "2026年底")
		refused(s.admin.Get("/deputies/1/groups/new").Form("main form.form").Choose("station_id", "夏店镇"), field, "去年")
	}
	refused(s.admin.Get(mandate+"/end").Form("main form.form").Set("reason", "resignation"), "to", "今天")
	refused(s.admin.Get(group).Form("form[action$='/leave']"), "to", "昨天")
	refused(s.admin.Get(group).Form("form[action$='/role']").Set("role", "head"), "from", "昨天")
	s.admin.Get("/deputies/terms/new?level=county&name=第十八届&from=今年").MustStatus(http.StatusUnprocessableEntity).MustSay(words)
	s.admin.Get("/deputies/groups?id=1&others=leave&role=member&from=今年").MustStatus(http.StatusUnprocessableEntity).MustSay(words)
	s.admin.Get("/deputies/1/mandates").MustSay("第十七届县人大代表", "至今").MustNotSay("第十五届")
}

// Mandates and places in groups, from the page that leads to their forms.
func TestMandatesAndGroupsOfADeputy(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	managed := s.admin.Get("/deputies/1").Open("/deputies/1/mandates").MustStatus(http.StatusOK).MustSay("第十七届县人大代表", "至今", "王桥镇", "组员")
	s.within(managed, 4)
	add := managed.Open("/deputies/1/mandates/new").Form("main form.form").Set("level", "county").Set("term", "第十七届").Set("electoral_unit", "夏店选区").Set("from", "2026-09-14")
	add.Submit().MustStatus(http.StatusUnprocessableEntity).MustSay("已经是第十七届县人大代表")
	add.Set("level", "prefecture").Submit().MustStatus(http.StatusSeeOther).Follow().MustSay("届次已经登记", "市人大代表")

	link := func(words string) string {
		t.Helper()
		href, ok := s.admin.Get("/deputies/1/mandates").Find("a[aria-label='" + words + "']").Attr("href")
		if !ok {
			t.Fatalf("no link %s", words)
		}
		return href
	}
	correct := s.admin.Get(link("更正第十七届县人大代表")).Form("main form.form")
	correct.Set("electoral_unit", "王桥第一选区").Submit().MustStatus(http.StatusSeeOther).Follow().MustSay("王桥第一选区")
	end := s.admin.Get(link("终止第十七届县人大代表")).Form("main form.form")
	end.Submit().MustStatus(http.StatusUnprocessableEntity).MustSay("请选择终止的原因")
	end.Set("reason", "resignation").Submit().MustStatus(http.StatusSeeOther).Follow().MustSay("职务已经终止")
	if s.admin.Get("/deputies/1/mandates").MustSay("辞职").Find("a[aria-label='终止第十七届县人大代表']").Length() != 0 {
		t.Error("what has ended can be ended")
	}

	group := link("改分工或离开：王桥镇")
	s.admin.Get(group).Form("form[action$='/role']").Set("role", "head").Submit().MustStatus(http.StatusSeeOther).Follow().MustSay("组长")
	group = link("改分工或离开：王桥镇")
	s.admin.Get(group).Form("form[action$='/leave']").Set("to", "2026-01-01").Submit().MustStatus(http.StatusUnprocessableEntity).MustSay("不能早于进组的日期")
	s.admin.Get(group).Form("form[action$='/leave']").Submit().MustStatus(http.StatusSeeOther)
	s.admin.Get("/deputies/1/groups/new").Form("main form.form").Choose("station_id", "夏店镇").Submit().MustStatus(http.StatusSeeOther).Follow().MustSay("夏店镇")
	s.admin.Post("/deputies/1/mandates/999", url.Values{}).MustStatus(http.StatusUnprocessableEntity)

	page := s.admin.Get("/deputies/1/groups").MustSay("核对过，群众看得到")
	page.Form("form[action$='/approval']").Submit().MustStatus(http.StatusSeeOther)
	page = s.admin.Get("/deputies/1/groups").MustSay("还没有核对，群众看不到")
	if strings.Contains(s.Anonymous().Get("/s/140423101").Body, "郭建国") {
		t.Error("citizens see who is not approved")
	}
	page.Form("form[action$='/approval']").Submit().MustStatus(http.StatusSeeOther)
	s.admin.Get("/deputies/1/groups").MustSay("核对过，群众看得到")
}
