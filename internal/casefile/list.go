package casefile

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/postgres"
	"lianluo/internal/private"
	"lianluo/internal/tenant"
)

// cases is the list of cases. Its views are whoever looks at it's own, so List makes their
// condition; a view has its own order unless another is asked for.
var cases = postgres.List{
	Columns: `c.id, c.number, c.title, p.name as visitor, s.short_name as station, c.state, c.outcome, u.name as unit,
		c.due_on, c.due_provisional, c.supervised, c.restricted, c.round, c.registered_at, c.closed_at,
		(select count(*) from visit_returns x where x.county_id = @county and x.case_id = c.id) as returns,
		c.same_as is not null and exists (select from cases o where o.county_id = @county and o.id = c.same_as and o.closed_at <= c.registered_at) as again`,
	From: `cases c`,
	Joins: `join visit_contacts p on p.county_id = @county and p.visit_id = c.visit_id
		join stations s on s.county_id = @county and s.id = c.station_id
		left join units u on u.county_id = @county and u.id = c.unit_id`,
	ID: `c.id`,
	Orders: []postgres.Order{
		{Name: "due", By: `c.due_on`, Type: "date", Nullable: true},
		{Name: "registered", By: `c.registered_at`, Type: "timestamptz", Desc: true},
		{Name: "closed", By: `c.closed_at`, Type: "timestamptz", Desc: true, Nullable: true},
	},
	Filters: []postgres.Filter{
		{Name: "view", Kind: postgres.Choice, Of: viewNames()},
		{Name: "station", Kind: postgres.ID, Where: `c.station_id = @station`},
		{Name: "place", Kind: postgres.ID, Where: `c.place_id = @place`},
		{Name: "came", Kind: postgres.ID, Where: fmt.Sprintf(cameTo, `@came`)},
		{Name: "taken", Kind: postgres.ID, Where: fmt.Sprintf(wentTo, `@taken`)},
		{Name: "township", Kind: postgres.Word, Where: `c.station_id in (select t.id from stations t
			where t.county_id = @county and left(t.division_code, 9) = @township)`},
		{Name: "unit", Kind: postgres.ID, Where: `c.unit_id = @unit`},
		{Name: "deputy", Kind: postgres.ID, Where: `c.visit_id in (select x.visit_id from visit_deputies x
			join deputies d on d.county_id = @county and d.id = x.deputy_id where x.county_id = @county and d.number = @deputy)`},
		{Name: "category", Kind: postgres.ID, Where: `c.category_id in (select k.id from categories k
			where k.county_id = @county and (k.id = @category or k.parent_id = @category))`},
		{Name: "outcome", Kind: postgres.Choice, Of: outcomeNames(), Where: `c.outcome = @outcome`},
		{Name: "kept", Kind: postgres.Choice, Of: []string{"yes", "no"}, Where: `case @kept when 'yes' then ` + inTime + ` else ` + tooLate + ` end`},
		{Name: "rated", Kind: postgres.Choice, Of: []string{"yes", "silent"}, Where: `case @rated when 'yes' then ` + rated + ` else ` + silent + ` end`},
		{Name: "from", Kind: postgres.Day, Where: `c.registered_at >= (@from || ' 00:00+08')::timestamptz`},
		{Name: "to", Kind: postgres.Day, Where: `c.registered_at < (@to || ' 00:00+08')::timestamptz + interval '1 day'`},
	},
	Text: []string{textOfCase, textOfVisitor},
}

// What the search box looks in; the indexes of search_cases are on the same expressions.
const (
	textOfCase    = `case_text(c.number, c.title, c.words)`
	textOfVisitor = `person_text(p.name, p.initials)`
)

func viewNames() []string {
	names := make([]string, len(Views))
	for i, v := range Views {
		names[i] = string(v.View)
	}
	return names
}

func outcomeNames() []string {
	names := make([]string, len(Outcomes))
	for i, o := range Outcomes {
		names[i] = string(o)
	}
	return names
}

// Ask reads the address of a list of cases. Without a view it is what waits for whoever
// looks, or everything where something is looked for.
func Ask(address url.Values, limit int) tenant.Ask {
	address = withDefaults(address)
	return cases.Ask(address, limit)
}

// Address is what of an address the list of cases knows, without the place in the list.
func Address(address url.Values) url.Values { return cases.Address(withDefaults(address)) }

func withDefaults(address url.Values) url.Values {
	full := url.Values{}
	for name, values := range address {
		full[name] = values
	}
	if cases.Ask(address, 0).Value("view") == "" {
		full.Set("view", string(Waiting))
		if strings.TrimSpace(address.Get("q")) != "" {
			full.Set("view", string(ViewAll))
		}
	}
	if full.Get("sort") == "" {
		switch View(full.Get("view")) {
		case ViewClosed:
			full.Set("sort", "closed")
		case ViewAll:
			full.Set("sort", "registered")
		}
	}
	return full
}

// AskView asks for the first rows of a view.
func AskView(view View, limit int) tenant.Ask { return Ask(url.Values{"view": {string(view)}}, limit) }

// Item is a case in a list.
type Item struct {
	tenant.Row
	ID             int64
	Number         string
	Title          string
	Visitor        *string
	Station        string
	State          State
	Outcome        *Outcome
	Unit           *string
	DueOn          *calendar.Date
	DueProvisional bool
	Supervised     bool
	Restricted     bool
	Round          int16
	RegisteredAt   time.Time
	ClosedAt       *time.Time
	Returns        int64 // later visits about it
	Again          bool  // 再次反映: of what was closed already
}

