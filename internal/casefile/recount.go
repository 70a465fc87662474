package casefile

import (
	"context"
	"fmt"
	"slices"

	"lianluo/internal/calendar"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// The open cases with what a calendar may move.
type openCase struct {
	ID             int64
	Number         string
	State          State
	Round          int16
	Version        int32
	Clock          *Clock
	DueOn          *calendar.Date
	DueProvisional bool
}

type openClock struct {
	CaseID int64
	timer
}

type openOrder struct {
	ID        int64
	CaseID    int64
	Unit      string
	DueOn     calendar.Date
	HandedOut calendar.Date
}

const (
	selectOpenCases = `select id, number, state, round, version, clock, due_on, due_provisional from cases
		where county_id = @county and outcome is null order by id`
	selectOpenClocks = `select k.case_id, k.id, k.kind, k.round, k.started_on, k.first_due, k.due_on, k.provisional, k.fixed, k.stopped_on, k.ended_on
		from case_clocks k join cases c on c.county_id = @county and c.id = k.case_id
		where k.county_id = @county and k.ended_on is null and c.outcome is null`
	byCase = ` order by k.case_id, k.id`
)

// selectOpenOrders are those of co-handling units that have given no opinion: the lead's date goes with the clock.
var selectOpenOrders = `select o.id, o.case_id, u.name as unit, o.due_on, ` + calendar.DayOf(`o.handed_out_at`) + ` as handed_out
	from case_orders o join cases c on c.county_id = @county and c.id = o.case_id
	join units u on u.county_id = @county and u.id = o.unit_id
	where o.county_id = @county and o.part = 'co' and o.ended_at is null and o.opinion_at is null and not o.fixed and c.outcome is null
	order by o.case_id, o.id`

// recount counts every open date anew.
type recount struct {
	today    calendar.Date
	old, new *calendar.Calendar
	before   map[int]*calendar.Calendar // old as it was before a year was announced
	cases    []recounted
}

// recounted is a case with what became of its dates.
type recounted struct {
	openCase
	timers  timers
	changed []int // of the timers
	orders  []openOrder
	moves   []Move
	shown   bool // its row shows something else now
}

func (r *recount) load(ctx context.Context, tx *tenant.Tx) error {
	cases, err := postgres.All[openCase](ctx, tx, selectOpenCases+" for update")
	if err != nil {
		return fmt.Errorf("open cases: %w", err)
	}
	clocks, err := postgres.All[openClock](ctx, tx, selectOpenClocks+byCase)
	if err != nil {
		return fmt.Errorf("open clocks: %w", err)
	}
	orders, err := postgres.All[openOrder](ctx, tx, selectOpenOrders)
	if err != nil {
		return fmt.Errorf("open orders: %w", err)
	}
	r.count(cases, clocks, orders)
	return nil
}

// count gives each date its new place; the rows come by case.
func (r *recount) count(cases []openCase, clocks []openClock, orders []openOrder) {
	for _, c := range cases {
		done := recounted{openCase: c}
		for len(clocks) > 0 && clocks[0].CaseID <= c.ID {
			done.timers.all, clocks = append(done.timers.all, clocks[0].timer), clocks[1:]
		}
		for len(orders) > 0 && orders[0].CaseID <= c.ID {
			done.orders, orders = append(done.orders, orders[0]), orders[1:]
		}
		r.one(&done)
		r.cases = append(r.cases, done)
	}
}

func (r *recount) one(c *recounted) {
	for i := range c.timers.all {
		t := &c.timers.all[i]
		if t.Fixed {
			continue
		}
		due := r.end(r.basis(t), t.StartedOn, t.DueOn)
		provisional := r.new.DueProvisional(t.StartedOn, due)
		if due != t.DueOn {
			c.moves = append(c.moves, Move{c.Number, t.Kind, "", t.DueOn, due})
		}
		if due != t.DueOn || provisional != t.Provisional {
			c.changed = append(c.changed, i)
		}
		t.DueOn, t.Provisional = due, provisional
	}
	c.orders = slices.DeleteFunc(c.orders, func(o openOrder) bool { return r.end(r.old, o.HandedOut, o.DueOn) == o.DueOn })
	for i := range c.orders {
		o := &c.orders[i]
		due := r.end(r.old, o.HandedOut, o.DueOn)
		c.moves = append(c.moves, Move{c.Number, ClockCo, o.Unit, o.DueOn, due})
		o.DueOn = due
	}
	now := Case{}
	c.timers.face(&now)
	c.shown = !same(now.Clock, c.Clock) || !same(now.DueOn, c.DueOn) || now.DueProvisional != c.DueProvisional
	c.Clock, c.DueOn, c.DueProvisional = now.Clock, now.DueOn, now.DueProvisional
}

func same[T comparable](a, b *T) bool { return a == b || a != nil && b != nil && *a == *b }

// basis is the calendar that a clock was counted by. One that is 暂定, although the old
// calendar knows its years, comes from before a release of the program that brought them.
func (r *recount) basis(t *timer) *calendar.Calendar {
	if !stale(t, r.old) {
		return r.old
	}
	year := t.DueOn.Year()
	if r.before[year] == nil {
		if r.before == nil {
			r.before = map[int]*calendar.Calendar{}
		}
		r.before[year] = r.old.Without(year)
	}
	return r.before[year]
}

func stale(t *timer, by *calendar.Calendar) bool {
	return t.Provisional && !t.Fixed && !by.DueProvisional(t.StartedOn, t.DueOn)
}

// end is the end of a period that began on start and ended on due, as old counted it.
func (r *recount) end(old *calendar.Calendar, start, due calendar.Date) calendar.Date {
	days := old.WorkdaysBetween(start, due)
	if days <= 0 || old.AddWorkdays(start, days) != due { // no working days were counted to there
		return due
	}
	end := r.new.AddWorkdays(start, days)
	if end.Before(due) && end.Before(r.today) {
		return earlier(due, r.today)
	}
	return end
}

func earlier(a, b calendar.Date) calendar.Date {
	if a.Before(b) {
		return a
	}
	return b
}

func (r *recount) change(a calendar.Announcement) CalendarChange {
	done := CalendarChange{Announcement: a, Before: r.old.Digest(a.Year), Same: r.old.Digest(a.Year) == r.new.Digest(a.Year),
		Days: r.old.Differences(r.new, a.Year), Open: len(r.cases)}
	for _, c := range r.cases {
		if done.Moved = append(done.Moved, c.moves...); len(c.moves) > 0 {
			done.Cases++
		}
	}
	return done
}
