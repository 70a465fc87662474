package closings

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"github.com/go-chi/chi/v5"

	"lianluo/internal/network"
	"lianluo/internal/tenant"
	"lianluo/internal/unit"
	"lianluo/web/forms"
	"lianluo/web/page"
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

// unitID is the id of the unit that the address names.
func unitID(ctx context.Context, db *tenant.DB, r *http.Request) (id int64, err error) {
	err = db.Update(ctx, actor(r).County, func(tx *tenant.Tx) (err error) {
		id, err = unit.IDOf(ctx, tx, nameOf(r))
		return err
	})
	return id, err
}

func (h Handler) unit(w http.ResponseWriter, r *http.Request) error {
	id, err := unitID(r.Context(), h.DB, r)
	if err != nil {
		return err
	}
	return h.showUnit(w, r, id, &unitForm{typed: network.UnitClosing{Staff: "move"}})
}

func (h Handler) showUnit(w http.ResponseWriter, r *http.Request, id int64, f *unitForm) error {
	err := h.DB.Update(r.Context(), actor(r).County, func(tx *tenant.Tx) (err error) {
		f.UnitEnding, err = network.LookUnit(r.Context(), tx, id)
		return err
	})
	if err != nil {
		return err
	}
	if err := h.unitChoices(r, f); err != nil {
		return err
	}
	frame := page.FrameOf(r)
	frame.Title, frame.Error = "撤并"+f.Name, f.Any()
	return page.Render(w, r, f.Status(), f.page(frame))
}

func (h Handler) unitChoices(r *http.Request, f *unitForm) error {
	var units *[]network.UnitChoice
	if err := h.DB.View(r.Context(), actor(r).County, func(v *tenant.View) { units = network.UnitChoices(v) }); err != nil {
		return err
	}
	f.units = *units
	return nil
}

func (h Handler) closeUnit(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, longestForm)
	if err := r.ParseForm(); err != nil {
		return err
	}
	id, err := unitID(r.Context(), h.DB, r)
	if err != nil {
		return err
	}
	f := &unitForm{typed: network.UnitClosing{Into: number(r.PostFormValue("into")), Staff: r.PostFormValue("staff"),
		Reason: r.PostFormValue("reason"), Seen: r.PostFormValue("seen")}}
	switch r.PostFormValue("act") {
	case actEdit:
		return h.showUnit(w, r, id, f)
	case actConfirm:
		done, err := h.confirmUnit(r, id, f.typed)
		if _, changed := errors.AsType[network.UnitChanged](err); changed {
			return h.previewUnit(w, r, id, f, staleRefusal)
		}
		if err == nil {
			return forms.Done(w, r, unit.Path(nameOf(r)), told(done, f.way()))
		}
		return h.unitAgain(w, r, id, f, err)
	}
	return h.previewUnit(w, r, id, f, "")
}

func (h Handler) confirmUnit(r *http.Request, id int64, c network.UnitClosing) (done network.Done, err error) {
	err = h.DB.Update(r.Context(), actor(r).County, func(tx *tenant.Tx) (err error) {
		done, err = network.CloseUnit(r.Context(), tx, actor(r), id, c)
		return err
	})
	if err != nil {
		return done, err
	}
	return done, h.leave(r, done)
}

func (h Handler) previewUnit(w http.ResponseWriter, r *http.Request, id int64, f *unitForm, refused string) error {
	var err error
	f.UnitEnding, f.will, err = network.PreviewUnit(r.Context(), h.DB, actor(r), id, f.typed)
	if err != nil {
		return h.unitAgain(w, r, id, f, err)
	}
	if f.will.Again {
		return forms.Done(w, r, unit.Path(nameOf(r)), told(f.will, f.way()))
	}
	if err := h.unitChoices(r, f); err != nil {
		return err
	}
	f.Refused = refused
	frame := page.FrameOf(r)
	frame.Title, frame.Error = "请核对：撤并"+f.Name, f.Any()
	return page.Render(w, r, f.Status(), f.previewPage(frame))
}

func (h Handler) unitAgain(w http.ResponseWriter, r *http.Request, id int64, f *unitForm, err error) error {
	if f.Problem, err = forms.ProblemOf(err); err != nil {
		return err
	}
	return h.showUnit(w, r, id, f)
}

func (f *unitForm) way() string {
	if f.typed.Into == 0 {
		return "close"
	}
	return "merge"
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
