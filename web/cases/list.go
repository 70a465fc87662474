package cases

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/casefile"
	"lianluo/internal/savedview"
	"lianluo/internal/tenant"
	"lianluo/web/lists"
	"lianluo/web/menu"
	"lianluo/web/page"
	"lianluo/web/session"
	"lianluo/web/ui"
)

// queue is everything that the list's page needs.
type queue struct {
	lists.State
	by      auth.Actor
	today   calendar.Date
	items   []casefile.Item
	counts  casefile.Counts
	options []casefile.FilterChoice
}

// list is read in one round trip; a search takes one more, before it.
func (h Handler) list(w http.ResponseWriter, r *http.Request) error {
	by, address := session.By(r), r.URL.Query()
	ask, err := casefile.Search(r.Context(), h.DB, by, casefile.Ask(address, lists.Size(r)))
	if err != nil {
		return err
	}
	q := &queue{by: by, State: lists.State{Name: "cases", Title: "事项", Path: "/cases", Ask: ask, Print: lists.Printing(r),
		Address: casefile.Address(address), Export: by.May(auth.ExportList), Save: by.May(auth.SaveView), At: h.DB.Now()}}
	var (
		items   *tenant.Page[casefile.Item]
		counts  *casefile.Counts
		total   *int64
		saved   *[]savedview.View
		options *[]casefile.FilterChoice
	)
	err = h.DB.View(r.Context(), by.County, func(v *tenant.View) {
		items = casefile.List(v, by, ask)
		counts = casefile.CountOpen(v, by)
		if q.counted() {
			total = casefile.Count(v, by, ask)
		}
		saved = savedview.Of(v, by, q.Name)
		options = casefile.FilterChoices(v, by)
	})
	if err != nil {
		return err
	}
	q.today = calendar.DateOf(q.At)
	q.items, q.Prev, q.Next, q.Saved = items.Items, items.Prev, items.Next, *saved
	q.counts, q.options = *counts, *options
	switch {
	case total != nil:
		q.Total, q.Most = *total, casefile.MostCounted(ask)
	case q.Ask.Filtered("view"):
		q.Total = -1
	default:
		q.Total = int64(q.counts.Of(q.view()))
	}
	return page.Render(w, r, http.StatusOK, q.page(q.frame(r)))
}

func (q *queue) frame(r *http.Request) page.Frame {
	frame := page.FrameOf(r)
	frame.Title, frame.Landscape, frame.Print = q.title(), true, q.Print
	menu.Count(&frame, q.counts)
	return frame
}

func (q *queue) view() casefile.View { return casefile.View(q.Ask.Value("view")) }

// counted reports whether the rows are counted for this page: what the views count is not
// counted again, and on a later page nobody asks.
func (q *queue) counted() bool {
	return q.Ask.First() && (q.Ask.Filtered("view") || (casefile.Counts{}).Of(q.view()) < 0)
}

func (q *queue) title() string {
	for _, v := range casefile.Views {
		if v.View == q.view() && v.View != casefile.ViewAll {
			return v.Name + "的事项"
		}
	}
	return "全部事项"
}

func (q *queue) views() []ui.View {
	views := make([]ui.View, len(casefile.Views))
	for i, v := range casefile.Views {
		views[i] = ui.View{URL: "/cases?view=" + string(v.View), Name: v.Name, Count: q.counts.Of(v.View),
			Late: v.View == casefile.ViewLate && q.counts.Late > 0, Current: v.View == q.view()}
	}
	return q.Views(views)
}

// clear is where 清除 leads: the view without what narrows it.
func (q *queue) clear() string {
	if q.Ask.Filtered("view") || q.Ask.TooShort {
		return "/cases?" + url.Values{"view": {string(q.view())}}.Encode()
	}
	return ""
}

// choices are the options of a kind.
func (q *queue) choices(kind string) []ui.Option {
	var choices []ui.Option
	for _, o := range q.options {
		if o.Kind != kind {
			continue
		}
		choice := ui.Option{Value: strconv.FormatInt(o.ID, 10), Name: o.Name}
		if o.Old {
			choice.Name += "（已停用）"
		}
		choices = append(choices, choice)
	}
	return choices
}

// only says what narrows the list and has no field in the filter.
func (q *queue) only() string {
	var words []string
	if len(q.Address["place"]) > 0 || len(q.Address["township"]) > 0 {
		words = append(words, "一个地方的")
	}
	if q.Address.Get("came") != "" {
		words = append(words, "一个地方登记的")
	}
	if q.Address.Get("taken") != "" {
		words = append(words, "从别处转到一个地方的")
	}
	if q.Address.Get("deputy") != "" {
		words = append(words, "一位代表接待的")
	}
	if outcome := casefile.Outcome(q.Ask.Value("outcome")); outcome != "" {
		words = append(words, outcome.Name()+"的")
	}
	for _, narrowed := range []struct{ filter, value, words string }{
		{"kept", "yes", "按期办的"}, {"kept", "no", "超期的"}, {"rated", "yes", "评价了的"}, {"rated", "silent", "请了没评的"},
	} {
		if q.Ask.Value(narrowed.filter) == narrowed.value {
			words = append(words, narrowed.words)
		}
	}
	if len(words) == 0 {
		return ""
	}
	return "只列" + strings.Join(words, "、") + "事项。"
}
