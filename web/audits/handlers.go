// Package audits shows a county's record of who did what (操作记录), and checks that
// nobody has changed it. Whoever searches it for a person is recorded there too.
package audits

import (
	"errors"
	"log/slog"
	"net/http"

	"github.com/go-chi/chi/v5"

	"lianluo/internal/audit"
	"lianluo/internal/auth"
	"lianluo/internal/tenant"
	"lianluo/web/page"
	"lianluo/web/session"
	"lianluo/web/ui"
)

// Handler serves /audit.
type Handler struct{ DB *tenant.DB }

// Routes are mounted under /audit, for those who have auth.SeeAudit.
func (h Handler) Routes(r chi.Router) {
	r.Get("/", page.Handle(h.list))
	r.Post("/verify", page.Handle(h.verify))
}

// pageSize is how many entries a page shows.
const pageSize = 50

// record is what the page shows.
type record struct {
	by     auth.Actor
	office string
	search search
	lines  []audit.Line
	more   bool
	last   *audit.Line // the last time that the record was verified; nil: never
}

func (h Handler) list(w http.ResponseWriter, r *http.Request) error {
	account, _ := session.Account(r.Context())
	rec := &record{by: account.Actor, office: account.Office, search: read(r.URL.Query())}
	if err := h.load(r, rec); err != nil {
		return err
	}
	status := http.StatusOK
	f := page.FrameOf(r)
	f.Title, f.Landscape = "操作记录", true
	if len(rec.search.invalid) > 0 {
		status, f.Error = http.StatusUnprocessableEntity, true
	}
	return page.Render(w, r, status, rec.page(f))
}

// load reads the entries, after it was recorded for whom somebody looks; the result is
// not recorded. A form that cannot be read finds nothing.
func (h Handler) load(r *http.Request, rec *record) error {
	if who := rec.search.filter.Actor; who != "" && len(rec.search.invalid) == 0 {
		err := h.DB.Update(r.Context(), rec.by.County, func(tx *tenant.Tx) error {
			return audit.Record(r.Context(), tx, rec.by.Audit(), "audit.search", "audit "+who, nil)
		})
		if err != nil {
			return err
		}
	}
	lines, verified := &[]audit.Line{}, &[]audit.Line{}
	err := h.DB.View(r.Context(), rec.by.County, func(v *tenant.View) {
		verified = audit.List(v, audit.Filter{Actions: []string{"audit.verify"}})
		if len(rec.search.invalid) == 0 {
			lines = audit.List(v, rec.search.filter)
		}
	})
	if err != nil {
		return err
	}
	rec.lines = *lines
	if rec.more = len(rec.lines) > pageSize; rec.more {
		rec.lines = rec.lines[:pageSize]
	}
	if len(*verified) > 0 {
		rec.last = &(*verified)[0]
	}
	return nil
}

// verify walks the county's whole record, and records what it found.
func (h Handler) verify(w http.ResponseWriter, r *http.Request) error {
	by, _ := session.Actor(r.Context())
	entries, err := audit.Verify(r.Context(), h.DB, by.County)
	detail := map[string]any{"entries": entries}
	broken, is := errors.AsType[audit.Broken](err)
	if err != nil && !is {
		return err
	}
	if is {
		slog.ErrorContext(r.Context(), "the record of what was done was changed", "err", err)
		detail["broken"] = broken.Entry
	}
	err = h.DB.Update(r.Context(), by.County, func(tx *tenant.Tx) error {
		return audit.Record(r.Context(), tx, by.Audit(), "audit.verify", "audit 全部记录", detail)
	})
	if err != nil {
		return err
	}
	kind, words := ui.NoteOK, "核对完了："+found(entries, nil)+"。"
	if is {
		kind, words = ui.NoteErr, "核对发现问题："+found(entries, &broken.Entry)+"。请不要再改动，马上告诉管理这台服务器的人。"
	}
	page.Flash(w, kind, words)
	http.Redirect(w, r, "/audit", http.StatusSeeOther)
	return nil
}
