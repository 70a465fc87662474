package demo

import (
	"strings"
	"time"

	"lianluo/internal/calendar"
	"lianluo/internal/casefile"
)

// pin is a case that a demonstration must have: somebody's work of today, or a state or an
// outcome that may not be missing. Cases are made until one fits.
type pin struct {
	flow     flow
	station  *station
	kind     string // of the unit; "" any
	from, to int    // registered so many working days ago
	force    string // what must happen, and what !must not
	fits     func(*kase) bool
}

const pinTries = 4000

// pins makes the pinned cases. One that does not come about in that many tries, such as
// with a now that nobody foresaw, is left out; the tests know which days are safe.
func (w *world) pins() {
	for _, p := range w.allPins() {
		if k := w.tryPin(p, nil); k != nil {
			w.keepPin(k)
		} else {
			w.missing++
		}
	}
	w.pinMerged()
}

func (w *world) keepPin(k *kase) {
	w.visits = append(w.visits, k.visit)
	w.apart = append(w.apart, k)
	w.add(k)
}

func (w *world) tryPin(p pin, lead *kase) *kase {
	force := map[string]bool{}
	for _, what := range strings.Split(p.force, ",") {
		if name, not := strings.CutPrefix(what, "!"); what != "" {
			force[name] = !not
		}
	}
	for range pinTries {
		day := w.cal.AddWorkdays(w.today, -between(w.rng, p.from, p.to))
		if p.from == 0 && chance(w.rng, 0.5) {
			day = w.today
		}
		a := arrival{at: officeTime(w.rng, day), station: p.station, way: "visit"}
		if p.station == nil {
			a.station = pick(w.rng, w.stations)
		}
		if a.at.After(w.now.Add(-25 * time.Minute)) {
			continue
		}
		v := w.visitAt(a)
		v.confidential, v.mayPublish = force["confidential"], !force["confidential"]
		if len(v.deputies) == 0 || v.phone == "" || v.replyBy == "none" {
			continue
		}
		var m *matter
		if lead != nil {
			m, v.village = lead.matter, lead.visit.village
		} else {
			m = w.choose(v, p.flow, p.kind)
		}
		k := w.live(v, m, p.flow, lead, force)
		if p.fits(k) {
			v.cases = nil
			return k
		}
	}
	return nil
}

// pinMerged makes an open case of the demonstration's station with another merged into it.
func (w *world) pinMerged() {
	lead := w.tryPin(pin{handled, w.demoStation(), ofTownship, 6, 12, "late,!return,!raise,!reassign,!pass_down", is(casefile.Handling)}, nil)
	if lead == nil {
		w.missing++
		return
	}
	w.keepPin(lead)
	if k := w.tryPin(pin{merged, w.demoStation(), "", 2, 6, "!take_out", is(casefile.Merged)}, lead); k != nil {
		w.keepPin(k)
	} else {
		w.missing++
	}
}

func is(state casefile.State) func(*kase) bool {
	return func(k *kase) bool { return k.state == state }
}

func ended(outcome casefile.Outcome, state casefile.State) func(*kase) bool {
	return func(k *kase) bool { return k.outcome == outcome && k.state == state }
}

func and(some ...func(*kase) bool) func(*kase) bool {
	return func(k *kase) bool {
		for _, fits := range some {
			if !fits(k) {
				return false
			}
		}
		return true
	}
}

