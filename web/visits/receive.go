package visits

import (
	"context"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/google/uuid"

	"lianluo/internal/auth"
	"lianluo/internal/casefile"
	"lianluo/internal/errs"
	"lianluo/internal/tenant"
	"lianluo/web/page"
	"lianluo/web/session"
	"lianluo/web/ui"
	"lianluo/web/uploads"
)

// mostForm bounds a form without photographs, in bytes.
const mostForm = 2 << 20

// receive reads a post of the form, with photographs or without, and has it worked on.
func (h Handler) receive(w http.ResponseWriter, r *http.Request, by auth.Actor, work func(uploads.Post) (bool, error)) (uploads.Post, error) {
	var post uploads.Post
	worked := func(_ context.Context, got uploads.Post) (bool, error) {
		post = got
		if err := h.othersForm(r, by, got.Values); err != nil {
			return false, err
		}
		return work(got)
	}
	if isMultipart(r) {
		return uploads.TakeForm(w, r, h.Files, by.County, worked)
	}
	if err := page.ParseForm(w, r, mostForm); err != nil {
		return post, err
	}
	_, err := worked(r.Context(), uploads.Post{Values: r.PostForm})
	return post, err
}

func isMultipart(r *http.Request) bool {
	return strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data")
}

// formOf is the form of a post; a clerk's own station is not for the form to say.
func (h Handler) formOf(values url.Values, by auth.Actor) form {
	f := read(values)
	if by.Scope(auth.RegisterVisit) != auth.WholeCounty {
		f.station = by.StationID
	}
	return f
}

// claimed is to whom the form in a post was shown; false where it does not say.
func (h Handler) claimed(values url.Values) (of casefile.Owner, d casefile.Draft, ok bool) {
	claim, err := base64.RawURLEncoding.DecodeString(values.Get("claim"))
	key, bad := uuid.Parse(values.Get("key"))
	if errors.Join(err, bad) != nil {
		return of, d, false
	}
	of, stationID, ok := casefile.Claimed(h.Keys, claim, key, h.DB.Now())
	return of, casefile.Draft{Key: key, StationID: stationID, Text: typed(values)}, ok
}

// typed is what of a post is kept: what was typed, and not which button was pressed.
func typed(values url.Values) string {
	kept := url.Values{}
	for name, all := range values {
		switch name {
		case "claim", "add", "drop", "look", "same", "other", "again":
		default:
			kept[name] = all
		}
	}
	return kept.Encode()
}

// othersForm refuses a form that was shown to another account, whose session ended on this
// computer meanwhile: it is kept for that account.
func (h Handler) othersForm(r *http.Request, by auth.Actor, values url.Values) error {
	of, d, ok := h.claimed(values)
	if !ok || of == casefile.OwnerOf(by) {
		return nil
	}
	if err := h.saveDraft(r.Context(), of, d); err != nil {
		return err
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
		values, err := h.fields(w, r)
		of, d, ok := h.claimed(values)
		if err != nil || !ok {
			next.ServeHTTP(w, r)
			return
		}
		if err := h.saveDraft(r.Context(), of, d); err != nil {
			page.Error(w, r, err)
			return
		}
		page.Flash(w, ui.NoteWarn, "登录已经到期，还没有登记。填的内容已存成草稿，请重新登录，接着登记。选好的照片要重新选。")
		lead(w, r, "/login?next="+url.QueryEscape("/visits/new?draft="+d.Key.String()))
	})
}

func (h Handler) saveDraft(ctx context.Context, of casefile.Owner, d casefile.Draft) error {
	return h.DB.Update(ctx, of.County, func(tx *tenant.Tx) error { return casefile.SaveDraft(ctx, tx, h.Keys, of, d) })
}

// fields reads the fields of a form and throws its files away: nobody is signed in whose they
// could be. The claim stands in front of the files, so a stranger's are not even read.
func (h Handler) fields(w http.ResponseWriter, r *http.Request) (url.Values, error) {
	if !isMultipart(r) {
		err := page.ParseForm(w, r, mostForm)
		return r.PostForm, err
	}
	r.Body = http.MaxBytesReader(w, r.Body, 80<<20)
	values, left := url.Values{}, int64(mostForm)
	parts, err := r.MultipartReader()
	if err != nil {
		return values, err
	}
	for {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return values, nil
		}
		if err != nil {
			return values, err
		}
		if part.FileName() != "" {
			if _, _, ok := h.claimed(values); !ok {
				return values, nil
			}
			continue
		}
		text, err := io.ReadAll(io.LimitReader(part, left))
		if err != nil {
			return values, err
		}
		left -= int64(len(text))
		values.Add(part.FormName(), string(text))
	}
}
