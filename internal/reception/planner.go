package reception

import (
	"cmp"
	"slices"
	"strings"

	"lianluo/internal/calendar"
	"lianluo/internal/option"
	"lianluo/internal/rota"
)

// Meant is the day that a rule names.
type Meant struct {
	Rule int64
	On   calendar.Date
}

// planner is what a plan is made of.
type planner struct {
	year     int
	today    calendar.Date
	settings Settings
	rules    []Rule
	made     []Made
	out      map[Meant]Omission
	calendar *calendar.Calendar
}

// plan compares what the rules bring with what is there; over is what no rule brings any more.
func (p planner) plan() (plan Plan, over map[Meant]Made) {
	plan.Year = p.year
	there := map[Meant]Made{}
	for _, m := range p.made {
		if m.RuleID != 0 {
			there[Meant{m.RuleID, m.MeantOn}] = m
		}
	}
	for _, rule := range p.rules {
		for _, day := range p.days(rule) {
			key := Meant{rule.ID, day.Meant}
			if o, out := p.out[key]; out {
				if !day.Date.Before(p.today) {
					plan.Out = append(plan.Out, Omitted{PlannedDay{Planned: day, Rule: rule}, o})
				}
				continue
			}
			m, is := there[key]
			delete(there, key)
			switch {
			case (!is || m.dropped()) && day.Date.Before(p.today):
			case !is || m.dropped():
				plan.Add = append(plan.Add, PlannedDay{Planned: day, Rule: rule, ID: m.ID})
			case p.free(m) && m.Date != day.Date && !day.Date.After(p.today):
				m.Why = "按规则应该是 " + day.Date.Chinese() + "，来不及了，所以没有动"
				plan.Left = append(plan.Left, m)
			case m.as(day.Date, rule.Facts()):
				plan.Same++
			case p.free(m):
				plan.Change = append(plan.Change, PlannedDay{Planned: day, Rule: rule, ID: m.ID, Was: m.Date, Why: m.otherwise(day.Date, rule.Facts()), Deputies: m.Deputies})
			case m.live() && !m.ByHand && m.Date.After(p.today): // its notice and its rule say two things
				m.Why = m.otherwise(day.Date, rule.Facts()) + m.held()
				plan.Left = append(plan.Left, m)
			default:
				plan.Same++
			}
		}
	}
	for _, m := range p.made {
		if _, over := there[Meant{m.RuleID, m.MeantOn}]; !over || !m.live() || !m.Date.After(p.today) {
			continue
		}
		m.Why = m.gone()
		if _, out := p.out[Meant{m.RuleID, m.MeantOn}]; out {
			m.Why = "说好这一天不排"
		}
		m.Why += m.held()
		if m.Deputies > 0 || !p.free(m) {
			plan.Left = append(plan.Left, m)
		} else {
			plan.Drop = append(plan.Drop, m)
		}
	}
	byDate := func(a, b PlannedDay) int { return cmp.Or(a.Date.Compare(b.Date), cmp.Compare(a.Rule.ID, b.Rule.ID)) }
	slices.SortStableFunc(plan.Add, byDate)
	slices.SortStableFunc(plan.Out, func(a, b Omitted) int { return byDate(a.PlannedDay, b.PlannedDay) })
	return plan, there
}

