package register_test

import (
	"testing"
	"time"

	"lianluo/internal/calendar"
	"lianluo/internal/register"
)

// TestDaysOnPaper: a day has its year where the period has several, and where it is outside the one.
func TestDaysOnPaper(t *testing.T) {
	t.Parallel()
	first, last, next := calendar.NewDate(2026, 1, 1), calendar.NewDate(2026, 12, 31), calendar.NewDate(2027, 1, 5)
	year, two := register.Period{From: first, To: last}, register.Period{From: first, To: next}
	at := time.Date(2026, 11, 1, 9, 24, 0, 0, calendar.Shanghai)
	for want, got := range map[string]string{"2026年1月1日至12月31日": year.Words(), "2026年1月1日至2027年1月5日": two.Words(),
		"2026年1月1日": register.Period{From: first, To: first}.Words(), "12月31日": year.Say(last), "2027年1月5日": year.Say(next), "2026年12月31日": two.Say(last),
		"11月1日 09:24": year.Say(at), "2026年11月1日 09:24": two.Say(at), "王桥镇": year.Say("王桥镇"), "3": year.Say(int32(3)), "": year.Say(nil)} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
