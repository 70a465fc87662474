package calendar

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func date(t testing.TB, s string) Date {
	t.Helper()
	d, err := ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestIsWorkday(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, date string
		want       bool
	}{
		{"works on a weekday", "2026-11-20", true},
		{"rests on a Saturday", "2026-11-21", false},
		{"rests on a Sunday", "2026-11-22", false},
		{"rests on National Day", "2026-10-01", false},
		{"rests on the last day of the holiday", "2026-10-07", false},
		{"works on a make-up Saturday", "2026-10-10", true},
		{"works on a make-up Sunday", "2026-09-20", true},
		{"works on the make-up Saturday before Spring Festival", "2026-02-14", true},
		{"rests on a Spring Festival weekday", "2026-02-17", false},
		{"rests on New Year's Eve where the next year's holiday begins in it", "2022-12-31", false},
		{"works on the last day of the known years", "2026-12-31", true},
		{"works on a weekday after the known years", "2027-01-04", true},
		{"rests on a fixed holiday of a provisional year", "2027-01-01", false},
		{"rests on a weekend of a provisional year", "2027-01-02", false},
		{"works on a weekday before the known years", "2019-12-31", true},
		{"rests on a fixed holiday before the known years", "2019-10-01", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := Builtin().IsWorkday(date(t, test.date)); got != test.want {
				t.Errorf("IsWorkday(%s) = %t", test.date, got)
			}
		})
	}
}

func TestAddWorkdays(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, from string
		n          int
		want       string
	}{
		{"counts the day after as 1", "2026-11-16", 1, "2026-11-17"},
		{"steps over a weekend", "2026-11-20", 1, "2026-11-23"},
		{"counts from a day off", "2026-11-21", 1, "2026-11-23"},
		{"takes ten working days", "2026-11-09", 10, "2026-11-23"},
		{"n=0 stays on a working day", "2026-11-20", 0, "2026-11-20"},
		{"n=0 stays on a make-up day", "2026-10-10", 0, "2026-10-10"},
		{"n=0 leaves a holiday", "2026-10-01", 0, "2026-10-08"},
		{"steps over the National Day holiday", "2026-09-30", 1, "2026-10-08"},
		{"counts the make-up Saturday after it", "2026-09-30", 3, "2026-10-10"},
		{"rests on the Sunday after that", "2026-09-30", 4, "2026-10-12"},
		{"counts the make-up Saturday before Spring Festival", "2026-02-13", 1, "2026-02-14"},
		{"steps over Spring Festival", "2026-02-13", 2, "2026-02-24"},
		{"counts the make-up Saturday after Spring Festival", "2026-02-13", 6, "2026-02-28"},
		{"goes on into a provisional year", "2026-12-31", 1, "2027-01-04"},
		{"crosses computed Qingming", "2027-04-02", 1, "2027-04-06"},
		{"crosses two days of May", "2028-04-28", 1, "2028-05-03"}, // 1 and 2 May: Monday, Tuesday
		{"crosses three days of October", "2027-09-30", 1, "2027-10-04"},
		{"counts back over a holiday", "2026-10-08", -1, "2026-09-30"},
		{"counts back over a make-up day", "2026-10-12", -2, "2026-10-09"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := Builtin().AddWorkdays(date(t, test.from), test.n)
			if got != date(t, test.want) {
				t.Errorf("%s + %d = %s, want %s", test.from, test.n, got, test.want)
			}
		})
	}
}

func TestWorkdaysBetween(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, a, b string
		want       int
	}{
		{"is 0 on the day", "2026-11-20", "2026-11-20", 0},
		{"leaves out the first day and takes the last", "2026-11-16", "2026-11-17", 1},
		{"is 0 over a weekend", "2026-11-20", "2026-11-22", 0},
		{"is negative when passed", "2026-11-23", "2026-11-20", -1},
		{"counts a make-up Saturday", "2026-10-09", "2026-10-10", 1},
		{"is 0 over the National Day holiday", "2026-09-30", "2026-10-07", 0},
		{"counts the whole of 2026", "2025-12-31", "2026-12-31", 248},
		{"goes on into a provisional year", "2026-12-30", "2027-01-04", 2},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := Builtin().WorkdaysBetween(date(t, test.a), date(t, test.b)); got != test.want {
				t.Errorf("WorkdaysBetween(%s, %s) = %d, want %d", test.a, test.b, got, test.want)
			}
		})
	}
}

func TestWorkdaysBetweenUndoesAddWorkdays(t *testing.T) {
	t.Parallel()
	for d := date(t, "2025-12-01"); d.Year() < 2028; d = d.AddDays(5) {
		for _, n := range []int{1, 7, 15, 60} {
			due := Builtin().AddWorkdays(d, n)
			if got := Builtin().WorkdaysBetween(d, due); got != n {
				t.Fatalf("%s + %d = %s, but %d lie between", d, n, due, got)
			}
		}
	}
}

