// Package webtest is the whole site for tests: casetest's world behind a real server,
// people who are signed in through the real door, forms that are filled from what the
// page offers, and a count of what each request asks of the database. A package that
// uses it says func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }.
package webtest

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/multitracer"
	"github.com/jackc/pgx/v5/pgxpool"

	"lianluo/internal/auth"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/job"
	"lianluo/internal/message"
	"lianluo/internal/postgres"
	"lianluo/internal/postgres/pgtest"
	"lianluo/internal/tenant"
	"lianluo/web"
	"lianluo/web/session"
)

// Site is the site in a world of its own.
type Site struct {
	*casetest.World
	URL  string // http://127.0.0.1:port
	Deps web.Deps

	// Accounts of the platform.
	Platform, Overseer auth.Actor

	t        testing.TB
	pool     *pgxpool.Pool
	counts   counts
	failures failures
	letters  string // the file that messages go to
}

// New returns a site that serves, with its jobs running.
func New(t testing.TB) *Site {
	t.Helper()
	listen()
	s := &Site{World: casetest.New(t), t: t, letters: filepath.Join(t.TempDir(), "messages.log")}
	s.open()
	s.settlePlatform()
	s.Deps = web.Deps{DB: tenant.New(s.pool, s.PG.Oversight, s.Now), Keys: s.Keys, Files: s.Files, Log: slog.Default(), Gateway: true}
	s.Deps.Sessions = session.New(s.Deps.DB, false)
	t.Cleanup(s.judge)
	s.Serve(func(*http.Server) {})
	s.work()
	return s
}

// Serve starts a server of the site with settings of its own; from now on it is the one
// that clients ask.
func (s *Site) Serve(set func(*http.Server)) {
	server := httptest.NewUnstartedServer(s.around(web.New(s.Deps)))
	set(server.Config)
	server.Start()
	s.t.Cleanup(server.Close)
	s.URL = server.URL
}

// open gives the site a pool of its own, whose statements are counted by request.
func (s *Site) open() {
	s.t.Helper()
	pool, err := postgres.Open(s.t.Context(), s.PG.AppURL, func(c *pgxpool.Config) {
		c.MaxConns = 8
		c.ConnConfig.Tracer = multitracer.New(pgtest.Tracer(), counter{})
		c.ShouldPing = func(context.Context, pgxpool.ShouldPingParams) bool { return false }
	})
	s.must(err)
	s.pool = pool
	s.t.Cleanup(pool.Close)
}

// settlePlatform makes the accounts that belong to no county.
func (s *Site) settlePlatform() {
	s.t.Helper()
	for _, who := range []struct {
		actor *auth.Actor
		new   auth.NewPlatformAccount
	}{
		{&s.Platform, auth.NewPlatformAccount{LoginName: "platform", Name: "申志远", Kind: auth.PlatformAdmin}},
		{&s.Overseer, auth.NewPlatformAccount{LoginName: "overseer", Name: "宋丽华", Kind: auth.Overseer, DivisionCode: "1404"}},
	} {
		who.new.Password = casetest.Password
		_, err := auth.CreatePlatformAccount(s.t.Context(), s.DB, who.new)
		s.must(err)
		*who.actor = auth.Actor{Name: who.new.Name, LoginName: who.new.LoginName, Role: who.new.Kind}
	}
}

// work runs the jobs, which write what would be sent into a file.
func (s *Site) work() {
	s.t.Helper()
	runner, err := job.Start(s.t.Context(), job.Deps{DB: s.DB, Keys: s.Keys, BaseURL: s.URL,
		Channel: &message.Log{Out: io.Discard, Path: s.letters}, Files: s.Files, Log: slog.New(records{to: &s.failures})})
	s.must(err)
	s.t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := runner.Stop(ctx); err != nil {
			s.t.Errorf("stop the jobs: %v", err)
		}
	})
}

// Letters are the lines that were sent so far.
func (s *Site) Letters() []string {
	s.t.Helper()
	text, err := os.ReadFile(s.letters)
	if err != nil && !os.IsNotExist(err) {
		s.t.Fatal(err)
	}
	return strings.FieldsFunc(string(text), func(r rune) bool { return r == '\n' })
}

// Links waits until n rating links were sent, and returns them, oldest first.
func (s *Site) Links(n int) []string {
	s.t.Helper()
	return s.links("", n)
}

// Link waits for the n-th rating link that was sent about a title, and returns it.
func (s *Site) Link(title string, n int) string {
	s.t.Helper()
	return s.links("“"+title+"”", n)[n-1]
}

func (s *Site) links(about string, n int) []string {
	s.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		var links []string
		for _, line := range s.Letters() {
			if at := strings.LastIndex(line, s.URL+"/r/"); at >= 0 && strings.Contains(line, about) {
				links = append(links, strings.TrimSpace(line[at:]))
			}
		}
		if len(links) >= n {
			return links
		}
		if time.Now().After(deadline) {
			s.t.Fatalf("%d rating links were sent, want %d:\n%s", len(links), n, strings.Join(s.Letters(), "\n"))
		}
	}
}

// Break takes the database away from the site.
func (s *Site) Break() {
	s.ExpectFailures()
	s.pool.Close()
}

// around lets the tracer and the log know whose request it is.
func (s *Site) around(next http.Handler) http.Handler {
	return s.counts.around(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), failuresKey{}, &s.failures)))
	}))
}

func (s *Site) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}
