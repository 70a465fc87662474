// Package postgres opens pools, migrates, and reads rows into structs. It knows no
// noun and no tenant: pages and nouns reach the database through package tenant.
package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"
)

// MinimumVersion is the oldest server_version_num that the schema was written for.
const MinimumVersion = 150000

// Open returns a pool on url (a DSN or key=value string). Times scan as UTC.
func Open(ctx context.Context, url string, options ...func(*pgxpool.Config)) (*pgxpool.Pool, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("database address: %w", err)
	}
	config.ConnConfig.RuntimeParams["application_name"] = "lianluo"
	config.ConnConfig.RuntimeParams["timezone"] = "UTC"
	// A transaction that its client has left open frees its locks and its connection.
	config.ConnConfig.RuntimeParams["idle_in_transaction_session_timeout"] = "60000"
	// Each county's SET LOCAL is a statement of its own: room for a prefecture's.
	config.ConnConfig.StatementCacheCapacity = 1024
	config.MaxConnIdleTime = 10 * time.Minute
	config.AfterConnect = func(_ context.Context, conn *pgx.Conn) error {
		conn.TypeMap().RegisterType(&pgtype.Type{
			Name: "timestamptz", OID: pgtype.TimestamptzOID,
			Codec: &pgtype.TimestamptzCodec{ScanLocation: time.UTC},
		})
		return nil
	}
	for _, option := range options {
		option(config)
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	return pool, nil
}

// CheckVersion refuses a server older than MinimumVersion.
func CheckVersion(ctx context.Context, pool *pgxpool.Pool) error {
	var version int
	if err := pool.QueryRow(ctx, `select current_setting('server_version_num')::int`).Scan(&version); err != nil {
		return fmt.Errorf("ask the server's version: %w", err)
	}
	if version < MinimumVersion {
		return fmt.Errorf("PostgreSQL %d.%d is too old: Lianluo needs 15 or newer", version/10000, version%10000)
	}
	return nil
}
