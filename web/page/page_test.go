package page

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/a-h/templ"
)

// logged collects what every test of this package logs; tests look for their own words.
var logged lines

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.NewTextHandler(&logged, nil)))
	os.Exit(m.Run())
}

type lines struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.Write(p)
}

// with returns the lines that contain what.
func (l *lines) with(what string) []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var found []string
	for line := range strings.Lines(l.all.String()) {
		if strings.Contains(line, what) {
			found = append(found, line)
		}
	}
	return found
}

func serve(h http.Handler, r *http.Request) *http.Response {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func get(path string) *http.Request { return httptest.NewRequest(http.MethodGet, path, nil) }

func post(path, form string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

func parse(t *testing.T, r io.Reader) *goquery.Document {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(r)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func words(doc *goquery.Document, selector string) string {
	return strings.Join(strings.Fields(doc.Find(selector).Text()), " ")
}

// shows makes a handler that renders c.
func shows(c templ.Component) http.Handler {
	return Handle(func(w http.ResponseWriter, r *http.Request) error { return Render(w, r, http.StatusOK, c) })
}

func TestRender(t *testing.T) {
	t.Parallel()
	got := serve(shows(templ.Raw("<p>好</p>")), get("/cases"))
	text, _ := io.ReadAll(got.Body)
	for name, want := range map[string]string{"Content-Type": "text/html; charset=utf-8", "Content-Length": "10", "Cache-Control": "no-store", "Set-Cookie": ""} {
		if got.Header.Get(name) != want {
			t.Errorf("%s is %q, want %q", name, got.Header.Get(name), want)
		}
	}
	if string(text) != "<p>好</p>" {
		t.Errorf("body %q", text)
	}
	got = serve(Handle(func(w http.ResponseWriter, r *http.Request) error {
		MayCache(w, time.Minute)
		return Render(w, r, http.StatusOK, templ.Raw("x"))
	}), get("/c/140423"))
	if got.Header.Get("Cache-Control") != "private, max-age=60" || got.Header.Get("Vary") != "Cookie" {
		t.Errorf("MayCache: %v", got.Header)
	}
}

func TestRenderShowsNoHalfPage(t *testing.T) {
	t.Parallel()
	half := templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		io.WriteString(w, "<p>secret half</p>")
		return errors.New("template broke in the middle")
	})
	got := serve(Handle(func(w http.ResponseWriter, r *http.Request) error {
		MayCache(w, time.Hour)
		return Render(w, r, http.StatusOK, half)
	}), get("/c/140423"))
	text, _ := io.ReadAll(got.Body)
	if got.StatusCode != http.StatusInternalServerError || strings.Contains(string(text), "half") {
		t.Errorf("status %d, body %s", got.StatusCode, text)
	}
	if got.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("an error may be kept: %s", got.Header.Get("Cache-Control"))
	}
}

func TestSetText(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name             string
		request          *http.Request
		value, back, age string
	}{
		{"larger", post("/text", "size=large&back=/cases%3Fview%3Dmine"), "large", "/cases?view=mine", "31536000"},
		{"by a link", get("/text?size=large&back=/q"), "large", "/q", "31536000"},
		{"back to normal", post("/text", "size=normal&back=/"), "", "/", "0"},
		{"elsewhere", post("/text", "size=large&back=https://evil.example/"), "large", "/", "31536000"},
		{"another host", post("/text", "size=large&back=//evil.example/"), "large", "/", "31536000"},
		{"nowhere", post("/text", "size=<x>"), "", "/", "0"},
	} {
		got := serve(http.HandlerFunc(SetText), test.request)
		cookie := got.Header.Get("Set-Cookie")
		if got.StatusCode != http.StatusSeeOther || got.Header.Get("Location") != test.back {
			t.Errorf("%s: %d to %q, want %q", test.name, got.StatusCode, got.Header.Get("Location"), test.back)
		}
		for _, want := range []string{"text=" + test.value + ";", "Path=/", "Max-Age=" + test.age, "HttpOnly", "SameSite=Lax"} {
			if !strings.Contains(cookie, want) {
				t.Errorf("%s: cookie %q lacks %q", test.name, cookie, want)
			}
		}
	}
}

func TestLocalPath(t *testing.T) {
	t.Parallel()
	for _, good := range []string{"/", "/cases", "/cases?q=a%20b&view=mine#x", "/r/abc"} {
		if got := LocalPath(good, "-"); got != good {
			t.Errorf("%q became %q", good, got)
		}
	}
	for _, bad := range []string{"", "cases", "//evil", "///evil", "/\\evil", "\\/evil", "/\t/evil", "/\n/evil", "https://evil", "javascript:x",
		"/%2fevil", "/%", " /x", "/" + strings.Repeat("a", 2000)} {
		if got := LocalPath(bad, "-"); got != "-" {
			t.Errorf("%q is taken for a path of this site", bad)
		}
	}
}

func TestTime(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 20, 1, 24, 59, 0, time.UTC)
	for got, want := range map[string]string{Date(at): "11月20日", DateTime(at): "11月20日 09:24", FullDateTime(at): "2026年11月20日 09:24",
		FullDate(at): "2026年11月20日 星期五", FullDate(at.Add(15 * time.Hour)): "2026年11月21日 星期六"} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if got := Date(time.Time{}) + DateTime(time.Time{}) + FullDate(time.Time{}) + FullDateTime(time.Time{}); got != "" {
		t.Errorf("no time is shown as %q", got)
	}
}
