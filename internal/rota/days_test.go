package rota

import (
	"slices"
	"strings"
	"testing"
	"testing/quick"

	"lianluo/internal/calendar"
)

func date(t *testing.T, s string) calendar.Date {
	t.Helper()
	d, err := calendar.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestTheYear2026: each kind of rule against the real calendar of 2026, whose holidays are
// 1–3 January, 15–23 February, 4–6 April, 1–5 May, 19–21 June, 25–27 September and
// 1–7 October, with make-up days on 4 January, 14 and 28 February, 9 May, 20 September and
// 10 October.
func TestTheYear2026(t *testing.T) {
	t.Parallel()
	firstTuesday := Rule{Every: Weekday, Weekdays: []int{2}, Nth: []int{1, 3}}
	for _, c := range []struct {
		name     string
		rule     Rule
		from, to string
		roll     Roll
		want     string
		words    string
	}{
		{"first and third Tuesday", firstTuesday, "2026-01-01", "2026-03-31", NextWorkday, "01-06 01-20 02-03 02-24<02-17 03-03 03-17", "每月第一、三个星期二"},
		{"… a week later", firstTuesday, "2026-02-01", "2026-02-28", WeekLater, "02-03 02-24<02-17", "每月第一、三个星期二"},
		{"… left out", firstTuesday, "2026-02-01", "2026-02-28", LeaveOut, "02-03", "每月第一、三个星期二"},
		{"first Friday, a week later where it is a holiday", Rule{Every: Weekday, Weekdays: []int{5}, Nth: []int{1}}, "2026-01-01", "2026-05-31", WeekLater,
			"01-09<01-02 02-06 03-06 04-03 05-08<05-01", "每月第一个星期五"},
		{"every Wednesday through two holidays in a row", Rule{Every: Weekday, Weekdays: []int{3}}, "2026-02-11", "2026-03-04", NextWorkday,
			"02-11 02-24<02-18 02-25 03-04", "每星期三"},
		{"… a week later meets the one that is there", Rule{Every: Weekday, Weekdays: []int{3}}, "2026-02-11", "2026-03-04", WeekLater,
			"02-11 02-25 03-04", "每星期三"},
		{"last Monday", Rule{Every: Weekday, Weekdays: []int{1}, Nth: []int{Last}}, "2026-01-01", "2026-04-30", NextWorkday, "01-26 02-23>02-24 03-30 04-27", "每月最后一个星期一"},
		{"a Saturday that is meant stays, a make-up day too", Rule{Every: Weekday, Weekdays: []int{6}, Nth: []int{2, 4}}, "2026-02-01", "2026-02-28", NextWorkday,
			"02-14 02-28", "每月第二、四个星期六"},
		{"odd months, the 15th: a Sunday goes to Monday", Rule{Every: Day, Months: []int{1, 3, 5, 7, 9, 11}, Days: []int{15}}, "2026-01-01", "2026-12-31", NextWorkday,
			"01-15 03-16<03-15 05-15 07-15 09-15 11-16<11-15", "单月 15 日"},
		{"the 10th is a Saturday that is worked", Rule{Every: Day, Days: []int{10}}, "2026-10-01", "2026-10-31", NextWorkday, "10-10", "每月 10 日"},
		{"the last of the month", Rule{Every: Day, Days: []int{Last}}, "2026-01-01", "2026-03-31", NextWorkday, "01-31>02-02 02-28 03-31", "每月最后一天"},
		{"the 31st is in some months only", Rule{Every: Day, Days: []int{31}}, "2026-03-01", "2026-08-31", NextWorkday, "03-31 06-01<05-31 07-31 08-31", "每月 31 日"},
		{"market by the solar date, Sundays too", Rule{Every: Market, Digits: []int{3, 8}}, "2026-03-01", "2026-03-31", NextWorkday, "03-03 03-08 03-13 03-18 03-23 03-28", "公历逢三、逢八"},
		{"market by the lunar date", Rule{Every: Market, Digits: []int{3, 8}, Lunar: true}, "2026-03-19", "2026-04-16", NextWorkday, // 二月初一 to 廿九
			"03-21 03-26 03-31 04-07<04-05 04-10 04-15", "农历逢三、逢八"},
		{"in a leap month too", Rule{Every: Market, Digits: []int{0}, Lunar: true}, "2025-07-25", "2025-08-22", NextWorkday, "08-03 08-13", "农历逢十"},
		{"the quarter's end", Rule{Every: Quarter}, "2026-01-01", "2026-12-31", NextWorkday, "03-31 06-30 09-30 12-31", "每季度最后一天"},
		{"what was written down stands", Rule{Every: Listed, Dates: []calendar.Date{date(t, "2026-02-18"), date(t, "2026-03-07")}}, "2026-01-01", "2026-12-31", NextWorkday,
			"02-18 03-07", "指定的 2 天"},
	} {
		if err := c.rule.Check(); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		var got []string
		for _, day := range c.rule.Between(date(t, c.from), date(t, c.to), c.roll, calendar.Builtin()) {
			s := day.Date.String()[5:]
			if day.Moved() {
				s += "<" + day.Meant.String()[5:]
			}
			if day.Provisional {
				t.Errorf("%s: %s is provisional", c.name, day.Date)
			}
			got = append(got, s)
		}
		if s := strings.Join(got, " "); s != arrows(c.want) {
			t.Errorf("%s:\n got %s\nwant %s", c.name, s, arrows(c.want))
		}
		if c.rule.Words() != c.words {
			t.Errorf("%s is called %q", c.name, c.rule.Words())
		}
	}
}

// arrows reads 02-23>02-24 as 02-24<02-23.
func arrows(s string) string {
	list := strings.Fields(s)
	for i, day := range list {
		if from, to, ok := strings.Cut(day, ">"); ok {
			list[i] = to + "<" + from
		}
	}
	return strings.Join(list, " ")
}

// TestAYearNotAnnounced: its days are there and say that they may move.
func TestAYearNotAnnounced(t *testing.T) {
	t.Parallel()
	days := Rule{Every: Day, Days: []int{1}}.Between(date(t, "2031-10-01"), date(t, "2031-11-30"), NextWorkday, calendar.Builtin())
	if len(days) != 2 || !days[0].Provisional || days[0].Date != date(t, "2031-10-06") || !days[0].Moved() { // 1–3 are free by law, then a weekend
		t.Errorf("%v", days)
	}
}

// TestDaysHold: whatever the rule, days come in order, each once, never on a holiday, and
// where nothing is left out every day that the rule means is served.
func TestDaysHold(t *testing.T) {
	t.Parallel()
	from, to := date(t, "2026-01-01"), date(t, "2026-12-31")
	cal := calendar.Builtin()
	hold := func(kind, a, b uint8, lunar bool, how uint8) bool {
		rule := []Rule{{Every: Weekday, Weekdays: []int{int(a % 7)}, Nth: []int{1 + int(b%5)}}, {Every: Weekday, Weekdays: []int{int(a % 7), int(b % 7)}},
			{Every: Day, Days: []int{1 + int(a%31), Last}}, {Every: Market, Digits: []int{int(a % 10), int(b % 10)}, Lunar: lunar}, {Every: Quarter}}[kind%5]
		roll := Rolls[how%3].Roll
		days := rule.Between(from, to, roll, cal)
		served := map[calendar.Date]bool{}
		for i, day := range days {
			if i > 0 && !days[i-1].Date.Before(day.Date) || cal.IsHoliday(day.Date) || !rule.On(day.Meant) || day.Date.Before(day.Meant) ||
				roll == LeaveOut && day.Moved() || rule.worked() && !cal.IsWorkday(day.Date) {
				t.Logf("%s, %s: %v", rule.Words(), roll, day)
				return false
			}
			served[day.Date] = true
		}
		for d := from; !d.After(to); d = d.AddDays(1) {
			if date, ok := rule.roll(d, roll, cal); rule.On(d) && ok && !served[date] {
				t.Logf("%s: %s is not served", rule.Words(), d)
				return false
			}
		}
		return true
	}
	if err := quick.Check(hold, &quick.Config{MaxCount: 400}); err != nil {
		t.Error(err)
	}
}

// TestCheckRule: what cannot be is said at its field.
func TestCheckRule(t *testing.T) {
	t.Parallel()
	for field, rule := range map[string]Rule{
		"every": {}, "weekdays": {Every: Weekday}, "nth": {Every: Weekday, Weekdays: []int{1}, Nth: []int{6}}, "days": {Every: Day, Days: []int{32}},
		"digits": {Every: Market, Digits: []int{10}}, "dates": {Every: Listed}, "months": {Every: Quarter, Months: []int{13}},
	} {
		err := rule.Check()
		if err == nil || !strings.Contains(err.Error(), field) {
			t.Errorf("%s: %v", field, err)
		}
	}
	many := Rule{Every: Listed, Dates: slices.Repeat([]calendar.Date{date(t, "2026-03-05")}, longestList+1)}
	if many.Check() == nil {
		t.Error("any number of dates")
	}
}

// TestTidyRule: what is listed twice counts once, however often, and the last day stands last.
func TestTidyRule(t *testing.T) {
	t.Parallel()
	rule := Rule{Every: Day, Days: []int{Last, 25}, Months: []int{11, 3, 11}}
	for range 50_000 {
		rule.Days = append(rule.Days, 5)
	}
	if rule = rule.Tidy(); !slices.Equal(rule.Days, []int{5, 25, Last}) || rule.Words() != "3、11 月 5 日、25 日、最后一天" {
		t.Errorf("%v: %s", rule.Days, rule.Words())
	}
}
