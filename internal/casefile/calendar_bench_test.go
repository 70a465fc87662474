package casefile_test

import (
	"testing"

	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
)

// BenchmarkChangeCalendar moves 5,000 open cases: more than any county has.
func BenchmarkChangeCalendar(b *testing.B) {
	const cases = 5000
	w := casetest.New(b)
	number := w.DriveNew(casefile.Handling)
	w.Copy(b, number, cases)
	bridge, plain := casetest.Announcement(2026), casetest.Announcement(2026)
	bridge.Days[len(bridge.Days)-1].Kind = "holiday" // 10 October: no make-up day
	for i := 0; b.Loop(); i++ {
		a := bridge
		if i%2 == 1 {
			a = plain
		}
		if change := w.Announce(a); change.Cases != cases+1 {
			b.Fatalf("%d cases moved", change.Cases)
		}
	}
}
