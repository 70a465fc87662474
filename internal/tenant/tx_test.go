package tenant

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/postgres/pgtest"
)

var errOwn = errors.New("the caller's own")

// oneConnection is a DB whose pool has one connection, so that whoever comes next gets
// what the one before left behind. County 1 and 2 exist.
func oneConnection(t *testing.T) (*pgtest.DB, *DB) {
	t.Helper()
	pg := pgtest.New(t)
	addCounties(t, pg)
	return pg, New(open(t, pg.AppURL, 1), open(t, pg.OversightURL, 1), nil)
}

func addCounties(t *testing.T, pg *pgtest.DB) {
	t.Helper()
	_, err := pg.Super.Exec(t.Context(), `
		insert into divisions (code, name, level) values ('140423', '襄垣县', 'county'), ('140405', '屯留区', 'county');
		insert into counties (division_code, name, office, number_prefix, created_at) values
			('140423', '襄垣县', '襄垣县人大常委会', 'XY', now()), ('140405', '屯留区', '屯留区人大常委会', 'TL', now())`)
	if err != nil {
		t.Fatal(err)
	}
}

// add is a write that can be seen: a case number's year.
func add(ctx context.Context, tx *Tx, year int) error {
	_, err := postgres.Exec(ctx, tx, `insert into case_numbers (county_id, year, last) values (@county, @year, 0)`, pgx.NamedArgs{"year": year})
	return err
}

func written(t *testing.T, pg *pgtest.DB) (n int) {
	t.Helper()
	if err := pg.Super.QueryRow(t.Context(), `select count(*) from case_numbers`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// Reads that follow each other write nothing.
func TestReadWritesNothing(t *testing.T) {
	t.Parallel()
	pg, db := oneConnection(t)
	err := db.Read(t.Context(), 1, func(tx *Tx) error { return add(t.Context(), tx, 2026) })
	if err == nil || written(t, pg) != 0 {
		t.Errorf("a read wrote: %v", err)
	}
	settled(t, db)
}

// settled fails unless the pool's connection is idle and knows no county.
func settled(t *testing.T, db *DB) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	conn, err := db.Platform().Acquire(ctx)
	if err != nil {
		t.Fatalf("the connection did not come back: %v", err)
	}
	defer conn.Release()
	if status := conn.Conn().PgConn().TxStatus(); status != 'I' {
		t.Errorf("the connection comes back in state %c", status)
	}
	setting, err := postgres.Value[string](ctx, conn, `select coalesce(current_setting('app.county_id', true), '')`)
	if err != nil || setting != "" {
		t.Errorf("the county %q is left on the connection, %v", setting, err)
	}
	if _, err := conn.Exec(ctx, `select from case_numbers where county_id = 1`); code(err) != "42704" && code(err) != "22P02" {
		t.Errorf("rows without a county: %v", err)
	}
}

// recovered calls f, and returns what it panicked with.
func recovered(f func()) (with any) {
	defer func() { with = recover() }()
	f()
	return nil
}

// However a transaction ends, it leaves no county behind, and only the first of these
// endings keeps what was written.
func TestEndings(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		want error // nil: any
		kept bool
		end  func(ctx context.Context, cancel func(), tx *Tx) error
	}{
		{"commit", nil, true, func(context.Context, func(), *Tx) error { return nil }},
		{"error", errOwn, false, func(context.Context, func(), *Tx) error { return errOwn }},
		{"panic", nil, false, func(context.Context, func(), *Tx) error { panic(errOwn) }},
		{"goexit", nil, false, func(context.Context, func(), *Tx) error { runtime.Goexit(); return nil }},
		{"statement's error", errs.Conflict, false, func(ctx context.Context, _ func(), tx *Tx) error {
			return add(ctx, tx, 2026)
		}},
		{"statement's error not returned", pgx.ErrTxCommitRollback, false, func(ctx context.Context, _ func(), tx *Tx) error {
			_ = add(ctx, tx, 2026)
			return nil
		}},
		{"batch's error not returned", pgx.ErrTxCommitRollback, false, func(ctx context.Context, _ func(), tx *Tx) error {
			_ = tx.Batch(ctx, []Statement{{SQL: `select 1 / (@county - 1)`}})
			return nil
		}},
		{"cancelled between statements", context.Canceled, false, func(ctx context.Context, cancel func(), tx *Tx) error {
			cancel()
			return ctx.Err()
		}},
		{"cancelled before the commit", context.Canceled, false, func(_ context.Context, cancel func(), _ *Tx) error { cancel(); return nil }},
		{"cancelled in a statement", context.Canceled, false, func(ctx context.Context, cancel func(), tx *Tx) error {
			time.AfterFunc(20*time.Millisecond, cancel)
			_, err := tx.Exec(ctx, `select pg_sleep(10) where 1 = (@county)`)
			return err
		}},
		{"rows left open", nil, false, func(ctx context.Context, _ func(), tx *Tx) error {
			_, err := tx.Query(ctx, `select generate_series(1, 100000) where 1 = (@county)`)
			return err
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			pg, db := oneConnection(t)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			before := backend(t, db)
			var err error
			var ended sync.WaitGroup
			ended.Go(func() {
				panicked := recovered(func() {
					err = db.Update(ctx, 1, func(tx *Tx) error {
						if err := add(ctx, tx, 2026); err != nil {
							return err
						}
						return c.end(ctx, cancel, tx)
					})
				})
				if (panicked != nil) != (c.name == "panic") {
					t.Errorf("panicked with %v", panicked)
				}
			})
			ended.Wait()
			if c.want != nil && !errors.Is(err, c.want) {
				t.Errorf("want %v, got %v", c.want, err)
			}
			if (err == nil) != (c.name == "commit" || c.name == "panic" || c.name == "goexit") {
				t.Errorf("Update returned %v", err)
			}
			if kept := written(t, pg) == 1; kept != c.kept {
				t.Errorf("kept: %v, and Update returned %v", kept, err)
			}
			settled(t, db)
			if lost := backend(t, db) != before; lost != (c.name == "cancelled in a statement" || c.name == "rows left open") {
				t.Errorf("the connection is lost: %v", lost)
			}
		})
	}
}

