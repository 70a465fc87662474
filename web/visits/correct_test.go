package visits_test

import (
	"net/http"
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

// righted is the form that puts right what stands at that address.
func righted(c *webtest.Client, from *webtest.Page) *webtest.Form {
	href := from.Find("a[href^='/visits/correct']").AttrOr("href", "/missing")
	return c.Get(href).MustStatus(http.StatusOK).Form("form[action='/visits/correct']")
}

// TestCorrectWhenAndWhere: the date of a paper that was copied wrong, the place, the village, how
// to tell and whether in confidence are put right, and the visit goes to its day and number.
func TestCorrectWhenAndWhere(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	clerk := s.As(s.Clerk)
	paper := filled(clerk.Get("/visits/paper"), "东头饮水管道停了两回水。").Set("date", "2026-09-11").Set("time", "16:30")
	saved := paper.Submit("登记").MustStatus(http.StatusSeeOther).Follow()
	form := righted(clerk, saved)
	if form.Value("date") != "2026-09-11" || form.Value("time") != "16:30" {
		t.Errorf("it was at %s %s", form.Value("date"), form.Value("time"))
	}
	form.Set("date", "2026-09-20").Submit().MustStatus(http.StatusUnprocessableEntity).MustSay("来访时间不能晚于现在")
	form.Set("date", "2026-08-28").Choose("reply_by", "电话").Submit().MustStatus(http.StatusUnprocessableEntity).MustSay("要电话或短信回复，请填电话")
	form.Set("village", "五阳村三组 12 号").Set("place_id", strconv.FormatInt(s.Point, 10)).Choose("reply_by", "不用告诉").Set("confidential", "1")
	form.Submit().MustStatus(http.StatusSeeOther).Follow().MustSay("已经改好", "2026年8月28日")
	clerk.Get("/cases/XY2026-0001").MustSay("来访时间原来是“2026-09-11 16:30”，改为“2026-08-28 16:30”", "地点原来是", "改为“五阳村", "村或社区原来是“没有填”",
		"怎么告诉原来是“当面”，改为“不用告诉”", "要求保密原来是“不是”，改为“是”", "限制查看", "2026年8月28日")
	s.As(s.Clerk2).Get("/cases/XY2026-0001").MustStatus(http.StatusForbidden)
	var year, month int
	if err := s.PG.Super.QueryRow(t.Context(), `select in_year, in_month from visits`).Scan(&year, &month); err != nil || year != 1 || month != 1 {
		t.Error(year, month, err)
	}
	next := filled(clerk.Get("/visits/paper"), "路灯坏了。").Set("date", "2026-08-29").Set("time", "09:30").Submit("登记")
	next.MustStatus(http.StatusSeeOther)
	if err := s.PG.Super.QueryRow(t.Context(), `select in_year, in_month from visits order by id desc limit 1`).Scan(&year, &month); err != nil || year != 2 || month != 2 {
		t.Error("the next one's number:", year, month, err)
	}
}

// TestCorrectHints: of a visit that was received just now nothing is copied from paper.
func TestCorrectHints(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	clerk := s.As(s.Clerk)
	saved := filled(clerk.Get("/visits/new"), "路灯坏了。").Submit("登记").Follow()
	clerk.Get(saved.Find("a[href^='/visits/correct']").AttrOr("href", "/missing")).MustSay("选当时接待的代表。").MustNotSay("照纸上写的选")
	clerk.Get("/cases/XY2026-0001").MustSay("看这次来访的登记")
}

// TestWithoutAMatter: who asked the way, and who came again, is found from the register after
// the next visitor was registered, and put right.
func TestWithoutAMatter(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	number := s.OneCase()
	clerk := s.As(s.Clerk)
	clerk.Get("/visits/new").Form(deskForm).Set("name", "匿名").Choose("purpose", "问路咨询").Submit("登记").MustStatus(http.StatusSeeOther)
	back := s.Visit()
	back.Key, back.Matters = uuid.New(), []casefile.Matter{{ReturnTo: number}}
	if _, err := s.RegisterVisit(s.Clerk, back); err != nil {
		t.Fatal(err)
	}
	register := clerk.Get("/registers/visits").MustSay("问路咨询", "再次来访，见 "+number)
	links := register.Find("table a[href^='/visits/saved']")
	if links.Length() != 2 {
		t.Fatalf("%d links", links.Length())
	}
	for i, change := range []func(*webtest.Form) *webtest.Form{
		func(f *webtest.Form) *webtest.Form { return f.Set("persons", "3") },
		func(f *webtest.Form) *webtest.Form {
			return f.Choose("purpose", "感谢").Set("note", "路灯修好了。")
		},
	} {
		saved := clerk.Get(links.Eq(i).AttrOr("href", "")).MustStatus(http.StatusOK)
		change(righted(clerk, saved)).Submit().MustStatus(http.StatusSeeOther).Follow().MustSay("已经改好")
	}
	clerk.Get("/registers/visits").MustSay("路灯修好了。", "感谢").MustNotSay("问路咨询")
	if n := s.As(s.Leader).Get("/registers/visits").Find("table a[href^='/visits/saved']").Length(); n != 0 {
		t.Errorf("%d links for who may not open them", n)
	}
	// Of a confidential one the register leads to its page whom that lets in.
	asks := clerk.Get("/visits/new").Form(deskForm).Set("name", "匿名").Choose("purpose", "问路咨询").Set("confidential", "1")
	private := asks.Submit("登记").MustStatus(http.StatusSeeOther).Follow().URL.RequestURI()
	for i, by := range []auth.Actor{s.Clerk, s.Head, s.Clerk2, s.Admin} {
		status := http.StatusOK
		if i > 1 {
			status = http.StatusForbidden
		}
		c := s.As(by)
		c.Get(private).MustStatus(status)
		if n := c.Get("/registers/visits").Find("table a[href='" + private + "']").Length(); (n == 1) != (status == http.StatusOK) {
			t.Errorf("%s: %d links to %s, which answers %d", by.Role, n, private, status)
		}
	}
	// A return is not made another's, who would then not be told.
	again := righted(clerk, clerk.Get(links.Eq(0).AttrOr("href", "")))
	again.Set("name", "裴月娥").Set("phone", "13900000077").Submit().MustStatus(http.StatusUnprocessableEntity).MustSay("会有自己的查询码")
}

// TestKeptInConfidence: what somebody said in confidence who came again is not opened to the whole
// station with the case.
func TestKeptInConfidence(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	clerk := s.As(s.Clerk)
	saved := filled(clerk.Get("/visits/new"), "邻居夜里往河里倒油。").Set("phone", "13900000077").Set("confidential", "1").Submit("登记").Follow()
	opened := func() *webtest.Page { return righted(clerk, saved).Set("confidential").Submit() }
	opened().MustStatus(http.StatusSeeOther)
	righted(clerk, saved).Set("confidential", "1").Submit().MustStatus(http.StatusSeeOther)
	back := s.Visit()
	back.Name, back.Phone, back.Confidential = "裴月娥", "13900000077", true
	back.Key, back.Matters = uuid.New(), []casefile.Matter{{ReturnTo: "XY2026-0001", Words: "昨晚又倒了。"}}
	if _, err := s.RegisterVisit(s.Clerk, back); err != nil {
		t.Fatal(err)
	}
	opened().MustStatus(http.StatusUnprocessableEntity).MustSay("XY2026-0001 来过，也要求保密", "不能改为不保密")
	s.As(s.Clerk2).Get("/cases/XY2026-0001").MustStatus(http.StatusForbidden)
	righted(clerk, saved).Set("persons", "2").Submit().MustStatus(http.StatusSeeOther)
}

// TestTooLateToCorrect: what can't be put right any more says so before, and leads to the case.
func TestTooLateToCorrect(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	clerk := s.As(s.Clerk)
	saved := filled(clerk.Get("/visits/new"), "路灯坏了。").Set("phone", "13900000077").Submit("登记").Follow()
	href := saved.Find("a[href^='/visits/correct']").AttrOr("href", "/missing")
	back := s.Visit()
	back.Name, back.Phone = "裴月娥", "13900000077"
	back.Key, back.Matters = uuid.New(), []casefile.Matter{{ReturnTo: "XY2026-0001"}}
	if _, err := s.RegisterVisit(s.Clerk, back); err != nil {
		t.Fatal(err)
	}
	clerk.Get(href).MustStatus(http.StatusOK) // who came again did nothing about it
	s.Drive("XY2026-0001", casefile.Sorted)
	for _, late := range []*webtest.Page{clerk.Get("/visits/saved?" + strings.TrimPrefix(href, "/visits/correct?")).MustStatus(http.StatusOK), clerk.Get(href).MustStatus(http.StatusConflict)} {
		late.MustSay("已经在办，不能直接改了", "去补充：XY2026-0001")
		if late.Find("a[href^='/visits/correct']").Length() != 0 || late.Find("main a[href='/cases/XY2026-0001']").Length() == 0 {
			t.Error("it offers what is refused, or does not lead to the case")
		}
	}
}

// TestNothingToAddTo: of a visit without a matter, no page sends anyone to a matter's 补充.
func TestNothingToAddTo(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	clerk := s.As(s.Clerk)
	saved := clerk.Get("/visits/new").Form(deskForm).Set("name", "匿名").Choose("purpose", "问路咨询").Set("note", "问社保所在哪。").Submit("登记").Follow()
	href := saved.Find("a[href^='/visits/correct']").AttrOr("href", "/missing")
	clerk.Get(href).MustStatus(http.StatusOK).MustNotSay("补充")
	s.Advance(1)
	s.As(s.Clerk).Get(href).MustStatus(http.StatusConflict).MustSay("不是今天登记的").MustNotSay("补充")
}

// TestCorrectAnswered: of what was answered on the spot without contact, and so is closed, what
// was typed wrong is put right; who was there heard it, and who was not did not.
func TestCorrectAnswered(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	clerk := s.As(s.Clerk)
	was, is := strconv.FormatInt(s.Deputies[0], 10), strconv.FormatInt(s.Deputies[3], 10)
	form := clerk.Get("/visits/new").Form(deskForm).Set("name", "匿名").Set("words-1", "路灯坏了。").Choose("category-1", "路灯照明").Set("deputies", was)
	saved := form.Choose("outcome-1", "当场答复").Set("answer-1", "今天下午就换。").Submit("登记").MustStatus(http.StatusSeeOther).Follow().MustSay("已当场答复，办结")
	for _, deputy := range []string{is, was, is} { // and back, and again
		righted(clerk, saved).Set("deputies", deputy).Submit().MustStatus(http.StatusSeeOther).Follow().MustSay("已经改好")
	}
	clerk.Get("/cases/XY2026-0001").MustSay("更正", "改为“赵玉梅”")
	for i, want := range map[int]int{0: 0, 3: 1} {
		var number int32
		if err := s.PG.Super.QueryRow(t.Context(), `select number from deputies where id = $1`, s.Deputies[i]).Scan(&number); err != nil {
			t.Fatal(err)
		}
		var record *duty.Record
		s.View(func(v *tenant.View) { record = duty.Of(v, s.Clerk, number) })
		if sum := record.All(); sum.Visits != want || sum.Heard != want {
			t.Errorf("deputy %d: %+v", i, sum)
		}
	}
	if c := s.Case("XY2026-0001"); c.State != casefile.Closed || int(c.Version) != len(s.Events("XY2026-0001")) {
		t.Errorf("%s, version %d", c.State, c.Version)
	}
}

// TestCodeToTheRightNumber: a code that went to a wrong number goes to the right one.
func TestCodeToTheRightNumber(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	clerk := s.As(s.Clerk)
	saved := filled(clerk.Get("/visits/new"), "路灯坏了。").Set("phone", "13800000301").Submit("登记").Follow()
	address := saved.URL.RequestURI()
	sent := func(words string) {
		t.Helper()
		for deadline := time.Now().Add(20 * time.Second); !strings.Contains(clerk.Get(address).Body, words); time.Sleep(50 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatal("not ", words)
			}
		}
	}
	saved.Form("form[action='/visits/send']").Submit().MustStatus(http.StatusSeeOther)
	sent("查询码已经用短信发给来访人")
	s.Set("2026-09-14 09:05")
	right := righted(clerk, clerk.Get(address)).Set("phone", "13900000077").Submit().MustStatus(http.StatusSeeOther).Follow().MustNotSay("查询码已经用短信发给来访人")
	s.Set("2026-09-14 09:06")
	right.Form("form[action='/visits/send']").Submit().MustStatus(http.StatusSeeOther)
	sent("查询码已经用短信发给来访人")
	var theirs int
	for _, letter := range s.Letters() {
		if strings.Contains(letter, "短信 13900000077：") {
			theirs++
		}
	}
	if theirs != 1 {
		t.Errorf("%d letters to the right number", theirs)
	}
	// No number was left at all: it goes, and nobody is asked by it.
	righted(clerk, clerk.Get(address)).Set("no_phone", "1").Choose("reply_by", "当面").Submit().MustStatus(http.StatusSeeOther).Follow().MustNotSay("发短信告诉查询码")
	clerk.Get("/cases/XY2026-0001").MustSay("没有留").MustNotSay("139****0077”，改为“139")
}

