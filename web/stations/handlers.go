// Package stations shows the county's stations, points and posts, and changes them: as a
// list, township by township, as a tree, and one by one.
package stations

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"lianluo/internal/auth"
	"lianluo/internal/station"
	"lianluo/internal/tenant"
	"lianluo/web/lists"
	"lianluo/web/page"
	"lianluo/web/session"
	"lianluo/web/ui"
)

// Handler serves /stations.
type Handler struct{ DB *tenant.DB }

// Routes are mounted under /stations, for those who have auth.SeeStations.
func (h Handler) Routes(r chi.Router) {
	r.Get("/", page.Handle(h.list))
	r.Get("/townships", page.Handle(h.townships))
	r.Get("/tree", page.Handle(h.tree))
	r.Get("/new", page.Handle(h.newPlace))
	r.Post("/", page.Handle(h.create))
	r.Get("/{code}", page.Handle(h.show))
	r.Post("/{code}", page.Handle(h.save))
	r.Get("/{code}/edit", page.Handle(h.edit))
	r.Get("/{code}/officers", page.Handle(h.officers))
	r.Post("/{code}/officers", page.Handle(h.appoint))
	r.Post("/{code}/officers/{id}/end", page.Handle(h.endOffice))
	r.Get("/{code}/state", page.Handle(h.state))
	r.Post("/{code}/state", page.Handle(h.setState))
}

var kind = lists.Kind[station.Item]{Name: "stations", Title: "联络站", Path: "/stations", Unit: "个",
	Ask: station.Ask, Address: station.Address, List: station.List, Count: station.Count}

// places is everything that the list's page needs.
type places struct {
	lists.State
	items []station.Item
	roots []station.Place

	mayAdd bool
}

func (h Handler) list(w http.ResponseWriter, r *http.Request) (err error) {
	p, roots := &places{mayAdd: session.By(r).Scope(auth.ChangeStations) == auth.WholeCounty}, new([]station.Place)
	p.State, p.items, err = kind.Load(r, h.DB, func(v *tenant.View, _ tenant.Ask) { roots = station.All(v) })
	if err != nil {
		return err
	}
	p.roots = *roots
	return page.Render(w, r, http.StatusOK, p.page(p.Frame(r)))
}

func (p *places) views() []ui.View {
	views := []ui.View{{URL: p.Path, Name: "全部", Count: -1, Current: p.Ask.Value("kind") == ""}}
	for _, k := range station.Kinds {
		views = append(views, ui.View{URL: p.Path + "?kind=" + k.Kind, Name: k.Name, Count: -1, Current: p.Ask.Value("kind") == k.Kind})
	}
	return p.Views(views)
}

func stateOptions() []ui.Option {
	options := make([]ui.Option, len(station.States))
	for i, s := range station.States {
		options[i] = ui.Option{Value: s.State, Name: s.Name}
	}
	return options
}

// meta says what is listed; one township's by its name.
func (p *places) meta() string {
	if p.Ask.Value("township") != "" && len(p.items) > 0 {
		return "只列" + p.items[0].Township + "的"
	}
	return "联络站、联络点和服务岗"
}

func (p *places) clear() string {
	if !p.Ask.Filtered("kind") && !p.Ask.TooShort {
		return ""
	}
	return p.URL("q", "", "root", "", "state", "", "township", "", "function", "", "used", "")
}
