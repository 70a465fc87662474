package sheet

import (
	"iter"
	"strconv"
	"strings"
)

// Table is a list in a file whose header has been found.
type Table struct {
	Sheet   string // "" in a CSV
	Header  int    // the header's row
	columns []Column
	at      []int // of each of columns: its place in the file, -1 where it is missing
	first   int   // the row after the header
	source  source
}

// source gives the rows of a file, each time from the start, until yield returns false.
// Rows without content may be missing; cells is valid until yield returns.
type source interface {
	rows(yield func(row int, cells []cell) bool) error
}

// Rows gives the rows below the header that hold something in a column that is wanted. A
// header that is repeated, as at the top of each printed page, is left out. An error ends
// it: errs.Invalid where the file is damaged or has more than MaxRows.
func (t *Table) Rows() iter.Seq2[*Row, error] {
	return func(yield func(*Row, error) bool) {
		stopped, count := false, 0
		err := t.source.rows(func(number int, cells []cell) bool {
			if number < t.first || t.empty(cells) || t.repeats(cells) {
				return true
			}
			if count++; count > MaxRows {
				stopped = true
				yield(nil, invalid("这个文件超过 "+strconv.Itoa(MaxRows)+" 行，请分成几个文件上传。"))
				return false
			}
			stopped = !yield(t.row(number, cells), nil)
			return !stopped
		})
		if err != nil && !stopped {
			yield(nil, err)
		}
	}
}

// empty reports whether a row holds nothing of its own in the columns that are wanted.
func (t *Table) empty(cells []cell) bool {
	for _, at := range t.at {
		if at >= 0 && at < len(cells) && !cells[at].filled && !cells[at].blank() {
			return false
		}
	}
	return true
}

func (t *Table) repeats(cells []cell) bool {
	for i, at := range t.at {
		if at >= 0 && (at >= len(cells) || !t.columns[i].means(headingOf(&cells[at]), len(t.columns[i].Aliases)+1, true)) {
			return false
		}
	}
	return true
}

func (t *Table) row(number int, cells []cell) *Row {
	row := &Row{Number: number, table: t, values: make([]any, len(t.columns))}
	for i, at := range t.at {
		if at < 0 || at >= len(cells) {
			continue
		}
		value, words := cells[at].value(t.columns[i].Kind)
		row.values[i] = value
		if words != "" {
			row.refuse(i, words)
		}
	}
	return row
}

// headingOf returns the normal form of a header's cell.
func headingOf(c *cell) string {
	if c.what != words {
		return ""
	}
	return heading(c.text)
}

// means reports whether text is one of the first names of column: its own, then its aliases.
func (c *Column) means(text string, names int, brackets bool) bool {
	if text == "" {
		return false
	}
	for i := range names {
		name := c.Name
		if i > 0 {
			name = c.Aliases[i-1]
		}
		if heading(name) == text || brackets && heading(name) == bare(text) {
			return true
		}
	}
	return false
}

// names lists headings as a sentence says them.
func names(list []string) string { return "“" + strings.Join(list, "”“") + "”" }
