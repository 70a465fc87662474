package casefile

import (
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/calendar"
	"lianluo/internal/errs"
	"lianluo/internal/message"
	"lianluo/internal/null"
	"lianluo/internal/postgres"
)

// effects are what steps do beside the event, the state and the clocks.
var effects = map[Step]func(*taking) error{
	AnswerNow: (*taking).answerNow, Sort: (*taking).sorted, Report: (*taking).report,
	HandOut: (*taking).handOut, PassDown: (*taking).passDown, Raise: (*taking).raise, Reassign: (*taking).reassign,
	Refuse: (*taking).propose, Refer: (*taking).propose, Keep: (*taking).propose, Overrule: (*taking).overrule,
	Merge: (*taking).merge, TakeOut: (*taking).takeOut, Suggest: (*taking).suggest,
	SuggestionAnswered: (*taking).submit, Sign: (*taking).sign, GrantReturn: (*taking).grantReturn,
	RequestExtension: (*taking).requestExtension, GrantExtension: (*taking).grantExtension,
	Pause: (*taking).pause, CoOpinion: (*taking).coOpinion, Submit: (*taking).submit, Approve: (*taking).approve,
	Improve:      (*taking).improve,
	GiveFeedback: (*taking).giveFeedback, Rate: (*taking).rate, WindowEnds: (*taking).windowEnds, Amend: (*taking).rate,
	Rehandle: (*taking).rehandle, Uphold: (*taking).uphold, Conclude: (*taking).conclude, PromiseDue: (*taking).promiseDue,
	Withdraw: (*taking).withdraw, Archive: (*taking).archive,
	Supervise:   func(t *taking) error { t.c.Supervised = true; t.note("day", t.in.Day.String()); return nil },
	Unsupervise: func(t *taking) error { t.c.Supervised = false; return nil },
	Restrict:    func(t *taking) error { t.c.Restricted = true; return nil },
}

// note records something more in the event.
func (t *taking) note(name string, value any) {
	if t.event.Detail == nil {
		t.event.Detail = map[string]any{}
	}
	t.event.Detail[name] = value
}

// answerNow: answered by the deputies who are there; the answer is its own feedback.
func (t *taking) answerNow() error {
	t.c.AnsweredNow = true
	if err := t.insertAnswer(nil); err != nil {
		return err
	}
	told := Told{Way: "person", On: t.today, By: t.by.Name}
	if err := t.insertFeedback(told); err != nil {
		return err
	}
	for _, id := range t.c.Deputies {
		if err := t.insertFeedback(Told{DeputyID: id, Way: "person", On: t.today, By: t.by.Name}); err != nil {
			return err
		}
	}
	return t.askForRating()
}

// askForRating leads to the citizen's verdict, or closes where nobody can be asked.
func (t *taking) askForRating() error {
	if !t.c.HasContact {
		t.close(Unrated)
		return nil
	}
	t.to = AwaitingRating
	return message.Queue(t.ctx, t.tx, message.Feedback, t.c.ID, t.c.Round, undoTime(t.settings))
}

func (t *taking) sorted() error {
	t.c.Title, t.c.CategoryID = t.in.Title, t.in.CategoryID
	t.c.Level, t.c.Proposal = &t.in.Level, &t.in.Proposal
	t.event.Body = &t.in.Proposal
	return nil
}

func (t *taking) report() error {
	county := "county"
	t.c.Proposal, t.c.Level = &t.in.Proposal, &county
	t.event.Body = &t.in.Proposal
	return nil
}

// handleDue is the end of the handling: the form's date, or the county's period for the
// unit's level.
func (t *taking) handleDue(unitLevel string) calendar.Date {
	if !t.in.DueOn.IsZero() {
		return t.in.DueOn
	}
	days := t.settings.DepartmentDays
	if unitLevel == "township" {
		days = t.settings.TownshipDays
	}
	return t.calendar.AddWorkdays(t.today, days)
}

type unitOf struct {
	Name  string
	Level string
}

func (t *taking) unit(id int64) (unitOf, error) {
	return postgres.One[unitOf](t.ctx, t.tx, `select name, level from units where county_id = @county and id = @id`, pgx.NamedArgs{"id": id})
}

func (t *taking) handOut() error {
	outer := t.by.Level()
	t.c.OuterLevel = &outer
	return t.order(t.in.UnitID)
}

// order hands the case to its lead unit and to the co-handling ones, and ends the order before.
func (t *taking) order(unitID int64) error {
	unit, err := t.unit(unitID)
	if err != nil {
		return err
	}
	if err := t.endOrders(); err != nil {
		return err
	}
	due := t.handleDue(unit.Level)
	if handle := t.timers.handle(); t.in.Step == Reassign && t.in.DueOn.IsZero() && handle != nil {
		due = handle.DueOn // a hand-over alone never restarts a clock
	}
	t.due, t.fixed, t.c.UnitID = &due, !t.in.DueOn.IsZero(), &unitID
	t.event.UnitID, t.event.UnitName = &unitID, &unit.Name
	t.note("due", due.String())
	if err := t.insertOrder(unitID, "lead", due, t.fixed); err != nil {
		return err
	}
	for _, co := range t.in.Co {
		named := !co.DueOn.IsZero()
		if !named {
			days := max(1, t.calendar.WorkdaysBetween(t.today, due)/3)
			co.DueOn = t.calendar.AddWorkdays(t.today, days)
		}
		if err := t.insertOrder(co.UnitID, "co", co.DueOn, named); err != nil {
			return err
		}
	}
	return nil
}

