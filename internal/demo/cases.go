package demo

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
)

// shares of the roads; who is merged comes with the lead.
var shares = []float64{answeredNow: 53, handled: 39, refused: 5.5, suggested: 1.8, withdrawn: 1.6}

// makeCases makes the cases that a demonstration must have, then the year's others in
// the order of their registration, so that no two neighbours say the same.
func (w *world) makeCases() {
	w.pins()
	arrivals := w.arrivals()
	for _, a := range arrivals {
		if len(w.cases) >= w.want {
			break
		}
		v := w.visitAt(a)
		w.visits = append(w.visits, v)
		if chance(w.rng, 0.04) {
			p := pick(w.rng, purposes)
			v.purpose, v.note = p.what, pick(w.rng, p.notes)
			continue
		}
		for range 1 + weighted(w.rng, []float64{83, 13, 4}) {
			w.random(v)
		}
	}
	slices.SortStableFunc(w.visits, func(a, b *visit) int { return a.registeredAt.Compare(b.registeredAt) })
}

// arrivals are as many as there are cases to be made, by time.
func (w *world) arrivals() []arrival {
	weights := make([]float64, len(w.stations))
	for i, s := range w.stations {
		weights[i] = s.weight
	}
	some := make([]arrival, max(0, w.want-len(w.cases))*85/100)
	for i := range some {
		some[i] = w.arrive(w.stations[weighted(w.rng, weights)])
	}
	slices.SortStableFunc(some, func(a, b arrival) int { return a.registered().Compare(b.registered()) })
	return some
}

// random adds a case of the visit, and now and then others that are merged with it.
func (w *world) random(v *visit) {
	f := flow(weighted(w.rng, shares))
	if f == answeredNow && (len(v.deputies) == 0 || v.byRole == auth.CountyHandler || v.way == "letter") {
		f = handled
	}
	if f == suggested && v.confidential { // a formal suggestion is public
		f = handled
	}
	m := w.choose(v, f, "")
	k := w.live(v, m, f, nil, nil)
	w.add(k)
	if f == handled && chance(w.rng, 0.05) {
		w.follower(k)
	}
}

// follower adds a case with the same matter that somebody brings some days later.
func (w *world) follower(lead *kase) {
	at := officeTime(w.rng, w.cal.AddWorkdays(calendar.DateOf(lead.registeredAt), between(w.rng, 1, 4)))
	if at.After(w.now.Add(-time.Hour)) {
		return
	}
	v := w.visitAt(arrival{at: at, station: lead.visit.station, way: "visit"})
	if w.saidApart(v, lead.matter, lead) {
		return
	}
	w.visits = append(w.visits, v)
	v.village = lead.visit.village
	k := w.live(v, lead.matter, merged, lead, nil)
	w.apart = append(w.apart, k)
	w.add(k)
}

// ofTownship asks choose for either of the township's units.
const ofTownship = "township"

// choose chooses what is said: in season, fit for the village, and not what was said
// lately at the station or just before in the county. kind asks for a unit's.
func (w *world) choose(v *visit, f flow, kind string) *matter {
	for try := 0; ; try++ {
		m := pick(w.rng, matters())
		if (m.refusal != nil) != (f == refused) || f == answeredNow && len(m.now) == 0 || !m.isOf(kind) {
			continue
		}
		if f == suggested && (m.township() || len(m.of("C")) == 0) || len(v.cases) > 0 && m.secret() {
			continue
		}
		if v.village.rural && !m.rural || !v.village.rural && !m.urban {
			if try%40 == 39 && len(v.cases) == 0 { // a town without the other kind of village
				v.village = pick(w.rng, v.station.villages)
			}
			if try < 4000 {
				continue
			}
		}
		if try < 2000 && (!m.in(int(calendar.DateOf(v.receivedAt).Month())) || f != refused && slices.Contains(v.station.said, m) || w.saidBeside(v, m)) {
			continue
		}
		return m
	}
}

// isOf reports whether the matter is a unit's of that kind; "" is any.
func (m *matter) isOf(kind string) bool {
	return kind == "" || kind == m.unit || kind == ofTownship && m.township()
}

// saidBeside reports whether a case with the matter is registered near the visit, in
// the county.
func (w *world) saidBeside(v *visit, m *matter) bool {
	for i := len(w.cases) - 1; i >= 0 && len(w.cases)-i < 8; i-- {
		if w.cases[i].matter == m {
			return true
		}
	}
	return w.saidApart(v, m, nil)
}

// saidApart is saidBeside for the cases that were made out of turn, but for one.
func (w *world) saidApart(v *visit, m *matter, but *kase) bool {
	return slices.ContainsFunc(w.apart, func(k *kase) bool {
		between := k.registeredAt.Sub(v.registeredAt)
		return k != but && k.matter == m && between > -100*time.Hour && between < 100*time.Hour
	})
}

// live makes a case of the visit and lets it live until now.
func (w *world) live(v *visit, m *matter, f flow, lead *kase, force map[string]bool) *kase {
	k := &kase{visit: v, matter: m, position: len(v.cases) + 1, slots: w.slotsFor(v, m)}
	if m.secret() {
		v.confidential, v.mayPublish = true, false
	}
	words := k.slots.Replace(pick(w.rng, m.words))
	if lead != nil && lead.words[:12] == words[:12] {
		words = k.slots.Replace(m.words[len(m.words)-1])
	}
	if closer := pick(w.rng, closers); len([]rune(words+closer)) <= 120 {
		words += closer
	}
	k.words = words
	s := &sim{w: w, k: k, st: v.station, r: w.rng, at: v.registeredAt, today: calendar.DateOf(v.registeredAt), force: force,
		handler: actor{w.office, auth.CountyHandler}, second: actor{w.office2, auth.CountyHandler}}
	switch {
	case v.confidential:
		s.handler, s.second = actor{w.admin, auth.CountyAdmin}, actor{w.admin, auth.CountyAdmin}
	case chance(w.rng, 0.4):
		s.handler, s.second = s.second, s.handler
	}
	if f == suggested {
		s.force = with(force, "restrict", false)
	}
	s.live(f, lead)
	return k
}

// secret: an accusation is confidential from the first word.
func (m *matter) secret() bool { return m.refusal != nil && m.refusal.reason == "检举控告" }

// add keeps the case.
func (w *world) add(k *kase) {
	s := k.visit.station
	k.visit.cases = append(k.visit.cases, k)
	w.cases = append(w.cases, k)
	s.said = append(s.said, k.matter)
	if len(s.said) > 14 {
		s.said = s.said[1:]
	}
}

// number numbers the cases by their registration, in each year from 1.
func (w *world) number() {
	slices.SortStableFunc(w.cases, func(a, b *kase) int {
		return cmp.Or(a.registeredAt.Compare(b.registeredAt), cmp.Compare(a.position, b.position))
	})
	last := map[int]int{}
	for _, k := range w.cases {
		year := calendar.DateOf(k.registeredAt).Year()
		last[year]++
		k.number = fmt.Sprintf("%s%d-%04d", w.upper, year, last[year])
	}
	w.lastNumbers = last
}
