package settings

import (
	"context"
	"errors"
	"net/http"

	"github.com/go-chi/chi/v5"

	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/internal/tenant"
	"lianluo/web/forms"
	"lianluo/web/page"
	"lianluo/web/session"
)

// draft is a notice while it is written.
type draft struct {
	problem
	body  string
	from  string         // the version that its author began from
	newer *county.Notice // that somebody else published meanwhile
}

func (h Handler) notices(w http.ResponseWriter, r *http.Request) error {
	var all *[]county.Notice
	var profile *county.Profile
	err := h.view(r, func(v *tenant.View) { all, profile = county.Notices(v), county.ProfileOf(v) })
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, noticesPage(frame(r, "个人信息告知书", problem{}), *all, "/c/"+profile.DivisionCode+"/privacy"))
}

func (h Handler) notice(w http.ResponseWriter, r *http.Request) error {
	var found **county.Notice
	if err := h.view(r, func(v *tenant.View) { found = county.NoticeOf(v, chi.URLParam(r, "version")) }); err != nil {
		return err
	}
	if *found == nil {
		return errs.NotFound
	}
	return page.Render(w, r, http.StatusOK, noticePage(frame(r, "告知书 "+(*found).Version+" 版", problem{}), **found))
}

func (h Handler) newNotice(w http.ResponseWriter, r *http.Request) error {
	var current *county.Notice
	if err := h.view(r, func(v *tenant.View) { current = county.CurrentNotice(v) }); err != nil {
		return err
	}
	return showDraft(w, r, draft{body: current.Body, from: current.Version})
}

func showDraft(w http.ResponseWriter, r *http.Request, d draft) error {
	status := d.Status()
	f := frame(r, "写新的一版告知书", d.problem)
	if d.newer != nil {
		status, f.Error = http.StatusConflict, true
	}
	return page.Render(w, r, status, draftPage(f, d))
}

// publish shows a draft as the citizen would read it, and publishes what was shown.
func (h Handler) publish(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	d := draft{body: r.PostFormValue("body"), from: r.PostFormValue("from")}
	switch r.PostFormValue("do") {
	case "edit":
		return showDraft(w, r, d)
	case "publish":
		return h.publishDraft(w, r, d)
	}
	if err := county.CheckNotice(d.body); err != nil {
		if d.problem, err = forms.ProblemOf(err); err != nil {
			return err
		}
		return showDraft(w, r, d)
	}
	return page.Render(w, r, http.StatusOK, previewPage(frame(r, "预览告知书", problem{}), d))
}

func (h Handler) publishDraft(w http.ResponseWriter, r *http.Request, d draft) error {
	var version string
	err := h.update(r, func(ctx context.Context, tx *tenant.Tx) (err error) {
		version, err = county.PublishNotice(ctx, tx, session.By(r).Audit(), d.from, d.body)
		return err
	})
	if late, ok := errors.AsType[county.Superseded](err); ok {
		d.from, d.newer = late.Current.Version, &late.Current
		return showDraft(w, r, d)
	}
	if err == nil {
		return forms.Done(w, r, "/settings/notices", "告知书 "+version+" 版已经发布，从现在起用这一版。")
	}
	if d.problem, err = forms.ProblemOf(err); err != nil {
		return err
	}
	return showDraft(w, r, d)
}
