package visits_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"lianluo/internal/auth"
	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/duty"
	"lianluo/internal/tenant"
	"lianluo/web/webtest"
)

const deskForm = "form[data-desk]"

// filled is the form with the least that a visit needs.
func filled(p *webtest.Page, words string) *webtest.Form {
	f := p.Form(deskForm).Set("name", "裴月娥").Set("words-1", words)
	return f.Choose("category-1", "饮水管网")
}

// TestComesBack: somebody comes for the second time; the clerk finds it by the number, or by
// the words, and links it instead of entering it again; whoever handles it sees that.
func TestComesBack(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	number := s.OneCase()
	clerk := s.As(s.Clerk)
	form := clerk.Get("/visits/new").MustStatus(http.StatusOK).Form(deskForm)
	looked := form.Set("phone", casetest.Phone).Set("words-1", "自来水管冻裂了还没水").Submit("查有没有登记过").MustStatus(http.StatusOK)
	looked.MustSay("这个电话以前反映过", "说的可能是同一件事", number, "申**", "待梳理", "已存草稿").MustNotSay(casetest.Visitor)
	if n := looked.Find("button[name=same]").Length(); n != 2 {
		t.Errorf("%d buttons", n)
	}
	back := looked.Form(deskForm).Set("name", casetest.Visitor).Choose("category-1", "饮水管网").Choose("nature-1", "求助").Submit("就是这件事，再次来访").MustStatus(http.StatusOK)
	back.MustSay("再次来访，说的是 " + number)
	if back.Form(deskForm).Value("words-1") != "自来水管冻裂了还没水" {
		t.Error("the words are lost")
	}
	other := back.Form(deskForm).Submit("不是这件事，另立一件").MustStatus(http.StatusOK)
	if f := other.Form(deskForm); f.Value("category-1") == "" || f.Value("nature-1") != "help" || other.Find("[name='return-1']").Length() != 0 {
		t.Error("it is still the earlier one")
	}
	saved := back.Form(deskForm).Submit("登记").MustStatus(http.StatusSeeOther).Follow().MustStatus(http.StatusOK)
	saved.MustSay("再次来访，记在 1 件事上", number, "第 2 次", "凭原来的查询码查")
	if codes := webtest.Codes(saved.Text("main")); len(codes) > 0 {
		t.Errorf("a code that nobody was given: %q", codes)
	}
	slip := saved.Open(saved.Find("a[href^='/visits/slip']").First().AttrOr("href", ""))
	slip.MustSay(number, "冻裂", "办到哪一步：待梳理", "凭原来的查询码查", "0355-7221234")
	s.As(s.Head).Get("/cases/"+number).MustSay("再次来访（第 2 次）", "自来水管冻裂了还没水", "为这件事来过 2 次")
	clerk.Get("/visits/new").MustSay("今天已登记 2 批 2 人次，1 件新事项，再次来访 1 批。").MustNotSay("没登完的登记")

	// At another station it is a number, a place and how far it is.
	elsewhere := s.As(s.OtherClerk).Get("/visits/new").Form(deskForm)
	found := elsewhere.Set("phone", casetest.Phone).Submit("查有没有登记过").MustSay(number, "来过 2 次").MustNotSay("冻裂", casetest.Visitor, "申**")
	s.As(s.Clerk).Get("/visits/new").Form(deskForm).Set("phone", "13900000099").Submit("查有没有登记过").MustSay("没有查到登记过的").MustNotSay("已存草稿")
	clerk.Get("/visits/new").MustNotSay("没登完的登记")
	clerk.Get("/visits/new").Form(deskForm).Set("confidential", "1").Set("may_publish", "1").Submit("登记").MustStatus(http.StatusUnprocessableEntity).MustSay("只能选一项")
	found.Form(deskForm).Set("name", "裴月娥").Submit("回执上是这个编号，再次来访").Form(deskForm).Submit("登记").MustStatus(http.StatusSeeOther).
		Follow().MustSay("王桥镇登记的", "第 3 次").MustNotSay("冻裂")
}

