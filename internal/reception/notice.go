package reception

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/audit"
	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/deputy"
	"lianluo/internal/errs"
	"lianluo/internal/null"
	"lianluo/internal/option"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// What becomes of a notice.
const (
	published = "published"
	corrected = "corrected"
	withdrawn = "withdrawn"
)

// Acts are what becomes of a notice, as pages say it.
var Acts = []option.Option{{published, "发布"}, {corrected, "更正"}, {withdrawn, "撤回"}}

// Notice is one text of a day's notices, as it was published, corrected or withdrawn.
type Notice struct {
	Version int32
	Act     string
	Body    string
	Reason  *string // the office's own
	Public  *string // what citizens are told
	ByName  string
	At      time.Time
}

// Notices reads the notices of a day, newest first.
func Notices(v *tenant.View, id int64) *[]Notice {
	return tenant.All[Notice](v, `select version, act, body, reason, public_reason as public, by_name, at from reception_notices
		where county_id = @county and reception_id = @id order by version desc`, pgx.NamedArgs{"id": id})
}

// Happened is what happened to a day and to who is on duty, as its page tells it.
type Happened struct {
	Kind    string
	Deputy  *string
	Instead *string
	From    *calendar.Date
	To      *calendar.Date
	Reason  *string
	Public  *string // what citizens are told
	ByName  string
	At      time.Time
}

// History reads what happened to a day, oldest first.
func History(v *tenant.View, id int64) *[]Happened {
	return tenant.All[Happened](v, `select e.kind, d.name as deputy, i.name as instead, e.from_date as from, e.to_date as to, e.reason, e.public_reason as public, e.by_name, e.at
		from reception_events e left join deputies d on d.county_id = @county and d.id = e.deputy_id
		left join deputies i on i.county_id = @county and i.id = e.instead_id
		where e.county_id = @county and e.reception_id = @id order by e.id`, pgx.NamedArgs{"id": id})
}

// Title heads a day's notice.
func (e Entry) Title() string {
	if e.State == Cancelled {
		return e.StationName + "代表接待日取消公告"
	}
	return e.StationName + "代表接待日公告"
}

// Body is the text of a day's notice, a fact a line: when, where, who, about what.
func (e Entry) Body() string {
	where := e.Place
	if e.Address != nil {
		where += "（" + *e.Address + "）"
	}
	lines := []string{"接待时间：" + e.Date.ChineseLong() + " " + e.Starts + "–" + e.Ends, "接待地点：" + where}
	for _, line := range []struct{ name, text string }{{"路线", null.Value(e.Route)}, {"接待代表", strings.Join(e.receivers(), "、")},
		{"接待主题", null.Value(e.Theme)}, {"参加单位", null.Value(e.Invited)}, {"联系电话", null.Value(e.Phone)}} {
		if line.text != "" {
			lines = append(lines, line.name+"："+line.text)
		}
	}
	return strings.Join(lines, "\n")
}

// receivers are those on duty who are no substitutes, each with the levels.
func (e Entry) receivers() []string {
	var all []string
	for _, d := range e.coming() {
		all = append(all, deputy.Introduced(d.Name, d.Levels, e.County))
	}
	return all
}

// notice appends the day's notice as it stands after the change.
func (c *change) notice(ctx context.Context, act, reason, public string) error {
	e, err := postgres.One[Entry](ctx, c.tx, `select `+entryColumns+entryFrom+`and r.id = @id`, pgx.NamedArgs{"id": c.ID})
	if err != nil {
		return err
	}
	version, err := postgres.Value[int32](ctx, c.tx, `select coalesce(max(version), 0) + 1 from reception_notices where county_id = @county and reception_id = @id`,
		pgx.NamedArgs{"id": c.ID})
	if err != nil {
		return err
	}
	_, err = postgres.Exec(ctx, c.tx, `insert into reception_notices (county_id, reception_id, version, act, body, reason, public_reason, by_id, by_name, at)
		values (@county, @id, @version, @act, @body, @reason, @public, @by, @by_name, @now)`, pgx.NamedArgs{"id": c.ID, "version": version, "act": act,
		"body": e.Body(), "reason": null.Of(reason), "public": null.Of(public), "by": null.Of(c.by.UserID), "by_name": c.by.Name, "now": c.tx.Now()})
	if err != nil {
		return fmt.Errorf("notice: %w", err)
	}
	return nil
}

