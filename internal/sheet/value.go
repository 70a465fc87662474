package sheet

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"lianluo/internal/calendar"
)

// value returns what c means in a column of kind: a string, float64, calendar.Date or
// time.Time, nil for an empty cell, or a problem in Chinese.
func (c *cell) value(kind Kind) (any, string) {
	if problem := c.problem(); problem != "" {
		return nil, problem
	}
	if c.blank() {
		return nil, ""
	}
	switch kind {
	case Number:
		return c.asNumber()
	case Date:
		d, _, problem := c.asMoment("日期，请写成 2026-03-01 这样")
		if problem != "" {
			return nil, problem
		}
		return d, ""
	case Time:
		d, seconds, problem := c.asMoment("时间，请写成 2026-03-01 09:30 这样")
		if problem != "" {
			return nil, problem
		}
		return at(d, seconds), ""
	}
	return c.asText(kind)
}

// rounded is a number that Excel has already shortened before a CSV was saved.
var rounded = regexp.MustCompile(`^[0-9](\.[0-9]+)?[eE]\+[0-9]{2,}$`)

func (c *cell) asText(kind Kind) (any, string) {
	text, problem := c.display()
	if problem == "" && c.what == words && rounded.MatchString(text) {
		problem = quoted(text) + "是被 Excel 缩写的号码，请把这一列设成文本后重新填写"
	}
	if problem != "" {
		return nil, problem
	}
	if kind == Code {
		text = narrow(text)
	}
	return text, ""
}

var (
	plainNumber  = regexp.MustCompile(`^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)$`)
	commasNumber = regexp.MustCompile(`^[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]*)?$`)
)

func (c *cell) asNumber() (any, string) {
	if c.what == number && !c.style.date {
		return c.number, ""
	}
	text, _ := c.display()
	bare := narrow(text)
	if commasNumber.MatchString(bare) {
		bare = strings.ReplaceAll(bare, ",", "")
	}
	if plainNumber.MatchString(bare) {
		if n, err := strconv.ParseFloat(bare, 64); err == nil {
			return n, ""
		}
	}
	return nil, quoted(text) + "不是数字"
}

// asMoment reads a date, with a time of day where there is one.
func (c *cell) asMoment(wanted string) (calendar.Date, int, string) {
	if c.what == number {
		d, seconds, ok := fromSerial(c.number, c.mac)
		if ok && (c.style.date && c.number >= 1 || !d.Before(plainFrom) && !d.After(plainTo)) {
			return d, seconds, ""
		}
	}
	text, problem := c.display()
	if problem != "" {
		return calendar.Date{}, 0, problem
	}
	if d, seconds, ok := parseMoment(text); ok {
		return d, seconds, ""
	}
	return calendar.Date{}, 0, quoted(text) + "不是" + wanted
}

var momentText = regexp.MustCompile(`^([0-9]{4})(?:([0-9]{2})([0-9]{2})|[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?)` +
	`(?:(?:星期|周)[一二三四五六日天])?(?:[ T]?([0-9]{1,2})[:时点]([0-9]{1,2})(?:[:分]([0-9]{1,2})(?:\.0+)?秒?|分)?)?$`)

var dashes = strings.NewReplacer("–", "-", "—", "-", "―", "-", "−", "-", "。", ".", "、", ".", "(", "", ")", "")

// parseMoment reads 2026-3-1, 2026/3/1, 2026.3.1, 2026年3月1日 and 20260301, each with a
// time of day behind it or none. Blanks and full-width digits do not matter.
func parseMoment(text string) (calendar.Date, int, bool) {
	// A blank only matters between the day and the hour.
	fields := strings.FieldsFunc(foldWidth(text), blank)
	text = dashes.Replace(strings.Join(fields, ""))
	if n := len(fields); n > 1 && strings.ContainsAny(fields[n-1], ":时点") {
		text = dashes.Replace(strings.Join(fields[:n-1], "") + " " + fields[n-1])
	}
	m := momentText.FindStringSubmatch(text)
	if m == nil {
		return calendar.Date{}, 0, false
	}
	month, day := m[2]+m[4], m[3]+m[5]
	d := calendar.NewDate(digits(m[1]), time.Month(digits(month)), digits(day))
	if d.Year() != digits(m[1]) || d.Month() != time.Month(digits(month)) || d.Day() != digits(day) || d.Year() < 1 {
		return calendar.Date{}, 0, false
	}
	hour, minute, second := digits(m[6]), digits(m[7]), digits(m[8])
	if hour > 23 || minute > 59 || second > 59 {
		return calendar.Date{}, 0, false
	}
	return d, hour*3600 + minute*60 + second, true
}

// ParseDate reads one of several dates in a cell, written as a cell of Date may be.
func ParseDate(text string) (calendar.Date, bool) {
	d, _, ok := parseMoment(text)
	return d, ok
}

// digits reads up to four digits; none are 0.
func digits(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}
