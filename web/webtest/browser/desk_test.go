package browser

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/google/uuid"

	"lianluo/internal/calendar"
	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/tenant"
	"lianluo/web/webtest"
)

// visits is how many visits are registered today, and how many matters they brought.
func visits(s *webtest.Site) (visits, matters int64) {
	var tally *casefile.Tally
	s.View(func(v *tenant.View) { tally = casefile.TallyOf(v, 0, s.Today(), s.Today()) })
	return tally.Visits, tally.Matters
}

// TestDeskInAMinute counts what a clerk presses from the opened page to the saved one, beyond
// the citizen's own words: keys and clicks, with the mouse and by keys alone.
func TestDeskInAMinute(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	b := open(t, s, "联络员", laptop).signIn(s.Clerk)
	b.visit("/visits/new")
	pressed := 0
	keys := func(typed string) { b.keys(typed); pressed += len([]rune(typed)) }
	clicks := func(selector string) { b.do(click(selector)); pressed++ }

	b.do(insert(casetest.Visitor)) // by an input method: its pinyin, and a space
	pressed += len("shenguoqiang ")
	keys(kb.Tab)
	keys(casetest.Phone)
	clicks("#words-1")
	b.do(insert("村里自来水管冻裂，一个多月没水了，要到两里外去挑。"))
	b.pick("#category-1", "饮水管网") // opened and chosen
	pressed += 2
	b.goes(200, click(".stick-acts .btn-main"))
	pressed++
	b.sees("已登记 1 件事")
	t.Logf("keys and clicks from the opened page to the saved one, beyond the words: %d", pressed)
	if pressed > 40 {
		t.Errorf("%d keys and clicks, at most 40", pressed)
	}

	b.goes(200, click("a.btn-main[href^='/visits/new']")) // 登记下一位
	b.do(insert("匿名"))
	tabs := 0
	for get(b, chromedp.Evaluate[string]("document.activeElement.id")) != "words-1" {
		b.keys(kb.Tab)
		if tabs++; tabs > 30 {
			t.Fatal("no number of Tabs leads to the words")
		}
	}
	b.do(insert("村口的路灯不亮。"))
	b.tabTo("#category-1")
	b.downTo("路灯照明")
	b.tabTo(".stick-acts .btn-main")
	b.goes(200, enter)
	b.sees("已登记 1 件事")
	t.Logf("by keys alone, %d Tabs lead from the name to the words", tabs)

	b.visit("/visits/new")
	b.fill("#name", "匿名")
	b.do(click("details:has(#purpose) > summary"))
	b.pick("#purpose", "问路咨询")
	b.goes(200, click(".stick-acts .btn-main"))
	b.sees("已登记来访（问路咨询）")
	nextKeeps(t, s, b)
}

// nextKeeps: day, time, place, way and deputies stay for the next visitor, whether the clerk goes
// on by the form's second button or by the saved page; who came and what they said do not.
func nextKeeps(t *testing.T, s *webtest.Site, b *tab) {
	t.Helper()
	const form = `new FormData(document.querySelector("form[data-desk]"))`
	const kept = `["date", "time", "place_id", "way", "deputies", "name", "words-1"].map(n => ` + form + `.getAll(n).join(",")).join(" ")`
	b.visit("/visits/new")
	b.date("#date", "2026-09-11")
	b.date("#time", "16:30")
	b.pick("#place_id", "五阳村人大代表联络点")
	b.choose("form[data-desk] ", "way", "来电")
	for deadline := time.Now().Add(patience); get(b, chromedp.Evaluate[bool](`!!document.querySelector("[name=deputies]:checked")`)); { // today's
		if time.Now().After(deadline) {
			t.Fatal("on another day the deputies of today stay ticked")
		}
	}
	b.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`document.querySelectorAll("[name=deputies]").forEach(n => { n.checked = n.value === "%d" })`, s.Deputies[2])))
	want := fmt.Sprintf("2026-09-11 16:30 %d call %d  ", s.Point, s.Deputies[2])
	for _, by := range []string{".stick-acts .btn-main", ".stick-acts [name=again]"} {
		b.fill("#name", "裴月娥")
		b.fill("#words-1", "东头饮水管道停了两回水。")
		b.pick("#category-1", "饮水管网")
		b.goes(200, click(by))
		b.sees("已登记 1 件事")
		if by == ".stick-acts .btn-main" {
			b.goes(200, click("a.btn-main[href^='/visits/new']"))
		}
		if got := get(b, chromedp.Evaluate[string](kept)); got != want {
			t.Errorf("after %s the next form has %q, want %q", by, got, want)
		}
	}
}

