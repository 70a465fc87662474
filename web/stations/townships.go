package stations

import (
	"net/http"

	"lianluo/internal/auth"
	"lianluo/internal/casefile"
	"lianluo/internal/station"
	"lianluo/internal/tenant"
	"lianluo/web/lists"
	"lianluo/web/page"
	"lianluo/web/session"
	"lianluo/web/ui"
)

// ways are the ways to look at the county's places; here is the path of the one that is shown.
func ways(here string) []ui.View {
	views := []ui.View{{URL: "/stations", Name: "列表"}, {URL: "/stations/townships", Name: "按乡镇"}, {URL: "/stations/tree", Name: "全县一览"}}
	for i := range views {
		views[i].Count, views[i].Current = -1, views[i].URL == here
	}
	return views
}

// townships is the county township by township.
type townships struct {
	all    []station.Township
	open   map[string]int64 // cases, by township
	cases  bool             // the reader sees the county's cases
	export bool             // the reader may have it as a sheet
	create bool             // the reader may build a station
	print  bool
}

func (h Handler) townships(w http.ResponseWriter, r *http.Request) error {
	by, _ := session.Actor(r.Context())
	var (
		all     *[]station.Township
		waiting *[]casefile.OpenCases
	)
	err := h.DB.View(r.Context(), by.County, func(v *tenant.View) {
		all, waiting = station.Townships(v), casefile.OpenByTownship(v, by)
	})
	if err != nil {
		return err
	}
	t := townships{all: *all, open: map[string]int64{}, cases: by.Scope(auth.SeeCases) == auth.WholeCounty, export: by.May(auth.ExportList),
		create: by.Scope(auth.ChangeStations) == auth.WholeCounty, print: lists.Printing(r)}
	for _, of := range *waiting {
		t.open[of.Township] = of.Open
	}
	frame := page.FrameOf(r)
	frame.Title, frame.Landscape, frame.Print = "联络站：按乡镇", true, t.print
	return page.Render(w, r, http.StatusOK, t.page(frame))
}

// sum adds up all townships.
func (t townships) sum() (total station.Township) {
	for _, one := range t.all {
		total.Stations, total.Points, total.Posts = total.Stations+one.Stations, total.Points+one.Points, total.Posts+one.Posts
		total.Deputies += one.Deputies
	}
	return total
}

// waiting are the open cases of the county.
func (t townships) waiting() (total int64) {
	for _, open := range t.open {
		total += open
	}
	return total
}

// branch is a township with its stations.
type branch struct {
	code, name string
	roots      []*station.Node
	places     int // all of them, at any depth
}

// tree is the whole county.
type tree struct {
	branches []branch
	open     bool // everything is unfolded
	print    bool
}

func (h Handler) tree(w http.ResponseWriter, r *http.Request) error {
	by, _ := session.Actor(r.Context())
	var hang func() []*station.Node
	if err := h.DB.View(r.Context(), by.County, func(v *tenant.View) { hang = station.Tree(v) }); err != nil {
		return err
	}
	t := tree{print: lists.Printing(r)}
	t.open = t.print || r.URL.Query().Get("open") != ""
	for _, root := range hang() {
		if n := len(t.branches); n == 0 || t.branches[n-1].code != root.TownshipCode {
			t.branches = append(t.branches, branch{code: root.TownshipCode, name: root.Township})
		}
		last := &t.branches[len(t.branches)-1]
		last.roots, last.places = append(last.roots, root), last.places+count(root)
	}
	frame := page.FrameOf(r)
	frame.Title, frame.Print = "联络站：全县一览", t.print
	return page.Render(w, r, http.StatusOK, t.page(frame))
}

func count(n *station.Node) int {
	total := 1
	for _, below := range n.Below {
		total += count(below)
	}
	return total
}
