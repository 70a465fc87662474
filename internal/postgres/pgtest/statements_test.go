package pgtest

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"lianluo/internal/postgres"
)

var tenantTables = map[string]bool{"cases": true, "visits": true, "units": true, "case_numbers": true, "case_events": true}

func TestGoodStatements(t *testing.T) {
	t.Parallel()
	for _, sql := range []string{
		``, `begin read only`, `commit`, `set local app.county_id = '7'`, `set local app.county_ids = '7,8'`, `set timezone = 'UTC'`,
		`select 1; select 2`,
		`select id from cases where county_id = @county and id = @id for update`,
		`select id from "cases" where $1 = county_id`,
		`select count(*) from cases where county_id = any(@counties)`,
		`select c.id, u.name from public.cases c left join units as u on u.county_id = c.county_id and u.id = c.unit_id
		 where c.county_id = @county`,
		`select id from cases join visits v using (county_id, visit_id) where county_id = @county`,
		`select cases.id from cases where cases.county_id = @county and exists
		 (select from visits v where v.county_id = cases.county_id and v.id = cases.visit_id)`,
		`select c.id from cases c, units u where c.county_id = $1 and u.county_id = $1`,
		`select id from cases where (county_id, id) = (@county, @id)`,
		`select id from cases where county_id = @county union all select id from visits where county_id = @county`,
		`with recent as (select id from cases where county_id = @county) select * from recent where extract(day from at) is distinct from 3`,
		`insert into cases (county_id, id) values (@county, (select max(id) from visits where county_id = @county)) returning id`,
		`insert into cases (county_id, id, title) values ($1, $2, 'from visits -- no'), ($1, $3, $$ from units $$)`,
		`insert into cases as c (county_id, id) values (@county, lower(@x)) on conflict (county_id, id) do update set
		 title = coalesce(excluded.title, c.title), round = c.round + (1), state = case when (c.round > 1) then 'a' else 'b' end returning id`,
		`insert into case_events (county_id, id) select v.county_id, v.id from visits v where v.county_id = @county`,
		`with v as (select id, county_id from visits where county_id = @county) insert into cases (county_id, id) select county_id, id from v`,
		`with gone as (delete from cases where county_id = @county returning id) select count(*) from gone`,
		`with made as (insert into cases (county_id) values (@county) returning id) select id from made`,
		`update cases set state = @state, (title, round) = (@title, @round), at = lower(@x) where county_id = @county`,
		`update cases c set unit_id = u.id from units u where c.county_id = @county and u.county_id = @county and u.id = c.id`,
		`delete from visits v using cases c where v.county_id = @county and c.county_id = @county and c.visit_id = v.id`,
		`update counties set name = @name where id = @id`, // a platform table
		`insert into login_failures (subject, failures) values (@s, 0) on conflict do nothing`,
		`select relname from pg_catalog.pg_class c`,
		`select pg_notify('jobs', '1')`, `select pg_advisory_xact_lock(1)`,
		`with topics as (select unnest($1::text[]) as topic) select pg_notify(topic, '') from topics`,
		`update river.river_job set finalized_at = now() where id = $1`,
		`insert into river.river_job (kind) select unnest($1::text[]) on conflict (kind) do update set kind = lower(excluded.kind)`,
		`select a from generate_series(1, 3) a`,
		`/* from cases */ select 1 -- from visits`,
	} {
		if broken := breaches(sql, tenantTables); len(broken) > 0 {
			t.Errorf("%s\n\t%v", sql, broken)
		}
	}
}

