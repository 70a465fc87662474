package casetest

import (
	"context"
	"time"

	"lianluo/internal/calendar"
	"lianluo/internal/casefile"
	"lianluo/internal/tenant"
)

// Announcement is a plausible announcement of a year: the built-in one where it is known,
// else the statutory holidays, with 春节 from 5 to 11 February and two make-up days.
func Announcement(year int) calendar.Announcement {
	if days := calendar.Builtin().Days(year); len(days) > 0 {
		return calendar.Announcement{Year: year, Days: days}
	}
	a := calendar.Announcement{Year: year}
	off := func(month time.Month, from, to int, name string) {
		for day := from; day <= to; day++ {
			a.Days = append(a.Days, calendar.Day{Date: calendar.NewDate(year, month, day), Kind: calendar.Holiday, Name: name})
		}
	}
	off(1, 1, 1, "元旦")
	off(2, 5, 11, "春节")
	off(4, 5, 5, "清明节")
	off(5, 1, 5, "劳动节")
	off(6, 9, 9, "端午节")
	off(9, 15, 15, "中秋节")
	off(10, 1, 7, "国庆节")
	for _, day := range []calendar.Date{calendar.NewDate(year, 1, 25), calendar.NewDate(year, 2, 14)} {
		for day.Weekday() != time.Sunday {
			day = day.AddDays(1)
		}
		a.Days = append(a.Days, calendar.Day{Date: day, Kind: calendar.Workday, Name: "春节"})
	}
	return a
}

// Announce lets the administrator upload an announcement.
func (w *World) Announce(a calendar.Announcement) (change casefile.CalendarChange) {
	w.t.Helper()
	w.check(w.Update(func(ctx context.Context, tx *tenant.Tx) (err error) {
		change, err = casefile.ChangeCalendar(ctx, tx, w.Admin, a, "")
		return err
	}))
	return change
}
