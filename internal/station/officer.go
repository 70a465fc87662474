package station

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/internal/null"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// Offices are who runs a place, with the names that pages give them.
var Offices = []struct{ Office, Name string }{{"head", "站长"}, {"deputy_head", "副站长"}, {"liaison", "联络员"}}

// OfficeName is an office as pages say it, or "".
func OfficeName(office string) string {
	for _, o := range Offices {
		if o.Office == office {
			return o.Name
		}
	}
	return ""
}

// Officer is somebody who runs a place, from and to. Whoever it is may be a deputy, may
// have an account, and need be neither.
type Officer struct {
	Office   string // one of Offices
	Name     string // "": the deputy's or the account's
	DeputyID int64
	UserID   int64
	From     calendar.Date // zero: today
}

// Appoint gives somebody an office and returns its id. A place has one head at a time. It
// returns errs.Invalid by field (office, name, deputy, user, from), errs.NotFound for no
// such place, and errs.Forbidden to whoever may not change it.
func Appoint(ctx context.Context, tx *tenant.Tx, by auth.Actor, stationID int64, o Officer) (int64, error) {
	place, err := hold(ctx, tx, by, stationID)
	if err != nil {
		return 0, err
	}
	if place.Ended() {
		return 0, errs.Invalid{"office": "“" + place.Name + "”已经不在用，不再登记负责人。"}
	}
	if err := o.check(ctx, tx, &place); err != nil {
		return 0, err
	}
	id, err := postgres.Value[int64](ctx, tx, `insert into station_officers (county_id, station_id, office, name, deputy_id, user_id, from_date)
		values (@county, @station, @office, @name, @deputy, @user, @from) returning id`,
		pgx.NamedArgs{"station": stationID, "office": o.Office, "name": o.Name, "deputy": null.Of(o.DeputyID), "user": null.Of(o.UserID), "from": o.From})
	if err != nil {
		return 0, fmt.Errorf("appoint: %w", err)
	}
	return id, place.recordOffice(ctx, tx, by, "station.appoint", o.Office, o.Name, county.Changes{"from": {"", o.From.String()}})
}

// Mistake says that an office was entered by mistake: it ends the day before it began.
// Its errors are EndOffice's.
func Mistake(ctx context.Context, tx *tenant.Tx, by auth.Actor, officerID int64) error {
	return endOffice(ctx, tx, by, officerID, func(from calendar.Date) calendar.Date { return from.AddDays(-1) })
}

// EndOffice says until when somebody has an office, today where to is zero. One that ends
// the day before it began was entered by mistake: nobody held it, and the office is free. It
// returns errs.Invalid at to for a day before that, errs.Conflict where it has ended, and
// Appoint's other errors.
func EndOffice(ctx context.Context, tx *tenant.Tx, by auth.Actor, officerID int64, to calendar.Date) error {
	if to.IsZero() {
		to = calendar.DateOf(tx.Now())
	}
	return endOffice(ctx, tx, by, officerID, func(calendar.Date) calendar.Date { return to })
}

func endOffice(ctx context.Context, tx *tenant.Tx, by auth.Actor, officerID int64, until func(from calendar.Date) calendar.Date) error {
	type held struct {
		StationID int64
		Office    string
		Name      string
		FromDate  calendar.Date
		ToDate    *calendar.Date
	}
	if by.Scope(auth.ChangeStations) != auth.WholeCounty {
		return errs.Forbidden
	}
	was, err := postgres.One[held](ctx, tx, `select station_id, office, name, from_date, to_date from station_officers
		where county_id = @county and id = @id for update`, pgx.NamedArgs{"id": officerID})
	if err != nil {
		return fmt.Errorf("end an office: %w", err)
	}
	place, err := hold(ctx, tx, by, was.StationID)
	if err != nil {
		return err
	}
	to := until(was.FromDate)
	switch {
	case was.ToDate != nil && *was.ToDate == to:
		return nil // pressed twice
	case was.ToDate != nil:
		return errs.Refuse(errs.Conflict, was.Name+"的任职已经写明到 "+was.ToDate.String()+" 为止。")
	case to.Before(was.FromDate.AddDays(-1)):
		return errs.Invalid{"to": "结束日期不能早于开始日期 " + was.FromDate.String() + "。登记错了的，请按“录入有误”。"}
	case to.After(calendar.DateOf(tx.Now()).AddDays(farAhead)):
		return errs.Invalid{"to": "结束日期太远了，请核对年份。"}
	}
	_, err = postgres.Exec(ctx, tx, `update station_officers set to_date = @to where county_id = @county and id = @id`,
		pgx.NamedArgs{"id": officerID, "to": to})
	if err != nil {
		return fmt.Errorf("end an office: %w", err)
	}
	words := to.String()
	if to.Before(was.FromDate) {
		words = Mistaken
	}
	return place.recordOffice(ctx, tx, by, "station.end_office", was.Office, was.Name, county.Changes{"to": {"", words}})
}

