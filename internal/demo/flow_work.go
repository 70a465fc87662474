package demo

import (
	"time"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/casefile"
	"lianluo/internal/message"
)

// work is the unit's handling of one round, up to the result. promised says that it
// fulfils a promise.
func (s *sim) work(promised bool) {
	if s.stopped {
		return
	}
	s.remark(0.06)
	if s.k.outer == "county" && s.happens("supervise", 0.03) {
		s.supervise()
	}
	if s.happens("pause", 0.03) && s.k.round == 1 {
		s.pause()
	}
	if s.happens("extension", 0.07) && s.k.round == 1 {
		s.extension()
	}
	s.coOpinions()
	if s.stopped {
		return
	}
	due := s.k.handle().due
	if s.happens("late", 0.06*s.k.unit.pace) {
		s.late(due)
	} else {
		left := s.w.cal.WorkdaysBetween(s.today, due)
		days := int(float64(left) * (0.25 + 0.65*s.r.Float64()) * min(s.k.unit.pace, 1.1))
		s.moveTo(s.office(min(max(days, 1), max(left, 0))))
	}
	s.submit(promised)
}

// late lets the handling run out; somebody urges.
func (s *sim) late(due calendar.Date) {
	if s.happens("urge", 0.5) && s.moveTo(s.on(s.w.cal.AddWorkdays(due, between(s.r, 1, 2)))) {
		s.step(casefile.Urge, s.outerActor(), input{text: pick(s.r, urgeTexts)})
	}
	if s.k.outer == "county" && s.happens("supervise_late", 0.2) {
		s.supervise()
	}
	s.moveTo(s.on(s.w.cal.AddWorkdays(due, between(s.r, 2, 12))))
}

func (s *sim) supervise() {
	if !s.moveTo(s.office(between(s.r, 1, 5))) || s.k.supervised {
		return
	}
	by := actor{s.w.admin, auth.CountyAdmin}
	if chance(s.r, 0.5) && !s.k.restricted {
		by = actor{s.w.leader, auth.CountyLeader}
	}
	s.k.supervised = true
	day := s.w.cal.AddWorkdays(s.today, between(s.r, 8, 15))
	s.step(casefile.Supervise, by, input{text: pick(s.r, superviseTexts), detail: map[string]any{"day": day.String()}})
}

func (s *sim) pause() {
	if !s.moveTo(s.office(between(s.r, 1, 5))) {
		return
	}
	day := s.today.AddDays(between(s.r, 12, 60))
	by := s.outerActor()
	s.step(casefile.Pause, by, input{reason: pick(s.r, pauseWhys), detail: map[string]any{"day": day.String()}, due: day})
	if chance(s.r, 0.3) {
		if s.moveTo(s.office(between(s.r, 3, 8))) {
			s.step(casefile.Resume, by, input{})
		}
		return
	}
	if s.moveTo(nightly(s.r, day.AddDays(1))) {
		s.step(casefile.Resume, system, input{})
	}
}

// extension is asked for once, before the due date.
func (s *sim) extension() {
	if s.stopped {
		return
	}
	left := s.w.cal.WorkdaysBetween(s.today, s.k.handle().due)
	if left < 2 || !s.moveTo(s.office(between(s.r, left/2, left-1))) {
		return
	}
	days := pick(s.r, []int{5, 7, 10, 10, 15})
	s.step(casefile.RequestExtension, s.unitActor(), input{reason: pick(s.r, extensionWhys), detail: map[string]any{"days": days}})
	if !s.moveTo(s.office(s.days("decide", []float64{30, 40, 30}, 0.08, 3, 5))) {
		return
	}
	by := s.outerActor()
	if s.happens("refuse_extension", 0.22) {
		s.step(casefile.RefuseExtension, by, input{reason: pick(s.r, extensionNos)})
		return
	}
	s.step(casefile.GrantExtension, by, input{detail: map[string]any{"days": days}, extra: days})
	s.sendWhereReachable(message.Extended)
}

// coOpinions are in before the result, most of them in time.
func (s *sim) coOpinions() {
	for _, o := range s.k.orders {
		if s.stopped || o.part != "co" || o.endedAt != nil || o.opinionAt != nil || o.unit == s.k.unit {
			continue
		}
		if s.moveTo(s.on(s.w.cal.AddWorkdays(s.today, between(s.r, 1, 6)))) {
			at := s.at
			o.opinionAt = &at
			s.step(casefile.CoOpinion, actor{o.unit.staff, auth.Unit}, input{text: pick(s.r, coOpinions)})
		}
	}
}

