package tenant

import (
	"context"
	"errors"
	"testing"
	"time"
)

// TestJobOptions: at once or later, in the queue of long jobs, and never a second one where
// only one may be; that one can be hastened.
func TestJobOptions(t *testing.T) {
	t.Parallel()
	pg, db := oneConnection(t)
	update := func(write func(ctx context.Context, tx *Tx) error) {
		t.Helper()
		if err := db.Update(t.Context(), 2, func(tx *Tx) error { return write(t.Context(), tx) }); err != nil {
			t.Fatal(err)
		}
		settled(t, db)
	}
	enqueue := func(o *JobOptions) {
		t.Helper()
		update(func(ctx context.Context, tx *Tx) error { return tx.Enqueue(ctx, ping{2}, o) })
	}
	jobs := func() (all string) {
		t.Helper()
		err := pg.Super.QueryRow(t.Context(), `select coalesce(string_agg(queue || ' ' || state || ' ' || (scheduled_at > now() + interval '5 minutes')
			|| ' ' || max_attempts, ', ' order by id), '') from river.river_job`).Scan(&all)
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	want := func(want string) {
		t.Helper()
		if got := jobs(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	enqueue(&JobOptions{Once: true, After: 10 * time.Minute})
	enqueue(&JobOptions{Once: true})
	enqueue(&JobOptions{Once: true, Long: true})
	want("default scheduled true 8")
	update(func(ctx context.Context, tx *Tx) error { return tx.Hasten(ctx, ping{2}) })
	update(func(ctx context.Context, tx *Tx) error { return tx.Hasten(ctx, ping{2}) })
	want("default available false 8")
	for _, over := range []string{"completed", "discarded"} { // one that is over is no obstacle
		if _, err := pg.Super.Exec(t.Context(), `update river.river_job set state = $1::text::river.river_job_state, finalized_at = now()`, over); err != nil {
			t.Fatal(err)
		}
		enqueue(&JobOptions{Once: true})
	}
	want("default discarded false 8, default discarded false 8, default available false 8")
	if _, err := pg.Super.Exec(t.Context(), `delete from river.river_job`); err != nil {
		t.Fatal(err)
	}
	update(func(ctx context.Context, tx *Tx) error { return tx.Hasten(ctx, ping{2}) }) // and one that is gone is made anew
	enqueue(&JobOptions{Long: true})
	enqueue(nil)
	want("default available false 8, long available false 8, default available false 8")
}

// TestComplete: a job ends with what it did, in the attempt that did it, or neither is so.
func TestComplete(t *testing.T) {
	t.Parallel()
	pg, db := oneConnection(t)
	var id int64
	err := pg.Super.QueryRow(t.Context(), `insert into river.river_job (kind, args, state, attempt, max_attempts) values ('ping', '{}', 'running', 2, 8) returning id`).Scan(&id)
	if err != nil {
		t.Fatal(err)
	}
	for year, c := range []struct {
		attempt int
		after   error
		want    error
	}{{1, nil, ErrJobTaken}, {2, errOwn, errOwn}, {2, nil, nil}, {2, nil, ErrJobTaken}} {
		err := db.Update(t.Context(), 2, func(tx *Tx) error {
			if err := add(t.Context(), tx, 2026+year); err != nil {
				return err
			}
			if err := tx.Complete(t.Context(), id, c.attempt); err != nil {
				return err
			}
			return c.after
		})
		if !errors.Is(err, c.want) {
			t.Errorf("attempt %d: %v, want %v", c.attempt, err, c.want)
		}
		settled(t, db)
	}
	var state string
	if err := pg.Super.QueryRow(t.Context(), `select state from river.river_job where id = $1`, id).Scan(&state); err != nil || state != "completed" {
		t.Error(state, err)
	}
	if n := written(t, pg); n != 1 {
		t.Errorf("it took effect %d times", n)
	}
}
