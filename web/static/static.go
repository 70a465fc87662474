// Package static serves the look: style sheets, the one script, the mark. The bundles
// are put together and compressed once, at start-up, and served under names that carry
// a hash of their content, so that a browser may keep them for ever.
package static

import (
	"embed"
	"net/http"
	"strconv"
	"strings"
)

//go:embed css/*.css office.js seal.svg
var files embed.FS

// prefix is where the handler is mounted: r.Handle("/static/*", static.Handler()).
const prefix = "/static/"

// bundles says which sources make which file, in this order: the sheets are layered by
// file order alone (DESIGN-UI section 2).
var bundles = []struct {
	name, contentType string
	sources           []string
}{
	{"office.css", "text/css; charset=utf-8", []string{"css/00-tokens.css", "css/10-base.css", "css/20-parts.css", "css/30-office.css"}},
	{"citizen.css", "text/css; charset=utf-8", []string{"css/00-tokens.css", "css/10-base.css", "css/20-parts.css", "css/40-citizen.css"}},
	{"print.css", "text/css; charset=utf-8", []string{"css/50-print.css"}},
	{"office.js", "text/javascript; charset=utf-8", []string{"office.js"}},
	{"seal.svg", "image/svg+xml", []string{"seal.svg"}},
}

// urls and served are written before main starts and only read afterwards.
var urls, served = build()

// URL returns the address of a file by its plain name, "office.css". An unknown name is
// a mistake in a template and panics.
func URL(name string) string {
	url, ok := urls[name]
	if !ok {
		panic("static: no file " + name)
	}
	return url
}

// Handler serves the files under their hashed names and nothing else.
func Handler() http.Handler { return http.HandlerFunc(serve) }

func serve(w http.ResponseWriter, r *http.Request) {
	file, ok := served[r.URL.Path]
	if !ok || r.Method != http.MethodGet && r.Method != http.MethodHead {
		http.NotFound(w, r)
		return
	}
	header, body := w.Header(), file.plain
	header.Set("Content-Type", file.contentType)
	header.Set("Cache-Control", "public, max-age=31536000, immutable")
	header.Set("Vary", "Accept-Encoding")
	if len(file.gzipped) < len(file.plain) && acceptsGzip(r.Header.Get("Accept-Encoding")) {
		header.Set("Content-Encoding", "gzip")
		body = file.gzipped
	}
	header.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		w.Write(body) // whoever asked may have left; there is nobody to tell
	}
}

// acceptsGzip reports whether gzip is named without being refused (q=0).
func acceptsGzip(accepted string) bool {
	for accepted != "" {
		var one string
		one, accepted, _ = strings.Cut(accepted, ",")
		name, quality, _ := strings.Cut(one, ";")
		if strings.TrimSpace(name) != "gzip" {
			continue
		}
		_, q, weighed := strings.Cut(quality, "=")
		weight, err := strconv.ParseFloat(strings.TrimSpace(q), 64)
		return !weighed || err == nil && weight > 0
	}
	return false
}