// VisitorFor is the visitor's name as by may read it: units see it masked.
func (r Item) VisitorFor(by auth.Actor) string { return nameFor(r.Visitor, by) }

func nameFor(name *string, by auth.Actor) string {
	switch {
	case name == nil:
		return "匿名"
	case by.Role == auth.Unit:
		return private.MaskName(*name)
	}
	return *name
}

// List reads one page of the cases that by may see.
func List(v *tenant.View, by auth.Actor, ask tenant.Ask) *tenant.Page[Item] {
	return tenant.PageOf[Item](v, listFor(by), ask, where(v.Now(), by, ask))
}

// MostCounted bounds what Count counts: fewer where each text must be read.
func MostCounted(ask tenant.Ask) int64 {
	if ask.Plain() {
		return 200
	}
	return 10000
}

// Count counts the cases that by may see, up to MostCounted.
func Count(v *tenant.View, by auth.Actor, ask tenant.Ask) *int64 {
	return tenant.CountOf(v, listFor(by), ask, where(v.Now(), by, ask), int(MostCounted(ask)))
}

// Neighbour is a case beside another one in a list.
type Neighbour struct {
	tenant.Row
	Number string
}

// Beside reads the case before or behind a place in the list, other than number itself: none
// or one. at is the Key that number had in the list when by came from there; a step taken
// since, which moves it, changes nothing about what stood beside it.
func Beside(v *tenant.View, by auth.Actor, ask tenant.Ask, number, at string, before bool) *tenant.Page[Neighbour] {
	w := where(v.Now(), by, ask)
	w.SQL, w.Args["here"] = append(w.SQL, `c.number <> @here`), number
	list := listFor(by)
	list.Columns = `c.number`
	if ask = list.At(ask, at, before); ask.First() {
		w.SQL = append(w.SQL, `false`) // nobody's place
	}
	ask.Limit = 1
	return tenant.PageOf[Neighbour](v, list, ask, w)
}

// listFor is the list as by reads it: a unit, which sees names masked, does not look for them.
func listFor(by auth.Actor) *postgres.List {
	list := cases
	if by.Role == auth.Unit {
		list.Text = []string{textOfCase}
	}
	return &list
}

// mostFound is how many cases a search takes from the index. A term that stands in more is
// so frequent that reading the texts in the list's own order finds a page at once.
const mostFound = 2000

// Search looks the ask's terms up in the index, as a transaction of its own, and narrows the
// ask to what was found. An ask without terms comes back as it is.
func Search(ctx context.Context, db *tenant.DB, by auth.Actor, ask tenant.Ask) (tenant.Ask, error) {
	if len(ask.Terms) == 0 {
		return ask, nil
	}
	var found *[]int64
	err := db.View(ctx, by.County, func(v *tenant.View) {
		found = tenant.Found(v, `search_cases(@terms, @names, @most)`,
			pgx.NamedArgs{"terms": ask.Terms, "names": by.Role != auth.Unit, "most": mostFound + 1})
	})
	if err != nil || len(*found) > mostFound {
		return ask, err
	}
	return ask.Found(*found), nil
}

// where is who may see what, and the view.
func where(now time.Time, by auth.Actor, ask tenant.Ask) postgres.Where {
	args := pgx.NamedArgs{"today": calendar.DateOf(now)}
	conditions := []string{`c.county_id = @county`, Within(by, args)}
	switch view := View(ask.Value("view")); view {
	case ViewAll:
	case ViewClosed:
		conditions = append(conditions, `c.outcome is not null`)
	default:
		conditions = append(conditions, `c.outcome is null`, view.condition(by))
	}
	return postgres.Where{SQL: conditions, Args: args}
}

// Within is how far by may see of cases c, as SQL that takes args; a restricted case shows only to those on it.
func Within(by auth.Actor, args pgx.NamedArgs) string {
	if by.Scope(auth.SeeCases) == auth.Nowhere {
		return `false`
	}
	restricted := ``
	switch by.Role {
	case auth.CountyAdmin, auth.StationHead:
	case auth.Unit: // those that have it, below
	default:
		args["me"] = by.UserID
		restricted = ` and (not c.restricted or c.registered_by = @me or exists (select from case_events e
			where e.county_id = @county and e.case_id = c.id and e.actor_id = @me))`
	}
	switch by.Scope(auth.SeeCases) {
	case auth.WholeCounty:
		return `true` + restricted
	case auth.OwnStation:
		if len(by.Merged) == 0 {
			args["my_station"] = by.StationID
			return `c.station_id = @my_station` + restricted
		}
		args["my_stations"] = by.Stations()
		return `c.station_id = any(@my_stations)` + restricted
	case auth.OwnUnit:
		args["my_unit"] = by.UnitID
		return `(c.unit_id = @my_unit or exists (select from case_orders o where o.county_id = @county and o.case_id = c.id
			and o.unit_id = @my_unit and o.part = 'co'
			and (o.ended_at is null or not c.restricted and o.round = c.round and o.opinion_at is not null)))` + restricted
	case auth.OwnRecord:
		args["my_deputy"] = by.DeputyID
		return `exists (select from visit_deputies d where d.county_id = @county and d.visit_id = c.visit_id and d.deputy_id = @my_deputy)` + restricted
	}
	return `false`
}
