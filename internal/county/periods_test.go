package county_test

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"testing"

	"lianluo/internal/casefile"
	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

func (o office) settings() county.Settings {
	o.t.Helper()
	var s *county.Settings
	o.View(func(v *tenant.View) { s = county.SettingsOf(v) })
	return *s
}

func (o office) setPeriods(s county.Settings) func(ctx context.Context, tx *tenant.Tx) error {
	return func(ctx context.Context, tx *tenant.Tx) error {
		return county.ChangePeriods(ctx, tx, o.Admin.Audit(), s)
	}
}

func TestPeriods(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	neighbour, before := o.state(o.Neighbour.County), o.OneCase()
	s := o.settings()
	if s.UndoMinutes != 0 { // the tests' world sends at once
		t.Errorf("messages wait %d minutes", s.UndoMinutes)
	}
	s.SortDays, s.UndoMinutes, s.NearDueDays = 4, 15, 0
	o.must(o.setPeriods(s))
	if got := o.settings(); got.SortDays != 4 || got.UndoMinutes != 15 || got.NearDueDays != 0 || got.Version != 2 || got.NoticeVersion != s.NoticeVersion {
		t.Errorf("%+v", got)
	}
	o.lastRecorded(1, "settings.periods", "settings periods", county.Changes{"sort_days": {"2", "4"}, "near_due_days": {"3", "0"}, "undo_minutes": {"0", "15"}})
	o.must(o.setPeriods(s)) // pressed twice
	if n := len(o.recorded(o.County)); n != 1 {
		t.Errorf("%d changes are recorded", n)
	}

	// What was registered before keeps its date; what comes now has the new one.
	if due := o.Case(before).DueOn.String(); due != "2026-09-16" {
		t.Errorf("registered before: due on %s", due)
	}
	if due := o.Case(o.OneCase()).DueOn.String(); due != "2026-09-18" {
		t.Errorf("registered now: due on %s", due)
	}

	s.SortDays = 7 // of a form that somebody else overtook
	stale := o.overtaken(o.setPeriods(s))
	if stale.Version != 2 || len(stale.Since) != 1 || stale.Since[0].Changes["sort_days"] != [2]string{"2", "4"} || stale.Since[0].By != o.Admin.Name {
		t.Errorf("%+v", stale)
	}
	if o.state(o.Neighbour.County) != neighbour {
		t.Error("the neighbour's settings have changed")
	}
}

// TestPeriodLimits: each period takes what its column takes, and no more.
func TestPeriodLimits(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	type check struct{ Field, Text string }
	checks, err := postgres.All[check](t.Context(), o.PG.Super, `select a.attname as field, pg_get_constraintdef(c.oid) as text
		from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
		where c.conrelid = 'county_settings'::regclass and c.contype = 'c' and a.attname ~ '_(days|minutes)$'`)
	if err != nil || len(checks) != len(county.Periods) {
		t.Fatalf("%d checks for %d periods, %v", len(checks), len(county.Periods), err)
	}
	limits := map[string]string{}
	for _, c := range checks {
		bounds := regexp.MustCompile(`\d+`).FindAllString(c.Text, -1)
		limits[c.Field] = fmt.Sprint(bounds)
	}
	for _, p := range county.Periods {
		if got := fmt.Sprintf("[%d %d]", p.Min, p.Max); got != limits[p.Field] {
			t.Errorf("%s takes %s, its column %s", p.Field, got, limits[p.Field])
		}
		for _, value := range []int{p.Min, p.Max} {
			s := o.settings()
			p.Set(&s, value)
			o.must(o.setPeriods(s))
			if got := p.Of(o.settings()); got != value {
				t.Errorf("%s is %d, want %d", p.Field, got, value)
			}
		}
		for _, value := range []int{p.Min - 1, p.Max + 1} {
			s := o.settings()
			p.Set(&s, value)
			o.wrong(p.Field, o.setPeriods(s))
		}
	}
}

// TestPeriodsOfClocks: what is set is what a clock gets.
func TestPeriodsOfClocks(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := o.settings()
	s.SignDays, s.DepartmentDays = 2, 8
	o.must(o.setPeriods(s))
	number := o.DriveNew(casefile.Assigned)
	if due := o.Case(number).DueOn.String(); due != "2026-09-16" {
		t.Errorf("to be signed by %s", due)
	}
	if due := o.Drive(number, casefile.Handling).DueOn.String(); due != "2026-09-23" { // 20 September is a working day
		t.Errorf("to be handled by %s", due)
	}
	if err := o.DB.Update(t.Context(), 999, func(tx *tenant.Tx) error { return o.setPeriods(s)(t.Context(), tx) }); !errors.Is(err, errs.NotFound) {
		t.Errorf("of no county: %v", err)
	}
}
