// Package register is what a station files on paper, 一表两卡三簿, read from what was
// entered anyway: nothing is typed for a register. A county names each form and chooses
// its columns; until it does, a form is as it is shipped, which is a reading of common
// practice and nobody's official definition (domain.md 1.1).
package register

import (
	"cmp"

	"lianluo/internal/auth"
	"lianluo/internal/private"
	"lianluo/internal/sheet"
)

// Source is what a form is made from. It names the form in addresses.
type Source string

// The sources, one for each form.
const (
	Receptions Source = "receptions" // 接待日程安排表
	Card       Source = "card"       // 代表联系卡: a deputy's own page prints it
	Feedback   Source = "feedback"   // 意见建议处理反馈卡: a case's page prints it
	Visits     Source = "visits"     // 选民接待登记簿
	Matters    Source = "matters"    // 意见建议处理登记簿
	Activities Source = "activities" // 代表活动记录簿
)

// Kind is what sort of form it is: 表, 卡 or 簿.
type Kind string

// The kinds.
const (
	Table Kind = "表"
	Cards Kind = "卡"
	Book  Kind = "簿"
)

// Width is how wide a column is on paper.
type Width string

// The widths. What is left of the paper goes to the columns with Rest.
const (
	Narrowest Width = "xs"
	Narrow    Width = "s"
	Middle    Width = "m"
	Wide      Width = "l"
	Widest    Width = "xl"
	Rest      Width = "rest"
)

// Widths are the widths with the names that pages give them, and the millimetres that they
// take; of Rest, what it needs at least. print.css has the same.
var Widths = []struct {
	Width Width
	Name  string
	MM    int
}{{Narrowest, "很窄", 12}, {Narrow, "窄", 16}, {Middle, "中等", 20}, {Wide, "宽", 24}, {Widest, "很宽", 44}, {Rest, "余下的", 30}}

// Papers are how A4 lies, by name and with the millimetres that the columns may take
// beside the 序号.
var Papers = []struct {
	Paper, Name string
	MM          int
}{{"landscape", "A4 横向", 261}, {"portrait", "A4 纵向", 170}}

// Numberings are how a register counts, with the names that pages give them.
var Numberings = []struct{ Numbering, Name, Note string }{
	{"year", "每站每年从 1 号起", "2026-0012"}, {"month", "每站每月从 1 号起", "2026-09-0012"}, {"none", "不编号", "只有序号"}}

// Field is something that a source knows and a column can show.
type Field struct {
	Key     string
	Name    string // what a column with it is called until the county calls it otherwise
	Width   Width
	Kind    sheet.Kind // in a spreadsheet
	Centred bool       // on paper
	Spare   bool       // not shown until the county wants it
	Blank   bool       // written on by hand
	Leads   bool       // on the screen to the page of what the line is about
}

// Column is a field as a county's form has it.
type Column struct {
	Field
	Label string
	Shown bool
}

// Form is a form as a county has it.
type Form struct {
	Source    Source
	Kind      Kind
	Name      string
	Paper     string // landscape, portrait
	Numbering string // year, month, none; what has no number of its own ignores it
	Retired   bool
	Version   int32 // 0: as it is shipped
	Columns   []Column
}

// Shown are the columns that the form shows, in their order.
func (f Form) Shown() []Column {
	var shown []Column
	for _, c := range f.Columns {
		if c.Shown {
			shown = append(shown, c)
		}
	}
	return shown
}

// Upright reports whether the form prints on upright paper.
func (f Form) Upright() bool { return f.Paper == "portrait" }

// Listed reports whether the form is a list that /registers shows; cards are printed from
// what they are about.
func (f Form) Listed() bool { return sources[f.Source].rows != nil }

// Numbered reports whether the form gives numbers of its own.
func (f Form) Numbered() bool { return f.Source == Visits }

// Private reports whether the form has names and telephone numbers.
func (s Source) Private() bool { return sources[s].private }

// SeenBy reports whether by may see the register: a deputy only the days and the activities,
// which are the deputy's own.
func (s Source) SeenBy(by auth.Actor) bool {
	scope := by.Scope(auth.SeeRegisters)
	return sources[s].rows != nil && (scope >= auth.OwnStation || scope == auth.OwnRecord && (s == Activities || s == Receptions))
}

// Reader is who reads a register.
type Reader struct {
	By   auth.Actor
	Keys private.Keys
	Full bool // names and numbers in full; whoever sets it has the right and has recorded why

	numbering string // the form's
}

// definition is a form as it is shipped.
type definition struct {
	source  Source
	kind    Kind
	name    string
	paper   string
	unit    string // by which its rows are counted
	private bool
	rows    rows    // nil: a card
	fields  []Field // of a card
}

// shipped are the forms in the order of pages: one 表, two 卡, three 簿.
var shipped = []definition{
	{source: Receptions, kind: Table, name: "接待日程安排表", paper: "landscape", unit: "场", rows: receptions},
	{source: Card, kind: Cards, name: "代表联系卡", paper: "portrait", fields: cardFields},
	{source: Feedback, kind: Cards, name: "意见建议处理反馈卡", paper: "portrait", fields: feedbackFields},
	{source: Visits, kind: Book, name: "选民接待登记簿", paper: "landscape", unit: "件", private: true, rows: visits},
	{source: Matters, kind: Book, name: "意见建议处理登记簿", paper: "landscape", unit: "件", private: true, rows: matters},
	{source: Activities, kind: Book, name: "代表活动记录簿", paper: "portrait", unit: "次", rows: activities},
}

var sources = func() map[Source]definition {
	all := make(map[Source]definition, len(shipped))
	for _, d := range shipped {
		all[d.source] = d
	}
	return all
}()

// Listed are the sources of lists, in their order.
func Listed() []Source {
	var listed []Source
	for _, d := range shipped {
		if d.rows != nil {
			listed = append(listed, d.source)
		}
	}
	return listed
}

// Name is what the form is called as it is shipped.
func (s Source) Name() string { return sources[s].name }

// Unit is by what the rows are counted: 件.
func (s Source) Unit() string { return sources[s].unit }

// form is the form as it is shipped.
func (d definition) form() Form {
	f := Form{Source: d.source, Kind: d.kind, Name: d.name, Paper: d.paper, Numbering: "year"}
	fields := d.fields
	if d.rows != nil {
		fields = d.rows.all()
	}
	for _, field := range fields {
		field.Width = cmp.Or(field.Width, Narrow)
		f.Columns = append(f.Columns, Column{Field: field, Label: field.Name, Shown: !field.Spare})
	}
	return f
}
