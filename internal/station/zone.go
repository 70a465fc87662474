package station

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"lianluo/internal/attachment"
	"lianluo/internal/audit"
	"lianluo/internal/auth"
	"lianluo/internal/blob"
	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/internal/null"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// ZoneNames are what 功能区 are usually called, for a form to suggest.
var ZoneNames = []string{"选民接待区", "代表交流区", "会议区", "学习阅览区", "展示区", "档案资料区", "调解室", "便民服务窗口"}

// Zone is a 功能区 of a place, with what is there.
type Zone struct {
	ID       int64
	Key      uuid.UUID // in its address
	Name     string
	What     *string
	Position int32
	Version  int32
	Photos   []Photo
}

// Photo is a photograph of a zone.
type Photo struct {
	Key     uuid.UUID `json:"key"`
	Name    string    `json:"name"`
	Size    int64     `json:"size"`
	Width   int       `json:"width"`
	Height  int       `json:"height"`
	AddedBy int64     `json:"added_by"`
	By      string    `json:"by"`
	At      time.Time `json:"at"`
}

// ZoneFacts are what a form says of a zone.
type ZoneFacts struct{ Name, What string }

const selectZones = `select z.id, z.key, z.name, z.what, z.position, z.version,
		(select coalesce(json_agg(json_build_object('key', a.key, 'name', a.name, 'size', a.size, 'width', a.width, 'height', a.height,
			'added_by', a.added_by, 'by', a.added_name, 'at', a.added_at) order by a.id), '[]')
			from attachments a where a.county_id = @county and a.zone_id = z.id and a.removed_at is null) as photos
	from station_zones z join stations s on s.county_id = @county and s.id = z.station_id
	where z.county_id = @county and z.removed_at is null and s.code = @code`

const zoneOrder = ` order by z.position, z.id`

// Zones queues the zones of the place with that code, in their order.
func Zones(v *tenant.View, code string) *[]Zone {
	return tenant.All[Zone](v, selectZones+zoneOrder, pgx.NamedArgs{"code": code})
}

// mostZones bounds the zones of one place.
const mostZones = 30

// MayZone says whether by may change the zones of the place: nil or errs.Forbidden.
func (r *Record) MayZone(by auth.Actor) error {
	if !by.MayOn(auth.ChangeStations, r.Subject()) {
		return errs.Refuse(errs.Forbidden, "您不能改动这个站点的功能区。")
	}
	if r.Ended() {
		return errs.Refuse(errs.Conflict, "“"+r.Name+"”已经不在用，功能区不再改动。")
	}
	return nil
}

// holdZones holds a place, so that of those who change its zones one goes after the other.
func holdZones(ctx context.Context, tx *tenant.Tx, by auth.Actor, code string) (Record, []Zone, error) {
	if _, err := postgres.Value[int64](ctx, tx, `select id from stations where county_id = @county and code = @code for no key update`,
		pgx.NamedArgs{"code": code}); err != nil {
		return Record{}, nil, err
	}
	place, err := Find(ctx, tx, code)
	if err != nil {
		return Record{}, nil, err
	}
	if err := place.MayZone(by); err != nil {
		return Record{}, nil, err
	}
	zones, err := postgres.All[Zone](ctx, tx, selectZones+zoneOrder, pgx.NamedArgs{"code": code})
	return place, zones, err
}

// holdZone is holdZones, and the zone with that key among them.
func holdZone(ctx context.Context, tx *tenant.Tx, by auth.Actor, code string, key uuid.UUID) (Zone, []Zone, error) {
	_, zones, err := holdZones(ctx, tx, by, code)
	if err != nil {
		return Zone{}, nil, err
	}
	i := slices.IndexFunc(zones, func(z Zone) bool { return z.Key == key })
	if i < 0 {
		return Zone{}, nil, errs.Refuse(errs.NotFound, "这个功能区已经撤销了。")
	}
	return zones[i], zones, nil
}

