package visits

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/google/uuid"

	"lianluo/internal/auth"
	"lianluo/internal/blob"
	"lianluo/internal/casefile"
	"lianluo/internal/errs"
	"lianluo/internal/station"
	"lianluo/internal/tenant"
	"lianluo/web/page"
	"lianluo/web/session"
	"lianluo/web/ui"
	"lianluo/web/uploads"
)

// mostForm bounds a form without photographs, in bytes.
const mostForm = 2 << 20

// receive reads a post of the form, with photographs or without. Photographs of somebody of
// whom may says no, by the fields before them, are not read, nor what stands behind them.
func receive(w http.ResponseWriter, r *http.Request, may func(url.Values) bool) (uploads.Post, error) {
	if isMultipart(r) {
		return uploads.TakeForm(w, r, may)
	}
	err := page.ParseForm(w, r, mostForm)
	return uploads.Post{Values: r.PostForm}, err
}

// anybody who is signed in may send photographs.
func anybody(url.Values) bool { return true }

func isMultipart(r *http.Request) bool {
	return strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data")
}

// formOf is the form of a post. A clerk's own station is not for the form to say; to whoever has
// the whole county's one that there is not is refused, before anything is kept for it.
func (h Handler) formOf(r *http.Request, values url.Values, by auth.Actor) (form, error) {
	f := read(values)
	if values.Get("anew") != "" { // as any other visit, whatever became of the appointment
		f.appointment = 0
	}
	if by.Scope(auth.RegisterVisit) != auth.WholeCounty {
		f.station = by.StationID
		return f, nil
	}
	var known *bool
	if err := h.DB.View(r.Context(), by.County, func(v *tenant.View) { known = station.Exists(v, f.station) }); err != nil {
		return f, err
	}
	if !*known {
		return f, errs.Refuse(errs.NotFound, "没有这个联络站。请从“来访登记”重新选一个联络站，再登记。")
	}
	return f, nil
}

// claimed is to whom the form in a post was shown; false where it does not say.
func (h Handler) claimed(values url.Values) (of casefile.Owner, f form, ok bool) {
	claim, err := base64.RawURLEncoding.DecodeString(values.Get("claim"))
	f = read(values)
	if err != nil || f.key == uuid.Nil {
		return of, f, false
	}
	of, f.station, ok = casefile.Claimed(h.Keys, claim, f.key, h.DB.Now())
	return of, f, ok
}

// othersForm refuses a form that was shown to another account, whose session ended on this
// computer meanwhile: it is kept for that account.
func (h Handler) othersForm(r *http.Request, by auth.Actor, post uploads.Post) error {
	of, f, ok := h.claimed(post.Values)
	if !ok || of == casefile.OwnerOf(by) {
		return nil
	}
	if err := h.keepAll(r.Context(), of, &f, post.Photos); err != nil {
		return err
	}
	if f.done {
		return errs.Refuse(errs.Conflict, "这张表是另一个账号打开的，那个账号已经登记过了。后来改的、加的没有登记，也没有存成草稿。")
	}
	return errs.Refuse(errs.Conflict, "这张表是另一个账号打开的，没有用您的账号登记。填的内容已经给那个账号存成草稿，用那个账号登录后可以接着登记。")
}

// Keep stands in front of the sign-in: of whoever's session ended while a form was being
// filled it keeps the form, as a draft of the account that opened it, and leads back to it
// by way of the password.
func (h Handler) Keep(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, ok := session.Actor(r.Context()); ok || r.Method != http.MethodPost {
			next.ServeHTTP(w, r)
			return
		}
		post, err := receive(w, r, func(values url.Values) bool { _, _, ok := h.claimed(values); return ok })
		of, f, ok := h.claimed(post.Values)
		if _, bad := errors.AsType[errs.Invalid](err); err != nil && !bad || !ok { // bad photographs alone are left out
			next.ServeHTTP(w, r)
			return
		}
		if err := h.keepAll(r.Context(), of, &f, post.Photos); err != nil {
			page.Error(w, r, err)
			return
		}
		words := "登录已经到期，还没有登记。填的内容已存成草稿，请重新登录，接着登记。"
		if f.done {
			words = "登录已经到期。这张表以前已经登记过，后来改的、加的没有登记，也没有存成草稿。请重新登录，看登记好的。"
		}
		page.Flash(w, ui.NoteWarn, words)
		lead(w, r, "/login?next="+url.QueryEscape("/visits/new?draft="+f.key.String()))
	})
}

// keepAll keeps a form with the photographs that came with it.
func (h Handler) keepAll(ctx context.Context, of casefile.Owner, f *form, photos []uploads.Photo) error {
	if f.take(photos) != nil {
		photos = nil // too many: the words are kept
	}
	return h.save(ctx, of, f, casefile.Draft{Unseen: true}, photos)
}

// keep keeps the form as a draft of whoever fills it, with new photographs that f.take took
// and without those that were removed.
func (h Handler) keep(ctx context.Context, of casefile.Owner, f *form, photos []uploads.Photo, removed []uuid.UUID) error {
	return h.save(ctx, of, f, casefile.Draft{Removed: removed}, photos)
}

func (h Handler) save(ctx context.Context, of casefile.Owner, f *form, d casefile.Draft, photos []uploads.Photo) error {
	d.Key, d.StationID, d.Text = f.key, f.station, f.encode()
	chosen := make([]blob.Photo, len(photos))
	for i, p := range photos {
		chosen[i] = p.Photo
	}
	var err error
	if d.Photos, err = casefile.PutDraftPhotos(ctx, h.Files, h.Keys, of, d.Key, chosen); err != nil {
		return err
	}
	return h.DB.Update(ctx, of.County, func(tx *tenant.Tx) error {
		kept, err := casefile.SaveDraft(ctx, tx, h.Keys, of, d)
		f.done = !kept
		return err
	})
}