// TestDeskFindsAndKeeps: what is being typed finds what is there, is kept, and is taken up on
// another device; on a phone without JavaScript a button does the same.
func TestDeskFindsAndKeeps(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	number := s.OneCase()
	b := open(t, s, "联络员", laptop).signIn(s.Clerk)
	b.visit("/visits/new")
	b.types(casetest.Visitor)
	b.fill("#words-1", "村里自来水管冻裂了，还是没水。")
	b.keys(kb.Tab)
	b.waits("#draft-status", "09:00 已存草稿")
	b.waits("#alike-1", number)
	b.picture("alike")

	small := open(t, s, "联络员手机", narrow).withoutScript().signIn(s.Clerk)
	small.visit("/visits/new")
	small.sees("没登完的登记", casetest.Visitor+"：村里自来水管冻裂了")
	small.goes(200, click("a[href^='/visits/new?draft=']"))
	small.sees("09:00 已存草稿", number)
	small.goes(200, click("#alike-1 button[name=same]"))
	small.sees("再次来访，说的是 " + number)
	photo := filepath.Join(t.TempDir(), "tap.jpg")
	if err := os.WriteFile(photo, casetest.Photo(800, 600), 0o600); err != nil {
		t.Fatal(err)
	}
	small.goes(200, click("button[name=add]"))
	small.fill("#words-2", "村口的路灯不亮。")
	small.pick("#category-2", "路灯照明")
	small.do(chromedp.SetUploadFiles(chromedp.CSS("#files-2"), []string{photo}))
	small.goes(200, click(".stick-acts .btn-main"))
	small.sees("已登记 1 件事", "再次来访，记在 1 件事上", "第 2 次")
	small.goes(200, click("a[href^='/visits/slip']"))
	slip := strings.TrimPrefix(small.address(), s.URL)
	small.visit("/visits/paper")
	small.visit("/visits/blank")
	// A demonstration says so on the sheets, and takes none of its own for it.
	if _, err := s.PG.Super.Exec(t.Context(), `update counties set demo = true`); err != nil {
		t.Fatal(err)
	}
	b = open(t, s, "演示", laptop).signIn(s.Clerk)
	b.visit("/visits/blank")
	b.sees("演示数据")
	b.prints("blank", 1)
	b.visit(slip)
	b.picture("slip")
	b.prints("slip", 1)
	b.visit("/registers/visits?print=1")
	b.prints("register", 1)
	b.visit("/cases/" + number)
	b.sees("再次来访（第 2 次）")
	if n, matters := visits(s); n != 2 || matters != 2 {
		t.Errorf("%d visits, %d matters", n, matters)
	}
	keepsByItself(t, s, b)
}

// keepsByItself: whoever goes on typing in one field has it kept every 30 s. The browser's clock
// is moved on, so that nobody waits; it begins when the page does, a moment before it is held.
func keepsByItself(t *testing.T, s *webtest.Site, b *tab) {
	t.Helper()
	kept := func() string {
		var drafts func() []casefile.Draft
		s.View(func(v *tenant.View) { drafts = casefile.Drafts(v, s.Keys, s.Clerk) })
		kept := drafts()
		if len(kept) == 0 {
			return ""
		}
		values, err := url.ParseQuery(kept[0].Text)
		if err != nil {
			t.Fatal(err)
		}
		return values.Get("words-1")
	}
	b.visit("/visits/new")
	b.fill("#words-1", "第一句")
	pass := func(seconds float64, want string) {
		t.Helper()
		b.passes(seconds)
		if got := kept(); got != want {
			t.Errorf("%v s later %q is kept, want %q", seconds, got, want)
		}
	}
	pass(15, "")
	pass(16, "第一句")
	b.do(insert("，第二句"))
	pass(10, "第一句")
	pass(20, "第一句，第二句")
	if got := b.text("#draft-status"); !strings.Contains(got, "已存草稿") {
		t.Errorf("the page says %q", got)
	}
}

