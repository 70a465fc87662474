package demo

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"lianluo/internal/calendar"
	"lianluo/internal/rota"
)

// rule is one by which a station receives.
type rule struct {
	id            int64
	key           uuid.UUID
	place         *place
	kind          string
	rule          rota.Rule
	starts, ends  string
	seats, spares int
	route         string
}

// reception is a day of a station, with all that became of it.
type reception struct {
	id            int64
	key           uuid.UUID // of one that was added by hand
	station       *station
	place         *place
	rule          *rule // nil: by hand
	date          calendar.Date
	meant         calendar.Date // what the rule named
	starts, ends  string
	kind          string
	theme         string
	invited       string
	route         string
	seats, spares int
	state         string
	reason        string
	note, organs  string
	made          time.Time // it, or the plan that brought it
	seated        time.Time // since when deputies are on it; zero: nobody yet
	publishedAt   time.Time
	reportedAt    time.Time
	reportedBy    *user
	touched       bool
	version       int
	duty          []*seat
	history       []happening
	deputies      []*deputy // who receives, or received
}

// seat is a deputy on a day.
type seat struct {
	deputy *deputy
	spare  bool
	came   *bool // nil: nobody said
}

// happening is something that somebody did about a day.
type happening struct {
	kind            string // of reception_events; or turns, published
	at              time.Time
	by              *user // nil: the system
	deputy, instead *deputy
	from, to        calendar.Date
	reason          string
	seats           []seat // of turns and of a day that is added
	act, body       string // the notice that it made
}

// leave is a time in which a deputy is not there.
type leave struct {
	key      uuid.UUID
	deputy   *deputy
	from, to calendar.Date
	reason   string
	by       *user
	at       time.Time
}

// plan is a year's days, made at a time.
type plan struct {
	at   time.Time
	year int
}

// roster makes the days of one station and lets them come about. It draws its own luck, so
// that the year's cases are not others where a day is.
type roster struct {
	w      *world
	s      *station
	r      *rand.Rand
	served map[*deputy]int
	spared map[*deputy]int
	last   map[*deputy]calendar.Date
	on     map[calendar.Date][]*reception
	led    map[calendar.Date]bool // months, by their first day
}

// A county begins with its rules, plans this year, and in good time the next.
const (
	planAhead = 8  // days ago the next year was planned
	turnAhead = 14 // days before a quarter its turns are settled
	addAhead  = 21 // days before a day that is added by hand it is
)

// makeReceptions makes each station's rules and days, and what became of them until now.
func (w *world) makeReceptions() {
	first := w.cal.AddWorkdays(w.start, 0)
	w.plans = []plan{}
	for year := first.Year(); year <= w.today.Year(); year++ {
		w.plans = append(w.plans, plan{clockTime(first, 9*60, len(w.plans)), year})
	}
	w.plans = append(w.plans, plan{clockTime(w.cal.AddWorkdays(w.today.AddDays(-planAhead), 0), 9*60+30, 0), w.today.Year() + 1})
	if last := &w.plans[len(w.plans)-1]; last.at.After(w.now) { // a long holiday
		last.at = w.now.Add(-time.Hour)
	}
	for i, s := range w.stations {
		o := &roster{w: w, s: s, r: rand.New(rand.NewPCG(w.seed, uint64(i)+1)), served: map[*deputy]int{}, spared: map[*deputy]int{},
			last: map[*deputy]calendar.Date{}, on: map[calendar.Date][]*reception{}, led: map[calendar.Date]bool{}}
		o.rules()
		o.plan()
		o.byHand()
		o.seats()
		o.live()
		slices.SortStableFunc(s.days, func(a, b *reception) int { return a.made.Compare(b.made) })
		o.appointments()
		w.receptions = append(w.receptions, s.days...)
	}
}

func (w *world) begun() time.Time { return w.plans[0].at.Add(-20 * time.Minute) }

// makeServing tells those of each group who take turns: all but some who were only just
// entered, or have no station yet.
func (w *world) makeServing() {
	accounts := map[*deputy]bool{}
	for _, u := range w.users {
		for _, r := range u.roles {
			accounts[r.deputy] = true
		}
	}
	for i, d := range w.deputies {
		d.idle = d.role == "member" && !accounts[d] && (i%53 == 11 || i%89 == 7)
	}
	for _, s := range w.stations {
		s.serving = slices.DeleteFunc(slices.Clone(s.group), func(d *deputy) bool { return d.idle })
	}
}

