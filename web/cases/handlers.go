// Package cases shows the queue and the case, and takes the steps of its workflow.
package cases

import (
	"errors"
	"net/http"

	"github.com/go-chi/chi/v5"

	"lianluo/internal/auth"
	"lianluo/internal/blob"
	"lianluo/internal/casefile"
	"lianluo/internal/errs"
	"lianluo/internal/private"
	"lianluo/internal/rating"
	"lianluo/internal/tenant"
	"lianluo/web/lists"
	"lianluo/web/page"
	"lianluo/web/session"
	"lianluo/web/ui"
)

// Handler serves /cases.
type Handler struct {
	DB    *tenant.DB
	Keys  private.Keys
	Files *blob.Store
}

// Routes are mounted under /cases, for those who have auth.SeeCases.
func (h Handler) Routes(r chi.Router) {
	r.Get("/", page.Handle(h.list))
	r.Get("/{number}", page.Handle(h.show))
	r.With(session.RequireRight(auth.SeeRegisters)).Get("/{number}/card", page.Handle(h.card))
	r.Post("/{number}/steps/{step}", page.Handle(h.step))
	r.Post("/{number}/phone", page.Handle(h.reveal))
	attach := r.With(session.RequireRight(auth.AttachFile))
	attach.Post("/{number}/files", page.Handle(h.addFiles))
	attach.Post("/{number}/files/{key}/remove", page.Handle(h.removeFile))
}

func (h Handler) show(w http.ResponseWriter, r *http.Request) error {
	s, err := h.load(r, chi.URLParam(r, "number"))
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, s.page(r))
}

// step takes one step. Bad input shows the case again with what was typed; so does a form
// that somebody else overtook, with what the other did.
func (h Handler) step(w http.ResponseWriter, r *http.Request) error {
	number, step := chi.URLParam(r, "number"), casefile.Step(chi.URLParam(r, "step"))
	if formOf(step) == nil {
		return errs.NotFound
	}
	if err := parse(w, r); err != nil {
		return err
	}
	in, bad := input(r, step)
	var done casefile.Case
	err := bad.Err()
	if err == nil {
		err = h.DB.Update(r.Context(), session.By(r).County, func(tx *tenant.Tx) error {
			var err error
			if step == casefile.Rate {
				return rating.Take(r.Context(), tx, session.By(r), number, in.Channel,
					rating.Submission{Result: in.Result, Attitude: in.Attitude, Comment: r.PostFormValue("comment"),
						Version: in.Version, Key: in.Key})
			}
			done, err = casefile.Take(r.Context(), tx, session.By(r), number, in)
			return err
		})
	}
	if err != nil {
		return h.again(w, r, number, step, err)
	}
	page.Flash(w, ui.NoteOK, taken(number, step, done))
	http.Redirect(w, r, lists.PlaceOf(r).On("/cases/"+number), http.StatusSeeOther)
	return nil
}

// parse reads a form whole before any transaction begins, so that a slow line holds none.
func parse(w http.ResponseWriter, r *http.Request) error {
	return page.ParseForm(w, r, 256<<10)
}

// taken is what the next page says: what was done, and what follows.
func taken(number string, step casefile.Step, done casefile.Case) string {
	words := number + " 已" + past(step) + "。"
	if done.State != "" && done.State != casefile.Closed {
		words += "现在是“" + done.State.Name() + "”。"
	}
	return words
}

func past(step casefile.Step) string {
	switch step {
	case casefile.Submit, casefile.Sign, casefile.Sort, casefile.HandOut, casefile.Approve:
		return step.Name()
	}
	return "办理“" + step.Name() + "”"
}

// again shows the case with the form as it was typed, and with what was wrong; an error
// that says nothing to somebody who fills a form is returned.
func (h Handler) again(w http.ResponseWriter, r *http.Request, number string, step casefile.Step, err error) error {
	invalid, bad := errors.AsType[errs.Invalid](err)
	stale, overtaken := errors.AsType[casefile.Stale](err)
	refused := errs.Message(err, "")
	status := http.StatusConflict
	switch {
	case bad:
		status = http.StatusUnprocessableEntity
	case !overtaken && (refused == "" || !errors.Is(err, errs.Conflict)):
		return err
	}
	s, loadErr := h.load(r, number)
	if loadErr != nil {
		return loadErr
	}
	s.tried, s.typed, s.invalid, s.since, s.refused = step, r.PostForm, invalid, stale.Since, refused
	return page.Render(w, r, status, s.page(r))
}

// reveal shows the visitor's number once, after the look was recorded.
func (h Handler) reveal(w http.ResponseWriter, r *http.Request) error {
	number := chi.URLParam(r, "number")
	if err := parse(w, r); err != nil {
		return err
	}
	var phone string
	err := h.DB.Update(r.Context(), session.By(r).County, func(tx *tenant.Tx) (err error) {
		phone, err = casefile.Reveal(r.Context(), tx, h.Keys, session.By(r), number, r.PostFormValue("reveal_reason"))
		return err
	})
	invalid, bad := errors.AsType[errs.Invalid](err)
	if err != nil && !bad {
		return err
	}
	s, err := h.load(r, number)
	if err != nil {
		return err
	}
	s.phone, s.invalid = phone, invalid
	status := http.StatusOK
	if bad {
		status = http.StatusUnprocessableEntity
	}
	return page.Render(w, r, status, s.page(r))
}
