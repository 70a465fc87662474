// Package forms is what the forms of the office share that carry the version they began
// from: what was wrong with one that is shown again, and what somebody else did meanwhile.
package forms

import (
	"cmp"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/web/page"
	"lianluo/web/ui"
)

// Problem is what a form that is shown again says is wrong; the zero value is nothing.
type Problem struct {
	Invalid errs.Invalid
	Stale   *county.Stale // somebody else was faster
	Refused string
}

// ProblemOf reads a failed change; an error that says nothing to somebody who fills a form
// is returned.
func ProblemOf(err error) (Problem, error) {
	if invalid, ok := errors.AsType[errs.Invalid](err); ok {
		return Problem{Invalid: invalid}, nil
	}
	if stale, ok := errors.AsType[county.Stale](err); ok {
		return Problem{Stale: &stale}, nil
	}
	if words := errs.Message(err, ""); words != "" && errors.Is(err, errs.Conflict) {
		return Problem{Refused: words}, nil
	}
	return Problem{}, err
}

// Any reports whether something is wrong.
func (p Problem) Any() bool { return len(p.Invalid) > 0 || p.Stale != nil || p.Refused != "" }

// Status is what the form is answered with.
func (p Problem) Status() int {
	switch {
	case len(p.Invalid) > 0:
		return http.StatusUnprocessableEntity
	case p.Any():
		return http.StatusConflict
	}
	return http.StatusOK
}

// GoesOn is the version that the form goes on from: having seen what the other did, the
// next press counts.
func (p Problem) GoesOn(began int32) int32 {
	if p.Stale != nil {
		return p.Stale.Version
	}
	return began
}

// Keep is what a field shows again: what was typed, or, where that is what the other has
// changed, what the other made of it. So nobody undoes by mistake what somebody else did.
func (p Problem) Keep(field, typed string) string {
	if p.Stale == nil {
		return typed
	}
	for _, change := range p.Stale.Since {
		if fromTo, found := change.Changes[field]; found && strings.TrimSpace(typed) == fromTo[0] {
			typed = fromTo[1]
		}
	}
	return typed
}

// changed is what somebody did, in words; names are the fields' as the page says them.
func changed(c county.Change, names map[string]string) []string {
	if len(c.Changes) == 0 {
		return []string{"改过"}
	}
	var lines []string
	for _, field := range slices.Sorted(maps.Keys(c.Changes)) {
		name, fromTo := names[field], c.Changes[field]
		lines = append(lines, name+"由“"+cmp.Or(fromTo[0], "（空）")+"”改成“"+cmp.Or(fromTo[1], "（空）")+"”")
	}
	return lines
}

// Done leads on after a change, with a message.
func Done(w http.ResponseWriter, r *http.Request, to, message string) error {
	page.Flash(w, ui.NoteOK, message)
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// Number is a field's number; 0, which is no version and no id, for anything else.
func Number(r *http.Request, field string) int64 {
	n, _ := strconv.ParseInt(strings.TrimSpace(r.PostFormValue(field)), 10, 64)
	return n
}

// Began is the version that a form began from.
func Began(r *http.Request) int32 {
	n, _ := strconv.ParseInt(r.PostFormValue("version"), 10, 32)
	return int32(n)
}
