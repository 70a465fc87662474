package cases

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/casefile"
	"lianluo/internal/county"
	"lianluo/internal/station"
	"lianluo/internal/tenant"
	"lianluo/internal/unit"
	"lianluo/web/menu"
	"lianluo/web/page"
	"lianluo/web/ui"
)

// pageSize is how many cases a page of the queue shows.
const pageSize = 50

// queue is everything that the list's page needs, read in one round trip.
type queue struct {
	by         auth.Actor
	today      calendar.Date
	query      url.Values
	filter     casefile.Filter
	items      []casefile.Item
	more       bool
	counts     casefile.Counts
	stations   []station.Place
	units      []unit.Choice
	categories []county.Category
}

func (h Handler) list(w http.ResponseWriter, r *http.Request) error {
	by := actor(r)
	q := &queue{by: by, query: r.URL.Query(), filter: filter(r.URL.Query())}
	var (
		items      *[]casefile.Item
		counts     *casefile.Counts
		stations   = &[]station.Place{}
		units      = &[]unit.Choice{}
		categories *[]county.Category
	)
	err := h.DB.View(r.Context(), by.County, func(v *tenant.View) {
		q.today = calendar.DateOf(v.Now())
		items = casefile.List(v, by, q.filter)
		counts = casefile.CountOpen(v, by)
		categories = county.TopCategories(v)
		if by.Scope(auth.SeeCases) == auth.WholeCounty {
			stations, units = station.All(v), unit.All(v)
		}
	})
	if err != nil {
		return err
	}
	q.items, q.counts, q.stations, q.units, q.categories = *items, *counts, *stations, *units, *categories
	if q.more = len(q.items) > pageSize; q.more {
		q.items = q.items[:pageSize]
	}
	frame := page.FrameOf(r)
	frame.Title, frame.Landscape = q.title(), true
	menu.Count(&frame, q.counts)
	return page.Render(w, r, http.StatusOK, q.page(frame))
}

// filter reads the list's address, leniently: what it cannot read filters nothing.
func filter(query url.Values) casefile.Filter {
	id := func(name string) int64 {
		n, _ := strconv.ParseInt(query.Get(name), 10, 64)
		return n
	}
	f := casefile.Filter{View: casefile.View(query.Get("view")), Number: strings.TrimSpace(query.Get("number")), StationID: id("station"),
		UnitID: id("unit"), CategoryID: id("category"), Limit: pageSize}
	if !slices.ContainsFunc(casefile.Views, func(v viewName) bool { return v.View == f.View }) {
		f.View = casefile.Waiting
		if f.Number != "" {
			f.View = casefile.ViewOpen // a number is looked for among all that is open
		}
	}
	f.After.ID = id("after")
	if due, err := calendar.ParseDate(query.Get("due")); err == nil {
		f.After.Due = &due
	}
	if closed, err := time.Parse(time.RFC3339Nano, query.Get("closed")); err == nil {
		f.After.Closed = &closed
	}
	return f
}

type viewName = struct {
	View casefile.View
	Name string
}

func (q *queue) title() string {
	for _, v := range casefile.Views {
		if v.View == q.filter.View {
			return v.Name + "的事项"
		}
	}
	return "事项"
}

func (q *queue) views() []ui.View {
	views := make([]ui.View, len(casefile.Views))
	for i, v := range casefile.Views {
		views[i] = ui.View{URL: "/cases?view=" + string(v.View), Name: v.Name, Count: q.counts.Of(v.View),
			Late: v.View == casefile.ViewLate && q.counts.Late > 0, Current: v.View == q.filter.View}
	}
	return views
}

// next is the address of the page that follows; the whole filter is in it.
func (q *queue) next() string {
	if !q.more {
		return ""
	}
	query := url.Values{}
	for _, name := range []string{"view", "number", "station", "unit", "category"} {
		if value := q.query.Get(name); value != "" {
			query.Set(name, value)
		}
	}
	key := q.items[len(q.items)-1].Key()
	query.Set("after", strconv.FormatInt(key.ID, 10))
	switch {
	case q.filter.View == casefile.ViewClosed && key.Closed != nil:
		query.Set("closed", key.Closed.Format(time.RFC3339Nano))
	case key.Due != nil:
		query.Set("due", key.Due.String())
	}
	return "/cases?" + query.Encode()
}

// first is the address of the first page, for whoever is behind it.
func (q *queue) first() string {
	if q.filter.After.ID == 0 {
		return ""
	}
	return "/cases?view=" + string(q.filter.View)
}

// total is how many the view holds; -1 where it is not counted, or filtered further.
func (q *queue) total() int {
	if q.filtered() {
		return -1
	}
	return q.counts.Of(q.filter.View)
}

func (q *queue) filtered() bool {
	f := q.filter
	return f.Number != "" || f.StationID != 0 || f.UnitID != 0 || f.CategoryID != 0
}

func (q *queue) stationOptions() []ui.Option {
	options := make([]ui.Option, len(q.stations))
	for i, s := range q.stations {
		options[i] = ui.Option{Value: strconv.FormatInt(s.ID, 10), Name: s.ShortName}
	}
	return options
}

func (q *queue) unitOptions() []ui.Option {
	options := make([]ui.Option, len(q.units))
	for i, u := range q.units {
		options[i] = ui.Option{Value: strconv.FormatInt(u.ID, 10), Name: u.Name}
	}
	return options
}

func (q *queue) categoryOptions() []ui.Option {
	options := make([]ui.Option, len(q.categories))
	for i, c := range q.categories {
		options[i] = ui.Option{Value: strconv.FormatInt(c.ID, 10), Name: c.Name}
		if c.Retired { // old cases carry it
			options[i].Name += "（已停用）"
		}
	}
	return options
}
