package settings

import (
	"context"
	"net/http"
	"slices"

	"lianluo/internal/errs"
	"lianluo/internal/register"
	"lianluo/internal/tenant"
	"lianluo/web/forms"
	"lianluo/web/page"
	"lianluo/web/session"
	"lianluo/web/ui"
)

// newRegister is a further form over the source that the address names.
func (h Handler) newRegister(w http.ResponseWriter, r *http.Request) error {
	d, err := begun(r.URL.Query().Get("source"))
	if err != nil {
		return err
	}
	return d.renderNew(w, r)
}

func begun(source string) (*drawing, error) {
	if !slices.Contains(register.Sources(), register.Source(source)) {
		return nil, errs.NotFound
	}
	return drawingOf(register.New(register.Source(source))), nil
}

func (d *drawing) renderNew(w http.ResponseWriter, r *http.Request) error {
	return page.Render(w, r, d.Status(), registerPage(frame(r, "添加表样", d.problem), d))
}

// addRegister makes the form that was typed.
func (h Handler) addRegister(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	d, err := begun(r.PostFormValue("source"))
	if err != nil {
		return err
	}
	d.read(r)
	if err = d.placed().Err(); err == nil {
		ordered := d.ordered()
		err = h.update(r, func(ctx context.Context, tx *tenant.Tx) error {
			_, err := register.Add(ctx, tx, session.By(r).Audit(), ordered)
			return err
		})
	}
	if err == nil {
		return forms.Done(w, r, "/settings/registers", "表样“"+d.Name+"”已经添加，在“台账”里可以用了。")
	}
	if d.problem, err = forms.ProblemOf(err); err != nil {
		return err
	}
	return d.renderNew(w, r)
}

// action is where the form is sent.
func (d *drawing) action() string {
	if d.Key == "" {
		return "/settings/registers/new"
	}
	return "/settings/registers/" + string(d.Key)
}

func sourceOptions() []ui.Option {
	var all []ui.Option
	for _, s := range register.Sources() {
		all = append(all, ui.Option{Value: string(s), Name: s.Name()})
	}
	return all
}
