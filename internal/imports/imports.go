// Package imports reads whole lists that people upload: stations with their points,
// deputies with mandates and groups, units, staff, or all of a county's network in one
// workbook. It says of each row what it would do, and then does all of it or nothing.
//
// A row is found again by its key (decisions.md, "Import keys"); one that fits several
// records is wrong, never a guess. An empty cell, a column that is missing and a masked
// number say nothing: they change nothing.
//
// The preview goes through the same functions as the import and is rolled back, so what it
// says is what the nouns themselves say. The import compares once more: where that differs
// from the preview that somebody agreed to, nothing is written.
package imports

import (
	"lianluo/internal/auth"
	"lianluo/internal/errs"
	"lianluo/internal/sheet"
)

// Kind is what a file holds.
type Kind string

// The kinds. Network is a workbook with a sheet of each of the others.
const (
	Stations Kind = "stations"
	Units    Kind = "units"
	Deputies Kind = "deputies"
	Staff    Kind = "staff"
	Network  Kind = "network"
)

// Column is a column of a list, with what the template says of it.
type Column struct {
	sheet.Column
	field   string // of the noun's errs.Invalid
	Must    string // 必填, or when it must be there
	Help    string
	Example string
}

// list is a kind of list: its sheet, and how its rows are judged.
type list struct {
	kind    Kind
	title   string // of the sheet, and of the list in words
	unit    string // by what its things are counted
	columns []Column
	judge   func(r *run, rows []*row)
}

// lists are in the order in which they are read: each may name what stands before it.
var lists = []*list{&stationList, &unitList, &deputyList, &staffList}

// Kinds are what pages offer, in their order.
var Kinds = []Kind{Stations, Deputies, Units, Staff, Network}

// Title is what a kind is called.
func (k Kind) Title() string {
	if k == Network {
		return "全县网络"
	}
	if l := listOf(k); l != nil {
		return l.title
	}
	return ""
}

// Columns are a kind's columns; none of Network.
func (k Kind) Columns() []Column {
	if l := listOf(k); l != nil {
		return l.columns
	}
	return nil
}

// Check judges whether by may import a kind: errs.NotFound for one that there is not,
// errs.Forbidden.
func (k Kind) Check(by auth.Actor) error {
	switch {
	case k.Title() == "":
		return errs.NotFound
	case !by.May(auth.ImportNetwork):
		return errs.Forbidden
	case k == Staff && !by.May(auth.ChangeStaff):
		return errs.Refuse(errs.Forbidden, "工作人员的账号由县管理员导入。")
	}
	return nil
}

func listOf(k Kind) *list {
	for _, l := range lists {
		if l.kind == k {
			return l
		}
	}
	return nil
}

// sheetColumns are a list's columns as package sheet reads and writes them.
func (l *list) sheetColumns() []sheet.Column {
	all := make([]sheet.Column, len(l.columns))
	for i, c := range l.columns {
		all[i] = c.Column
	}
	return all
}

// columnOf is the column in which a noun's field is typed; "" for the row as a whole.
func (l *list) columnOf(field string) string {
	for _, c := range l.columns {
		if c.field == field {
			return c.Name
		}
	}
	return ""
}

// Verdict is what becomes of a row.
type Verdict string

// The verdicts.
const (
	New     Verdict = "new"
	Changed Verdict = "changed"
	Same    Verdict = "same"
	Wrong   Verdict = "wrong"
)

// Verdicts are the verdicts with their names, in the order of pages.
var Verdicts = []struct {
	Verdict Verdict
	Name    string
}{{Wrong, "有错"}, {New, "新增"}, {Changed, "修改"}, {Same, "不变"}}

// Name is a verdict as pages say it.
func (v Verdict) Name() string {
	for _, known := range Verdicts {
		if known.Verdict == v {
			return known.Name
		}
	}
	return string(v)
}

// Change is a field that becomes another.
type Change struct {
	Field string `json:"field"`
	From  string `json:"from"`
	To    string `json:"to"`
}

// Problem is what is wrong with a cell, or with a row as a whole.
type Problem struct {
	Column string `json:"column"`
	Cell   string `json:"cell"`
	Words  string `json:"words"`
}