func TestNew(t *testing.T) {
	t.Parallel()
	t.Run("without days counts weekends and fixed holidays", func(t *testing.T) {
		t.Parallel()
		c := New(nil)
		if got := c.AddWorkdays(date(t, "2026-09-30"), 1); got != date(t, "2026-10-05") {
			t.Errorf("got %s", got)
		}
		if !c.Provisional(2026) {
			t.Error("2026 is not provisional")
		}
	})
	t.Run("the later of two days with one date counts", func(t *testing.T) {
		t.Parallel()
		d := date(t, "2026-03-07")
		if c := New([]Day{{d, Holiday, ""}, {d, Workday, ""}}); !c.IsWorkday(d) {
			t.Errorf("%s is off", d)
		}
	})
	t.Run("a day off alone does not announce its year", func(t *testing.T) {
		t.Parallel()
		d := date(t, "2027-09-03")
		c := New([]Day{{d, Holiday, ""}})
		if c.IsWorkday(d) || !c.Provisional(2027) || c.IsWorkday(date(t, "2027-10-01")) {
			t.Errorf("workday %t, provisional %t", c.IsWorkday(d), c.Provisional(2027))
		}
	})
	t.Run("an announced year has no fixed holidays of its own", func(t *testing.T) {
		t.Parallel()
		c := New([]Day{{date(t, "2027-10-01"), Holiday, "国庆节"}})
		if c.Provisional(2027) || !c.IsWorkday(date(t, "2027-04-05")) {
			t.Error("2027 is not as announced")
		}
	})
	t.Run("leaves the days as they were", func(t *testing.T) {
		t.Parallel()
		days := []Day{{date(t, "2026-10-01"), Holiday, ""}, {date(t, "2026-01-01"), Holiday, ""}}
		New(days)
		if days[0].Date != date(t, "2026-10-01") {
			t.Error("New sorted its argument")
		}
	})
}

func TestProvisional(t *testing.T) {
	t.Parallel()
	for year, want := range map[int]bool{2019: true, 2020: false, 2026: false, 2027: true} {
		if got := Builtin().Provisional(year); got != want {
			t.Errorf("Provisional(%d) = %t", year, got)
		}
	}
}

func TestDueProvisional(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, from, due string
		want            bool
	}{
		{"within the known years", "2026-11-20", "2026-12-31", false},
		{"reaches into the provisional year", "2026-12-01", "2027-01-04", true},
		{"within the provisional year", "2027-03-01", "2027-03-05", true},
		{"spans the known years", "2019-12-31", "2026-12-31", false},
		{"due on the day itself, known", "2026-12-31", "2026-12-31", false},
		{"due on the day itself, provisional", "2027-01-04", "2027-01-04", true},
		{"in either order", "2027-01-04", "2026-12-01", true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := Builtin().DueProvisional(date(t, test.from), date(t, test.due)); got != test.want {
				t.Errorf("DueProvisional(%s, %s) = %t", test.from, test.due, got)
			}
		})
	}
}

func TestQingmingIsAsAnnounced(t *testing.T) {
	t.Parallel()
	off := map[Date]bool{}
	for _, day := range builtinDays() {
		off[day.Date] = day.Kind == Holiday
	}
	for year := 2020; year <= 2026; year++ {
		if d := NewDate(year, time.April, qingming(year)); !off[d] {
			t.Errorf("%s is not a holiday", d)
		}
	}
	// The solar term itself, from the almanac.
	for year, want := range map[int]int{2027: 5, 2028: 4, 2029: 4, 2030: 5, 2031: 5, 2044: 4} {
		if got := qingming(year); got != want {
			t.Errorf("qingming(%d) = %d, want %d", year, got, want)
		}
	}
}

func TestBuiltinDays(t *testing.T) {
	t.Parallel()
	days := builtinDays()
	if len(days) != 254 {
		t.Errorf("%d days, want the file's 254", len(days))
	}
	want := Day{date(t, "2026-10-10"), Workday, "国庆节"}
	if diff := cmp.Diff(want, days[len(days)-1]); diff != "" {
		t.Error(diff)
	}
	for _, day := range days {
		weekend := day.Date.Weekday() == time.Saturday || day.Date.Weekday() == time.Sunday
		if day.Kind == Workday && !weekend {
			t.Errorf("%s is a make-up day on a weekday", day.Date)
		}
	}
}

func BenchmarkNew(b *testing.B) {
	days := builtinDays()
	for b.Loop() {
		New(days)
	}
}

func BenchmarkAddWorkdays(b *testing.B) {
	for name, from := range map[string]string{"known": "2026-01-15", "provisional": "2027-01-15"} {
		b.Run(name, func(b *testing.B) {
			c, d := Builtin(), date(b, from)
			b.ReportAllocs()
			for b.Loop() {
				c.AddWorkdays(d, 60)
			}
		})
	}
}

func BenchmarkWorkdaysBetween(b *testing.B) {
	c, from, to := Builtin(), date(b, "2026-01-15"), date(b, "2026-04-15")
	b.ReportAllocs()
	for b.Loop() {
		c.WorkdaysBetween(from, to)
	}
}
