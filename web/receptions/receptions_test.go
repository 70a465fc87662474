package receptions_test

import (
	"context"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/google/uuid"

	"lianluo/internal/calendar"
	"lianluo/internal/casefile"
	"lianluo/internal/postgres/pgtest"
	"lianluo/internal/reception"
	"lianluo/internal/tenant"
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
		MustSay("每月第一、三个星期四：12 个月里有", "2026年10月8日 星期四 原是 10月1日，放假或周末，已顺延")
	if seen.Find("#days").Length() != 1 || seen.Find("form > #shown h2[autofocus]").Length() != 1 {
		t.Error("the days are not where they are looked for")
	}
	market := head.Get("/receptions/rules/new").Form("main form").Set("every", "market")
	if got := market.Value("lunar"); got != "1" {
		t.Errorf("markets go by %q", got)
	}
	for typed, say := range map[string]string{"三八": "农历逢三、逢八", "三、八": "农历逢三、逢八", "逢三逢八": "农历逢三、逢八", "3 8": "农历逢三、逢八", "10": "农历逢十"} {
		market.Set("digits", typed).Submit("看看是哪些日子").MustStatus(http.StatusOK).MustSay(say + "：12 个月里有")
	}
	market.Set("digits", "十三").Submit("看看是哪些日子").MustStatus(http.StatusUnprocessableEntity).MustSay("“十三”看不明白")
	wrong := head.Get("/receptions/rules/new").Form("main form").Set("every", "day").Set("days", "初五").Submit("保存规则").MustStatus(http.StatusUnprocessableEntity).MustSay("“初五”不是数字")
	if got := wrong.Form("form[action='/receptions/rules']").Value("days"); got != "初五" {
		t.Errorf("the form has %q", got)
	}
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
	head.Get("/receptions/changes").MustNotSay("加进") // the rota was made, not changed
	month := head.Get("/receptions?month=2026-10")
	month.MustNotSay("还没排")
	day, _ := month.Find("main tbody a.subject").First().Attr("href")
	page := head.Get(day).MustSay("原定", "2026年10月1日 星期四")
	page.Form("form[action$='/publish']").Submit().MustStatus(http.StatusSeeOther).Follow().MustSay("公告已经发布", "第 1 版：发布")
	s.Anonymous().Get("/s/140423101").MustSay("10月8日 星期四", "想约一个时间和代表见面")
	head.Get(day+"/notice").MustSay("王桥镇人大代表联络站代表接待日公告", "接待时间：2026年10月8日 星期四 09:00–11:30")
	rota := head.Get("/receptions/plan?year=2026").MustStatus(http.StatusSeeOther).Follow().MustSay("接待日程安排表", "2026年1月1日至12月31日", "已公告，由10月1日顺延")
	rota.Open(day).MustStatus(http.StatusOK).MustSay("公告")
	if rota.Find("a[href='"+day+"']").Length() != 1 {
		t.Error("the row does not lead to its day")
	}

	// Two people change the day: the second is told, and nothing is lost.
	clerk := s.As(s.Clerk).Get(day)
	ask := head.Get(day+"/cancel").MustSay("没有群众约好这一天来", "排好的代表：2 名", "取消公告").Form("form[action$='/cancel']")
	if got := ask.Value("public"); got != "因故" {
		t.Errorf("citizens would read %q", got)
	}
	ask.Submit().MustStatus(http.StatusUnprocessableEntity).MustSay("请写明为什么取消")
	ask.Set("reason", "赵玉梅住院").Set("public", "道路封闭施工").Submit().MustStatus(http.StatusSeeOther)
	head.Get(day+"/notice").MustSay("代表接待日取消公告", "原定 2026年10月8日 星期四 09:00–11:30", "现在取消。原因：道路封闭施工。", "下一次接待的日子定了以后，另行公告", "网页上也写着").
		MustNotSay("赵玉梅", "接待时间：", "都可以来", "还没有在网页上公告")
	clerk.Form("form[action$='/move']").Set("date", "2026-10-09").Set("reason", "代表开会").Submit().MustStatus(http.StatusConflict).
		MustSay("别人刚刚改过")
	s.Anonymous().Get("/s/140423101").MustSay("公布以后又有变化的", "10月8日 星期四 上午 9:00–11:30 的接待取消了。原因：道路封闭施工").MustNotSay("住院")
	head.Get("/receptions/"+strings.TrimPrefix(day, "/receptions/")).MustSay("已取消", "赵玉梅住院（公告上写：道路封闭施工）", "第 2 版：撤回")
}

