package casefile

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/attachment"
	"lianluo/internal/audit"
	"lianluo/internal/auth"
	"lianluo/internal/tenant"
)

// Expired is a case whose files have been kept long enough.
type Expired struct {
	Number string
	Months int // that the county keeps files after a case was archived
}

// keepMonths is a county's setting, or the default of file_settings.
const keepMonths = `coalesce((select keep_months from file_settings where county_id = @county), 60)`

// ExpiredFiles reads the archived cases whose files have been kept long enough, some
// hundred at a time.
func ExpiredFiles(v *tenant.View) *[]Expired {
	return tenant.All[Expired](v, `select c.number, `+keepMonths+` as months from cases c
		where c.county_id = @county and c.state = 'archived'
			and exists (select from attachments a where a.county_id = @county and a.case_id = c.id and a.removed_at is null)
			and (select max(e.at) from case_events e where e.county_id = @county and e.case_id = c.id and e.step = 'archive')
				< @now::timestamptz - make_interval(months => `+keepMonths+`)
		order by c.number limit 500`, pgx.NamedArgs{"now": v.Now()})
}

// RemoveFiles removes the files of an expired case, each with its tombstone and its audit
// entry.
func (e Expired) RemoveFiles(ctx context.Context, tx *tenant.Tx) error {
	c, err := lock(ctx, tx, e.Number)
	if err != nil {
		return err
	}
	files, err := attachment.Of(ctx, tx, attachment.Case(c.ID))
	if err != nil {
		return err
	}
	by := auth.SystemOf(tx.County())
	for _, f := range files {
		if err := attachment.Remove(ctx, tx, by, f, fmt.Sprintf("保管期满，归档后保管 %d 个月。", e.Months)); err != nil {
			return err
		}
	}
	for _, f := range files { // after every other lock, as all audit
		if err := audit.Record(ctx, tx, by.Audit(), "file.expire", "case "+e.Number, map[string]any{"file": f.Key}); err != nil {
			return err
		}
	}
	return nil
}
