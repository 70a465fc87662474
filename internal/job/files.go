package job

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/riverqueue/river"

	"lianluo/internal/attachment"
	"lianluo/internal/casefile"
	"lianluo/internal/tenant"
)

// purger deletes the bytes of a removed file.
type purger struct {
	river.WorkerDefaults[attachment.Purge]
	deps Deps
}

// Work deletes them; a store that does not answer is asked again later.
func (p *purger) Work(ctx context.Context, job *river.Job[attachment.Purge]) error {
	if p.deps.Files == nil {
		return errNoFiles
	}
	return job.Args.Do(ctx, p.deps.DB, p.deps.Files)
}

var errNoFiles = errors.New("this server has no store of files")

// ExpireFiles is the daily job that removes the files of cases that were archived long
// enough ago.
type ExpireFiles struct{}

// Kind names the job in the queue.
func (ExpireFiles) Kind() string { return "file.expire" }

type expirer struct {
	river.WorkerDefaults[ExpireFiles]
	deps Deps
}

// Work goes through the counties one by one; each case is a transaction of its own.
func (e *expirer) Work(ctx context.Context, job *river.Job[ExpireFiles]) error {
	return everyCounty(ctx, e.deps, job, e.county)
}

func (e *expirer) county(ctx context.Context, id tenant.County) error {
	var expired *[]casefile.Expired
	if err := e.deps.DB.View(ctx, id, func(v *tenant.View) { expired = casefile.ExpiredFiles(v) }); err != nil {
		return err
	}
	var failed []error
	for _, x := range *expired {
		err := e.deps.DB.Update(ctx, id, func(tx *tenant.Tx) error { return x.RemoveFiles(ctx, tx) })
		if err != nil {
			failed = append(failed, fmt.Errorf("files of case %s: %w", x.Number, err))
		}
	}
	return errors.Join(failed...)
}

// SweepFiles is the daily job that deletes bytes that no row leads to: of a post that was
// never stored, of a removal whose job was lost.
type SweepFiles struct{}

// Kind names the job in the queue.
func (SweepFiles) Kind() string { return "file.sweep" }

type fileSweeper struct {
	river.WorkerDefaults[SweepFiles]
	deps Deps
}

// orphanAge is how old bytes are before the sweep: no post takes so long.
const orphanAge = 24 * time.Hour

// Work sweeps. Its clock is the store's own, not the database's.
func (s *fileSweeper) Work(ctx context.Context, _ *river.Job[SweepFiles]) error {
	if s.deps.Files == nil {
		return nil
	}
	removed, err := s.deps.Files.Sweep(ctx, time.Now().Add(-orphanAge), attachment.Known(s.deps.DB))
	if removed > 0 && s.deps.Log != nil {
		s.deps.Log.InfoContext(ctx, "swept files that no record leads to", slog.Int("files", removed))
	}
	return err
}

// Timeout is longer than other jobs': a bucket with many files is slow to list.
func (s *fileSweeper) Timeout(*river.Job[SweepFiles]) time.Duration { return 30 * time.Minute }
