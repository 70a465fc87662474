package webtest_test

import (
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/web/webtest"
)

type selection = goquery.Selection

func id(n int64) string { return strconv.FormatInt(n, 10) }

// took fails where a step did not lead back to the case, or says something of the citizen
// in the message that travels by cookie.
func took(t *testing.T, p *webtest.Page) *webtest.Page {
	t.Helper()
	p.MustStatus(http.StatusSeeOther)
	flash := ""
	for _, cookie := range p.Header.Values("Set-Cookie") {
		if value, found := strings.CutPrefix(cookie, "flash="); found {
			plain, err := base64.RawURLEncoding.DecodeString(strings.Split(value, ";")[0])
			if err != nil {
				t.Fatal(err)
			}
			flash = string(plain)
		}
	}
	if flash == "" {
		t.Errorf("%s leaves no message", p.URL.Path)
	}
	for _, private := range []string{casetest.Visitor, casetest.Phone, "五阳", "0017", "自来水"} {
		if strings.Contains(flash, private) {
			t.Errorf("%s leaves %q in a cookie: %s", p.URL.Path, private, flash)
		}
	}
	shown := p.Follow().MustStatus(http.StatusOK)
	if _, words, _ := strings.Cut(flash, "\n"); shown.Text("main > .note") != words {
		t.Errorf("the message is %q, the page shows %q", words, shown.Text("main > .note"))
	}
	return shown
}

// TestWholeWay takes a case by its pages from the register to the verdict.
func TestWholeWay(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	number := s.OneCase()
	at := "/cases/" + number
	clerk, head, handler, unit := s.As(s.Clerk), s.As(s.Head), s.As(s.Handler), s.As(s.Water)

	p := took(t, clerk.Get(at).MustSay("待梳理").StepForm("sort").Set("title", "五阳村自来水管冻裂").Choose("level", "报县里办理").
		Set("proposal", "建议请县水利局查看管网。").Submit())
	p.MustSay("现在是“待分办”", "五阳村自来水管冻裂", "村里自来水管冻裂，一个多月没水了。") // the words stay as they were said

	p = took(t, head.Get(at).StepForm("report").Submit()) // the proposal is filled in
	p.MustSay("建议请县水利局查看管网。")
	p = took(t, handler.Get(at).StepForm("hand_out").Choose("unit_id", "县水利局").Set("text", "请三天内到村里看。").Submit())
	p.MustSay("现在是“待签收”", "分办：县水利局", "请三天内到村里看。")
	took(t, unit.Get(at).StepForm("sign").Submit()).MustSay("办理中")
	took(t, unit.Get(at).StepForm("submit").Set("text", "破损管段已更换。").Choose("class", "A 已解决或基本解决").Submit()).MustSay("待审核")
	took(t, handler.Get(at).StepForm("improve").Set("text", "请写明哪一天恢复供水。").Submit()).MustSay("退回补正", "请写明哪一天恢复供水。")
	took(t, unit.Get(at).StepForm("submit").Set("text", "破损管段已更换，9 月 13 日恢复供水。").Choose("class", "A 已解决或基本解决").Submit())
	took(t, handler.Get(at).StepForm("approve").Submit()).MustSay("待反馈")

	form := clerk.Get(at).StepForm("give_feedback")
	if got := form.Value("text"); got != "破损管段已更换，9 月 13 日恢复供水。" {
		t.Errorf("the feedback begins with %q", got)
	}
	for _, deputy := range s.Deputies[:2] {
		form.Choose("deputy_"+id(deputy)+"_way", "当面")
	}
	p = took(t, form.Choose("citizen_way", "电话").Submit())
	p.MustSay("待评价", "等群众评价", "结果和评价链接")
	rate := s.Anonymous().Get(strings.TrimPrefix(s.Links(1)[0], s.URL))
	rate.MustSay("五阳村自来水管冻裂", "9 月 13 日恢复供水").MustNotSay(casetest.Visitor, "0017")
	rate.Form("main form").Choose("result", "满意").Choose("attitude", "非常满意").Submit().MustStatus(http.StatusSeeOther).
		Follow().MustSay("谢谢您的评价", "非常满意")
	clerk.Get(at).MustSay("已办结", "群众评价", "本人链接评价", "结果和评价链接", "已发给来访人").MustNotSay("/r/")
	if c := s.Case(number); c.State != casefile.Closed || *c.Outcome != casefile.Satisfied {
		t.Errorf("the case ends %s", c.State)
	}
}

