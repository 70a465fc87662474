package reception

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/audit"
	"lianluo/internal/calendar"
	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

const noMember = "已经不在本站的代表小组"

// Vacate takes those of some deputies who are in the station's group no more off the days that
// are still to come, and corrects the notices that name them, or that name them otherwise than
// their record does by now. It is what deputy.Left asks for; a second time it changes nothing.
func Vacate(ctx context.Context, tx *tenant.Tx, deputies []int64) error {
	days, err := postgres.All[struct{ ID int64 }](ctx, tx, `select r.id from receptions r where r.county_id = @county and r.date >= @today
		and r.state in ('planned', 'published') and exists (select from reception_deputies rd
			where rd.county_id = @county and rd.reception_id = r.id and rd.deputy_id = any(@deputies)) order by r.id for no key update`,
		pgx.NamedArgs{"deputies": deputies, "today": calendar.DateOf(tx.Now())})
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
		if err := c.vacate(ctx, deputies); err != nil {
			return fmt.Errorf("day %d: %w", day.ID, err)
		}
	}
	return nil
}

// vacate empties the seats of those of the deputies who left. The rule still decides about the
// day: who is on duty goes with it.
func (c *change) vacate(ctx context.Context, deputies []int64) error {
	var left []int64
	for _, d := range c.Duty {
		if d.Left && d.Came == nil && slices.Contains(deputies, d.ID) {
			left = append(left, d.ID)
		}
	}
	if len(left) == 0 {
		return c.nameAnew(ctx)
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

// nameAnew corrects the notice of a published day whose deputies it names otherwise, as after
// two records became one.
func (c *change) nameAnew(ctx context.Context) error {
	if c.State != Published {
		return nil
	}
	told, err := postgres.Value[string](ctx, c.tx, `select body from reception_notices where county_id = @county and reception_id = @id
		order by version desc limit 1`, pgx.NamedArgs{"id": c.ID})
	if errors.Is(err, errs.NotFound) || err == nil && named(told) == named(c.Body()) {
		return nil
	}
	if err != nil {
		return err
	}
	return c.notice(ctx, corrected, "代表的档案有变动", "")
}

// named is the line of a notice that names the deputies.
func named(body string) string {
	for line := range strings.SplitSeq(body, "\n") {
		if strings.HasPrefix(line, "接待代表：") {
			return line
		}
	}
	return ""
}
