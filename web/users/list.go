package users

import (
	"net/http"
	"strconv"

	"lianluo/internal/auth"
	"lianluo/internal/savedview"
	"lianluo/internal/tenant"
	"lianluo/web/lists"
	"lianluo/web/page"
	"lianluo/web/session"
	"lianluo/web/ui"
)

// mostCounted bounds the count: a county has some hundred accounts.
const mostCounted = 10000

// people is everything that the list's page needs.
type people struct {
	lists.State
	items  []auth.Item
	places []auth.Place
}

func (h Handler) list(w http.ResponseWriter, r *http.Request) error {
	by, address := session.By(r), r.URL.Query()
	p := &people{State: lists.State{Name: "users", Title: "工作人员", Path: "/users", Unit: "个账号", Print: lists.Printing(r),
		Ask: auth.Ask(address, lists.Size(r)), Address: auth.Address(address), At: h.DB.Now(),
		Export: by.May(auth.ExportList), Save: by.May(auth.SaveView)}}
	var (
		items  *tenant.Page[auth.Item]
		total  *int64
		saved  *[]savedview.View
		places *[]auth.Place
	)
	err := h.DB.View(r.Context(), by.County, func(v *tenant.View) {
		items, total = auth.List(v, by, p.Ask), auth.Count(v, by, p.Ask, mostCounted)
		saved, places = savedview.Of(v, by, p.Name), auth.Places(v)
	})
	if err != nil {
		return err
	}
	p.items, p.Prev, p.Next, p.Total, p.Most, p.Saved, p.places = items.Items, items.Prev, items.Next, *total, mostCounted, *saved, *places
	f := page.FrameOf(r)
	f.Title, f.Landscape, f.Print = p.Title, true, p.Print
	return page.Render(w, r, http.StatusOK, p.page(f))
}

// states are the list's own views, by how an account stands.
var states = []struct{ state, name string }{{"", "全部"}, {"unset", "还没设密码"}, {"never", "从未登录"}, {"none", "没有角色"}, {"standin", "代班中"}, {"disabled", "已停用"}}

func (p *people) views() []ui.View {
	views := make([]ui.View, len(states))
	for i, s := range states {
		views[i] = ui.View{URL: p.Path, Name: s.name, Count: -1, Current: p.Ask.Value("state") == s.state}
		if s.state != "" {
			views[i].URL += "?state=" + s.state
		}
	}
	return p.Views(views)
}

func roleOptions() []ui.Option {
	options := make([]ui.Option, len(auth.CountyRoles))
	for i, role := range auth.CountyRoles {
		options[i] = ui.Option{Value: string(role), Name: auth.Names[role]}
	}
	return options
}

// of are the places of a kind, by id.
func of(places []auth.Place, kind string) []ui.Option {
	var options []ui.Option
	for _, place := range places {
		if place.Kind == kind {
			options = append(options, ui.Option{Value: strconv.FormatInt(place.ID, 10), Name: place.Name})
		}
	}
	return options
}

func (p *people) clear() string {
	if !p.Ask.Filtered("state") && !p.Ask.TooShort {
		return ""
	}
	return p.URL("q", "", "role", "", "station", "", "unit", "")
}