// TestADayIsLeftOut: every day of the plan may be left out, with a reason; it stays so when the
// year is made again, and the page says who said it until somebody puts the day back.
func TestADayIsLeftOut(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	clerk := s.As(s.Clerk)
	rule := clerk.Get("/receptions/rules/new").Form("main form").Set("weekdays", "4").Set("nth", "1").Set("from", "2026-10-01")
	plan := rule.Submit("保存规则").MustStatus(http.StatusSeeOther).Follow().MustSay("新增 3 天")
	const generate = "form[method=post][action='/receptions/generate']"
	if n := plan.Find(generate + " input[name=without]").Length(); n != 3 {
		t.Fatalf("%d of 3 days may be left out", n)
	}
	fifth, _ := plan.Find("input[name=without][value$='/2026-11-05']").Attr("value")
	again := plan.Form(generate).Set("without", fifth).Submit().MustStatus(http.StatusUnprocessableEntity).MustSay("请写明勾了“这一天不排”的为什么不排")
	if again.Find("input[name=without][checked]").AttrOr("value", "") != fifth {
		t.Error("the tick is lost")
	}
	again.Form(generate).Set("why", "乡镇人代会").Submit().MustStatus(http.StatusSeeOther).Follow().MustSay("新增 2 天", "说好不排的 1 天没有排")
	clerk.Get("/receptions?month=2026-11").MustNotSay("11月5日")
	plan = clerk.Get("/receptions/generate").MustSay("没有要排的", "说好不排的 1 天", "仍不排", "乡镇人代会（张敏")
	plan.Form(generate).Submit().MustStatus(http.StatusSeeOther)
	clerk.Get("/receptions?month=2026-11").MustNotSay("11月5日")
	s.As(s.OtherClerk).Get("/receptions/generate").MustNotSay("乡镇人代会")
	plan.Form(generate).Set("again", fifth).Submit().MustStatus(http.StatusSeeOther)
	clerk.Get("/receptions?month=2026-11").MustSay("11月5日")
	clerk.Get("/receptions/generate").MustNotSay("仍不排")
}

