package job

import (
	"context"

	"github.com/riverqueue/river"

	"lianluo/internal/deputy"
	"lianluo/internal/reception"
	"lianluo/internal/tenant"
)

// vacater takes deputies who left their groups off the reception days to come.
type vacater struct {
	river.WorkerDefaults[deputy.Left]
	deps Deps
}

// Work empties their seats, once.
func (w *vacater) Work(ctx context.Context, job *river.Job[deputy.Left]) error {
	return w.deps.DB.Update(ctx, job.Args.County, func(tx *tenant.Tx) error {
		if err := reception.Vacate(ctx, tx, job.Args); err != nil {
			return err
		}
		return tx.Complete(ctx, job.ID, job.Attempt)
	})
}
