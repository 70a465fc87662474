package settings_test

import (
	"lianluo/web/webtest"
	"net/http"
	"testing"
)

// TestRegisterForm: a county renames a register and its columns, moves one, leaves one out;
// a colleague who began before is told; what does not fit on the paper is refused.
func TestRegisterForm(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	const path, form = "/settings/registers/visits", "form[action='/settings/registers/visits']"
	s.admin.Get("/settings/registers").MustStatus(http.StatusOK).MustSay("按常见做法预置，请按本县的要求修改", "选民接待登记簿", "代表联系卡").MustNotSay("本县改过")
	late := s.admin.Get(path).MustStatus(http.StatusOK).Form(form)
	p := s.admin.Get(path).Form(form).Set("name", "群众来访登记簿").Set("label_words", "群众反映").Set("place_words", "1").
		Drop("shown_village").Set("numbering", "month").Submit()
	p.Follow().MustStatus(http.StatusOK).MustSay("表样已经保存", "群众来访登记簿", "本县改过", "群众反映、登记编号、来访日期")
	s.admin.Get(path).MustSay("表样：群众来访登记簿")

	p = late.Set("name", "接待簿").Submit().MustStatus(http.StatusConflict)
	p.MustSay("别人刚刚改过", "名称由“选民接待登记簿”改成“群众来访登记簿”", "编号办法由")
	if got := p.Form(form).Value("name"); got != "接待簿" {
		t.Errorf("what was typed is gone: %q", got)
	}
	wide := s.admin.Get(path).Form(form)
	for _, key := range []string{"no", "received", "place", "visitor", "phone", "deputies", "signature"} {
		wide.Set("width_"+key, "xl")
	}
	wide.Submit().MustStatus(http.StatusUnprocessableEntity).MustSay("纸上只有 261 毫米")
	s.admin.Get(path).Form(form).Set("place_words", "头一个").Submit().MustStatus(http.StatusUnprocessableEntity).MustSay("请填 1 到 99 的数字")
	s.admin.Get("/settings/registers/card").MustStatus(http.StatusOK).Form("form[action='/settings/registers/card']").
		Set("name", "代表便民卡").Submit().Follow().MustSay("代表便民卡")
	s.admin.Get("/settings/registers/minutes").MustStatus(http.StatusNotFound)
	s.As(s.Handler).Get(path).MustStatus(http.StatusForbidden)
	within(t, "a register's form", s.admin.Get(path), 2)
}

// TestAddedForm: a county adds a form over what another is made from; what makes no sense is said at
// its field, with everything typed kept and nothing written; pressed twice it is one form.
func TestAddedForm(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	const form = "form[action='/settings/registers/new'][method='post']"
	begin := s.admin.Get("/settings/registers").Form("form[action='/settings/registers/new']").Set("source", "receptions").Submit().MustStatus(http.StatusOK).
		MustSay("添加表样", "内容来自“接待日程安排表”对应的登记", "所以不能做成簿")
	p := s.refused(http.StatusUnprocessableEntity, func() *webtest.Page {
		return begin.Form(form).Set("name", "接待日登记簿").Set("kind", "book").Set("label_theme", "接待主题").Set("place_date", "甲").Submit()
	}, "有 1 处要改", "请填 1 到 99 的数字")
	p = s.refused(http.StatusUnprocessableEntity, func() *webtest.Page { return p.Form(form).Set("place_date", "1").Submit() }, "改了期，簿上编好的次序就乱了")
	again := p.Form(form)
	if again.Value("name") != "接待日登记簿" || again.Value("kind") != "book" || again.Value("label_theme") != "接待主题" {
		t.Error("the refused form comes back without what was typed")
	}
	if p.Find(".field.bad #kind, fieldset.bad #kind, #kind-err").Length() == 0 {
		t.Error("the kind is not told at its field")
	}
	p = s.refused(http.StatusUnprocessableEntity, func() *webtest.Page { return again.Set("name", "接待日程安排表").Set("kind", "table").Submit() }, "已经有一张表叫“接待日程安排表”")
	for range 2 { // pressed twice
		p.Form(form).Set("name", "接待日登记卡").Set("kind", "card").Submit().Follow().MustStatus(http.StatusOK).MustSay("表样“接待日登记卡”已经添加", "本县加的")
	}
	if n := len(s.recorded()); n != 1 {
		t.Errorf("recorded %d times", n)
	}
	const path = "/settings/registers/receptions-2"
	late := s.admin.Get(path).MustStatus(http.StatusOK).Form("form[action='" + path + "']")
	s.admin.Get(path).Form("form[action='"+path+"']").Set("kind", "table").Submit().Follow().MustSay("表样已经保存")
	s.refused(http.StatusConflict, func() *webtest.Page { return late.Set("name", "接待卡").Submit() }, "别人刚刚改过", "种类由“卡”改成“表”")
	s.admin.Get("/settings/registers/receptions-3").MustStatus(http.StatusNotFound)
	s.admin.Get("/settings/registers/new?source=minutes").MustStatus(http.StatusNotFound)
	s.As(s.Handler).Get("/settings/registers/new?source=visits").MustStatus(http.StatusForbidden)
	within(t, "a new form", s.admin.Get("/settings/registers/new?source=visits"), 2)
	s.admin.Get("/audit").MustSay("添加台账表样", "修改台账表样")
}
