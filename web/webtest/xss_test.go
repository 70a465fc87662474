package webtest_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"lianluo/internal/auth"
	"lianluo/internal/casefile/casetest"
	"lianluo/web/webtest"
)

// hostile is text that would become markup wherever it is not escaped: in an element, in
// an attribute, in a textarea, in a title.
const hostile = `</textarea></title>"'><script src=//x></script><img src=x onerror=alert(1)>`

// short is hostile for fields that take little; visitor is it as a name.
const (
	short   = `"><b onclick=a>`
	visitor = `申` + short
)

// inert fails where a page has markup that nobody of ours wrote.
func inert(t *testing.T, p *webtest.Page, must ...string) {
	t.Helper()
	p.Find("*").Each(func(_ int, tag *selection) {
		for _, a := range tag.Get(0).Attr {
			if strings.HasPrefix(a.Key, "on") || a.Key == "style" || strings.HasPrefix(strings.TrimSpace(a.Val), "javascript:") {
				t.Errorf("%s: <%s %s=%q>", p.URL.RequestURI(), tag.Get(0).Data, a.Key, a.Val)
			}
		}
	})
	p.Find("script, img, iframe, object, embed, base, style").Each(func(_ int, tag *selection) {
		if !tag.Is("script[src^='/static/']") {
			t.Errorf("%s has <%s>", p.URL.RequestURI(), tag.Get(0).Data)
		}
	})
	for _, word := range must {
		if !strings.Contains(p.Text("body"), word) {
			t.Errorf("%s does not show %q as it was typed:\n%s", p.URL.RequestURI(), word, p.Text("body"))
		}
	}
}

