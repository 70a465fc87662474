package deputy

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/errs"
	"lianluo/internal/null"
	"lianluo/internal/postgres"
	"lianluo/internal/private"
	"lianluo/internal/tenant"
)

// Unmerge takes a merger back: what it moved goes to the record that it came from, the
// facts change places again, and the number shows its own record. What came to the kept
// record since stays there. It returns errs.Conflict with the reason where something that
// was moved is not as the merger left it. A place in a group that the merger ended is taken
// up again unless its station has closed since.
func Unmerge(ctx context.Context, tx *tenant.Tx, keys private.Keys, by auth.Actor, keptNumber, goneNumber int32) (Unmerged, error) {
	var done Unmerged
	if err := mayChange(by); err != nil {
		return done, err
	}
	if err := holdGroups(ctx, tx, keptNumber, goneNumber); err != nil {
		return done, err
	}
	if err := holdWishes(ctx, tx, keptNumber, goneNumber); err != nil {
		return done, err
	}
	kept, gone, err := lockMerged(ctx, tx, keys, keptNumber, goneNumber)
	if err != nil {
		return done, err
	}
	log, err := merger(ctx, tx, by, kept.ID, gone.ID)
	if err != nil {
		return done, err
	}
	if err := unchanged(tx.County(), keys, kept, log.Facts); err != nil {
		return done, err
	}
	if done.Closed, err = log.leaveShut(ctx, tx); err != nil {
		return done, err
	}
	take := slices.Sorted(maps.Keys(log.Facts))
	if _, err := swap(ctx, tx, keys, kept, gone, take); err != nil {
		return done, err
	}
	if err := log.back(ctx, tx, kept.ID, gone.ID); err != nil {
		return done, err
	}
	if err := log.part(ctx, tx, kept.ID, gone.ID); err != nil {
		return done, fmt.Errorf("unmerge: %w", err)
	}
	if _, err := postgres.Exec(ctx, tx, `update deputies set version = version + 1, merged_into = case when id = @gone then null else merged_into end
		where county_id = @county and id = any(@ids)`, pgx.NamedArgs{"gone": gone.ID, "ids": []int64{kept.ID, gone.ID}}); err != nil {
		return done, fmt.Errorf("unmerge: %w", err)
	}
	if err := followNames(ctx, tx, kept.ID, gone.ID); err != nil {
		return done, err
	}
	if done.Users, err = accounts(ctx, tx, log.Accounts); err != nil {
		return done, err
	}
	return done, record(ctx, tx, by, "deputy.unmerge", keptNumber,
		map[string]any{"from": keptNumber, "to": goneNumber, "version": kept.Version + 1})
}

// Unmerged is what a caller has to know of a merger that was taken back.
type Unmerged struct {
	Users  []int64  // whose accounts are of the other record now: their sessions are the caller's to end
	Closed []string // stations that have closed since: nobody is in their groups again
}

// holdGroups keeps the stations of both records' groups from closing until the transaction
// ends. It comes before deputies, in the order of a closing.
func holdGroups(ctx context.Context, tx *tenant.Tx, numbers ...int32) error {
	_, err := postgres.Exec(ctx, tx, `select s.id from stations s where s.county_id = @county and s.id in (select g.station_id from station_deputies g
			join deputies d on d.county_id = @county and d.id = g.deputy_id where g.county_id = @county and d.number = any(@numbers))
		order by s.id for share`, pgx.NamedArgs{"numbers": numbers})
	if err != nil {
		return fmt.Errorf("unmerge: %w", err)
	}
	return nil
}

