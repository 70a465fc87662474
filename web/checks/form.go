package checks

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/google/uuid"

	"lianluo/internal/calendar"
	"lianluo/internal/check"
	"lianluo/internal/errs"
	"lianluo/internal/station"
	"lianluo/internal/tenant"
	"lianluo/web/forms"
	"lianluo/web/page"
	"lianluo/web/session"
	"lianluo/web/stationparts"
	"lianluo/web/ui"
)

// form is the form of a check, blank or shown again.
type form struct {
	forms.Problem
	place *station.Record
	lists []check.Checklist
	list  check.Checklist
	last  map[string]string // what was missing the last time, by the item's name
	in    check.Input
	on    string // as typed
}

// load reads the form for a checklist: the one with that id, or else the first.
func (h Handler) load(r *http.Request, list int64) (*form, error) {
	var lists *[]check.Checklist
	var standings *[]check.Standing
	place, err := h.view(r, func(v *tenant.View) {
		lists, standings = check.Checklists(v), check.Standings(v, code(r))
	})
	if err != nil {
		return nil, err
	}
	if err := check.May(session.By(r), place); err != nil {
		return nil, err
	}
	f := &form{place: place, lists: *lists, last: map[string]string{}}
	if len(f.lists) == 0 {
		return f, nil
	}
	at := max(0, slices.IndexFunc(f.lists, func(l check.Checklist) bool { return l.ID == list }))
	f.list = f.lists[at]
	for _, s := range *standings {
		if s.ListID == f.list.ID {
			for _, m := range s.Missing {
				f.last[m.Name] = m.What
			}
		}
	}
	return f, nil
}

func (h Handler) blank(w http.ResponseWriter, r *http.Request) error {
	list, _ := strconv.ParseInt(r.URL.Query().Get("list"), 10, 64)
	f, err := h.load(r, list)
	if err != nil {
		return err
	}
	f.in = check.Input{Key: uuid.New(), List: f.list.ID, By: session.By(r).Name}
	f.on = calendar.DateOf(h.DB.Now()).String()
	return f.answer(w, r)
}

func (f *form) answer(w http.ResponseWriter, r *http.Request) error {
	frame := page.FrameOf(r)
	frame.Title, frame.Error = "登记核查", f.Any()
	return page.Render(w, r, f.Status(), f.page(frame))
}

// postSize is more than any checklist fills.
const postSize = 256 << 10

func (h Handler) record(w http.ResponseWriter, r *http.Request) error {
	if err := page.ParseForm(w, r, postSize); err != nil {
		return err
	}
	f, err := h.load(r, forms.Number(r, "list"))
	if err != nil {
		return err
	}
	unread := f.read(r)
	by, added := session.By(r), false
	err = h.DB.Update(r.Context(), by.County, func(tx *tenant.Tx) (err error) {
		added, err = check.Record(r.Context(), tx, by, f.place.Code, f.in)
		return forms.Both(err, unread)
	})
	if err != nil {
		if f.Problem, err = forms.ProblemOf(err); err != nil {
			return err
		}
		return f.answer(w, r)
	}
	to := stationparts.ChecksURL(f.place.Code) + "/" + f.in.Key.String()
	if !added {
		page.Flash(w, ui.NoteWarn, "这张表刚才已经登记过一次，就是这一份。")
		http.Redirect(w, r, to, http.StatusSeeOther)
		return nil
	}
	return forms.Done(w, r, to, "已经登记。可以在下面给每一项添加照片。")
}

// read takes what was typed, and returns what cannot be read. A form without a key of its
// own is as good as a new one.
func (f *form) read(r *http.Request) errs.Invalid {
	unread := errs.Invalid{}
	f.on = r.PostFormValue("checked_on")
	f.in = check.Input{List: forms.Number(r, "list"), On: forms.Date(unread, f.on, "checked_on"), By: r.PostFormValue("checked_by"), Note: r.PostFormValue("note"), Found: map[int64]check.Finding{}}
	key, err := uuid.Parse(r.PostFormValue("key"))
	if err != nil {
		key = uuid.New()
	}
	f.in.Key = key
	for _, item := range f.list.Items {
		f.in.Found[item.ID] = check.Finding{State: r.PostFormValue(check.StateField(item.ID)), What: r.PostFormValue(check.WhatField(item.ID))}
	}
	return unread
}

// order is how the fields stand on the page.
func (f *form) order() []string {
	order := []string{"list", "checked_on", "checked_by"}
	for _, item := range f.list.Items {
		order = append(order, check.StateField(item.ID), check.WhatField(item.ID))
	}
	return append(order, "note")
}

// hint is when an item counts as there, and what was missing the last time.
func (f *form) hint(item check.Item) string {
	hint := ""
	if item.Hint != nil {
		hint = *item.Hint
	}
	if what, missing := f.last[item.Name]; missing {
		hint += "上次缺：" + what
	}
	return hint
}

var stateOptions = []ui.Option{{Value: check.Met, Name: "达标"}, {Value: check.Absent, Name: "缺"}}
