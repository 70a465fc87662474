package localpg

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"syscall"
)

// socketLimit is how long a Unix socket's path may be: 107 bytes on Linux, 103 on macOS.
const socketLimit = 103

// makeDir makes the data's root. As root others may pass through it but not
// list it: PostgreSQL's account must get at its own directory inside.
func makeDir(dir string) (string, error) {
	if dir == "" {
		dir = DefaultDir()
	}
	mode := os.FileMode(0o700)
	if os.Geteuid() == 0 {
		mode = 0o711
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
		if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
			return "", err
		}
		if err := os.Mkdir(dir, mode); err != nil && !errors.Is(err, os.ErrExist) {
			return "", err
		}
	}
	return filepath.EvalSymlinks(dir)
}

// lockDir takes the data for this process. The kernel gives the lock back when
// the process ends, however it ends.
func lockDir(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if err == nil {
		return f, nil
	}
	_ = f.Close()
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, fmt.Errorf("%w on the data in %s", ErrRunning, dir)
	}
	return nil, fmt.Errorf("lock %s: %w", dir, err)
}

// SocketDir is where a server on the data in dir has its socket. The path is
// short, and follows from the data's path alone.
func SocketDir(dir string) string {
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real
	}
	if abs, err := filepath.Abs(dir); err == nil {
		dir = abs
	}
	sum := sha256.Sum256([]byte(dir))
	name := "lianluo-" + hex.EncodeToString(sum[:6])
	socket := filepath.Join(os.TempDir(), name)
	if len(socket)+len("/.s.PGSQL.5432.lock") > socketLimit {
		socket = filepath.Join("/tmp", name)
	}
	return socket
}

// URL is where a server on the data in dir answers, for a second process such
// as a command run beside `lianluo serve`.
func URL(dir, role, database string) string {
	q := url.Values{"host": {SocketDir(dir)}, "port": {"5432"}, "user": {role}}
	return "postgres:///" + url.PathEscape(database) + "?" + q.Encode()
}

// makeSocketDir makes the socket's directory. The temporary directory is open
// to everyone, so one that somebody else has put there first is refused.
func makeSocketDir(dir string, a account) (string, error) {
	socket := SocketDir(dir)
	if err := os.Mkdir(socket, 0o700); err != nil && !errors.Is(err, os.ErrExist) {
		return "", fmt.Errorf("socket directory: %w", err)
	}
	info, err := os.Lstat(socket)
	if err != nil {
		return "", fmt.Errorf("socket directory: %w", err)
	}
	owner := ownerOf(info)
	if !info.IsDir() || owner != a.uid && owner != os.Geteuid() {
		return "", fmt.Errorf("socket directory: %s belongs to another user; remove it", socket)
	}
	if err := os.Lchown(socket, a.uid, a.gid); err != nil {
		return "", fmt.Errorf("socket directory: %w", err)
	}
	if err := os.Chmod(socket, 0o700); err != nil {
		return "", fmt.Errorf("socket directory: %w", err)
	}
	return socket, nil
}

func ownerOf(info os.FileInfo) int { return int(info.Sys().(*syscall.Stat_t).Uid) }
