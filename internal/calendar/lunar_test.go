package calendar

import (
	"strings"
	"testing"
	"time"
)

// TestLunar: the days that everybody knows.
func TestLunar(t *testing.T) {
	t.Parallel()
	for solar, want := range map[string]string{
		"2026-02-17": "正月初一", // 春节
		"2026-02-16": "腊月廿九",
		"2026-03-03": "正月十五", // 元宵
		"2026-06-19": "五月初五", // 端午
		"2026-09-25": "八月十五", // 中秋
		"2026-10-18": "九月初九", // 重阳
		"2026-11-23": "十月十五",
		"2025-07-25": "闰六月初一",
		"2025-01-28": "腊月廿九",
		"2024-02-09": "腊月三十",
		"2024-01-30": "腊月二十",
		"2027-02-06": "正月初一", // where a common library is a day off
	} {
		d, err := ParseDate(solar)
		if err != nil {
			t.Fatal(err)
		}
		if l, ok := LunarOf(d); !ok || l.String() != want {
			t.Errorf("%s is %v, want %s", solar, l, want)
		}
	}
	for _, out := range []Date{NewDate(2019, 12, 25), NewDate(2051, 6, 1), {}} {
		if l, ok := LunarOf(out); ok {
			t.Errorf("%s is known as %v", out, l)
		}
	}
}

// TestLunarIsWhole: every day of thirty years follows the one before.
func TestLunarIsWhole(t *testing.T) {
	t.Parallel()
	before, _ := LunarOf(NewDate(2019, 12, 31))
	for d := NewDate(2020, 1, 1); d.Year() < 2051; d = d.AddDays(1) {
		l, ok := LunarOf(d)
		if !ok {
			t.Fatalf("%s is not known", d)
		}
		if l.Day != before.Day+1 && (l.Day != 1 || before.Day < 29) {
			t.Fatalf("%s: %v after %v", d, l, before)
		}
		if l.Month == 1 && l.Day == 1 && (d.Year() != l.Year || d.Month() > time.February) {
			t.Errorf("%s begins the year %d", d, l.Year)
		}
		before = l
	}
}

func TestLunarRefusesADamagedFile(t *testing.T) {
	t.Parallel()
	const head = "lunar_year,month,leap,first_day,days\n"
	for name, file := range map[string]string{
		"empty": head, "gap": head + "2020,1,0,2020-01-25,29\n2020,2,0,2020-02-24,30\n", "word": head + "2020,x,0,2020-01-25,29\n",
		"date": head + "2020,1,0,2020-01-32,29\n", "short": head + "2020,1,0\n",
	} {
		if _, err := parseLunar(strings.NewReader(file)); err == nil {
			t.Errorf("%s is read", name)
		}
	}
}

// TestIsHoliday: a Saturday in the week of National Day is a holiday, a usual one is not.
func TestIsHoliday(t *testing.T) {
	t.Parallel()
	for day, want := range map[string]bool{
		"2026-10-03": true, "2026-10-01": true, "2026-10-10": false, "2026-11-22": false, "2026-11-23": false,
		"2026-02-28": false, // a Saturday that is worked
		"2030-10-05": false, "2030-10-03": true, "2033-10-01": true,
	} {
		d, err := ParseDate(day)
		if err != nil {
			t.Fatal(err)
		}
		if got := Builtin().IsHoliday(d); got != want {
			t.Errorf("%s: %t", day, got)
		}
	}
}
