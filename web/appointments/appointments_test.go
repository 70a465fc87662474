package appointments_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"lianluo/web/webtest"
)

// TestStory: a citizen asks without an account and is told by message; the clerk answers; the
// citizen looks it up; on the day the desk has all of it filled in, and the visit is linked.
func TestStory(t *testing.T) {
	t.Parallel()
	s := site(t, 0)
	citizen, clerk := s.Anonymous(), s.As(s.Clerk)
	// A slip keeps what was typed, with the notice that was shown.
	form := citizen.Get(at).MustSay("3 个工作日内发短信或者打电话答复您", "说定了日子，才算约好", "个人信息告知书（2026-1）").Form("main form")
	form.Set("name", "申国强").Set("phone", "1380000").Set("topic", "村口的路").Set("wish", "星期二上午")
	bad := form.Submit().MustStatus(http.StatusUnprocessableEntity).MustSay("手机号应是 11 位数字")
	good := bad.Form("main form")
	if good.Value("topic") != "村口的路" || good.Value("name") != "申国强" || good.Value("wish") != "星期二上午" || good.Value("notice") != "2026-1" {
		t.Error("what was typed is lost")
	}
	good.Set("phone", "13800000017")
	first := good.Submit().MustStatus(http.StatusOK).MustSay("申请已经送到", "2026年9月17日 星期四", "村口的路", "138****0017").MustNotSay("申国强", "13800000017")
	code := webtest.Codes(first.Text("main"))[0]
	second := good.Submit().MustStatus(http.StatusOK) // pressed twice: the same request, the same code
	if got := webtest.Codes(second.Text("main"))[0]; got != code {
		t.Errorf("pressed twice: %s and %s", code, got)
	}
	says(t, letter(t, s, 1), "收到了", "9月17日", code, "/q")
	// The clerk.
	clerk.Get("/").MustSay("有 1 个约见申请等着答复").MustNotSay("过了答复期限")
	list := clerk.Get("/appointments").MustSay("申国强", "村口的路", "138****0017", "9月17日").MustNotSay("13800000017")
	url, _ := list.Find("main tbody a.subject").Attr("href")
	one := until(t, clerk, url, "短信已发出").MustSay(code, "告知书 2026-1", "您约见人大代表的申请收到了").MustNotSay("13800000017")
	one.Form("form[action$='/phone']").Submit().MustStatus(http.StatusUnprocessableEntity).MustSay("请写明为什么要看电话")
	one.Form("form[action$='/phone']").Set("reveal_reason", "打电话约时间").Submit().MustStatus(http.StatusOK).MustSay("13800000017")
	one.Form("form[action='"+url+"']").Set("reason", "先空着").Submit().MustStatus(http.StatusUnprocessableEntity).MustSay("请选择约在哪一天")
	answer := one.Form("form[action='"+url+"']").Choose("reception", "2026年9月14日 星期一 09:00–11:00 王桥镇人大代表联络站，李秀英、郭建国").Set("at", "09:30")
	late := answer.Set("at", "15:00").Submit().MustStatus(http.StatusUnprocessableEntity).MustSay("请填这中间的时间")
	if late.Form("form[action='"+url+"']").Value("at") != "15:00" {
		t.Error("the hour is lost")
	}
	answer.Set("at", "两点").Submit().MustStatus(http.StatusUnprocessableEntity).MustSay("下午的请写 14:00")
	answer.Set("at", "上午9点半").Submit().MustStatus(http.StatusSeeOther).Follow().MustSay("已约定", "9月14日")
	one.Form("form[action='"+url+"']").Set("to", "declined").Set("reason", "太忙").Submit().MustStatus(http.StatusConflict).MustSay("张敏刚刚动过")
	says(t, letter(t, s, 2), "约好了：2026年9月14日 星期一 09:30，在王桥镇人大代表联络站和李秀英、郭建国代表见面")
	// Told over.
	lookup(citizen, code, "0018").MustStatus(http.StatusUnprocessableEntity).MustSay("没有查到").MustNotSay("约好了")
	lookup(citizen, code, "0017").MustStatus(http.StatusOK).MustSay("约好了", "2026年9月14日 星期一", "09:30", "王桥镇人大代表联络站", "李秀英、郭建国").MustNotSay("申国强", "村口的路")
	// The day itself: nothing is typed twice.
	door := clerk.Get(url).MustSay("来了没有")
	desk := door.Form("form[action^='/visits/appointments/']").Submit().MustStatus(http.StatusSeeOther)
	if to := desk.Header.Get("Location"); !strings.HasPrefix(to, "/visits/new?draft=") {
		t.Errorf("leads to %s", to)
	}
	visit := desk.Follow().MustStatus(http.StatusOK).Form("form[action='/visits']")
	if visit.Value("name") != "申国强" || visit.Value("phone") != "13800000017" || visit.Value("words-1") != "村口的路" || visit.Value("reply_by") != "message" {
		t.Errorf("the desk begins with %q, %q, %q", visit.Value("name"), visit.Value("phone"), visit.Value("words-1"))
	}
	visit.Set("name", "申国强（约）") // what was begun stays
	door.Form("form[action^='/visits/appointments/']").Submit().MustStatus(http.StatusSeeOther)
	again := s.As(s.Clerk2).Get(url).Form("form[action^='/visits/appointments/']").Submit().MustStatus(http.StatusSeeOther).Follow().Form("form[action='/visits']")
	category := s.PG.Super.QueryRow(t.Context(), `select id::text from categories where id = $1`, s.Category)
	var id string
	if err := category.Scan(&id); err != nil {
		t.Fatal(err)
	}
	visit.Set("name", "申国强").Set("category-1", id).Submit().MustStatus(http.StatusSeeOther).Follow().MustSay("XY2026-0001")
	again.Set("category-1", id).Submit().MustStatus(http.StatusConflict).MustSay("已经登记过来访了")
	clerk.Get(url).MustSay("来了").Open(clerk.Get(url).Find("a[href^='/visits/saved']").AttrOr("href", "")).MustSay("XY2026-0001")
	lookup(citizen, code, "0017").MustSay("已经来过联络站")
	var visits int
	if err := s.PG.Super.QueryRow(t.Context(), `select count(*) from visits where county_id = $1`, s.County).Scan(&visits); err != nil || visits != 1 {
		t.Error(visits, err)
	}
}

