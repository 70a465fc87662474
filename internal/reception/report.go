package reception

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/internal/null"
	"lianluo/internal/option"
	"lianluo/internal/tenant"
)

// Report is what came of a day.
type Report struct {
	Came    []int64 // of those on duty
	Besides []int64 // who came and was not on duty
	Organs  string  // 国家机关参加情况
	Note    string
}

// Held records that a day was held and who came; said again, it corrects what was said
// before. It returns errs.Invalid by field: a day to come cannot have been held, and one
// to which nobody came was cancelled. Where citizens came and no deputy, the note says why.
func Held(ctx context.Context, tx *tenant.Tx, by auth.Actor, id int64, version int32, in Report) error {
	c, err := hold(ctx, tx, by, id, version)
	if err != nil {
		return err
	}
	invalid := errs.Invalid{}
	switch {
	case c.State == Cancelled:
		return c.open()
	case c.Date.After(calendar.DateOf(tx.Now())):
		return errs.Refuse(errs.Conflict, "这一天还没有到。")
	case c.Date == calendar.DateOf(tx.Now()) && tx.Now().In(calendar.Shanghai).Format("15:04") < c.Starts:
		return errs.Refuse(errs.Conflict, "接待 "+c.Starts+" 才开始，开始以后再登记接待情况。")
	case len(in.Came)+len(in.Besides) == 0 && c.Visits > 0: // people came, so it is not cancelled
		county.Needed(invalid, "note", in.Note, "登记了来访，但一位代表都没有来，请写明原因。", longText)
	case len(in.Came)+len(in.Besides) == 0:
		invalid["came"] = "请选择来了哪些代表。一位都没有来的，请写明原因取消这一天。"
	}
	for _, deputy := range in.Came {
		if _, is := c.on(deputy); !is {
			invalid["came"] = "请在名单里选择；名单外来的代表，请在下面选。"
		}
	}
	in.Organs, in.Note = county.Trimmed(in.Organs), county.Trimmed(in.Note)
	county.Readable(invalid, "organs", in.Organs, longText)
	county.Readable(invalid, "note", in.Note, longText)
	if err := invalid.Err(); err != nil {
		return err
	}
	if err := c.besides(ctx, &in); err != nil {
		return err
	}
	c.changes.Set("state", c.StateName(), option.NameOf(States, WasHeld))
	c.changes.Set("organs", null.Value(c.Organs), in.Organs)
	c.changes.Set("note", null.Value(c.Note), in.Note)
	came := make([]tenant.Statement, len(c.Duty))
	for i, d := range c.Duty {
		is := slices.Contains(in.Came, d.ID)
		c.changes.Set("came "+d.Name, county.YesNo(null.Value(d.Came)), county.YesNo(is))
		came[i] = tenant.Statement{Args: pgx.NamedArgs{"id": id, "deputy": d.ID, "came": is},
			SQL: `update reception_deputies set came = @came where county_id = @county and reception_id = @id and deputy_id = @deputy`}
	}
	if c.State == WasHeld && len(c.changes) == 0 {
		return nil // pressed twice
	}
	if err := tx.Batch(ctx, came); err != nil {
		return fmt.Errorf("who came: %w", err)
	}
	err = c.write(ctx, `state = 'held', organs = @organs, note = @note, reported_at = @now, reported_by = @by, reported_name = @by_name`,
		pgx.NamedArgs{"organs": null.Of(in.Organs), "note": null.Of(in.Note), "now": tx.Now(), "by": by.UserID, "by_name": by.Name})
	if err != nil {
		return fmt.Errorf("what came of a day: %w", err)
	}
	return c.done(ctx, "reception.held", event{kind: "held"})
}

// besides puts those on the day who came without being on duty. A leave hinders nobody who came.
func (c *change) besides(ctx context.Context, in *Report) error {
	fresh := slices.Compact(slices.Sorted(slices.Values(in.Besides)))
	in.Came = slices.Concat(in.Came, fresh)
	fresh = slices.DeleteFunc(fresh, func(id int64) bool { _, is := c.on(id); return is }) // pressed twice
	if len(fresh) == 0 {
		return nil
	}
	found, err := c.known(ctx, c.tx, "besides", fresh)
	if err != nil {
		return err
	}
	clashes, err := busy(ctx, c.tx, fresh, c.Date, c.Starts, c.Ends, c.ID)
	if err != nil {
		return err
	}
	words := ""
	for _, clash := range clashes {
		if clash.Until == nil {
			words += clash.Words()
		}
	}
	for _, d := range found {
		if !d.Member {
			words += d.Name + outside
		}
	}
	if words != "" {
		return errs.Invalid{"besides": words}
	}
	if err := c.put(ctx, c.tx, fresh, false); err != nil {
		return err
	}
	for _, d := range found {
		c.Duty = append(c.Duty, OnDuty{ID: d.ID, Name: d.Name})
		if err := happened(ctx, c.tx, c.by, c.ID, event{kind: "joined", deputy: d.ID}); err != nil {
			return err
		}
	}
	return nil
}
