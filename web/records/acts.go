package records

import (
	"context"
	"net/http"

	"lianluo/internal/attachment"
	"lianluo/internal/deputy"
	"lianluo/internal/errs"
	"lianluo/internal/tenant"
	"lianluo/web/page"
	"lianluo/web/ui"
	"lianluo/web/uploads"
)

// reveal shows the private number once, after the look was recorded.
func (h Handler) reveal(w http.ResponseWriter, r *http.Request) error {
	k, err := h.know(r)
	if err != nil {
		return ledOn(w, r, err, "")
	}
	if err := parse(w, r); err != nil {
		return err
	}
	var phone string
	err = h.DB.Update(r.Context(), k.by.County, func(tx *tenant.Tx) (err error) {
		phone, err = deputy.Reveal(r.Context(), tx, h.Keys, k.by, k.deputy.Number, r.PostFormValue("reveal_reason"))
		return err
	})
	if err != nil {
		return h.again(w, r, err)
	}
	s, err := h.load(r)
	if err != nil {
		return err
	}
	s.phone = phone
	return s.render(w, r, http.StatusOK)
}

// setPhoto takes in one photograph, in place of the one before.
func (h Handler) setPhoto(w http.ResponseWriter, r *http.Request) error {
	k, err := h.know(r)
	if err != nil {
		return ledOn(w, r, err, "")
	}
	if !k.deputy.MayPicture(k.by, k.groups) { // before anything is read
		return errs.Forbidden
	}
	_, err = uploads.Take(w, r, h.Files, k.by.County, func(ctx context.Context, post uploads.Post) (added bool, err error) {
		err = h.DB.Update(ctx, k.by.County, func(tx *tenant.Tx) (err error) {
			added, err = deputy.SetPhoto(ctx, tx, k.by, k.deputy.Number, post.Key, post.Files)
			return err
		})
		return added, err
	})
	if err != nil {
		return h.again(w, r, err)
	}
	words := "照片已经换好。"
	if !deputy.MayApprove(k.by) {
		words += "县人大代表工委核对以后，群众才能看到。"
	}
	page.Flash(w, ui.NoteOK, words)
	http.Redirect(w, r, k.path(""), http.StatusSeeOther)
	return nil
}

func (h Handler) removePhoto(w http.ResponseWriter, r *http.Request) error {
	k, err := h.know(r)
	if err != nil {
		return ledOn(w, r, err, "")
	}
	err = h.DB.Update(r.Context(), k.by.County, func(tx *tenant.Tx) error {
		return deputy.RemovePhoto(r.Context(), tx, k.by, k.deputy.Number)
	})
	if err != nil {
		return err
	}
	page.Flash(w, ui.NoteOK, "照片已经移除。")
	http.Redirect(w, r, k.path(""), http.StatusSeeOther)
	return nil
}

// photoBad is what was wrong with a photograph.
func (s *shown) photoBad() string { return s.Invalid[attachment.Field] }
