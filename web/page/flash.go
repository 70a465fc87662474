package page

import (
	"encoding/base64"
	"net/http"
	"strings"
	"unicode/utf8"

	"lianluo/web/ui"
)

// Note is a message that outlives one redirect.
type Note struct {
	Kind ui.NoteKind
	Text string
}

const (
	flashCookie  = "flash"
	flashLimit   = 1024 // bytes of the cookie's value
	flashSeconds = 60   // long enough for a redirect on a bad line
)

// Flash leaves a message for the next page of the staff: 已分办给县水利局. It lies in the
// browser, unsigned and readable, so it must NEVER hold personal data: no name of a
// citizen, no phone, no 查询码. What is too long is cut. It is text; layouts escape it.
func Flash(w http.ResponseWriter, kind ui.NoteKind, message string) {
	longest := base64.RawURLEncoding.DecodedLen(flashLimit) - len(kind) - 1
	for len(message) > longest {
		_, size := utf8.DecodeLastRuneInString(message)
		message = message[:len(message)-size]
	}
	http.SetCookie(w, &http.Cookie{
		Name:  flashCookie,
		Value: base64.RawURLEncoding.EncodeToString([]byte(string(kind) + "\n" + message)),
		Path:  "/", MaxAge: flashSeconds, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

// readFlash returns the message that the request carries. Anybody may have written the
// cookie, so what does not look right is no message.
func readFlash(r *http.Request) Note {
	if !showsFlash(r) {
		return Note{}
	}
	c, err := r.Cookie(flashCookie)
	if err != nil || len(c.Value) > flashLimit {
		return Note{}
	}
	plain, err := base64.RawURLEncoding.DecodeString(c.Value)
	kind, text, cut := strings.Cut(string(plain), "\n")
	if err != nil || !cut || !utf8.ValidString(text) {
		return Note{}
	}
	switch k := ui.NoteKind(kind); k {
	case ui.NotePlain, ui.NoteOK, ui.NoteWarn, ui.NoteErr:
		return Note{k, text}
	}
	return Note{}
}

// clearFlash ends the message on the page that showed it.
func clearFlash(w http.ResponseWriter, r *http.Request) {
	if !showsFlash(r) {
		return
	}
	if _, err := r.Cookie(flashCookie); err == nil {
		http.SetCookie(w, &http.Cookie{Name: flashCookie, Path: "/", MaxAge: -1, HttpOnly: true, SameSite: http.SameSiteLaxMode})
	}
}

// showsFlash: a citizen's page, perhaps open in another tab, neither shows nor ends it.
func showsFlash(r *http.Request) bool { return !citizenPath(r.URL.Path) }
