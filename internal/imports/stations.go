package imports

import (
	"slices"
	"strconv"
	"strings"

	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/internal/network"
	"lianluo/internal/sheet"
	"lianluo/internal/station"
)

// The columns of stations.
const (
	colCode      = "代码"
	colKind      = "类型"
	colName      = "名称"
	colShort     = "简称"
	colTownship  = "乡镇"
	colVillage   = "村（社区）"
	colParent    = "上级站点"
	colAddress   = "地址"
	colPhone     = "电话"
	colHours     = "开放时间"
	colLongitude = "经度"
	colLatitude  = "纬度"
	colArea      = "面积（平方米）"
	colVillages  = "服务的村（社区）"
	colFunctions = "功能"
	colState     = "状态"
	colWhy       = "暂停原因"
	since        = "任职日期" // behind the name of an office
)

var stationList = list{kind: Stations, title: "联络站点", unit: "个", judge: judgeStations, columns: []Column{
	{Column: sheet.Column{Name: colCode, Kind: sheet.Code, Width: 18, Optional: true, Aliases: []string{"编码", "站点代码"}}, field: "code", Must: "可不填",
		Help: "站点的固定代码，印在二维码上，以县的 6 位区划代码开头。新站点不填，由系统编。", Example: "140423101"},
	{Column: sheet.Column{Name: colKind, Choices: []string{"联络站", "联络点", "服务岗"}, Aliases: []string{"类别", "站点类型"}}, field: "kind", Must: "必填",
		Help: "联络站（乡镇、街道）、联络点（村、社区）、服务岗（设在站或点下面）。", Example: "联络站"},
	{Column: sheet.Column{Name: colName, Width: 32, Aliases: []string{"站点名称", "联络站名称"}}, field: "name", Must: "必填",
		Help: "全称。没有代码时，按名称和乡镇找到已有的站点。", Example: "王桥镇人大代表联络站"},
	{Column: sheet.Column{Name: colShort, Optional: true}, field: "short_name", Must: "可不填", Help: "不填时去掉名称里的“人大代表联络站”等字。", Example: "王桥镇"},
	{Column: sheet.Column{Name: colTownship, Optional: true, Aliases: []string{"所在乡镇", "乡镇（街道）", "街道"}}, field: "division", Must: "联络站必填",
		Help: "乡镇、街道的名称，或者 9 位区划代码。联络点、服务岗不填时，和上级站点一样。", Example: "王桥镇"},
	{Column: sheet.Column{Name: colVillage, Optional: true, Aliases: []string{"所在村", "村社", "村"}}, Must: "可不填",
		Help: "设在哪个村、社区：名称，或者 12 位区划代码。", Example: "五阳村"},
	{Column: sheet.Column{Name: colParent, Width: 28, Optional: true, Aliases: []string{"所属联络站", "所属站点"}}, field: "parent", Must: "联络点、服务岗必填",
		Help: "属于哪个站点：名称或者代码，可以是这张表里的。", Example: "王桥镇人大代表联络站"},
	{Column: sheet.Column{Name: colAddress, Width: 32, Optional: true}, field: "address", Must: "可不填", Help: "群众找得到的地址。", Example: "王桥镇政府大院一层"},
	{Column: sheet.Column{Name: colPhone, Kind: sheet.Code, Optional: true, Aliases: []string{"联系电话", "公开电话"}}, field: "phone", Must: "可不填",
		Help: "对外公开的电话，座机带区号。", Example: "0355-7220101"},
	{Column: sheet.Column{Name: colHours, Width: 24, Optional: true, Aliases: []string{"接待时间"}}, field: "opening_hours", Must: "可不填", Help: "用文字写。", Example: "周一至周五 8:30–17:30"},
	{Column: sheet.Column{Name: colLongitude, Kind: sheet.Number, Optional: true}, field: "longitude", Must: "可不填", Help: "和纬度一起填。", Example: "113.051"},
	{Column: sheet.Column{Name: colLatitude, Kind: sheet.Number, Optional: true}, field: "latitude", Must: "可不填", Help: "和经度一起填。", Example: "36.532"},
	{Column: sheet.Column{Name: colArea, Kind: sheet.Number, Optional: true}, field: "area", Must: "可不填", Help: "整数。", Example: "80"},
	{Column: sheet.Column{Name: colVillages, Width: 40, Optional: true, Aliases: []string{"服务村社", "服务范围"}}, field: "villages", Must: "可不填",
		Help: "名称，几个之间用顿号隔开。填了就以这里为准。", Example: "五阳村、南里信村"},
	{Column: sheet.Column{Name: colFunctions, Width: 40, Optional: true}, field: "functions", Must: "可不填",
		Help: "设置里有的功能，几个之间用顿号隔开。填了就以这里为准。", Example: "代表接待、立法联系点"},
	{Column: sheet.Column{Name: colState, Width: 8, Choices: []string{"开放", "暂停"}, Optional: true}, field: "state", Must: "可不填", Help: "开放或者暂停，新站点不填是开放。关闭、合并在联络站页面上办。", Example: "开放"},
	{Column: sheet.Column{Name: colWhy, Width: 24, Optional: true}, field: "reason", Must: "暂停的必填", Help: "为什么暂停，群众也看得到。", Example: ""},
	{Column: sheet.Column{Name: "站长", Optional: true}, Must: "可不填", Help: "姓名。和现任不一样的，从任职日期起换人。", Example: ""},
	sinceColumn("站长"),
	{Column: sheet.Column{Name: "副站长", Optional: true}, Must: "可不填", Help: "姓名，几位之间用顿号隔开。只增加，不会去掉现任的。", Example: ""},
	sinceColumn("副站长"),
	{Column: sheet.Column{Name: "联络员", Optional: true}, Must: "可不填", Help: "姓名，几位之间用顿号隔开。只增加，不会去掉现任的。", Example: ""},
	sinceColumn("联络员"),
}}

