package blob_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/uuid"
	_ "gocloud.dev/blob/s3blob" // the S3 of the tests

	"lianluo/internal/blob"
	"lianluo/internal/errs"
	"lianluo/internal/tenant"
)

// TestMain gives the S3 server's key to everything in this process, as an operator would.
func TestMain(m *testing.M) {
	for name, value := range map[string]string{"AWS_ACCESS_KEY_ID": "lianluo", "AWS_SECRET_ACCESS_KEY": "a-key-of-the-tests", "AWS_EC2_METADATA_DISABLED": "true"} {
		if err := os.Setenv(name, value); err != nil {
			panic(err)
		}
	}
	code := m.Run()
	stopS3()
	os.Exit(code)
}

var (
	s3Once    sync.Once
	s3Address string // host:port
	s3Dir     string
	s3Err     error
	stopS3    = func() {}
)

// s3 starts a real S3 server, once, with an empty bucket for each test, and returns the
// bucket's address as LIANLUO_FILES has it, and its directory.
func s3(t *testing.T) (address, dir string) {
	t.Helper()
	s3Once.Do(startS3)
	if s3Err != nil {
		t.Fatal(s3Err)
	}
	bucket := "files-" + uuid.NewString()
	dir = filepath.Join(s3Dir, "data", bucket)
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	return "s3://" + bucket + "?region=us-east-1&use_path_style=true&endpoint=" + url.QueryEscape("http://"+s3Address), dir
}

func startS3() {
	program, err := exec.Command("../../.ci/need", "s3").Output()
	if err != nil {
		s3Err = errors.Join(errors.New("no S3 server: run .ci/need s3 and do what it says"), err)
		return
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err == nil {
		s3Address = listener.Addr().String()
		listener.Close()
		s3Dir, err = os.MkdirTemp("", "lianluo-s3-")
	}
	for _, dir := range []string{"data", "meta"} {
		err = errors.Join(err, os.Mkdir(filepath.Join(s3Dir, dir), 0o700))
	}
	if err != nil {
		s3Err = err
		return
	}
	var log bytes.Buffer
	server := exec.Command(strings.TrimSpace(string(program)), "--access", os.Getenv("AWS_ACCESS_KEY_ID"), "--secret", os.Getenv("AWS_SECRET_ACCESS_KEY"),
		"--port", s3Address, "--quiet", "posix", "--sidecar", filepath.Join(s3Dir, "meta"), filepath.Join(s3Dir, "data"))
	server.Stdout, server.Stderr = &log, &log
	if s3Err = server.Start(); s3Err != nil {
		return
	}
	stopS3 = func() {
		_ = server.Process.Kill()
		_ = server.Wait()
		_ = os.RemoveAll(s3Dir)
	}
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if answer, err := http.Get("http://" + s3Address + "/"); err == nil {
			answer.Body.Close()
			return
		}
		if time.Now().After(deadline) {
			s3Err = errors.New("the S3 server does not answer: " + log.String())
			return
		}
	}
}

// stores runs a test on a directory and on a bucket.
func stores(t *testing.T, test func(t *testing.T, s *blob.Store, dir string)) {
	t.Parallel()
	t.Run("directory", func(t *testing.T) {
		t.Parallel()
		dir := filepath.Join(t.TempDir(), "made", "by itself")
		test(t, open(t, dir), dir)
	})
	t.Run("S3", func(t *testing.T) {
		t.Parallel()
		address, dir := s3(t)
		test(t, open(t, address), dir)
	})
}

