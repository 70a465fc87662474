package register

import (
	"fmt"
	"slices"

	"lianluo/internal/county"
	"lianluo/internal/errs"
)

// The longest names.
const (
	longestName  = 30
	longestLabel = 20
)

// check judges a form that somebody has filled, among the county's others; messages stand at
// name, kind, paper, numbering and, for the columns, at label_ and the field's key, or at columns.
func (f *Form) check(others []Form) error {
	invalid := errs.Invalid{}
	f.Name = county.Trimmed(f.Name)
	county.OneLine(invalid, "name", f.Name, "请填表名。", longestName)
	if !f.Retired && slices.ContainsFunc(others, func(o Form) bool { return o.Key != f.Key && !o.Retired && o.Name == f.Name }) {
		invalid["name"] = "本县已经有一张表叫“" + f.Name + "”，请换个名称。"
	}
	if refused := f.Source.Refuses(f.Kind); refused != "" {
		invalid["kind"] = refused
	} else if f.Kind.Name() == string(f.Kind) {
		invalid["kind"] = "请选择做成表、卡还是簿。"
	}
	if !slices.ContainsFunc(Numberings, func(n struct{ Numbering, Name, Note string }) bool { return n.Numbering == f.Numbering }) {
		invalid["numbering"] = "请选择怎样编号。"
	}
	room := f.room()
	switch {
	case room == 0:
		invalid["paper"] = "请选择纸张。"
	case f.Kind == Cards && f.Paper == "a3":
		invalid["paper"] = "一张卡用不着 A3，请选 A4 或者 A5。"
	}
	for i := range f.Columns {
		c := &f.Columns[i]
		c.Label = county.Trimmed(c.Label)
		county.OneLine(invalid, "label_"+c.Key, c.Label, "请填栏目名称，不要这一栏的不要勾选“显示”。", longestLabel)
		same := func(other Column) bool { return other.Shown && other.Label == c.Label }
		switch {
		case c.Width.mm() == 0:
			invalid["label_"+c.Key] = "请选择这一栏的宽度。"
		case c.Shown && slices.ContainsFunc(f.Columns[:i], same):
			invalid["label_"+c.Key] = "前面已经有一栏叫“" + c.Label + "”，请换个名称。"
		}
	}
	if shown := f.Shown(); room > 0 {
		switch needs := needed(shown); {
		case len(shown) < 2:
			invalid["columns"] = "至少要显示两栏。"
		case f.Kind == Cards: // its columns stand below each other
		case needs > room:
			invalid["columns"] = fmt.Sprintf("这些栏一共要 %d 毫米，纸上只有 %d 毫米。请少显示几栏、把几栏改窄，或者换成横向。", needs, room)
		case !slices.ContainsFunc(shown, func(c Column) bool { return c.Width == Rest }):
			invalid["columns"] = "至少要有一栏的宽度是“余下的”，由它填满纸张。"
		}
	}
	return invalid.Err()
}

func (w Width) mm() int {
	for _, x := range Widths {
		if x.Width == w {
			return x.MM
		}
	}
	return 0
}

func (f *Form) room() int {
	for _, p := range Papers {
		if p.Paper == f.Paper {
			return p.MM
		}
	}
	return 0
}

func needed(columns []Column) (mm int) {
	for _, c := range columns {
		mm += c.Width.mm()
	}
	return mm
}
