package private

import (
	"encoding/hex"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

func TestLoadOrCreate(t *testing.T) {
	t.Parallel()
	t.Run("makes a file of mode 0600 and reads it again", func(t *testing.T) {
		t.Parallel()
		path := filepath.Join(t.TempDir(), "key")
		first, err := LoadOrCreate(path)
		if err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(path)
		if err != nil || info.Mode() != 0o600 {
			t.Errorf("mode %v, %v", info.Mode(), err)
		}
		second, err := LoadOrCreate(path)
		if err != nil {
			t.Fatal(err)
		}
		if plain, err := second.Open(first.Seal("x", bind), bind); err != nil || plain != "x" {
			t.Errorf("the second key is another: %v", err)
		}
		if entries, err := os.ReadDir(filepath.Dir(path)); err != nil || len(entries) != 1 {
			t.Errorf("left behind %v, %v", entries, err)
		}
	})
	t.Run("makes another key for another file", func(t *testing.T) {
		t.Parallel()
		folder := t.TempDir()
		a, errA := LoadOrCreate(filepath.Join(folder, "a"))
		b, errB := LoadOrCreate(filepath.Join(folder, "b"))
		if errA != nil || errB != nil {
			t.Fatal(errA, errB)
		}
		if _, err := b.Open(a.Seal("x", bind), bind); err == nil {
			t.Error("two files hold one key")
		}
	})
	t.Run("gives all who start at once the same key", func(t *testing.T) {
		t.Parallel()
		path := filepath.Join(t.TempDir(), "key")
		var all [16]Keys
		var wait sync.WaitGroup
		for i := range all {
			wait.Go(func() {
				keys, err := LoadOrCreate(path)
				if err != nil {
					t.Error(err)
				}
				all[i] = keys
			})
		}
		wait.Wait()
		if t.Failed() {
			return
		}
		sealed := all[0].Seal("x", bind)
		for _, keys := range all {
			if _, err := keys.Open(sealed, bind); err != nil {
				t.Error("a starter has another key")
			}
		}
	})
}

func TestLoadOrCreateRefuses(t *testing.T) {
	t.Parallel()
	good := hex.EncodeToString(master) + "\n"
	tests := []struct {
		name, content string
		mode          os.FileMode
		wantErr       bool
	}{
		{"takes a file of mode 0600", good, 0o600, false},
		{"takes a file of mode 0400", good, 0o400, false},
		{"refuses a file that the group can read", good, 0o640, true},
		{"refuses a file that all can read", good, 0o604, true},
		{"refuses a file that all can write", good, 0o602, true},
		{"refuses a file that can be run", good, 0o700, true},
		{"refuses a file without a key", "secret\n", 0o600, true},
		{"refuses an empty file", "", 0o600, true},
		{"refuses a file with more than a key", good + good, 0o600, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "key")
			if err := os.WriteFile(path, []byte(test.content), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(path, test.mode); err != nil {
				t.Fatal(err)
			}
			keys, err := LoadOrCreate(path)
			if (err != nil) != test.wantErr || keys.IsZero() != test.wantErr {
				t.Errorf("error %v", err)
			}
			if content, err := os.ReadFile(path); err != nil || string(content) != test.content {
				t.Errorf("the file was changed: %v", err)
			}
		})
	}
	t.Run("refuses a folder", func(t *testing.T) {
		t.Parallel()
		if _, err := LoadOrCreate(t.TempDir()); err == nil {
			t.Error("took it")
		}
	})
	t.Run("refuses a path without a folder", func(t *testing.T) {
		t.Parallel()
		if _, err := LoadOrCreate(filepath.Join(t.TempDir(), "none", "key")); err == nil {
			t.Error("took it")
		}
	})
}
