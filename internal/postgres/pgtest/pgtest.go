// Package pgtest gives each test a PostgreSQL database of its own, migrated and
// empty. A package that uses it says so once:
//
//	func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }
//
// Tests reach the database as the site does, as a role that row-level security
// binds; the owner and the superuser arrange and look. PostgreSQL itself must
// be installed: where it is not, tests fail, and say what to install.
package pgtest

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"lianluo/internal/localpg"
	"lianluo/internal/postgres"
)

// The roles that a test may connect as.
const (
	appRole       = "lianluo_app"
	ownerRole     = "lianluo_owner"
	oversightRole = "lianluo_oversight"
)

// DB is a database that one test has for itself. Its pools connect when they
// are first used.
type DB struct {
	Name string

	AppURL, OwnerURL, OversightURL, SuperURL string

	App       *pgxpool.Pool // as the site connects
	Owner     *pgxpool.Pool // migrates; forced row-level security binds it too
	Oversight *pgxpool.Pool // reads across counties
	Super     *pgxpool.Pool // passes every policy: for catalogues, never to prove isolation
}

// New returns a migrated database without rows. It is dropped after the test;
// after a failure it is kept, and the test says how to look at it.
func New(t testing.TB) *DB {
	t.Helper()
	return shared(t).create(t, migrated)
}

// Unmigrated returns an empty database, for tests of the migrations.
func Unmigrated(t testing.TB) *DB {
	t.Helper()
	return shared(t).create(t, blank)
}

// Filled returns a database with the rows that fill writes: the first test of the
// process that asks for them by this name fills a database, and each has a copy of it.
func Filled(t testing.TB, name string, fill func(*DB)) *DB {
	t.Helper()
	c := shared(t)
	return c.create(t, c.fill(t, name, fill))
}

// fill returns the filled database of a name. Where filling it fails the test, the next
// one tries again.
func (c *cluster) fill(t testing.TB, name string, fill func(*DB)) string {
	t.Helper()
	c.filling.Lock()
	defer c.filling.Unlock()
	if c.filled[name] == "" {
		db := c.clone(t, migrated)
		defer db.close(t)
		fill(db)
		db.close(t)
		c.awaitEmpty(context.Background(), db.Name)
		c.filled[name] = db.Name
	}
	return c.filled[name]
}

// create gives a test a database until it ends.
func (c *cluster) create(t testing.TB, template string) *DB {
	t.Helper()
	db := c.clone(t, template)
	t.Cleanup(func() {
		t.Helper()
		db.close(t)
		if t.Failed() {
			t.Log(c.keep(t.Name(), db.Name))
			return
		}
		c.drop(t, db.Name)
	})
	return db
}

// clone copies a template. PostgreSQL copies its files, which takes less than
// writing it all to a log that nobody reads.
func (c *cluster) clone(t testing.TB, template string) *DB {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	db := &DB{Name: c.databaseName(t.Name())}
	_, err := c.admin.Exec(ctx, fmt.Sprintf(`create database %s template %s owner %s strategy file_copy`,
		pgx.Identifier{db.Name}.Sanitize(), template, ownerRole))
	if err != nil {
		t.Fatalf("pgtest: make a database: %v", err)
	}
	for _, p := range []struct {
		role   string
		conns  int32
		url    *string
		pool   **pgxpool.Pool
		tracer pgx.QueryTracer
	}{
		{appRole, 4, &db.AppURL, &db.App, Tracer()},
		{ownerRole, 2, &db.OwnerURL, &db.Owner, nil},
		{oversightRole, 2, &db.OversightURL, &db.Oversight, batches{&ran}},
		{localpg.Superuser, 2, &db.SuperURL, &db.Super, nil},
	} {
		*p.url = c.server.URL(p.role, db.Name)
		*p.pool, err = postgres.Open(ctx, *p.url, func(config *pgxpool.Config) {
			config.MaxConns = p.conns
			config.ConnConfig.Tracer = p.tracer
		})
		if err != nil {
			t.Fatalf("pgtest: %v", err)
		}
	}
	return db
}

// close closes the pools. One waits for connections that the test has not
// given back, for ever if need be: that is reported instead.
func (db *DB) close(t testing.TB) {
	t.Helper()
	closed := make(chan struct{})
	go func() {
		for _, pool := range []*pgxpool.Pool{db.App, db.Owner, db.Oversight, db.Super} {
			pool.Close()
		}
		close(closed)
	}()
	select {
	case <-closed:
	case <-time.After(2 * time.Second):
		if !t.Failed() {
			t.Error("pgtest: the test did not give a connection back: rows not closed, or a transaction left open")
		}
	}
}

func (c *cluster) drop(t testing.TB, name string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	c.awaitEmpty(ctx, name)
	if _, err := c.admin.Exec(ctx, `drop database `+pgx.Identifier{name}.Sanitize()+` with (force)`); err != nil {
		t.Errorf("pgtest: drop the database: %v", err)
	}
}

// awaitEmpty gives the sessions just closed a moment to end. Dropping would
// wait for them too, but in steps of 100 ms.
func (c *cluster) awaitEmpty(ctx context.Context, name string) {
	for range 50 {
		var sessions int
		err := c.admin.QueryRow(ctx, `select count(*) from pg_stat_activity where datname = $1`, name).Scan(&sessions)
		if err != nil || sessions == 0 {
			return
		}
		time.Sleep(time.Millisecond)
	}
}

// databaseName is unique in the cluster and shows the test that it is for.
func (c *cluster) databaseName(test string) string {
	plain := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, strings.ToLower(strings.TrimPrefix(test, "Test")))
	return fmt.Sprintf("t%d_%s", c.databases.Add(1), plain[:min(len(plain), 40)])
}
