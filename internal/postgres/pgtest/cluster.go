package pgtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"lianluo/internal/localpg"
)

// cluster is the PostgreSQL of one test process.
type cluster struct {
	dir       string
	tested    string   // the package
	lock      *os.File // held for life: others sweep directories that nobody holds
	server    *localpg.Server
	admin     *pgxpool.Pool
	databases atomic.Int64

	filling sync.Mutex
	filled  map[string]string // databases by the name of what they are filled with

	mu   sync.Mutex
	kept []string // commands that open what failed tests left
}

// process is this test process: its tests share a cluster, which starts when
// the first test asks for it.
var process struct {
	main    bool
	once    sync.Once
	cluster *cluster
	err     error
}

// Main runs a package's tests and then stops their PostgreSQL.
func Main(m *testing.M) int {
	process.main = true
	code := m.Run()
	if process.cluster == nil {
		return code
	}
	broken, err := process.cluster.judgeStatements(context.Background())
	if err := errors.Join(err, process.cluster.stop()); err != nil {
		fmt.Fprintln(os.Stderr, "pgtest:", err)
		code = max(code, 1)
	}
	if broken != "" {
		fmt.Fprint(os.Stderr, "pgtest: statements that break schema-rules.md:\n", broken)
		code = max(code, 1)
	}
	return code
}

func shared(t testing.TB) *cluster {
	t.Helper()
	if !process.main {
		t.Fatal("pgtest: this package needs func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }")
	}
	process.once.Do(func() { process.cluster, process.err = startCluster(context.Background()) })
	if process.err != nil {
		t.Fatalf("pgtest: %v", process.err)
	}
	return process.cluster
}

// startCluster copies the template and starts a server on the copy.
func startCluster(ctx context.Context) (_ *cluster, err error) {
	c := &cluster{tested: packageDir(), filled: map[string]string{}}
	if err := c.copyTemplate(ctx); err != nil {
		return nil, fmt.Errorf("prepare a cluster: %w", err)
	}
	if c.server, err = localpg.Start(ctx, clusterOptions(c.dir)); err != nil {
		return nil, err
	}
	config, err := pgxpool.ParseConfig(c.server.URL(localpg.Superuser, "postgres"))
	if err != nil {
		return nil, err
	}
	config.MaxConns = 8
	if c.admin, err = pgxpool.NewWithConfig(ctx, config); err != nil {
		return nil, err
	}
	return c, c.warm(ctx)
}

// warm connects to the template once: the first connection to a database makes
// a cache of its catalogue, and clones get a copy of that.
func (c *cluster) warm(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, c.server.URL(localpg.Superuser, migrated))
	if err != nil {
		return err
	}
	return conn.Close(ctx)
}

func clusterOptions(dir string) localpg.Options {
	return localpg.Options{
		Dir:       dir,
		BinDir:    os.Getenv("LIANLUO_PG_BIN"),
		Roles:     []string{appRole, ownerRole, oversightRole},
		Throwaway: true,
	}
}

// stop ends the server, and removes it unless a failed test's database is in it.
func (c *cluster) stop() error {
	defer func() { _ = c.lock.Close() }()
	c.admin.Close()
	died := c.server.Err()
	if err := c.server.Stop(); err != nil {
		return err
	}
	if died != nil {
		return died
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.kept) > 0 {
		return os.WriteFile(filepath.Join(c.dir, keptFile), []byte(c.tested), 0o600)
	}
	return os.RemoveAll(c.dir)
}
