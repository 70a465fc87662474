package pgtest

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/localpg"
	"lianluo/internal/postgres"
	"lianluo/migrations"
)

// The databases that tests clone.
const (
	blank    = "template_blank"
	migrated = "template_migrated"
)

// recipe changes when buildTemplate does, so that what an older one built is
// not used.
const recipe = "1"

// copyTemplate gives the cluster a directory with a copy of the template, which
// the first run after a change of the schema builds.
func (c *cluster) copyTemplate(ctx context.Context) error {
	cache, err := openCache()
	if err != nil {
		return err
	}
	defer cache.close()
	key, err := templateKey(ctx)
	if err != nil {
		return err
	}
	template := filepath.Join(cache.dir, key)
	if err := cache.share(); err != nil {
		return err
	}
	if _, err := os.Stat(template); err != nil {
		if err := cache.own(); err != nil {
			return err
		}
		if err := buildTemplate(ctx, template); err != nil {
			return fmt.Errorf("build the template: %w", err)
		}
	}
	now := time.Now()
	_ = os.Chtimes(template, now, now) // sweep spares what is in use
	if c.dir, c.lock, err = makeRunDir(); err != nil {
		return err
	}
	return copyTree(filepath.Join(template, "postgres"), filepath.Join(c.dir, "postgres"))
}

// buildTemplate makes a cluster with the roles and the two databases. It works
// where clusters run and moves the result into place when it is whole. Only the
// holder of the cache's lock does so.
func buildTemplate(ctx context.Context, template string) error {
	if _, err := os.Stat(template); err == nil {
		return nil // another process has been faster
	}
	dir, lock, err := makeRunDir()
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir); _ = lock.Close() }()
	o := clusterOptions(dir)
	o.Setup, o.Database, o.Owner = migrations.Roles, blank, ownerRole
	server, err := localpg.Start(ctx, o)
	if err != nil {
		return err
	}
	if err := errors.Join(migrateTemplate(ctx, server), server.Stop()); err != nil {
		return err
	}
	half := template + ".half"
	if err := os.RemoveAll(half); err != nil {
		return err
	}
	if err := copyTree(dir, half); err != nil {
		return err
	}
	return os.Rename(half, template)
}

func migrateTemplate(ctx context.Context, server *localpg.Server) error {
	conn, err := pgx.Connect(ctx, server.URL(localpg.Superuser, "postgres"))
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }()
	if _, err := conn.Exec(ctx, `create database `+migrated+` template `+blank+` owner `+ownerRole); err != nil {
		return err
	}
	if err := postgres.Migrate(ctx, server.URL(ownerRole, migrated)); err != nil {
		return err
	}
	// A clone has its template's tables, but not what is said of the database itself.
	var lost bool
	err = conn.QueryRow(ctx, `
		select exists (select from pg_database where datname = $1 and datacl is not null)
		    or exists (select from pg_db_role_setting s join pg_database d on d.oid = s.setdatabase where d.datname = $1)`,
		migrated).Scan(&lost)
	if err == nil && lost {
		err = errors.New("a migration grants on the database or sets something for it: teach pgtest to repeat that for each clone")
	}
	return err
}

// templateKey is a hash of all that decides what the template contains.
func templateKey(ctx context.Context) (string, error) {
	version, err := localpg.Version(ctx, os.Getenv("LIANLUO_PG_BIN"))
	if err != nil {
		return "", err
	}
	hash := sha256.New()
	fmt.Fprintln(hash, recipe, version, os.Geteuid())
	fmt.Fprintln(hash, migrations.Roles)
	if err := hashFiles(hash, migrations.Files, "*"); err != nil {
		return "", err
	}
	// Migrate itself, and the versions of what it calls: the job queue brings tables.
	root := os.DirFS(moduleRoot())
	for _, pattern := range []string{"go.mod", "internal/postgres/*.go", "internal/localpg/*.go"} {
		if err := hashFiles(hash, root, pattern); err != nil {
			return "", err
		}
	}
	return fmt.Sprintf("%x", hash.Sum(nil)[:12]), nil
}

func hashFiles(w io.Writer, files fs.FS, pattern string) error {
	names, err := fs.Glob(files, pattern)
	if err != nil {
		return err
	}
	if len(names) == 0 {
		return fmt.Errorf("no %s to tell the schema by: run tests with `go test`", pattern)
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "%s %d\n%s\n", name, len(text), text)
	}
	return nil
}

// moduleRoot is the directory of go.mod, above the package that is tested.
func moduleRoot() string {
	for dir := packageDir(); ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil || dir == filepath.Dir(dir) {
			return dir
		}
	}
}

// packageDir is the package that is tested: go test runs tests there.
var packageDir = sync.OnceValue(func() string {
	dir, err := os.Getwd()
	if err != nil {
		return "/"
	}
	return dir
})
