package visits

import (
	"errors"
	"net/http"
	"slices"

	"github.com/google/uuid"

	"lianluo/internal/auth"
	"lianluo/internal/casefile"
	"lianluo/internal/errs"
	"lianluo/internal/tenant"
)

// register registers the visit, once more where a photograph came to the draft in that moment,
// from another device.
func (h Handler) register(r *http.Request, by auth.Actor, f form, others bool) (err error) {
	for range 3 {
		if err = h.tryRegister(r, by, f, others); !errors.Is(err, casefile.MorePhotos) {
			break
		}
	}
	return err
}

// tryRegister registers in one transaction, with the photographs that wait. What the form and what
// the domain find wrong is told together, so a form with a fault of its own is tried and taken
// back, as one of which other deputies were ticked only now. Registered before, it does nothing;
// casefile.ChangedSince where it was another then.
func (h Handler) tryRegister(r *http.Request, by auth.Actor, f form, others bool) error {
	chosen := f.chosen()
	f.matters = slices.Clone(f.matters) // what waits is noted in them for this try
	waiting, err := h.waiting(r, by, &f)
	if err != nil {
		return err
	}
	visit, wrong := f.visit(h.DB.Now())
	visit.Chosen = chosen
	copies, err := h.copies(r, by, f, waiting)
	if err != nil {
		err = errors.Join(err, h.drop(r.Context(), by, copies))
		if h.registered(r, by, f.key) { // and the draft's bytes are deleted
			return h.resent(r, by, visit)
		}
		return err
	}
	for _, p := range waiting {
		visit.Photos = append(visit.Photos, p.Key)
	}
	if others {
		wrong["deputies"] = "日期、地点或方式改了，接待代表已经按改后的重新选好，请核对后再按一次“登记”。"
	}
	left := copies // that no case has
	err = h.DB.Update(r.Context(), by.County, func(tx *tenant.Tx) error {
		receipts, err := casefile.RegisterVisit(r.Context(), tx, h.Keys, by, visit)
		if err == nil && !receipts.New {
			return nil
		}
		if err = together(err, wrong); err != nil {
			return err
		}
		left, err = attach(r.Context(), tx, by, f, receipts, copies)
		return err
	})
	// After an error that leaves open whether it was registered they stay, and the sweep will know.
	_, invalid := errors.AsType[errs.Invalid](err)
	if err == nil || invalid || errors.Is(err, errs.Conflict) || errors.Is(err, errs.Forbidden) || errors.Is(err, errs.NotFound) {
		if err != nil {
			left = copies
		}
		if lost := h.drop(r.Context(), by, left); lost != nil {
			return errors.Join(err, lost)
		}
	}
	if errors.Is(err, errs.Conflict) && !errors.Is(err, casefile.ChangedSince) && h.registered(r, by, f.key) {
		return h.resent(r, by, visit)
	}
	return err
}

// resent is how the press ends that another press of the same button was faster than.
func (h Handler) resent(r *http.Request, by auth.Actor, visit casefile.Visit) error {
	return h.DB.Update(r.Context(), by.County, func(tx *tenant.Tx) error {
		_, err := casefile.RegisterVisit(r.Context(), tx, h.Keys, by, visit)
		return err
	})
}

// registered reports whether the other press of the same button was faster.
func (h Handler) registered(r *http.Request, by auth.Actor, key uuid.UUID) bool {
	var saved func() *casefile.Saved
	err := h.DB.View(r.Context(), by.County, func(v *tenant.View) { saved = casefile.SavedVisit(v, h.Keys, key) })
	return err == nil && saved() != nil
}

// together is both faults by field; the form's own words win.
func together(err error, wrong errs.Invalid) error {
	found, ok := errors.AsType[errs.Invalid](err)
	if err != nil && !ok {
		return err
	}
	all := errs.Invalid{}
	for field, message := range found {
		if field == "received_at" {
			field = "date"
		}
		all[field] = message
	}
	for field, message := range wrong {
		all[field] = message
	}
	return all.Err()
}
