package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/postgres/pgtest"
)

func isNone(err error) bool {
	for _, kind := range []error{errs.NotFound, errs.Conflict, errs.Forbidden, errs.SignIn, errs.TooMany} {
		if errors.Is(err, kind) {
			return false
		}
	}
	return err != nil
}

// Errors are told apart by SQLSTATE alone; the server's stays inside, for the log.
func TestErrorBySQLSTATE(t *testing.T) {
	t.Parallel()
	pg := pgtest.Unmigrated(t)
	for _, c := range []struct {
		code, name string
		want       error // nil: none of package errs
	}{
		{"23505", "unique_violation", errs.Conflict},
		{"23P01", "exclusion_violation", errs.Conflict},
		{"40001", "serialization_failure", errs.Conflict},
		{"40P01", "deadlock_detected", errs.Conflict},
		{"55P03", "lock_not_available", errs.Conflict},
		{"23502", "not_null_violation", nil},
		{"23503", "foreign_key_violation", nil},
		{"23514", "check_violation", nil},
		{"42501", "insufficient_privilege", nil},
		{"42704", "undefined_object", nil},
		{"57014", "query_canceled", nil},
		{"P0001", "raise_exception", nil},
	} {
		raise := fmt.Sprintf(`do $$ begin raise exception 'by the test' using errcode = '%s'; end $$`, c.code)
		_, err := postgres.Exec(t.Context(), pg.Owner, raise)
		if c.want != nil && !errors.Is(err, c.want) || c.want == nil && !isNone(err) {
			t.Errorf("%s becomes %v", c.name, err)
		}
		if server, ok := errors.AsType[*pgconn.PgError](err); !ok || server.Code != c.code {
			t.Errorf("%s: the server's error is lost in %v", c.name, err)
		}
		if wrapped := postgres.Error(fmt.Errorf("more: %w", err)); errors.Is(wrapped, errs.Conflict) != (c.want != nil) {
			t.Errorf("%s, wrapped: %v", c.name, wrapped)
		}
	}
	for _, c := range []struct{ err, want error }{
		{nil, nil}, {pgx.ErrNoRows, errs.NotFound}, {fmt.Errorf("read: %w", pgx.ErrNoRows), errs.NotFound},
		{context.Canceled, context.Canceled}, {pgx.ErrTooManyRows, pgx.ErrTooManyRows},
	} {
		if got := postgres.Error(c.err); !errors.Is(got, c.want) || (got == nil) != (c.want == nil) {
			t.Errorf("%v becomes %v", c.err, got)
		}
	}
}

// What the server itself raises has these codes.
func TestErrorOfServer(t *testing.T) {
	t.Parallel()
	pg := pgtest.Unmigrated(t)
	exec := func(sql string) error {
		_, err := postgres.Exec(t.Context(), pg.Owner, sql)
		return err
	}
	if err := exec(`create table room (id int primary key, taken int4range, exclude using gist (taken with &&)); insert into room values (1, '[1,5]')`); err != nil {
		t.Fatal(err)
	}
	if err := exec(`insert into room values (1, null)`); !errors.Is(err, errs.Conflict) {
		t.Errorf("the same key: %v", err)
	}
	if err := exec(`insert into room values (2, '[5,6]')`); !errors.Is(err, errs.Conflict) {
		t.Errorf("an overlap: %v", err)
	}
	holder, err := pg.Owner.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = holder.Rollback(context.Background()) }()
	if _, err := holder.Exec(t.Context(), `select from room for update`); err != nil {
		t.Fatal(err)
	}
	if err := exec(`select from room for update nowait`); !errors.Is(err, errs.Conflict) {
		t.Errorf("a row that another holds: %v", err)
	}
}

func TestRead(t *testing.T) {
	t.Parallel()
	pg := pgtest.Unmigrated(t)
	ctx := t.Context()
	type row struct {
		N  int
		At time.Time
	}
	const rows = `select n, '2026-11-22 09:30:00+08'::timestamptz as at from generate_series(1, @most) n`
	at := time.Date(2026, 11, 22, 1, 30, 0, 0, time.UTC)
	all, err := postgres.All[row](ctx, pg.Owner, rows, pgx.NamedArgs{"most": 2})
	if err != nil || len(all) != 2 || all[1] != (row{2, at}) { // equal with ==: times are UTC
		t.Errorf("all: %v, %v", all, err)
	}
	if all, err := postgres.All[row](ctx, pg.Owner, rows, pgx.NamedArgs{"most": 0}); err != nil || len(all) != 0 {
		t.Errorf("all of none: %v, %v", all, err)
	}
	if one, err := postgres.One[row](ctx, pg.Owner, rows, pgx.NamedArgs{"most": 1}); err != nil || one != (row{1, at}) {
		t.Errorf("one: %v, %v", one, err)
	}
	if _, err := postgres.One[row](ctx, pg.Owner, rows, pgx.NamedArgs{"most": 0}); !errors.Is(err, errs.NotFound) {
		t.Errorf("one of none: %v", err)
	}
	if n, err := postgres.Value[int](ctx, pg.Owner, `select 7`); err != nil || n != 7 {
		t.Errorf("value: %v, %v", n, err)
	}
	if _, err := postgres.Value[int](ctx, pg.Owner, `select 7 where false`); !errors.Is(err, errs.NotFound) {
		t.Errorf("value of none: %v", err)
	}
	for name, sql := range map[string]string{
		"a column without a field": `select 1 as n, now() as at, 2 as more`, "a field without a column": `select 1 as n`, "no SQL": `selec`,
	} {
		if _, err := postgres.All[row](ctx, pg.Owner, sql); !isNone(err) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := postgres.One[row](ctx, pg.Owner, sql); !isNone(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n, err := postgres.Exec(ctx, pg.Owner, `create temp table three as select * from generate_series(1, 3)`); err != nil || n != 3 {
		t.Errorf("exec: %d rows, %v", n, err)
	}
}

func TestOpenRefusesBadAddress(t *testing.T) {
	t.Parallel()
	if _, err := postgres.Open(t.Context(), "postgres://%"); err == nil {
		t.Error("an address that is none is taken")
	}
	if err := postgres.Migrate(t.Context(), "host=/nowhere user=x database=x"); err == nil {
		t.Error("a server that is none is migrated")
	}
}