// Mistaken is what pages say of an office that was entered by mistake.
const Mistaken = "录入有误"

// EndOffices ends today every running office of some places, and returns how many; one that
// would have begun later was never held. Whoever closes the places records it.
func EndOffices(ctx context.Context, tx *tenant.Tx, by auth.Actor, places []int64) (int64, error) {
	if by.Scope(auth.ChangeStations) != auth.WholeCounty {
		return 0, errs.Forbidden
	}
	ended, err := postgres.Exec(ctx, tx, `update station_officers set to_date = greatest(@today::date, from_date - 1)
		where county_id = @county and station_id = any(@places) and to_date is null`,
		pgx.NamedArgs{"places": places, "today": calendar.DateOf(tx.Now())})
	if err != nil {
		return 0, fmt.Errorf("end offices: %w", err)
	}
	return ended, nil
}

// farAhead is how many days ahead a date in a form may lie.
const farAhead = 2 * 366

// hold reads a place for somebody who may change it; of those who change it at once one
// goes after the other.
func hold(ctx context.Context, tx *tenant.Tx, by auth.Actor, id int64) (Record, error) {
	if by.Scope(auth.ChangeStations) != auth.WholeCounty {
		return Record{}, errs.Forbidden
	}
	if err := county.Lock(ctx, tx); err != nil {
		return Record{}, err
	}
	return FindID(ctx, tx, id)
}

// check completes an officer, and judges by field.
func (o *Officer) check(ctx context.Context, tx *tenant.Tx, place *Record) error {
	invalid, today := errs.Invalid{}, calendar.DateOf(tx.Now())
	if o.From.IsZero() {
		o.From = today
	}
	if OfficeName(o.Office) == "" {
		invalid["office"] = "请选择：站长、副站长或联络员。"
	}
	if o.From.Year() < 1980 || o.From.After(today.AddDays(farAhead)) {
		invalid["from"] = "日期不对，请核对年份。"
	}
	if err := o.named(ctx, tx, invalid); err != nil {
		return err
	}
	county.OneLine(invalid, "name", o.Name, "请填写姓名。", 30)
	if err := invalid.Err(); err != nil {
		return err
	}
	return o.free(ctx, tx, place)
}

// named looks up the deputy and the account, whose name it is where none is given.
func (o *Officer) named(ctx context.Context, tx *tenant.Tx, invalid errs.Invalid) error {
	for _, link := range []struct {
		id             int64
		table, field   string
		missing, where string
	}{
		{o.DeputyID, "deputies", "deputy", "没有这位代表，请重新选。", ` and merged_into is null`},
		{o.UserID, "users", "user", "没有这个账号，或者账号已经停用，请重新选。", ` and disabled_at is null`},
	} {
		if link.id == 0 {
			continue
		}
		name, err := postgres.Value[string](ctx, tx, `select name from `+link.table+` where county_id = @county and id = @id`+link.where,
			pgx.NamedArgs{"id": link.id})
		switch {
		case errors.Is(err, errs.NotFound):
			invalid[link.field] = link.missing
		case err != nil:
			return fmt.Errorf("%s: %w", link.field, err)
		}
		if o.Name == "" {
			o.Name = name
		}
	}
	o.Name = county.Trimmed(o.Name)
	return nil
}

// free: nobody has one office twice at a time, and there is one head.
func (o *Officer) free(ctx context.Context, tx *tenant.Tx, place *Record) error {
	held, err := postgres.All[struct{ Name string }](ctx, tx, `select name from station_officers where county_id = @county and station_id = @station
		and office = @office and (name = @name or office = 'head') and (to_date is null or to_date >= greatest(from_date, @from::date)) order by name = @name desc limit 1`,
		pgx.NamedArgs{"station": place.ID, "office": o.Office, "name": o.Name, "from": o.From})
	switch {
	case err != nil:
		return fmt.Errorf("officers: %w", err)
	case len(held) == 0:
		return nil
	case held[0].Name == o.Name:
		return errs.Invalid{"name": o.Name + "已经是这里的" + OfficeName(o.Office) + "。"}
	}
	return errs.Invalid{"office": "现任站长是" + held[0].Name + "，请先写明任到哪一天，再登记新的站长。"}
}

func (r *Record) recordOffice(ctx context.Context, tx *tenant.Tx, by auth.Actor, action, office, name string, changes county.Changes) error {
	return record(ctx, tx, by, action, r.Code, r.Version, changes, map[string]any{"name": name, "role": OfficeName(office)})
}
