// Package rotaparts are the parts of the rota that several pages show: how a reception day is said
// to citizens, and what became of a deputy's own requests.
package rotaparts

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
	var words []string
	if d.Kind == "mobile" {
		words = append(words, "流动接待，代表到村里来")
		if d.Route != nil {
			words = append(words, "路线："+*d.Route)
		}
	}
	if d.Kind == "appointment" {
		words = append(words, "约访，请先打电话约好")
	}
	if d.Theme != nil {
		words = append(words, "主题："+*d.Theme)
	}
	if d.Invited != nil {
		words = append(words, "参加单位："+*d.Invited)
	}
	return strings.Join(words, "；")
}
