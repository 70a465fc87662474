package register_test

import (
	"slices"
	"strings"
	"testing"

	"lianluo/internal/auth"
	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/register"
	"lianluo/internal/tenant"
)

// total is what the lines come to, which lines compares with what the database says.
func total(t *testing.T, w *casetest.World, by auth.Actor, source register.Source) string {
	t.Helper()
	f := form(t, w, source)
	lines(t, w, reader(w, by), f, "")
	var sum *register.Total
	w.View(func(v *tenant.View) { sum = source.Total(v, by, source.Ask(nil, w.Today(), 100), 1000) })
	return sum.Words(f.Unit())
}

// TestTotals: a group of twelve with two matters is one visit of twelve persons in two lines; who
// sees one of its matters alone counts them too, and reads how many they were.
func TestTotals(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	group := w.Visit("水管冻裂了。", "路灯不亮。")
	group.Persons, group.PlaceID = 12, w.Station
	receipts, err := w.RegisterVisit(w.Clerk, group)
	if err != nil {
		t.Fatal(err)
	}
	w.OneCase()
	w.MustTake(w.Head, receipts.Matters[0].Number, casefile.Input{Step: casefile.Restrict, Reason: "来访人要求保密。"})
	for source, want := range map[register.Source]string{register.Visits: "共 3 条，来访 2 批次、13 人次，意见建议 3 件", register.Matters: "共 3 件",
		register.Activities: "共 2 次，来访 2 批次、13 人次，意见建议 3 件", register.Receptions: "共 1 场，来访 1 批次、12 人次，意见建议 2 件"} {
		if got := total(t, w, w.Head, source); got != want {
			t.Errorf("%s: %q, want %q", source, got, want)
		}
	}
	if got := total(t, w, w.Handler, register.Visits); got != "共 2 条，来访 2 批次、13 人次，意见建议 2 件" {
		t.Errorf("to who does not see the restricted one: %q", got)
	}
	f := form(t, w, register.Visits)
	if at := slices.IndexFunc(f.Shown(), func(c register.Column) bool { return c.Key == "persons" }); at < 0 {
		t.Error("how many came is not in the form as it is shipped")
	}
	f = showing(f, "no", "persons")
	if got := lines(t, w, reader(w, w.Head), f, ""); !slices.Equal(got, []string{"2026-0001-1|12", "2026-0001-2|", "2026-0002|1"}) {
		t.Errorf("how many came: %q", got)
	}
	if got := lines(t, w, reader(w, w.Handler), f, ""); !slices.Equal(got, []string{"2026-0001-2|12", "2026-0002|1"}) {
		t.Errorf("to who does not see the restricted one: %q", got)
	}
}

// TestLinesOfSeveralStations say of which they are, and that each counts by itself: to the county
// unless it chose a station, and to a clerk who took one over.
func TestLinesOfSeveralStations(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	heir := w.Clerk
	heir.Merged = []int64{w.OtherStation}
	for _, source := range register.Sources() {
		if !source.Listed() {
			continue
		}
		for name, c := range map[string]struct {
			by      auth.Actor
			address string
			shows   bool
		}{"the county": {w.Handler, "", true}, "the county, of a station": {w.Handler, "station=1", false}, "a clerk": {w.Clerk, "", false},
			"a clerk who took a station over": {heir, "", true}, "of one place": {heir, "place=1", false}} {
			f := form(t, w, source).For(c.by, source.Ask(query(t, c.address), w.Today(), 1))
			column := slices.ContainsFunc(f.Shown(), func(c register.Column) bool { return c.Key == "station" })
			if said := strings.Contains(f.Note(), "各站分别编号"); column != c.shows || said != (c.shows && source == register.Visits) {
				t.Errorf("%s to %s: the station shows %t, it is said %t", source, name, column, said)
			}
		}
		if f := form(t, w, source); slices.ContainsFunc(f.Shown(), func(c register.Column) bool { return c.Key == "station" }) {
			t.Errorf("%s of one station says it in each line", source)
		}
	}
}
