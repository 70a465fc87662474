// Package register is what a station files on paper, 一表两卡三簿, read from what was
// entered anyway: nothing is typed for a register. A county names each form and chooses
// its columns; until it does, a form is as it is shipped, which is a reading of common
// practice and nobody's official definition (domain.md 1.1).
package register

import (
	"cmp"
	"strconv"
	"strings"

	"lianluo/internal/auth"
	"lianluo/internal/private"
	"lianluo/internal/sheet"
)

// Source is what a form is made from.
type Source string

// The sources, with what the form that is shipped of each is called.
const (
	Receptions Source = "receptions" // 接待日程安排表
	Card       Source = "card"       // 代表联系卡: a deputy's own page prints it
	Feedback   Source = "feedback"   // 意见建议处理反馈卡: a case's page prints it
	Visits     Source = "visits"     // 选民接待登记簿
	Matters    Source = "matters"    // 意见建议处理登记簿
	Activities Source = "activities" // 代表活动记录簿
)

// Key is a form's name in addresses, which stays: visits for the form that is shipped of a
// source, visits-2 for another that a county has of it.
type Key string

// Source is what the form with the key is made from; "" for a key that no form can have.
func (k Key) Source() Source {
	source, number, own := strings.Cut(string(k), "-")
	if n, err := strconv.Atoi(number); own && (err != nil || n < 2 || strconv.Itoa(n) != number) || sources[Source(source)].source == "" {
		return ""
	}
	return Source(source)
}

// Key is the form's that is shipped of the source.
func (s Source) Key() Key { return Key(s) }

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
	Head    bool       // of a card: no column of the county's, see Filed
	Picture bool       // of a card: drawn by the page that prints it
}

// Column is a field as a county's form has it.
type Column struct {
	Field
	Label string
	Shown bool
}

// Form is a form as a county has it.
type Form struct {
	Key       Key
	Source    Source
	Kind      Kind
	Name      string
	Paper     string // landscape, portrait, a3, a5
	Numbering string // year, month, none; what has no number of its own ignores it
	Retired   bool
	Version   int32 // 0: as it is shipped
	Columns   []Column
	Stations  bool // its lines may be of several stations; see For
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

// IsCards reports whether each entry stands by itself on paper.
func (f Form) IsCards() bool { return f.Kind == Cards }

// IsBook reports whether the sheets are bound and each is signed.
func (f Form) IsBook() bool { return f.Kind == Book }

// Shipped reports whether every county has the form, unless it retires it.
func (f Form) Shipped() bool { return f.Key == f.Source.Key() }

// Listed reports whether /registers shows the form; the others are cards that are printed from
// what they are about.
func (f Form) Listed() bool { return f.Source.Listed() }

// Unit is by what the form's lines are counted: 条.
func (f Form) Unit() string {
	if f.IsCards() {
		return "张"
	}
	return f.Source.Unit()
}

// Numbered reports whether the form gives numbers of its own.
func (f Form) Numbered() bool { return f.Source == Visits }

// Private reports whether the form has names and telephone numbers.
func (s Source) Private() bool { return sources[s].private }

// Refuses says why a form over the source cannot be of the kind; "" where it can.
func (s Source) Refuses(kind Kind) string { return sources[s].refuses[kind] }

// SeenBy reports whether by may see the register: a deputy only the days and the activities,
// which are the deputy's own.
func (s Source) SeenBy(by auth.Actor) bool {
	scope := by.Scope(auth.SeeRegisters)
	return sources[s].source != "" && (scope >= auth.OwnStation || scope == auth.OwnRecord && (s == Activities || s == Receptions))
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
	unit    string          // by which its rows are counted
	refuses map[Kind]string // the kinds that make no sense, and why not
	private bool
	alone   bool // printed card by card, from what each is about; /registers has no list
	rows    rows
}

// shipped are the forms in the order of pages: one 表, two 卡, three 簿.
var shipped = []definition{
	{source: Receptions, kind: Table, name: "接待日程安排表", paper: "landscape", unit: "场", rows: receptions, refuses: map[Kind]string{
		Book: "接待日程里有还没到的日子，改了期，簿上编好的次序就乱了，所以不能做成簿。要记已经接待过的，请用代表活动记录的内容。"}},
	{source: Card, kind: Cards, name: "代表联系卡", paper: "portrait", unit: "张", alone: true, rows: contacts, refuses: map[Kind]string{
		Table: "一位代表一张，只能做成卡。", Book: "一位代表一张，只能做成卡。"}},
	{source: Feedback, kind: Cards, name: "意见建议处理反馈卡", paper: "portrait", unit: "张", private: true, alone: true, rows: feedbacks, refuses: map[Kind]string{
		Table: onlyCards, Book: onlyCards}},
	{source: Visits, kind: Book, name: "选民接待登记簿", paper: "landscape", unit: "条", private: true, rows: visits},
	{source: Matters, kind: Book, name: "意见建议处理登记簿", paper: "landscape", unit: "件", private: true, rows: matters},
	{source: Activities, kind: Book, name: "代表活动记录簿", paper: "portrait", unit: "次", rows: activities},
}

const onlyCards = "一件事项一张，只能做成卡。要一行一件的，请用意见建议处理登记簿的内容。"

var sources = func() map[Source]definition {
	all := make(map[Source]definition, len(shipped))
	for _, d := range shipped {
		all[d.source] = d
	}
	return all
}()

// Sources are all of them, in the order of pages.
func Sources() []Source {
	all := make([]Source, len(shipped))
	for i, d := range shipped {
		all[i] = d.source
	}
	return all
}

// Listed reports whether the source is a list.
func (s Source) Listed() bool { return sources[s].rows != nil && !sources[s].alone }

// Name is what the form is called as it is shipped.
func (s Source) Name() string { return sources[s].name }

// Unit is by what the rows are counted: 件.
func (s Source) Unit() string { return sources[s].unit }

// form is the form as it is shipped.
func (d definition) form() Form {
	f := Form{Key: d.source.Key(), Source: d.source, Kind: d.kind, Name: d.name, Paper: d.paper, Numbering: "year"}
	for _, field := range d.rows.all() {
		if field.Head {
			continue
		}
		field.Width = cmp.Or(field.Width, Narrow)
		f.Columns = append(f.Columns, Column{Field: field, Label: field.Name, Shown: !field.Spare})
	}
	return f
}
