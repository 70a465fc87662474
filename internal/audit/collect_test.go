package audit

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"lianluo/internal/tenant"
)

// Thousands of entries are kept back and written at the end, as one chain with the others.
func TestCollect(t *testing.T) {
	t.Parallel()
	_, db, xiangyuan, _ := twoCounties(t)
	writeEntries(t, db, xiangyuan, 2)
	const many = atOnce + 3
	err := db.Update(t.Context(), xiangyuan, func(tx *tenant.Tx) error {
		return Collect(t.Context(), tx, func(ctx context.Context) error {
			for i := range many {
				var detail map[string]any
				if i%3 > 0 {
					detail = map[string]any{"z": i, "a": "乙", "big": 1e21}
				}
				if err := Record(ctx, tx, zhangMin, "deputy.create", fmt.Sprintf("deputy %d", i), detail); err != nil {
					return err
				}
			}
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	writeEntries(t, db, xiangyuan, 1)
	if n, err := Verify(t.Context(), db, xiangyuan); err != nil || n != 2+many+1 {
		t.Errorf("%d entries, %v", n, err)
	}
}

// What fails leaves nothing, and nothing to collect writes nothing.
func TestCollectNothing(t *testing.T) {
	t.Parallel()
	_, db, xiangyuan, _ := twoCounties(t)
	refused := errors.New("refused")
	for _, want := range []error{nil, refused} {
		err := db.Update(t.Context(), xiangyuan, func(tx *tenant.Tx) error {
			return Collect(t.Context(), tx, func(ctx context.Context) error {
				if want != nil {
					if err := Record(ctx, tx, zhangMin, "deputy.create", "deputy 1", nil); err != nil {
						t.Error(err)
					}
				}
				return want
			})
		})
		if !errors.Is(err, want) {
			t.Errorf("%v, want %v", err, want)
		}
	}
	if n, err := Verify(t.Context(), db, xiangyuan); err != nil || n != 0 {
		t.Errorf("%d entries, %v", n, err)
	}
}
