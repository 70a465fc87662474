package lists

import (
	"net/http"
	"net/url"

	"lianluo/internal/auth"
	"lianluo/internal/savedview"
	"lianluo/internal/tenant"
	"lianluo/web/page"
	"lianluo/web/session"
)

// mostCounted bounds a count: a county has some thousands of whatever is listed.
const mostCounted = 10000

// Kind is a list with what its noun knows of it.
type Kind[T any] struct {
	Name, Title, Path, Unit string // as in State
	Ask                     func(address url.Values, limit int) tenant.Ask
	Address                 func(address url.Values) url.Values
	List                    func(v *tenant.View, by auth.Actor, ask tenant.Ask) *tenant.Page[T]
	Count                   func(v *tenant.View, by auth.Actor, ask tenant.Ask, most int) *int64
}

// Load reads the list that the address asks for: its rows and what stands around them. What
// more the page shows is queued by more, and read in the same round trip.
func (k Kind[T]) Load(r *http.Request, db *tenant.DB, more func(v *tenant.View, ask tenant.Ask)) (State, []T, error) {
	by, address := session.By(r), r.URL.Query()
	s := State{Name: k.Name, Title: k.Title, Path: k.Path, Unit: k.Unit, Address: k.Address(address), Ask: k.Ask(address, Size(r)),
		Print: Printing(r), At: db.Now(), Most: mostCounted, Export: by.May(auth.ExportList), Save: by.May(auth.SaveView)}
	var (
		rows  *tenant.Page[T]
		total *int64
		saved *[]savedview.View
	)
	err := db.View(r.Context(), by.County, func(v *tenant.View) {
		rows, total = k.List(v, by, s.Ask), k.Count(v, by, s.Ask, mostCounted)
		saved = savedview.Of(v, by, k.Name)
		more(v, s.Ask)
	})
	if err != nil {
		return State{}, nil, err
	}
	s.Prev, s.Next, s.Total, s.Saved = rows.Prev, rows.Next, *total, *saved
	return s, rows.Items, nil
}

// Frame is around the list's page, which is printed across.
func (s State) Frame(r *http.Request) page.Frame {
	f := page.FrameOf(r)
	f.Title, f.Landscape, f.Print = s.Title, true, s.Print
	return f
}
