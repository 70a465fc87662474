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
	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/private"
	"lianluo/internal/tenant"
)

// DraftPhoto is a photograph that waits with a draft for its case.
type DraftPhoto struct {
	Key           uuid.UUID
	BlobKey       uuid.UUID // of its bytes
	Name          string
	Width, Height int32
}

// StoredPhoto is a new photograph of a draft, whose bytes are in the store.
type StoredPhoto struct {
	blob.Photo
	BlobKey uuid.UUID
}

type draftPhotoRow struct {
	Key, BlobKey  uuid.UUID
	Name          []byte
	Width, Height int32
}

// PhotoKey is the key of a photograph in a draft: the same picture sent again has the same.
func PhotoKey(draft uuid.UUID, photo blob.Photo) uuid.UUID { return uuid.NewSHA1(draft, photo.Body) }

func photoBind(county tenant.County, key uuid.UUID, what string) string {
	return fmt.Sprintf("county %d draft photo %s %s", county, key, what)
}

// PutDraftPhotos puts a draft's photographs into the store, sealed, each under a key of its own
// that is never used again: what deletes bytes that were dropped meets no others. Their rows come
// with the draft's: see Draft.Photos. What gets no row is swept.
func PutDraftPhotos(ctx context.Context, store *blob.Store, keys private.Keys, of Owner, draft uuid.UUID, photos []blob.Photo) ([]StoredPhoto, error) {
	stored := make([]StoredPhoto, len(photos))
	for i, p := range photos {
		stored[i] = StoredPhoto{p, uuid.New()}
		sealed := keys.Seal(string(p.Body), photoBind(of.County, PhotoKey(draft, p), "picture"))
		if err := store.Put(ctx, of.County, stored[i].BlobKey, bytes.NewReader(sealed)); err != nil {
			return nil, err
		}
	}
	return stored, nil
}

// saveDraftPhotos writes the rows of a draft's new photographs, and removes those that were
// taken out of it. Of a draft that is not the owner's, or is registered already, it writes none.
func saveDraftPhotos(ctx context.Context, tx *tenant.Tx, keys private.Keys, of Owner, d Draft) error {
	var without []uuid.UUID // a row
	for _, p := range d.Photos {
		key := PhotoKey(d.Key, p.Photo)
		n, err := postgres.Exec(ctx, tx, `insert into draft_photos (county_id, key, blob_key, draft_id, name, thumb, width, height, added_at)
			select @county, @key, @blob, d.id, @name, @thumb, @width, @height, @now from visit_drafts d
			where d.county_id = @county and d.key = @draft and d.user_id = @user on conflict do nothing`,
			pgx.NamedArgs{"key": key, "blob": p.BlobKey, "draft": d.Key, "user": of.UserID, "name": keys.Seal(p.Name, photoBind(of.County, key, "name")),
				"thumb": keys.Seal(string(p.Thumb), photoBind(of.County, key, "thumb")), "width": p.Width, "height": p.Height, "now": tx.Now()})
		if err != nil {
			return fmt.Errorf("draft photo: %w", err)
		}
		if n == 0 {
			without = append(without, p.BlobKey)
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
	type gone struct{ BlobKey uuid.UUID }
	rows, err := postgres.All[gone](ctx, tx, `delete from draft_photos p using visit_drafts d
		where p.county_id = @county and d.county_id = @county and d.id = p.draft_id and `+so+` returning p.blob_key`, args)
	if err != nil {
		return fmt.Errorf("draft photos: %w", err)
	}
	var keys []uuid.UUID
	for _, row := range rows {
		keys = append(keys, row.BlobKey)
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

// blobs are the keys of the bytes of a draft's new photographs.
func (d Draft) blobs() []uuid.UUID {
	keys := make([]uuid.UUID, len(d.Photos))
	for i, p := range d.Photos {
		keys[i] = p.BlobKey
	}
	return keys
}

// MorePhotos is a registration that was overtaken by a photograph, which came to its draft after
// the registration had read them: it is to be tried again.
var MorePhotos = errs.Refuse(errs.Conflict, "刚刚又存了一张照片，请再按一次“登记”。")

// endDraft throws away the draft of a visit that is registered; of its photographs those that
// are named are with the cases. It returns MorePhotos where there is another.
func endDraft(ctx context.Context, tx *tenant.Tx, draft uuid.UUID, photos []uuid.UUID) error {
	type row struct{ ID int64 }
	held, err := postgres.All[row](ctx, tx, `select d.id from visit_drafts d where d.county_id = @county and d.key = @key for update`,
		pgx.NamedArgs{"key": draft}) // then no photograph comes any more
	if err != nil || len(held) == 0 {
		return err
	}
	more, err := postgres.Value[bool](ctx, tx, `select exists (select from draft_photos p where p.county_id = @county and p.draft_id = @draft
		and p.key <> all(@photos))`, pgx.NamedArgs{"draft": held[0].ID, "photos": append([]uuid.UUID{}, photos...)})
	if err != nil {
		return err
	}
	if more {
		return MorePhotos
	}
	return dropDrafts(ctx, tx, `d.key = @key`, pgx.NamedArgs{"key": draft})
}

// DraftPhotos queues the photographs of by's own draft, oldest first; call the function once
// the view has returned.
func DraftPhotos(v *tenant.View, keys private.Keys, by auth.Actor, draft uuid.UUID) func() []DraftPhoto {
	rows := tenant.All[draftPhotoRow](v, `select p.key, p.blob_key, p.name, p.width, p.height from draft_photos p
		join visit_drafts d on d.county_id = @county and d.id = p.draft_id
		where p.county_id = @county and d.key = @draft and d.user_id = @user order by p.added_at, p.key`,
		pgx.NamedArgs{"draft": draft, "user": by.UserID})
	return func() []DraftPhoto {
		var photos []DraftPhoto
		for _, row := range *rows {
			name, err := keys.Open(row.Name, photoBind(by.County, row.Key, "name"))
			if err == nil { // sealed with a key that is gone: nobody can see it any more
				photos = append(photos, DraftPhoto{Key: row.Key, BlobKey: row.BlobKey, Name: name, Width: row.Width, Height: row.Height})
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
	stored, err := store.Get(ctx, county, p.BlobKey)
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