func (t *taking) insertOrder(unitID int64, part string, due calendar.Date, fixed bool) error {
	_, err := postgres.Exec(t.ctx, t.tx, `insert into case_orders (county_id, case_id, unit_id, part, round, due_on, fixed, may_call, note,
			handed_out_by, handed_out_at)
		values (@county, @case_id, @unit_id, @part, @round, @due_on, @fixed, @may_call, @note, @by, @now)`,
		pgx.NamedArgs{"case_id": t.c.ID, "unit_id": unitID, "part": part, "round": t.c.Round, "due_on": due, "fixed": fixed,
			"may_call": t.in.MayCall && part == "lead", "note": null.Of(t.in.Text), "by": null.Of(t.by.UserID), "now": t.tx.Now()})
	if err != nil {
		return fmt.Errorf("order: %w", err)
	}
	return nil
}

// moveOrder keeps the order's date with the handling clock's.
func (t *taking) moveOrder() error {
	handle := t.timers.handle()
	if handle == nil || !t.row.Clocks.Moves {
		return nil
	}
	_, err := postgres.Exec(t.ctx, t.tx, `update case_orders set due_on = @due_on
		where county_id = @county and case_id = @case_id and part = 'lead' and ended_at is null`,
		pgx.NamedArgs{"case_id": t.c.ID, "due_on": handle.DueOn})
	return err
}

func (t *taking) endOrders() error {
	_, err := postgres.Exec(t.ctx, t.tx, `update case_orders set ended_at = @now
		where county_id = @county and case_id = @case_id and ended_at is null`, pgx.NamedArgs{"case_id": t.c.ID, "now": t.tx.Now()})
	return err
}

func (t *taking) passDown() error {
	township := "township"
	t.c.Level = &township
	return nil
}

func (t *taking) raise() error {
	county := "county"
	t.c.Level, t.c.OuterLevel, t.c.UnitID = &county, nil, nil
	return t.endOrders()
}

func (t *taking) reassign() error {
	if handle := t.timers.handle(); handle != nil && !t.in.DueOn.IsZero() && t.in.DueOn != handle.DueOn {
		t.note("due_before", handle.DueOn.String())
		handle.DueOn, handle.Fixed, handle.Provisional = t.in.DueOn, true, false
	}
	return t.order(t.in.UnitID)
}

// propose: 拟不受理, 拟转外部 or 拟留存, to be checked by another person.
func (t *taking) propose() error {
	t.c.ReturnsTo, t.c.RefusalReasonID = t.event.FromState, &t.in.RefusalID
	return nil
}

func (t *taking) overrule() error {
	t.c.ReturnsTo, t.c.RefusalReasonID = nil, nil
	return nil
}

func (t *taking) merge() error {
	t.c.ReturnsTo = t.event.FromState
	t.note("lead", t.in.LeadNumber)
	return nil
}

func (t *taking) takeOut() error {
	t.c.ReturnsTo, t.c.LeadCaseID = nil, nil
	return nil
}

// suggest: three months by law, six for what is broad or difficult (代表法 §51).
func (t *taking) suggest() error {
	months := 3
	if t.in.Broad {
		months = 6
	}
	due := monthsAfter(t.today, months)
	t.due, t.fixed = &due, true
	t.note("reference", t.in.Reference)
	t.note("deputy_id", t.in.DeputyID)
	return nil
}

// monthsAfter is the same day of a later month, or that month's last where it has none (民法典 §202).
func monthsAfter(d calendar.Date, months int) calendar.Date {
	after := calendar.NewDate(d.Year(), d.Month()+time.Month(months), d.Day())
	if after.Day() != d.Day() {
		after = calendar.NewDate(after.Year(), after.Month(), 0)
	}
	return after
}

func (t *taking) sign() error {
	_, err := postgres.Exec(t.ctx, t.tx, `update case_orders set signed_by = @by, signed_at = @now
		where county_id = @county and case_id = @case_id and part = 'lead' and ended_at is null`,
		pgx.NamedArgs{"case_id": t.c.ID, "by": t.by.UserID, "now": t.tx.Now()})
	return err
}

// grantReturn leads back to whoever handed it out.
func (t *taking) grantReturn() error {
	if *t.c.OuterLevel == "county" {
		t.to = Reported
	}
	t.c.OuterLevel, t.c.UnitID = nil, nil
	return t.endOrders()
}

func (t *taking) requestExtension() error {
	t.note("days", t.in.Days)
	return nil
}

func (t *taking) grantExtension() error {
	request, _ := last(t.events, RequestExtension)
	days, _ := request.Detail["days"].(float64)
	t.extra = int(days)
	t.note("days", t.extra)
	if !t.c.HasContact {
		return nil
	}
	return message.Queue(t.ctx, t.tx, message.Extended, t.c.ID, t.c.Round, undoTime(t.settings))
}

func (t *taking) pause() error {
	t.due, t.fixed = &t.in.Day, true
	t.note("day", t.in.Day.String())
	return nil
}

func (t *taking) coOpinion() error {
	touched, err := postgres.Exec(t.ctx, t.tx, `update case_orders set opinion_at = @now where county_id = @county
		and case_id = @case_id and unit_id = @unit_id and part = 'co' and ended_at is null and opinion_at is null`,
		pgx.NamedArgs{"case_id": t.c.ID, "unit_id": t.by.UnitID, "now": t.tx.Now()})
	if err == nil && touched == 0 {
		return errs.Refuse(errs.Conflict, "贵单位的协办意见已经提交过。")
	}
	return err
}

func (t *taking) withdraw() error {
	t.close(Withdrawn)
	return nil
}

func (t *taking) archive() error {
	return nil // outcome and the day of closing stay
}
