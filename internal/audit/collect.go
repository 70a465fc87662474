package audit

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// collecting is the context's key for a *collection.
type collecting struct{}

// collection are entries that wait to be written together.
type collection struct{ entries []entry }

// Collect runs do, keeps back what it records under the context that it is given, and
// writes all of that at the end, in its order. Work on thousands of records so keeps the
// county's other writers, who wait for the head of the chain, for a moment only.
func Collect(ctx context.Context, tx *tenant.Tx, do func(ctx context.Context) error) error {
	kept := &collection{}
	if err := do(context.WithValue(ctx, collecting{}, kept)); err != nil {
		return err
	}
	if err := appendAll(ctx, tx, kept.entries); err != nil {
		return fmt.Errorf("audit %d entries: %w", len(kept.entries), err)
	}
	return nil
}

// atOnce is how many entries go in one round trip.
const atOnce = 1000

func appendAll(ctx context.Context, tx *tenant.Tx, entries []entry) error {
	if len(entries) == 0 {
		return nil
	}
	head, err := lockHead(ctx, tx, nil)
	if err != nil {
		return err
	}
	for start := 0; start < len(entries); start += atOnce {
		some := entries[start:min(start+atOnce, len(entries))]
		if err := asStored(ctx, tx, some); err != nil {
			return err
		}
		statements := make([]tenant.Statement, len(some), len(some)+1)
		for i := range some {
			head.Entries, head.Hash, statements[i] = some[i].after(head, tx.County())
		}
		if err := tx.Batch(ctx, append(statements, head.moved())); err != nil {
			return err
		}
	}
	return nil
}

// asStored gives entries their details as PostgreSQL writes a jsonb.
func asStored(ctx context.Context, tx *tenant.Tx, entries []entry) error {
	details := make([]*string, len(entries))
	for i, e := range entries {
		details[i] = e.Detail
	}
	stored, err := postgres.Value[[]*string](ctx, tx, `
		select array(select d::jsonb::text from unnest(@details::text[]) with ordinality as given (d, n) order by n)
		from audit_heads where county_id = @county`, pgx.NamedArgs{"details": details})
	if err != nil {
		return err
	}
	for i := range entries {
		entries[i].Detail = stored[i]
	}
	return nil
}
