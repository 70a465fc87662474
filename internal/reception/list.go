package reception

import (
	"context"
	"net/url"
	"time"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/null"
	"lianluo/internal/option"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// Listing is one of the rota's lists: where it comes from, and who sees which of its rows.
type Listing[T interface{ Key() string }] struct {
	list   *postgres.List
	within func(by auth.Actor, args pgx.NamedArgs) []string
}

// Ask reads the address of the list.
func (l Listing[T]) Ask(address url.Values, limit int) tenant.Ask {
	return l.list.Ask(address, limit)
}

// Address is what of an address the list knows, without the place in it.
func (l Listing[T]) Address(address url.Values) url.Values { return l.list.Address(address) }

// Page queues one page of what by may see.
func (l Listing[T]) Page(v *tenant.View, by auth.Actor, ask tenant.Ask) *tenant.Page[T] {
	return tenant.PageOf[T](v, l.list, ask, l.where(by, ask, calendar.DateOf(v.Now())))
}

// Count counts what the ask shows, up to most.
func (l Listing[T]) Count(v *tenant.View, by auth.Actor, ask tenant.Ask, most int) *int64 {
	return tenant.CountOf(v, l.list, ask, l.where(by, ask, calendar.DateOf(v.Now())), most)
}

// Export reads every row that the ask shows, in its order, and calls do for each.
func (l Listing[T]) Export(ctx context.Context, db *tenant.DB, by auth.Actor, ask tenant.Ask, do func(T) error) error {
	return tenant.Stream(ctx, db, by.County, l.list, ask, l.where(by, ask, calendar.DateOf(db.Now())), do)
}

func (l Listing[T]) where(by auth.Actor, ask tenant.Ask, today calendar.Date) postgres.Where {
	year := today
	if typed, err := calendar.ParseDate(ask.Value("year") + "-01-01"); err == nil {
		year = typed
	}
	first, last := yearOf(year)
	args := pgx.NamedArgs{"today": today.String(), "first": first, "last": last}
	return postgres.Where{SQL: l.within(by, args), Args: args}
}

func values(all []option.Option) []string {
	of := make([]string, len(all))
	for i, n := range all {
		of[i] = n.Value
	}
	return of
}

// atStationOf is the filter by station, and fromTo those by date; day is the row's.
func atStationOf(column string) postgres.Filter {
	return postgres.Filter{Name: "station", Kind: postgres.ID, Where: column + ` = @station`}
}

func fromTo(from, to string) []postgres.Filter {
	return []postgres.Filter{{Name: "from", Kind: postgres.Day, Where: to + ` >= @from::date`}, {Name: "to", Kind: postgres.Day, Where: from + ` <= @to::date`}}
}

const (
	remindDays = `(select rota_remind::int from county_settings where county_id = @county)`
	isUnsaid   = `(` + isLive + ` and r.date < @today::date and r.date <= @today::date - ` + remindDays + `)`
	isEmpty    = `(r.date >= @today::date and ` + isShort + `)`
)

// Views are what the list of days may be narrowed to at once.
var Views = []option.Option{{"ahead", "还没到的"}, {"unsaid", "没人说结果的"}, {"empty", "没排满的"}, {"held", "已接待的"}, {"moved", "改过期的"}, {"cancelled", "取消的"}}

// Listed is a reception day in the list.
type Listed struct {
	tenant.Row
	ID           int64
	Date         calendar.Date
	Starts, Ends string
	Station      string
	Place        string
	Kind         string
	Theme        *string
	Organs       *string // that came, or else are invited
	Route        *string
	Deputies     []string
	Substitutes  []string
	Liaisons     []string // 联络员 of the station on the day
	State        string
	Reason       *string
	MeantOn      *calendar.Date
	PublishedAt  *time.Time
	Late         int32 // days since it is over, of one of which nobody said what came
	Visits       int32
	Persons      int32
	Matters      int32
}

// KindName is what the day is, and StateName how it stands, as pages say them.
func (l Listed) KindName() string { return option.NameOf(Kinds, l.Kind) }

// StateName is how the day stands, as pages say it.
func (l Listed) StateName() string { return option.NameOf(States, l.State) }

const liaisons = `array(select o.name from station_officers o where o.county_id = @county and o.station_id = r.station_id and o.office = 'liaison'
	and o.from_date <= r.date and (o.to_date is null or o.to_date >= r.date) order by o.id)`

func namesOn(substitute string) string {
	return `array(select d.name from reception_deputies rd join deputies d on d.county_id = @county and d.id = rd.deputy_id
		where rd.county_id = @county and rd.reception_id = r.id and ` + substitute + ` order by d.name, d.id)`
}

// shown leaves out what a rule brings no more and nobody has seen.
const shown = `(r.state <> 'cancelled' or r.touched or r.rule_id is null)`

// DayList is the list of reception days.
var DayList = Listing[Listed]{
	list: &postgres.List{
		Columns: `r.id, r.date, r.starts, r.ends, s.short_name as station, p.name as place, r.kind, r.theme, coalesce(r.organs, r.invited) as organs, r.route,
			` + namesOn(`not rd.substitute`) + ` as deputies, ` + namesOn(`rd.substitute`) + ` as substitutes, ` + liaisons + ` as liaisons,
			r.state, r.reason, r.meant_on, r.published_at, case when ` + isUnsaid + ` then @today::date - r.date else 0 end as late, n.visits, n.persons, n.matters`,
		From: `receptions r join stations s on s.county_id = @county and s.id = r.station_id join stations p on p.county_id = @county and p.id = r.place_id`,
		Joins: `cross join lateral (select count(*)::int as visits, coalesce(sum(x.persons), 0)::int as persons,
				coalesce(sum((select count(*) from cases c where c.county_id = @county and c.visit_id = x.id)), 0)::int as matters
			from visits x where x.county_id = @county and x.reception_id = r.id and ` + CameTo + `) n`,
		ID: `r.id`,
		Orders: []postgres.Order{{Name: "date", By: `r.date`, Type: "date"}, {Name: "station", By: `s.code`, Type: "text"},
			{Name: "published", By: `r.published_at`, Type: "timestamptz", Nullable: true}},
		Filters: append(fromTo(`r.date`, `r.date`), atStationOf(`r.station_id`),
			postgres.Filter{Name: "view", Kind: postgres.Choice, Of: values(Views), Where: `case @view when 'ahead' then r.state in ('planned', 'published') and r.date >= @today::date
				when 'unsaid' then ` + isUnsaid + ` when 'empty' then ` + isEmpty + ` when 'held' then r.state = 'held' when 'moved' then r.date <> r.meant_on
					or exists (select from reception_events e where e.county_id = @county and e.reception_id = r.id and e.kind = 'moved')
				else r.state = 'cancelled' end`},
			postgres.Filter{Name: "kind", Kind: postgres.Choice, Of: values(Kinds), Where: `r.kind = @kind`},
			postgres.Filter{Name: "state", Kind: postgres.Choice, Of: values(States), Where: `r.state = @state`}),
		Text: []string{`p.name`, `coalesce(r.theme, '')`, `coalesce(r.invited, '')`, `array_to_string(` + namesOn(`true`) + `, ' ')`},
	},
	within: func(by auth.Actor, args pgx.NamedArgs) []string {
		return []string{`r.county_id = @county`, shown, within(by, args)}
	},
}

// Gone is a leave in the list.
type Gone struct {
	tenant.Row
	ID        int64
	Deputy    string
	Stations  []string
	FromDate  calendar.Date
	ToDate    calendar.Date
	Reason    string
	ByName    string
	At        time.Time
	EndedAt   *time.Time
	EndedName *string
	Days      []AwayDay // on which the deputy is on duty all the same
}

// LeaveViews are what the list of leaves may be narrowed to at once.
var LeaveViews = []option.Option{{"running", "正在请假和将要请假的"}, {"over", "已经过了的"}, {"ended", "销假的"}}

// LeaveList is the list of leaves.
var LeaveList = Listing[Gone]{
	list: &postgres.List{
		Columns: `r.id, d.name as deputy, array(select s.short_name from station_deputies g join stations s on s.county_id = @county and s.id = g.station_id
				where g.county_id = @county and g.deputy_id = r.deputy_id and g.to_date is null order by s.code) as stations,
			r.from_date, r.to_date, r.reason, r.by_name, r.at, r.ended_at, r.ended_name,
			coalesce((select json_agg(json_build_object('id', x.id, 'date', x.date) order by x.date, x.id) from reception_deputies rd
				join receptions x on x.county_id = @county and x.id = rd.reception_id and x.state in ('planned', 'published')
				where r.ended_at is null and rd.county_id = @county and rd.deputy_id = r.deputy_id and x.date between r.from_date and r.to_date
					and x.date >= @today::date), '[]') as days`,
		From:   `reception_leaves r join deputies d on d.county_id = @county and d.id = r.deputy_id`,
		ID:     `r.id`,
		Orders: []postgres.Order{{Name: "from", By: `r.from_date`, Type: "date", Desc: true}, {Name: "deputy", By: `d.name`, Type: "text"}},
		Filters: append(fromTo(`r.from_date`, `r.to_date`),
			postgres.Filter{Name: "station", Kind: postgres.ID, Where: `exists (select from station_deputies x where x.county_id = @county and x.deputy_id = r.deputy_id
				and x.to_date is null and x.station_id = @station)`},
			postgres.Filter{Name: "view", Kind: postgres.Choice, Of: values(LeaveViews), Where: `case @view when 'ended' then r.ended_at is not null
				when 'over' then r.ended_at is null and r.to_date < @today::date else r.ended_at is null and r.to_date >= @today::date end`}),
		Text: []string{`d.name`, `coalesce(d.initials, '')`, `r.reason`},
	},
	within: func(by auth.Actor, args pgx.NamedArgs) []string {
		return []string{`r.county_id = @county`, leavesWithin(by, args)}
	},
}

// Moved is what happened to a day after it was settled.
type Moved struct {
	tenant.Row
	ID       int64
	DayID    int64
	Date     calendar.Date
	Station  string
	Kind     string
	Deputy   *string
	Instead  *string
	FromDate *calendar.Date
	ToDate   *calendar.Date
	Reason   *string
	ByName   string
	At       time.Time
}

// ChangeKinds are what may happen to a day.
var ChangeKinds = []option.Option{{"swapped", "换人"}, {"left", "去掉代表"}, {"joined", "加代表"}, {"moved", "改期"}, {"replanned", "按规则改"}, {"cancelled", "取消"}}

// ChangeList is the list of swaps and of what else happened to days: who came instead, and why.
var ChangeList = Listing[Moved]{
	list: &postgres.List{
		Columns: `e.id, r.id as day_id, r.date, s.short_name as station, e.kind, d.name as deputy, i.name as instead, e.from_date, e.to_date, e.reason, e.by_name, e.at`,
		From: `reception_events e join receptions r on r.county_id = @county and r.id = e.reception_id join stations s on s.county_id = @county and s.id = r.station_id
			left join deputies d on d.county_id = @county and d.id = e.deputy_id left join deputies i on i.county_id = @county and i.id = e.instead_id`,
		ID:     `e.id`,
		Orders: []postgres.Order{{Name: "at", By: `e.at`, Type: "timestamptz", Desc: true}, {Name: "date", By: `r.date`, Type: "date"}},
		Filters: append(fromTo(`r.date`, `r.date`), atStationOf(`r.station_id`),
			postgres.Filter{Name: "view", Kind: postgres.Choice, Of: values(ChangeKinds), Where: `e.kind = @view`}),
		Text: []string{`coalesce(d.name, '')`, `coalesce(i.name, '')`, `coalesce(e.reason, '')`},
	},
	within: func(by auth.Actor, args pgx.NamedArgs) []string {
		// Who is put on a day before it is announced is the rota being made, no change of it.
		return []string{`e.county_id = @county`, `(e.kind in ('swapped', 'left', 'moved', 'cancelled') or e.kind = 'joined' and exists (select from reception_notices n
			where n.county_id = @county and n.reception_id = r.id and n.at <= e.at)
			or e.kind = 'replanned' and exists (select from reception_deputies rd where rd.county_id = @county and rd.reception_id = r.id))`, within(by, args)}
	},
}

// Tally is how often a deputy served in a year.
type Tally struct {
	tenant.Row
	ID       int64
	Number   int32
	Deputy   string
	Stations []string
	Leading  bool
	Held     int64
	Ahead    int64
	Spared   int64 // times as a substitute
	Short    int64 // of the least that the county wants
}

// TallyViews are what the list of turns may be narrowed to at once.
var TallyViews = []option.Option{{"short", "次数不够的"}, {"never", "一次也没有的"}, {"leading", "领导干部代表"}}

const turnsOf = `(t.held + t.ahead)`

// TurnList is the list of deputies with their turns of a year.
var TurnList = Listing[Tally]{
	list: &postgres.List{
		Columns: `d.id, d.number, d.name as deputy, array(select s.short_name from station_deputies g join stations s on s.county_id = @county and s.id = g.station_id
				where g.county_id = @county and g.deputy_id = d.id and g.to_date is null order by s.code) as stations, d.leads as leading,
			t.held, t.ahead, t.spared, greatest(c.rota_least - ` + turnsOf + `, 0) as short`,
		From: `deputies d join county_settings c on c.county_id = @county
			cross join lateral (select count(*) filter (where t.state = 'held') as held, count(*) filter (where t.state <> 'held') as ahead, ` + spared + ` as spared
				from ` + Counted + ` t where t.deputy_id = d.id and t.date between @first and @last) t`,
		ID:     `d.id`,
		Orders: []postgres.Order{{Name: "turns", By: turnsOf, Type: "bigint"}, {Name: "deputy", By: `d.name`, Type: "text"}},
		Filters: []postgres.Filter{
			{Name: "year", Kind: postgres.Word},
			{Name: "station", Kind: postgres.ID, Where: `exists (select from station_deputies x where x.county_id = @county and x.deputy_id = d.id
				and x.to_date is null and x.station_id = @station)`},
			{Name: "view", Kind: postgres.Choice, Of: values(TallyViews), Where: `case @view when 'short' then ` + turnsOf + ` < c.rota_least
				when 'never' then ` + turnsOf + ` = 0 else d.leads end`}},
		Text: []string{`d.name`, `coalesce(d.initials, '')`},
	},
	within: func(by auth.Actor, args pgx.NamedArgs) []string {
		return []string{`d.county_id = @county`, `d.merged_into is null`, `exists (select from station_deputies g where g.county_id = @county and g.deputy_id = d.id
			and g.to_date is null and ` + groupsWithin(by, args) + `)`}
	},
}

// Words say what happened: 郭建国换成李秀英.
func (m Moved) Words() string {
	switch m.Kind {
	case "swapped":
		return null.Value(m.Deputy) + "换成" + null.Value(m.Instead)
	case "left":
		return "去掉" + null.Value(m.Deputy)
	case "joined":
		return "加进" + null.Value(m.Deputy)
	case "moved":
		return "由 " + m.FromDate.Chinese() + "改到 " + m.ToDate.Chinese()
	}
	return option.NameOf(ChangeKinds, m.Kind)
}
