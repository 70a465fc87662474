package tenant

import (
	"context"
	"slices"
	"strings"
	"testing"

	"lianluo/internal/postgres/pgtest"
)

const goodTable = `create table fine (county_id int not null references counties (id), id bigint generated always as identity,
	primary key (county_id, id)); call protect('fine');`

// Each rule is broken in a transaction that is rolled back, and the checker must say
// by which table.
func TestCatalogueNamesBreaches(t *testing.T) {
	t.Parallel()
	pg := pgtest.New(t)
	tried := map[string]bool{}
	const owner = `set local role lianluo_owner; `
	const extra = owner + goodTable
	for _, c := range []struct{ name, rule, table, sql string }{
		{"no county", "R1", "loose", owner + `create table loose (id bigint primary key)`},
		{"in a schema of its own", "R1", "loose", owner + `create schema more; create table more.loose (id bigint primary key)`},
		{"a platform table's name elsewhere", "R1", "sessions", owner + `create schema more; create table more.sessions (id bigint primary key)`},
		{"county null", "R1", "case_numbers", owner + `alter table case_numbers drop constraint case_numbers_pkey; alter table case_numbers alter county_id drop not null`},
		{"county bigint", "R1", "loose", owner + `create table loose (county_id bigint not null, id bigint, primary key (county_id, id))`},
		{"key the other way round", "R2", "fine", extra + `alter table fine drop constraint fine_pkey, add primary key (id, county_id)`},
		{"no key", "R2", "fine", extra + `alter table fine drop constraint fine_pkey`},
		{"unique column", "R3", "cases", owner + `alter table cases add unique (lookup_hash)`},
		{"unique expression", "R3", "users", owner + `create unique index on users (lower(login_name)) where disabled_at is null`},
		{"county only included", "R3", "cases", owner + `create unique index on cases (number) include (county_id)`},
		{"exclusion", "R3", "fine", extra + `alter table fine add period int4range, add exclude using gist (period with &&)`},
		{"plain foreign key", "R4", "fine", extra + `create unique index one on units (id);
			alter table units add constraint one unique using index one; alter table fine add unit_id bigint references units (id)`},
		{"county to another column", "R4", "fine", extra + `alter table fine add other int;
			alter table fine add foreign key (other, id) references units (county_id, id)`},
		{"crossed", "R4", "fine", extra + `create table pair (county_id int not null, id int, primary key (county_id, id)); call protect('pair');
			alter table fine add other int, add foreign key (other, county_id) references pair (county_id, id)`},
		{"to the queue", "R5", "fine", extra + `alter table fine add job bigint references river.river_job (id)`},
		{"to goose", "R5", "fine", extra + `alter table fine add v int references goose_db_version (id)`},
		{"from the platform", "R5", "sessions", owner + `alter table sessions add county_id int, add user_id bigint,
			add foreign key (county_id, user_id) references users (county_id, id)`},
		{"from the queue", "R5", "river_queue", owner + `alter table river.river_queue add county_id int,
			add foreign key (county_id) references county_settings (county_id)`},
		{"set null", "R6", "fine", extra + `alter table fine add parent bigint,
			add foreign key (county_id, parent) references fine (county_id, id) on delete set null (parent)`},
		{"set default", "R6", "fine", extra + `alter table fine add parent bigint,
			add foreign key (county_id, parent) references fine (county_id, id) on delete set default`},
		{"on update", "R6", "fine", extra + `alter table fine add parent bigint,
			add foreign key (county_id, parent) references fine (county_id, id) on update cascade`},
		{"set null on the platform", "R6", "divisions", owner + `alter table divisions drop constraint divisions_parent_code_fkey,
			add foreign key (parent_code) references divisions (code) on delete set null`},
		{"trigger", "R7", "cases", owner + `create trigger touch before update on cases for each row execute function suppress_redundant_updates_trigger()`},
		{"rule", "R7", "case_events", owner + `create rule quiet as on delete to case_events do instead nothing`},
		{"not enabled", "R8", "units", owner + `alter table units disable row level security`},
		{"not forced", "R8", "units", owner + `alter table units no force row level security`},
		{"no policy", "R8", "units", owner + `drop policy tenant on units`},
		{"no oversight policy", "R8", "units", owner + `drop policy oversight on units`},
		{"missing_ok", "R8", "units", owner + `alter policy tenant on units using (county_id = current_setting('app.county_id', true)::int)`},
		{"subselect", "R8", "units", owner + `alter policy tenant on units using (county_id = (select current_setting('app.county_id')::int))`},
		{"no check", "R8", "units", owner + `drop policy tenant on units;
			create policy tenant on units to lianluo_app using (county_id = current_setting('app.county_id')::int)`},
		{"loose check", "R8", "units", owner + `alter policy tenant on units with check (true)`},
		{"for everybody", "R8", "units", owner + `alter policy tenant on units to public`},
		{"overseer writes", "R8", "units", owner + `drop policy oversight on units; create policy oversight on units to lianluo_oversight
			using (county_id = any(string_to_array(current_setting('app.county_ids'), ',')::int[]))`},
		{"another policy", "R8", "units", owner + `create policy backdoor on units for select to lianluo_app using (true)`},
		{"search policy for another", "R8", "units", owner + `create policy search on units for select to lianluo_app using (true)`},
		{"setting of the role", "R8", "lianluo_app", `alter role lianluo_app set app.county_id = '1'`},
		{"int identity", "R9", "fine", extra + `alter table fine drop id; alter table fine add id int generated always as identity`},
		{"int sequence", "R9", "fine", extra + `create sequence counter as int owned by fine.id`},
		{"int sequence of nobody", "R9", "counter", owner + `create sequence counter as smallint`},
		{"platform int identity", "R9", "sessions", owner + `alter table sessions add n int generated always as identity`},
		{"superuser", "R10", "lianluo_app", `alter role lianluo_app superuser`},
		{"bypassrls", "R10", "lianluo_oversight", `alter role lianluo_oversight bypassrls`},
		{"owner bypasses", "R10", "lianluo_owner", `alter role lianluo_owner bypassrls`},
		{"owner inherits", "R10", "lianluo_owner", `alter role lianluo_owner inherit`},
		{"makes roles", "R10", "lianluo_app", `alter role lianluo_app createrole`},
		{"search logs in", "R10", "lianluo_search", `alter role lianluo_search login`},
		{"no oversight role", "R10", "lianluo_oversight", `alter role lianluo_oversight rename to another`},
		{"member", "R10", "lianluo_app", `grant lianluo_owner to lianluo_app`},
		{"searches as itself", "R10", "lianluo_oversight", `grant lianluo_search to lianluo_oversight`},
		{"owns a table", "R10", "lianluo_app", `alter table units owner to lianluo_app`},
		{"owns a function", "R10", "lianluo_app", `create function f() returns int language sql as 'select 1'; alter function f() owner to lianluo_app`},
		{"runs as the owner", "R10", "f", owner + `create function f() returns int language sql security definer as 'select 1'`},
		{"view", "R11", "open_cases", owner + `create view open_cases as select * from cases where outcome is null`},
		{"view of the definer", "R11", "open_cases", owner + `create view open_cases with (security_invoker = off) as select 1`},
		{"materialized view", "R11", "counts", owner + `create materialized view counts as select 1 as n`},
		{"child", "R12", "child", owner + `create table child () inherits (units)`},
		{"partitioned", "R12", "parts", owner + `create table parts (county_id int not null) partition by list (county_id)`},
		{"enum", "enums", "mood", owner + `create type mood as enum ('good', 'bad')`},
		{"no index", "foreign key index", "fine", extra + `alter table fine add parent bigint, add foreign key (county_id, parent) references fine (county_id, id)`},
		{"partial index", "foreign key index", "fine", extra + `alter table fine add parent bigint, add foreign key (county_id, parent) references fine (county_id, id);
			create index on fine (county_id, parent) where id > 5`},
		{"index the wrong way", "foreign key index", "fine", extra + `alter table fine add parent bigint, add foreign key (county_id, parent) references fine (county_id, id);
			create index on fine (county_id, id, parent)`},
		{"random default", "defaults", "fine", extra + `alter table fine add key uuid default gen_random_uuid()`},
		{"serial", "defaults", "fine", extra + `alter table fine add n bigserial`},
		{"now", "defaults", "fine", extra + `alter table fine add at timestamptz default now()`},
		{"today", "defaults", "fine", extra + `alter table fine add on_day date default current_date`},
		{"events change", "append-only", "case_events", owner + `grant update (body) on case_events to lianluo_app`},
		{"answers go", "append-only", "case_answers", owner + `grant delete on case_answers to public`},
		{"feedbacks change", "append-only", "case_feedbacks", owner + `grant update on case_feedbacks to lianluo_app`},
		{"ratings change", "append-only", "ratings", owner + `grant update (result) on ratings to lianluo_app`},
		{"entries go", "append-only", "audit_entries", owner + `grant delete on audit_entries to lianluo_app`},
		{"renamed away", "append-only", "audit_entries", owner + `alter table audit_entries rename to entries`},
		{"emptied", "append-only", "cases", owner + `grant truncate on cases to lianluo_app`},
		{"words change", "words", "cases", owner + `grant update (words) on cases to lianluo_app`},
		{"overseer updates", "oversight", "cases", owner + `grant update (title) on cases to lianluo_oversight`},
		{"overseer deletes", "oversight", "sessions", owner + `grant delete on sessions to lianluo_oversight`},
		{"overseer makes jobs", "oversight", "river_job", owner + `grant insert on river.river_job to lianluo_oversight`},
		{"overseer sees visitors", "oversight", "visit_contacts", owner + `grant select (name) on visit_contacts to lianluo_oversight`},
		{"overseer sees users", "oversight", "users", owner + `grant select on users to public`},
		{"overseer sees the record", "oversight", "audit_heads", owner + `grant select on audit_heads to lianluo_oversight`},
	} {
		tried[c.rule] = true
		t.Run(c.name, func(t *testing.T) {
			tx, err := pg.Super.Begin(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = tx.Rollback(context.Background()) }()
			if _, err := tx.Exec(t.Context(), c.sql+`; reset role`); err != nil {
				t.Fatal(err)
			}
			var found []string
			for _, rule := range rules {
				if rule.name == c.rule {
					found = append(found, rule.breaches(t, tx)...)
				}
			}
			if names := func(b string) bool { return strings.HasPrefix(b, c.rule+" "+c.table+": ") }; !slices.ContainsFunc(found, names) {
				t.Errorf("%s goes unnoticed in %s: %q", c.rule, c.table, found)
			}
		})
	}
	for _, rule := range rules {
		if !tried[rule.name] {
			t.Errorf("nothing here breaks %s", rule.name)
		}
	}
}

// A table that keeps the rules is not named.
func TestCataloguePassesGoodTable(t *testing.T) {
	t.Parallel()
	pg := pgtest.New(t)
	if _, err := pg.Owner.Exec(t.Context(), goodTable+`
		create view all_fine with (security_invoker = true) as select * from fine;
		alter table fine add parent_id bigint, add name text default 'x', add unique (county_id, name), add foreign key (county_id, parent_id) references fine (county_id, id);
		create index on fine (parent_id, county_id) where parent_id is not null;
		create policy search on fine for select to lianluo_search using (true)`); err != nil {
		t.Fatal(err)
	}
	for _, rule := range rules {
		for _, breach := range rule.breaches(t, pg.Owner) {
			if strings.Contains(breach, "fine") {
				t.Error(breach)
			}
		}
	}
}
