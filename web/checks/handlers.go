// Package checks is where stations are checked by the county's checklists (规范化核查): the
// form with one line an item, each check with its evidence, a place's past, and the county's
// list of who is missing what.
package checks

import (
	"net/http"
	"strings"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"lianluo/internal/blob"
	"lianluo/internal/check"
	"lianluo/internal/errs"
	"lianluo/internal/station"
	"lianluo/internal/tenant"
	"lianluo/web/page"
	"lianluo/web/session"
	"lianluo/web/stationparts"
)

// Handler serves /checks and /stations/{code}/checks.
type Handler struct {
	DB    *tenant.DB
	Files *blob.Store
}

// County is mounted under /checks, for those who have auth.SeeStations.
func (h Handler) County(r chi.Router) { r.Get("/", page.Handle(h.list)) }

// Routes are mounted under /stations/{code}/checks, for the same.
func (h Handler) Routes(r chi.Router) {
	r.Get("/", page.Handle(h.history))
	r.Get("/new", page.Handle(h.blank))
	r.Post("/", page.Handle(h.record))
	r.Get("/{key}", page.Handle(h.show))
	r.Post("/{key}/files", page.Handle(h.attach))
	r.Post("/{key}/files/{file}/remove", page.Handle(h.remove))
}

func code(r *http.Request) string { return strings.ToUpper(chi.URLParam(r, "code")) }

// keyOf is a key in the address.
func keyOf(r *http.Request, name string) (uuid.UUID, error) {
	key, err := uuid.Parse(chi.URLParam(r, name))
	if err != nil {
		return key, errs.NotFound
	}
	return key, nil
}

// view reads the place of the address, and in the same trip what more asks for.
func (h Handler) view(r *http.Request, more func(v *tenant.View)) (*station.Record, error) {
	var place **station.Record
	err := h.DB.View(r.Context(), session.By(r).County, func(v *tenant.View) {
		place = station.RecordOf(v, code(r))
		more(v)
	})
	if err != nil {
		return nil, err
	}
	if *place == nil {
		return nil, errs.NotFound
	}
	return *place, nil
}

// past is a place's history.
type past struct {
	place  *station.Record
	around *stationparts.Around
	all    []check.Past
}

func (h Handler) history(w http.ResponseWriter, r *http.Request) error {
	var all *[]check.Past
	p := &past{}
	place, err := h.view(r, func(v *tenant.View) {
		p.around, all = stationparts.AroundOf(v, session.By(r), code(r)), check.History(v, code(r))
	})
	if err != nil {
		return err
	}
	p.place, p.all = place, *all
	f := page.FrameOf(r)
	f.Title = place.Name + "的规范化核查"
	return page.Render(w, r, http.StatusOK, p.page(f))
}