func TestBadStatements(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ want, sql string }{
		{"S1: cases", `select id from cases where id = @id`},
		{"S1: cases", `select county_id from public.cases order by county_id`},
		{"S1: cases", `SELECT id FROM "cases" AS c WHERE id = '= county_id'`},
		{"S1: units", `select c.id from cases c join units u on u.id = c.unit_id where c.county_id = @county`},
		{"S1: cases", `select c.id from cases c join units u on u.id = c.unit_id where u.county_id = @county`},
		{"S1: units", `select c.id from units u, cases c where c.county_id = @county and c.unit_id = u.id`},
		{"S1: visits", `select id from cases where county_id = @county and exists (select from visits where visit_id = id)`},
		{"S1: visits", `select id from cases where county_id = @county union select id from visits`},
		{"S1: visits", `with v as materialized (select id from visits) select c.id from cases c join v on v.id = c.visit_id where c.county_id = @county`},
		{"S1: units", `select c.id from (cases c cross join units u) where c.county_id = @county`},
		{"S1: cases", `update cases set state = @state where id = @id`},
		{"S1: units", `update cases c set unit_id = u.id from units u where c.county_id = @county`},
		{"S1: cases", `delete from cases where id = @id`},
		{"S1: cases", `delete from visits v using cases c where v.county_id = @county and c.visit_id = v.id`},
		{"S1: cases", `insert into cases (id) values (@id)`},
		{"S1: cases", `insert into cases default values`},
		{"S1: cases", `insert into counties (id) values ((select max(id) from cases))`},
		{"S1: visits", `insert into cases (county_id, id) select @county, id from visits`},
		{"S2: set_config", `select set_config('app.county_id', $1, true)`},
		{"S2: app.county_id", `set app.county_id = '7'`},
		{"S2: app.county_ids", `SET SESSION app.county_ids TO '7'`},
		{"S2: a set among", `set local app.county_id = '7'; select 1`},
		{"S2: a set among", `begin; set local app.county_id = '7'`},
		{"S3: copy", `copy cases (id) from stdin`},
		{"S3: insert", `insert into cases (county_id, id) select $1, unnest($2::bigint[])`},
		{"S3: insert", `insert into cases (county_id, id) select $1, n from generate_series(1, 9) n`},
		{"S3: insert", `insert into cases (county_id, id) select $1, n from (values (1), (2)) v (n)`},
		{"S3: insert", `insert into cases (county_id, id) select $1, $2 where not exists (select from visits where county_id = $1)`},
		{"S3: insert", `insert into cases (county_id, id) select county_id, id from visits where county_id = $1 union all select $1, n from unnest($2) n`},
		{"S3: insert", `with n as (select unnest($2) as id) insert into cases (county_id, id) select $1, id from n`},
		{"S4", `with gone as (delete from visits where county_id = $1 returning id, county_id)
			insert into case_events (county_id, id) select county_id, id from gone join cases c using (county_id, id) where c.county_id = $1`},
		{"S4", `with a as (insert into visits (county_id) values ($1) returning id), b (x) as not materialized
			(insert into cases (county_id, id) values ($1, (select id from a)) returning id) select id from b`},
		{"S5: a function", `insert into cases (county_id, id) values ($1, $2) on conflict (county_id, id) do update set title = lower(excluded.title)`},
		{"S5: a time", `insert into case_numbers (county_id, last) values ($1, 1) on conflict (county_id) do update set at = current_timestamp`},
		{"S5: a time", `update cases set updated_at = now() where county_id = @county`},
		{"S5: a time", `update cases set number = $1 where county_id = @county and due < localtimestamp`},
		{"S5: a time", `update cases set id = nextval('s'), key = gen_random_uuid(), n = random() where county_id = $1`},
		{"S7", `select pg_advisory_xact_lock(id) from cases where county_id = $1`},
		{"S7", `select pg_try_advisory_lock(1), name from counties`},
		{"S7", `select pg_notify('cases', number) from cases where county_id = $1`},
		{"S9", `update cases set title = $1, county_id = $2 where county_id = $3`},
		{"S9", `update cases set (id, county_id) = ($1, $2) where county_id = $3`},
		{"S9", `insert into cases (county_id, id) values ($1, $2) on conflict (county_id, id) do update set county_id = excluded.county_id`},
	} {
		broken := breaches(c.sql, tenantTables)
		if len(broken) != 1 || !strings.HasPrefix(broken[0], c.want) {
			t.Errorf("want %s alone, got %q for\n\t%s", c.want, broken, c.sql)
		}
	}
}

// What runs as the application's role is collected, whichever way it is sent.
func TestTracer(t *testing.T) {
	t.Parallel()
	db := New(t)
	collected := &statements{}
	pool, err := postgres.Open(t.Context(), db.AppURL, func(c *pgxpool.Config) { c.ConnConfig.Tracer = collected })
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	for range 2 {
		_, _ = pool.Exec(t.Context(), `update cases set title = @title`, pgx.NamedArgs{"title": "x"})
		_ = pool.QueryRow(t.Context(), `select id from visits`).Scan(nil)
		_ = pool.SendBatch(t.Context(), func() *pgx.Batch {
			b := &pgx.Batch{}
			b.Queue(`select 1`)
			b.Queue(`delete from units`)
			return b
		}()).Close()
		_, _ = pool.CopyFrom(t.Context(), pgx.Identifier{"public", "cases"}, []string{"id"}, pgx.CopyFromRows(nil))
	}
	report := collected.judge(tenantTables)
	for _, want := range []string{
		"S1: cases without its county_id\n\tupdate cases set title = @title\n", "\tselect id from visits\n",
		"\tdelete from units\n", "\tcopy public.cases from stdin\n",
	} {
		if strings.Count(report, want) != 1 {
			t.Errorf("want %q once in\n%s", want, report)
		}
	}
	if strings.Contains(report, "select 1") {
		t.Errorf("a good statement is in\n%s", report)
	}
}
