// Package files serves attached files to whoever may see their record, under headers with
// which nothing in them can run.
package files

import (
	"context"
	"net/http"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"lianluo/internal/attachment"
	"lianluo/internal/auth"
	"lianluo/internal/blob"
	"lianluo/internal/casefile"
	"lianluo/internal/deputy"
	"lianluo/internal/errs"
	"lianluo/internal/station"
	"lianluo/internal/tenant"
	"lianluo/web/page"
	"lianluo/web/session"
	"lianluo/web/uploads"
)

// Handler serves /files.
type Handler struct {
	DB    *tenant.DB
	Files *blob.Store
}

// Routes are mounted under /files, for those who have auth.SeeCases.
func (h Handler) Routes(r chi.Router) {
	r.Get("/{key}", page.Handle(h.whole))
	r.Get("/{key}/thumb", page.Handle(h.thumb))
}

// found is a file, with everything that may own it: one of them does.
type found struct {
	*attachment.Attachment
	ofCase  casefile.File
	place   station.File
	picture deputy.Photo
}

// load reads a file and its owner, and lets nobody see it who may not see the owner.
func (h Handler) load(r *http.Request) (*found, error) {
	key, err := uuid.Parse(chi.URLParam(r, "key"))
	if err != nil {
		return nil, errs.NotFound
	}
	f, by := &found{}, session.By(r)
	err = h.DB.View(r.Context(), by.County, func(v *tenant.View) {
		f.ofCase, f.place, f.picture = casefile.FileOf(v, key), station.FileOf(v, key), deputy.PhotoFor(v, by, key)
	})
	if err != nil {
		return nil, err
	}
	f.Attachment = f.ofCase.File
	return f, f.seenBy(by)
}

func (f *found) seenBy(by auth.Actor) error {
	var err error
	switch {
	case f.CaseID != nil:
		err = f.ofCase.SeenBy(by)
	case f.DeputyID != nil:
		err = f.picture.Seen()
	default:
		err = f.place.SeenBy(by)
	}
	if err != nil {
		return err
	}
	return f.There()
}

func (f *found) nameFor(by auth.Actor) string {
	if f.CaseID != nil {
		return f.ofCase.NameFor(by)
	}
	return *f.Name
}

// opened records a look at what may show anybody and anything. A zone's photograph and a
// deputy's are there to be looked at.
func (f *found) opened(ctx context.Context, tx *tenant.Tx, by auth.Actor) error {
	switch {
	case f.CaseID != nil:
		return f.ofCase.Opened(ctx, tx, by)
	case f.CheckID != nil:
		return f.place.Opened(ctx, tx, by, f.Key)
	}
	return nil
}

// whole serves the file in full, once the look at it is on record.
func (h Handler) whole(w http.ResponseWriter, r *http.Request) error {
	f, err := h.load(r)
	if err != nil {
		return err
	}
	by := session.By(r)
	content, err := h.Files.Get(r.Context(), by.County, f.BlobKey)
	if err != nil {
		return uploads.Lost(err)
	}
	defer content.Close()
	if err := h.DB.Update(r.Context(), by.County, func(tx *tenant.Tx) error { return f.opened(r.Context(), tx, by) }); err != nil {
		return err
	}
	named := page.Attachment
	if f.Format == blob.JPEG { // made anew by us, so nothing but a picture
		named = page.Inline
	}
	named(w, f.nameFor(by), f.Format.ContentType(), content.Size)
	return uploads.Send(w, r, f.Format, content)
}

// thumb serves the small picture of a photograph. A browser may keep it, and asks each
// time whether it still may show it.
func (h Handler) thumb(w http.ResponseWriter, r *http.Request) error {
	f, err := h.load(r)
	if err != nil {
		return err
	}
	if f.ThumbKey == nil {
		return errs.NotFound
	}
	w.Header().Set("Cache-Control", "private, no-cache")
	return uploads.Thumb(w, r, h.Files, session.By(r).County, f.Key, *f.ThumbKey, f.nameFor(session.By(r)))
}
