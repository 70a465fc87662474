package browser

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"lianluo/internal/calendar"
	"lianluo/internal/casefile"
	"lianluo/internal/message"
	"lianluo/internal/queue"
	"lianluo/internal/tenant"
	"lianluo/web/webtest"
)

// TestOutboxPages: messages and what is printed, reminders, what the background could not
// do, and the operator's queue, each with something in it.
func TestOutboxPages(t *testing.T) {
	t.Parallel()
	s := &story{Site: webtest.New(t), t: t}
	visit := s.Visit("村里自来水管冻裂，一个多月没水了。")
	visit.Phone, visit.ReplyBy = "", "person"
	receipts, err := s.RegisterVisit(s.Clerk, visit)
	if err != nil {
		t.Fatal(err)
	}
	slip, held := receipts.Matters[0].Number, s.OneCase()
	s.Drive(slip, casefile.AwaitingRating)
	s.Set("2026-09-17 09:00")
	caseID := s.Case(held).ID
	err = s.Update(func(ctx context.Context, tx *tenant.Tx) error {
		for _, kind := range []message.Kind{message.Extended, message.Upheld} {
			if err := message.Queue(ctx, tx, kind, caseID, 1, 10*time.Minute); err != nil {
				return err
			}
		}
		if err := queue.Report(ctx, tx, queue.Dead{JobID: 901, Attempt: 8, Kind: "case.follow_lead", Args: []byte(`{"county": 1, "case": 1}`), Subject: "case " + held}); err != nil {
			return err
		}
		return casefile.Remind(ctx, tx, calendar.Builtin())
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.PG.Super.Exec(t.Context(), `update messages set state = 'failed', reason = '号码是空号，请核对电话。' where kind = 'upheld'`); err != nil {
		t.Fatal(err)
	}

	clerk := s.tab("联络员", laptop).signIn(s.Clerk)
	for deadline := time.Now().Add(patience); !strings.Contains(clerk.text("main"), "等着打印") && time.Now().Before(deadline); { // the job makes the slip
		clerk.visit("/")
	}
	clerk.sees("今日提醒", "逾期 1 天", "有 1 条消息没有发出", "有 1 张信或纸条等着打印")
	clerk.visit("/messages")
	clerk.sees("延期通知", "在这以前可以撤回")
	clerk.do(click("main summary"))
	clerk.fill("main [name=reason]", "这一步撤销了。")
	clerk.press("form[action*='/withdraw']")
	clerk.sees("已撤回，不会再发。")
	clerk.visit("/messages?view=failed")
	clerk.sees("号码是空号")

	colleague := s.tab("同事", laptop).signIn(s.Clerk2)
	colleague.visit("/messages/print")
	colleague.goes(200, click("form[action*='/print?'] button"))
	colleague.sees("请您评价", "水管修好了")
	paper := get(colleague, chromedp.Evaluate[float64]("document.querySelector('article.paper').getBoundingClientRect().width * 25.4 / 96"))
	if paper > 80.5 {
		t.Errorf("the slip is %.0f mm wide", paper)
	}
	css := true
	sheets := within(colleague, func(ctx context.Context) (page.PrintToPDFResult, error) {
		return chromedp.Call(ctx, page.PrintToPDF, page.PrintToPDFParams{PreferCSSPageSize: &css})
	})
	if dir := os.Getenv("SHOTS"); dir != "" {
		_ = os.WriteFile(filepath.Join(dir, "slip.pdf"), sheets.Data, 0o600)
	}
	if boxes := regexp.MustCompile(`/MediaBox ?\[[^\]]*\]`).FindAllString(string(sheets.Data), -1); len(boxes) != 1 || !regexp.MustCompile(`0 0 22[67]`).MatchString(boxes[0]) {
		t.Errorf("the slip prints on %q", boxes)
	}
	colleague.goes(200, click("form[action*='/handed'] button"))
	colleague.sees("已记下：交给本人或寄出了。")

	office := s.tab("县办理岗手机", phone).signIn(s.Handler)
	office.sees("有 1 项后台工作没有办成")
	office.goes(200, click("a[href='/failures']"))
	office.sees("没有跟着往下走")
	office.visit("/messages?view=sent")
	office.goes(200, click("a.subject"))

	operator := s.tab("平台管理员", laptop).signIn(s.Platform)
	operator.goes(200, click("nav.side a[href='/jobs']"))
	operator.sees("服务器", "期限提醒")
}
