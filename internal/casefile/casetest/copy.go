package casetest

import "testing"

// Copy makes n more of a case, with its clocks and its orders, for measuring.
func (w *World) Copy(t testing.TB, number string, n int) {
	t.Helper()
	clone := func(table, columns, where string) {
		t.Helper()
		if _, err := w.PG.Super.Exec(t.Context(), `insert into `+table+` (`+columns+`) `+where, w.County, number, n); err != nil {
			t.Fatal(err)
		}
	}
	const same = `visit_id, position, station_id, place_id, words, title, nature, category_id, level, proposal, state, outer_level, unit_id, version,
		clock, due_on, has_contact, registered_by, registered_at, updated_at`
	clone("cases", "county_id, number, lookup_hash, "+same, `select county_id, number || '-' || i, decode(md5(i::text), 'hex'), `+same+`
		from cases, generate_series(1, $3::int) i where county_id = $1 and number = $2`)
	const of = ` join cases one on one.county_id = x.county_id and one.id = x.case_id
		join cases c on c.county_id = one.county_id and c.number like one.number || '-%' where x.county_id = $1 and one.number = $2 and $3 > 0`
	clone("case_clocks", "county_id, case_id, kind, round, started_on, first_due, due_on, provisional",
		`select x.county_id, c.id, x.kind, x.round, x.started_on, x.first_due, x.due_on, x.provisional from case_clocks x`+of+` and x.ended_on is null`)
	clone("case_orders", "county_id, case_id, unit_id, part, round, due_on, may_call, handed_out_by, handed_out_at",
		`select x.county_id, c.id, x.unit_id, x.part, x.round, x.due_on, x.may_call, x.handed_out_by, x.handed_out_at from case_orders x`+of)
	if _, err := w.PG.Super.Exec(t.Context(), `analyze`); err != nil {
		t.Fatal(err)
	}
}
