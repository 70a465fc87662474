package rota

import (
	"cmp"
	"slices"

	"lianluo/internal/calendar"
)

// Roll is what becomes of a day that falls on a holiday: the county's rule.
type Roll string

// The ways to move a day.
const (
	NextWorkday Roll = "next_workday" // to the next working day
	WeekLater   Roll = "week_later"   // a week later, and again while that is a holiday
	LeaveOut    Roll = "leave_out"    // it is left out
)

// Rolls are the ways with their names.
var Rolls = []struct {
	Roll Roll
	Name string
}{{NextWorkday, "顺延到下一个工作日"}, {WeekLater, "推迟一周"}, {LeaveOut, "不安排"}}

// Planned is a day that a rule brings.
type Planned struct {
	Date        calendar.Date
	Meant       calendar.Date // what the rule named; another than Date where that was a holiday
	Provisional bool          // 暂定: the year's holidays are not announced yet
}

// Moved reports whether a holiday moved the day.
func (p Planned) Moved() bool { return p.Date != p.Meant }

// Between returns the days of the rule from from to to, by date, each once. A day meant
// within is there though it moved past to, and of two that would fall on one date the one
// that is meant there stays.
func (r Rule) Between(from, to calendar.Date, roll Roll, cal *calendar.Calendar) []Planned {
	byDate := map[calendar.Date]Planned{}
	for d := from; !d.After(to); d = d.AddDays(1) {
		if !r.On(d) {
			continue
		}
		date, ok := r.roll(d, roll, cal)
		if !ok {
			continue
		}
		// A day only ever moves forward, so what is meant on a date comes after what moved there.
		byDate[date] = Planned{date, d, cal.Provisional(d.Year()) || cal.Provisional(date.Year())}
	}
	days := make([]Planned, 0, len(byDate))
	for _, day := range byDate {
		days = append(days, day)
	}
	slices.SortFunc(days, func(a, b Planned) int { return cmp.Compare(a.Date.Sub(from), b.Date.Sub(from)) })
	return days
}

// roll is where d goes; false: nowhere.
func (r Rule) roll(d calendar.Date, roll Roll, cal *calendar.Calendar) (calendar.Date, bool) {
	free := func(d calendar.Date) bool { return cal.IsHoliday(d) || r.worked() && !cal.IsWorkday(d) }
	if r.Every == Listed || !free(d) { // who wrote a date down means it
		return d, true
	}
	switch roll {
	case NextWorkday:
		return cal.AddWorkdays(d, 0), true
	case WeekLater:
		for cal.IsHoliday(d) {
			d = d.AddDays(7)
		}
		if r.worked() { // a Sunday would still be one a week later
			d = cal.AddWorkdays(d, 0)
		}
		return d, true
	}
	return calendar.Date{}, false
}
