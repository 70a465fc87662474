package sheet

import (
	"time"

	"lianluo/internal/calendar"
)

// Row is a row of a Table. A column that the file lacks, an empty cell and one that could
// not be read have no value; of the last Problems tells.
type Row struct {
	Number   int // as the spreadsheet program numbers it, from 1
	table    *Table
	values   []any // by the table's columns
	problems []Problem
}

// Text returns the value of a column of Text or Code, or "".
func (r *Row) Text(column string) string { v, _ := r.value(column).(string); return v }

// Float returns the value of a column of Number, and whether there is one.
func (r *Row) Float(column string) (float64, bool) { v, ok := r.value(column).(float64); return v, ok }

// Date returns the value of a column of Date, or no date.
func (r *Row) Date(column string) calendar.Date { v, _ := r.value(column).(calendar.Date); return v }

// Time returns the value of a column of Time in Shanghai, or the zero time.
func (r *Row) Time(column string) time.Time { v, _ := r.value(column).(time.Time); return v }

// Problems returns what is wrong with the row: first the cells that could not be read, then
// what Refuse added.
func (r *Row) Problems() []Problem { return r.problems }

// Refuse adds a problem with the column's cell, or with the whole row where column is "".
// words are Chinese, without the full stop.
func (r *Row) Refuse(column, words string) {
	if i := r.table.index(column); i >= 0 {
		r.refuse(i, words)
		return
	}
	r.problems = append(r.problems, Problem{Row: r.Number, Column: column, Words: words})
}

// Bad reports whether the column's cell has a problem: an empty value is then no second one.
func (r *Row) Bad(column string) bool {
	for _, p := range r.problems {
		if p.Column == column {
			return true
		}
	}
	return false
}

func (r *Row) refuse(i int, words string) {
	p := Problem{Row: r.Number, Column: r.table.columns[i].Name, Words: words}
	if at := r.table.at[i]; at >= 0 {
		p.Cell = cellName(at, r.Number)
	}
	r.problems = append(r.problems, p)
}

// value panics where no such column was asked for: that is a slip of the program.
func (r *Row) value(column string) any {
	i := r.table.index(column)
	if i < 0 {
		panic("sheet: no column " + column)
	}
	return r.values[i]
}

func (t *Table) index(column string) int {
	for i := range t.columns {
		if t.columns[i].Name == column {
			return i
		}
	}
	return -1
}
