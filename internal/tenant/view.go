package tenant

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"lianluo/internal/errs"
	"lianluo/internal/postgres"
)

// View collects reads that do not depend on each other. They go to the database
// together, begin and commit included: one round trip however many they are. Each
// function that queues returns a pointer, filled when DB.View returns.
type View struct {
	county   County
	counties []County // of an overseer
	now      time.Time
	batch    *pgx.Batch
	err      error
}

// County is whose rows are read.
func (v *View) County() County { return v.county }

// Now is the one time that everything in this view is judged by.
func (v *View) Now() time.Time { return v.now }

// All queues a statement whose every row becomes a T.
func All[T any](v *View, sql string, args ...any) *[]T {
	return queue(v, sql, args, func(rows pgx.Rows) ([]T, error) {
		return pgx.CollectRows(rows, pgx.RowToStructByName[T])
	})
}

// One queues a statement whose only row becomes a T; no row is errs.NotFound.
func One[T any](v *View, sql string, args ...any) *T {
	return queue(v, sql, args, func(rows pgx.Rows) (T, error) {
		return pgx.CollectOneRow(rows, pgx.RowToStructByName[T])
	})
}

// Maybe queues a statement of one row or none; none leaves nil.
func Maybe[T any](v *View, sql string, args ...any) **T {
	return queue(v, sql, args, func(rows pgx.Rows) (*T, error) {
		one, err := pgx.CollectOneRow(rows, pgx.RowToAddrOfStructByName[T])
		if errors.Is(err, pgx.ErrNoRows) {
			return nil, nil
		}
		return one, err
	})
}

// Value queues a statement of one row with one column.
func Value[T any](v *View, sql string, args ...any) *T {
	return queue(v, sql, args, func(rows pgx.Rows) (T, error) {
		return pgx.CollectOneRow(rows, pgx.RowTo[T])
	})
}

func queue[T any](v *View, sql string, args []any, collect func(pgx.Rows) (T, error)) *T {
	result := new(T)
	named, err := v.arguments(sql, args)
	if err != nil {
		v.err = errors.Join(v.err, err)
		return result
	}
	v.batch.Queue(sql, named).Query(func(rows pgx.Rows) error {
		got, err := collect(rows)
		*result = got
		return postgres.Error(err)
	})
	return result
}

func (v *View) arguments(sql string, args []any) (pgx.QueryRewriter, error) {
	if v.counties == nil {
		return withCounty(v.county, sql, args)
	}
	return withCounties(v.counties, sql, args)
}

// View runs the reads that queue queues, in one read-only transaction of county and one
// round trip. The error is the first that a read met; errs.NotFound among them.
func (db *DB) View(ctx context.Context, county County, queue func(v *View)) error {
	return run(ctx, db.app, county.setting(), &View{county: county, now: db.Now()}, queue)
}

// Oversee is View across counties, for staff of a prefecture or a province: another
// database role, which can write nothing and reads the granted tables of the listed
// counties. Its statements say county_id = any(@counties).
func (db *DB) Oversee(ctx context.Context, counties []County, queue func(v *View)) error {
	if db.oversight == nil || len(counties) == 0 {
		return errs.NotFound
	}
	return run(ctx, db.oversight, countiesSetting(counties), &View{counties: counties, now: db.Now()}, queue)
}

func run(ctx context.Context, pool *pgxpool.Pool, setting string, v *View, queue func(v *View)) error {
	v.batch = &pgx.Batch{}
	v.batch.Queue("begin read only")
	v.batch.Queue(setting)
	queue(v)
	if v.err != nil {
		return v.err
	}
	v.batch.Queue("commit")
	if err := pool.SendBatch(ctx, v.batch).Close(); err != nil {
		return fmt.Errorf("view: %w", err)
	}
	return nil
}
