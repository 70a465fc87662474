package calendar

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lianluo/internal/errs"
)

// year2027 is a whole announcement: New Year's holiday begins in the December before.
func year2027(t testing.TB) Announcement {
	t.Helper()
	a := Announcement{Year: 2027}
	for _, d := range []struct{ date, kind, name string }{
		{"2026-12-31", Holiday, "元旦"}, {"2027-01-01", Holiday, "元旦"}, {"2027-01-03", Workday, "元旦"}, {"2027-02-08", Holiday, "春节"},
		{"2027-05-01", Holiday, "劳动节"}, {"2027-10-01", Holiday, "国庆节"},
	} {
		a.Days = append(a.Days, Day{date(t, d.date), d.kind, d.name})
	}
	return a
}

func TestWith(t *testing.T) {
	t.Parallel()
	c := Builtin().With(year2027(t))
	for day, want := range map[string]bool{"2026-12-30": true, "2026-12-31": false, "2027-01-01": false, "2027-01-02": false, "2027-01-03": true,
		"2027-01-04": true, "2027-02-08": false, "2027-04-05": true, "2027-10-01": false, "2027-10-04": true, "2026-10-07": false, "2026-10-10": true, "2028-10-02": false} {
		if got := c.IsWorkday(date(t, day)); got != want {
			t.Errorf("IsWorkday(%s) = %t", day, got)
		}
	}
	if c.Provisional(2027) || !Builtin().Provisional(2027) || !c.Provisional(2028) {
		t.Error("2027 is not announced, or the built-in calendar changed")
	}
	if diff := cmp.Diff(year2027(t).Days, c.Days(2027)); diff != "" {
		t.Error(diff)
	}
	if got := len(c.Days(2026)); got != len(Builtin().Days(2026)) || got == 0 {
		t.Errorf("2026 has %d days", got)
	}
	if diff := cmp.Diff([]int{2020, 2021, 2022, 2023, 2024, 2025, 2026, 2027}, c.Known()); diff != "" {
		t.Error(diff)
	}
}

// TestWithReplaces: nothing of what was said of the year is left, and of no other year
// anything is gone.
func TestWithReplaces(t *testing.T) {
	t.Parallel()
	first := Builtin().With(year2027(t))
	second := year2027(t)
	second.Days = second.Days[1:]
	again := first.With(second)
	if !again.IsWorkday(date(t, "2026-12-31")) {
		t.Error("the eve of the first announcement is still off")
	}
	if again.Digest(2027) != Builtin().With(second).Digest(2027) || again.Digest(2027) == first.Digest(2027) || again.Digest(2026) != Builtin().Digest(2026) {
		t.Error("the digests are wrong")
	}
	if Builtin().Digest(2027) == Builtin().With(Announcement{Year: 2027}).Digest(2027) {
		t.Error("an announced year is the same as one that is not")
	}
	if got := first.Differences(again, 2027); len(got) != 1 || got[0] != date(t, "2026-12-31") {
		t.Errorf("they differ on %v", got)
	}
	// 31 December 2022 belongs to 2023, in the built-in days too.
	if got := Builtin().Days(2023)[0].Date; got != date(t, "2022-12-31") {
		t.Errorf("2023 begins on %s", got)
	}
	other := Announcement{Year: 2022, Days: Builtin().Days(2022)}
	if c := Builtin().With(other); c.IsWorkday(date(t, "2022-12-30")) != Builtin().IsWorkday(date(t, "2022-12-30")) || c.IsWorkday(date(t, "2022-12-31")) {
		t.Error("with 2022 anew the eve of 2023 is worked")
	}
	if c := first.Without(2027); c.Digest(2027) != Builtin().Digest(2027) || !c.IsWorkday(date(t, "2026-12-31")) || c.IsWorkday(date(t, "2026-10-01")) {
		t.Error("without 2027 it is not the built-in calendar")
	}
	if Builtin().With() != Builtin() {
		t.Error("without announcements it is another calendar")
	}
}

func TestCheckAnnouncement(t *testing.T) {
	t.Parallel()
	if err := year2027(t).Check(); err != nil {
		t.Error(err)
	}
	for year := 2020; year <= 2026; year++ {
		if err := (Announcement{year, Builtin().Days(year)}).Check(); err != nil {
			t.Errorf("%d: %v", year, err)
		}
	}
	for name, c := range map[string]struct {
		change func(*Announcement)
		want   string
	}{
		"no year":            {func(a *Announcement) { a.Year = 0 }, "请选择年份"},
		"another year":       {func(a *Announcement) { a.Year = 2028 }, "不是 2028 年的日子"},
		"a kind":             {func(a *Announcement) { a.Days[0].Kind = "off" }, "请写“放假”或“调休上班”"},
		"a make-up weekday":  {func(a *Announcement) { a.Days[3].Kind = Workday }, "2月8日不是周末"},
		"a day twice":        {func(a *Announcement) { a.Days[4].Date = a.Days[3].Date }, "2月8日写了两次"},
		"a long name":        {func(a *Announcement) { a.Days[3].Name = strings.Repeat("春", 21) }, "名称太长"},
		"no National Day":    {func(a *Announcement) { a.Days = a.Days[:5] }, "没有10月1日放假"},
		"nothing":            {func(a *Announcement) { a.Days = nil }, "没有1月1日放假"},
		"the whole December": {func(a *Announcement) { a.Days[0].Date = NewDate(2026, time.December, 24) }, "不是 2027 年的日子"},
	} {
		a := year2027(t)
		c.change(&a)
		invalid, ok := errors.AsType[errs.Invalid](a.Check())
		if !ok || !strings.Contains(invalid[Field]+invalid["year"], c.want) {
			t.Errorf("%s: %v", name, invalid)
		}
	}
}

func BenchmarkWith(b *testing.B) {
	a := year2027(b)
	for b.Loop() {
		Builtin().With(a)
	}
}

func TestFixedHolidays(t *testing.T) {
	t.Parallel()
	var got []string
	for _, d := range FixedHolidays(2027) {
		got = append(got, d.Date.String()+d.Name)
		if New(nil).IsWorkday(d.Date) || d.Kind != Holiday {
			t.Errorf("%s is worked", d.Date)
		}
	}
	want := []string{"2027-01-01元旦", "2027-04-05清明节", "2027-05-01劳动节", "2027-05-02劳动节", "2027-10-01国庆节", "2027-10-02国庆节", "2027-10-03国庆节"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
