package pgtest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"lianluo/internal/localpg"
)

const (
	runPrefix = "lianluo-pgtest-" // directories of test processes
	runLock   = "run.lock"        // held by the process
	keptFile  = "kept"            // its failed tests' databases are in it; names the package

	keepRuns      = 24 * time.Hour
	keepTemplates = 7 * 24 * time.Hour
)

// cache holds the templates. Whoever reads shares its lock; whoever builds or
// sweeps owns it.
type cache struct {
	dir  string
	lock *os.File
}

func openCache() (*cache, error) {
	base, err := os.UserCacheDir()
	if err != nil { // no home directory
		base = filepath.Join(os.TempDir(), fmt.Sprintf("lianluo-cache-%d", os.Geteuid()))
	}
	c := &cache{dir: filepath.Join(base, "lianluo-pgtest")}
	if err := os.MkdirAll(c.dir, 0o700); err != nil {
		return nil, err
	}
	if c.lock, err = os.OpenFile(filepath.Join(c.dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600); err != nil {
		return nil, err
	}
	if flock(c.lock, syscall.LOCK_EX|syscall.LOCK_NB) == nil {
		c.sweep()
	}
	return c, nil
}

func (c *cache) share() error { return flock(c.lock, syscall.LOCK_SH) }
func (c *cache) own() error   { return flock(c.lock, syscall.LOCK_EX) }
func (c *cache) close()       { _ = c.lock.Close() }

func flock(f *os.File, how int) error {
	for {
		if err := syscall.Flock(int(f.Fd()), how); err != syscall.EINTR {
			return err
		}
	}
}

// sweep removes what killed runs left, what failed tests of this package kept
// the last time, and templates of schemas long gone. Errors wait for the next.
func (c *cache) sweep() {
	templates, _ := filepath.Glob(filepath.Join(c.dir, "*"))
	for _, dir := range templates {
		if info, err := os.Stat(dir); err == nil && info.IsDir() && time.Since(info.ModTime()) > keepTemplates {
			_ = os.RemoveAll(dir)
		}
	}
	runs, _ := filepath.Glob(filepath.Join(runParent(), runPrefix+"*"))
	for _, dir := range runs {
		sweepRun(dir)
	}
}

func sweepRun(dir string) {
	lock, err := os.OpenFile(filepath.Join(dir, runLock), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return // another user's
	}
	defer func() { _ = lock.Close() }()
	if flock(lock, syscall.LOCK_EX|syscall.LOCK_NB) != nil {
		return // its process lives
	}
	if kept, err := os.ReadFile(filepath.Join(dir, keptFile)); err == nil {
		info, err := os.Stat(filepath.Join(dir, keptFile))
		if err == nil && time.Since(info.ModTime()) < keepRuns && string(kept) != packageDir() {
			return
		}
	}
	_ = os.RemoveAll(localpg.SocketDir(dir))
	_ = os.RemoveAll(dir)
}

// makeRunDir makes a directory for a cluster and holds its lock. The caller
// holds the cache's lock, so nobody sweeps in between.
func makeRunDir() (string, *os.File, error) {
	dir, err := os.MkdirTemp(runParent(), runPrefix)
	if err != nil {
		return "", nil, err
	}
	if os.Geteuid() == 0 { // the account that runs PostgreSQL passes through
		if err := os.Chmod(dir, 0o711); err != nil {
			return "", nil, err
		}
	}
	lock, err := os.OpenFile(filepath.Join(dir, runLock), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return "", nil, err
	}
	return dir, lock, flock(lock, syscall.LOCK_EX)
}

// runParent is memory where there is room for many databases, else the
// temporary directory.
func runParent() string {
	const memory = "/dev/shm"
	var fs syscall.Statfs_t
	if err := syscall.Statfs(memory, &fs); err == nil && fs.Bavail*uint64(fs.Bsize) > 2<<30 {
		return memory
	}
	return strings.TrimSuffix(os.TempDir(), "/")
}
