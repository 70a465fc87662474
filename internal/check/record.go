package check

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"lianluo/internal/audit"
	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/internal/null"
	"lianluo/internal/postgres"
	"lianluo/internal/station"
	"lianluo/internal/tenant"
)

// What may be said of an item.
const (
	Met    = "met"    // 达标
	Absent = "absent" // 缺
)

// Input is a check as its form has it.
type Input struct {
	Key   uuid.UUID // of the submission
	List  int64
	On    calendar.Date
	By    string // who went there; several are named together
	Note  string
	Found map[int64]Finding // by item
}

// Finding is what was found of an item.
type Finding struct {
	State string // Met or Absent
	What  string // is missing
}

// StateField and WhatField are the form's fields of an item.
func StateField(item int64) string { return "state-" + strconv.FormatInt(item, 10) }

// WhatField is where the form says what is missing.
func WhatField(item int64) string { return "what-" + strconv.FormatInt(item, 10) }

// The bounds of what is typed.
const (
	longestBy   = 60
	longestWhat = 200
	longestNote = 1000
)

// firstDay is the earliest day that a check may be said to have been on.
var firstDay = calendar.NewDate(2000, time.January, 1)

// May says whether by may check the place: nil, errs.Forbidden, or errs.Conflict where the
// place is no more.
func May(by auth.Actor, place *station.Record) error {
	switch {
	case !by.MayOn(auth.CheckStations, place.Subject()):
		return errs.Refuse(errs.Forbidden, "您不能登记这个站点的核查。")
	case place.State == station.Closed || place.State == station.Merged:
		return errs.Refuse(errs.Conflict, "“"+place.Name+"”已经不在用，不用再核查。")
	}
	return nil
}

// Record writes a check of the place with that code down. It reports false where this very
// form was stored before. It returns the errors of May, errs.Invalid by field (list,
// checked_on, checked_by, note, StateField, WhatField), and errs.NotFound.
func Record(ctx context.Context, tx *tenant.Tx, by auth.Actor, code string, in Input) (bool, error) {
	place, err := station.Find(ctx, tx, code)
	if err != nil {
		return false, err
	}
	if err := May(by, &place); err != nil {
		return false, err
	}
	list, err := postgres.All[Checklist](ctx, tx, checklists+` and l.id = @list`, pgx.NamedArgs{"list": in.List})
	if err != nil {
		return false, err
	}
	if len(list) == 0 {
		return false, errs.Invalid{"list": "这张清单已经停用了，请换一张。"}
	}
	if err := in.tidy(list[0].Items, calendar.DateOf(tx.Now())).Err(); err != nil {
		return false, err
	}
	missing, added, err := in.insert(ctx, tx, by, place.ID, list[0])
	if err != nil || !added {
		return false, err
	}
	return true, audit.Record(ctx, tx, by.Audit(), "station.check", "station "+code,
		map[string]any{"kind": list[0].Name, "on": in.On.String(), "missing": missing})
}

// tidy brings what was typed into the form that is kept, and judges it by field.
func (in *Input) tidy(items []Item, today calendar.Date) errs.Invalid {
	invalid := errs.Invalid{}
	in.By, in.Note = county.Trimmed(in.By), county.Trimmed(in.Note)
	switch {
	case in.On.IsZero():
		invalid["checked_on"] = "请填核查的日期。"
	case in.On.After(today):
		invalid["checked_on"] = "核查的日期不能在今天以后。"
	case in.On.Before(firstDay):
		invalid["checked_on"] = "请核对核查的日期。"
	}
	county.OneLine(invalid, "checked_by", in.By, "请填谁去核查的；几个人的，写在一起。", longestBy)
	county.Readable(invalid, "note", in.Note, longestNote)
	for _, item := range items {
		f := in.Found[item.ID]
		f.What = county.Trimmed(f.What)
		switch {
		case f.State == Met && f.What != "":
			invalid[StateField(item.ID)] = "“" + item.Name + "”选了达标，又写了缺什么，请核对。"
		case f.State == Absent:
			county.Needed(invalid, WhatField(item.ID), f.What, "请写明“"+item.Name+"”缺什么。", longestWhat)
		case f.State != Met:
			invalid[StateField(item.ID)] = "请选择“" + item.Name + "”达标还是缺。"
		}
		if in.Found == nil {
			in.Found = map[int64]Finding{}
		}
		in.Found[item.ID] = f
	}
	return invalid
}

// insert writes the rows, and counts what is missing.
func (in *Input) insert(ctx context.Context, tx *tenant.Tx, by auth.Actor, place int64, list Checklist) (missing int, added bool, err error) {
	ids, err := postgres.All[struct{ ID int64 }](ctx, tx, `insert into station_checks (county_id, submission_key, station_id, checklist_id, checklist,
			checked_on, checked_by, valid_until, note, by_id, by_name, at)
		values (@county, @key, @station, @list, @name, @on, @by, @until, @note, @by_id, @by_name, @now)
		on conflict (county_id, submission_key) do nothing returning id`,
		pgx.NamedArgs{"key": in.Key, "station": place, "list": list.ID, "name": list.Name, "on": in.On, "by": in.By,
			"until": validUntil(in.On, list.ValidMonths), "note": null.Of(in.Note), "by_id": by.UserID, "by_name": by.Name, "now": tx.Now()})
	if err != nil || len(ids) == 0 {
		return 0, false, err
	}
	rows := make([]tenant.Statement, len(list.Items))
	for i, item := range list.Items {
		what := null.Of(in.Found[item.ID].What)
		if what != nil {
			missing++
		}
		rows[i] = tenant.Statement{SQL: `insert into station_check_items (county_id, check_id, item_id, name, position, missing)
			values (@county, @check, @item, @name, @position, @missing)`,
			Args: pgx.NamedArgs{"check": ids[0].ID, "item": item.ID, "name": item.Name, "position": i + 1, "missing": what}}
	}
	if err := tx.Batch(ctx, rows); err != nil {
		return 0, false, fmt.Errorf("record a check: %w", err)
	}
	return missing, true, nil
}

// validUntil is the same day some months later, or the month's last where it is shorter.
func validUntil(on calendar.Date, months *int32) *calendar.Date {
	if months == nil {
		return nil
	}
	until := calendar.NewDate(on.Year(), on.Month()+time.Month(*months), on.Day())
	if until.Day() != on.Day() {
		until = calendar.NewDate(on.Year(), on.Month()+time.Month(*months)+1, 0)
	}
	return &until
}