// judgeStations goes from above to below: what a row names as above it is known by then,
// wherever in the file it stands.
func judgeStations(r *run, rows []*row) {
	ranks := make([][]*row, len(station.Kinds))
	for _, w := range rows {
		w.subject = w.Text(colName)
		rank := -1
		for i, k := range station.Kinds {
			if k.Name == w.Text(colKind) {
				rank = i
			}
		}
		switch {
		case rank >= 0:
			ranks[rank] = append(ranks[rank], w)
		case !w.Bad(colKind):
			w.Refuse(colKind, "请写“联络站”“联络点”或“服务岗”")
		}
		if w.subject == "" && !w.Bad(colName) {
			w.Refuse(colName, "请填名称")
		}
	}
	for rank, some := range ranks {
		for _, w := range some {
			if w.subject != "" {
				r.station(w, station.Kinds[rank].Kind)
			}
		}
	}
}

// station judges one row.
func (r *run) station(w *row, kind string) {
	problems := len(w.Problems())
	above := r.above(w, kind)
	where := r.where(w, above)
	if len(w.Problems()) > problems {
		return
	}
	p := r.identify(w, kind, where)
	if p == nil {
		return
	}
	f := station.Facts{Code: p.code, Kind: kind, Division: where}
	if p.was != nil {
		f = p.was.Facts()
	}
	r.placed(w, p, &f, above, where)
	w.texts(&f)
	r.lists(w, p, &f)
	p.name = f.Name
	if p.short = f.ShortName; p.was == nil {
		w.fresh, w.changes = true, nil
	}
	if w.bad() {
		return
	}
	facts := len(w.changes) > 0
	r.then(w, func() error { return r.keepStation(w, p, f, above, facts) })
	r.officers(w, p)
	r.state(w, p)
}

// above is the place that a row names as above it.
func (r *run) above(w *row, kind string) *place {
	typed := w.Text(colParent)
	if typed == "" {
		return nil
	}
	p, problem := r.places.find(typed, map[string][]string{"point": {"station"}, "post": {"station", "point"}}[kind]...)
	switch {
	case kind == "station":
		w.Refuse(colParent, "联络站没有上级站点，请把这一格空着")
	case problem != "":
		w.Refuse(colParent, problem)
	}
	return p
}

// where is the code of the division that a row says, "" where it says none.
func (r *run) where(w *row, above *place) (code string) {
	var problem string
	if typed := w.Text(colTownship); typed != "" {
		if code = r.divisions.county(typed); code == "" {
			if code, problem = r.divisions.find(typed, "", townshipCode); problem != "" {
				w.Refuse(colTownship, problem)
				return ""
			}
		}
	} else if above != nil {
		code = above.township
	}
	if typed := w.Text(colVillage); typed != "" {
		village, problem := r.divisions.find(typed, code, villageCode)
		if problem != "" {
			w.Refuse(colVillage, problem)
		}
		return village
	}
	return code
}

// identify is the place that a row is about: by its code, else by name and township.
func (r *run) identify(w *row, kind, where string) *place {
	code := strings.ToUpper(w.Text(colCode))
	p := r.places.byCode[code]
	if code == "" {
		if where == "" {
			w.Refuse(colTownship, "请填乡镇")
			return nil
		}
		for _, known := range r.places.all {
			if known.kind != kind || known.name != w.subject || known.township != township(where) || !known.open() {
				continue
			}
			if p != nil {
				w.Refuse(colName, "这个乡镇有几个同名的"+w.Text(colKind)+"，请写代码")
				return nil
			}
			p = known
		}
	}
	switch {
	case p == nil && where == "":
		w.Refuse(colTownship, "请填乡镇")
		return nil
	case p == nil:
		p = &place{code: code, kind: kind, name: w.subject, township: township(where)}
		r.places.add(p)
	case p.row != nil:
		w.Refuse("", "和第 "+strconv.Itoa(p.row.Number)+" 行是同一个站点，请删去一行")
		return nil
	case p.kind != kind:
		w.Refuse(colKind, "代码 "+p.code+" 是"+p.was.Name+"，类型定了就不能改")
		return nil
	case !p.open():
		w.Refuse("", "“"+p.name+"”已经关闭或者合并，请先在联络站页面恢复")
		return nil
	}
	p.row = w
	return p
}

