package imports

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"lianluo/internal/auth"
	"lianluo/internal/county"
	"lianluo/internal/null"
	"lianluo/internal/sheet"
	"lianluo/internal/station"
	"lianluo/internal/tenant"
)

// The kinds that only a whole network has: what its places and units name of the settings.
const (
	Functions  Kind = "functions"
	Categories Kind = "categories"
)

// The columns of the settings' entries.
const (
	colEntry    = "功能名称"
	colNote     = "说明"
	colCategory = "大类"
	colSub      = "小类"
	colUse      = "状态"

	inUse   = "在用"
	retired = "停用"
)

var useColumn = Column{Column: sheet.Column{Name: colUse, Width: 8, Choices: []string{inUse, retired}, Optional: true}, Must: "可不填", Help: "在用或者停用；不填是在用。"}

var functionList = list{kind: Functions, title: "站点功能", unit: "项", judge: judgeFunctions, columns: []Column{
	{Column: sheet.Column{Name: colEntry, Width: 24}, field: "name", Must: "必填", Help: "联络站点的功能。系统里没有的，导入时添加。"},
	{Column: sheet.Column{Name: colNote, Width: 48, Optional: true}, field: "text", Must: "可不填", Help: "群众在这里能做什么，印在海报上。"},
	useColumn,
}}

var categoryList = list{kind: Categories, title: "事项类别", unit: "个", judge: judgeCategories, columns: []Column{
	{Column: sheet.Column{Name: colCategory, Width: 24}, field: "name", Must: "必填", Help: "大类自己写一行，小类空着。系统里没有的，导入时添加。"},
	{Column: sheet.Column{Name: colSub, Width: 24, Optional: true}, field: "name", Must: "可不填", Help: "小类各写一行，前面写它的大类。"},
	useColumn,
}}

// entry is a function or a category, of the county or of the file.
type entry struct {
	of    *county.List
	id    int64 // below 0: the file makes it
	name  string
	note  string
	above *entry
	was   *county.Entry // nil: the file makes it
	row   *row
}

// entries are what a county's settings have of functions and categories.
type entries struct {
	functions, categories []*entry
	made                  map[int64]int64 // the id in the file → the entry's own
}

func (w *world) loadEntries(ctx context.Context, tx *tenant.Tx) error {
	w.entries.made = map[int64]int64{}
	first := map[int64]*entry{}
	for _, l := range []*county.List{county.FunctionList, county.CategoryList, county.SubcategoryList} {
		all, err := l.All(ctx, tx)
		if err != nil {
			return err
		}
		for i := range all {
			e := &entry{of: l, id: all[i].ID, name: all[i].Name, note: null.Value(all[i].Text), was: &all[i]}
			if l == county.SubcategoryList {
				e.above = first[null.Value(all[i].ParentID)]
			} else {
				first[e.id] = e
			}
			w.entries.add(e)
		}
	}
	return nil
}

func (all *entries) add(e *entry) {
	if e.of == county.FunctionList {
		all.functions = append(all.functions, e)
	} else {
		all.categories = append(all.categories, e)
	}
}

// find is the entry with that name in the one above, or nil.
func find(all []*entry, above *entry, name string) *entry {
	at := slices.IndexFunc(all, func(e *entry) bool { return e.above == above && e.name == name })
	if at < 0 {
		return nil
	}
	return all[at]
}

func judgeFunctions(r *run, rows []*row) {
	for _, w := range rows {
		if w.subject = county.Trimmed(w.Text(colEntry)); w.subject == "" && !w.Bad(colEntry) {
			w.Refuse(colEntry, "请填功能名称")
		}
		if e := r.entry(w, county.FunctionList, r.entries.functions, nil); e != nil && e.was == nil {
			r.functions = append(r.functions, station.Function{ID: e.id, Name: e.name})
		}
	}
}

func judgeCategories(r *run, rows []*row) {
	for _, w := range rows {
		name, sub := county.Trimmed(w.Text(colCategory)), county.Trimmed(w.Text(colSub))
		if w.subject = name; name == "" && !w.Bad(colCategory) {
			w.Refuse(colCategory, "请填大类")
		}
		if sub == "" || name == "" {
			if e := r.entry(w, county.CategoryList, r.entries.categories, nil); e != nil && e.was == nil {
				r.units.categories = append(r.units.categories, category{e.id, name, name})
			}
			continue
		}
		above := find(r.entries.categories, nil, name)
		if w.subject = sub; above == nil {
			w.Refuse(colCategory, "没有“"+name+"”这个大类，请在前面给它自己写一行")
			continue
		}
		if e := r.entry(w, county.SubcategoryList, r.entries.categories, above); e != nil && e.was == nil {
			r.units.categories = append(r.units.categories, category{e.id, sub, name + "/" + sub})
		}
	}
}

