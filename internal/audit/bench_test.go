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
		ask := all[name]
		b.Logf("%s:\n%s", name, plan(b, db, county, list.Page(ask, where(ask))))
		b.Run(name, func(b *testing.B) {
			var lines *tenant.Page[Line]
			for b.Loop() {
				if err := db.View(b.Context(), county, func(v *tenant.View) { lines = List(v, ask) }); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(len(lines.Items)), "rows")
		})
		if !ask.First() || !Countable(ask) {
			continue
		}
		b.Run(name+"/count", func(b *testing.B) {
			var n *int64
			for b.Loop() {
				if err := db.View(b.Context(), county, func(v *tenant.View) { n = Count(v, ask) }); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(*n), "rows")
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
