package page

import (
	"errors"
	"net/http"

	"lianluo/internal/errs"
)

// ParseForm reads a form of at most that many bytes whole, before any transaction begins, so
// that a slow line holds none.
func ParseForm(w http.ResponseWriter, r *http.Request, most int64) error {
	r.Body = http.MaxBytesReader(w, r.Body, most)
	err := r.ParseForm()
	if _, large := errors.AsType[*http.MaxBytesError](err); err == nil || large {
		return err
	}
	return errs.Invalid{"": "这张表没有完整送到，请再按一次。"}
}
