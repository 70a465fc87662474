package demo

import (
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"

	"lianluo/internal/calendar"
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
		plain := r.state != "cancelled" && r.kind != "household" && !slices.ContainsFunc(r.history, func(h happening) bool { return h.kind == "moved" })
		if plain && r.made.Before(after) && r.date.Sub(calendar.DateOf(after)) > 1 && (best == nil || r.date.Before(best.date)) {
			best = r
		}
	}
	return best
}
