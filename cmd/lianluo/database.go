package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/jackc/pgx/v5/pgxpool"

	"lianluo/internal/localpg"
	"lianluo/internal/postgres"
	"lianluo/internal/private"
	"lianluo/internal/tenant"
	"lianluo/migrations"
)

// The roles and the database of a private server; on a server of one's own the addresses
// name them.
const (
	ownerRole     = "lianluo_owner"
	appRole       = "lianluo_app"
	oversightRole = "lianluo_oversight"
	databaseName  = "lianluo"
)

// data are the settings that say where things are kept.
type data struct {
	Data         string `help:"Directory for what the site keeps: the key, and the private PostgreSQL." env:"LIANLUO_DATA" placeholder:"DIR"`
	DatabaseURL  string `help:"A PostgreSQL of your own (15 or newer), as lianluo_app. Without it a private one is started." env:"DATABASE_URL" placeholder:"URL"`
	OwnerURL     string `help:"The same database as the role that owns the schema, for migrations." env:"OWNER_DATABASE_URL" name:"owner-database-url" placeholder:"URL"`
	OversightURL string `help:"The same database as lianluo_oversight, for prefecture and province staff." env:"OVERSIGHT_DATABASE_URL" name:"oversight-database-url" placeholder:"URL"`
	PgBin        string `help:"Directory of PostgreSQL's programs, where they are not found by themselves." env:"LIANLUO_PG_BIN" name:"pg-bin" placeholder:"DIR"`
	KeyFile      string `help:"The key that seals personal data, made at the first start. Back it up apart from the database." env:"LIANLUO_KEY_FILE" name:"key-file" placeholder:"FILE"`
}

func (d data) dir() string {
	if d.Data != "" {
		return d.Data
	}
	return localpg.DefaultDir()
}

func (d data) keys() (private.Keys, error) {
	path := d.KeyFile
	if path == "" {
		if err := os.MkdirAll(d.dir(), 0o755); err != nil {
			return private.Keys{}, fmt.Errorf("data directory: %w", err)
		}
		path = filepath.Join(d.dir(), "key")
	}
	return private.LoadOrCreate(path)
}

// database is an opened, migrated database, and the private server where there is one.
type database struct {
	DB     *tenant.DB
	pools  []*pgxpool.Pool
	server *localpg.Server // nil: one of the operator's own
}

// open starts the private PostgreSQL where no address is given, migrates, and opens the
// pools. It returns localpg.ErrRunning where a site runs on the same data.
func (d data) open(ctx context.Context, log *slog.Logger) (_ *database, err error) {
	db := &database{}
	defer func() {
		if err != nil {
			db.Close()
		}
	}()
	app, owner, oversight := d.DatabaseURL, d.OwnerURL, d.OversightURL
	switch {
	case app == "" && owner != "":
		return nil, errors.New("OWNER_DATABASE_URL is set without DATABASE_URL: set both, or neither")
	case app == "":
		db.server, err = localpg.Start(ctx, localpg.Options{Dir: d.dir(), BinDir: d.PgBin, Setup: migrations.Roles,
			Database: databaseName, Owner: ownerRole, Roles: []string{ownerRole, appRole, oversightRole}, Log: log})
		if err != nil {
			return nil, err
		}
		app, owner, oversight = db.server.URL(appRole, databaseName), db.server.URL(ownerRole, databaseName), db.server.URL(oversightRole, databaseName)
	case owner == "":
		log.Warn("OWNER_DATABASE_URL is not set: the schema is taken as it is, without migrating")
	}
	if owner != "" {
		if err := postgres.Migrate(ctx, owner); err != nil {
			return nil, err
		}
	}
	return db, db.connect(ctx, app, oversight)
}

func (db *database) connect(ctx context.Context, app, oversight string) error {
	appPool, err := postgres.Open(ctx, app, func(c *pgxpool.Config) {
		c.MaxConns = max(c.MaxConns, 10)
		c.ConnConfig.RuntimeParams["lock_timeout"] = "15000" // nobody waits for ever for a case that another holds
	})
	if err != nil {
		return err
	}
	db.pools = append(db.pools, appPool)
	if err := postgres.CheckVersion(ctx, appPool); err != nil {
		return err
	}
	var oversightPool *pgxpool.Pool
	if oversight != "" {
		if oversightPool, err = postgres.Open(ctx, oversight, func(c *pgxpool.Config) { c.MaxConns = 2 }); err != nil {
			return err
		}
		db.pools = append(db.pools, oversightPool)
	}
	db.DB = tenant.New(appPool, oversightPool, nil)
	return nil
}

// Close closes the pools, then stops the private server.
func (db *database) Close() {
	for _, pool := range db.pools {
		pool.Close()
	}
	if db.server != nil {
		if err := db.server.Stop(); err != nil {
			slog.Error("stop PostgreSQL", "error", err)
		}
	}
}
