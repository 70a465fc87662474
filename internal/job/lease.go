package job

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"os"
	"regexp"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"lianluo/internal/tenant"
)

// What becomes of a killed server's jobs.
//
// The queue's own rescuer goes by a job's age: it cannot tell a killed server's job from a
// long one, so it has to wait for longer than the longest may take. Here each server says
// every Beat that it lives, by the database's clock, and every server looks for running
// jobs whose server has been silent for deadAfter beats (a minute): they are worked again
// at once, however long they may take. In production a job goes on 60 to 75 s after its
// server was killed. The rescuer stays for a live server whose job does not heed its
// context, an hour on.
//
// A server that lives and cannot say so (its database is away, it was suspended) is fenced
// before it is taken for dead: after fencedAfter beats its jobs' contexts are cancelled
// and it begins none (guard). What such a job did is committed or not, as ever: jobs are
// idempotent, and one that is not by nature ends with tenant.Tx.Complete.
//
// For a worker of long jobs: Timeout returns LongTimeout; Work heeds ctx; a file is written
// under a new name each attempt; and the last transaction, which says that the work is
// done, calls tx.Complete(ctx, job.ID, job.Attempt).
const (
	fencedAfter = 4
	deadAfter   = 6
)

// lease is this server's word that it lives.
type lease struct {
	id, host string
	deps     Deps
	pool     *pgxpool.Pool
	log      *slog.Logger

	mu   sync.Mutex
	said time.Time // when the last heartbeat that arrived was sent

	stop context.CancelFunc
	done chan struct{}
}

var unfit = regexp.MustCompile(`[^\w.-]`)

func newLease(deps Deps) *lease {
	host, err := os.Hostname()
	if err != nil || host == "" {
		host = "server"
	}
	return &lease{id: "s-" + unfit.ReplaceAllString(host, "-") + "-" + rand.Text()[:12], host: host, deps: deps,
		pool: deps.DB.Platform(), log: deps.Log}
}

// begin says for the first time that this server lives, and goes on saying so until end.
func (l *lease) begin(ctx context.Context) error {
	if err := l.beat(ctx); err != nil {
		return err
	}
	ctx, l.stop = context.WithCancel(context.WithoutCancel(ctx))
	l.done = make(chan struct{})
	go l.run(ctx)
	return nil
}

func (l *lease) run(ctx context.Context) {
	defer close(l.done)
	l.look(ctx)
	for tick := time.NewTicker(l.deps.Beat); ; {
		select {
		case <-ctx.Done():
			tick.Stop()
			return
		case <-tick.C:
		}
		if err := l.beat(ctx); err != nil {
			if ctx.Err() == nil {
				l.log.WarnContext(ctx, "heartbeat", "error", err)
			}
			continue
		}
		l.look(ctx)
	}
}

// look takes over what dead servers left, and tells of the jobs that were given up.
func (l *lease) look(ctx context.Context) {
	for what, do := range map[string]func(context.Context) error{"jobs of dead servers": l.adopt, "jobs that were given up": l.bury} {
		if err := do(ctx); err != nil && ctx.Err() == nil {
			l.log.ErrorContext(ctx, what, "error", err)
		}
	}
}

func (l *lease) beat(ctx context.Context) error {
	sent := time.Now()
	ctx, cancel := context.WithTimeout(ctx, 2*l.deps.Beat)
	defer cancel()
	_, err := l.pool.Exec(ctx, `insert into river.server (id, host, started_at, seen_at) values ($1, $2, now(), now())
		on conflict (id) do update set seen_at = now()`, l.id, l.host)
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.said = sent
	return nil
}

// end takes this server's word back, so that nobody waits for its death.
func (l *lease) end(ctx context.Context) {
	l.stop()
	<-l.done
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	if _, err := l.pool.Exec(ctx, `delete from river.server where id = $1`, l.id); err != nil {
		l.log.WarnContext(ctx, "heartbeat", "error", err) // it is found dead, as after a crash
	}
}

