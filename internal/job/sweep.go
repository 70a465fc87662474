package job

import (
	"context"

	"github.com/riverqueue/river"

	"lianluo/internal/auth"
)

// Sweep is the daily job that forgets old failed sign-ins.
type Sweep struct{}

// Kind names the job in the queue.
func (Sweep) Kind() string { return "auth.forget_failures" }

type sweeper struct {
	river.WorkerDefaults[Sweep]
	deps Deps
}

// Work forgets what has no more effect.
func (s *sweeper) Work(ctx context.Context, _ *river.Job[Sweep]) error {
	return auth.ForgetFailures(ctx, s.deps.DB)
}
