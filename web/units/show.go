package units

import (
	"cmp"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"lianluo/internal/auth"
	"lianluo/internal/casefile"
	"lianluo/internal/errs"
	"lianluo/internal/null"
	"lianluo/internal/tenant"
	"lianluo/internal/unit"
	"lianluo/web/forms"
	"lianluo/web/page"
	"lianluo/web/session"
	"lianluo/web/ui"
)

// sheet is a unit's page.
type sheet struct {
	by      auth.Actor
	unit    unit.Unit
	past    []unit.PastName
	members []unit.Member
	place   *unit.Place
	figures casefile.UnitFigures
}

func (h Handler) show(w http.ResponseWriter, r *http.Request) error {
	by, name := session.By(r), nameOf(r)
	var (
		found   **unit.Unit
		past    *[]unit.PastName
		members *[]unit.Member
		place   **unit.Place
		figures *casefile.UnitFigures
	)
	err := h.DB.View(r.Context(), by.County, func(v *tenant.View) {
		found, past, members, place = unit.ByName(v, name), unit.PastNames(v, name), unit.Members(v, name), unit.PlaceOf(v, name)
	})
	if err != nil {
		return err
	}
	if *found == nil {
		return errs.NotFound
	}
	if (*found).Name != name { // it was renamed; not for good, since another may take the name
		http.Redirect(w, r, (*found).Path(), http.StatusFound)
		return nil
	}
	err = h.DB.View(r.Context(), by.County, func(v *tenant.View) { figures = casefile.UnitFiguresOf(v, by, (*found).ID) })
	if err != nil {
		return err
	}
	s := &sheet{by, **found, *past, *members, *place, *figures}
	frame := page.FrameOf(r)
	frame.Title = s.unit.Name
	return page.Render(w, r, http.StatusOK, s.page(frame))
}

func (h Handler) move(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	err := h.update(r, func(tx *tenant.Tx, by auth.Actor, id int64) error {
		return unit.Move(r.Context(), tx, by, id, int(forms.Number(r, "from")), r.PostFormValue("to") == "up")
	})
	if err != nil {
		return err
	}
	return forms.Done(w, r, unit.Path(nameOf(r)), "顺序已经调整。")
}

func (h Handler) restore(w http.ResponseWriter, r *http.Request) error {
	err := h.update(r, func(tx *tenant.Tx, by auth.Actor, id int64) error { return unit.Restore(r.Context(), tx, by, id) })
	if err != nil {
		return err
	}
	return forms.Done(w, r, unit.Path(nameOf(r)), "已经恢复。")
}

// cases is the address of the unit's cases in a view, further narrowed by name and value.
func cases(id int64, view casefile.View, more ...string) string {
	address := url.Values{"view": {string(view)}, "unit": {itoa(id)}}
	for i := 0; i+1 < len(more); i += 2 {
		address.Set(more[i], more[i+1])
	}
	return "/cases?" + address.Encode()
}

// figure is a number that opens what it counts.
type figure struct {
	name, url string
	n         int64
	late      bool
}

func (s *sheet) numbers() []figure {
	f, id := s.figures, s.unit.ID
	return []figure{
		{name: "在办", url: cases(id, casefile.ViewOpen), n: f.Open},
		{name: "其中逾期", url: cases(id, casefile.ViewLate), n: f.Late, late: f.Late > 0},
		{name: "已办结", url: cases(id, casefile.ViewClosed), n: f.Closed},
		{name: "其中满意", url: cases(id, casefile.ViewClosed, "outcome", "satisfied"), n: f.Satisfied},
		{name: "不满意", url: cases(id, casefile.ViewClosed, "outcome", "dissatisfied"), n: f.Dissatisfied},
		{name: "未评价", url: cases(id, casefile.ViewClosed, "outcome", "unrated"), n: f.Unrated},
	}
}

func (s *sheet) meta() string {
	meta := unit.LevelName(s.unit.Level)
	if s.unit.Station != nil {
		meta = *s.unit.Station + "，" + meta
	}
	return meta
}

func (s *sheet) facts() []ui.Fact {
	u := s.unit
	facts := []ui.Fact{{Label: "联系人", Value: cmp.Or(null.Value(u.Contact), "还没有填")}, {Label: "电话", Value: cmp.Or(null.Value(u.Phone), "还没有填")}}
	if u.Retired && u.RetiredOn != nil {
		facts = append(facts, ui.Fact{Label: "撤销", Value: u.RetiredOn.ChineseLong()})
	}
	facts = append(facts, ui.Fact{Label: "惯常承办", Value: cmp.Or(strings.Join(u.Usual, "、"), "还没有选")})
	if s.figures.Co > 0 {
		facts = append(facts, ui.Fact{Label: "协办", Value: "还有 " + strconv.FormatInt(s.figures.Co, 10) + " 件等它的协办意见"})
	}
	return facts
}
