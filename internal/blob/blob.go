// Package blob keeps the files that people attach: it judges what comes in by its
// content (Accept), makes photographs anew so that nothing hidden in them stays, and
// keeps bytes in a directory or in an S3 bucket (Store).
//
// It knows no record: a blob has a random key under its county's number, and only a row
// of that county leads to it. A store belongs to one site: Sweep removes what the site's
// database does not know.
package blob

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/google/uuid"
	"gocloud.dev/blob"
	"gocloud.dev/blob/fileblob"
	"gocloud.dev/gcerrors"

	"lianluo/internal/errs"
	"lianluo/internal/tenant"
)

// Store is where the bytes are.
type Store struct {
	bucket *blob.Bucket
	dir    string // "" for a bucket
}

// Open opens the store at an address: a directory, which is made where it is missing, or
// s3://bucket with what gocloud.dev's s3blob takes behind it: region, endpoint,
// use_path_style, prefix. The key to a bucket comes from AWS's own environment variables
// or files. A store that cannot be read is an error now, not at the first file. A program
// that opens buckets imports gocloud.dev/blob/s3blob: it weighs twenty megabytes, and what
// only knows directories goes without.
func Open(ctx context.Context, address string) (*Store, error) {
	s := &Store{}
	var err error
	if strings.HasPrefix(address, "s3://") {
		s.bucket, err = blob.OpenBucket(ctx, address)
	} else {
		s.dir = address
		s.bucket, err = fileblob.OpenBucket(address, &fileblob.Options{CreateDir: true, DirFileMode: 0o700,
			NoTempDir: true, Metadata: fileblob.MetadataDontWrite})
	}
	if err != nil {
		return nil, fmt.Errorf("files: %w", err)
	}
	ok, err := s.bucket.IsAccessible(ctx)
	if err == nil && !ok {
		err = fs.ErrNotExist
	}
	if err != nil {
		s.Close()
		return nil, fmt.Errorf("files: %s cannot be read: %w", address, err)
	}
	return s, nil
}

// Close lets the store go.
func (s *Store) Close() { _ = s.bucket.Close() }

// name is where a county's blob is: its number and a random key. Nothing that a reader
// sends is ever part of it.
func name(county tenant.County, key uuid.UUID) string {
	return strconv.Itoa(int(county)) + "/" + key.String()
}

// Put keeps what r holds under a county's new key. Once it returns nil the bytes are on
// the disk, or the bucket has confirmed them; after an error nothing is there.
func (s *Store) Put(ctx context.Context, county tenant.County, key uuid.UUID, r io.Reader) error {
	ctx, cancel := context.WithCancel(ctx) // cancelled before Close, nothing is kept
	defer cancel()
	var file *os.File
	w, err := s.bucket.NewWriter(ctx, name(county, key), &blob.WriterOptions{ContentType: "application/octet-stream",
		DisableContentTypeDetection: true, BeforeWrite: func(as func(any) bool) error {
			if as(&file) {
				return file.Chmod(0o600)
			}
			return nil
		}})
	if err != nil {
		return fmt.Errorf("keep a file: %w", err)
	}
	_, err = io.Copy(w, r)
	if err == nil && file != nil {
		err = file.Sync()
	}
	if err != nil {
		cancel()
		_ = w.Close()
		return fmt.Errorf("keep a file: %w", err)
	}
	if err := w.Close(); err != nil {
		return fmt.Errorf("keep a file: %w", err)
	}
	return s.syncDir(county)
}

// syncDir writes the directory's entry, without which a power cut could lose a file that
// is whole.
func (s *Store) syncDir(county tenant.County) error {
	if s.dir == "" {
		return nil
	}
	for _, path := range []string{filepath.Join(s.dir, strconv.Itoa(int(county))), s.dir} {
		dir, err := os.Open(path)
		if err != nil {
			return fmt.Errorf("keep a file: %w", err)
		}
		err = dir.Sync()
		dir.Close()
		if err != nil {
			return fmt.Errorf("keep a file: %w", err)
		}
	}
	return nil
}

// Reader is an open blob. Close it.
type Reader struct {
	io.ReadCloser
	Size int64
}

// Get opens a county's blob; errs.NotFound where there is none.
func (s *Store) Get(ctx context.Context, county tenant.County, key uuid.UUID) (Reader, error) {
	r, err := s.bucket.NewReader(ctx, name(county, key), nil)
	if gcerrors.Code(err) == gcerrors.NotFound {
		return Reader{}, fmt.Errorf("file %s: %w", name(county, key), errs.NotFound)
	}
	if err != nil {
		return Reader{}, fmt.Errorf("file %s: %w", name(county, key), err)
	}
	return Reader{r, r.Size()}, nil
}

// Delete removes a county's blob. One that is not there is removed already.
func (s *Store) Delete(ctx context.Context, county tenant.County, key uuid.UUID) error {
	return s.remove(ctx, name(county, key))
}

func (s *Store) remove(ctx context.Context, name string) error {
	if err := s.bucket.Delete(ctx, name); err != nil && gcerrors.Code(err) != gcerrors.NotFound {
		return fmt.Errorf("remove file %s: %w", name, err)
	}
	return nil
}
