package demo

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/casefile"
)

// sim lives one case from its registration until now, step by step as the site would:
// every step is a row of casefile.Workflow, and moves the clocks as that row says. What
// would happen after now does not happen, so a case stands where it would stand today.
type sim struct {
	w       *world
	k       *kase
	st      *station
	r       *rand.Rand
	at      time.Time // of the last step
	today   calendar.Date
	stopped bool            // the next step lies behind now
	force   map[string]bool // what must happen, or must not
	handler actor           // of the county's office, for this case
	second  actor           // another of the office
}

// input is what a step is given beside the actor.
type input struct {
	text, reason string
	unit         *unit
	detail       map[string]any
	to           casefile.State // where the row leaves a choice
	due          calendar.Date  // of a handling, a suggestion, a pause
	extra        int            // working days of an extension
}

// letters are the roles as the workflow's table writes them.
var letters = map[auth.Role]casefile.Who{auth.Clerk: casefile.C, auth.StationHead: casefile.H, auth.CountyHandler: casefile.S,
	auth.CountyAdmin: casefile.A, auth.CountyLeader: casefile.L, auth.Deputy: casefile.D, auth.Citizen: casefile.Z, auth.System: casefile.Y}

func (s *sim) letter(a actor) casefile.Who {
	if a.role != auth.Unit {
		return letters[a.role]
	}
	if s.k.unit != nil && a.user.roles[0].unit == s.k.unit {
		return casefile.U
	}
	return casefile.K
}

// go moves the time to t; false says that t lies behind now.
func (s *sim) moveTo(t time.Time) bool {
	if t.Before(s.at) {
		t = s.at.Add(time.Minute)
	}
	if s.stopped || t.After(s.w.now) {
		s.stopped = true
		return false
	}
	s.at, s.today = t, calendar.DateOf(t)
	return true
}

// fault keeps the first step that the table does not allow: a fault of this package, for
// which the county is not made.
func (s *sim) fault(format string, args ...any) {
	if s.w.fault == nil {
		s.w.fault = fmt.Errorf("demo: %s: "+format, append([]any{s.k.title}, args...)...)
	}
	s.stopped = true
}

// step takes a step at the sim's time.
func (s *sim) step(step casefile.Step, by actor, in input) {
	k := s.k
	row, ok := s.row(step, by)
	if !ok {
		s.fault("%s may not %s from %s", by.role, step, k.state)
		return
	}
	from, to := k.state, k.state
	if len(row.To) > 0 {
		to = row.To[0]
	}
	if to == casefile.Back {
		to = k.returnsTo
	}
	if in.to != "" {
		to = in.to
	}
	if len(row.To) > 0 && row.To[0] != casefile.Back && !slices.Contains(row.To, to) {
		s.fault("%s does not lead to %s", step, to)
		return
	}
	s.moveClocks(row, from, to, step, in)
	if handle := k.handle(); handle != nil && row.Clocks.Moves {
		if in.detail == nil {
			in.detail = map[string]any{}
		}
		in.detail["due"] = handle.due.String()
	}
	k.state = to
	if to != casefile.Closed && to != casefile.Archived {
		k.outcome, k.closedAt = "", time.Time{}
	}
	k.events = append(k.events, &event{step: step, from: from, to: to, round: k.round, by: by, at: s.at, reason: in.reason,
		body: in.text, unit: in.unit, detail: in.detail})
}

// row finds the row that by may take.
func (s *sim) row(step casefile.Step, by actor) (casefile.Row, bool) {
	for _, row := range casefile.Rows(step, s.k.state) {
		if slices.Contains(row.Who, s.letter(by)) {
			return row, true
		}
	}
	return casefile.Row{}, false
}

// moveClocks is casefile's: what a step does to the clocks, and which one shows.
func (s *sim) moveClocks(row casefile.Row, from, to casefile.State, step casefile.Step, in input) {
	due := func(kind casefile.Clock) calendar.Date { return s.dueOf(kind, step, in) }
	switch {
	case to == casefile.Closed || to == casefile.Archived:
		s.clocks(casefile.Clocks{Ends: true}, due, 0)
	case len(row.To) > 1 && from == to:
	case to == casefile.Sorted && slices.Contains(row.Clocks.Starts, casefile.ClockHandle):
		s.clocks(casefile.Clocks{Ends: true, Starts: []casefile.Clock{casefile.ClockHandOut}}, due, 0)
	default:
		s.clocks(row.Clocks, due, in.extra)
	}
	s.face()
}

