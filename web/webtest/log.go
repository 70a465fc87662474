package webtest

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync"
)

// failures are what went wrong while a site answered: none of it is expected, unless the
// test says so or has taken the database away.
type failures struct {
	mu       sync.Mutex
	lines    []string
	expected bool
}

func (f *failures) add(line string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.lines = append(f.lines, line)
}

// Failures are the errors that the site has logged.
func (s *Site) Failures() []string {
	s.failures.mu.Lock()
	defer s.failures.mu.Unlock()
	return slices.Clone(s.failures.lines)
}

// ExpectFailures is for a test that makes something go wrong on purpose.
func (s *Site) ExpectFailures() { s.failures.expected = true }

// judge fails the test for an answer that the site itself called a failure.
func (s *Site) judge() {
	if lines := s.Failures(); len(lines) > 0 && !s.failures.expected {
		s.t.Errorf("the site logged %d errors:\n%s", len(lines), strings.Join(lines, "\n"))
	}
}

type failuresKey struct{}

// records hands an error to the site whose request met it, and drops everything else:
// a test's output is for what failed.
type records struct {
	attrs []slog.Attr
	to    *failures // where no request is: a job's
}

func (records) Enabled(_ context.Context, level slog.Level) bool { return level >= slog.LevelError }

func (r records) Handle(ctx context.Context, record slog.Record) error {
	line := record.Message
	add := func(a slog.Attr) bool { line += " " + a.String(); return true }
	for _, a := range r.attrs {
		add(a)
	}
	record.Attrs(add)
	f, ok := ctx.Value(failuresKey{}).(*failures)
	if !ok {
		f = r.to
	}
	if f != nil {
		f.add(line)
	}
	return nil
}

func (r records) WithAttrs(attrs []slog.Attr) slog.Handler {
	return records{append(slices.Clone(r.attrs), attrs...), r.to}
}
func (r records) WithGroup(string) slog.Handler { return r }

// listen makes records the log of everything, once: the request log has no other.
var listen = sync.OnceFunc(func() { slog.SetDefault(slog.New(records{})) })
