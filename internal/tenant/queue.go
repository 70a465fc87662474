package tenant

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/riverqueue/river"

	"lianluo/internal/postgres"
)

// inserter writes jobs into the queue's table; it works none.
var inserter = newInserter()

func newInserter() *river.Client[pgx.Tx] {
	client, err := river.NewClient(postgres.NewQueueDriver(nil), &river.Config{Schema: postgres.QueueSchema})
	if err != nil {
		panic(fmt.Sprintf("tenant: a client that only inserts: %v", err))
	}
	return client
}

// Enqueue adds a job in this transaction: it exists when, and only when, what causes it
// is committed. Its arguments are ids and the county, never personal data.
func (tx *Tx) Enqueue(ctx context.Context, job river.JobArgs, options *river.InsertOpts) error {
	if _, err := inserter.InsertTx(ctx, rawTx{tx.conn.Conn()}, job, options); err != nil {
		return fmt.Errorf("enqueue %s: %w", job.Kind(), postgres.Error(err))
	}
	return nil
}

// rawTx shows the connection's running transaction as a pgx.Tx, for the queue alone.
type rawTx struct{ conn *pgx.Conn }

var errOurs = errors.New("the transaction is package tenant's to end")

func (r rawTx) Begin(context.Context) (pgx.Tx, error) { return nil, errOurs }
func (r rawTx) Commit(context.Context) error          { return errOurs }
func (r rawTx) Rollback(context.Context) error        { return errOurs }
func (r rawTx) Conn() *pgx.Conn                       { return r.conn }
func (r rawTx) LargeObjects() pgx.LargeObjects        { return pgx.LargeObjects{} }

func (r rawTx) CopyFrom(context.Context, pgx.Identifier, []string, pgx.CopyFromSource) (int64, error) {
	return 0, errOurs
}

func (r rawTx) SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults {
	return r.conn.SendBatch(ctx, b)
}

func (r rawTx) Prepare(ctx context.Context, name, sql string) (*pgconn.StatementDescription, error) {
	return r.conn.Prepare(ctx, name, sql)
}

func (r rawTx) Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	return r.conn.Exec(ctx, sql, args...)
}

func (r rawTx) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	return r.conn.Query(ctx, sql, args...)
}

func (r rawTx) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	return r.conn.QueryRow(ctx, sql, args...)
}
