package page

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"
	"github.com/klauspost/compress/gzip"
)

func TestSecurityHeaders(t *testing.T) {
	t.Parallel()
	h := SecurityHeaders(shows(templ.Raw("x")))
	got := serve(h, get("/")).Header
	for name, want := range map[string]string{
		"Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
		"X-Content-Type-Options":  "nosniff", "Referrer-Policy": "same-origin", "X-Frame-Options": "DENY",
		"Cross-Origin-Opener-Policy": "same-origin", "Strict-Transport-Security": "",
	} {
		if got.Get(name) != want {
			t.Errorf("%s is %q, want %q", name, got.Get(name), want)
		}
	}
	if !strings.Contains(got.Get("Permissions-Policy"), "camera=(), ") || !strings.Contains(got.Get("Permissions-Policy"), "geolocation=(), ") {
		t.Errorf("Permissions-Policy %q", got.Get("Permissions-Policy"))
	}
	proxied := get("/")
	proxied.Header.Set("X-Forwarded-Proto", "https")
	for _, r := range []*http.Request{get("https://example.com/"), proxied} {
		if serve(h, r).Header.Get("Strict-Transport-Security") == "" {
			t.Error("no HSTS over TLS")
		}
	}
}

// The log stands outside the router or is used by it; either way it names the pattern.
func TestLogNamesThePatternAndNeverThePath(t *testing.T) {
	t.Parallel()
	routes := func(use ...func(http.Handler) http.Handler) chi.Router {
		r := chi.NewRouter()
		r.Use(use...)
		r.NotFound(NotFound)
		r.Route("/r", func(r chi.Router) {
			r.Get("/{token}", shows(templ.Raw("fine")).ServeHTTP)
			r.Post("/{token}", fails(http.ErrBodyNotAllowed).ServeHTTP)
			r.Get("/{token}/panic", func(http.ResponseWriter, *http.Request) { panic("boom") })
		})
		return r
	}
	lines := []string{"method=GET route=/r/{token} status=200 bytes=4", "method=POST route=/r/{token} status=500",
		"method=GET route=/r/{token}/panic status=500", "panic: boom"}
	before := make([]int, len(lines))
	for i, line := range lines {
		before[i] = len(logged.with(line))
	}
	for name, h := range map[string]http.Handler{"outer": Log(Recover(routes())), "inner": routes(Log, Recover)} {
		secret := "S3CR3T" + name
		for _, r := range []*http.Request{get("/r/" + secret + "?q=" + secret), post("/r/"+secret, "a="+secret), get("/r/" + secret + "/panic"), get("/nowhere/" + secret)} {
			r.Header.Set("Referer", "http://example.com/r/"+secret)
			serve(h, r)
		}
		if leaks := logged.with(secret); len(leaks) > 0 {
			t.Errorf("%s: the log has the token: %q", name, leaks)
		}
	}
	for i, line := range lines {
		if got := len(logged.with(line)) - before[i]; got != 2 {
			t.Errorf("%d lines with %q, want 2", got, line)
		}
	}
	if len(logged.with("route=(none) status=404"))+len(logged.with("route=/* status=404")) == 0 {
		t.Error("an unknown address is not logged")
	}
}

func TestRecover(t *testing.T) {
	t.Parallel()
	got := serve(Recover(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("the plums") })), get("/cases"))
	text, _ := io.ReadAll(got.Body)
	if got.StatusCode != 500 || strings.Contains(string(text), "plums") || len(logged.with("the plums")) == 0 {
		t.Errorf("status %d, logged %q, page %s", got.StatusCode, logged.with("the plums"), text)
	}
	for name, h := range map[string]http.HandlerFunc{
		"abort":         func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"after a start": func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("half")); panic("late") },
	} {
		func() {
			defer func() {
				if err, _ := recover().(error); !errors.Is(err, http.ErrAbortHandler) {
					t.Errorf("%s: the connection is not broken", name)
				}
			}()
			serve(Recover(h), get("/"))
		}()
	}
}

func TestCompress(t *testing.T) {
	t.Parallel()
	page := "<p>" + strings.Repeat("人大代表联络站 ", 500) + "</p>"
	ask := func(h http.Handler, accept string) *http.Response {
		r := get("/cases")
		r.Header.Set("Accept-Encoding", accept)
		return serve(Compress(h), r)
	}
	got := ask(shows(templ.Raw(page)), "br, gzip")
	if got.Header.Get("Content-Encoding") != "gzip" || !strings.Contains(got.Header.Get("Vary"), "Accept-Encoding") || got.Header.Get("Content-Length") == "8506" {
		t.Fatalf("headers %v", got.Header)
	}
	r, err := gzip.NewReader(got.Body)
	if err != nil {
		t.Fatal(err)
	}
	if text, _ := io.ReadAll(r); string(text) != page {
		t.Error("the page is another one")
	}
	typed := func(kind string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", kind)
			io.WriteString(w, page)
		})
	}
	for name, plain := range map[string]*http.Response{"not asked for": ask(shows(templ.Raw(page)), ""), "zstd only": ask(shows(templ.Raw(page)), "zstd"),
		"short": ask(shows(templ.Raw("<p>短</p>")), "gzip"), "an image": ask(typed("image/jpeg"), "gzip"), "a table": ask(typed("application/octet-stream"), "gzip")} {
		if encoding := plain.Header.Get("Content-Encoding"); encoding != "" {
			t.Errorf("%s: encoding %q", name, encoding)
		}
	}
}

func TestAnswerLetsTheControllerThrough(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(Log(Recover(Compress(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if err := http.NewResponseController(w).Flush(); err != nil {
			t.Errorf("flush: %v", err)
		}
	})))))
	defer server.Close()
	if _, err := http.Get(server.URL); err != nil {
		t.Error(err)
	}
}
