package page

import (
	"mime"
	"net/http/httptest"
	"testing"
	"time"
)

// TestFile: a file comes under the name that it has, whatever stands in it.
func TestFile(t *testing.T) {
	t.Parallel()
	for name, plain := range map[string]string{
		"事项-20260914.xlsx": "file.xlsx", "a b+c%.pdf": "file.pdf", `";\r\nX: y`: "file", "站.附件": "file", "": "file", "x.a\"b": "file",
	} {
		w := httptest.NewRecorder()
		Attachment(w, name, "application/pdf", 12)
		how, params, err := mime.ParseMediaType(w.Header().Get("Content-Disposition"))
		if err != nil || how != "attachment" || params["filename"] != name {
			t.Errorf("%q: %s, %v", name, w.Header().Get("Content-Disposition"), err)
		}
		if want := `attachment; filename="` + plain + `"; `; w.Header().Get("Content-Disposition")[:len(want)] != want {
			t.Errorf("%q: %s, want %s first", name, w.Header().Get("Content-Disposition"), want)
		}
		if h := w.Header(); h.Get("Content-Length") != "12" || h.Get("Content-Type") != "application/pdf" || h.Get("Cache-Control") != "private, no-store" {
			t.Errorf("%q", h)
		}
	}
	w := httptest.NewRecorder()
	MayCache(w, time.Minute)
	Inline(w, "码.svg", "image/svg+xml", -1)
	if h := w.Header(); h.Get("Content-Length") != "" || h.Get("Cache-Control") != "private, max-age=60" || h.Get("Content-Disposition")[:6] != "inline" {
		t.Errorf("%q", h)
	}
}
