package page

import "net/http"

// SetText answers /text?size=large&back=/cases: it keeps the size of the text in a
// cookie and goes back. The layouts post it, so that the address of a page, which may
// hold a token, does not become part of another address.
func SetText(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 8<<10)
	c := &http.Cookie{Name: "text", Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode, MaxAge: -1}
	if r.FormValue("size") == "large" {
		c.Value, c.MaxAge = "large", 365*24*60*60
	}
	http.SetCookie(w, c)
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, LocalPath(r.FormValue("back"), "/"), http.StatusSeeOther)
}
