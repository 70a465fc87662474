package localpg

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// account is the operating-system user that PostgreSQL runs as. PostgreSQL
// refuses to run as root, so root lends it another one.
type account struct {
	name     string
	uid, gid int
	lent     bool // not the user that we are
}

// serverAccount is the current user; as root the owner of the data, and for
// new data postgres or nobody.
func serverAccount(data string) (account, error) {
	if os.Geteuid() != 0 {
		u, err := user.Current()
		if err != nil {
			return account{}, fmt.Errorf("who am I: %w", err)
		}
		return asAccount(u, false)
	}
	if info, err := os.Stat(data); err == nil && ownerOf(info) != 0 {
		if u, err := user.LookupId(strconv.Itoa(ownerOf(info))); err == nil {
			return asAccount(u, true)
		}
	}
	for _, name := range []string{"postgres", "nobody"} {
		if u, err := user.Lookup(name); err == nil {
			return asAccount(u, true)
		}
	}
	return account{}, errors.New("PostgreSQL does not run as root, and there is neither a postgres nor a nobody account to run it as: start lianluo as an ordinary user")
}

func asAccount(u *user.User, lent bool) (account, error) {
	uid, err := strconv.Atoi(u.Uid)
	if err != nil {
		return account{}, fmt.Errorf("account %s: %w", u.Username, err)
	}
	gid, err := strconv.Atoi(u.Gid)
	if err != nil {
		return account{}, fmt.Errorf("account %s: %w", u.Username, err)
	}
	return account{u.Username, uid, gid, lent}, nil
}

// command runs a program as the account, in its own process group, so that
// Ctrl-C reaches lianluo alone, and bound to this process's life.
func (a account) command(ctx context.Context, dir, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	cmd.Env = environment()
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if a.lent {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(a.uid), Gid: uint32(a.gid)}
	}
	dieWithParent(cmd.SysProcAttr)
	return cmd
}

// environment is ours without what would change PostgreSQL's settings or language.
func environment() []string {
	env := []string{"LC_ALL=C"}
	for _, kv := range os.Environ() {
		if !strings.HasPrefix(kv, "PG") && !strings.HasPrefix(kv, "LC_") && !strings.HasPrefix(kv, "LANG") {
			env = append(env, kv)
		}
	}
	return env
}

// reach tries whether the account can enter dir: one below a private home
// directory is closed to it, and initdb would say so in riddles.
func (a account) reach(ctx context.Context, bin binaries, dir string) error {
	enter := func(dir string) error {
		return a.command(ctx, dir, bin.path("postgres"), "--version").Run()
	}
	if !a.lent || enter(dir) == nil {
		return nil
	}
	if err := enter("/"); err != nil {
		return fmt.Errorf("account %s cannot run %s: %w", a.name, bin.path("postgres"), err)
	}
	closed := dir
	for up := dir; up != "/"; up = filepath.Dir(up) {
		if enter(up) != nil {
			closed = up
		}
	}
	return fmt.Errorf("PostgreSQL runs as account %s, which may not enter %s: open it (chmod o+x), or set LIANLUO_DATA to a directory that the account can reach, such as /var/lib/lianluo", a.name, closed)
}

// own hands a directory that belongs to root, or to no known account, to the
// account: data put back from a backup, for example.
func (a account) own(dir string) error {
	info, err := os.Stat(dir)
	if err != nil || !a.lent || ownerOf(info) == a.uid {
		return err
	}
	return filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(path, a.uid, a.gid)
	})
}

// writeFile puts a file in place in one step. It follows no link: the account,
// which may write here, must not lead root to another file.
func (a account) writeFile(dir, name, text string) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	tmp := name + ".new"
	if err := root.Remove(tmp); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	f, err := root.OpenFile(tmp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	if err == nil && a.lent {
		err = f.Chown(a.uid, a.gid)
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	return root.Rename(tmp, name)
}
