package pgtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"lianluo/internal/postgres"
)

func TestMain(m *testing.M) { os.Exit(Main(m)) }

// Two tests at a time make the same table in databases of their own.
func TestEachTestHasItsOwnDatabase(t *testing.T) {
	t.Parallel()
	var both sync.WaitGroup
	both.Add(2)
	names := make(chan string, 2)
	t.Cleanup(func() { // after the parallel subtests
		first, second := <-names, <-names
		if first == second {
			t.Errorf("both have %s", first)
		}
		var left int
		err := shared(t).admin.QueryRow(context.Background(),
			`select count(*) from pg_database where datname in ($1, $2)`, first, second).Scan(&left)
		if err != nil || left != 0 {
			t.Errorf("%d databases are left, %v", left, err)
		}
	})
	for i := range 2 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			db := New(t)
			names <- db.Name
			both.Done()
			if _, err := db.Owner.Exec(t.Context(), `create table mine as select $1::int as n`, i); err != nil {
				t.Fatal(err)
			}
			both.Wait() // the other's table is there too
			var n int
			if err := db.Owner.QueryRow(t.Context(), `select n from mine`).Scan(&n); err != nil || n != i {
				t.Errorf("row %d, %v", n, err)
			}
		})
	}
}

func TestRoles(t *testing.T) {
	t.Parallel()
	db := New(t)
	for _, c := range []struct {
		role string
		url  string
	}{{appRole, db.AppURL}, {ownerRole, db.OwnerURL}, {oversightRole, db.OversightURL}} {
		pool, err := postgres.Open(t.Context(), c.url)
		if err != nil {
			t.Fatal(err)
		}
		defer pool.Close()
		var role string
		var strong bool
		err = pool.QueryRow(t.Context(), `select rolname, rolsuper or rolbypassrls from pg_roles where rolname = current_user`).Scan(&role, &strong)
		if err != nil || role != c.role || strong {
			t.Errorf("%s connects as %s, above the policies: %v, %v", c.role, role, strong, err)
		}
	}
	for name, exec := range map[string]func(context.Context, string, ...any) (pgconn.CommandTag, error){
		"the application": db.App.Exec, "oversight": db.Oversight.Exec,
	} {
		_, err := exec(t.Context(), `create table public.sneaked_in (n int)`)
		if pg, ok := errors.AsType[*pgconn.PgError](err); !ok || pg.Code != "42501" {
			t.Errorf("%s makes a table: %v", name, err)
		}
	}
	var super bool
	if err := db.Super.QueryRow(t.Context(), `select rolsuper from pg_roles where rolname = current_user`).Scan(&super); err != nil || !super {
		t.Errorf("Super is no superuser: %v", err)
	}
}

func TestNewIsMigratedAndUnmigratedIsNot(t *testing.T) {
	t.Parallel()
	const count = `select count(*) from pg_tables where schemaname not in ('pg_catalog', 'information_schema')`
	var tables int
	if err := New(t).Super.QueryRow(t.Context(), count).Scan(&tables); err != nil || tables < 5 {
		t.Errorf("a migrated database has %d tables, %v", tables, err)
	}
	db := Unmigrated(t)
	if err := db.Super.QueryRow(t.Context(), count).Scan(&tables); err != nil || tables != 0 {
		t.Errorf("an unmigrated database has %d tables, %v", tables, err)
	}
	if err := postgres.Migrate(t.Context(), db.OwnerURL); err != nil {
		t.Errorf("the owner cannot migrate it: %v", err)
	}
}

// scene is a test within the test: it fails when told so.
type scene struct {
	testing.TB
	failed   bool
	log      strings.Builder
	cleanups []func()
}

func (s *scene) Failed() bool              { return s.failed }
func (s *scene) Name() string              { return "TestScene/失败" }
func (s *scene) Cleanup(f func())          { s.cleanups = append(s.cleanups, f) }
func (s *scene) Log(args ...any)           { fmt.Fprintln(&s.log, args...) }
func (s *scene) Error(args ...any)         { s.failed = true; s.Log(args...) }
func (s *scene) Errorf(f string, a ...any) { s.Error(fmt.Sprintf(f, a...)) }

func (s *scene) end() {
	for i := len(s.cleanups) - 1; i >= 0; i-- {
		s.cleanups[i]()
	}
}

