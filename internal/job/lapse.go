package job

import (
	"context"
	"errors"
	"fmt"

	"github.com/riverqueue/river"

	"lianluo/internal/casefile"
	"lianluo/internal/errs"
	"lianluo/internal/tenant"
)

// Lapse is the periodic job that takes the system's own steps where a clock has run out:
// a rating window that ended, a review that nobody decided, a pause that is over, a
// promise that is due, a case to archive.
type Lapse struct {
	County tenant.County `json:"county,omitempty"` // 0: all of them
}

// Kind names the job in the queue.
func (Lapse) Kind() string { return "case.lapse" }

type lapser struct {
	river.WorkerDefaults[Lapse]
	deps Deps
}

// Work goes through the counties one by one; each case is a transaction of its own.
func (l *lapser) Work(ctx context.Context, job *river.Job[Lapse]) error {
	return everyCounty(ctx, l.deps, job, l.county)
}

func (l *lapser) county(ctx context.Context, id tenant.County) error {
	var lapsed *[]casefile.Lapsed
	if err := l.deps.DB.View(ctx, id, func(v *tenant.View) { lapsed = casefile.LapsedCases(v) }); err != nil {
		return err
	}
	var failed []error
	for _, due := range *lapsed {
		err := l.deps.DB.Update(ctx, id, func(tx *tenant.Tx) error { return casefile.TakeLapsed(ctx, tx, due) })
		if err != nil && !errors.Is(err, errs.Conflict) { // somebody was first
			failed = append(failed, fmt.Errorf("case %s: %w", due.Number, err))
		}
	}
	return errors.Join(failed...)
}