// submit: what came of it. A second round, and what was promised, is done.
func (s *sim) submit(promised bool) {
	if s.stopped {
		return
	}
	k := s.k
	r := s.result(promised)
	on := s.today.AddDays(int(float64(r.days) * (0.75 + 0.5*s.r.Float64())))
	r.text = s.fillReply(r.text, on)
	switch {
	case promised:
		r.text = pick(s.r, promiseKept) + r.text
	case k.round > 1:
		r.text = pick(s.r, roundTwo) + r.text
	}
	k.promise, k.promiseOn = "", calendar.Date{}
	if r.promise != "" {
		k.promise, k.promiseOn = s.fillReply(r.promise, on), on
		r.promise = k.promise
	}
	s.answer(k.unit.staff, r, on)
	s.step(casefile.Submit, s.unitActor(), input{text: r.text, detail: map[string]any{"class": r.class}})
	s.approve(promised, s.outerActor())
}

// result chooses a reply of the matter. What is done again is done.
func (s *sim) result(promised bool) reply {
	all := s.k.matter.replies
	if promised || s.k.round > 1 {
		all = s.k.matter.of("A")
	}
	weights := make([]float64, len(all))
	for i, r := range all {
		weights[i] = map[string]float64{"A": 60, "B": 19, "C": 11, "D": 10}[r.class]
		if forced, ok := s.force["class "+r.class]; ok && forced {
			weights[i] = 1e6
		}
	}
	return all[weighted(s.r, weights)]
}

// approve by the level that handed it out; now and then it wants more.
func (s *sim) approve(promised bool, by actor) {
	if !s.moveTo(s.office(s.days("approve", []float64{40, 35, 25}, 0.05, 3, 6))) {
		return
	}
	k := s.k
	if k.unit != nil && k.handle() != nil && s.happens("improve", 0.05) {
		s.step(casefile.Improve, by, input{text: pick(s.r, improveTexts)})
		if s.moveTo(s.office(between(s.r, 1, 4))) {
			s.force = with(s.force, "improve", false)
			s.submit(promised)
		}
		return
	}
	s.endOrders()
	s.step(casefile.Approve, by, input{})
	s.feedback("")
}

// with is some with one more; some itself stays.
func with(some map[string]bool, key string, value bool) map[string]bool {
	more := map[string]bool{key: value}
	for k, v := range some {
		if k != key {
			more[k] = v
		}
	}
	return more
}

var waysOfTelling = map[string][]string{"phone": {"phone"}, "message": {"phone", "message", "phone"}, "person": {"person"}, "letter": {"letter"}, "none": {"notice"}}

// feedback tells the citizen and the deputies; told is what else the citizen is told of
// than the last answer.
func (s *sim) feedback(told string) {
	k := s.k
	if k.visit.phone != "" && s.happens("tried", 0.05) && s.moveTo(s.office(between(s.r, 0, 1))) {
		s.step(casefile.FeedbackTried, s.clerk(), input{reason: pick(s.r, triedWhys)})
	}
	if !s.moveTo(s.office(s.days("feedback", []float64{35, 40, 25}, 0.05, 3, 6))) {
		return
	}
	way, by := "notice", s.clerk()
	if k.hasContact {
		way = pick(s.r, waysOfTelling[k.visit.replyBy])
	}
	body := told
	if body == "" {
		body = k.answers[len(k.answers)-1].body
	}
	s.tell(by.user, way, body, []string{"phone", "person", "message", "phone"})
	if s.confirmed() {
		s.close(s.refusal())
		s.step(casefile.GiveFeedback, by, input{text: body, to: casefile.Closed})
		s.afterClosing()
		return
	}
	s.askForRating(casefile.GiveFeedback, by, input{text: body})
	s.verdict()
}

// confirmed reports whether the newest verdict is that of a refusal.
func (s *sim) confirmed() bool {
	verdict := s.k.last(casefile.Confirm, casefile.Approve, casefile.FollowLead)
	return verdict != nil && verdict.step == casefile.Confirm
}

// afterDays is a moment at leisure some days on, after the last step.
func (s *sim) afterDays(days int) time.Time {
	t := atLeisure(s.r, s.today.AddDays(days))
	if !t.After(s.at) {
		t = s.at.Add(time.Duration(between(s.r, 5, 90)) * time.Minute)
	}
	return t
}
