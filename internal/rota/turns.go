package rota

import (
	"cmp"
	"slices"
	"time"

	"lianluo/internal/calendar"
)

// Member is a deputy of a station's group, as turns are given.
type Member struct {
	ID      int64
	Served  int           // times on duty this year, planned ones too
	Spared  int           // times as a substitute
	Last    calendar.Date // the last time on duty; zero: never
	Leading bool          // 领导干部代表
	Missed  int           // turns of others while this one was not in the group yet, or on leave
}

// Slot is a reception day that wants deputies.
type Slot struct {
	ID     int64
	Date   calendar.Date
	Starts string // 09:00
	Ends   string
	Seats  int     // how many deputies it wants
	Taken  []int64 // who is on duty already
	Spare  int     // how many substitutes it wants
	Spares []int64 // who is a substitute already
}

// overlaps reports whether nobody can be at both.
func (s Slot) overlaps(other Slot) bool {
	return s.Date == other.Date && s.Starts < other.Ends && other.Starts < s.Ends
}

// Duty is a seat that somebody has elsewhere, or a leave of whole days.
type Duty struct {
	Deputy   int64
	From, To calendar.Date
	Starts   string // "": the whole day
	Ends     string
}

// hinders reports whether the duty keeps a deputy from the slot.
func (d Duty) hinders(s Slot) bool {
	if s.Date.Before(d.From) || s.Date.After(d.To) {
		return false
	}
	return d.Starts == "" || s.Starts < d.Ends && d.Starts < s.Ends
}

// Turn is who a slot gets besides those who are there already.
type Turn struct {
	Slot     int64
	Deputies []int64
	Spares   []int64
}

// Wants are a county's rules for the turns of a year.
type Wants struct {
	Least   int  // times that each deputy serves
	Leading bool // each month that has a slot has a 领导干部代表 in one of them
}

// Turns proposes who is on duty in slots of one year: each seat goes to whoever is short
// of the least that the county wants, of those and then of all to who has served least, of
// those to who waits longest. Who was not there, being new or on leave, does not catch up:
// what the others did meanwhile counts as their average. Nobody is at two places at
// once, nobody on leave. What the county wants is met as far as there is somebody who can.
// A seat that nobody can take stays empty. The slots may come in any order; the turns come
// by date.
func Turns(members []Member, slots []Slot, busy []Duty, wants Wants) []Turn {
	p := &proposal{members: slices.Clone(members), busy: busy, least: wants.Least, led: map[time.Month]bool{}}
	leading := wants.Leading
	slots = slices.Clone(slots)
	slices.SortStableFunc(slots, func(a, b Slot) int {
		return cmp.Or(a.Date.Sub(b.Date), cmp.Compare(a.Starts, b.Starts), cmp.Compare(a.ID, b.ID))
	})
	for _, s := range slots {
		p.led[s.Date.Month()] = p.led[s.Date.Month()] || slices.ContainsFunc(s.Taken, p.leads)
	}
	turns := make([]Turn, len(slots))
	for i, s := range slots {
		turns[i] = Turn{Slot: s.ID}
		p.given = append(p.given, given{s, slices.Concat(s.Taken, s.Spares)})
		for len(s.Taken)+len(turns[i].Deputies) < s.Seats {
			id, ok := p.next(s, leading && !p.led[s.Date.Month()])
			if !ok {
				break
			}
			turns[i].Deputies = append(turns[i].Deputies, id)
			p.serve(id, s)
		}
		p.miss(s, len(turns[i].Deputies))
	}
	for i, s := range slots { // once all seats are given, so that nobody is spared a seat by being a substitute
		for len(s.Spares)+len(turns[i].Spares) < s.Spare {
			id, ok := p.spare(s)
			if !ok {
				break
			}
			turns[i].Spares = append(turns[i].Spares, id)
			p.given[i].who = append(p.given[i].who, id)
			p.member(id).Spared++
		}
	}
	return turns
}

// Waiting are members by whose turn it is, the next one first, as Turns begins.
func Waiting(members []Member, wants Wants) []Member {
	p := &proposal{members: slices.Clone(members), least: wants.Least}
	return slices.SortedFunc(slices.Values(members), p.before)
}

// Load is how many turns a member of a group counts as having had: those that were served, and
// those that an average one had while this one was not there.
func (m Member) Load(group int) float64 {
	return float64(m.Served) + float64(m.Missed)/float64(max(group-1, 1))
}

// proposal is the turns on their way.
type proposal struct {
	members []Member
	busy    []Duty
	given   []given
	least   int
	led     map[time.Month]bool
}

type given struct {
	slot Slot
	who  []int64
}

func (p *proposal) leads(id int64) bool {
	return slices.ContainsFunc(p.members, func(m Member) bool { return m.ID == id && m.Leading })
}

// miss counts the turns of a day for those who are on leave.
func (p *proposal) miss(s Slot, turns int) {
	for i := range p.members {
		m := &p.members[i]
		if slices.ContainsFunc(p.busy, func(d Duty) bool { return d.Deputy == m.ID && d.Starts == "" && d.hinders(s) }) {
			m.Missed += turns
		}
	}
}

// next is who is next for a seat; a leading one first where the month still wants one.
func (p *proposal) next(s Slot, leading bool) (int64, bool) {
	if leading {
		if id, ok := p.first(s, p.before, func(m Member) bool { return m.Leading }); ok {
			return id, true
		}
	}
	return p.first(s, p.before, anybody)
}

// spare is who is next as a substitute: who was one least often.
func (p *proposal) spare(s Slot) (int64, bool) {
	return p.first(s, func(a, b Member) int { return cmp.Or(cmp.Compare(a.Spared, b.Spared), p.before(a, b)) }, anybody)
}

func anybody(Member) bool { return true }

// first is who, of those who can, comes first.
func (p *proposal) first(s Slot, before func(a, b Member) int, only func(Member) bool) (int64, bool) {
	var best *Member
	for i := range p.members {
		m := &p.members[i]
		if only(*m) && p.free(m.ID, s) && (best == nil || before(*m, *best) < 0) {
			best = m
		}
	}
	if best == nil {
		return 0, false
	}
	return best.ID, true
}

// before orders members by whose turn it is.
func (p *proposal) before(a, b Member) int {
	enough := func(m Member) int { return min(m.Served/max(p.least, 1), 1) }
	return cmp.Or(cmp.Compare(enough(a), enough(b)), cmp.Compare(a.Load(len(p.members)), b.Load(len(p.members))), a.Last.Sub(b.Last), cmp.Compare(a.ID, b.ID))
}

func (p *proposal) free(id int64, s Slot) bool {
	for _, duty := range p.busy {
		if duty.Deputy == id && duty.hinders(s) {
			return false
		}
	}
	for _, g := range p.given {
		if slices.Contains(g.who, id) && g.slot.overlaps(s) {
			return false
		}
	}
	return true
}

func (p *proposal) serve(id int64, s Slot) {
	m := p.member(id)
	m.Served++
	m.Last = s.Date
	p.led[s.Date.Month()] = p.led[s.Date.Month()] || m.Leading
	last := len(p.given) - 1
	p.given[last].who = append(p.given[last].who, id)
}

func (p *proposal) member(id int64) *Member {
	return &p.members[slices.IndexFunc(p.members, func(m Member) bool { return m.ID == id })]
}
