package localpg

import (
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestPostmasterKilled(t *testing.T) {
	t.Parallel()
	dir := clusterDir(t)
	s := start(t, options(dir))
	conn := connect(t, s, "lianluo_owner")
	exec1(t, conn, `create table acked (n int)`)
	acked := make(chan int)
	go func() { // writes until the server is gone
		n := 0
		for {
			if _, err := conn.Exec(t.Context(), `insert into acked values (1)`); err != nil {
				acked <- n
				return
			}
			n++
		}
	}()
	time.Sleep(100 * time.Millisecond)
	if err := syscall.Kill(s.proc.cmd.Process.Pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	select {
	case <-s.Done():
	case <-time.After(10 * time.Second):
		t.Fatal("Done stays open")
	}
	if err := s.Err(); err == nil || !strings.Contains(err.Error(), "killed") {
		t.Errorf("Err: %v", err)
	}
	if err := s.Stop(); err != nil {
		t.Errorf("Stop after the end: %v", err)
	}
	n := <-acked
	conn = connect(t, start(t, options(dir)), "lianluo_owner")
	if got := query[int](t, conn, `select count(*) from acked`); got < n || n == 0 {
		t.Errorf("%d rows, %d acknowledged", got, n)
	}
}

func TestAppKilled(t *testing.T) {
	t.Parallel()
	binary := copyBinary(t)
	accounts := map[string]*syscall.Credential{"same user": nil}
	if os.Geteuid() == 0 {
		accounts["ordinary user"] = nobody(t)
	}
	for name, credential := range accounts {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := diskDir(t)
			if credential != nil {
				if err := os.Chown(dir, int(credential.Uid), int(credential.Gid)); err != nil {
					t.Fatal(err)
				}
			}
			acked := 0
			for round := range 4 {
				r := runHelper(t, binary, dir, credential)
				if r.rows < acked || r.rows != r.last {
					t.Fatalf("round %d: %d rows up to %d, %d acknowledged", round, r.rows, r.last, acked)
				}
				acked = r.killAfter(200)
				t.Logf("round %d: answered after %s with %d rows; killed after row %d", round, r.took.Round(time.Millisecond), r.rows, acked)
			}
			conn := connect(t, start(t, options(dir)), "lianluo_owner")
			if got := query[int](t, conn, `select count(*) from acked`); got < acked {
				t.Errorf("%d rows, %d acknowledged", got, acked)
			}
			if credential == nil {
				return
			}
			// That was root on an ordinary user's data, which stay that user's.
			if info, err := os.Stat(dir + "/postgres"); err != nil || ownerOf(info) != int(credential.Uid) {
				t.Errorf("owner: %d, %v", ownerOf(info), err)
			}
		})
	}
}

func TestServerLeftRunningIsTakenOver(t *testing.T) {
	t.Parallel()
	dir := clusterDir(t)
	first := start(t, options(dir))
	_ = first.lock.Close() // as if lianluo were gone and the kernel had not told PostgreSQL
	second := start(t, options(dir))
	select {
	case <-first.Done():
	default:
		t.Error("two servers on the same data")
	}
	connect(t, second, "lianluo_app")
	first.socket = "" // second's
}

func TestServerOfSomebodyElseIsLeftAlone(t *testing.T) {
	t.Parallel()
	dir := clusterDir(t)
	s := start(t, options(dir))
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	cmd := s.account.command(t.Context(), s.data, s.bin.path("postgres"), "-D", s.data, "-k", s.data, "-c", "listen_addresses=")
	other, err := spawn(cmd)
	if err != nil {
		t.Fatal(err)
	}
	for wait := 0; wait < 500; wait++ {
		if lines, _ := s.postmasterFile(); len(lines) > 7 && strings.HasPrefix(lines[7], "ready") {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if _, err := Start(t.Context(), options(dir)); err == nil || !strings.Contains(err.Error(), "did not start") {
		t.Errorf("beside somebody's server: %v", err)
	}
	if other.ended() {
		t.Error("somebody's server was stopped")
	}
	if err := other.shutdown(); err != nil {
		t.Error(err)
	}
}

// After a crash the old server's process number may still answer.
func TestStaleProcessNumber(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"zombie", "another program", "none"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			dir := clusterDir(t)
			s := start(t, options(dir))
			file, pid := s.postmasterFile()
			lock, err := os.ReadFile(s.socket + "/.s.PGSQL.5432.lock")
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Stop(); err != nil {
				t.Fatal(err)
			}
			if kind != "none" {
				cmd := exec.Command("sleep", "60")
				cmd.SysProcAttr = &syscall.SysProcAttr{}
				if s.account.lent {
					cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(s.account.uid), Gid: uint32(s.account.gid)}
				}
				if err := cmd.Start(); err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
				pid = cmd.Process.Pid
				if kind == "zombie" {
					_ = syscall.Kill(pid, syscall.SIGKILL) // and nobody waits for it yet
				}
			}
			file[0] = strconv.Itoa(pid)
			if err := s.account.writeFile(s.data, "postmaster.pid", strings.Join(file, "\n")); err != nil {
				t.Fatal(err)
			}
			if _, err := makeSocketDir(dir, s.account); err != nil {
				t.Fatal(err)
			}
			_, rest, _ := strings.Cut(string(lock), "\n")
			if err := s.account.writeFile(s.socket, ".s.PGSQL.5432.lock", file[0]+"\n"+rest); err != nil {
				t.Fatal(err)
			}
			begin := time.Now()
			connect(t, start(t, options(dir)), "lianluo_app")
			if took := time.Since(begin); took > 10*time.Second {
				t.Errorf("started after %s", took)
			}
		})
	}
}

func nobody(t *testing.T) *syscall.Credential {
	t.Helper()
	u, err := user.Lookup("nobody")
	if err != nil {
		t.Fatal(err)
	}
	a, err := asAccount(u, true)
	if err != nil {
		t.Fatal(err)
	}
	return &syscall.Credential{Uid: uint32(a.uid), Gid: uint32(a.gid)}
}
