package demo

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"lianluo/internal/calendar"
	"lianluo/internal/county"
	"lianluo/internal/message"
)

// appointment is what became of somebody's wish to meet a deputy (约见).
type appointment struct {
	key     uuid.UUID
	station *station
	place   *place
	name    string
	phone   string
	topic   string
	wish    string
	by      *user // nil: on the station's page
	at      time.Time
	replies []settled
	id      int64
	came    *visit // to which it came
}

// meet tells what came of the appointments whose day is over: one of those who came to the
// station on a day had it, on that day, or nobody came. No rule moves a day that was settled.
func (w *world) meet() {
	taken := map[*visit]bool{}
	r := rand.New(rand.NewPCG(w.seed, 77))
	for _, s := range w.stations {
		for _, a := range s.asked {
			w.meetOne(r, a, taken)
			for _, reply := range a.replies {
				if reply.day != nil {
					reply.day.touched = true
				}
			}
		}
	}
}

func (w *world) meetOne(r *rand.Rand, a *appointment, taken map[*visit]bool) {
	n := len(a.replies) - 1
	if n < 0 || a.replies[n].day == nil || !a.replies[n].day.date.Before(w.today) {
		return
	}
	last := &a.replies[n]
	i := slices.IndexFunc(w.visits, func(v *visit) bool {
		return !taken[v] && v.station == a.station && v.way == "visit" && v.name != "" && v.phone != "" && !v.confidential && v.returns == nil &&
			v.reception != nil && canMeet(v.reception, last.at) && (n == 0 || a.replies[n-1].day != v.reception)
	})
	if i >= 0 && chance(r, 0.85) {
		a.came = w.visits[i]
		last.day, a.name, a.phone, taken[a.came], a.came.appointment = a.came.reception, a.came.name, a.came.phone, true, a
		return
	}
	if at := officeTime(r, w.cal.AddWorkdays(last.day.date, 1)); at.Before(w.now) {
		a.replies = append(a.replies, settled{"absent", last.day, "", at})
	}
}

// due is by when it was to be answered.
func (a *appointment) due(w *world) calendar.Date { return w.cal.AddWorkdays(calendar.DateOf(a.at), 3) }

// told are the messages about it, as the sending job says them: one when it was asked, and one
// for each answer that the citizen had from the station.
func (a *appointment) told(w *world) []letter {
	k, _ := county.KindOf(string(message.AppointmentAsked))
	values := county.TextValues{county.FieldOffice: w.name + "人大常委会", county.FieldDue: a.due(w).Chinese(), county.FieldPhone: a.station.phone}
	all := []letter{{k.Kind, 1, county.RenderText(k.Default, values), a.at}}
	for i, r := range a.replies {
		k, ok := county.KindOf("appointment_" + r.to)
		if !ok {
			continue // the citizen said so, or knows
		}
		values[county.FieldReason] = r.reason
		if r.day != nil {
			var names []string
			for _, on := range r.day.duty {
				if !on.spare {
					names = append(names, on.deputy.name)
				}
			}
			slices.Sort(names)
			values[county.FieldDay], values[county.FieldTime] = r.day.date.ChineseLong(), r.day.starts+"–"+r.day.ends
			values[county.FieldPlace], values[county.FieldDeputy] = r.day.place.name, strings.Join(names, "、")+"代表"
		}
		all = append(all, letter{k.Kind, 2 + i, county.RenderText(k.Default, values), r.at})
	}
	return all
}

// letter is a message about an appointment.
type letter struct {
	kind  string
	round int
	body  string
	at    time.Time
}

// settled is an answer to it, the last of which holds.
type settled struct {
	to     string
	day    *reception
	reason string
	at     time.Time
}

var (
	topics = []string{"想当面说说村里吃水的事。", "宅基地手续办了两年，想请代表帮着问问。", "老小区加装电梯，几户意见不一致，想请代表听听。", "养殖场气味大，想和代表一起到现场看看。",
		"孩子上学路远，想反映校车的事。", "合作社贷款难，想跟代表谈谈。", "对物业管理条例草案有几条建议。", "低保评定的事，电话里说不清楚，想当面说。", "灌溉渠年久失修，几个村的人想一起来。",
		"想推荐村里的非遗项目，请代表帮着呼吁。"}
	wishes     = []string{"", "", "星期二上午", "下周都行", "最好是下午", "赶集那天"}
	declines   = []string{"属于法院正在审理的案件，已告知向法院反映", "所说的事已经登记在办，结果出来会告诉您", "打了三次电话没有接通，请再联系本站"}
	askedAgain = []string{"这一天代表有公务，改到下一个接待日", "本人当天有事，商量后改期", "接待日改期，一并改约"}
	givenUp    = []string{"本人来电说问题已经解决", "本人说不用见了，已电话说清楚"}
)

