package demo

import (
	"time"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/casefile"
	"lianluo/internal/message"
)

// kase is a case with everything that hangs on it.
type kase struct {
	id           int64
	number       string
	visit        *visit
	position     int
	matter       *matter
	slots        slots
	words, title string
	level        string
	proposal     string
	state        casefile.State
	outcome      casefile.Outcome
	returnsTo    casefile.State
	outer        string
	unit         *unit
	lead         *kase
	round        int
	clock        casefile.Clock
	due          calendar.Date
	provisional  bool
	answeredNow  bool
	restricted   bool
	supervised   bool
	hasContact   bool
	mayCall      bool   // of the newest order
	refusal      string // the reason's name
	promise      string
	promiseOn    calendar.Date
	registeredAt time.Time
	closedAt     time.Time

	events    []*event
	clocks    []*clock
	orders    []*order
	answers   []*answer
	feedbacks []*feedback
	links     []*link
	ratings   []*rating
	messages  []*outgoing
}

type event struct {
	step   casefile.Step
	from   casefile.State // "": the case began here
	to     casefile.State
	round  int
	by     actor
	at     time.Time
	reason string
	body   string
	unit   *unit
	detail map[string]any
}

type clock struct {
	kind        casefile.Clock
	round       int
	started     calendar.Date
	first, due  calendar.Date
	provisional bool
	fixed       bool // a day that somebody named, or months by law
	stopped     *calendar.Date
	ended       *calendar.Date
}

type order struct {
	unit      *unit
	part      string
	round     int
	due       calendar.Date
	mayCall   bool
	note      string
	by        *user // nil: the system
	at        time.Time
	signedBy  *user
	signedAt  *time.Time
	opinionAt *time.Time
	endedAt   *time.Time
}

type answer struct {
	id        int64
	round     int
	unit      *unit // nil: on the spot
	class     string
	body      string
	promise   string
	promiseOn calendar.Date
	by        *user
	at        time.Time
}

type feedback struct {
	round  int
	deputy *deputy // nil: the citizen
	way    string
	body   string
	on     calendar.Date
	by     *user
	at     time.Time
}

type link struct {
	id      int64
	round   int
	unit    *unit
	answer  *answer
	at      time.Time
	expires time.Time
	used    *time.Time
	revoked *time.Time
}

type rating struct {
	id               int64
	round            int
	link             *link
	channel          string
	result, attitude int
	comment          string
	amends           *rating
	by               *user // for device and call-back
	unit             *unit
	at               time.Time
}

type outgoing struct {
	kind  message.Kind
	round int
	state string
	why   string // it failed
	paper bool
	at    time.Time
	sent  time.Time
}

// actor is who takes a step, in which role.
type actor struct {
	user *user // nil: the citizen or the system
	role auth.Role
}

var (
	citizen = actor{role: auth.Citizen}
	system  = actor{role: auth.System}
)

func (a actor) name() string {
	if a.user == nil {
		return auth.Names[a.role]
	}
	return a.user.name
}

// level is auth.Actor's: where the actor stands when it hands a case out.
func (a actor) level() string { return auth.Actor{Role: a.role}.Level() }

// open reports whether the case is not closed.
func (k *kase) open() bool { return k.outcome == "" }

// last is the newest event with one of steps, or nil.
func (k *kase) last(steps ...casefile.Step) *event {
	for i := len(k.events) - 1; i >= 0; i-- {
		for _, step := range steps {
			if k.events[i].step == step {
				return k.events[i]
			}
		}
	}
	return nil
}

// handle is the handling clock that has not ended, or nil.
func (k *kase) handle() *clock {
	for _, c := range k.clocks {
		if c.kind == casefile.ClockHandle && c.ended == nil {
			return c
		}
	}
	return nil
}
