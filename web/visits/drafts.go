package visits

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/casefile"
	"lianluo/internal/errs"
	"lianluo/internal/tenant"
	"lianluo/web/page"
)

// draft is a registration that was begun, as the desk lists it.
type draft struct {
	casefile.Draft
	form form
}

// name is who came and what about, as far as it was typed.
func (d draft) name() string {
	name := d.form.name
	if name == "" {
		name = "没有写姓名"
	}
	words := strings.TrimSpace(d.form.note)
	for _, m := range d.form.matters {
		if words == "" {
			words = strings.TrimSpace(m.words)
		}
	}
	if words == "" {
		return name
	}
	return name + "：" + brief(words)
}

// brief is the beginning of a text, for a list.
func brief(words string) string {
	const longest = 16
	if utf8.RuneCountInString(words) > longest {
		return string([]rune(words)[:longest]) + "…"
	}
	return words
}

// draftsOf opens what was kept; a text that cannot be read is none.
func draftsOf(kept []casefile.Draft) []draft {
	var all []draft
	for _, d := range kept {
		values, err := url.ParseQuery(d.Text)
		if err != nil {
			continue
		}
		f := read(values)
		f.key, f.station = d.Key, d.StationID
		all = append(all, draft{d, f})
	}
	return all
}

// autosave keeps the form every now and then while it is being filled, with the photographs
// that were chosen, and answers with what is alike; office.js puts it into the page.
func (h Handler) autosave(w http.ResponseWriter, r *http.Request) error {
	by, err := actor(r)
	if err != nil {
		return err
	}
	post, err := receive(w, r, anybody)
	invalid, bad := errors.AsType[errs.Invalid](err)
	if err != nil && !bad {
		return err
	}
	if err := h.othersForm(r, by, post); err != nil {
		return err
	}
	f, err := h.formOf(r, post.Values, by)
	if err != nil {
		return err
	}
	if f.key == uuid.Nil {
		return errs.NotFound
	}
	status := http.StatusOK
	if wrong := f.take(post.Photos); wrong != nil {
		invalid, post.Photos = wrong, nil
	}
	if len(invalid) > 0 {
		status = http.StatusUnprocessableEntity
	}
	s := &shown{by: by, invalid: invalid, keptAt: h.DB.Now(), today: calendar.DateOf(h.DB.Now())}
	if s.deputies, s.seated, _, err = h.reseat(r, by, &f); err != nil {
		return err
	}
	err = h.keep(r.Context(), casefile.OwnerOf(by), &f, post.Photos, nil)
	if wrong, ok := errors.AsType[errs.Invalid](err); ok {
		status, s.invalid, s.keptAt = http.StatusUnprocessableEntity, wrong, time.Time{}
	} else if err != nil {
		return err
	}
	if s.photos, err = h.waiting(r, by, &f); err != nil {
		return err
	}
	if s.found, s.searched, err = h.search.alike(r, by, f, typing(post.Values)); err != nil {
		return err
	}
	s.form = f
	return page.Render(w, r, status, parts(s))
}

// resume shows a form that was begun, on this computer or another. Once it is registered, it
// leads to what it came to.
func (h Handler) resume(w http.ResponseWriter, r *http.Request, by auth.Actor, key uuid.UUID) error {
	var drafts func() []casefile.Draft
	var saved func() *casefile.Saved
	err := h.DB.View(r.Context(), by.County, func(v *tenant.View) {
		drafts, saved = casefile.Drafts(v, h.Keys, by), casefile.SavedVisit(v, h.Keys, key)
	})
	if err != nil {
		return err
	}
	if found := saved(); found != nil && found.SeenBy(by) == nil {
		lead(w, r, "/visits/saved?key="+key.String())
		return nil
	}
	for _, d := range draftsOf(drafts()) {
		if d.Key != key {
			continue
		}
		if by.Scope(auth.RegisterVisit) != auth.WholeCounty {
			d.form.station = by.StationID
		}
		photos, err := h.waiting(r, by, &d.form)
		if err != nil {
			return err
		}
		s, err := h.load(r, by, d.form.station, d.form, uuid.Nil)
		if err != nil {
			return err
		}
		s.photos = photos
		if s.found, s.searched, err = h.search.alike(r, by, d.form, nil); err != nil {
			return err
		}
		s.keptAt, s.focus, s.drafts, s.resumed = d.SavedAt, "words-"+strconv.Itoa(len(d.form.matters)), nil, true
		return s.render(w, r, http.StatusOK)
	}
	return errs.Refuse(errs.NotFound, "没有这份草稿：它已经过了 7 天，或者是另一个账号的。")
}

// dropDraft throws a draft away.
func (h Handler) dropDraft(w http.ResponseWriter, r *http.Request) error {
	by, err := actor(r)
	if err != nil {
		return err
	}
	key, err := uuid.Parse(chi.URLParam(r, "key"))
	if err != nil {
		return errs.NotFound
	}
	err = h.DB.Update(r.Context(), by.County, func(tx *tenant.Tx) error { return casefile.DropDraft(r.Context(), tx, by, key) })
	if err != nil {
		return err
	}
	lead(w, r, "/visits/new")
	return nil
}

// resumedWords say of a form that was begun before that it is not registered.
func (s *shown) resumedWords() string {
	if s.form.appointment != 0 {
		return "约好的人来了：知道的已经填好，还没有登记。核对后请按“登记”。"
	}
	return "这一张还没有登记，是 " + page.DateTime(s.keptAt) + " 存的草稿。核对后请按“登记”。"
}

// kept says when the form was kept: 09:24 已存草稿。
func (s *shown) kept() string {
	if s.form.done {
		return "没有存草稿：这张表已经登记过了。"
	}
	if s.keptAt.IsZero() {
		return ""
	}
	if s.today != (calendar.Date{}) && calendar.DateOf(s.keptAt) != s.today { // taken up again on another day
		return page.DateTime(s.keptAt) + " 已存草稿"
	}
	return s.keptAt.In(calendar.Shanghai).Format("15:04") + " 已存草稿"
}
