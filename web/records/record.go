package records

import (
	"net/http"
	"strconv"

	"lianluo/internal/auth"
	"lianluo/internal/duty"
	"lianluo/internal/tenant"
	"lianluo/web/lists"
	"lianluo/web/page"
	"lianluo/web/ui"
)

// mostCounted bounds the count: a deputy has some hundreds of entries in a term.
const mostCounted = 10000

// entries is everything that the list of a record's entries needs.
type entries struct {
	lists.State
	known
	items []duty.Entry
}

// record lists a deputy's record, entry by entry.
func (h Handler) record(w http.ResponseWriter, r *http.Request) error {
	k, err := h.know(r)
	if err != nil {
		return ledOn(w, r, err, "/record")
	}
	address := r.URL.Query()
	address.Set("deputy", strconv.Itoa(int(k.deputy.Number)))
	e := &entries{known: *k, State: lists.State{Name: "record", Title: k.deputy.Name + "的履职记录", Path: k.path("/record"), Unit: "条", Print: lists.Printing(r),
		Ask: duty.Ask(address, lists.Size(r)), Address: duty.Address(address), At: h.DB.Now(), Most: mostCounted, Export: k.by.May(auth.ExportList)}}
	var (
		items *tenant.Page[duty.Entry]
		total *int64
	)
	err = h.DB.View(r.Context(), k.by.County, func(v *tenant.View) {
		items = duty.List(v, k.by, e.Ask)
		total = duty.Count(v, k.by, e.Ask, mostCounted)
	})
	if err != nil {
		return err
	}
	e.items, e.Prev, e.Next, e.Total = items.Items, items.Prev, items.Next, *total
	frame := page.FrameOf(r)
	frame.Title, frame.Print = e.Title, e.Print
	return page.Render(w, r, http.StatusOK, e.page(frame))
}

func (e *entries) views() []ui.View {
	views := []ui.View{{URL: e.URL("kind", ""), Name: "全部", Count: -1, Current: e.Ask.Value("kind") == ""}}
	for _, k := range duty.Kinds {
		views = append(views, ui.View{URL: e.URL("kind", string(k.Kind)), Name: k.Name, Count: -1, Current: e.Ask.Value("kind") == string(k.Kind)})
	}
	return views
}

func (e *entries) clear() string {
	if !e.Ask.Filtered("kind", "deputy") {
		return ""
	}
	return e.URL("from", "", "to", "")
}

func matters(e duty.Entry) string {
	if e.Kind == duty.Heard || e.Matters == 0 {
		return ""
	}
	return strconv.Itoa(int(e.Matters)) + " 件"
}