// tidy judges what was typed, beside the other zones.
func (f *ZoneFacts) tidy(zones []Zone, but int64) errs.Invalid {
	invalid := errs.Invalid{}
	f.Name, f.What = county.Trimmed(f.Name), county.Trimmed(f.What)
	county.OneLine(invalid, "name", f.Name, "请填功能区的名称，例如 选民接待区。", 20)
	county.Readable(invalid, "what", f.What, 300)
	if slices.ContainsFunc(zones, func(z Zone) bool { return z.ID != but && z.Name == f.Name }) {
		invalid["name"] = "“" + f.Name + "”已经有了。"
	}
	return invalid
}

// AddZone adds a zone at the end. key is of the form: the same form sent twice adds one. It
// returns errs.Invalid by field (name, what), errs.Forbidden and errs.NotFound.
func AddZone(ctx context.Context, tx *tenant.Tx, by auth.Actor, code string, key uuid.UUID, f ZoneFacts) error {
	place, zones, err := holdZones(ctx, tx, by, code)
	if err != nil || slices.ContainsFunc(zones, func(z Zone) bool { return z.Key == key }) {
		return err
	}
	invalid := f.tidy(zones, 0)
	if len(zones) >= mostZones {
		invalid["name"] = fmt.Sprintf("一个站点最多 %d 个功能区。", mostZones)
	}
	if err := invalid.Err(); err != nil {
		return err
	}
	position := int32(1)
	if len(zones) > 0 {
		position = zones[len(zones)-1].Position + 1
	}
	ids, err := postgres.All[struct{ ID int64 }](ctx, tx, `insert into station_zones (county_id, key, station_id, name, what, position)
		values (@county, @key, @station, @name, @what, @position) on conflict (county_id, key) do nothing returning id`,
		pgx.NamedArgs{"key": key, "station": place.ID, "name": f.Name, "what": null.Of(f.What), "position": position})
	if err != nil || len(ids) == 0 { // none: it was added and is removed already
		return err
	}
	changes := county.Changes{}
	changes.Set("name", "", f.Name)
	changes.Set("what", "", f.What)
	return recordZone(ctx, tx, by, "zone.add", code, ids[0].ID, 1, f.Name, changes)
}

// ChangeZone changes a zone's words. It returns errs.Invalid by field, county.Stale for a
// form that began from another version, errs.Forbidden and errs.NotFound.
func ChangeZone(ctx context.Context, tx *tenant.Tx, by auth.Actor, code string, key uuid.UUID, version int32, f ZoneFacts) error {
	was, zones, err := holdZone(ctx, tx, by, code, key)
	if err != nil {
		return err
	}
	if err := f.tidy(zones, was.ID).Err(); err != nil {
		return err
	}
	changes := county.Changes{}
	changes.Set("name", was.Name, f.Name)
	changes.Set("what", null.Value(was.What), f.What)
	switch {
	case len(changes) == 0:
		return nil // pressed twice, or nothing to do
	case was.Version != version:
		return county.Overtaken(ctx, tx, zoneSubject(code, was.ID), version, was.Version)
	}
	_, err = postgres.Exec(ctx, tx, `update station_zones set name = @name, what = @what, version = @version where county_id = @county and id = @id`,
		pgx.NamedArgs{"id": was.ID, "name": f.Name, "what": null.Of(f.What), "version": was.Version + 1})
	if err != nil {
		return fmt.Errorf("change a zone: %w", err)
	}
	return recordZone(ctx, tx, by, "zone.change", code, was.ID, was.Version+1, was.Name, changes)
}

