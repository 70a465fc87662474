package casefile

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"lianluo/internal/attachment"
	"lianluo/internal/auth"
	"lianluo/internal/blob"
	"lianluo/internal/postgres"
	"lianluo/internal/private"
	"lianluo/internal/tenant"
)

// DraftPhoto is a photograph that waits with a draft for its case.
type DraftPhoto struct {
	Key           uuid.UUID // of its bytes in the store too
	Name          string
	Width, Height int32
}

type draftPhotoRow struct {
	Key           uuid.UUID
	Name          []byte
	Width, Height int32
}

// PhotoKey is the key of a photograph in a draft: the same picture sent again has the same.
func PhotoKey(draft uuid.UUID, photo blob.Photo) uuid.UUID { return uuid.NewSHA1(draft, photo.Body) }

func photoBind(county tenant.County, key uuid.UUID, what string) string {
	return fmt.Sprintf("county %d draft photo %s %s", county, key, what)
}

// PutDraftPhotos puts a draft's photographs into the store, sealed. Their rows come with the
// draft's: see Draft.Photos. What gets no row is swept.
func PutDraftPhotos(ctx context.Context, store *blob.Store, keys private.Keys, of Owner, draft uuid.UUID, photos []blob.Photo) error {
	for _, p := range photos {
		key := PhotoKey(draft, p)
		sealed := keys.Seal(string(p.Body), photoBind(of.County, key, "picture"))
		if err := store.Put(ctx, of.County, key, bytes.NewReader(sealed)); err != nil {
			return err
		}
	}
	return nil
}

// saveDraftPhotos writes the rows of a draft's new photographs, and removes those that were
// taken out of it. Of a draft that is not the owner's, or is registered already, it writes none.
func saveDraftPhotos(ctx context.Context, tx *tenant.Tx, keys private.Keys, of Owner, d Draft) error {
	var without []uuid.UUID // a row
	for _, p := range d.Photos {
		key := PhotoKey(d.Key, p)
		n, err := postgres.Exec(ctx, tx, `insert into draft_photos (county_id, key, draft_id, name, thumb, width, height, added_at)
			select @county, @key, d.id, @name, @thumb, @width, @height, @now from visit_drafts d
			where d.county_id = @county and d.key = @draft and d.user_id = @user on conflict do nothing`,
			pgx.NamedArgs{"key": key, "draft": d.Key, "user": of.UserID, "name": keys.Seal(p.Name, photoBind(of.County, key, "name")),
				"thumb": keys.Seal(string(p.Thumb), photoBind(of.County, key, "thumb")), "width": p.Width, "height": p.Height, "now": tx.Now()})
		if err != nil {
			return fmt.Errorf("draft photo: %w", err)
		}
		if n == 0 {
			without = append(without, key)
		}
	}
	if err := purgePhotos(ctx, tx, without); err != nil || len(d.Removed) == 0 {
		return err
	}
	return dropDraftPhotos(ctx, tx, `d.key = @key and d.user_id = @user and p.key = any(@removed)`,
		pgx.NamedArgs{"key": d.Key, "user": of.UserID, "removed": d.Removed})
}

// dropDraftPhotos removes the photographs p of the drafts d that are so, and has their bytes
// deleted once that is true.
func dropDraftPhotos(ctx context.Context, tx *tenant.Tx, so string, args pgx.NamedArgs) error {
	type gone struct{ Key uuid.UUID }
	rows, err := postgres.All[gone](ctx, tx, `delete from draft_photos p using visit_drafts d
		where p.county_id = @county and d.county_id = @county and d.id = p.draft_id and `+so+` returning p.key`, args)
	if err != nil {
		return fmt.Errorf("draft photos: %w", err)
	}
	var keys []uuid.UUID
	for _, row := range rows {
		keys = append(keys, row.Key)
	}
	return purgePhotos(ctx, tx, keys)
}

// purgePhotos has the bytes of those deleted that no draft has.
func purgePhotos(ctx context.Context, tx *tenant.Tx, keys []uuid.UUID) error {
	if len(keys) == 0 {
		return nil
	}
	return tx.Enqueue(ctx, attachment.Purge{County: tx.County(), Keys: keys}, nil)
}

// keys are those of a draft's new photographs.
func (d Draft) keys() []uuid.UUID {
	keys := make([]uuid.UUID, len(d.Photos))
	for i, p := range d.Photos {
		keys[i] = PhotoKey(d.Key, p)
	}
	return keys
}

// DraftPhotos queues the photographs of by's own draft, oldest first; call the function once
// the view has returned.
func DraftPhotos(v *tenant.View, keys private.Keys, by auth.Actor, draft uuid.UUID) func() []DraftPhoto {
	rows := tenant.All[draftPhotoRow](v, `select p.key, p.name, p.width, p.height from draft_photos p
		join visit_drafts d on d.county_id = @county and d.id = p.draft_id
		where p.county_id = @county and d.key = @draft and d.user_id = @user order by p.added_at, p.key`,
		pgx.NamedArgs{"draft": draft, "user": by.UserID})
	return func() []DraftPhoto {
		var photos []DraftPhoto
		for _, row := range *rows {
			name, err := keys.Open(row.Name, photoBind(by.County, row.Key, "name"))
			if err == nil { // sealed with a key that is gone: nobody can see it any more
				photos = append(photos, DraftPhoto{Key: row.Key, Name: name, Width: row.Width, Height: row.Height})
			}
		}
		return photos
	}
}

// DraftThumb queues the small picture of a photograph of by's own draft; nil of any other.
func DraftThumb(v *tenant.View, keys private.Keys, by auth.Actor, key uuid.UUID) func() []byte {
	type row struct{ Thumb []byte }
	found := tenant.Maybe[row](v, `select p.thumb from draft_photos p
		join visit_drafts d on d.county_id = @county and d.id = p.draft_id
		where p.county_id = @county and p.key = @key and d.user_id = @user`, pgx.NamedArgs{"key": key, "user": by.UserID})
	return func() []byte {
		if *found == nil {
			return nil
		}
		thumb, err := keys.Open((*found).Thumb, photoBind(by.County, key, "thumb"))
		if err != nil {
			return nil
		}
		return []byte(thumb)
	}
}

// OpenDraftPhoto reads a draft's photograph from the store, to be kept with its case.
func OpenDraftPhoto(ctx context.Context, store *blob.Store, keys private.Keys, county tenant.County, p DraftPhoto, thumb []byte) (blob.Photo, error) {
	stored, err := store.Get(ctx, county, p.Key)
	if err != nil {
		return blob.Photo{}, err
	}
	defer stored.Close()
	sealed, err := io.ReadAll(stored)
	if err != nil {
		return blob.Photo{}, fmt.Errorf("draft photo: %w", err)
	}
	plain, err := keys.Open(sealed, photoBind(county, p.Key, "picture"))
	if err != nil {
		return blob.Photo{}, fmt.Errorf("draft photo: %w", err)
	}
	return blob.Photo{Name: p.Name, Width: int(p.Width), Height: int(p.Height), Body: []byte(plain), Thumb: thumb}, nil
}
