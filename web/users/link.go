package users

import (
	"net/http"
	"net/url"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"lianluo/internal/auth"
	"lianluo/internal/errs"
	"lianluo/internal/tenant"
	"lianluo/web/forms"
	"lianluo/web/page"
	"lianluo/web/session"
	"lianluo/web/ui"
)

// askLink is the page before the link: what will be, and a key that makes one press of two.
func (h Handler) askLink(w http.ResponseWriter, r *http.Request) error {
	return h.showAskLink(w, r, forms.Problem{}, uuid.New())
}

func (h Handler) showAskLink(w http.ResponseWriter, r *http.Request, problem forms.Problem, key uuid.UUID) error {
	p, err := h.load(r, nil)
	if err != nil {
		return err
	}
	return page.Render(w, r, problem.Status(), askLinkPage(frame(r, "发设密码的链接："+p.Name, problem), p, form{Problem: problem, key: key}))
}

func (h Handler) makeLink(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	by, key, link := session.By(r), keyOf(r), ""
	err := h.DB.Update(r.Context(), by.County, func(tx *tenant.Tx) error {
		id, err := auth.UserOf(r.Context(), tx, chi.URLParam(r, "login"))
		if err != nil {
			return err
		}
		link, err = auth.MakeLinkOnce(r.Context(), tx, by, id, key)
		return err
	})
	if err != nil {
		return h.notMade(w, r, err, key, func(problem forms.Problem) error { return h.showAskLink(w, r, problem, key) })
	}
	return h.showLink(w, r, chi.URLParam(r, "login"), link)
}

// notMade answers a form that made no link. One that was pressed before leads to the person,
// for its link was shown then; what else is wrong is shown by again.
func (h Handler) notMade(w http.ResponseWriter, r *http.Request, failed error, key uuid.UUID, again func(forms.Problem) error) error {
	login, err := auth.LinkMade(r.Context(), h.DB, session.By(r).County, key)
	if err != nil {
		return err
	}
	if login != "" {
		page.Flash(w, ui.NoteWarn, "链接刚才已经发过，只显示那一次。没有记下来的，请再发一个，前一个就作废了。")
		w.Header().Set("Cache-Control", "no-store")
		http.Redirect(w, r, "/users/"+url.PathEscape(login), http.StatusSeeOther)
		return nil
	}
	problem, err := forms.ProblemOf(failed)
	if err != nil {
		return err
	}
	return again(problem)
}

// handover is the slip with the link.
type handover struct {
	auth.Sheet
	link   string
	office string
	until  time.Time
}

// showLink is the one answer that has the link on it.
func (h Handler) showLink(w http.ResponseWriter, r *http.Request, login, token string) error {
	var sheet *auth.Sheet
	err := h.DB.View(r.Context(), session.By(r).County, func(v *tenant.View) { sheet = auth.SheetOf(v, login) })
	if err != nil {
		return err
	}
	if sheet.LinkUntil == nil { // used or replaced within the same second
		return errs.Conflict
	}
	f := frame(r, "设密码的链接："+sheet.Name, forms.Problem{})
	f.Print = true
	return page.Render(w, r, http.StatusOK, linkPage(f, handover{*sheet, h.BaseURL + "/password/" + token, f.Org, *sheet.LinkUntil}))
}
