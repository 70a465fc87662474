package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"time"

	"github.com/google/uuid"
	"gocloud.dev/gcerrors"

	"lianluo/internal/tenant"
)

// ours are the names that Put makes: a blob, or what a killed process left of one. What
// else is in a directory or a bucket is somebody else's.
var ours = regexp.MustCompile(`^([0-9]{1,9})/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(\.[0-9a-f]+\.tmp)?$`)

// sweepAtOnce is how many keys of a county Sweep asks about at a time.
const sweepAtOnce = 500

// Known returns those of a county's keys that a row leads to.
type Known func(ctx context.Context, county tenant.County, keys []uuid.UUID) (map[uuid.UUID]bool, error)

// mostListings is how often Sweep begins anew because a file went while a directory was listed.
const mostListings = 20

// Sweep removes what was written before a time and no row leads to: files whose row was
// never written, and what a killed process left. It returns how many it removed.
func (s *Store) Sweep(ctx context.Context, before time.Time, known Known) (removed int, err error) {
	w := sweeping{Store: s, known: known, found: map[tenant.County][]uuid.UUID{}}
	for range mostListings {
		if err = w.list(ctx, before); gcerrors.Code(err) != gcerrors.NotFound {
			break
		}
		clear(w.found)
	}
	if err != nil {
		return w.removed, err
	}
	for county := range w.found {
		if err := w.ask(ctx, county); err != nil {
			return w.removed, err
		}
	}
	return w.removed, nil
}

// list looks at every old name.
func (w *sweeping) list(ctx context.Context, before time.Time) error {
	for list := w.bucket.List(nil); ; {
		object, err := list.Next(ctx)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("list files: %w", err)
		}
		if parts := ours.FindStringSubmatch(object.Key); parts != nil && object.ModTime.Before(before) {
			if err := w.look(ctx, object.Key, parts); err != nil {
				return err
			}
		}
	}
}

// sweeping is a Sweep under way, with the keys that were found and not asked about yet.
type sweeping struct {
	*Store
	known   Known
	found   map[tenant.County][]uuid.UUID
	removed int
}

// look takes up one old name, in the parts of ours.
func (w *sweeping) look(ctx context.Context, name string, parts []string) error {
	if parts[3] != "" { // no row leads to half a file
		w.removed++
		return w.remove(ctx, name)
	}
	number, _ := strconv.Atoi(parts[1]) // nine digits at most
	county := tenant.County(number)
	w.found[county] = append(w.found[county], uuid.MustParse(parts[2]))
	if len(w.found[county]) < sweepAtOnce {
		return nil
	}
	return w.ask(ctx, county)
}

// ask removes those of a county's found keys that are not known.
func (w *sweeping) ask(ctx context.Context, county tenant.County) error {
	keys := w.found[county]
	delete(w.found, county)
	known, err := w.known(ctx, county, keys)
	if err != nil {
		return err
	}
	for _, key := range keys {
		if known[key] {
			continue
		}
		if err := w.Delete(ctx, county, key); err != nil {
			return err
		}
		w.removed++
	}
	return nil
}
