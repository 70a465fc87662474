package sheet

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"time"

	"lianluo/internal/calendar"
)

// Writer writes a list. Close finishes it; whoever gives up calls Abort instead, and may
// always defer it.
type Writer struct {
	columns []Column
	out     sink
	row     []any
	err     error
	done    bool
}

// sink takes rows of nil, string, int64, float64, calendar.Date and time.Time.
type sink interface {
	write(row []any) error
	close() error
	abort()
}

// Option changes what NewWriter makes.
type Option func(*options)

type options struct{ sheet string }

// Named names the sheet of an XLSX, else it is Sheet1. What Excel forbids in a name is
// left out.
func Named(sheet string) Option { return func(o *options) { o.sheet = sheet } }

// NewWriter starts a list with its header row. An XLSX reaches w when it is closed, until
// then what exceeds some memory is in a temporary file that only this user can read.
func NewWriter(w io.Writer, format Format, columns []Column, opts ...Option) (*Writer, error) {
	if len(columns) == 0 || len(columns) > MaxColumns {
		return nil, fmt.Errorf("sheet: a list of %d columns", len(columns))
	}
	o := options{sheet: "Sheet1"}
	for _, opt := range opts {
		opt(&o)
	}
	out := &Writer{columns: columns, row: make([]any, len(columns))}
	var err error
	if format == XLSX {
		out.out, err = newXLSX(w, columns, o)
	} else {
		out.out, err = newCSV(w, columns, format)
	}
	if err != nil {
		return nil, err
	}
	return out, nil
}

// Write adds a row: a value for each column, nil for an empty cell. It takes strings,
// integers, floats, bool (是, 否), calendar.Date and time.Time, and pointers to those two;
// a zero date or time is an empty cell. In a column of Text or Code a number becomes text.
func (w *Writer) Write(row []any) error {
	if w.err != nil {
		return w.err
	}
	if w.done || len(row) != len(w.columns) {
		return w.fail(fmt.Errorf("sheet: a row of %d values for %d columns, closed %t", len(row), len(w.columns), w.done))
	}
	for i, value := range row {
		cell, err := plain(value, w.columns[i].Kind)
		if err != nil {
			return w.fail(fmt.Errorf("sheet: column %s: %w", w.columns[i].Name, err))
		}
		w.row[i] = cell
	}
	if err := w.out.write(w.row); err != nil {
		return w.fail(err)
	}
	return nil
}

func (w *Writer) fail(err error) error { w.err = err; return err }

// Close writes what is left. After a failed Write it returns that error.
func (w *Writer) Close() error {
	if w.done {
		return w.err
	}
	if w.err != nil {
		w.Abort()
		return w.err
	}
	w.done = true
	if err := w.out.close(); err != nil {
		return w.fail(err)
	}
	return nil
}

// Abort removes what was kept for the list. After Close it does nothing.
func (w *Writer) Abort() {
	if !w.done {
		w.done = true
		w.out.abort()
	}
}

// plain returns value as one of the types that a sink takes.
func plain(value any, kind Kind) (any, error) {
	switch v := value.(type) {
	case nil:
		return nil, nil
	case string:
		return clean(v), nil
	case bool:
		return map[bool]string{true: "是", false: "否"}[v], nil
	case int:
		return whole(int64(v), kind), nil
	case int16:
		return whole(int64(v), kind), nil
	case int32:
		return whole(int64(v), kind), nil
	case int64:
		return whole(v, kind), nil
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("%v is no number", v)
		}
		if kind == Text || kind == Code {
			return strconv.FormatFloat(v, 'f', -1, 64), nil
		}
		return v, nil
	}
	return moment(value)
}

func whole(n int64, kind Kind) any {
	const exact = 1e15 // a cell is a float64, shown with fifteen digits
	if kind == Text || kind == Code || n >= exact || n <= -exact {
		return strconv.FormatInt(n, 10)
	}
	return n
}

func moment(value any) (any, error) {
	switch v := value.(type) {
	case *calendar.Date:
		if v == nil {
			return nil, nil
		}
		return moment(*v)
	case *time.Time:
		if v == nil {
			return nil, nil
		}
		return moment(*v)
	case calendar.Date:
		if v.IsZero() {
			return nil, nil
		}
		return v, nil
	case time.Time:
		if v.IsZero() {
			return nil, nil
		}
		return v.In(calendar.Shanghai).Truncate(time.Second), nil
	}
	return nil, fmt.Errorf("a value of type %T", value)
}