// Publish shows a day to everybody, on the station's page. It refuses (errs.Conflict) a day
// that is over, one that nobody is on, a place that is closed, and 走访, which brings
// deputies to people's homes.
func Publish(ctx context.Context, tx *tenant.Tx, by auth.Actor, id int64, version int32) error {
	c, err := hold(ctx, tx, by, id, version)
	if err != nil {
		return err
	}
	return c.publish(ctx)
}

func (c *change) publish(ctx context.Context) error {
	refusal := ""
	switch {
	case c.State == Published:
		return nil
	case c.State != Planned:
		return c.open()
	case c.Kind == "household":
		refusal = "走访是代表到群众家里去，不向外公告。"
	case c.Date.Before(calendar.DateOf(c.tx.Now())):
		refusal = "这一天已经过了，不用再公告。"
	case c.seated(false) == 0:
		refusal = "还没有排代表，排好以后再公告。"
	case len(c.coming()) == 0:
		refusal = "排的代表那天请了假，或者已经不在本站的代表小组，请先换人，再公告。"
	case !c.Open:
		refusal = "这个地点暂停或者关闭了，请先改地点。"
	}
	if refusal != "" {
		return errs.Refuse(errs.Conflict, refusal)
	}
	if err := c.show(ctx, "state = 'published', published_at = @now, withheld = false", pgx.NamedArgs{"now": c.tx.Now()}, published, Reason{}); err != nil {
		return err
	}
	return audit.Record(ctx, c.tx, c.by.Audit(), "reception.publish", "reception "+itoa(c.ID),
		map[string]any{"name": c.Station + " " + c.Date.String(), "version": c.Version + 1})
}

func (c *change) show(ctx context.Context, sets string, args pgx.NamedArgs, act string, why Reason) error {
	if err := c.write(ctx, sets, args); err != nil {
		return fmt.Errorf("publish a day: %w", err)
	}
	return c.notice(ctx, act, why.Inside, why.Public)
}

// Withdraw takes a day's notice back, with a reason: it is planned again, and nobody but a
// person publishes it. Its appointments stand, for most often a notice is taken back to be
// corrected: who was to come hears once the day is moved or cancelled.
func Withdraw(ctx context.Context, tx *tenant.Tx, by auth.Actor, id int64, version int32, why Reason) error {
	c, err := hold(ctx, tx, by, id, version)
	if err != nil {
		return err
	}
	if c.State != Published {
		return errs.Refuse(errs.Conflict, "这一天没有公告，不用撤回。")
	}
	invalid := errs.Invalid{}
	why.check(invalid, "请写明为什么撤回。")
	if err := invalid.Err(); err != nil {
		return err
	}
	if err := c.show(ctx, "state = 'planned', withheld = true", pgx.NamedArgs{}, withdrawn, why); err != nil {
		return err
	}
	return audit.Record(ctx, tx, by.Audit(), "reception.withdraw", "reception "+itoa(id),
		map[string]any{"name": c.Station + " " + c.Date.String(), "reason": why.Inside, "version": c.Version + 1})
}

// Due reads the days whose notices the county wants published by now: those that are near,
// on which somebody comes, at a place that is open, and whose notice nobody withdrew.
func Due(v *tenant.View) *[]int64 {
	return tenant.Value[[]int64](v, `select coalesce(array_agg(r.id order by r.date, r.id), '{}') from receptions r
		join county_settings c on c.county_id = @county
		join stations s on s.county_id = @county and s.id = r.station_id and s.state = 'open'
		join stations p on p.county_id = @county and p.id = r.place_id and p.state = 'open'
		where r.county_id = @county and r.state = 'planned' and not r.withheld and r.kind <> 'household'
			and c.rota_publish > 0 and r.date between @today and @today::date + c.rota_publish::int
			and `+somebodyComes,
		pgx.NamedArgs{"today": calendar.DateOf(v.Now())})
}

// PublishDue publishes one of the days of Due, for the system.
func PublishDue(ctx context.Context, tx *tenant.Tx, id int64) error {
	c, err := holdForSystem(ctx, tx, id, `state = 'planned' and not withheld`)
	if err != nil {
		return err
	}
	return c.publish(ctx)
}
