package imports

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/internal/null"
	"lianluo/internal/postgres"
	"lianluo/internal/sheet"
	"lianluo/internal/tenant"
	"lianluo/internal/unit"
)

// The columns of units.
const (
	colUnit       = "单位名称"
	colLevel      = "级别"
	colStation    = "联络站"
	colContact    = "联系人"
	colCategories = "惯常承办的类别"
)

var unitList = list{kind: Units, title: "承办单位", unit: "个", judge: judgeUnits, columns: []Column{
	{Column: sheet.Column{Name: colUnit, Width: 28, Aliases: []string{"名称", "单位"}}, field: "name", Must: "必填", Help: "全称，按它找到已有的单位。", Example: "县水利局"},
	{Column: sheet.Column{Name: colLevel, Choices: []string{"县直部门", "乡镇单位"}, Optional: true}, field: "level", Must: "新单位必填", Help: "县直部门，或者乡镇单位。", Example: "县直部门"},
	{Column: sheet.Column{Name: colStation, Width: 28, Optional: true, Aliases: []string{"所在乡镇的联络站", "乡镇"}}, field: "station", Must: "乡镇单位必填",
		Help: "它所在乡镇的联络站：名称、简称或者代码。", Example: "王桥镇"},
	{Column: sheet.Column{Name: colContact, Optional: true}, field: "contact", Must: "可不填", Help: "办事时找谁。", Example: ""},
	{Column: sheet.Column{Name: colPhone, Kind: sheet.Code, Optional: true, Aliases: []string{"联系电话", "办公电话"}}, field: "phone", Must: "可不填", Help: "办公电话，座机带区号。", Example: "0355-7220200"},
	{Column: sheet.Column{Name: colCategories, Width: 40, Optional: true, Aliases: []string{"类别", "承办类别"}}, field: "categories", Must: "可不填",
		Help: "设置里有的类别，几个之间用顿号隔开；小类和别的同名时写成“大类/小类”。填了就以这里为准。", Example: "农田水利、饮水管网"},
}}

// office is a unit of the county or of the file.
type office struct {
	id   int64
	name string
	was  *unit.Whole // nil: the file makes it
	row  *row
}

// units are a county's units, and the categories that they usually get.
type units struct {
	all        []*office
	byName     map[string]*office
	byID       map[int64]*office
	renamed    map[string]*office // by past names
	categories []category
}

// category is one that units may usually get.
type category struct {
	ID   int64
	Name string
	Path string // with the first level in front
}

func (all *units) load(ctx context.Context, tx *tenant.Tx) (err error) {
	all.byName, all.byID, all.renamed = map[string]*office{}, map[int64]*office{}, map[string]*office{}
	found, err := unit.All(ctx, tx)
	if err != nil {
		return err
	}
	for i := range found {
		o := &office{id: found[i].ID, name: found[i].Name, was: &found[i]}
		all.add(o)
		all.byID[o.id] = o
		for _, past := range found[i].PastNames {
			all.renamed[past] = o
		}
	}
	all.categories, err = postgres.All[category](ctx, tx, `select c.id, c.name, coalesce(p.name || '/', '') || c.name as path from categories c
		left join categories p on p.county_id = @county and p.id = c.parent_id
		where c.county_id = @county order by coalesce(p.position, c.position), c.parent_id nulls first, c.position, c.id`)
	return err
}

func (all *units) add(o *office) {
	all.all = append(all.all, o)
	all.byName[o.name] = o
}

// find is the unit in use with that name, or what is wrong.
func (all *units) find(name string) (*office, string) {
	o := all.byName[name]
	switch {
	case o != nil && o.was != nil && o.was.Retired:
		return nil, "“" + name + "”已经撤销，请先在承办单位页面恢复"
	case o != nil:
		return o, ""
	case all.renamed[name] != nil:
		return nil, "“" + name + "”现在叫“" + all.renamed[name].name + "”，请写现在的名称"
	}
	return nil, "没有找到“" + name + "”这个单位"
}

// category is the one category with that name or path, or what is wrong.
func (all *units) category(typed string) (id int64, problem string) {
	for _, c := range all.categories {
		if c.Path == typed {
			return c.ID, ""
		}
		if c.Name != typed {
			continue
		}
		if id != 0 {
			return 0, "叫“" + typed + "”的类别不止一个，请写成“大类/小类”"
		}
		id = c.ID
	}
	if id == 0 {
		return 0, "设置里没有“" + typed + "”这个类别"
	}
	return id, ""
}

