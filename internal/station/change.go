package station

import (
	"context"
	"fmt"
	"reflect"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/audit"
	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/internal/null"
	"lianluo/internal/pinyin"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// Create makes a station, a point or a post, open from today, and returns its id. It
// returns errs.Invalid by field: code, kind, parent, name, short_name, division, address,
// phone, opening_hours, latitude, longitude, area, villages, functions; and errs.Forbidden
// to whoever may not change the whole county's.
func Create(ctx context.Context, tx *tenant.Tx, by auth.Actor, f Facts) (int64, error) {
	if by.Scope(auth.ChangeStations) != auth.WholeCounty {
		return 0, errs.Forbidden
	}
	if err := county.Lock(ctx, tx); err != nil {
		return 0, err
	}
	invalid := f.tidy()
	above, err := f.check(ctx, tx, nil, invalid)
	if err != nil {
		return 0, err
	}
	if err := invalid.Err(); err != nil {
		return 0, err
	}
	args := f.args(above)
	args["code"], args["kind"], args["now"] = f.Code, f.Kind, tx.Now()
	id, err := postgres.All[struct{ ID int64 }](ctx, tx, `insert into stations (county_id, code, kind, root_id, parent_id, name, initials, short_name,
			division_code, address, phone, opening_hours, latitude, longitude, area, created_at)
		values (@county, @code, @kind, @root, @parent, @name, @initials, @short_name,
			@division, @address, @phone, @opening_hours, @latitude, @longitude, @area, @now)
		on conflict (county_id, code) do nothing returning id`, args)
	if err != nil {
		return 0, fmt.Errorf("create a station: %w", err)
	}
	if len(id) == 0 {
		return 0, errs.Invalid{"code": "代码 " + f.Code + " 已经有了，请换一个。"}
	}
	place := &Record{ID: id[0].ID, Code: f.Code, Kind: f.Kind}
	if above == nil { // its own root, known only now; the foreign key waits for the commit
		if err := setRoot(ctx, tx, place.ID, place.ID); err != nil {
			return 0, err
		}
	}
	if err := tx.Batch(ctx, append(f.sets(place), history(tx, by, place.ID, StateChange{State: Open, From: calendar.DateOf(tx.Now())}, 0))); err != nil {
		return 0, fmt.Errorf("create a station: %w", err)
	}
	return place.ID, recordDifferences(ctx, tx, by, "station.create", place)
}

// Change changes the facts of a place; code and kind stay. The head of a station changes
// its and its points' contact facts alone: whatever else f says is left as it is. It returns
// errs.Invalid by field as Create does, county.Stale for a form that began from another
// version, errs.NotFound, and errs.Forbidden.
func Change(ctx context.Context, tx *tenant.Tx, by auth.Actor, id int64, version int32, f Facts) error {
	if err := county.Lock(ctx, tx); err != nil {
		return err
	}
	was, err := FindID(ctx, tx, id)
	if err != nil {
		return err
	}
	if !by.MayOn(auth.ChangeStations, was.Subject()) {
		return errs.Forbidden
	}
	stored := was.Facts()
	if by.Scope(auth.ChangeStations) != auth.WholeCounty {
		f = stored.contact(f)
	}
	invalid := f.tidy()
	f.permanent(&was, invalid)
	if err := invalid.Err(); err != nil {
		return err
	}
	if reflect.DeepEqual(f, stored) {
		return nil // pressed twice, or nothing to do
	}
	if version != was.Version {
		return county.Overtaken(ctx, tx, "station "+was.Code, version, was.Version)
	}
	above, err := f.check(ctx, tx, &was, invalid)
	if err != nil {
		return err
	}
	if err := invalid.Err(); err != nil {
		return err
	}
	if err := f.update(ctx, tx, &was, above); err != nil {
		return err
	}
	return recordDifferences(ctx, tx, by, "station.change", &was)
}

// permanent: the poster carries the code, and a point that becomes a station is another place.
func (f *Facts) permanent(was *Record, invalid errs.Invalid) {
	if f.Code != "" && f.Code != was.Code {
		invalid["code"] = "代码是 " + was.Code + "，定了就不能改：它印在二维码上。"
	}
	if f.Kind != "" && kindRank(f.Kind) >= 0 && f.Kind != was.Kind {
		invalid["kind"] = "类型定了就不能改。要改的，请新建一个，再把这一个合并过去。"
	}
	if f.Kind == "" {
		delete(invalid, "kind")
	}
	f.Code, f.Kind = was.Code, was.Kind
}

func (f *Facts) update(ctx context.Context, tx *tenant.Tx, was *Record, above *parent) error {
	args := f.args(above)
	if above == nil {
		args["root"] = was.ID
	}
	args["id"], args["version"] = was.ID, was.Version+1
	_, err := postgres.Exec(ctx, tx, `update stations set root_id = @root, parent_id = @parent, name = @name, initials = @initials,
			short_name = @short_name, division_code = @division, address = @address, phone = @phone, opening_hours = @opening_hours,
			latitude = @latitude, longitude = @longitude, area = @area, version = @version
		where county_id = @county and id = @id`, args)
	if err != nil {
		return fmt.Errorf("change station %s: %w", was.Code, err)
	}
	if above != nil && above.RootID != was.RootID { // what hangs below it goes along
		_, err := postgres.Exec(ctx, tx, `update stations set root_id = @root where county_id = @county and parent_id = @id`,
			pgx.NamedArgs{"root": above.RootID, "id": was.ID})
		if err != nil {
			return fmt.Errorf("change station %s: %w", was.Code, err)
		}
	}
	if err := tx.Batch(ctx, f.sets(was)); err != nil {
		return fmt.Errorf("change station %s: %w", was.Code, err)
	}
	return nil
}

func (f *Facts) args(above *parent) pgx.NamedArgs {
	args := pgx.NamedArgs{"root": int64(0), "parent": nil, "name": f.Name, "initials": null.Of(pinyin.Initials(f.Name)), "short_name": f.ShortName,
		"division": f.Division, "address": null.Of(f.Address), "phone": null.Of(f.Phone), "opening_hours": null.Of(f.OpeningHours),
		"latitude": f.Latitude, "longitude": f.Longitude, "area": null.Of(f.Area)}
	if above != nil {
		args["root"], args["parent"] = above.RootID, above.ID
	}
	return args
}

// sets are the statements that make the villages and functions of a place those of f.
func (f *Facts) sets(was *Record) []tenant.Statement {
	all := difference(was.ID, was.Villages, f.Villages,
		`insert into station_villages (county_id, station_id, division_code) values (@county, @id, @value)`,
		`delete from station_villages where county_id = @county and station_id = @id and division_code = @value`)
	return append(all, difference(was.ID, was.Functions, f.Functions,
		`insert into station_functions (county_id, station_id, function_id) values (@county, @id, @value)`,
		`delete from station_functions where county_id = @county and station_id = @id and function_id = @value`)...)
}

// difference is one statement for each that is added or taken away.
func difference[T comparable](id int64, was, is []T, add, remove string) (all []tenant.Statement) {
	kept := map[T]bool{}
	for _, value := range is {
		kept[value] = true
	}
	for _, value := range was {
		if !kept[value] {
			all = append(all, tenant.Statement{SQL: remove, Args: pgx.NamedArgs{"id": id, "value": value}})
		}
		delete(kept, value)
	}
	for _, value := range is {
		if kept[value] {
			all = append(all, tenant.Statement{SQL: add, Args: pgx.NamedArgs{"id": id, "value": value}})
		}
	}
	return all
}

func setRoot(ctx context.Context, tx *tenant.Tx, id, root int64) error {
	_, err := postgres.Exec(ctx, tx, `update stations set root_id = @root where county_id = @county and id = @id`, pgx.NamedArgs{"id": id, "root": root})
	if err != nil {
		return fmt.Errorf("root of a station: %w", err)
	}
	return nil
}

// recordDifferences records what became of a place, last in its transaction.
func recordDifferences(ctx context.Context, tx *tenant.Tx, by auth.Actor, action string, was *Record) error {
	is, err := FindID(ctx, tx, was.ID)
	if err != nil {
		return err
	}
	return record(ctx, tx, by, action, is.Code, is.Version, differences(was, &is), map[string]any{"kind": kindName(is.Kind), "called": is.Name})
}

// record writes into the county's record what happened to the place with that code.
// version is what it became by it.
func record(ctx context.Context, tx *tenant.Tx, by auth.Actor, action, code string, version int32, changes county.Changes, detail map[string]any) error {
	detail["version"], detail["changes"] = version, changes
	return audit.Record(ctx, tx, by.Audit(), action, "station "+code, detail)
}
