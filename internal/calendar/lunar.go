package calendar

import (
	_ "embed" // the lunar months
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:embed lunar-months.csv
var lunarCSV string

// Lunar is a date of the Chinese calendar (农历). A year is named by the solar year in which
// most of it lies: 2026 begins on 17 February 2026.
type Lunar struct {
	Year  int
	Month int // 1 to 12
	Leap  bool
	Day   int // 1 to 30
}

// lunarMonth is a month of the Chinese calendar, as lunar-months.csv has it.
type lunarMonth struct {
	Lunar // of its first day
	first Date
	days  int
}

var lunarMonths = sync.OnceValue(func() []lunarMonth {
	months, err := parseLunar(strings.NewReader(lunarCSV))
	if err != nil {
		panic("calendar: lunar-months.csv: " + err.Error()) // a fault of the build: its tests read it
	}
	return months
})

// parseLunar reads months without a gap, oldest first.
func parseLunar(r io.Reader) ([]lunarMonth, error) {
	in := csv.NewReader(r)
	in.FieldsPerRecord = 5
	rows, err := in.ReadAll()
	if err != nil {
		return nil, err
	}
	var months []lunarMonth
	for i, row := range rows {
		if i == 0 {
			continue // lunar_year,month,leap,first_day,days
		}
		var n [4]int
		for j, at := range []int{0, 1, 2, 4} {
			if n[j], err = strconv.Atoi(row[at]); err != nil {
				return nil, fmt.Errorf("row %d: %w", i+1, err)
			}
		}
		first, err := ParseDate(row[3])
		if err != nil {
			return nil, fmt.Errorf("row %d: %w", i+1, err)
		}
		if last := len(months) - 1; last >= 0 && months[last].first.AddDays(months[last].days) != first {
			return nil, fmt.Errorf("row %d: does not begin where the month before ends", i+1)
		}
		months = append(months, lunarMonth{Lunar{n[0], n[1], n[2] == 1, 1}, first, n[3]})
	}
	if len(months) == 0 {
		return nil, fmt.Errorf("no month")
	}
	return months, nil
}

// LunarOf returns d in the Chinese calendar. It reports false outside the years 2020 to
// 2050, which are all that is known here.
func LunarOf(d Date) (Lunar, bool) {
	months := lunarMonths()
	at, exact := slices.BinarySearchFunc(months, d, func(m lunarMonth, d Date) int { return m.first.Sub(d) })
	if !exact {
		at--
	}
	if at < 0 || d.Sub(months[at].first) >= months[at].days {
		return Lunar{}, false
	}
	day := months[at].Lunar
	day.Day += d.Sub(months[at].first)
	return day, true
}

var (
	lunarMonthNames = []string{"正月", "二月", "三月", "四月", "五月", "六月", "七月", "八月", "九月", "十月", "冬月", "腊月"}
	lunarTens       = []string{"初", "十", "廿"}
	digitNames      = []string{"一", "二", "三", "四", "五", "六", "七", "八", "九", "十"}
)

// String returns the month and the day as people say them: 腊月廿三, 闰四月初一.
func (l Lunar) String() string {
	var day string
	switch l.Day {
	case 20:
		day = "二十"
	case 30:
		day = "三十"
	default:
		day = lunarTens[(l.Day-1)/10] + digitNames[(l.Day-1)%10]
	}
	leap := ""
	if l.Leap {
		leap = "闰"
	}
	return leap + lunarMonthNames[l.Month-1] + day
}

// IsHoliday reports whether d is a day off that is no usual weekend day: it belongs to a
// holiday, by the announcement or, in a provisional year, by law.
func (c *Calendar) IsHoliday(d Date) bool {
	if c.IsWorkday(d) {
		return false
	}
	if !d.weekend() {
		return true
	}
	kind := ""
	for _, day := range c.days {
		if day.Date == d {
			kind = day.Kind // of two the later counts
		}
	}
	year, month, dom := d.civil()
	return kind == Holiday || kind == "" && c.Provisional(year) && fixedHoliday(year, month, dom)
}
