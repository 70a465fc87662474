package audit

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/tenant"
)

// Filter is what a list of entries shows. The zero value with a Limit is the newest.
type Filter struct {
	From, To time.Time // from From to before To; zero is no end
	Actor    string    // who did it: a name, or a login name, as a whole
	Actions  []string  // one of these; nil is all
	Subject  string    // how the subject's own name begins: XY2026-0012, XY2026-, wq.clerk
	Before   int64     // the key of the page before: entries older than this one
	Limit    int
}

// Line is an entry as lists show it.
type Line struct {
	Entry     int64 // its number in the county's record
	At        time.Time
	ActorName string
	ActorRole string
	Address   *string
	Action    string
	Subject   string
	Detail    *string // an object of JSON
}

// List queues one page of the county's entries, newest first. It reads one more than the
// limit, which tells whether another page follows; the key of that page is the Entry of
// the last that is shown.
func List(v *tenant.View, f Filter) *[]Line {
	where, args := f.where()
	args["limit"] = f.Limit + 1
	return tenant.All[Line](v, listSQL(where), args)
}

func listSQL(where string) string {
	return `select entry, at, actor_name, actor_role, address, action, subject, detail::text as detail
		from audit_entries where county_id = @county` + where + ` order by entry desc limit @limit`
}

// loginForm tells a login name from a person's.
var loginForm = regexp.MustCompile(`^[a-z0-9][a-z0-9._@-]*$`)

// where names only leakproof operators on columns: under row-level security no other
// uses an index. Nor does it say "or" of two columns, which no index serves in order.
func (f Filter) where() (string, pgx.NamedArgs) {
	args, where := pgx.NamedArgs{}, strings.Builder{}
	and := func(condition, name string, value any) {
		where.WriteString(` and ` + condition)
		args[name] = value
	}
	if !f.From.IsZero() {
		and(`at >= @from and entry > coalesce(`+nearest(`at < @from_slack order by e.at desc, e.entry desc`)+`, 0)`, "from", f.From)
		args["from_slack"] = f.From.Add(-slack)
	}
	if !f.To.IsZero() {
		and(`at < @to and entry < coalesce(`+nearest(`at >= @to_slack order by e.at, e.entry`)+`, `+newest+`)`, "to", f.To)
		args["to_slack"] = f.To.Add(slack)
	}
	switch login := strings.ToLower(f.Actor); {
	case f.Actor == "":
	case loginForm.MatchString(login):
		and(`actor_id = (select u.id from users u where u.county_id = @county and u.login_name = @login)`, "login", login)
	default:
		and(`actor_name = @actor`, "actor", f.Actor)
	}
	if f.Actions != nil {
		and(`action = any (@actions)`, "actions", f.Actions)
	}
	if f.Before != 0 {
		and(`entry < @before`, "before", f.Before)
	}
	if f.Subject != "" {
		where.WriteString(` and (` + f.subjects(args) + `)`)
	}
	return where.String(), args
}

// slack is longer than any transaction runs. Entries are numbered as transactions end and
// carry the time at which they began, so what is more than slack older has a lower number.
const slack = 24 * time.Hour

// newest is a number that no entry reaches.
const newest = `9223372036854775807`

// nearest is the number of the first entry that meets a condition, in its order. Days
// bound by it the numbers that are looked at, so that a day long ago is not searched for
// through all that came since.
func nearest(condition string) string {
	return `(select e.entry from audit_entries e where e.county_id = @county and e.` + condition + ` limit 1)`
}

// subjects is a range for every kind of subject that there is, since entries say
// "case XY2026-0012" and people type XY2026-0012.
func (f Filter) subjects(args pgx.NamedArgs) string {
	var ranges []string
	for i, kind := range kinds {
		low := kind.Kind + " " + kind.written(f.Subject)
		ranges = append(ranges, fmt.Sprintf(`subject >= @low%d and subject < @high%[1]d`, i))
		args[fmt.Sprintf("low%d", i)] = low
		args[fmt.Sprintf("high%d", i)] = low + "\U0010FFFF" // after everything that begins with low
	}
	return strings.Join(ranges, ` or `)
}
