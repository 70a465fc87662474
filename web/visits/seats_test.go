package visits_test

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"lianluo/web/webtest"
)

// TestSeats: who is on duty is ticked, and whoever is in reserve is not; another day, place or
// way is another duty, by the step's button as by registering.
func TestSeats(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	clerk := s.As(s.Clerk)
	_, err := s.PG.Super.Exec(t.Context(), `insert into reception_deputies (county_id, reception_id, deputy_id, substitute)
			select county_id, id, $2, true from receptions where county_id = $1;`, s.County, s.Deputies[2])
	if err == nil {
		_, err = s.PG.Super.Exec(t.Context(), `with r as (insert into receptions (county_id, station_id, place_id, date, starts, ends, kind, state)
				select county_id, station_id, place_id, date - 3, '09:00', '11:00', 'fixed', 'held' from receptions where county_id = $1 returning *)
			insert into reception_deputies (county_id, reception_id, deputy_id) select county_id, id, $2 from r`, s.County, s.Deputies[3])
	}
	if err != nil {
		t.Fatal(err)
	}
	ticked := func(p *webtest.Page, want ...int64) {
		t.Helper()
		var got []string
		p.Find("[name=deputies]:checked").Each(func(_ int, n *goquery.Selection) { got = append(got, n.AttrOr("value", "")) })
		for _, id := range want {
			if !slices.Contains(got, strconv.FormatInt(id, 10)) || len(got) != len(want) {
				t.Errorf("ticked %q, want %d", got, want)
			}
		}
		if len(want) == 0 && len(got) > 0 {
			t.Errorf("ticked %q, want nobody", got)
		}
	}
	page := clerk.Get("/visits/new")
	ticked(page, s.Deputies[0], s.Deputies[1])
	if words := page.Text("#seats"); strings.Count(words, "今天值班") != 2 || strings.Count(words, "替补") != 1 {
		t.Errorf("the deputies: %s", words)
	}
	form := func() *webtest.Form { return filled(clerk.Get("/visits/new"), "东头饮水管道停了两回水。") }
	for _, button := range []string{"看这一天谁值班", "登记"} {
		status := map[string]int{"登记": http.StatusUnprocessableEntity}[button]
		press := func(f *webtest.Form) *webtest.Page { return f.Submit(button).MustStatus(max(status, http.StatusOK)) }
		ticked(press(form().Set("date", "2026-09-11")), s.Deputies[3])
		ticked(press(form().Set("place_id", strconv.FormatInt(s.Point, 10))))
		for _, way := range []string{"走访", "来信", "代交"} {
			away := press(form().Choose("way", way))
			ticked(away)
			ticked(press(away.Form(deskForm).Choose("way", "来访")), s.Deputies[0], s.Deputies[1])
		}
		ticked(press(form().Set("deputies", strconv.FormatInt(s.Deputies[0], 10), strconv.FormatInt(s.Deputies[2], 10)).Choose("way", "代交")), s.Deputies[2])
	}
	// A form that lay open over night has the next day's.
	s.Set("2026-09-14 23:50")
	clerk = s.As(s.Clerk)
	over := form()
	s.Set("2026-09-15 00:10")
	ticked(over.Submit("登记").MustStatus(http.StatusUnprocessableEntity).MustSay("2026年9月15日"))
	// After somebody was called on, whoever comes to the door comes to who is on duty.
	called := filled(clerk.Get("/visits/new"), "路灯坏了。").Choose("way", "走访").Set("deputies", strconv.FormatInt(s.Deputies[3], 10))
	next := called.Submit("登记，接着登下一位").MustStatus(http.StatusSeeOther).Follow()
	ticked(next)
	if way := next.Form(deskForm).Value("way"); way != "visit" {
		t.Errorf("the next way is %s", way)
	}
}

// TestWhichReception: where the station has two reception days on a date, the clerk may say
// to which somebody came, or to none; a wrong one is said there.
func TestWhichReception(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	clerk := s.As(s.Clerk)
	clerk.Get("/visits/new").MustNotSay("算哪一场接待")
	if _, err := s.PG.Super.Exec(t.Context(), `insert into receptions (county_id, station_id, place_id, date, starts, ends, kind, state)
		values ($1, $2, $3, $4, '08:00', '10:00', 'mobile', 'planned'), ($1, $2, $2, $4, '15:00', '17:00', 'fixed', 'planned')`, s.County, s.Station, s.Point, s.Today().String()); err != nil {
		t.Fatal(err)
	}
	form := func() *webtest.Form {
		return filled(clerk.Get("/visits/new").MustSay("算哪一场接待", "08:00–10:00 五阳村 流动接待"), "路灯不亮。")
	}
	form().Choose("reception", "15:00–17:00 王桥镇 固定接待").Submit("登记").MustStatus(http.StatusUnprocessableEntity).MustSay("请重新选择", "路灯不亮。")
	for _, chosen := range []string{"08:00–10:00 五阳村 流动接待", "不是接待日来的", "按来访方式、地点和时间"} {
		form().Choose("reception", chosen).Submit("登记").MustStatus(http.StatusSeeOther)
	}
	var got string
	if err := s.PG.Super.QueryRow(t.Context(), `select string_agg(coalesce(r.starts, 'none'), ' ' order by v.id) from visits v left join receptions r on r.id = v.reception_id
		where v.county_id = $1`, s.County).Scan(&got); err != nil || got != "08:00 none 09:00" {
		t.Error(got, err)
	}
}
