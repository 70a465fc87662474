package stations

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"golang.org/x/text/width"

	"lianluo/internal/auth"
	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/internal/network"
	"lianluo/internal/station"
	"lianluo/internal/tenant"
	"lianluo/web/forms"
	"lianluo/web/page"
	"lianluo/web/session"
)

// typed are facts as a form has them: its numbers as they were typed.
type typed struct {
	station.Facts
	latitude, longitude, area string
	version                   int32
}

// form is the page on which a place is made or changed.
type form struct {
	forms.Problem
	typed
	stored    *station.Record // nil of a new one
	contact   bool            // the contact facts alone: the head's form
	parents   []station.Above
	areas     []station.Area
	functions []county.Entry
	located   []station.Located
}

// fieldNames are the fields of the record as pages say them, and fieldOrder how they stand.
var (
	fieldNames = map[string]string{"code": "代码", "kind": "类型", "parent": "上一级", "name": "名称", "short_name": "简称", "division": "所在乡镇或村",
		"address": "地址", "phone": "电话", "opening_hours": "开放时间", "latitude": "纬度", "longitude": "经度", "area": "面积", "villages": "服务范围",
		"functions": "功能", "state": "状态", "successor": "并入", "from": "开始日期", "to": "结束日期"}
	fieldOrder = []string{"kind", "parent", "name", "short_name", "division", "code", "address", "phone", "opening_hours", "area", "longitude", "latitude",
		"functions", "villages"}
)

// parse reads a form of a place.
func parse(w http.ResponseWriter, r *http.Request) error {
	return page.ParseForm(w, r, 128<<10)
}

// typedOf reads the form; a number that is none is told by field.
func typedOf(r *http.Request) (typed, errs.Invalid) {
	value := r.PostFormValue
	t := typed{version: forms.Began(r), latitude: value("latitude"), longitude: value("longitude"), area: value("area"),
		Facts: station.Facts{Code: value("code"), Kind: value("kind"), Parent: value("parent"), Name: value("name"), ShortName: value("short_name"),
			Division: value("division"), Address: value("address"), Phone: value("phone"), OpeningHours: value("opening_hours"), Villages: r.PostForm["villages"]}}
	for _, id := range r.PostForm["functions"] {
		n, _ := strconv.ParseInt(id, 10, 64)
		t.Functions = append(t.Functions, n)
	}
	invalid := errs.Invalid{}
	t.Latitude = coordinate(t.latitude, "latitude", invalid)
	t.Longitude = coordinate(t.longitude, "longitude", invalid)
	if area := plain(t.area); area != "" {
		n, err := strconv.Atoi(area)
		if err != nil || n == 0 {
			invalid["area"] = "面积请填整数，单位是平方米；不知道的不填。"
		}
		t.Area = n
	}
	return t, invalid
}

// plain is a number as it was typed, in characters of half width.
func plain(typed string) string { return strings.TrimSpace(width.Narrow.String(typed)) }

func coordinate(typed, field string, invalid errs.Invalid) *float64 {
	if plain(typed) == "" {
		return nil
	}
	n, err := strconv.ParseFloat(strings.TrimSuffix(plain(typed), "°"), 64)
	if err != nil {
		invalid[field] = "请填小数，例如 113.051234。"
	}
	return &n
}

func typedFrom(f station.Facts, version int32) typed {
	t := typed{Facts: f, version: version}
	if f.Latitude != nil {
		t.latitude, t.longitude = degrees(f.Latitude), degrees(f.Longitude)
	}
	if f.Area != 0 {
		t.area = strconv.Itoa(f.Area)
	}
	return t
}

// load reads what the form offers.
func (h Handler) load(r *http.Request, code string, f *form) error {
	by, _ := session.Actor(r.Context())
	var (
		record    **station.Record
		parents   *[]station.Above
		areas     *[]station.Area
		functions *[]county.Entry
		located   *[]station.Located
	)
	err := h.DB.View(r.Context(), by.County, func(v *tenant.View) {
		record = station.RecordOf(v, code)
		parents, areas = station.Parents(v), station.Areas(v)
		functions, located = county.FunctionList.Entries(v, 0), station.AllLocated(v)
	})
	if err != nil {
		return err
	}
	f.stored, f.parents, f.areas, f.functions, f.located = *record, *parents, *areas, *functions, *located
	f.contact = by.Scope(auth.ChangeStations) != auth.WholeCounty
	return nil
}

