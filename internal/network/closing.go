package network

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"lianluo/internal/option"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/audit"
	"lianluo/internal/auth"
	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/reception"
	"lianluo/internal/tenant"
)

// The answers to what becomes of what hangs on a place.
var (
	Ways   = []option.Option{{"merge", "并入另一个"}, {"close", "关闭"}}
	Days   = []option.Option{{"move", "改由接收的站办"}, {"cancel", "取消"}}
	Groups = []option.Option{{"join", "进接收站的组"}, {"leave", "出组，以后再安排"}}
	Staffs = []option.Option{{"move", "站长和联络员都转到接收的站"}, {"clerks", "联络员转过去，站长的身份结束"}, {"end", "身份都结束"}}
	Belows = []option.Option{{"move", "改属接收的站"}, {"close", "一起撤"}}
)

// Closing says how a place or a township ends. The fields of its form, and the keys of its
// errs.Invalid, are way, into, reason, days, group, staff, below, and unit- with the id of a
// unit.
type Closing struct {
	Way    string // merge: its code leads on to Into; close: it leads nowhere
	Into   string // the code of the place that takes over; "": none, where nothing goes on
	Reason string
	Days   string
	Group  string
	Staff  string
	Below  string
	Units  map[int64]int64 // a unit → the one that it goes into; 0: it stays a unit, of the station that takes over
	Seen   string          // Ending.Seen as it was confirmed; "": not compared
}

// ErrChanged is a closing that was confirmed on other counts than there are now. It is an
// errs.Conflict.
var ErrChanged = fmt.Errorf("something has changed since the preview: %w", errs.Conflict)

// Done is what a closing did. The sessions of Users are for the caller to end.
type Done struct {
	Again                   bool // it was done before: nothing is changed
	Cases                   int
	Days, Members, Officers int64
	Places, Units           int
	Rules                   int              // of places that go on, for the station that takes over
	RulesEnded              []reception.Rule // with their places
	Villages                int              // that the place which takes over serves from now on
	Liaisons                []string         // who are 联络员 there from now on, by name
	People
}

// closing is a Closing while it is done.
type closing struct {
	Closing
	ctx  context.Context
	tx   *tenant.Tx
	by   auth.Actor
	e    Ending
	into *Place // nil: nothing takes over
	done Done
}

// Close closes the target as c says. It returns errs.NotFound, errs.Forbidden, errs.Invalid
// by field, ErrChanged where a preview was confirmed that is true no more,
// and errs.Conflict for what has ended in another way. Done twice it is done once.
func Close(ctx context.Context, tx *tenant.Tx, by auth.Actor, t Target, c Closing) (Done, error) {
	if !by.May(auth.CloseNetwork) {
		return Done{}, errs.Forbidden
	}
	if err := county.Lock(ctx, tx); err != nil {
		return Done{}, err
	}
	e, err := Look(ctx, tx, t)
	if err != nil {
		return Done{}, err
	}
	do := &closing{Closing: c, ctx: ctx, tx: tx, by: by, e: e}
	if err := do.receiver(); err != nil {
		return Done{}, err
	}
	if again, err := do.before(); again || err != nil {
		return Done{Again: again}, err
	}
	if err := do.hold(); err != nil {
		return Done{}, err
	}
	if do.e, err = Look(ctx, tx, t); err != nil { // whoever was registering has finished
		return Done{}, err
	}
	if err := do.check(); err != nil {
		return Done{}, err
	}
	if c.Seen != "" && c.Seen != do.e.Seen() {
		return Done{}, ErrChanged
	}
	err = audit.Collect(ctx, tx, func(ctx context.Context) error {
		do.ctx = ctx
		return do.all()
	})
	return do.done, err
}

// receiver reads the place that takes over.
func (c *closing) receiver() error {
	if c.Into == "" {
		return nil
	}
	found, err := postgres.All[Place](c.ctx, c.tx, `select `+placeColumns+` from stations s where s.county_id = @county and s.code = @code`,
		pgx.NamedArgs{"code": c.Into})
	if err != nil {
		return fmt.Errorf("closing: %w", err)
	}
	if len(found) > 0 {
		c.into = &found[0]
	}
	return nil
}

// before reports whether it was done before, as a second press of the button finds it, and
// refuses what has ended otherwise. What has ended and left something unsettled is settled now.
func (c *closing) before() (bool, error) {
	ended, same := 0, 0
	for _, p := range c.e.Places {
		if p.ended() {
			ended++
		}
		if c.Way == "merge" && c.into != nil && p.Successor != nil && *p.Successor == c.into.ID || c.Way == "close" && p.State == "closed" {
			same++
		}
	}
	switch {
	case ended == 0 || c.e.Left():
		return false, nil
	case same > 0:
		return true, nil
	}
	return false, errs.Refuse(errs.Conflict, "“"+c.e.Name+"”已经关闭或者合并过了。")
}

