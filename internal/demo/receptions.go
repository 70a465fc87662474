package demo

import (
	"cmp"
	"slices"

	"lianluo/internal/calendar"
	"lianluo/internal/rota"
)

// ahead is how far the plan reaches: published for a fortnight, planned beyond.
const ahead = 45

var themes = []string{"农村饮水安全", "冬季清洁取暖", "农村养老服务", "校园周边安全", "义务教育优质均衡", "基层医疗服务", "乡村道路养护", "人居环境整治",
	"物业管理条例（草案）征求意见", "民生实事候选项目征集", "高标准农田建设", "优化营商环境", "未成年人保护法贯彻情况"}

var cancelled = []string{"与乡镇人代会日期冲突，顺延至下一接待日", "强降雨红色预警，改为电话接待", "代表集中外出培训", "道路封闭施工，来访不便，顺延一周", "接待室维修"}

// makeReceptions makes each station's reception days: fixed ones by a rule of its own,
// now and then one in a village or on a theme.
func (w *world) makeReceptions() {
	for _, s := range w.stations {
		for _, day := range w.fixedDays(s) {
			w.reception(s, &s.place, day.Date, "fixed", "").meant = day.Meant
		}
		if len(s.points) > 0 {
			for d := w.start.AddDays(w.rng.IntN(40)); d.Sub(w.today) < ahead; d = d.AddDays(40 + w.rng.IntN(35)) {
				w.reception(s, pick(w.rng, s.points), w.cal.AddWorkdays(d, 0), "mobile", "")
			}
		}
		for d := w.start.AddDays(20 + w.rng.IntN(60)); d.Sub(w.today) < ahead; d = d.AddDays(80 + w.rng.IntN(30)) {
			w.reception(s, &s.place, w.cal.AddWorkdays(d, 0), "theme", pick(w.rng, themes))
		}
		w.demoReception(s)
		slices.SortStableFunc(s.days, func(a, b *reception) int {
			return cmp.Or(a.date.Compare(b.date), cmp.Compare(a.starts, b.starts))
		})
		w.receptions = append(w.receptions, s.days...)
	}
}

// fixedDays are two days a month: two weekdays (第一、第三个星期二) or two dates (9 日、19 日);
// a day off is made up on the next working day.
func (w *world) fixedDays(s *station) []rota.Planned {
	byWeekday, weekday, date := chance(w.rng, 0.55), 1+w.rng.IntN(5), 4+w.rng.IntN(9)
	s.rule = rota.Rule{Every: rota.Day, Days: []int{date + 1, date + 15}}
	if byWeekday {
		s.rule = rota.Rule{Every: rota.Weekday, Weekdays: []int{weekday}, Nth: []int{1, 3}}
	}
	return s.rule.Between(w.start, w.today.AddDays(ahead-1), rota.NextWorkday, w.cal)
}

// demoReception puts a reception on today where the demonstration's clerk works, with the
// deputy on duty who has an account.
func (w *world) demoReception(s *station) {
	if s != w.demoStation() {
		return
	}
	today := func(r *reception) bool { return r.date == w.today }
	if !slices.ContainsFunc(s.days, today) {
		w.reception(s, &s.place, w.today, "fixed", "")
	}
	r, member := s.days[slices.IndexFunc(s.days, today)], s.member.roles[0].deputy
	if !slices.Contains(r.deputies, member) {
		r.deputies[0] = member
	}
}

// reception makes a day, or finds the one that the station has on that date.
func (w *world) reception(s *station, where *place, date calendar.Date, kind, theme string) *reception {
	if i := slices.IndexFunc(s.days, func(r *reception) bool { return r.date == date }); i >= 0 {
		return s.days[i]
	}
	r := &reception{station: s, place: where, date: date, kind: kind, theme: theme, starts: "09:00", ends: "11:30", state: "held"}
	if chance(w.rng, 0.3) {
		r.starts, r.ends = "15:00", "17:30"
	}
	days := date.Sub(w.today)
	switch {
	case days > 14:
		r.state = "planned"
	case days >= 0:
		r.state = "published"
	case chance(w.rng, 0.05):
		r.state, r.reason = "cancelled", pick(w.rng, cancelled)
	}
	r.deputies = w.onDuty(s, len(s.days))
	s.days = append(s.days, r)
	return r
}

// onDuty takes two to four deputies of the group by turns; the one with an account comes
// every fourth time, the head every fifth.
func (w *world) onDuty(s *station, turn int) []*deputy {
	var duty []*deputy
	if turn%4 == 0 {
		duty = append(duty, s.member.roles[0].deputy)
	}
	if turn%5 == 0 {
		duty = append(duty, s.group[0])
	}
	for n := between(w.rng, 2, 4); len(duty) < min(n, len(s.group)); {
		if d := pick(w.rng, s.group); !slices.Contains(duty, d) {
			duty = append(duty, d)
		}
	}
	return duty
}