// TestStepForms: the page offers exactly the steps that the table allows, and a bad form
// comes back with every word that was typed.
func TestStepForms(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	at := everyState(s, casefile.Registered, casefile.Reported, casefile.Handling, casefile.Submitted, casefile.Approved, casefile.Review)
	for _, try := range []struct {
		state   casefile.State
		who     string
		offered string // in the order of the page: what comes next, then 其他办法
	}{
		{casefile.Registered, "Clerk", "sort addendum note withdraw"},
		{casefile.Registered, "Handler", "sort note urge"},
		{casefile.Registered, "Deputy", "addendum note"},
		{casefile.Reported, "Handler", "hand_out ask_station pass_down merge note urge"},
		{casefile.Handling, "Water", "submit request_extension addendum note"},
		{casefile.Handling, "Handler", "pause note urge"},
		{casefile.Handling, "Leader", "note urge supervise"},
		{casefile.Submitted, "Handler", "approve improve note urge"},
		{casefile.Submitted, "Head", "note urge"},
		{casefile.Approved, "Clerk", "give_feedback addendum feedback_tried note"},
		{casefile.Review, "Handler", "rehandle uphold note urge"},
		{casefile.Review, "Admin", "rehandle uphold note urge supervise"},
	} {
		offered := map[string]bool{}
		for _, step := range offers(s.As(s.Actors()[try.who]).Get("/cases/" + at[try.state])) {
			offered[step] = true
		}
		for _, step := range strings.Fields(try.offered) {
			if !offered[step] {
				t.Errorf("%s at %s is not offered %s", try.who, try.state, step)
			}
			delete(offered, step)
		}
		for step := range offered {
			t.Errorf("%s at %s is offered %s", try.who, try.state, step)
		}
	}

	bad := s.As(s.Handler).Get("/cases/"+at[casefile.Reported]).StepForm("hand_out").Set("text", "请三天内\n到村里看。").
		Set("due_on", "2026-09-01").Set("may_call", "1").Submit().MustStatus(http.StatusUnprocessableEntity)
	bad.MustSay("有 2 处要改", "请选择承办单位。", "办理期限要在今天以后。")
	again := bad.StepForm("hand_out")
	if again.Value("text") != "请三天内\n到村里看。" || again.Value("due_on") != "2026-09-01" || again.Value("may_call") != "1" {
		t.Error("the form comes back without what was typed")
	}
	if !strings.HasPrefix(bad.Text("title"), "错误：") {
		t.Errorf("the title is %q", bad.Text("title"))
	}
	bad.Find("#errors a").Each(func(_ int, a *selection) {
		if target := bad.Find(a.AttrOr("href", "")); target.Length() != 1 || target.AttrOr("aria-invalid", "") != "true" {
			t.Errorf("the summary leads to %s, which is %d fields", a.AttrOr("href", ""), target.Length())
		}
	})
	took(t, again.Choose("unit_id", "县水利局").Set("due_on", "").Submit()).MustSay("待签收")

	promise := s.As(s.Water).Get("/cases/" + at[casefile.Handling]).StepForm("submit")
	promise.Set("text", "列入明年计划。").Choose("class", "C 列入计划").Submit().MustStatus(http.StatusUnprocessableEntity).
		MustSay("有 2 处要改")
	s.As(s.Clerk).Get("/cases/"+at[casefile.Approved]).StepForm("give_feedback").Set("citizen_on", "2026-09-20").Set("text", "").
		Submit().MustStatus(http.StatusUnprocessableEntity).MustSay("请写下告诉群众的话", "不能晚于今天")
	s.As(s.Clerk).Post("/cases/"+at[casefile.Registered]+"/steps/archive", nil).MustStatus(http.StatusNotFound)
	s.As(s.Clerk).Post("/cases/"+at[casefile.Registered]+"/steps/note", nil).MustStatus(http.StatusUnprocessableEntity).MustSay("打开得不完整")
}

// offers are the steps that have a form on a case's page.
func offers(p *webtest.Page) []string {
	var steps []string
	p.MustStatus(http.StatusOK).Find("form[action*='/steps/']").Each(func(_ int, form *selection) {
		action := form.AttrOr("action", "")
		steps = append(steps, action[strings.LastIndex(action, "/")+1:])
	})
	return steps
}
