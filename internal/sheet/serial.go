package sheet

import (
	"math"
	"time"

	"lianluo/internal/calendar"
)

// Excel counts days: 1 is 1 January 1900, and 60 is a 29 February that never was, so from
// 61 on the count starts at 30 December 1899. Old files from a Mac count from 1904.
var (
	day0     = calendar.NewDate(1899, time.December, 30)
	day0Mac  = calendar.NewDate(1904, time.January, 1)
	firstDay = calendar.NewDate(1900, time.March, 1) // before it nobody agrees, so it is written as text
)

// Days that a number without a date's format may mean: a year written alone, such as 2026,
// must not become a day of 1905.
var (
	plainFrom = calendar.NewDate(1950, time.January, 1)
	plainTo   = calendar.NewDate(2099, time.December, 31)
)

const daySeconds = 24 * 60 * 60

func serialOf(d calendar.Date) float64 { return float64(d.Sub(day0)) }

func serialAt(t time.Time) float64 {
	t = t.In(calendar.Shanghai)
	return serialOf(calendar.DateOf(t)) + float64(t.Hour()*3600+t.Minute()*60+t.Second())/daySeconds
}

// fromSerial returns the date and the seconds of its day that a count means.
func fromSerial(n float64, mac bool) (calendar.Date, int, bool) {
	if math.IsNaN(n) || n < 0 || n >= 2958466 { // after 9999
		return calendar.Date{}, 0, false
	}
	days := int(n)
	seconds := int(math.Round((n - float64(days)) * daySeconds))
	if seconds == daySeconds {
		days, seconds = days+1, 0
	}
	switch {
	case mac:
		return day0Mac.AddDays(days), seconds, true
	case days == 60:
		return calendar.Date{}, 0, false
	case days < 60:
		days++
	}
	return day0.AddDays(days), seconds, true
}

func at(d calendar.Date, seconds int) time.Time {
	return d.Start().Add(time.Duration(seconds) * time.Second)
}
