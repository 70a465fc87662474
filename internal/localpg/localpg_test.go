package localpg

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

func TestRestartKeepsRows(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(openDir(t), "not", "there", "yet")
	s := start(t, options(dir))
	conn := connect(t, s, "lianluo_owner")
	exec1(t, conn, `create table kept (word text)`)
	exec1(t, conn, `insert into kept values ('联络站')`)
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	select {
	case <-s.Done():
	default:
		t.Error("Done is open after Stop")
	}
	if err := errors.Join(s.Err(), s.Stop()); err != nil {
		t.Errorf("after Stop: %v", err)
	}
	for _, gone := range []string{SocketDir(dir), filepath.Join(dir, "postgres", "postmaster.pid")} {
		if _, err := os.Stat(gone); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s is left: %v", gone, err)
		}
	}

	conn = connect(t, start(t, options(dir)), "lianluo_app")
	if got := query[string](t, conn, `select current_user::text`); got != "lianluo_app" {
		t.Errorf("connected as %s", got)
	}
	conn = connect(t, start(t, options(clusterDir(t))), "lianluo_owner") // two sites side by side
	if query[bool](t, conn, `select to_regclass('kept') is not null`) {
		t.Error("two data directories share a database")
	}
	conn, err := pgx.Connect(t.Context(), URL(dir, "lianluo_owner", "lianluo"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	if got := query[string](t, conn, `select word from kept`); got != "联络站" {
		t.Errorf("kept %q", got)
	}
}

func TestSettings(t *testing.T) {
	t.Parallel()
	dir := clusterDir(t)
	s := start(t, options(dir))
	// Ctrl-C goes to a whole process group; PostgreSQL must outlive our last request.
	pid := s.proc.cmd.Process.Pid
	if group, err := syscall.Getpgid(pid); err != nil || group != pid {
		t.Errorf("PostgreSQL %d is in process group %d, %v", pid, group, err)
	}
	conn := connect(t, s, Superuser)
	for name, want := range map[string]string{
		"listen_addresses": "", "data_checksums": "on", "jit": "off", "fsync": "on", "full_page_writes": "on",
		"synchronous_commit": "on", "server_encoding": "UTF8", "shared_buffers": "128MB", "ssl": "off",
		"unix_socket_directories": `"` + SocketDir(dir) + `"`, "log_error_verbosity": "terse",
	} {
		if got := query[string](t, conn, `select current_setting('`+name+`')`); got != want {
			t.Errorf("%s is %q, not %q", name, got, want)
		}
	}
	if got := query[string](t, conn, `select datcollate || ' ' || datctype || ' ' || datdba::regrole from pg_database where datname = 'lianluo'`); got != "C.UTF-8 C.UTF-8 lianluo_owner" {
		t.Errorf("the database has %s", got)
	}
	if !query[bool](t, conn, `select '联' ~ '^\w$'`) {
		t.Error("a Chinese character is no letter in this locale")
	}
	log, err := os.ReadFile(filepath.Join(dir, "postgres.log"))
	if err != nil || !strings.Contains(string(log), "ready to accept connections") {
		t.Errorf("log: %v %q", err, log)
	}
	for path, want := range map[string]os.FileMode{SocketDir(dir): 0o700, s.data: 0o700, s.logPath(): 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, want mode %o", path, info.Mode(), want)
		}
	}
	if info, err := os.Stat(SocketDir(dir)); err != nil || ownerOf(info) != s.account.uid {
		t.Errorf("socket directory: owner %d, %v", ownerOf(info), err)
	}
}

func TestSecondCopyIsRefused(t *testing.T) {
	t.Parallel()
	dir := clusterDir(t)
	s := start(t, options(dir))
	begin := time.Now()
	_, err := Start(t.Context(), options(dir))
	if !errors.Is(err, ErrRunning) || !strings.Contains(err.Error(), dir) {
		t.Errorf("second copy: %v", err)
	}
	if took := time.Since(begin); took > 2*time.Second {
		t.Errorf("refused after %s", took)
	}
	connect(t, s, "lianluo_app") // the first is unharmed
}

func TestRoleThatIsNotNamedIsRefused(t *testing.T) {
	t.Parallel()
	dir := clusterDir(t)
	s := start(t, options(dir))
	conn, err := pgx.Connect(t.Context(), s.URL("lianluo_stranger", "lianluo"))
	if err == nil {
		_ = conn.Close(t.Context())
	}
	if err == nil || !strings.Contains(err.Error(), `Peer authentication failed for user "lianluo_stranger"`) {
		t.Errorf("a role that is not named: %v", err)
	}
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	o := options(dir) // the list is what it says at this start, not at the first
	o.Roles = []string{"lianluo_stranger"}
	s = start(t, o)
	connect(t, s, "lianluo_stranger")
	if _, err := pgx.Connect(t.Context(), s.URL("lianluo_app", "lianluo")); err == nil {
		t.Error("a role that is named no more still gets in")
	}
}

func TestStartGivenUp(t *testing.T) {
	t.Parallel()
	dir := openDir(t)
	ctx, cancel := context.WithTimeout(t.Context(), 150*time.Millisecond)
	defer cancel()
	if s, err := Start(ctx, options(dir)); err == nil { // a very fast machine
		_ = s.Stop()
	}
	if err := os.MkdirAll(filepath.Join(dir, "initdb-of-a-killed-run", "base"), 0o700); err != nil {
		t.Fatal(err)
	}
	connect(t, start(t, options(dir)), "lianluo_owner")
	if left, _ := filepath.Glob(filepath.Join(dir, "initdb-*")); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}

func TestBadSetupSQL(t *testing.T) {
	t.Parallel()
	dir := clusterDir(t)
	o := options(dir)
	o.Setup = `create rule of law`
	if _, err := Start(t.Context(), o); err == nil || !strings.Contains(err.Error(), "set up the roles: ") {
		t.Errorf("bad SQL: %v", err)
	}
	start(t, options(dir)) // nothing holds the data
	o = options(dir)
	o.Roles = []string{`x" "postgres`}
	if _, err := Start(t.Context(), o); err == nil {
		t.Error("a role's name may not carry a rule of its own")
	}
}