// TestWhomTheyWantToMeet: a citizen may name a deputy; the station sees whom, on which days
// they receive, and once they do not, that the citizen is told.
func TestWhomTheyWantToMeet(t *testing.T) {
	t.Parallel()
	s := site(t, 0)
	citizen, clerk := s.Anonymous(), s.As(s.Clerk)
	form := citizen.Get(at).MustSay("想见哪一位代表").Form("main form").Set("name", "申国强").Set("phone", "1380000").Set("topic", "村口的路")
	form.Choose("deputy", "郭建国（县人大代表）")
	again := form.Submit().MustStatus(http.StatusUnprocessableEntity).Form("main form")
	again.Set("phone", "13800000017").Submit().MustStatus(http.StatusOK).MustSay("想见的代表", "郭建国")
	citizen.Post(at, url.Values{"name": {"申国强"}, "phone": {"13800000018"}, "topic": {"路"}, "deputy": {"99"}}).MustStatus(http.StatusUnprocessableEntity).
		MustSay("请在名单里选一位代表，或者不选")
	says(t, letter(t, s, 1), "收到了")
	one := clerk.Get("/appointments").Find("main tbody a.subject").AttrOr("href", "")
	answer := clerk.Get(one).MustSay("想见的代表郭建国").Form("form[action='" + one + "']")
	answer.Choose("reception", "2026年9月14日 星期一 09:00–11:00 王桥镇人大代表联络站，李秀英、郭建国（想见的代表在）").Submit().MustStatus(http.StatusSeeOther)
	says(t, letter(t, s, 2), "约好了")
	day := clerk.Get(one).Find("dd a[href^='/receptions/']").AttrOr("href", "")
	swap := clerk.Get(day).MustSay("申国强约好这一天来见郭建国").Form("form[action$='/swap']").Choose("deputy", "郭建国").Choose("instead", "王志强（今年 0 次）")
	swap.Set("reason", "住院").Submit().MustStatus(http.StatusSeeOther).Follow().MustSay("想见的代表不接待的有 1 位，会收到通知", "想见郭建国，不在名单里")
	says(t, letter(t, s, 3), "您想见的代表来不了，改由李秀英、王志强代表")
	until(t, clerk, one, "接待代表换了").MustSay("想见郭建国，那天不是这位代表接待", "想见的代表那天来不了")
	if words := letter(t, s, 3); strings.Contains(words, "住院") {
		t.Errorf("%q says why", words)
	}
	// Who comes instead of somebody else is nothing to tell them.
	swap = clerk.Get(day).Form("form[action$='/swap']").Choose("deputy", "李秀英").Choose("instead", "赵玉梅（今年 0 次）")
	swap.Set("reason", "开会").Submit().MustStatus(http.StatusSeeOther).Follow().MustSay("已调换").MustNotSay("会收到通知。", "会收到通知；")
	clerk.Get("/appointments/new").MustSay("想见哪一位代表")
}
