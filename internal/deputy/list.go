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
	Columns: `d.id, d.number, d.approved_at is not null as approved, d.name, d.gender, d.birth_year, d.certificate_no, d.duties,
		` + RunningLevels + ` as levels,
		array(select m.electoral_unit from mandates m where m.county_id = @county and m.deputy_id = d.id and m.to_date is null
			order by ` + levelOrder + `) as electoral_units,
		array(select s.short_name from station_deputies g join stations s on s.county_id = @county and s.id = g.station_id
			where g.county_id = @county and g.deputy_id = d.id and g.to_date is null order by s.code) as stations`,
	From: `deputies d`,
	ID:   `d.id`,
	Orders: []postgres.Order{
		{Name: "name", By: `left(coalesce(d.initials, d.name), 1) || d.name`, Type: "text"},
		{Name: "entered", By: `d.created_at`, Type: "timestamptz", Desc: true},
	},
	Filters: []postgres.Filter{
		{Name: "level", Kind: postgres.Choice, Of: Levels},
		{Name: "term", Kind: postgres.Word}, // see where
		{Name: "station", Kind: postgres.ID, Where: `exists (select from station_deputies g
			where g.county_id = @county and g.deputy_id = d.id and g.to_date is null and g.station_id = @station)`},
		{Name: "group", Kind: postgres.Choice, Of: []string{"none"}, Where: `@group = 'none' and ` + sits + ` and not exists (select from station_deputies g
			where g.county_id = @county and g.deputy_id = d.id and g.to_date is null)`},
		{Name: "state", Kind: postgres.Choice, Of: []string{"former"}, Where: `@state = 'former' and not ` + sits},
		{Name: "approval", Kind: postgres.Choice, Of: []string{"waiting"}, Where: `@approval = 'waiting' and d.approved_at is null`},
	},
	Text: []string{`d.name`, `coalesce(d.initials, '')`, `coalesce(d.duties, '')`, `coalesce(d.certificate_no, '')`},
}

// sits is a deputy with a running mandate.
const sits = `exists (select from mandates m where m.county_id = @county and m.deputy_id = d.id and m.to_date is null)`

// Item is a deputy in the list: public facts alone.
type Item struct {
	tenant.Row
	ID             int64
	Number         int32
	Approved       bool
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
	return tenant.PageOf[Item](v, &list, ask, where(by, ask))
}

// Count counts what the ask shows, up to most.
func Count(v *tenant.View, by auth.Actor, ask tenant.Ask, most int) *int64 {
	return tenant.CountOf(v, &list, ask, where(by, ask), most)
}

// CountPlaceless queues how many deputies no station's group has.
func CountPlaceless(v *tenant.View, by auth.Actor) *int64 {
	return Count(v, by, tenant.Ask{}.With("group", "none"), mostPlaceless)
}

const mostPlaceless = 10000

// where is whom by may see, and the filters that depend on each other: with a term the
// level is that of the term, also of one that is over.
func where(by auth.Actor, ask tenant.Ask) postgres.Where {
	w := postgres.Where{SQL: []string{`d.county_id = @county and d.merged_into is null`}, Args: pgx.NamedArgs{}}
	switch level, term := ask.Value("level"), ask.Value("term"); {
	case term != "":
		w.SQL = append(w.SQL, `exists (select from mandates m where m.county_id = @county and m.deputy_id = d.id and m.term = @of_term
			and (@of_level = '' or m.level = @of_level))`)
		w.Args["of_term"], w.Args["of_level"] = term, level
	case level != "":
		w.SQL = append(w.SQL, `exists (select from mandates m where m.county_id = @county and m.deputy_id = d.id and m.to_date is null and m.level = @of_level)`)
		w.Args["of_level"] = level
	}
	switch by.Scope(auth.SeeDeputies) {
	case auth.WholeCounty:
	case auth.OwnRecord:
		w.SQL, w.Args["myself"] = append(w.SQL, `d.id = @myself`), by.DeputyID
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
	return tenant.Stream(ctx, db, by.County, &list, ask, where(by, ask), do)
}
