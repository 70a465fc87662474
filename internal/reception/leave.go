package reception

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"lianluo/internal/audit"
	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// LeaveInput is a leave as a form has it.
type LeaveInput struct {
	Deputy   int64
	From, To *calendar.Date
	Reason   string
}

// AwayDay is a day on which a deputy is on duty, and on leave.
type AwayDay struct {
	ID   int64         `json:"id"`
	Date calendar.Date `json:"date"`
}

// mineToo refuses a deputy who is in none of by's groups.
func mineToo(ctx context.Context, tx *tenant.Tx, by auth.Actor, deputy int64) error {
	args := pgx.NamedArgs{"deputy": deputy}
	n, err := postgres.Value[int64](ctx, tx, `select count(*) from station_deputies g where g.county_id = @county and g.deputy_id = @deputy
		and g.to_date is null and `+groupsWithin(by, args), args)
	if err == nil && (n == 0 || !by.May(auth.ChangeReceptions)) {
		return errs.Invalid{"deputy": "请选择本站的代表。"}
	}
	return err
}

// leavesWithin is whose leaves r by may see: the county all, a deputy's own, a station's those
// of its group.
func leavesWithin(by auth.Actor, args pgx.NamedArgs) string {
	switch by.Scope(auth.SeeReceptions) {
	case auth.WholeCounty:
		return `true`
	case auth.OwnRecord:
		args["me"] = by.DeputyID
		return `r.deputy_id = @me`
	case auth.OwnStation:
		args["my_stations"] = by.Stations()
		return `exists (select from station_deputies g where g.county_id = @county and g.deputy_id = r.deputy_id and g.to_date is null and g.station_id = any(@my_stations))`
	}
	return `false`
}

// dates checks from when to when.
func (in LeaveInput) dates(invalid errs.Invalid, today calendar.Date) {
	switch {
	case in.From == nil:
		invalid["from"] = "请填从哪一天起请假。"
	case in.To == nil:
		invalid["to"] = "请填请到哪一天。"
	case in.To.Before(*in.From):
		invalid["to"] = "请到哪一天，不能早于从哪一天起。"
	case in.To.Before(today):
		invalid["to"] = "这段假已经过了。"
	case in.To.Sub(*in.From) > 366:
		invalid["to"] = "一次请假最长一年。"
	}
}

// Away records that a deputy is on leave; a second press of the same button finds the
// first. On days on which the deputy is on duty already the page and the gaps say so.
func Away(ctx context.Context, tx *tenant.Tx, by auth.Actor, key uuid.UUID, in LeaveInput) (int64, error) {
	invalid := errs.Invalid{}
	in.dates(invalid, calendar.DateOf(tx.Now()))
	county.Needed(invalid, "reason", in.Reason, "请写明原因。", longLine)
	if err := mineToo(ctx, tx, by, in.Deputy); err != nil {
		wrong, ok := errors.AsType[errs.Invalid](err)
		if !ok {
			return 0, err
		}
		invalid["deputy"] = wrong["deputy"]
	}
	if err := invalid.Err(); err != nil {
		return 0, err
	}
	if err := holdDeputies(ctx, tx, []int64{in.Deputy}); err != nil { // nobody puts them on a day at this moment
		return 0, err
	}
	pressed, err := already(ctx, tx, "reception_leaves", key, errs.NotFound)
	if err == nil || !errors.Is(err, errs.NotFound) {
		return pressed, err
	}
	if err := beside(ctx, tx, invalid, in); err != nil {
		return 0, err
	}
	if err := invalid.Err(); err != nil {
		return 0, err
	}
	id, err := postgres.Value[int64](ctx, tx, `insert into reception_leaves (county_id, submission_key, deputy_id, from_date, to_date, reason, by_id, by_name, at)
		values (@county, @key, @deputy, @from, @to, @reason, @by, @by_name, @now) on conflict (county_id, submission_key) do nothing returning id`,
		pgx.NamedArgs{"key": key, "deputy": in.Deputy, "from": in.From, "to": in.To, "reason": strings.TrimSpace(in.Reason),
			"by": by.UserID, "by_name": by.Name, "now": tx.Now()})
	if err != nil {
		return already(ctx, tx, "reception_leaves", key, err)
	}
	return id, audit.Record(ctx, tx, by.Audit(), "reception.away", "leave "+itoa(id),
		map[string]any{"from": in.From.String(), "to": in.To.String(), "reason": strings.TrimSpace(in.Reason)})
}

// beside says at from that the deputy is on leave in that time already.
func beside(ctx context.Context, tx *tenant.Tx, invalid errs.Invalid, in LeaveInput) error {
	type span struct{ FromDate, ToDate calendar.Date }
	there, err := postgres.All[span](ctx, tx, `select from_date, to_date from reception_leaves where county_id = @county and deputy_id = @deputy and ended_at is null
		and from_date <= @to and @from <= to_date order by from_date limit 1`, pgx.NamedArgs{"deputy": in.Deputy, "from": in.From, "to": in.To})
	if err != nil {
		return fmt.Errorf("leaves: %w", err)
	}
	if len(there) > 0 {
		invalid["from"] = there[0].FromDate.Chinese() + "到" + there[0].ToDate.Chinese() + "已经请了假，时间重了。日期要改的，先在请假列表里销假，再登记。"
	}
	return nil
}

// Back takes a leave back.
func Back(ctx context.Context, tx *tenant.Tx, by auth.Actor, id int64) error {
	deputy, err := postgres.Value[int64](ctx, tx, `select deputy_id from reception_leaves where county_id = @county and id = @id and ended_at is null
		for no key update`, pgx.NamedArgs{"id": id})
	if err != nil {
		return err
	}
	if err := mineToo(ctx, tx, by, deputy); err != nil {
		return errs.Refuse(errs.Forbidden, "这位代表不是本站的。")
	}
	_, err = postgres.Exec(ctx, tx, `update reception_leaves set ended_at = @now, ended_name = @by where county_id = @county and id = @id`,
		pgx.NamedArgs{"id": id, "now": tx.Now(), "by": by.Name})
	if err != nil {
		return fmt.Errorf("take a leave back: %w", err)
	}
	return audit.Record(ctx, tx, by.Audit(), "reception.back", "leave "+itoa(id), nil)
}