// held reports whether others still take this server for alive. A machine that slept has
// a clock of its own that stood still, so the wall's counts as well.
func (l *lease) held() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	silent := max(now.Sub(l.said), now.Round(0).Sub(l.said.Round(0)))
	return silent < fencedAfter*l.deps.Beat
}

// adopt makes the running jobs of dead servers available again, by the very attempt that
// died, so that servers that look at once do not undo each other's work. A job that has
// killed its server too often is given up.
func (l *lease) adopt(ctx context.Context) error {
	const orphans = `select j.id, j.attempt from river.river_job j where j.state = 'running' and not exists (select from river.server s
		where s.id = j.attempted_by[array_upper(j.attempted_by, 1)] and s.seen_at > now() - $1::interval)`
	rows, err := l.pool.Query(ctx, orphans, deadAfter*l.deps.Beat)
	if err != nil {
		return err
	}
	defer rows.Close()
	var ids []int64
	var attempts []int32
	for rows.Next() {
		var id int64
		var attempt int32
		if err := rows.Scan(&id, &attempt); err != nil {
			return err
		}
		ids, attempts = append(ids, id), append(attempts, attempt)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	if _, err = l.pool.Exec(ctx, `delete from river.server where seen_at < now() - interval '1 day'`); err != nil || len(ids) == 0 {
		return err
	}
	tag, err := l.pool.Exec(ctx, `update river.river_job j set
			state = (case when j.metadata ? 'cancel_attempted_at' then 'cancelled' when j.attempt >= j.max_attempts then 'discarded' else 'available' end)::river.river_job_state,
			finalized_at = case when j.metadata ? 'cancel_attempted_at' or j.attempt >= j.max_attempts then now() end,
			scheduled_at = now(), errors = array_append(j.errors, jsonb_build_object('at', now(), 'attempt', j.attempt,
				'error', 'the server ended while it worked on this', 'trace', ''))
		from unnest($1::bigint[], $2::int[]) o (id, attempt)
		where j.id = o.id and j.attempt = o.attempt and j.state = 'running'`, ids, attempts)
	if err != nil {
		return err
	}
	if tag.RowsAffected() > 0 {
		l.log.WarnContext(ctx, "took over jobs of a server that ended", "jobs", tag.RowsAffected())
	}
	return nil
}

// guard stands around every job: it is not begun, and does not go on, while others may
// take this server for dead.
type guard struct {
	river.MiddlewareDefaults
	lease *lease
}

// Work is of rivertype.WorkerMiddleware.
func (g *guard) Work(ctx context.Context, job *rivertype.JobRow, work func(context.Context) error) error {
	if !g.lease.held() {
		return river.JobSnooze(g.lease.deps.Beat)
	}
	working, cancel := context.WithCancelCause(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		g.watch(working, cancel)
	}()
	err := work(working)
	lost := errors.Is(context.Cause(working), tenant.ErrJobTaken)
	cancel(nil)
	<-ended
	if lost || errors.Is(err, tenant.ErrJobTaken) {
		g.yield(ctx, job)
	}
	return err
}

// watch cancels the work once the lease is lost.
func (g *guard) watch(working context.Context, cancel context.CancelCauseFunc) {
	for tick := time.NewTicker(g.lease.deps.Beat / 4); ; {
		select {
		case <-working.Done():
			tick.Stop()
			return
		case <-tick.C:
			if !g.lease.held() {
				cancel(tenant.ErrJobTaken)
			}
		}
	}
}

// yield keeps a late report from the queue for as long as another server has the job: the
// queue would believe it.
func (g *guard) yield(ctx context.Context, job *rivertype.JobRow) {
	for ctx.Err() == nil {
		var taken bool
		err := g.lease.pool.QueryRow(ctx, `select exists (select from river.river_job where id = $1 and state = 'running' and attempt <> $2)`,
			job.ID, job.Attempt).Scan(&taken)
		if err == nil && !taken {
			return
		}
		select {
		case <-ctx.Done():
		case <-time.After(g.lease.deps.Beat):
		}
	}
}
