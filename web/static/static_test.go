package static

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
)

func get(t *testing.T, method, path, encoding string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(method, path, nil)
	if encoding != "" {
		r.Header.Set("Accept-Encoding", encoding)
	}
	w := httptest.NewRecorder()
	Handler().ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, r io.Reader) []byte {
	t.Helper()
	all, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestServesEveryFileForEver(t *testing.T) {
	t.Parallel()
	for _, bundle := range bundles {
		url := URL(bundle.name)
		if !regexp.MustCompile(`^/static/[a-z]+\.[0-9a-f]{6}\.(css|js|svg)$`).MatchString(url) {
			t.Errorf("address of %s is %s", bundle.name, url)
		}
		plain := get(t, http.MethodGet, url, "")
		content := body(t, plain.Body)
		if plain.StatusCode != http.StatusOK || len(content) == 0 || plain.Header.Get("Content-Encoding") != "" {
			t.Errorf("%s: status %d, %d bytes, encoding %q", url, plain.StatusCode, len(content), plain.Header.Get("Content-Encoding"))
		}
		if got := plain.Header.Get("Cache-Control"); got != "public, max-age=31536000, immutable" {
			t.Errorf("%s: Cache-Control %q", url, got)
		}
		if got := plain.Header.Get("Content-Type"); got != bundle.contentType {
			t.Errorf("%s: Content-Type %q", url, got)
		}
		head := get(t, http.MethodHead, url, "gzip, br")
		if len(body(t, head.Body)) != 0 || head.StatusCode != http.StatusOK {
			t.Errorf("HEAD %s has a body or status %d", url, head.StatusCode)
		}
	}
}

func TestGzip(t *testing.T) {
	t.Parallel()
	url := URL("office.css")
	want := body(t, get(t, http.MethodGet, url, "").Body)
	packed := get(t, http.MethodGet, url, "br;q=1.0, gzip;q=0.8")
	if packed.Header.Get("Content-Encoding") != "gzip" || packed.Header.Get("Vary") != "Accept-Encoding" {
		t.Fatalf("headers %v", packed.Header)
	}
	r, err := gzip.NewReader(packed.Body)
	if err != nil {
		t.Fatal(err)
	}
	if got := body(t, r); !bytes.Equal(got, want) {
		t.Error("the compressed file is another one")
	}
	for _, refused := range []string{"", "br", "gzip;q=0", "br, gzip; q=0.0", "xgzip"} {
		if got := get(t, http.MethodGet, url, refused).Header.Get("Content-Encoding"); got != "" {
			t.Errorf("Accept-Encoding %q got %q", refused, got)
		}
	}
}

func TestUnknownIsNotFound(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/static/", "/static/office.css", "/static/office.000000.css", "/static/css/00-tokens.css",
		"/static/../static.go", "/office.css"} {
		got := get(t, http.MethodGet, path, "")
		if got.StatusCode != http.StatusNotFound || got.Header.Get("Cache-Control") != "" {
			t.Errorf("%s: status %d, Cache-Control %q", path, got.StatusCode, got.Header.Get("Cache-Control"))
		}
	}
	if got := get(t, http.MethodPost, URL("seal.svg"), "").StatusCode; got != http.StatusNotFound {
		t.Errorf("POST: status %d", got)
	}
	defer func() {
		if recover() == nil {
			t.Error("URL of an unknown file did not panic")
		}
	}()
	URL("office.cs")
}

func TestMinify(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, css, want string }{
		{"comments", "/* a */ a { /* b */ color: red; /* c */ }\n", "a{color:red}"},
		{"strings", `a::after { content: " ✓ ;  }/* x */"; }`, `a::after{content:" ✓ ;  }/* x */"}`},
		{"quoted quote", `a{content:"\"  b"}`, `a{content:"\"  b"}`},
		{"calc and selectors", ".a .b > .c + .d, .e { width: calc(100vh - 3.25rem) ; }", ".a .b > .c + .d,.e{width:calc(100vh - 3.25rem)}"},
		{"descendant pseudo", ".a :focus { color : red }", ".a :focus{color :red}"},
		{"media", "@media (min-width: 40em) and (max-width: 60em) {\n  .a { margin: 0 auto; }\n}", "@media (min-width:40em) and (max-width:60em){.a{margin:0 auto}}"},
		{"comment as a blank", "a/**/b{color:red}", "a b{color:red}"},
		{"unfinished comment", "a{color:red} /* b", "a{color:red}"},
	} {
		if got := string(minify([]byte(test.css))); got != test.want {
			t.Errorf("%s:\n got %s\nwant %s", test.name, got, test.want)
		}
	}
}

// The baseline is Chromium 80 (DESIGN-UI section 2), and a bundle is one line of rules.
func TestBundlesKeepTheBaseline(t *testing.T) {
	t.Parallel()
	newer := regexp.MustCompile(`@layer|:has\(|:where\(|:is\(|color-mix|oklch|[{;](inset|margin-inline|margin-block|padding-inline|padding-block|aspect-ratio)\b|url\(`)
	for _, name := range []string{"office.css", "citizen.css", "print.css"} {
		css := string(served[URL(name)].plain)
		if found := newer.FindString(css); found != "" {
			t.Errorf("%s has %s", name, found)
		}
		if strings.Contains(css, "/*") || strings.Contains(css, "\n") {
			t.Errorf("%s is not minified", name)
		}
		if open, closed := strings.Count(css, "{"), strings.Count(css, "}"); open != closed || open == 0 {
			t.Errorf("%s: %d { and %d }", name, open, closed)
		}
	}
}
