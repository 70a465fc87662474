package users

import (
	"net/http"
	"strconv"

	"lianluo/internal/auth"
	"lianluo/internal/tenant"
	"lianluo/web/lists"
	"lianluo/web/page"
	"lianluo/web/ui"
)

var staff = lists.Kind[auth.Item]{Name: "users", Title: "工作人员", Path: "/users", Unit: "个账号",
	Ask: auth.Ask, Address: auth.Address, List: auth.List, Count: auth.Count}

// people is everything that the list's page needs.
type people struct {
	lists.State
	items  []auth.Item
	places []auth.Place
}

func (h Handler) list(w http.ResponseWriter, r *http.Request) (err error) {
	p, places := &people{}, new([]auth.Place)
	p.State, p.items, err = staff.Load(r, h.DB, func(v *tenant.View, _ tenant.Ask) { places = auth.Places(v) })
	if err != nil {
		return err
	}
	p.places = *places
	return page.Render(w, r, http.StatusOK, p.page(p.Frame(r)))
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
