package demo

import (
	"slices"

	"lianluo/internal/auth"
	"lianluo/internal/casefile"
)

// flow is the road that a case takes.
type flow int

// The roads.
const (
	answeredNow flow = iota
	handled
	refused
	suggested
	withdrawn
	merged
)

// live lets the case live until now.
func (s *sim) live(f flow, lead *kase) {
	s.register()
	switch f {
	case answeredNow:
		s.answerNow()
	case handled:
		s.sort()
		s.toUnit(true)
	case refused:
		s.sort()
		s.refuse()
	case suggested:
		s.sort()
		s.report()
		s.suggest()
	case withdrawn:
		s.withdraw()
	case merged:
		s.sort()
		s.merge(lead)
	}
}

// answerNow: in the same transaction as the registration.
func (s *sim) answerNow() {
	k := s.k
	by := actor{k.visit.by, k.visit.byRole}
	k.answeredNow = true
	text := s.fill(pick(s.r, k.matter.now))
	s.answer(by.user, reply{text: text}, s.today)
	s.tell(by.user, "person", text, []string{"person"})
	s.askForRating(casefile.AnswerNow, by, input{text: text})
	s.verdict()
}

func (s *sim) sort() {
	if !s.moveTo(s.office(s.days("sort", []float64{35, 40, 25}, 0.05, 3, 6))) {
		return
	}
	k := s.k
	by := s.clerk()
	if chance(s.r, 0.15) {
		by = s.head()
	}
	k.title, k.proposal = s.fill(pick(s.r, k.matter.titles)), s.fill(k.matter.proposal)
	k.level = "county"
	if k.matter.township() {
		k.level = "township"
	}
	s.step(casefile.Sort, by, input{text: k.proposal})
	if s.happens("restrict", 0.008) && !k.restricted {
		k.restricted, s.handler = true, actor{s.w.admin, auth.CountyAdmin}
		s.step(casefile.Restrict, s.head(), input{reason: "来访人担心被打击报复，要求限制查看。"})
	}
	s.remark(0.03)
}

// toUnit hands a sorted case to a unit, of the township or, reported, of the county.
func (s *sim) toUnit(detours bool) {
	if s.stopped {
		return
	}
	if s.k.matter.township() && s.k.level != "county" {
		s.handOut(s.w.unitFor(s.k.matter.unit, s.st))
	} else {
		s.report()
		if detours && s.happens("ask", 0.03) {
			s.askStation()
		}
		if detours && s.happens("pass_down", 0.02) {
			s.passDown()
			return
		}
		s.countyHandOut(s.w.unitFor(s.k.matter.unit, s.st))
	}
	s.sign(detours)
}

func (s *sim) handOut(u *unit) {
	if !s.moveTo(s.office(s.days("hand_out", []float64{30, 35, 25, 10}, 0.05, 4, 7))) {
		return
	}
	s.k.outer = "township"
	s.handTo(u, s.head(), s.w.settings.TownshipDays)
}

func (s *sim) handTo(u *unit, by actor, days int) {
	due, note := s.w.cal.AddWorkdays(s.today, days), pick(s.r, handOutNotes)
	s.order(u, by.user, due, note)
	s.step(casefile.HandOut, by, input{text: note, unit: u, detail: map[string]any{"due": due.String()}, due: due})
}

func (s *sim) report() {
	if !s.moveTo(s.office(s.days("report", []float64{30, 40, 20, 10}, 0.04, 4, 6))) {
		return
	}
	if s.k.proposal == "" { // answered on the spot first, and never put in order
		s.k.proposal = s.fill(s.k.matter.proposal)
	}
	s.k.level = "county"
	s.step(casefile.Report, s.head(), input{text: s.k.proposal})
}

func (s *sim) askStation() {
	if !s.moveTo(s.office(between(s.r, 0, 2))) {
		return
	}
	s.step(casefile.AskStation, s.handler, input{text: pick(s.r, askTexts)})
	if !s.moveTo(s.office(between(s.r, 0, 2))) {
		return
	}
	by := s.clerk()
	if by.role != auth.Clerk {
		by = citizen
	}
	s.step(casefile.Addendum, by, input{text: s.fill(pick(s.r, addenda))})
	s.report()
}

func (s *sim) passDown() {
	if !s.moveTo(s.office(between(s.r, 0, 3))) {
		return
	}
	s.k.level = "township"
	s.step(casefile.PassDown, s.handler, input{reason: pick(s.r, passDownWhys)})
	s.handOut(s.st.gov)
	s.sign(false)
}

