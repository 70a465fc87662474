package deputies

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"lianluo/internal/auth"
	"lianluo/internal/deputy"
	"lianluo/internal/station"
	"lianluo/internal/tenant"
	"lianluo/web/lists"
	"lianluo/web/page"
	"lianluo/web/session"
	"lianluo/web/ui"
)

var kind = lists.Kind[deputy.Item]{Name: "deputies", Title: "人大代表", Path: "/deputies", Unit: "名",
	Ask: deputy.Ask, Address: deputy.Address, List: deputy.List, Count: deputy.Count}

// people is everything that the list's page needs.
type people struct {
	lists.State
	county    bool // the reader sees the whole county
	change    bool // and may change it
	placeless int64
	items     []deputy.Item
	roots     []station.Place
	sittings  []deputy.Sitting
}

func (h Handler) list(w http.ResponseWriter, r *http.Request) (err error) {
	by := session.By(r)
	if by.Scope(auth.SeeDeputies) == auth.OwnRecord {
		http.Redirect(w, r, "/deputies/mine", http.StatusSeeOther) // a deputy has no list to look at
		return nil
	}
	p := &people{county: by.Scope(auth.SeeDeputies) == auth.WholeCounty, change: by.May(auth.ChangeDeputies)}
	placeless, roots, sittings := new(int64), new([]station.Place), new([]deputy.Sitting)
	p.State, p.items, err = kind.Load(r, h.DB, func(v *tenant.View, _ tenant.Ask) {
		if p.county {
			roots, sittings, placeless = station.All(v), deputy.Sittings(v), deputy.CountPlaceless(v, by)
		}
	})
	if err != nil {
		return err
	}
	p.roots, p.sittings, p.placeless = *roots, *sittings, *placeless
	return page.Render(w, r, http.StatusOK, p.page(p.Frame(r)))
}

// path is where a deputy's page is.
func path(number int32) string { return "/deputies/" + itoa(number) }

func (p *people) views() []ui.View {
	level, none, former := p.Ask.Value("level"), p.Ask.Value("group") != "", p.Ask.Value("state") != ""
	waiting := p.Ask.Value("approval") != ""
	plain := !none && !former && !waiting
	views := []ui.View{{URL: p.Path, Name: "全部", Count: -1, Current: level == "" && plain}}
	for _, l := range deputy.Levels {
		views = append(views, ui.View{URL: p.Path + "?level=" + l, Name: deputy.LevelNames[l], Count: -1, Current: level == l && plain})
	}
	if p.county {
		views = append(views, ui.View{URL: p.Path + "?group=none", Name: "还没进站", Count: int(p.placeless), Current: none},
			ui.View{URL: p.Path + "?approval=waiting", Name: "公开内容待核对", Count: -1, Current: waiting && !none && !former},
			ui.View{URL: p.Path + "?state=former", Name: "不再任职", Count: -1, Current: former && !none})
	}
	return p.Views(views)
}

func (p *people) clear() string {
	if !p.Ask.Filtered("level", "group", "state", "approval") && !p.Ask.TooShort {
		return ""
	}
	return p.URL("q", "", "station", "", "term", "")
}

// termOptions are the terms in which somebody sits now, and the one that is asked for.
func (p *people) termOptions() []ui.Option {
	names := []string{}
	for _, s := range p.sittings {
		names = append(names, s.Term)
	}
	if asked := p.Address.Get("term"); asked != "" {
		names = append(names, asked)
	}
	slices.Sort(names)
	var options []ui.Option
	for _, name := range slices.Compact(names) {
		options = append(options, ui.Option{Value: name, Name: name})
	}
	return options
}

// picking reports whether the rows carry a box to tick.
func (p *people) picking() bool { return p.change && !p.Print }

// levels are levels in full: 市人大代表、县人大代表.
func levels(all []string) string {
	names := make([]string, len(all))
	for i, level := range all {
		names[i] = deputy.LevelNames[level]
	}
	return strings.Join(names, "、")
}

func itoa[T int | int32 | int64](n T) string { return strconv.FormatInt(int64(n), 10) }