// placed compares where a place is and what it hangs below.
func (r *run) placed(w *row, p *place, f *station.Facts, above *place, where string) {
	if above != nil {
		now := f.Parent
		if was := r.places.byCode[now]; was != nil {
			now = was.name
		}
		if f.Parent == "" || f.Parent != above.code {
			w.given(colParent, now, above.name)
		}
		f.Parent = above.code
	}
	if where == "" || p.was == nil || w.Text(colTownship) == "" && w.Text(colVillage) == "" {
		return
	}
	if township(f.Division) != township(where) {
		w.given(colTownship, r.divisions.byCode[township(f.Division)], r.divisions.byCode[township(where)])
		f.Division = where
	} else if w.Text(colVillage) != "" && f.Division != where {
		w.given(colVillage, r.divisions.village(f.Division, p.township), r.divisions.byCode[where])
		f.Division = where
	}
	p.township = township(f.Division)
}

// texts compares the cells that are words and numbers.
func (w *row) texts(f *station.Facts) {
	phone := county.PublicPhone(errs.Invalid{}, "", w.Text(colPhone))
	for _, cell := range []struct {
		column, typed string
		to            *string
	}{{colName, w.subject, &f.Name}, {colShort, w.Text(colShort), &f.ShortName}, {colAddress, w.Text(colAddress), &f.Address},
		{colPhone, phone, &f.Phone}, {colHours, w.Text(colHours), &f.OpeningHours}} {
		if w.given(cell.column, *cell.to, cell.typed) {
			*cell.to = cell.typed
		}
	}
	if typed, ok := w.Float(colLongitude); ok && w.given(colLongitude, degrees(f.Longitude), degrees(&typed)) {
		f.Longitude = &typed
	}
	if typed, ok := w.Float(colLatitude); ok && w.given(colLatitude, degrees(f.Latitude), degrees(&typed)) {
		f.Latitude = &typed
	}
	if typed, ok := w.Float(colArea); ok {
		if typed != float64(int(typed)) {
			w.Refuse(colArea, "请填整数")
		}
		if w.given(colArea, number(f.Area), number(int(typed))) {
			f.Area = int(typed)
		}
	}
}

// lists compares the cells of several names.
func (r *run) lists(w *row, p *place, f *station.Facts) {
	var villages []string
	for _, typed := range parts(w.Text(colVillages)) {
		code, problem := r.divisions.find(typed, p.township, villageCode)
		if problem != "" { // it may serve one of the township beside it
			code, problem = r.divisions.find(typed, "", villageCode)
		}
		if problem != "" {
			w.Refuse(colVillages, problem)
		}
		villages = append(villages, code)
	}
	if villages = sorted(villages); villages != nil && !slices.Equal(villages, sorted(f.Villages)) {
		w.given(colVillages, r.divisions.villages(f.Villages, p.township), r.divisions.villages(villages, p.township))
		f.Villages = villages
	}
	var functions []int64
	for _, typed := range parts(w.Text(colFunctions)) {
		at := slices.IndexFunc(r.functions, func(f station.Function) bool { return f.Name == typed })
		if at < 0 {
			w.Refuse(colFunctions, "设置里没有“"+typed+"”这项功能")
			continue
		}
		functions = append(functions, r.functions[at].ID)
	}
	if functions = sorted(functions); functions != nil && !slices.Equal(functions, sorted(f.Functions)) {
		w.given(colFunctions, r.functionNames(f.Functions), r.functionNames(functions))
		f.Functions = functions
	}
}

// keepStation makes or changes a place.
func (r *run) keepStation(w *row, p *place, f station.Facts, above *place, changed bool) (err error) {
	if above != nil {
		if _, made := above.ready(w, colParent); !made {
			return nil
		}
		f.Parent = above.code
	}
	if f.Functions = r.entryIDs(w, colFunctions, f.Functions); w.bad() {
		return nil
	}
	if p.was != nil {
		if !changed {
			return nil
		}
		_, err = network.ChangePlace(r.ctx, r.tx, r.by, p.id, p.was.Version, f)
		return err
	}
	if p.id, err = station.Create(r.ctx, r.tx, r.by, f); err != nil {
		return err
	}
	p.code, err = station.CodeOf(r.ctx, r.tx, p.id)
	return err
}

func (w *world) functionNames(ids []int64) string {
	var names []string
	for _, f := range w.functions {
		if slices.Contains(ids, f.ID) {
			names = append(names, f.Name)
		}
	}
	return strings.Join(names, separator)
}

// degrees is a coordinate as a list shows it.
func degrees(d *float64) string {
	if d == nil {
		return ""
	}
	return strconv.FormatFloat(*d, 'f', -1, 64)
}
