package tenant

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"lianluo/internal/postgres"
)

// ErrNoCounty is a statement that does not name its county.
var ErrNoCounty = errors.New("statement does not say county_id = @county")

// Tx is one county's transaction. It satisfies postgres.Querier.
type Tx struct {
	conn   *pgxpool.Conn
	county County
	now    time.Time
}

// County is whose transaction this is.
func (tx *Tx) County() County { return tx.county }

// Now is the transaction's one time: every row that it writes carries the same.
func (tx *Tx) Now() time.Time { return tx.now }

// Query runs a statement. args are none or one pgx.NamedArgs.
func (tx *Tx) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	named, err := withCounty(tx.county, sql, args)
	if err != nil {
		return nil, err
	}
	return tx.conn.Query(ctx, sql, named)
}

// Exec runs a statement that returns no rows; its arguments are Query's.
func (tx *Tx) Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	named, err := withCounty(tx.county, sql, args)
	if err != nil {
		return pgconn.CommandTag{}, err
	}
	return tx.conn.Exec(ctx, sql, named)
}

// Batch sends many statements in one round trip: bulk writes, with the arguments of each.
func (tx *Tx) Batch(ctx context.Context, statements []Statement) error {
	batch := &pgx.Batch{}
	for _, s := range statements {
		named, err := withCounty(tx.county, s.SQL, []any{s.Args})
		if err != nil {
			return err
		}
		batch.Queue(s.SQL, named)
	}
	return postgres.Error(tx.conn.SendBatch(ctx, batch).Close())
}

// BatchIDs is Batch for statements that each return one id; the ids come in their order.
func (tx *Tx) BatchIDs(ctx context.Context, statements []Statement) ([]int64, error) {
	batch := &pgx.Batch{}
	ids := make([]int64, len(statements))
	for i, s := range statements {
		named, err := withCounty(tx.county, s.SQL, []any{s.Args})
		if err != nil {
			return nil, err
		}
		batch.Queue(s.SQL, named).QueryRow(func(row pgx.Row) error { return row.Scan(&ids[i]) })
	}
	return ids, postgres.Error(tx.conn.SendBatch(ctx, batch).Close())
}

// Statement is one statement of a Batch.
type Statement struct {
	SQL  string
	Args pgx.NamedArgs
}

// withCounty adds the county to a statement's own arguments, and refuses a statement
// that does not name it.
func withCounty(county County, sql string, args []any) (pgx.QueryRewriter, error) {
	if !strings.Contains(sql, "county_id = @county") && !strings.Contains(sql, "(@county") {
		return nil, fmt.Errorf("%w: %s", ErrNoCounty, sql)
	}
	return with("county", county, args)
}

func withCounties(counties []County, sql string, args []any) (pgx.QueryRewriter, error) {
	if !strings.Contains(sql, "county_id = any(@counties)") {
		return nil, fmt.Errorf("%w: %s", ErrNoCounty, sql)
	}
	return with("counties", counties, args)
}

func with(name string, value any, args []any) (pgx.QueryRewriter, error) {
	own := pgx.NamedArgs{}
	switch len(args) {
	case 0:
	case 1:
		given, ok := args[0].(pgx.NamedArgs)
		if !ok {
			return nil, fmt.Errorf("tenant: want pgx.NamedArgs, got %T", args[0])
		}
		own = given
	default:
		return nil, fmt.Errorf("tenant: want one pgx.NamedArgs, got %d arguments", len(args))
	}
	all := make(pgx.StrictNamedArgs, len(own)+1)
	for key, v := range own {
		all[key] = v
	}
	all[name] = value
	return all, nil
}

// Update runs write in one transaction of county: all of it becomes true together, or
// none. The begin and the county go as one round trip.
func (db *DB) Update(ctx context.Context, county County, write func(tx *Tx) error) error {
	return db.transaction(ctx, county, "begin", write)
}

// Read runs reads of which one depends on another, in one read-only transaction of county.
// Reads that do not are a View's.
func (db *DB) Read(ctx context.Context, county County, read func(tx *Tx) error) error {
	return db.transaction(ctx, county, "begin read only", read)
}

func (db *DB) transaction(ctx context.Context, county County, how string, do func(tx *Tx) error) error {
	conn, err := db.app.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("acquire a connection: %w", err)
	}
	defer conn.Release()
	defer func() {
		if conn.Conn().PgConn().TxStatus() != 'I' { // also after a panic and a cancelled request
			_, _ = conn.Exec(context.WithoutCancel(ctx), "rollback")
		}
	}()
	begin := &pgx.Batch{}
	begin.Queue(how)
	begin.Queue(county.setting())
	if err := conn.SendBatch(ctx, begin).Close(); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	if err := do(&Tx{conn: conn, county: county, now: db.Now()}); err != nil {
		return err
	}
	tag, err := conn.Exec(ctx, "commit")
	if err != nil {
		return fmt.Errorf("commit: %w", postgres.Error(err))
	}
	if tag.String() == "ROLLBACK" { // a statement failed, and write kept it to itself
		return fmt.Errorf("commit: %w", pgx.ErrTxCommitRollback)
	}
	return nil
}
