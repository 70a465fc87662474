// Package page is the frame of every page: layouts, rendering, errors, headers, the
// request log. Only Error, here, chooses the status of a failure.
package page

import (
	"bytes"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/a-h/templ"
)

// Handle adapts a handler that returns its error.
func Handle(h func(w http.ResponseWriter, r *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := h(w, r); err != nil {
			Error(w, r, err)
		}
	}
}

// buffers keeps the buffers that pages are rendered into, up to biggestKept bytes each.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

const biggestKept = 1 << 20

// Render renders c whole and then answers, so that there are no half pages. The error is
// the template's; whoever has left before the last byte is nobody's error. The page is
// kept by no cache unless the handler called MayCache. It clears the flash that FrameOf
// read.
func Render(w http.ResponseWriter, r *http.Request, status int, c templ.Component) error {
	buffer := buffers.Get().(*bytes.Buffer)
	buffer.Reset()
	defer func() {
		if buffer.Cap() <= biggestKept {
			buffers.Put(buffer)
		}
	}()
	if err := c.Render(r.Context(), buffer); err != nil {
		return err
	}
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Length", strconv.Itoa(buffer.Len()))
	if header.Get("Cache-Control") == "" {
		header.Set("Cache-Control", "no-store")
	}
	clearFlash(w, r)
	w.WriteHeader(status)
	w.Write(buffer.Bytes())
	return nil
}

// MayCache lets the reader's own browser keep a public page for a while. It is not for
// signed-in pages, nor for pages behind a token or a code.
func MayCache(w http.ResponseWriter, d time.Duration) {
	w.Header().Set("Cache-Control", "private, max-age="+strconv.Itoa(int(d.Seconds())))
	w.Header().Add("Vary", "Cookie") // the large text
}
