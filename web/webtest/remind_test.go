package webtest_test

import (
	"context"
	"strings"
	"testing"

	"lianluo/internal/calendar"
	"lianluo/internal/casefile"
	"lianluo/internal/tenant"
	"lianluo/web/webtest"
)

// TestTodaysReminders: on the day a reminder is due it stands on the first page of the one
// who has the case, with how late it is, and the case's page counts it.
func TestTodaysReminders(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	number, handling := s.OneCase(), s.DriveNew(casefile.Handling)
	remind := func() {
		t.Helper()
		err := s.Update(func(ctx context.Context, tx *tenant.Tx) error { return casefile.Remind(ctx, tx, calendar.Builtin()) })
		if err != nil {
			t.Fatal(err)
		}
	}
	remind()
	s.As(s.Clerk).Get("/").MustNotSay("今日提醒")
	s.Set("2026-09-15 08:00")
	remind()
	p := s.As(s.Clerk).Get("/").MustSay("今日提醒", "梳理期限")
	if words := p.Text("[aria-labelledby=h-reminders]"); !strings.Contains(words, number) || !strings.Contains(words, "9月16日 还剩 1 天") {
		t.Errorf("%q", words)
	}
	s.As(s.Water).Get("/").MustNotSay("今日提醒")
	s.As(s.Head).Get("/").MustNotSay("今日提醒")
	s.Set("2026-09-20 08:00")
	remind()
	remind()
	p = s.As(s.Clerk).Get("/")
	if words := p.Text("[aria-labelledby=h-reminders]"); !strings.Contains(words, "逾期 4 天") || p.Find("[aria-labelledby=h-reminders] li").Length() != 1 {
		t.Errorf("%q", words)
	}
	s.As(s.Clerk).Get("/cases/" + number).MustSay("已提醒 3 次，最近是9月20日")
	s.As(s.Water).Get("/cases/" + handling).MustNotSay("已提醒")
}
