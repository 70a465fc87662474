package deputy

import (
	"context"
	"net/url"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// list is the list of deputies with their running mandates and groups.
var list = postgres.List{
	Columns: `d.id, d.number, d.name, d.gender, d.birth_year, d.certificate_no, d.duties,
		array(select m.level from mandates m where m.county_id = @county and m.deputy_id = d.id and m.to_date is null
			order by ` + levelOrder + `) as levels,
		array(select m.electoral_unit from mandates m where m.county_id = @county and m.deputy_id = d.id and m.to_date is null
			order by ` + levelOrder + `) as electoral_units,
		array(select s.short_name from station_deputies g join stations s on s.county_id = @county and s.id = g.station_id
			where g.county_id = @county and g.deputy_id = d.id and g.to_date is null order by s.code) as stations`,
	From: `deputies d`,
	ID:   `d.id`,
	Orders: []postgres.Order{
		{Name: "name", By: `coalesce(d.initials, d.name)`, Type: "text"},
		{Name: "entered", By: `d.created_at`, Type: "timestamptz", Desc: true},
	},
	Filters: []postgres.Filter{
		{Name: "level", Kind: postgres.Choice, Of: Levels, Where: `exists (select from mandates m
			where m.county_id = @county and m.deputy_id = d.id and m.to_date is null and m.level = @level)`},
		{Name: "station", Kind: postgres.ID, Where: `exists (select from station_deputies g
			where g.county_id = @county and g.deputy_id = d.id and g.to_date is null and g.station_id = @station)`},
		{Name: "group", Kind: postgres.Choice, Of: []string{"none"}, Where: `@group = 'none' and not exists (select from station_deputies g
			where g.county_id = @county and g.deputy_id = d.id and g.to_date is null)`},
	},
	Text: []string{`d.name`, `coalesce(d.initials, '')`, `coalesce(d.duties, '')`, `coalesce(d.certificate_no, '')`},
}

// Item is a deputy in the list: public facts alone.
type Item struct {
	tenant.Row
	ID             int64
	Number         int32
	Name           string
	Gender         *string
	BirthYear      *int32
	CertificateNo  *string
	Duties         *string
	Levels         []string // of the running mandates, highest first
	ElectoralUnits []string // of the same
	Stations       []string // the groups that the deputy is in, by short name
}

// Ask reads the address of a list of deputies.
func Ask(address url.Values, limit int) tenant.Ask { return list.Ask(address, limit) }

// Address is what of an address the list knows, without the place in it.
func Address(address url.Values) url.Values { return list.Address(address) }

// List reads one page of the deputies that by may see: the county's, or those of the
// actor's own station's group.
func List(v *tenant.View, by auth.Actor, ask tenant.Ask) *tenant.Page[Item] {
	return tenant.PageOf[Item](v, &list, ask, where(by))
}

// Count counts what the ask shows, up to most.
func Count(v *tenant.View, by auth.Actor, ask tenant.Ask, most int) *int64 {
	return tenant.CountOf(v, &list, ask, where(by), most)
}

func where(by auth.Actor) postgres.Where {
	w := postgres.Where{SQL: []string{`d.county_id = @county and d.merged_into is null`}, Args: pgx.NamedArgs{}}
	switch by.Scope(auth.SeeDeputies) {
	case auth.WholeCounty:
	case auth.OwnStation:
		w.SQL = append(w.SQL, `exists (select from station_deputies g
			where g.county_id = @county and g.deputy_id = d.id and g.to_date is null and g.station_id = @my_station)`)
		w.Args["my_station"] = by.StationID
	default:
		w.SQL = append(w.SQL, `false`)
	}
	return w
}

// Export reads every deputy that the ask shows to by, in its order, and calls do for each.
func Export(ctx context.Context, db *tenant.DB, by auth.Actor, ask tenant.Ask, do func(Item) error) error {
	return tenant.Stream(ctx, db, by.County, &list, ask, where(by), do)
}