// TestDeskPosts: with script each press is one post, whatever comes of it; a photograph is sent
// when it is chosen, once, and is there on another device after the first was switched off.
func TestDeskPosts(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	number := s.OneCase()
	line := newLine(t, s)
	b := open(t, s, "联络员手机", phone).signIn(s.Clerk)
	b.excused[s.URL+"/visits"] = 422
	presses := func(selector, part, words string, steps, drafts int) {
		t.Helper()
		b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector("form[data-desk]").dataset.old = "1"`))
		b.do(click(selector))
		for deadline := time.Now().Add(patience); get(b, chromedp.Evaluate[bool](`!!document.querySelector("form[data-old]")`)); {
			if time.Now().After(deadline) {
				t.Fatalf("%s: no answer comes into the page", selector)
			}
		}
		b.waits(part, words)
		if n := line.posted("/visits"); n != steps {
			t.Errorf("%s: %d posts", selector, n)
		}
		if n := line.posted("/visits/draft"); n > drafts {
			t.Errorf("%s: %d times kept", selector, n)
		}
	}
	photo := filepath.Join(t.TempDir(), "tap.jpg")
	if err := os.WriteFile(photo, casetest.Photo(800, 600), 0o600); err != nil {
		t.Fatal(err)
	}
	b.visit("/visits/new")
	b.types(casetest.Visitor)
	b.anyway("form[action='/visits']")
	presses(".stick-acts .btn-main", "#errors", "请写下反映了什么", 1, 0)
	b.met()
	b.picture("422")
	b.fill("#words-1", "村里自来水管冻裂了，还是没水。")
	presses("button[name=add]", "main", "第 2 件事", 1, 1)
	if focus := get(b, chromedp.Evaluate[string]("document.activeElement.id")); focus != "words-2" {
		t.Errorf("the focus is at %q", focus)
	}
	presses("button[name=look]", "#alike-1", number, 1, 1)
	b.do(chromedp.SetUploadFiles(chromedp.CSS("#files-2"), []string{photo}))
	b.waits("#photos-2", "tap.jpg")
	if n := line.posted("/visits/draft"); n != 1 {
		t.Errorf("the photograph was sent %d times", n)
	}
	b.picture("photograph")
	presses("#alike-1 button[name=same]", "main", "再次来访，说的是 "+number, 1, 1)
	presses("button[name=other]", "#alike-1", number, 1, 1)
	presses("#alike-1 button[name=same]", "main", "再次来访，说的是 "+number, 1, 1)

	other := open(t, s, "另一台", narrow).withoutScript().signIn(s.Clerk)
	other.visit("/visits/new")
	other.goes(200, click("a[href^='/visits/new?draft=']"))
	other.sees("tap.jpg")
	other.picture("resumed")

	b.fill("#words-2", "村口的路灯不亮。")
	b.pick("#category-2", "路灯照明")
	line.posted("/visits")
	b.goes(200, click(".stick-acts .btn-main"))
	b.sees("已登记 1 件事", "再次来访，记在 1 件事上")
	if n := line.posted("/visits"); n != 1 {
		t.Errorf("registered with %d posts", n)
	}
	b.goes(200, click("tbody a[href^='/cases/']"))
	b.sees("tap.jpg")
}

// TestDeskSession: two minutes before the session ends it is said; what is sent after its end
// is there again behind the password.
func TestDeskSession(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	b := open(t, s, "联络员", phone).signIn(s.Clerk)
	since := s.Now()
	at := func(after time.Duration) { s.Set(since.Add(after).In(calendar.Shanghai).Format("2006-01-02 15:04")) }
	const ask = `(() => { const x = new XMLHttpRequest(); x.open("GET", "/account", false); x.send(); return x.responseURL })()`
	for hours := 7; hours < 7*24; hours += 7 { // somebody who works day and night
		at(time.Duration(hours) * time.Hour)
		if to := get(b, chromedp.Evaluate[string](ask)); strings.Contains(to, "/login") {
			t.Fatalf("signed out after %d hours", hours)
		}
	}
	at(7*24*time.Hour - 2*time.Minute)
	b.visit("/visits/new")
	b.waits("#main", "登录还有 2 分钟到期")
	b.do(chromedp.Evaluate[chromedp.Void]("scrollTo(0, document.body.scrollHeight)"))
	if !get(b, chromedp.Evaluate[bool](`(() => { const r = document.querySelector(".note-warn").getBoundingClientRect(); return r.top >= 0 && r.bottom <= innerHeight })()`)) {
		t.Error("at the foot of the page nobody sees that the session ends")
	}
	b.picture("warned")
	b.do(click(".note-warn button"))
	b.fill("#name", "裴月娥")
	b.fill("#words-1", "东头饮水管道停了两回水。")
	b.pick("#category-1", "饮水管网")
	at(7*24*time.Hour + time.Minute)
	b.goes(200, click(".stick-acts .btn-main"))
	b.sees("登录已经到期")
	b.seesNot("裴月娥", "饮水管道")
	b.fill("#login_name", s.Clerk.LoginName)
	b.fill("#password", casetest.Password)
	b.press("form[action='/login']")
	if got := get(b, chromedp.Evaluate[string](`document.querySelector("#words-1").value`)); got != "东头饮水管道停了两回水。" {
		t.Fatalf("the form comes back with %q", got)
	}
	b.sees("这一张还没有登记，是 9月21日 09:01 存的草稿")
	b.goes(200, click(".stick-acts .btn-main"))
	b.sees("已登记 1 件事")
}

// waits waits until a part of the page says words.
func (b *tab) waits(selector, words string) {
	b.t.Helper()
	for deadline := time.Now().Add(patience); !strings.Contains(b.text(selector), words); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			b.picture("waited")
			b.t.Fatalf("%s at %s: %s says %q, not %q", b.who, b.address(), selector, b.text(selector), words)
		}
	}
}

// passes moves the page's clock on, and waits for what is on its way then; from then on it stands.
func (b *tab) passes(seconds float64) {
	b.t.Helper()
	b.spent = true
	now := chromedp.Evaluate[float64]("performance.now() / 1000")
	budget, until := seconds*1000, get(b, now)+seconds
	b.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := chromedp.Call(ctx, emulation.SetVirtualTimePolicy, emulation.SetVirtualTimePolicyParams{
			Policy: emulation.VirtualTimePolicyPauseIfNetworkFetchesPending, Budget: &budget})
		return err
	}))
	for deadline := time.Now().Add(patience); get(b, now) < until-.1; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			b.t.Fatalf("%s: the clock stands at %v s, wants %v s", b.who, get(b, now), until)
		}
	}
}

// TestDeskSomebodyElse: another citizen about the same thing gets a code of her own by the keys
// of the desk, on a phone too; what was typed wrong is put right, and the head has it merged.
func TestDeskSomebodyElse(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	number := s.OneCase()
	for _, screen := range []struct {
		name, phone string
		size        int64
	}{{"联络员", "13900000077", laptop}, {"联络员手机", "13900000078", phone}} {
		b := open(t, s, screen.name, screen.size).signIn(s.Clerk)
		b.visit("/visits/new")
		b.fill("#name", "裴月娥")
		b.fill("#phone", screen.phone)
		b.fill("#words-1", "自来水管冻裂了，还是没水。")
		b.keys(kb.Tab)
		b.waits("#alike-1", "另一个人，同一件事")
		b.picture("alike")
		b.do(click("#alike-1 button[name=join][value$=':" + number + "']"))
		b.waits("main", "另立一件，写明和 "+number+" 可能是同一件事")
		b.picture("named")
		b.pick("#category-1", "饮水管网")
		b.goes(200, click(".stick-acts .btn-main"))
		b.sees("和 "+number+" 可能是同一件事", "发短信告诉查询码")
		b.goes(200, click("a[href^='/visits/correct']"))
		b.fill("#village", "五阳村")
		b.picture("correct")
		b.goes(200, click(".form-acts .btn-main"))
		b.sees("已经改好")
	}
	back := s.Visit()
	back.Key, back.Matters = uuid.New(), []casefile.Matter{{ReturnTo: number, Words: "还没有修。"}}
	if _, err := s.RegisterVisit(s.Clerk, back); err != nil {
		t.Fatal(err)
	}
	head := open(t, s, "站长", laptop).signIn(s.Head)
	head.visit("/cases/XY2026-0002")
	head.sees("先有人反映")
	head.visit("/cases?view=all")
	head.sees("来过 2 次")
	head.visit("/registers/visits")
}