// RaiseZone puts a zone before the one that stands before it; the first stays.
func RaiseZone(ctx context.Context, tx *tenant.Tx, by auth.Actor, code string, key uuid.UUID) error {
	zone, zones, err := holdZone(ctx, tx, by, code, key)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(zones, func(z Zone) bool { return z.ID == zone.ID })
	if i == 0 {
		return nil
	}
	zones[i-1], zones[i] = zones[i], zones[i-1]
	var moves []tenant.Statement
	for n, z := range zones {
		if z.Position != int32(n+1) {
			moves = append(moves, tenant.Statement{SQL: `update station_zones set position = @position where county_id = @county and id = @id`,
				Args: pgx.NamedArgs{"id": z.ID, "position": n + 1}})
		}
	}
	if err := tx.Batch(ctx, moves); err != nil {
		return fmt.Errorf("move a zone: %w", err)
	}
	return audit.Record(ctx, tx, by.Audit(), "zone.move", "zone "+zoneNumber(code, zone.ID), map[string]any{"name": zone.Name})
}

// RemoveZone ends a zone; its photographs go.
func RemoveZone(ctx context.Context, tx *tenant.Tx, by auth.Actor, code string, key uuid.UUID) error {
	zone, _, err := holdZone(ctx, tx, by, code, key)
	if err != nil {
		return err
	}
	files, err := attachment.Of(ctx, tx, attachment.Zone(zone.ID))
	if err != nil {
		return err
	}
	for _, f := range files {
		if err := attachment.Remove(ctx, tx, by, f, "功能区撤销了。"); err != nil {
			return err
		}
	}
	_, err = postgres.Exec(ctx, tx, `update station_zones set removed_at = @now, removed_name = @by where county_id = @county and id = @id`,
		pgx.NamedArgs{"id": zone.ID, "now": tx.Now(), "by": by.Name})
	if err != nil {
		return fmt.Errorf("remove a zone: %w", err)
	}
	return audit.Record(ctx, tx, by.Audit(), "zone.remove", "zone "+zoneNumber(code, zone.ID), map[string]any{"name": zone.Name})
}

// AddPhotos adds photographs, which are in the store, to a zone, all or none. It reports
// false where this very post was stored before, and returns the errors of attachment.Add.
func AddPhotos(ctx context.Context, tx *tenant.Tx, by auth.Actor, code string, key, submission uuid.UUID, files []blob.Kept) (bool, error) {
	zone, _, err := holdZone(ctx, tx, by, code, key)
	if err != nil {
		return false, err
	}
	of := attachment.Zone(zone.ID)
	if before, err := attachment.Added(ctx, tx, by, of, submission); before || err != nil {
		return false, err
	}
	keys, err := attachment.Add(ctx, tx, by, of, submission, files)
	if err != nil {
		return false, err
	}
	return true, audit.Record(ctx, tx, by.Audit(), "file.add", "zone "+zoneNumber(code, zone.ID), map[string]any{"files": keys, "name": zone.Name})
}

// RemovePhoto removes a photograph of a zone.
func RemovePhoto(ctx context.Context, tx *tenant.Tx, by auth.Actor, code string, key, photo uuid.UUID) error {
	zone, _, err := holdZone(ctx, tx, by, code, key)
	if err != nil {
		return err
	}
	f, err := attachment.Lock(ctx, tx, photo)
	if err != nil {
		return err
	}
	if f.Owner() != attachment.Zone(zone.ID) {
		return fmt.Errorf("photograph %s of zone %s: %w", photo, key, errs.NotFound)
	}
	if err := attachment.Remove(ctx, tx, by, f, "从功能区移除。"); err != nil {
		return err
	}
	return audit.Record(ctx, tx, by.Audit(), "file.remove", "zone "+zoneNumber(code, zone.ID), map[string]any{"file": photo, "name": zone.Name})
}

// zoneNumber is what the record calls a zone, whose name may change.
func zoneNumber(code string, id int64) string { return code + "/" + strconv.FormatInt(id, 10) }

func zoneSubject(code string, id int64) string { return "zone " + zoneNumber(code, id) }

func recordZone(ctx context.Context, tx *tenant.Tx, by auth.Actor, action, code string, id int64, version int32, name string, changes county.Changes) error {
	return audit.Record(ctx, tx, by.Audit(), action, "zone "+zoneNumber(code, id), map[string]any{"version": version, "name": name, "changes": changes})
}
