package closings

import (
	"net/http"
	"net/url"

	"github.com/go-chi/chi/v5"

	"lianluo/internal/network"
	"lianluo/internal/tenant"
	"lianluo/internal/unit"
	"lianluo/web/forms"
	"lianluo/web/page"
	"lianluo/web/session"
)

// unitForm is the form on which a unit is closed.
type unitForm struct {
	forms.Problem
	network.UnitEnding
	typed network.UnitClosing
	units []network.UnitChoice
	will  network.Done // of the preview
}

// nameOf is the name in an address, which the router takes apart as it was sent.
func nameOf(r *http.Request) string {
	name := chi.URLParam(r, "name")
	if plain, err := url.PathUnescape(name); err == nil && r.URL.RawPath != "" {
		return plain
	}
	return name
}

func (h Handler) unit(w http.ResponseWriter, r *http.Request) error {
	return h.showUnit(w, r, &unitForm{typed: network.UnitClosing{Staff: "move"}})
}

// showUnit shows the form, with what there is to decide about now.
func (h Handler) showUnit(w http.ResponseWriter, r *http.Request, f *unitForm) error {
	if err := h.lookUnit(r, f); err != nil {
		return err
	}
	if err := h.unitChoices(r, f); err != nil {
		return err
	}
	return page.Render(w, r, f.Status(), f.page(frame(r, "撤并"+f.Name, f.Problem)))
}

// lookUnit reads the unit that the address names.
func (h Handler) lookUnit(r *http.Request, f *unitForm) error {
	return h.DB.Read(r.Context(), session.By(r).County, func(tx *tenant.Tx) error {
		id, err := unit.IDOf(r.Context(), tx, nameOf(r))
		if err != nil {
			return err
		}
		f.UnitEnding, err = network.LookUnit(r.Context(), tx, id)
		return err
	})
}

func (h Handler) unitChoices(r *http.Request, f *unitForm) error {
	var units *[]network.UnitChoice
	if err := h.DB.View(r.Context(), session.By(r).County, func(v *tenant.View) { units = network.UnitChoices(v) }); err != nil {
		return err
	}
	f.units = *units
	return nil
}

func (h Handler) closeUnit(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	f := &unitForm{typed: network.UnitClosing{Into: number(r.PostFormValue("into")), Staff: r.PostFormValue("staff"),
		Reason: r.PostFormValue("reason"), Seen: r.PostFormValue("seen")}}
	if err := h.lookUnit(r, f); err != nil {
		return err
	}
	return h.press(r, flow{problem: &f.Problem,
		show: func() error { return h.showUnit(w, r, f) },
		look: func(refused string) error { return h.showUnitPreview(w, r, f, refused) },
		preview: func() (done network.Done, err error) {
			f.UnitEnding, f.will, err = network.PreviewUnit(r.Context(), h.DB, session.By(r), f.ID, f.typed)
			return f.will, err
		},
		confirm: func(tx *tenant.Tx) (network.Done, error) {
			return network.CloseUnit(r.Context(), tx, session.By(r), f.ID, f.typed)
		},
		done: func(done network.Done) error { return forms.Done(w, r, unit.Path(nameOf(r)), told(done, f.way())) }})
}

func (h Handler) showUnitPreview(w http.ResponseWriter, r *http.Request, f *unitForm, refused string) error {
	if err := h.unitChoices(r, f); err != nil {
		return err
	}
	f.Refused = refused
	return page.Render(w, r, f.Status(), f.previewPage(frame(r, "请核对：撤并"+f.Name, f.Problem)))
}

func (f *unitForm) way() string {
	if f.typed.Into == 0 {
		return "close"
	}
	return "merge"
}

func (f *unitForm) verb() string {
	if f.typed.Into == 0 {
		return "撤销"
	}
	return "并入"
}

// into is the name of the unit that takes over.
func (f *unitForm) into() string {
	for _, u := range f.units {
		if u.ID == f.typed.Into {
			return u.Name
		}
	}
	return ""
}

// chosen is the value of the select.
func (f *unitForm) chosen() string {
	if f.typed.Into == 0 {
		return ""
	}
	return itoa(f.typed.Into)
}
