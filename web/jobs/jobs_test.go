package jobs_test

import (
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"lianluo/internal/casefile"
	"lianluo/internal/postgres/pgtest"
	"lianluo/web/webtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// TestJobs: the operator sees the queue and takes up what was given up, and nothing of what
// any county does.
func TestJobs(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	number := s.DriveNew(casefile.AwaitingRating)
	s.Links(1)
	_, err := s.PG.Super.Exec(t.Context(), `insert into river.river_job (kind, args, state, max_attempts, attempt, finalized_at, errors) values
		('auth.forget_failures', '{}', 'discarded', 3, 3, now(), array['{"error": "connection refused, called 13800000017"}']::jsonb[]),
		('message.send', '{"county": 1, "message": 424242}', 'discarded', 8, 8, now(), null)`)
	if err != nil {
		t.Fatal(err)
	}
	operator := s.As(s.Platform)
	operator.Get("/").MustSay("后台工作")
	p := operator.Get("/jobs").MustStatus(http.StatusOK).MustSay("服务器", "发送消息", "到期后由系统办的一步", "每 10 分钟", "每 1 小时", "期限提醒",
		"connection refused, called ****", "县里在自己的页面上再办", "3 次，最多 3 次")
	p.MustNotSay(number, "申国强", "13800000017", "0017", "424242", "county", "王桥", "/r/")
	if p.Find("form[action*='/retry']").Length() != 1 {
		t.Errorf("%s", p.Text("main"))
	}
	p.Form("form[action*='/retry']").Submit().MustStatus(http.StatusSeeOther).Follow().MustSay("会再试。")
	for deadline := time.Now().Add(20 * time.Second); strings.Contains(operator.Get("/jobs").Text("main"), "connection refused"); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the job was not taken up again")
		}
	}
	retry := p.Find("form[action*='/retry']").AttrOr("action", "")
	operator.Post(retry, nil).MustStatus(http.StatusConflict).MustSay("已经不是“放弃”的了")
	s.As(s.Admin).Get("/").MustNotSay("/jobs")
}