// TestNothingToHandle: somebody asks the way; it is a visit, and no case.
func TestNothingToHandle(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	clerk := s.As(s.Clerk)
	form := clerk.Get("/visits/new").Form(deskForm).Set("name", "匿名").Choose("purpose", "问路咨询").Set("note", "问社保所在哪。").Set("persons", "3")
	saved := form.Submit("登记").MustStatus(http.StatusSeeOther).Follow().MustSay("已登记来访（问路咨询）", "登记下一位", "不用打回执").MustNotSay("告诉来访人", "打小票")
	if saved.Find("main table, main .print-only").Length() != 0 {
		t.Error("an empty table, or an empty receipt")
	}
	clerk.Get("/visits/slip?key=" + form.Value("key")).MustSay("已登记来访（问路咨询）。没有要办的事，没有查询码。")
	clerk.Get("/visits/new").MustSay("今天已登记 1 批 3 人次，0 件新事项。")
	both := filled(clerk.Get("/visits/new"), "路灯坏了。").Choose("purpose", "感谢").Submit("登记").MustStatus(http.StatusUnprocessableEntity)
	both.MustSay("写了反映的事，就不用选这一项")
	clerk.Get("/cases?view=all").MustNotSay("社保所")
}

// TestPaper: a filled paper form is entered with its own day, marked as such; the next one is
// of the same day.
func TestPaper(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	clerk := s.As(s.Clerk)
	clerk.Get("/visits/blank").MustStatus(http.StatusOK).MustSay("群众来访登记表", "□ 来访", "来访人签名", "□ 问路咨询")
	paper := clerk.Get("/visits/paper").MustSay("补录纸质登记").MustNotSay("值班的")
	if f := filled(paper, "x"); f.Value("date") != "" || paper.Find("[name=deputies]:checked").Length() != 0 {
		t.Error("a paper form begins with today, or with who is on duty today")
	}
	filled(paper, "路灯坏了。").Submit("登记").MustStatus(http.StatusUnprocessableEntity).MustSay("照纸上写的填")
	form := filled(paper, "东头饮水管道停了两回水。").Set("date", "2026-09-11").Set("time", "16:30")
	next := form.Submit("登记，接着登下一位").MustStatus(http.StatusSeeOther).Follow().MustSay("补录纸质登记", "已登记 1 件事").Form(deskForm)
	if next.Value("date") != "2026-09-11" || next.Value("late") != "1" || next.Value("name") != "" {
		t.Errorf("the next one: %s %s", next.Value("date"), next.Value("late"))
	}
	saved := filled(clerk.Get("/visits/paper"), "路灯坏了。").Set("date", "2026-09-10").Set("time", "10:30").Submit("登记").MustStatus(http.StatusSeeOther).Follow()
	href, _ := saved.Find("a.btn-main").Attr("href")
	if next := saved.Open(href).MustSay("补录纸质登记").Form(deskForm); next.Value("date") != "2026-09-10" || next.Value("late") != "1" {
		t.Errorf("from the saved page: %s %s", next.Value("date"), next.Value("late"))
	}
	clerk.Get("/cases/XY2026-0001").MustSay("照纸质登记表补录，2026年9月14日", "2026年9月11日")
	filled(clerk.Get("/visits/paper"), "路灯坏了。").Set("date", "2026-09-15").Set("time", "10:30").Submit("登记").MustStatus(http.StatusUnprocessableEntity).MustSay("来访时间不能晚于现在")
}

// TestNextForAStation: who registers for several stations goes on with the same one.
func TestNextForAStation(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	office := s.As(s.Handler)
	saved := filled(office.Get("/visits/new?station="+url.QueryEscape("夏店镇人大代表联络站")), "路灯坏了。").Choose("way", "来电").Submit("登记").MustStatus(http.StatusSeeOther).Follow()
	href, _ := saved.Find("a.btn-main").Attr("href")
	next := saved.Open(href).MustSay("夏店镇人大代表联络站", "已登记 1 件事").Form(deskForm)
	if next.Value("station") != "夏店镇人大代表联络站" || next.Value("way") != "call" {
		t.Errorf("the next one: %q, %q", next.Value("station"), next.Value("way"))
	}
}

// TestOnBehalf: a call and a household visit are logged with the deputy, and count in the
// deputy's record, also where they brought nothing to be handled.
func TestOnBehalf(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	clerk := s.As(s.Clerk)
	deputy := strconv.FormatInt(s.Deputies[3], 10)
	form := func() *webtest.Form { return clerk.Get("/visits/new").Form(deskForm).Set("deputies") }
	form().Set("name", "裴月娥").Choose("way", "走访").Choose("purpose", "其他").Submit("登记").MustStatus(http.StatusUnprocessableEntity).
		MustSay("走访和代交，请选择是哪位代表。")
	form().Set("name", "裴月娥").Choose("way", "走访").Set("deputies", deputy).Choose("purpose", "其他").Set("note", "看望老人。").Submit("登记").MustStatus(http.StatusSeeOther)
	call := form().Set("name", "匿名").Choose("way", "来电").Set("deputies", deputy).Set("persons", "2").Set("words-1", "路灯坏了。")
	call.Choose("category-1", "路灯照明").Submit("登记").MustStatus(http.StatusSeeOther)
	var number int32
	err := s.PG.Super.QueryRow(t.Context(), `select number from deputies where id = $1`, s.Deputies[3]).Scan(&number)
	if err != nil {
		t.Fatal(err)
	}
	var record *duty.Record
	s.View(func(v *tenant.View) { record = duty.Of(v, s.Clerk, number) })
	if sum := record.All(); sum.Visits != 2 || sum.Persons != 3 || sum.Matters != 1 {
		t.Errorf("%+v", sum)
	}
}