// TestHostileText types markup into every text field of the whole way, and reads every
// page on which it may come out again.
func TestHostileText(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	mark := func(n string) string { return n + hostile }
	clerk, head, handler, unit := s.As(s.Clerk), s.As(s.Head), s.As(s.Handler), s.As(s.Water)

	bad := visitForm(clerk).Set("name", visitor).Set("village", short).Set("phone", short).Set("words-1", mark("原话")).
		Set("answer-1", mark("答复")).Set("date", "x").Submit("登记")
	inert(t, bad.MustStatus(http.StatusUnprocessableEntity))
	if f := bad.Form("form[action='/visits']"); f.Value("name") != visitor || f.Value("words-1") != mark("原话") || f.Value("answer-1") != mark("答复") {
		t.Error("the visit comes back otherwise than it was typed")
	}
	saved := visitForm(clerk).Set("name", visitor).Set("village", short).Set("words-1", mark("原话")).Choose("category-1", "饮水管网").
		Choose("reply_by", "短信").Submit("登记").MustStatus(http.StatusSeeOther).Follow()
	inert(t, saved, visitor)
	code := webtest.Codes(saved.Body)[0]
	inert(t, clerk.Get("/visits/new?after="+saved.URL.Query().Get("key")))
	inert(t, clerk.Get("/visits/new?after="+url.QueryEscape(hostile)))
	at := clerk.Get("/cases?view=open").Find("a.subject").AttrOr("href", "")
	inert(t, clerk.Get(at), short, mark("原话"))

	title := "事" + short
	took(t, clerk.Get(at).StepForm("note").Set("text", mark("记事")).Submit())
	took(t, clerk.Get(at).StepForm("addendum").Set("text", mark("补充")).Submit())
	inert(t, clerk.Get(at).StepForm("sort").Set("title", strings.Repeat(hostile, 3)).Set("proposal", mark("拟办")).Submit().
		MustStatus(http.StatusUnprocessableEntity))
	took(t, clerk.Get(at).StepForm("sort").Set("title", title).Choose("level", "报县里办理").Set("proposal", mark("拟办")).Submit())
	took(t, head.Get(at).StepForm("report").Submit())
	took(t, handler.Get(at).StepForm("hand_out").Choose("unit_id", "县水利局").Set("text", mark("分办")).Set("may_call", "1").Submit())
	took(t, unit.Get(at).StepForm("sign").Submit())
	took(t, unit.Get(at).StepForm("submit").Set("text", mark("结果")).Choose("class", "B 正在解决").Set("promise", mark("承诺")).
		Set("promise_on", "2026-10-30").Submit())
	took(t, handler.Get(at).StepForm("improve").Set("text", mark("补正")).Submit())
	took(t, unit.Get(at).StepForm("submit").Set("text", mark("结果")).Choose("class", "B 正在解决").Set("promise", mark("承诺")).
		Set("promise_on", "2026-10-30").Submit())
	took(t, handler.Get(at).StepForm("approve").Submit())
	took(t, clerk.Get(at).StepForm("feedback_tried").Set("reason", mark("未联系")).Submit())
	took(t, clerk.Get(at).StepForm("give_feedback").Set("text", mark("反馈")).Set("citizen_by", short).Submit())

	citizen, link := s.Anonymous(), strings.TrimPrefix(s.Links(1)[0], s.URL)
	form := citizen.Get(link)
	inert(t, form, title, mark("反馈"))
	form.Form("main form").Set("comment", mark("评价")).Submit().MustStatus(http.StatusUnprocessableEntity)
	inert(t, form.Form("main form").Set("comment", mark("评价")).Submit())
	inert(t, form.Form("main form").Choose("result", "不满意").Choose("attitude", "不满意").Set("comment", mark("评价")).Submit().
		MustStatus(http.StatusSeeOther).Follow(), title)
	inert(t, citizen.Get(link+"?amend=1"))
	took(t, handler.Get(at).StepForm("rehandle").Set("reason", mark("重办")).Submit())
	inert(t, handler.Get(at).Form("form[action$='/phone']").Set("reveal_reason", hostile).Submit().MustStatus(http.StatusOK), casetest.Phone)

	all := []string{mark("原话"), mark("记事"), mark("补充"), mark("拟办"), mark("分办"), mark("结果"), mark("承诺"), mark("补正"),
		mark("未联系"), mark("反馈"), mark("评价"), "理由：" + mark("重办"), title}
	for _, who := range []auth.Actor{s.Clerk, s.Clerk2, s.Head, s.Handler, s.Admin, s.Leader, s.Water, s.Deputy} {
		c := s.As(who)
		inert(t, c.Get(at).MustStatus(http.StatusOK), all...)
		inert(t, c.Get("/cases?view=open&q="+url.QueryEscape(hostile)+"&category="+url.QueryEscape(hostile)))
		inert(t, c.Get("/cases?view=open"), title)
		inert(t, c.Get("/"))
		inert(t, c.Get("/cases/"+url.PathEscape(short)).MustStatus(http.StatusNotFound))
	}
	inert(t, citizen.Get("/q").Form("form[action='/q']").Set("code", hostile).Set("digits", short).Submit().MustStatus(http.StatusUnprocessableEntity))
	found := citizen.Get("/q").Form("form[action='/q']").Set("code", code).Set("digits", "0017").Submit().MustStatus(http.StatusOK)
	inert(t, found, title, mark("反馈"))
	inert(t, citizen.Get("/r/"+url.PathEscape(short)).MustStatus(http.StatusNotFound))
	inert(t, citizen.Get("/login?next="+url.QueryEscape("/"+hostile)))
	inert(t, citizen.Get("/login").Form("form[action='/login']").Set("login_name", hostile).Set("password", "x").Submit().
		MustStatus(http.StatusUnprocessableEntity))
	inert(t, citizen.Get("/"+url.PathEscape(hostile)).MustStatus(http.StatusNotFound))
}

// TestDoorLeadsHome: after signing in only to a page of this site.
func TestDoorLeadsHome(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	for next, want := range map[string]string{"/cases?view=late": "/cases?view=late", "//evil.example/": "/", "https://evil.example/": "/",
		`/\evil.example`: "/", "/logout": "/", "javascript:alert(1)": "/", "/%0d%0aSet-Cookie:x=1": "/%0d%0aSet-Cookie:x=1"} {
		p := s.Anonymous().Get("/login?next=" + url.QueryEscape(next))
		got := p.Form("form[action='/login']").Set("login_name", s.Clerk.LoginName).Set("password", casetest.Password).Submit().
			MustStatus(http.StatusSeeOther)
		if to := got.Header.Get("Location"); to != want || len(got.Header.Values("Set-Cookie")) != 1 {
			t.Errorf("next=%s leads to %s, want %s", next, to, want)
		}
	}
}
