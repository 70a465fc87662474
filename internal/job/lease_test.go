package job_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"lianluo/internal/casefile/casetest"
	"lianluo/internal/job"
	"lianluo/internal/tenant"
)

// slowly is a long job of a test; it ends when it is let, or when its context does.
type slowly struct {
	County tenant.County `json:"county"`
}

func (slowly) Kind() string { return "test.slowly" }

// slowlies works them, and counts what became of them.
type slowlies struct {
	river.WorkerDefaults[slowly]
	let                        chan struct{}
	begun, ended, cut, running atomic.Int32
	twice                      atomic.Bool // two at once
}

func (*slowlies) Timeout(*river.Job[slowly]) time.Duration { return job.LongTimeout }

func (s *slowlies) Work(ctx context.Context, _ *river.Job[slowly]) error {
	s.begun.Add(1)
	if s.running.Add(1) > 1 {
		s.twice.Store(true)
	}
	defer s.running.Add(-1)
	select {
	case <-s.let:
		s.ended.Add(1)
		return nil
	case <-ctx.Done():
		s.cut.Add(1)
		return context.Cause(ctx)
	}
}

// fast is how a server of these tests works.
func fast(w *casetest.World) job.Deps {
	return job.Deps{DB: w.DB, Keys: w.Keys, Channel: &gateway{}, Beat: 200 * time.Millisecond, Poll: 50 * time.Millisecond}
}

func enqueueLong(t *testing.T, w *casetest.World, args river.JobArgs) {
	t.Helper()
	if err := w.Update(func(ctx context.Context, tx *tenant.Tx) error {
		return tx.Enqueue(ctx, args, &tenant.JobOptions{Long: true})
	}); err != nil {
		t.Fatal(err)
	}
}

// TestOrphan: what a killed server was doing is done by another at once, however long it
// may take; a job that has killed its server too often is given up.
func TestOrphan(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	s := &slowlies{let: make(chan struct{})}
	close(s.let)
	for _, attempt := range []int{3, 8} { // as a server leaves them that is killed
		_, err := w.PG.Super.Exec(t.Context(), `insert into river.river_job (kind, args, state, queue, attempt, max_attempts, attempted_at, attempted_by)
			values ('test.slowly', $1, 'running', 'long', $2, 8, now(), '{older,killed}')`, `{"county": 1}`, attempt)
		if err != nil {
			t.Fatal(err)
		}
	}
	begin(t, fast(w), func(all *river.Workers) { river.AddWorker(all, s) })
	eventually(t, "one is done and one given up", func() bool {
		return jobs(t, w, "test.slowly", "completed") == 1 && jobs(t, w, "test.slowly", "discarded") == 1
	})
	eventually(t, "what was given up is told", func() bool { return count(t, w, `select count(*) from job_failures where kind = 'test.slowly'`) == 1 })
	if s.ended.Load() != 1 {
		t.Errorf("worked %d times", s.ended.Load())
	}
}

// TestLongJobs: a job that takes much longer than a server takes to be found dead stays
// with its own, however many others look; and short jobs do not wait for it.
func TestLongJobs(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	s := &slowlies{let: make(chan struct{})}
	add := func(all *river.Workers) { river.AddWorker(all, s) }
	begin(t, fast(w), add)
	begin(t, fast(w), add)
	enqueueLong(t, w, slowly{w.County})
	eventually(t, "it has begun", func() bool { return s.begun.Load() == 1 })
	number := w.OneCase()
	eventually(t, "a message goes meanwhile", func() bool { return outbox(w, number)[0].State == "sent" })
	time.Sleep(2500 * time.Millisecond) // a server is found dead after 1.2 s
	close(s.let)
	idle(t, w)
	// On a machine that stands still for most of a second it is fenced, and begun again.
	if s.begun.Load() != 1+s.cut.Load() || s.ended.Load() != 1 || s.twice.Load() {
		t.Errorf("begun %d times, cut %d, ended %d, two at once: %v", s.begun.Load(), s.cut.Load(), s.ended.Load(), s.twice.Load())
	}
}

// TestFenced: a server that cannot say that it lives ends its jobs before another may take
// them over, and works again afterwards.
func TestFenced(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	s := &slowlies{let: make(chan struct{})}
	logged, _ := begin(t, fast(w), func(all *river.Workers) { river.AddWorker(all, s) })
	enqueueLong(t, w, slowly{w.County})
	eventually(t, "it has begun", func() bool { return s.begun.Load() == 1 })
	gag, err := w.PG.Super.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := gag.Exec(t.Context(), `lock table river.server in exclusive mode`); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the job is cut", func() bool { return s.cut.Load() >= 1 })
	close(s.let)
	time.Sleep(500 * time.Millisecond)
	if s.ended.Load() != 0 {
		t.Error("it worked on while it might be taken for dead")
	}
	if err := gag.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	idle(t, w)
	if s.ended.Load() != 1 || s.twice.Load() {
		t.Errorf("ended %d times", s.ended.Load())
	}
	// Which of the two is said first depends on who is quicker.
	if said := logged.String(); !strings.Contains(said, "heartbeat") && !strings.Contains(said, "another server's by now") {
		t.Errorf("logged %s", said)
	}
}

// TestServersLeave: who stops takes back the word that it lives, and who was silent for a
// day is forgotten.
func TestServersLeave(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	_, err := w.PG.Super.Exec(t.Context(), `insert into river.server (id, host, started_at, seen_at) values
		('old', 'a', now() - interval '3 days', now() - interval '2 days'), ('killed', 'b', now() - interval '1 hour', now() - interval '1 hour')`)
	if err != nil {
		t.Fatal(err)
	}
	_, stop := runFast(t, w, &gateway{})
	names := func() string {
		rows, err := w.PG.Super.Query(t.Context(), `select case when id like 's-%' then 'live' else id end from river.server order by started_at`)
		if err != nil {
			t.Fatal(err)
		}
		all, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			t.Fatal(err)
		}
		return strings.Join(all, " ")
	}
	eventually(t, "the old one is forgotten", func() bool { return names() == "killed live" })
	stop()
	if got := names(); got != "killed" {
		t.Errorf("left are %s", got)
	}
}
