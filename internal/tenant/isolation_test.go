package tenant

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/postgres/pgtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// world is a database in which the counties 1, 2 and 3 have one row in every tenant
// table, made from the catalogue: a new table is tested as soon as it exists. All
// values of county n say n: its ids, its numbers, its texts (a, b, c).
type world struct {
	pg     *pgtest.DB
	db     *DB // its pool is not traced: tests send what no code may
	tables []string
}

func newWorld(t *testing.T) world {
	t.Helper()
	w := world{pg: pgtest.New(t)}
	w.db = New(open(t, w.pg.AppURL, 4), open(t, w.pg.OversightURL, 2), nil)
	w.tables = tenantTables(t, w.pg)
	tx, err := w.pg.Super.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(context.Background()) }()
	exec := func(sql string) {
		t.Helper()
		if _, err := tx.Exec(t.Context(), sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	checks, err := postgres.All[struct{ SQL string }](t.Context(), tx, `
		select format('alter table %s drop constraint %I', conrelid::regclass, conname) as sql from pg_constraint
		where contype = 'c' and connamespace = 'public'::regnamespace`)
	if err != nil {
		t.Fatal(err)
	}
	for _, check := range checks {
		exec(check.SQL)
	}
	exec(`set local session_replication_role = replica`) // in any order: foreign keys are not looked at
	for _, table := range append([]string{"divisions", "counties"}, w.tables...) {
		for n := 1; n <= 3; n++ {
			exec(w.insert(t, table, fmt.Sprint(n), n))
		}
	}
	if err := tx.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	return w
}

// insert is a statement that gives a table a row of all its columns, with the values
// of county n.
func (w world) insert(t *testing.T, table, county string, n int) string {
	t.Helper()
	columns, err := postgres.All[struct{ Name, Type string }](t.Context(), w.pg.Super, `
		select attname as name, atttypid::regtype::text as type from pg_attribute
		where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''`, table)
	if err != nil {
		t.Fatal(err)
	}
	literals := map[string]string{
		"text": fmt.Sprintf("'%c'", 'a'+n-1), "boolean": "false", "date": "'2026-11-22'", "timestamp with time zone": "'2026-11-22'",
		"bytea": fmt.Sprintf(`'\x0%d'`, n), "jsonb": "'{}'", "text[]": "'{}'", "uuid[]": "'{}'", "uuid": fmt.Sprintf("'00000000-0000-0000-0000-00000000000%d'", n),
		"smallint": fmt.Sprint(n), "integer": fmt.Sprint(n), "bigint": fmt.Sprint(n), "double precision": fmt.Sprint(n),
	}
	names, values := make([]string, len(columns)), make([]string, len(columns))
	for i, column := range columns {
		value, ok := literals[column.Type]
		if !ok {
			t.Fatalf("%s.%s: give the type %s a value in this test", table, column.Name, column.Type)
		}
		if column.Name == "county_id" {
			value = county
		}
		names[i], values[i] = column.Name, value
	}
	return fmt.Sprintf(`insert into %s (%s) overriding system value values (%s)`,
		table, strings.Join(names, ", "), strings.Join(values, ", "))
}

func open(t *testing.T, url string, conns int32) *pgxpool.Pool {
	t.Helper()
	pool, err := postgres.Open(t.Context(), url, func(c *pgxpool.Config) { c.MaxConns = conns })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return pool
}

func code(err error) string {
	if server, ok := errors.AsType[*pgconn.PgError](err); ok {
		return server.Code
	}
	return ""
}

// state is every row of county n, with the transaction that wrote it.
func (w world) state(t *testing.T, n int) []string {
	t.Helper()
	var all []string
	for _, table := range w.tables {
		row, err := postgres.Value[string](t.Context(), w.pg.Super,
			fmt.Sprintf(`select coalesce(string_agg(t.xmin::text || t::text, ','), 'nothing') from %s t where county_id = $1`, table), n)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, table+" "+row)
	}
	return all
}

