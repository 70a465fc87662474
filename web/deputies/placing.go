package deputies

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"lianluo/internal/calendar"
	"lianluo/internal/deputy"
	"lianluo/internal/errs"
	"lianluo/internal/station"
	"lianluo/internal/tenant"
	"lianluo/web/forms"
	"lianluo/web/page"
	"lianluo/web/session"
)

// mostPicked bounds how many are ticked at once: a list's printed length.
const mostPicked = 500

// picked are the 档案号 that were ticked. More than there may be are refused.
func picked(typed url.Values) ([]int32, error) {
	var numbers []int32
	for _, value := range typed["id"] {
		if n, err := strconv.ParseInt(value, 10, 32); err == nil && n > 0 {
			numbers = append(numbers, int32(n))
		}
	}
	if len(numbers) > mostPicked {
		return nil, errs.Refuse(errs.Conflict, fmt.Sprintf("一次最多勾选 %d 名，现在勾选了 %d 名。请回到列表，分几次做。", mostPicked, len(numbers)))
	}
	return numbers, nil
}

// mixing is 混合编组: who was ticked, where they go, and what becomes of each.
type mixing struct {
	forms.Problem
	typed    url.Values
	people   []deputy.Person
	stations []station.Place
	plan     []deputy.Placed // nil until the form is filled
}

// placing is what the form says; a date that is none is said in unread.
func (m *mixing) placing(unread errs.Invalid) deputy.Placing {
	return deputy.Placing{StationID: intOf(m.typed, "station_id"), Role: m.typed.Get("role"), From: forms.Date(unread, m.typed.Get("from"), "from"),
		LeaveOthers: m.typed.Get("others") == "leave"}
}

// placing asks where those who are ticked go, and, once that is said, shows what becomes of
// each before it does.
func (h Handler) placing(w http.ResponseWriter, r *http.Request) error {
	m := &mixing{typed: r.URL.Query()}
	if m.typed.Get("from") == "" {
		m.typed.Set("from", calendar.DateOf(h.DB.Now()).String())
		m.typed.Set("role", "member")
	}
	if err := h.loadMixing(r, m); err != nil {
		return err
	}
	if m.typed.Get("others") == "" { // not filled yet
		return m.render(w, r)
	}
	if m.check(calendar.DateOf(h.DB.Now())); !m.Any() {
		m.plan = m.placing(errs.Invalid{}).Plan(m.people)
	}
	return m.render(w, r)
}

// anyPlaced reports whether some of them are in a group, which they may leave.
func (m *mixing) anyPlaced() bool {
	return slices.ContainsFunc(m.people, func(p deputy.Person) bool { return len(p.Places) > 0 })
}

// check is what a look at the form tells; Place judges the rest.
func (m *mixing) check(today calendar.Date) {
	invalid, unread := errs.Invalid{}, errs.Invalid{}
	p := m.placing(unread)
	if m.station() == "" {
		invalid["station_id"] = "请选择一个联络站。"
	}
	if p.From.IsZero() || p.From.After(today) {
		invalid["from"] = "请填进组的日期，不能晚于今天。"
	}
	if deputy.NameOf(deputy.Roles, p.Role) == "" {
		invalid["role"] = "请选择在组里做什么。"
	}
	joined, _, _ := sums(p.Plan(m.people))
	if p.Role == "head" && joined > 1 {
		invalid["role"] = deputy.OneHead
	}
	maps.Copy(invalid, unread)
	m.Invalid = invalid
}

// station is the short name of the one that was chosen, "" for none.
func (m *mixing) station() string {
	for _, s := range m.stations {
		if s.ID == m.placing(errs.Invalid{}).StationID {
			return s.ShortName
		}
	}
	return ""
}

func (h Handler) loadMixing(r *http.Request, m *mixing) error {
	numbers, err := picked(m.typed)
	if err != nil {
		return err
	}
	var people *[]deputy.Person
	var stations *[]station.Place
	err = h.view(r, func(v *tenant.View) {
		people, stations = deputy.People(v, numbers), station.All(v)
	})
	if err != nil {
		return err
	}
	m.people, m.stations = *people, *stations
	return nil
}

func (m *mixing) render(w http.ResponseWriter, r *http.Request) error {
	frame := page.FrameOf(r)
	frame.Title, frame.Error = "编入联络站", m.Any()
	if m.plan != nil {
		return page.Render(w, r, http.StatusOK, m.previewPage(frame))
	}
	return page.Render(w, r, m.Status(), m.page(frame))
}

// place puts them in, as it was shown.
func (h Handler) place(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	m := &mixing{typed: r.PostForm}
	numbers, err := picked(m.typed)
	if err != nil {
		return err
	}
	var done []deputy.Placed
	err = h.update(r, func(ctx context.Context, tx *tenant.Tx) (err error) {
		unread := errs.Invalid{}
		p := m.placing(unread)
		if p.Deputies, err = deputy.IDsOf(ctx, tx, numbers); err != nil {
			return err
		}
		done, err = p.Place(ctx, tx, session.By(r))
		return forms.Both(err, unread)
	})
	if err == nil {
		return forms.Done(w, r, "/deputies?station="+itoa(m.placing(errs.Invalid{}).StationID), told(done))
	}
	if m.Problem, err = forms.ProblemOf(err); err != nil {
		return err
	}
	if err := h.loadMixing(r, m); err != nil {
		return err
	}
	return m.render(w, r)
}

// told says what a placing did.
func told(done []deputy.Placed) string {
	joined, moved, stayed := sums(done)
	var parts []string
	if joined > 0 {
		parts = append(parts, "编入 "+strconv.Itoa(joined)+" 名")
	}
	if moved > 0 {
		parts = append(parts, strconv.Itoa(moved)+" 名离开了原来的组")
	}
	if stayed > 0 {
		parts = append(parts, strconv.Itoa(stayed)+" 名本来就在组里，没有动")
	}
	return strings.Join(parts, "，") + "。"
}

// sums counts who joins, who leaves other groups, and who is there already.
func sums(plan []deputy.Placed) (joined, moved, stayed int) {
	for _, one := range plan {
		if one.Already == "" {
			joined++
		} else {
			stayed++
		}
		if len(one.Left) > 0 {
			moved++
		}
	}
	return joined, moved, stayed
}

// becomes is what happens to one of them, in words.
func (m *mixing) becomes(one deputy.Placed) string {
	words := "编入" + m.station()
	if one.Already != "" {
		words = "已经在组里（" + deputy.NameOf(deputy.Roles, one.Already) + "），不动"
	}
	if len(one.Left) > 0 {
		words += "，离开" + places(one.Left)
	}
	return words
}

// places are the stations of some places, with the roles that are more than a member's.
func places(all []deputy.Place) string {
	names := make([]string, len(all))
	for i, p := range all {
		if names[i] = p.Station; p.Role != "member" {
			names[i] += "（" + deputy.NameOf(deputy.Roles, p.Role) + "）"
		}
	}
	return strings.Join(names, "、")
}
