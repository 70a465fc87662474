package audit

import (
	"context"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// list is a county's record, newest first. Its conditions name only leakproof operators on
// columns: under row-level security no other uses an index. Nor do they say "or" of two
// columns, which no index serves in order.
var list = postgres.List{
	Columns: `a.entry, a.at, a.actor_name, a.actor_role, a.address, a.action, a.subject, a.detail::text as detail`,
	From:    `audit_entries a`,
	ID:      `a.entry`,
	Orders:  []postgres.Order{{Name: "entry", By: `a.entry`, Type: "bigint", Desc: true}},
	Filters: []postgres.Filter{
		{Name: "from", Kind: postgres.Day, Where: `a.at >= ` + midnight("@from") +
			` and a.entry > coalesce(` + nearest(`at < `+midnight("@from")+slackBefore+` order by e.at desc, e.entry desc`) + `, 0)`},
		{Name: "to", Kind: postgres.Day, Where: `a.at < ` + midnight("@to") + ` + interval '1 day'` +
			` and a.entry < coalesce(` + nearest(`at >= `+midnight("@to")+slackBehind+` order by e.at, e.entry`) + `, ` + newest + `)`},
		{Name: "actor", Kind: postgres.Word}, // who did it: a name, or a login name, as a whole
		{Name: "group", Kind: postgres.Choice, Of: groupNames()},
		{Name: "subject", Kind: postgres.Word}, // how the subject's own name begins: XY2026-0012, XY2026-, wq.clerk
	},
}

func midnight(day string) string { return `(` + day + ` || ' 00:00+08')::timestamptz` }

// A day of slack is longer than any transaction runs. Entries are numbered as transactions
// end and carry the time at which they began, so what is more than that older has a lower
// number.
const (
	slackBefore = ` - interval '1 day'`
	slackBehind = ` + interval '2 days'` // of the last day's midnight, which that day is behind
)

// newest is a number that no entry reaches.
const newest = `9223372036854775807`

// nearest is the number of the first entry that meets a condition, in its order. Days
// bound by it the numbers that are looked at, so that a day long ago is not searched for
// through all that came since.
func nearest(condition string) string {
	return `(select e.entry from audit_entries e where e.county_id = @county and e.` + condition + ` limit 1)`
}

func groupNames() []string {
	var names []string
	for _, g := range Groups {
		if Of(g.Group) != nil {
			names = append(names, g.Group)
		}
	}
	return names
}

// Line is an entry as lists show it.
type Line struct {
	tenant.Row
	Entry     int64 // its number in the county's record
	At        time.Time
	ActorName string
	ActorRole string
	Address   *string
	Action    string
	Subject   string
	Detail    *string // an object of JSON
}

// Ask reads the address of the list: from, to, actor, group, subject.
func Ask(address url.Values, limit int) tenant.Ask { return list.Ask(address, limit) }

// Address is what of an address the list knows, without the place in it.
func Address(address url.Values) url.Values { return list.Address(address) }

// List reads one page of the county's entries.
func List(v *tenant.View, ask tenant.Ask) *tenant.Page[Line] {
	return tenant.PageOf[Line](v, &list, ask, where(ask))
}

// MostCounted bounds what Count counts.
const MostCounted = 10000

// Countable reports whether a page may wait for Count. How many subjects begin with
// something PostgreSQL cannot guess, and so it may read the county's whole record for that.
func Countable(ask tenant.Ask) bool { return ask.Value("subject") == "" }

// Count counts what the ask shows, up to MostCounted.
func Count(v *tenant.View, ask tenant.Ask) *int64 {
	return tenant.CountOf(v, &list, ask, where(ask), MostCounted)
}

// Export reads every entry that the ask shows, in its order, and calls do for each.
func Export(ctx context.Context, db *tenant.DB, county tenant.County, ask tenant.Ask, do func(Line) error) error {
	return tenant.Stream(ctx, db, county, &list, ask, where(ask), do)
}

// Last reads the county's newest entry of an action: none or one.
func Last(v *tenant.View, action string) *tenant.Page[Line] {
	w := where(tenant.Ask{})
	w.SQL, w.Args["action"] = append(w.SQL, `a.action = @action`), action
	return tenant.PageOf[Line](v, &list, tenant.Ask{Limit: 1}, w)
}

// RecordSearch records for whom by looks, before what was found is shown and without it. An
// ask for nobody is not recorded.
func RecordSearch(ctx context.Context, db *tenant.DB, county tenant.County, by Actor, ask tenant.Ask) error {
	who := ask.Value("actor")
	if who == "" {
		return nil
	}
	return db.Update(ctx, county, func(tx *tenant.Tx) error {
		return Record(ctx, tx, by, "audit.search", "audit "+who, nil)
	})
}

// loginForm tells a login name from a person's.
var loginForm = regexp.MustCompile(`^[a-z0-9][a-z0-9._@-]*$`)

// where is the county, and the filters whose condition depends on what they are set to.
func where(ask tenant.Ask) postgres.Where {
	w := postgres.Where{SQL: []string{`a.county_id = @county`}, Args: pgx.NamedArgs{}}
	and := func(condition, name string, value any) {
		w.SQL, w.Args[name] = append(w.SQL, condition), value
	}
	actor := ask.Value("actor")
	switch login := strings.ToLower(actor); {
	case actor == "":
	case loginForm.MatchString(login):
		and(`a.actor_id = (select u.id from users u where u.county_id = @county and u.login_name = @login)`, "login", login)
	default:
		and(`a.actor_name = @actor`, "actor", actor)
	}
	if group := ask.Value("group"); group != "" {
		and(`a.action = any (@actions)`, "actions", Of(group))
	}
	if subject := ask.Value("subject"); subject != "" {
		w.SQL = append(w.SQL, subjects(subject, w.Args))
	}
	return w
}

// subjects is a range for every kind of subject that there is, since entries say
// "case XY2026-0012" and people type XY2026-0012.
func subjects(begin string, args pgx.NamedArgs) string {
	var ranges []string
	for i, kind := range kinds {
		low := kind.Kind + " " + kind.written(begin)
		ranges = append(ranges, fmt.Sprintf(`a.subject >= @low%d and a.subject < @high%[1]d`, i))
		args[fmt.Sprintf("low%d", i)] = low
		args[fmt.Sprintf("high%d", i)] = low + "\U0010FFFF" // after everything that begins with low
	}
	return `(` + strings.Join(ranges, ` or `) + `)`
}