// allPins are the pins of a county. “Today” is the next working day where today is a day
// off: no period ends on one.
func (w *world) allPins() []pin {
	today, here := w.cal.AddWorkdays(w.today, 0), w.demoStation()
	due := func(state casefile.State, day calendar.Date) func(*kase) bool {
		return func(k *kase) bool { return k.state == state && k.due == day }
	}
	late := func(state casefile.State) func(*kase) bool {
		return func(k *kase) bool { return k.state == state && k.due.Before(w.today) }
	}
	plain := "!return,!reassign,!raise,!pass_down,!ask,!pause,!extension,!co,!improve,!restrict"
	slow := func(what string) string { return plain + ",slow " + what }
	pins := []pin{
		{handled, here, "", 1, 3, slow("sort"), due(casefile.Registered, today)},
		{handled, here, "", 3, 6, slow("sort"), late(casefile.Registered)},
		{handled, here, "", 0, 1, slow("sort"), is(casefile.Registered)},
		{handled, here, "", 0, 1, slow("sort"), is(casefile.Registered)},
		{handled, here, ofTownship, 5, 6, slow("hand_out"), due(casefile.Sorted, today)},
		{handled, here, ofTownship, 5, 9, slow("hand_out"), late(casefile.Sorted)},
		{handled, here, "", 1, 4, slow("hand_out") + ",slow report", is(casefile.Sorted)},
		{handled, here, "", 5, 12, slow("county"), due(casefile.Reported, today)},
		{handled, nil, "", 6, 14, slow("county"), due(casefile.Reported, today)},
		{handled, nil, "", 6, 14, slow("county"), late(casefile.Reported)},
		{handled, nil, "", 2, 8, slow("county"), is(casefile.Reported)},
		{handled, here, "water", 6, 16, slow("sign"), due(casefile.Assigned, today)},
		{handled, nil, "water", 7, 18, slow("sign"), late(casefile.Assigned)},
		{handled, here, unitGov, 5, 12, slow("sign"), due(casefile.Assigned, today)},
		{handled, here, "water", 32, 42, plain + ",late,!urge,!supervise_late", due(casefile.Handling, today)},
		{handled, nil, "water", 34, 48, plain + ",late,urge", late(casefile.Handling)},
		{handled, here, "", 34, 50, plain + ",late,urge,supervise_late", and(late(casefile.Handling), func(k *kase) bool { return k.supervised })},
		{handled, here, unitGov, 16, 22, plain + ",late", due(casefile.Handling, today)},
		{handled, here, ofTownship, 18, 28, plain + ",late", late(casefile.Handling)},
		{handled, here, "water", 8, 36, slow("approve"), due(casefile.Submitted, today)},
		{handled, nil, "", 8, 40, slow("approve"), late(casefile.Submitted)},
		{handled, here, ofTownship, 6, 24, slow("approve"), due(casefile.Submitted, today)},
		{handled, here, ofTownship, 6, 26, slow("approve"), late(casefile.Submitted)},
		{handled, here, ofTownship, 8, 26, slow("feedback") + ",!tried", due(casefile.Approved, today)},
		{handled, here, "water", 10, 40, slow("feedback") + ",!tried", late(casefile.Approved)},
		{handled, here, "", 6, 36, slow("feedback"), is(casefile.Approved)},
		{handled, here, "", 5, 20, "return,slow decide", due(casefile.ReturnRequested, today)},
		{handled, nil, "water", 6, 20, "return,slow decide", is(casefile.ReturnRequested)},
		{handled, nil, "water", 12, 40, "extension,slow decide,!return,!pause", is(casefile.ExtensionRequested)},
		{handled, here, ofTownship, 8, 26, "extension,slow decide,!return,!pause", is(casefile.ExtensionRequested)},
		{handled, here, "", 14, 40, "pause,!return", is(casefile.Paused)},
		{handled, nil, "water", 14, 40, "pause,!return", is(casefile.Paused)},
		{handled, here, "", 20, 60, plain + ",!rate", is(casefile.AwaitingRating)},
		{answeredNow, here, "", 1, 8, "!rate", is(casefile.AwaitingRating)},
		{handled, here, "", 12, 60, "rate,bad," + plain, is(casefile.Review)},
		{handled, nil, "water", 20, 60, "rate,bad," + plain, is(casefile.Review)},
		{handled, here, "", 40, 100, "rate,bad,!uphold," + plain, and(is(casefile.Review), func(k *kase) bool { return k.round == 2 })},
		{handled, nil, "", 40, 110, "rate,bad,!uphold," + plain, is(casefile.Study)},
		{handled, here, "", 30, 90, "rate,bad,!uphold,late," + plain, and(is(casefile.Handling), func(k *kase) bool { return k.round == 2 })},
		{handled, nil, "", 40, 150, "class B,!bad,!rate," + plain, and(is(casefile.Handling), func(k *kase) bool { return k.last(casefile.PromiseDue) != nil })},
		{refused, nil, "", 2, 12, slow("check"), func(k *kase) bool { return k.open() && k.matter.secret() }},
		{refused, here, "", 3, 9, slow("check") + ",!county_refuses", due(casefile.RefusalProposed, today)},
		{refused, nil, "", 5, 14, slow("check") + ",county_refuses", is(casefile.RefusalProposed)},
		{suggested, here, "", 8, 40, "", is(casefile.Suggested)},
		{suggested, nil, "", 8, 40, "", is(casefile.Suggested)},
		{handled, here, "", 8, 24, "confidential", and(is(casefile.Handling), func(k *kase) bool { return k.restricted })},
	}
	return append(pins, w.outcomePins()...)
}

// outcomePins are the ways in which a case may end.
func (w *world) outcomePins() []pin {
	here := w.demoStation()
	only := func(step casefile.Step) func(*kase) bool {
		return func(k *kase) bool { return k.last(step) != nil }
	}
	return []pin{
		{handled, here, "", 30, 60, "rate,!bad", ended(casefile.Satisfied, casefile.Closed)},
		{handled, here, "", 40, 90, "rate,bad,uphold,!lapse", ended(casefile.Dissatisfied, casefile.Closed)},
		{handled, nil, "", 70, 130, "rate,bad,!uphold,conclude_closes", and(ended(casefile.Dissatisfied, casefile.Closed), only(casefile.Conclude))},
		{handled, nil, "", 40, 90, "rate,bad,!uphold,lapse", and(only(casefile.Rehandle))},
		{answeredNow, here, "", 22, 60, "!rate", ended(casefile.Unrated, casefile.Closed)},
		{refused, here, "", 12, 50, "", ended(casefile.Refused, casefile.Closed)},
		{refused, nil, "", 12, 50, "confidential", and(ended(casefile.Referred, casefile.Closed))},
		{refused, here, "", 12, 50, "", ended(casefile.Referred, casefile.Closed)},
		{refused, here, "", 12, 50, "", ended(casefile.Kept, casefile.Closed)},
		{refused, nil, "", 12, 60, "object", only(casefile.Object)},
		{refused, nil, "", 12, 60, "overrule", only(casefile.Overrule)},
		{withdrawn, here, "", 5, 50, "", ended(casefile.Withdrawn, casefile.Closed)},
		{handled, here, "", 130, 200, "rate,!bad", ended(casefile.Satisfied, casefile.Archived)},
		{refused, nil, "", 100, 200, "", ended(casefile.Refused, casefile.Archived)},
		{withdrawn, nil, "", 100, 200, "", ended(casefile.Withdrawn, casefile.Archived)},
		{suggested, nil, "", 90, 200, "!bad,rate", ended(casefile.Satisfied, casefile.Closed)},
	}
}
