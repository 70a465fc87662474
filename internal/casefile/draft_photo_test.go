package casefile_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/uuid"

	"lianluo/internal/attachment"
	"lianluo/internal/blob"
	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/tenant"
	"lianluo/migrations"
)

// photographed is a draft of 张敏 and a photograph for it.
type photographed struct {
	*casetest.World
	t     *testing.T
	draft uuid.UUID
	photo blob.Photo
}

func newPhotographed(t *testing.T) *photographed {
	body := casetest.Photo(40, 30)
	return &photographed{World: casetest.New(t), t: t, draft: uuid.New(), photo: blob.Photo{Name: "tap.jpg", Width: 40, Height: 30, Body: body, Thumb: body}}
}

// save keeps the draft in the transaction, with the photograph or without it.
func (p *photographed) save(ctx context.Context, tx *tenant.Tx, with bool) error {
	of := casefile.OwnerOf(p.Clerk)
	d := casefile.Draft{Key: p.draft, StationID: p.Station, Text: "name=裴月娥", Removed: []uuid.UUID{casefile.PhotoKey(p.draft, p.photo)}}
	if with {
		var err error
		if d.Photos, err = casefile.PutDraftPhotos(ctx, p.Files, p.Keys, of, d.Key, []blob.Photo{p.photo}); err != nil {
			return err
		}
		d.Removed = nil
	}
	_, err := casefile.SaveDraft(ctx, tx, p.Keys, of, d)
	return err
}

func (p *photographed) mustSave(with bool) {
	p.t.Helper()
	if err := p.Update(func(ctx context.Context, tx *tenant.Tx) error { return p.save(ctx, tx, with) }); err != nil {
		p.t.Fatal(err)
	}
}

// purge runs every job that deletes bytes, as a worker does meanwhile, and returns how many there are.
func (p *photographed) purge() int {
	p.t.Helper()
	rows, err := p.PG.Super.Query(p.t.Context(), `select args from river.river_job where kind = 'file.purge'`)
	if err != nil {
		p.t.Fatal(err)
	}
	defer rows.Close()
	n := 0
	for ; rows.Next(); n++ {
		var args []byte
		var job attachment.Purge
		if err := errors.Join(rows.Scan(&args), json.Unmarshal(args, &job), job.Do(p.t.Context(), p.DB, p.Files)); err != nil {
			p.t.Fatal(err)
		}
	}
	return n
}

// kept are the photographs of the draft, each of which has its bytes.
func (p *photographed) kept() []casefile.DraftPhoto {
	p.t.Helper()
	var read func() []casefile.DraftPhoto
	p.View(func(v *tenant.View) { read = casefile.DraftPhotos(v, p.Keys, p.Clerk, p.draft) })
	photos := read()
	for _, photo := range photos {
		if whole, err := casefile.OpenDraftPhoto(p.t.Context(), p.Files, p.Keys, p.County, photo, nil); err != nil || len(whole.Body) != len(p.photo.Body) {
			p.t.Errorf("a photograph without its bytes: %v", err)
		}
	}
	return photos
}

// TestPhotographChosenAgain: a photograph is taken out and chosen again; while the second
// transaction is under way, the job of the first deletes what it took out, and that alone.
func TestPhotographChosenAgain(t *testing.T) {
	t.Parallel()
	p := newPhotographed(t)
	p.mustSave(true)
	p.mustSave(false)
	if n := len(p.kept()); n != 0 {
		t.Errorf("%d photographs are left", n)
	}
	err := p.Update(func(ctx context.Context, tx *tenant.Tx) error {
		if err := p.save(ctx, tx, true); err != nil {
			return err
		}
		if n := p.purge(); n != 1 {
			t.Errorf("%d jobs delete", n)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(p.kept()); n != 1 {
		t.Errorf("%d photographs, want the one that was chosen again", n)
	}
	p.mustSave(true) // sent twice, it is one, and the second's bytes go
	p.purge()
	if photos, blobs := len(p.kept()), len(p.Blobs()); photos != 1 || blobs != 1 {
		t.Errorf("%d photographs, %d blobs", photos, blobs)
	}
}

// TestPhotographWhileRegistering: a photograph comes to the draft from another device while the
// visit is being registered with what was read before: nothing is registered, and the second
// attempt has it. Nor does one that comes after it leave a draft of what is registered.
func TestPhotographWhileRegistering(t *testing.T) {
	t.Parallel()
	p := newPhotographed(t)
	p.mustSave(false)
	visit := p.Visit("东头饮水管道停了两回水。")
	visit.Key = p.draft
	came := make(chan error, 1)
	err := p.Update(func(ctx context.Context, tx *tenant.Tx) error {
		if err := p.save(ctx, tx, true); err != nil {
			return err
		}
		go func() {
			_, err := p.RegisterVisit(p.Clerk, visit)
			came <- err
		}()
		return p.PG.Blocked(ctx, 1)
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := <-came; !errors.Is(err, casefile.MorePhotos) {
		t.Errorf("registered without the photograph: %v", err)
	}
	p.purge()
	photos := p.kept()
	if n := count(t, p.World, `select count(*) from visits where county_id = @county`); n != 0 || len(photos) != 1 {
		t.Fatalf("%d visits, %d photographs", n, len(photos))
	}
	visit.Photos = []uuid.UUID{photos[0].Key}
	if _, err := p.RegisterVisit(p.Clerk, visit); err != nil {
		t.Fatal(err)
	}
	p.mustSave(true)
	p.purge()
	if drafts, blobs := count(t, p.World, `select count(*) from visit_drafts where county_id = @county`), len(p.Blobs()); drafts != 0 || blobs != 0 {
		t.Errorf("%d drafts and %d blobs of what is registered", drafts, blobs)
	}
}

// TestPhotographsWithoutTheirBytes: on the way back to a version that finds a photograph's bytes
// under its own key, those that have another are gone from their drafts, and the older ones stay.
func TestPhotographsWithoutTheirBytes(t *testing.T) {
	t.Parallel()
	p := newPhotographed(t)
	p.mustSave(true)
	older := uuid.New()
	if _, err := p.PG.Super.Exec(t.Context(), `insert into draft_photos (county_id, key, blob_key, draft_id, name, thumb, width, height, added_at)
		select county_id, $1, $1, draft_id, name, thumb, width, height, added_at from draft_photos`, older); err != nil {
		t.Fatal(err)
	}
	file, err := migrations.Files.ReadFile("00057_draft_photo_blobs.sql")
	if err != nil {
		t.Fatal(err)
	}
	_, down, _ := strings.Cut(string(file), "-- +goose Down")
	if _, err := p.PG.Owner.Exec(t.Context(), down); err != nil {
		t.Fatal(err)
	}
	var left []uuid.UUID
	if err := p.PG.Super.QueryRow(t.Context(), `select array_agg(key) from draft_photos`).Scan(&left); err != nil || len(left) != 1 || left[0] != older {
		t.Errorf("%v is left, %v", left, err)
	}
}