func (h Handler) newPlace(w http.ResponseWriter, r *http.Request) error {
	if err := whole(r); err != nil {
		return err
	}
	f := &form{}
	if err := h.load(r, "", f); err != nil {
		return err
	}
	f.Kind, f.Parent = r.URL.Query().Get("kind"), r.URL.Query().Get("parent")
	f.Division = r.URL.Query().Get("division") // of a township without a station
	for _, above := range f.parents {
		if above.Code == f.Parent && f.Kind == "" {
			f.Kind = map[string]string{"station": "point", "point": "post"}[above.Kind]
		}
	}
	return h.showForm(w, r, f)
}

func (h Handler) create(w http.ResponseWriter, r *http.Request) error {
	if err := whole(r); err != nil {
		return err
	}
	if err := parse(w, r); err != nil {
		return err
	}
	t, invalid := typedOf(r)
	by, _ := session.Actor(r.Context())
	var made station.Record
	err := h.DB.Update(r.Context(), by.County, func(tx *tenant.Tx) error {
		id, err := station.Create(r.Context(), tx, by, t.Facts)
		if err = forms.Both(err, invalid); err != nil {
			return err
		}
		made, err = station.FindID(r.Context(), tx, id)
		return err
	})
	if err == nil {
		return forms.Done(w, r, "/stations/"+made.Code, "“"+made.Name+"”已经建好，代码是 "+made.Code+"。")
	}
	p, err := forms.ProblemOf(err)
	if err != nil {
		return err
	}
	f := &form{Problem: p}
	if err := h.load(r, "", f); err != nil {
		return err
	}
	f.typed = t
	return h.showForm(w, r, f)
}

func (h Handler) edit(w http.ResponseWriter, r *http.Request) error {
	f := &form{}
	if err := h.load(r, codeOf(r), f); err != nil {
		return err
	}
	if err := f.allowed(r); err != nil {
		return err
	}
	f.typed = typedFrom(f.stored.Facts(), f.stored.Version)
	return h.showForm(w, r, f)
}

// allowed is nil for whoever may change the place.
func (f *form) allowed(r *http.Request) error {
	by, _ := session.Actor(r.Context())
	switch {
	case f.stored == nil:
		return errs.NotFound
	case !by.MayOn(auth.ChangeStations, f.stored.Subject()):
		return errs.Forbidden
	}
	return nil
}

func (h Handler) save(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	t, invalid := typedOf(r)
	by, _ := session.Actor(r.Context())
	var along network.Along
	err := h.DB.Update(r.Context(), by.County, func(tx *tenant.Tx) error {
		was, err := station.Find(r.Context(), tx, codeOf(r))
		if err != nil {
			return err
		}
		along, err = network.ChangePlace(r.Context(), tx, by, was.ID, t.version, t.Facts)
		return forms.Both(err, invalid)
	})
	if err == nil {
		return forms.Done(w, r, "/stations/"+codeOf(r), saved(along))
	}
	p, err := forms.ProblemOf(err)
	if err != nil {
		return err
	}
	f := &form{Problem: p}
	if err := h.load(r, codeOf(r), f); err != nil {
		return err
	}
	f.typed = t
	f.Code, f.Kind, f.version = f.stored.Code, f.stored.Kind, p.GoesOn(t.version)
	f.takeOver()
	return h.showForm(w, r, f)
}

// saved says what went to another station with the place.
func saved(along network.Along) string {
	if along.Station == "" {
		return "资料已经保存。"
	}
	return fmt.Sprintf("资料已经保存。跟着转到%s的：在办事项 %d 件，接待日 %d 个，接待规则 %d 条；原来那个站的代表已经从这些接待日里去掉，请重新排代表。",
		along.Station, along.Cases, along.Days, along.Rules)
}

func whole(r *http.Request) error {
	if by, _ := session.Actor(r.Context()); by.Scope(auth.ChangeStations) != auth.WholeCounty {
		return errs.Forbidden
	}
	return nil
}

func (h Handler) showForm(w http.ResponseWriter, r *http.Request, f *form) error {
	frame := page.FrameOf(r)
	frame.Title, frame.Error = "新建站点", f.Any()
	if f.stored != nil {
		frame.Title = "修改资料：" + f.stored.Name
	}
	return page.Render(w, r, f.Status(), f.page(frame))
}
