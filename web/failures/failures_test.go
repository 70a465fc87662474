package failures_test

import (
	"context"
	"net/http"
	"os"
	"strings"
	"testing"

	"lianluo/internal/auth"
	"lianluo/internal/postgres/pgtest"
	"lianluo/internal/queue"
	"lianluo/internal/tenant"
	"lianluo/web/webtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// TestFailures: the county's office is told on its first page what the background could not
// do, sees it in words, and deals with it; nobody else is asked.
func TestFailures(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	number := s.OneCase()
	for i, d := range []queue.Dead{
		{JobID: 901, Attempt: 8, Kind: "case.follow_lead", Args: []byte(`{"county": 1, "case": 999}`), Subject: "case " + number},
		{JobID: 902, Attempt: 8, Kind: "test.unheard_of", Args: []byte(`{"county": 1}`), Subject: "job 902"},
	} {
		err := s.Update(func(ctx context.Context, tx *tenant.Tx) error { return queue.Report(ctx, tx, d) })
		if err != nil {
			t.Fatal(i, err)
		}
	}
	for _, who := range []auth.Actor{s.Clerk, s.Head, s.Leader, s.Water, s.Deputy, s.Platform} {
		s.As(who).Get("/").MustNotSay("后台工作没有办成")
	}
	neighbour := s.As(s.Neighbour.Clerk)
	neighbour.Get("/").MustNotSay("没有办成")

	handler := s.As(s.Handler)
	home := handler.Get("/").MustSay("有 2 项后台工作没有办成")
	p := home.Open(home.Find("a[href='/failures']").AttrOr("href", "")).MustStatus(http.StatusOK)
	p.MustSay("并案的事项随主件办理", "没有跟着往下走", number, "没有丢").MustNotSay("sql", "error", "test.unheard_of 没有")
	if p.Find("a[href='/cases/"+number+"']").Length() != 1 || p.Find("form[action*='/again']").Length() != 2 {
		t.Errorf("%s", p.Text("main"))
	}
	seen := p.Find("form[action*='/seen']").First().AttrOr("action", "")
	handler.Post(seen, nil).MustStatus(http.StatusSeeOther).Follow().MustSay("知道了，不再提醒。")
	handler.Post(seen, nil).MustStatus(http.StatusConflict).MustSay("已经有人处理了")
	s.As(s.Clerk).Post(strings.Replace(seen, "seen", "again", 1), nil).MustStatus(http.StatusForbidden)
	s.ExpectFailures() // the job is tried again at once, and there is still no case 999
	admin := s.As(s.Admin)
	admin.Get("/").MustSay("有 1 项后台工作没有办成")
	admin.Get("/failures").Form("form[action*='/again']").Submit().MustStatus(http.StatusSeeOther).Follow().MustSay("都办成了")
	admin.Get("/").MustNotSay("没有办成")
}
