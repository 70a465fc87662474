// Package deputies shows the county's deputies with their mandates and groups, and lets the
// office enter and change them: one by one, a group at a time, a congress at a time.
package deputies

import (
	"context"
	"net/http"

	"github.com/go-chi/chi/v5"

	"lianluo/internal/auth"
	"lianluo/internal/private"
	"lianluo/internal/tenant"
	"lianluo/web/page"
	"lianluo/web/session"
)

// Handler serves /deputies.
type Handler struct {
	DB   *tenant.DB
	Keys private.Keys
}

// Routes are mounted under /deputies, for those who have auth.SeeDeputies.
func (h Handler) Routes(r chi.Router) {
	r.Get("/", page.Handle(h.list))
	r.Group(func(r chi.Router) {
		r.Use(session.RequireRight(auth.ChangeDeputies))
		r.Get("/new", page.Handle(h.new))
		r.Post("/new", page.Handle(h.create))
		r.Get("/groups", page.Handle(h.placing))
		r.Post("/groups", page.Handle(h.place))
		r.Get("/approvals", page.Handle(h.approvals))
		r.Post("/approvals", page.Handle(h.approve))
		r.Get("/terms", page.Handle(h.terms))
		r.Get("/terms/new", page.Handle(h.newTerm))
		r.Post("/terms", page.Handle(h.startTerm))
		h.forms(r)
	})
}

// forms are one person's.
func (h Handler) forms(r chi.Router) {
	r.Get("/{number}/edit", page.Handle(h.edit))
	r.Post("/{number}/edit", page.Handle(h.change))
	r.Post("/{number}/approval", page.Handle(h.setApproval))
	r.Get("/{number}/mandates", page.Handle(h.manage))
	r.Get("/{number}/groups", page.Handle(h.manage))
	r.Get("/{number}/mandates/new", page.Handle(h.newMandate))
	r.Post("/{number}/mandates/new", page.Handle(h.addMandate))
	r.Get("/{number}/mandates/{id}", page.Handle(h.mandate))
	r.Post("/{number}/mandates/{id}", page.Handle(h.changeMandate))
	r.Get("/{number}/mandates/{id}/end", page.Handle(h.ending))
	r.Post("/{number}/mandates/{id}/end", page.Handle(h.endMandate))
	r.Get("/{number}/groups/new", page.Handle(h.newGroup))
	r.Post("/{number}/groups/new", page.Handle(h.join))
	r.Get("/{number}/groups/{id}", page.Handle(h.group))
	r.Post("/{number}/groups/{id}/role", page.Handle(h.changeRole))
	r.Post("/{number}/groups/{id}/leave", page.Handle(h.leave))
}

// longestForm bounds what is read of a form: a new term ticks some thousand people.
const longestForm = 256 << 10

func parse(w http.ResponseWriter, r *http.Request) error {
	return page.ParseForm(w, r, longestForm)
}

func (h Handler) view(r *http.Request, queue func(v *tenant.View)) error {
	return h.DB.View(r.Context(), session.By(r).County, queue)
}

func (h Handler) update(r *http.Request, write func(ctx context.Context, tx *tenant.Tx) error) error {
	return h.DB.Update(r.Context(), session.By(r).County, func(tx *tenant.Tx) error { return write(r.Context(), tx) })
}
