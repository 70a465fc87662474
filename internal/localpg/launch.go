package localpg

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// logLimit is the size at which postgres.log makes room for a new one.
const logLimit = 10 << 20

// launch starts the server and waits until it answers. It tries again while
// remains of an earlier server hold the data.
func (s *Server) launch(ctx context.Context) error {
	deadline := time.Now().Add(patience)
	for {
		if err := s.settle(ctx, deadline); err != nil {
			return err
		}
		err := s.launchOnce(ctx)
		if err == nil || !s.held(err) {
			return err
		}
		if late := pause(ctx, deadline, 200*time.Millisecond); late != nil {
			return fmt.Errorf("%w (%w)", err, late)
		}
	}
}

// held recognises PostgreSQL's own words for "another server is still here".
func (s *Server) held(err error) bool {
	text := err.Error()
	return strings.Contains(text, "postmaster.pid") || strings.Contains(text, "pre-existing shared memory")
}

func (s *Server) launchOnce(ctx context.Context) error {
	log, err := s.openLog()
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }()
	from, err := log.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	// Not this context: the server outlives the start.
	cmd := s.account.command(context.WithoutCancel(ctx), s.data, s.bin.path("postgres"), s.arguments()...)
	cmd.Stdout, cmd.Stderr = log, log
	if s.proc, err = spawn(cmd); err != nil {
		return fmt.Errorf("start PostgreSQL: %w", err)
	}
	err = s.awaitReady(ctx)
	if err == nil {
		return nil
	}
	if s.proc.ended() {
		text, _ := io.ReadAll(io.NewSectionReader(log, from, logLimit))
		return fmt.Errorf("PostgreSQL did not start (%s): %s", s.proc.state(), lastLines(string(text)))
	}
	_ = s.proc.shutdown()
	return err
}

// arguments are the settings that nobody may change, and for tests the fast
// and unsafe ones.
func (s *Server) arguments() []string {
	args := []string{"-D", s.data}
	set := func(name, value string) { args = append(args, "-c", name+"="+value) }
	set("listen_addresses", "")
	set("port", "5432") // only the socket's name
	set("unix_socket_directories", `"`+s.socket+`"`)
	set("unix_socket_permissions", "0700")
	set("hba_file", filepath.Join(s.data, "pg_hba.conf"))
	set("ident_file", filepath.Join(s.data, "pg_ident.conf"))
	set("logging_collector", "off")
	set("log_destination", "stderr")
	set("log_line_prefix", "%m [%p] ")
	set("log_error_verbosity", "terse") // the detail of a failed row is a citizen's data
	if s.opts.Throwaway {
		set("fsync", "off")
		set("synchronous_commit", "off")
		set("full_page_writes", "off")
		set("max_connections", "200")
	}
	return args
}

// awaitReady polls until the server answers, has ended, or the context has.
// Recovery after a crash takes as long as it takes.
func (s *Server) awaitReady(ctx context.Context) error {
	for wait := 5 * time.Millisecond; ; wait = min(2*wait, 100*time.Millisecond) {
		conn, err := pgx.Connect(ctx, s.URL(Superuser, "postgres"))
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("PostgreSQL is not ready yet: %w", ctx.Err())
		case <-s.proc.done:
			return err
		case <-time.After(wait):
		}
	}
}

func (s *Server) logPath() string { return filepath.Join(s.opts.Dir, "postgres.log") }

func (s *Server) openLog() (*os.File, error) {
	if info, err := os.Stat(s.logPath()); err == nil && info.Size() > logLimit {
		if err := os.Rename(s.logPath(), s.logPath()+".1"); err != nil {
			return nil, err
		}
	}
	return os.OpenFile(s.logPath(), os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
}

// logTail is the end of PostgreSQL's log.
func (s *Server) logTail() string {
	f, err := os.Open(s.logPath())
	if err != nil {
		return err.Error()
	}
	defer func() { _ = f.Close() }()
	if end, err := f.Seek(0, io.SeekEnd); err == nil {
		_, _ = f.Seek(max(0, end-2048), io.SeekStart)
	}
	text, _ := io.ReadAll(f)
	return lastLines(string(text))
}
