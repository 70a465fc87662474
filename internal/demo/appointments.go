package demo

import (
	"encoding/binary"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/message"
)

// appointment is what became of somebody's wish to meet a deputy (约见).
type appointment struct {
	id      int64
	key     uuid.UUID
	station *station
	place   *place
	name    string
	gender  string
	phone   string // "": told in person
	replyBy string
	topic   string
	wish    string
	by      *user // nil: on the station's page
	at      time.Time
	steps   []settled
	visit   *visit // that it came to
}

// settled is how a request stands since somebody did something about it.
type settled struct {
	kind   string
	day    *reception
	hour   string
	reason string
	by     *user
	at     time.Time
	told   message.Kind // what the citizen is told; "": nothing
}

var (
	topics = []string{"想当面说说村里吃水的事。", "宅基地手续办了两年，想请代表帮着问问。", "老小区加装电梯，几户意见不一致，想请代表听听。", "养殖场气味大，想和代表一起到现场看看。",
		"孩子上学路远，想反映校车的事。", "合作社贷款难，想跟代表谈谈。", "对物业管理条例草案有几条建议。", "低保评定的事，电话里说不清楚，想当面说。", "灌溉渠年久失修，几个村的人想一起来。",
		"想推荐村里的非遗项目，请代表帮着呼吁。"}
	wishes     = []string{"", "", "星期二上午", "下周都行", "最好是下午", "赶集那天"}
	declines   = []string{"属于法院正在审理的案件，已告知向法院反映", "所说的事已经登记在办，结果出来会告诉您", "打了三次电话没有接通，请再联系本站"}
	askedAgain = []string{"这一天代表有公务，改到下一个接待日", "本人当天有事，商量后改期"}
	givenUp    = []string{"本人来电说问题已经解决", "本人说不用见了，已电话说清楚"}
)

// appointments are some a year at each station; where the demonstration's clerk works there
// is now one in each state.
func (o *roster) appointments() {
	if len(o.s.past) == 0 {
		return
	}
	for range between(o.r, 1, 4) {
		at := atLeisure(o.r, o.w.start.AddDays(between(o.r, 20, 330)))
		o.appointment(at, pick(o.r, []string{"confirmed", "confirmed", "confirmed", "moved", "declined", "withdrawn"}))
	}
	if o.s == o.w.demoStation() {
		for i, to := range []string{"confirmed", "moved", "declined", "withdrawn", "confirmed", "asked", "asked"} {
			o.appointment(o.w.now.AddDate(0, 0, -9+i).Add(-time.Duration(between(o.r, 40, 300))*time.Minute), to)
		}
	} else if chance(o.r, 0.2) {
		o.appointment(o.w.now.Add(-time.Duration(between(o.r, 60, 900))*time.Minute), "asked")
	}
	slices.SortStableFunc(o.s.asked, func(a, b *appointment) int { return a.at.Compare(b.at) })
}

// answerDays is the county's setting.
const answerDays = 3

func (a *appointment) due(w *world, from time.Time) calendar.Date {
	return w.cal.AddWorkdays(calendar.DateOf(from), answerDays)
}

func (o *roster) appointment(at time.Time, to string) {
	a := &appointment{station: o.s, place: &o.s.place, gender: "male", phone: phone(o.r), replyBy: "message", topic: pick(o.r, topics), wish: pick(o.r, wishes), at: at,
		key: uuid.NewSHA1(uuid.NameSpaceOID, []byte("appointment "+o.s.code+" "+strconv.Itoa(len(o.s.asked))))}
	if chance(o.r, 0.45) {
		a.gender = "female"
	}
	a.name = personName(o.r, a.gender, between(o.r, 1948, 1999))
	if len(o.s.points) > 0 && chance(o.r, 0.3) {
		a.place = pick(o.r, o.s.points)
	}
	if office := officeTime(o.r, o.w.cal.AddWorkdays(calendar.DateOf(at), 0)); chance(o.r, 0.4) && office.Before(o.w.now) {
		if a.by, a.at = o.s.clerk, office; chance(o.r, 0.3) {
			a.phone, a.replyBy = "", "person"
		} else if chance(o.r, 0.4) {
			a.replyBy = "phone"
		}
	}
	o.s.asked = append(o.s.asked, a)
	answer := officeTime(o.r, o.w.cal.AddWorkdays(calendar.DateOf(a.at), between(o.r, 1, 2)))
	from := answer
	if to == "moved" { // on the eve one is reminded
		from = from.AddDate(0, 0, 3)
	}
	day := o.meeting(answer, from)
	switch {
	case to == "withdrawn":
		o.say(a, settled{kind: to, reason: pick(o.r, givenUp), at: answer})
	case to == "declined" || day == nil && to != "asked":
		o.say(a, settled{kind: "declined", reason: pick(o.r, declines), at: answer, told: message.AppointmentDeclined})
	case to != "asked":
		o.say(a, settled{kind: "confirmed", day: day, hour: o.hour(day), at: answer, told: message.AppointmentConfirmed})
	}
	if to == "moved" && day != nil {
		again := officeTime(o.r, o.w.cal.AddWorkdays(calendar.DateOf(answer), 1))
		if next := o.meeting(again, clockTime(day.date, 8*60, 0)); next != nil && calendar.DateOf(again).Before(day.date.AddDays(-1)) {
			o.say(a, settled{kind: to, day: next, hour: o.hour(next), reason: pick(o.r, askedAgain), at: again, told: message.AppointmentMoved})
		}
	}
	o.meet(a)
}