// appointments are some a year at each station; where the demonstration's clerk works there
// is now one in each state.
func (o *roster) appointments() {
	for range between(o.r, 1, 4) {
		at := atLeisure(o.r, o.w.start.AddDays(between(o.r, 20, 330)))
		o.appointment(at, pick(o.r, []string{"confirmed", "confirmed", "confirmed", "moved", "declined", "withdrawn"}))
	}
	if o.s == o.w.demoStation() {
		for i, to := range []string{"confirmed", "moved", "declined", "withdrawn", "asked", "asked"} {
			o.appointment(o.w.now.AddDate(0, 0, -9+i).Add(-time.Duration(between(o.r, 40, 300))*time.Minute), to)
		}
	} else if chance(o.r, 0.2) {
		o.appointment(o.w.now.Add(-time.Duration(between(o.r, 60, 900))*time.Minute), "asked")
	}
	slices.SortStableFunc(o.s.asked, func(a, b *appointment) int { return a.at.Compare(b.at) })
	for i, a := range o.s.asked {
		a.key = uuid.NewSHA1(uuid.NameSpaceOID, []byte("appointment "+o.s.code+" "+strconv.Itoa(i)))
	}
}

func (o *roster) appointment(at time.Time, to string) {
	gender := "male"
	if chance(o.r, 0.45) {
		gender = "female"
	}
	a := &appointment{station: o.s, place: &o.s.place, name: personName(o.r, gender, between(o.r, 1948, 1999)), phone: phone(o.r), topic: pick(o.r, topics),
		wish: pick(o.r, wishes), at: at}
	if len(o.s.points) > 0 && chance(o.r, 0.3) {
		a.place = pick(o.r, o.s.points)
	}
	if chance(o.r, 0.4) {
		a.by, a.at = o.s.clerk, officeTime(o.r, o.w.cal.AddWorkdays(calendar.DateOf(at), 0))
	}
	if a.at.After(o.w.now) || a.at.Before(o.w.begun().Add(3*time.Hour)) {
		a.by, a.at = nil, at
	}
	o.s.asked = append(o.s.asked, a)
	answer := officeTime(o.r, o.w.cal.AddWorkdays(calendar.DateOf(a.at), 1))
	say := func(to string, day *reception, reason string) {
		if answer.Before(o.w.now) {
			a.replies = append(a.replies, settled{to, day, reason, answer})
		}
		answer = officeTime(o.r, o.w.cal.AddWorkdays(calendar.DateOf(answer), 1))
	}
	day := o.meeting(answer)
	if day == nil && (to == "confirmed" || to == "moved") {
		to = "declined"
	}
	switch to {
	case "confirmed":
		say(to, day, "")
	case "moved":
		say("confirmed", day, "")
		if next := o.meeting(clockTime(day.date, 8*60, 0)); next != nil && calendar.DateOf(answer).Before(day.date) {
			say(to, next, pick(o.r, askedAgain))
		}
	case "declined":
		say(to, nil, pick(o.r, declines))
	case "withdrawn":
		say(to, nil, pick(o.r, givenUp))
	}
}

// meeting is the next day after a time, of those that stand as they were made, on which
// somebody can be met.
func (o *roster) meeting(after time.Time) *reception {
	var best *reception
	for _, r := range o.s.days {
		if canMeet(r, after) && (best == nil || r.date.Before(best.date)) {
			best = r
		}
	}
	return best
}

// canMeet tells whether somebody who is answered at a time can be told to come on the day: it
// stands as it was made.
func canMeet(r *reception, answered time.Time) bool {
	return r.state != "cancelled" && r.kind != "household" && !slices.ContainsFunc(r.history, func(h happening) bool { return h.kind == "moved" }) &&
		r.made.Before(answered) && r.date.Sub(calendar.DateOf(answered)) > 1
}
