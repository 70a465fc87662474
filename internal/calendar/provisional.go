package calendar

import "time"

// announced returns the years whose holidays are known: those whose National Day is
// a holiday in days. Every announcement has 1 October, whereas a single day off can
// be decreed, and a New Year's holiday can begin, before a year is announced.
func announced(days []Day) map[int]bool {
	years := map[int]bool{}
	for _, day := range days {
		year, month, dom := day.Date.civil()
		if day.Kind == Holiday && month == time.October && dom == 1 {
			years[year] = true
		}
	}
	return years
}

// Provisional reports whether the year's holidays are not announced yet (暂定).
func (c *Calendar) Provisional(year int) bool { return !c.announced[year] }

// DueProvisional reports whether the period from the day after from up to and
// including due touches a provisional year, so that due may move when the year is
// announced. (An announcement now and then also moves the last days of the December
// before it; that is not foreseen.)
func (c *Calendar) DueProvisional(from, due Date) bool {
	if due.Before(from) {
		from, due = due, from
	}
	if from != due {
		from = from.AddDays(1)
	}
	for year := from.Year(); year <= due.Year(); year++ {
		if c.Provisional(year) {
			return true
		}
	}
	return false
}

// usual reports whether d is worked as far as no Day says otherwise.
func (c *Calendar) usual(d Date) bool {
	if d.weekend() {
		return false
	}
	year, month, dom := d.civil()
	return c.announced[year] || !fixedHoliday(year, month, dom)
}

// fixedHoliday reports whether the date is a holiday by law in every year, without
// the days that the announcement adds and without those of the lunar calendar
// (春节, 端午, 中秋): 全国年节及纪念日放假办法, the version in force since 2025.
func fixedHoliday(year int, month time.Month, day int) bool {
	switch month {
	case time.January:
		return day == 1
	case time.April:
		return day == qingming(year)
	case time.May:
		return day == 1 || day == 2 && year >= 2025
	case time.October:
		return day <= 3
	}
	return false
}

// FixedHolidays returns the holidays that a year has by law, announced or not, by date.
func FixedHolidays(year int) []Day {
	names := map[time.Month]string{time.January: newYear, time.April: "清明节", time.May: "劳动节", time.October: "国庆节"}
	var days []Day
	for d, end := NewDate(year, time.January, 1), NewDate(year+1, time.January, 1); d.Before(end); d = d.AddDays(1) {
		if _, month, day := d.civil(); fixedHoliday(year, month, day) {
			days = append(days, Day{d, Holiday, names[month]})
		}
	}
	return days
}

// qingming returns the day in April of 清明, when the sun reaches 15° of longitude.
// The formula gives the true day for every year from 2000 to 2099.
func qingming(year int) int {
	y := year - 2000
	return (2422*y+48100)/10000 - y/4
}
