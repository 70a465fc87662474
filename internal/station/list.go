package station

import (
	"context"
	"net/url"
	"time"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// Kinds are what a place may be, with the names that pages give them.
var Kinds = []struct{ Kind, Name string }{{"station", "联络站"}, {"point", "联络点"}, {"post", "服务岗"}}

// list is the list of stations, points and posts.
var list = postgres.List{
	Columns: `s.id, s.code, s.kind, s.name, s.short_name, r.short_name as root, d.name as township, s.address, s.phone, s.opening_hours, s.state,
		array(select n.name from station_functions f join functions n on n.county_id = @county and n.id = f.function_id
			where f.county_id = @county and f.station_id = s.id order by n.position, n.id) as functions,
		(select string_agg(o.name, '、' order by o.from_date, o.id) from station_officers o where o.county_id = @county and o.station_id = s.id
			and o.office = 'head' and (o.to_date is null or o.to_date >= @today)) as head`,
	From: `stations s`,
	Joins: `join stations r on r.county_id = @county and r.id = s.root_id
		join divisions d on d.code = left(r.division_code, 9)`,
	ID: `s.id`,
	Orders: []postgres.Order{
		{Name: "code", By: `s.code`, Type: "text"},
		{Name: "name", By: `left(coalesce(s.initials, s.name), 1) || s.name`, Type: "text"},
	},
	Filters: []postgres.Filter{
		{Name: "kind", Kind: postgres.Choice, Of: []string{"station", "point", "post"}, Where: `s.kind = @kind`},
		{Name: "state", Kind: postgres.Choice, Of: []string{Open, Suspended, Closed, Merged}, Where: `s.state = @state`},
		{Name: "used", Kind: postgres.Choice, Of: []string{"yes"}, Where: `@used = 'yes' and s.state in ('open', 'suspended')`},
		{Name: "root", Kind: postgres.ID, Where: `s.root_id = @root`},
		{Name: "township", Kind: postgres.Word, Where: `s.root_id in (select t.id from stations t
			where t.county_id = @county and left(t.division_code, 9) = @township)`},
		{Name: "function", Kind: postgres.ID, Where: `exists (select from station_functions f
			where f.county_id = @county and f.station_id = s.id and f.function_id = @function)`},
	},
	Text: []string{`s.name`, `coalesce(s.initials, '')`, `coalesce(s.address, '')`, `s.code`},
}

// Item is a place in the list.
type Item struct {
	tenant.Row
	ID           int64
	Code         string
	Kind         string
	Name         string
	ShortName    string
	Root         string // the 联络站 that it belongs to, in short
	Township     string
	Address      *string
	Phone        *string
	OpeningHours *string
	State        string
	Functions    []string
	Head         *string // 站长
}

// KindName is what the place is, as pages say it.
func (i Item) KindName() string { return kindName(i.Kind) }

// StateName is how the place stands, as pages say it.
func (i Item) StateName() string { return stateName(i.State) }

func kindName(kind string) string {
	for _, k := range Kinds {
		if k.Kind == kind {
			return k.Name
		}
	}
	return kind
}

func stateName(state string) string {
	for _, s := range States {
		if s.State == state {
			return s.Name
		}
	}
	return state
}

// Ask reads the address of a list of places.
func Ask(address url.Values, limit int) tenant.Ask { return list.Ask(address, limit) }

// Address is what of an address the list knows, without the place in it.
func Address(address url.Values) url.Values { return list.Address(address) }

// List reads one page of the county's places.
func List(v *tenant.View, by auth.Actor, ask tenant.Ask) *tenant.Page[Item] {
	return tenant.PageOf[Item](v, &list, ask, where(v.Now(), by))
}

// Count counts what the ask shows, up to most.
func Count(v *tenant.View, by auth.Actor, ask tenant.Ask, most int) *int64 {
	return tenant.CountOf(v, &list, ask, where(v.Now(), by), most)
}

func where(now time.Time, by auth.Actor) postgres.Where {
	w := postgres.Where{SQL: []string{`s.county_id = @county`}, Args: pgx.NamedArgs{"today": calendar.DateOf(now)}}
	if by.Scope(auth.SeeStations) != auth.WholeCounty {
		w.SQL = append(w.SQL, `false`)
	}
	return w
}

// Export reads every place that the ask shows, in its order, and calls do for each.
func Export(ctx context.Context, db *tenant.DB, by auth.Actor, ask tenant.Ask, do func(Item) error) error {
	return tenant.Stream(ctx, db, by.County, &list, ask, where(db.Now(), by), do)
}
