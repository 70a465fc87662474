package register

// Kind is what sort of form it is, which decides how it prints.
type Kind string

// The kinds.
const (
	Table Kind = "table" // 表: a line each, close together; signed at its end
	Cards Kind = "card"  // 卡: each entry by itself, to be cut out or handed over
	Book  Kind = "book"  // 簿: a line each, with room to write; a margin to bind it; each sheet is signed
)

// Kinds are the kinds with the names that pages give them, and what is peculiar to each on paper.
var Kinds = []struct {
	Kind       Kind
	Name, Note string
}{{Table, "表", "一行一条，排得紧，签字在最后"}, {Cards, "卡", "一条一张，沿线剪开"}, {Book, "簿", "一行一条，留装订边，每页都有页码和签字"}}

// Name is the kind as pages say it: 簿.
func (k Kind) Name() string {
	for _, x := range Kinds {
		if x.Kind == k {
			return x.Name
		}
	}
	return string(k)
}

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

// Papers are the sizes of paper and how it lies, by name, as CSS says them, and with the
// millimetres that the columns may take beside the 序号.
var Papers = []struct {
	Paper, Name, Size string
	MM                int
}{{"landscape", "A4 横向", "A4 landscape", 261}, {"portrait", "A4 纵向", "A4 portrait", 170},
	{"a3", "A3 横向", "A3 landscape", 384}, {"a5", "A5 横向", "A5 landscape", 174}}

// Numberings are how a register counts, with the names that pages give them.
var Numberings = []struct{ Numbering, Name, Note string }{
	{"year", "每站每年从 1 号起", "2026-0012"}, {"month", "每站每月从 1 号起", "2026-09-0012"}, {"none", "不编号", "只有序号"}}

// PaperName is the form's paper as pages say it: A4 横向.
func (f Form) PaperName() string {
	for _, p := range Papers {
		if p.Paper == f.Paper {
			return p.Name
		}
	}
	return f.Paper
}

// PaperSize is the form's paper as CSS says it: A4 landscape.
func (f Form) PaperSize() string {
	for _, p := range Papers {
		if p.Paper == f.Paper {
			return p.Size
		}
	}
	return "A4"
}

// Name is the width as pages say it.
func (w Width) Name() string {
	for _, x := range Widths {
		if x.Width == w {
			return x.Name
		}
	}
	return string(w)
}
