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
	Both       []both            `json:"both,omitempty"`        // receptions that both were at
	BothDays   []int64           `json:"both_days,omitempty"`   // these, in mergers from before Both was kept
	BothSubs   []int64           `json:"both_subs,omitempty"`   // and the other as a substitute
	Visits     []int64           `json:"visits,omitempty"`      //
	BothVisits []int64           `json:"both_visits,omitempty"` // that both received
	Feedbacks  []int64           `json:"feedbacks,omitempty"`
	Accounts   []int64           `json:"accounts,omitempty"` // roles of a deputy's accounts
	Offices    []int64           `json:"offices,omitempty"`  // 站长 and so on
	Leaves     []int64           `json:"leaves,omitempty"`   // 请假
	Wishes     []int64           `json:"wishes,omitempty"`   // what the deputy asked for
	Meetings   []int64           `json:"meetings,omitempty"` // appointments for which the deputy was asked
	Insteads   []int64           `json:"insteads,omitempty"` // and where somebody asked for the deputy
	Leads      bool              `json:"leads,omitempty"`    // the kept record is 领导干部代表 by it
}

// both is a reception day that both records were on: who was a substitute, and who came
// (nil: nobody said).
type both struct {
	Day      int64 `json:"day"`
	Sub      bool  `json:"sub,omitempty"`
	Came     *bool `json:"came,omitempty"`
	KeptSub  bool  `json:"kept_sub,omitempty"`
	KeptCame *bool `json:"kept_came,omitempty"`
}

// Of two duties of one person on one day the one that is more stands: on duty before
// substitute, and who came under either name came.
const (
	joinedSub  = `(@sub::boolean and @kept_sub::boolean)`
	joinedCame = `(case when @came::boolean or @kept_came::boolean then true else coalesce(@kept_came::boolean, @came::boolean) end)`
)

func (b both) args(kept, gone int64) pgx.NamedArgs {
	return pgx.NamedArgs{"kept": kept, "gone": gone, "day": b.Day, "sub": b.Sub, "came": b.Came, "kept_sub": b.KeptSub, "kept_came": b.KeptCame}
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
	if err := holdWishes(ctx, tx, m.Kept, m.Gone); err != nil {
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
	if err := log.join(ctx, tx, kept.ID, gone.ID); err != nil {
		return nil, fmt.Errorf("merge %d into %d: %w", m.Gone, m.Kept, err)
	}
	if err := log.move(ctx, tx, kept.ID, gone.ID); err != nil {
		return nil, fmt.Errorf("merge %d into %d: %w", m.Gone, m.Kept, err)
	}
	if err := log.close(ctx, tx, by, kept.ID, gone.ID); err != nil {
		return nil, fmt.Errorf("merge %d into %d: %w", m.Gone, m.Kept, err)
	}
	if err := followNames(ctx, tx, kept.ID); err != nil {
		return nil, err
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

// join makes one duty of the two on the days that both records are on, and one 领导干部代表
// of two records of which one was.
func (log *moved) join(ctx context.Context, tx *tenant.Tx, kept, gone int64) (err error) {
	log.Both, err = postgres.All[both](ctx, tx, `select x.reception_id as day, x.substitute as sub, x.came, k.substitute as kept_sub, k.came as kept_came
		from reception_deputies x join reception_deputies k on k.county_id = @county and k.reception_id = x.reception_id and k.deputy_id = @kept
		where x.county_id = @county and x.deputy_id = @gone order by x.reception_id for update`, pgx.NamedArgs{"kept": kept, "gone": gone})
	if err != nil {
		return err
	}
	for _, b := range log.Both {
		args := b.args(kept, gone)
		if _, err := postgres.Exec(ctx, tx, `update reception_deputies set substitute = `+joinedSub+`, came = `+joinedCame+`
			where county_id = @county and reception_id = @day and deputy_id = @kept and deputy_id <> @gone`, args); err != nil {
			return err
		}
		if _, err := postgres.Exec(ctx, tx, `delete from reception_deputies where county_id = @county and reception_id = @day and deputy_id = @gone`,
			pgx.NamedArgs{"day": b.Day, "gone": gone}); err != nil {
			return err
		}
	}
	leads, err := postgres.Exec(ctx, tx, `update deputies set leads = true where county_id = @county and id = @kept and not leads
		and exists (select from deputies g where g.county_id = @county and g.id = @gone and g.leads)`, pgx.NamedArgs{"kept": kept, "gone": gone})
	log.Leads = leads > 0
	return err
}

// holdWishes holds what both records asked for, or are asked for in: before the records, as who
// answers it.
func holdWishes(ctx context.Context, tx *tenant.Tx, numbers ...int32) error {
	_, err := postgres.Exec(ctx, tx, `select w.id from reception_wishes w where w.county_id = @county and exists (select from deputies d
			where d.county_id = @county and d.number = any(@numbers) and d.id in (w.deputy_id, w.instead_id))
		order by w.id for no key update`, pgx.NamedArgs{"numbers": numbers})
	if err != nil {
		return fmt.Errorf("wishes of two records: %w", err)
	}
	return nil
}

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
		{&log.Days, `update reception_deputies x set deputy_id = @kept where x.county_id = @county and x.deputy_id = @gone returning x.reception_id`},
		{&log.BothVisits, `delete from visit_deputies x where x.county_id = @county and x.deputy_id = @gone and exists (select from visit_deputies k
			where k.county_id = @county and k.deputy_id = @kept and k.visit_id = x.visit_id) returning x.visit_id`},
		{&log.Visits, `update visit_deputies x set deputy_id = @kept where x.county_id = @county and x.deputy_id = @gone returning x.visit_id`},
		{&log.Feedbacks, `update case_feedbacks set deputy_id = @kept where county_id = @county and deputy_id = @gone returning id`},
		{&log.Accounts, `update user_roles set deputy_id = @kept where county_id = @county and deputy_id = @gone returning id`},
		{&log.Offices, `update station_officers set deputy_id = @kept where county_id = @county and deputy_id = @gone returning id`},
		{&log.Leaves, `update reception_leaves set deputy_id = @kept where county_id = @county and deputy_id = @gone returning id`},
		{&log.Wishes, `update reception_wishes set deputy_id = @kept where county_id = @county and deputy_id = @gone returning id`},
		{&log.Meetings, `update appointments set deputy_id = @kept where county_id = @county and deputy_id = @gone returning id`},
		{&log.Insteads, `update reception_wishes set instead_id = @kept where county_id = @county and instead_id = @gone returning id`},
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
