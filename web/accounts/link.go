package accounts

import (
	"errors"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"

	"lianluo/internal/auth"
	"lianluo/internal/errs"
	"lianluo/web/limit"
	"lianluo/web/page"
	"lianluo/web/session"
	"lianluo/web/ui"
)

// Links mounts /password/{token}, for everybody: no session is read, and a GET changes
// nothing, for scanners open links.
func (h Handler) Links(r chi.Router) {
	// Only what fails counts: a whole office may stand behind one address.
	h.posts = limit.New(30, 4*time.Second, 20_000, h.DB.Now)
	h.unknown = limit.New(60, 6*time.Second, 20_000, h.DB.Now)
	r.Get("/password/{token}", page.Handle(h.openLink))
	r.Post("/password/{token}", page.Handle(h.useLink))
}

func (h Handler) openLink(w http.ResponseWriter, r *http.Request) error {
	return h.showLink(w, r, http.StatusOK, nil)
}

// showLink shows the form, or that there is nothing to open: whether a link is unknown,
// used, replaced, too old, or its account disabled, is nobody's business.
func (h Handler) showLink(w http.ResponseWriter, r *http.Request, status int, invalid errs.Invalid) error {
	address := limit.Address(r)
	if !h.unknown.Allow(address) {
		return errs.Refuse(errs.TooMany, "请过几分钟再打开一次链接。")
	}
	holder, err := auth.OpenLink(r.Context(), h.DB, chi.URLParam(r, "token"))
	if errors.Is(err, errs.NotFound) {
		return deadLink(w, r)
	}
	if err != nil {
		return err
	}
	h.unknown.Forgive(address)
	f := page.FrameOf(r)
	f.Title, f.Error, f.Org, f.Demo = "设密码", len(invalid) > 0, holder.Office, holder.Demo
	return page.Render(w, r, status, linkPage(f, holder, invalid))
}

func deadLink(w http.ResponseWriter, r *http.Request) error {
	f := page.FrameOf(r)
	f.Title = "链接不能用了"
	return page.Render(w, r, http.StatusNotFound, deadLinkPage(f))
}

// useLink sets the password, and ends what sessions the account had.
func (h Handler) useLink(w http.ResponseWriter, r *http.Request) error {
	address := limit.Address(r)
	if !h.posts.Allow(address) {
		return errs.Refuse(errs.TooMany, "请过几分钟再按一次“设好密码”。")
	}
	if err := small(w, r); err != nil {
		return err
	}
	holder, err := auth.UseLink(r.Context(), h.DB, chi.URLParam(r, "token"), r.PostFormValue("new_password"), r.PostFormValue("repeat_password"),
		session.Address(r))
	if invalid, ok := errors.AsType[errs.Invalid](err); ok {
		return h.showLink(w, r, http.StatusUnprocessableEntity, invalid)
	}
	if errors.Is(err, errs.NotFound) {
		return deadLink(w, r)
	}
	if err != nil {
		return err
	}
	h.posts.Forgive(address)
	if err := h.Sessions.End(r.Context(), holder.County, holder.UserID); err != nil {
		return err
	}
	page.Flash(w, ui.NoteOK, "密码设好了。请用账号 "+holder.LoginName+" 和刚才的密码登录。")
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, "/login", http.StatusSeeOther)
	return nil
}
