package casefile

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/message"
	"lianluo/internal/null"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// The effects from the result onwards: answer, approval, feedback, verdict, new round.

// submit keeps the answer, and the promise where the class is one.
func (t *taking) submit() error {
	t.c.Promise, t.c.PromiseOn = null.Of(t.in.Promise), null.Of(t.in.PromiseOn)
	t.note("class", t.in.Class)
	return t.insertAnswer(&t.in.Class)
}

func (t *taking) insertAnswer(class *string) error {
	_, err := postgres.Exec(t.ctx, t.tx, `insert into case_answers (county_id, case_id, round, unit_id, class, body, promise, promise_on,
			author_id, author_name, submitted_at)
		values (@county, @case_id, @round, @unit_id, @class, @body, @promise, @promise_on, @author, @author_name, @now)`,
		pgx.NamedArgs{"case_id": t.c.ID, "round": t.c.Round, "unit_id": t.c.UnitID, "class": class, "body": t.in.Text,
			"promise": null.Of(t.in.Promise), "promise_on": null.Of(t.in.PromiseOn), "author": t.by.UserID,
			"author_name": t.by.Signature(), "now": t.tx.Now()})
	if err != nil {
		return fmt.Errorf("answer: %w", err)
	}
	return nil
}

// improve leads back to where the answer came from: the unit, or the formal suggestion.
func (t *taking) improve() error {
	if t.c.UnitID == nil {
		t.to = Suggested
	}
	return nil
}

// approve lets the merged cases follow: one handling, an answer to each.
func (t *taking) approve() error {
	if err := t.endOrders(); err != nil {
		return err
	}
	merged, err := pgxIDs(t, `select id from cases where county_id = @county and lead_case_id = @lead and state = 'merged' order by id`,
		pgx.NamedArgs{"lead": t.c.ID})
	if err != nil || len(merged) == 0 {
		return err
	}
	for _, id := range merged {
		if err := t.tx.Enqueue(t.ctx, Follow{t.tx.County(), id}, nil); err != nil {
			return err
		}
	}
	return nil
}

// Follow is the job that lets a merged case follow its lead.
type Follow struct {
	County tenant.County `json:"county"`
	Case   int64         `json:"case"`
}

// Kind names the job in the queue.
func (Follow) Kind() string { return "case.follow_lead" }

// Do takes the step; a case that was taken out meanwhile is left alone.
func (f Follow) Do(ctx context.Context, tx *tenant.Tx) error {
	number, err := NumberOf(ctx, tx, f.Case)
	if err != nil {
		return err
	}
	_, err = Take(ctx, tx, auth.SystemOf(f.County), number, Input{Step: FollowLead})
	return err
}

// giveFeedback records who was told what, and leads to the verdict. What was refused,
// referred or kept is closed with that outcome.
func (t *taking) giveFeedback() error {
	citizen := t.in.Citizen
	if !t.c.HasContact {
		citizen = Told{Way: "notice", On: t.today}
	}
	if err := t.insertFeedback(citizen); err != nil {
		return err
	}
	for _, id := range t.c.Deputies {
		told, _ := t.in.toldDeputy(id)
		if err := t.insertFeedback(told); err != nil {
			return err
		}
	}
	if verdict, found := last(t.events, Confirm, Approve, FollowLead); found && verdict.Step == Confirm {
		t.close(t.refusal())
		return nil
	}
	return t.askForRating()
}

// refusal is the outcome of what was proposed last: 不予受理, 转外部 or 留存参考.
func (t *taking) refusal() Outcome {
	proposal, _ := last(t.events, Refuse, Refer, Keep)
	return map[Step]Outcome{Refuse: Refused, Refer: Referred, Keep: Kept}[proposal.Step]
}

// Heard is of a feedback f that it was given, and that no later record says that it was not:
// a correction of who was there when something was answered on the spot.
const Heard = `(f.reached and not exists (select from case_feedbacks nf where nf.county_id = @county and nf.case_id = f.case_id
	and nf.deputy_id = f.deputy_id and nf.id > f.id and not nf.reached))`

func (t *taking) insertFeedback(told Told) error {
	recipient := "citizen"
	body := null.Of(t.in.Text)
	if told.DeputyID != 0 {
		recipient, body = "deputy", nil
	}
	by := told.By
	if by == "" {
		by = t.by.Name
	}
	_, err := postgres.Exec(t.ctx, t.tx, `insert into case_feedbacks (county_id, case_id, round, recipient, deputy_id, way, reached, body,
			told_on, told_by, user_id, created_at)
		values (@county, @case_id, @round, @recipient, @deputy_id, @way, true, @body, @told_on, @told_by, @user_id, @now)`,
		pgx.NamedArgs{"case_id": t.c.ID, "round": t.c.Round, "recipient": recipient, "deputy_id": null.Of(told.DeputyID),
			"way": told.Way, "body": body, "told_on": told.On, "told_by": by, "user_id": null.Of(t.by.UserID), "now": t.tx.Now()})
	if err != nil {
		return fmt.Errorf("feedback: %w", err)
	}
	return nil
}

// rate: the citizen's verdict. Either answer 1 or 2 is dissatisfied, and a person decides.
func (t *taking) rate() error {
	t.note("result", t.in.Result)
	t.note("attitude", t.in.Attitude)
	t.note("channel", t.in.Channel)
	if t.in.Result <= 2 || t.in.Attitude <= 2 {
		t.to = Review
		return nil
	}
	t.close(Satisfied)
	return nil
}

func (t *taking) windowEnds() error {
	t.close(Unrated)
	return nil
}

// rehandle opens a new round with the unit that had it.
func (t *taking) rehandle() error {
	if err := t.newRound(); err != nil {
		return err
	}
	if !t.c.HasContact {
		return nil
	}
	return message.Queue(t.ctx, t.tx, message.Rehandling, t.c.ID, t.c.Round, undoTime(t.settings))
}

func (t *taking) newRound() error {
	t.c.Round++
	t.event.Round = t.c.Round
	if t.to == Closed {
		t.to = Handling
	}
	due := t.calendar.AddWorkdays(t.today, t.settings.RehandleDays)
	t.due = &due
	t.note("due", due.String())
	if err := t.unitToday(); err != nil {
		return err
	}
	if t.c.UnitID == nil {
		t.to = Sorted // answered on the spot, refused, or a suggestion: no unit has it, so it is handed out first
		return nil
	}
	may, err := postgres.All[struct{ MayCall bool }](t.ctx, t.tx, `select may_call from case_orders where county_id = @county
		and case_id = @case_id and part = 'lead' order by id desc limit 1`, pgx.NamedArgs{"case_id": t.c.ID})
	if err != nil {
		return err
	}
	t.in.MayCall = len(may) > 0 && may[0].MayCall // as the order before said
	return t.insertOrder(*t.c.UnitID, "lead", due, false)
}

// uphold closes as it was: with the citizen's verdict, or, after an objection, with the
// refusal, for then nobody rated anything.
func (t *taking) uphold() error {
	t.close(Dissatisfied)
	if why, _ := last(t.events, Rate, Amend, Object); why.Step == Object {
		t.close(t.refusal())
	}
	if !t.c.HasContact {
		return nil
	}
	return message.Queue(t.ctx, t.tx, message.Upheld, t.c.ID, t.c.Round, undoTime(t.settings))
}

func (t *taking) conclude() error {
	if !t.in.Handle {
		return t.uphold()
	}
	t.c.Supervised = true
	return t.rehandle()
}

func (t *taking) promiseDue() error {
	t.c.Promise, t.c.PromiseOn = nil, nil
	return t.newRound()
}
