// Package units is where a county's office keeps its handling units: who they are, what
// they usually get, and what waits for them.
package units

import (
	"net/http"
	"net/url"

	"github.com/go-chi/chi/v5"

	"lianluo/internal/auth"
	"lianluo/internal/casefile"
	"lianluo/internal/county"
	"lianluo/internal/station"
	"lianluo/internal/tenant"
	"lianluo/internal/unit"
	"lianluo/web/lists"
	"lianluo/web/page"
	"lianluo/web/session"
	"lianluo/web/ui"
)

// Handler serves /units.
type Handler struct{ DB *tenant.DB }

// Routes are mounted under /units, for those who have auth.SeeUnits.
func (h Handler) Routes(r chi.Router) {
	r.Get("/", page.Handle(h.list))
	r.Get("/{name}", page.Handle(h.show))
	r.Group(func(r chi.Router) {
		r.Use(session.RequireRight(auth.ChangeUnits))
		r.Get("/new", page.Handle(h.new))
		r.Post("/", page.Handle(h.create))
		r.Get("/{name}/edit", page.Handle(h.edit))
		r.Post("/{name}", page.Handle(h.change))
		r.Post("/{name}/move", page.Handle(h.move))
		r.Post("/{name}/restore", page.Handle(h.restore))
	})
}

// nameOf is the name in an address. The router takes it apart as it was sent, where that is
// not how Go would have written it.
func nameOf(r *http.Request) string {
	name := chi.URLParam(r, "name")
	if plain, err := url.PathUnescape(name); err == nil && r.URL.RawPath != "" {
		return plain
	}
	return name
}

var kind = lists.Kind[unit.Item]{Name: "units", Title: "承办单位", Path: "/units", Unit: "个",
	Ask: unit.Ask, Address: unit.Address, List: unit.List, Count: unit.Count}

// shown is everything that the list's page needs.
type shown struct {
	lists.State
	by         auth.Actor
	items      []unit.Item
	loads      map[int64]casefile.UnitLoad
	stations   []station.Place
	categories []county.Category
}

func (h Handler) list(w http.ResponseWriter, r *http.Request) (err error) {
	s := &shown{by: session.By(r), loads: map[int64]casefile.UnitLoad{}}
	var (
		loads      *[]casefile.UnitLoad
		stations   *[]station.Place
		categories *[]county.Category
	)
	s.State, s.items, err = kind.Load(r, h.DB, func(v *tenant.View, _ tenant.Ask) {
		loads, stations, categories = casefile.Loads(v, s.by), station.All(v), county.Categories(v)
	})
	if err != nil {
		return err
	}
	s.stations, s.categories = *stations, *categories
	for _, load := range *loads {
		s.loads[load.UnitID] = load
	}
	return page.Render(w, r, http.StatusOK, s.page(s.Frame(r)))
}

func (s *shown) views() []ui.View {
	level, use := s.Ask.Value("level"), s.Ask.Value("use")
	views := []ui.View{{URL: s.Path, Name: "全部在用", Count: -1, Current: level == "" && use == ""}}
	for _, l := range unit.Levels {
		views = append(views, ui.View{URL: s.Path + "?level=" + l.Level, Name: l.Name, Count: -1, Current: level == l.Level && use == ""})
	}
	views = append(views, ui.View{URL: s.Path + "?use=retired", Name: "已撤销", Count: -1, Current: use == "retired"})
	return s.Views(views)
}

func (s *shown) clear() string {
	if !s.Ask.Filtered("level", "use") && !s.Ask.TooShort {
		return ""
	}
	return s.URL("q", "", "station", "", "category", "")
}

// categoryOptions are the categories that a unit may usually get, under their parents.
func categoryOptions(all []county.Category) []ui.Option {
	var options []ui.Option
	parent := ""
	for _, c := range all {
		switch {
		case c.ParentID == nil:
			parent = c.Name
		case !c.Retired:
			options = append(options, ui.Option{Value: itoa(c.ID), Name: c.Name, Group: parent})
		}
	}
	return options
}
