package tenant

import (
	"testing"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/postgres"
	"lianluo/internal/postgres/pgtest"
)

// platform are the tables that belong to no county. Whatever is not in this list, and
// not the job queue's (its schema is postgres.QueueSchema), is a tenant table and keeps
// every rule of schema-rules.md.
var platform = []string{
	"divisions", "counties", "login_directory", "platform_accounts", "sessions", "login_failures", "goose_db_version",
}

// A rule finds what breaks it: select the table's name, and what is wrong with it.
type rule struct{ name, sql string }

// every begins each rule's statement: all tables but PostgreSQL's own, and their foreign keys.
const every = `
with every as (
  select c.oid as id, n.nspname, c.relname, c.relkind, c.relrowsecurity, c.relforcerowsecurity, c.reloptions,
    n.nspname = '` + postgres.QueueSchema + `' as queue,
    n.nspname = 'public' and c.relname = any(@platform) as platform,
    county.attnum as county, county.atttypid = 'int'::regtype and county.attnotnull as proper
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  left join pg_attribute county on county.attrelid = c.oid and county.attname = 'county_id'
  where n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
), ours as (select * from every where not queue),
tenant as (select * from ours where not platform and relkind in ('r', 'p', 'f')),
keys as (
  select k.*, child.relname as child, child.county as child_county, child.relkind is not null and not child.platform and not child.queue as child_tenant,
    parent.relname as parent, parent.county as parent_county, parent.platform as to_platform, parent.queue as to_queue, child.queue
  from pg_constraint k join every child on child.id = k.conrelid join every parent on parent.id = k.confrelid
  where k.contype = 'f'
)`

