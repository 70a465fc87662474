package audit

import (
	"maps"
	"slices"
	"testing"

	"lianluo/internal/tenant"
)

// BenchmarkList searches 1,000,000 entries, of which one county has 200,000. With -v it
// shows each plan.
func BenchmarkList(b *testing.B) {
	const mine = 200_000
	_, db, county := country(b, mine, 100, 8_000)
	all := searches(mine)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		f := all[name]
		f.Limit = 50
		b.Logf("%s:\n%s", name, plan(b, db, county, f))
		b.Run(name, func(b *testing.B) {
			found := 0
			for b.Loop() {
				var lines *[]Line
				if err := db.View(b.Context(), county, func(v *tenant.View) { lines = List(v, f) }); err != nil {
					b.Fatal(err)
				}
				found = len(*lines)
			}
			b.ReportMetric(float64(found), "rows")
		})
	}
}

// BenchmarkVerify walks the record of a large county.
func BenchmarkVerify(b *testing.B) {
	page = 1000 // as the site has it
	at, db, county, _ := twoCounties(b)
	fill(b, at, county, 200_000)
	for b.Loop() {
		if n, err := Verify(b.Context(), db, county); n != 200_000 || err != nil {
			b.Fatal(n, err)
		}
	}
}
