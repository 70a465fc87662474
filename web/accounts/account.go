package accounts

import (
	"errors"
	"net/http"
	"strconv"

	"lianluo/internal/auth"
	"lianluo/internal/errs"
	"lianluo/web/page"
	"lianluo/web/session"
	"lianluo/web/ui"
)

// signedIn is whose page it is; session.Require lets nobody else pass.
func signedIn(r *http.Request) auth.Account {
	account, _ := session.Account(r.Context())
	return account
}

func (h Handler) show(w http.ResponseWriter, r *http.Request) error {
	frame := page.FrameOf(r)
	frame.Title = "我的账号"
	return page.Render(w, r, http.StatusOK, accountPage(frame, signedIn(r)))
}

// switchRole goes on in another of the person's roles, as it is now in the database.
func (h Handler) switchRole(w http.ResponseWriter, r *http.Request) error {
	if err := small(w, r); err != nil {
		return err
	}
	by := signedIn(r).Actor
	role, err := strconv.ParseInt(r.PostFormValue("role"), 10, 64)
	if err != nil || role < 1 {
		return errs.Forbidden
	}
	account, err := auth.Reload(r.Context(), h.DB, by.County, by.UserID, role)
	if err != nil {
		return err
	}
	if account.PasswordMark != signedIn(r).PasswordMark { // changed meanwhile: this session is over
		return errs.SignIn
	}
	if err := h.Sessions.Renew(r.Context(), account); err != nil {
		return err
	}
	page.Flash(w, ui.NoteOK, "现在的身份是"+auth.InStead(auth.Names[account.Actor.Role], account.Actor.StandsFor)+"（"+account.Actor.Place+"）。")
	http.Redirect(w, r, "/", http.StatusSeeOther)
	return nil
}

func (h Handler) password(w http.ResponseWriter, r *http.Request) error {
	return h.showPassword(w, r, http.StatusOK, nil)
}

func (h Handler) showPassword(w http.ResponseWriter, r *http.Request, status int, invalid errs.Invalid) error {
	frame := page.FrameOf(r)
	frame.Title, frame.Error = "修改密码", len(invalid) > 0
	account := signedIn(r)
	if account.MustChangePassword {
		frame.Org = account.Office
		return page.Render(w, r, status, firstPasswordPage(frame, account, invalid))
	}
	return page.Render(w, r, status, passwordPage(frame, account, invalid))
}

// changePassword ends the person's sessions everywhere and goes on with a new one here.
func (h Handler) changePassword(w http.ResponseWriter, r *http.Request) error {
	if err := small(w, r); err != nil {
		return err
	}
	before := signedIn(r)
	by := before.Actor
	err := auth.ChangeOwnPassword(r.Context(), h.DB, by,
		r.PostFormValue("old_password"), r.PostFormValue("new_password"), r.PostFormValue("repeat_password"))
	if invalid, ok := errors.AsType[errs.Invalid](err); ok {
		return h.showPassword(w, r, http.StatusUnprocessableEntity, invalid)
	}
	if err != nil {
		return err
	}
	if err := h.Sessions.End(r.Context(), by.County, by.UserID); err != nil {
		return err
	}
	account, err := auth.Reload(r.Context(), h.DB, by.County, by.UserID, before.RoleID)
	if err != nil {
		return err
	}
	if err := h.Sessions.Renew(r.Context(), account); err != nil {
		return err
	}
	page.Flash(w, ui.NoteOK, "密码已经改好。在别处登录的，要用新密码重新登录。")
	to := "/account"
	if before.MustChangePassword {
		to = "/"
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}
