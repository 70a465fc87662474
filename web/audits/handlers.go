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
	"lianluo/internal/savedview"
	"lianluo/internal/tenant"
	"lianluo/web/lists"
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

// record is what the page shows.
type record struct {
	lists.State
	by     auth.Actor
	office string
	search search
	lines  []audit.Line
	last   []audit.Line // the last time that the record was verified, or none
}

func (h Handler) list(w http.ResponseWriter, r *http.Request) error {
	account, _ := session.Account(r.Context())
	by, address := account.Actor, r.URL.Query()
	rec := &record{by: by, office: account.Office, State: lists.State{Name: "audit", Title: "操作记录", Path: "/audit", Unit: "条",
		Ask: audit.Ask(address, lists.Size(r)), Address: audit.Address(address), Print: lists.Printing(r), At: h.DB.Now(), Total: -1,
		Export: by.May(auth.ExportList), Save: by.May(auth.SaveView)}}
	rec.search = read(address, rec.Address)
	if err := h.load(r, rec); err != nil {
		return err
	}
	status := http.StatusOK
	f := page.FrameOf(r)
	f.Title, f.Landscape, f.Print = rec.Title, true, rec.Print
	if !rec.readable() {
		status, f.Error = http.StatusUnprocessableEntity, true
	}
	return page.Render(w, r, status, rec.page(f))
}

// readable reports whether the form could be read; one that cannot finds nothing.
func (rec *record) readable() bool { return len(rec.search.invalid) == 0 }

// load reads the entries, after it was recorded for whom somebody looks.
func (h Handler) load(r *http.Request, rec *record) error {
	if rec.readable() {
		if err := audit.RecordSearch(r.Context(), h.DB, rec.by.County, rec.by.Audit(), rec.Ask); err != nil {
			return err
		}
	}
	var (
		last, lines *tenant.Page[audit.Line]
		total       *int64
		saved       *[]savedview.View
	)
	err := h.DB.View(r.Context(), rec.by.County, func(v *tenant.View) {
		last = audit.Last(v, "audit.verify")
		saved = savedview.Of(v, rec.by, rec.Name)
		if !rec.readable() {
			return
		}
		lines = audit.List(v, rec.Ask)
		if rec.Ask.First() && audit.Countable(rec.Ask) {
			total = audit.Count(v, rec.Ask)
		}
	})
	if err != nil {
		return err
	}
	rec.last, rec.Saved = last.Items, *saved
	if lines != nil {
		rec.lines, rec.Prev, rec.Next = lines.Items, lines.Prev, lines.Next
	}
	if total != nil {
		rec.Total, rec.Most = *total, audit.MostCounted
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
