// Package job joins the queue (river, in PostgreSQL) to the nouns' job functions. A job
// is inserted in the transaction that causes it, runs in its county's transaction, is
// idempotent, and is tried again with a growing wait; one that is given up is told to the
// county's staff in words (dead.go). Servers know each other by a heartbeat (lease.go), so
// that what a killed one was doing goes on within about a minute.
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
	"lianluo/internal/queue"
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

	Beat time.Duration // how often a server says that it lives; zero: Beat
	Poll time.Duration // how often an idle server looks for jobs; zero: Poll
}

// How a server works in production. It works by polling alone.
const (
	Poll = 500 * time.Millisecond
	Beat = 10 * time.Second
)

// Workers of a server: short jobs do not wait behind long ones.
const (
	shortWorkers = 4
	longWorkers  = 1
)

// Timeouts after which a job's context is cancelled. A worker of long jobs says so itself
// (its Timeout method returns LongTimeout, and what adds the job sets JobOptions.Long): its
// length has no part in how soon it goes on after its server was killed.
const (
	Timeout     = 2 * time.Minute
	LongTimeout = 30 * time.Minute
)

// Runner works the queue until it is stopped.
type Runner struct {
	client *river.Client[pgx.Tx]
	lease  *lease
}

// Start begins to work the queue.
func Start(ctx context.Context, deps Deps) (*Runner, error) { return start(ctx, deps, workers(deps)) }

func start(ctx context.Context, deps Deps, workers *river.Workers) (*Runner, error) {
	if deps.Beat == 0 {
		deps.Beat = Beat
	}
	if deps.Poll == 0 {
		deps.Poll = Poll
	}
	lease := newLease(deps)
	client, err := river.NewClient(postgres.NewQueueDriver(deps.DB.Platform()), &river.Config{
		ID:                          lease.id,
		Schema:                      postgres.QueueSchema,
		PollOnly:                    true,
		FetchCooldown:               deps.Poll,
		FetchPollInterval:           deps.Poll,
		MaxAttempts:                 postgres.QueueAttempts,
		RetryPolicy:                 growing{},
		JobTimeout:                  Timeout,
		RescueStuckJobsAfter:        time.Hour,          // of a live server, whose job does not heed its context
		CompletedJobRetentionPeriod: 3 * 24 * time.Hour, // the operator's page shows when a daily job ran
		Queues: map[string]river.QueueConfig{
			river.QueueDefault: {MaxWorkers: shortWorkers}, postgres.LongQueue: {MaxWorkers: longWorkers},
		},
		Workers:      workers,
		Middleware:   []rivertype.Middleware{&guard{lease: lease}},
		ErrorHandler: &failures{deps.Log},
		Logger:       slog.New(quiet{deps.Log.Handler()}),
		PeriodicJobs: []*river.PeriodicJob{every(Lapse{}), every(Remind{}), every(Find{}), every(Sweep{}),
			every(Expire{}), every(ExpireFiles{}), every(SweepFiles{}), every(Publish{})},
	})
	if err != nil {
		return nil, fmt.Errorf("job queue: %w", err)
	}
	if err := lease.begin(ctx); err != nil { // before the first job, or another server would take it over
		return nil, fmt.Errorf("start the job queue: %w", err)
	}
	// Jobs outlive the request that starts them: they end with Stop, not with ctx.
	if err := client.Start(context.WithoutCancel(ctx)); err != nil {
		lease.end(context.WithoutCancel(ctx))
		return nil, fmt.Errorf("start the job queue: %w", err)
	}
	return &Runner{client, lease}, nil
}

func workers(deps Deps) *river.Workers {
	workers := river.NewWorkers()
	river.AddWorker(workers, &sender{deps: deps})
	river.AddWorker(workers, &follower{deps: deps})
	river.AddWorker(workers, &lapser{deps: deps})
	river.AddWorker(workers, &reminder{deps: deps})
	river.AddWorker(workers, &finder{deps: deps})
	river.AddWorker(workers, &sweeper{deps: deps})
	river.AddWorker(workers, &tasker{deps: deps})
	river.AddWorker(workers, &taskExpirer{deps: deps})
	river.AddWorker(workers, &purger{deps: deps})
	river.AddWorker(workers, &expirer{deps: deps})
	river.AddWorker(workers, &fileSweeper{deps: deps})
	river.AddWorker(workers, &publisher{deps: deps})
	river.AddWorker(workers, &vacater{deps: deps})
	return workers
}

// every inserts a job at start and then once a period, however many servers run. The next
// period is a try of its own, so this one is not tried for a day.
func every(job river.JobArgs) *river.PeriodicJob {
	period := queue.KindOf(job.Kind()).Every
	return river.NewPeriodicJob(river.PeriodicInterval(period), func() (river.JobArgs, *river.InsertOpts) {
		return job, &river.InsertOpts{MaxAttempts: 3, UniqueOpts: river.UniqueOpts{ByPeriod: period}}
	}, &river.PeriodicJobOpts{RunOnStart: true})
}

// Stop lets the running jobs end, for as long as ctx allows, then cancels them.
func (r *Runner) Stop(ctx context.Context) error {
	err := r.client.Stop(ctx)
	if err != nil {
		err = r.client.StopAndCancel(context.WithoutCancel(ctx))
	}
	r.lease.end(context.WithoutCancel(ctx))
	return err
}

// growing is how long a failed job waits: eight tries in most of a day, so that a gateway
// which is down overnight still gets its messages. A worker's NextRetry overrides it.
type growing struct{}

var waits = []time.Duration{2 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, time.Hour, 4 * time.Hour, 16 * time.Hour}

// NextRetry is when a job that has just failed is tried again.
func (growing) NextRetry(job *rivertype.JobRow) time.Time {
	n := len(job.Errors) // an attempt that a killed server began counts, and had no wait
	wait := waits[max(0, min(n, len(waits)-1))]
	return time.Now().Add(wait + time.Duration(job.ID%10)*wait/100) // not all at once
}

// failures logs each failed try; the queue tries again.
type failures struct{ log *slog.Logger }

func (f *failures) HandleError(ctx context.Context, job *rivertype.JobRow, err error) *river.ErrorHandlerResult {
	f.log.ErrorContext(ctx, "job failed", "kind", job.Kind, "job", job.ID, "attempt", job.Attempt, "of", job.MaxAttempts, "error", err)
	return nil
}

func (f *failures) HandlePanic(ctx context.Context, job *rivertype.JobRow, value any, trace string) *river.ErrorHandlerResult {
	f.log.ErrorContext(ctx, "job panicked", "kind", job.Kind, "job", job.ID, "attempt", job.Attempt, "of", job.MaxAttempts, "panic", value, "trace", trace)
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
