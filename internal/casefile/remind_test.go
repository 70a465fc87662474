package casefile_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/errs"
	"lianluo/internal/tenant"
)

// reminders lists a county's reminders: case, clock, its end, kind, number and day.
func reminders(t *testing.T, w *casetest.World) []string {
	t.Helper()
	rows, err := w.PG.Super.Query(t.Context(), `select format('%s %s %s %s %s %s', c.number, k.kind, r.due_on, r.kind, r.nth, r.day) from case_reminders r
		join cases c on c.county_id = r.county_id and c.id = r.case_id join case_clocks k on k.county_id = r.county_id and k.id = r.clock_id
		where r.county_id = $1 order by r.id`, w.County)
	if err != nil {
		t.Fatal(err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func remind(t *testing.T, w *casetest.World) {
	t.Helper()
	if err := w.Update(func(ctx context.Context, tx *tenant.Tx) error { return casefile.Remind(ctx, tx, calendar.Builtin()) }); err != nil {
		t.Fatal(err)
	}
}

// TestRemind: one working day before the end, on the first day late, then every third day.
// Registered on Monday 14 September, a matter is to be sorted by Wednesday.
func TestRemind(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	number := w.OneCase()
	var want []string
	for _, d := range []struct {
		day   string
		news  []string
		after int // runs
	}{
		{"2026-09-14 23:59", nil, 2},
		{"2026-09-15 00:01", []string{"before 0 2026-09-15"}, 3},
		{"2026-09-16 12:00", nil, 1},
		{"2026-09-17 00:01", []string{"late 0 2026-09-17"}, 2},
		{"2026-09-19 12:00", nil, 1},
		{"2026-09-20 12:00", []string{"late 1 2026-09-20"}, 2},
		{"2026-09-28 12:00", []string{"late 2 2026-09-23", "late 3 2026-09-26"}, 2}, // nobody ran for a week
	} {
		w.Set(d.day)
		for _, r := range d.news {
			want = append(want, number+" sort 2026-09-16 "+r)
		}
		for range d.after {
			remind(t, w)
		}
		if got := reminders(t, w); !slices.Equal(got, want) {
			t.Fatalf("by %s: %q, want %q", d.day, got, want)
		}
	}

	// What has ended is not reminded of, and what begins is reminded of for itself.
	w.MustTake(w.Clerk, number, w.Sorting())
	w.Set("2026-09-29 09:00")
	remind(t, w)
	want = append(want, number+" hand_out 2026-09-28 late 0 2026-09-29")
	if got := reminders(t, w); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	var nobody *[]casefile.Event // and no step was taken
	w.View(func(v *tenant.View) { nobody = casefile.Events(v, number) })
	if len(*nobody) != 2 {
		t.Errorf("%+v", *nobody)
	}
}

// TestNotReminded: what stands still, waits for a citizen, or is closed.
func TestNotReminded(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	paused, rating := w.DriveNew(casefile.Handling), w.DriveNew(casefile.AwaitingRating)
	w.DriveNew(casefile.Closed)
	w.MustTake(w.Handler, paused, casefile.Input{Step: casefile.Pause, Reason: "上冻。", Day: w.Today().AddDays(90)})
	w.Set("2026-11-20 09:00") // the handling would be late, the window is over
	remind(t, w)
	if got := reminders(t, w); len(got) != 0 {
		t.Errorf("%s, %s: %q", paused, rating, got)
	}
	w.Set("2026-12-11 09:00") // a Friday: the pause ends on Sunday, and the next working day is Monday
	remind(t, w)
	if got, want := reminders(t, w), []string{paused + " pause 2026-12-13 before 0 2026-12-11"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestNudges: today's reminders stand before whom the case waits for, once for each clock,
// and on no other day.
func TestNudges(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	registered, handling := w.OneCase(), w.DriveNew(casefile.Handling)
	secret := w.Visit("反映一件要保密的事。")
	secret.Confidential = true
	receipts, err := w.RegisterVisit(w.Clerk, secret)
	if err != nil {
		t.Fatal(err)
	}
	w.Set("2026-11-20 09:00") // both are late, and nobody ran before
	remind(t, w)
	nudges := func(by auth.Actor) (numbers []string) {
		t.Helper()
		var found func() casefile.Nudges
		if err := w.DB.View(t.Context(), by.County, func(v *tenant.View) { found = casefile.NudgesFor(v, by) }); err != nil {
			t.Fatal(err)
		}
		for _, n := range found().Reminders {
			numbers = append(numbers, n.Number)
		}
		slices.Sort(numbers)
		return numbers
	}
	confidential := receipts.Matters[0].Number
	for _, c := range []struct {
		by   auth.Actor
		want []string
	}{{w.Clerk, []string{registered, confidential}}, {w.Clerk2, []string{registered}}, {w.Water, []string{handling}}, {w.Head, nil}, {w.Handler, nil},
		{w.Roads, nil}, {w.OtherClerk, nil}, {w.Deputy, nil}, {w.Leader, nil}, {w.Neighbour.Clerk, nil}} {
		if got := nudges(c.by); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.by.LoginName, got, c.want)
		}
	}
	w.Advance(1)
	if got := nudges(w.Clerk); len(got) != 0 {
		t.Errorf("the day after: %q", got)
	}
	w.Advance(2)
	remind(t, w)
	w.MustTake(w.Clerk, registered, w.Sorting())
	if got := nudges(w.Clerk); !slices.Equal(got, []string{confidential}) {
		t.Errorf("when it was done: %q", got)
	}
	var sheet *casefile.Sheet
	w.View(func(v *tenant.View) { sheet = casefile.SheetOf(v, handling) })
	if r := sheet.Reminded; r.Times != len(slices.DeleteFunc(reminders(t, w), func(s string) bool { return s[:len(handling)] != handling })) ||
		r.Last == nil || !r.Last.Equal(w.Now()) {
		t.Errorf("%+v", r)
	}
}

// TestRemindersOnce is a property: whatever the calendar, however the clock jumps, however
// often servers run at once, die midway or are away, each reminder that a running clock has
// earned by a run is made exactly once, and no other is.
func TestRemindersOnce(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			r := &reminding{World: casetest.New(t), t: t, rand: rand.New(rand.NewPCG(seed, 17)), want: map[string]bool{}}
			r.days = r.calendar()
			for range 3 {
				r.cases = append(r.cases, r.OneCase(), r.DriveNew(casefile.Handling), r.DriveNew(casefile.Reported))
			}
			for range 40 {
				r.now()
				r.step()
				r.servers()
			}
			got := reminders(t, r.World)
			slices.Sort(got)
			if want := slices.Sorted(maps.Keys(r.want)); !slices.Equal(got, want) || len(got) < 50 {
				t.Errorf("%d reminders, want %d:\n%q\n%q", len(got), len(want), got, want)
			}
		})
	}
}

