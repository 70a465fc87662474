package casefile

import (
	"strings"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
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
	ViewBack   View = "back"     // somebody came about it again, and nobody took a step since
	ViewOpen   View = "open"     // 全部在办
	ViewClosed View = "closed"   // 已办结
	ViewAll    View = "all"      // 全部事项, open or closed
)

// Views are the views with the names that pages give them.
var Views = []struct {
	View View
	Name string
}{
	{Waiting, "待我处理"}, {ViewSort, "待梳理分办"}, {ViewWork, "办理中"}, {ViewLate, "逾期"}, {ViewToday, "今天到期"},
	{ViewTell, "待反馈"}, {ViewRating, "待评价"}, {ViewBack, "又来过的"}, {ViewOpen, "全部在办"}, {ViewClosed, "已办结"},
	{ViewAll, "全部事项"},
}

// viewStates are the states of a view, written into its SQL: they come from here alone.
var viewStates = map[View]string{
	ViewSort:   `c.state in ('registered', 'sorted', 'reported', 'refusal_proposed')`,
	ViewWork:   `c.state in ('assigned', 'return_requested', 'handling', 'extension_requested', 'paused', 'submitted')`,
	ViewTell:   `c.state = 'approved'`,
	ViewRating: `c.state in ('awaiting_rating', 'review', 'study')`,
	ViewLate:   `c.due_on < @today and c.state <> 'awaiting_rating'`,
	ViewToday:  `c.due_on = @today and c.state <> 'awaiting_rating'`,
	ViewBack: `c.id in (select x.case_id from visit_returns x join cases o on o.county_id = @county and o.id = x.case_id and o.outcome is null
		where x.county_id = @county and not exists (select from case_events e where e.county_id = @county and e.case_id = x.case_id
			and e.at > x.created_at and e.step <> 'come_back' and e.actor_id is not null))`,
	ViewOpen: `true`,
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

// Counts is how many cases each view holds for whoever looks; only what is open is counted.
type Counts struct {
	Waiting, Sorting, Handling, Late, Today, Feedback, Rating, Back, Open int64
	WaitingLate                                                           int64 // of what waits for me
}

// Of is the count of one view; -1 where it is not counted.
func (c Counts) Of(view View) int {
	n, known := map[View]int64{Waiting: c.Waiting, ViewSort: c.Sorting, ViewWork: c.Handling, ViewLate: c.Late,
		ViewToday: c.Today, ViewTell: c.Feedback, ViewRating: c.Rating, ViewBack: c.Back, ViewOpen: c.Open}[view]
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
		count(viewStates[ViewRating], "rating"), count(viewStates[ViewBack], "back"), `count(*) as open`,
		count(waiting+` and `+viewStates[ViewLate], "waiting_late"),
	}, ", ")+` from cases c where c.county_id = @county and `+Within(by, args)+` and c.outcome is null`, args)
}
