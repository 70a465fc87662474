package job

import (
	"context"
	"errors"
	"fmt"

	"github.com/riverqueue/river"

	"lianluo/internal/errs"
	"lianluo/internal/reception"
	"lianluo/internal/tenant"
)

// Publish is the periodic job that publishes the notices of reception days, as many days
// ahead as the county wants.
type Publish struct {
	County tenant.County `json:"county,omitempty"` // 0: all of them
}

// Kind names the job in the queue.
func (Publish) Kind() string { return "reception.publish" }

type publisher struct {
	river.WorkerDefaults[Publish]
	deps Deps
}

// Work goes through the counties one by one; each day is a transaction of its own.
func (p *publisher) Work(ctx context.Context, job *river.Job[Publish]) error {
	return everyCounty(ctx, p.deps, job, p.county)
}

func (p *publisher) county(ctx context.Context, id tenant.County) error {
	var due *[]int64
	if err := p.deps.DB.View(ctx, id, func(v *tenant.View) { due = reception.Due(v) }); err != nil {
		return err
	}
	var failed []error
	for _, day := range *due {
		err := p.deps.DB.Update(ctx, id, func(tx *tenant.Tx) error { return reception.PublishDue(ctx, tx, day) })
		if err != nil && !errors.Is(err, errs.Conflict) && !errors.Is(err, errs.NotFound) { // somebody was first
			failed = append(failed, fmt.Errorf("reception day %d: %w", day, err))
		}
	}
	return errors.Join(failed...)
}
