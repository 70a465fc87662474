package unit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/audit"
	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/internal/null"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// Create makes a unit, the last in the county's order, and returns its id. It returns
// errs.Invalid by field; a name is taken by one unit of the county alone, so that a form
// that is sent twice makes one.
func Create(ctx context.Context, tx *tenant.Tx, by auth.Actor, f Facts) (int64, error) {
	if err := f.tidy().Err(); err != nil {
		return 0, err
	}
	if err := holdStation(ctx, tx, f.StationID); err != nil {
		return 0, err
	}
	if err := f.check(ctx, tx); err != nil {
		return 0, err
	}
	args := f.args()
	args["now"] = tx.Now()
	made, err := postgres.All[struct{ ID int64 }](ctx, tx, `
		insert into units (county_id, name, level, station_id, contact, phone, position, created_at)
		values (@county, @name, @level, @station, @contact, @phone,
			(select coalesce(max(position), 0) + 1 from units where county_id = @county), @now)
		on conflict (county_id, name) do nothing returning id`, args)
	if err != nil {
		return 0, fmt.Errorf("create a unit: %w", err)
	}
	if len(made) == 0 {
		return 0, taken(ctx, tx, f.Name)
	}
	id := made[0].ID
	if err := usual(ctx, tx, id, nil, f.Categories); err != nil {
		return 0, err
	}
	changes, err := differences(ctx, tx, stored{}, f)
	if err != nil {
		return 0, err
	}
	return id, record(ctx, tx, by, "unit.create", f.Name, 1, changes)
}

// taken says of which unit a name is already.
func taken(ctx context.Context, tx *tenant.Tx, name string) error {
	retired, err := postgres.Value[bool](ctx, tx, `select retired from units where county_id = @county and name = @name`, pgx.NamedArgs{"name": name})
	if err != nil {
		return fmt.Errorf("unit: %w", err)
	}
	if retired {
		return errs.Invalid{"name": "“" + name + "”是已经撤销的单位，请恢复它，或者换一个名称。"}
	}
	return errs.Invalid{"name": "已经有一个单位叫“" + name + "”。"}
}

// stored is a unit's row with its categories.
type stored struct {
	ID         int64
	Name       string
	Level      string
	StationID  *int64
	Contact    *string
	Phone      *string
	Retired    bool
	Position   int32
	Version    int32
	Categories []int64
}

// hold reads a unit and holds its row until the transaction ends.
func hold(ctx context.Context, tx *tenant.Tx, id int64) (stored, error) {
	was, err := postgres.One[stored](ctx, tx, `select u.id, u.name, u.level, u.station_id, u.contact, u.phone, u.retired, u.position, u.version,
			array(select uc.category_id from unit_categories uc where uc.county_id = @county and uc.unit_id = u.id order by 1) as categories
		from units u where u.county_id = @county and u.id = @id for no key update of u`, pgx.NamedArgs{"id": id})
	if err != nil {
		return stored{}, fmt.Errorf("unit: %w", err)
	}
	return was, nil
}

// Change changes what is written of a unit. A new name keeps the old one among its past
// names, and what was handed to it keeps the name that it was handed to. It returns
// errs.Invalid by field, county.Stale for a form that began from another version, and
// errs.NotFound for no unit of the county.
func Change(ctx context.Context, tx *tenant.Tx, by auth.Actor, id int64, version int32, f Facts) error {
	if err := f.tidy().Err(); err != nil {
		return err
	}
	if err := holdStation(ctx, tx, f.StationID); err != nil {
		return err
	}
	was, err := hold(ctx, tx, id)
	if err != nil {
		return err
	}
	changes, err := differences(ctx, tx, was, f)
	switch {
	case err != nil || len(changes) == 0:
		return err
	case was.Version != version:
		return stale(ctx, tx, was, version)
	case was.Retired:
		return errs.Refuse(errs.Conflict, "这个单位已经撤销，先恢复它才能修改。")
	}
	if err := f.check(ctx, tx); err != nil {
		return err
	}
	if err := save(ctx, tx, by, was, f); err != nil {
		return err
	}
	return record(ctx, tx, by, "unit.change", was.Name, was.Version+1, changes)
}

func save(ctx context.Context, tx *tenant.Tx, by auth.Actor, was stored, f Facts) error {
	if was.Name != f.Name {
		if err := rename(ctx, tx, by, was, f.Name); err != nil {
			return err
		}
	}
	args := f.args()
	args["id"], args["version"] = was.ID, was.Version+1
	_, err := postgres.Exec(ctx, tx, `update units set name = @name, level = @level, station_id = @station, contact = @contact,
		phone = @phone, version = @version where county_id = @county and id = @id`, args)
	if errors.Is(err, errs.Conflict) { // somebody else took the name in this moment
		return errs.Invalid{"name": "已经有一个单位叫“" + f.Name + "”。"}
	}
	if err != nil {
		return fmt.Errorf("change a unit: %w", err)
	}
	return usual(ctx, tx, was.ID, was.Categories, f.Categories)
}

