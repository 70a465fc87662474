package blob

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"

	"github.com/google/uuid"

	"lianluo/internal/tenant"
)

// Kept is a file in the store, for the row that will lead to it.
type Kept struct {
	Name          string
	Format        Format
	Size          int64
	SHA256        []byte
	Width, Height int // 0: no photograph
	Key           uuid.UUID
	ThumbKey      uuid.UUID // uuid.Nil: no photograph
}

// Keep puts an accepted file and its thumbnail into the store under new keys. The row
// comes after it: a file without a row is swept one day, a row without its file would be
// a lie. After an error nothing is there.
func (s *Store) Keep(ctx context.Context, county tenant.County, a *Accepted) (Kept, error) {
	k := Kept{Name: a.Name, Format: a.Format, Size: a.Size, SHA256: a.SHA256, Width: a.Width, Height: a.Height, Key: uuid.New()}
	body, err := a.Body()
	if err != nil {
		return Kept{}, err
	}
	if err := s.Put(ctx, county, k.Key, body); err != nil {
		return Kept{}, err
	}
	if a.Thumb == nil {
		return k, nil
	}
	k.ThumbKey = uuid.New()
	if err := s.Put(ctx, county, k.ThumbKey, bytes.NewReader(a.Thumb)); err != nil {
		return Kept{}, errors.Join(err, s.Drop(ctx, county, k))
	}
	return k, nil
}

// Drop removes what Keep put there and no row leads to, also after the request was
// cancelled.
func (s *Store) Drop(ctx context.Context, county tenant.County, all ...Kept) error {
	ctx = context.WithoutCancel(ctx)
	var failed []error
	for _, k := range all {
		failed = append(failed, s.Delete(ctx, county, k.Key))
		if k.ThumbKey != uuid.Nil {
			failed = append(failed, s.Delete(ctx, county, k.ThumbKey))
		}
	}
	return errors.Join(failed...)
}

// Photo is an accepted photograph in memory: one that is not kept for good yet.
type Photo struct {
	Name          string
	Width, Height int
	Body, Thumb   []byte
}

// Photo reads the photograph that was accepted; false of any other file.
func (a *Accepted) Photo() (Photo, bool, error) {
	if a.Format != JPEG {
		return Photo{}, false, nil
	}
	body, err := a.Body()
	if err != nil {
		return Photo{}, false, err
	}
	whole, err := io.ReadAll(body)
	return Photo{Name: a.Name, Width: a.Width, Height: a.Height, Body: whole, Thumb: a.Thumb}, err == nil, err
}

// KeepPhoto is Keep for a photograph in memory.
func (s *Store) KeepPhoto(ctx context.Context, county tenant.County, p Photo) (Kept, error) {
	sum := sha256.Sum256(p.Body)
	return s.Keep(ctx, county, &Accepted{Name: p.Name, Format: JPEG, Size: int64(len(p.Body)), SHA256: sum[:],
		Width: p.Width, Height: p.Height, Thumb: p.Thumb, body: bytes.NewReader(p.Body)})
}
