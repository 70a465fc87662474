package casefile_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/uuid"

	"lianluo/internal/attachment"
	"lianluo/internal/audit"
	"lianluo/internal/auth"
	"lianluo/internal/blob"
	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/errs"
	"lianluo/internal/tenant"
)

// scan is a file that is in the store, as far as the rows know.
func scan(name string) blob.Kept {
	return blob.Kept{Name: name, Format: blob.PDF, Size: 1000, SHA256: []byte{1}, Key: uuid.New()}
}

func attach(w *casetest.World, by auth.Actor, number string, key uuid.UUID, files ...blob.Kept) (added bool, err error) {
	err = w.DB.Update(context.Background(), by.County, func(tx *tenant.Tx) error {
		added, err = casefile.Attach(context.Background(), tx, by, number, key, files)
		return err
	})
	return added, err
}

func removeFile(w *casetest.World, by auth.Actor, number string, key uuid.UUID) error {
	return w.DB.Update(context.Background(), by.County, func(tx *tenant.Tx) error {
		return casefile.RemoveFile(context.Background(), tx, by, number, key, "传错了。")
	})
}

// TestWhoAttaches: whoever works on the case adds files to it; nobody else does, nobody to
// an archived one; the case's own version does not move.
func TestWhoAttaches(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	handling, archived := w.DriveNew(casefile.Handling), w.DriveNew(casefile.Archived)
	may := map[string]bool{"Clerk": true, "Clerk2": true, "Head": true, "Handler": true, "Handler2": true, "Admin": true, "Water": true}
	version := w.Case(handling).Version
	want := 0
	for name, by := range w.Actors() {
		before := len(w.Events(handling))
		added, err := attach(w, by, handling, uuid.New(), scan(name+".pdf"))
		if may[name] {
			want++
		}
		if added != may[name] || may[name] != (err == nil) || err != nil && !errors.Is(err, errs.Forbidden) {
			t.Errorf("%s: %v, %v", name, added, err)
		}
		if len(w.Events(handling)) != before {
			t.Error("a file is an event")
		}
		if _, err := attach(w, by, archived, uuid.New(), scan("x.pdf")); !errors.Is(err, errs.Conflict) && !errors.Is(err, errs.Forbidden) {
			t.Errorf("%s attaches to an archived case: %v", name, err)
		}
		if _, err := attach(w, by, w.Neighbour.Number, uuid.New(), scan("x.pdf")); !errors.Is(err, errs.NotFound) {
			t.Errorf("%s attaches to the neighbour's case: %v", name, err)
		}
	}
	if n := len(w.SheetFiles(handling)); n != want || w.Case(handling).Version != version {
		t.Errorf("%d files, want %d; version %d, was %d", n, want, w.Case(handling).Version, version)
	}
	if _, err := audit.Verify(t.Context(), w.DB, w.County); err != nil {
		t.Error(err)
	}
}

// TestSamePostTwice: of ten presses one stores; the key does nothing for another case or
// another person.
func TestSamePostTwice(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	number, other := w.OneCase(), w.OneCase()
	key := uuid.New()
	stored := make([]bool, 10)
	for i, err := range atOnce(len(stored), func(i int) (err error) {
		stored[i], err = attach(w, w.Clerk, number, key, scan("a.pdf"), scan("b.pdf"))
		return err
	}) {
		if err != nil {
			t.Errorf("press %d: %v", i+1, err)
		}
	}
	n := 0
	for _, one := range stored {
		if one {
			n++
		}
	}
	if all := w.SheetFiles(number); n != 1 || len(all) != 2 || *all[0].Name != "a.pdf" || *all[1].Name != "b.pdf" {
		t.Errorf("%d of ten were stored: %+v", n, all)
	}
	for _, again := range []struct {
		by     auth.Actor
		number string
	}{{w.Clerk, other}, {w.Head, number}} {
		if _, err := attach(w, again.by, again.number, key, scan("c.pdf")); !errors.Is(err, errs.Conflict) {
			t.Errorf("%s on %s: %v", again.by.Name, again.number, err)
		}
	}
}

// TestTwentyAtOnce: the limit holds however many come at the same moment.
func TestTwentyAtOnce(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	number := w.OneCase()
	refused := 0
	for _, err := range atOnce(15, func(int) error {
		_, err := attach(w, w.Clerk, number, uuid.New(), scan("a.pdf"), scan("b.pdf"))
		return err
	}) {
		if err != nil {
			casetest.InvalidAt(t, err, attachment.Field)
			refused++
		}
	}
	if n := len(w.SheetFiles(number)); n != 20 || refused != 5 {
		t.Errorf("%d files, %d posts refused", n, refused)
	}
}

