package unit

import (
	"context"
	"net/url"
	"time"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/calendar"
	"lianluo/internal/errs"
	"lianluo/internal/null"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// Path is where a unit's page is: its name, which one unit of the county has, and which
// people know. A renamed unit is found under its old names too, unless another unit has
// such a name now.
func Path(name string) string { return "/units/" + url.PathEscape(name) }

// Unit is a unit as its page shows it.
type Unit struct {
	ID         int64
	Name       string
	Level      string
	StationID  *int64
	Station    *string // its township's, by short name
	Contact    *string
	Phone      *string
	Retired    bool
	RetiredOn  *calendar.Date
	Successor  *string // by name
	Version    int32
	Categories []int64
	Usual      []string // the names of Categories
}

// Path is where the unit's page is.
func (u Unit) Path() string { return Path(u.Name) }

const named = `coalesce(
	(select u.id from units u where u.county_id = @county and u.name = @name),
	(select n.unit_id from unit_names n where n.county_id = @county and n.name = @name order by n.id desc limit 1))`

// ByName queues the unit that has that name, or had it last; there may be none.
func ByName(v *tenant.View, name string) **Unit {
	return tenant.Maybe[Unit](v, `select u.id, u.name, u.level, u.station_id, s.short_name as station, u.contact, u.phone, u.retired,
			u.retired_on, t.name as successor, u.version,
			array(select uc.category_id from unit_categories uc where uc.county_id = @county and uc.unit_id = u.id order by 1) as categories,
			array(select k.name from unit_categories uc join categories k on k.county_id = @county and k.id = uc.category_id
				where uc.county_id = @county and uc.unit_id = u.id order by k.position, k.id) as usual
		from units u
		left join stations s on s.county_id = @county and s.id = u.station_id
		left join units t on t.county_id = @county and t.id = u.successor_id
		where u.county_id = @county and u.id = `+named, pgx.NamedArgs{"name": name})
}

// IDOf returns the id of the unit that has that name, or had it last; errs.NotFound where
// there is none.
func IDOf(ctx context.Context, tx *tenant.Tx, name string) (int64, error) {
	id, err := postgres.Value[*int64](ctx, tx, `select `+named+` where (@county) is not null`, pgx.NamedArgs{"name": name})
	if err == nil && id == nil {
		err = errs.NotFound
	}
	return null.Value(id), err
}

// PastName is a name that a unit had until a day.
type PastName struct {
	Name   string
	Until  calendar.Date
	ByName string
	At     time.Time
}

// PastNames queues the names that the unit with that name had before, newest first.
func PastNames(v *tenant.View, name string) *[]PastName {
	return tenant.All[PastName](v, `select n.name, n.until, n.by_name, n.at from unit_names n
		where n.county_id = @county and n.unit_id = `+named+` order by n.id desc`, pgx.NamedArgs{"name": name})
}

// FactsOf reads what is written of a unit, with its version: what a change begins from.
func FactsOf(ctx context.Context, tx *tenant.Tx, id int64) (f Facts, version int32, err error) {
	was, err := hold(ctx, tx, id)
	if err != nil {
		return Facts{}, 0, err
	}
	return Facts{Name: was.Name, Level: was.Level, StationID: null.Value(was.StationID), Contact: null.Value(was.Contact), Phone: null.Value(was.Phone),
		Categories: was.Categories}, was.Version, nil
}
