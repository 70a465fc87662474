package demo

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"lianluo/internal/calendar"
	receptions "lianluo/internal/reception"
)

// theme is what a day is about, with the kinds of the departments concerned.
type theme struct{ name, units string }

var themes = []theme{{"农村饮水安全", "water health"}, {"冬季清洁取暖", "energy env"}, {"农村养老服务", "civil"}, {"校园周边安全", "police edu"}, {"义务教育优质均衡", "edu"},
	{"基层医疗服务", "health medins"}, {"乡村道路养护", "traffic"}, {"人居环境整治", "city env"}, {"物业管理条例（草案）征求意见", "housing"}, {"民生实事候选项目征集", ""},
	{"高标准农田建设", "agri water"}, {"优化营商环境", "industry hr"}, {"未成年人保护法贯彻情况", "edu civil"}}

var (
	cancelled = []string{"与乡镇人代会日期冲突", "强降雨红色预警，改为电话接待", "代表集中外出培训", "道路封闭施工，来访不便", "接待室维修"}
	movedWhys = []string{"与乡镇重要会议冲突，改期", "村里办红白事，场地占用，改期", "代表临时有公务，改期", "当天停电检修，改期"}
	leaveWhys = []string{"外出务工", "住院检查", "外出学习培训", "家中有事", "到外地看望子女"}
	swapWhys  = []string{"与单位值班冲突", "身体不适", "临时出差", "家里有事走不开", "与另一位代表对调"}
	heldNotes = []string{"", "", "", "", "来访群众都已登记，能答复的当场作了答复。", "来的人不多，接待后到附近几户走访。", "会后与村干部一起看了现场。", "有的事涉及几个部门，已建议交县里研究。"}
)

// live lets each day come about until now, from the first to the last.
func (o *roster) live() {
	days := slices.Clone(o.s.days)
	slices.SortStableFunc(days, func(a, b *reception) int { return cmp.Or(a.date.Compare(b.date), cmp.Compare(a.starts, b.starts)) })
	for _, r := range days {
		if r.seated.IsZero() {
			continue
		}
		o.before(r)
	}
	o.leaveAhead(days)
	silent := o.silent(days)
	for _, r := range days {
		if (r.state == "planned" || r.state == "published") && r.date.Before(o.w.today) && r != silent && !r.seated.IsZero() {
			o.report(r)
		}
	}
	for _, r := range days {
		if r.state != "cancelled" && !r.date.After(o.w.today) && len(r.duty) > 0 {
			o.s.past = append(o.s.past, r)
		}
		for _, one := range r.duty {
			if one.came == nil && !one.spare || one.came != nil && *one.came {
				r.deputies = append(r.deputies, one.deputy)
			}
		}
	}
}

// act is something that is done about a day at a time.
type act struct {
	at time.Time
	do func(r *reception, at time.Time)
}

// before is what is done about a day before it comes: its notice, a leave, a swap, another date.
func (o *roster) before(r *reception) {
	ahead := func(least, most int) time.Time {
		return officeTime(o.r, o.w.cal.AddWorkdays(r.date, -between(o.r, least, most)))
	}
	var acts []act
	if chance(o.r, 0.7) || o.today(r) {
		acts = append(acts, act{ahead(7, 13), o.publish})
	}
	switch x := o.r.Float64(); {
	case o.today(r):
	case x < 0.05:
		acts = append(acts, act{ahead(1, 2), o.cancel})
	case x < 0.075:
		acts = append(acts, act{ahead(2, 4), o.move})
	case x < 0.125:
		acts = append(acts, act{ahead(3, 6), o.goAway})
	case x < 0.2:
		acts = append(acts, act{ahead(1, 4), o.swap})
	}
	slices.SortStableFunc(acts, func(a, b act) int { return a.at.Compare(b.at) })
	for _, a := range acts {
		if last := r.history[len(r.history)-1].at; !a.at.After(last) {
			a.at = last.Add(time.Minute * time.Duration(between(o.r, 20, 50)))
		}
		if a.at.After(o.w.now) || !a.at.Before(clockTime(r.date, 8*60, 0)) {
			break
		}
		o.publishDue(r, a.at)
		a.do(r, a.at)
	}
	o.publishDue(r, o.w.now)
}

