package casefile

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/calendar"
	"lianluo/internal/county"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// timer is a clock's dated record.
type timer struct {
	ID          int64
	Kind        Clock
	Round       int16
	StartedOn   calendar.Date
	FirstDue    calendar.Date
	DueOn       calendar.Date
	Provisional bool
	Fixed       bool // a day that somebody named, or months by law: no calendar moves it
	StoppedOn   *calendar.Date
	EndedOn     *calendar.Date
}

// timers are the clocks of one case that have not ended.
type timers struct {
	all      []timer
	today    calendar.Date
	calendar *calendar.Calendar
}

func openTimers(ctx context.Context, tx *tenant.Tx, caseID int64, cal *calendar.Calendar) (*timers, error) {
	all, err := postgres.All[timer](ctx, tx, `select id, kind, round, started_on, first_due, due_on, provisional, fixed, stopped_on, ended_on
		from case_clocks where county_id = @county and case_id = @case_id and ended_on is null`,
		pgx.NamedArgs{"case_id": caseID})
	if err != nil {
		return nil, fmt.Errorf("clocks: %w", err)
	}
	return &timers{all: all, today: calendar.DateOf(tx.Now()), calendar: cal}, nil
}

// move does to the clocks what a step says. due gives the end of a clock that starts, and
// whether it is fixed; extra the working days by which an extension moves the handling clock.
func (t *timers) move(c Clocks, round int16, due func(Clock) (calendar.Date, bool), extra int) {
	for i := range t.all {
		timer := &t.all[i]
		handling := timer.Kind == ClockHandle || timer.Kind == ClockSuggest
		switch {
		case c.Merged && c.Again:
			timer.StoppedOn = nil
		case c.Merged, handling && c.Still && timer.StoppedOn == nil:
			timer.StoppedOn = &t.today
		case handling && c.Moves:
			t.resume(timer, extra)
		case handling && c.Again:
			timer.StoppedOn = nil
		case c.Ends && (!handling || !c.Still), c.End != "" && timer.Kind == c.End:
			timer.EndedOn = &t.today
		}
	}
	for _, kind := range c.Starts {
		end, fixed := due(kind)
		t.all = append(t.all, timer{Kind: kind, Round: round, StartedOn: t.today, FirstDue: end, DueOn: end, Fixed: fixed,
			Provisional: !fixed && t.calendar.DueProvisional(t.today, end)})
	}
}

// resume lets a clock run again: its end moves by the working days that it stood, and
// by the extension.
func (t *timers) resume(timer *timer, extra int) {
	stood := 0
	if timer.StoppedOn != nil {
		stood = t.calendar.WorkdaysBetween(*timer.StoppedOn, t.today)
	}
	if stood+extra > 0 {
		timer.DueOn = t.calendar.AddWorkdays(timer.DueOn, stood+extra)
		timer.Provisional = !timer.Fixed && t.calendar.DueProvisional(t.today, timer.DueOn)
	}
	timer.StoppedOn = nil
}

// end ends every clock.
func (t *timers) end() { t.move(endAll, 0, nil, 0) }

// handle returns the handling clock that runs or stands still, or nil.
func (t *timers) handle() *timer {
	for i := range t.all {
		if t.all[i].Kind == ClockHandle && t.all[i].EndedOn == nil {
			return &t.all[i]
		}
	}
	return nil
}

// face writes the clock that runs out first into the case's row, for the queues.
func (t *timers) face(c *Case) {
	running := slices.DeleteFunc(slices.Clone(t.all), func(t timer) bool {
		return t.EndedOn != nil || t.StoppedOn != nil || t.Kind == ClockCo
	})
	c.Clock, c.DueOn, c.DueProvisional = nil, nil, false
	if len(running) == 0 {
		return
	}
	next := slices.MinFunc(running, func(a, b timer) int { return a.DueOn.Compare(b.DueOn) })
	c.Clock, c.DueOn, c.DueProvisional = &next.Kind, &next.DueOn, next.Provisional
}

func (t *timers) save(ctx context.Context, tx *tenant.Tx, caseID int64) error {
	for _, timer := range t.all {
		sql := `update case_clocks set due_on = @due_on, provisional = @provisional, fixed = @fixed, stopped_on = @stopped_on, ended_on = @ended_on
			where county_id = @county and id = @id`
		args := pgx.NamedArgs{"id": timer.ID, "due_on": timer.DueOn, "provisional": timer.Provisional, "fixed": timer.Fixed,
			"stopped_on": timer.StoppedOn, "ended_on": timer.EndedOn}
		if timer.ID == 0 {
			sql = `insert into case_clocks (county_id, case_id, kind, round, started_on, first_due, due_on, provisional, fixed, stopped_on, ended_on)
				values (@county, @case_id, @kind, @round, @started_on, @first_due, @due_on, @provisional, @fixed, @stopped_on, @ended_on)`
			args = pgx.NamedArgs{"case_id": caseID, "kind": timer.Kind, "round": timer.Round, "started_on": timer.StartedOn,
				"first_due": timer.FirstDue, "due_on": timer.DueOn, "provisional": timer.Provisional, "fixed": timer.Fixed,
				"stopped_on": timer.StoppedOn, "ended_on": timer.EndedOn}
		}
		if _, err := postgres.Exec(ctx, tx, sql, args); err != nil {
			return fmt.Errorf("clock %s: %w", timer.Kind, err)
		}
	}
	return nil
}

// period is the length of a clock in working days, as the county sets it.
func period(kind Clock, s county.Settings) int {
	switch kind {
	case ClockSort:
		return s.SortDays
	case ClockHandOut:
		return s.HandOutDays
	case ClockCounty:
		return s.CountyDays
	case ClockCheck:
		return s.CheckDays
	case ClockSign:
		return s.SignDays
	case ClockApproval:
		return s.ApprovalDays
	case ClockFeedback:
		return s.FeedbackDays
	case ClockRating:
		return s.RatingDays
	case ClockReview:
		return s.ReviewDays
	case ClockStudy:
		return s.StudyDays
	}
	return s.RehandleDays
}
