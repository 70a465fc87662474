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
	stations []station.Place // to choose from
	chosen   int64
}

func (h Handler) preview(w http.ResponseWriter, r *http.Request) error {
	return h.planForm(w, r, problem{})
}

func (h Handler) planForm(w http.ResponseWriter, r *http.Request, p problem) error {
	var plan func() reception.Plan
	var all *[]station.Place
	err := h.view(r, func(v *tenant.View) {
		plan, all = reception.Preview(v, session.By(r), at(r), h.yearIn(r)), stations(v, session.By(r))
	})
	if err != nil {
		return err
	}
	f := planForm{p, plan(), *all, at(r)}
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
	to := root
	if len(plan.Add) > 0 {
		to += "?month=" + plan.Add[0].Date.String()[:7]
	}
	words := "已排进日程：新增 " + strconv.Itoa(len(plan.Add)) + " 天，改 " + strconv.Itoa(len(plan.Change)) + " 天，去掉 " + strconv.Itoa(len(plan.Drop)) + " 天"
	if len(plan.Out) > 0 {
		words += "；说好不排的 " + strconv.Itoa(len(plan.Out)) + " 天没有排，以后再排也不会排上"
	}
	return forms.Done(w, r, to, words+"。")
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
