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
	reworded, added := f.since(*said)
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
	s.before, s.keptAt, s.reworded = before, keptAt, reworded
	return s.render(w, r, http.StatusConflict)
}

// since finds the matters of f that are not as they were registered: only as many as there are
// more of them now were added, at its end; of the others the words were put right.
func (f *form) since(registered []casefile.Brought) (reworded, added []matter) {
	for _, m := range f.matters {
		if i := slices.Index(registered, casefile.Brought{ReturnTo: m.returnTo, Words: m.words}); i >= 0 {
			registered = slices.Delete(slices.Clone(registered), i, i+1)
		} else {
			added = append(added, m)
		}
	}
	n := min(len(registered), len(added))
	return added[:n], added[n:]
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
