// Package rota turns what a county's office decides into reception days: rules such as
// “每月第一、三个星期二”, “逢三逢八” or “15 日” into dates, moved from holidays as the county
// wants it, and deputies into turns that are fair. It knows dates and numbers, no table.
package rota

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"lianluo/internal/calendar"
	"lianluo/internal/errs"
)

// Every is by what a rule counts.
type Every string

// The kinds of rules.
const (
	Weekday Every = "weekday" // 星期: each one, or the first, third, last of a month
	Day     Every = "day"     // 几号: days of the month
	Market  Every = "market"  // 逢集: days that end in a digit, solar or lunar
	Quarter Every = "quarter" // 季末: the last day of each quarter
	Listed  Every = "listed"  // 指定: dates that somebody wrote down
)

// Last is the last of a month, where a day or a number of a weekday stands.
const Last = -1

// Rule says on which days a station receives. What its kind does not use is empty.
type Rule struct {
	Every    Every           `json:"every"`
	Months   []int           `json:"months,omitempty"`   // 1 to 12; none: all
	Weekdays []int           `json:"weekdays,omitempty"` // 0 Sunday to 6 Saturday
	Nth      []int           `json:"nth,omitempty"`      // of the weekday in the month: 1 to 5, Last; none: each
	Days     []int           `json:"days,omitempty"`     // of the month: 1 to 31, Last
	Digits   []int           `json:"digits,omitempty"`   // 0 to 9: 3 is the 3rd, 13th and 23rd
	Lunar    bool            `json:"lunar,omitempty"`    // digits of the lunar day
	Dates    []calendar.Date `json:"dates,omitempty"`
}

// longestList bounds the dates of one rule.
const longestList = 120

// Tidy is the rule with each of its lists in order, the last of a month at the end, and
// nothing in it twice.
func (r Rule) Tidy() Rule {
	place := func(n int) int {
		if n == Last {
			return math.MaxInt
		}
		return n
	}
	for _, list := range []*[]int{&r.Months, &r.Weekdays, &r.Nth, &r.Days, &r.Digits} {
		*list = slices.Compact(slices.SortedFunc(slices.Values(*list), func(a, b int) int { return cmp.Compare(place(a), place(b)) }))
	}
	r.Dates = slices.Compact(slices.SortedFunc(slices.Values(r.Dates), calendar.Date.Compare))
	return r
}

// Check returns errs.Invalid at the form's field where the rule says nothing or cannot be.
func (r Rule) Check() error {
	invalid := errs.Invalid{}
	within := func(field string, list []int, from, to int, last bool, missing string) {
		if len(list) == 0 && missing != "" {
			invalid[field] = missing
		}
		for _, n := range list {
			if (n < from || n > to) && (!last || n != Last) {
				invalid[field] = "“" + strconv.Itoa(n) + "”不对，应在 " + strconv.Itoa(from) + " 到 " + strconv.Itoa(to) + " 之间。"
			}
		}
	}
	within("months", r.Months, 1, 12, false, "")
	switch r.Every {
	case Weekday:
		within("weekdays", r.Weekdays, 0, 6, false, "请选择星期几。")
		within("nth", r.Nth, 1, 5, true, "")
	case Day:
		within("days", r.Days, 1, 31, true, "请填写每月几号，例如 5、15、25。")
	case Market:
		within("digits", r.Digits, 0, 9, false, "请填写逢几，例如 3、8。")
	case Quarter:
	case Listed:
		if len(r.Dates) == 0 {
			invalid["dates"] = "请填写日期，一行一个，例如 2026-03-05。"
		} else if len(r.Dates) > longestList {
			invalid["dates"] = "日期太多，一次最多 " + strconv.Itoa(longestList) + " 个。"
		}
	default:
		invalid["every"] = "请选择怎样定接待日。"
	}
	return invalid.Err()
}

// On reports whether the rule names d, before any holiday is looked at. Outside the years
// that calendar.LunarOf knows a lunar rule names nothing.
func (r Rule) On(d calendar.Date) bool {
	if len(r.Months) > 0 && !slices.Contains(r.Months, int(d.Month())) {
		return false
	}
	switch r.Every {
	case Weekday:
		return slices.Contains(r.Weekdays, int(d.Weekday())) && (len(r.Nth) == 0 ||
			slices.Contains(r.Nth, (d.Day()-1)/7+1) || slices.Contains(r.Nth, Last) && d.AddDays(7).Month() != d.Month())
	case Day:
		return slices.Contains(r.Days, d.Day()) || slices.Contains(r.Days, Last) && d.AddDays(1).Day() == 1
	case Market:
		day := d.Day()
		if r.Lunar {
			l, known := calendar.LunarOf(d)
			if !known {
				return false
			}
			day = l.Day
		}
		return slices.Contains(r.Digits, day%10)
	case Quarter:
		return d.AddDays(1).Day() == 1 && d.Month()%3 == 0
	case Listed:
		return slices.Contains(r.Dates, d)
	}
	return false
}

// worked reports whether the days of the rule are meant to be working days, so that a
// weekend moves them too. A market is held on a Sunday as well, and who says Saturday means it.
func (r Rule) worked() bool { return r.Every == Day || r.Every == Quarter }

var weekdayNames = []string{"日", "一", "二", "三", "四", "五", "六"}

// Words say the rule as a notice does: 每月第一、三个星期二; 农历逢三、逢八; 每月 15 日.
func (r Rule) Words() string {
	switch r.Every {
	case Weekday:
		names := make([]string, len(r.Weekdays))
		for i, day := range r.Weekdays {
			names[i] = "星期" + weekdayNames[day]
		}
		if len(r.Nth) == 0 {
			return r.months("") + "每" + strings.Join(names, "、")
		}
		return r.months("每月") + nth(r.Nth) + strings.Join(names, "、")
	case Day:
		days := make([]string, len(r.Days))
		for i, day := range r.Days {
			if days[i] = strconv.Itoa(day) + " 日"; day == Last {
				days[i] = "最后一天"
			}
		}
		words := strings.Join(days, "、")
		if r.Days[0] != Last {
			words = " " + words // before a numeral
		}
		return r.months("每月") + words
	case Market:
		digits := make([]string, len(r.Digits))
		for i, digit := range r.Digits {
			digits[i] = "逢" + chinese[digit]
		}
		return r.months("") + map[bool]string{true: "农历", false: "公历"}[r.Lunar] + strings.Join(digits, "、")
	case Quarter:
		return r.months("每") + "季度最后一天"
	}
	return "指定的 " + strconv.Itoa(len(r.Dates)) + " 天"
}

var chinese = []string{"十", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"}

func nth(list []int) string {
	var numbers []string
	last := ""
	for _, n := range list {
		if n == Last {
			last = "最后一个"
			continue
		}
		numbers = append(numbers, chinese[n])
	}
	switch {
	case len(numbers) == 0:
		return last
	case last != "":
		return "第" + strings.Join(numbers, "、") + "个和" + last
	}
	return "第" + strings.Join(numbers, "、") + "个"
}

// months say which, or otherwise.
func (r Rule) months(otherwise string) string {
	odd, even := []int{1, 3, 5, 7, 9, 11}, []int{2, 4, 6, 8, 10, 12}
	switch {
	case len(r.Months) == 0 || len(r.Months) == int(time.December):
		return otherwise
	case slices.Equal(r.Months, odd):
		return "单月"
	case slices.Equal(r.Months, even):
		return "双月"
	}
	names := make([]string, len(r.Months))
	for i, month := range r.Months {
		names[i] = strconv.Itoa(month)
	}
	return strings.Join(names, "、") + " 月"
}