var rules = []rule{
	{"R1", `select relname, 'has no county_id int not null' from tenant where proper is not true`},
	{"R2", `select relname, 'its primary key does not start with county_id' from tenant where not exists
		(select from pg_index i where i.indrelid = id and i.indisprimary and i.indkey[0] = county)`},
	{"R3", `select relname, i.indexrelid::regclass || ' has no county_id as a key' from tenant join pg_index i on i.indrelid = id
		where (i.indisunique or i.indisexclusion)
		and county = any((string_to_array(i.indkey::text, ' ')::int2[])[1:i.indnkeyatts]) is not true`},
	{"R4", `select child, conname || ' does not pair county_id with county_id' from keys
		where child_tenant and not to_platform and not to_queue
		and (array_position(conkey, child_county) = array_position(confkey, parent_county)) is not true`},
	{"R5", `select child, conname || ' goes to ' || parent || ', which is no listed platform table' from keys
		where child_tenant and (to_queue or parent = 'goose_db_version')
		union all
		select child, conname || ' points from outside the counties at ' || parent from keys
		where not child_tenant and not to_platform and not to_queue`},
	{"R6", `select child, conname || ' lets the database change rows' from keys
		where not queue and (confdeltype in ('n', 'd') or confupdtype <> 'a')`},
	{"R7", `select relname, 'trigger ' || t.tgname from ours join pg_trigger t on t.tgrelid = id where not t.tgisinternal
		union all
		select relname, 'rule ' || r.rulename from ours join pg_rewrite r on r.ev_class = id where r.rulename <> '_RETURN'`},
	{"R8", `select relname, 'row-level security is not enabled and forced' from tenant where not relrowsecurity or not relforcerowsecurity`},
	{"R8", `, policies as (
			select tablename, policyname, concat_ws(' | ', permissive, cmd, roles::text, qual, with_check) as text from pg_policies
		), texts (policyname, text) as (values
			('tenant', 'PERMISSIVE | ALL | {lianluo_app} | (county_id = (current_setting(''app.county_id''::text))::integer)'
				|| ' | (county_id = (current_setting(''app.county_id''::text))::integer)'),
			('oversight', 'PERMISSIVE | SELECT | {lianluo_oversight} | '
				|| '(county_id = ANY ((string_to_array(current_setting(''app.county_ids''::text), '',''::text))::integer[]))')
		)
		select relname, 'its policy ' || policyname || ' is missing or another' from tenant cross join texts
		where not exists (select from policies p where p.tablename = relname and p.policyname = texts.policyname and p.text = texts.text)
		union all
		select tablename, 'policy ' || policyname || ' beside those of schema-rules.md' from policies p
		where not exists (select from texts where texts.policyname = p.policyname)
		and p.policyname || ' | ' || p.text <> 'search | PERMISSIVE | SELECT | {lianluo_search} | true'`},
	{"R8", `select coalesce(r.rolname, d.datname), 'presets ' || c.setting from pg_db_role_setting s
		left join pg_roles r on r.oid = s.setrole left join pg_database d on d.oid = s.setdatabase
		cross join unnest(s.setconfig) c (setting) where c.setting like 'app.%'`},
	{"R9", `, exempt as ( -- goose's own, and what gives county_id, which R1 makes an int
			select id from ours where platform and relname in ('goose_db_version', 'counties')
		)
		select relname, 'identity ' || a.attname || ' is no bigint' from ours join pg_attribute a on a.attrelid = id
		where a.attidentity <> '' and a.atttypid <> 'bigint'::regtype and id not in (select id from exempt)
		union all
		select coalesce(d.refobjid::regclass::text, relname), 'sequence ' || relname || ' is no bigint'
		from ours join pg_sequence s on s.seqrelid = id
		left join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = id and d.refclassid = 'pg_class'::regclass
		where s.seqtypid <> 'bigint'::regtype and coalesce(d.refobjid, 0) not in (select id from exempt)`},
	{"R10", `select want.role, 'is missing, a superuser or has bypassrls' from
		unnest('{lianluo_owner,lianluo_app,lianluo_oversight,lianluo_search}'::text[]) want (role)
		left join pg_roles r on r.rolname = want.role where (r.rolsuper or r.rolbypassrls) is not false
		union all
		select rolname, 'can make roles or databases' from pg_roles
		where rolname in ('lianluo_app', 'lianluo_oversight', 'lianluo_search') and (rolcreaterole or rolcreatedb or rolreplication)
		union all
		select rolname, 'inherits' from pg_roles where rolname = 'lianluo_owner' and rolinherit
		union all
		select rolname, 'can log in' from pg_roles where rolname = 'lianluo_search' and rolcanlogin
		union all
		select m.rolname, 'is a member of ' || r.rolname from pg_auth_members a
		join pg_roles m on m.oid = a.member join pg_roles r on r.oid = a.roleid
		where m.rolname in ('lianluo_app', 'lianluo_oversight') or r.rolname = 'lianluo_search' and m.rolname <> 'lianluo_owner'
		union all
		select r.rolname, 'owns ' || pg_describe_object(s.classid, s.objid, 0) from pg_shdepend s join pg_roles r on r.oid = s.refobjid
		where s.refclassid = 'pg_authid'::regclass and s.deptype = 'o' and r.rolname in ('lianluo_app', 'lianluo_oversight')
		and s.dbid in (0, (select oid from pg_database where datname = current_database()))
		union all
		select p.proname, 'runs as ' || p.proowner::regrole || ', not as lianluo_search' from pg_proc p
		where p.prosecdef and p.proowner::regrole::text <> 'lianluo_search' and p.pronamespace::regnamespace::text !~ '^(pg_|river$)'`},
	{"R11", `select relname, 'is a view and not security_invoker' from ours where relkind = 'v' and not coalesce(
			(select option_value::bool from pg_options_to_table(reloptions) where option_name = 'security_invoker'), false)
		union all
		select relname, 'is a materialized view: no policy guards it' from ours where relkind = 'm'`},
	{"R12", `select relname, 'inherits, or is partitioned' from ours
		where relkind in ('p', 'f') or exists (select from pg_inherits where inhrelid = id and relkind in ('r', 'p'))`},
	{"enums", `select t.typname, 'is an enum: its equality is not leakproof' from pg_type t join pg_namespace n on n.oid = t.typnamespace
		where t.typtype = 'e' and n.nspname !~ '^(pg_|information_schema$|` + postgres.QueueSchema + `$)'`},
	{"foreign key index", `select child, conname || ': ' || pg_get_constraintdef(k.oid) || ' has no index' from keys k
		where not queue and not exists (
			select from pg_index i where i.indrelid = k.conrelid and i.indisvalid
			and (string_to_array(i.indkey::text, ' ')::int2[])[1:cardinality(k.conkey)] @> k.conkey
			and (i.indpred is null or pg_get_expr(i.indpred, i.indrelid) in (
				select format('(%I IS NOT NULL)', a.attname) from pg_attribute a where a.attrelid = k.conrelid and a.attnum = any(k.conkey))))`},
	{"defaults", `select relname, a.attname || ' defaults to ' || pg_get_expr(d.adbin, d.adrelid) from ours
		join pg_attrdef d on d.adrelid = id join pg_attribute a on a.attrelid = id and a.attnum = d.adnum
		where not platform and (d.adbin::text ~ '\{(SQLVALUEFUNCTION|NEXTVALUEEXPR)' or exists (
			select from regexp_matches(d.adbin::text, 'funcid (\d+)', 'g') called
			join pg_proc p on p.oid = called[1]::oid where p.provolatile <> 'i'))`},
	{"append-only", `select want.name, 'is missing, or lianluo_app can change it' from
		unnest('{case_events,case_answers,case_feedbacks,ratings,audit_entries,notices,station_checks,station_check_items}'::text[]) want (name)
		left join tenant on relname = want.name
		where id is null or has_table_privilege('lianluo_app', id, 'delete') or exists (select from pg_attribute a
			where a.attrelid = id and a.attnum > 0 and has_column_privilege('lianluo_app', id, a.attnum, 'update')
			and (relname, a.attname) <> ('case_feedbacks', 'deputy_id')) -- to whom it was told moves where two records are merged
		union all
		select relname, 'lianluo_app can empty it, refer to it or give it triggers' from ours
		where relkind = 'r' and has_table_privilege('lianluo_app', id, 'truncate, references, trigger')`},
	{"words", `select 'cases', 'lianluo_app can change the words' where has_column_privilege('lianluo_app', 'cases', 'words', 'update')`},
	{"oversight", `select relname, 'lianluo_oversight can do more than read it' from every where relkind in ('r', 'p', 'v', 'f', 'm') and (
			has_table_privilege('lianluo_oversight', id, 'delete, truncate, trigger')
			or has_any_column_privilege('lianluo_oversight', id, 'insert, update, references'))
		union all
		select relname, 'lianluo_oversight can read it' from every
		where relkind in ('r', 'p', 'v', 'f', 'm') and has_any_column_privilege('lianluo_oversight', id, 'select')
		and (queue or relname = any('{visit_contacts,deputy_private,users,user_roles,messages}') or relname ~ '^audit_'
			or relname = any('{login_directory,platform_accounts,sessions,login_failures}'))`},
}

