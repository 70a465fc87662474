package casefile

import (
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/private"
	"lianluo/internal/tenant"
)

// View is a saved filter of the queue.
type View string

// The views, in the order of the page.
const (
	Waiting    View = "waiting"  // what waits for me
	ViewSort   View = "sorting"  // 待梳理分办
	ViewWork   View = "handling" // 办理中
	ViewLate   View = "late"     // 逾期
	ViewToday  View = "today"    // 今天到期
	ViewTell   View = "feedback" // 待反馈
	ViewRating View = "rating"   // 待评价
	ViewOpen   View = "open"     // 全部在办
	ViewClosed View = "closed"   // 已办结
)

// Views are the views with the names that pages give them.
var Views = []struct {
	View View
	Name string
}{
	{Waiting, "待我处理"}, {ViewSort, "待梳理分办"}, {ViewWork, "办理中"}, {ViewLate, "逾期"}, {ViewToday, "今天到期"},
	{ViewTell, "待反馈"}, {ViewRating, "待评价"}, {ViewOpen, "全部在办"}, {ViewClosed, "已办结"},
}

// viewStates are the states of a view, written into its SQL: they come from here alone.
var viewStates = map[View]string{
	ViewSort:   `c.state in ('registered', 'sorted', 'reported', 'refusal_proposed')`,
	ViewWork:   `c.state in ('assigned', 'return_requested', 'handling', 'extension_requested', 'paused', 'submitted')`,
	ViewTell:   `c.state = 'approved'`,
	ViewRating: `c.state in ('awaiting_rating', 'review', 'study')`,
	ViewLate:   `c.due_on < @today and c.state <> 'awaiting_rating'`,
	ViewToday:  `c.due_on = @today and c.state <> 'awaiting_rating'`,
	ViewOpen:   `true`,
}

// waitingFor is what waits for a role: the states in which the next step is its own.
var waitingFor = map[auth.Role]string{
	auth.Clerk: `(c.state in ('registered', 'approved') or c.state = 'sorted' and not exists (select from user_roles r
		join users u on u.county_id = @county and u.id = r.user_id where r.county_id = @county and r.role = 'station_head'
		and r.station_id = c.station_id and r.from_date <= @today and (r.to_date is null or r.to_date >= @today)
		and u.disabled_at is null))`, // without a head the clerk reports
	auth.StationHead:   `(c.state in ('sorted', 'review') or c.outer_level = 'township' and c.state in ('submitted', 'return_requested', 'extension_requested'))`,
	auth.CountyHandler: `(c.state in ('reported', 'refusal_proposed', 'review') or c.outer_level = 'county' and c.state in ('submitted', 'return_requested', 'extension_requested'))`,
	auth.CountyAdmin:   `(c.state in ('reported', 'refusal_proposed', 'review', 'study') or c.outer_level = 'county' and c.state in ('submitted', 'return_requested', 'extension_requested'))`,
	auth.CountyLeader:  `c.state = 'study'`,
	auth.Unit:          `c.state in ('assigned', 'handling')`,
	auth.Deputy:        `true`,
}

// Filter is what a list shows. The zero value shows the first page of what waits.
type Filter struct {
	View       View
	Number     string // a number, or its last digits
	StationID  int64
	UnitID     int64
	CategoryID int64 // of the first or the second level
	After      Key
	Limit      int
}

// Key is where a page ends: the next begins after it.
type Key struct {
	Due    *calendar.Date
	Closed *time.Time
	ID     int64
}

// Item is a case in a list.
type Item struct {
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
	ClosedAt       *time.Time
}

// Key is where the page ends if this is its last row.
func (r Item) Key() Key { return Key{r.DueOn, r.ClosedAt, r.ID} }

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

// List reads one page of the cases that by may see: what is open, nearest date first;
// what is closed, newest first. It reads one row more than the limit, which tells
// whether another page follows.
func List(v *tenant.View, by auth.Actor, f Filter) *[]Item {
	where, args := f.where(v, by)
	order := `c.due_on, c.id`
	if f.View == ViewClosed {
		order = `c.closed_at desc, c.id desc`
	}
	args["limit"] = f.Limit + 1
	return tenant.All[Item](v, `select c.id, c.number, c.title, p.name as visitor, s.short_name as station, c.state, c.outcome,
		u.name as unit, c.due_on, c.due_provisional, c.supervised, c.restricted, c.round, c.closed_at
		from cases c
		join visit_contacts p on p.county_id = @county and p.visit_id = c.visit_id
		join stations s on s.county_id = @county and s.id = c.station_id
		left join units u on u.county_id = @county and u.id = c.unit_id
		where `+where+` order by `+order+` limit @limit`, args)
}

