package casefile_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/postgres/pgtest"
	"lianluo/internal/tenant"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// act is one step of a story: when, who, what, and where the case stands then. "" for
// when is at once; "" for due is no running clock.
type act struct {
	when  string
	by    auth.Actor
	in    casefile.Input
	state casefile.State
	clock casefile.Clock
	due   string
}

// play takes the steps of a story one after the other.
func play(t *testing.T, w *casetest.World, number string, story []act) {
	t.Helper()
	for i, a := range story {
		if a.when != "" {
			w.Set("2026-" + a.when)
		}
		w.MustTake(a.by, number, a.in)
		c := w.Case(number)
		if c.State != a.state {
			t.Fatalf("act %d, %s: got %s, want %s", i+1, a.in.Step, c.State, a.state)
		}
		faces(t, w, number, a.clock, a.due)
	}
}

// faces checks the clock that the case shows.
func faces(t *testing.T, w *casetest.World, number string, clock casefile.Clock, due string) {
	t.Helper()
	c := w.Case(number)
	got, gotDue := casefile.Clock(""), ""
	if c.Clock != nil {
		got, gotDue = *c.Clock, c.DueOn.String()
	}
	if due != "" && len(due) == len("10-08") {
		due = "2026-" + due
	}
	if got != clock || gotDue != due {
		t.Errorf("%s, %s since %s: got clock %q to %s, want %q to %s", number, c.State, w.Today(), got, gotDue, clock, due)
	}
}

// timer is a row of case_clocks.
type timer struct {
	Kind      casefile.Clock
	Round     int16
	StartedOn calendar.Date
	FirstDue  calendar.Date
	DueOn     calendar.Date
	Fixed     bool
	StoppedOn *calendar.Date
	EndedOn   *calendar.Date
}

// timers reads all clocks that a case ever had, oldest first.
func timers(t *testing.T, w *casetest.World, number string) []timer {
	t.Helper()
	var all *[]timer
	w.View(func(v *tenant.View) { all = timersIn(v, number) })
	return *all
}

func timersIn(v *tenant.View, number string) *[]timer {
	return tenant.All[timer](v, `select k.kind, k.round, k.started_on, k.first_due, k.due_on, k.fixed, k.stopped_on, k.ended_on from case_clocks k
			join cases c on c.county_id = @county and c.id = k.case_id where k.county_id = @county and c.number = @number order by k.id`,
		pgx.NamedArgs{"number": number})
}

// handleClock is the newest handling clock.
func handleClock(t *testing.T, w *casetest.World, number string) timer {
	t.Helper()
	all := timers(t, w, number)
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].Kind == casefile.ClockHandle {
			return all[i]
		}
	}
	t.Fatalf("%s has no handling clock", number)
	return timer{}
}

// digest is a fingerprint of everything that a step may write about a case.
func digest(t *testing.T, w *casetest.World, number string) string {
	t.Helper()
	var parts *string
	w.View(func(v *tenant.View) { parts = digestIn(v, number) })
	return *parts
}

func digestIn(v *tenant.View, number string) *string {
	var sums []string
	for _, table := range []string{"case_events", "case_clocks", "case_orders", "case_answers", "case_feedbacks", "messages", "ratings", "rating_links"} {
		sums = append(sums, `(select count(*)::text || md5(coalesce(string_agg(x::text, '|' order by x.id), '')) from `+table+` x
			where x.county_id = @county and x.case_id = c.id)`)
	}
	return tenant.Value[string](v, `select md5(c::text) || `+strings.Join(sums, " || ")+`
		from cases c where c.county_id = @county and c.number = @number`, pgx.NamedArgs{"number": number})
}

func step(s casefile.Step) casefile.Input { return casefile.Input{Step: s} }

func because(s casefile.Step, reason string) casefile.Input {
	return casefile.Input{Step: s, Reason: reason}
}

func saying(s casefile.Step, text string) casefile.Input { return casefile.Input{Step: s, Text: text} }

func day(t *testing.T, text string) calendar.Date {
	t.Helper()
	d, err := calendar.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// order is a row of case_orders.
type order struct {
	UnitID      int64
	Part        string
	Round       int16
	DueOn       calendar.Date
	MayCall     bool
	Note        *string
	SignedBy    *int64
	SignedAt    *time.Time
	OpinionAt   *time.Time
	HandedOutBy *int64
	EndedAt     *time.Time
}

// orders reads all orders that a case ever had, oldest first.
func orders(t *testing.T, w *casetest.World, number string) []order {
	t.Helper()
	var all *[]order
	w.View(func(v *tenant.View) { all = ordersIn(v, number) })
	return *all
}

func ordersIn(v *tenant.View, number string) *[]order {
	return tenant.All[order](v, `select o.unit_id, o.part, o.round, o.due_on, o.may_call, o.note, o.signed_by, o.signed_at, o.opinion_at,
			o.handed_out_by, o.ended_at from case_orders o join cases c on c.county_id = @county and c.id = o.case_id
			where o.county_id = @county and c.number = @number order by o.id`, pgx.NamedArgs{"number": number})
}
