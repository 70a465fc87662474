package job_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"

	"lianluo/internal/audit"
	"lianluo/internal/blob"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/job"
	"lianluo/internal/message"
	"lianluo/internal/postgres"
	"lianluo/internal/private"
	"lianluo/internal/tenant"
)

// tally is a job whose effect nothing makes idempotent but that it ends together with it.
type tally struct {
	County tenant.County `json:"county"`
	N      int64         `json:"n"`
	Long   bool          `json:"long"` // takes its time, in the queue of long jobs
}

func (tally) Kind() string { return "test.tally" }

type tallier struct {
	river.WorkerDefaults[tally]
	db *tenant.DB
}

func (t *tallier) Timeout(work *river.Job[tally]) time.Duration {
	if work.Args.Long {
		return job.LongTimeout
	}
	return 0
}

func (t *tallier) Work(ctx context.Context, job *river.Job[tally]) error {
	pause := time.Duration(rand.IntN(40)) * time.Millisecond
	if job.Args.Long {
		pause = 700 * time.Millisecond
	}
	time.Sleep(pause)
	return t.db.Update(ctx, job.Args.County, func(tx *tenant.Tx) error {
		if _, err := tx.Exec(ctx, `insert into tallies (county_id, n) values (@county, @n)`, pgx.NamedArgs{"n": job.Args.N}); err != nil {
			return err
		}
		time.Sleep(time.Duration(rand.IntN(5)) * time.Millisecond)
		return tx.Complete(ctx, job.ID, job.Attempt)
	})
}

// A server that a test kills is this test binary, run again: its database, the file that
// messages go to, the directory of uploaded files, and the time at which it lives.
const serverVariable = "JOB_TEST_SERVER"

// serve works the queue until it is killed, or whoever started it is gone.
func serve(settings string) error {
	url, rest, _ := strings.Cut(settings, "\n")
	letters, rest, _ := strings.Cut(rest, "\n")
	files, at, _ := strings.Cut(rest, "\n")
	now, err := time.Parse(time.RFC3339, at)
	if err != nil {
		return err
	}
	ctx := context.Background()
	store, err := blob.Open(ctx, files)
	if err != nil {
		return err
	}
	pool, err := postgres.Open(ctx, url, func(c *pgxpool.Config) { c.MaxConns = 8 })
	if err != nil {
		return err
	}
	defer pool.Close()
	keys, err := private.ParseKey(casetest.Key)
	if err != nil {
		return err
	}
	db := tenant.New(pool, nil, func() time.Time { return now })
	runner, err := job.StartWith(ctx, job.Deps{DB: db, Keys: keys, BaseURL: "https://lianluo.example", Beat: 250 * time.Millisecond,
		Poll: 25 * time.Millisecond, Files: store, Channel: unhurried{&message.Log{Out: io.Discard, Path: letters}}, Log: slog.New(slog.NewTextHandler(os.Stderr, nil))},
		func(all *river.Workers) { river.AddWorker(all, &tallier{db: db}) })
	if err != nil {
		return err
	}
	fmt.Println("serving")
	_, _ = io.Copy(io.Discard, os.Stdin)
	return runner.Stop(ctx)
}

func settingsOf(w *casetest.World, letters string) string {
	return strings.Join([]string{w.PG.AppURL, letters, w.FilesDir, w.Now().Format(time.RFC3339)}, "\n")
}

// server is such a process.
type server struct {
	cmd    *exec.Cmd
	stdin  io.Closer
	logged *log
}

func startServer(t *testing.T, settings string) *server {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	s := &server{cmd: exec.Command(self), logged: &log{}}
	s.cmd.Env = append(os.Environ(), serverVariable+"="+settings)
	s.cmd.Stderr = s.logged
	stdin, err := s.cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	s.stdin = stdin
	stdout, err := s.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.cmd.Process.Kill(); _ = s.cmd.Wait() })
	if out := bufio.NewScanner(stdout); !out.Scan() || out.Text() != "serving" {
		t.Fatalf("the server said %q and logged %s", out.Text(), s.logged)
	}
	return s
}

// kill is kill -9.
func (s *server) kill(t *testing.T) {
	t.Helper()
	if err := s.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = s.cmd.Wait()
}

// sleep stops the server as a suspended machine does, for longer than it takes to be found
// dead, and wakes it.
func (s *server) sleep(t *testing.T, d time.Duration) {
	t.Helper()
	if err := s.cmd.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	time.Sleep(d)
	if err := s.cmd.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
}

// killing is a world whose queue two servers work.
type killing struct {
	*casetest.World
	t        *testing.T
	settings string
	letters  string
	servers  [2]*server
	all      []*server
	cases    []int64
	tallies  int64 // that were asked for
}

// unhurried is a channel that takes its time before and after it has taken a letter.
type unhurried struct{ message.Channel }

func (u unhurried) Send(ctx context.Context, letter message.Letter) error {
	time.Sleep(time.Duration(rand.IntN(10)) * time.Millisecond)
	err := u.Channel.Send(ctx, letter)
	time.Sleep(time.Duration(rand.IntN(10)) * time.Millisecond)
	return err
}

