package checks

import (
	"net/http"
	"strconv"

	"lianluo/internal/calendar"
	"lianluo/internal/check"
	"lianluo/internal/station"
	"lianluo/internal/tenant"
	"lianluo/web/lists"
	"lianluo/web/page"
	"lianluo/web/ui"
)

var kind = lists.Kind[check.Line]{Name: "checks", Title: "规范化核查", Path: "/checks", Unit: "个",
	Ask: check.Ask, Address: check.Address, List: check.List, Count: check.Count}

// whole is the county's list.
type whole struct {
	lists.State
	items     []check.Line
	overview  check.Overview
	checks    []check.Checklist
	townships []station.Township
	today     calendar.Date
}

func (h Handler) list(w http.ResponseWriter, r *http.Request) (err error) {
	s := &whole{today: calendar.DateOf(h.DB.Now())}
	var (
		overview  *check.Overview
		checks    *[]check.Checklist
		townships *[]station.Township
	)
	s.State, s.items, err = kind.Load(r, h.DB, func(v *tenant.View, ask tenant.Ask) {
		overview, checks, townships = check.OverviewOf(v, ask), check.Checklists(v), station.Townships(v)
	})
	if err != nil {
		return err
	}
	s.overview, s.checks, s.townships = *overview, *checks, *townships
	return page.Render(w, r, http.StatusOK, s.page(s.Frame(r)))
}

// views are the states with how many places stand so.
func (s *whole) views() []ui.View {
	counts := map[string]int64{check.Never: s.overview.Never, check.Lapsed: s.overview.Lapsed, check.Lacking: s.overview.Lacking, check.Good: s.overview.Good}
	state := s.Ask.Value("state")
	views := []ui.View{{URL: s.URL("state", ""), Name: counted("全部", s.overview.All), Count: -1, Current: state == ""}}
	for _, known := range check.States {
		views = append(views, ui.View{URL: s.URL("state", known.State), Name: counted(known.Name, counts[known.State]), Count: -1, Current: state == known.State})
	}
	return s.Views(views)
}

func counted(name string, n int64) string { return name + " " + ui.Number(int(n)) }

func (s *whole) listOptions() []ui.Option {
	options := make([]ui.Option, len(s.checks))
	for i, l := range s.checks {
		options[i] = ui.Option{Value: strconv.FormatInt(l.ID, 10), Name: l.Name}
	}
	return options
}

// chosen is the checklist that is shown, as its option has it.
func (s *whole) chosen() string { return strconv.FormatInt(s.overview.ListID, 10) }

func (s *whole) itemOptions() []ui.Option {
	var options []ui.Option
	for _, l := range s.checks {
		if l.ID == s.overview.ListID {
			for _, item := range l.Items {
				options = append(options, ui.Option{Value: strconv.FormatInt(item.ID, 10), Name: item.Name})
			}
		}
	}
	return options
}

func (s *whole) townshipOptions() []ui.Option {
	options := make([]ui.Option, len(s.townships))
	for i, t := range s.townships {
		options[i] = ui.Option{Value: t.Code, Name: t.Name}
	}
	return options
}

func kindOptions() []ui.Option {
	options := make([]ui.Option, len(station.Kinds))
	for i, k := range station.Kinds {
		options[i] = ui.Option{Value: k.Kind, Name: k.Name}
	}
	return options
}

// subtitle says which checklist it is by; a printed list has no filter to tell.
func (s *whole) subtitle() string {
	for _, l := range s.checks {
		if l.ID == s.overview.ListID {
			return "按“" + l.Name + "”核查，以最近一次为准"
		}
	}
	return ""
}

func (s *whole) clear() string {
	if !s.Ask.Filtered("state", "list") && !s.Ask.TooShort {
		return ""
	}
	return s.URL("q", "", "kind", "", "township", "", "item", "")
}
