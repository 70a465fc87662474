package messages_test

import (
	"context"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"lianluo/internal/auth"
	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/message"
	"lianluo/internal/postgres/pgtest"
	"lianluo/internal/tenant"
	"lianluo/web/webtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// put queues a message that is held, about a case, so that it stays where it is, once
// what was queued before has gone.
func put(t *testing.T, s *webtest.Site, number string, kind message.Kind) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		var waiting int
		err := s.PG.Super.QueryRow(t.Context(), `select count(*) from messages where state = 'waiting' and send_after <= $1`, s.Now()).Scan(&waiting)
		if err == nil && waiting == 0 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d messages still wait: %v", waiting, err)
		}
	}
	caseID := s.Case(number).ID
	err := s.Update(func(ctx context.Context, tx *tenant.Tx) error {
		return message.Queue(ctx, tx, kind, caseID, 1, 10*time.Minute)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// fails makes the held messages fail.
func fails(t *testing.T, s *webtest.Site, reason string) {
	t.Helper()
	if _, err := s.PG.Super.Exec(t.Context(), `update messages set state = 'failed', reason = $1 where state = 'waiting'`, reason); err != nil {
		t.Fatal(err)
	}
}

// rows are the numbers of the cases in the list, as they stand there.
func rows(p *webtest.Page) []string {
	var numbers []string
	p.Find("main table.tbl tbody tr a.subject").Each(func(_ int, a *goquery.Selection) { numbers = append(numbers, a.Text()) })
	return numbers
}

// until opens a page again until it says words.
func until(t *testing.T, c *webtest.Client, path, words string) *webtest.Page {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		p := c.Get(path).MustStatus(http.StatusOK)
		if strings.Contains(p.Text("main"), words) {
			return p
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s does not say %q:\n%s", path, words, p.Text("main"))
		}
	}
}

// TestOutbox: a held message is seen with when it goes, sent at once, and then stands among
// those that went; who it told is masked.
func TestOutbox(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	number := s.OneCase()
	clerk := s.As(s.Clerk)
	until(t, clerk, "/messages?view=sent", number).MustSay("登记通知", "138****0017", casetest.Visitor, "已发出", "通道：演示日志").MustNotSay(casetest.Phone)
	put(t, s, number, message.Extended)
	p := clerk.Get("/messages").MustStatus(http.StatusOK).MustSay("延期通知", "9月14日 09:10 发出，在这以前可以撤回", "村里自来水管冻裂", "王桥镇")
	if count := p.Find("nav.views a[aria-current=page] .count").Text(); !strings.HasPrefix(strings.TrimSpace(count), "1") {
		t.Errorf("the view counts %q", count)
	}
	p.Form("form[action*='/send']").Submit().MustStatus(http.StatusSeeOther).Follow().MustSay("已交给短信通道")
	until(t, clerk, "/messages", "这里没有消息")
	until(t, clerk, "/messages?view=sent", "延期通知")
	clerk.Get("/cases/" + number).MustSay("延期通知：9月14日 09:00 已发给来访人。")
}

// TestWithdraw: a message is withdrawn with a reason; without one the page asks for it and
// keeps what was typed.
func TestWithdraw(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	number, other := s.OneCase(), s.OneCase()
	put(t, s, number, message.Extended)
	put(t, s, other, message.Upheld)
	head := s.As(s.Head)
	withdraw := func(p *webtest.Page) *webtest.Form {
		row := p.Find("main tbody tr").FilterFunction(func(_ int, tr *goquery.Selection) bool { return strings.Contains(tr.Text(), number) })
		return p.Form("form[action='" + row.Find("form[action*='/withdraw']").AttrOr("action", "") + "']")
	}
	p := withdraw(head.Get("/messages?view=waiting")).Submit().MustStatus(http.StatusUnprocessableEntity).MustSay("请写明为什么撤回。")
	if p.Find("#errors a[href^='#reason-']").Length() != 1 || p.Find("details[open]").Length() != 1 || !strings.HasPrefix(p.Text("title"), "错误：") {
		t.Errorf("the form is not shown again:\n%s", p.Text("main"))
	}
	if target := p.Find("#errors a").AttrOr("href", "#none"); p.Find(target).Length() != 1 {
		t.Errorf("%s is nowhere", target)
	}
	withdraw(p).Set("reason", strings.Repeat("长", 201)).Submit().MustStatus(http.StatusUnprocessableEntity).MustSay("压缩到 200 字以内")
	withdraw(p).Set("reason", "这一步撤销了。").Submit().MustStatus(http.StatusSeeOther).Follow().MustSay("已撤回，不会再发。").MustNotSay(number)
	p = head.Get("/messages?view=withdrawn").MustSay(number, "延期通知", "这一步撤销了。").MustNotSay(other)
	p.Form("form[action*='/again']").Submit().MustStatus(http.StatusSeeOther)
	until(t, head, "/messages?view=sent", "延期通知")
}

// TestUnsent: what failed is seen on the first page and in the outbox with its reason, and
// is sent again.
func TestUnsent(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	number := s.OneCase()
	put(t, s, number, message.Extended)
	fails(t, s, "号码是空号，请核对电话。")
	for _, who := range []auth.Actor{s.Clerk, s.Head, s.Handler, s.Admin} {
		c := s.As(who)
		home := c.Get("/").MustSay("有 1 条消息没有发出")
		home.Open(home.Find("a[href='/messages?view=failed']").AttrOr("href", "")).MustSay(number, "号码是空号，请核对电话。")
	}
	for _, who := range []auth.Actor{s.OtherClerk, s.Leader, s.Water, s.Deputy, s.Neighbour.Clerk} {
		s.As(who).Get("/").MustNotSay("条消息没有发出")
	}
	clerk := s.As(s.Clerk)
	clerk.Get("/messages?view=failed").Form("form[action*='/again']").Submit().MustStatus(http.StatusSeeOther).Follow().MustSay("会再发一次。")
	until(t, clerk, "/messages?view=sent", "延期通知")
	clerk.Get("/").MustNotSay("没有发出")
}

// TestWhose: a station sees its own messages, the county all; a restricted case's only those
// who stand on it.
func TestWhose(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	here := s.OneCase()
	road := s.Visit("夏店镇到县城的路坏了。")
	road.StationID, road.PlaceID, road.Deputies = s.OtherStation, s.OtherStation, nil
	there, err := s.RegisterVisit(s.OtherClerk, road)
	if err != nil {
		t.Fatal(err)
	}
	visit := s.Visit("反映一件要保密的事。")
	visit.Confidential = true
	secret, err := s.RegisterVisit(s.Clerk, visit)
	if err != nil {
		t.Fatal(err)
	}
	elsewhere, restricted := there.Matters[0].Number, secret.Matters[0].Number
	until(t, s.As(s.Admin), "/messages?view=sent", restricted)
	for _, number := range []string{here, elsewhere, restricted} {
		put(t, s, number, message.Extended)
	}
	for _, c := range []struct {
		who  auth.Actor
		want []string
	}{{s.Clerk, []string{restricted, here}}, {s.Clerk2, []string{here}}, {s.Head, []string{restricted, here}}, {s.OtherClerk, []string{elsewhere}},
		{s.Handler, []string{elsewhere, here}}, {s.Admin, []string{restricted, elsewhere, here}}, {s.Neighbour.Clerk, nil}} {
		if got := rows(s.As(c.who).Get("/messages").MustStatus(http.StatusOK)); !slices.Equal(got, c.want) {
			t.Errorf("%s sees %q, want %q", c.who.LoginName, got, c.want)
		}
	}
	send := s.As(s.Admin).Get("/messages").Find("form[action*='/send']").Map(func(_ int, f *goquery.Selection) string { return f.AttrOr("action", "") })
	s.As(s.Clerk2).Post(send[0], nil).MustStatus(http.StatusForbidden).MustSay("限制查看")
	s.As(s.Clerk).Post(send[1], nil).MustStatus(http.StatusForbidden)
	s.As(s.Neighbour.Clerk).Post(send[2], nil).MustStatus(http.StatusNotFound)
	if got := rows(s.As(s.Admin).Get("/messages")); len(got) != 3 {
		t.Errorf("what was refused was done: %q", got)
	}
}

// TestPages: newest first, fifty a page, each once.
func TestPages(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	number := s.OneCase()
	for range 60 {
		put(t, s, number, message.Extended)
	}
	clerk := s.As(s.Clerk)
	first := clerk.Get("/messages?view=waiting")
	next, found := first.Find("a[rel=next]").Attr("href")
	if !found || len(rows(first)) != 50 {
		t.Fatalf("%d on the first page", len(rows(first)))
	}
	second := first.Open(next).MustStatus(http.StatusOK)
	if len(rows(second)) < 10 || second.Find("a[rel=next]").Length() != 0 || second.Find("a[rel=prev]").AttrOr("href", "") != "/messages?view=waiting" {
		t.Errorf("%d on the second page", len(rows(second)))
	}
	for _, odd := range []string{"/messages?view=nonsense", "/messages?before=x", "/messages?before=-5", "/messages?before=99999999999999999999"} {
		clerk.Get(odd).MustStatus(http.StatusOK)
	}
}

var rateAddress = regexp.MustCompile(`/r/\S+`)

// TestSlip: for somebody without a phone the sheet with which to rate is printed by a
// colleague of the registrar's, handed over, and its answer is labelled.
func TestSlip(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	visit := s.Visit("村里自来水管冻裂，一个多月没水了。")
	visit.Phone, visit.ReplyBy = "", "person"
	receipts, err := s.RegisterVisit(s.Clerk, visit)
	if err != nil {
		t.Fatal(err)
	}
	number := receipts.Matters[0].Number
	s.Drive(number, casefile.AwaitingRating)
	clerk, colleague := s.As(s.Clerk), s.As(s.Clerk2)
	until(t, clerk, "/messages/print", number).MustSay("结果和评价链接", "书面（纸条）", "评价单由别的同事打印", casetest.Visitor)
	clerk.Get("/").MustSay("有 1 张信或纸条等着打印")
	action := strings.TrimSuffix(clerk.Get("/messages/print").Find("form[action*='/withdraw']").AttrOr("action", ""), "/withdraw?view=print")
	clerk.Post(action+"/print", nil).MustStatus(http.StatusForbidden).MustSay("登记人和经办人不能打印评价单")

	print := func() *webtest.Page {
		t.Helper()
		p := colleague.Get("/messages/print").Form("form[action*='/print?']").Submit().MustStatus(http.StatusOK)
		if p.Header.Get("Cache-Control") != "no-store" || p.Find("article.paper-slip").Length() != 1 {
			t.Errorf("the slip may be kept, or is none: %s", p.Header.Get("Cache-Control"))
		}
		return p.MustSay("请您评价", "水管修好了，请您放心用水。", "襄垣县人大常委会", "编号："+number, "只在这一页出现一次").MustNotSay(casetest.Visitor)
	}
	spoilt, link := rateAddress.FindString(print().Text(".paper-link")), rateAddress.FindString(print().Text(".paper-link"))
	if spoilt == link || link == "" {
		t.Fatal(spoilt, link)
	}
	citizen := s.Anonymous()
	citizen.Get(spoilt).MustStatus(http.StatusGone).MustSay("换成新的了")
	colleague.Get("/messages/print").MustSay("常海燕 9月14日 09:00 打印，等着交给本人或寄出", "再打印").Form("form[action*='/handed']").Submit().
		MustStatus(http.StatusSeeOther).Follow().MustSay("已记下：交给本人或寄出了。").MustNotSay(number)
	colleague.Get("/messages?view=sent").MustSay(number, "9月14日 09:00 已交给本人或寄出")
	colleague.Get("/cases/" + number).MustSay("已发给来访人").MustNotSay(link)
	citizen.Get(link).MustStatus(http.StatusOK).Form("form[action='"+link+"']").Set("result", "5").Set("attitude", "4").Submit().
		MustStatus(http.StatusSeeOther).Follow().MustSay("谢谢您的评价")
	colleague.Get("/cases/"+number).MustSay("纸条评价", "满意")
}

// TestLetter: who asked for it in writing gets letters on A4, of what was registered with
// the code, and of what came of it.
func TestLetter(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	visit := s.Visit("村里自来水管冻裂，一个多月没水了。")
	visit.ReplyBy = "letter"
	receipts, err := s.RegisterVisit(s.Clerk, visit)
	if err != nil {
		t.Fatal(err)
	}
	matter := receipts.Matters[0]
	clerk := s.As(s.Clerk)
	p := until(t, clerk, "/messages/print", matter.Number).MustSay("登记通知", "书面（信）").Form("form[action*='/print?']").Submit().
		MustStatus(http.StatusOK).MustSay("来访登记告知", casetest.Visitor+"：", matter.Code, "0355-7221234").MustNotSay(casetest.Phone, "/r/")
	if p.Find("article.paper").Length() != 1 || p.Find("article.paper-slip").Length() != 0 {
		t.Error("a letter is no slip")
	}
	p.Form("form[action*='/handed']").Submit().MustStatus(http.StatusSeeOther)
	s.Drive(matter.Number, casefile.AwaitingRating)
	until(t, clerk, "/messages/print", "结果和评价链接")
	office := s.As(s.Handler2)
	office.Get("/messages/print").Form("form[action*='/print?']").Submit().MustStatus(http.StatusOK).
		MustSay("办理结果告知", "水管修好了", "10月10日前有效", "请您评价")
	if len(s.Letters()) != 1 { // the neighbour's alone
		t.Errorf("%q went by message", s.Letters())
	}
}