// TestCodes: the receipt on the roll and on A4, and the codes by message, once.
func TestCodes(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	clerk := s.As(s.Clerk)
	saved := filled(clerk.Get("/visits/new"), "东头饮水管道停了两回水。").Set("phone", "13800000301").Submit("登记").Follow()
	key := saved.URL.Query().Get("key")
	for _, paper := range []string{"", "&paper=a4"} {
		clerk.Get("/visits/slip?key="+key+paper).MustStatus(http.StatusOK).MustSay(webtest.Codes(saved.Text("main"))[0], "XY2026-0001").MustNotSay("裴月娥")
	}
	send := saved.Form("form[action='/visits/send']")
	send.Submit().MustStatus(http.StatusSeeOther).Follow().MustSay("查询码的短信已经交给系统发送")
	send.Submit().MustStatus(http.StatusConflict)
	ours := func() (sent []string) {
		for _, letter := range s.Letters() { // a neighbour's too
			if strings.Contains(letter, "XY2026-") {
				sent = append(sent, letter)
			}
		}
		return sent
	}
	for deadline := time.Now().Add(20 * time.Second); !strings.Contains(clerk.Get("/visits/saved?key="+key).Body, "查询码已经用短信发给来访人"); {
		if time.Now().After(deadline) {
			t.Fatal("the codes are not sent")
		}
	}
	code := webtest.Codes(saved.Text("main"))[0]
	if sent := ours(); len(sent) != 1 || !strings.Contains(sent[0], "短信 13800000301：") || !strings.Contains(sent[0], "查询码 "+code) || !strings.Contains(sent[0], "XY2026-0001") {
		t.Errorf("sent: %q, the code is %s", sent, code)
	}
	s.As(s.OtherClerk).Get("/visits/slip?key=" + key).MustStatus(http.StatusForbidden)
	s.As(s.Neighbour.Clerk).Get("/visits/slip?key=" + key).MustStatus(http.StatusNotFound)
}

// TestCorrect: whoever registered a visit puts right on the same day what was typed wrong; what
// it was stays in the case's history, and what is being handled is left alone.
func TestCorrect(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	clerk := s.As(s.Clerk)
	saved := filled(clerk.Get("/visits/new"), "东头饮水管道停了两回水。").Set("phone", "13800000301").Submit("登记").Follow()
	href := saved.Find("a[href^='/visits/correct']").AttrOr("href", "/missing")
	form := func() *webtest.Form {
		return clerk.Get(href).MustStatus(http.StatusOK).Form("form[action='/visits/correct']")
	}
	clerk.Get(href).MustSay("138****0301").MustNotSay("13800000301")
	form().Submit().MustStatus(http.StatusUnprocessableEntity).MustSay("没有改动")
	form().Set("name", "").Set("phone", "138").Set("persons", "0").Submit().MustStatus(http.StatusUnprocessableEntity).MustSay("请填姓名", "人数应是", "现在是 3 位")
	form().Choose("way", "走访").Set("deputies").Submit().MustStatus(http.StatusUnprocessableEntity).MustSay("请选择是哪位代表")
	form().Set("name", "申国强").Set("phone", "13900000077").Set("persons", "4").Choose("way", "来电").Set("deputies", strconv.FormatInt(s.Deputies[3], 10)).
		Choose("category-XY2026-0001", "路灯照明").Submit().MustStatus(http.StatusSeeOther).Follow().MustSay("已经改好", "申国强")
	clerk.Get("/cases/XY2026-0001").MustSay("姓名原来是“裴**”，改为“申**”", "电话原来是“138****0301”，改为“139****0077”", "人数原来是“1”，改为“4”",
		"方式原来是“来访”，改为“来电”", "改为“赵玉梅”", "改为“路灯照明”", "东头饮水管道停了两回水。")
	clerk.Get("/visits/new").MustSay("今天已登记 1 批 4 人次").Open("/registers/visits?from=2026-09-14&to=2026-09-14").MustSay("申**")
	s.As(s.Admin).Get("/audit").MustSay("改刚才的登记")
	clerk.Get("/visits/new").Form(deskForm).Set("phone", "13900000077").Submit("查有没有登记过").MustSay("XY2026-0001")
	for _, other := range []auth.Actor{s.Clerk2, s.Head} {
		s.As(other).Get(href).MustStatus(http.StatusForbidden)
	}
	s.As(s.Neighbour.Clerk).Get(href).MustStatus(http.StatusNotFound)
	open := form()
	if _, err := s.Take(s.Head, "XY2026-0001", casefile.Input{Step: casefile.Urge, Reason: "请快些。"}); err != nil {
		t.Fatal(err)
	}
	open.Set("persons", "5").Submit().MustStatus(http.StatusConflict).MustSay("已经在办", "补充")
	other := filled(clerk.Get("/visits/new"), "路灯坏了。").Submit("登记").Follow().Find("a[href^='/visits/correct']").AttrOr("href", "/missing")
	s.Set("2026-09-15 00:10")
	s.As(s.Clerk).Get(other).MustStatus(http.StatusConflict).MustSay("不是今天登记的")
}

