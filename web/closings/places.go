package closings

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"lianluo/internal/network"
	"lianluo/internal/tenant"
	"lianluo/web/forms"
	"lianluo/web/page"
	"lianluo/web/session"
	"lianluo/web/ui"
)

// form is the form on which a place or a township is closed.
type form struct {
	forms.Problem
	network.Ending
	typed     network.Closing
	receivers []network.Receiver
	units     []network.UnitChoice
	will      network.Done // of the preview
}

var fieldOrder = []string{"way", "into", "reason", "below", "days", "group", "staff"}

func target(r *http.Request) network.Target {
	return network.Target{Code: strings.ToUpper(chi.URLParam(r, "code")), Township: strings.HasPrefix(r.URL.Path, "/closings/townships/")}
}

func (f *form) path() string {
	if f.Township {
		return "/closings/townships/" + url.PathEscape(f.Code)
	}
	return "/closings/places/" + url.PathEscape(f.Code)
}

// back is where the form was reached from.
func (f *form) back() string {
	if f.Township {
		return "/closings"
	}
	return "/stations/" + url.PathEscape(f.Code)
}

// after is where one lands once it is done: at the place that took over, else back at the start.
func (f *form) after() string {
	if f.typed.Into == "" {
		return "/closings"
	}
	return "/stations/" + url.PathEscape(f.typed.Into)
}

func (h Handler) place(w http.ResponseWriter, r *http.Request) error {
	return h.showPlace(w, r, &form{typed: network.Closing{Way: "merge", Days: "move", Group: "join", Staff: "clerks", Below: "move"}})
}

// showPlace shows the form, with what there is to decide about now.
func (h Handler) showPlace(w http.ResponseWriter, r *http.Request, f *form) error {
	by := session.By(r)
	err := h.DB.Read(r.Context(), by.County, func(tx *tenant.Tx) (err error) {
		f.Ending, err = network.Look(r.Context(), tx, target(r))
		return err
	})
	if err != nil {
		return err
	}
	var receivers *[]network.Receiver
	var units *[]network.UnitChoice
	err = h.DB.View(r.Context(), by.County, func(v *tenant.View) {
		receivers, units = network.Receivers(v), network.UnitChoices(v)
	})
	if err != nil {
		return err
	}
	f.receivers, f.units = *receivers, *units
	return page.Render(w, r, f.Status(), f.page(frame(r, "撤并"+f.Name, f.Problem)))
}

func (h Handler) closePlace(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	f := &form{typed: typedIn(r)}
	return h.press(r, flow{problem: &f.Problem,
		show: func() error { return h.showPlace(w, r, f) },
		look: func(refused string) error { return h.showPreview(w, r, f, refused) },
		preview: func() (done network.Done, err error) {
			f.Ending, f.will, err = network.Preview(r.Context(), h.DB, session.By(r), target(r), f.typed)
			return f.will, err
		},
		confirm: func(tx *tenant.Tx) (network.Done, error) {
			return network.Close(r.Context(), tx, session.By(r), target(r), f.typed)
		},
		done: func(done network.Done) error { return forms.Done(w, r, f.after(), told(done, f.typed.Way)) }})
}

func (h Handler) showPreview(w http.ResponseWriter, r *http.Request, f *form, refused string) error {
	var receivers *[]network.Receiver
	if err := h.DB.View(r.Context(), session.By(r).County, func(v *tenant.View) { receivers = network.Receivers(v) }); err != nil {
		return err
	}
	f.receivers, f.Refused = *receivers, refused
	return page.Render(w, r, f.Status(), f.previewPage(frame(r, "请核对："+f.verb()+f.Name, f.Problem)))
}

func typedIn(r *http.Request) network.Closing {
	c := network.Closing{Way: r.PostFormValue("way"), Into: r.PostFormValue("into"), Reason: r.PostFormValue("reason"), Days: r.PostFormValue("days"),
		Group: r.PostFormValue("group"), Staff: r.PostFormValue("staff"), Below: r.PostFormValue("below"), Seen: r.PostFormValue("seen"), Units: map[int64]int64{}}
	for name, values := range r.PostForm {
		if id, found := strings.CutPrefix(name, "unit-"); found {
			c.Units[number(id)] = number(values[0])
		}
	}
	return c
}

// told says what was done.
func told(d network.Done, way string) string {
	words := "已经关闭。"
	if way == "merge" {
		words = "已经合并。"
	}
	if d.Again {
		return "早先已经这样办好了，没有再办一次。"
	}
	if d.Cases > 0 {
		words += "在办的 " + ui.Number(d.Cases) + " 件已经转过去。"
	}
	var along []string
	for _, moved := range []struct {
		n    int
		what string
	}{{d.Villages, "个村（社区）"}, {d.Moved, "个账号"}} {
		if moved.n > 0 {
			along = append(along, ui.Number(moved.n)+" "+moved.what)
		}
	}
	if len(along) > 0 {
		words += "转过来的还有" + strings.Join(along, "、") + "。"
	}
	if len(d.Without) > 0 {
		words += "没有身份、不能再登录的账号：" + strings.Join(d.Without, "、") + "。"
	}
	return words
}

func (f *form) verb() string {
	if f.typed.Way == "merge" {
		return "合并"
	}
	return "关闭"
}

// into is the name of the place that takes over, as far as there is one.
func (f *form) into() string {
	for _, r := range f.receivers {
		if r.Code == f.typed.Into {
			return r.Name
		}
	}
	return ""
}

// receiverOptions are the places that may take over: of a station, other stations.
func (f *form) receiverOptions() []ui.Option {
	own := map[string]bool{}
	for _, p := range append(append([]network.Place{}, f.Places...), f.Below...) {
		own[p.Code] = true
	}
	var options []ui.Option
	for _, r := range f.receivers {
		fits := r.Kind == "station" || !f.Station() && (r.Kind == "point" || f.Places[0].Kind == "post")
		if own[r.Code] || !r.InUse || !fits {
			continue
		}
		option := ui.Option{Value: r.Code, Name: r.Name}
		if !f.Station() {
			option.Group = r.Station
		}
		options = append(options, option)
	}
	return options
}

// unitOptions are what a unit of the township may go into.
func (f *form) unitOptions(self int64) []ui.Option {
	own := map[int64]bool{self: true}
	for _, u := range f.Units {
		own[u.ID] = true
	}
	return unitOptions(f.units, own)
}

func unitOptions(all []network.UnitChoice, but map[int64]bool) []ui.Option {
	var options []ui.Option
	for _, u := range all {
		if but[u.ID] {
			continue
		}
		option := ui.Option{Value: strconv.FormatInt(u.ID, 10), Name: u.Name, Group: "县直部门"}
		if u.Station != nil {
			option.Group = *u.Station
		}
		options = append(options, option)
	}
	return options
}

func number(typed string) int64 {
	n, _ := strconv.ParseInt(strings.TrimSpace(typed), 10, 64)
	return n
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// settled is about a place or a township that is closed already, and left nothing to decide.
func (f *form) settled() bool { return f.ended() && !f.Left() }

func (f *form) ended() bool {
	for _, p := range f.Places {
		if p.State != "closed" && p.State != "merged" {
			return false
		}
	}
	return true
}
