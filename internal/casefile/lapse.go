package casefile

import (
	"context"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/tenant"
)

// Lapsed is a case for which the system has a step to take.
type Lapsed struct {
	Number string
	State  State
	Round  int16
	Due    bool // of a closed case: its promise is due; otherwise it is old enough to archive
}

// LapsedCases reads the cases whose clock has run out and whose next step is the
// system's, some hundred at a time.
func LapsedCases(v *tenant.View) *[]Lapsed {
	today := calendar.DateOf(v.Now())
	return tenant.All[Lapsed](v, `(select number, state, round, false as due from cases
			where county_id = @county and outcome is null and (state in ('awaiting_rating', 'review') and due_on < @today
				or state = 'paused' and due_on <= @today)
			order by due_on, id limit 500)
		union all
		(select number, state, round, true from cases
			where county_id = @county and outcome is not null and state = 'closed' and promise_on <= @today order by closed_at, id limit 500)
		union all
		(select number, state, round, false from cases
			where county_id = @county and outcome is not null and state = 'closed' and promise_on is null
			and closed_at < @archive order by closed_at, id limit 500)`,
		pgx.NamedArgs{"today": today, "archive": today.AddDays(-89).Start()})
}

// TakeLapsed takes the system's step. A case that somebody moved meanwhile is errs.Conflict.
func TakeLapsed(ctx context.Context, tx *tenant.Tx, lapsed Lapsed) error {
	in := Input{}
	switch {
	case lapsed.State == AwaitingRating:
		in.Step = WindowEnds
	case lapsed.State == Paused:
		in.Step = Resume
	case lapsed.State == Review && lapsed.Round == 1:
		in.Step = Rehandle
	case lapsed.State == Review:
		in.Step = Escalate
	case lapsed.Due:
		in.Step = PromiseDue
	default:
		in.Step = Archive
	}
	_, err := Take(ctx, tx, auth.SystemOf(tx.County()), lapsed.Number, in)
	return err
}
