package reception

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/audit"
	"lianluo/internal/calendar"
	"lianluo/internal/deputy"
	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

const noMember = "已经不在本站的代表小组"

// Vacate takes those of some deputies who are in the station's group no more off the days that
// are still to come, tells who asked for them, and corrects the notices that name them; where
// their records became one or two, also those that name them otherwise than the records do by
// now. A second time it changes nothing.
func Vacate(ctx context.Context, tx *tenant.Tx, left deputy.Left) error {
	days, err := postgres.All[struct{ ID int64 }](ctx, tx, `select r.id from receptions r where r.county_id = @county and r.date >= @today
		and r.state in ('planned', 'published') and exists (select from reception_deputies rd
			where rd.county_id = @county and rd.reception_id = r.id and rd.deputy_id = any(@deputies)) order by r.id for no key update`,
		pgx.NamedArgs{"deputies": left.Deputies, "today": calendar.DateOf(tx.Now())})
	if err != nil {
		return fmt.Errorf("days of who left: %w", err)
	}
	for _, day := range days {
		c, err := holdForSystem(ctx, tx, day.ID, `state in ('planned', 'published')`)
		if errors.Is(err, errs.NotFound) {
			continue
		}
		if err != nil {
			return err
		}
		if err := c.vacate(ctx, left); err != nil {
			return fmt.Errorf("day %d: %w", day.ID, err)
		}
	}
	return nil
}

// vacate empties the seats of those of the deputies who left. The rule still decides about the
// day: who is on duty goes with it.
func (c *change) vacate(ctx context.Context, of deputy.Left) error {
	var left, expected []int64
	for _, d := range c.Duty {
		if !d.Left || d.Came != nil || !slices.Contains(of.Deputies, d.ID) {
			continue
		}
		if left = append(left, d.ID); !d.Substitute {
			expected = append(expected, d.ID)
		}
	}
	switch {
	case len(left) == 0 && of.Renamed:
		return c.nameAnew(ctx, of.Deputies)
	case len(left) == 0:
		return nil
	}
	_, err := postgres.Exec(ctx, c.tx, `delete from reception_deputies where county_id = @county and reception_id = @id and deputy_id = any(@left)`,
		pgx.NamedArgs{"id": c.ID, "left": left})
	if err != nil {
		return err
	}
	for _, id := range left {
		if err := happened(ctx, c.tx, c.by, c.ID, event{kind: "left", deputy: id, reason: noMember}); err != nil {
			return err
		}
	}
	for _, id := range expected {
		if err := reseat(ctx, c.tx, c.by, c.ID, id); err != nil {
			return err
		}
	}
	if _, err := postgres.Exec(ctx, c.tx, `update receptions set version = @version where county_id = @county and id = @id`,
		pgx.NamedArgs{"id": c.ID, "version": c.Version + 1}); err != nil {
		return err
	}
	if c.State == Published {
		if err := c.notice(ctx, corrected, "代表"+noMember, ""); err != nil {
			return err
		}
	}
	return audit.Record(ctx, c.tx, c.by.Audit(), "reception.leave", "reception "+itoa(c.ID),
		map[string]any{"name": c.Station + " " + c.Date.String(), "reason": noMember, "version": c.Version + 1})
}

// nameAnew corrects the notice of a published day that names somebody whom no record names so
// any more, or leaves one of the deputies out who comes, as after two records became one.
func (c *change) nameAnew(ctx context.Context, deputies []int64) error {
	if c.State != Published {
		return nil
	}
	told, err := postgres.Value[string](ctx, c.tx, `select body from reception_notices where county_id = @county and reception_id = @id
		order by version desc limit 1`, pgx.NamedArgs{"id": c.ID})
	if errors.Is(err, errs.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	names, right := named(told), true
	for _, d := range c.coming() {
		right = right && (slices.Contains(names, d.Name) || !slices.Contains(deputies, d.ID))
	}
	for _, name := range c.Names(false) { // who is on leave since may stand there
		if i := slices.Index(names, name); i >= 0 {
			names = slices.Delete(names, i, i+1)
		}
	}
	if right && len(names) == 0 {
		return nil
	}
	return c.notice(ctx, corrected, "代表的档案有变动", "")
}

// levels are what a notice says behind a name: （市、县人大代表）.
var levels = regexp.MustCompile(`（[^）]*）`)

// named are those whom a notice names, without their levels.
func named(body string) []string {
	for line := range strings.SplitSeq(body, "\n") {
		if names, is := strings.CutPrefix(line, "接待代表："); is {
			return strings.Split(levels.ReplaceAllString(names, ""), "、")
		}
	}
	return nil
}
