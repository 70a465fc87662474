package duty

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/casefile"
	"lianluo/internal/deputy"
	"lianluo/internal/postgres"
	"lianluo/internal/reception"
	"lianluo/internal/tenant"
)

// Kind is what sort of entry of the record it is.
type Kind string

// The kinds.
const (
	Reception Kind = "reception" // 进站接待: a day on duty that took place
	Visit     Kind = "visit"     // 接待来访
	Heard     Kind = "heard"     // 听取反馈
)

// Kinds are the kinds with the names that pages give them.
var Kinds = []struct {
	Kind Kind
	Name string
}{{Reception, "进站接待"}, {Visit, "接待来访"}, {Heard, "听取反馈"}}

// Name is what pages call the kind.
func (k Kind) Name() string {
	for _, x := range Kinds {
		if x.Kind == k {
			return x.Name
		}
	}
	return string(k)
}

// list is a deputy's record, entry by entry. Its From takes whose it is.
var list = postgres.List{
	From: `(
		select r.id * 4 as id, 'reception' as kind, r.date as day, p.short_name as place, r.kind as form, r.theme, v.visits, v.persons, v.matters,
			null as number, null as title, null as way
		from ` + onDuty + `
		join stations p on p.county_id = @county and p.id = r.place_id
		cross join lateral (select count(*)::int as visits, coalesce(sum(x.persons), 0)::int as persons, coalesce(sum(
				(select count(*) from cases c where c.county_id = @county and c.visit_id = x.id)), 0)::int as matters
			from visits x join visit_deputies xd on xd.county_id = @county and xd.visit_id = x.id and xd.deputy_id = ` + self + `
			where x.county_id = @county and x.reception_id = r.id and ` + reception.CameTo + `) v
		where t.deputy_id = ` + self + `
		union all
		select v.id * 4 + 1, 'visit', ` + calendar.DayOf("v.received_at") + `, p.short_name, v.way, null, 1, v.persons,
			(select count(*)::int from cases c where c.county_id = @county and c.visit_id = v.id), null, null, null
		from visit_deputies vd join visits v on v.county_id = @county and v.id = vd.visit_id
		join stations p on p.county_id = @county and p.id = v.place_id
		where vd.county_id = @county and vd.deputy_id = ` + self + `
		union all
		select min(f.id) * 4 + 2, 'heard', min(f.told_on), p.short_name, null, null, 0, 0, 1, c.number, c.title, min(f.way)
		from case_feedbacks f join cases c on c.county_id = @county and c.id = f.case_id
		join stations p on p.county_id = @county and p.id = c.place_id
		where f.county_id = @county and f.deputy_id = ` + self + ` and ` + casefile.Heard + ` group by c.county_id, c.id, p.short_name) e`,
	Joins:  `left join cases c on c.county_id = @county and c.number = e.number`,
	ID:     `e.id`,
	Orders: []postgres.Order{{Name: "day", By: `e.day`, Type: "date", Desc: true}},
	Filters: []postgres.Filter{
		{Name: "kind", Kind: postgres.Choice, Of: []string{string(Reception), string(Visit), string(Heard)}, Where: `e.kind = @kind`},
		{Name: "from", Kind: postgres.Day, Where: `e.day >= @from::date`},
		{Name: "to", Kind: postgres.Day, Where: `e.day <= @to::date`},
		{Name: "deputy", Kind: postgres.Word}, // whose record: the 档案号
	},
}

// Entry is one entry of a deputy's record.
type Entry struct {
	tenant.Row
	Kind    Kind
	Day     calendar.Date
	Place   string
	Form    *string // of a reception: fixed, mobile …; of a visit: how somebody came
	Theme   *string
	Visits  int32
	Persons int32
	Matters int32
	Number  *string // of what was heard about
	Title   *string // nil where the reader may not see it
	Way     *string // how it was told
}

// Ask reads the address of a deputy's record.
func Ask(address url.Values, limit int) tenant.Ask { return list.Ask(address, limit) }

// Address is what of an address the record knows, without the place in it.
func Address(address url.Values) url.Values { return list.Address(address) }

// List queues one page of the record of the deputy whom the ask names. Whoever may see the
// deputy sees the record; what a feedback was about shows only to whoever may open the case.
func List(v *tenant.View, by auth.Actor, ask tenant.Ask) *tenant.Page[Entry] {
	l, w := listFor(by, ask)
	return tenant.PageOf[Entry](v, l, ask, w)
}

// Count counts what the ask shows, up to most.
func Count(v *tenant.View, by auth.Actor, ask tenant.Ask, most int) *int64 {
	l, w := listFor(by, ask)
	return tenant.CountOf(v, l, ask, w, most)
}

// Export reads every entry that the ask shows, in its order, and calls do for each.
func Export(ctx context.Context, db *tenant.DB, by auth.Actor, ask tenant.Ask, do func(Entry) error) error {
	l, w := listFor(by, ask)
	return tenant.Stream(ctx, db, by.County, l, ask, w, do)
}

// listFor is the list as by reads it, and the condition that by sees the deputy at all.
func listFor(by auth.Actor, ask tenant.Ask) (*postgres.List, postgres.Where) {
	l, seen := list, deputy.Scope(by)
	number, _ := strconv.ParseInt(ask.Value("deputy"), 10, 32)
	seen.Args["deputy"] = number
	within := casefile.Within(by, seen.Args)
	l.Columns = `e.kind, e.day, e.place, e.form, e.theme, e.visits, e.persons, e.matters,
		case when e.number is not null and ` + within + ` then e.number end as number,
		case when e.number is not null and ` + within + ` then e.title end as title, e.way`
	w := postgres.Where{Args: seen.Args, SQL: []string{`exists (select from deputies d where d.number = @deputy and ` + strings.Join(seen.SQL, ` and `) + `)`}}
	return &l, w
}