type reminding struct {
	*casetest.World
	t     *testing.T
	rand  *rand.Rand
	days  *calendar.Calendar
	cases []string
	want  map[string]bool
}

// calendar is one with holidays and make-up days of its own.
func (r *reminding) calendar() *calendar.Calendar {
	var days []calendar.Day
	for range 60 {
		kind := []string{calendar.Holiday, calendar.Workday}[r.rand.IntN(2)]
		days = append(days, calendar.Day{Date: r.Today().AddDays(r.rand.IntN(200) - 20), Kind: kind, Name: "试"})
	}
	return calendar.New(days)
}

// now lets some days and hours pass, or none.
func (r *reminding) now() {
	day := r.Today().AddDays(r.rand.IntN(4) * r.rand.IntN(2) * (1 + r.rand.IntN(3)))
	r.Set(fmt.Sprintf("%s %02d:%02d", day, r.rand.IntN(24), r.rand.IntN(60)))
}

// step lets something happen to a case that moves, stops or ends its clocks, if it can.
func (r *reminding) step() {
	number := r.cases[r.rand.IntN(len(r.cases))]
	tries := []struct {
		by auth.Actor
		in casefile.Input
	}{
		{r.Clerk, r.Sorting()}, {r.Water, casetest.Answering("A")},
		{r.Handler, casefile.Input{Step: casefile.Improve, Text: "请补照片。"}},
		{r.Water, casefile.Input{Step: casefile.RequestExtension, Reason: "等材料。", Days: 5}},
		{r.Handler, casefile.Input{Step: casefile.GrantExtension}},
		{r.Handler, casefile.Input{Step: casefile.Pause, Reason: "上冻。", Day: r.Today().AddDays(20)}},
		{r.Handler, casefile.Input{Step: casefile.Resume}},
		{r.Handler, casefile.Input{Step: casefile.HandOut, UnitID: r.WaterUnit}},
		{r.Water, casefile.Input{Step: casefile.Sign}},
	}
	at := tries[r.rand.IntN(len(tries))]
	_, err := r.Take(at.by, number, at.in)
	if err == nil || errors.Is(err, errs.Conflict) || errors.Is(err, errs.Forbidden) {
		return
	}
	if _, invalid := errors.AsType[errs.Invalid](err); !invalid {
		r.t.Fatal(err)
	}
}

// servers lets none, one or several run at once; one may die before it commits.
func (r *reminding) servers() {
	var all sync.WaitGroup
	survivors := 0
	for range r.rand.IntN(4) {
		dies := r.rand.IntN(3) == 0
		if !dies {
			survivors++
		}
		all.Go(func() {
			err := r.Update(func(ctx context.Context, tx *tenant.Tx) error {
				err := casefile.Remind(ctx, tx, r.days)
				if dies {
					err = errors.Join(err, errKilled)
				}
				return err
			})
			if err != nil && !dies {
				r.t.Error(err)
			}
		})
	}
	all.Wait()
	if survivors > 0 {
		r.expect()
	}
}

var errKilled = errors.New("killed")

// expect notes what a run must have made, told day by day.
func (r *reminding) expect() {
	type clock struct {
		Number, Kind string
		Due          calendar.Date
	}
	rows, err := r.PG.Super.Query(r.t.Context(), `select c.number, k.kind, k.due_on as due from case_clocks k join cases c on c.county_id = k.county_id and c.id = k.case_id
		where k.county_id = $1 and k.ended_on is null and k.stopped_on is null`, r.County)
	if err != nil {
		r.t.Fatal(err)
	}
	clocks, err := pgx.CollectRows(rows, pgx.RowToStructByName[clock])
	if err != nil {
		r.t.Fatal(err)
	}
	today := r.Today()
	for _, k := range clocks {
		head := fmt.Sprintf("%s %s %s ", k.Number, k.Kind, k.Due)
		eve := k.Due.AddDays(-1)
		for !r.days.IsWorkday(eve) {
			eve = eve.AddDays(-1)
		}
		if !eve.After(today) && !today.After(k.Due) {
			r.want[head+"before 0 "+eve.String()] = true
		}
		for day, n := k.Due.AddDays(1), 0; !day.After(today); day = day.AddDays(1) {
			if day.Sub(k.Due)%3 == 1 {
				r.want[fmt.Sprintf("%slate %d %s", head, n, day)] = true
				n++
			}
		}
	}
}
