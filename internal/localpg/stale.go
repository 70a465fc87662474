package localpg

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// noProcess is more than any process number can be.
const noProcess = 1<<31 - 1

// settle deals with what an earlier server left when it, or its lianluo, was
// killed. We hold the lock, so no living lianluo looks after that server.
func (s *Server) settle(ctx context.Context, deadline time.Time) error {
	for told := false; ; {
		lines, pid := s.postmasterFile()
		if pid == 0 {
			return nil
		}
		if !serves(pid, s.data) {
			return s.disown(lines, pid)
		}
		if len(lines) < 5 || lines[4] != s.socket {
			return fmt.Errorf("a PostgreSQL that lianluo did not start (process %d) runs on %s: stop it first", pid, s.data)
		}
		if !told {
			s.log.Warn("an earlier PostgreSQL still runs on the data; waiting for its end", "process", pid)
			_ = syscall.Kill(pid, syscall.SIGINT) // gone already: the next round sees it
			told = true
		}
		if err := pause(ctx, deadline, 20*time.Millisecond); err != nil {
			return fmt.Errorf("an earlier PostgreSQL (process %d) still runs on %s: %w", pid, s.data, err)
		}
	}
}

// postmasterFile reads postmaster.pid: the process, the data directory, the
// time, the port, the socket directory and more, a line each.
func (s *Server) postmasterFile() ([]string, int) {
	text, err := os.ReadFile(filepath.Join(s.data, "postmaster.pid"))
	if err != nil {
		return nil, 0
	}
	lines := strings.Split(string(text), "\n")
	pid, _ := strconv.Atoi(lines[0])
	return lines, pid
}

// disown corrects a postmaster.pid whose process has ended while its number
// still answers: a zombie that nobody has waited for, or another program that
// got the number. PostgreSQL would refuse to start for as long as it does. The
// file is not removed: PostgreSQL still checks the shared memory it names, lest
// an orphan of the earlier server is at work.
func (s *Server) disown(lines []string, pid int) error {
	for _, name := range []string{".s.PGSQL.5432", ".s.PGSQL.5432.lock"} {
		if err := os.Remove(filepath.Join(s.socket, name)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	if errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
		return nil
	}
	lines[0] = strconv.Itoa(noProcess)
	return s.account.writeFile(s.data, "postmaster.pid", strings.Join(lines, "\n"))
}

// pause waits a little, unless time is up.
func pause(ctx context.Context, deadline time.Time, d time.Duration) error {
	if time.Now().After(deadline) {
		return fmt.Errorf("waited %s", patience)
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
