// Package files serves attached files to whoever may see their record, under headers with
// which nothing in them can run.
package files

import (
	"errors"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"lianluo/internal/auth"
	"lianluo/internal/blob"
	"lianluo/internal/casefile"
	"lianluo/internal/errs"
	"lianluo/internal/tenant"
	"lianluo/web/page"
	"lianluo/web/session"
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

func actor(r *http.Request) auth.Actor {
	by, _ := session.Actor(r.Context())
	return by
}

// load reads a file and its case, and lets nobody see it who may not see the case.
func (h Handler) load(r *http.Request) (casefile.File, error) {
	key, err := uuid.Parse(chi.URLParam(r, "key"))
	if err != nil {
		return casefile.File{}, errs.NotFound
	}
	var f casefile.File
	if err := h.DB.View(r.Context(), actor(r).County, func(v *tenant.View) { f = casefile.FileOf(v, key) }); err != nil {
		return f, err
	}
	return f, f.SeenBy(actor(r))
}

// whole serves the file in full, once the look at it is on record.
func (h Handler) whole(w http.ResponseWriter, r *http.Request) error {
	f, err := h.load(r)
	if err != nil {
		return err
	}
	by := actor(r)
	content, err := h.Files.Get(r.Context(), by.County, f.File.BlobKey)
	if err != nil {
		return lost(err)
	}
	defer content.Close()
	if err := h.DB.Update(r.Context(), by.County, func(tx *tenant.Tx) error { return f.Opened(r.Context(), tx, by) }); err != nil {
		return err
	}
	named := page.Attachment
	if f.File.Format == blob.JPEG { // made anew by us, so nothing but a picture
		named = page.Inline
	}
	named(w, f.NameFor(by), f.File.Format.ContentType(), content.Size)
	return send(w, r, f.File.Format, content)
}

// thumb serves the small picture of a photograph. A browser may keep it, and asks each
// time whether it still may show it.
func (h Handler) thumb(w http.ResponseWriter, r *http.Request) error {
	f, err := h.load(r)
	if err != nil {
		return err
	}
	if f.File.ThumbKey == nil {
		return errs.NotFound
	}
	tag := `"` + f.File.Key.String() + `-thumb"` // what is under a key never changes; the store's own key is nobody's business
	w.Header().Set("Cache-Control", "private, no-cache")
	w.Header().Set("ETag", tag)
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	content, err := h.Files.Get(r.Context(), actor(r).County, *f.File.ThumbKey)
	if err != nil {
		w.Header().Del("ETag")
		return lost(err)
	}
	defer content.Close()
	page.Inline(w, f.NameFor(actor(r)), blob.JPEG.ContentType(), content.Size)
	return send(w, r, blob.JPEG, content)
}

// lost hides what kind of error it is that a row's bytes are gone: it is the machine's,
// to be logged, and no mistyped address.
func lost(err error) error {
	if errors.Is(err, errs.NotFound) {
		return errors.New(err.Error() + ": its row is there")
	}
	return err
}

// sendTime is how long a slow line may take for a file.
const sendTime = 15 * time.Minute

// csp lets a file do nothing at all, should a browser ever take it for a page. Around a
// picture a browser puts a page of its own, with a style in it.
const (
	csp        = "sandbox; default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	cspPicture = csp + "; style-src 'unsafe-inline'"
)

// send streams the content under its type. Once it has begun, nothing can be said any
// more but by breaking off.
func send(w http.ResponseWriter, r *http.Request, format blob.Format, content blob.Reader) error {
	if err := http.NewResponseController(w).SetWriteDeadline(time.Now().Add(sendTime)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	header := w.Header()
	header.Set("Content-Security-Policy", csp)
	if format == blob.JPEG {
		header.Set("Content-Security-Policy", cspPicture)
	}
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
	if n, err := io.Copy(w, content); err != nil && r.Context().Err() == nil {
		slog.WarnContext(r.Context(), "a file was not sent whole", "sent", n, "of", content.Size, "err", err)
	}
	return nil
}
