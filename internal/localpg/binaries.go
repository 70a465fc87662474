package localpg

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// oldest is the oldest major version that lianluo runs on.
const oldest = 15

// binaries is a directory with initdb and postgres, and their version.
type binaries struct {
	dir     string
	version string // "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"
	major   int
}

func (b binaries) path(name string) string { return filepath.Join(b.dir, name) }

// Version is what the PostgreSQL that Start would use for new data calls itself.
func Version(ctx context.Context, binDir string) (string, error) {
	b, err := findBinaries(ctx, binDir, 0)
	if err != nil {
		return "", fmt.Errorf("localpg: %w", err)
	}
	return b.version, nil
}

// findBinaries takes the first installation that is new enough. Data that is
// there already (major is not 0) needs its own version, and no other.
func findBinaries(ctx context.Context, given string, major int) (binaries, error) {
	if given == "" {
		return choose(ctx, usualDirs(ctx), major)
	}
	if _, ok := inspect(ctx, given); !ok {
		return binaries{}, fmt.Errorf("LIANLUO_PG_BIN: no initdb and postgres in %s", given)
	}
	return choose(ctx, []string{given}, major)
}

func choose(ctx context.Context, dirs []string, major int) (binaries, error) {
	found := []string{}
	for _, dir := range dirs {
		b, ok := inspect(ctx, dir)
		if !ok {
			continue
		}
		if b.major >= oldest && (major == 0 || b.major == major) {
			return b, nil
		}
		found = append(found, fmt.Sprintf("%d (%s)", b.major, dir))
	}
	switch {
	case len(found) == 0:
		return binaries{}, fmt.Errorf("no PostgreSQL %d or newer here: install it (`apt-get install postgresql`), name its directory in LIANLUO_PG_BIN, or name a server in DATABASE_URL", oldest)
	case major == 0:
		return binaries{}, fmt.Errorf("PostgreSQL %d or newer is needed; found %s: name a newer one's directory in LIANLUO_PG_BIN", oldest, strings.Join(found, ", "))
	}
	return binaries{}, fmt.Errorf("the data was made by PostgreSQL %d and only that version can read it; found %s: install postgresql-%d, or name its directory in LIANLUO_PG_BIN", major, strings.Join(found, ", "), major)
}

// usualDirs lists where installers put the binaries, best first.
func usualDirs(ctx context.Context) []string {
	dirs := []string{}
	if path, err := exec.LookPath("postgres"); err == nil {
		if path, err = filepath.EvalSymlinks(path); err == nil {
			dirs = append(dirs, filepath.Dir(path))
		}
	}
	if out, err := exec.CommandContext(ctx, "pg_config", "--bindir").Output(); err == nil {
		dirs = append(dirs, strings.TrimSpace(string(out)))
	}
	for _, pattern := range []string{
		"/usr/lib/postgresql/*/bin",          // Debian, Ubuntu
		"/usr/pgsql-*/bin",                   // PGDG on RHEL
		"/opt/homebrew/opt/postgresql@*/bin", // Homebrew on Apple silicon
		"/usr/local/opt/postgresql@*/bin",    // Homebrew on Intel
	} {
		matches, _ := filepath.Glob(pattern) // fails for a bad pattern only
		slices.SortFunc(matches, func(a, b string) int { return numberIn(b) - numberIn(a) })
		dirs = append(dirs, matches...)
	}
	return dirs
}

var digits = regexp.MustCompile(`\d+`)

func numberIn(path string) int {
	n, _ := strconv.Atoi(digits.FindString(path))
	return n
}

// inspect asks the postgres in dir for its version.
func inspect(ctx context.Context, dir string) (binaries, bool) {
	for _, name := range []string{"initdb", "postgres"} {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.IsDir() {
			return binaries{}, false
		}
	}
	out, err := exec.CommandContext(ctx, filepath.Join(dir, "postgres"), "--version").Output()
	b := binaries{dir: dir, version: strings.TrimSpace(string(out)), major: numberIn(string(out))}
	return b, err == nil && b.major > 0
}

// dataMajor is the major version that made the data; 0 where there is none yet.
func dataMajor(data string) (int, error) {
	text, err := os.ReadFile(filepath.Join(data, "PG_VERSION"))
	if err == nil {
		major, err := strconv.Atoi(strings.TrimSpace(string(text)))
		if err != nil {
			return 0, fmt.Errorf("%s/PG_VERSION: %w", data, err)
		}
		return major, nil
	}
	if !errors.Is(err, os.ErrNotExist) {
		return 0, err
	}
	entries, err := os.ReadDir(data)
	if len(entries) > 0 {
		return 0, fmt.Errorf("%s holds files that are not PostgreSQL's: move them away, or choose another directory in LIANLUO_DATA", data)
	}
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return 0, err
	}
	return 0, nil
}