// leaveShut takes from what the way back takes up again the places at stations that are
// closed by now, and names these.
func (log *moved) leaveShut(ctx context.Context, tx *tenant.Tx) (closed []string, err error) {
	if len(log.Shut) == 0 {
		return nil, nil
	}
	type place struct {
		ID     int64
		Name   string
		Closed bool
	}
	places, err := postgres.All[place](ctx, tx, `select g.id, s.short_name as name, s.state in ('closed', 'merged') as closed
		from station_deputies g join stations s on s.county_id = @county and s.id = g.station_id
		where g.county_id = @county and g.id = any(@ids) order by s.code, g.id`, pgx.NamedArgs{"ids": log.Shut})
	if err != nil {
		return nil, fmt.Errorf("unmerge: %w", err)
	}
	for _, p := range places {
		if p.Closed {
			closed = append(closed, p.Name)
			log.Shut = slices.DeleteFunc(log.Shut, func(id int64) bool { return id == p.ID })
		}
	}
	return closed, nil
}

// lockMerged holds a record and one that went into it.
func lockMerged(ctx context.Context, tx *tenant.Tx, keys private.Keys, keptNumber, goneNumber int32) (kept, gone *person, err error) {
	pair, err := lockPeople(ctx, tx, keys, keptNumber, goneNumber)
	if err != nil {
		return nil, nil, err
	}
	for i := range pair {
		switch pair[i].Number {
		case keptNumber:
			kept = &pair[i]
		case goneNumber:
			gone = &pair[i]
		}
	}
	switch {
	case kept == nil || gone == nil:
		return nil, nil, fmt.Errorf("deputies %d and %d: %w", keptNumber, goneNumber, errs.NotFound)
	case gone.MergedInto == nil || *gone.MergedInto != kept.ID:
		return nil, nil, errs.Refuse(errs.Conflict, "这两份档案现在没有合并在一起，不用撤回。")
	case kept.MergedInto != nil:
		return nil, nil, errs.Refuse(errs.Conflict, "这份档案后来又并入了别的档案。请先撤回后一次合并，再撤回这一次。")
	}
	return kept, gone, nil
}

// merger ends the merger of two records, and reads what it moved.
func merger(ctx context.Context, tx *tenant.Tx, by auth.Actor, kept, gone int64) (log moved, err error) {
	text, err := postgres.Value[string](ctx, tx, `update deputy_merges set undone_at = @now, undone_by = @by, undone_name = @by_name
		where county_id = @county and kept_id = @kept and gone_id = @gone and undone_at is null returning moved::text`,
		pgx.NamedArgs{"kept": kept, "gone": gone, "now": tx.Now(), "by": null.Of(by.UserID), "by_name": by.Name})
	if err != nil {
		return log, fmt.Errorf("unmerge: %w", err)
	}
	return log, json.Unmarshal([]byte(text), &log)
}

// unchanged refuses where a fact that the kept record took is not what it took any more:
// giving it back would give something else.
func unchanged(of tenant.County, keys private.Keys, kept *person, prints map[string][]byte) error {
	now := kept.fingerprints(of, keys, slices.Collect(maps.Keys(prints)))
	for _, f := range MergeFields {
		if print, taken := prints[f.Value]; taken && !bytes.Equal(print, now[f.Value]) {
			return errs.Refuse(errs.Conflict, "合并以后，有人改过这份档案的"+f.Name+"，不能原样退回。请先把"+f.Name+"改回合并时的样子，再撤回合并。")
		}
	}
	return nil
}