func (f Filter) where(v *tenant.View, by auth.Actor) (string, pgx.NamedArgs) {
	args := pgx.NamedArgs{"today": calendar.DateOf(v.Now())}
	where := []string{`c.county_id = @county`, within(by, args)}
	if f.View == ViewClosed {
		where = append(where, `c.outcome is not null`)
	} else {
		where = append(where, `c.outcome is null`, f.View.condition(by))
	}
	if f.Number != "" {
		where = append(where, `(c.number = @number or right(c.number, length(@number) + 1) = '-' || @number)`)
		args["number"] = strings.ToUpper(f.Number)
	}
	if f.StationID != 0 {
		where = append(where, `c.station_id = @in_station`)
		args["in_station"] = f.StationID
	}
	if f.UnitID != 0 {
		where = append(where, `c.unit_id = @of_unit`)
		args["of_unit"] = f.UnitID
	}
	if f.CategoryID != 0 {
		where = append(where, `c.category_id in (select k.id from categories k
			where k.county_id = @county and (k.id = @category or k.parent_id = @category))`)
		args["category"] = f.CategoryID
	}
	if after := f.after(args); after != "" {
		where = append(where, after)
	}
	if !strings.Contains(strings.Join(where, " "), "@today") {
		delete(args, "today")
	}
	return strings.Join(where, " and "), args
}

// condition is the SQL of a view for whoever looks.
func (view View) condition(by auth.Actor) string {
	if condition := viewStates[view]; condition != "" {
		return condition
	}
	if condition := waitingFor[by.Role]; condition != "" {
		return condition
	}
	return `false`
}

// after begins the page behind a key; dates may be missing, and come last.
func (f Filter) after(args pgx.NamedArgs) string {
	if f.After.ID == 0 {
		return ""
	}
	args["after"] = f.After.ID
	switch {
	case f.View == ViewClosed && f.After.Closed != nil:
		args["after_closed"] = *f.After.Closed
		return `(c.closed_at, c.id) < (@after_closed, @after)`
	case f.After.Due != nil:
		args["after_due"] = *f.After.Due
		return `(c.due_on > @after_due or c.due_on = @after_due and c.id > @after or c.due_on is null)`
	}
	return `c.due_on is null and c.id > @after`
}

// within is how far by may see, as SQL; a restricted case shows only to those on it.
func within(by auth.Actor, args pgx.NamedArgs) string {
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
		args["my_station"] = by.StationID
		return `c.station_id = @my_station` + restricted
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

// Counts is how many cases each view holds for whoever looks; only what is open is counted.
type Counts struct {
	Waiting, Sorting, Handling, Late, Today, Feedback, Rating, Open int64
	WaitingLate                                                     int64 // of what waits for me
}

// Of is the count of one view; -1 where it is not counted.
func (c Counts) Of(view View) int {
	n, known := map[View]int64{Waiting: c.Waiting, ViewSort: c.Sorting, ViewWork: c.Handling, ViewLate: c.Late,
		ViewToday: c.Today, ViewTell: c.Feedback, ViewRating: c.Rating, ViewOpen: c.Open}[view]
	if !known {
		return -1
	}
	return int(n)
}

// CountOpen counts the open cases of each view in one scan.
func CountOpen(v *tenant.View, by auth.Actor) *Counts {
	args := pgx.NamedArgs{"today": calendar.DateOf(v.Now())}
	count := func(condition, name string) string {
		return `count(*) filter (where ` + condition + `) as ` + name
	}
	waiting := Waiting.condition(by)
	return tenant.One[Counts](v, `select `+strings.Join([]string{
		count(waiting, "waiting"), count(viewStates[ViewSort], "sorting"), count(viewStates[ViewWork], "handling"),
		count(viewStates[ViewLate], "late"), count(viewStates[ViewToday], "today"), count(viewStates[ViewTell], "feedback"),
		count(viewStates[ViewRating], "rating"), `count(*) as open`,
		count(waiting+` and `+viewStates[ViewLate], "waiting_late"),
	}, ", ")+` from cases c where c.county_id = @county and `+within(by, args)+` and c.outcome is null`, args)
}
