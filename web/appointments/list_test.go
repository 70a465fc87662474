package appointments_test

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"lianluo/web/webtest"
)

// TestDesk: the clerk enters who called and who has no phone, is told who waits too long and
// who is to be called; what was answered by mistake is taken back; the list is filtered,
// sorted, kept, printed and exported without a number.
func TestDesk(t *testing.T) {
	t.Parallel()
	s := site(t, 10)
	clerk := s.As(s.Clerk)
	form := clerk.Get("/appointments/new").MustSay("个人信息告知书（2026-1）").Form("form[action='/appointments']")
	bad := form.Set("name", "李桂英").Set("reply_by", "phone").Submit().MustStatus(http.StatusUnprocessableEntity).MustSay("请写一两句", "要打电话告诉，请填电话")
	if bad.Form("form[action='/appointments']").Value("name") != "李桂英" {
		t.Error("what was typed is lost")
	}
	form.Set("reply_by", "auto").Set("topic", "低保")
	entered := form.Submit().MustStatus(http.StatusSeeOther)
	if again := form.Submit().MustStatus(http.StatusSeeOther); again.Header.Get("Location") != entered.Header.Get("Location") {
		t.Error("pressed twice, two requests")
	}
	url := entered.Header.Get("Location")
	day(t, s, "2026-09-22")
	one := entered.Follow().MustSay("没有留电话", "没有电话，当面说")
	confirm := func(p *webtest.Page) *webtest.Form {
		return p.Form("form[action='"+url+"']").Choose("reception", "2026年9月22日 星期二 09:00–11:30 王桥镇人大代表联络站，李秀英、郭建国")
	}
	// Taken back within the county's time; then told at once.
	one = confirm(one).Submit().MustStatus(http.StatusSeeOther).Follow().MustSay("已约定", "9月14日 09:10 列出来打电话或者当面告诉，在这以前可以撤回")
	one = one.Form("form[action$='/undo']").Submit().MustStatus(http.StatusSeeOther).Follow().MustSay("答复已经撤回", "等待答复", "没有发：答复撤回了")
	one = confirm(one).Set("told", "1").Submit().MustStatus(http.StatusSeeOther).Follow().MustSay("已经打电话或者当面告诉", "约好了：2026年9月22日")
	one.Open(one.Find("dl.facts a[href^='/receptions/']").First().AttrOr("href", "")).MustSay("约好来的人", "李桂英", "约好这一天来的 1 位：", "李桂英 09:00–11:30")
	if one.Find("form[action$='/undo']").Length() != 0 {
		t.Error("what was told can be taken back")
	}
	one.Form("form[action='"+url+"']").Set("to", "declined").Submit().MustStatus(http.StatusUnprocessableEntity).MustSay("请写明为什么约不成")
	// Somebody has to be told in person: the first page says so, and so does the outbox.
	hold(t, s, 0)
	one.Form("form[action='"+url+"']").Set("to", "declined").Set("reason", "代表出差了").Submit().MustStatus(http.StatusSeeOther)
	until(t, clerk, "/", "有 1 件约见的事等着打电话告诉群众")
	clerk.Get("/appointments?view=tell").MustSay("李桂英", "等打电话告诉")
	s.As(s.OtherClerk).Get("/messages?view=calls").MustNotSay("李桂英")
	calls := clerk.Get("/messages?view=calls").MustSay("李桂英", "没有约成", "代表出差了", "约见")
	calls.Open(calls.Find("main tbody a.subject").AttrOr("href", "")).MustSay("请打电话或者当面告诉，照下面念")
	calls.Form("form[action*='/called']").Submit().MustStatus(http.StatusSeeOther).Follow().MustSay("打电话告诉了").MustNotSay("李桂英")
	clerk.Get("/").MustNotSay("等着打电话告诉群众")

	// Who waits too long; the list.
	anybody := s.Anonymous()
	asked(anybody, "王女士", "13800000018", "孩子上学的事")
	asked(anybody, "赵先生", "13800000019", "路灯")
	s.Set("2026-09-18 09:00")
	clerk = s.As(s.Clerk)
	clerk.Get("/").MustSay("有 2 个约见申请等着答复", "其中 2 个已经过了答复期限")
	admin := s.As(s.Admin)
	admin.Get("/").MustSay("其中 2 个已经过了答复期限")
	late := admin.Get("/appointments?view=late&sort=-due").MustSay("王桥镇", "逾期 1 天", "王女士", "赵先生", "2 个").MustNotSay("李桂英")
	if n := len(late.Count.Own()); n > 7 {
		t.Errorf("%d statements: %q", n, late.Count.Own())
	}
	admin.Get("/appointments?view=all&q=路灯").MustSay("赵先生").MustNotSay("王女士")
	admin.Get("/appointments?state=declined").MustSay("李桂英").MustNotSay("王女士")
	admin.Get("/appointments?view=all&from=2026-09-01&to=2026-09-30").MustNotSay("王女士", "李桂英") // no day is settled
	clerk.Get("/appointments?print=1").MustSay("王女士").MustNotSay("13800000018")
	late.Form("form[action='/views']").Set("name", "晚了的").Submit().MustStatus(http.StatusSeeOther).Follow().MustSay("晚了的", "王女士")
	page := admin.Get("/appointments?view=all&sort=asked")
	sheet := page.Open(page.Find("a[href^='/exports/new?list=appointments']").AttrOr("href", "")).MustStatus(http.StatusOK).Form("form[action='/exports']").
		Set("format", "csv").Submit().MustStatus(http.StatusOK)
	sheet.MustSay("138****0018", "王**", "孩子上学的事", "代表出差了").MustNotSay("13800000018", "王女士")
	s.As(s.OtherClerk).Get("/appointments?view=all").MustNotSay("王女士")
	// The county says in how many days it is answered.
	rules := admin.Get("/receptions/settings").Form("form[action='/receptions/settings']")
	rules.Set("answer_days", "0").Submit().MustStatus(http.StatusUnprocessableEntity).MustSay("请填 1 到 30 的整数")
	rules.Set("answer_days", "5").Submit().MustStatus(http.StatusSeeOther)
	anybody.Get(at).MustSay("5 个工作日内")
	// Who recalled is told nothing more, and two clerks see one answer.
	one = clerk.Get("/appointments")
	last := one.Find("main tbody a.subject").First().AttrOr("href", "")
	day(t, s, "2026-09-23")
	var forms []*webtest.Form
	for i, c := range []*webtest.Client{clerk, s.As(s.Head)} {
		forms = append(forms, c.Get(last).Form("form[action='"+last+"']").Set("to", "declined").Set("reason", "第"+strings.Repeat("一", i+1)))
	}
	var all sync.WaitGroup
	statuses := make([]int, len(forms))
	for i, form := range forms {
		all.Go(func() { statuses[i] = form.Submit().Status })
	}
	all.Wait()
	slices.Sort(statuses)
	if statuses[0] != http.StatusSeeOther || statuses[1] != http.StatusSeeOther && statuses[1] != http.StatusConflict {
		t.Errorf("two at once: %d", statuses)
	}
}
