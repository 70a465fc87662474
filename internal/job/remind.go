package job

import (
	"context"

	"github.com/riverqueue/river"

	"lianluo/internal/calendar"
	"lianluo/internal/casefile"
	"lianluo/internal/reception"
	"lianluo/internal/tenant"
)

// Remind is the periodic job that reminds: staff of the ends of their clocks, citizens of
// the rating that they were asked for, and of appointments that are near.
type Remind struct {
	County tenant.County `json:"county,omitempty"` // 0: all of them
}

// Kind names the job in the queue.
func (Remind) Kind() string { return "case.remind" }

type reminder struct {
	river.WorkerDefaults[Remind]
	deps Deps
}

// Work goes through the counties; what was reminded of is in a table, so that each reminder
// is one however often this runs.
func (r *reminder) Work(ctx context.Context, job *river.Job[Remind]) error {
	return everyCounty(ctx, r.deps, job, func(ctx context.Context, id tenant.County) error {
		return r.deps.DB.Update(ctx, id, func(tx *tenant.Tx) error {
			days, err := calendar.OfTx(ctx, tx)
			if err != nil {
				return err
			}
			if err := casefile.SettleCalendar(ctx, tx, days); err != nil {
				return err
			}
			if err := casefile.Remind(ctx, tx, days); err != nil {
				return err
			}
			if err := casefile.ForgetDrafts(ctx, tx); err != nil {
				return err
			}
			if err := reception.RemindOfAppointments(ctx, tx); err != nil {
				return err
			}
			return casefile.RemindOfRating(ctx, tx, days)
		})
	})
}
