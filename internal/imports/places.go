package imports

import (
	"context"
	"slices"
	"strings"

	"lianluo/internal/station"
	"lianluo/internal/tenant"
)

// place is a station, a point or a post, of the county or of the file.
type place struct {
	id       int64 // 0: not made yet
	code     string
	kind     string
	name     string
	short    string
	township string
	was      *station.Record // nil: the file makes it
	officers []station.Serving
	row      *row // of the file
}

type places struct {
	all    []*place
	byCode map[string]*place
	byID   map[int64]*place
}

func (w *world) loadPlaces(ctx context.Context, tx *tenant.Tx) (err error) {
	w.places = places{byCode: map[string]*place{}, byID: map[int64]*place{}}
	records, err := station.Whole(ctx, tx)
	if err != nil {
		return err
	}
	for i := range records {
		r := &records[i]
		p := &place{id: r.ID, code: r.Code, kind: r.Kind, name: r.Name, short: r.ShortName, township: township(r.Division), was: r}
		w.places.add(p)
		w.places.byID[r.ID] = p
	}
	serving, err := station.WhoServes(ctx, tx)
	if err != nil {
		return err
	}
	for _, s := range serving {
		p := w.places.byID[s.StationID]
		p.officers = append(p.officers, s)
	}
	w.functions, err = station.AllFunctions(ctx, tx)
	return err
}

func (all *places) add(p *place) {
	all.all = append(all.all, p)
	if p.code != "" {
		all.byCode[p.code] = p
	}
}

// open reports whether the place is in use.
func (p *place) open() bool {
	return p.was == nil || p.was.State == station.Open || p.was.State == station.Suspended
}

// find is the one place of the kinds with that code or name, or what is wrong.
func (all *places) find(typed string, kinds ...string) (*place, string) {
	if p := all.byCode[strings.ToUpper(typed)]; p != nil && slices.Contains(kinds, p.kind) {
		return p, ""
	}
	var found *place
	for _, p := range all.all {
		if p.name != typed && p.short != typed || !slices.Contains(kinds, p.kind) || !p.open() {
			continue
		}
		if found != nil {
			return nil, "叫“" + typed + "”的不止一个，请写代码"
		}
		found = p
	}
	if found == nil {
		return nil, "没有找到“" + typed + "”，请核对名称，或者写代码"
	}
	return found, ""
}

// called is what a list calls a place: by name, or by code where one cannot tell.
func (all *places) called(p *place) string {
	if found, _ := all.find(p.name, p.kind); found == p {
		return p.name
	}
	return p.code
}

// ready is the place's id once it is made; the row is refused where its own row was wrong.
func (p *place) ready(w *row, column string) (int64, bool) {
	if p.id == 0 {
		w.Refuse(column, "“"+p.name+"”自己的那一行有错，请先改好它")
	}
	return p.id, p.id != 0
}

// nameOf is the name of the place with that id, "" for none.
func (all *places) nameOf(id int64) string {
	if p := all.byID[id]; p != nil {
		return p.name
	}
	return ""
}
