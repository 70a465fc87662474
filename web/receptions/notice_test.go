package receptions_test

import (
	"net/http"
	"strings"
	"testing"

	"lianluo/web/webtest"
)

// TestTheNoticeSaysWhoTheyAre: each deputy stands in a day's notice, on the wall and on the
// station's page, with the levels of all running mandates; a notice from before that, corrected
// since, is not said to name others.
func TestTheNoticeSaysWhoTheyAre(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	if _, err := s.PG.Super.Exec(t.Context(), `insert into mandates (county_id, deputy_id, level, term, electoral_unit, from_date, to_date, end_reason)
			values ($1, $2, 'township', '第十六届', '五阳选区', '2021-06-18', null, null), ($1, $2, 'prefecture', '第十五届', '襄垣县', '2016-09-06', '2021-09-05', 'term')`,
		s.County, s.Deputies[0]); err != nil {
		t.Fatal(err)
	}
	clerk := s.As(s.Clerk)
	form := clerk.Get("/receptions/new").Form("form[action='/receptions']").Set("date", "2026-09-22")
	form.Set("deputies", itoa(s.Deputies[0]), itoa(s.Deputies[2])).Set("substitutes", itoa(s.Deputies[3]))
	day := form.Submit().MustStatus(http.StatusSeeOther).Header.Get("Location")
	clerk.Get(day).Form("form[action$='/publish']").Submit().MustStatus(http.StatusSeeOther)
	const who = "王志强（县人大代表）、郭建国（县、乡镇人大代表）"
	clerk.Get(day+"/notice").MustSay("接待代表："+who).MustNotSay("赵玉梅", "市人大代表")
	s.Anonymous().Get("/s/140423101").MustSay("代表：" + who)

	if _, err := s.PG.Super.Exec(t.Context(), `update reception_notices set body = replace(body, $1, '王志强、郭建国') where reception_id = $2`, who, strings.TrimPrefix(day, "/receptions/")); err != nil {
		t.Fatal(err)
	}
	clerk.Get(day).Form("form[action$='/move']").Set("starts", "09:30").Set("reason", "停电").Submit().MustStatus(http.StatusSeeOther)
	s.Anonymous().Get("/s/140423101").MustSay("已更改").MustNotSay("接待代表换了")
}

// TestWithdrawnThenMoved: who read the notice of a day looks under its date, also after the
// notice was taken back and the day put on another: before that is announced, after it, and once
// it is called off.
func TestWithdrawnThenMoved(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	clerk, citizen := s.As(s.Clerk), s.Anonymous()
	const front = "/s/140423101"
	form := clerk.Get("/receptions/new").Form("form[action='/receptions']").Set("date", "2026-09-22").Set("deputies", itoa(s.Deputies[0]))
	day := form.Submit().MustStatus(http.StatusSeeOther).Header.Get("Location")
	act := func(name string, fields ...string) {
		t.Helper()
		f := clerk.Get(day).Form("form[action$='/" + name + "']")
		for i := 0; i < len(fields); i += 2 {
			f.Set(fields[i], fields[i+1])
		}
		f.Submit().MustStatus(http.StatusSeeOther)
	}
	act("publish")
	act("withdraw", "reason", "村里停电", "public", "停电检修")
	citizen.Get(front).MustSay("9月22日 星期二 上午 9:00–11:30 的公告撤回了")
	s.Advance(1)
	clerk = s.As(s.Clerk)
	act("move", "date", "2026-09-23", "starts", "14:00", "ends", "16:00", "reason", "还没有电")
	act("move", "date", "2026-09-24", "reason", "还没有电")
	citizen.Get(front).MustSay("9月22日 星期二 上午 9:00–11:30 原定的接待改到 9月24日，以后公布的为准。原因：停电检修").MustNotSay("9月24日 星期四", "9月23日")
	act("publish")
	citizen.Get(front).MustSay("9月22日 星期二 上午 9:00–11:30 原定的接待改到 9月24日。原因：停电检修", "9月24日 星期四下午 2:00–4:00").MustNotSay("9月23日", "以后公布的为准")
	s.Advance(1)
	clerk = s.As(s.Clerk)
	act("withdraw", "reason", "不来电了")
	citizen.Get(front).MustSay("9月24日 星期四 下午 2:00–4:00 的公告撤回了")
	s.Advance(1)
	clerk = s.As(s.Clerk)
	act("move", "date", "2026-09-28", "reason", "不来电了")
	clerk.Get(day+"/cancel").Form("form[action$='/cancel']").Set("reason", "算了").Submit().MustStatus(http.StatusSeeOther)
	citizen.Get(front).MustSay("9月24日 星期四 下午 2:00–4:00 的接待取消了").MustNotSay("9月28日")
}
