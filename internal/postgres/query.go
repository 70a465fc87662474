package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Querier is what a statement runs on: a pool, a connection, a tenant's transaction.
type Querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}

// All reads every row into a T, column by column name; a column without a field, and
// a field without a column, are errors.
func All[T any](ctx context.Context, q Querier, sql string, args ...any) ([]T, error) {
	rows, err := q.Query(ctx, sql, args...)
	if err != nil {
		return nil, Error(err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByName[T])
	return all, Error(err)
}

// One reads the only row into a T; no row is errs.NotFound.
func One[T any](ctx context.Context, q Querier, sql string, args ...any) (T, error) {
	rows, err := q.Query(ctx, sql, args...)
	if err != nil {
		var none T
		return none, Error(err)
	}
	one, err := pgx.CollectOneRow(rows, pgx.RowToStructByName[T])
	return one, Error(err)
}

// Value reads the only column of the only row; no row is errs.NotFound.
func Value[T any](ctx context.Context, q Querier, sql string, args ...any) (T, error) {
	rows, err := q.Query(ctx, sql, args...)
	if err != nil {
		var none T
		return none, Error(err)
	}
	value, err := pgx.CollectOneRow(rows, pgx.RowTo[T])
	return value, Error(err)
}

// Exec runs a statement and returns how many rows it touched.
func Exec(ctx context.Context, q Querier, sql string, args ...any) (int64, error) {
	tag, err := q.Exec(ctx, sql, args...)
	return tag.RowsAffected(), Error(err)
}