// rules: two fixed days a month, by weekday or by date; a round of the villages every other
// month, or on lunar market days; calls on households in the months between.
func (o *roster) rules() {
	s, morning := o.s, [2]string{"09:00", "11:30"}
	hours := map[bool][2]string{false: morning, true: {"15:00", "17:30"}}
	add := func(r rule, hours [2]string) {
		r.key = uuid.NewSHA1(uuid.NameSpaceOID, []byte("rule "+s.code+" "+strconv.Itoa(len(s.rules))))
		r.starts, r.ends = hours[0], hours[1]
		s.rules = append(s.rules, &r)
	}
	late, date := chance(o.r, 0.3), 4+o.r.IntN(9)
	fixed := rota.Rule{Every: rota.Day, Days: []int{date + 1, date + 15}}
	if chance(o.r, 0.55) {
		fixed = rota.Rule{Every: rota.Weekday, Weekdays: []int{1 + o.r.IntN(5)}, Nth: []int{1, 3}}
	}
	add(rule{place: &s.place, kind: "fixed", rule: fixed, seats: 4, spares: 1}, hours[late])
	odd, even := []int{1, 3, 5, 7, 9, 11}, []int{2, 4, 6, 8, 10, 12}
	if chance(o.r, 0.5) {
		odd, even = even, odd
	}
	if len(s.points) > 0 {
		round := rota.Rule{Every: rota.Day, Months: odd, Days: []int{10 + o.r.IntN(18)}}
		if !s.street && !s.zone && chance(o.r, 0.4) {
			round = rota.Rule{Every: rota.Market, Lunar: true, Months: []int{odd[1], odd[4]}, Digits: []int{o.r.IntN(10)}}
		}
		add(rule{place: pick(o.r, s.points), kind: "mobile", rule: round, seats: 2, route: o.route()}, morning)
	}
	visits := [2]string{"14:30", "17:00"}
	if late {
		visits = [2]string{"09:00", "11:00"}
	}
	add(rule{place: &s.place, kind: "household", rule: rota.Rule{Every: rota.Day, Months: even, Days: []int{22 + o.r.IntN(6)}}, seats: 2}, visits)
}

// route goes through some of the station's villages.
func (o *roster) route() string {
	var names []string
	for n := between(o.r, 2, 4); len(names) < min(n, len(o.s.villages)); {
		if v := pick(o.r, o.s.villages); !slices.Contains(names, v.name) {
			names = append(names, v.name)
		}
	}
	return strings.Join(names, "—")
}

// plan brings the days of the rules, as reception.Generate does.
func (o *roster) plan() {
	from := calendar.DateOf(o.w.begun())
	for _, p := range o.w.plans {
		first, last := calendar.NewDate(p.year, time.January, 1), calendar.NewDate(p.year, time.December, 31)
		if first.Before(o.w.start) {
			first = o.w.start
		}
		var days []*reception
		for _, rule := range o.s.rules {
			for _, day := range rule.rule.Between(first, last, rota.NextWorkday, o.w.cal) {
				if day.Date.Before(from) || day.Date.Before(calendar.DateOf(p.at)) {
					continue
				}
				days = append(days, &reception{station: o.s, place: rule.place, rule: rule, date: day.Date, meant: day.Meant, starts: rule.starts, ends: rule.ends,
					kind: rule.kind, route: rule.route, seats: rule.seats, spares: rule.spares, made: p.at})
			}
		}
		slices.SortStableFunc(days, func(a, b *reception) int { return a.date.Compare(b.date) })
		for _, r := range days {
			o.add(r)
		}
	}
}

func (o *roster) add(r *reception) {
	r.state, r.version = "planned", 1
	o.s.days = append(o.s.days, r)
	o.on[r.date] = append(o.on[r.date], r)
}

// byHand adds days on a theme, to which the departments concerned are invited, and, where
// the demonstration's clerk works, one for today.
func (o *roster) byHand() {
	w := o.w
	for d := w.start.AddDays(25 + o.r.IntN(50)); d.Sub(w.today) < addAhead; d = d.AddDays(75 + o.r.IntN(25)) {
		date := w.cal.AddWorkdays(d, 0)
		for len(o.on[date]) > 0 {
			date = w.cal.AddWorkdays(date, 1)
		}
		t := pick(o.r, themes)
		o.addByHand(&reception{place: &o.s.place, date: date, kind: "theme", theme: t.name, invited: o.invited(t.units), seats: 3, spares: 1},
			clockTime(w.cal.AddWorkdays(date, -addAhead*5/7), 10*60, o.r.IntN(3600)))
	}
	if o.s == w.demoStation() && !slices.ContainsFunc(o.on[w.today], func(r *reception) bool { return r.kind != "household" }) {
		o.addByHand(&reception{place: &o.s.place, date: w.today, kind: "fixed", seats: 3, spares: 1}, clockTime(w.cal.AddWorkdays(w.today, -10), 10*60, 0))
	}
}

