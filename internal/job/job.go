// Package job joins the queue (river, in PostgreSQL) to the nouns' job functions. A job
// is inserted in the transaction that causes it, runs in its county's transaction, is
// idempotent, and is tried again with a growing wait.
package job

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"lianluo/internal/blob"
	"lianluo/internal/message"
	"lianluo/internal/postgres"
	"lianluo/internal/private"
	"lianluo/internal/tenant"
)

// Deps are what jobs work with.
type Deps struct {
	DB      *tenant.DB
	Keys    private.Keys
	BaseURL string          // the site's public address, for links in messages
	Channel message.Channel // nil: no gateway is configured, so messages wait
	Files   *blob.Store     // nil: this server keeps no files, and their jobs wait for one that does
	Log     *slog.Logger
}

// Poll is how often an idle server looks for jobs; it works by polling alone.
const Poll = 500 * time.Millisecond

// Runner works the queue until it is stopped.
type Runner struct{ client *river.Client[pgx.Tx] }

// Start begins to work the queue.
func Start(ctx context.Context, deps Deps) (*Runner, error) {
	workers := river.NewWorkers()
	river.AddWorker(workers, &sender{deps: deps})
	river.AddWorker(workers, &follower{deps: deps})
	river.AddWorker(workers, &lapser{deps: deps})
	river.AddWorker(workers, &sweeper{deps: deps})
	river.AddWorker(workers, &purger{deps: deps})
	river.AddWorker(workers, &expirer{deps: deps})
	river.AddWorker(workers, &fileSweeper{deps: deps})
	river.AddWorker(workers, &tasker{deps: deps})
	river.AddWorker(workers, &taskExpirer{deps: deps})
	client, err := river.NewClient(postgres.NewQueueDriver(deps.DB.Platform()), &river.Config{
		Schema:            postgres.QueueSchema,
		PollOnly:          true,
		FetchCooldown:     Poll,
		FetchPollInterval: Poll,
		JobTimeout:        2 * time.Minute,
		Queues:            map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: 2}},
		Workers:           workers,
		ErrorHandler:      &failures{deps.Log},
		Logger:            slog.New(quiet{deps.Log.Handler()}),
		PeriodicJobs: []*river.PeriodicJob{every(10*time.Minute, Lapse{}), every(24*time.Hour, Sweep{}),
			every(24*time.Hour, ExpireFiles{}), every(24*time.Hour, SweepFiles{}), every(time.Hour, Expire{})},
	})
	if err != nil {
		return nil, fmt.Errorf("job queue: %w", err)
	}
	// Jobs outlive the request that starts them: they end with Stop, not with ctx.
	if err := client.Start(context.WithoutCancel(ctx)); err != nil {
		return nil, fmt.Errorf("start the job queue: %w", err)
	}
	return &Runner{client}, nil
}

// every inserts a job at start and then once a period, however many servers run.
func every(period time.Duration, job river.JobArgs) *river.PeriodicJob {
	return river.NewPeriodicJob(river.PeriodicInterval(period), func() (river.JobArgs, *river.InsertOpts) {
		return job, &river.InsertOpts{UniqueOpts: river.UniqueOpts{ByPeriod: period}}
	}, &river.PeriodicJobOpts{RunOnStart: true})
}

// Stop lets the running jobs end, for as long as ctx allows, then cancels them.
func (r *Runner) Stop(ctx context.Context) error {
	if err := r.client.Stop(ctx); err != nil {
		return r.client.StopAndCancel(context.WithoutCancel(ctx))
	}
	return nil
}

// failures logs each failed try; the queue tries again.
type failures struct{ log *slog.Logger }

func (f *failures) HandleError(ctx context.Context, job *rivertype.JobRow, err error) *river.ErrorHandlerResult {
	f.log.ErrorContext(ctx, "job failed", "kind", job.Kind, "job", job.ID, "attempt", job.Attempt, "error", err)
	return nil
}

func (f *failures) HandlePanic(ctx context.Context, job *rivertype.JobRow, value any, trace string) *river.ErrorHandlerResult {
	f.log.ErrorContext(ctx, "job panicked", "kind", job.Kind, "job", job.ID, "panic", value, "trace", trace)
	return nil
}

// quiet passes on only the queue's warnings and errors, and not that something was
// cancelled while the queue was being stopped.
type quiet struct{ slog.Handler }

func (q quiet) Handle(ctx context.Context, record slog.Record) error {
	cancelled := false
	record.Attrs(func(a slog.Attr) bool {
		cancelled = strings.Contains(a.Value.String(), context.Canceled.Error())
		return !cancelled
	})
	if cancelled {
		return nil
	}
	return q.Handler.Handle(ctx, record)
}

func (q quiet) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && q.Handler.Enabled(ctx, level)
}

func (q quiet) WithAttrs(attrs []slog.Attr) slog.Handler { return quiet{q.Handler.WithAttrs(attrs)} }

func (q quiet) WithGroup(name string) slog.Handler { return quiet{q.Handler.WithGroup(name)} }
