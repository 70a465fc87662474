package receptions

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"lianluo/internal/calendar"
	"lianluo/internal/reception"
	"lianluo/internal/rota"
	"lianluo/internal/station"
	"lianluo/internal/tenant"
	"lianluo/web/forms"
	"lianluo/web/page"
	"lianluo/web/session"
)

// planForm is what making a year's days would do, with who may leave some of them out.
type planForm struct {
	problem
	reception.Plan
	others   []reception.Plan // of the years besides in which there is something to do
	stations []station.Place  // to choose from
	chosen   int64
}

func (h Handler) preview(w http.ResponseWriter, r *http.Request) error {
	return h.planForm(w, r, problem{})
}

func (h Handler) planForm(w http.ResponseWriter, r *http.Request, p problem) error {
	var ahead func() reception.Prospect
	var all *[]station.Place
	year := h.yearIn(r)
	err := h.view(r, func(v *tenant.View) {
		ahead, all = reception.Preview(v, session.By(r), at(r), year), stations(v, session.By(r))
	})
	if err != nil {
		return err
	}
	years := ahead()
	f := planForm{p, years.Plan(year), years.Others(year), *all, at(r)}
	return page.Render(w, r, p.Status(), f.page(frame(r, "按规则排接待日", p)))
}

func (h Handler) generate(w http.ResponseWriter, r *http.Request) error {
	f, err := read(w, r)
	if err != nil {
		return err
	}
	omit := reception.Omit{Without: f.meant("without"), Again: f.meant("again"), Why: f.Get("why")}
	var plan reception.Plan
	err = h.update(r, func(ctx context.Context, tx *tenant.Tx) (err error) {
		plan, err = reception.Generate(ctx, tx, session.By(r), at(r), h.yearIn(r), omit)
		return err
	})
	if err != nil {
		p, err := problemOf(err, f)
		if err != nil {
			return err
		}
		return h.planForm(w, r, p)
	}
	words := strconv.Itoa(plan.Year) + " 年已排进日程：" + sums(plan)
	words += manned(plan)
	if len(plan.Out) > 0 {
		words += "；说好不排的 " + strconv.Itoa(len(plan.Out)) + " 天没有排，以后再排也不会排上"
	}
	others, err := h.unmade(r, at(r))
	if err != nil {
		return err
	}
	if len(others) > 0 {
		return forms.Done(w, r, planURL(at(r), others[0].Year), words+"。还有 "+yearsOf(others)+"的，请接着核对。")
	}
	to := root
	if first, any := firstOf(plan); any {
		to += "?month=" + first.String()[:7]
		if at(r) != 0 && session.By(r).StationID == 0 {
			to += "&station=" + itoa(at(r))
		}
	}
	return forms.Done(w, r, to, words+"。")
}

// firstOf is the first day that a plan made or changed.
func firstOf(plan reception.Plan) (first calendar.Date, any bool) {
	for _, d := range slices.Concat(plan.Add, plan.Change) {
		if !any || d.Date.Before(first) {
			first, any = d.Date, true
		}
	}
	return first, any
}

// unmade are the plans of this year and those to come in which a station's rules leave
// something to do; station 0 is all of them.
func (h Handler) unmade(r *http.Request, station int64) ([]reception.Plan, error) {
	var ahead func() reception.Prospect
	if err := h.view(r, func(v *tenant.View) {
		ahead = reception.Preview(v, session.By(r), station, calendar.DateOf(v.Now()).Year())
	}); err != nil {
		return nil, err
	}
	return ahead().Others(0), nil
}

// toPlan leads from a rule that was changed to the first year whose days it changes.
func (h Handler) toPlan(w http.ResponseWriter, r *http.Request, station int64, words string) error {
	plans, err := h.unmade(r, station)
	if err != nil {
		return err
	}
	if len(plans) == 0 {
		return forms.Done(w, r, planURL(station, h.yearIn(r)), words+"日程里的日子都不用改。")
	}
	return forms.Done(w, r, planURL(station, plans[0].Year), words+"要核对的有 "+yearsOf(plans)+"的日子，看好再按“排进日程”。")
}

func planURL(station int64, year int) string {
	return root + "/generate?station=" + itoa(station) + "&year=" + strconv.Itoa(year)
}

func yearsOf(plans []reception.Plan) string {
	words := make([]string, len(plans))
	for i, plan := range plans {
		words[i] = strconv.Itoa(plan.Year) + " 年"
	}
	return strings.Join(words, "、")
}

// sums are how many days a plan adds, changes and takes away.
func sums(plan reception.Plan) string {
	return "新增 " + strconv.Itoa(len(plan.Add)) + " 天，改 " + strconv.Itoa(len(plan.Change)) + " 天，去掉 " + strconv.Itoa(len(plan.Drop)) + " 天"
}

// meant are the days that ticks name.
func (f *form) meant(field string) []reception.Meant {
	var days []reception.Meant
	for _, typed := range f.Values[field] {
		rule, on, _ := strings.Cut(typed, "/")
		day, err := calendar.ParseDate(on)
		if n, wrong := strconv.ParseInt(rule, 10, 64); err == nil && wrong == nil {
			days = append(days, reception.Meant{Rule: n, On: day})
		}
	}
	return days
}

// tick is the value by which a day of the plan is ticked, and whether it was.
func (f planForm) tick(field string, d reception.PlannedDay) (value string, ticked bool) {
	value = itoa(d.Rule.ID) + "/" + d.Meant.String()
	return value, slices.Contains(f.values(field), value)
}

func (f planForm) any(is func(d reception.PlannedDay) bool) bool {
	return slices.ContainsFunc(f.Add, is) || slices.ContainsFunc(f.Change, is)
}

// whyProvisional explains 暂定.
const whyProvisional = "标“暂定”的：那一年的放假安排国家还没有公布，公布以后，碰到放假的日子会再顺延。"

func provisional(days []rota.Planned) bool {
	return slices.ContainsFunc(days, func(d rota.Planned) bool { return d.Provisional })
}

// manned names the changed days on which deputies are: they are to be told.
func manned(plan reception.Plan) string {
	var days []string
	for _, d := range plan.Change {
		if d.Deputies > 0 {
			days = append(days, d.Date.Chinese())
		}
	}
	if len(days) == 0 {
		return ""
	}
	return "。改动的日子里，" + strings.Join(days, "、") + "已经排了代表，请告诉他们"
}
