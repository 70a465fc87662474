package county_test

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"lianluo/internal/casefile/casetest"
	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// office is a world in which the county's administrator changes settings.
type office struct {
	*casetest.World
	t *testing.T
}

func newOffice(t *testing.T) office {
	t.Helper()
	return office{casetest.New(t), t}
}

// must runs a change that has to succeed.
func (o office) must(write func(ctx context.Context, tx *tenant.Tx) error) {
	o.t.Helper()
	if err := o.Update(write); err != nil {
		o.t.Fatal(err)
	}
}

// refused runs a change that has to fail with a message for its reader.
func (o office) refused(kind error, write func(ctx context.Context, tx *tenant.Tx) error) {
	o.t.Helper()
	if err := o.Update(write); !errors.Is(err, kind) || errs.Message(err, "") == "" {
		o.t.Errorf("%v, want %v in words", err, kind)
	}
}

// wrong runs a change that has to fail at exactly one field.
func (o office) wrong(field string, write func(ctx context.Context, tx *tenant.Tx) error) {
	o.t.Helper()
	err := o.Update(write)
	invalid, _ := errors.AsType[errs.Invalid](err)
	if fields := slices.Collect(maps.Keys(invalid)); !slices.Equal(fields, []string{field}) {
		o.t.Errorf("%v, want a message at %s", err, field)
	}
}

// overtaken runs a change that somebody else was faster with, and returns what the other did.
func (o office) overtaken(write func(ctx context.Context, tx *tenant.Tx) error) county.Stale {
	o.t.Helper()
	err := o.Update(write)
	stale, ok := errors.AsType[county.Stale](err)
	if !ok || !errors.Is(err, errs.Conflict) {
		o.t.Fatalf("%v, want Stale", err)
	}
	return stale
}

// entry is a line of the record.
type entry struct {
	Action, Subject string
	Name            *string
	Changes         county.Changes
}

// recorded are the lines of the record about settings, oldest first.
func (o office) recorded(of tenant.County) []entry {
	o.t.Helper()
	var entries []entry
	err := o.DB.Update(o.t.Context(), of, func(tx *tenant.Tx) (err error) {
		entries, err = postgres.All[entry](o.t.Context(), tx, `select action, subject, detail ->> 'name' as name, detail -> 'changes' as changes
			from audit_entries where county_id = @county and action like 'settings.%' order by entry`)
		return err
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return entries
}

// lastRecorded checks the newest line of the record, and that it is the n-th.
func (o office) lastRecorded(n int, action, subject string, changes county.Changes) {
	o.t.Helper()
	all := o.recorded(o.County)
	if len(all) != n {
		o.t.Fatalf("%d changes are recorded, want %d: %+v", len(all), n, all)
	}
	got := all[n-1]
	got.Name = nil
	if diff := cmp.Diff(entry{Action: action, Subject: subject, Changes: changes}, got); diff != "" {
		o.t.Error(diff)
	}
}

// blocked waits until a statement of this database waits for a lock.
func (o office) blocked() {
	o.t.Helper()
	if err := o.PG.Blocked(o.t.Context(), 1); err != nil {
		o.t.Fatal(err)
	}
}

// state is everything that a county has set, as JSON.
func (o office) state(of tenant.County) string {
	o.t.Helper()
	var state []byte
	err := o.PG.Super.QueryRow(o.t.Context(), `select json_build_array(
		(select json_agg(t order by t.id) from counties t where id = @c),
		(select json_agg(t) from county_settings t where county_id = @c),
		(select json_agg(t order by t.id) from categories t where county_id = @c),
		(select json_agg(t order by t.id) from result_classes t where county_id = @c),
		(select json_agg(t order by t.id) from refusal_reasons t where county_id = @c),
		(select json_agg(t order by t.id) from checklists t where county_id = @c),
		(select json_agg(t order by t.id) from checklist_items t where county_id = @c),
		(select json_agg(t order by t.position) from notices t where county_id = @c),
		(select json_agg(t order by t.kind) from text_templates t where county_id = @c))`, pgx.NamedArgs{"c": of}).Scan(&state)
	if err != nil || !json.Valid(state) {
		o.t.Fatal(err)
	}
	return string(state)
}

func id(n int64) string { return strconv.FormatInt(n, 10) }
