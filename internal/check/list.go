package check

import (
	"context"
	"net/url"
	"strconv"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/postgres"
	"lianluo/internal/station"
	"lianluo/internal/tenant"
)

// How a place stands by a checklist; one that lacks something may have lapsed as well.
const (
	Never   = "never"   // never checked
	Lapsed  = "lapsed"  // what was found no longer holds
	Lacking = "lacking" // something is missing
	Good    = "good"    // nothing is, and it holds
)

// States are all of them, with the names that pages give them.
var States = []struct{ State, Name string }{{Never, "从未核查"}, {Lapsed, "已过期"}, {Lacking, "有缺项"}, {Good, "达标"}}

const (
	isLapsed  = `(c.valid_until < @today::date) is true`
	isLacking = `exists (select from station_check_items i where ` + lacks + `)`
)

// conditions are States in SQL.
var conditions = map[string]string{
	Never:   `c.id is null`,
	Lapsed:  isLapsed,
	Lacking: isLacking,
	Good:    `(c.id is not null and not ` + isLapsed + ` and not ` + isLacking + `)`,
}

// list is the list of places that are in use, as they stand by one checklist.
var list = postgres.List{
	Columns: `s.id, s.code, s.kind, s.name, d.name as township, l.name as list, c.submission_key as newest, c.checked_on as on,
		c.checked_by as by, c.valid_until, ` + isLapsed + ` as lapsed,
		array(select i.name || '：' || i.missing from station_check_items i where ` + lacks + ` order by i.position, i.item_id) as missing`,
	From:  `stations s join checklists l on l.county_id = @county` + newest,
	Joins: `join divisions d on d.code = left(s.division_code, 9)`,
	ID:    `s.id`,
	Orders: []postgres.Order{
		{Name: "code", By: `s.code`, Type: "text"},
		{Name: "name", By: `left(coalesce(s.initials, s.name), 1) || s.name`, Type: "text"},
		{Name: "on", By: `c.checked_on`, Type: "date", Nullable: true},
	},
	Filters: []postgres.Filter{
		{Name: "list", Kind: postgres.Word},
		{Name: "state", Kind: postgres.Choice, Of: []string{Never, Lapsed, Lacking, Good}},
		{Name: "kind", Kind: postgres.Choice, Of: []string{"station", "point", "post"}, Where: `s.kind = @kind`},
		{Name: "township", Kind: postgres.Word, Where: `left(s.division_code, 9) = @township`},
		{Name: "item", Kind: postgres.ID, Where: `exists (select from station_check_items i where i.item_id = @item and ` + lacks + `)`},
	},
	Text: []string{`s.name`, `coalesce(s.initials, '')`, `s.code`},
}

// Line is a place in the list.
type Line struct {
	tenant.Row
	ID         int64
	Code       string
	Kind       string
	Name       string
	Township   string
	List       string
	Newest     *uuid.UUID // the key of its newest check; nil: never
	On         *calendar.Date
	By         *string
	ValidUntil *calendar.Date
	Lapsed     bool
	Missing    []string // 有档案：缺 9 月活动照片
}

// KindName is what the place is, as pages say it.
func (l Line) KindName() string { return station.Item{Kind: l.Kind}.KindName() }

// States are how the line stands, in words: 已过期, 有缺项, or 达标 alone.
func (l Line) States() []string {
	var states []string
	for _, s := range States {
		if s.State == Never && l.Newest == nil || s.State == Lapsed && l.Lapsed || s.State == Lacking && len(l.Missing) > 0 ||
			s.State == Good && l.Newest != nil && !l.Lapsed && len(l.Missing) == 0 {
			states = append(states, s.Name)
		}
	}
	return states
}

// Ask reads the address of the list.
func Ask(address url.Values, limit int) tenant.Ask { return list.Ask(address, limit) }

// Address is what of an address the list knows, without the place in it.
func Address(address url.Values) url.Values { return list.Address(address) }

// List reads one page of the county's places.
func List(v *tenant.View, by auth.Actor, ask tenant.Ask) *tenant.Page[Line] {
	return tenant.PageOf[Line](v, &list, ask, where(by, ask, calendar.DateOf(v.Now()).String()))
}

// Count counts what the ask shows, up to most.
func Count(v *tenant.View, by auth.Actor, ask tenant.Ask, most int) *int64 {
	return tenant.CountOf(v, &list, ask, where(by, ask, calendar.DateOf(v.Now()).String()), most)
}

// Export reads every place that the ask shows, in its order, and calls do for each.
func Export(ctx context.Context, db *tenant.DB, by auth.Actor, ask tenant.Ask, do func(Line) error) error {
	return tenant.Stream(ctx, db, by.County, &list, ask, where(by, ask, calendar.DateOf(db.Now()).String()), do)
}

// chosen is the checklist that is asked for, or the first in use.
const chosen = `(select k.id from checklists k where k.county_id = @county and not k.retired
	order by (k.id = @list_id) desc, k.position, k.id limit 1)`

func where(by auth.Actor, ask tenant.Ask, today string) postgres.Where {
	id, _ := strconv.ParseInt(ask.Value("list"), 10, 64)
	w := postgres.Where{SQL: []string{`s.county_id = @county`, `s.state in ('open', 'suspended')`, `l.id = ` + chosen},
		Args: pgx.NamedArgs{"today": today, "list_id": id}}
	if state := ask.Value("state"); state != "" {
		w.SQL = append(w.SQL, conditions[state])
	}
	if by.Scope(auth.SeeStations) != auth.WholeCounty {
		w.SQL = append(w.SQL, `false`)
	}
	return w
}

// Overview is how many places stand how, by the checklist that is asked for.
type Overview struct {
	ListID                            int64 // 0: the county has none in use
	All, Never, Lapsed, Lacking, Good int64
}

// OverviewOf queues the overview of the places that an ask shows, whatever state it asks for.
func OverviewOf(v *tenant.View, ask tenant.Ask) *Overview {
	id, _ := strconv.ParseInt(ask.Value("list"), 10, 64)
	counted := func(state string) string { return `count(*) filter (where ` + conditions[state] + `) as ` + state }
	return tenant.One[Overview](v, `select coalesce(max(l.id), 0) as list_id, count(*) as all, `+counted(Never)+`, `+counted(Lapsed)+`, `+
		counted(Lacking)+`, `+counted(Good)+` from `+list.From+`
		where s.county_id = @county and s.state in ('open', 'suspended') and l.id = `+chosen,
		pgx.NamedArgs{"today": calendar.DateOf(v.Now()).String(), "list_id": id})
}