// TestKilled: two servers work one queue, and are killed or put to sleep at random. Each message is marked
// sent once, and was given to the channel at least once and no more often than the outbox
// says; each reminder is made once; each effect that ends with its job happens once.
func TestKilled(t *testing.T) {
	t.Parallel()
	k := &killing{World: casetest.New(t), t: t, letters: filepath.Join(t.TempDir(), "messages.log")}
	if _, err := k.PG.Super.Exec(t.Context(), `create table tallies (county_id int, n bigint); grant insert on tallies to lianluo_app`); err != nil {
		t.Fatal(err)
	}
	for range 10 {
		for _, matter := range k.Register("水管坏了。", "路坏了。", "灯坏了。", "墙倒了。", "沟堵了。", "桥断了。", "树倒了。", "井干了。", "车停了。").Matters {
			k.cases = append(k.cases, k.Case(matter.Number).ID)
		}
	}
	k.Set("2026-09-26 10:00") // every sorting is late since 17 September
	k.settings = settingsOf(k.World, k.letters)
	for i := range k.servers {
		k.start(i)
	}
	round := 0
	for end := time.Now().Add(7 * time.Second); time.Now().Before(end); round++ {
		k.enqueue()
		time.Sleep(time.Duration(200+rand.IntN(400)) * time.Millisecond)
		victim := rand.IntN(2)
		if round%5 == 2 { // taken for dead, and not
			k.servers[victim].sleep(t, 2*time.Second)
			continue
		}
		k.servers[victim].kill(t)
		k.start(victim)
	}
	idle(t, k.World)
	for _, s := range k.servers {
		_ = s.stdin.Close()
		if err := s.cmd.Wait(); err != nil {
			t.Errorf("stop: %v", err)
		}
	}
	k.judge()
	if t.Failed() {
		for i, s := range k.all {
			t.Logf("server %d logged\n%s", i, s.logged)
		}
	}
}

func (k *killing) start(i int) {
	k.t.Helper()
	k.servers[i] = startServer(k.t, k.settings)
	k.all = append(k.all, k.servers[i])
}

// enqueue asks for sixty effects, one of them slow, for thirty messages, and for the reminders.
func (k *killing) enqueue() {
	k.t.Helper()
	err := k.Update(func(ctx context.Context, tx *tenant.Tx) error {
		for i := range 60 {
			k.tallies++
			slow := i == 0
			if err := tx.Enqueue(ctx, tally{k.County, k.tallies, slow}, &tenant.JobOptions{Long: slow}); err != nil {
				return err
			}
			if i%2 == 1 {
				continue
			}
			if err := message.Queue(ctx, tx, message.Registered, k.cases[rand.IntN(len(k.cases))], 1, 0); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		k.t.Fatal(err)
	}
	for range 3 {
		insert(k.t, k.World, job.Remind{})
	}
}

var caseNumber = regexp.MustCompile(`编号 (XY2026-\d+)`)

// judge counts what came of it all.
func (k *killing) judge() {
	k.t.Helper()
	if n := count(k.t, k.World, `select count(*) from tallies`); n != int(k.tallies) {
		k.t.Errorf("%d effects of %d jobs", n, k.tallies)
	}
	if n := count(k.t, k.World, `select count(distinct n) from tallies`); n != int(k.tallies) {
		k.t.Errorf("%d different effects of %d jobs", n, k.tallies)
	}
	// 17, 20, 23 and 26 September: the first day late, and every third.
	if n := count(k.t, k.World, `select count(*) from case_reminders where county_id = $1`, k.County); n != 4*90 {
		k.t.Errorf("%d reminders of 90 clocks", n)
	}
	if n := count(k.t, k.World, `select count(*) from messages where state <> 'sent'`); n != 0 {
		k.t.Errorf("%d messages were not sent", n)
	}
	if n := jobs(k.t, k.World, "test.tally", "discarded") + count(k.t, k.World, `select count(*) from job_failures`); n != 0 {
		k.t.Errorf("%d jobs were given up", n)
	}
	text, err := os.ReadFile(k.letters)
	if err != nil {
		k.t.Fatal(err)
	}
	given := map[string]int{}
	for _, line := range caseNumber.FindAllStringSubmatch(string(text), -1) {
		given[line[1]]++
	}
	twice := 0
	rows, err := k.PG.Super.Query(k.t.Context(), `select c.number, count(*), sum(m.tries) from messages m join cases c on c.county_id = m.county_id and c.id = m.case_id
		where m.county_id = $1 group by c.number`, k.County)
	if err != nil {
		k.t.Fatal(err)
	}
	var number string
	var messages, tries int
	_, err = pgx.ForEachRow(rows, []any{&number, &messages, &tries}, func() error {
		if given[number] < messages || given[number] > tries {
			k.t.Errorf("%s: %d messages were given to the channel %d times, by %d tries", number, messages, given[number], tries)
		}
		twice += given[number] - messages
		return nil
	})
	if err != nil {
		k.t.Fatal(err)
	}
	if _, err := audit.Verify(k.t.Context(), k.DB, k.County); err != nil {
		k.t.Error(err)
	}
	k.t.Logf("%d servers, %d of them killed; %d effects; %d jobs were begun again, %d letters given twice", len(k.all), len(k.all)-2, k.tallies,
		count(k.t, k.World, `select count(*) from river.river_job where array_length(errors, 1) > 0`), twice)
}