// TestWhoRemoves: whoever added a file, until the case is archived, and the county's
// administrator, always.
func TestWhoRemoves(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	number := w.DriveNew(casefile.Handling)
	for _, by := range []auth.Actor{w.Clerk, w.Clerk, w.Clerk, w.Water} {
		if _, err := attach(w, by, number, uuid.New(), scan("x.pdf")); err != nil {
			t.Fatal(err)
		}
	}
	all := w.SheetFiles(number)
	for name, by := range w.Actors() {
		if name == "Clerk" || name == "Admin" {
			continue
		}
		if err := removeFile(w, by, number, all[0].Key); !errors.Is(err, errs.Forbidden) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := removeFile(w, w.Clerk, number, all[0].Key); err != nil {
		t.Error(err)
	}
	if err := removeFile(w, w.Clerk, number, all[0].Key); !errors.Is(err, errs.Conflict) {
		t.Error(err)
	}
	if err := removeFile(w, w.Admin, number, all[1].Key); err != nil {
		t.Error(err)
	}
	if err := removeFile(w, w.Admin, w.OneCase(), all[2].Key); !errors.Is(err, errs.NotFound) {
		t.Errorf("by another case's number: %v", err)
	}
	if err := removeFile(w, w.Neighbour.Clerk, number, all[2].Key); !errors.Is(err, errs.NotFound) {
		t.Error(err)
	}
	w.Drive(number, casefile.Archived)
	if err := removeFile(w, w.Clerk, number, all[2].Key); !errors.Is(err, errs.Forbidden) {
		t.Errorf("after archiving: %v", err)
	}
	if err := removeFile(w, w.Admin, number, all[2].Key); err != nil {
		t.Error(err)
	}
	after := w.SheetFiles(number)
	for i, by := range []string{"张敏", "郝建平", "郝建平", ""} {
		f := after[i]
		if gone := by != ""; gone != (f.RemovedAt != nil) || gone != (f.Name == nil) || gone && (*f.RemovedBy != by || *f.Reason != "传错了。") {
			t.Errorf("%d: %+v", i, f)
		}
	}
	for action, want := range map[string]int64{"file.add": 4, "file.remove": 3} {
		if n := count(t, w, `select count(*) from audit_entries where county_id = @county and action = '`+action+`' and subject = 'case `+number+`'`); n != want {
			t.Errorf("%d entries %s", n, action)
		}
	}
	if n := count(t, w, `select count(*) from audit_entries where county_id = @county and detail::text ~ 'pdf|传错'`); n != 0 {
		t.Errorf("%d entries say what a file is called, or why it went", n)
	}
}

// TestWhoSeesFiles: a file is seen by whoever sees its case, and by nobody once it is removed.
func TestWhoSeesFiles(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	number := w.DriveNew(casefile.Handling)
	restricted := w.DriveNew(casefile.Handling)
	keys := map[string]uuid.UUID{}
	for _, n := range []string{number, restricted} {
		if _, err := attach(w, w.Clerk, n, uuid.New(), scan("申国强的材料.pdf")); err != nil {
			t.Fatal(err)
		}
		keys[n] = w.SheetFiles(n)[0].Key
	}
	w.MustTake(w.Head, restricted, because(casefile.Restrict, "要求保密。"))
	for n, key := range keys {
		var f casefile.File
		w.View(func(v *tenant.View) { f = casefile.FileOf(v, key) })
		c := w.Case(n)
		for name, by := range w.Actors() {
			if file, whole := f.SeenBy(by), c.SeenBy(by); (file == nil) != (whole == nil) || file != nil && !errors.Is(file, errs.Forbidden) {
				t.Errorf("%s, %s: the file %v, the case %v", n, name, file, whole)
			}
			if masked := strings.Contains(f.NameFor(by), "申**"); masked != (by.Role == auth.Unit) {
				t.Errorf("%s reads %s", name, f.NameFor(by))
			}
		}
	}
	err := w.DB.View(t.Context(), w.Neighbour.County, func(v *tenant.View) { casefile.FileOf(v, keys[number]) })
	if !errors.Is(err, errs.NotFound) {
		t.Error(err)
	}
	if err := removeFile(w, w.Admin, number, keys[number]); err != nil {
		t.Fatal(err)
	}
	var f casefile.File
	w.View(func(v *tenant.View) { f = casefile.FileOf(v, keys[number]) })
	if err := f.SeenBy(w.Clerk); !errors.Is(err, errs.NotFound) {
		t.Errorf("a removed file: %v", err)
	}
	if err := f.SeenBy(w.OtherClerk); !errors.Is(err, errs.Forbidden) {
		t.Errorf("a removed file, for whoever never saw it: %v", err)
	}
	var sheet *casefile.Sheet
	w.View(func(v *tenant.View) { sheet = casefile.SheetOf(v, restricted) })
	if sheet.UnseenBy(w.Water); *sheet.Files[0].Name != "申**的材料.pdf" {
		t.Error(*sheet.Files[0].Name)
	}
}
