// Package lists is what every list's page has around its table: the search box and the
// filter, the orders, the saved views, the way through the pages, export and print. The
// address holds all of it, so that a list can be sent, kept and come back to.
package lists

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"lianluo/internal/savedview"
	"lianluo/internal/tenant"
	"lianluo/web/ui"
)

// PageSize is how many rows a page of a list shows, and PrintSize how many are printed.
const (
	PageSize  = 50
	PrintSize = 500
)

// State is a list as its address has it.
type State struct {
	Name    string     // cases: what exports and saved views call it
	Title   string     // 事项
	Path    string     // /cases
	Unit    string     // of what is counted; 件 unless given
	Address url.Values // what the list knows of the address, without the place in it
	Ask     tenant.Ask
	Print   bool
	At      time.Time // when it was read: printed lists say it

	Prev, Next string // keys
	Total      int64  // rows, or -1 where nobody counted
	Most       int64  // the Total is at least this many where it is equal to it; 0: exact
	Saved      []savedview.View
	Export     bool // the reader may export
	Save       bool // the reader may save views
}

// Size is how many rows are asked for: a page's, or what is printed.
func Size(r *http.Request) int {
	if Printing(r) {
		return PrintSize
	}
	return PageSize
}

// Printing reports whether the list is asked for as it prints.
func Printing(r *http.Request) bool { return r.URL.Query().Get("print") != "" }

// URL is the list's address with some of its parts changed, given as name and value in
// turn; "" drops a part. The place in the list is left, since the rows are others.
func (s State) URL(changes ...string) string {
	address := url.Values{}
	for name, values := range s.Address {
		address[name] = values
	}
	for i := 0; i+1 < len(changes); i += 2 {
		if address.Del(changes[i]); changes[i+1] != "" {
			address.Set(changes[i], changes[i+1])
		}
	}
	if len(address) == 0 {
		return s.Path
	}
	return s.Path + "?" + address.Encode()
}

// Row is a record's address that remembers the list and the record's place in it, for the
// way back and to its neighbours.
func (s State) Row(path, key string) string { return Place{From: s.Address, At: key}.On(path) }

// Place is where in which list a record's page was reached from.
type Place struct {
	From url.Values // the list's address; nil where the page was reached otherwise
	At   string     // the record's key in the list
}

// PlaceOf reads the place from the page's address, or from its form once that is parsed.
func PlaceOf(r *http.Request) Place {
	in := cmp.Or(r.URL.Query().Get("in"), r.PostForm.Get("in"))
	if in == "" || len(in) > 2000 {
		return Place{}
	}
	from, err := url.ParseQuery(in)
	if err != nil {
		return Place{}
	}
	return Place{From: from, At: cmp.Or(r.URL.Query().Get("at"), r.PostForm.Get("at"))}
}

// On is the address of a record's page that remembers the place.
func (p Place) On(path string) string {
	if p.From == nil {
		return path
	}
	return path + "?" + url.Values{"in": {p.From.Encode()}, "at": {p.At}}.Encode()
}

// head is a column's head that sorts by order.
func (s State) head(order, title string) ui.SortProps {
	p := ui.SortProps{Name: title, URL: s.URL("sort", order)}
	if s.Ask.By != order {
		return p
	}
	p.Sorted = "ascending"
	if s.Ask.Down {
		p.Sorted = "descending"
	}
	if !strings.HasPrefix(s.Ask.Sort, "-") {
		p.URL = s.URL("sort", "-"+order)
	}
	return p
}

// pager is the way through the pages.
func (s State) pager() ui.PagerProps {
	p := ui.PagerProps{Total: int(s.Total), Unit: s.Unit, More: s.Most > 0 && s.Total >= s.Most}
	if s.Prev != "" {
		p.Prev = s.URL("before", s.Prev)
	}
	if s.Next != "" {
		p.Next = s.URL("after", s.Next)
	}
	if !s.Ask.First() {
		p.First = s.URL()
	}
	return p
}

// Views are the list's own views with the saved ones behind them.
func (s State) Views(own []ui.View) []ui.View {
	views := slices.Clone(own)
	current := s.current()
	for _, view := range s.Saved {
		views = append(views, ui.View{URL: s.Path + "?" + view.Query, Name: view.Name, Count: -1, Current: view.Name == current})
	}
	if current != "" {
		for i := range own {
			views[i].Current = false
		}
	}
	return views
}

// current is the name of the saved view that is shown, or "".
func (s State) current() string {
	query := s.Address.Encode()
	for _, view := range s.Saved {
		if view.Query == query {
			return view.Name
		}
	}
	return ""
}

// query is what a saved view keeps.
func (s State) query() string { return s.Address.Encode() }

func (s State) in() string { return url.Values{"in": {s.query()}}.Encode() }
