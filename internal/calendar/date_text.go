package calendar

import (
	"fmt"
	"time"
)

// ParseDate reads a date written as 2006-01-02, from the year 1 to 9999.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || t.Year() < 1 {
		return Date{}, fmt.Errorf("%q is not a date such as 2006-01-02", s)
	}
	return ofUTC(t), nil
}

// String returns d as 2006-01-02, the form of <input type="date">, or "" for no date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return d.Time().Format(time.DateOnly)
}

// Chinese returns d as 11月20日, or "" for no date.
func (d Date) Chinese() string {
	if d.IsZero() {
		return ""
	}
	return d.Time().Format("1月2日")
}

// ChineseFull returns d as 2026年11月20日, or "" for no date.
func (d Date) ChineseFull() string {
	if d.IsZero() {
		return ""
	}
	return d.Time().Format("2006年1月2日")
}

// ChineseIn returns d as 11月20日 where it is in the year, as whoever reads it knows, else as
// 2026年11月20日; "" for no date.
func (d Date) ChineseIn(year int) string {
	if d.Year() == year {
		return d.Chinese()
	}
	return d.ChineseFull()
}

// ChineseLong returns d as 2026年11月20日 星期五, or "" for no date.
func (d Date) ChineseLong() string {
	if d.IsZero() {
		return ""
	}
	weekdays := [7]string{"日", "一", "二", "三", "四", "五", "六"}
	return d.Time().Format("2006年1月2日 星期") + weekdays[d.Weekday()]
}

// MarshalText returns String; so d is a string in JSON, "" for no date.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (d *Date) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = Date{}
		return nil
	}
	parsed, err := ParseDate(string(text))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}
