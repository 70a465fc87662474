package demo

import (
	"math/rand/v2"
	"time"

	"lianluo/internal/calendar"
)

// clockTime is hour and minute of a date in Shanghai.
func clockTime(d calendar.Date, minutes, seconds int) time.Time {
	return d.Start().Add(time.Duration(minutes)*time.Minute + time.Duration(seconds)*time.Second)
}

// officeTime is a moment of a date in which offices work: 8:35–11:50, 14:35–17:50.
func officeTime(r *rand.Rand, d calendar.Date) time.Time {
	minutes := between(r, 8*60+35, 11*60+50)
	if chance(r, 0.45) {
		minutes = between(r, 14*60+35, 17*60+50)
	}
	return clockTime(d, minutes, r.IntN(60))
}

// nightly is when the system does what fell due: soon after midnight.
func nightly(r *rand.Rand, d calendar.Date) time.Time {
	return clockTime(d, between(r, 1, 8), r.IntN(60))
}

// atLeisure is a moment at which citizens answer: from breakfast to bedtime.
func atLeisure(r *rand.Rand, d calendar.Date) time.Time {
	return clockTime(d, between(r, 7*60+30, 21*60+40), r.IntN(60))
}

// office goes days working days on, to some moment in office hours; with none it goes on
// the same day, or, late in the day, on the next.
func (s *sim) office(days int) time.Time {
	if days > 0 || !s.w.cal.IsWorkday(s.today) {
		return officeTime(s.r, s.w.cal.AddWorkdays(s.today, days))
	}
	next := s.at.Add(time.Duration(between(s.r, 12, 150)) * time.Minute)
	if next.After(clockTime(s.today, 18*60, 0)) {
		return officeTime(s.r, s.w.cal.AddWorkdays(s.today, 1))
	}
	if noon := clockTime(s.today, 12*60, 0); next.After(noon) && next.Before(clockTime(s.today, 14*60+30, 0)) {
		next = next.Add(150 * time.Minute)
	}
	return next
}

// on is a moment in office hours of a date, not before the last step.
func (s *sim) on(d calendar.Date) time.Time {
	t := officeTime(s.r, d)
	if !t.After(s.at) {
		return s.office(0)
	}
	return t
}

// days draws how many working days somebody takes for what: mostly few, now and then many.
func (s *sim) days(what string, usual []float64, late float64, from, to int) int {
	if s.happens("slow "+what, late) {
		return between(s.r, from, to)
	}
	return weighted(s.r, usual)
}

// happens decides by chance whether something befalls the case, unless it is forced.
func (s *sim) happens(what string, p float64) bool {
	luck := chance(s.r, p)
	if forced, ok := s.force[what]; ok {
		return forced
	}
	return luck
}
