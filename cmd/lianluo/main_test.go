package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"lianluo/internal/localpg"
)

// dataDir is a data directory that PostgreSQL's own account can reach, as t.TempDir is
// not where the tests run as root.
func dataDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "lianluo-cmd")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// output is what a command prints, read while it runs.
type output struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.String()
}

// serving starts `lianluo serve` and waits until it is ready; stop ends it as Ctrl-C does.
func serving(t *testing.T, dir string, args ...string) (base string, out *output, stop func() error) {
	t.Helper()
	address := freeAddress(t)
	ctx, cancel := context.WithCancel(context.Background())
	out = &output{}
	ended := make(chan error, 1)
	go func() {
		ended <- run(ctx, append([]string{"serve", "--data", dir, "--addr", address}, args...), out)
	}()
	stop = func() error {
		cancel()
		select {
		case err := <-ended:
			ended <- err
			return err
		case <-time.After(30 * time.Second):
			return errors.New("it did not stop in 30 s")
		}
	}
	t.Cleanup(func() { _ = stop() })
	base = "http://" + address
	for deadline := time.Now().Add(60 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if status, _ := get(t, base+"/healthz"); status == http.StatusOK {
			return base, out, stop
		}
		select {
		case err := <-ended:
			t.Fatalf("serve ended: %v", err)
		default:
		}
	}
	t.Fatal("not ready after 60 s")
	return "", nil, nil
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, err.Error()
	}
	defer response.Body.Close()
	body, _ := io.ReadAll(response.Body)
	return response.StatusCode, string(body)
}

func command(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var out output
	err := run(t.Context(), args, &out)
	return out.String(), err
}

// A county office sets up: a county and its administrator while the site runs, then a
// restart; what was committed is there.
func TestCountyIsSetUpBesideARunningSite(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	base, _, stop := serving(t, dir)
	if status, body := get(t, base+"/login"); status != http.StatusOK || strings.Contains(body, "lianluo-demo") {
		t.Errorf("sign-in page: %d; a real site must not offer the demonstration's accounts", status)
	}
	out, err := command(t, "county", "add", "140423", "--data", dir)
	if err != nil || !strings.Contains(out, "襄垣县") {
		t.Fatalf("county add: %v\n%s", err, out)
	}
	if _, err := command(t, "county", "add", "140423", "--data", dir); err == nil {
		t.Error("the same county twice was taken")
	}
	out, err = command(t, "user", "add", "xy.admin", "--county", "140423", "--name", "管理员", "--data", dir)
	if err != nil || !regexp.MustCompile(`Password, shown this once: \S{16}`).MatchString(out) {
		t.Fatalf("user add: %v\n%s", err, out)
	}
	if out, err := command(t, "user", "reset", "xy.admin", "--county", "140423", "--base-url", "https://lianluo.example", "--data", dir); err != nil ||
		!strings.Contains(out, "https://lianluo.example/password/1-") {
		t.Errorf("user reset by a link: %v\n%s", err, out)
	}
	if out, err := command(t, "user", "add", "xy.second", "--county", "140423", "--name", "第二位", "--base-url", "https://lianluo.example", "--data", dir); err != nil ||
		!strings.Contains(out, "https://lianluo.example/password/1-") {
		t.Errorf("user add by a link: %v\n%s", err, out)
	}
	if out, err := command(t, "user", "reset", "xy.admin", "--county", "140423", "--data", dir); err != nil || !strings.Contains(out, "shown this once") {
		t.Errorf("user reset: %v\n%s", err, out)
	}
	if out, err := command(t, "verify", "--data", dir); err != nil || !strings.Contains(out, "unbroken") {
		t.Errorf("verify: %v\n%s", err, out)
	}
	if _, err := command(t, "serve", "--data", dir, "--addr", freeAddress(t)); !errors.Is(err, localpg.ErrRunning) {
		t.Errorf("a second copy on the same data: %v, want ErrRunning", err)
	}
	if err := stop(); err != nil {
		t.Errorf("stop: %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "postgres", "postmaster.pid")); err == nil {
		t.Error("PostgreSQL was left running")
	}
	if _, err := command(t, "serve", "--data", dir, "--demo", "--addr", freeAddress(t)); err == nil {
		t.Error("the demonstration was loaded beside a real county")
	}
	if _, err := command(t, "county", "add", "140423", "--data", dir); err == nil {
		t.Error("the county was gone after a restart")
	}
}

// A county outside Changzhi comes from the file of divisions that is given.
func TestCountyFromTheNationalFile(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	file := filepath.Join(dir, "divisions.csv")
	var rows strings.Builder
	w := csv.NewWriter(&rows)
	_ = w.WriteAll([][]string{{"code", "name", "parent_code", "level"}, {"36", "江西省", "", "province"},
		{"3611", "上饶市", "36", "prefecture"}, {"361128", "鄱阳县", "3611", "county"}, {"361128100", "鄱阳镇", "361128", "township"}})
	if err := os.WriteFile(file, []byte(rows.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := command(t, "county", "add", "361128", "--data", dir); err == nil {
		t.Error("a county that no file knows was made")
	}
	if _, err := command(t, "county", "add", "361128", "--divisions", file, "--data", dir); err == nil {
		t.Error("a county without letters for its numbers was made")
	}
	out, err := command(t, "county", "add", "361128", "--divisions", file, "--prefix", "BY", "--data", dir)
	if err != nil || !strings.Contains(out, "鄱阳县") {
		t.Fatalf("county add: %v\n%s", err, out)
	}
	if _, err := command(t, "user", "add", "jx", "--oversee", "36", "--name", "督导", "--data", dir); err != nil {
		t.Errorf("overseer: %v", err)
	}
	if _, err := command(t, "user", "add", "x", "--county", "999999", "--name", "谁", "--data", dir); err == nil {
		t.Error("an administrator of no county was made")
	}
}

func TestSettingsThatCannotWork(t *testing.T) {
	t.Parallel()
	taken, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = taken.Close() }) // after the parallel tests below
	for name, args := range map[string][]string{
		"address in use":         {"serve", "--data", dataDir(t), "--addr", taken.Addr().String()},
		"owner without database": {"serve", "--data", dataDir(t), "--addr", "127.0.0.1:0", "--owner-database-url", "postgres://nowhere"},
		"no such database":       {"serve", "--data", dataDir(t), "--addr", "127.0.0.1:0", "--database-url", "postgres://127.0.0.1:1/none?connect_timeout=2"},
		"no programs":            {"serve", "--data", dataDir(t), "--addr", "127.0.0.1:0", "--pg-bin", "/nowhere"},
		"no such bucket":         {"serve", "--data", dataDir(t), "--addr", "127.0.0.1:0", "--files", "s3://none?region=x&endpoint=http://127.0.0.1:1&anonymous=true&use_path_style=true"},
		"unknown command":        {"sing"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if out, err := command(t, args...); err == nil {
				t.Errorf("taken without an error:\n%s", out)
			} else if strings.Count(err.Error(), "\n") > 2 {
				t.Errorf("not said in one line: %v", err)
			}
		})
	}
}