// publishDue is the system's job, which publishes what nobody has, three days ahead.
func (o *roster) publishDue(r *reception, until time.Time) {
	at := nightly(o.r, r.date.AddDays(-publishAhead))
	if last := r.history[len(r.history)-1].at; !at.After(last) {
		at = last.Add(10 * time.Minute)
	}
	if at.Before(until) && !calendar.DateOf(at).After(r.date) && o.seated(r, false) > 0 {
		o.publishBy(r, at, nil)
	}
}

// publishAhead is the county's setting.
const publishAhead = 3

func (o *roster) publish(r *reception, at time.Time) { o.publishBy(r, at, o.s.clerk) }

func (o *roster) publishBy(r *reception, at time.Time, by *user) {
	if r.state != "planned" || r.kind == "household" {
		return
	}
	r.state, r.publishedAt = "published", at
	o.happened(r, happening{kind: "published", at: at, by: by, act: "published"})
}

// happened keeps what was done; where the day is announced, a notice tells it.
func (o *roster) happened(r *reception, h happening) {
	r.touched = true
	r.version++
	if h.act == "" && r.state == "published" && h.kind != "held" {
		h.act = "corrected"
	}
	if h.act != "" {
		h.body = r.body(o.w.name)
	}
	r.history = append(r.history, h)
}

// body is the notice's text, as package reception says it.
func (r *reception) body(county string) string {
	some := func(s string) *string {
		if s == "" {
			return nil
		}
		return &s
	}
	e := receptions.Entry{County: county, Place: r.place.name, Address: some(r.place.address), Phone: some(cmp.Or(r.place.phone, r.station.phone)), Date: r.date, Starts: r.starts, Ends: r.ends,
		Theme: some(r.theme), Invited: some(r.invited), Route: some(r.route)}
	for _, one := range r.duty {
		if !one.spare {
			e.Duty = append(e.Duty, receptions.OnDuty{Name: one.deputy.name, Levels: one.deputy.levels()})
		}
	}
	slices.SortFunc(e.Duty, func(a, b receptions.OnDuty) int { return strings.Compare(a.Name, b.Name) })
	return e.Body()
}

func (o *roster) cancel(r *reception, at time.Time) {
	h := happening{kind: "cancelled", at: at, by: o.s.clerk, reason: pick(o.r, cancelled)}
	if r.state == "published" {
		h.act = "withdrawn"
	}
	r.state, r.reason = "cancelled", h.reason
	o.happened(r, h)
}

// move puts a day some days later, where nothing else is and all can come.
func (o *roster) move(r *reception, at time.Time) {
	to := o.w.cal.AddWorkdays(r.date, between(o.r, 1, 4))
	if len(o.on[to]) > 0 || slices.ContainsFunc(r.duty, func(s *seat) bool { return !o.freeOn(s.deputy, r, to) }) {
		return
	}
	h := happening{kind: "moved", at: at, by: o.s.clerk, from: r.date, to: to, reason: pick(o.r, movedWhys)}
	o.on[r.date] = slices.DeleteFunc(o.on[r.date], func(other *reception) bool { return other == r })
	o.on[to] = append(o.on[to], r)
	r.date = to
	o.happened(r, h)
}

// who may be away: not the one whose account the demonstration shows.
func (o *roster) who(r *reception) *seat {
	var some []*seat
	for _, one := range r.duty {
		if !one.spare && one.deputy != o.s.member.roles[0].deputy {
			some = append(some, one)
		}
	}
	if len(some) == 0 {
		return nil
	}
	return pick(o.r, some)
}

// swap lets another come instead: the substitute, or whose turn is next.
func (o *roster) swap(r *reception, at time.Time) {
	if one := o.who(r); one != nil {
		o.swapOut(r, one, at, pick(o.r, swapWhys))
	}
}

func (o *roster) swapOut(r *reception, one *seat, at time.Time, reason string) {
	o.publishDue(r, at)
	instead := o.next(r, false)
	for _, other := range r.duty {
		if other.spare && !one.spare && o.freeOn(other.deputy, r, r.date) {
			instead = other.deputy
		}
	}
	if instead == nil {
		return
	}
	out, spare := one.deputy, one.spare
	r.duty = slices.DeleteFunc(r.duty, func(s *seat) bool { return s == one || s.deputy == instead })
	o.served[out]--
	o.sit(r, instead, spare)
	o.happened(r, happening{kind: "swapped", at: at, by: o.s.clerk, deputy: out, instead: instead, reason: reason})
}