// categoryNames are categories as a list shows them: by name, or by path where one cannot tell.
func (all *units) categoryNames(ids []int64) string {
	var names []string
	for _, c := range all.categories {
		if !slices.Contains(ids, c.ID) {
			continue
		}
		name := c.Path
		if found, _ := all.category(c.Name); found == c.ID {
			name = c.Name
		}
		names = append(names, name)
	}
	return strings.Join(names, separator)
}

func judgeUnits(r *run, rows []*row) {
	for _, w := range rows {
		if w.subject = w.Text(colUnit); w.subject == "" && !w.Bad(colUnit) {
			w.Refuse(colUnit, "请填单位名称")
		}
		if w.subject != "" {
			r.unit(w)
		}
	}
}

func (r *run) unit(w *row) {
	o := r.units.byName[w.subject]
	if o == nil && r.units.renamed[w.subject] == nil {
		o = &office{name: w.subject}
		r.units.add(o)
		w.fresh = true
	} else if _, problem := r.units.find(w.subject); problem != "" {
		w.Refuse(colUnit, problem)
		return
	}
	if o.row != nil {
		w.Refuse("", "和第 "+strconv.Itoa(o.row.Number)+" 行是同一个单位，请删去一行")
		return
	}
	o.row = w
	f := unit.Facts{Name: o.name}
	if o.was != nil {
		f = unit.Facts{Name: o.name, Level: o.was.Level, StationID: null.Value(o.was.StationID), Contact: null.Value(o.was.Contact),
			Phone: null.Value(o.was.Phone), Categories: o.was.Categories}
	}
	at := r.unitFacts(w, &f)
	if w.fresh {
		w.changes = nil
	}
	if w.bad() || !w.fresh && len(w.changes) == 0 {
		return
	}
	r.then(w, func() (err error) {
		if at != nil {
			if f.StationID, _ = at.ready(w, colStation); w.bad() {
				return nil
			}
		}
		if f.Categories = r.entryIDs(w, colCategories, f.Categories); w.bad() {
			return nil
		}
		if o.was != nil {
			return unit.Change(r.ctx, r.tx, r.by, o.id, o.was.Version, f)
		}
		o.id, err = unit.Create(r.ctx, r.tx, r.by, f)
		return err
	})
}

// unitFacts compares the cells of a unit, and returns the station that a row names.
func (r *run) unitFacts(w *row, f *unit.Facts) (at *place) {
	if typed := w.Text(colLevel); typed != "" {
		level := slices.IndexFunc(unit.Levels, func(l unit.Level) bool { return l.Name == typed })
		if level < 0 {
			w.Refuse(colLevel, "请写“县直部门”或“乡镇单位”")
		} else if w.given(colLevel, unit.LevelName(f.Level), typed) {
			f.Level = unit.Levels[level].Level
		}
	}
	if typed := w.Text(colStation); typed != "" && f.Level != "county" {
		var problem string
		if at, problem = r.places.find(typed, "station"); problem != "" {
			w.Refuse(colStation, problem)
		} else if at.id == 0 || at.id != f.StationID {
			w.given(colStation, r.places.nameOf(f.StationID), at.name)
		}
	}
	phone := county.PublicPhone(errs.Invalid{}, "", w.Text(colPhone))
	if w.given(colContact, f.Contact, w.Text(colContact)) {
		f.Contact = w.Text(colContact)
	}
	if w.given(colPhone, f.Phone, phone) {
		f.Phone = phone
	}
	var categories []int64
	for _, typed := range parts(w.Text(colCategories)) {
		id, problem := r.units.category(typed)
		if problem != "" {
			w.Refuse(colCategories, problem)
		}
		categories = append(categories, id)
	}
	if categories = sorted(categories); categories != nil && !slices.Equal(categories, sorted(f.Categories)) {
		w.given(colCategories, r.units.categoryNames(f.Categories), r.units.categoryNames(categories))
		f.Categories = categories
	}
	return at
}

// ready reports whether the unit is made; a row is refused where the unit's own was wrong.
func (o *office) ready(w *row) bool {
	if o.id == 0 {
		w.Refuse("", "“"+o.name+"”自己的那一行有错，请先改好它")
	}
	return o.id != 0
}
