package receptions_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"lianluo/web/webtest"
)

// TestYearsOfARule: a rule that begins next year leads to next year's days; one that changes
// days of two years names both, and after the first the page leads on to the second.
func TestYearsOfARule(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	admin := s.As(s.Admin)
	at := "?station=" + itoa(s.Station)
	const generate = "form[method=post][action='/receptions/generate']"
	rule := admin.Get("/receptions/rules/new"+at).Form("main form[method=post]").Set("weekdays", "4").Set("nth", "1").Set("from", "2027-01-01")
	plan := rule.Submit("保存规则").MustStatus(http.StatusSeeOther).Follow().MustSay("要核对的有 2027 年的日子", "新增 12 天").MustNotSay("没有要排的")
	admin.Get("/receptions/generate"+at+"&year=2026").MustSay("没有要排的", "别的年份也有要排的：", "2027 年，新增 12 天")
	made := plan.Form(generate).Submit().MustStatus(http.StatusSeeOther)
	if to := made.Header.Get("Location"); !strings.Contains(to, "month=2027-01") || !strings.Contains(to, "station="+itoa(s.Station)) {
		t.Errorf("what was made is looked for at %s", to)
	}
	made.Follow().MustSay("2027 年已排进日程：新增 12 天", "1月7日 星期四")
	all := admin.Get("/receptions/rules" + at)
	path, _ := all.Find("main tbody a.subject").Attr("href")
	change := func() *webtest.Form { return admin.Get(path).Form("main form[action='" + path + "']") }
	plan = change().Set("from", "2026-10-01").Submit("保存规则").MustStatus(http.StatusSeeOther).Follow().MustSay("要核对的有 2026 年的日子", "新增 3 天")
	plan.Form(generate).Submit().MustStatus(http.StatusSeeOther)
	plan = change().Set("starts", "08:30").Submit("保存规则").MustStatus(http.StatusSeeOther).Follow().MustSay("要核对的有 2026 年、2027 年的日子", "要改 3 天", "2027 年，新增 0 天，改 12 天", "按规则应该是 08:30–11:30")
	plan = plan.Form(generate).Submit().MustStatus(http.StatusSeeOther).Follow().MustSay("还有 2027 年的，请接着核对", "要改 12 天")
	plan.Form(generate).Submit().MustStatus(http.StatusSeeOther).Follow().MustSay("2027 年 1 月", "08:30–11:30")
	change().Submit("保存规则").MustStatus(http.StatusSeeOther).Follow().MustSay("日程里的日子都不用改")
	admin.Get(path).Form("form[action$='/retire']").Submit().MustStatus(http.StatusSeeOther).Follow().MustSay("要核对的有 2026 年、2027 年的日子", "不再安排，去掉 3 天")
}

// TestTurnsSayTheirYear: who is proposed for a day is counted in the day's year, and who is next
// stands first; what a second press says is what it did.
func TestTurnsSayTheirYear(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	s.Set("2026-12-21 09:00")
	december, _ := dayAt(t, s, "2026-12-24")
	january, _ := dayAt(t, s, "2027-01-07")
	clerk := s.As(s.Clerk)
	for _, day := range []int64{december, january} {
		for _, name := range []string{"郭建国", "李秀英"} {
			p := clerk.Get("/receptions/" + itoa(day)).Form("form[action$='/leave']")
			p.Choose("deputy", name).Set("reason", "开会").Submit().MustStatus(http.StatusSeeOther)
		}
	}
	turns := clerk.Get("/receptions/turns").MustSay("当年来得最少的先排", "轮到谁谁在前")
	offered := func(day int64) []string {
		return turns.Find("#seat-" + itoa(day) + " option").Map(func(_ int, o *goquery.Selection) string { return strings.TrimSpace(o.Text()) })
	}
	for day, want := range map[int64]string{december: "先空着 王志强（今年 0 次） 赵玉梅（今年 0 次） 郭建国（今年 1 次） 李秀英（今年 1 次）", january: "先空着 郭建国（2027 年 0 次） 李秀英（2027 年 0 次） 王志强（2027 年 0 次） 赵玉梅（2027 年 0 次）"} {
		if got := strings.Join(offered(day), " "); got != want {
			t.Errorf("on the form stand %q, want %q", got, want)
		}
	}
	form := turns.Form("form[action='/receptions/turns']")
	form.Submit().MustStatus(http.StatusSeeOther).Follow().MustSay("已排好 4 人次")
	form.Submit().MustStatus(http.StatusSeeOther).Follow().MustSay("选的代表都已经在名单里，没有新排的").MustNotSay("已排好")
}

// TestGapsOfAYear: the gaps of next year name nothing of this one; where nobody is on any of its
// days they say that in place of everybody's missing turns; each list says how long it is, goes
// by station, and leads to where it is put right.
func TestGapsOfAYear(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	s.Set("2026-11-20 09:00")
	clerk := s.As(s.Clerk)
	clerk.Get("/receptions/gaps").MustSay("过了还没有登记接待情况的", "2026年9月14日", "共 1 天").MustNotSay("还没有接待日")
	clerk.Get("/receptions/gaps?year=2027").MustSay("2027 年还没有接待日", "都登记了").MustNotSay("2026年9月14日", "次的代表", "1、2、3")
	_, day := dayAt(t, s, "2027-03-04")
	for _, name := range []string{"郭建国", "李秀英"} {
		clerk.Get(day).Form("form[action$='/leave']").Choose("deputy", name).Set("reason", "开会").Submit().MustStatus(http.StatusSeeOther)
	}
	clerk.Get("/receptions/gaps?year=2027").MustSay("2027 年还没有代表能来的", "2027年3月4日", "2027 年有 1 个接待日，都还没有排代表").MustNotSay("次的代表", "没有领导干部代表接待的月份")
	clerk.Get("/receptions/gaps").MustNotSay("2027年3月4日")
	join := clerk.Get(day).Form("form[action$='/join']")
	join.Choose("deputy", "赵玉梅（今年 0 次）").Submit().MustStatus(http.StatusSeeOther)
	gaps := clerk.Get("/receptions/gaps?year=2027").MustSay("2027 年不到 2 次的代表", "共 4 名")
	if gaps.Find("a[href='/receptions/turns?station="+itoa(s.Station)+"']").Length() < 4 {
		t.Error("the rows do not lead to where turns are arranged")
	}
}
