package station_test

import (
	"context"
	"errors"
	"maps"
	"os"
	"slices"
	"strconv"
	"testing"

	"lianluo/internal/auth"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/postgres/pgtest"
	"lianluo/internal/station"
	"lianluo/internal/tenant"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// network is a world in which stations are changed.
type network struct {
	*casetest.World
	t *testing.T
}

func newNetwork(t *testing.T) network {
	t.Helper()
	return network{casetest.New(t), t}
}

type write = func(ctx context.Context, tx *tenant.Tx) error

// must runs a change that has to succeed.
func (n network) must(do write) {
	n.t.Helper()
	if err := n.Update(do); err != nil {
		n.t.Fatal(err)
	}
}

// fails runs a change that has to fail with a kind of error.
func (n network) fails(kind error, do write) {
	n.t.Helper()
	if err := n.Update(do); !errors.Is(err, kind) {
		n.t.Errorf("%v, want %v", err, kind)
	}
}

// wrong runs a change that has to fail at exactly these fields.
func (n network) wrong(do write, fields ...string) {
	n.t.Helper()
	err := n.Update(do)
	invalid, _ := errors.AsType[errs.Invalid](err)
	if got := slices.Sorted(maps.Keys(invalid)); !slices.Equal(got, fields) {
		n.t.Errorf("%v, want messages at %v", err, fields)
	}
}

func creating(by auth.Actor, f station.Facts) write {
	return func(ctx context.Context, tx *tenant.Tx) error {
		_, err := station.Create(ctx, tx, by, f)
		return err
	}
}

func (n network) create(by auth.Actor, f station.Facts) (id int64) {
	n.t.Helper()
	n.must(func(ctx context.Context, tx *tenant.Tx) (err error) {
		id, err = station.Create(ctx, tx, by, f)
		return err
	})
	return id
}

func changing(by auth.Actor, id int64, version int32, f station.Facts) write {
	return func(ctx context.Context, tx *tenant.Tx) error {
		return station.Change(ctx, tx, by, id, version, f)
	}
}

func setting(by auth.Actor, id int64, c station.StateChange) write {
	return func(ctx context.Context, tx *tenant.Tx) error { return station.SetState(ctx, tx, by, id, c) }
}

func merging(by auth.Actor, id, successor int64, reason string) write {
	return func(ctx context.Context, tx *tenant.Tx) error {
		return station.Merge(ctx, tx, by, id, successor, reason)
	}
}

// record reads a place.
func (n network) record(code string) station.Record {
	n.t.Helper()
	var found **station.Record
	n.View(func(v *tenant.View) { found = station.RecordOf(v, code) })
	if *found == nil {
		n.t.Fatalf("no place %s", code)
	}
	return **found
}

// audited are the actions and subjects that were recorded, oldest first.
func (n network) audited() []string {
	n.t.Helper()
	var all []string
	n.must(func(ctx context.Context, tx *tenant.Tx) (err error) {
		all, err = postgres.Value[[]string](ctx, tx, `select array_agg(action || ' ' || subject order by entry) from audit_entries
			where county_id = @county and action like 'station.%'`)
		return err
	})
	return all
}

func degrees(d float64) *float64 { return &d }

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
