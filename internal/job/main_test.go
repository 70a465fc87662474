package job_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"lianluo/internal/casefile/casetest"
	"lianluo/internal/job"
	"lianluo/internal/message"
	"lianluo/internal/postgres"
	"lianluo/internal/postgres/pgtest"
	"lianluo/internal/tenant"
)

func TestMain(m *testing.M) {
	if settings := os.Getenv(serverVariable); settings != "" {
		if err := serve(settings); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(pgtest.Main(m))
}

// gateway is a channel that keeps what it is handed; the first failures of its tries fail.
type gateway struct {
	mu       sync.Mutex
	failures int
	panics   bool
	tries    []message.Letter
	taken    []message.Letter
}

func (*gateway) Name() string { return "测试短信" }

func (g *gateway) Send(_ context.Context, letter message.Letter) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.tries = append(g.tries, letter)
	if len(g.tries) <= g.failures {
		if g.panics {
			panic("the gateway's library panics")
		}
		return errors.New("the gateway does not answer")
	}
	g.taken = append(g.taken, letter)
	return nil
}

func (g *gateway) letters() (tried, taken []message.Letter) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.tries, g.taken
}

// log is what the runner logs.
type log struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// run works the world's queue until the test ends, or until stop.
func run(t *testing.T, w *casetest.World, channel message.Channel) (logged *log, stop func()) {
	t.Helper()
	return begin(t, job.Deps{DB: w.DB, Keys: w.Keys, BaseURL: "https://lianluo.example", Channel: channel, Files: w.Files}, nil)
}

// runFast is run by a server that is taken for dead sooner.
func runFast(t *testing.T, w *casetest.World, channel message.Channel) (logged *log, stop func()) {
	t.Helper()
	return begin(t, job.Deps{DB: w.DB, Keys: w.Keys, BaseURL: "https://lianluo.example", Channel: channel, Files: w.Files,
		Beat: 200 * time.Millisecond, Poll: 50 * time.Millisecond}, nil)
}

// begin starts a server, perhaps with more workers.
func begin(t *testing.T, deps job.Deps, more func(*river.Workers)) (logged *log, stop func()) {
	t.Helper()
	logged = &log{}
	deps.Log = slog.New(slog.NewTextHandler(logged, nil))
	if more == nil {
		more = func(*river.Workers) {}
	}
	runner, err := job.StartWith(t.Context(), deps, more)
	if err != nil {
		t.Fatal(err)
	}
	stop = sync.OnceFunc(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 10*time.Second)
		defer cancel()
		if err := runner.Stop(ctx); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(stop)
	return logged, stop
}

// insert adds a job outside every county.
func insert(t *testing.T, w *casetest.World, args river.JobArgs) {
	t.Helper()
	client, err := river.NewClient(riverpgxv5.New(w.DB.Platform()), &river.Config{Schema: postgres.QueueSchema})
	if err == nil {
		_, err = client.Insert(t.Context(), args, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// hurry lets no time pass until jobs that wait for another try are tried.
func hurry(t *testing.T, w *casetest.World) {
	t.Helper()
	_, err := w.PG.Super.Exec(t.Context(), `update river.river_job set state = 'available', scheduled_at = now() where state in ('retryable', 'scheduled')`)
	if err != nil {
		t.Fatal(err)
	}
}

// eventually waits until done, in real time.
func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(90 * time.Second); !done(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not in 90 s: %s", what)
		}
	}
}

// jobs counts the jobs of a kind in one of the states.
func jobs(t *testing.T, w *casetest.World, kind string, states ...string) (n int) {
	t.Helper()
	err := w.PG.Super.QueryRow(t.Context(), `select count(*) from river.river_job where kind = $1 and state::text = any($2)`, kind, states).Scan(&n)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// idle waits until every job is done.
func idle(t *testing.T, w *casetest.World) {
	t.Helper()
	eventually(t, "the queue is empty", func() bool {
		var n int
		err := w.PG.Super.QueryRow(t.Context(), `select count(*) from river.river_job where state not in ('completed', 'cancelled', 'discarded')`).Scan(&n)
		return err == nil && n == 0
	})
}

func outbox(w *casetest.World, number string) []message.Message {
	var all *[]message.Message
	w.View(func(v *tenant.View) { all = message.OfCase(v, number) })
	return *all
}
