package imports

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"lianluo/internal/audit"
	"lianluo/internal/auth"
	"lianluo/internal/errs"
	"lianluo/internal/private"
	"lianluo/internal/sheet"
	"lianluo/internal/tenant"
)

// Line is what is said of a row.
type Line struct {
	List     Kind
	Row      int // as the spreadsheet program numbers it
	Subject  string
	Verdict  Verdict
	Changes  []Change
	Problems []Problem
	Note     string
}

// row is a row that is being judged.
type row struct {
	*sheet.Row
	list    *list
	subject string
	fresh   bool // it makes something
	changes []Change
	note    string
}

// given notes that a column says to where there was from, and reports whether it does.
func (w *row) given(column, from, to string) bool {
	if to == "" || to == from {
		return false
	}
	w.changes = append(w.changes, Change{column, from, to})
	return true
}

// refuseAll says in the row's cells what a noun said of its fields. It returns the error
// where it is no refusal.
func (w *row) refuseAll(err error) error { return w.refuseIn(err, w.list.columnOf) }

// refuseGroup is refuseAll for a place in a station's group.
func (w *row) refuseGroup(err error) error {
	return w.refuseIn(err, func(field string) string { return groupColumns[field] })
}

func (w *row) refuseIn(err error, columnOf func(field string) string) error {
	invalid, bad := errors.AsType[errs.Invalid](err)
	switch words := errs.Message(err, ""); {
	case err == nil:
		return nil
	case bad:
		for _, field := range slices.Sorted(maps.Keys(invalid)) {
			w.Refuse(columnOf(field), strings.TrimSuffix(invalid[field], "。"))
		}
	case words != "":
		w.Refuse("", strings.TrimSuffix(words, "。"))
	case errors.Is(err, errs.Conflict):
		return errs.Refuse(errs.Conflict, "第 "+strconv.Itoa(w.Number)+" 行的内容刚才有人动过，请再核对一次。")
	default:
		return fmt.Errorf("row %d: %w", w.Number, err)
	}
	return nil
}

func (w *row) bad() bool { return len(w.Problems()) > 0 }

func (w *row) line() Line {
	l := Line{List: w.list.kind, Row: w.Number, Subject: w.subject, Verdict: Same, Changes: w.changes, Note: w.note}
	switch {
	case w.bad():
		l.Verdict, l.Changes = Wrong, nil
	case w.fresh:
		l.Verdict, l.Changes = New, nil // all of it is new
	case len(w.changes) > 0:
		l.Verdict = Changed
	}
	for _, p := range w.Problems() {
		l.Problems = append(l.Problems, Problem{p.Column, p.Cell, p.Words})
	}
	return l
}

// step is what a row does once all are judged.
type step struct {
	row *row // nil: of many, which says itself what is wrong with each
	do  func() error
}

// run is a file on its way through one transaction.
type run struct {
	*world
	ctx   context.Context
	by    auth.Actor
	rows  []*row
	steps []step

	newcomers []*newcomer
}

// then has a row do something, unless the row turns out to be wrong before.
func (r *run) then(w *row, do func() error) { r.steps = append(r.steps, step{w, do}) }

// source is an uploaded file.
type source struct {
	io.ReaderAt
	size int64
}

// Told is told how far a run is; it may be nil.
type Told func(done, total int) error

// toldEvery is after how many steps.
const toldEvery = 500

// judge reads a file and does what it says in the transaction, which the caller rolls back
// or commits. A row that is wrong does nothing. It returns errs.Invalid for a file that
// cannot be read.
func judge(ctx context.Context, tx *tenant.Tx, keys private.Keys, by auth.Actor, kind Kind, file source, told Told) ([]Line, error) {
	r := &run{ctx: ctx, by: by}
	tables, err := open(file, kind)
	if err != nil {
		return nil, err
	}
	if r.world, err = load(ctx, tx, keys); err != nil {
		return nil, err
	}
	for _, t := range tables {
		if err := r.read(t); err != nil {
			return nil, err
		}
	}
	err = audit.Collect(ctx, tx, func(ctx context.Context) error {
		r.ctx = ctx
		return r.work(told)
	})
	if err != nil {
		return nil, err
	}
	lines := make([]Line, len(r.rows))
	for i, w := range r.rows {
		lines[i] = w.line()
	}
	return lines, nil
}

// table is a list in a file.
type table struct {
	*sheet.Table
	list *list
}

// open finds a kind's lists in a file.
func open(file source, kind Kind) ([]table, error) {
	if l := listOf(kind); l != nil {
		found, err := sheet.Read(file, file.size, l.sheetColumns())
		return []table{{found, l}}, err
	}
	var all []table
	for _, l := range lists {
		found, err := sheet.ReadSheet(file, file.size, l.title, l.sheetColumns())
		if err != nil {
			if invalid, bad := errors.AsType[errs.Invalid](err); bad {
				return nil, errs.Invalid{sheet.Field: "工作表“" + l.title + "”：" + invalid[sheet.Field]}
			}
			return nil, err
		}
		if found != nil {
			all = append(all, table{found, l})
		}
	}
	if len(all) == 0 {
		return nil, errs.Invalid{sheet.Field: "没有找到“联络站点”“承办单位”“人大代表”“工作人员”这些工作表。请用“导出全县网络”得到的 .xlsx 文件。"}
	}
	return all, nil
}

func (r *run) read(t table) error {
	var rows []*row
	for found, err := range t.Rows() {
		if err != nil {
			return err
		}
		rows = append(rows, &row{Row: found, list: t.list})
	}
	r.rows = append(r.rows, rows...)
	if t.list == &staffList && !r.by.May(auth.ChangeStaff) {
		for _, w := range rows {
			w.Refuse("", "工作人员的账号由县管理员导入，请把这张工作表删去")
		}
		return nil
	}
	t.list.judge(r, rows)
	return nil
}

// work does the rows' steps. What a noun refuses is the row's problem.
func (r *run) work(told Told) error {
	for i, s := range r.steps {
		if told != nil && i%toldEvery == 0 {
			if err := told(i, len(r.steps)); err != nil {
				return err
			}
		}
		if s.row != nil && s.row.bad() {
			continue
		}
		err := s.do()
		if s.row != nil {
			err = s.row.refuseAll(err)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// digest is what is compared between the preview and the import.
func digest(lines []Line) ([]byte, error) {
	text, err := json.Marshal(lines)
	if err != nil {
		return nil, fmt.Errorf("compare: %w", err)
	}
	sum := sha256.Sum256(text)
	return sum[:], nil
}

// Counts are how many rows there are of each verdict.
type Counts struct{ Added, Changed, Same, Wrong int }

func count(lines []Line) (c Counts) {
	for _, l := range lines {
		switch l.Verdict {
		case New:
			c.Added++
		case Changed:
			c.Changed++
		case Same:
			c.Same++
		case Wrong:
			c.Wrong++
		}
	}
	return c
}