func (s *sim) clocks(c casefile.Clocks, due func(casefile.Clock) calendar.Date, extra int) {
	today := s.today
	for _, t := range s.k.clocks {
		if t.ended != nil {
			continue
		}
		handling := t.kind == casefile.ClockHandle || t.kind == casefile.ClockSuggest
		switch {
		case c.Merged && c.Again:
			t.stopped = nil
		case c.Merged, handling && c.Still && t.stopped == nil:
			t.stopped = &today
		case handling && c.Moves:
			s.resume(t, extra)
		case handling && c.Again:
			t.stopped = nil
		case c.Ends && (!handling || !c.Still), c.End != "" && t.kind == c.End:
			t.ended = &today
		}
	}
	for _, kind := range c.Starts {
		end, fixed := due(kind), kind == casefile.ClockPause || kind == casefile.ClockSuggest
		s.k.clocks = append(s.k.clocks, &clock{kind: kind, round: s.k.round, started: today, first: end, due: end, fixed: fixed,
			provisional: !fixed && s.w.cal.DueProvisional(today, end)})
	}
}

func (s *sim) resume(t *clock, extra int) {
	stood := 0
	if t.stopped != nil {
		stood = s.w.cal.WorkdaysBetween(*t.stopped, s.today)
	}
	if stood+extra > 0 {
		t.due = s.w.cal.AddWorkdays(t.due, stood+extra)
		t.provisional = !t.fixed && s.w.cal.DueProvisional(s.today, t.due)
	}
	t.stopped = nil
	for _, o := range s.k.orders { // the lead's order goes with the clock
		if o.part == "lead" && o.endedAt == nil {
			o.due = t.due
		}
	}
}

// face shows the clock that runs out first.
func (s *sim) face() {
	k := s.k
	k.clock, k.due, k.provisional = "", calendar.Date{}, false
	for _, t := range k.clocks {
		if t.ended != nil || t.stopped != nil || t.kind == casefile.ClockCo {
			continue
		}
		if k.clock == "" || t.due.Before(k.due) {
			k.clock, k.due, k.provisional = t.kind, t.due, t.provisional
		}
	}
}

func (s *sim) dueOf(kind casefile.Clock, step casefile.Step, in input) calendar.Date {
	switch kind {
	case casefile.ClockHandle, casefile.ClockSuggest, casefile.ClockPause:
		if !in.due.IsZero() {
			return in.due
		}
	case casefile.ClockHandOut:
		if step == casefile.Sort {
			due := s.w.cal.AddWorkdays(calendar.DateOf(s.k.registeredAt), s.w.settings.HandOutDays)
			if due.Before(s.today) {
				return s.today
			}
			return due
		}
		return s.w.cal.AddWorkdays(s.today, 2)
	}
	return s.w.cal.AddWorkdays(s.today, s.period(kind))
}

func (s *sim) period(kind casefile.Clock) int {
	set := s.w.settings
	switch kind {
	case casefile.ClockSort:
		return set.SortDays
	case casefile.ClockHandOut:
		return set.HandOutDays
	case casefile.ClockCounty:
		return set.CountyDays
	case casefile.ClockCheck:
		return set.CheckDays
	case casefile.ClockSign:
		return set.SignDays
	case casefile.ClockApproval:
		return set.ApprovalDays
	case casefile.ClockFeedback:
		return set.FeedbackDays
	case casefile.ClockRating:
		return set.RatingDays
	case casefile.ClockReview:
		return set.ReviewDays
	case casefile.ClockStudy:
		return set.StudyDays
	}
	return set.RehandleDays
}

func (s *sim) close(outcome casefile.Outcome) {
	s.k.outcome = outcome
	if s.k.closedAt.IsZero() {
		s.k.closedAt = s.at
	}
}
