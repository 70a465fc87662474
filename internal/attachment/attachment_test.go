package attachment_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"lianluo/internal/attachment"
	"lianluo/internal/auth"
	"lianluo/internal/blob"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/errs"
	"lianluo/internal/postgres/pgtest"
	"lianluo/internal/tenant"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// keep puts a photograph into the store of a county.
func keep(t *testing.T, w *casetest.World, county tenant.County, name string) blob.Kept {
	t.Helper()
	return w.Keep(county, name, casetest.Photo(40, 30))
}

// add adds files to a case, in a transaction of its own.
func add(t *testing.T, w *casetest.World, by auth.Actor, caseID int64, files ...blob.Kept) (keys []uuid.UUID, err error) {
	t.Helper()
	err = w.DB.Update(t.Context(), by.County, func(tx *tenant.Tx) error {
		keys, err = attachment.Add(t.Context(), tx, by, attachment.Case(caseID), uuid.New(), files)
		return err
	})
	return keys, err
}

func find(t *testing.T, w *casetest.World, county tenant.County, key uuid.UUID) (*attachment.Attachment, error) {
	t.Helper()
	var f *attachment.Attachment
	err := w.DB.View(t.Context(), county, func(v *tenant.View) { f = attachment.Find(v, key) })
	return f, err
}

// TestLife: a file is added, removed with a tombstone, and its bytes go with a job that may
// run as often as it likes.
func TestLife(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	number := w.OneCase()
	id := w.Case(number).ID
	keys, err := add(t, w, w.Clerk, id, keep(t, w, w.County, "申国强家.png"), keep(t, w, w.County, "水管.jpg"))
	if err != nil || len(keys) != 2 {
		t.Fatal(keys, err)
	}
	f, err := find(t, w, w.County, keys[0])
	if err != nil || *f.Name != "申国强家.jpg" || *f.CaseID != id || f.Format != blob.JPEG || *f.Width != 40 || *f.Height != 30 || f.ThumbKey == nil ||
		f.AddedBy != w.Clerk.UserID || f.AddedName != "张敏" || !f.AddedAt.Equal(w.Now()) || f.RemovedAt != nil {
		t.Errorf("%+v, %v", f, err)
	}

	purge := attachment.Purge{County: w.County, Attachment: f.ID}
	if err := purge.Do(t.Context(), w.DB, w.Files); err != nil || len(w.Blobs()) != 4 { // it is not removed
		t.Errorf("%d blobs, %v", len(w.Blobs()), err)
	}
	remove := func(reason string) error {
		return w.Update(func(ctx context.Context, tx *tenant.Tx) error {
			f, err := attachment.Lock(ctx, tx, keys[0])
			if err != nil {
				return err
			}
			return attachment.Remove(ctx, tx, w.Clerk, f, reason)
		})
	}
	for _, reason := range []string{"", " \n", strings.Repeat("长", 201)} {
		casetest.InvalidAt(t, remove(reason), "reason")
	}
	if err := remove(" 传错了 "); err != nil {
		t.Fatal(err)
	}
	if err := remove("再来一次"); !errors.Is(err, errs.Conflict) {
		t.Error(err)
	}
	if f, err = find(t, w, w.County, keys[0]); err != nil || f.Name != nil || f.RemovedAt == nil {
		t.Errorf("%+v, %v", f, err)
	}
	var reason, name string
	err = w.PG.Super.QueryRow(t.Context(), `select removed_reason, removed_name from attachments where removed_at is not null`).Scan(&reason, &name)
	if err != nil || reason != "传错了" || name != "张敏" {
		t.Error(reason, name, err)
	}
	for range 3 {
		if err := purge.Do(t.Context(), w.DB, w.Files); err != nil || len(w.Blobs()) != 2 {
			t.Errorf("%d blobs, %v", len(w.Blobs()), err)
		}
	}
	if err := (attachment.Purge{County: w.Neighbour.County, Attachment: f.ID + 1}).Do(t.Context(), w.DB, w.Files); err != nil || len(w.Blobs()) != 2 {
		t.Errorf("%d blobs, %v", len(w.Blobs()), err)
	}
	var jobs int
	if err := w.PG.Super.QueryRow(t.Context(), `select count(*) from river.river_job where kind = 'file.purge'`).Scan(&jobs); err != nil || jobs != 1 {
		t.Errorf("%d jobs, %v", jobs, err)
	}
}

// TestRoom: a case holds twenty files and a hundred megabytes, what was removed not counted.
func TestRoom(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	id := w.Case(w.OneCase()).ID
	file := func(size int64) blob.Kept {
		return blob.Kept{Name: "x.pdf", Format: blob.PDF, Size: size, SHA256: []byte{1}, Key: uuid.New()}
	}
	var nineteen []blob.Kept
	for range 19 {
		nineteen = append(nineteen, file(5<<20))
	}
	if _, err := add(t, w, w.Clerk, id, nineteen...); err != nil {
		t.Fatal(err)
	}
	for _, more := range [][]blob.Kept{{}, {file(1), file(1)}, {file(5<<20 + 1)}} {
		_, err := add(t, w, w.Clerk, id, more...)
		casetest.InvalidAt(t, err, attachment.Field)
	}
	keys, err := add(t, w, w.Clerk, id, file(5<<20))
	if err != nil {
		t.Fatal(err)
	}
	_, err = add(t, w, w.Clerk, id, file(1))
	casetest.InvalidAt(t, err, attachment.Field)
	err = w.Update(func(ctx context.Context, tx *tenant.Tx) error {
		f, err := attachment.Lock(ctx, tx, keys[0])
		if err != nil {
			return err
		}
		return attachment.Remove(ctx, tx, w.Clerk, f, "重复。")
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := add(t, w, w.Clerk, id, file(1)); err != nil {
		t.Error(err)
	}
	if _, err := add(t, w, w.Clerk, w.Case(w.OneCase()).ID, file(20<<20)); err != nil { // another case has room of its own
		t.Error(err)
	}
}

// TestCounties: no county reads, adds to, or sweeps what is another's.
func TestCounties(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	id := w.Case(w.OneCase()).ID
	ours := keep(t, w, w.County, "a.jpg")
	keys, err := add(t, w, w.Clerk, id, ours)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := find(t, w, w.Neighbour.County, keys[0]); !errors.Is(err, errs.NotFound) {
		t.Errorf("the neighbour finds it: %v", err)
	}
	if _, err := w.Files.Get(t.Context(), w.Neighbour.County, ours.Key); !errors.Is(err, errs.NotFound) {
		t.Errorf("under the neighbour's number: %v", err)
	}
	theirs := keep(t, w, w.Neighbour.County, "b.jpg")
	if _, err := add(t, w, w.Neighbour.Clerk, id, theirs); err == nil { // a case of 襄垣县
		t.Error("a file of the neighbour's hangs on our case")
	}
	known, err := attachment.Known(w.DB)(t.Context(), w.County, []uuid.UUID{ours.Key, ours.ThumbKey, theirs.Key, uuid.New()})
	if err != nil || len(known) != 2 || !known[ours.Key] || !known[ours.ThumbKey] {
		t.Errorf("%v, %v", known, err)
	}
	n, err := w.Files.Sweep(t.Context(), time.Now().Add(time.Hour), attachment.Known(w.DB))
	if err != nil || n != 2 || len(w.Blobs()) != 2 {
		t.Errorf("%d swept, %d left, %v", n, len(w.Blobs()), err)
	}
}
