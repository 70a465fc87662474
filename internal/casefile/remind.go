package casefile

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/calendar"
	"lianluo/internal/message"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// Reminders (workflow.md): one working day before each clock's end, on the first day late,
// then every third day; each once, by a unique key over the clock, its end, the kind and
// the number. A clock that stands still is not reminded of, and one whose end was moved is
// reminded of anew. A citizen who has not rated is never late: see RemindOfRating.
const (
	RemindBefore = "before"
	RemindLate   = "late"

	remindEvery = 3 // days, once it is late
)

// earned is a reminder that a clock has earned.
type earned struct {
	Kind string
	Nth  int
	Day  calendar.Date // on which it was due
}

// earnedBy lists what a clock that ends on due has earned by today and has not been
// reminded of: whether the one before its end was made, and how many since it is late.
func earnedBy(days *calendar.Calendar, due, today calendar.Date, before bool, late int) []earned {
	var all []earned
	if eve := days.AddWorkdays(due, -1); !before && !today.Before(eve) && !today.After(due) {
		all = append(all, earned{RemindBefore, 0, eve})
	}
	for nth := late; ; nth++ {
		day := due.AddDays(1 + nth*remindEvery)
		if day.After(today) {
			return all
		}
		all = append(all, earned{RemindLate, nth, day})
	}
}

// mostClocks is how many clocks one call reminds of; the next goes on.
const mostClocks = 1000

// Remind records the reminders that are due by now, by a calendar of working days. What was
// missed while no server ran is made up for.
func Remind(ctx context.Context, tx *tenant.Tx, days *calendar.Calendar) error {
	type clock struct {
		ID     int64
		CaseID int64
		DueOn  calendar.Date
		Before bool
		Late   int
	}
	today := calendar.DateOf(tx.Now())
	clocks, err := postgres.All[clock](ctx, tx, `select * from (
			select k.id, k.case_id, k.due_on,
				exists (select from case_reminders r where r.county_id = @county and r.clock_id = k.id and r.due_on = k.due_on and r.kind = 'before') as before,
				(select count(*) from case_reminders r where r.county_id = @county and r.clock_id = k.id and r.due_on = k.due_on and r.kind = 'late') as late
			from case_clocks k
			where k.county_id = @county and k.ended_on is null and k.stopped_on is null and k.due_on <= @eve and k.kind <> 'rating') c
		where due_on >= @today::date and not before or late < (@today::date - due_on + 2) / 3
		order by due_on, id limit @most`,
		pgx.NamedArgs{"today": today, "eve": days.AddWorkdays(today, 1), "most": mostClocks})
	if err != nil {
		return fmt.Errorf("clocks to remind of: %w", err)
	}
	var statements []tenant.Statement
	for _, k := range clocks {
		for _, e := range earnedBy(days, k.DueOn, today, k.Before, k.Late) {
			statements = append(statements, tenant.Statement{SQL: `insert into case_reminders (county_id, case_id, clock_id, due_on, kind, nth, day, created_at)
				values (@county, @case_id, @clock_id, @due_on, @kind, @nth, @day, @now) on conflict do nothing`,
				Args: pgx.NamedArgs{"case_id": k.CaseID, "clock_id": k.ID, "due_on": k.DueOn, "kind": e.Kind, "nth": e.Nth, "day": e.Day, "now": tx.Now()}})
		}
	}
	if len(statements) == 0 {
		return nil
	}
	return tx.Batch(ctx, statements)
}

// When a citizen is reminded of the rating: so many working days before the window's end,
// not on the day on which the link came, and at an hour when a message wakes nobody.
const (
	ratingReminderDays = 5
	remindFrom         = 9 // o'clock
	remindUntil        = 20
)

// RemindOfRating queues the one reminder of a round to each citizen who was sent the link
// by message, has not used it, and whose window ends soon.
func RemindOfRating(ctx context.Context, tx *tenant.Tx, days *calendar.Calendar) error {
	if hour := tx.Now().In(calendar.Shanghai).Hour(); hour < remindFrom || hour >= remindUntil {
		return nil
	}
	type asked struct {
		ID    int64
		Round int16
	}
	today := calendar.DateOf(tx.Now())
	all, err := postgres.All[asked](ctx, tx, `select c.id, c.round from cases c
		join case_clocks k on k.county_id = @county and k.case_id = c.id and k.kind = 'rating' and k.ended_on is null and k.stopped_on is null
		where c.county_id = @county and c.outcome is null and c.state = 'awaiting_rating' and k.due_on >= @today and k.due_on <= @soon
		and exists (select from messages m where m.county_id = @county and m.case_id = c.id and m.round = c.round
			and m.kind = 'feedback' and m.state = 'sent' and m.sent_at < @midnight)
		and exists (select from rating_links l where l.county_id = @county and l.case_id = c.id and l.round = c.round
			and l.revoked_at is null and l.used_at is null and l.channel = 'link')
		and not exists (select from messages m where m.county_id = @county and m.case_id = c.id and m.round = c.round and m.kind = 'rating_reminder')
		order by c.id limit @most`,
		pgx.NamedArgs{"today": today, "soon": days.AddWorkdays(today, ratingReminderDays), "midnight": today.Start(), "most": mostClocks})
	if err != nil {
		return fmt.Errorf("ratings to remind of: %w", err)
	}
	for _, c := range all {
		if err := message.Queue(ctx, tx, message.RatingReminder, c.ID, c.Round, 0); err != nil {
			return err
		}
	}
	return nil
}

// Reminded is how often a case's running clock was reminded of, and when last.
type Reminded struct {
	Times int        `json:"times"`
	Last  *time.Time `json:"last"`
}
