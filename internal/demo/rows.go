package demo

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/calendar"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// table is a tenant table with the columns that are written, county_id left out.
type table struct {
	name    string
	columns string
}

// sizes are how many rows one statement carries: few shapes, so that the connection,
// which the site goes on with, keeps few prepared statements.
var sizes = []int{50, 5, 1}

// perBatch is about how many rows go to the database together.
const perBatch = 1000

// writer writes one county's rows in its transaction.
type writer struct {
	ctx context.Context
	tx  *tenant.Tx
	sql map[string]string
}

// statement is the insert of n rows of a table, with their values named by row and column.
func (w *writer) statement(t table, n int) string {
	key := t.name + " " + t.columns + strconv.Itoa(n)
	if sql, ok := w.sql[key]; ok {
		return sql
	}
	var b strings.Builder
	b.WriteString("insert into " + t.name + " (county_id, " + t.columns + ") values ")
	columns := strings.Count(t.columns, ",") + 1
	for row := range n {
		if row > 0 {
			b.WriteString(", ")
		}
		b.WriteString("(@county")
		for column := range columns {
			b.WriteString(", @" + argument(row, column))
		}
		b.WriteString(")")
	}
	w.sql[key] = b.String()
	return b.String()
}

func argument(row, column int) string { return "r" + strconv.Itoa(row) + "c" + strconv.Itoa(column) }

// chunk is the next statement's rows.
func (w *writer) chunk(t table, rows [][]any) (sql string, args pgx.NamedArgs, rest [][]any) {
	n := sizes[slices.IndexFunc(sizes, func(size int) bool { return size <= len(rows) })]
	args = make(pgx.NamedArgs, n*len(rows[0]))
	for i, row := range rows[:n] {
		for j, value := range row {
			args[argument(i, j)] = value
		}
	}
	return w.statement(t, n), args, rows[n:]
}

// insert writes rows whose ids nobody needs.
func (w *writer) insert(t table, rows [][]any) error {
	var batch []tenant.Statement
	waiting := 0
	for len(rows) > 0 {
		sql, args, rest := w.chunk(t, rows)
		batch = append(batch, tenant.Statement{SQL: sql, Args: args})
		waiting += len(rows) - len(rest)
		rows = rest
		if waiting >= perBatch || len(rows) == 0 {
			if err := w.tx.Batch(w.ctx, batch); err != nil {
				return fmt.Errorf("%s: %w", t.name, err)
			}
			batch, waiting = nil, 0
		}
	}
	return nil
}

// insertIDs writes rows and hands each its id. A statement's ids grow in the order of its
// rows; the order in which they are returned is not promised, so they are sorted.
func (w *writer) insertIDs(t table, rows [][]any, hand func(i int, id int64)) error {
	done := 0
	for len(rows) > 0 {
		sql, args, rest := w.chunk(t, rows)
		ids, err := w.ids(sql+" returning id", args)
		if err != nil {
			return fmt.Errorf("%s: %w", t.name, err)
		}
		slices.Sort(ids)
		for _, id := range ids {
			hand(done, id)
			done++
		}
		rows = rest
	}
	return nil
}

func (w *writer) ids(sql string, args pgx.NamedArgs) ([]int64, error) {
	rows, err := w.tx.Query(w.ctx, sql, args)
	if err != nil {
		return nil, postgres.Error(err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	return ids, postgres.Error(err)
}

// text is a value for a column where ” means nothing.
func text[T ~string](s T) any {
	if s == "" {
		return nil
	}
	return string(s)
}

func date(d calendar.Date) any {
	if d.IsZero() {
		return nil
	}
	return d
}

func moment(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Truncate(time.Microsecond)
}

// orNil is nil for a nil pointer, without its type.
func orNil[T any](p *T) any {
	if p == nil {
		return nil
	}
	return *p
}

func (u *user) key() any {
	if u == nil {
		return nil
	}
	return u.id
}

func (u *unit) key() any {
	if u == nil {
		return nil
	}
	return u.id
}

func (s *station) key() any {
	if s == nil {
		return nil
	}
	return s.id
}

func (d *deputy) key() any {
	if d == nil {
		return nil
	}
	return d.id
}
