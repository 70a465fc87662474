package demo

import (
	"fmt"
	"slices"
	"time"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/casefile"
)

// refuse: the station's head or the county's office proposes, somebody else checks.
func (s *sim) refuse() {
	k := s.k
	proposer, checker := s.head(), s.handler
	if s.happens("county_refuses", 0.35) && !k.restricted {
		s.report()
		proposer, checker = s.handler, s.second
		if chance(s.r, 0.3) {
			checker = actor{s.w.leader, auth.CountyLeader}
		}
	}
	for range 2 {
		if !s.moveTo(s.office(s.days("propose", []float64{30, 40, 30}, 0.04, 3, 5))) {
			return
		}
		k.returnsTo, k.refusal = k.state, k.matter.refusal.reason
		s.step(k.matter.refusal.step, proposer, input{text: k.matter.refusal.guidance})
		if !s.moveTo(s.office(s.days("check", []float64{25, 40, 25, 10}, 0.05, 3, 6))) {
			return
		}
		if k.last(casefile.Overrule) != nil || !s.happens("overrule", 0.06) {
			break
		}
		s.step(casefile.Overrule, checker, input{reason: pick(s.r, overruleWhys)})
		k.returnsTo, k.refusal = "", ""
	}
	s.step(casefile.Confirm, checker, input{})
	s.feedback(pick(s.r, refusalTold) + k.matter.refusal.guidance)
}

// object: a citizen who was refused may object once.
func (s *sim) object() {
	if !s.happens("object", 0.05) || !s.moveTo(s.afterDays(between(s.r, 1, 12))) {
		return
	}
	s.step(casefile.Object, citizen, input{reason: pick(s.r, objections)})
	if s.moveTo(s.office(between(s.r, 1, 3))) {
		s.uphold()
	}
}

// suggest makes it a deputy's formal suggestion: three months by law, six for what is broad.
func (s *sim) suggest() {
	if !s.moveTo(s.office(between(s.r, 1, 4))) {
		return
	}
	months := 3
	if chance(s.r, 0.2) {
		months = 6
	}
	due := calendar.DateOf(s.at.AddDate(0, months, 0))
	reference := fmt.Sprintf("第 %d 号", between(s.r, 12, 186))
	lead := s.st.group[1]
	if len(s.k.visit.deputies) > 0 {
		lead = s.k.visit.deputies[0]
	}
	s.step(casefile.Suggest, s.handler, input{detail: map[string]any{"reference": reference, "deputy_id": lead}, due: due})
	if !s.moveTo(s.on(s.w.cal.AddWorkdays(s.today, between(s.r, 25, 60)))) {
		return
	}
	r := pick(s.r, s.k.matter.of("A"))
	r.text = pick(s.r, suggestAnswers) + s.fillReply(r.text, s.today)
	s.answer(s.handler.user, r, s.today)
	s.step(casefile.SuggestionAnswered, s.handler, input{text: r.text, detail: map[string]any{"class": r.class}})
	s.approve(false, s.second)
}

// withdraw: before it is handed out, by the citizen or on the citizen's word.
func (s *sim) withdraw() {
	switch s.r.IntN(3) {
	case 1:
		s.sort()
	case 2:
		s.sort()
		if chance(s.r, 0.5) {
			s.report()
		}
	}
	if !s.moveTo(s.office(between(s.r, 0, 1))) {
		return
	}
	by := s.clerk()
	if by.role != auth.Clerk || chance(s.r, 0.3) {
		by = citizen
	}
	s.close(casefile.Withdrawn)
	s.step(casefile.Withdraw, by, input{reason: pick(s.r, withdrawWhys)})
	s.afterClosing()
}

// merge lets the case be handled with lead, which has the same matter; it follows when
// the lead is approved.
func (s *sim) merge(lead *kase) {
	if !s.moveTo(s.office(between(s.r, 0, 2))) {
		return
	}
	k := s.k
	approval := lead.firstApproval()
	if !lead.canLead(s.at) || !approval.IsZero() && !s.at.Before(approval.Add(-time.Hour)) {
		s.toUnit(false) // too late to be handled together
		return
	}
	k.returnsTo, k.lead = k.state, lead
	s.step(casefile.Merge, s.head(), input{detail: map[string]any{"lead": lead}})
	if s.happens("take_out", 0.05) && s.moveTo(s.office(between(s.r, 1, 3))) && (approval.IsZero() || s.at.Before(approval)) {
		s.step(casefile.TakeOut, s.head(), input{reason: "核对后不是同一件事，分开办理。"})
		k.returnsTo, k.lead = "", nil
		s.toUnit(false)
		return
	}
	if approval.IsZero() || !s.moveTo(approval.Add(time.Duration(between(s.r, 2, 40))*time.Second)) {
		return
	}
	s.step(casefile.FollowLead, system, input{})
	s.feedback("与同类事项一并办理。" + lead.answerAt(approval))
}

// leading are the states in which a case takes others along: put in order, and its result
// still to be approved.
var leading = []casefile.State{casefile.Sorted, casefile.Reported, casefile.Suggested, casefile.Assigned, casefile.ReturnRequested,
	casefile.Handling, casefile.ExtensionRequested, casefile.Paused, casefile.Submitted}

// canLead reports whether the case could take another along at that moment.
func (k *kase) canLead(at time.Time) bool {
	var state casefile.State
	for _, e := range k.events {
		if e.at.Before(at) {
			state = e.to
		}
	}
	return k.lead == nil && slices.Contains(leading, state)
}

// firstApproval is when the case's first result was approved, or zero.
func (k *kase) firstApproval() time.Time {
	for _, e := range k.events {
		if e.step == casefile.Approve {
			return e.at
		}
	}
	return time.Time{}
}

// answerAt is the answer that was approved then.
func (k *kase) answerAt(at time.Time) string {
	body := ""
	for _, a := range k.answers {
		if !a.at.After(at) {
			body = a.body
		}
	}
	return body
}
