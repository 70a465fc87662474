package localpg

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"sync/atomic"
	"syscall"
	"time"
)

// shutdownLimit is how long a shutdown may write; past it PostgreSQL is told to
// leave at once, and replays its log at the next start.
const shutdownLimit = 60 * time.Second

// process is a program that a goroutine waits for.
type process struct {
	cmd   *exec.Cmd
	done  chan struct{} // closed after the end
	asked atomic.Bool   // the end was asked for
}

// spawn starts a program that dies with us. On Linux the kernel ties it to the
// thread that started it and not to the process, so one goroutine keeps that
// thread until the program has ended.
func spawn(cmd *exec.Cmd) (*process, error) {
	p := &process{cmd: cmd, done: make(chan struct{})}
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait() // kept in cmd.ProcessState
			close(p.done)
		}
	}()
	return p, <-started
}

// state says how the process ended. It is for after done.
func (p *process) state() string { return p.cmd.ProcessState.String() }

func (p *process) ended() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// shutdown is PostgreSQL's fast one: sessions are cut, data is written.
func (p *process) shutdown() error {
	if p.ended() && !p.asked.Load() {
		return nil // Err has told
	}
	p.asked.Store(true)
	for _, step := range []struct {
		signal os.Signal
		limit  time.Duration
	}{{syscall.SIGINT, shutdownLimit}, {syscall.SIGQUIT, 10 * time.Second}} {
		if err := p.cmd.Process.Signal(step.signal); err != nil && !errors.Is(err, os.ErrProcessDone) {
			return fmt.Errorf("localpg: stop PostgreSQL: %w", err)
		}
		select {
		case <-p.done:
			if !p.cmd.ProcessState.Success() {
				return fmt.Errorf("localpg: PostgreSQL stopped badly: %s", p.state())
			}
			return nil
		case <-time.After(step.limit):
		}
	}
	return fmt.Errorf("localpg: PostgreSQL (process %d) does not stop", p.cmd.Process.Pid)
}
