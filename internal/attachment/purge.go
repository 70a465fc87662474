package attachment

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"lianluo/internal/blob"
	"lianluo/internal/tenant"
)

// Purge is the job that deletes the bytes of a removed file, or of a draft's photographs.
type Purge struct {
	County     tenant.County `json:"county"`
	Attachment int64         `json:"attachment,omitempty"`
	Keys       []uuid.UUID   `json:"keys,omitempty"` // of the photographs, whose rows are gone
}

// Kind names the job in the queue.
func (Purge) Kind() string { return "file.purge" }

// Do deletes the bytes, again and again where it has to. Of a file that is not removed it
// leaves them alone.
func (p Purge) Do(ctx context.Context, db *tenant.DB, store *blob.Store) error {
	if len(p.Keys) > 0 {
		return p.drop(ctx, db, store)
	}
	type keys struct {
		BlobKey  uuid.UUID
		ThumbKey *uuid.UUID
	}
	var found **keys
	err := db.View(ctx, p.County, func(v *tenant.View) {
		found = tenant.Maybe[keys](v, `select blob_key, thumb_key from attachments
			where county_id = @county and id = @id and removed_at is not null`, pgx.NamedArgs{"id": p.Attachment})
	})
	if err != nil || *found == nil {
		return err
	}
	err = store.Delete(ctx, p.County, (*found).BlobKey)
	if thumb := (*found).ThumbKey; thumb != nil {
		err = errors.Join(err, store.Delete(ctx, p.County, *thumb))
	}
	return err
}

// drop deletes the bytes of a draft's photographs, but for those to which a row leads after all.
func (p Purge) drop(ctx context.Context, db *tenant.DB, store *blob.Store) error {
	known, err := Known(db)(ctx, p.County, p.Keys)
	if err != nil {
		return err
	}
	var failed []error
	for _, key := range p.Keys {
		if !known[key] {
			failed = append(failed, store.Delete(ctx, p.County, key))
		}
	}
	return errors.Join(failed...)
}

// Known tells the sweep of the store which keys of a county lead to a file that is there.
func Known(db *tenant.DB) blob.Known {
	return func(ctx context.Context, county tenant.County, keys []uuid.UUID) (map[uuid.UUID]bool, error) {
		type row struct{ Key uuid.UUID }
		var found *[]row
		err := db.View(ctx, county, func(v *tenant.View) {
			found = tenant.All[row](v, `select blob_key as key from attachments
				where county_id = @county and blob_key = any(@keys) and removed_at is null
				union all select thumb_key from attachments
				where county_id = @county and thumb_key = any(@keys) and removed_at is null
				union all select blob_key from draft_photos where county_id = @county and blob_key = any(@keys)`, pgx.NamedArgs{"keys": keys})
		})
		if err != nil {
			return nil, err
		}
		known := make(map[uuid.UUID]bool, len(*found))
		for _, r := range *found {
			known[r.Key] = true
		}
		return known, nil
	}
}
