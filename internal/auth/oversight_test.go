package auth

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"lianluo/internal/errs"
	"lianluo/internal/tenant"
)

func TestCounties(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	for division, want := range map[string]string{"14": "[2 1 3]", "1404": "[2 1]", "1405": "[3]", "1499": "[]"} {
		if got, err := Counties(t.Context(), p.DB, division); err != nil || fmt.Sprint(got) != want {
			t.Errorf("under %s: %v, %v; want %s", division, got, err, want)
		}
	}
	for _, division := range []string{"", "1", "140", "140423", "%", "14%"} {
		if got, err := Counties(t.Context(), p.DB, division); !errors.Is(err, errs.NotFound) {
			t.Errorf("under %q: %v, %v", division, got, err)
		}
	}
}

// addCases gives each of the three counties a case of its own number.
func addCases(t *testing.T, p *platform) {
	t.Helper()
	p.super(t, `
		set session_replication_role = replica; -- without the visit, the station and the rest
		insert into cases (county_id, number, visit_id, position, station_id, place_id, words, title, nature, category_id,
			state, has_contact, lookup_hash, registered_by, registered_at, updated_at)
		select id, number_prefix || '2026-0001', 1, 1, 1, 1, '路灯不亮', '路灯不亮', 'opinion', 1,
			'registered', true, '\x01', 1, now(), now() from counties;
		reset session_replication_role`)
}

func TestOverseerReadsItsCountiesOnly(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	addCases(t, p)
	type row struct{ Number string }
	numbers := func(counties []tenant.County, sql string) (all []string, err error) {
		var rows *[]row
		err = p.Oversee(t.Context(), counties, func(v *tenant.View) { rows = tenant.All[row](v, sql) })
		if err != nil {
			return nil, err
		}
		for _, r := range *rows {
			all = append(all, r.Number)
		}
		slices.Sort(all)
		return all, nil
	}
	counties, err := Counties(t.Context(), p.DB, "1404")
	if err != nil {
		t.Fatal(err)
	}
	const plain = `select number from cases where county_id = any(@counties)`
	for name, c := range map[string]struct{ sql, want string }{
		"as it shall":            {plain, "[TL2026-0001 XY2026-0001]"},
		"with a mistaken clause": {plain + ` or true`, "[TL2026-0001 XY2026-0001]"},
		"asking for 城区":          {plain + ` or county_id = 3`, "[TL2026-0001 XY2026-0001]"},
	} {
		if got, err := numbers(counties, c.sql); err != nil || fmt.Sprint(got) != c.want {
			t.Errorf("%s: %v, %v; want %s", name, got, err, c.want)
		}
	}
	if _, err := numbers(nil, plain); !errors.Is(err, errs.NotFound) {
		t.Errorf("without a county: %v", err)
	}
	if _, err := numbers(counties, `select number from cases`); !errors.Is(err, tenant.ErrNoCounty) {
		t.Errorf("a statement that names no county: %v", err)
	}
	for range 2 { // a fresh connection refuses, one that has been used shows nothing
		tag, err := p.at.Oversight.Exec(t.Context(), `select number from cases`)
		if err == nil && tag.RowsAffected() > 0 {
			t.Error("without the setting the role reads cases")
		}
	}
}

func TestOverseerWritesNothing(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	addCases(t, p)
	for _, sql := range []string{
		`update cases set supervised = true where county_id = 1`,
		`delete from cases where county_id = 1`,
		`insert into case_events (county_id, case_id, step, to_state, round, actor_name, actor_role, at)
			values (1, 1, 'approve', 'approved', 1, '督导', 'overseer', now())`,
		`update counties set name = '襄垣区'`,
		`create table note (t text)`,
	} {
		_, err := p.at.Oversight.Exec(t.Context(), `begin read write; set local app.county_ids = '1'; `+sql)
		if pg, ok := errors.AsType[*pgconn.PgError](err); !ok || pg.Code != "42501" {
			t.Errorf("%s: %v, want a refusal for want of a right", sql, err)
		}
	}
	write := ask[[]string](t, p, `
		select coalesce(array_agg(c.oid::regclass::text), '{}') from pg_class c
		where c.relnamespace in ('public'::regnamespace, 'river'::regnamespace) and c.relkind in ('r', 'p', 'v', 'm')
			and has_table_privilege('lianluo_oversight', c.oid, 'insert,update,delete,truncate')`)
	if len(write) > 0 {
		t.Errorf("the role may write %v", write)
	}
}

// Who somebody is, how to reach them and what was done to whom is not for an overseer.
func TestOverseerReadsNobodysData(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	for _, table := range []string{
		"visit_contacts", "deputy_private", "users", "user_roles", "messages", "audit_entries", "audit_heads",
		"login_directory", "login_failures", "platform_accounts", "sessions", "river.river_job",
	} {
		if ask[string](t, p, `select coalesce(to_regclass($1)::text, '')`, table) == "" {
			t.Errorf("there is no table %s", table)
		}
		_, err := p.at.Oversight.Exec(t.Context(), `begin; set local app.county_ids = '1'; select * from `+table)
		if pg, ok := errors.AsType[*pgconn.PgError](err); !ok || pg.Code != "42501" {
			t.Errorf("%s: %v, want a refusal for want of a right", table, err)
		}
	}
	columns := ask[[]string](t, p, `
		select coalesce(array_agg(table_name || '.' || column_name), '{}') from information_schema.columns
		where table_schema = 'public' and column_name ~ 'phone_|password|_hash$|_sealed|_blind|token'
			and has_column_privilege('lianluo_oversight', (quote_ident(table_name))::regclass, column_name, 'select')`)
	// The grant on cases is for the whole table, and the hash of the 查询码 comes with it.
	columns = slices.DeleteFunc(columns, func(c string) bool { return c == "cases.lookup_hash" })
	if len(columns) > 0 {
		t.Errorf("the role reads %v", columns)
	}
}
