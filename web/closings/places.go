package closings

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"lianluo/internal/network"
	"lianluo/internal/tenant"
	"lianluo/web/forms"
	"lianluo/web/page"
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

// longestForm bounds what is read of a form.
const longestForm = 64 << 10

func target(r *http.Request) network.Target {
	return network.Target{Code: chi.URLParam(r, "code"), Township: strings.HasPrefix(r.URL.Path, "/closings/townships/")}
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

func (h Handler) place(w http.ResponseWriter, r *http.Request) error {
	return h.showPlace(w, r, &form{typed: network.Closing{Way: "merge", Days: "move", Group: "join", Staff: "move", Below: "move"}})
}

// showPlace shows the form, with what there is to decide about now.
func (h Handler) showPlace(w http.ResponseWriter, r *http.Request, f *form) error {
	by := actor(r)
	err := h.DB.Update(r.Context(), by.County, func(tx *tenant.Tx) (err error) {
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
	return page.Render(w, r, f.Status(), f.page(f.frame(r, "撤并"+f.Name)))
}

func (f *form) frame(r *http.Request, title string) page.Frame {
	frame := page.FrameOf(r)
	frame.Title, frame.Error = title, f.Any()
	return frame
}

func (h Handler) closePlace(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, longestForm)
	if err := r.ParseForm(); err != nil {
		return err
	}
	f := &form{typed: typedIn(r)}
	switch r.PostFormValue("act") {
	case actEdit:
		return h.showPlace(w, r, f)
	case actConfirm:
		done, err := h.confirm(r, f.typed)
		if _, changed := errors.AsType[network.Changed](err); changed {
			return h.preview(w, r, f, staleRefusal)
		}
		if err == nil {
			return forms.Done(w, r, "/closings", told(done, f.typed.Way))
		}
		return h.again(w, r, f, err)
	}
	return h.preview(w, r, f, "")
}

// staleRefusal is why a confirmed closing shows its preview again.
const staleRefusal = "从您看到这一页到现在，情况有变化，还没有撤并。请再核对一次。"

func (h Handler) confirm(r *http.Request, c network.Closing) (done network.Done, err error) {
	err = h.DB.Update(r.Context(), actor(r).County, func(tx *tenant.Tx) (err error) {
		done, err = network.Close(r.Context(), tx, actor(r), target(r), c)
		return err
	})
	if err != nil {
		return done, err
	}
	return done, h.leave(r, done)
}

// preview shows what would happen, or what is wrong with the form.
func (h Handler) preview(w http.ResponseWriter, r *http.Request, f *form, refused string) error {
	var err error
	f.Ending, f.will, err = network.Preview(r.Context(), h.DB, actor(r), target(r), f.typed)
	if err != nil {
		return h.again(w, r, f, err)
	}
	if f.will.Again {
		return forms.Done(w, r, "/closings", told(f.will, f.typed.Way))
	}
	f.Refused = refused
	return h.showPreview(w, r, f)
}

// again shows the form with what is wrong.
func (h Handler) again(w http.ResponseWriter, r *http.Request, f *form, err error) error {
	if f.Problem, err = forms.ProblemOf(err); err != nil {
		return err
	}
	return h.showPlace(w, r, f)
}

func (h Handler) showPreview(w http.ResponseWriter, r *http.Request, f *form) error {
	var receivers *[]network.Receiver
	if err := h.DB.View(r.Context(), actor(r).County, func(v *tenant.View) { receivers = network.Receivers(v) }); err != nil {
		return err
	}
	f.receivers = *receivers
	return page.Render(w, r, f.Status(), f.previewPage(f.frame(r, "请核对："+f.verb()+f.Name)))
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

func options(choices []network.Choice) []ui.Option {
	all := make([]ui.Option, len(choices))
	for i, c := range choices {
		all[i] = ui.Option{Value: c.Value, Name: c.Name}
	}
	return all
}

func named(choices []network.Choice, value string) string {
	for _, c := range choices {
		if c.Value == value {
			return c.Name
		}
	}
	return ""
}

func number(typed string) int64 {
	n, _ := strconv.ParseInt(strings.TrimSpace(typed), 10, 64)
	return n
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// ended is about a place or a township that is closed already: nothing is to decide.
func (f *form) ended() bool {
	for _, p := range f.Places {
		if p.State != "closed" && p.State != "merged" {
			return false
		}
	}
	return true
}
