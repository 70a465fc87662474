// Package calendar counts China's working days (工作日): weekdays, without the holidays
// and with the make-up days (调休) that the State Council announces each year.
// Dates are civil dates in Asia/Shanghai. A year that is not announced yet is
// provisional (暂定): its weekends and fixed holidays count, and its dates may move.
package calendar

import (
	"cmp"
	"slices"
	"time"
)

// Kinds of Day.
const (
	Holiday = "holiday" // a day off
	Workday = "workday" // a weekend day that is worked
)

// Day is a date that is not what its weekday says.
type Day struct {
	Date Date
	Kind string // Holiday or Workday
	Name string // the holiday it belongs to, such as 国庆节
}

// Calendar knows which dates are worked. It is immutable: share it freely.
type Calendar struct {
	first     Date     // 1 January of the first year that has days
	length    int      // days in work
	work      []uint64 // a bit for each date from first: 1 is worked
	announced map[int]bool
	days      []announcedDay // in the order in which they count
}

// announcedDay is a day with the year whose announcement names it.
type announcedDay struct {
	Day
	year int
}

// New returns the calendar of days, in any order. Of two days with one date the later
// in the slice counts. A kind that is neither Holiday nor Workday changes nothing.
func New(days []Day) *Calendar {
	named := make([]announcedDay, len(days))
	for i, d := range days {
		named[i] = announcedDay{d, d.Date.Year()}
		if d.Name == newYear && d.Date.Month() == time.December {
			named[i].year++
		}
	}
	return build(named, announced(days))
}

// newYear is the one holiday that may begin in the year before.
const newYear = "元旦"

// build takes over its arguments.
func build(days []announcedDay, announced map[int]bool) *Calendar {
	c := &Calendar{announced: announced, days: days}
	if len(days) == 0 {
		return c
	}
	byDate := func(a, b announcedDay) int { return cmp.Compare(a.Date.n, b.Date.n) }
	c.first = NewDate(slices.MinFunc(days, byDate).Date.Year(), time.January, 1)
	end := NewDate(slices.MaxFunc(days, byDate).Date.Year()+1, time.January, 1)
	c.length = end.Sub(c.first)
	c.work = make([]uint64, (c.length+63)/64)
	for year := c.first.Year(); year < end.Year(); year++ {
		c.setYear(year)
	}
	for _, day := range days {
		switch day.Kind {
		case Holiday:
			c.set(day.Date, false)
		case Workday:
			c.set(day.Date, true)
		}
	}
	return c
}

// setYear sets a year to what it is as far as no Day says otherwise.
func (c *Calendar) setYear(year int) {
	announced := c.announced[year]
	for d, end := NewDate(year, time.January, 1), NewDate(year+1, time.January, 1); d.Before(end); d = d.AddDays(1) {
		if !d.weekend() && (announced || c.usual(d)) {
			c.set(d, true)
		}
	}
}

func (c *Calendar) set(d Date, worked bool) {
	i := d.Sub(c.first)
	if worked {
		c.work[i/64] |= 1 << (i % 64)
	} else {
		c.work[i/64] &^= 1 << (i % 64)
	}
}

// IsWorkday reports whether d is worked.
func (c *Calendar) IsWorkday(d Date) bool {
	i := d.Sub(c.first)
	if i < 0 || i >= c.length {
		return c.usual(d)
	}
	return c.work[i/64]&(1<<(i%64)) != 0
}

// AddWorkdays returns the date n working days after d: the first working day after d
// is 1. With n = 0 it is d itself where d is worked, else the next working day. With
// n < 0 it counts back: -1 is the last working day before d.
func (c *Calendar) AddWorkdays(d Date, n int) Date {
	step := 1
	switch {
	case n == 0:
		d, n = d.AddDays(-1), 1
	case n < 0:
		step, n = -1, -n
	}
	for n > 0 {
		d = d.AddDays(step)
		if c.IsWorkday(d) {
			n--
		}
	}
	return d
}

// WorkdaysBetween counts the working days after a, up to and including b. Where b is
// before a, it is minus the count of those after b, up to and including a. So it is
// what is left until the due date b, and negative when b has passed.
func (c *Calendar) WorkdaysBetween(a, b Date) int {
	if b.Before(a) {
		return -c.WorkdaysBetween(b, a)
	}
	count := 0
	for d := a; d.Before(b); {
		d = d.AddDays(1)
		if c.IsWorkday(d) {
			count++
		}
	}
	return count
}
