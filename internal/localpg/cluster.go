package localpg

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// locales are tried in order. Sorting by code point is fast and never changes
// with the C library. LC_CTYPE must know UTF-8: under plain C every Chinese
// character counts as no letter at all.
var locales = [][]string{
	{"--locale=C.UTF-8"},
	{"--locale=C", "--lc-ctype=en_US.UTF-8"},
	{"--locale=C", "--lc-ctype=UTF-8"}, // macOS
}

// tuning is the start of a new cluster's own settings; whoever runs it may
// change them in Dir/postgres/postgresql.conf.
const tuning = `
# Set by lianluo when it made this cluster.
jit = off                # its compile time exceeds what our short queries take
shared_buffers = 128MB
max_connections = 100
`

// prepareCluster makes the cluster where there is none and says who may enter.
func (s *Server) prepareCluster(ctx context.Context, create bool) error {
	if create {
		if err := s.initdb(ctx); err != nil {
			return fmt.Errorf("make the cluster: %w", err)
		}
	}
	if err := s.account.own(s.data); err != nil {
		return fmt.Errorf("hand %s to account %s: %w", s.data, s.account.name, err)
	}
	if err := os.Chmod(s.data, 0o700); err != nil { // postgres refuses anything wider
		return err
	}
	if err := s.writeAccess(); err != nil {
		return fmt.Errorf("access rules: %w", err)
	}
	return nil
}

// initdb makes the cluster aside and then moves it into place, so that one
// that was cut short is never taken for a whole one.
func (s *Server) initdb(ctx context.Context) error {
	unfinished, _ := filepath.Glob(filepath.Join(s.opts.Dir, "initdb-*"))
	for _, dir := range unfinished {
		if err := os.RemoveAll(dir); err != nil {
			return err
		}
	}
	tmp, err := os.MkdirTemp(s.opts.Dir, "initdb-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(tmp) }()
	if err := os.Chown(tmp, s.account.uid, s.account.gid); err != nil {
		return err
	}
	if err := s.runInitdb(ctx, tmp); err != nil {
		return err
	}
	conf, err := os.ReadFile(filepath.Join(tmp, "postgresql.conf"))
	if err != nil {
		return err
	}
	if err := s.account.writeFile(tmp, "postgresql.conf", string(conf)+tuning); err != nil {
		return err
	}
	if err := os.Rename(tmp, s.data); err != nil {
		return err
	}
	return syncDir(s.opts.Dir)
}

func (s *Server) runInitdb(ctx context.Context, dir string) error {
	runtime.LockOSThread() // initdb's life is bound to this thread: see spawn
	defer runtime.UnlockOSThread()
	var errs []error
	for _, locale := range locales {
		args := []string{"-D", dir, "-U", Superuser, "--encoding=UTF8", "--data-checksums",
			"--auth-local=peer", "--auth-host=reject", "--no-instructions"}
		if s.opts.Throwaway {
			args = append(args, "--no-sync", "--wal-segsize=1") // less to write, less to copy
		}
		out, err := s.account.command(ctx, dir, s.bin.path("initdb"), append(args, locale...)...).CombinedOutput()
		if err == nil {
			return nil
		}
		errs = append(errs, fmt.Errorf("initdb %s: %w: %s", strings.Join(locale, " "), err, lastLines(string(out))))
		if !strings.Contains(string(out), "invalid locale") {
			break
		}
	}
	return errors.Join(errs...)
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// writeAccess lets the user that we are, and the account that runs the server,
// connect as the roles named and as nobody else. The kernel vouches for the
// user, so nothing secret is written.
func (s *Server) writeAccess() error {
	me, err := user.Current()
	if err != nil {
		return err
	}
	users := slices.Compact([]string{me.Username, s.account.name})
	var ident strings.Builder
	ident.WriteString("# Written by lianluo at each start.\n")
	for _, u := range users {
		for _, role := range append([]string{Superuser}, s.opts.Roles...) {
			fmt.Fprintf(&ident, "app %q %q\n", u, role)
		}
	}
	if err := s.account.writeFile(s.data, "pg_ident.conf", ident.String()); err != nil {
		return err
	}
	return s.account.writeFile(s.data, "pg_hba.conf", "# Written by lianluo at each start.\nlocal all all peer map=app\n")
}

// lastLines is the end of a program's output in one line: what it failed of.
func lastLines(text string) string {
	lines := strings.FieldsFunc(text, func(r rune) bool { return r == '\n' })
	lines = lines[max(0, len(lines)-3):]
	return strings.Join(lines, "; ")
}
