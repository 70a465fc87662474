// Package closings is where the county's administrator closes and merges stations, points,
// posts, units and townships: a form that asks what becomes of what hangs on them, a page
// that says what will happen, and a button that does it.
package closings

import (
	"net/http"
	"net/url"

	"github.com/go-chi/chi/v5"

	"lianluo/internal/network"
	"lianluo/internal/station"
	"lianluo/internal/tenant"
	"lianluo/internal/unit"
	"lianluo/web/page"
	"lianluo/web/session"
)

// Handler serves /closings.
type Handler struct {
	DB       *tenant.DB
	Sessions *session.Sessions
}

// leave ends the sessions of those whose roles have moved or ended: they come in again as
// what they are now.
func (h Handler) leave(r *http.Request, done network.Done) error {
	for _, user := range done.Users {
		if err := h.Sessions.End(r.Context(), session.By(r).County, user); err != nil {
			return err
		}
	}
	return nil
}

// Routes are mounted under /closings, for those who have auth.CloseNetwork.
func (h Handler) Routes(r chi.Router) {
	r.Get("/", page.Handle(h.start))
	r.Get("/places/{code}", page.Handle(h.place))
	r.Post("/places/{code}", page.Handle(h.closePlace))
	r.Get("/townships/{code}", page.Handle(h.place))
	r.Post("/townships/{code}", page.Handle(h.closePlace))
	r.Get("/units/{name}", page.Handle(h.unit))
	r.Post("/units/{name}", page.Handle(h.closeUnit))
}

// start is where one says what is to be closed.
type start struct {
	receivers []network.Receiver
	townships []station.Township
	units     []network.UnitChoice
}

func (h Handler) start(w http.ResponseWriter, r *http.Request) error {
	address := r.URL.Query()
	for kind, path := range map[string]string{"place": "/closings/places/", "township": "/closings/townships/", "unit": "/closings/units/"} {
		if what := address.Get(kind); what != "" {
			http.Redirect(w, r, path+url.PathEscape(what), http.StatusSeeOther)
			return nil
		}
	}
	var (
		receivers *[]network.Receiver
		townships *[]station.Township
		units     *[]network.UnitChoice
	)
	err := h.DB.View(r.Context(), session.By(r).County, func(v *tenant.View) {
		receivers, townships, units = network.Receivers(v), station.Townships(v), network.UnitChoices(v)
	})
	if err != nil {
		return err
	}
	frame := page.FrameOf(r)
	frame.Title = "撤并"
	return page.Render(w, r, http.StatusOK, startPage(frame, start{*receivers, *townships, *units}))
}

// unitPath is where a unit is closed.
func unitPath(name string) string { return "/closings" + unit.Path(name) }
