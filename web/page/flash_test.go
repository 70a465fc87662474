package page

import (
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"unicode/utf8"

	"lianluo/web/ui"
)

// office shows a page of the staff with whatever the request says.
var office = Handle(func(w http.ResponseWriter, r *http.Request) error {
	f := FrameOf(r)
	f.Title, f.Who = "事项", "王丽 · 县人大人事代表工委"
	return Render(w, r, http.StatusOK, Office(f))
})

func flashed(kind ui.NoteKind, message string) *http.Cookie {
	w := httptest.NewRecorder()
	Flash(w, kind, message)
	return w.Result().Cookies()[0]
}

func TestFlashIsShownOnce(t *testing.T) {
	t.Parallel()
	const message = `已分办 <script>"'& 给县水利局`
	cookie := flashed(ui.NoteOK, message)
	if !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode || cookie.MaxAge != flashSeconds || cookie.Path != "/" {
		t.Errorf("cookie %v", cookie)
	}
	r := get("/cases")
	r.AddCookie(cookie)
	got := serve(office, r)
	doc := parse(t, got.Body)
	if shown := doc.Find("main > :first-child.note-ok[role=status] p").Text(); shown != message {
		t.Errorf("shown %q", shown)
	}
	cleared := got.Cookies()
	if len(cleared) != 1 || cleared[0].Name != flashCookie || cleared[0].MaxAge != -1 || cleared[0].Value != "" {
		t.Errorf("the flash is not cleared: %v", cleared)
	}
	got = serve(office, get("/cases"))
	if len(got.Cookies()) != 0 || parse(t, got.Body).Find(".note").Length() != 0 {
		t.Error("a page without a flash shows or clears one")
	}
}

func TestFlashOfOtherKindsIsAnnounced(t *testing.T) {
	t.Parallel()
	r := get("/cases")
	r.AddCookie(flashed(ui.NoteWarn, "请先核对"))
	doc := parse(t, serve(office, r).Body)
	if doc.Find("main > [role=status] > .note-warn").Length() != 1 {
		t.Error("a warning is not announced")
	}
}

// A citizen's page in another tab of a shared computer neither shows nor ends it.
func TestFlashIsNotForCitizens(t *testing.T) {
	t.Parallel()
	r := get("/s/8K2M")
	r.AddCookie(flashed(ui.NoteOK, "已登记"))
	got := serve(Handle(func(w http.ResponseWriter, r *http.Request) error {
		return Render(w, r, http.StatusOK, Citizen(FrameOf(r)))
	}), r)
	if len(got.Cookies()) != 0 || strings.Contains(words(parse(t, got.Body), "body"), "已登记") {
		t.Error("a citizen's page took the flash")
	}
}

func TestFlashIsCut(t *testing.T) {
	t.Parallel()
	cookie := flashed(ui.NoteOK, strings.Repeat("联", 2000))
	if len(cookie.Value) > flashLimit {
		t.Errorf("%d bytes", len(cookie.Value))
	}
	r := get("/")
	r.AddCookie(cookie)
	if text := FrameOf(r).Note.Text; len(text) < 700 || !utf8.ValidString(text) {
		t.Errorf("%d bytes left of it", len(text))
	}
}

func TestForgedFlashIsNoMessage(t *testing.T) {
	t.Parallel()
	pack := base64.RawURLEncoding.EncodeToString
	for name, value := range map[string]string{"no base64": "%%%", "no kind": pack([]byte("text")), "unknown kind": pack([]byte("x\ntext")),
		"no text": pack([]byte("ok\n\xff\xfe")), "too long": pack([]byte("ok\n" + strings.Repeat("a", 2000)))} {
		r := get("/")
		r.AddCookie(&http.Cookie{Name: flashCookie, Value: value})
		if got := FrameOf(r).Note; got != (Note{}) {
			t.Errorf("%s: %v", name, got)
		}
	}
}
