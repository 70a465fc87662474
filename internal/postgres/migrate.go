package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"

	"lianluo/migrations"
)

// Migrate brings the database at ownerURL, opened as the role that owns it, to the
// newest schema: the queue's own migrations first (they cannot share goose's
// transaction), then ours. Two servers starting at once wait for each other.
func Migrate(ctx context.Context, ownerURL string) error {
	pool, err := Open(ctx, ownerURL, func(c *pgxpool.Config) { c.MaxConns = 3 })
	if err != nil {
		return err
	}
	defer pool.Close()
	if err := CheckVersion(ctx, pool); err != nil {
		return err
	}
	db := stdlib.OpenDBFromPool(pool)
	defer db.Close()
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return fmt.Errorf("migration lock: %w", err)
	}
	provider, err := goose.NewProvider(goose.DialectPostgres, db, migrations.Files, goose.WithSessionLocker(locker))
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	if err := migrateQueue(ctx, pool); err != nil {
		return err
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

// migrateQueue makes the queue's schema and lets the application's role use it, now
// and after later versions of the queue.
func migrateQueue(ctx context.Context, pool *pgxpool.Pool) error {
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("migrate the queue: %w", err)
	}
	defer conn.Release()
	if _, err := conn.Exec(ctx, `select pg_advisory_lock(73310001)`); err != nil {
		return fmt.Errorf("migrate the queue: %w", err)
	}
	defer func() { _, _ = conn.Exec(context.WithoutCancel(ctx), `select pg_advisory_unlock(73310001)`) }()
	for _, sql := range []string{
		`create schema if not exists ` + QueueSchema,
		`grant usage on schema ` + QueueSchema + ` to lianluo_app`,
		`alter default privileges in schema ` + QueueSchema + ` grant select, insert, update, delete on tables to lianluo_app`,
		`alter default privileges in schema ` + QueueSchema + ` grant usage, select on sequences to lianluo_app`,
	} {
		if _, err := conn.Exec(ctx, sql); err != nil {
			return fmt.Errorf("migrate the queue: %w", err)
		}
	}
	migrator, err := rivermigrate.New(riverpgxv5.New(pool), &rivermigrate.Config{Schema: QueueSchema})
	if err != nil {
		return fmt.Errorf("migrate the queue: %w", err)
	}
	if _, err := migrator.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return fmt.Errorf("migrate the queue: %w", err)
	}
	return nil
}
