package receptions_test

import (
	"net/http"
	"os"
	"strings"
	"testing"

	"lianluo/internal/postgres/pgtest"
	"lianluo/web/webtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// TestAYearFromARule: a head writes a rule, looks at its days, makes the year, takes the
// proposed turns, and announces a day; everybody sees it on the station's page.
func TestAYearFromARule(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	head := s.As(s.Head)
	form := head.Get("/receptions/rules/new").MustStatus(http.StatusOK).Form("main form")
	form.Set("weekdays", "4").Set("nth", "1", "3").Set("from", "2026-09-14").Set("spares", "0")
	seen := form.Submit("看看是哪些日子").MustStatus(http.StatusOK).
		MustSay("每月第一、三个星期四：2026 年有 7 天", "2026年10月8日 星期四 原是 10月1日，放假或周末，已顺延")
	if got := seen.Form("form[action='/receptions/rules']").Value("from"); got != "2026-09-14" {
		t.Errorf("the form lost %q", got)
	}
	plan := seen.Form("form[action='/receptions/rules']").Submit("保存规则").MustStatus(http.StatusSeeOther).Follow()
	plan.MustSay("规则已保存", "新增 7 天").Form("form[method=post][action='/receptions/generate']").Submit().MustStatus(http.StatusSeeOther)
	head.Get("/receptions?month=2026-10").MustSay("10月8日 星期四", "10月15日 星期四", "还没排")
	head.Get("/receptions/generate").MustSay("没有要排的")

	turns := head.Get("/receptions/turns").MustStatus(http.StatusOK)
	turns.Form("form[action='/receptions/leading']").Choose("leads", "赵玉梅 今年 0 次").Submit().MustStatus(http.StatusSeeOther).Follow().MustSay("赵玉梅（领导干部，今年 0 次）")
	turns.Form("form[action='/receptions/turns']").Submit().MustStatus(http.StatusSeeOther).Follow().MustSay("已排好")
	month := head.Get("/receptions?month=2026-10")
	month.MustNotSay("还没排")
	day, _ := month.Find("main tbody a.subject").First().Attr("href")
	page := head.Get(day).MustSay("原定", "2026年10月1日 星期四")
	page.Form("form[action$='/publish']").Submit().MustStatus(http.StatusSeeOther).Follow().MustSay("公告已经发布", "第 1 版：发布")
	s.Anonymous().Get("/s/140423101").MustSay("10月8日 星期四", "想约一个时间和代表见面")
	head.Get(day+"/notice").MustSay("王桥镇人大代表联络站代表接待日公告", "接待时间：2026年10月8日 星期四 09:00–11:30")
	head.Get("/receptions/plan?year=2026").MustSay("2026年接待日程安排表", "已公告，由 10月1日顺延")

	// Two people change the day: the second is told, and nothing is lost.
	clerk := s.As(s.Clerk).Get(day)
	head.Get(day).Form("form[action$='/cancel']").Set("reason", "道路封闭施工").Submit().MustStatus(http.StatusSeeOther)
	clerk.Form("form[action$='/move']").Set("date", "2026-10-09").Set("reason", "代表开会").Submit().MustStatus(http.StatusConflict).
		MustSay("别人刚刚改过")
	s.Anonymous().Get("/s/140423101").MustNotSay("10月8日 星期四")
	head.Get("/receptions/"+strings.TrimPrefix(day, "/receptions/")).MustSay("已取消", "道路封闭施工", "第 2 版：撤回")
}

// TestADaysForms: faults are told at their fields and what was typed stays; what came of a
// day is asked on the first page until somebody says.
func TestADaysForms(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	clerk := s.As(s.Clerk)
	form := clerk.Get("/receptions/new").Form("form[action='/receptions']")
	form.Set("kind", "theme").Set("date", "2026-09-01").Set("ends", "08:00").Set("invited", "县水利局")
	p := form.Submit().MustStatus(http.StatusUnprocessableEntity).MustSay("这一天已经过了", "主题接待请写主题", "结束的时间要晚于开始的时间")
	again := p.Form("form[action='/receptions']")
	if again.Value("invited") != "县水利局" || p.Find(".note-err a[href='#date']").Length() != 1 {
		t.Error(p.Text("main"))
	}
	again.Set("date", "2026-09-22").Set("ends", "11:00").Set("theme", "饮水安全").Submit().MustStatus(http.StatusSeeOther).Follow().MustSay("主题接待：饮水安全", "县水利局")
}

// TestAfterwards: the day after, the first page asks; the form is filled with who was to
// come; leaves are told to whoever plans.
func TestAfterwards(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	s.Advance(1)
	clerk := s.As(s.Clerk)
	clerk.Get("/").MustSay("有 1 个接待日过了，还没有登记接待情况")
	gaps := clerk.Get("/receptions/gaps").MustSay("过了还没有登记接待情况的")
	day, _ := gaps.Find("#unsaid a").Attr("href")
	held := clerk.Get(day).Form("form[action$='/held']")
	held.Set("came").Submit().MustStatus(http.StatusUnprocessableEntity).MustSay("请选择来了哪些代表")
	clerk.Get(day).Form("form[action$='/held']").Set("organs", "县水利局").Submit().MustStatus(http.StatusSeeOther).Follow().MustSay("接待情况已经登记", "已接待", "县水利局")
	clerk.Get("/").MustNotSay("还没有登记接待情况")
	away := clerk.Get("/receptions/leaves").Form("form[action='/receptions/leaves']")
	away.Set("from", "2026-09-20").Set("to", "2026-09-10").Submit().MustStatus(http.StatusUnprocessableEntity).MustSay("请写明原因", "不能早于")
	away.Set("to", "2026-09-30").Set("reason", "住院").Choose("deputy", "赵玉梅（今年 0 次）").Submit().MustStatus(http.StatusSeeOther).Follow().MustSay("赵玉梅", "住院")
	clerk.Get("/receptions/leaves").Form("form[action$='/back']").Submit().MustStatus(http.StatusSeeOther).Follow().MustSay("已销假")
	admin := s.As(s.Admin)
	rules := admin.Get("/receptions/settings").Form("form[action='/receptions/settings']")
	rules.Set("publish_days", "99").Submit().MustStatus(http.StatusUnprocessableEntity).MustSay("请填 0 到 30 的整数")
	rules.Set("publish_days", "5").Submit().MustStatus(http.StatusSeeOther)
	rules.Set("publish_days", "7").Submit().MustStatus(http.StatusConflict).MustSay("别人刚刚改过", "提前几天公告由“3”改成“5”")
	s.As(s.Deputy).Get("/receptions?month=2026-09").MustSay("王桥镇").MustNotSay("添加接待日")
}
