package localpg

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestMissingBinaries(t *testing.T) {
	t.Parallel()
	none := t.TempDir()
	if _, err := choose(t.Context(), []string{none}, 0); err == nil ||
		!strings.Contains(err.Error(), "apt-get install postgresql") || strings.Contains(err.Error(), "\n") {
		t.Errorf("nothing installed: %v", err)
	}
	o := options(openDir(t))
	o.BinDir = none
	if _, err := Start(t.Context(), o); err == nil || !strings.Contains(err.Error(), "LIANLUO_PG_BIN") {
		t.Errorf("wrong directory given: %v", err)
	}
}

func TestChoice(t *testing.T) {
	t.Parallel()
	install := func(version string) string {
		dir := t.TempDir()
		for _, name := range []string{"initdb", "postgres"} {
			script := fmt.Sprintf("#!/bin/sh\necho '%s (PostgreSQL) %s'\n", name, version)
			if err := os.WriteFile(filepath.Join(dir, name), []byte(script), 0o755); err != nil {
				t.Fatal(err)
			}
		}
		return dir
	}
	old, fifteen, beta := install("9.6.24"), install("15.18 (Debian 15.18-0+deb12u1)"), install("19beta1")
	for _, c := range []struct {
		name    string
		dirs    []string
		data    int // the version that made the data
		want    string
		message string
	}{
		{"first that is new enough", []string{old, fifteen, beta}, 0, fifteen, ""},
		{"best first", []string{beta, fifteen}, 0, beta, ""},
		{"the data's own version", []string{beta, fifteen}, 15, fifteen, ""},
		{"too old", []string{old}, 0, "", "PostgreSQL 15 or newer is needed; found 9 ("},
		{"not the data's version", []string{fifteen}, 16, "", "the data was made by PostgreSQL 16 and only that version can read it; found 15 ("},
	} {
		got, err := choose(t.Context(), c.dirs, c.data)
		if got.dir != c.want || (err == nil) != (c.message == "") || err != nil && !strings.Contains(err.Error(), c.message) {
			t.Errorf("%s: %q, %v", c.name, got.dir, err)
		}
	}
}

func TestDataThatIsNotOursIsLeftAlone(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, file, text, message string }{
		{"another major version", "PG_VERSION", "16\n", "made by PostgreSQL 16"},
		{"no cluster", "letter.txt", "dear", "not PostgreSQL's"},
	} {
		dir := openDir(t)
		path := filepath.Join(dir, "postgres", c.file)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Start(t.Context(), options(dir)); err == nil || !strings.Contains(err.Error(), c.message) {
			t.Errorf("%s: %v", c.name, err)
		}
		if text, err := os.ReadFile(path); err != nil || string(text) != c.text {
			t.Errorf("%s: the file has become %q, %v", c.name, text, err)
		}
		if files, _ := os.ReadDir(filepath.Dir(path)); len(files) != 1 {
			t.Errorf("%s: %v", c.name, files)
		}
	}
}

func TestSquattedSocketDirectory(t *testing.T) {
	t.Parallel()
	dir := openDir(t)
	if err := os.Symlink(openDir(t), SocketDir(dir)); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = os.Remove(SocketDir(dir)) }()
	if _, err := Start(t.Context(), options(dir)); err == nil || !strings.Contains(err.Error(), "belongs to another user") {
		t.Errorf("a link in the socket directory's place: %v", err)
	}
}

func TestLongPaths(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(openDir(t), strings.Repeat("long", 40), strings.Repeat("长", 60))
	connect(t, start(t, options(dir)), "lianluo_app")
}

// TestLentAccount is what root alone meets.
func TestLentAccount(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		return // no account is lent to an ordinary user
	}
	_, err := Start(t.Context(), options(filepath.Join(t.TempDir(), "data"))) // its parent is closed
	if err == nil || !strings.Contains(err.Error(), "LIANLUO_DATA") || strings.Contains(err.Error(), "\n") {
		t.Errorf("closed parent: %v", err)
	}

	dir := clusterDir(t)
	s := start(t, options(dir))
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	err = filepath.WalkDir(s.data, func(path string, _ os.DirEntry, _ error) error { return os.Lchown(path, 0, 0) })
	if err != nil {
		t.Fatal(err)
	}
	connect(t, start(t, options(dir)), "lianluo_app") // put back by root, and handed over
}
