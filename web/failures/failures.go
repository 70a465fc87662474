// Package failures shows a county's office what the background could not do, in words.
package failures

import (
	"context"
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"lianluo/internal/auth"
	"lianluo/internal/errs"
	"lianluo/internal/queue"
	"lianluo/internal/tenant"
	"lianluo/web/page"
	"lianluo/web/session"
	"lianluo/web/ui"
)

// Handler serves /failures.
type Handler struct{ DB *tenant.DB }

// Routes are mounted under /failures, for those who have auth.SeeMessages; of them only
// the county's office may come in.
func (h Handler) Routes(r chi.Router) {
	r.Get("/", page.Handle(h.list))
	r.Post("/{id}/again", page.Handle(h.act("再试一次，办成了就不再提醒。", queue.Again)))
	r.Post("/{id}/seen", page.Handle(h.act("知道了，不再提醒。", queue.Seen)))
}

func (h Handler) list(w http.ResponseWriter, r *http.Request) error {
	by, _ := session.Actor(r.Context())
	if !queue.MaySee(by) {
		return errs.Forbidden
	}
	var open *[]queue.Failure
	if err := h.DB.View(r.Context(), by.County, func(v *tenant.View) { open = queue.Open(v) }); err != nil {
		return err
	}
	frame := page.FrameOf(r)
	frame.Title = "没有办成的后台工作"
	return page.Render(w, r, http.StatusOK, listPage(frame, *open))
}

func (h Handler) act(done string, do func(context.Context, *tenant.Tx, auth.Actor, int64) error) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		by, _ := session.Actor(r.Context())
		id, _ := strconv.ParseInt(chi.URLParam(r, "id"), 10, 64) // 0 is no failure's
		err := h.DB.Update(r.Context(), by.County, func(tx *tenant.Tx) error { return do(r.Context(), tx, by, id) })
		if err != nil {
			return err
		}
		page.Flash(w, ui.NoteOK, done)
		w.Header().Set("Cache-Control", "no-store")
		http.Redirect(w, r, "/failures", http.StatusSeeOther)
		return nil
	}
}

func path(f queue.Failure, act string) string {
	return "/failures/" + strconv.FormatInt(f.ID, 10) + "/" + act
}
