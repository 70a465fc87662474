package private

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// keyFileMode is the only mode that a key file may have, but for a stricter one.
const keyFileMode fs.FileMode = 0o600

// LoadOrCreate reads the master key from the file at path, or makes the file with a
// random key where there is none; its folder must exist. It refuses a file that others
// than its owner can use. Whoever loses the file loses every sealed value: it belongs
// in the backup, apart from the database's.
func LoadOrCreate(path string) (Keys, error) {
	keys, err := load(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return keys, err
	}
	if err := create(path); err != nil && !errors.Is(err, fs.ErrExist) { // somebody else was first: take theirs
		return Keys{}, fmt.Errorf("create the key file: %w", err)
	}
	return load(path)
}

func load(path string) (Keys, error) {
	file, err := os.Open(path)
	if err != nil {
		return Keys{}, fmt.Errorf("open the key file: %w", err)
	}
	defer func() { _ = file.Close() }() // nothing was written
	info, err := file.Stat()
	if err != nil {
		return Keys{}, fmt.Errorf("look at the key file: %w", err)
	}
	if !info.Mode().IsRegular() {
		return Keys{}, fmt.Errorf("the key file %s is not a regular file", path)
	}
	if mode := info.Mode().Perm(); mode&^keyFileMode != 0 {
		return Keys{}, fmt.Errorf("the key file %s has mode %04o, others may use it: chmod 600 %s", path, mode, path)
	}
	text, err := io.ReadAll(io.LimitReader(file, 1024))
	if err != nil {
		return Keys{}, fmt.Errorf("read the key file: %w", err)
	}
	keys, err := ParseKey(string(text))
	if err != nil {
		return Keys{}, fmt.Errorf("the key file %s: %w", path, err)
	}
	return keys, nil
}

// create makes the file at path whole or not at all, and never over another: it writes
// a temporary file beside it and links that to path.
func create(path string) error {
	temporary, err := os.CreateTemp(filepath.Dir(path), ".key-*") // mode 0600
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(temporary.Name()) }() // the link stays
	_, err = temporary.WriteString(newMaster() + "\n")
	if err = errors.Join(err, temporary.Sync(), temporary.Close()); err != nil {
		return err
	}
	if err := os.Link(temporary.Name(), path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// syncFolder makes the folder's new entry last through a power cut.
func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
