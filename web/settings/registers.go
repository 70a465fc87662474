package settings

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"github.com/go-chi/chi/v5"

	"lianluo/internal/errs"
	"lianluo/internal/register"
	"lianluo/internal/tenant"
	"lianluo/web/forms"
	"lianluo/web/page"
	"lianluo/web/session"
	"lianluo/web/ui"
)

// drawing is a form (表样) while it is changed.
type drawing struct {
	problem
	register.Form
	places []string // of the columns, as they were typed
}

func (h Handler) registers(w http.ResponseWriter, r *http.Request) error {
	var read func() []register.Form
	if err := h.view(r, func(v *tenant.View) { read = register.Forms(v) }); err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, registersPage(frame(r, "台账表样", problem{}), read()))
}

func (h Handler) register(w http.ResponseWriter, r *http.Request) error {
	d, err := h.loadRegister(r)
	if err != nil {
		return err
	}
	return d.render(w, r)
}

// loadRegister reads the form that the address names.
func (h Handler) loadRegister(r *http.Request) (*drawing, error) {
	var read func() []register.Form
	if err := h.view(r, func(v *tenant.View) { read = register.Forms(v) }); err != nil {
		return nil, err
	}
	d := drawingOf(register.Of(read(), register.Key(chi.URLParam(r, "form"))))
	if d.Key == "" {
		return nil, errs.NotFound
	}
	return d, nil
}

func drawingOf(f register.Form) *drawing {
	d := &drawing{Form: f}
	for i := range d.Columns {
		d.places = append(d.places, strconv.Itoa(i+1))
	}
	return d
}

func (d *drawing) render(w http.ResponseWriter, r *http.Request) error {
	return page.Render(w, r, d.Status(), registerPage(frame(r, "表样："+d.Name, d.problem), d))
}

// saveRegister makes the form what was typed.
func (h Handler) saveRegister(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	d, err := h.loadRegister(r)
	if err != nil {
		return err
	}
	d.read(r)
	if err = d.placed().Err(); err == nil {
		ordered := d.ordered()
		err = h.update(r, func(ctx context.Context, tx *tenant.Tx) error {
			return register.Change(ctx, tx, session.By(r).Audit(), ordered)
		})
	}
	if err == nil {
		return forms.Done(w, r, "/settings/registers", "表样已经保存。")
	}
	if d.problem, err = forms.ProblemOf(err); err != nil {
		return err
	}
	d.Version = d.GoesOn(d.Version)
	return d.render(w, r)
}

// read takes what was typed.
func (d *drawing) read(r *http.Request) {
	d.Name, d.Kind, d.Paper = r.PostFormValue("name"), register.Kind(r.PostFormValue("kind")), r.PostFormValue("paper")
	d.Retired, d.Version = r.PostFormValue("retired") != "", forms.Began(r)
	if d.Numbered() {
		d.Numbering = r.PostFormValue("numbering")
	}
	for i := range d.Columns {
		c := &d.Columns[i]
		c.Label = r.PostFormValue("label_" + c.Key)
		if d.Listed() {
			c.Width = register.Width(r.PostFormValue("width_" + c.Key))
		}
		c.Shown = r.PostFormValue("shown_"+c.Key) != ""
		d.places[i] = r.PostFormValue("place_" + c.Key)
	}
}

// placed finds the columns whose place is no number.
func (d *drawing) placed() errs.Invalid {
	invalid := errs.Invalid{}
	for i, c := range d.Columns {
		if n, err := strconv.Atoi(d.places[i]); err != nil || n < 1 || n > 99 {
			invalid["place_"+c.Key] = "“" + c.Name + "”的次序请填 1 到 99 的数字。"
		}
	}
	return invalid
}

// ordered is the form with its columns where their places put them; of two at one place
// the one that was moved there comes first.
func (d *drawing) ordered() register.Form {
	type placed struct {
		register.Column
		place, was int
	}
	all := make([]placed, len(d.Columns))
	for i, c := range d.Columns {
		n, _ := strconv.Atoi(d.places[i])
		all[i] = placed{c, n, i + 1}
	}
	slices.SortStableFunc(all, func(a, b placed) int {
		if a.place != b.place {
			return a.place - b.place
		}
		return b2i(a.place == a.was) - b2i(b.place == b.was)
	})
	f := d.Form
	f.Columns = make([]register.Column, len(all))
	for i, p := range all {
		f.Columns[i] = p.Column
	}
	return f
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func paperOptions() []ui.Option {
	var all []ui.Option
	for _, p := range register.Papers {
		all = append(all, ui.Option{Value: p.Paper, Name: p.Name})
	}
	return all
}

func numberingOptions() []ui.Option {
	var all []ui.Option
	for _, n := range register.Numberings {
		all = append(all, ui.Option{Value: n.Numbering, Name: n.Name, Note: n.Note})
	}
	return all
}

func kindOptions() []ui.Option {
	var all []ui.Option
	for _, k := range register.Kinds {
		all = append(all, ui.Option{Value: string(k.Kind), Name: k.Name, Note: k.Note})
	}
	return all
}

// kindHint says which kind cannot be chosen, and why not.
func kindHint(s register.Source) string {
	for _, k := range register.Kinds {
		if refused := s.Refuses(k.Kind); refused != "" {
			return refused
		}
	}
	return ""
}

// source says from what the form is made, which stays.
func source(s register.Source) string {
	return "内容来自“" + s.Name() + "”对应的登记，不用另外填。"
}

func (d *drawing) columnsHint() string {
	if d.Kind == register.Cards && d.Listed() {
		return "勾选要印在卡上的，按次序从上到下排。宽度是“很宽”“余下的”的独占一行，别的两栏排一行。签名这样的栏印出来是空的，用笔填。"
	}
	if d.Listed() {
		return "勾选要显示的，按次序从左到右排。签名、备注这样的栏印出来是空的，用笔填。"
	}
	return "勾选要印在卡上的，按次序从上到下排。"
}

// columnWords are a form's columns in one line.
func columnWords(f register.Form) string {
	words := ""
	for i, c := range f.Shown() {
		if i > 0 {
			words += "、"
		}
		words += c.Label
	}
	return words
}

// order is the order of the fields, for the summary of what is wrong.
func (d *drawing) order() []string {
	order := []string{"name", "kind", "paper", "numbering", "columns"}
	for _, c := range d.Columns {
		order = append(order, "label_"+c.Key, "place_"+c.Key)
	}
	return order
}