// countyHandOut hands out to a department, now and then with another beside it.
func (s *sim) countyHandOut(u *unit) {
	if !s.moveTo(s.office(s.days("county", []float64{10, 30, 30, 20, 10}, 0.05, 5, 9))) {
		return
	}
	s.k.outer = "county"
	days := s.w.settings.DepartmentDays
	if u.level == "township" {
		days = s.w.settings.TownshipDays
	}
	s.handTo(u, s.handler, days)
	if s.happens("co", 0.12) && !s.stopped && !s.k.restricted { // others see nothing of a restricted case
		co := s.st.gov
		if chance(s.r, 0.5) {
			co = s.otherUnit(u)
		}
		if co != u {
			due := s.w.cal.AddWorkdays(s.today, max(1, days/3))
			s.addOrder(co, "co", s.handler.user, due, s.k.orders[len(s.k.orders)-1].note)
		}
	}
}

func (s *sim) otherUnit(not *unit) *unit {
	all := s.w.units[:len(departments)]
	if not.level == "township" && s.k.outer != "county" {
		all = []*unit{s.st.gov, s.st.service}
	}
	for {
		if u := pick(s.r, all); u != not {
			return u
		}
	}
}

// sign: the unit signs, or wants to give it back.
func (s *sim) sign(detours bool) {
	if s.stopped {
		return
	}
	if detours && s.happens("return", 0.04) {
		s.requestReturn()
		return
	}
	if detours && s.happens("reassign", 0.012) {
		s.reassign()
		return
	}
	if detours && s.k.outer == "township" && s.happens("raise", 0.02) {
		s.raise()
		return
	}
	if !s.moveTo(s.office(s.days("sign", []float64{25, 40, 20, 15}, 0.05, 5, 8))) {
		return
	}
	at := s.at
	for _, o := range s.k.orders {
		if o.part == "lead" && o.endedAt == nil {
			o.signedBy, o.signedAt = s.k.unit.staff, &at
		}
	}
	s.step(casefile.Sign, s.unitActor(), input{})
	s.work(false)
}

func (s *sim) requestReturn() {
	if !s.moveTo(s.office(between(s.r, 0, 3))) {
		return
	}
	k, not := s.k, s.k.unit
	s.step(casefile.RequestReturn, s.unitActor(), input{reason: pick(s.r, returnReasons)})
	if !s.moveTo(s.office(s.days("decide", []float64{30, 40, 30}, 0.1, 3, 5))) {
		return
	}
	by := s.outerActor()
	if s.happens("refuse_return", 0.4) {
		s.step(casefile.RefuseReturn, by, input{reason: pick(s.r, returnRefusals)})
		s.work(false)
		return
	}
	s.endOrders()
	in := input{to: casefile.Sorted}
	if k.outer == "county" {
		in.to = casefile.Reported
	}
	k.outer, k.unit = "", nil
	s.step(casefile.GrantReturn, by, in)
	if in.to == casefile.Reported {
		s.countyHandOut(s.otherUnit(not))
	} else {
		s.handOut(s.otherUnit(not))
	}
	s.sign(false)
}

func (s *sim) reassign() {
	if !s.moveTo(s.office(between(s.r, 1, 3))) {
		return
	}
	u, handle := s.otherUnit(s.k.unit), s.k.handle()
	if s.k.outer == "county" {
		u = pick(s.r, slices.DeleteFunc([]*unit{s.st.gov, s.otherUnit(s.k.unit)}, func(u *unit) bool { return u == s.k.unit }))
	}
	by, why := s.outerActor(), pick(s.r, reassignWhys)
	s.order(u, by.user, handle.due, "")
	s.step(casefile.Reassign, by, input{reason: why, unit: u, detail: map[string]any{"due": handle.due.String()}, due: handle.due})
	s.sign(false)
}

func (s *sim) raise() {
	if !s.moveTo(s.office(between(s.r, 1, 4))) {
		return
	}
	s.endOrders()
	s.k.level, s.k.outer, s.k.unit = "county", "", nil
	s.step(casefile.Raise, s.head(), input{reason: pick(s.r, raiseWhys)})
	s.countyHandOut(pick(s.r, s.w.units[:len(departments)]))
	s.sign(false)
}

// remark adds one of the small things that change no state.
func (s *sim) remark(p float64) {
	if s.stopped || !chance(s.r, p) || !s.moveTo(s.office(0)) {
		return
	}
	switch s.r.IntN(4) {
	case 0:
		s.step(casefile.Addendum, citizen, input{text: s.fill(pick(s.r, addenda))})
	case 1:
		s.step(casefile.Correct, s.clerk(), input{reason: pick(s.r, corrections)})
	default:
		s.step(casefile.Note, s.clerk(), input{text: s.fill(pick(s.r, notes))})
	}
}
