package postgres_test

import (
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"

	"lianluo/internal/postgres"
	"lianluo/internal/postgres/pgtest"
	"lianluo/migrations"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// schema is all that the migrations make, the queue's included, a line for each thing.
func schema(t *testing.T, pg *pgtest.DB) []string {
	t.Helper()
	rows, err := pg.Super.Query(t.Context(), `
		with ours as (select oid, nspname from pg_namespace where nspname in ('public', 'river'))
		select concat_ws(' ', 'column', attrelid::regclass, attname, format_type(atttypid, atttypmod), attnotnull, attidentity, attacl::text,
			pg_get_expr(adbin, adrelid))
		from pg_attribute join pg_class c on c.oid = attrelid left join pg_attrdef on adrelid = attrelid and adnum = attnum
		where relnamespace in (select oid from ours) and attnum > 0 and not attisdropped
		union all
		select concat_ws(' ', 'relation', c.oid::regclass, relkind, relowner::regrole, relrowsecurity, relforcerowsecurity,
			(select string_agg(a::text, ',' order by a::text) from unnest(relacl) a))
		from pg_class c where relnamespace in (select oid from ours)
		union all select 'index ' || pg_get_indexdef(indexrelid) from pg_index join pg_class c on c.oid = indrelid
		where relnamespace in (select oid from ours)
		union all select concat_ws(' ', 'constraint', conrelid::regclass, conname, pg_get_constraintdef(oid)) from pg_constraint
		where connamespace in (select oid from ours)
		union all select concat_ws(' ', 'policy', tablename, policyname, cmd, roles::text, qual, with_check) from pg_policies
		union all select 'function ' || oid::regprocedure from pg_proc where pronamespace in (select oid from ours)
		union all select 'type ' || typname from pg_type where typnamespace in (select oid from ours) and typtype in ('e', 'd')
		union all select concat_ws(' ', 'schema', nspname, nspacl::text) from pg_namespace where oid in (select oid from ours)`)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(lines)
	return lines
}

// same fails with what is only in one of the two.
func same(t *testing.T, when string, want, got []string) {
	t.Helper()
	for _, line := range want {
		if !slices.Contains(got, line) {
			t.Errorf("%s: lost: %s", when, line)
		}
	}
	for _, line := range got {
		if !slices.Contains(want, line) {
			t.Errorf("%s: new: %s", when, line)
		}
	}
}

func migrate(t *testing.T, pg *pgtest.DB) {
	t.Helper()
	if err := postgres.Migrate(t.Context(), pg.OwnerURL); err != nil {
		t.Fatal(err)
	}
}

func TestMigrateTwice(t *testing.T) {
	t.Parallel()
	pg := pgtest.Unmigrated(t)
	migrate(t, pg)
	once := schema(t, pg)
	if len(once) < 500 {
		t.Fatalf("the schema has only %d lines", len(once))
	}
	migrate(t, pg)
	same(t, "again", once, schema(t, pg))
	same(t, "beside the template", once, schema(t, pgtest.New(t)))
}

// Servers that start at once wait for each other.
func TestMigrateConcurrently(t *testing.T) {
	t.Parallel()
	pg := pgtest.Unmigrated(t)
	var servers sync.WaitGroup
	for range 3 {
		servers.Go(func() {
			if err := postgres.Migrate(t.Context(), pg.OwnerURL); err != nil {
				t.Error(err)
			}
		})
	}
	servers.Wait()
	same(t, "at once", schema(t, pgtest.New(t)), schema(t, pg))
	var twice int
	err := pg.Super.QueryRow(t.Context(), `
		select count(*) from (select from goose_db_version group by version_id having count(*) > 1) v`).Scan(&twice)
	if err != nil || twice != 0 {
		t.Errorf("%d migrations are noted twice, %v", twice, err)
	}
}

func provider(t *testing.T, pg *pgtest.DB) *goose.Provider {
	t.Helper()
	db := stdlib.OpenDBFromPool(pg.Owner)
	t.Cleanup(func() { _ = db.Close() })
	p, err := goose.NewProvider(goose.DialectPostgres, db, migrations.Files)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Each migration's way down takes back what its way up made, and nothing else.
func TestEachMigrationDownAndUp(t *testing.T) {
	t.Parallel()
	pg := pgtest.New(t)
	p := provider(t, pg)
	after := map[int64][]string{} // the schema that each version left
	for {
		version, err := p.GetDBVersion(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		after[version] = schema(t, pg)
		if version == 0 {
			break
		}
		if _, err := p.Down(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	for _, line := range after[0] {
		if !strings.Contains(line, "goose_db_version") && !strings.Contains(line, "river") && !strings.HasPrefix(line, "schema public") {
			t.Errorf("left after all is down: %s", line)
		}
	}
	for _, source := range p.ListSources() {
		if _, err := p.UpByOne(t.Context()); err != nil {
			t.Fatal(err)
		}
		want, ok := after[source.Version]
		if !ok {
			t.Fatalf("version %d was not passed on the way down", source.Version)
		}
		same(t, source.Path, want, schema(t, pg))
	}
}

func TestDownToZeroAndMigrate(t *testing.T) {
	t.Parallel()
	pg := pgtest.New(t)
	before := schema(t, pg)
	p := provider(t, pg)
	if _, err := p.DownTo(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	migrate(t, pg)
	same(t, "down and up", before, schema(t, pg))
}

func TestCheckVersion(t *testing.T) {
	t.Parallel()
	pg := pgtest.Unmigrated(t)
	if err := postgres.CheckVersion(t.Context(), pg.App); err != nil {
		t.Errorf("this server: %v", err)
	}
	// A server that says to be older: a function that stands before PostgreSQL's own.
	_, err := pg.Owner.Exec(t.Context(), `create schema older;
		create function older.current_setting(text) returns text language sql as $$ select '140012' $$`)
	if err != nil {
		t.Fatal(err)
	}
	old, err := postgres.Open(t.Context(), pg.OwnerURL, func(c *pgxpool.Config) {
		c.ConnConfig.RuntimeParams["search_path"] = "older, pg_catalog"
	})
	if err != nil {
		t.Fatal(err)
	}
	defer old.Close()
	err = postgres.CheckVersion(t.Context(), old)
	if err == nil || !strings.Contains(err.Error(), "PostgreSQL 14.12 is too old") || !strings.Contains(err.Error(), "15") {
		t.Errorf("PostgreSQL 14.12: %v", err)
	}
	if _, err := pg.Super.Exec(t.Context(), `alter role lianluo_owner in database `+pg.Name+` set search_path = older, pg_catalog`); err != nil {
		t.Fatal(err)
	}
	if err := postgres.Migrate(t.Context(), pg.OwnerURL); err == nil || !strings.Contains(err.Error(), "too old") {
		t.Errorf("migrating PostgreSQL 14.12: %v", err)
	}
	if after := schema(t, pg); slices.ContainsFunc(after, func(line string) bool { return strings.HasPrefix(line, "relation") }) {
		t.Errorf("and it made\n%s", strings.Join(after, "\n"))
	}
}
