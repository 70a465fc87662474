package stationparts

import (
	"strconv"
	"strings"

	"lianluo/internal/calendar"
	"lianluo/internal/reception"
)

// Weekday is 9月14日 星期一, and whether that is today.
func Weekday(d, today calendar.Date) string {
	_, words, _ := strings.Cut(d.ChineseLong(), "年")
	if d == today {
		words += "（今天）"
	}
	return words
}

// Hours is 上午 9:00–11:30, 下午 3:00–5:30, or 上午 9:00–下午 3:00.
func Hours(starts, ends string) string {
	half, from := halfDay(starts)
	other, to := halfDay(ends)
	if half == other || to == "12:00" {
		return half + " " + from + "–" + to
	}
	return half + " " + from + "–" + other + " " + to
}

// halfDay says 15:30 as 下午 3:30.
func halfDay(clock string) (half, time string) {
	hour, minutes, _ := strings.Cut(clock, ":")
	n, _ := strconv.Atoi(hour)
	half = "上午"
	if n >= 12 {
		half = "下午"
	}
	if n > 12 {
		n -= 12
	}
	return half, strconv.Itoa(n) + ":" + minutes
}

// Beside is what is special about a day, or "".
func Beside(d reception.Announced) string {
	switch {
	case d.Theme != nil:
		return "主题：" + *d.Theme
	case d.Kind == "appointment":
		return "约访，请先打电话约好"
	}
	return ""
}
