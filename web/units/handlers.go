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
	"lianluo/internal/savedview"
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

// mostCounted bounds the count: a county has some dozens of units.
const mostCounted = 10000

// shown is everything that the list's page needs.
type shown struct {
	lists.State
	by         auth.Actor
	items      []unit.Item
	loads      map[int64]casefile.UnitLoad
	stations   []station.Place
	categories []county.Category
}

func (h Handler) list(w http.ResponseWriter, r *http.Request) error {
	by, address := session.By(r), r.URL.Query()
	s := &shown{by: by, State: lists.State{Name: "units", Title: "承办单位", Path: "/units", Unit: "个", Print: lists.Printing(r),
		Ask: unit.Ask(address, lists.Size(r)), Address: unit.Address(address), At: h.DB.Now(),
		Export: by.May(auth.ExportList), Save: by.May(auth.SaveView)}}
	var (
		items      *tenant.Page[unit.Item]
		total      *int64
		loads      *[]casefile.UnitLoad
		saved      *[]savedview.View
		stations   *[]station.Place
		categories *[]county.Category
	)
	err := h.DB.View(r.Context(), by.County, func(v *tenant.View) {
		items = unit.List(v, by, s.Ask)
		total = unit.Count(v, by, s.Ask, mostCounted)
		loads = casefile.Loads(v, by)
		saved = savedview.Of(v, by, s.Name)
		stations, categories = station.All(v), county.Categories(v)
	})
	if err != nil {
		return err
	}
	s.items, s.Prev, s.Next, s.Total, s.Most, s.Saved = items.Items, items.Prev, items.Next, *total, mostCounted, *saved
	s.stations, s.categories, s.loads = *stations, *categories, map[int64]casefile.UnitLoad{}
	for _, load := range *loads {
		s.loads[load.UnitID] = load
	}
	frame := page.FrameOf(r)
	frame.Title, frame.Landscape, frame.Print = s.Title, true, s.Print
	return page.Render(w, r, http.StatusOK, s.page(frame))
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

func stationOptions(all []station.Place) []ui.Option {
	options := make([]ui.Option, len(all))
	for i, s := range all {
		options[i] = ui.Option{Value: itoa(s.ID), Name: s.ShortName}
	}
	return options
}
