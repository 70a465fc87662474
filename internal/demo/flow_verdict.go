package demo

import (
	"time"

	"lianluo/internal/auth"
	"lianluo/internal/casefile"
)

// verdict waits for the citizen: four of five rate, the others let the time pass.
func (s *sim) verdict() {
	k := s.k
	if s.stopped {
		return
	}
	if k.state == casefile.Closed { // nobody could be asked
		s.afterClosing()
		return
	}
	due := k.due
	days := min(int(s.r.ExpFloat64()*3.2), due.Sub(s.today)-1)
	if !s.happens("rate", 0.8) || days < 0 {
		if s.moveTo(nightly(s.r, due.AddDays(1))) {
			s.close(casefile.Unrated)
			s.step(casefile.WindowEnds, system, input{})
			s.afterClosing()
		}
		return
	}
	live := k.liveLink()
	channel, by := "link", citizen
	switch x := s.r.Float64(); {
	case live == nil && x < 0.4, x < 0.03:
		channel = "slip"
	case live == nil || x < 0.06:
		channel, by = "device", s.atDevice()
	case x < 0.17:
		channel, by = "call_back", s.callingBack()
	}
	t := s.afterDays(days)
	if by != citizen {
		t = s.on(s.w.cal.AddWorkdays(s.today, days))
	}
	if !s.moveTo(t) {
		return
	}
	if channel == "slip" && live == nil {
		live = s.makeLink(s.at.Add(-time.Duration(between(s.r, 10, 600)) * time.Minute))
	}
	s.rate(channel, by, live)
}

func (k *kase) liveLink() *link {
	for _, l := range k.links {
		if l.revoked == nil && l.used == nil && l.round == k.round {
			return l
		}
	}
	return nil
}

// atDevice takes a rating on the station's device: never who registered the case.
func (s *sim) atDevice() actor {
	if s.st.head == s.k.visit.by || chance(s.r, 0.3) && s.st.clerk != s.k.visit.by && !s.k.restricted {
		return actor{s.st.clerk, auth.Clerk}
	}
	return s.head()
}

// callingBack takes a rating by telephone, at the county's office: never who registered.
func (s *sim) callingBack() actor {
	for _, a := range []actor{s.second, s.handler, s.head()} {
		if a.user != s.k.visit.by && s.sees(a) {
			return a
		}
	}
	return actor{s.w.admin, auth.CountyAdmin}
}

// marks are result and attitude of satisfied and of dissatisfied people.
var (
	goodMarks = [][2]int{{5, 5}, {5, 5}, {5, 5}, {5, 5}, {4, 5}, {4, 5}, {4, 4}, {4, 4}, {5, 4}, {3, 4}, {3, 5}, {3, 3}}
	badMarks  = [][2]int{{2, 3}, {2, 4}, {2, 2}, {1, 2}, {1, 1}, {3, 2}, {2, 5}}
)

func (s *sim) rate(channel string, by actor, l *link) {
	k := s.k
	bad := s.happens("bad", s.badness())
	r := s.newRating(channel, bad)
	r.at = s.at
	at := s.at
	if channel == "link" || channel == "slip" {
		r.link, l.used = l, &at
	} else {
		r.by = by.user
		s.revokeLinks(s.at)
	}
	s.verdictStep(casefile.Rate, by, r, bad)
	if !bad && channel == "link" && s.happens("amend", 0.012) {
		s.amend(r)
	}
	if k.state == casefile.Review {
		s.review()
		return
	}
	s.afterClosing()
}

// badness is how likely a dissatisfied verdict is: with what was not solved, or late.
func (s *sim) badness() float64 {
	p := 0.045
	if n := len(s.k.answers); n > 0 {
		p += map[string]float64{"B": 0.02, "C": 0.05, "D": 0.08}[s.k.answers[n-1].class]
	}
	switch {
	case s.k.answeredNow:
		p = 0.03
	case s.k.round > 2:
		p = 0
	case s.k.round == 2:
		p += 0.06
	}
	return p
}

func (s *sim) newRating(channel string, bad bool) *rating {
	k := s.k
	marks := pick(s.r, goodMarks)
	comments, share := goodComments, 0.35
	if bad {
		marks, comments, share = pick(s.r, badMarks), badComments, 0.85
	}
	r := &rating{round: k.round, channel: channel, result: marks[0], attitude: marks[1], unit: k.unit}
	if chance(s.r, share) {
		r.comment = pick(s.r, comments)
	}
	k.ratings = append(k.ratings, r)
	return r
}

func (s *sim) verdictStep(step casefile.Step, by actor, r *rating, bad bool) {
	in := input{detail: map[string]any{"result": r.result, "attitude": r.attitude, "channel": r.channel}}
	if bad {
		in.to = casefile.Review
	} else {
		s.close(casefile.Satisfied)
		in.to = casefile.Closed
	}
	s.step(step, by, in)
}

// amend: a change of mind within seven days, once.
func (s *sim) amend(first *rating) {
	if !s.moveTo(s.afterDays(between(s.r, 1, 5))) {
		return
	}
	bad := chance(s.r, 0.5)
	r := s.newRating("link", bad)
	r.link, r.amends, r.at = first.link, first, s.at
	s.verdictStep(casefile.Amend, citizen, r, bad)
}
