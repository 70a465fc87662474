package webtest

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"lianluo/internal/blob"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/postgres"
	"lianluo/internal/private"
	"lianluo/internal/tenant"
	"lianluo/web"
	"lianluo/web/session"
)

// Process is a server of the site that is a process of its own, this test binary run again, so
// that it can be killed as a machine without power is: nothing in it gets to end anything.
type Process struct {
	URL string

	name string // by which PostgreSQL knows its connections
	site *Site
	cmd  *exec.Cmd
	end  io.Closer
}

const processVariable = "WEBTEST_PROCESS"

// process is what such a process is told.
type process struct {
	Database, Files, Name string
	Now                   time.Time
}

// ServeIfProcess serves where this test binary was run again by Process, and returns at once
// where it was not. A package that uses Process calls it first in its TestMain.
func ServeIfProcess() {
	told := os.Getenv(processVariable)
	if told == "" {
		return
	}
	if err := serveProcess(told); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	os.Exit(0)
}

// serveProcess serves until it is killed, or whoever started it is gone.
func serveProcess(told string) error {
	var p process
	if err := json.Unmarshal([]byte(told), &p); err != nil {
		return err
	}
	slog.SetDefault(slog.New(slog.DiscardHandler)) // a test's output is for what failed
	ctx := context.Background()
	files, err := blob.Open(ctx, p.Files)
	if err != nil {
		return err
	}
	pool, err := postgres.Open(ctx, p.Database, func(c *pgxpool.Config) {
		c.MaxConns = 8
		c.ConnConfig.RuntimeParams["application_name"] = p.Name
	})
	if err != nil {
		return err
	}
	defer pool.Close()
	keys, err := private.ParseKey(casetest.Key)
	if err != nil {
		return err
	}
	deps := web.Deps{DB: tenant.New(pool, nil, func() time.Time { return p.Now }), Keys: keys, Files: files, Gateway: true, Log: slog.Default()}
	deps.Sessions = session.New(deps.DB, false)
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: web.New(deps), ReadHeaderTimeout: time.Minute}
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		_ = server.Close()
	}()
	fmt.Println("http://" + listener.Addr().String())
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// Process starts one more server of the site, which works on the same database and files, at
// the time that it is now.
func (s *Site) Process() *Process {
	s.t.Helper()
	self, err := os.Executable()
	s.must(err)
	p := &Process{site: s, name: fmt.Sprintf("killed %d", time.Now().UnixNano()), cmd: exec.Command(self)}
	told, err := json.Marshal(process{s.PG.AppURL, s.FilesDir, p.name, s.Now()})
	s.must(err)
	p.cmd.Env, p.cmd.Stderr = append(os.Environ(), processVariable+"="+string(told)), os.Stderr
	p.end, err = p.cmd.StdinPipe()
	s.must(err)
	stdout, err := p.cmd.StdoutPipe()
	s.must(err)
	s.must(p.cmd.Start())
	s.t.Cleanup(func() { _ = p.cmd.Process.Kill(); _ = p.cmd.Wait() })
	said := bufio.NewScanner(stdout)
	if !said.Scan() || !strings.HasPrefix(said.Text(), "http://") {
		s.t.Fatalf("the process of the site says %q", said.Text())
	}
	p.URL = said.Text()
	return p
}

// Kill stops the process where it is, with kill -9, and returns how many transactions it had
// written in and not ended by then. Once it returns the database has taken them back.
func (p *Process) Kill(t testing.TB) (cut int) {
	t.Helper()
	switch err := p.cmd.Process.Signal(syscall.SIGSTOP); { // so that what it is doing can be looked at
	case errors.Is(err, os.ErrProcessDone):
		return 0
	case err != nil:
		t.Fatal(err)
	}
	const busy = `select count(*) filter (where backend_xid is not null and (state like 'idle in%' or wait_event_type = 'Lock')),
		count(*) filter (where state = 'active' and wait_event_type is distinct from 'Lock') from pg_stat_activity where application_name = $1`
	for range 100 { // what PostgreSQL was told before is done
		var working int
		p.site.must(p.site.PG.Super.QueryRow(t.Context(), busy, p.name).Scan(&cut, &working))
		if working == 0 {
			break
		}
		time.Sleep(time.Millisecond)
	}
	if err := p.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = p.cmd.Wait()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(2 * time.Millisecond) {
		var left int
		p.site.must(p.site.PG.Super.QueryRow(t.Context(), `select count(*) from pg_stat_activity where application_name = $1`, p.name).Scan(&left))
		if left == 0 {
			return cut
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d connections of a killed process are left", left)
		}
	}
}

// Writes reports whether one of the process's transactions has written something and not ended.
func (p *Process) Writes(t testing.TB) (writes bool) {
	t.Helper()
	p.site.must(p.site.PG.Super.QueryRow(t.Context(), `select exists (select from pg_stat_activity where application_name = $1 and backend_xid is not null)`, p.name).Scan(&writes))
	return writes
}

// Answer is what a process answered to a form.
type Answer struct {
	Status int
	To     string // where it leads
}

// PostTo sends the form, with its files, to an address of a process, which may be killed
// meanwhile: then there is an error.
func (f *Form) PostTo(p *Process, path string) (Answer, error) {
	c := f.page.client
	body, contentType, err := multipartBody(f.values, f.files)
	if err != nil {
		return Answer{}, err
	}
	r, err := http.NewRequestWithContext(c.t.Context(), http.MethodPost, p.URL+path, body)
	if err != nil {
		return Answer{}, err
	}
	c.fetchHeaders(r, f.page.URL.String())
	r.Header.Set("Content-Type", contentType)
	answer, err := c.http.Do(r)
	if err != nil {
		return Answer{}, err
	}
	defer answer.Body.Close()
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		return Answer{}, err
	}
	return Answer{answer.StatusCode, answer.Header.Get("Location")}, nil
}
