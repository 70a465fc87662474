package duty_test

import (
	"fmt"
	"net/url"
	"os"
	"slices"
	"testing"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/duty"
	"lianluo/internal/postgres/pgtest"
	"lianluo/internal/reception"
	"lianluo/internal/tenant"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

func record(t *testing.T, w *casetest.World, by auth.Actor, number int32) duty.Record {
	t.Helper()
	var r *duty.Record
	w.View(func(v *tenant.View) { r = duty.Of(v, by, number) })
	return *r
}

func entries(t *testing.T, w *casetest.World, by auth.Actor, number int32, address string) []duty.Entry {
	t.Helper()
	query, err := url.ParseQuery(fmt.Sprintf("deputy=%d&%s", number, address))
	if err != nil {
		t.Fatal(err)
	}
	var all *tenant.Page[duty.Entry]
	var n *int64
	w.View(func(v *tenant.View) {
		all = duty.List(v, by, duty.Ask(query, 50))
		n = duty.Count(v, by, duty.Ask(query, 50), 1000)
	})
	if int(*n) != len(all.Items) {
		t.Errorf("%s: %d counted, %d read", address, *n, len(all.Items))
	}
	return all.Items
}

// TestRecordIsWhatWasEntered: a day on duty, two visits, three matters of which one closes,
// and one feedback; nobody typed any of it for the record.
func TestRecordIsWhatWasEntered(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	const first, third = 1, 3
	today := w.Today()
	if got := record(t, w, w.Admin, first).Between(today, nil); got != (duty.Figures{}) {
		t.Errorf("before anything happened: %+v", got) // the day is announced, and nobody came yet
	}
	visit := w.Visit("水管冻裂了。", "路灯不亮。")
	visit.Persons, visit.PlaceID = 3, w.Station // where the day is
	receipts, err := w.RegisterVisit(w.Clerk, visit)
	if err != nil {
		t.Fatal(err)
	}
	w.Drive(receipts.Matters[0].Number, casefile.Closed)
	w.Advance(120) // another year
	secret := w.OneCase()
	w.MustTake(w.Head, secret, casefile.Input{Step: casefile.Restrict, Reason: "来访人要求保密。"})

	r := record(t, w, w.Handler, first)
	if years := r.Years(); !slices.Equal(years, []int{2027, 2026}) {
		t.Errorf("years %v", years)
	}
	want := duty.Figures{Receptions: 1, Visits: 1, Persons: 3, Matters: 2, Closed: 1, Seen: 2, SeenClosed: 1, Heard: 1}
	if got := r.Between(calendar.NewDate(2026, 1, 1), new(calendar.NewDate(2026, 12, 31))); got != want || got.Open() != 1 {
		t.Errorf("2026: %+v, want %+v", got, want)
	}
	if got := r.Between(calendar.NewDate(2027, 1, 1), nil); got != (duty.Figures{Visits: 1, Persons: 1, Matters: 1}) {
		t.Errorf("2027, to somebody who may not open the restricted case: %+v", got)
	}
	if got := record(t, w, w.Head, first).Between(calendar.NewDate(2027, 1, 1), nil); got.Seen != 1 {
		t.Errorf("to the head, who may: %+v", got)
	}
	if got := record(t, w, w.Admin, third).Between(today, nil); got != (duty.Figures{}) {
		t.Errorf("who was not there has %+v", got)
	}

	all := entries(t, w, w.Deputy, first, "")
	if len(all) != 4 || all[0].Kind != duty.Visit || all[0].Day.Year() != 2027 {
		t.Errorf("entries %+v", all)
	}
	if days := entries(t, w, w.Deputy, first, "kind=reception&from=2026-01-01&to=2026-12-31"); len(days) != 1 || days[0].Visits != 1 || days[0].Persons != 3 || days[0].Matters != 2 {
		t.Errorf("days %+v", days)
	}
	if heard := entries(t, w, w.Deputy, first, "kind=heard"); len(heard) != 1 || heard[0].Title == nil || *heard[0].Number != receipts.Matters[0].Number {
		t.Errorf("heard %+v", heard)
	}
	if none := entries(t, w, w.OtherClerk, first, ""); len(none) != 0 {
		t.Errorf("another station's clerk reads %+v", none)
	}
	var lines []string
	if err := duty.Export(t.Context(), w.DB, w.Handler, duty.Ask(url.Values{"deputy": {"1"}, "sort": {"-day"}}, 1), func(e duty.Entry) error {
		lines = append(lines, e.Words())
		return nil
	}); err != nil || !slices.Equal(lines, []string{"固定接待，接待 1 批 3 人", "来访，3 人", "短信听取办理结果：五阳村自来水管冻裂", "来访，1 人"}) {
		t.Errorf("exported %q, %v", lines, err)
	}
	if some := entries(t, w, w.Deputy, 2, ""); len(some) != 0 {
		t.Errorf("a deputy reads of another %+v", some)
	}
}

// TestWhoWasNotThereHasNoDay: a substitute has a day where a visit says who was received, and not
// for standing in the list; a cancelled day is nobody's, whatever an old row says of it.
func TestWhoWasNotThereHasNoDay(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	const first, second, third = 1, 2, 3
	days := func(number int32) [2]int {
		all := record(t, w, w.Admin, number).All()
		return [2]int{all.Receptions, len(entries(t, w, w.Admin, number, "kind=reception"))}
	}
	reception, err := onMonday(w, t)
	if err == nil {
		_, err = w.PG.Super.Exec(t.Context(), `insert into reception_deputies (county_id, reception_id, deputy_id, substitute) values ($1, $2, $3, true)`,
			w.County, reception, w.Deputies[2])
	}
	if err != nil {
		t.Fatal(err)
	}
	visit := func(deputy int64) {
		t.Helper()
		v := w.Visit("路灯不亮。")
		v.Deputies, v.PlaceID = []int64{deputy}, w.Station // where the day is
		if _, err := w.RegisterVisit(w.Clerk, v); err != nil {
			t.Fatal(err)
		}
	}
	check := func(when string, want map[int32]int) {
		t.Helper()
		for number, n := range want {
			if got := days(number); got != [2]int{n, n} {
				t.Errorf("%s: the record of deputy %d has %d days, its list %d, want %d", when, number, got[0], got[1], n)
			}
		}
	}
	visit(w.Deputies[0])
	check("the first received", map[int32]int{first: 1, second: 1, third: 0})
	visit(w.Deputies[2])
	check("the substitute received too", map[int32]int{third: 1})
	if _, err := w.PG.Super.Exec(t.Context(), `update reception_deputies set came = false where county_id = $1 and reception_id = $2 and deputy_id = $3`, w.County, reception, w.Deputies[1]); err != nil {
		t.Fatal(err)
	}
	check("the second did not come", map[int32]int{first: 1, second: 0, third: 1})
	if _, err := w.PG.Super.Exec(t.Context(), `update receptions set state = 'cancelled', reason = '乡镇人代会' where county_id = $1 and id = $2`, w.County, reception); err != nil {
		t.Fatal(err)
	}
	check("cancelled", map[int32]int{first: 0, second: 0, third: 0})
}

// onMonday is the world's one day.
func onMonday(w *casetest.World, t *testing.T) (id int64, err error) {
	t.Helper()
	err = w.PG.Super.QueryRow(t.Context(), `select id from receptions where county_id = $1 and station_id = $2 and date = $3`, w.County, w.Station, w.Today()).Scan(&id)
	return id, err
}

// TestKindsAreNamedOnce: a record calls each kind of reception day what the rota calls it.
func TestKindsAreNamedOnce(t *testing.T) {
	t.Parallel()
	for _, kind := range reception.Kinds {
		if got, want := (duty.Entry{Kind: duty.Reception, Form: &kind.Value}).Words(), kind.Name+"，没有群众来访"; got != want {
			t.Errorf("%s is called %q, want %q", kind.Value, got, want)
		}
	}
}
