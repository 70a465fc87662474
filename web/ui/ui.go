// Package ui holds the parts that pages are made of, as DESIGN-UI section 4 names them.
// A part takes what it shows, knows no noun and decides nothing. The order of the markup
// is what a screen reader hears; do not rearrange it for the eye.
package ui

import (
	"slices"
	"strconv"
	"strings"
)

// NoteKind is the tone of a notice.
type NoteKind string

// The tones. NoteOK is announced (role=status).
const (
	NotePlain NoteKind = ""
	NoteOK    NoteKind = "ok"
	NoteWarn  NoteKind = "warn"
	NoteErr   NoteKind = "err"
)

// ChipKind is the look of a chip. The ordinary state gets no chip at all.
type ChipKind string

// The looks.
const (
	ChipPlain ChipKind = ""
	ChipLate  ChipKind = "late"  // solid red: overdue
	ChipWatch ChipKind = "watch" // red outline: 重点督办
	ChipSoon  ChipKind = "soon"
	ChipOK    ChipKind = "ok"
	ChipInfo  ChipKind = "info"
)

// Progress is where a step or an entry of a history stands.
type Progress string

// The standings. Returned is an entry of a history only: a red square.
const (
	Todo     Progress = "todo"
	Now      Progress = "now"
	Done     Progress = "done"
	Returned Progress = "bad"
)

// Option is one answer of a select or of a set of choices.
type Option struct {
	Value, Name string
	Group       string // select: neighbours with the same group stand under its name
	Note        string // choices: small words after the name
}

// Named are the options of a closed list: values with names and nothing else.
func Named[T ~struct{ Value, Name string }](list []T) []Option {
	options := make([]Option, len(list))
	for i, o := range list {
		named := struct{ Value, Name string }(o)
		options[i] = Option{Value: named.Value, Name: named.Name}
	}
	return options
}

// Number writes n with a comma every three digits: 1,286.
func Number(n int) string {
	digits := strconv.Itoa(n)
	start := 0
	if n < 0 {
		start = 1
	}
	for at := len(digits) - 3; at > start; at -= 3 {
		digits = digits[:at] + "," + digits[at:]
	}
	return digits
}

// describedBy names the error and the hint of the control id, in the order in which
// they shall be heard; "" where there is neither.
func describedBy(id, err, hint string) string {
	switch {
	case err != "" && hint != "":
		return id + "-err " + id + "-hint"
	case err != "":
		return id + "-err"
	case hint != "":
		return id + "-hint"
	}
	return ""
}

// choiceID is the id of the n-th answer, from 0. The first bears the plain id, because
// the error summary links to it.
func choiceID(id string, n int) string {
	if n == 0 {
		return id
	}
	return id + "-" + strconv.Itoa(n+1)
}

// summaryOrder lists the fields of errs as they stand on the page: those of order
// first, then the others by name.
func summaryOrder(errs map[string]string, order []string) []string {
	fields := make([]string, 0, len(errs))
	for _, field := range order {
		if _, bad := errs[field]; bad && !slices.Contains(fields, field) {
			fields = append(fields, field)
		}
	}
	known := len(fields)
	for field := range errs {
		if !slices.Contains(fields[:known], field) {
			fields = append(fields, field)
		}
	}
	slices.Sort(fields[known:])
	return fields
}

// groups cuts options into runs of the same group, without copying them.
func groups(options []Option) [][]Option {
	var runs [][]Option
	for start := 0; start < len(options); {
		end := start + 1
		for end < len(options) && options[end].Group == options[start].Group {
			end++
		}
		runs = append(runs, options[start:end])
		start = end
	}
	return runs
}

// paragraphs cuts text at its line breaks and leaves out empty lines.
func paragraphs(text string) []string {
	lines := strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' })
	return slices.DeleteFunc(lines, func(line string) bool { return strings.TrimSpace(line) == "" })
}

// share is the width of part of whole on a scale of 100, for an SVG attribute.
func share(part, whole int) string {
	if whole <= 0 || part <= 0 {
		return "0"
	}
	return strconv.FormatFloat(min(100, 100*float64(part)/float64(whole)), 'f', 1, 64)
}
