package casefile_test

import (
	"slices"
	"strings"
	"time"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
)

// model is what workflow.md says of one case of 王桥镇, kept beside the database. It knows
// the rules of paper_test.go and the periods, and nothing of package casefile's tables.
type model struct {
	w       *casetest.World
	times   *times
	contact bool // somebody can be asked to rate

	state, back    casefile.State
	outcome        casefile.Outcome
	round, version int
	outer          string
	lead, co       int64
	clocks         map[casefile.Clock]span
	registered     calendar.Date
	closed         calendar.Date

	proposed      bool             // a proposal stands
	refusal       casefile.Outcome // what the last proposal to refuse would come to
	proposer      string
	result        casefile.Step // what the feedback tells: approve, confirm, follow_lead, answer_now
	promise       calendar.Date
	coBegan       calendar.Date
	coDue, urged  calendar.Date
	coGiven       bool
	days          int
	leadApproved  bool
	objection     bool // the review is of a refusal
	rated         time.Time
	members       map[string]bool
	restricted    bool
	thisRound     map[casefile.Step]bool // rate, amend, object, request_extension
	authors       map[string]bool        // who handled it in this round
	noMoreReturns map[int64]bool         // units that were refused a return in this round
}

// span is a clock that runs from began to due; or stands still since stopped. A fixed one
// ends on a day that somebody named, or after months.
type span struct {
	began, due, stopped calendar.Date
	fixed               bool
}

// times is the county's calendar as it is now.
type times struct{ *calendar.Calendar }

func newModel(w *casetest.World, t *times, contact bool) *model {
	m := &model{w: w, times: t, contact: contact, state: casefile.Registered, version: 1, registered: w.Today(),
		clocks: map[casefile.Clock]span{}, members: map[string]bool{"Clerk": true}}
	m.nextRound()
	m.start(casefile.ClockSort, 2)
	return m
}

func (m *model) nextRound() {
	m.round++
	m.thisRound, m.authors, m.noMoreReturns = map[casefile.Step]bool{}, map[string]bool{}, map[int64]bool{}
}

func (m *model) workdays(n int) calendar.Date { return m.times.AddWorkdays(m.w.Today(), n) }

// start starts a clock of n working days beside the others.
func (m *model) start(kind casefile.Clock, n int) {
	m.clocks[kind] = span{began: m.w.Today(), due: m.workdays(n)}
}

// startTo starts a clock that ends on a day that no calendar moves.
func (m *model) startTo(kind casefile.Clock, day calendar.Date) {
	m.clocks[kind] = span{began: m.w.Today(), due: day, fixed: true}
}

// only ends every clock but the named ones.
func (m *model) only(kinds ...casefile.Clock) {
	for kind := range m.clocks {
		if !slices.Contains(kinds, kind) {
			delete(m.clocks, kind)
		}
	}
}

// goTo moves on, with one clock of n working days and no other.
func (m *model) goTo(state casefile.State, kind casefile.Clock, n int) {
	m.only()
	m.start(kind, n)
	m.state, m.outcome, m.closed = state, "", calendar.Date{}
}

// wait lets the clock of the work stand still while somebody decides.
func (m *model) wait(state casefile.State, work casefile.Clock) {
	m.only(work)
	m.stop(work, m.w.Today())
	m.start(casefile.ClockApproval, 3)
	m.state = state
}

// goOn lets the clock of the work run again, moved by the days that it stood and by extra.
func (m *model) goOn(extra int) {
	m.only(casefile.ClockHandle)
	handle := m.clocks[casefile.ClockHandle]
	moved := m.times.WorkdaysBetween(handle.stopped, m.w.Today()) + extra
	if moved > 0 {
		handle.due = m.times.AddWorkdays(handle.due, moved)
	}
	handle.stopped = calendar.Date{}
	m.clocks[casefile.ClockHandle] = handle
	m.state = casefile.Handling
}

func (m *model) close(outcome casefile.Outcome) {
	m.only()
	if m.closed.IsZero() {
		m.closed = m.w.Today()
	}
	m.state, m.outcome = casefile.Closed, outcome
}

// ask asks for the verdict, where somebody can be asked.
func (m *model) ask() {
	if m.goTo(casefile.AwaitingRating, casefile.ClockRating, 15); !m.contact {
		m.close(casefile.Unrated)
	}
}

// again begins a new round: with the unit that had it, else where it is handed out.
func (m *model) again() {
	m.nextRound()
	if m.lead == 0 {
		m.goTo(casefile.Sorted, casefile.ClockHandOut, 2)
		return
	}
	m.goTo(casefile.Handling, casefile.ClockHandle, 15)
}

func (m *model) verdict(in casefile.Input) {
	m.objection = false
	switch low := in.Result <= 2 || in.Attitude <= 2; {
	case !low:
		m.close(casefile.Satisfied)
	case m.state != casefile.Review:
		m.goTo(casefile.Review, casefile.ClockReview, 3)
	}
}

// lapsed reports whether a clock's end has passed.
func (m *model) lapsed(kind casefile.Clock) bool { return m.w.Today().After(m.clocks[kind].due) }

// may reports whether the rules give the step to an actor as the case stands.
func (m *model) may(who string, by auth.Actor, step casefile.Step) bool {
	letter := letter(m.w, by, m.lead, m.co)
	named := slices.Contains([]string{"A", "H", "U", "K", "Z", "Y"}, letter) || m.members[who]
	if m.restricted && !named {
		return false
	}
	return slices.ContainsFunc(rules(step, m.state), func(r rule) bool {
		return strings.Contains(r.who, letter) &&
			(!strings.Contains(r.also, "outer") || letter == "Y" || m.outerIs(by)) &&
			(!strings.Contains(r.also, "other") || m.isOther(who, by, step))
	})
}

func (m *model) outerIs(by auth.Actor) bool {
	return by.Level() == m.outer || m.outer == "" && by.Level() == "county"
}

func (m *model) isOther(who string, by auth.Actor, step casefile.Step) bool {
	switch {
	case step == casefile.Confirm || step == casefile.Overrule:
		return who != m.proposer && (by.Role != auth.CountyLeader || m.proposer != "Head")
	case step == casefile.Rate:
		return who != "Clerk" && !m.authors[who]
	case m.objection && (step == casefile.Rehandle || step == casefile.Uphold):
		return who != m.proposer
	}
	return !m.authors[who]
}

// take takes a step, and reports whether the rules allow it; what they refuse changes nothing.
func (m *model) take(who string, by auth.Actor, in casefile.Input) bool {
	if !m.may(who, by, in.Step) || !m.complete(by, in) || !m.allows(by, in) {
		return false
	}
	m.moves(who, by, in)
	m.version++
	if by.UserID != 0 {
		m.members[who] = true
	}
	return true
}
