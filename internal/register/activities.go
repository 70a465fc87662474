package register

import (
	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/casefile"
	"lianluo/internal/null"
	"lianluo/internal/postgres"
	of "lianluo/internal/reception"
	"lianluo/internal/sheet"
	"lianluo/internal/tenant"
)

// activity is something that deputies did: a reception day that took place, or a call, a
// visit to a household or a citizen received on another day.
type activity struct {
	tenant.Row
	DayID    *int64 // of a reception day
	Day      calendar.Date
	Kind     string
	Theme    *string
	Station  string
	Place    string
	Deputies []string
	Visits   int32
	Persons  int32
	Matters  int32
	Recorded *string
	Organs   *string // that came, or else were invited
}

// kindName is what the activity is called: a day as the rota calls it, a visit beside one as the desk.
func (a activity) kindName() string {
	if name := of.NameOf(of.Kinds, a.Kind); name != a.Kind {
		return name
	}
	return casefile.NameOf(casefile.Ways, a.Kind)
}

// activities is 代表活动记录簿: who came to no reception day is an activity alone. Other activities come later, from their own entries.
var activities rows = source[activity]{
	list: postgres.List{
		Columns: `e.day_id, e.day, e.kind, e.theme, s.short_name as station, p.short_name as place,
			array(select d.name from deputies d where d.county_id = @county and ` + tookPart + ` order by d.id) as deputies,
			e.visits, e.persons, ` + matterCount + ` as matters, e.recorded, e.organs`,
		Joins: `join stations s on s.county_id = @county and s.id = e.station_id
			join stations p on p.county_id = @county and p.id = e.place_id`,
		ID:     `e.id`,
		Orders: []postgres.Order{{Name: "day", By: `e.day`, Type: "date"}},
		Filters: append(append(placed(`e.station_id`, `e.place_id`), days(`e.day`)...),
			postgres.Filter{Name: "deputy", Kind: postgres.Word, Where: `exists (select from deputies d
				where d.county_id = @county and ` + tookPart + ` and strpos(d.name, @deputy) > 0)`}),
	},
	arms: arms,
	within: func(by auth.Actor, args pgx.NamedArgs) []string {
		if by.Scope(auth.SeeRegisters) == auth.OwnRecord {
			args["my_deputy"] = by.DeputyID
			return []string{`(e.visit_id is not null or @my_deputy = any(e.deputies))`} // see arms
		}
		return stationed(by, args, `e.station_id`)
	},
	adds: func(a activity) Total {
		return Total{Visits: int(a.Visits), Persons: int(a.Persons), Matters: int(a.Matters)}
	},
	sums: sums{of: `e.visits, e.persons, ` + matterCount + ` as matters`, are: sumOfDays},
	link: func(a activity, _ Reader) string {
		if a.DayID == nil {
			return ""
		}
		return dayLink(*a.DayID)
	},
	fields: []field[activity]{
		{Field: Field{Key: "date", Name: "日期", Width: Narrow, Kind: sheet.Date, Centred: true, Leads: true},
			of: func(a activity, _ Reader) (any, error) { return a.Day, nil }},
		said("kind", "类型", Middle, activity.kindName).centred(),
		said("station", "联络站", Narrow, func(a activity) string { return a.Station }).centred().spare(),
		said("place", "地点", Middle, func(a activity) string { return a.Place }).centred(),
		said("deputies", "参加代表", Wide, func(a activity) string { return list(a.Deputies) }).centred(),
		said("content", "内容", Rest, activity.content),
		counted("visits", "来访批次", func(a activity) int32 { return a.Visits }).spare(),
		counted("persons", "人次", func(a activity) int32 { return a.Persons }).spare(),
		counted("matters", "意见数", func(a activity) int32 { return a.Matters }),
		said("recorded", "记录人", Narrow, func(a activity) string { return null.Value(a.Recorded) }).centred().spare(),
		said("organs", "邀请单位", Middle, func(a activity) string { return null.Value(a.Organs) }).spare(),
		blank[activity]("signature", "代表签名", Middle),
		blank[activity]("checked", "审核人", Narrow).spare(),
	},
}

// content says an activity in a line: what it was about, whom it met.
func (a activity) content() string {
	words := ""
	if a.Theme != nil {
		words = "主题：" + *a.Theme + "。"
	}
	if a.Visits == 0 {
		return words + "没有群众来访。"
	}
	words += "接待群众 "
	if a.Visits > 1 {
		words += itoa(a.Visits) + " 批 "
	}
	words += itoa(a.Persons) + " 人"
	if a.Matters > 0 {
		words += "，收集意见建议 " + itoa(a.Matters) + " 件"
	}
	return words + "。"
}

// matterCount is how many matters e brought: of a day it is in the row, of a visit read only for
// the rows of the page.
const matterCount = `coalesce(e.matters, (select count(*)::int from cases c where c.county_id = @county and c.visit_id = e.visit_id))`

// tookPart is whether deputy d took part in e: of a day they are in the row; of a visit they, and
// its matters, are read only for the rows of the page.
const tookPart = `(d.id = any(e.deputies) or d.id in (select vd.deputy_id from visit_deputies vd where vd.county_id = @county and vd.visit_id = e.visit_id))`

// arms are the days and the visits, each narrowed by its own columns, so that a year of one
// deputy or station reads no more than that.
func arms(by auth.Actor, ask tenant.Ask, args pgx.NamedArgs) string {
	days, visits := ``, ``
	if from, err := calendar.ParseDate(ask.Value("from")); err == nil {
		args["first_day"], args["first_moment"] = from, from.Start()
		days, visits = days+` and r.date >= @first_day`, visits+` and x.received_at >= @first_moment`
	}
	if to, err := calendar.ParseDate(ask.Value("to")); err == nil {
		args["last_day"], args["end"] = to, to.AddDays(1).Start()
		days, visits = days+` and r.date <= @last_day`, visits+` and x.received_at < @end`
	}
	if by.Scope(auth.SeeRegisters) == auth.OwnRecord {
		args["my_deputy"] = by.DeputyID
		days += ` and r.id in (select t.reception_id from ` + of.Counted + ` t where t.deputy_id = @my_deputy)`
		visits += ` and x.id in (select m.visit_id from visit_deputies m where m.county_id = @county and m.deputy_id = @my_deputy)`
	}
	return `(select r.id * 2 as id, r.id as day_id, null::bigint as visit_id, r.date as day, r.kind, r.theme, r.station_id, r.place_id, n.visits, n.persons, n.matters, r.reported_name as recorded, coalesce(r.organs, r.invited) as organs,
				array(select t.deputy_id from ` + of.Counted + ` t where t.reception_id = r.id) as deputies
			from receptions r ` + came + ` where r.county_id = @county and r.state <> 'cancelled' and ` + of.TookPlace + days + `
			union all
			select x.id * 2 + 1, null, x.id, ` + calendar.DayOf(`x.received_at`) + `, x.way, null, x.station_id, x.place_id, 1, x.persons,
				null, x.recorded_name, null, null
			from visits x left join receptions r on r.county_id = @county and r.id = x.reception_id
			where x.county_id = @county and (r.id is null or r.state = 'cancelled' or not ` + of.CameTo + `)
				and exists (select from visit_deputies vd where vd.county_id = @county and vd.visit_id = x.id)` + visits + `) e`
}
