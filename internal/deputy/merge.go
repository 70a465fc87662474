package deputy

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/errs"
	"lianluo/internal/null"
	"lianluo/internal/postgres"
	"lianluo/internal/private"
	"lianluo/internal/tenant"
)

// Merging is two records of one person becoming one.
type Merging struct {
	Kept, Gone               int32    // numbers
	KeptVersion, GoneVersion int32    // of the page on which somebody compared them
	Take                     []string // of MergeFields: those that the kept record takes from the other
}

// MergeFields are the facts of which one is chosen, in the order of the page. Those not
// taken stay with the record that goes, and come back with it.
var MergeFields = []Word{{"name", "姓名"}, {"gender", "性别"}, {"birth_year", "出生年份"}, {"certificate_no", "代表证号"}, {"duties", "职务"},
	{"photo", "照片"}, {"phone", "私人电话"}, {"ethnicity", "民族"}, {"education", "学历"}, {"party", "政治面貌"}}

// moved is what a merger changed, so that it can be taken back exactly.
type moved struct {
	Facts      map[string][]byte `json:"facts,omitempty"`       // which changed places; the fingerprint of what the kept record has by it
	Mandates   []int64           `json:"mandates,omitempty"`    // whose deputy changed, by id
	Groups     []int64           `json:"groups,omitempty"`      //
	Shut       []int64           `json:"shut,omitempty"`        // groups that both were in: the other's ended
	Days       []int64           `json:"days,omitempty"`        // receptions
	BothDays   []int64           `json:"both_days,omitempty"`   // receptions that both were at
	BothSubs   []int64           `json:"both_subs,omitempty"`   // and the other as a substitute
	Visits     []int64           `json:"visits,omitempty"`      //
	BothVisits []int64           `json:"both_visits,omitempty"` // that both received
	Feedbacks  []int64           `json:"feedbacks,omitempty"`
	Accounts   []int64           `json:"accounts,omitempty"` // roles of a deputy's accounts
	Offices    []int64           `json:"offices,omitempty"`  // 站长 and so on
	Leaves     []int64           `json:"leaves,omitempty"`   // 请假
}

// Merge makes two records one: the facts that were chosen change places, and mandates,
// groups, days, visits, feedback and accounts go to the kept record. What both have, a
// group, a visit, the running mandate of a level, the kept one has once. The other record
// shows nowhere any more, and its number leads on. It returns errs.Conflict where either
// was changed since they were compared, or is merged already. The sessions of the users that
// it returns are the caller's to end: their accounts are of the kept record now.
func Merge(ctx context.Context, tx *tenant.Tx, keys private.Keys, by auth.Actor, m Merging) (users []int64, err error) {
	if err := mayChange(by); err != nil {
		return nil, err
	}
	pair, err := lockPair(ctx, tx, keys, m.Kept, m.Gone)
	if err != nil {
		return nil, err
	}
	kept, gone := &pair[0], &pair[1]
	if kept.Number != m.Kept {
		kept, gone = gone, kept
	}
	if kept.Version != m.KeptVersion || gone.Version != m.GoneVersion {
		return nil, errs.Refuse(errs.Conflict, "刚才有人改了其中一份档案，请重新核对以后再合并。")
	}
	var log moved
	if log.Facts, err = swap(ctx, tx, keys, kept, gone, m.Take); err != nil {
		return nil, err
	}
	if err := log.move(ctx, tx, kept.ID, gone.ID); err != nil {
		return nil, fmt.Errorf("merge %d into %d: %w", m.Gone, m.Kept, err)
	}
	if err := log.close(ctx, tx, by, kept.ID, gone.ID); err != nil {
		return nil, fmt.Errorf("merge %d into %d: %w", m.Gone, m.Kept, err)
	}
	if users, err = accounts(ctx, tx, log.Accounts); err != nil {
		return nil, err
	}
	return users, record(ctx, tx, by, "deputy.merge", m.Kept,
		map[string]any{"from": m.Gone, "to": m.Kept, "facts": m.Take, "version": kept.Version + 1})
}

// accounts are the users who have these roles.
func accounts(ctx context.Context, tx *tenant.Tx, roles []int64) ([]int64, error) {
	if len(roles) == 0 {
		return nil, nil
	}
	return ids(ctx, tx, `select distinct user_id from user_roles where county_id = @county and id = any(@roles)`, pgx.NamedArgs{"roles": roles})
}

