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
	Last    calendar.Date // the last of them; zero: never
	Leading bool          // 领导干部代表
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

// Turns proposes who is on duty: each seat goes to who has served least, of those to who
// waits longest. Nobody is at two places at once, nobody on leave. Where leading is asked
// for, each month that has a slot has a 领导干部代表 in one of them, as far as there is one
// who can. A seat that nobody can take stays empty. The slots may come in any order; the
// turns come by date.
func Turns(members []Member, slots []Slot, busy []Duty, leading bool) []Turn {
	p := &proposal{members: slices.Clone(members), busy: busy, led: map[time.Month]bool{}}
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
	}
	for i, s := range slots { // once all seats are given, so that nobody is spared a seat by being a substitute
		for len(s.Spares)+len(turns[i].Spares) < s.Spare {
			id, ok := p.spare(s)
			if !ok {
				break
			}
			turns[i].Spares = append(turns[i].Spares, id)
			p.given[i].who = append(p.given[i].who, id)
			p.spared = append(p.spared, id)
		}
	}
	return turns
}

// proposal is the turns on their way.
type proposal struct {
	members []Member
	busy    []Duty
	given   []given
	led     map[time.Month]bool
	spared  []int64
}

type given struct {
	slot Slot
	who  []int64
}

func (p *proposal) leads(id int64) bool {
	return slices.ContainsFunc(p.members, func(m Member) bool { return m.ID == id && m.Leading })
}

// next is who is next for a seat; a leading one first where the month still wants one.
func (p *proposal) next(s Slot, leading bool) (int64, bool) {
	if leading {
		if id, ok := p.least(s, func(m Member) bool { return m.Leading }, nil); ok {
			return id, true
		}
	}
	return p.least(s, nil, nil)
}

// spare is who is next as a substitute: who was one least often.
func (p *proposal) spare(s Slot) (int64, bool) {
	return p.least(s, nil, func(m Member) int {
		n := 0
		for _, id := range p.spared {
			if id == m.ID {
				n++
			}
		}
		return n
	})
}

// least is who, of those who can, comes first.
func (p *proposal) least(s Slot, only func(Member) bool, before func(Member) int) (int64, bool) {
	var best *Member
	for i := range p.members {
		m := &p.members[i]
		if only != nil && !only(*m) || !p.free(m.ID, s) {
			continue
		}
		if best == nil || order(before, *m, *best) < 0 {
			best = m
		}
	}
	if best == nil {
		return 0, false
	}
	return best.ID, true
}

func order(before func(Member) int, a, b Member) int {
	first := 0
	if before != nil {
		first = cmp.Compare(before(a), before(b))
	}
	return cmp.Or(first, cmp.Compare(a.Served, b.Served), a.Last.Sub(b.Last), cmp.Compare(a.ID, b.ID))
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
	for i := range p.members {
		if m := &p.members[i]; m.ID == id {
			m.Served++
			m.Last = s.Date
			p.led[s.Date.Month()] = p.led[s.Date.Month()] || m.Leading
		}
	}
	last := len(p.given) - 1
	p.given[last].who = append(p.given[last].who, id)
}
