package page

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"lianluo/web/static"
)

// TestShots takes pictures of the kit, for the eye, and fails where a page is wider than
// its window or the browser complains:
//
//	SHOTS=/tmp/shots go test -run TestShots ./web/page
func TestShots(t *testing.T) {
	dir := os.Getenv("SHOTS")
	if dir == "" {
		t.Skip("SHOTS names no directory")
	}
	server := httptest.NewServer(SecurityHeaders(Compress(kitServer())))
	defer server.Close()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.DisableGPU)
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	defer stop()
	browser, quit := chromedp.NewContext(allocator)
	defer quit()
	console := chromedp.Console(browser)
	go func() {
		for message, err := range console {
			if err != nil {
				return
			}
			t.Errorf("browser: %s %s", message.Text, message.URL)
		}
	}()
	for _, path := range []string{"/kit", "/citizen", "/door", "/kit?large", "/citizen?large", "/kit?dark"} {
		for _, width := range []int64{1366, 390, 320} {
			if err := chromedp.Do(browser, chromedp.EmulateViewport(width, 844), chromedp.Navigate(server.URL+path)); err != nil {
				t.Fatal(err)
			}
			wide, err := chromedp.Run(browser, chromedp.Evaluate[int64]("document.documentElement.scrollWidth"))
			if err != nil || wide > width {
				t.Errorf("%s is %d wide in a window of %d, error %v", path, wide, width, err)
			}
			picture, err := chromedp.Run(browser, chromedp.FullScreenshot(100))
			if err != nil {
				t.Fatal(err)
			}
			name := fmt.Sprintf("%s.%d.png", strings.ReplaceAll(path[1:], "?", "."), width)
			if err := os.WriteFile(filepath.Join(dir, name), picture, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// kitServer serves the kit in the size and theme that the query asks for.
func kitServer() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/static/", static.Handler())
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Has("large") {
			r.AddCookie(&http.Cookie{Name: "text", Value: "large"})
		}
		if r.URL.Query().Has("dark") {
			r.AddCookie(&http.Cookie{Name: "theme", Value: "dark"})
		}
		if c, ok := kitPages(r)[r.URL.Path]; ok {
			shows(c).ServeHTTP(w, r)
		}
	})
	return mux
}
