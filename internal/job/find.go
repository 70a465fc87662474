package job

import (
	"context"

	"github.com/riverqueue/river"

	"lianluo/internal/message"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// Find is the periodic job that finds messages which wait and have lost their job: a queue
// that was emptied, a server that was killed at the wrong moment.
type Find struct {
	County tenant.County `json:"county,omitempty"` // 0: all of them
}

// Kind names the job in the queue.
func (Find) Kind() string { return "message.find" }

type finder struct {
	river.WorkerDefaults[Find]
	deps Deps
}

// Work compares the outboxes with the queue, and adds what is missing.
func (f *finder) Work(ctx context.Context, job *river.Job[Find]) error {
	live, err := postgres.All[message.Send](ctx, f.deps.DB.Platform(), `select (args->>'county')::int as county, (args->>'message')::bigint as message
		from river.river_job where kind = 'message.send' and state in ('available', 'pending', 'retryable', 'running', 'scheduled')`)
	if err != nil {
		return err
	}
	has := make(map[message.Send]bool, len(live))
	for _, job := range live {
		has[job] = true
	}
	return everyCounty(ctx, f.deps, job, func(ctx context.Context, id tenant.County) error { return f.county(ctx, id, has) })
}

func (f *finder) county(ctx context.Context, id tenant.County, has map[message.Send]bool) error {
	var waiting *[]int64
	if err := f.deps.DB.View(ctx, id, func(v *tenant.View) { waiting = message.LongWaiting(v) }); err != nil {
		return err
	}
	for _, lost := range *waiting {
		send := message.Send{County: id, Message: lost}
		if has[send] {
			continue
		}
		err := f.deps.DB.Update(ctx, id, func(tx *tenant.Tx) error { return tx.Enqueue(ctx, send, &tenant.JobOptions{Once: true}) })
		if err != nil {
			return err
		}
	}
	return nil
}
