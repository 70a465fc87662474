// Package jobs shows the platform's operator the queue: kinds and numbers, what fails, and
// which servers are alive; no county's content.
package jobs

import (
	"net/http"
	"strconv"
	"time"

	"github.com/go-chi/chi/v5"

	"lianluo/internal/queue"
	"lianluo/internal/tenant"
	"lianluo/web/page"
	"lianluo/web/session"
	"lianluo/web/ui"
)

// Handler serves /jobs.
type Handler struct{ DB *tenant.DB }

// Routes are mounted under /jobs, for those who have auth.SeeQueue.
func (h Handler) Routes(r chi.Router) {
	r.Get("/", page.Handle(h.show))
	r.Post("/{id}/retry", page.Handle(h.retry))
}

func (h Handler) show(w http.ResponseWriter, r *http.Request) error {
	state, err := queue.Read(r.Context(), h.DB)
	if err != nil {
		return err
	}
	frame := page.FrameOf(r)
	frame.Title = "后台工作"
	return page.Render(w, r, http.StatusOK, statePage(frame, state))
}

func (h Handler) retry(w http.ResponseWriter, r *http.Request) error {
	by, _ := session.Actor(r.Context())
	id, _ := strconv.ParseInt(chi.URLParam(r, "id"), 10, 64) // 0 is no job's
	if err := queue.Retry(r.Context(), h.DB, by, id); err != nil {
		return err
	}
	page.Flash(w, ui.NoteOK, "会再试。")
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, "/jobs", http.StatusSeeOther)
	return nil
}

// ago is how long before now something was, in words.
func ago(now, then time.Time) string { return span(now.Sub(then)) + "前" }

// span is a length of time in its largest unit.
func span(d time.Duration) string {
	switch {
	case d < time.Minute:
		return strconv.Itoa(max(0, int(d/time.Second))) + " 秒"
	case d < time.Hour:
		return strconv.Itoa(int(d/time.Minute)) + " 分钟"
	case d < 24*time.Hour:
		return strconv.Itoa(int(d/time.Hour)) + " 小时"
	}
	return strconv.Itoa(int(d/(24*time.Hour))) + " 天"
}

// oldest is how long the oldest job waits that could be worked now.
func oldest(s queue.State) string {
	if s.Oldest == nil {
		return "没有等着的"
	}
	return "最早的已等 " + span(s.Now.Sub(*s.Oldest))
}

func number(n int64) string {
	if n == 0 {
		return "0"
	}
	return ui.Number(int(n))
}