// close marks the record that is gone, and keeps what was moved.
func (log moved) close(ctx context.Context, tx *tenant.Tx, by auth.Actor, kept, gone int64) error {
	text, err := json.Marshal(log)
	if err != nil {
		return err
	}
	return tx.Batch(ctx, []tenant.Statement{{
		SQL:  `update deputies set merged_into = @kept, version = version + 1 where county_id = @county and id = @gone`,
		Args: pgx.NamedArgs{"kept": kept, "gone": gone},
	}, {
		SQL:  `update deputies set version = version + 1 where county_id = @county and id = @kept`,
		Args: pgx.NamedArgs{"kept": kept},
	}, {
		SQL: `insert into deputy_merges (county_id, kept_id, gone_id, moved, at, by_id, by_name)
			values (@county, @kept, @gone, @moved::jsonb, @now, @by, @by_name)`,
		Args: pgx.NamedArgs{"kept": kept, "gone": gone, "moved": string(text), "now": tx.Now(), "by": null.Of(by.UserID), "by_name": by.Name},
	}})
}

// bothRunning is true of a mandate m that the kept record has too: of a level one runs, and
// of a level and term one ended.
const bothRunning = `exists (select from mandates k where k.county_id = @county and k.deputy_id = @kept and k.level = m.level
	and (k.to_date is null and m.to_date is null or k.to_date is not null and m.to_date is not null and k.term = m.term))`

// bothIn is true of a running place g in a group in which the kept record is too.
const bothIn = `g.to_date is null and exists (select from station_deputies k where k.county_id = @county and k.deputy_id = @kept
	and k.station_id = g.station_id and k.to_date is null)`

// takeOff takes the other record off the days on which both are.
const takeOff = `delete from reception_deputies x where x.county_id = @county and x.deputy_id = @gone and exists (select from reception_deputies k
	where k.county_id = @county and k.deputy_id = @kept and k.reception_id = x.reception_id)`

// move gives the kept record what was the other's. The order matters: what both have is
// set apart first.
func (log *moved) move(ctx context.Context, tx *tenant.Tx, kept, gone int64) error {
	for _, step := range []struct {
		ids *[]int64
		sql string
	}{
		{&log.Mandates, `update mandates m set deputy_id = @kept where m.county_id = @county and m.deputy_id = @gone and not ` + bothRunning + ` returning m.id`},
		{&log.Shut, `update station_deputies g set to_date = greatest(g.from_date, @today) where g.county_id = @county and g.deputy_id = @gone and ` + bothIn + ` returning g.id`},
		{&log.Groups, `update station_deputies g set deputy_id = @kept where g.county_id = @county and g.deputy_id = @gone and not g.id = any(@shut) returning g.id`},
		{&log.BothDays, takeOff + ` and not x.substitute returning x.reception_id`},
		{&log.BothSubs, takeOff + ` returning x.reception_id`},
		{&log.Days, `update reception_deputies x set deputy_id = @kept where x.county_id = @county and x.deputy_id = @gone returning x.reception_id`},
		{&log.BothVisits, `delete from visit_deputies x where x.county_id = @county and x.deputy_id = @gone and exists (select from visit_deputies k
			where k.county_id = @county and k.deputy_id = @kept and k.visit_id = x.visit_id) returning x.visit_id`},
		{&log.Visits, `update visit_deputies x set deputy_id = @kept where x.county_id = @county and x.deputy_id = @gone returning x.visit_id`},
		{&log.Feedbacks, `update case_feedbacks set deputy_id = @kept where county_id = @county and deputy_id = @gone returning id`},
		{&log.Accounts, `update user_roles set deputy_id = @kept where county_id = @county and deputy_id = @gone returning id`},
		{&log.Offices, `update station_officers set deputy_id = @kept where county_id = @county and deputy_id = @gone returning id`},
		{&log.Leaves, `update reception_leaves set deputy_id = @kept where county_id = @county and deputy_id = @gone returning id`},
	} {
		args := pgx.NamedArgs{"kept": kept, "gone": gone}
		if step.ids == &log.Shut {
			args["today"] = calendar.DateOf(tx.Now())
		}
		if step.ids == &log.Groups {
			args["shut"] = slices.Concat(log.Shut, []int64{0})
		}
		var err error
		if *step.ids, err = ids(ctx, tx, step.sql, args); err != nil {
			return err
		}
	}
	return nil
}

// ids runs a statement that returns ids.
func ids(ctx context.Context, tx *tenant.Tx, sql string, args pgx.NamedArgs) ([]int64, error) {
	rows, err := tx.Query(ctx, sql, args)
	if err != nil {
		return nil, postgres.Error(err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	return all, postgres.Error(err)
}