// hold keeps everybody from registering at the places, from making their days, and from closing
// the one that takes over, until the transaction ends.
func (c *closing) hold() error {
	held := append(ids(c.e.Places, c.e.Below), c.intoID())
	_, err := postgres.All[struct{ ID int64 }](c.ctx, c.tx, `select id from stations where county_id = @county and id = any(@ids) order by id for no key update`,
		pgx.NamedArgs{"ids": held})
	if err != nil {
		return fmt.Errorf("closing: %w", err)
	}
	return reception.HoldRules(c.ctx, c.tx, ids(c.e.Places, c.e.Below))
}

func (c *closing) intoID() int64 {
	if c.into == nil {
		return 0
	}
	return c.into.ID
}

// check judges the form by field.
func (c *closing) check() error {
	invalid := errs.Invalid{}
	c.Reason = county.Trimmed(c.Reason)
	county.Needed(invalid, "reason", c.Reason, "请写明为什么撤并，以后的人看得明白。", 200)
	among(invalid, "way", c.Way, Ways)
	if words := c.refuseReceiver(); words != "" {
		invalid["into"] = words
	}
	if c.e.Days > 0 {
		among(invalid, "days", c.Days, Days)
	}
	if len(c.e.Below) > 0 {
		among(invalid, "below", c.Below, Belows)
	}
	if c.e.Members > 0 {
		among(invalid, "group", c.Group, Groups)
	}
	if c.e.Heads+c.e.Clerks > 0 {
		among(invalid, "staff", c.Staff, Staffs)
	}
	if c.Into == "" && c.Way == "close" {
		c.alone(invalid)
	}
	if err := c.checkUnits(invalid); err != nil {
		return err
	}
	return invalid.Err()
}

func among(invalid errs.Invalid, field, value string, choices []option.Option) {
	if !option.Has(choices, value) {
		invalid[field] = "请选择一项。"
	}
}

// refuseReceiver says why the place cannot take over, or nothing.
func (c *closing) refuseReceiver() string {
	switch {
	case c.Into == "" && c.Way == "merge":
		return "请选择并入哪一个。"
	case c.Into == "" && (c.e.Cases > 0 || len(c.e.Units) > 0):
		return "还有 " + strconv.FormatInt(c.e.Cases, 10) + " 件在办、" + strconv.Itoa(len(c.e.Units)) + " 个单位，请选择由哪一个接收。"
	case c.Into == "":
		return ""
	case c.into == nil:
		return "没有代码是 " + c.Into + " 的站点。"
	case slices.Contains(ids(c.e.Places, c.e.Below), c.into.ID):
		return "不能由自己或者自己下面的接收，请另选一个。"
	case c.into.State != "open":
		return "“" + c.into.Name + "”没有开放，请另选一个。"
	case c.e.Station() && c.into.Kind != "station":
		return "联络站要由另一个联络站接收。"
	case c.e.Places[0].Kind == "point" && c.into.Kind == "post":
		return "联络点要由联络站或者另一个联络点接收。"
	}
	return ""
}

// alone: where nothing takes over, nothing can go there.
func (c *closing) alone(invalid errs.Invalid) {
	for field, there := range map[string]bool{"days": c.Days == "move" && c.e.Days > 0, "group": c.Group == "join" && c.e.Members > 0,
		"staff": c.Staff != "end" && c.e.Heads+c.e.Clerks > 0, "below": c.Below == "move" && len(c.e.Below) > 0} {
		if _, said := invalid[field]; there && !said {
			invalid[field] = "要转过去，请先选接收的站；不转的，选另一项。"
		}
	}
}

// checkUnits: a unit goes into another one of the station that takes over, or of the county.
func (c *closing) checkUnits(invalid errs.Invalid) error {
	for _, u := range c.e.Units {
		into := c.Units[u.ID]
		if into == 0 {
			continue
		}
		found, err := postgres.All[struct{ ID int64 }](c.ctx, c.tx, `select id from units where county_id = @county and id = @id and not retired
			and (station_id = @station or level = 'county')`, pgx.NamedArgs{"id": into, "station": c.intoID()})
		if err != nil {
			return fmt.Errorf("closing: %w", err)
		}
		if len(found) == 0 {
			invalid["unit-"+strconv.FormatInt(u.ID, 10)] = "请选择接收站的单位，或者县直部门。"
		}
	}
	return nil
}
