package job_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"lianluo/internal/audit"
	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/job"
	"lianluo/internal/tenant"
)

// attach adds n documents to a case.
func attach(w *casetest.World, number string, n int) {
	for range n {
		w.Attach(w.Clerk, number, "申国强的材料.pdf", []byte(casetest.PDF))
	}
}

func files(w *casetest.World, number string) (there, gone int) {
	for _, f := range w.SheetFiles(number) {
		if f.RemovedAt == nil {
			there++
		} else {
			gone++
		}
	}
	return there, gone
}

// TestExpireFiles: the files of a case go when the county's months after its archiving are
// over, each with a tombstone and an audit entry; nothing else goes.
func TestExpireFiles(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	empty, running, later, over := w.DriveNew(casefile.Archived), w.DriveNew(casefile.Handling), w.DriveNew(casefile.Closed), w.DriveNew(casefile.Closed)
	attach(w, running, 1)
	attach(w, later, 1)
	attach(w, over, 2)
	w.Drive(over, casefile.Archived)

	expire := func() {
		t.Helper()
		insert(t, w, job.ExpireFiles{})
		_, stop := run(t, w, nil)
		eventually(t, "the files were looked at", func() bool {
			return jobs(t, w, "file.expire", "available", "running") == 0 && jobs(t, w, "file.purge", "available", "running") == 0
		})
		stop()
	}
	reopened := w.DriveNew(casefile.Closed) // as no step does today
	attach(w, reopened, 1)
	w.Drive(reopened, casefile.Archived)
	if _, err := w.PG.Super.Exec(t.Context(), `update cases set state = 'handling', outcome = null, closed_at = null where number = $1`, reopened); err != nil {
		t.Fatal(err)
	}
	w.Set("2031-09-13 09:00") // 60 months less a day
	w.Drive(later, casefile.Archived)
	expire()
	if there, gone := files(w, over); there != 2 || gone != 0 || len(w.Blobs()) != 5 {
		t.Errorf("%d there, %d gone before its time", there, gone)
	}
	w.Set("2031-09-15 09:00")
	for range 2 {
		expire()
	}
	eventually(t, "the bytes are deleted", func() bool { return len(w.Blobs()) == 3 })
	if there, gone := files(w, over); there != 0 || gone != 2 {
		t.Errorf("%d there, %d gone", there, gone)
	}
	if f := w.SheetFiles(over)[0]; f.Name != nil || *f.RemovedBy != "系统" || *f.Reason != "保管期满，归档后保管 60 个月。" {
		t.Errorf("%s, %s", *f.RemovedBy, *f.Reason)
	}
	for _, number := range []string{running, reopened, later} {
		if there, gone := files(w, number); there != 1 || gone != 0 {
			t.Errorf("%s: %d there, %d gone", number, there, gone)
		}
	}
	if there, gone := files(w, empty); there+gone != 0 {
		t.Errorf("%d there, %d gone of none", there, gone)
	}
	var entries int
	err := w.PG.Super.QueryRow(t.Context(), `select count(*) from audit_entries where action = 'file.expire' and subject = $1 and actor_role = 'system'`, "case "+over).Scan(&entries)
	if err != nil || entries != 2 {
		t.Errorf("%d entries, %v", entries, err)
	}

	// A county that keeps files for a month.
	if _, err := w.PG.Super.Exec(t.Context(), `insert into file_settings (county_id, keep_months) values ($1, 1)`, w.County); err != nil {
		t.Fatal(err)
	}
	w.Set("2031-10-20 09:00")
	expire()
	if there, _ := files(w, later); there != 0 {
		t.Error("the county's own months do not count")
	}
	if there, _ := files(w, running); there != 1 {
		t.Error("a case that is not archived lost its files")
	}
	if _, err := audit.Verify(t.Context(), w.DB, w.County); err != nil {
		t.Error(err)
	}
}

// TestRemovedFile: the bytes of what was removed are deleted by the queue.
func TestRemovedFile(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	number := w.OneCase()
	attach(w, number, 2)
	key := w.SheetFiles(number)[0].Key
	err := w.Update(func(ctx context.Context, tx *tenant.Tx) error {
		return casefile.RemoveFile(ctx, tx, w.Clerk, number, key, "传错了。")
	})
	if err != nil {
		t.Fatal(err)
	}
	logged, _ := run(t, w, &gateway{})
	idle(t, w)
	if n := len(w.Blobs()); n != 1 || logged.String() != "" {
		t.Errorf("%d blobs, logged %s", n, logged)
	}
}

// TestSweepFiles: what no row leads to goes a day later; what was removed and, for whatever
// reason, is still there goes with it.
func TestSweepFiles(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	number := w.OneCase()
	attach(w, number, 1)
	kept := w.Blobs()[0]
	old, young := uuid.New(), uuid.New()
	for _, key := range []uuid.UUID{old, young} {
		if err := w.Files.Put(t.Context(), w.County, key, bytes.NewReader([]byte("x"))); err != nil {
			t.Fatal(err)
		}
	}
	yesterday := time.Now().Add(-25 * time.Hour)
	for _, path := range w.Blobs() {
		if !strings.Contains(path, young.String()) {
			if err := os.Chtimes(path, yesterday, yesterday); err != nil {
				t.Fatal(err)
			}
		}
	}
	insert(t, w, job.SweepFiles{})
	run(t, w, &gateway{})
	idle(t, w)
	var left []string
	for _, path := range w.Blobs() {
		left = append(left, filepath.Base(path))
	}
	if all := strings.Join(left, " "); len(left) != 2 || !strings.Contains(all, filepath.Base(kept)) || !strings.Contains(all, young.String()) {
		t.Errorf("left are %q", left)
	}
}
