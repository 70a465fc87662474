package tenant

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"lianluo/internal/postgres"
)

// inserter writes jobs into the queue's table; it works none.
var inserter = newInserter()

func newInserter() *river.Client[pgx.Tx] {
	client, err := river.NewClient(postgres.NewQueueDriver(nil),
		&river.Config{Schema: postgres.QueueSchema, MaxAttempts: postgres.QueueAttempts})
	if err != nil {
		panic(fmt.Sprintf("tenant: a client that only inserts: %v", err))
	}
	return client
}

// JobOptions say when a job is worked. Without any it is worked at once.
type JobOptions struct {
	After time.Duration // not before so long from now, by the real clock
	Once  bool          // not added where one with the same arguments waits or runs
	Long  bool          // may take half an hour: it does not stand in the way of the short ones
}

// alive are the states of a job that is still to be done.
var alive = []rivertype.JobState{rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRetryable,
	rivertype.JobStateRunning, rivertype.JobStateScheduled}

func (o *JobOptions) insert() *river.InsertOpts {
	if o == nil {
		return nil
	}
	insert := &river.InsertOpts{}
	if o.After > 0 {
		insert.ScheduledAt = time.Now().Add(o.After)
	}
	if o.Once {
		insert.UniqueOpts = river.UniqueOpts{ByArgs: true, ByState: alive}
	}
	if o.Long {
		insert.Queue = postgres.LongQueue
	}
	return insert
}

// Enqueue adds a job in this transaction: it exists when, and only when, what causes it
// is committed. Its arguments are ids and the county, never personal data.
func (tx *Tx) Enqueue(ctx context.Context, job river.JobArgs, options *JobOptions) error {
	_, err := tx.enqueue(ctx, job, options)
	return err
}

func (tx *Tx) enqueue(ctx context.Context, job river.JobArgs, options *JobOptions) (*rivertype.JobInsertResult, error) {
	done, err := inserter.InsertTx(ctx, rawTx{tx.conn.Conn()}, job, options.insert())
	if err != nil {
		return nil, fmt.Errorf("enqueue %s: %w", job.Kind(), postgres.Error(err))
	}
	return done, nil
}

// Hasten lets a job that was added with Once be worked now, whatever it waits for, and
// adds it where it is gone. One that runs is left alone.
func (tx *Tx) Hasten(ctx context.Context, job river.JobArgs) error {
	done, err := tx.enqueue(ctx, job, &JobOptions{Once: true})
	if err != nil || !done.UniqueSkippedAsDuplicate {
		return err
	}
	if _, err := inserter.JobRetryTx(ctx, rawTx{tx.conn.Conn()}, done.Job.ID); err != nil {
		return fmt.Errorf("hasten %s: %w", job.Kind(), postgres.Error(err))
	}
	return nil
}

// ErrJobTaken is a job that another server has: this one was taken for dead.
var ErrJobTaken = errors.New("the job is another server's by now")

// Complete ends the job that is being worked, in its attempt, together with what it did:
// both become true, or neither, so the effect happens exactly once even where a server is
// killed, or wakes after it was taken for dead. It returns ErrJobTaken where the attempt
// is over.
func (tx *Tx) Complete(ctx context.Context, job int64, attempt int) error {
	tag, err := tx.conn.Exec(ctx, `update river.river_job set state = 'completed', finalized_at = now()
		where id = $1 and attempt = $2 and state = 'running'`, job, attempt)
	if err != nil {
		return fmt.Errorf("complete job %d: %w", job, postgres.Error(err))
	}
	if tag.RowsAffected() == 0 {
		return ErrJobTaken
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
