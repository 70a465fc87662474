package browser

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"lianluo/internal/casefile/casetest"
	"lianluo/web/webtest"
)

// TestDeskCut cuts the line at each moment: before a form is sent, in it, before it is answered and
// in the answer, of drafts and of registrations, with photographs and without, and at last of
// the page that comes after. Nothing is lost, and nothing is there twice.
func TestDeskCut(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	line := newLine(t, s)
	s.ExpectFailures() // half a form
	b := open(t, s, "联络员", laptop).signIn(s.Clerk)
	b.cut = true
	photo := filepath.Join(t.TempDir(), "tap.jpg")
	if err := os.WriteFile(photo, casetest.Photo(800, 600), 0o600); err != nil {
		t.Fatal(err)
	}
	files := func() (n int) {
		if err := s.PG.Super.QueryRow(t.Context(), `select count(*) from attachments where county_id = $1`, s.County).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	const offline = cut("offline")
	sent := 0
	for i, c := range []struct {
		at    cut
		photo bool
	}{{offline, false}, {request, false}, {body, true}, {answer, true}, {answered, true}, {answered, false}} {
		breaks := func(path string, at cut) {
			if at == offline || c.at == offline {
				b.offline(at == offline)
			} else {
				line.cutAt(path, at)
			}
		}
		words := fmt.Sprintf("第%d回：东头饮水管道停了两回水。", i)
		b.visit("/visits/new")
		b.types("裴月娥")
		breaks("/visits/draft", c.at)
		b.fill("#words-1", words)
		what := "草稿"
		if c.photo {
			what, sent = "照片", sent+1
			b.do(chromedp.SetUploadFiles(chromedp.CSS("#files-1"), []string{photo}))
		} else {
			b.keys(kb.Tab)
		}
		b.waits("#draft-status", what+"没有存上")
		b.pick("#category-1", "饮水管网")
		breaks("/visits", c.at)
		b.do(click(".stick-acts .btn-main"))
		b.waits("#desk-failed", "没有交上去")
		if got := get(b, chromedp.Evaluate[string](`document.querySelector("#words-1").value`)); got != words {
			t.Errorf("cut %s: the words are %q", c.at, got)
		}
		b.picture(fmt.Sprintf("cut-%d", i))
		breaks("/visits/draft", whole)
		breaks("/visits", whole)
		b.goes(200, click(".stick-acts .btn-main"))
		b.sees("已登记 1 件事")
		if n, matters := visits(s); n != int64(i+1) || matters != n || files() != sent {
			t.Errorf("cut %s: %d visits, %d matters, %d photographs, want %d and %d", c.at, n, matters, files(), i+1, sent)
		}
	}

	// It is registered, and the page with its codes does not come: it is there to be opened again.
	before, _ := visits(s)
	b.visit("/visits/new")
	b.types("裴月娥")
	b.fill("#words-1", "东头饮水管道停了两回水。")
	b.pick("#category-1", "饮水管网")
	line.cutAt("/visits/saved", answer)
	b.do(click(".stick-acts .btn-main"))
	for deadline := time.Now().Add(patience); !b.lost(); {
		if time.Now().After(deadline) {
			t.Fatalf("stays at %s", b.address())
		}
	}
	line.cutAt("/visits/saved", whole)
	b.goes(200, chromedp.Reload())
	b.sees("已登记 1 件事")
	b.visit("/visits/new")
	b.seesNot("没登完的登记")
	if n, _ := visits(s); n != before+1 {
		t.Errorf("%d visits, want %d", n, before+1)
	}
}

// TestDeskKilled kills the server, a process, at moments of a registration, and starts another.
// The page stays, and pressing once more registers, once. (TestKilled of web/visits looks at what
// is stored at many more moments.)
func TestDeskKilled(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	line := newMortalLine(t, s)
	b := open(t, s, "联络员", laptop).signIn(s.Clerk)
	b.cut = true
	pages, again := 0, 0
	for i, after := range []time.Duration{-1, 0, 8, 20, 60, 400} {
		b.visit("/visits/new")
		b.types("裴月娥")
		b.fill("#words-1", "第"+strconv.Itoa(i)+"回：东头饮水管道停了两回水。")
		b.pick("#category-1", "饮水管网")
		if after < 0 {
			line.stop()
		} else {
			line.killAfter(after * time.Millisecond)
		}
		b.do(click(".stick-acts .btn-main"))
		line.down(t)
		for deadline := time.Now().Add(patience); ; { // until the browser has seen it too
			if strings.Contains(b.text("#desk-failed"), "没有交上去") {
				again++
				line.start(t)
				b.goes(200, click(".stick-acts .btn-main"))
				break
			}
			if b.lost() || strings.Contains(b.address(), "/visits/saved") { // registered; its page may have come or not
				pages++
				line.start(t)
				b.goes(200, chromedp.Reload())
				break
			}
			if time.Now().After(deadline) {
				b.picture("killed")
				t.Fatalf("killed after %d ms: stays at %s: %s", after, b.address(), b.text("main"))
			}
		}
		b.sees("已登记 1 件事")
		if n, matters := visits(s); n != int64(i+1) || matters != n {
			t.Fatalf("killed after %d ms: %d visits, %d matters, want %d", after, n, matters, i+1)
		}
	}
	t.Logf("pressed again %d times, registered %d times although the server was killed", again, pages)
	if again == 0 {
		t.Error("nothing had to be pressed again")
	}
}

// lost reports, a moment later, whether the browser shows that a page of the site did not come.
func (b *tab) lost() bool {
	b.t.Helper()
	time.Sleep(100 * time.Millisecond)
	return get(b, chromedp.Evaluate[bool](`location.protocol === "chrome-error:" || document.readyState === "complete" && !document.querySelector("main")`))
}

// offline takes the browser's line away, and gives it back.
func (b *tab) offline(off bool) {
	b.t.Helper()
	b.spent = true
	b.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := chromedp.Call(ctx, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
			MatchedNetworkConditions: []*network.Conditions{{Offline: off, DownloadThroughput: -1, UploadThroughput: -1}}})
		return err
	}))
}
