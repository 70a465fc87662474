package unit

import (
	"context"
	"net/url"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// list is the list of units, in the office's own order: departments, then township by
// township. Without a use only those in use are in it.
var list = postgres.List{
	Columns: `u.id, u.name, u.level, s.short_name as station, u.contact, u.phone, u.retired, u.retired_on, t.name as successor,
		array(select k.name from unit_categories uc join categories k on k.county_id = @county and k.id = uc.category_id
			where uc.county_id = @county and uc.unit_id = u.id order by k.position, k.id) as usual`,
	From:  `units u left join stations s on s.county_id = @county and s.id = u.station_id`,
	Joins: `left join units t on t.county_id = @county and t.id = u.successor_id`,
	ID:    `u.id`,
	Orders: []postgres.Order{
		{Name: "place", By: `u.level || coalesce(s.code, '') || ' ' || lpad(u.position::text, 9, '0')`, Type: "text"},
	},
	Filters: []postgres.Filter{
		{Name: "level", Kind: postgres.Choice, Of: []string{"county", "township"}, Where: `u.level = @level`},
		{Name: "station", Kind: postgres.ID, Where: `u.station_id = @station`},
		{Name: "category", Kind: postgres.ID, Where: `exists (select from unit_categories uc where uc.county_id = @county
			and uc.unit_id = u.id and uc.category_id = @category)`},
		{Name: "use", Kind: postgres.Choice, Of: []string{"retired", "all"}, Where: `(u.retired or @use = 'all')`},
	},
	Text: []string{`u.name`, `coalesce(u.contact, '')`,
		`coalesce((select string_agg(n.name, ' ') from unit_names n where n.county_id = @county and n.unit_id = u.id), '')`},
}

// Item is a unit in the list.
type Item struct {
	tenant.Row
	ID        int64
	Name      string
	Level     string
	Station   *string // its township's, by short name
	Contact   *string
	Phone     *string
	Retired   bool
	RetiredOn *calendar.Date
	Successor *string
	Usual     []string // the categories that it usually gets
}

// Ask reads the address of a list of units.
func Ask(address url.Values, limit int) tenant.Ask { return list.Ask(address, limit) }

// Address is what of an address the list knows, without the place in it.
func Address(address url.Values) url.Values { return list.Address(address) }

// List reads one page of the county's units.
func List(v *tenant.View, by auth.Actor, ask tenant.Ask) *tenant.Page[Item] {
	return tenant.PageOf[Item](v, &list, ask, where(by, ask))
}

// Count counts what the ask shows, up to most.
func Count(v *tenant.View, by auth.Actor, ask tenant.Ask, most int) *int64 {
	return tenant.CountOf(v, &list, ask, where(by, ask), most)
}

// Export reads every unit that the ask shows, in its order, and calls do for each.
func Export(ctx context.Context, db *tenant.DB, by auth.Actor, ask tenant.Ask, do func(Item) error) error {
	return tenant.Stream(ctx, db, by.County, &list, ask, where(by, ask), do)
}

func where(by auth.Actor, ask tenant.Ask) postgres.Where {
	w := postgres.Where{SQL: []string{`u.county_id = @county`}, Args: pgx.NamedArgs{}}
	if by.Scope(auth.SeeUnits) != auth.WholeCounty {
		w.SQL = append(w.SQL, `false`)
	}
	if ask.Value("use") == "" {
		w.SQL = append(w.SQL, `not u.retired`)
	}
	return w
}

// Member is somebody who has an account of a unit.
type Member struct {
	Name  string
	Login string
	Title *string
	Since calendar.Date
}

// Members queues who acts for the unit with that name today.
func Members(v *tenant.View, name string) *[]Member {
	return tenant.All[Member](v, `select u.name, u.login_name as login, u.title, r.from_date as since
		from user_roles r join users u on u.county_id = @county and u.id = r.user_id
		where r.county_id = @county and r.role = 'unit' and r.unit_id = `+named+` and u.disabled_at is null
			and r.from_date <= @today and (r.to_date is null or r.to_date >= @today) order by r.from_date, u.id`,
		pgx.NamedArgs{"name": name, "today": calendar.DateOf(v.Now())})
}

// Place is where a unit stands among those of its level and, in a township, its station.
type Place struct {
	At, Of int // from 1
}

// PlaceOf queues the place of the unit with that name; one that is retired has none.
func PlaceOf(v *tenant.View, name string) **Place {
	return tenant.Maybe[Place](v, `select o.at, o.of from (select u.id,
			row_number() over (partition by u.level, u.station_id order by u.position, u.id) as at,
			count(*) over (partition by u.level, u.station_id) as of
			from units u where u.county_id = @county and not u.retired) o
		where o.id = `+named, pgx.NamedArgs{"name": name})
}
