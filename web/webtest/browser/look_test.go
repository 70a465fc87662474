package browser

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"lianluo/web/page"
	"lianluo/web/webtest"
)

// notes keeps what a tab finds wrong, instead of failing the test.
type notes struct {
	testing.TB
	lines []string
}

func (n *notes) Errorf(format string, args ...any) {
	n.lines = append(n.lines, fmt.Sprintf(format, args...))
}

// bad is a page with everything that must be found.
const bad = `<!DOCTYPE html><html lang="zh-CN"><head><title>坏</title></head><body><main><h1>坏</h1>
<p style="color:red">样式</p><script>alert(1)</script><img src="/nowhere.png"><input name="x"><h4>跳级</h4>
<table><tr><td>` + "%s" + `</td></tr></table></main></body></html>`

// TestLooking: what a tab is to find on every page, it finds on a bad one.
func TestLooking(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(page.SecurityHeaders(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, bad, strings.Repeat("W", 400))
	})))
	t.Cleanup(server.Close)
	for width, noScript := range map[int64]bool{laptop: false, phone: true} {
		found := &notes{TB: t}
		b := open(found, &webtest.Site{URL: server.URL}, "坏", width)
		b.again = true
		if noScript {
			b.withoutScript()
		}
		b.visit("/")
		b.visitFor(404, "/nowhere") // the browser's own line for a page: no complaint
		all := strings.Join(found.lines, "\n")
		for _, want := range []string{"Applying inline style violates", "Executing inline script violates", "status of 404 (Not Found) " + server.URL + "/nowhere.png",
			"axe image-alt", "axe label", "axe heading-order", fmt.Sprintf("wide in a window of %d", width), "wide in a window of 320"} {
			if noScript && strings.Contains(want, "inline script") {
				continue // it does not try to run
			}
			if !strings.Contains(all, want) {
				t.Errorf("without script %v: not found: %s\n%s", noScript, want, all)
			}
		}
		if strings.Contains(all, "/nowhere\n") || strings.HasSuffix(all, "/nowhere") {
			t.Errorf("a page that is not there was complained of:\n%s", all)
		}
	}
}