// entry judges the row of one entry, which w.subject names; nil where it is wrong.
func (r *run) entry(w *row, l *county.List, all []*entry, above *entry) *entry {
	use := w.Text(colUse)
	if use != "" && use != inUse && use != retired {
		w.Refuse(colUse, "请写“在用”或“停用”")
	}
	if w.bad() {
		return nil
	}
	e := find(all, above, w.subject)
	if e != nil && e.row != nil {
		w.Refuse("", "和第 "+strconv.Itoa(e.row.Number)+" 行重复，请删去一行")
		return nil
	}
	if w.fresh = e == nil; w.fresh {
		e = &entry{of: l, id: -int64(len(r.entries.functions) + len(r.entries.categories) + 1), name: w.subject, above: above}
		r.entries.add(e)
		w.note = "设置里没有，会添加"
	}
	e.row = w
	r.entryFacts(w, e, use)
	if (w.fresh || len(w.changes) > 0) && !r.by.May(auth.ChangeSettings) {
		w.Refuse("", "功能和类别由县管理员添加和修改，请县管理员来导入")
	}
	return e
}

// entryFacts compares a row with its entry. What goes out of use does so once all is made:
// something may name it.
func (r *run) entryFacts(w *row, e *entry, use string) {
	note := ""
	if e.of == county.FunctionList {
		note = w.Text(colNote)
	}
	was := e.was != nil && e.was.Retired
	if e.was == nil {
		r.then(w, func() error { return r.addEntry(e, note) })
	} else if w.given(colNote, e.note, note) {
		r.then(w, func() error {
			return e.of.Change(r.ctx, r.tx, r.by.Audit(), e.id, county.EntryInput{Version: e.was.Version, Name: e.name, Text: note})
		})
	}
	switch {
	case use == retired && !was:
		w.given(colUse, inUse, retired)
		r.last = append(r.last, step{w, func() error { return w.refuseAlong(e.of.Retire(r.ctx, r.tx, r.by.Audit(), r.entryID(e.id), nil)) }})
	case use == inUse && was:
		w.given(colUse, retired, inUse)
		r.then(w, func() error { return e.of.Restore(r.ctx, r.tx, r.by.Audit(), e.id, false) })
	}
}

func (r *run) addEntry(e *entry, note string) error {
	in := county.EntryInput{Name: e.name, Text: note}
	if e.above != nil {
		in.Above = r.entryID(e.above.id)
	}
	id, err := e.of.Add(r.ctx, r.tx, r.by.Audit(), in)
	r.entries.made[e.id] = id
	return err
}

// refuseAlong says what stands in the way of a category that is to go out of use.
func (w *row) refuseAlong(err error) error {
	if along, is := errors.AsType[county.Along](err); is {
		w.Refuse(colUse, "里面还有在用的小类“"+along.Entries[0].Name+"”，请先停用它")
		return nil
	}
	return err
}

// entryID is an entry's own id, 0 where its row was wrong.
func (r *run) entryID(id int64) int64 {
	if id < 0 {
		return r.entries.made[id]
	}
	return id
}

// entryIDs are the own ids of entries that a row names; the row is refused where the row of
// one was wrong.
func (r *run) entryIDs(w *row, column string, ids []int64) []int64 {
	own := make([]int64, len(ids))
	for i, id := range ids {
		if own[i] = r.entryID(id); own[i] == 0 {
			w.Refuse(column, "有一项在它自己的工作表里有错，请先改好它")
		}
	}
	return own
}

func (w *world) functionRows(write func(cells ...any)) {
	for _, e := range w.entries.functions {
		write(e.name, e.note, useOf(e))
	}
}

func (w *world) categoryRows(write func(cells ...any)) {
	for _, e := range w.entries.categories {
		if e.above == nil {
			write(e.name, nil, useOf(e))
			for _, sub := range w.entries.categories {
				if sub.above == e {
					write(e.name, sub.name, useOf(sub))
				}
			}
		}
	}
}

func useOf(e *entry) string {
	if e.was.Retired {
		return retired
	}
	return inUse
}
