package settings_test

import (
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