// A panic while a panic unwinds, and a transaction inside a transaction, leave nothing.
func TestNestedPanics(t *testing.T) {
	t.Parallel()
	pg := pgtest.New(t)
	addCounties(t, pg)
	db := New(pg.App, nil, nil)
	panicked := recovered(func() {
		_ = db.Update(t.Context(), 1, func(tx *Tx) error {
			defer func() { panic("second") }()
			if err := add(t.Context(), tx, 2026); err != nil {
				return err
			}
			return db.Update(t.Context(), 2, func(inner *Tx) error {
				if err := add(t.Context(), inner, 2026); err != nil {
					return err
				}
				panic("first")
			})
		})
	})
	if panicked != "second" {
		t.Errorf("the panic that arrives is %v", panicked)
	}
	if n := written(t, pg); n != 0 {
		t.Errorf("%d rows are left", n)
	}
	if used := pg.App.Stat().AcquiredConns(); used != 0 {
		t.Errorf("%d connections did not come back", used)
	}
	settled(t, db)
}

type ping struct {
	County County `json:"county"`
}

func (ping) Kind() string { return "ping" }

// A job exists when, and only when, what causes it is committed.
func TestEnqueue(t *testing.T) {
	t.Parallel()
	pg, db := oneConnection(t)
	enqueue := func(after func(tx *Tx) error) error {
		return db.Update(t.Context(), 2, func(tx *Tx) error {
			if err := add(t.Context(), tx, 2026); err != nil {
				return err
			}
			if err := tx.Enqueue(t.Context(), ping{tx.County()}, nil); err != nil {
				return err
			}
			return after(tx)
		})
	}
	jobs := func(want int) {
		t.Helper()
		var n int
		if err := pg.Super.QueryRow(t.Context(), `select count(*) from river.river_job where kind = 'ping' and args = '{"county": 2}'`).Scan(&n); err != nil || n != want {
			t.Errorf("%d jobs, want %d, %v", n, want, err)
		}
		settled(t, db)
	}
	if err := enqueue(func(*Tx) error { return errOwn }); !errors.Is(err, errOwn) {
		t.Error(err)
	}
	jobs(0)
	if err := enqueue(func(tx *Tx) error { return add(t.Context(), tx, 2026) }); !errors.Is(err, errs.Conflict) {
		t.Error(err)
	}
	jobs(0)
	if recovered(func() { _ = enqueue(func(*Tx) error { panic("after") }) }) == nil {
		t.Error("the panic is swallowed")
	}
	jobs(0)
	if err := enqueue(func(*Tx) error { return nil }); err != nil {
		t.Error(err)
	}
	jobs(1)
}

// Many at once share four connections, and each keeps its county and its number.
func TestConcurrentUpdates(t *testing.T) {
	t.Parallel()
	pg := pgtest.New(t)
	addCounties(t, pg)
	db := New(pg.App, nil, nil)
	var all sync.WaitGroup
	var mu sync.Mutex
	given := map[County][]int{}
	for i := range 100 {
		county := County(1 + i%2)
		all.Go(func() {
			err := db.Update(t.Context(), county, func(tx *Tx) error {
				if _, err := tx.Exec(t.Context(), `insert into case_numbers (county_id, year, last) values (@county, 2026, 0) on conflict do nothing`); err != nil {
					return err
				}
				number, err := postgres.Value[int](t.Context(), tx, `update case_numbers set last = last + 1 where county_id = @county returning last`)
				if err != nil {
					return err
				}
				mu.Lock()
				defer mu.Unlock()
				given[county] = append(given[county], number)
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for county := County(1); county <= 2; county++ {
		slices.Sort(given[county])
		for i, number := range given[county] {
			if number != i+1 {
				t.Fatalf("county %d was given %v", county, given[county])
			}
		}
		if len(given[county]) != 50 {
			t.Errorf("county %d has %d numbers", county, len(given[county]))
		}
	}
	settled(t, db)
}

func TestTimeIsOne(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 22, 9, 30, 0, 123456789, time.FixedZone("Asia/Shanghai", 8*3600))
	db := New(pgtest.New(t).App, nil, func() time.Time { at = at.Add(time.Second); return at })
	var view time.Time
	err := db.View(t.Context(), 1, func(v *View) { view = v.Now() })
	if err != nil || fmt.Sprint(view) != "2026-11-22 01:30:01.123456 +0000 UTC" {
		t.Errorf("a view's time is %v, %v", view, err)
	}
	err = db.Update(t.Context(), 1, func(tx *Tx) error {
		if first := tx.Now(); first != tx.Now() || first.Location() != time.UTC || first.Nanosecond() != 123456000 {
			t.Errorf("an update's time is %v, then %v", first, tx.Now())
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