// TestYearsAgo: a year that cannot be is said at the date, an old paper is asked about once
// more, and what was typed stays.
func TestYearsAgo(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	form := fill(s.get(s.Clerk, "/visits/new", http.StatusOK))
	form.Del("deputies")
	set(form, "name", "裴月娥", "words-1", "东头停了两回水。", "category-1", strconv.FormatInt(s.Category, 10), "date", "0026-09-14")
	body := s.post(s.Clerk, form, http.StatusUnprocessableEntity).Body.String()
	contains(t, body, "来访日期写成了 26 年", "裴月娥", "东头停了两回水。")
	form = set(fill(body), "date", "2019-03-05")
	body = s.post(s.Clerk, form, http.StatusUnprocessableEntity).Body.String()
	contains(t, body, "来访日期是 2019 年的，请核对年份", "补录纸质登记，日期没有写错", "东头停了两回水。")
	s.post(s.Clerk, set(fill(body), "old", "1"), http.StatusSeeOther)
	if got := s.stored(); len(got) != 1 || !strings.HasPrefix(got[0].Received, "2019-03-05") {
		t.Errorf("%+v", got)
	}
}

// TestLookingIsNoOracle: what is typed into is looked for, and nothing else; that a number
// found another station's case is recorded, once for a form and a number; and nobody looks
// for one number after the other.
func TestLookingIsNoOracle(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	number := s.OneCase()
	clerk := s.As(s.OtherClerk)
	form := url.Values{"key": {uuid.NewString()}, "matters": {"2"}, "words-1": {"自来水管冻裂了还没水"}}
	keep := func(more ...string) *webtest.Page {
		t.Helper()
		for i := 0; i < len(more); i += 2 {
			form.Set(more[i], more[i+1])
		}
		return clerk.Post("/visits/draft", form).MustStatus(http.StatusOK)
	}
	recorded := func(want int) {
		t.Helper()
		var n int
		if err := s.PG.Super.QueryRow(t.Context(), `select count(*) from audit_entries where action = 'visit.alike'`).Scan(&n); err != nil || n != want {
			t.Errorf("recorded %d times, want %d: %v", n, want, err)
		}
	}
	for range 2 {
		keep("phone", casetest.Phone, "typing", "phone").MustSay(number)
		recorded(1)
	}
	if p := keep("words-2", "路灯不亮好几天了", "typing", "words-2"); p.Find("[data-into='alike-1'], [data-into='alike-0']").Length() != 0 || p.Find("[data-into='alike-2']").Length() != 1 {
		t.Errorf("looked for what nobody typed: %s", p.Body)
	}
	s.As(s.Admin).Get("/audit").MustSay("登记时按电话查到外站的事项")
	s.As(s.Clerk).Get("/visits/new").Form(deskForm).Set("phone", casetest.Phone).Submit("查有没有登记过").MustSay(number)
	recorded(1) // the own station's
	for i := range 30 {
		keep("phone", "1380000"+strconv.Itoa(1000+i), "typing", "phone")
	}
	other := s.Visit("举报的事。")
	other.Phone = "13911110000"
	if _, err := s.RegisterVisit(s.Clerk, other); err != nil {
		t.Fatal(err)
	}
	keep("phone", "13911110000", "typing", "phone").MustNotSay("待梳理") // too many numbers
	recorded(1)
	for range 10 {
		keep("phone", casetest.Phone, "typing", "phone")
	}
	keep("phone", casetest.Phone, "typing", "phone").MustNotSay(number)
	clerk.Get("/visits/new").Form(deskForm).Set("phone", casetest.Phone).Submit("查有没有登记过").MustSay("查得太快了").MustNotSay(number)
}
