package visits

import (
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/google/uuid"

	"lianluo/internal/auth"
	"lianluo/internal/casefile"
	"lianluo/internal/errs"
	"lianluo/internal/tenant"
	"lianluo/web/uploads"
)

// changedSince shows a form that somebody went on with after it was registered, because the
// answer was lost. What is registered is taken out of it, and what was added is a form of its
// own. Where nothing was added but something is another now, it keeps its key, so that it is
// not registered twice.
func (h Handler) changedSince(w http.ResponseWriter, r *http.Request, by auth.Actor, f form, photos []uploads.Photo) error {
	var said *[]casefile.Brought
	if err := h.DB.View(r.Context(), by.County, func(v *tenant.View) { said = casefile.BroughtBy(v, f.key) }); err != nil {
		return err
	}
	before := f.key
	var keptAt time.Time
	added := slices.DeleteFunc(slices.Clone(f.matters), func(m matter) bool {
		return slices.Contains(*said, casefile.Brought{ReturnTo: m.returnTo, Words: m.words})
	})
	if len(added) > 0 {
		mine := f.anew(added, photos)
		err := h.keep(r.Context(), casefile.OwnerOf(by), &f, mine, nil)
		if _, full := errors.AsType[errs.Invalid](err); err != nil && !full {
			return err
		}
		if err == nil {
			keptAt = h.DB.Now()
		}
	}
	s, err := h.shownAgain(r, by, f)
	if err != nil {
		return err
	}
	s.before, s.keptAt = before, keptAt
	return s.render(w, r, http.StatusConflict)
}

// anew makes f a form of its own about these of its matters, and returns the photographs of theirs
// that came with it.
func (f *form) anew(matters []matter, photos []uploads.Photo) (mine []uploads.Photo) {
	before := f.key
	f.key, f.appointment, f.matters = uuid.New(), 0, matters
	for i := range f.matters {
		m := &f.matters[i]
		named := m.photos
		m.photos = nil
		for _, p := range photos {
			if slices.Contains(named, casefile.PhotoKey(before, p.Photo)) {
				mine, m.photos = append(mine, p), append(m.photos, casefile.PhotoKey(f.key, p.Photo))
			}
		}
	}
	return mine
}

// apart reports whether what the form says now is a form of its own.
func (s *shown) apart() bool { return s.before != s.form.key }
