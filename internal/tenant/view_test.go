package tenant

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/errs"
	"lianluo/internal/postgres"
)

func backend(t *testing.T, db *DB) (pid int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	pid, err := postgres.Value[int](ctx, db.Platform(), `select pg_backend_pid()`)
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

type numbers struct{ Year, Last int }

const ofYear = `select year, last from case_numbers where county_id = @county and year = @year`

// Every kind of read, one round trip; what is not there is nil, or errs.NotFound.
func TestView(t *testing.T) {
	t.Parallel()
	_, db := oneConnection(t)
	if err := db.Update(t.Context(), 1, func(tx *Tx) error { return errors.Join(add(t.Context(), tx, 2025), add(t.Context(), tx, 2026)) }); err != nil {
		t.Fatal(err)
	}
	var all *[]numbers
	var one *numbers
	var some, none **numbers
	var count *int
	err := db.View(t.Context(), 1, func(v *View) {
		all = All[numbers](v, `select year, last from case_numbers where county_id = @county order by year`)
		one = One[numbers](v, ofYear, pgx.NamedArgs{"year": 2025})
		some, none = Maybe[numbers](v, ofYear, pgx.NamedArgs{"year": 2026}), Maybe[numbers](v, ofYear, pgx.NamedArgs{"year": 1999})
		count = Value[int](v, `select count(*) from case_numbers where county_id = @county`)
		if v.County() != 1 {
			t.Errorf("the view is of county %d", v.County())
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(*all, []numbers{{2025, 0}, {2026, 0}}) || *one != (numbers{2025, 0}) || **some != (numbers{2026, 0}) || *none != nil || *count != 2 {
		t.Errorf("all %v, one %v, some %v, none %v, count %d", *all, *one, *some, *none, *count)
	}
	settled(t, db)
}

// A view that fails gives its connection back, and where only a row was missing it is
// the same one, unharmed.
func TestViewErrors(t *testing.T) {
	t.Parallel()
	type wrong struct{ Year, Last, More int }
	last := func(v *View) { Value[int](v, `select count(*) from case_numbers where county_id = @county`) }
	for _, c := range []struct {
		name  string
		want  error  // where it is one of package errs
		code  string // where it is the server's
		keeps bool
		queue func(v *View)
	}{
		{"nothing", nil, "", true, func(*View) {}},
		{"no row", errs.NotFound, "", true, func(v *View) { One[numbers](v, ofYear, pgx.NamedArgs{"year": 1}); last(v) }},
		{"no value", errs.NotFound, "", true, func(v *View) { Value[int](v, `select last from case_numbers where county_id = @county`); last(v) }},
		{"no row twice", errs.NotFound, "", true, func(v *View) {
			One[numbers](v, ofYear, pgx.NamedArgs{"year": 1})
			last(v)
			One[numbers](v, ofYear, pgx.NamedArgs{"year": 2})
		}},
		{"another struct", nil, "-", true, func(v *View) { All[wrong](v, `select 1 as year, 2 as last where 1 = (@county)`); last(v) }},
		{"server's error", nil, "22012", false, func(v *View) { last(v); Value[int](v, `select 1 / (@county - 1)`); last(v) }},
		{"no row, then the server's error", errs.NotFound, "", false, func(v *View) {
			One[numbers](v, ofYear, pgx.NamedArgs{"year": 1})
			Value[int](v, `select 1 / (@county - 1)`)
		}},
		{"no such table", nil, "42P01", true, func(v *View) { last(v); Value[int](v, `select 1 from nowhere where county_id = @county`) }},
		{"a write", nil, "25006", false, func(v *View) {
			Value[int](v, `insert into case_numbers (county_id, year, last) values (@county, 2026, 0) returning last`)
		}},
		{"an argument missing", nil, "-", true, func(v *View) { One[numbers](v, ofYear) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			pg, db := oneConnection(t)
			before := backend(t, db)
			err := db.View(t.Context(), 1, c.queue)
			switch {
			case c.want != nil && !errors.Is(err, c.want), c.want == nil && c.code == "" && err != nil,
				c.code == "-" && err == nil, c.code != "" && c.code != "-" && code(err) != c.code:
				t.Errorf("got %v", err)
			}
			if kept := backend(t, db) == before; kept != c.keeps {
				t.Errorf("the connection is kept: %v", kept)
			}
			settled(t, db)
			if n := written(t, pg); n != 0 {
				t.Errorf("a view wrote %d rows", n)
			}
		})
	}
}

func TestCancelledView(t *testing.T) {
	t.Parallel()
	_, db := oneConnection(t)
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(20*time.Millisecond, cancel)
	err := db.View(ctx, 1, func(v *View) { Value[string](v, `select pg_sleep(10)::text where 1 = (@county)`) })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled view: %v", err)
	}
	settled(t, db)
}

// An overseer reads of the granted tables exactly the listed counties.
func TestOverseeReadsItsCounties(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	granted := 0
	for _, table := range w.tables {
		may, err := postgres.Value[bool](t.Context(), w.pg.Super, `select has_column_privilege('lianluo_oversight', $1, 'county_id', 'select')`, table)
		if err != nil {
			t.Fatal(err)
		}
		for _, counties := range [][]County{{1}, {2}, {1, 3}, {3, 2, 1}, {99}} {
			sql := fmt.Sprintf(`select county_id from %s where county_id = any(@counties) or true order by county_id`, table)
			type row struct{ CountyID County }
			var rows *[]row
			err := w.db.Oversee(t.Context(), counties, func(v *View) { rows = All[row](v, sql) })
			if !may {
				if code(err) != "42501" {
					t.Errorf("oversight of %s, which is not granted: %v", table, err)
				}
				continue
			}
			var want, got []County
			for n := County(1); n <= 3; n++ {
				if slices.Contains(counties, n) {
					want = append(want, n)
				}
			}
			for _, r := range *rows {
				got = append(got, r.CountyID)
			}
			if err != nil || !slices.Equal(got, want) {
				t.Errorf("oversight of %v reads %v of %s, %v", counties, got, table, err)
			}
			granted++
		}
	}
	if granted < 50 {
		t.Errorf("only %d reads were granted", granted)
	}
}

func TestOverseeWritesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var before [][]string
	for n := 1; n <= 3; n++ {
		before = append(before, w.state(t, n))
	}
	for _, table := range w.tables {
		for _, sql := range []string{
			fmt.Sprintf(`update %s set county_id = county_id where county_id = any(@counties) returning 1`, table),
			fmt.Sprintf(`delete from %s where county_id = any(@counties) returning 1`, table),
			w.insert(t, table, "1", 9) + ` returning (county_id = any(@counties))::int`,
		} {
			err := w.db.Oversee(t.Context(), []County{1, 2, 3}, func(v *View) { All[int](v, sql) })
			if code(err) != "25006" && code(err) != "42501" { // read-only transaction, permission denied
				t.Errorf("%s: %v", sql, err)
			}
			plain := strings.ReplaceAll(sql, "@counties", "'{1,2,3}'")
			if err := oversightWrite(t, w.db, plain); code(err) != "42501" {
				t.Errorf("the role itself may %s: %v", plain, err)
			}
		}
	}
	for n := 1; n <= 3; n++ {
		if after := w.state(t, n); !slices.Equal(after, before[n-1]) {
			t.Errorf("county %d was\n%v\nand is\n%v", n, before[n-1], after)
		}
	}
}

// oversightWrite tries sql as the oversight role in a transaction that is not read only.
func oversightWrite(t *testing.T, db *DB, sql string) error {
	t.Helper()
	tx, err := db.oversight.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(context.Background()) }()
	if _, err := tx.Exec(t.Context(), countiesSetting([]County{1, 2, 3})); err != nil {
		t.Fatal(err)
	}
	_, err = tx.Exec(t.Context(), sql)
	return err
}

func TestOverseeRefuses(t *testing.T) {
	t.Parallel()
	_, db := oneConnection(t)
	read := func(v *View) { Value[int](v, `select count(*) from cases where county_id = any(@counties)`) }
	if err := db.Oversee(t.Context(), nil, read); !errors.Is(err, errs.NotFound) {
		t.Errorf("oversight of nothing: %v", err)
	}
	if err := New(db.Platform(), nil, nil).Oversee(t.Context(), []County{1}, read); !errors.Is(err, errs.NotFound) {
		t.Errorf("oversight without its role: %v", err)
	}
	for _, sql := range []string{`select count(*) from cases`, `select count(*) from cases where county_id = @county`} {
		err := db.Oversee(t.Context(), []County{1}, func(v *View) { Value[int](v, sql) })
		if !errors.Is(err, ErrNoCounty) {
			t.Errorf("%s: %v", sql, err)
		}
	}
	for range 2 { // and the list does not stay on the connection
		if err := db.Oversee(t.Context(), []County{1, 2}, read); err != nil {
			t.Fatal(err)
		}
		left, err := postgres.Value[string](t.Context(), db.oversight, `select coalesce(current_setting('app.county_ids', true), '')`)
		if err != nil || left != "" {
			t.Errorf("the counties %q are left on the connection, %v", left, err)
		}
	}
}
