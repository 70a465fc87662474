package appointments_test

import (
	"context"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/postgres/pgtest"
	"lianluo/internal/reception"
	"lianluo/internal/tenant"
	"lianluo/web/webtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

const at = "/s/140423101205/appointments"

// site is the whole site, where a message waits so many minutes.
func site(t *testing.T, minutes int) *webtest.Site {
	t.Helper()
	s := webtest.New(t)
	hold(t, s, minutes)
	return s
}

func hold(t *testing.T, s *webtest.Site, minutes int) {
	t.Helper()
	if _, err := s.PG.Super.Exec(t.Context(), `update county_settings set undo_minutes = $1`, minutes); err != nil {
		t.Fatal(err)
	}
}

// letter waits for the n-th message that went to 申国强.
func letter(t *testing.T, s *webtest.Site, n int) string {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		to := slices.DeleteFunc(s.Letters(), func(l string) bool { return !strings.Contains(l, "短信 13800000017：【襄垣县") })
		if len(to) >= n {
			return to[n-1]
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d messages: %q", len(to), s.Letters())
		}
	}
}

// until opens a page again until it says words.
func until(t *testing.T, c *webtest.Client, path, words string) *webtest.Page {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		p := c.Get(path)
		if strings.Contains(p.Body, words) {
			return p
		}
		if time.Now().After(deadline) {
			return p.MustSay(words)
		}
	}
}

func says(t *testing.T, text string, words ...string) {
	t.Helper()
	for _, word := range words {
		if !strings.Contains(text, word) {
			t.Errorf("%q does not say %q", text, word)
		}
	}
}

// day adds a day at 王桥镇 with two deputies.
func day(t *testing.T, s *webtest.Site, date string) {
	t.Helper()
	on, err := calendar.ParseDate(date)
	if err == nil {
		err = s.Update(func(ctx context.Context, tx *tenant.Tx) error {
			_, err := reception.Add(ctx, tx, s.Head, uuid.New(), reception.DayInput{Date: &on, Deputies: s.Deputies[:2],
				Facts: reception.Facts{StationID: s.Station, PlaceID: s.Station, Kind: "appointment", Starts: "09:00", Ends: "11:30", Seats: 2}})
			return err
		})
	}
	if err != nil {
		t.Fatal(err)
	}
}

// fill is the citizen's form, filled.
func fill(c *webtest.Client, name, phone, topic string) *webtest.Form {
	return c.Get(at).MustStatus(http.StatusOK).Form("main form").Set("name", name).Set("phone", phone).Set("topic", topic)
}

// asked is a request that a citizen has made, and its code.
func asked(c *webtest.Client, name, phone, topic string) (code string) {
	p := fill(c, name, phone, topic).Submit().MustStatus(http.StatusOK).MustSay("申请已经送到")
	return webtest.Codes(p.Text("main"))[0]
}

func lookup(c *webtest.Client, code, digits string) *webtest.Page {
	return c.Get("/q").Form("main form").Set("code", code).Set("digits", digits).Submit()
}

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