func open(t *testing.T, address string) *blob.Store {
	t.Helper()
	s, err := blob.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// in lists the files below a directory.
func in(t *testing.T, dir string) (all []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			name, _ := filepath.Rel(dir, path)
			all = append(all, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func put(t *testing.T, s *blob.Store, county tenant.County, content string) uuid.UUID {
	t.Helper()
	key := uuid.New()
	if err := s.Put(t.Context(), county, key, strings.NewReader(content)); err != nil {
		t.Fatal(err)
	}
	return key
}

func content(t *testing.T, s *blob.Store, county tenant.County, key uuid.UUID) (string, error) {
	t.Helper()
	r, err := s.Get(t.Context(), county, key)
	if err != nil {
		return "", err
	}
	defer r.Close()
	all, err := io.ReadAll(r)
	if err == nil && int64(len(all)) != r.Size {
		t.Errorf("%d bytes of %d", len(all), r.Size)
	}
	return string(all), err
}

// TestStore: what is put is there until it is deleted, for its own county alone.
func TestStore(t *testing.T) {
	stores(t, func(t *testing.T, s *blob.Store, dir string) {
		large := strings.Repeat("水管冻裂", 1<<20) // 12 MB, which S3 takes in parts
		small, empty, big := put(t, s, 1, "水"), put(t, s, 1, ""), put(t, s, 2, large)
		for key, want := range map[uuid.UUID]string{small: "水", empty: ""} {
			if got, err := content(t, s, 1, key); got != want || err != nil {
				t.Errorf("%q, %v", got, err)
			}
			if _, err := content(t, s, 2, key); !errors.Is(err, errs.NotFound) {
				t.Errorf("another county: %v", err)
			}
		}
		if got, err := content(t, s, 2, big); got != large || err != nil {
			t.Errorf("%d bytes, %v", len(got), err)
		}
		if n := len(in(t, dir)); n != 3 {
			t.Errorf("%d files: %q", n, in(t, dir))
		}
		for range 2 { // the second finds nothing, which is what it is for
			if err := s.Delete(t.Context(), 1, small); err != nil {
				t.Error(err)
			}
		}
		if err := s.Delete(t.Context(), 1, big); err != nil { // not county 1's
			t.Error(err)
		}
		if _, err := content(t, s, 1, small); !errors.Is(err, errs.NotFound) {
			t.Error(err)
		}
		if _, err := content(t, s, 2, big); err != nil {
			t.Error(err)
		}
	})
}

// TestPutFails: what breaks off leaves nothing behind.
func TestPutFails(t *testing.T) {
	stores(t, func(t *testing.T, s *blob.Store, dir string) {
		gone := errors.New("the line is gone")
		for _, sent := range []int{0, 100, 9 << 20} {
			key := uuid.New()
			err := s.Put(t.Context(), 1, key, io.MultiReader(bytes.NewReader(make([]byte, sent)), iotest.ErrReader(gone)))
			if _, there := content(t, s, 1, key); !errors.Is(err, gone) || !errors.Is(there, errs.NotFound) {
				t.Errorf("after %d bytes: %v, and then %v", sent, err, there)
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := s.Put(ctx, 1, uuid.New(), strings.NewReader("x")); err == nil {
			t.Error("a request that is over keeps a file")
		}
		for _, name := range in(t, dir) {
			if !strings.HasPrefix(name, ".sgwtmp") { // the S3 server's own
				t.Error(name)
			}
		}
	})
}

// TestKeep: a photograph is two blobs, and both go when no row leads to them.
func TestKeep(t *testing.T) {
	stores(t, func(t *testing.T, s *blob.Store, dir string) {
		a, body := take(t, "水管.jpg", photograph(corners(400, 300), 6, bigEndian))
		photo, err := s.Keep(t.Context(), 7, a)
		if err != nil || photo.Name != "水管.jpg" || photo.Width != 300 || photo.Height != 400 || photo.Key == photo.ThumbKey {
			t.Fatalf("%+v, %v", photo, err)
		}
		if got, err := content(t, s, 7, photo.Key); got != string(body) || err != nil {
			t.Error(err)
		}
		if got, err := content(t, s, 7, photo.ThumbKey); got != string(a.Thumb) || err != nil {
			t.Error(err)
		}
		a, _ = take(t, "x.pdf", []byte(pdf))
		document, err := s.Keep(t.Context(), 7, a)
		if err != nil || document.ThumbKey != uuid.Nil || document.Width != 0 {
			t.Errorf("%+v, %v", document, err)
		}
		if n := len(in(t, dir)); n != 3 {
			t.Errorf("%d files", n)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel() // also when whoever sent it has left
		if err := s.Drop(ctx, 7, photo, document); err != nil || len(in(t, dir)) != 0 {
			t.Errorf("%q, %v", in(t, dir), err)
		}
	})
}

// TestSweep: what no row leads to goes once it is old; what is not ours stays.
func TestSweep(t *testing.T) {
	stores(t, func(t *testing.T, s *blob.Store, dir string) {
		kept, orphan, other := put(t, s, 1, "kept"), put(t, s, 1, "orphan"), put(t, s, 2, "orphan")
		for range 3 {
			put(t, s, 3, "more")
		}
		var asked []tenant.County
		known := func(_ context.Context, county tenant.County, keys []uuid.UUID) (map[uuid.UUID]bool, error) {
			asked = append(asked, county)
			if county == 3 && len(keys) != 3 {
				t.Errorf("county 3: %v", keys)
			}
			return map[uuid.UUID]bool{kept: true, other: county != 2}, nil
		}
		if n, err := s.Sweep(t.Context(), time.Now().Add(-time.Hour), known); n != 0 || err != nil || asked != nil {
			t.Errorf("%d young ones, %v, asked about %v", n, err, asked)
		}
		later := time.Now().Add(2 * time.Second) // a bucket's times are whole seconds
		if n, err := s.Sweep(t.Context(), later, known); n != 5 || err != nil || len(asked) != 3 {
			t.Errorf("%d, %v, asked about %v", n, err, asked)
		}
		if got, err := content(t, s, 1, kept); got != "kept" || err != nil {
			t.Error(err)
		}
		for county, key := range map[tenant.County]uuid.UUID{1: orphan, 2: other} {
			if _, err := content(t, s, county, key); !errors.Is(err, errs.NotFound) {
				t.Error(err)
			}
		}
		down := errors.New("the database is down")
		put(t, s, 1, "x")
		n, err := s.Sweep(t.Context(), later.Add(time.Minute), func(context.Context, tenant.County, []uuid.UUID) (map[uuid.UUID]bool, error) { return nil, down })
		if n != 0 || !errors.Is(err, down) || len(in(t, dir)) != 2 {
			t.Errorf("%d removed although %v", n, err)
		}
	})
}

// TestDirectory: nobody else on the machine reads it; what a killed process left goes, and
// what somebody else put there does not.
func TestDirectory(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "files")
	s := open(t, dir)
	key := put(t, s, 12, "x")
	for path, want := range map[string]fs.FileMode{dir: 0o700 | fs.ModeDir, filepath.Join(dir, "12"): 0o700 | fs.ModeDir, filepath.Join(dir, "12", key.String()): 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode() != want {
			t.Errorf("%s: %v, %v", path, info.Mode(), err)
		}
	}
	left := filepath.Join("12", uuid.NewString()+".18f3a.tmp")
	for _, name := range []string{left, "notes.txt", filepath.Join("12", "notes"), filepath.Join("12", uuid.NewString()+".jpg")} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	n, err := s.Sweep(t.Context(), time.Now().Add(time.Hour), func(context.Context, tenant.County, []uuid.UUID) (map[uuid.UUID]bool, error) {
		return map[uuid.UUID]bool{key: true}, nil
	})
	if all := in(t, dir); n != 1 || err != nil || len(all) != 4 {
		t.Errorf("%d removed, %q left, %v", n, all, err)
	}
	if _, err := os.Stat(filepath.Join(dir, left)); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}

// TestSweptWhileFilesCome: files that are written and removed while the directory is listed do not
// end a sweep.
func TestSweptWhileFilesCome(t *testing.T) {
	t.Parallel()
	s := open(t, filepath.Join(t.TempDir(), "files"))
	for range 50 {
		put(t, s, 12, "x")
	}
	done := make(chan struct{})
	var all sync.WaitGroup
	defer all.Wait()
	defer close(done)
	for range 4 {
		all.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				if err := s.Delete(t.Context(), 12, put(t, s, 12, "gone")); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	for range 50 {
		if _, err := s.Sweep(t.Context(), time.Now().Add(-time.Hour), nil); err != nil {
			t.Fatal(err)
		}
	}
}

// TestOpen: a store that cannot work says so at the start.
func TestOpen(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	address, _ := s3(t)
	parts := strings.SplitN(strings.TrimPrefix(address, "s3://"), "?", 2)
	for _, bad := range []string{file, "s3://no-such-bucket?" + parts[1], address + "&nonsense=1", "s3://"} {
		if s, err := blob.Open(t.Context(), bad); err == nil || !strings.HasPrefix(err.Error(), "files: ") {
			s.Close()
			t.Errorf("%s: %v", bad, err)
		}
	}
	// One bucket may hold the stores of several sites, each below a prefix of its own.
	a, b := open(t, address+"&prefix=a/"), open(t, address+"&prefix=b/")
	key := put(t, a, 1, "x")
	if _, err := content(t, b, 1, key); !errors.Is(err, errs.NotFound) {
		t.Error(err)
	}
	n, err := b.Sweep(t.Context(), time.Now().Add(time.Hour), func(context.Context, tenant.County, []uuid.UUID) (map[uuid.UUID]bool, error) { return nil, nil })
	if n != 0 || err != nil {
		t.Errorf("one site sweeps another's: %d, %v", n, err)
	}
}
