package demo

import (
	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/casefile"
	"lianluo/internal/message"
)

// review: a person decides on a dissatisfied citizen within the time; else the system does.
func (s *sim) review() {
	k := s.k
	if s.happens("lapse", 0.12) {
		if !s.moveTo(nightly(s.r, k.due.AddDays(1))) {
			return
		}
		if k.round > 1 {
			s.step(casefile.Escalate, system, input{})
			s.study()
			return
		}
		s.rehandle(system, "")
		return
	}
	if !s.moveTo(s.office(between(s.r, 0, s.w.settings.ReviewDays-1))) {
		return
	}
	first := s.outerActor()
	if k.outer == "" {
		first = s.head()
	}
	decider := s.impartial(first)
	switch {
	case s.happens("uphold", 0.28):
		s.uphold()
	case k.round > 1:
		s.step(casefile.Escalate, decider, input{})
		s.study()
	default:
		s.rehandle(decider, pick(s.r, rehandleWhys))
	}
}

// impartial is first, or the next of the county's office who had no part in what is decided:
// the refusal that is objected to, or the answer of this round.
func (s *sim) impartial(first actor) actor {
	for _, a := range []actor{first, s.handler, s.second} {
		if !s.tookPart(a.user) && s.sees(a) {
			return a
		}
	}
	return actor{s.w.admin, auth.CountyAdmin}
}

// sees: a restricted case is not the county's handlers'.
func (s *sim) sees(a actor) bool { return !s.k.restricted || a.role != auth.CountyHandler }

func (s *sim) tookPart(u *user) bool {
	k := s.k
	if asked := k.last(casefile.Rate, casefile.Amend, casefile.Object); asked != nil && asked.step == casefile.Object {
		return k.last(casefile.Refuse, casefile.Refer, casefile.Keep).by.user == u
	}
	for _, e := range k.events {
		switch e.step {
		case casefile.AnswerNow, casefile.Sign, casefile.Submit, casefile.SuggestionAnswered, casefile.CoOpinion:
			if e.round == k.round && e.by.user == u {
				return true
			}
		}
	}
	return false
}

// upheld is how a case ends whose citizen is not followed: dissatisfied, or, after an
// objection, refused as it was.
func (s *sim) upheld() casefile.Outcome {
	k := s.k
	if why := k.last(casefile.Rate, casefile.Amend, casefile.Object); why == nil || why.step != casefile.Object {
		return casefile.Dissatisfied
	}
	return s.refusal()
}

// refusal is the outcome of what was proposed last.
func (s *sim) refusal() casefile.Outcome {
	proposal := s.k.last(casefile.Refuse, casefile.Refer, casefile.Keep)
	return map[casefile.Step]casefile.Outcome{casefile.Refuse: casefile.Refused, casefile.Refer: casefile.Referred,
		casefile.Keep: casefile.Kept}[proposal.step]
}

func (s *sim) uphold() {
	s.close(s.upheld())
	s.step(casefile.Uphold, s.impartial(s.handler), input{reason: pick(s.r, upholdWhys), text: pick(s.r, upholdSaid)})
	s.sendWhereReachable(message.Upheld)
	s.afterClosing()
}

func (s *sim) rehandle(by actor, why string) {
	to, due := s.newRound(by, "")
	s.step(casefile.Rehandle, by, input{reason: why, to: to, due: due, detail: map[string]any{"due": due.String()}})
	s.sendWhereReachable(message.Rehandling)
	s.again(to)
}

// again goes on in a new round.
func (s *sim) again(to casefile.State) {
	if to == casefile.Sorted {
		s.toUnit(false)
		return
	}
	s.work(false)
}

// study: what was handled twice is studied by the county; it ends there, or is handled
// once more under supervision.
func (s *sim) study() {
	if !s.moveTo(s.office(between(s.r, 3, 9))) {
		return
	}
	by := actor{s.w.leader, auth.CountyLeader}
	if s.k.restricted || chance(s.r, 0.3) {
		by = actor{s.w.admin, auth.CountyAdmin}
	}
	if s.happens("conclude_closes", 0.6) {
		s.close(s.upheld())
		s.step(casefile.Conclude, by, input{text: pick(s.r, concludeCloses), to: casefile.Closed})
		s.sendWhereReachable(message.Upheld)
		s.afterClosing()
		return
	}
	s.k.supervised = true
	text := pick(s.r, concludeHandles)
	to, due := s.newRound(by, text)
	s.step(casefile.Conclude, by, input{text: text, to: to, due: due, detail: map[string]any{"due": due.String()}})
	s.sendWhereReachable(message.Rehandling)
	s.again(to)
}

// afterClosing: a promise comes back on its day, a refusal may be objected to, and after
// ninety days the case is archived.
func (s *sim) afterClosing() {
	k := s.k
	if s.stopped {
		return
	}
	switch k.outcome {
	case casefile.Refused, casefile.Referred, casefile.Kept:
		if k.last(casefile.Object) == nil {
			s.object()
		}
	}
	if k.open() || s.stopped || k.state == casefile.Archived {
		return
	}
	if k.promise != "" && k.unit != nil {
		s.promiseDue()
		return
	}
	if s.moveTo(nightly(s.r, calendar.DateOf(k.closedAt).AddDays(90))) {
		s.step(casefile.Archive, system, input{})
	}
}

// promiseDue: on the promised day, or the night after closing where that is later.
func (s *sim) promiseDue() {
	k := s.k
	day := k.promiseOn
	if !day.After(s.today) {
		day = s.today.AddDays(1)
	}
	if !s.moveTo(nightly(s.r, day)) {
		return
	}
	k.promise, k.promiseOn = "", calendar.Date{}
	_, due := s.newRound(system, "")
	s.step(casefile.PromiseDue, system, input{due: due, detail: map[string]any{"due": due.String()}})
	s.work(true)
}