// goAway is a leave over the day, for which others come, on this and on what else falls into it.
func (o *roster) goAway(r *reception, at time.Time) {
	one := o.who(r)
	if one == nil {
		return
	}
	var days []*reception
	to := r.date
	for d, last := r.date, r.date.AddDays(between(o.r, 0, 9)); !d.After(last); d = d.AddDays(1) {
		for _, day := range o.on[d] {
			if !day.has(one.deputy) || day.state == "cancelled" {
				continue
			}
			if !day.history[len(day.history)-1].at.Before(at) { // it was settled with the deputy later
				if d != r.date {
					last = d.AddDays(-1)
				}
				continue
			}
			days = append(days, day)
		}
		if !d.After(last) {
			to = d
		}
	}
	l := o.leave(one.deputy, r.date, to, at)
	for _, day := range days {
		if i := slices.IndexFunc(day.duty, func(s *seat) bool { return s.deputy == l.deputy }); i >= 0 && !day.date.After(to) {
			at = at.Add(2 * time.Minute)
			o.swapOut(day, day.duty[i], at, l.reason)
		}
	}
}

func (o *roster) leave(d *deputy, from, to calendar.Date, at time.Time) *leave {
	l := &leave{key: uuid.NewSHA1(uuid.NameSpaceOID, []byte("leave "+o.s.code+" "+strconv.Itoa(len(o.s.leaves)))), deputy: d, from: from, to: to,
		reason: pick(o.r, leaveWhys), by: o.s.clerk, at: at}
	o.s.leaves = append(o.s.leaves, l)
	return l
}

// leaveAhead is a leave that somebody told of just now: nobody has settled yet who comes instead.
func (o *roster) leaveAhead(days []*reception) {
	at := o.w.now.Add(-time.Duration(between(o.r, 60, 2000)) * time.Minute)
	if o.s != o.w.demoStation() && !chance(o.r, 0.15) {
		return
	}
	for _, r := range days {
		if r.date.Sub(o.w.today) < 3 || (r.state != "planned" && r.state != "published") || r.seated.IsZero() || r.history[len(r.history)-1].at.After(at) {
			continue
		}
		if one := o.who(r); one != nil {
			o.leave(one.deputy, r.date.AddDays(-1), r.date.AddDays(between(o.r, 2, 8)), at)
			return
		}
	}
}

// silent is the day of which nobody said what came: the last one of the demonstration's
// station, and now and then of another.
func (o *roster) silent(days []*reception) *reception {
	if o.s != o.w.demoStation() && !chance(o.r, 0.25) {
		return nil
	}
	for _, r := range slices.Backward(days) {
		if r.date.Before(o.w.today) && (r.state == "planned" || r.state == "published") {
			return r
		}
	}
	return nil
}

// report is what came of a day, said when it was over or on one of the next days.
func (o *roster) report(r *reception) {
	at := clockTime(r.date, minutes(r.ends)+between(o.r, 10, 55), o.r.IntN(60))
	if chance(o.r, 0.4) {
		at = officeTime(o.r, o.w.cal.AddWorkdays(r.date, between(o.r, 1, 2)))
	}
	if at.After(o.w.now) {
		return
	}
	absent := -1
	if o.seated(r, false) > 1 && chance(o.r, 0.08) {
		absent = o.r.IntN(o.seated(r, false))
	}
	main := 0
	for _, one := range r.duty {
		came := one.spare && absent >= 0
		if !one.spare {
			came = main != absent || one.deputy == o.s.member.roles[0].deputy
			main++
		}
		one.came = &came
	}
	r.state, r.note, r.reportedAt, r.reportedBy = "held", pick(o.r, heldNotes), at, o.s.clerk
	if r.invited != "" {
		r.organs = r.invited + "派人到场"
	}
	o.happened(r, happening{kind: "held", at: at, by: o.s.clerk})
}

// minutes are those of a day at 09:30.
func minutes(clock string) int {
	hour, minute, _ := strings.Cut(clock, ":")
	h, _ := strconv.Atoi(hour) // ours
	m, _ := strconv.Atoi(minute)
	return 60*h + m
}