func rename(ctx context.Context, tx *tenant.Tx, by auth.Actor, was stored, name string) error {
	err := taken(ctx, tx, name)
	if !errors.Is(err, errs.NotFound) {
		return err
	}
	_, err = postgres.Exec(ctx, tx, `insert into unit_names (county_id, unit_id, name, until, by_id, by_name, at)
		values (@county, @unit, @name, @until, @by, @by_name, @now)`,
		pgx.NamedArgs{"unit": was.ID, "name": was.Name, "until": calendar.DateOf(tx.Now()), "by": null.Of(by.UserID), "by_name": by.Name, "now": tx.Now()})
	if err != nil {
		return fmt.Errorf("rename a unit: %w", err)
	}
	return nil
}

// usual makes the categories that a unit usually gets those of to.
func usual(ctx context.Context, tx *tenant.Tx, id int64, from, to []int64) error {
	var statements []tenant.Statement
	add := func(sql string, category int64) {
		statements = append(statements, tenant.Statement{SQL: sql, Args: pgx.NamedArgs{"unit": id, "category": category}})
	}
	for _, category := range from {
		if !slices.Contains(to, category) {
			add(`delete from unit_categories where county_id = @county and unit_id = @unit and category_id = @category`, category)
		}
	}
	for _, category := range to {
		if !slices.Contains(from, category) {
			add(`insert into unit_categories (county_id, unit_id, category_id) values (@county, @unit, @category)`, category)
		}
	}
	if len(statements) == 0 {
		return nil
	}
	if err := tx.Batch(ctx, statements); err != nil {
		return fmt.Errorf("categories of a unit: %w", err)
	}
	return nil
}

// differences are what a form changes of a unit, in words.
func differences(ctx context.Context, tx *tenant.Tx, was stored, f Facts) (county.Changes, error) {
	changes := county.Changes{}
	changes.Set("name", was.Name, f.Name)
	changes.Set("level", LevelName(was.Level), LevelName(f.Level))
	changes.Set("contact", null.Value(was.Contact), f.Contact)
	changes.Set("phone", null.Value(was.Phone), f.Phone)
	if null.Value(was.StationID) == f.StationID && slices.Equal(was.Categories, f.Categories) {
		return changes, nil
	}
	type named struct {
		Kind string
		ID   int64
		Name string
	}
	all, err := postgres.All[named](ctx, tx, `select 'station' as kind, id, short_name as name from stations where county_id = @county and id = any(@stations)
		union all select 'category', id, name from categories where county_id = @county and id = any(@categories) order by 1, 2`,
		pgx.NamedArgs{"stations": []int64{null.Value(was.StationID), f.StationID}, "categories": slices.Concat(was.Categories, f.Categories)})
	if err != nil {
		return nil, fmt.Errorf("unit: %w", err)
	}
	names := func(kind string, ids ...int64) string {
		var list []string
		for _, n := range all {
			if n.Kind == kind && slices.Contains(ids, n.ID) {
				list = append(list, n.Name)
			}
		}
		return strings.Join(list, "、")
	}
	changes.Set("station", names("station", null.Value(was.StationID)), names("station", f.StationID))
	changes.Set("categories", names("category", was.Categories...), names("category", f.Categories...))
	return changes, nil
}

// stale is what others did to a unit since a form began from version, under any of its names.
func stale(ctx context.Context, tx *tenant.Tx, was stored, version int32) error {
	past, err := postgres.All[struct{ Name string }](ctx, tx, `select distinct name from unit_names where county_id = @county and unit_id = @id and name <> @name`,
		pgx.NamedArgs{"id": was.ID, "name": was.Name})
	if err != nil {
		return fmt.Errorf("unit: %w", err)
	}
	all := county.Stale{Version: was.Version}
	for _, p := range append(past, struct{ Name string }{was.Name}) {
		err := county.Overtaken(ctx, tx, subject(p.Name), version, was.Version)
		under, ok := errors.AsType[county.Stale](err)
		if !ok {
			return err
		}
		all.Since = append(all.Since, under.Since...)
	}
	slices.SortStableFunc(all.Since, func(a, b county.Change) int { return a.At.Compare(b.At) })
	return all
}

// subject is what the record calls a unit: by the name that it had when it was changed.
func subject(name string) string { return "unit " + name }

// record writes a change into the county's record, last in its transaction.
func record(ctx context.Context, tx *tenant.Tx, by auth.Actor, action, name string, version int32, changes county.Changes) error {
	detail := map[string]any{"changes": changes}
	if version != 0 {
		detail["version"] = version
	}
	return audit.Record(ctx, tx, by.Audit(), action, "unit "+name, detail)
}