// meet marks the days of the plan that fall together with another one at their place: two
// rules that name one day, or a day that a holiday moves to where another rule has one.
func (p planner) meet(plan *Plan, over map[Meant]Made) {
	type slot struct {
		place        int64
		date         calendar.Date
		starts, ends string
		id           *bool // of a day of the plan: its Meets
	}
	var slots []slot
	changed := map[int64]bool{}
	for _, days := range [][]PlannedDay{plan.Add, plan.Change} {
		for i, d := range days {
			changed[d.ID] = d.ID != 0
			if alone(d.Rule.Kind) {
				slots = append(slots, slot{d.Rule.PlaceID, d.Date, d.Rule.Starts, d.Rule.Ends, &days[i].Meets})
			}
		}
	}
	for _, m := range p.made {
		if _, gone := over[Meant{m.RuleID, m.MeantOn}]; !changed[m.ID] && m.State != Cancelled && alone(m.Kind) && (!gone || !p.free(m) || m.Deputies > 0) {
			slots = append(slots, slot{m.PlaceID, m.Date, m.Starts, m.Ends, nil})
		}
	}
	slices.SortFunc(slots, func(a, b slot) int { return cmp.Or(cmp.Compare(a.place, b.place), a.date.Compare(b.date)) })
	for i, a := range slots {
		for _, b := range slots[i+1:] {
			if a.place != b.place || a.date != b.date {
				break
			}
			if a.starts < b.ends && b.starts < a.ends {
				for _, meets := range []*bool{a.id, b.id} {
					if meets != nil {
						*meets = true
					}
				}
			}
		}
	}
}

// beyond is how many days of the years beside are looked at: a holiday at the turn of the
// year moves a day into the next one, where the rule may have a day already.
const beyond = 40

// days are what a rule brings in the year, while it holds: a day belongs to the year in
// which the rule names it, wherever a holiday moves it.
func (p planner) days(rule Rule) []rota.Planned {
	first, last := yearOf(calendar.NewDate(p.year, 1, 1))
	from, to := first.AddDays(-beyond), last.AddDays(beyond)
	if rule.FromDate.After(from) {
		from = rule.FromDate
	}
	if rule.ToDate != nil && rule.ToDate.Before(to) {
		to = *rule.ToDate
	}
	return slices.DeleteFunc(rule.Rule.Between(from, to, p.settings.Roll, p.calendar), func(d rota.Planned) bool { return d.Meant.Year() != p.year })
}

// dropped reports whether the rule had brought the day, and then brought it no more.
func (m Made) dropped() bool { return m.State == Cancelled && !m.Touched }

// live reports whether the day is still to be held.
func (m Made) live() bool { return m.State == Planned || m.State == Published }

// as reports whether the day stands as its rule would make it.
func (m Made) as(date calendar.Date, to Facts) bool { return m.Date == date && m.facts() == to }

// otherwise says how the rule would make the day.
func (m Made) otherwise(date calendar.Date, to Facts) string {
	when := ""
	if m.Date != date {
		when += " " + date.Chinese()
	}
	if m.Starts != to.Starts || m.Ends != to.Ends {
		when += " " + to.Starts + "–" + to.Ends
	}
	var others []string
	changes := m.facts().differences(to)
	for _, f := range []option.Option{{"place", "地点"}, {"kind", "种类"}, {"seats", "代表人数"}, {"spares", "替补人数"}, {"theme", "主题"}, {"invited", "参加单位"}, {"route", "路线"}} {
		if _, is := changes[f.Value]; is {
			others = append(others, f.Name)
		}
	}
	switch words := strings.Join(others, "、") + "和规则不一样了"; {
	case when == "":
		return words
	case len(others) > 0:
		return "按规则应该是" + when + "，" + words
	}
	return "按规则应该是" + when
}

// held is what keeps the day as it is, though its rule is another.
func (m Made) held() string {
	switch {
	case m.State == Published:
		return "；已经公告"
	case m.ByHand:
		return "；人工改过"
	case m.Touched:
		return "；约了群众，或者换过代表"
	case m.Deputies > 0:
		return "；已经排了代表"
	}
	return ""
}

// gone is why no rule brings the day any more.
func (m Made) gone() string {
	switch {
	case m.Shut:
		return "地点暂停或者关闭了"
	case m.Retired:
		return "规则停用了"
	}
	return "规则改了"
}

// free reports whether the rule still decides about the day.
func (p planner) free(m Made) bool { return m.State == Planned && !m.Touched && m.Date.After(p.today) }
