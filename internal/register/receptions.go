package register

import (
	"strconv"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/null"
	"lianluo/internal/option"
	"lianluo/internal/postgres"
	of "lianluo/internal/reception"
	"lianluo/internal/sheet"
	"lianluo/internal/tenant"
)

// reception is a reception day with what came of it.
type reception struct {
	tenant.Row
	DayID       int64
	Date        calendar.Date
	MeantOn     *calendar.Date // what its rule named
	Starts      string
	Ends        string
	Station     string
	Place       string
	Kind        string
	Theme       *string
	State       string
	Reason      *string
	Deputies    []string
	Substitutes []string
	Organs      *string // that came, or else are invited
	Route       *string // of a mobile day
	Note        *string // of what came of it
	Liaisons    []string
	Announced   *calendar.Date // first
	Visits      int32
	Persons     int32
	Matters     int32
}

// onDuty names the deputies of reception r.
func onDuty(substitute string) string {
	return `array(select d.name from reception_deputies rd join deputies d on d.county_id = @county and d.id = rd.deputy_id
		where rd.county_id = @county and rd.reception_id = r.id and ` + substitute + ` order by d.id)`
}

// came counts who came to reception r and what they brought.
const came = `cross join lateral (select count(*)::int as visits, coalesce(sum(x.persons), 0)::int as persons,
		coalesce(sum((select count(*) from cases c where c.county_id = @county and c.visit_id = x.id)), 0)::int as matters
	from visits x where x.county_id = @county and x.reception_id = r.id and ` + of.CameTo + `) n`

// sumOfDays adds up the lines of receptions and of activities.
const sumOfDays = `coalesce(sum(visits), 0)::int as visits, coalesce(sum(persons), 0)::int as persons, coalesce(sum(matters), 0)::int as matters`

// receptions is 接待日程安排表: the days of a period, held or to come.
var receptions rows = source[reception]{
	list: postgres.List{
		Columns: `r.id as day_id, r.date, r.meant_on, r.starts, r.ends, s.short_name as station, p.short_name as place, r.kind, r.theme, r.state, r.reason,
			coalesce(r.organs, r.invited) as organs, r.route, r.note,
			` + onDuty(`not rd.substitute`) + ` as deputies, ` + onDuty(`rd.substitute`) + ` as substitutes,
			array(select o.name from station_officers o where o.county_id = @county and o.station_id = r.station_id and o.office = 'liaison'
				and o.from_date <= r.date and (o.to_date is null or o.to_date >= r.date) order by o.id) as liaisons,
			(select min(` + calendar.DayOf(`x.at`) + `) from reception_notices x where x.county_id = @county and x.reception_id = r.id
				and x.act = 'published') as announced,
			n.visits, n.persons, n.matters`,
		From: `receptions r`,
		Joins: `join stations s on s.county_id = @county and s.id = r.station_id
			join stations p on p.county_id = @county and p.id = r.place_id ` + came,
		ID:     `r.id`,
		Orders: []postgres.Order{{Name: "date", By: `r.date`, Type: "date"}},
		Filters: append(append(placed(`r.station_id`, `r.place_id`), days(`r.date`)...),
			postgres.Filter{Name: "deputy", Kind: postgres.Word, Where: `exists (select from reception_deputies rd
				join deputies d on d.county_id = @county and d.id = rd.deputy_id
				where rd.county_id = @county and rd.reception_id = r.id and strpos(d.name, @deputy) > 0)`}),
	},
	within: func(by auth.Actor, args pgx.NamedArgs) []string {
		mine := stationed(by, args, `r.station_id`)
		if by.Scope(auth.SeeRegisters) == auth.OwnRecord {
			args["my_deputy"] = by.DeputyID
			mine = []string{`exists (select from reception_deputies m where m.county_id = @county and m.reception_id = r.id and m.deputy_id = @my_deputy)`}
		}
		return append(mine, `r.county_id = @county`,
			`(r.state <> 'cancelled' or r.touched or r.rule_id is null)`) // what a rule brings no more was never announced
	},
	link: func(r reception, _ Reader) string { return dayLink(r.DayID) },
	adds: func(r reception) Total {
		return Total{Visits: int(r.Visits), Persons: int(r.Persons), Matters: int(r.Matters)}
	},
	sums: sums{of: `n.visits, n.persons, n.matters`, joins: came, are: sumOfDays},
	fields: []field[reception]{
		{Field: Field{Key: "date", Name: "日期", Width: Narrow, Kind: sheet.Date, Centred: true, Leads: true},
			of: func(r reception, _ Reader) (any, error) { return r.Date, nil }},
		said("weekday", "星期", Narrowest, reception.weekday).centred(),
		said("hours", "时段", Wide, func(r reception) string { return r.Starts + "–" + r.Ends }).centred(),
		said("station", "联络站", Narrow, func(r reception) string { return r.Station }).centred().spare(),
		said("place", "接待地点", Middle, func(r reception) string { return r.Place }).centred(),
		said("kind", "接待方式", Middle, func(r reception) string { return option.NameOf(of.Kinds, r.Kind) }).centred(),
		said("theme", "主题", Wide, func(r reception) string { return null.Value(r.Theme) }),
		said("deputies", "接待代表", Rest, func(r reception) string { return list(r.Deputies) }).centred(),
		said("substitutes", "替补代表", Middle, func(r reception) string { return list(r.Substitutes) }).centred(),
		said("organs", "参加单位", Middle, func(r reception) string { return null.Value(r.Organs) }).spare(),
		said("route", "流动路线", Middle, func(r reception) string { return null.Value(r.Route) }).spare(),
		said("liaison", "联络员", Narrow, func(r reception) string { return list(r.Liaisons) }).centred().spare(),
		dated("announced", "公告日期", func(r reception) *calendar.Date { return r.Announced }).spare(),
		said("state", "情况", Middle, reception.standing).centred(),
		counted("visits", "来访批次", func(r reception) int32 { return r.Visits }),
		counted("persons", "人次", func(r reception) int32 { return r.Persons }).spare(),
		counted("matters", "意见数", func(r reception) int32 { return r.Matters }).spare(),
		said("note", "接待情况", Wide, func(r reception) string { return null.Value(r.Note) }).spare(),
		blank[reception]("remark", "备注", Middle).spare(),
	},
}

// dayLink is the page of a reception day.
func dayLink(id int64) string { return "/receptions/" + strconv.FormatInt(id, 10) }

func (r reception) weekday() string {
	words := r.Date.ChineseLong() // 2026年11月20日 星期五
	return string([]rune(words)[len([]rune(words))-1:])
}

func (r reception) standing() string {
	words := option.NameOf(of.States, r.State)
	switch {
	case r.Reason != nil:
		words += "：" + *r.Reason
	case (r.State == of.Planned || r.State == of.Published) && r.MeantOn != nil && *r.MeantOn != r.Date:
		words += "，由" + r.MeantOn.Chinese() + "顺延"
	}
	return words
}
