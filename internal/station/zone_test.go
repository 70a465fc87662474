package station_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"lianluo/internal/auth"
	"lianluo/internal/blob"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/internal/station"
	"lianluo/internal/tenant"
)

// TestZones: a place's zones are added, changed, put in order and removed, each once.
func TestZones(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	const code = "140423101"
	update := func(by auth.Actor, do func(ctx context.Context, tx *tenant.Tx) error) error {
		return w.DB.Update(t.Context(), by.County, func(tx *tenant.Tx) error { return do(t.Context(), tx) })
	}
	add := func(by auth.Actor, key uuid.UUID, name string) error {
		return update(by, func(ctx context.Context, tx *tenant.Tx) error {
			return station.AddZone(ctx, tx, by, code, key, station.ZoneFacts{Name: name, What: " 2 张接待桌 "})
		})
	}
	names := func() string {
		var zones *[]station.Zone
		w.View(func(v *tenant.View) { zones = station.Zones(v, code) })
		var all []string
		for _, z := range *zones {
			all = append(all, z.Name)
		}
		return strings.Join(all, " ")
	}
	first, second := uuid.New(), uuid.New()
	for range 2 { // pressed twice
		if err := errors.Join(add(w.Head, first, "选民接待区"), add(w.Handler, second, "代表交流区")); err != nil {
			t.Fatal(err)
		}
	}
	if got := names(); got != "选民接待区 代表交流区" {
		t.Error(got)
	}
	for _, name := range []string{"", "选民接待区", strings.Repeat("长", 21), "两\n行"} {
		casetest.InvalidAt(t, add(w.Head, uuid.New(), name), "name")
	}
	for _, by := range []auth.Actor{w.Clerk, w.OtherClerk, w.Leader, w.Water, w.Deputy} {
		if err := add(by, uuid.New(), "会议区"); !errors.Is(err, errs.Forbidden) {
			t.Errorf("%s: %v", by.Name, err)
		}
	}
	if err := add(w.Neighbour.Clerk, uuid.New(), "会议区"); !errors.Is(err, errs.NotFound) {
		t.Errorf("the neighbour: %v", err)
	}

	change := func(by auth.Actor, key uuid.UUID, version int32, facts station.ZoneFacts) error {
		return update(by, func(ctx context.Context, tx *tenant.Tx) error {
			return station.ChangeZone(ctx, tx, by, code, key, version, facts)
		})
	}
	if err := change(w.Head, first, 1, station.ZoneFacts{Name: "群众接待区", What: "2 张接待桌"}); err != nil {
		t.Error(err)
	}
	stale, ok := errors.AsType[county.Stale](change(w.Handler, first, 1, station.ZoneFacts{Name: "接待大厅"}))
	if !ok || stale.Version != 2 || len(stale.Since) != 1 || stale.Since[0].Changes["name"] != [2]string{"选民接待区", "群众接待区"} {
		t.Errorf("%+v", stale)
	}
	casetest.InvalidAt(t, change(w.Head, first, 2, station.ZoneFacts{Name: "代表交流区"}), "name")
	raise := func(key uuid.UUID) error {
		return update(w.Head, func(ctx context.Context, tx *tenant.Tx) error { return station.RaiseZone(ctx, tx, w.Head, code, key) })
	}
	if err := errors.Join(raise(second), raise(second)); err != nil || names() != "代表交流区 群众接待区" {
		t.Error(names(), err)
	}

	photo := func(key uuid.UUID, format blob.Format) (added bool, err error) {
		kept := blob.Kept{Name: "a", Format: format, Size: 9, SHA256: []byte{1}, Key: uuid.New()}
		if format == blob.JPEG {
			kept.Width, kept.Height, kept.ThumbKey = 40, 30, uuid.New()
		}
		err = update(w.Head, func(ctx context.Context, tx *tenant.Tx) error {
			added, err = station.AddPhotos(ctx, tx, w.Head, code, first, key, []blob.Kept{kept})
			return err
		})
		return added, err
	}
	submission := uuid.New()
	for _, want := range []bool{true, false} {
		if added, err := photo(submission, blob.JPEG); err != nil || added != want {
			t.Errorf("%v, %v", added, err)
		}
	}
	_, err := photo(uuid.New(), blob.PDF)
	casetest.InvalidAt(t, err, "files")
	var zones *[]station.Zone
	w.View(func(v *tenant.View) { zones = station.Zones(v, code) })
	zone := (*zones)[slices.IndexFunc(*zones, func(z station.Zone) bool { return z.Key == first })]
	if len(zone.Photos) != 1 || zone.Photos[0].Width != 40 || *zone.What != "2 张接待桌" {
		t.Errorf("%+v", zone)
	}
	picture := zone.Photos[0].Key
	removePhoto := func(of uuid.UUID) error {
		return update(w.Head, func(ctx context.Context, tx *tenant.Tx) error {
			return station.RemovePhoto(ctx, tx, w.Head, code, of, picture)
		})
	}
	if err := removePhoto(second); !errors.Is(err, errs.NotFound) {
		t.Errorf("another zone's: %v", err)
	}
	if err := removePhoto(first); err != nil {
		t.Error(err)
	}
	if _, err := photo(uuid.New(), blob.JPEG); err != nil {
		t.Error(err)
	}
	remove := func() error {
		return update(w.Head, func(ctx context.Context, tx *tenant.Tx) error {
			return station.RemoveZone(ctx, tx, w.Head, code, first)
		})
	}
	if err := remove(); err != nil || names() != "代表交流区" {
		t.Error(names(), err)
	}
	if err := remove(); !errors.Is(err, errs.NotFound) {
		t.Errorf("twice: %v", err)
	}
	if err := add(w.Head, first, "选民接待区"); err != nil || names() != "代表交流区" {
		t.Errorf("an old form brings it back: %s, %v", names(), err)
	}
	if err := add(w.Head, uuid.New(), "选民接待区"); err != nil || names() != "代表交流区 选民接待区" {
		t.Errorf("the name is free again: %s, %v", names(), err)
	}
	var left int
	if err := w.PG.Super.QueryRow(t.Context(), `select count(*) from attachments where removed_at is null`).Scan(&left); err != nil || left != 0 {
		t.Errorf("%d photographs are left, %v", left, err)
	}
}