// back gives the record that was gone what was its own. A day's duty that somebody changed
// since stays as it was changed.
func (log moved) back(ctx context.Context, tx *tenant.Tx, kept, gone int64) error {
	for _, step := range []struct {
		what string
		ids  []int64
		sql  string
	}{
		{"任职", log.Mandates, `update mandates set deputy_id = @gone where county_id = @county and deputy_id = @kept and id = any(@ids)`},
		{"编组", log.Groups, `update station_deputies set deputy_id = @gone where county_id = @county and deputy_id = @kept and id = any(@ids)`},
		{"编组", log.Shut, `update station_deputies set to_date = null where county_id = @county and deputy_id = @gone and deputy_id <> @kept and id = any(@ids)`},
		{"来访", log.Visits, `update visit_deputies set deputy_id = @gone where county_id = @county and deputy_id = @kept and visit_id = any(@ids)`},
		{"来访", log.BothVisits, `insert into visit_deputies (county_id, visit_id, deputy_id) select county_id, visit_id, @gone from visit_deputies
			where county_id = @county and deputy_id = @kept and visit_id = any(@ids)`},
		{"反馈", log.Feedbacks, `update case_feedbacks set deputy_id = @gone where county_id = @county and deputy_id = @kept and id = any(@ids)`},
		{"账号", log.Accounts, `update user_roles set deputy_id = @gone where county_id = @county and deputy_id = @kept and id = any(@ids)`},
		{"站内职务", log.Offices, `update station_officers set deputy_id = @gone where county_id = @county and deputy_id = @kept and id = any(@ids)`},
		{"请假", log.Leaves, `update reception_leaves set deputy_id = @gone where county_id = @county and deputy_id = @kept and id = any(@ids)`},
		{"请假申请", log.Wishes, `update reception_wishes set deputy_id = @gone where county_id = @county and deputy_id = @kept and id = any(@ids)`},
		{"", log.Meetings, `update appointments set deputy_id = @gone where county_id = @county and deputy_id = @kept and id = any(@ids)`},
		{"", log.Insteads, `update reception_wishes set instead_id = @gone where county_id = @county and instead_id = @kept and id = any(@ids)`},
		{"", log.Days, `update reception_deputies set deputy_id = @gone where county_id = @county and deputy_id = @kept and reception_id = any(@ids)`},
		{"", log.BothDays, alsoOn(`false`)},
		{"", log.BothSubs, alsoOn(`true`)},
	} {
		if len(step.ids) == 0 {
			continue
		}
		n, err := postgres.Exec(ctx, tx, step.sql, pgx.NamedArgs{"kept": kept, "gone": gone, "ids": step.ids})
		if errors.Is(err, errs.Conflict) || err == nil && step.what != "" && n != int64(len(step.ids)) {
			return errs.Refuse(errs.Conflict, "合并以后"+step.what+"又有变动，不能原样退回，合并没有撤回。")
		}
		if err != nil {
			return fmt.Errorf("unmerge: %w", err)
		}
	}
	return nil
}

// alsoOn puts the record that was gone back on days that the kept one is still on.
func alsoOn(substitute string) string {
	return `insert into reception_deputies (county_id, reception_id, deputy_id, substitute) select county_id, reception_id, @gone, ` + substitute + `
		from reception_deputies where county_id = @county and deputy_id = @kept and reception_id = any(@ids)`
}

// part makes two duties again of those that the merger made one. What was said of the kept
// record's since stays; then the other record, of which nobody could say anything, did not
// come.
func (log moved) part(ctx context.Context, tx *tenant.Tx, kept, gone int64) error {
	for _, b := range log.Both {
		args := b.args(kept, gone)
		back, err := postgres.Exec(ctx, tx, `update reception_deputies set substitute = @kept_sub, came = @kept_came where county_id = @county
			and reception_id = @day and deputy_id = @kept and deputy_id <> @gone and substitute = `+joinedSub+` and came is not distinct from `+joinedCame, args)
		if err != nil {
			return err
		}
		if args = (pgx.NamedArgs{"kept": kept, "gone": gone, "day": b.Day, "sub": b.Sub, "came": b.Came}); back == 0 && b.Came == nil {
			args["came"] = false
		}
		if _, err := postgres.Exec(ctx, tx, `insert into reception_deputies (county_id, reception_id, deputy_id, substitute, came)
			select county_id, reception_id, @gone, @sub, @came::boolean from reception_deputies
			where county_id = @county and deputy_id = @kept and reception_id = @day on conflict do nothing`, args); err != nil {
			return err
		}
	}
	if !log.Leads {
		return nil
	}
	_, err := postgres.Exec(ctx, tx, `update deputies set leads = false where county_id = @county and id = @kept`, pgx.NamedArgs{"kept": kept})
	return err
}
