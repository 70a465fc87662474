// Package deputies shows the county's deputies, with their mandates and groups.
package deputies

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"lianluo/internal/auth"
	"lianluo/internal/deputy"
	"lianluo/internal/savedview"
	"lianluo/internal/station"
	"lianluo/internal/tenant"
	"lianluo/web/lists"
	"lianluo/web/page"
	"lianluo/web/session"
	"lianluo/web/ui"
)

// Handler serves /deputies.
type Handler struct{ DB *tenant.DB }

// Routes are mounted under /deputies, for those who have auth.SeeDeputies.
func (h Handler) Routes(r chi.Router) {
	r.Get("/", page.Handle(h.list))
}

// mostCounted bounds the count: a county has some hundreds to a few thousand deputies.
const mostCounted = 10000

// people is everything that the list's page needs.
type people struct {
	lists.State
	county bool // the reader sees the whole county
	items  []deputy.Item
	roots  []station.Place
}

func (h Handler) list(w http.ResponseWriter, r *http.Request) error {
	by, _ := session.Actor(r.Context())
	address := r.URL.Query()
	p := &people{county: by.Scope(auth.SeeDeputies) == auth.WholeCounty,
		State: lists.State{Name: "deputies", Title: "人大代表", Path: "/deputies", Unit: "名", Print: lists.Printing(r),
			Ask: deputy.Ask(address, lists.Size(r)), Address: deputy.Address(address), At: h.DB.Now(),
			Export: by.May(auth.ExportList), Save: by.May(auth.SaveView)}}
	var (
		items *tenant.Page[deputy.Item]
		total *int64
		saved *[]savedview.View
		roots = &[]station.Place{}
	)
	err := h.DB.View(r.Context(), by.County, func(v *tenant.View) {
		items = deputy.List(v, by, p.Ask)
		total = deputy.Count(v, by, p.Ask, mostCounted)
		saved = savedview.Of(v, by, p.Name)
		if p.county {
			roots = station.All(v)
		}
	})
	if err != nil {
		return err
	}
	p.items, p.Prev, p.Next, p.Total, p.Most, p.Saved, p.roots = items.Items, items.Prev, items.Next, *total, mostCounted, *saved, *roots
	frame := page.FrameOf(r)
	frame.Title, frame.Landscape, frame.Print = p.Title, true, p.Print
	return page.Render(w, r, http.StatusOK, p.page(frame))
}

func (p *people) views() []ui.View {
	views := []ui.View{{URL: p.Path, Name: "全部", Count: -1, Current: p.Ask.Value("level") == "" && p.Ask.Value("group") == ""}}
	for _, level := range deputy.Levels {
		views = append(views, ui.View{URL: p.Path + "?level=" + level, Name: deputy.LevelNames[level], Count: -1, Current: p.Ask.Value("level") == level})
	}
	if p.county {
		views = append(views, ui.View{URL: p.Path + "?group=none", Name: "还没进站", Count: -1, Current: p.Ask.Value("group") == "none"})
	}
	return p.Views(views)
}

func (p *people) rootOptions() []ui.Option {
	options := make([]ui.Option, len(p.roots))
	for i, r := range p.roots {
		options[i] = ui.Option{Value: strconv.FormatInt(r.ID, 10), Name: r.ShortName}
	}
	return options
}

func (p *people) clear() string {
	if !p.Ask.Filtered("level", "group") && !p.Ask.TooShort {
		return ""
	}
	return p.URL("q", "", "station", "")
}

// levels are a deputy's levels in full: 市人大代表、县人大代表.
func levels(d deputy.Item) string {
	names := make([]string, len(d.Levels))
	for i, level := range d.Levels {
		names[i] = deputy.LevelNames[level]
	}
	return strings.Join(names, "、")
}