func (o *roster) addByHand(r *reception, at time.Time) {
	if earliest := o.w.begun().Add(2 * time.Hour); at.Before(earliest) {
		at = earliest
	}
	if at.After(o.w.now) || calendar.DateOf(at).After(r.date) {
		return
	}
	r.station, r.made, r.starts, r.ends = o.s, at, "09:00", "11:30"
	r.key = uuid.NewSHA1(uuid.NameSpaceOID, []byte("day "+o.s.code+" "+r.date.String()+" "+r.kind))
	o.add(r)
	r.touched = true
}

// invited are the departments by name.
func (o *roster) invited(kinds string) string {
	var names []string
	for _, kind := range strings.Fields(kinds) {
		names = append(names, o.w.byKind[kind].name)
	}
	return strings.Join(names, "、")
}

// seats gives the turns: a quarter at a time, and those of a day that is added with it.
func (o *roster) seats() {
	due := func(r *reception) time.Time {
		if r.rule == nil {
			return r.made
		}
		quarter := calendar.NewDate(r.date.Year(), (r.date.Month()-1)/3*3+1, 1)
		at := clockTime(o.w.cal.AddWorkdays(quarter.AddDays(-turnAhead), 0), 10*60, 0)
		if earliest := r.made.Add(15 * time.Minute); at.Before(earliest) {
			return earliest
		}
		return at
	}
	days := slices.Clone(o.s.days)
	slices.SortStableFunc(days, func(a, b *reception) int {
		return cmp.Or(due(a).Compare(due(b)), a.date.Compare(b.date), cmp.Compare(a.starts, b.starts))
	})
	for i, r := range days {
		at := due(r)
		if at.After(o.w.now) {
			continue
		}
		o.seat(r, i)
		what := happening{kind: "turns", at: at, by: o.s.clerk}
		for _, one := range r.duty {
			what.seats = append(what.seats, *one)
		}
		r.seated = at
		if r.rule == nil {
			what.kind = "added"
		} else {
			r.version++
		}
		r.history = append(r.history, what)
	}
}

// seat puts deputies on a day: who has served least, and the one with an account now and then.
func (o *roster) seat(r *reception, turn int) {
	member := o.s.member.roles[0].deputy
	if (turn%3 == 0 || o.today(r)) && o.free(member, r) {
		o.sit(r, member, false)
	}
	month := calendar.NewDate(r.date.Year(), r.date.Month(), 1)
	if head := o.s.group[0]; r.kind == "fixed" && !o.led[month] && chance(o.r, 0.9) && o.free(head, r) { // a leading one each month, almost
		o.led[month] = true
		o.sit(r, head, false)
	}
	for _, part := range []struct {
		n     int
		spare bool
	}{{r.seats, false}, {r.spares, true}} {
		for o.seated(r, part.spare) < part.n {
			d := o.next(r, part.spare)
			if d == nil {
				break
			}
			o.sit(r, d, part.spare)
		}
	}
}

// today reports whether the day is the one on which the demonstration's clerk works.
func (o *roster) today(r *reception) bool {
	return o.s == o.w.demoStation() && r.date == o.w.today && r.kind != "household"
}

func (o *roster) seated(r *reception, spare bool) (n int) {
	for _, one := range r.duty {
		if one.spare == spare {
			n++
		}
	}
	return n
}

func (o *roster) sit(r *reception, d *deputy, spare bool) {
	r.duty = append(r.duty, &seat{deputy: d, spare: spare})
	if spare {
		o.spared[d]++
	} else {
		o.served[d]++
		o.last[d] = r.date
	}
}

// next is who has served least of those who can come, or nil.
func (o *roster) next(r *reception, spare bool) *deputy {
	var best *deputy
	count := o.served
	if spare {
		count = o.spared
	}
	for _, d := range o.s.serving {
		if o.free(d, r) && (best == nil || cmp.Or(cmp.Compare(count[d], count[best]), o.last[d].Compare(o.last[best])) < 0) {
			best = d
		}
	}
	return best
}

// free reports whether a deputy can come on a day: on no other of that date, on no leave.
func (o *roster) free(d *deputy, r *reception) bool { return o.freeOn(d, r, r.date) && !r.has(d) }

func (o *roster) freeOn(d *deputy, r *reception, date calendar.Date) bool {
	for _, other := range o.on[date] {
		if other != r && other.has(d) {
			return false
		}
	}
	return !slices.ContainsFunc(o.s.leaves, func(l *leave) bool { return l.deputy == d && !date.Before(l.from) && !date.After(l.to) })
}

func (r *reception) has(d *deputy) bool {
	return slices.ContainsFunc(r.duty, func(s *seat) bool { return s.deputy == d })
}
