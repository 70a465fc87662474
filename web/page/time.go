package page

import "time"

// shanghai is China's one time zone; a system without its name gets the same offset.
var shanghai = func() *time.Location {
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		return time.FixedZone("Asia/Shanghai", 8*60*60)
	}
	return zone
}()

var weekdays = [7]string{"日", "一", "二", "三", "四", "五", "六"}

// Date returns t as 11月20日 in Shanghai; "" for no time, as all of these.
func Date(t time.Time) string { return format(t, "1月2日") }

// DateTime returns t as 11月20日 09:24.
func DateTime(t time.Time) string { return format(t, "1月2日 15:04") }

// FullDateTime returns t as 2026年11月20日 09:24.
func FullDateTime(t time.Time) string { return format(t, "2006年1月2日 15:04") }

// FullDate returns t as 2026年11月20日 星期五.
func FullDate(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return format(t, "2006年1月2日 星期") + weekdays[t.In(shanghai).Weekday()]
}

func format(t time.Time, layout string) string {
	if t.IsZero() {
		return ""
	}
	return t.In(shanghai).Format(layout)
}