// TestRetiredCategory: a correction sets no category that is retired, and keeps one that the case has.
func TestRetiredCategory(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	clerk := s.As(s.Clerk)
	saved := filled(clerk.Get("/visits/new"), "路灯坏了。").Submit("登记").Follow()
	form := righted(clerk, saved).Choose("category-XY2026-0001", "路灯照明")
	if _, err := s.PG.Super.Exec(t.Context(), `update categories set retired = true where county_id = $1 and name in ('路灯照明', '饮水管网')`, s.County); err != nil {
		t.Fatal(err)
	}
	form.Submit().MustStatus(http.StatusUnprocessableEntity).MustSay("请选择类别")
	righted(clerk, saved).Set("persons", "2").Submit().MustStatus(http.StatusSeeOther)
	if c := s.Case("XY2026-0001"); c.CategoryID != s.Category {
		t.Errorf("its category is %d", c.CategoryID)
	}
}

// TestSomebodyElseWithoutPhone: a name that is another's, and wishes to hear, is no return either.
func TestSomebodyElseWithoutPhone(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	number := s.OneCase()
	back := s.Visit()
	back.Matters, back.Name, back.Phone, back.ReplyBy = []casefile.Matter{{ReturnTo: number}}, "裴月娥", "", "person"
	_, err := s.RegisterVisit(s.Clerk, back)
	casetest.InvalidAt(t, err, "words-1")
	back.ReplyBy = "none" // who only asks for somebody
	if _, err := s.RegisterVisit(s.Clerk, back); err != nil {
		t.Error(err)
	}
}
