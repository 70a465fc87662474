// Package localpg runs a private PostgreSQL from the installed binaries, so
// that `lianluo serve` needs no database of its own set up beforehand.
//
// The server listens on a Unix socket only and knows the operating-system user
// that connects (peer authentication): there is no port and no password. It
// lives exactly as long as the process that started it, however that ends, and
// its data outlives both. Whoever stops that process signals it alone, and it
// stops the server last: a systemd unit says KillMode=mixed.
package localpg

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sync"
	"time"
)

// Superuser is the cluster's superuser. The application does not use it: a
// superuser passes every row-level policy.
const Superuser = "postgres"

// patience is how long Start waits for an earlier server to let go of the data.
const patience = 30 * time.Second

// ErrRunning says that another process holds the same data directory.
var ErrRunning = errors.New("another copy of lianluo is already running")

var roleName = regexp.MustCompile(`^[a-z_][a-z0-9_]{0,62}$`)

// Options say where the data is and what the cluster must contain.
type Options struct {
	Dir      string       // root of the data; PostgreSQL's own files are in Dir/postgres
	BinDir   string       // PostgreSQL's binaries; empty: look in the usual places
	Setup    string       // SQL that makes the roles; run as Superuser at each start
	Database string       // made where it is missing; empty: none
	Owner    string       // the database's owner
	Roles    []string     // roles that this operating-system user may connect as
	Log      *slog.Logger // nil: silent

	// Throwaway trades safety for speed: a crash of the machine loses the data.
	// It is for tests.
	Throwaway bool
}

func (o Options) check() error {
	names := slices.Clone(o.Roles)
	if o.Database != "" {
		names = append(names, o.Database, o.Owner)
	}
	for _, name := range names {
		if !roleName.MatchString(name) {
			return fmt.Errorf("localpg: %q is no plain lower-case name", name)
		}
	}
	return nil
}

// DefaultDir is where the data goes when nobody says: beside the project, or,
// as root, where the unprivileged account that runs PostgreSQL can reach it.
func DefaultDir() string {
	if os.Geteuid() == 0 {
		return "/var/lib/lianluo"
	}
	return ".data"
}

// Server is a running PostgreSQL. It must be stopped.
type Server struct {
	opts    Options
	data    string // Dir/postgres
	socket  string
	account account
	bin     binaries
	log     *slog.Logger
	lock    *os.File
	proc    *process

	stop    sync.Once
	stopErr error
}

// Start makes the cluster where it is missing, starts it and waits until it
// answers. It returns ErrRunning when another process uses the same data. The
// context bounds the start and not the server's life.
func Start(ctx context.Context, o Options) (_ *Server, err error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Dir, err = makeDir(o.Dir); err != nil {
		return nil, fmt.Errorf("localpg: data directory: %w", err)
	}
	lock, err := lockDir(o.Dir)
	if err != nil {
		return nil, fmt.Errorf("localpg: %w", err)
	}
	s := &Server{opts: o, data: filepath.Join(o.Dir, "postgres"), log: o.Log, lock: lock}
	if err := s.start(ctx); err != nil {
		s.release()
		return nil, fmt.Errorf("localpg: %w", err)
	}
	return s, nil
}

func (s *Server) start(ctx context.Context) (err error) {
	if s.account, err = serverAccount(s.data); err != nil {
		return err
	}
	major, err := dataMajor(s.data)
	if err != nil {
		return err
	}
	if s.bin, err = findBinaries(ctx, s.opts.BinDir, major); err != nil {
		return err
	}
	if err := s.account.reach(ctx, s.bin, s.opts.Dir); err != nil {
		return err
	}
	if s.socket, err = makeSocketDir(s.opts.Dir, s.account); err != nil {
		return err
	}
	if err := s.prepareCluster(ctx, major == 0); err != nil {
		return err
	}
	begin := time.Now()
	if err := s.launch(ctx); err != nil {
		return err
	}
	if err := s.prepareDatabase(ctx); err != nil {
		return errors.Join(err, s.proc.shutdown())
	}
	s.log.Info("PostgreSQL is ready", "version", s.bin.major, "data", s.data,
		"account", s.account.name, "took", time.Since(begin).Round(time.Millisecond))
	return nil
}

// URL is a connection string for one of Options.Roles, or Superuser.
func (s *Server) URL(role, database string) string { return URL(s.opts.Dir, role, database) }

// BinDir is where the server's binaries are, pg_dump among them.
func (s *Server) BinDir() string { return s.bin.dir }

// Account is the operating-system user that the server runs as.
func (s *Server) Account() string { return s.account.name }

// Done is closed when PostgreSQL has ended, for whatever reason.
func (s *Server) Done() <-chan struct{} { return s.proc.done }

// Err says why PostgreSQL ended by itself. It is nil while it runs and after Stop.
func (s *Server) Err() error {
	select {
	case <-s.proc.done:
	default:
		return nil
	}
	if s.proc.asked.Load() {
		return nil
	}
	return fmt.Errorf("localpg: PostgreSQL ended by itself (%s): %s", s.proc.state(), s.logTail())
}

// Stop ends every session and waits until PostgreSQL has written its data and
// is gone. It may be called again, and after PostgreSQL has ended by itself.
func (s *Server) Stop() error {
	s.stop.Do(func() {
		s.stopErr = s.proc.shutdown()
		s.release()
	})
	return s.stopErr
}

// release gives up what Start took, except the data.
func (s *Server) release() {
	if s.socket != "" {
		_ = os.RemoveAll(s.socket)
	}
	_ = s.lock.Close()
}