// breaches names what breaks the rule: "R4 cases: cases_unit_fkey does not pair …".
func (r rule) breaches(t *testing.T, db postgres.Querier) []string {
	t.Helper()
	rows, err := db.Query(t.Context(), every+r.sql, pgx.NamedArgs{"platform": platform})
	if err != nil {
		t.Fatalf("%s: %v", r.name, err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (string, error) {
		var table, what string
		err := row.Scan(&table, &what)
		return r.name + " " + table + ": " + what, err
	})
	if err != nil {
		t.Fatalf("%s: %v", r.name, err)
	}
	return found
}

// tenantTables are the tables of the counties, as the catalogue has them.
func tenantTables(t *testing.T, pg *pgtest.DB) []string {
	t.Helper()
	rows, err := pg.Super.Query(t.Context(), every+`select relname from tenant order by relname`, pgx.NamedArgs{"platform": platform})
	if err != nil {
		t.Fatal(err)
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(names) < 25 {
		t.Fatalf("only %d tenant tables: %v, %v", len(names), names, err)
	}
	return names
}

func TestCatalogue(t *testing.T) {
	t.Parallel()
	pg := pgtest.Unmigrated(t)
	if err := postgres.Migrate(t.Context(), pg.OwnerURL); err != nil {
		t.Fatal(err)
	}
	tenantTables(t, pg)
	for _, rule := range rules {
		for _, breach := range rule.breaches(t, pg.Owner) {
			t.Error(breach)
		}
	}
	for _, name := range platform { // the list does not outlive its tables
		var there bool
		err := pg.Owner.QueryRow(t.Context(), `select to_regclass($1) is not null`, "public."+name).Scan(&there)
		if err != nil || !there {
			t.Errorf("platform lists %s, which does not exist: %v", name, err)
		}
	}
}
