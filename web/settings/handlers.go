// Package settings is where a county's administrator sets what the county decides for
// itself. Every form carries the version that it began from: of two people who change the
// same thing the second is shown what the first did, and keeps what was typed.
package settings

import (
	"context"
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"lianluo/internal/tenant"
	"lianluo/web/forms"
	"lianluo/web/page"
	"lianluo/web/session"
)

// Handler serves /settings.
type Handler struct {
	DB      *tenant.DB
	BaseURL string // the site's public address: messages end with links of that length
}

// Routes are mounted under /settings, for those who have auth.ChangeSettings.
func (h Handler) Routes(r chi.Router) {
	r.Get("/", page.Handle(h.index))
	r.Get("/county", page.Handle(h.profile))
	r.Post("/county", page.Handle(h.saveProfile))
	r.Get("/periods", page.Handle(h.periods))
	r.Post("/periods", page.Handle(h.savePeriods))
	r.Get("/notices", page.Handle(h.notices))
	r.Get("/notices/new", page.Handle(h.newNotice))
	r.Post("/notices", page.Handle(h.publish))
	r.Get("/notices/{version}", page.Handle(h.notice))
	r.Get("/texts", page.Handle(h.texts))
	r.Get("/texts/{kind}", page.Handle(h.text))
	r.Post("/texts/{kind}", page.Handle(h.saveText))
	r.Get("/registers", page.Handle(h.registers))
	r.Get("/registers/new", page.Handle(h.newRegister))
	r.Post("/registers/new", page.Handle(h.addRegister))
	r.Get("/registers/{form}", page.Handle(h.register))
	r.Post("/registers/{form}", page.Handle(h.saveRegister))
	r.Route("/{list:(?:categories|subcategories|classes|reasons|checklists|items|functions)}", h.listRoutes)
}

// listRoutes are the same for every dictionary.
func (h Handler) listRoutes(r chi.Router) {
	r.Get("/", page.Handle(h.list))
	r.Post("/", page.Handle(h.add))
	r.Get("/{id}", page.Handle(h.entry))
	r.Post("/{id}", page.Handle(h.change))
	r.Post("/{id}/move", page.Handle(h.move))
	r.Get("/{id}/retire", page.Handle(h.confirm))
	r.Post("/{id}/retire", page.Handle(h.retire))
	r.Post("/{id}/restore", page.Handle(h.restore))
}

// parse reads a form of the settings.
func parse(w http.ResponseWriter, r *http.Request) error {
	return page.ParseForm(w, r, 128<<10)
}

func (h Handler) view(r *http.Request, queue func(v *tenant.View)) error {
	return h.DB.View(r.Context(), session.By(r).County, queue)
}

func (h Handler) update(r *http.Request, write func(ctx context.Context, tx *tenant.Tx) error) error {
	return h.DB.Update(r.Context(), session.By(r).County, func(tx *tenant.Tx) error { return write(r.Context(), tx) })
}

// problem is what a form that is shown again says is wrong.
type problem = forms.Problem

func frame(r *http.Request, title string, p problem) page.Frame {
	f := page.FrameOf(r)
	f.Title, f.Error = title, p.Any()
	return f
}

func itoa[T int | int32 | int64](n T) string { return strconv.FormatInt(int64(n), 10) }
