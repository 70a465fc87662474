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
	"lianluo/internal/calendar"
	"lianluo/internal/casefile"
	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
	"lianluo/internal/unit"
)

// UnitStaffs are the answers to what becomes of a unit's accounts.
var UnitStaffs = []option.Option{{"move", "转到接收的单位"}, {"end", "身份结束"}}

// UnitClosing says how a unit ends. The fields of its form, and the keys of its
// errs.Invalid, are into, staff and reason.
type UnitClosing struct {
	Into   int64 // the unit that it goes into; 0: none, where nothing is open
	Staff  string
	Reason string
	Seen   string // UnitEnding.Seen as it was confirmed; "": not compared
}

// UnitEnding is what there is to decide about.
type UnitEnding struct {
	ID      int64
	Name    string
	Retired bool
	Into    *int64
	Lead    int64 // open cases
	Co      int64 // open orders beside the lead
	Staff   int64 // roles of accounts
}

// Seen sums up what a preview showed.
func (e UnitEnding) Seen() string { return fmt.Sprintf("%d-%d-%d-%d", e.ID, e.Lead, e.Co, e.Staff) }

// LookUnit reads what closing a unit is about; errs.NotFound where there is none.
func LookUnit(ctx context.Context, tx *tenant.Tx, id int64) (UnitEnding, error) {
	e, err := postgres.One[UnitEnding](ctx, tx, `select u.id, u.name, u.retired, u.successor_id as into,
			(select count(*) from cases c where c.county_id = @county and c.unit_id = u.id and c.outcome is null) as lead,
			(select count(*) from case_orders o join cases c on c.county_id = @county and c.id = o.case_id where o.county_id = @county
				and o.unit_id = u.id and o.part = 'co' and o.ended_at is null and c.outcome is null) as co,
			(select count(*) from user_roles r where r.county_id = @county and r.unit_id = u.id and (r.to_date is null or r.to_date >= @today)) as staff
		from units u where u.county_id = @county and u.id = @id`, pgx.NamedArgs{"id": id, "today": calendar.DateOf(tx.Now())})
	if err != nil {
		return e, fmt.Errorf("unit: %w", err)
	}
	return e, nil
}

// CloseUnit retires a unit, and gives what is open, its accounts and its usual categories to
// the one that it goes into. It returns errs.NotFound, errs.Forbidden, errs.Invalid by
// field, ErrChanged where a preview was confirmed that is true no more,
// and errs.Conflict for a unit that has ended in another way. Done twice it is done once.
func CloseUnit(ctx context.Context, tx *tenant.Tx, by auth.Actor, id int64, c UnitClosing) (done Done, err error) {
	if !by.May(auth.CloseNetwork) {
		return done, errs.Forbidden
	}
	if err := county.Lock(ctx, tx); err != nil {
		return done, err
	}
	e, err := LookUnit(ctx, tx, id)
	switch {
	case err != nil:
		return done, err
	case e.Retired && (e.Into == nil && c.Into == 0 || e.Into != nil && *e.Into == c.Into):
		return Done{Again: true}, nil
	case e.Retired:
		return done, errs.Refuse(errs.Conflict, "“"+e.Name+"”已经撤销或者并入别的单位了。")
	}
	if err := c.check(ctx, tx, e); err != nil {
		return done, err
	}
	if c.Seen != "" && c.Seen != e.Seen() {
		return done, ErrChanged
	}
	err = audit.Collect(ctx, tx, func(ctx context.Context) error {
		if done, err = endUnit(ctx, tx, by, id, c); err != nil {
			return err
		}
		detail := map[string]any{"reason": c.Reason, "cases": done.Cases, "accounts": done.Moved + done.Ended}
		return audit.Record(ctx, tx, by.Audit(), "network.close_unit", "unit "+e.Name, detail)
	})
	return done, err
}

// check judges the form by field.
func (c *UnitClosing) check(ctx context.Context, tx *tenant.Tx, e UnitEnding) error {
	invalid := errs.Invalid{}
	c.Reason = county.Trimmed(c.Reason)
	county.Needed(invalid, "reason", c.Reason, "请写明为什么撤并，以后的人看得明白。", 200)
	if e.Staff > 0 {
		among(invalid, "staff", c.Staff, UnitStaffs)
	}
	if c.Into == 0 {
		if n := e.Lead + e.Co; n > 0 {
			invalid["into"] = "还有 " + strconv.FormatInt(n, 10) + " 件在办，请选择由哪个单位接着办。"
		}
		if _, said := invalid["staff"]; !said && e.Staff > 0 && c.Staff == "move" {
			invalid["staff"] = "要转过去，请先选接收的单位；不转的，选“身份结束”。"
		}
		return invalid.Err()
	}
	found, err := postgres.All[struct{ ID int64 }](ctx, tx, `select id from units where county_id = @county and id = @id and not retired and id <> @self`,
		pgx.NamedArgs{"id": c.Into, "self": e.ID})
	if err != nil {
		return fmt.Errorf("unit: %w", err)
	}
	if len(found) == 0 {
		invalid["into"] = "请选择另一个在用的单位。"
	}
	return invalid.Err()
}

// endUnit does it. Cases are locked before units, as a step locks them; what was handed out
// until the unit is held goes along by the second look.
func endUnit(ctx context.Context, tx *tenant.Tx, by auth.Actor, id int64, c UnitClosing) (done Done, err error) {
	for range 2 {
		if c.Into != 0 {
			moved, err := casefile.MoveUnit(ctx, tx, by, casefile.Handover{From: id, To: c.Into, Reason: c.Reason})
			if err != nil {
				return done, err
			}
			done.Cases += moved
		}
		_, err := postgres.All[struct{ ID int64 }](ctx, tx, `select id from units where county_id = @county and id in (@id, @into) order by id for no key update`,
			pgx.NamedArgs{"id": id, "into": c.Into})
		if err != nil {
			return done, fmt.Errorf("unit: %w", err)
		}
	}
	s, err := settle(ctx, tx, by, `r.unit_id = any(@from)`, []int64{id}, auth.RoleGrant{By: by, UnitID: c.Into},
		func(auth.Role) bool { return c.Into != 0 && c.Staff == "move" })
	if err != nil {
		return done, err
	}
	done.add(s)
	facts, version, err := unit.FactsOf(ctx, tx, id)
	if err != nil {
		return done, err
	}
	if c.Into != 0 {
		if err := inherit(ctx, tx, by, c.Into, facts.Categories); err != nil {
			return done, err
		}
	}
	return done, unit.Retire(ctx, tx, by, id, unit.Retirement{Version: version, Successor: c.Into, Reason: c.Reason})
}

// inherit gives the unit that takes over the categories that the other usually got.
func inherit(ctx context.Context, tx *tenant.Tx, by auth.Actor, id int64, categories []int64) error {
	facts, version, err := unit.FactsOf(ctx, tx, id)
	if err != nil {
		return err
	}
	facts.Categories = slices.Concat(facts.Categories, categories)
	if err := unit.Change(ctx, tx, by, id, version, facts); err != nil {
		return fmt.Errorf("categories: %w", err)
	}
	return nil
}