// TestTheDayItself: on the day whoever registers visits goes from its page, or from the first
// page, to the desk, which has the day filled in; what came of it is one press away, and who is
// missing is said.
func TestTheDayItself(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	clerk := s.As(s.Clerk)
	home := clerk.Get("/").MustSay("郭建国")
	at, _ := home.Find("section[aria-labelledby=h-days] li b a").Attr("href")
	clerk.Get(at).MustStatus(http.StatusOK).MustNotSay("缺 ", "看登记的来访")
	id := strings.TrimPrefix(at, "/receptions/")
	for who, c := range map[string]*webtest.Client{"clerk": clerk, "office": s.As(s.Handler)} {
		page := c.Get(at)
		desk := page.Open(page.Find("main a.btn-main:contains('登记来访')").AttrOr("href", "/missing")).MustStatus(http.StatusOK).Form("form[action='/visits']")
		if desk.Value("reception") != id || desk.Value("place_id") != itoa(s.Station) {
			t.Errorf("%s: the desk has day %q, place %q", who, desk.Value("reception"), desk.Value("place_id"))
		}
	}
	s.As(s.Deputy).Get(at).MustNotSay("登记来访")
	clerk.Get("/visits/new?reception=999").MustStatus(http.StatusOK)
	visit := s.Visit("路灯不亮。")
	visit.PlaceID = s.Station
	elsewhere := s.Visit("想学电商。") // on the same day at the point
	for _, v := range []casefile.Visit{visit, elsewhere} {
		if _, err := s.RegisterVisit(s.Clerk, v); err != nil {
			t.Fatal(err)
		}
	}
	day := clerk.Get(at).MustSay("1 批次，1 人次，1 件", "已经登记了来访，不能取消")
	clerk.Get(at + "/cancel").MustStatus(http.StatusSeeOther)
	list := day.Open(day.Find("a:contains('看登记的来访')").AttrOr("href", "/missing")).MustStatus(http.StatusOK).MustSay("路灯不亮", "这里只有这一场接待的来访").MustNotSay("想学电商")
	list.Open(list.Find("a:contains('看这段时间全部的')").AttrOr("href", "/missing")).MustSay("路灯不亮", "想学电商")

	clerk.Get(at).Form("form[action$='/leave']").Choose("deputy", "李秀英").Set("reason", "住院").Submit().MustStatus(http.StatusSeeOther).Follow().MustSay("缺 1 人", "要 2 名代表")
	clerk.Get("/receptions?month=2026-09").MustSay("缺 1 人")
	clerk.Get("/receptions/turns").MustSay("缺 1 人")
	clerk.Get(at).Form("form[action$='/join']").Choose("deputy", "王志强（今年 0 次）").Set("substitute", "1").Submit().MustStatus(http.StatusSeeOther)
	clerk.Get("/").MustSay("郭建国、王志强（替补）")
	s.Advance(1)
	s.As(s.Clerk).Get(at).MustNotSay("登记来访")
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
	again.Set("date", "2026-09-22").Set("starts", "9点").Set("ends", "2点").Set("theme", "饮水安全").Submit().MustStatus(http.StatusUnprocessableEntity).
		MustSay("下午的请写 14:00")
	again.Set("starts", "上午8点半").Set("ends", "1100").Set("theme", "饮水安全").Submit().MustStatus(http.StatusSeeOther).Follow().MustSay("主题接待：饮水安全", "县水利局", "08:30–11:00")
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
	away := clerk.Get("/receptions/leaves/new").Form("form[action='/receptions/leaves']")
	away.Set("from", "2026-09-20").Set("to", "2026-09-10").Submit().MustStatus(http.StatusUnprocessableEntity).MustSay("请写明原因", "不能早于")
	away.Set("to", "2026-09-30").Set("reason", "住院").Choose("deputy", "赵玉梅（今年 0 次）").Submit().MustStatus(http.StatusSeeOther).Follow().MustSay("赵玉梅", "住院")
	clerk.Get("/receptions/leaves?view=running").MustSay("赵玉梅", "9月20日").Form("form[action$='/back']").Submit().MustStatus(http.StatusSeeOther).Follow().MustSay("已销假")
	clerk.Get("/receptions/leaves?view=ended&q=住院").MustSay("赵玉梅", "已销假")
	s.As(s.OtherClerk).Get("/receptions/leaves").MustNotSay("赵玉梅")
	id, _ := dayAt(t, s, "2026-09-24") // of 郭建国, who is on leave then
	err := s.Update(func(ctx context.Context, tx *tenant.Tx) error {
		from, to := calendar.NewDate(2026, 9, 23), calendar.NewDate(2026, 9, 25)
		_, err := reception.Away(ctx, tx, s.Head, uuid.New(), reception.LeaveInput{Deputy: s.Deputies[0], From: &from, To: &to, Reason: "开会"})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if on := clerk.Get("/receptions/leaves?view=running").Find("a[href='/receptions/" + itoa(id) + "']"); strings.TrimSpace(on.Text()) != "9月24日 星期四还排着班，请换人" {
		t.Errorf("a day of who is on leave is called %q", on.Text())
	}
	list, _ := clerk.Get("/receptions").Find("nav.tools a[href^='/receptions/days']").Attr("href")
	clerk.Get(list).MustSay("9月24日").MustNotSay("9月14日") // it opens at what is to come
	admin := s.As(s.Admin)
	rules := admin.Get("/receptions/settings").Form("form[action='/receptions/settings']")
	rules.Set("publish_days", "99").Submit().MustStatus(http.StatusUnprocessableEntity).MustSay("请填 0 到 30 的整数")
	rules.Set("publish_days", "5").Submit().MustStatus(http.StatusSeeOther)
	rules.Set("publish_days", "7").Submit().MustStatus(http.StatusConflict).MustSay("别人刚刚改过", "提前几天公告由“3”改成“5”")
	s.As(s.Deputy).Get("/receptions?month=2026-09").MustSay("王桥镇").MustNotSay("添加接待日")
}

// TestLists: what is over and not told, with who is late, for the county; swaps with their
// reasons; who is short of turns; each exports, prints and keeps a view, and a station, a
// deputy and another county see their own.
func TestLists(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	s.Advance(3)
	admin, clerk := s.As(s.Admin), s.As(s.Clerk)
	late := admin.Get("/receptions/days?view=unsaid").MustSay("王桥镇人大代表联络站", "过了 3 天没登记", "郭建国")
	day, _ := late.Find("main tbody a.subject").First().Attr("href")
	clerk.Get(day).Form("form[action$='/swap']").Choose("deputy", "李秀英").Choose("instead", "王志强（今年 0 次）").Set("reason", "外出开会").Submit().MustStatus(http.StatusSeeOther)
	clerk.Get("/receptions/changes?view=swapped").MustSay("李秀英换成王志强", "外出开会", "张敏")
	clerk.Get("/receptions/counts?view=short&sort=-turns").MustSay("还差 1 次", "还差 2 次").MustNotSay("刘明")
	s.As(s.Deputy).Get("/receptions/counts").MustSay("郭建国").MustNotSay("王志强")
	s.As(s.OtherClerk).Get("/receptions/changes").MustNotSay("李秀英")
	s.As(s.Neighbour.Clerk).Get("/receptions/days").MustNotSay("王桥镇")
	for name, say := range map[string]string{"days?view=unsaid": "没人说结果的", "changes?view=swapped": "换人", "counts?view=short": "次数不够的", "leaves?view=running": ""} {
		list, _, _ := strings.Cut(name, "?")
		p := clerk.Get("/receptions/" + name)
		if say == "" { // there is none
			p.MustSay("没有人请假")
			continue
		}
		export := p.Open(p.Find(".tools a[href^='/exports/new']").AttrOr("href", "/missing")).MustStatus(http.StatusOK).Form("form[action='/exports']")
		if got := export.Set("format", "xlsx").Submit().MustStatus(http.StatusOK); got.Header.Get("Content-Type") != "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" {
			t.Errorf("%s: %s", list, got.Header.Get("Content-Type"))
		}
		p.Form("form[action='/views']").Set("name", "我的").Submit().MustStatus(http.StatusSeeOther).Follow().MustSay("我的", say)
		clerk.Get("/receptions/" + name + "&print=1").MustSay("打印")
	}
	admin.Get("/receptions/week").MustSay("谁在哪里值班", "9月14日 星期一", "王志强")
	if to := admin.Get("/receptions/plan?year=2026&station=" + itoa(s.Station)).Header.Get("Location"); to != "/registers/receptions?year=2026&station="+itoa(s.Station) {
		t.Errorf("the year's plan leads to %s", to)
	}
}

// TestStationsInTheOrderOfWhatWaits: the county's office sees each station with what waits, the
// longest first, and goes from each number to exactly those days; a station sees no other.
func TestStationsInTheOrderOfWhatWaits(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	if _, err := s.PG.Super.Exec(t.Context(), `insert into receptions (county_id, station_id, place_id, date, starts, ends, kind, state, seats, reason) values
			($1, $2, $2, '2026-09-08', '09:00', '11:00', 'fixed', 'published', 2, null), ($1, $2, $2, '2026-09-09', '09:00', '11:00', 'fixed', 'cancelled', 2, '下雪'),
			($1, $2, $2, '2026-09-22', '09:00', '11:00', 'fixed', 'planned', 3, null)`, s.County, s.OtherStation); err != nil {
		t.Fatal(err)
	}
	s.Advance(1)
	admin := s.As(s.Admin)
	gaps := admin.Get("/receptions/gaps")
	rows := gaps.Find("#stations tbody tr")
	if rows.Length() != 2 || !strings.HasPrefix(strings.TrimSpace(rows.First().Text()), "夏店镇") || !strings.HasPrefix(strings.TrimSpace(rows.Last().Text()), "王桥镇") {
		t.Fatalf("the stations: %s", rows.Text())
	}
	for words, day := range map[string]string{"1 天": "9月8日 星期二", "3 人": "9月22日 星期二"} {
		link := rows.First().Find("a:contains('"+words+"')").First().AttrOr("href", "/missing")
		list := gaps.Open(link).MustStatus(http.StatusOK).MustSay(day).MustNotSay("9月14日")
		if n := list.Find("main tbody tr").Length(); n != 1 {
			t.Errorf("%s leads to %d days", words, n)
		}
	}
	gaps.Open(rows.First().Find("a[href*='view=cancelled']").AttrOr("href", "/missing")).MustSay("9月9日", "下雪")
	s.As(s.Clerk).Get("/receptions/gaps").MustNotSay("各联络站的情况", "夏店镇")
}

// TestADeputyAsks: a deputy sees own days, asks that somebody else comes and for a leave; the
// clerk is told, what cannot be is said and nothing lost, and only what is granted counts.
func TestADeputyAsks(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	deputy, clerk := s.As(s.Deputy), s.As(s.Clerk)
	day, _ := deputy.Get("/receptions?month=2026-09").MustSay("我要请假").Find("main tbody a.subject").First().Attr("href")
	form := deputy.Get(day).MustSay("这一天我来不了").MustNotSay("换成谁").Open("/receptions/wishes/new?day=" + strings.TrimPrefix(day, "/receptions/")).Form("form[action='/receptions/wishes']")
	again := form.Choose("instead", "王志强").Submit().MustStatus(http.StatusUnprocessableEntity).MustSay("请写明原因").Form("form[action='/receptions/wishes']")
	for range 2 { // pressed twice
		again.Set("reason", "外出开会").Submit().MustStatus(http.StatusSeeOther).Follow().MustSay("申请已经送到联络站", "换成王志强")
	}
	deputy.Get(day).MustSay("郭建国")
	own := func(words ...string) { // home and 我的履职 say what was asked, and what became of it
		t.Helper()
		for _, p := range []*webtest.Page{deputy.Get("/"), deputy.Get("/deputies/mine").Follow()} {
			p.MustStatus(http.StatusOK).MustSay("我的请假和换人申请").MustSay(words...)
		}
	}
	own("换成王志强", "等待答复")
	again.Set("key", "").Submit().MustStatus(http.StatusUnprocessableEntity).MustSay("您已经申请过了，正在等答复")
	clerk.Get("/").MustSay("有 1 个代表请假、换人的申请等着答复").MustNotSay("我的请假和换人申请")
	s.As(s.OtherClerk).Get("/").MustNotSay("换人的申请")
	s.As(s.OtherClerk).Get("/receptions/wishes").MustNotSay("郭建国")
	at, _ := clerk.Get("/receptions/wishes?view=asked").MustSay("外出开会").Find("main tbody a.subject").Attr("href")
	s.As(s.OtherClerk).Get(at).MustStatus(http.StatusNotFound)
	s.As(s.Neighbour.Clerk).Get(at).MustStatus(http.StatusNotFound)
	page := clerk.Get(at)
	page.Form("form:has([value=refused])").Submit().MustStatus(http.StatusUnprocessableEntity).MustSay("请写明为什么不同意")
	grant := page.Form("form:has([value=granted])")
	grant.Set("instead", "").Submit().MustStatus(http.StatusUnprocessableEntity).MustSay("请选择换成谁")
	grant.Choose("instead", "王志强（今年 0 次）").Submit().MustStatus(http.StatusSeeOther).Follow().MustSay("已同意")
	grant.Submit().MustStatus(http.StatusConflict).MustSay("已经有了结果：同意")
	clerk.Get(day).MustSay("郭建国换成王志强", "本人请人替：外出开会")
	deputy.Get("/receptions/wishes").MustSay("同意")
	own("同意", "张敏", "答复")

	leave := deputy.Get("/receptions/wishes/new").Form("form[action='/receptions/wishes']")
	leave.Set("from", "2026-10-09").Set("to", "2026-10-01").Set("reason", "住院").Submit().MustStatus(http.StatusUnprocessableEntity).MustSay("不能早于")
	list := leave.Set("to", "2026-10-20").Submit().MustStatus(http.StatusSeeOther).Follow()
	at, _ = list.Find("main tbody a.subject").First().Attr("href")
	deputy.Post(at, url.Values{"to": {"granted"}}).MustStatus(http.StatusForbidden)
	clerk.Get("/receptions/leaves").MustNotSay("住院")
	clerk.Get(at).Form("form:has([value=granted])").Submit().MustStatus(http.StatusSeeOther)
	leave.Set("key", "").Submit().MustStatus(http.StatusUnprocessableEntity).MustSay("已经请了假，时间重了")
	clerk.Get("/receptions/leaves?view=running").MustSay("郭建国", "住院")
	list = leave.Set("key", "").Set("from", "2026-11-02").Set("to", "2026-11-03").Submit().MustStatus(http.StatusSeeOther).Follow()
	at, _ = list.Find("main tbody a.subject").First().Attr("href")
	deputy.Get(at).Form("form[action='" + at + "']").Submit().MustStatus(http.StatusSeeOther).Follow().MustSay("本人撤回")
	clerk.Get("/").MustNotSay("换人的申请")
}

// TestEachKindOfDay: a clerk makes a day of each kind, announces it, prints its notice and
// tells what came of it; the station's page says in plain words what it is. 走访 goes to
// people's homes: it is planned, printed and told, and announced to nobody.
func TestEachKindOfDay(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	clerk := s.As(s.Clerk)
	at := map[string]string{}
	for i, kind := range []struct{ kind, place, theme, invited, route, public string }{
		{"mobile", itoa(s.Point), "", "", "东村—西村", "流动接待，代表到村里来；路线：东村—西村"},
		{"theme", itoa(s.Station), "冬季清洁取暖", "县住建局、县能源局", "", "主题：冬季清洁取暖；参加单位：县住建局、县能源局"},
		{"appointment", itoa(s.Station), "", "", "", "约访，请先打电话约好"},
		{"household", itoa(s.Point), "", "", "", ""},
	} {
		form := clerk.Get("/receptions/new").Form("form[action='/receptions']")
		form.Set("kind", kind.kind).Set("place", kind.place).Set("date", "2026-09-"+itoa(int64(21+i))).Set("theme", kind.theme).Set("invited", kind.invited)
		turns := "赵玉梅 今年 0 次"
		if i > 0 { // what is ahead is told apart from what was
			turns = "赵玉梅 今年已来 0 次，已排 " + itoa(int64(i)) + " 次"
		}
		form.Choose("deputies", turns)
		if kind.kind == "mobile" {
			form.Submit().MustStatus(http.StatusUnprocessableEntity).MustSay("流动接待请写路线")
		}
		day := form.Set("route", kind.route).Submit().MustStatus(http.StatusSeeOther).Header.Get("Location")
		at[kind.kind] = day
		if kind.public == "" {
			if clerk.Get(day).Find("form[action$='/publish']").Length() != 0 {
				t.Error("走访 can be announced")
			}
			continue
		}
		clerk.Get(day).Form("form[action$='/publish']").Submit().MustStatus(http.StatusSeeOther)
		s.Anonymous().Get("/s/140423101").MustSay(kind.public)
		clerk.Get(day+"/notice").MustSay("赵玉梅", kind.theme, kind.invited, kind.route)
	}
	s.Anonymous().Get("/s/140423101").MustNotSay("9月24日", "走访")
	asked := clerk.Get(at["theme"]).Form("form[action$='/move']").Set("date", "2026-09-25").Set("reason", "赵玉梅开会").Set("public", "停电").Submit().
		MustStatus(http.StatusUnprocessableEntity).MustSay("9月25日是法定节假日放假的日子")
	moved := asked.Form("form[action$='/move']").Set("holiday", "1").Submit().MustStatus(http.StatusSeeOther)
	moved.Follow().MustSay("请告诉代表：赵玉梅", "贴在墙上的公告，请换下来")
	s.Anonymous().Get("/s/140423101").MustSay("已更改：原来的时间：2026年9月22日 星期二 09:00–11:30。改期原因：停电").MustNotSay("开会")
	s.Advance(14)
	clerk = s.As(s.Clerk)
	for kind, day := range at {
		if p := clerk.Get(day).Form("form[action$='/held']").Set("note", "来的人不多").Submit().MustStatus(http.StatusSeeOther).Follow(); !strings.Contains(p.Text("main"), "已接待") {
			t.Errorf("%s is not told", kind)
		}
	}
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
