package reception_test

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/postgres/pgtest"
	"lianluo/internal/reception"
	"lianluo/internal/rota"
	"lianluo/internal/tenant"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// world is casetest's, with what a test of the rota does.
type world struct {
	*casetest.World
	t *testing.T
}

func newWorld(t *testing.T) *world { return &world{casetest.New(t), t} }

// try runs one change in a transaction of its own.
func (w *world) try(do func(ctx context.Context, tx *tenant.Tx) error) error { return w.Update(do) }

func (w *world) must(do func(ctx context.Context, tx *tenant.Tx) error) {
	w.t.Helper()
	if err := w.Update(do); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) refused(kind error, do func(ctx context.Context, tx *tenant.Tx) error) {
	w.t.Helper()
	if err := w.Update(do); !errors.Is(err, kind) {
		w.t.Errorf("got %v, want %v", err, kind)
	}
}

func (w *world) invalid(do func(ctx context.Context, tx *tenant.Tx) error, fields ...string) {
	w.t.Helper()
	casetest.InvalidAt(w.t, w.Update(do), fields...)
}

func day(s string) *calendar.Date {
	d, err := calendar.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return &d
}

// facts are those of a usual day at 王桥镇.
func (w *world) facts() reception.Facts {
	return reception.Facts{StationID: w.Station, PlaceID: w.Station, Kind: "fixed", Starts: "09:00", Ends: "11:30", Seats: 2, Spares: 1}
}

func (w *world) rule(rule rota.Rule, from string) reception.RuleInput {
	return reception.RuleInput{Facts: w.facts(), Rule: rule, From: day(from)}
}

func (w *world) addRule(by auth.Actor, in reception.RuleInput) (id int64) {
	w.t.Helper()
	w.must(func(ctx context.Context, tx *tenant.Tx) (err error) {
		id, err = reception.AddRule(ctx, tx, by, uuid.New(), in)
		return err
	})
	return id
}

func (w *world) generate(by auth.Actor, year int) (plan reception.Plan) {
	w.t.Helper()
	w.must(func(ctx context.Context, tx *tenant.Tx) (err error) {
		plan, err = reception.Generate(ctx, tx, by, 0, year, reception.Omit{})
		return err
	})
	return plan
}

func (w *world) add(by auth.Actor, in reception.DayInput) (id int64) {
	w.t.Helper()
	w.must(func(ctx context.Context, tx *tenant.Tx) (err error) {
		id, err = reception.Add(ctx, tx, by, uuid.New(), in)
		return err
	})
	return id
}

// on is a day at 王桥镇 with deputies, not yet added.
func (w *world) on(date string, deputies ...int64) reception.DayInput {
	return reception.DayInput{Facts: w.facts(), Date: day(date), Deputies: deputies}
}

func (w *world) entry(id int64) reception.Entry {
	w.t.Helper()
	var e *reception.Entry
	w.View(func(v *tenant.View) { e = reception.Of(v, w.Admin, id) })
	return *e
}

// dates are the days of a rule as they stand: 09-21, 10-08<10-05 where it was moved.
func (w *world) dates(rule int64, from, to string) string {
	w.t.Helper()
	var all *[]reception.Entry
	w.View(func(v *tenant.View) { all = reception.Entries(v, w.Admin, 0, *day(from), *day(to)) })
	var words []string
	for _, e := range *all {
		if e.RuleID == nil || *e.RuleID != rule {
			continue
		}
		word := e.Date.String()[5:]
		if e.Moved() {
			word += "<" + e.MeantOn.String()[5:]
		}
		words = append(words, word)
	}
	slices.Sort(words)
	return strings.Join(words, " ")
}

// receive registers a visit at 王桥镇's station, where its reception days are.
func (w *world) receive(words ...string) {
	w.t.Helper()
	visit := w.Visit(words...)
	visit.PlaceID = w.Station
	if _, err := w.RegisterVisit(w.Clerk, visit); err != nil {
		w.t.Fatal(err)
	}
}

// dayOf is the day of a rule that stands on a date.
func (w *world) dayOf(rule int64, date string) int64 {
	w.t.Helper()
	var all *[]reception.Entry
	w.View(func(v *tenant.View) { all = reception.Entries(v, w.Admin, 0, *day(date), *day(date)) })
	for _, e := range *all {
		if e.RuleID != nil && *e.RuleID == rule {
			return e.ID
		}
	}
	w.t.Fatalf("the rule has no day on %s", date)
	return 0
}

// joins puts a deputy into a station's group.
func (w *world) joins(station, deputy int64) {
	w.t.Helper()
	if _, err := w.PG.Super.Exec(w.t.Context(), `insert into station_deputies (county_id, station_id, deputy_id, from_date) values ($1, $2, $3, $4)`,
		w.County, station, deputy, w.Today().String()); err != nil {
		w.t.Fatal(err)
	}
}
