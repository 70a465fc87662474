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
