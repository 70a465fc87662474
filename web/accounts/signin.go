package accounts

import (
	"errors"
	"net/http"
	"strings"

	"lianluo/internal/auth"
	"lianluo/internal/errs"
	"lianluo/web/page"
	"lianluo/web/session"
)

// doorView is the sign-in page; the password that was typed is not on it.
type doorView struct {
	Login, Next string
	Errs        errs.Invalid
	Wait        string // after too many tries: how long
	Demo        []DemoAccount
	Carried     string // a form that was not done, sealed
}

func (v doorView) failed() bool { return len(v.Errs) > 0 || v.Wait != "" }

// next is where to after signing in: a page of this site, and not the door itself.
func next(r *http.Request) string {
	to := page.LocalPath(r.FormValue("next"), "/")
	if path, _, _ := strings.Cut(to, "?"); path == "/login" || path == "/logout" {
		return "/"
	}
	return to
}

func (h Handler) door(w http.ResponseWriter, r *http.Request) error {
	if _, ok := session.Account(r.Context()); ok {
		w.Header().Set("Cache-Control", "no-store")
		http.Redirect(w, r, next(r), http.StatusSeeOther)
		return nil
	}
	return h.showDoor(w, r, http.StatusOK, doorView{Next: next(r)})
}

func (h Handler) showDoor(w http.ResponseWriter, r *http.Request, status int, v doorView) error {
	v.Demo = h.Demo
	frame := page.FrameOf(r)
	frame.Title, frame.Error, frame.Demo = "登录", v.failed(), len(h.Demo) > 0
	return page.Render(w, r, status, doorPage(frame, v))
}

func (h Handler) signIn(w http.ResponseWriter, r *http.Request) error {
	if err := page.ParseForm(w, r, 2*mostCarried); err != nil { // its sealed form is longer by a third
		return err
	}
	v := doorView{Login: strings.TrimSpace(r.PostFormValue("login_name")), Next: next(r), Carried: r.PostFormValue("carried")}
	account, err := auth.SignIn(r.Context(), h.DB, v.Login, r.PostFormValue("password"), session.Address(r))
	if invalid, ok := errors.AsType[errs.Invalid](err); ok {
		v.Errs = invalid
		return h.showDoor(w, r, http.StatusUnprocessableEntity, v)
	}
	if errors.Is(err, errs.TooMany) {
		v.Wait = errs.Message(err, "尝试次数过多，请过一会儿再试")
		return h.showDoor(w, r, http.StatusTooManyRequests, v)
	}
	if err != nil {
		return err
	}
	if err := h.Sessions.SignIn(r.Context(), account); err != nil {
		return err
	}
	if v.Carried != "" {
		return h.goOn(w, r, account, v)
	}
	http.Redirect(w, r, v.Next, http.StatusSeeOther)
	return nil
}

func (h Handler) signOut(w http.ResponseWriter, r *http.Request) error {
	if err := h.Sessions.SignOut(r.Context()); err != nil {
		return err
	}
	http.Redirect(w, r, "/login", http.StatusSeeOther)
	return nil
}
