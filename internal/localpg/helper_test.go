package localpg

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// A test that kills lianluo runs this test binary again, as a lianluo.
const helperVariable = "LOCALPG_TEST_HELPER"

func TestMain(m *testing.M) {
	if dir := os.Getenv(helperVariable); dir != "" {
		if err := helper(dir); err != nil {
			fmt.Println("error", err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	code := m.Run()
	_ = os.RemoveAll(made.dir)
	os.Exit(code)
}

// made is a cluster that tests copy, because initdb takes most of a second.
var made struct {
	sync.Once
	dir string
	err error
}

// clusterDir is a data directory with a stopped cluster in it.
func clusterDir(t *testing.T) string {
	t.Helper()
	made.Do(func() {
		if made.dir, made.err = os.MkdirTemp(fastDir(), "localpg-made-"); made.err != nil {
			return
		}
		if made.err = os.Chmod(made.dir, 0o755); made.err != nil {
			return
		}
		var s *Server
		if s, made.err = Start(context.Background(), options(made.dir)); made.err == nil {
			made.err = s.Stop()
		}
	})
	if made.err != nil {
		t.Fatal(made.err)
	}
	dir := openDir(t)
	if out, err := exec.Command("cp", "-a", filepath.Join(made.dir, "postgres"), dir).CombinedOutput(); err != nil {
		t.Fatalf("copy: %v: %s", err, out)
	}
	return dir
}

// helper starts a server on dir, says which rows it finds, and adds rows and
// acknowledges each one until it is killed.
func helper(dir string) error {
	ctx := context.Background()
	s, err := Start(ctx, options(dir))
	if err != nil {
		return err
	}
	defer func() { _ = s.Stop() }()
	conn, err := pgx.Connect(ctx, s.URL("lianluo_owner", "lianluo"))
	if err != nil {
		return err
	}
	if _, err := conn.Exec(ctx, `create table if not exists acked (n int primary key)`); err != nil {
		return err
	}
	var rows, last int
	if err := conn.QueryRow(ctx, `select count(*), coalesce(max(n), 0) from acked`).Scan(&rows, &last); err != nil {
		return err
	}
	fmt.Println("found", rows, last)
	for n := last + 1; ; n++ {
		if _, err := conn.Exec(ctx, `insert into acked values ($1)`, n); err != nil {
			return err
		}
		fmt.Println("ack", n)
	}
}

// fastDir is memory where there is room, because these tests write much: the
// kernel keeps what a killed process wrote either way.
func fastDir() string {
	var fs syscall.Statfs_t
	if err := syscall.Statfs("/dev/shm", &fs); err == nil && fs.Bavail*uint64(fs.Bsize) > 2<<30 {
		return "/dev/shm"
	}
	return ""
}

// run is a helper process, seen from the test.
type run struct {
	t    *testing.T
	cmd  *exec.Cmd
	out  *bufio.Scanner
	took time.Duration // until it answered
	rows int           // that it found
	last int           // the highest of them
}

func runHelper(t *testing.T, binary, dir string, credential *syscall.Credential) *run {
	t.Helper()
	cmd := exec.Command(binary)
	cmd.Dir = "/"
	cmd.Env = append(os.Environ(), helperVariable+"="+dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: credential}
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	r := &run{t: t, cmd: cmd, out: bufio.NewScanner(out)}
	if _, err := fmt.Sscanf(r.line(), "found %d %d", &r.rows, &r.last); err != nil {
		t.Fatal(err)
	}
	r.took = time.Since(begin)
	return r
}

func (r *run) line() string {
	r.t.Helper()
	if !r.out.Scan() || strings.HasPrefix(r.out.Text(), "error") {
		r.t.Fatalf("helper said %q and ended: %v", r.out.Text(), r.out.Err())
	}
	return r.out.Text()
}

// killAfter kills the helper with SIGKILL once it has acknowledged n rows, and
// returns the last row that it acknowledged.
func (r *run) killAfter(n int) (acked int) {
	r.t.Helper()
	for range n {
		if _, err := fmt.Sscanf(r.line(), "ack %d", &acked); err != nil {
			r.t.Fatal(err)
		}
	}
	if err := r.cmd.Process.Kill(); err != nil {
		r.t.Fatal(err)
	}
	for r.out.Scan() { // what it said before the end
		_, _ = fmt.Sscanf(r.out.Text(), "ack %d", &acked)
	}
	_ = r.cmd.Wait()
	return acked
}

// copyBinary copies this test binary to where every account can run it.
func copyBinary(t *testing.T) string {
	t.Helper()
	path := filepath.Join(diskDir(t), "helper")
	src, err := os.Open("/proc/self/exe")
	if err != nil {
		self, _ := os.Executable()
		if src, err = os.Open(self); err != nil {
			t.Fatal(err)
		}
	}
	defer func() { _ = src.Close() }()
	dst, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o755)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(dst, src); err != nil {
		t.Fatal(err)
	}
	if err := dst.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// openDir is a temporary directory that other accounts may enter, unlike t.TempDir.
func openDir(t *testing.T) string { t.Helper(); return openDirIn(t, fastDir()) }

// diskDir is one on a real disk, where programs may run.
func diskDir(t *testing.T) string { t.Helper(); return openDirIn(t, "") }

func openDirIn(t *testing.T, parent string) string {
	t.Helper()
	dir, err := os.MkdirTemp(parent, "localpg-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

func options(dir string) Options {
	return Options{
		Dir: dir,
		Setup: `do $$ declare name text; begin
			foreach name in array array['lianluo_owner', 'lianluo_app', 'lianluo_stranger'] loop
				if not exists (select from pg_roles where rolname = name) then
					execute format('create role %I login noinherit', name);
				end if;
			end loop; end $$`,
		Database: "lianluo",
		Owner:    "lianluo_owner",
		Roles:    []string{"lianluo_owner", "lianluo_app"},
	}
}

func start(t *testing.T, o Options) *Server {
	t.Helper()
	s, err := Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Stop(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func connect(t *testing.T, s *Server, role string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), s.URL(role, "lianluo"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

func query[T any](t *testing.T, conn *pgx.Conn, sql string) (value T) {
	t.Helper()
	if err := conn.QueryRow(t.Context(), sql).Scan(&value); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return value
}

func exec1(t *testing.T, conn *pgx.Conn, sql string) {
	t.Helper()
	if _, err := conn.Exec(t.Context(), sql); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}
