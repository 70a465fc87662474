package visits

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"lianluo/internal/attachment"
	"lianluo/internal/auth"
	"lianluo/internal/blob"
	"lianluo/internal/casefile"
	"lianluo/internal/errs"
	"lianluo/internal/tenant"
	"lianluo/web/page"
	"lianluo/web/uploads"
)

// mostPhotos is how many photographs one matter may bring.
const mostPhotos = 10

// photoField is the field in which the photographs of the n-th matter come.
func photoField(n int) string { return attachment.Field + "-" + strconv.Itoa(n) }

// take notes the photographs that came with the form at their matters. It returns errs.Invalid,
// and takes none, where one matter would have too many.
func (f *form) take(photos []uploads.Photo) errs.Invalid {
	matters := slices.Clone(f.matters)
	for _, p := range photos {
		_, typed, _ := strings.Cut(p.Field, "-")
		n := min(max(number(typed), 1), len(matters))
		m := &matters[n-1]
		if key := casefile.PhotoKey(f.key, p.Photo); !slices.Contains(m.photos, key) {
			m.photos = append(slices.Clone(m.photos), key)
		}
		if len(m.photos) > mostPhotos {
			return errs.Invalid{photoField(n): "一件事最多放 " + strconv.Itoa(mostPhotos) + " 张照片，这次选的没有存。请少选几张。"}
		}
	}
	f.matters = matters
	return nil
}

// chosen are the photographs of all matters.
func (f *form) chosen() []uuid.UUID {
	var all []uuid.UUID
	for _, m := range f.matters {
		all = append(all, m.photos...)
	}
	return all
}

// adopt drops photographs that are not kept, and gives those that are at no matter, because an
// older page was sent after they came, to the first.
func (f *form) adopt(kept []casefile.DraftPhoto) {
	have := map[uuid.UUID]bool{}
	for _, p := range kept {
		have[p.Key] = true
	}
	for i := range f.matters {
		m := &f.matters[i]
		m.photos = slices.DeleteFunc(slices.Clone(m.photos), func(key uuid.UUID) bool { return !have[key] })
	}
	listed := f.chosen()
	for _, p := range kept {
		if !slices.Contains(listed, p.Key) && len(f.matters) > 0 {
			f.matters[0].photos = append(f.matters[0].photos, p.Key)
		}
	}
}

// waiting reads the photographs that wait with a form.
func (h Handler) waiting(r *http.Request, by auth.Actor, f *form) ([]casefile.DraftPhoto, error) {
	var read func() []casefile.DraftPhoto
	err := h.DB.View(r.Context(), by.County, func(v *tenant.View) { read = casefile.DraftPhotos(v, h.Keys, by, f.key) })
	if err != nil {
		return nil, err
	}
	photos := read()
	f.adopt(photos)
	return photos, nil
}

// photo serves the small picture of a photograph that waits with a draft, to its owner.
func (h Handler) photo(w http.ResponseWriter, r *http.Request) error {
	by, err := actor(r)
	if err != nil {
		return err
	}
	key, err := uuid.Parse(chi.URLParam(r, "key"))
	if err != nil {
		return errs.NotFound
	}
	thumb, err := h.smallPicture(r.Context(), by, key)
	if err != nil {
		return err
	}
	page.Inline(w, "照片.jpg", blob.JPEG.ContentType(), int64(len(thumb)))
	return uploads.Send(w, r, blob.JPEG, blob.Reader{ReadCloser: io.NopCloser(bytes.NewReader(thumb)), Size: int64(len(thumb))})
}

func (h Handler) smallPicture(ctx context.Context, by auth.Actor, key uuid.UUID) ([]byte, error) {
	var read func() []byte
	err := h.DB.View(ctx, by.County, func(v *tenant.View) { read = casefile.DraftThumb(v, h.Keys, by, key) })
	if err != nil {
		return nil, err
	}
	if thumb := read(); thumb != nil {
		return thumb, nil
	}
	return nil, errs.NotFound
}

// copies are the photographs of each matter as its case will have them: kept for good, and not
// sealed any more. Whoever calls it drops them again where there will be no case.
func (h Handler) copies(r *http.Request, by auth.Actor, f form, waiting []casefile.DraftPhoto) (copies [][]blob.Kept, err error) {
	copies = make([][]blob.Kept, len(f.matters))
	for i, m := range f.matters {
		for _, p := range waiting {
			if !slices.Contains(m.photos, p.Key) {
				continue
			}
			kept, err := h.keepForGood(r.Context(), by, p)
			if err != nil {
				return copies, err
			}
			copies[i] = append(copies[i], kept)
		}
	}
	return copies, nil
}

func (h Handler) keepForGood(ctx context.Context, by auth.Actor, p casefile.DraftPhoto) (blob.Kept, error) {
	thumb, err := h.smallPicture(ctx, by, p.Key)
	if err != nil {
		return blob.Kept{}, err
	}
	photo, err := casefile.OpenDraftPhoto(ctx, h.Files, h.Keys, by.County, p, thumb)
	if err != nil {
		return blob.Kept{}, uploads.Lost(err)
	}
	return h.Files.KeepPhoto(ctx, by.County, photo)
}

// drop removes copies that no case will have.
func (h Handler) drop(ctx context.Context, by auth.Actor, copies [][]blob.Kept) error {
	return h.Files.Drop(ctx, by.County, slices.Concat(copies...)...)
}

// attach adds each matter's photographs to its case of the visit that f was registered as just
// now, and returns the copies of those that another press has added.
func attach(ctx context.Context, tx *tenant.Tx, by auth.Actor, f form, receipts casefile.Receipts, copies [][]blob.Kept) (left [][]blob.Kept, err error) {
	next := 0
	for i, m := range f.matters {
		number := m.returnTo
		if number == "" {
			number, next = receipts.Matters[next].Number, next+1
		}
		if len(copies[i]) == 0 {
			continue
		}
		mine, err := casefile.Attach(ctx, tx, by, number, uuid.NewSHA1(f.key, []byte(number)), copies[i])
		if invalid, bad := errors.AsType[errs.Invalid](err); bad {
			return nil, errs.Invalid{photoField(i + 1): invalid[attachment.Field]}
		}
		if errors.Is(err, errs.Forbidden) {
			return nil, errs.Invalid{photoField(i + 1): "那件事不归本站，照片放不进去，请移除照片。"}
		}
		if err != nil {
			return nil, err
		}
		if !mine {
			left = append(left, copies[i])
		}
	}
	return left, nil
}
