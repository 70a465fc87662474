package calendar

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"lianluo/internal/errs"
)

// Announcement is what the State Council says of one year's days.
type Announcement struct {
	Year int
	Days []Day // by date; a New Year's holiday may begin in the December before
}

// Years that may be announced.
const (
	FirstYear = 2000
	LastYear  = 2099
)

// With returns the calendar in which each of these years is as it is announced there, and
// nothing of what c said of it is left.
func (c *Calendar) With(years ...Announcement) *Calendar {
	if len(years) == 0 {
		return c
	}
	known := maps.Clone(c.announced)
	replaced := map[int]bool{}
	for _, a := range years {
		known[a.Year], replaced[a.Year] = true, true
	}
	days := slices.DeleteFunc(slices.Clone(c.days), func(d announcedDay) bool { return replaced[d.year] })
	for _, a := range years {
		for _, d := range a.Days {
			days = append(days, announcedDay{d, a.Year})
		}
	}
	return build(days, known)
}

// Without returns the calendar as it is before the year is announced.
func (c *Calendar) Without(year int) *Calendar {
	known := maps.Clone(c.announced)
	delete(known, year)
	return build(slices.DeleteFunc(slices.Clone(c.days), func(d announcedDay) bool { return d.year == year }), known)
}

// Days returns the days that the announcement of a year names, by date; none of a
// provisional year, whose fixed holidays only the law names.
func (c *Calendar) Days(year int) []Day {
	byDate := map[Date]Day{} // of two the later counts
	for _, d := range c.days {
		if d.year == year {
			byDate[d.Date] = d.Day
		}
	}
	days := slices.Collect(maps.Values(byDate))
	slices.SortFunc(days, func(a, b Day) int { return a.Date.Compare(b.Date) })
	return days
}

// Known returns the years that are announced, in order.
func (c *Calendar) Known() []int { return slices.Sorted(maps.Keys(c.announced)) }

// Field is the form field that a refused announcement names: the file input.
const Field = "file"

// Problem says what is wrong with a day in the announcement of a year, or "".
func (d Day) Problem(year int) string {
	eve := d.Date.Year() == year-1 && d.Date.Month() == time.December && d.Date.Day() >= 25
	switch {
	case d.Date.Year() != year && !eve:
		return "不是 " + strconv.Itoa(year) + " 年的日子"
	case d.Kind != Holiday && d.Kind != Workday:
		return "请写“放假”或“调休上班”"
	case d.Kind == Workday && !d.Date.weekend():
		return d.Date.Chinese() + "不是周末，本来就上班，不用写“调休上班”"
	}
	return ""
}

// longestName is that of a holiday's name, in characters.
const longestName = 20

// Check returns errs.Invalid for Field where a is no whole announcement of its year.
func (a Announcement) Check() error {
	if a.Year < FirstYear || a.Year > LastYear {
		return errs.Invalid{"year": "请选择年份。"}
	}
	off := map[Date]bool{}
	for _, d := range a.Days {
		if problem := d.Problem(a.Year); problem != "" {
			return errs.Invalid{Field: d.Date.Chinese() + "：" + problem + "。"}
		}
		if _, twice := off[d.Date]; twice {
			return errs.Invalid{Field: d.Date.Chinese() + "写了两次，请删去一行。"}
		}
		if len([]rune(d.Name)) > longestName {
			return errs.Invalid{Field: d.Date.Chinese() + "的名称太长，请压缩到 " + strconv.Itoa(longestName) + " 字以内。"}
		}
		off[d.Date] = d.Kind == Holiday
	}
	for _, day := range []Date{NewDate(a.Year, time.January, 1), NewDate(a.Year, time.May, 1), NewDate(a.Year, time.October, 1)} {
		if !off[day] {
			return errs.Invalid{Field: "里面没有" + day.Chinese() + "放假。请核对是不是 " + strconv.Itoa(a.Year) + " 年的完整安排，再上传。"}
		}
	}
	return nil
}

// Differences returns the days that the announcement of a year reaches, and that are worked
// in one of the two calendars only.
func (c *Calendar) Differences(other *Calendar, year int) []Date {
	var days []Date
	end := NewDate(year+1, time.January, 1)
	for d := NewDate(year-1, time.December, 25); d.Before(end); d = d.AddDays(1) {
		if c.IsWorkday(d) != other.IsWorkday(d) {
			days = append(days, d)
		}
	}
	return days
}

// Digest is a fingerprint of what c says of a year: the same for the same announcement.
func (c *Calendar) Digest(year int) string {
	sum := sha256.New()
	fmt.Fprintf(sum, "%t", c.Provisional(year))
	for _, d := range c.Days(year) {
		fmt.Fprintf(sum, "\n%s %s %q", d.Date, d.Kind, d.Name)
	}
	return hex.EncodeToString(sum.Sum(nil)[:12])
}
