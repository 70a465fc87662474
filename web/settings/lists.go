package settings

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"github.com/go-chi/chi/v5"

	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/internal/null"
	"lianluo/internal/tenant"
	"lianluo/web/forms"
	"lianluo/web/page"
	"lianluo/web/session"
)

// listing is a list as its page shows it, with the form that adds to it.
type listing struct {
	problem
	*county.List
	words
	above   *county.Entry // what the list stands in
	entries []county.Entry
	typed   county.EntryInput // of the form that adds
	adding  bool              // the form was sent, and is shown again
}

// editing is an entry's page: its form, and the list that stands in it.
type editing struct {
	problem
	*county.List
	words
	entry  county.Entry
	typed  county.EntryInput
	parent *county.Entry
	inside *listing
}

// listOf is the dictionary that an address names.
func listOf(r *http.Request) *county.List {
	i := slices.IndexFunc(county.Lists, func(l *county.List) bool { return l.Key == chi.URLParam(r, "list") })
	return county.Lists[max(i, 0)] // the router lets no other name pass
}

// idOf is the id of the entry that an address names; 0, which is none, for nonsense.
func idOf(r *http.Request) int64 {
	id, _ := strconv.ParseInt(chi.URLParam(r, "id"), 10, 64)
	return id
}

func inputOf(r *http.Request) county.EntryInput {
	return county.EntryInput{Version: forms.Began(r), Above: forms.Number(r, "above"), Code: r.PostFormValue("code"), Name: r.PostFormValue("name"),
		Text: r.PostFormValue("text"), Promise: r.PostFormValue("promise") != "", Months: r.PostFormValue("months")}
}

func (h Handler) list(w http.ResponseWriter, r *http.Request) error {
	l := listOf(r)
	if l.Above() != nil { // it has no page of its own: it is on that of the entry above
		return errs.NotFound
	}
	return h.showList(w, r, &listing{List: l})
}

func (h Handler) showList(w http.ResponseWriter, r *http.Request, s *listing) error {
	var entries *[]county.Entry
	if err := h.view(r, func(v *tenant.View) { entries = s.Entries(v, 0) }); err != nil {
		return err
	}
	s.words, s.entries = listWords[s.List], *entries
	return page.Render(w, r, s.Status(), listPage(frame(r, s.title, s.problem), s))
}

func (h Handler) add(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	l, in := listOf(r), inputOf(r)
	var id int64
	err := h.update(r, func(ctx context.Context, tx *tenant.Tx) (err error) {
		id, err = l.Add(ctx, tx, session.By(r).Audit(), in)
		return err
	})
	if err == nil {
		return forms.Done(w, r, path(l, in.Above)+"#e"+itoa(id), "已经添加。")
	}
	p, err := forms.ProblemOf(err)
	if err != nil {
		return err
	}
	if l.Above() != nil {
		return h.showEntry(w, r, &editing{List: l.Above()}, in.Above, &listing{List: l, problem: p, typed: in, adding: true})
	}
	return h.showList(w, r, &listing{List: l, problem: p, typed: in, adding: true})
}

func (h Handler) entry(w http.ResponseWriter, r *http.Request) error {
	return h.showEntry(w, r, &editing{List: listOf(r)}, idOf(r), nil)
}

// showEntry shows an entry with its form and with what stands in it. What is given was
// typed, and is shown again.
func (h Handler) showEntry(w http.ResponseWriter, r *http.Request, s *editing, id int64, inside *listing) error {
	if inside == nil && s.Children() != nil {
		inside = &listing{List: s.Children()}
	}
	var found, parent **county.Entry
	entries := &[]county.Entry{}
	err := h.view(r, func(v *tenant.View) {
		found = s.Entry(v, id)
		if inside != nil {
			entries = inside.Entries(v, id)
		}
		if s.Above() != nil {
			parent = s.ParentOf(v, id)
		}
	})
	if err != nil {
		return err
	}
	if *found == nil {
		return errs.NotFound
	}
	s.words, s.entry, s.inside = listWords[s.List], **found, inside
	if parent != nil {
		s.parent = *parent
	}
	if !s.Any() {
		s.typed = county.EntryInput{Version: s.entry.Version, Code: null.Value(s.entry.Code), Name: s.entry.Name, Text: null.Value(s.entry.Text), Promise: s.entry.Promise,
			Months: county.MonthsOf(s.entry)}
	}
	p := s.problem
	if inside != nil {
		inside.words, inside.above, inside.entries = listWords[inside.List], &s.entry, *entries
		if inside.Any() {
			p = inside.problem
		}
	}
	return page.Render(w, r, p.Status(), entryPage(frame(r, s.entry.Name, p), s))
}

func (h Handler) change(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	l, id, in := listOf(r), idOf(r), inputOf(r)
	err := h.update(r, func(ctx context.Context, tx *tenant.Tx) error {
		return l.Change(ctx, tx, session.By(r).Audit(), id, in)
	})
	if err == nil {
		return forms.Done(w, r, at(l, id), "已经保存。")
	}
	p, err := forms.ProblemOf(err)
	if err != nil {
		return err
	}
	in = county.EntryInput{Version: p.GoesOn(in.Version), Code: p.Keep("code", in.Code), Name: p.Keep("name", in.Name),
		Text: p.Keep("text", in.Text), Promise: p.Keep("promise", county.YesNo(in.Promise)) == county.YesNo(true),
		Months: p.Keep("months", in.Months)}
	return h.showEntry(w, r, &editing{List: l, problem: p, typed: in}, id, nil)
}