func TestNoCountyReadsAnother(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	type row struct{ N, Least, Most int }
	for _, table := range w.tables {
		sql := fmt.Sprintf(`select count(*) as n, min(county_id) as least, max(county_id) as most from %s where county_id = @county or true`, table)
		for n := 1; n <= 3; n++ {
			want := row{1, n, n}
			var viewed *row
			err := w.db.View(t.Context(), County(n), func(v *View) { viewed = One[row](v, sql) })
			if err != nil || *viewed != want {
				t.Errorf("a view of county %d reads %+v of %s, %v", n, viewed, table, err)
			}
			err = w.db.Update(t.Context(), County(n), func(tx *Tx) error {
				got, err := postgres.One[row](t.Context(), tx, sql)
				if got != want {
					t.Errorf("an update of county %d reads %+v of %s", n, got, table)
				}
				return err
			})
			if err != nil {
				t.Errorf("%s: %v", table, err)
			}
		}
	}
}

func TestNoCountyWritesAnother(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	before := w.state(t, 2)
	type grants struct {
		Column  *string // one that the application may update
		Removes bool
	}
	touched := 0
	for _, table := range w.tables {
		may, err := postgres.One[grants](t.Context(), w.pg.Super, `
			select (select min(attname) from pg_attribute where attrelid = $1::regclass and attnum > 0 and attname <> 'county_id'
				and attidentity = '' and has_column_privilege('lianluo_app', attrelid, attnum, 'update')) as column,
			has_table_privilege('lianluo_app', $1::regclass, 'delete') as removes`, table)
		if err != nil {
			t.Fatal(err)
		}
		try := func(what, sql string, want string, rows int64) {
			t.Helper()
			var n int64
			err := w.db.Update(t.Context(), 1, func(tx *Tx) (err error) {
				n, err = postgres.Exec(t.Context(), tx, sql)
				return err
			})
			if code(err) != want || n != rows || want == "" && err != nil {
				t.Errorf("%s %s: %d rows, %v", what, table, n, err)
			}
			touched++
		}
		if may.Column != nil {
			try("update of", fmt.Sprintf(`update %s set %s = %[2]s where county_id = @county or true`, table, *may.Column), "", 1)
		} else {
			try("update of", fmt.Sprintf(`update %s set county_id = county_id where county_id = @county or true`, table), "42501", 0)
		}
		try("giving away", fmt.Sprintf(`update %s set county_id = (@county + 1) where county_id = @county`, table), "42501", 0)
		if may.Removes {
			try("delete from", fmt.Sprintf(`delete from %s where county_id = @county or true`, table), "", 1)
		} else {
			try("delete from", fmt.Sprintf(`delete from %s where county_id = @county or true`, table), "42501", 0)
		}
	}
	if after := w.state(t, 2); !slices.Equal(before, after) {
		t.Errorf("county 2 was\n%s\nand is\n%s", strings.Join(before, "\n"), strings.Join(after, "\n"))
	}
	if touched < 3*len(w.tables) {
		t.Errorf("only %d attempts", touched)
	}
}

// The policy itself refuses another county's row, for whoever may insert at all.
func TestWithCheckRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, table := range w.tables {
		err := w.db.Update(t.Context(), 1, func(tx *Tx) error {
			_, err := tx.Exec(t.Context(), w.insert(t, table, "(@county + 1)", 9))
			return err
		})
		if err == nil || !strings.Contains(err.Error(), "row-level security policy") {
			t.Errorf("a row for county 2 in %s: %v", table, err)
		}
	}
}