// say answers, unless that lies behind now.
func (o *roster) say(a *appointment, s settled) {
	if !s.at.Before(o.w.now) {
		return
	}
	s.by = o.s.clerk
	if s.day != nil {
		s.day.touched = true
	}
	a.steps = append(a.steps, s)
}

// hour is one within the day's, where one is said.
func (o *roster) hour(r *reception) string {
	if chance(o.r, 0.5) {
		return ""
	}
	m := minutes(r.starts) + 30*between(o.r, 1, 3)
	return clockTime(r.date, m, 0).In(calendar.Shanghai).Format("15:04")
}

// meeting is the next day after a time on which somebody can be met, of those that stand as
// they were made and are known at another.
func (o *roster) meeting(known, after time.Time) *reception {
	var best *reception
	for _, r := range o.s.days {
		plain := r.state != "cancelled" && r.kind != "household" && len(r.duty) > 0 && r.seated.Before(known) &&
			!slices.ContainsFunc(r.history, func(h happening) bool { return h.kind == "moved" })
		if plain && r.date.Sub(calendar.DateOf(after)) > 1 && (best == nil || r.date.Before(best.date)) {
			best = r
		}
	}
	return best
}

// reminded is when the citizen is reminded of the day that is settled at last: the day
// before. The zero time: not yet, or never.
func (a *appointment) reminded(w *world) time.Time {
	for _, s := range slices.Backward(a.steps) {
		if s.day == nil || s.kind == "came" || s.kind == "absent" {
			continue
		}
		if at := clockTime(s.day.date.AddDays(-1), 9*60+5, 0); at.Before(w.now) {
			return at
		}
		break
	}
	return time.Time{}
}

// meet is what came of the day that is settled: most come, and are registered at the desk.
func (o *roster) meet(a *appointment) {
	if len(a.steps) == 0 {
		return
	}
	s := a.steps[len(a.steps)-1]
	if s.day == nil || !s.day.date.Before(o.w.today) {
		return
	}
	switch x := o.r.Float64(); {
	case x < 0.8:
		v := o.comes(a, s)
		a.visit, v.appointment = v, a
		a.steps = append(a.steps, settled{kind: "came", day: s.day, hour: s.hour, by: v.by, at: v.registeredAt})
	case x < 0.95:
		if at := officeTime(o.r, o.w.cal.AddWorkdays(s.day.date.AddDays(1), 0)); at.Before(o.w.now) {
			a.steps = append(a.steps, settled{kind: "absent", day: s.day, hour: s.hour, reason: s.reason, by: o.s.clerk, at: at})
		}
	}
}

// comes is the visit of who had an appointment: it was talked about, and there was nothing to
// be handled.
func (o *roster) comes(a *appointment, s settled) *visit {
	r := s.day
	v := &visit{station: o.s, place: r.place, way: "visit", persons: between(o.r, 1, 3), mayPublish: true, notice: "read_out", by: o.s.clerk, byRole: auth.Clerk,
		name: a.name, gender: a.gender, phone: a.phone, replyBy: a.replyBy, village: pick(o.r, o.s.villages), purpose: "other", note: "约见代表：" + a.topic}
	v.receivedAt = clockTime(r.date, minutes(r.starts)+between(o.r, 5, 60), 0)
	v.registeredAt = v.receivedAt.Add(time.Duration(between(o.r, 5, 40))*time.Minute + time.Duration(o.r.IntN(60))*time.Second)
	for _, day := range o.s.days {
		if day.date == r.date && day.state != "cancelled" {
			v.reception = day
			break
		}
	}
	v.deputies = append(v.deputies, pick(o.r, r.deputies))
	binary.BigEndian.PutUint64(v.key[:8], o.r.Uint64())
	binary.BigEndian.PutUint64(v.key[8:], o.r.Uint64())
	v.key[6], v.key[8] = v.key[6]&0x0f|0x40, v.key[8]&0x3f|0x80
	o.w.visits = append(o.w.visits, v)
	return v
}
