package tenant

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/postgres"
)

// Ask is one reading of a list, for pages, which do not see package postgres.
type Ask = postgres.Ask

// Row is what a list's row embeds.
type Row = postgres.Row

// Page is one page of a list.
type Page[T any] struct {
	Items      []T
	Prev, Next string // keys of the pages beside it; "" where there is none
}

// PageOf queues one page of a list.
func PageOf[T interface{ Key() string }](v *View, list *postgres.List, ask Ask, where postgres.Where) *Page[T] {
	q := list.Page(ask, where)
	return queue(v, q.SQL, []any{q.Args}, func(rows pgx.Rows) (Page[T], error) {
		items, err := pgx.CollectRows(rows, pgx.RowToStructByName[T])
		if err != nil {
			return Page[T]{}, err
		}
		return cut(items, ask), nil
	})
}

// cut drops the row that is one too many, and puts the rows in their order.
func cut[T interface{ Key() string }](items []T, ask Ask) Page[T] {
	more := len(items) > ask.Limit
	if more {
		items = items[:ask.Limit]
	}
	if ask.Backward() {
		slices.Reverse(items)
	}
	page := Page[T]{Items: items}
	if len(items) == 0 {
		return page
	}
	if ask.Backward() || more {
		page.Next = items[len(items)-1].Key()
	}
	if ask.After != "" || ask.Backward() && more {
		page.Prev = items[0].Key()
	}
	return page
}

// Stream reads every row that the ask shows, one after another, in one statement and so as
// of one moment, however many they are; do is called for each. It holds a connection until
// the last, so do must not wait for anybody's slow line.
func Stream[T any](ctx context.Context, db *DB, county County, list *postgres.List, ask Ask, where postgres.Where, do func(T) error) error {
	q := list.Whole(ask, where)
	named, err := withCounty(county, q.SQL, []any{q.Args})
	if err != nil {
		return err
	}
	return db.transaction(ctx, county, "begin read only", func(tx *Tx) error {
		rows, err := tx.conn.Query(ctx, q.SQL, named)
		if err != nil {
			return postgres.Error(err)
		}
		defer rows.Close()
		for rows.Next() {
			row, err := pgx.RowToStructByName[T](rows)
			if err != nil {
				return postgres.Error(err)
			}
			if err := do(row); err != nil {
				return err
			}
		}
		return postgres.Error(rows.Err())
	})
}

// CountOf queues how many rows the ask shows, counted up to most.
func CountOf(v *View, list *postgres.List, ask Ask, where postgres.Where, most int) *int64 {
	q := list.Count(ask, where, most)
	return Value[int64](v, q.SQL, q.Args)
}

// Found queues a search function, such as search_cases: the ids in which the terms stand, at
// most so many. The function takes its county from the transaction's setting, as the rules
// of search under row-level security want it, and is a statement of its own.
func Found(v *View, function string, args pgx.NamedArgs) *[]int64 {
	strict := make(pgx.StrictNamedArgs, len(args))
	for name, value := range args {
		strict[name] = value
	}
	result := new([]int64)
	v.batch.Queue(`select * from `+function, strict).Query(func(rows pgx.Rows) error {
		got, err := pgx.CollectRows(rows, pgx.RowTo[int64])
		*result = got
		return postgres.Error(err)
	})
	return result
}