// Foreign keys are checked above row-level security, so each must carry the county.
func TestNoCountyRefersToAnother(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	keys, err := postgres.All[struct{ Name, SQL string }](t.Context(), w.pg.Super, `
		select conname as name, format('update %s set %s where county_id = 1', conrelid::regclass, string_agg(
			format('%I = %s', attname, case when atttypid = 'text'::regtype then '''b''' else '2' end), ', ')) as sql
		from pg_constraint join pg_attribute on attrelid = conrelid and attnum = any(conkey) and attname <> 'county_id'
		where contype = 'f' and conrelid::regclass::text = any($1) and confrelid::regclass::text = any($1)
		group by conname, conrelid`, w.tables)
	if err != nil || len(keys) < 40 {
		t.Fatalf("only %d foreign keys, %v", len(keys), err)
	}
	for _, key := range keys {
		tx, err := w.pg.Super.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, err = tx.Exec(t.Context(), `set constraints all immediate`); err == nil {
			_, err = tx.Exec(t.Context(), key.SQL)
		}
		if code(err) != "23503" {
			t.Errorf("%s: county 1 takes a row of county 2: %s: %v", key.Name, key.SQL, err)
		}
		_ = tx.Rollback(t.Context())
	}
	err = w.db.Update(t.Context(), 1, func(tx *Tx) error {
		_, err := tx.Exec(t.Context(), `insert into case_events (county_id, id, case_id, step, to_state, round, actor_name, actor_role, at)
			overriding system value values (@county, 9, @case, 'note', 'registered', 1, '张敏', 'clerk', @now)`, pgx.NamedArgs{"case": 2, "now": tx.Now()})
		return err
	})
	if code(err) != "23503" {
		t.Errorf("an event of county 1 on a case of county 2: %v", err)
	}
}

// Without a setting a tenant table fails, and never shows an empty page: on a new
// connection, and on one that had a county.
func TestMissingSettingFails(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	db := New(open(t, w.pg.AppURL, 1), nil, nil)
	oversight := open(t, w.pg.OversightURL, 1)
	for _, want := range []string{"42704", "22P02"} { // no such setting; '' is no integer
		for _, table := range w.tables {
			for _, sql := range []string{`select from %s where county_id = 1`, `select from %s`, `select from %s where county_id = 99`} {
				if _, err := db.Platform().Exec(t.Context(), fmt.Sprintf(sql, table)); code(err) != want {
					t.Errorf("%s without a county: want %s, got %v", table, want, err)
				}
			}
			if _, err := db.Platform().Exec(t.Context(), w.insert(t, table, "1", 9)); code(err) != want {
				t.Errorf("insert into %s without a county: want %s, got %v", table, want, err)
			}
		}
		if _, err := oversight.Exec(t.Context(), `select from cases where county_id = any('{1}')`); code(err) != "42704" {
			t.Errorf("oversight of no county: %v", err)
		}
		if err := db.View(t.Context(), 1, func(v *View) { Value[int](v, `select count(*) from cases where county_id = @county`) }); err != nil {
			t.Fatal(err)
		}
	}
}

func TestStatementWithoutCountyIsRefused(t *testing.T) {
	t.Parallel()
	db := New(open(t, pgtest.New(t).AppURL, 1), nil, nil)
	for _, sql := range []string{`select id from cases`, `select id from cases where county_id = 1`, `update cases set title = @county`,
		`select id from cases where county_id = $1`} {
		err := db.Update(t.Context(), 1, func(tx *Tx) error {
			_, q := tx.Query(t.Context(), sql)
			_, e := tx.Exec(t.Context(), sql)
			b := tx.Batch(t.Context(), []Statement{{SQL: `select 1 where 1 = (@county)`}, {SQL: sql}})
			_, i := tx.BatchIDs(t.Context(), []Statement{{SQL: sql}})
			for _, err := range []error{q, e, b, i} {
				if !errors.Is(err, ErrNoCounty) {
					t.Errorf("%s: %v", sql, err)
				}
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
		err = db.View(t.Context(), 1, func(v *View) { Value[int64](v, sql) })
		if !errors.Is(err, ErrNoCounty) {
			t.Errorf("view: %s: %v", sql, err)
		}
	}
	err := db.Update(t.Context(), 1, func(tx *Tx) error {
		_, err := tx.Exec(t.Context(), `select 1 from cases where county_id = @county`, 1)
		return err
	})
	if err == nil || errors.Is(err, errs.NotFound) {
		t.Errorf("an argument without a name: %v", err)
	}
}
