package pgtest

import (
	"context"
	"fmt"
	"time"
)

// Blocked waits until n statements of the database wait for locks: who comes second in a race
// has come as far as it gets. It gives up after 20 seconds.
func (db *DB) Blocked(ctx context.Context, n int) error {
	waiting := 0
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		err := db.Super.QueryRow(ctx, `select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`).Scan(&waiting)
		if err != nil {
			return err
		}
		if waiting >= n {
			return nil
		}
	}
	return fmt.Errorf("%d statements wait for locks, not %d", waiting, n)
}
