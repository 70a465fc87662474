package cases

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"lianluo/internal/attachment"
	"lianluo/internal/casefile"
	"lianluo/internal/errs"
	"lianluo/internal/tenant"
	"lianluo/web/page"
	"lianluo/web/session"
	"lianluo/web/ui"
	"lianluo/web/uploads"
)

// addFiles takes in the files of one post, all or none: what is wrong with each of them is
// told together, and nothing of the post is kept.
func (h Handler) addFiles(w http.ResponseWriter, r *http.Request) error {
	number, by := chi.URLParam(r, "number"), session.By(r)
	var c *casefile.Case
	if err := h.DB.View(r.Context(), by.County, func(v *tenant.View) { c = casefile.Find(v, number) }); err != nil {
		return err
	}
	if err := c.MayAttach(by); err != nil { // before anything is read
		return err
	}
	post, err := uploads.Take(w, r, h.Files, by.County, func(ctx context.Context, post uploads.Post) (added bool, err error) {
		err = h.DB.Update(ctx, by.County, func(tx *tenant.Tx) (err error) {
			added, err = casefile.Attach(ctx, tx, by, number, post.Key, post.Files)
			return err
		})
		return added, err
	})
	if invalid, bad := errors.AsType[errs.Invalid](err); bad {
		return h.filesAgain(w, r, number, invalid)
	}
	if err != nil {
		return err
	}
	uploads.Flash(w, post)
	http.Redirect(w, r, "/cases/"+number, http.StatusSeeOther)
	return nil
}

// filesAgain shows the case with what was wrong about its files.
func (h Handler) filesAgain(w http.ResponseWriter, r *http.Request, number string, invalid errs.Invalid) error {
	s, err := h.load(r, number)
	if err != nil {
		return err
	}
	s.invalid = invalid
	return page.Render(w, r, http.StatusUnprocessableEntity, s.page(r))
}

// removeFile removes one file, with the reason that stays in its place.
func (h Handler) removeFile(w http.ResponseWriter, r *http.Request) error {
	number, by := chi.URLParam(r, "number"), session.By(r)
	key, err := uuid.Parse(chi.URLParam(r, "key"))
	if err != nil {
		return errs.NotFound
	}
	if err := parse(w, r); err != nil {
		return err
	}
	err = h.DB.Update(r.Context(), by.County, func(tx *tenant.Tx) error {
		return casefile.RemoveFile(r.Context(), tx, by, number, key, r.PostFormValue("reason"))
	})
	if invalid, bad := errors.AsType[errs.Invalid](err); bad {
		return h.filesAgain(w, r, number, errs.Invalid{removeID(key): invalid["reason"]})
	}
	if err != nil {
		return err
	}
	page.Flash(w, ui.NoteOK, "已移除 1 个附件。")
	http.Redirect(w, r, "/cases/"+number, http.StatusSeeOther)
	return nil
}

// removeID is the id of the field for a removal's reason.
func removeID(key uuid.UUID) string { return "reason-" + key.String() }

// filesInvalid are the messages that belong to the files, by the ids of their fields: the
// first sentence of each, since the whole stands at the field.
func (s *shown) filesInvalid() map[string]string {
	found := map[string]string{}
	for id, message := range s.invalid {
		if s.tried == "" && (id == attachment.Field || strings.HasPrefix(id, "reason-")) {
			first, _, _ := strings.Cut(message, "。")
			found[id] = first + "。"
		}
	}
	return found
}

// filesKey is the submission key of the form that adds files.
func (s *shown) filesKey() uuid.UUID { return uuid.NewSHA1(s.key, []byte(attachment.Field)) }

func (s *shown) mayAttach() bool { return s.sheet.MayAttach(s.by) == nil }

func (s *shown) mayRemove(f casefile.SheetFile) bool {
	return f.RemovedAt == nil && s.sheet.MayRemoveFile(s.by, f.AddedBy) == nil
}

// added says who added a file, and when.
func added(f casefile.SheetFile) string {
	return f.AddedName + "，" + page.DateTime(f.AddedAt) + " 添加"
}

// tombstone says what became of a removed file.
func tombstone(f casefile.SheetFile) string {
	return "已移除：" + *f.Reason + "（" + *f.RemovedBy + "，" + page.DateTime(*f.RemovedAt) + "）"
}
