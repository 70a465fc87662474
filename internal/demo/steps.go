package demo

import (
	"time"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/casefile"
	"lianluo/internal/message"
)

// What each step does beside state and clocks, as casefile's effects do it.

// register is where every case begins.
func (s *sim) register() {
	k := s.k
	k.registeredAt, k.round = s.at, 1
	k.title, k.restricted, k.hasContact = casefile.TitleOf(k.words), k.visit.confidential, k.visit.reachable()
	s.step(casefile.Register, actor{k.visit.by, k.visit.byRole}, input{})
	if k.visit.phone != "" && k.visit.replyBy == "message" || k.visit.replyBy == "letter" && k.visit.reachable() {
		s.send(message.Registered)
	}
}

// sendWhereReachable sends to somebody who can be told.
func (s *sim) sendWhereReachable(kind message.Kind) {
	if s.k.hasContact {
		s.send(kind)
	}
}

// send queues a message, which the job sends at once; some do not arrive. Who left no number
// is told on paper, which the station prints within a day or two.
func (s *sim) send(kind message.Kind) {
	m := &outgoing{kind: kind, round: s.k.round, state: "sent", at: s.at, sent: s.soon()}
	switch {
	case s.k.visit.phone == "" || s.k.visit.replyBy == "letter":
		m.paper, m.sent = true, s.at.Add(25*time.Hour)
		if m.sent.After(s.w.now) {
			m.state = "to_print"
		}
	case chance(s.r, 0.012):
		m.state, m.why = "failed", pick(s.r, failedWhys)
	}
	s.k.messages = append(s.k.messages, m)
	if kind == message.Feedback && m.state == "sent" && !m.paper {
		s.makeLink(m.sent)
	}
}

// soon is some seconds on, when a job has run.
func (s *sim) soon() time.Time {
	t := s.at.Add(time.Duration(between(s.r, 1, 20)) * time.Second)
	if t.After(s.w.now) {
		return s.w.now
	}
	return t
}

// makeLink is rating.MakeLink: older links are revoked.
func (s *sim) makeLink(at time.Time) *link {
	k := s.k
	s.revokeLinks(at)
	l := &link{round: k.round, unit: k.unit, at: at,
		expires: s.w.cal.AddWorkdays(calendar.DateOf(at), s.w.settings.RatingDays).AddDays(1).Start()}
	for _, a := range k.answers {
		if a.round == k.round {
			l.answer = a
		}
	}
	k.links = append(k.links, l)
	return l
}

func (s *sim) revokeLinks(at time.Time) {
	for _, l := range s.k.links {
		if l.revoked == nil {
			l.revoked = &at
		}
	}
}

func (s *sim) answer(by *user, r reply, on calendar.Date) {
	k := s.k
	a := &answer{round: k.round, unit: k.unit, class: r.class, body: r.text, by: by, at: s.at}
	if r.promise != "" {
		a.promise, a.promiseOn = r.promise, on
	}
	if k.answeredNow && k.unit == nil && r.class == "" {
		a.unit = nil
	}
	k.answers = append(k.answers, a)
}

// tell records feedback to the citizen and to each deputy.
func (s *sim) tell(by *user, way, body string, deputyWays []string) {
	k := s.k
	k.feedbacks = append(k.feedbacks, &feedback{round: k.round, way: way, body: body, on: s.today, by: by, at: s.at})
	for _, d := range k.visit.deputies {
		k.feedbacks = append(k.feedbacks, &feedback{round: k.round, deputy: d, way: pick(s.r, deputyWays), on: s.today, by: by, at: s.at})
	}
}

// askForRating leads to the verdict, or closes where nobody can be asked.
func (s *sim) askForRating(step casefile.Step, by actor, in input) {
	in.to = casefile.AwaitingRating
	if !s.k.hasContact {
		s.close(casefile.Unrated)
		in.to = casefile.Closed
	}
	s.step(step, by, in)
	if s.k.hasContact {
		s.send(message.Feedback)
	}
}

// order hands the case to a unit, as lead.
func (s *sim) order(u *unit, by *user, due calendar.Date, note string) {
	s.endOrders()
	s.k.unit, s.k.mayCall = u, s.mayCall()
	s.addOrder(u, "lead", by, due, note)
}

func (s *sim) addOrder(u *unit, part string, by *user, due calendar.Date, note string) {
	s.k.orders = append(s.k.orders, &order{unit: u, part: part, round: s.k.round, due: due, mayCall: part == "lead" && s.k.mayCall, note: note, by: by, at: s.at})
}

// mayCall: half of the orders of people with a number ask the unit to call.
func (s *sim) mayCall() bool { return s.k.visit.phone != "" && !s.k.restricted && chance(s.r, 0.5) }

func (s *sim) endOrders() {
	at := s.at
	for _, o := range s.k.orders {
		if o.endedAt == nil {
			o.endedAt = &at
		}
	}
}

// newRound opens a round with the unit that had the case, by an order with note; without
// a unit it has to be handed out first. It returns the state to go to and the handling's end.
func (s *sim) newRound(by actor, note string) (casefile.State, calendar.Date) {
	k := s.k
	k.round++
	due := s.w.cal.AddWorkdays(s.today, s.w.settings.RehandleDays)
	if k.unit == nil {
		return casefile.Sorted, due
	}
	if k.outer == "" {
		if k.outer = by.level(); k.outer == "" {
			k.outer = "county"
		}
	}
	s.addOrder(k.unit, "lead", by.user, due, note)
	return casefile.Handling, due
}

// outerActor is who handed the case out and therefore decides on its unit's requests.
func (s *sim) outerActor() actor {
	if s.k.outer == "township" {
		return actor{s.st.head, auth.StationHead}
	}
	return s.handler
}

// unitActor is the lead unit's staff.
func (s *sim) unitActor() actor { return actor{s.k.unit.staff, auth.Unit} }

// clerk does the station's daily work; a restricted case that the clerk did not register
// is the head's alone.
func (s *sim) clerk() actor {
	if s.k.restricted && s.k.visit.by != s.st.clerk {
		return s.head()
	}
	return actor{s.st.clerk, auth.Clerk}
}

func (s *sim) head() actor { return actor{s.st.head, auth.StationHead} }
