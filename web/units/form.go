package units

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"lianluo/internal/auth"
	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/internal/null"
	"lianluo/internal/station"
	"lianluo/internal/tenant"
	"lianluo/internal/unit"
	"lianluo/web/forms"
	"lianluo/web/page"
	"lianluo/web/session"
	"lianluo/web/ui"
)

// form is the form of a new unit, or of one that is changed.
type form struct {
	forms.Problem
	unit       *unit.Unit // nil: a new one
	typed      typed
	stations   []station.Place
	categories []county.Category
}

// typed is what the form holds, as it was typed.
type typed struct {
	version                              int32
	name, level, station, contact, phone string
	categories                           []string
}

// fieldNames are the fields of the record as the form says them, order how they stand.
var fieldNames = map[string]string{"name": "名称", "level": "层级", "station": "联络站", "contact": "联系人", "phone": "电话",
	"categories": "惯常承办的类别", "retired": "状态", "successor": "并入", "reason": "理由"}

var order = []string{"name", "level", "station", "contact", "phone", "categories"}

// longestForm bounds what is read of a form, which ticks some hundred categories.
const longestForm = 128 << 10

func typedIn(w http.ResponseWriter, r *http.Request) (t typed, err error) {
	if err := page.ParseForm(w, r, longestForm); err != nil {
		return t, err
	}
	return typed{forms.Began(r), r.PostFormValue("name"), r.PostFormValue("level"), r.PostFormValue("station"),
		r.PostFormValue("contact"), r.PostFormValue("phone"), r.PostForm["categories"]}, nil
}

func (t typed) facts() unit.Facts {
	f := unit.Facts{Name: t.name, Level: t.level, StationID: number(t.station), Contact: t.contact, Phone: t.phone}
	for _, c := range t.categories {
		f.Categories = append(f.Categories, number(c))
	}
	return f
}

// merged is what the form shows again: what somebody else changed meanwhile and this one did
// not touch is as the other left it.
func (t typed) merged(p forms.Problem, now *unit.Unit) typed {
	if p.Stale == nil {
		return t
	}
	t.version = p.GoesOn(t.version)
	t.name, t.contact, t.phone = p.Keep("name", t.name), p.Keep("contact", t.contact), p.Keep("phone", t.phone)
	stored := storedOf(now)
	for _, change := range p.Stale.Since { // of these the record holds the words, not what the form sends
		if _, changed := change.Changes["level"]; changed {
			t.level, t.station = stored.level, stored.station
		}
		if _, changed := change.Changes["station"]; changed {
			t.station = stored.station
		}
		if _, changed := change.Changes["categories"]; changed {
			t.categories = stored.categories
		}
	}
	return t
}

func storedOf(u *unit.Unit) typed {
	t := typed{version: u.Version, name: u.Name, level: u.Level, contact: null.Value(u.Contact), phone: null.Value(u.Phone)}
	if u.StationID != nil {
		t.station = itoa(*u.StationID)
	}
	for _, c := range u.Categories {
		t.categories = append(t.categories, itoa(c))
	}
	return t
}

func (h Handler) new(w http.ResponseWriter, r *http.Request) error {
	return h.showForm(w, r, &form{typed: typed{level: "county"}}, "")
}

func (h Handler) create(w http.ResponseWriter, r *http.Request) error {
	t, err := typedIn(w, r)
	if err != nil {
		return err
	}
	err = h.DB.Update(r.Context(), session.By(r).County, func(tx *tenant.Tx) error {
		_, err := unit.Create(r.Context(), tx, session.By(r), t.facts())
		return err
	})
	if err == nil {
		return forms.Done(w, r, unit.Path(county.Trimmed(t.name)), "已经建好。")
	}
	f := &form{typed: t}
	if f.Problem, err = forms.ProblemOf(err); err != nil {
		return err
	}
	return h.showForm(w, r, f, "")
}

func (h Handler) edit(w http.ResponseWriter, r *http.Request) error {
	return h.showForm(w, r, &form{}, nameOf(r))
}

func (h Handler) change(w http.ResponseWriter, r *http.Request) error {
	t, err := typedIn(w, r)
	if err != nil {
		return err
	}
	err = h.update(r, func(tx *tenant.Tx, by auth.Actor, id int64) error {
		return unit.Change(r.Context(), tx, by, id, t.version, t.facts())
	})
	if err == nil {
		return forms.Done(w, r, unit.Path(county.Trimmed(t.name)), "已经保存。")
	}
	f := &form{typed: t}
	if f.Problem, err = forms.ProblemOf(err); err != nil {
		return err
	}
	return h.showForm(w, r, f, nameOf(r))
}

// update runs a change of the unit that the address names.
func (h Handler) update(r *http.Request, write func(tx *tenant.Tx, by auth.Actor, id int64) error) error {
	by := session.By(r)
	return h.DB.Update(r.Context(), by.County, func(tx *tenant.Tx) error {
		id, err := unit.IDOf(r.Context(), tx, nameOf(r))
		if err != nil {
			return err
		}
		return write(tx, by, id)
	})
}

// showForm shows the form of the unit with that name, or of a new one.
func (h Handler) showForm(w http.ResponseWriter, r *http.Request, f *form, name string) error {
	var (
		found      **unit.Unit
		stations   *[]station.Place
		categories *[]county.Category
	)
	err := h.DB.View(r.Context(), session.By(r).County, func(v *tenant.View) {
		if name != "" {
			found = unit.ByName(v, name)
		}
		stations, categories = station.All(v), county.Categories(v)
	})
	if err != nil {
		return err
	}
	f.stations, f.categories = *stations, *categories
	frame := page.FrameOf(r)
	frame.Title, frame.Error = "新建承办单位", f.Any()
	if found != nil {
		if f.unit = *found; f.unit == nil {
			return errs.NotFound
		}
		frame.Title = "修改" + f.unit.Name
		if f.typed = f.typed.merged(f.Problem, f.unit); !f.Any() {
			f.typed = storedOf(f.unit)
		}
	}
	return page.Render(w, r, f.Status(), f.page(frame))
}

// family is a category of the first level with what the form offers below it.
type family struct {
	name    string
	ticked  int
	options []ui.Option
}

// families are the categories as the form offers them: those in use, and those that the unit
// has although they are not.
func (f *form) families() []family {
	var all []family
	at := map[int64]int{}
	for _, c := range f.categories {
		ticked := slices.Contains(f.typed.categories, itoa(c.ID))
		if c.ParentID == nil {
			at[c.ID] = len(all)
			all = append(all, family{name: c.Name})
		}
		if c.Retired && !ticked {
			continue
		}
		own := at[c.ID]
		option := ui.Option{Value: itoa(c.ID), Name: c.Name}
		if c.ParentID == nil {
			option.Name, option.Note = "整个大类", c.Name
		} else {
			own = at[*c.ParentID]
		}
		if c.Retired {
			option.Note = "已停用"
		}
		all[own].options = append(all[own].options, option)
		if ticked {
			all[own].ticked++
		}
	}
	return slices.DeleteFunc(all, func(f family) bool { return len(f.options) == 0 })
}

// ticks are how many of the family are ticked, in words.
func (f family) ticks() string {
	if f.ticked == 0 {
		return ""
	}
	return "，已选 " + strconv.Itoa(f.ticked) + " 类"
}

func number(typed string) int64 {
	n, _ := strconv.ParseInt(strings.TrimSpace(typed), 10, 64)
	return n
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
