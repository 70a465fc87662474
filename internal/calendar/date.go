package calendar

import (
	"cmp"
	"time"
	_ "time/tzdata" // so that Shanghai is there on a system without zoneinfo
)

// Shanghai is China's one time zone.
var Shanghai = mustLoad("Asia/Shanghai")

func mustLoad(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		panic("calendar: " + err.Error())
	}
	return zone
}

// Date is a civil date: year, month and day, without a time or a zone. Dates compare
// with == and are map keys. The zero Date is no date (IsZero); where a date may be
// missing in a table or a struct, use *Date.
type Date struct {
	n int32 // days, 1 is 1 January of the year 1, a Monday
}

const (
	unixDay0   = 719163 // the n of 1 January 1970
	daySeconds = 24 * 60 * 60
)

// NewDate returns the date; a month or day outside its range is carried over as
// time.Date does it.
func NewDate(year int, month time.Month, day int) Date {
	return ofUTC(time.Date(year, month, day, 0, 0, 0, 0, time.UTC))
}

// DayOf is DateOf in a statement: the day of the time in the column at.
func DayOf(at string) string { return `(` + at + ` at time zone 'Asia/Shanghai')::date` }

// DateOf returns the date that it is in Shanghai at t.
func DateOf(t time.Time) Date {
	year, month, day := t.In(Shanghai).Date()
	return NewDate(year, month, day)
}

// ofUTC returns the date of a midnight in UTC.
func ofUTC(midnight time.Time) Date {
	return Date{int32(midnight.Unix()/daySeconds + unixDay0)}
}

// Time returns midnight in UTC at the start of d, which is how pgx passes a date.
func (d Date) Time() time.Time {
	return time.Unix((int64(d.n)-unixDay0)*daySeconds, 0).UTC()
}

// Start returns the instant at which d begins in Shanghai. The instants of d are
// those from d.Start() to before d.AddDays(1).Start().
func (d Date) Start() time.Time {
	year, month, day := d.civil()
	return time.Date(year, month, day, 0, 0, 0, 0, Shanghai)
}

func (d Date) civil() (year int, month time.Month, day int) { return d.Time().Date() }

// Year returns the year.
func (d Date) Year() int { return d.Time().Year() }

// Month returns the month of the year.
func (d Date) Month() time.Month { return d.Time().Month() }

// Day returns the day of the month, from 1.
func (d Date) Day() int { return d.Time().Day() }

// Weekday returns the day of the week.
func (d Date) Weekday() time.Weekday { return time.Weekday((d.n%7 + 7) % 7) }

func (d Date) weekend() bool {
	day := d.Weekday()
	return day == time.Saturday || day == time.Sunday
}

// IsZero reports whether d is no date.
func (d Date) IsZero() bool { return d == Date{} }

// AddDays returns the date n days after d, or before it where n is negative.
func (d Date) AddDays(n int) Date { return Date{d.n + int32(n)} }

// Sub returns the days from e to d: 1 where d is the day after e.
func (d Date) Sub(e Date) int { return int(d.n) - int(e.n) }

// Before reports whether d is before e.
func (d Date) Before(e Date) bool { return d.n < e.n }

// After reports whether d is after e.
func (d Date) After(e Date) bool { return d.n > e.n }

// Equal reports whether d and e are the same date, as == does.
func (d Date) Equal(e Date) bool { return d == e }

// Compare returns -1 where d is before e, 1 where it is after, else 0: for slices.SortFunc.
func (d Date) Compare(e Date) int { return cmp.Compare(d.n, e.n) }