// TestRefusals: what is refused in the citizen's form is said in the form, with all that was
// typed; another station, another county and other roles see nothing.
func TestRefusals(t *testing.T) {
	t.Parallel()
	s := site(t, 0)
	citizen, clerk := s.Anonymous(), s.As(s.Clerk)
	code := asked(citizen, "申国强", "13800000017", "村口的路")
	for range 2 {
		asked(citizen, "申国强", "13800000017", "村口的路")
	}
	crowded := fill(citizen, "申国强", "13800000017", "第四件事").Submit().MustStatus(http.StatusTooManyRequests).MustSay("已经有几个申请在等答复")
	if f := crowded.Form("main form"); f.Value("topic") != "第四件事" || f.Value("phone") != "13800000017" {
		t.Error("what was typed is lost")
	}
	form := fill(citizen, "王女士", "13800000018", "孩子上学的事")
	var busy *webtest.Page
	for range 30 { // somebody presses without end
		if busy = form.Set("phone", "1380000").Submit(); busy.Status != http.StatusUnprocessableEntity {
			break
		}
	}
	over := busy.MustStatus(http.StatusTooManyRequests).MustSay("您填的都在", "还没有送出").Form("main form")
	if over.Value("topic") != "孩子上学的事" || over.Value("name") != "王女士" || over.Value("notice") != "2026-1" || over.Value("key") != form.Value("key") {
		t.Error("what was typed is lost")
	}
	s.Set("2026-09-14 09:30")
	over.Set("phone", "13800000018").Submit().MustStatus(http.StatusOK).MustSay("申请已经送到")
	citizen.Get("/s/140423999/appointments").MustStatus(http.StatusNotFound)
	citizen.Post("/s/140423999/appointments", url.Values{"name": {"王女士"}}).MustStatus(http.StatusNotFound)

	list := clerk.Get("/appointments").MustSay("申国强", "王女士")
	at, _ := list.Find("main tbody a.subject").First().Attr("href")
	for _, other := range []*webtest.Client{s.As(s.OtherClerk), s.As(s.Neighbour.Clerk)} {
		other.Get("/appointments").MustStatus(http.StatusOK).MustNotSay("申国强", "王女士")
		other.Get(at).MustStatus(http.StatusNotFound)
		other.Get("/").MustNotSay("约见申请等着答复")
	}
	for _, other := range []auth.Actor{s.Deputy, s.Leader, s.Water} {
		s.As(other).Get("/appointments").MustStatus(http.StatusForbidden)
		s.As(other).Get(at).MustStatus(http.StatusForbidden)
	}
	// A code recalls once, with the right digits alone, and not without end.
	citizen.Post("/q/recall", url.Values{"code": {code}, "digits": {"0018"}}).MustStatus(http.StatusUnprocessableEntity).MustSay("没有查到")
	found := lookup(citizen, code, "0017").MustSay("还没有约定")
	for range 2 {
		found.Form("form[action='/q/recall']").Submit().MustStatus(http.StatusOK).MustSay("已经取消")
	}
	clerk.Get(at).MustSay("本人取消", "群众").MustNotSay("改变答复")
	for range 12 {
		citizen.Post("/q/recall", url.Values{"code": {"2222222222"}, "digits": {"0017"}})
	}
	citizen.Post("/q/recall", url.Values{"code": {code}, "digits": {"0017"}}).MustStatus(http.StatusTooManyRequests)
}

// TestPlaceIsGone: a place that closed while the form was filled, or is another station's, is said
// at its field, and what was typed stays.
func TestPlaceIsGone(t *testing.T) {
	t.Parallel()
	s := site(t, 0)
	stays := func(p *webtest.Page, words string) {
		t.Helper()
		form := p.MustStatus(http.StatusUnprocessableEntity).MustSay(words).Form("form[action='/appointments']")
		if form.Value("name") != "李桂英" || form.Value("topic") != "低保" {
			t.Error("what was typed is lost")
		}
	}
	clerk := s.As(s.Clerk).Get("/appointments/new").Form("form[action='/appointments']").Set("name", "李桂英").Set("topic", "低保").
		Set("place", strconv.FormatInt(s.Point, 10))
	office := s.As(s.Handler).Get("/appointments/new?station="+strconv.FormatInt(s.OtherStation, 10)).Form("form[action='/appointments']").Set("name", "李桂英").Set("topic", "低保")
	theirs := url.Values{"name": {"李桂英"}, "topic": {"低保"}, "reply_by": {"auto"}}
	for _, place := range []string{strconv.FormatInt(s.OtherStation, 10), "999999"} {
		theirs.Set("place", place)
		stays(s.As(s.Clerk).Post("/appointments", theirs), map[bool]string{true: "不开放", false: "归别的联络站"}[place == "999999"])
	}
	if _, err := s.PG.Super.Exec(t.Context(), `update stations set state = 'closed' where id = any($1)`, []int64{s.Point, s.OtherStation}); err != nil {
		t.Fatal(err)
	}
	stays(clerk.Submit(), "这个地方现在不开放")
	stays(office.Submit(), "这个地方现在不开放")
}

// TestOneAddressFillsNoList: one address keeps only so many requests at one station; the form says
// so, with what was typed. Another station is not held up.
func TestOneAddressFillsNoList(t *testing.T) {
	t.Parallel()
	s := site(t, 0)
	citizen := s.Anonymous()
	fill(citizen, "王女士", "1380", "不算").Submit().MustStatus(http.StatusUnprocessableEntity)
	for n := range 10 {
		asked(citizen, "王女士", "1380000002"+strconv.Itoa(n), "路灯")
	}
	over := fill(citizen, "王女士", "13800000040", "第十一个").Submit().MustStatus(http.StatusTooManyRequests).MustSay("今天已经申请了好几个")
	if over.Form("main form").Value("topic") != "第十一个" {
		t.Error("what was typed is lost")
	}
	there := citizen.Get("/s/140423103/appointments").MustStatus(http.StatusOK).Form("main form").Set("name", "王女士").Set("phone", "13800000040").Set("topic", "路灯")
	there.Submit().MustStatus(http.StatusOK).MustSay("申请已经送到")
}

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