func TestFailedTestKeepsItsDatabase(t *testing.T) {
	t.Parallel()
	c, err := startCluster(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = os.RemoveAll(c.dir) }()
	c.tested = "elsewhere" // or the other tests here would sweep it, as the next run does
	good, bad := &scene{TB: t}, &scene{TB: t}
	c.create(good, migrated)
	db := c.create(bad, migrated)
	if _, err := db.Owner.Exec(t.Context(), `create table clue as select '在此' as word`); err != nil {
		t.Fatal(err)
	}
	bad.failed = true
	good.end()
	bad.end()
	if err := c.stop(); err != nil {
		t.Fatal(err)
	}
	if good.failed || good.log.Len() > 0 {
		t.Errorf("the test that passed: %s", good.log.String())
	}
	_, command, _ := strings.Cut(bad.log.String(), "\n    ")
	command = strings.TrimSpace(command)
	if !strings.Contains(command, db.Name) {
		t.Fatalf("the log does not say how to open %s: %q", db.Name, bad.log.String())
	}
	shell := exec.Command("sh", "-c", command)
	shell.Stdin = strings.NewReader("\\pset format unaligned\nselect word from clue;\nselect 'databases ' || count(*) from pg_database where datname like 't%\\_testscene%' or datname like 't_\\_%';\n")
	out, err := shell.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "在此") || !strings.Contains(string(out), "databases 1\n") {
		t.Errorf("%s\n%v: %s", command, err, out)
	}
	if _, err := os.Stat(filepath.Join(c.dir, "postgres", "postmaster.pid")); err == nil {
		t.Error("the command leaves a server behind")
	}
}

func TestConnectionNotGivenBack(t *testing.T) {
	t.Parallel()
	c, err := startCluster(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = os.RemoveAll(c.dir) }()
	defer func() { _ = c.stop() }()
	s := &scene{TB: t}
	db := c.create(s, blank)
	tx, err := db.App.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(context.Background()) }()
	s.end()
	if !s.failed || !strings.Contains(s.log.String(), "did not give a connection back") {
		t.Errorf("a transaction left open goes unnoticed: %q", s.log.String())
	}
}

func TestSweep(t *testing.T) {
	t.Parallel()
	cache, err := openCache() // as whoever makes a directory does
	if err != nil {
		t.Fatal(err)
	}
	defer cache.close()
	if err := cache.share(); err != nil {
		t.Fatal(err)
	}
	run := func(kept string, age time.Duration) (string, *os.File) {
		dir, lock, err := makeRunDir()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = os.RemoveAll(dir); _ = lock.Close() })
		if kept != "" {
			path := filepath.Join(dir, keptFile)
			if err := os.WriteFile(path, []byte(kept), 0o600); err != nil {
				t.Fatal(err)
			}
			then := time.Now().Add(-age)
			if err := os.Chtimes(path, then, then); err != nil {
				t.Fatal(err)
			}
		}
		return dir, lock
	}
	for _, c := range []struct {
		name, kept string
		age        time.Duration
		lives      bool
		want       bool
	}{
		{"a process that lives", "", 0, true, true},
		{"a killed run", "", 0, false, false},
		{"kept by another package", "/elsewhere", time.Hour, false, true},
		{"kept by another package long ago", "/elsewhere", 25 * time.Hour, false, false},
		{"kept by this package's last run", packageDir(), time.Hour, false, false},
	} {
		dir, lock := run(c.kept, c.age)
		if !c.lives {
			_ = lock.Close()
		}
		sweepRun(dir)
		if _, err := os.Stat(dir); (err == nil) != c.want {
			t.Errorf("%s: there is %v, %v", c.name, c.want, err)
		}
	}
}

func TestKeyFollowsTheSchema(t *testing.T) {
	t.Parallel()
	key := func(files map[string]string) string {
		dir := t.TempDir()
		for name, text := range files {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		var b strings.Builder
		if err := hashFiles(&b, os.DirFS(dir), "*"); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	base := key(map[string]string{"a.sql": "1", "b.sql": "2"})
	for name, other := range map[string]map[string]string{
		"text": {"a.sql": "1", "b.sql": "3"}, "name": {"a.sql": "1", "c.sql": "2"}, "order": {"a.sql": "2", "b.sql": "1"},
	} {
		if key(other) == base {
			t.Errorf("another %s, and the same key", name)
		}
	}
	if key(map[string]string{"a.sql": "1", "b.sql": "2", "b_test.go": "x"}) != base {
		t.Error("a test file changes the key")
	}
}

func BenchmarkNew(b *testing.B) {
	New(b)
	b.ResetTimer()
	for b.Loop() {
		s := &scene{TB: b}
		shared(b).create(s, migrated)
		s.end()
	}
}

func BenchmarkNewAndQuery(b *testing.B) {
	New(b)
	b.ResetTimer()
	for b.Loop() {
		s := &scene{TB: b}
		db := shared(b).create(s, migrated)
		if _, err := db.App.Exec(b.Context(), `select 1`); err != nil {
			b.Fatal(err)
		}
		s.end()
	}
}

// BenchmarkPackageStart is what a package's first database costs beside its clone.
func BenchmarkPackageStart(b *testing.B) {
	New(b)
	b.ResetTimer()
	for b.Loop() {
		c, err := startCluster(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		if err := c.stop(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
}
