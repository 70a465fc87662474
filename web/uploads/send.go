package uploads

import (
	"errors"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/google/uuid"

	"lianluo/internal/blob"
	"lianluo/internal/errs"
	"lianluo/internal/tenant"
	"lianluo/web/page"
)

// Thumb answers with the small picture of a photograph. key is the one in its address:
// what is under it never changes, and the store's own is nobody's business.
func Thumb(w http.ResponseWriter, r *http.Request, store *blob.Store, county tenant.County, key, thumb uuid.UUID, name string) error {
	tag := `"` + key.String() + `-thumb"`
	w.Header().Set("ETag", tag)
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	content, err := store.Get(r.Context(), county, thumb)
	if err != nil {
		w.Header().Del("ETag")
		w.Header().Del("Cache-Control")
		return Lost(err)
	}
	defer content.Close()
	page.Inline(w, name, blob.JPEG.ContentType(), content.Size)
	return Send(w, r, blob.JPEG, content)
}

// Lost hides what kind of error it is that a row's bytes are gone: it is the machine's,
// to be logged, and no mistyped address.
func Lost(err error) error {
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

// Send streams the content under its type. Once it has begun, nothing can be said any
// more but by breaking off.
func Send(w http.ResponseWriter, r *http.Request, format blob.Format, content blob.Reader) error {
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
