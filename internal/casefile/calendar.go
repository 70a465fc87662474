package casefile

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/audit"
	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// CalendarChange is what a county's announcement of a year changes.
type CalendarChange struct {
	Announcement calendar.Announcement
	Before       string          // the digest of the year as it was
	Same         bool            // nothing is another than it was
	Days         []calendar.Date // that are another kind of day
	Open         int             // cases
	Moved        []Move          // by case
	Cases        int             // that move
}

// Move is a date that a new calendar moves.
type Move struct {
	Number string        `json:"-"`
	Clock  Clock         `json:"clock"`
	Unit   string        `json:"unit,omitempty"` // of a co-handling order
	From   calendar.Date `json:"from"`
	To     calendar.Date `json:"to"`
}

// PreviewCalendar tells what ChangeCalendar would do now; call the function once the view
// has returned. The error is a's own, an errs.Invalid.
func PreviewCalendar(v *tenant.View, a calendar.Announcement) func() (CalendarChange, error) {
	old, cases := calendar.Of(v), tenant.All[openCase](v, selectOpenCases)
	clocks, orders := tenant.All[openClock](v, selectOpenClocks+byCase), tenant.All[openOrder](v, selectOpenOrders)
	return func() (CalendarChange, error) {
		if err := a.Check(); err != nil {
			return CalendarChange{}, err
		}
		now := old()
		r := recount{today: calendar.DateOf(v.Now()), old: now, new: now.With(a)}
		r.count(*cases, *clocks, *orders)
		return r.change(a), nil
	}
}

// ChangeCalendar puts an announcement in place of what the county's calendar said of the
// year, and moves what is open. before is the digest that the preview gave, "" for none.
//
// Every clock that has not ended keeps its working days: as many as lay between its start
// and its end in the old calendar lie there in the new one. That holds for one that stands
// still too, for when it runs on it is moved by the days that it stood. A date that somebody
// named, or that the law counts in months, stays. An end moves back to today at most, so
// that nobody is late by an upload. What is closed, and the ends that clocks once had, stay.
//
// It is one transaction, because half a county on one calendar would be worse than a few
// seconds of waiting: a county has some hundred open cases (BenchmarkChangeCalendar has 5,000).
// It holds the counters of numbers, so that no case is registered or opened again meanwhile,
// and every open case; who takes a step or registers reads the calendar once it holds its own.
//
// It returns errs.Forbidden without the right, errs.Invalid for no whole announcement, and
// errs.Conflict where somebody changed the year after the preview.
func ChangeCalendar(ctx context.Context, tx *tenant.Tx, by auth.Actor, a calendar.Announcement, before string) (CalendarChange, error) {
	if !by.May(auth.ChangeSettings) {
		return CalendarChange{}, errs.Refuse(errs.Forbidden, "只有县管理员可以改工作日历。")
	}
	if err := a.Check(); err != nil {
		return CalendarChange{}, err
	}
	if err := holdNumbers(ctx, tx); err != nil {
		return CalendarChange{}, err
	}
	old, err := calendar.OfTx(ctx, tx)
	if err != nil {
		return CalendarChange{}, err
	}
	r := recount{today: calendar.DateOf(tx.Now()), old: old, new: old.With(a)}
	if done := r.change(a); done.Same { // also pressed twice
		return done, nil
	}
	if before != "" && before != old.Digest(a.Year) {
		return CalendarChange{}, errs.Refuse(errs.Conflict, strconv.Itoa(a.Year)+" 年的日历刚刚被别人改过，这一次没有改动。请重新上传，看清楚再确认。")
	}
	if err := r.load(ctx, tx); err != nil {
		return CalendarChange{}, err
	}
	if err := calendar.Store(ctx, tx, by.UserID, by.Name, a); err != nil {
		return CalendarChange{}, err
	}
	if err := r.save(ctx, tx, "按 "+strconv.Itoa(a.Year)+" 年的放假安排重新计算工作日。"); err != nil {
		return CalendarChange{}, err
	}
	done := r.change(a)
	return done, audit.Record(ctx, tx, by.Audit(), "calendar.upload", fmt.Sprintf("calendar %d", a.Year),
		map[string]any{"days": len(a.Days), "changed": len(done.Days), "open": done.Open, "moved": done.Cases})
}

// SettleCalendar moves what was counted before a year was announced that the county's
// calendar, days, knows by now: a release of the program brought it. For jobs; most often
// there is nothing to do, and one statement finds that out.
func SettleCalendar(ctx context.Context, tx *tenant.Tx, days *calendar.Calendar) error {
	clocks, err := postgres.All[openClock](ctx, tx, selectOpenClocks+" and k.provisional and not k.fixed")
	if err != nil {
		return fmt.Errorf("clocks to settle: %w", err)
	}
	i := slices.IndexFunc(clocks, func(c openClock) bool { return stale(&c.timer, days) })
	if i < 0 {
		return nil
	}
	if err := holdNumbers(ctx, tx); err != nil {
		return err
	}
	r := recount{today: calendar.DateOf(tx.Now())}
	if r.old, err = calendar.OfTx(ctx, tx); err != nil { // somebody may have changed it before we held
		return err
	}
	r.new = r.old
	if err := r.load(ctx, tx); err != nil {
		return err
	}
	if err := r.save(ctx, tx, "放假安排已经公布，按它重新计算工作日。"); err != nil {
		return err
	}
	year := clocks[i].DueOn.Year()
	done := r.change(calendar.Announcement{Year: year})
	return audit.Record(ctx, tx, auth.SystemOf(tx.County()).Audit(), "case.calendar", fmt.Sprintf("calendar %d", year),
		map[string]any{"open": done.Open, "moved": done.Cases})
}

// holdNumbers makes registrations wait, of this year and, for the last second of it, of the next.
func holdNumbers(ctx context.Context, tx *tenant.Tx) error {
	year := calendar.DateOf(tx.Now()).Year()
	for _, year := range []int{year, year + 1} {
		_, err := postgres.Exec(ctx, tx, `insert into case_numbers (county_id, year, last) values (@county, @year, 0) on conflict do nothing`,
			pgx.NamedArgs{"year": year})
		if err != nil {
			return err
		}
	}
	return heldNumbers(ctx, tx, "update")
}

func heldNumbers(ctx context.Context, tx *tenant.Tx, mode string) error {
	_, err := postgres.All[struct{ Year int }](ctx, tx, `select year from case_numbers where county_id = @county order by year for `+mode)
	return err
}
