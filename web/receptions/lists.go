package receptions

import (
	"net/http"
	"net/url"

	"github.com/a-h/templ"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/option"
	"lianluo/internal/reception"
	"lianluo/internal/station"
	"lianluo/internal/tenant"
	"lianluo/web/lists"
	"lianluo/web/page"
	"lianluo/web/session"
	"lianluo/web/ui"
)

// listing is one of the rota's lists as its page shows it.
type listing[T interface{ Key() string }] struct {
	lists.State
	by       auth.Actor
	today    calendar.Date
	items    []T
	known    []option.Option // what it may be narrowed to at once
	box      string          // what the search box looks in
	dated    bool            // it has from and to
	columns  func(s *listing[T]) templ.Component
	row      func(s *listing[T], item T) templ.Component
	stations []station.Place
	empty    string // why there may be nothing
}

func (h Handler) dayList(w http.ResponseWriter, r *http.Request) error {
	return show(h, w, r, reception.DayList, listing[reception.Listed]{State: lists.State{Name: "receptions/days", Title: "接待日列表", Unit: "个"},
		known: reception.Views, box: "地点、主题或代表", dated: true, columns: dayColumns, row: dayRow, empty: "这里列的是排进日程的接待日。"})
}

func (h Handler) leaveList(w http.ResponseWriter, r *http.Request) error {
	return show(h, w, r, reception.LeaveList, listing[reception.Gone]{State: lists.State{Name: "receptions/leaves", Title: "代表请假", Unit: "次"},
		known: reception.LeaveViews, box: "代表姓名或原因", dated: true, columns: leaveColumns, row: leaveRow, empty: "没有人请假。"})
}

func (h Handler) changeList(w http.ResponseWriter, r *http.Request) error {
	return show(h, w, r, reception.ChangeList, listing[reception.Moved]{State: lists.State{Name: "receptions/changes", Title: "换人和改期", Unit: "次"},
		known: reception.ChangeKinds, box: "代表姓名或原因", dated: true, columns: changeColumns, row: changeRow, empty: "接待日还没有换过人、改过期。"})
}

func (h Handler) turnList(w http.ResponseWriter, r *http.Request) error {
	return show(h, w, r, reception.TurnList, listing[reception.Tally]{State: lists.State{Name: "receptions/counts", Title: "代表接待次数", Unit: "名"},
		known: reception.TallyViews, box: "代表姓名", columns: turnColumns, row: turnRow, empty: "没有编进联络站的代表。"})
}

func (h Handler) wishList(w http.ResponseWriter, r *http.Request) error {
	return show(h, w, r, reception.WishList, listing[reception.Wish]{State: lists.State{Name: "receptions/wishes", Title: "代表的申请", Unit: "个"},
		known: reception.WishStates, box: "代表姓名或原因", columns: wishColumns, row: wishRow, empty: "代表在自己的页面上请假、请人替，就列在这里。"})
}

// show reads one page of a list, and what stands around it, in one trip.
func show[T interface{ Key() string }](h Handler, w http.ResponseWriter, r *http.Request, l reception.Listing[T], s listing[T]) error {
	s.by, s.today = session.By(r), calendar.DateOf(h.DB.Now())
	var all *[]station.Place
	kind := lists.Kind[T]{Name: s.Name, Title: s.Title, Path: "/" + s.Name, Unit: s.Unit, Address: l.Address, Ask: l.Ask, List: l.Page, Count: l.Count}
	var err error
	s.State, s.items, err = kind.Load(r, h.DB, func(v *tenant.View, _ tenant.Ask) { all = stations(v, s.by) })
	if err != nil {
		return err
	}
	s.stations = *all
	return page.Render(w, r, http.StatusOK, listPage(s.Frame(r), &s))
}

// views are what the list may be narrowed to at once.
func (s *listing[T]) views() []ui.View {
	chosen := s.Ask.Value("view")
	views := []ui.View{{URL: s.URL("view", ""), Name: "全部", Count: -1, Current: chosen == ""}}
	for _, known := range s.known {
		views = append(views, ui.View{URL: s.URL("view", known.Value), Name: known.Name, Count: -1, Current: chosen == known.Value})
	}
	return s.Views(views)
}

func (s *listing[T]) clear() string {
	if !s.Ask.Filtered("view") && !s.Ask.TooShort {
		return ""
	}
	return s.Path + "?" + url.Values{"view": {s.Address.Get("view")}}.Encode()
}
