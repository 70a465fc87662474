package reception

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// The longest texts of a form, in characters.
const (
	longLine = 60
	longText = 300
)

// between checks a number.
func between(invalid errs.Invalid, field string, n, from, to int) {
	if n < from || n > to {
		invalid[field] = fmt.Sprintf("请填 %d 到 %d 的整数。", from, to)
	}
}

// hours reads from when to when, and checks it.
func hours(invalid errs.Invalid, starts, ends *string) {
	for field, typed := range map[string]*string{"starts": starts, "ends": ends} {
		read, err := calendar.ParseClock(*typed)
		if err != nil {
			invalid[field] = err.Error()
			continue
		}
		*typed = read
	}
	if invalid["starts"] == "" && invalid["ends"] == "" && *ends <= *starts {
		invalid["ends"] = "结束的时间要晚于开始的时间。"
	}
}

// atStation checks that a place is open and belongs to the station.
func atStation(ctx context.Context, tx *tenant.Tx, invalid errs.Invalid, stationID, placeID int64) error {
	n, err := postgres.Value[int64](ctx, tx, `select count(*) from stations p join stations s on s.county_id = @county and s.id = p.root_id
		where p.county_id = @county and p.id = @place and p.root_id = @station and p.state = 'open' and s.state = 'open'`,
		pgx.NamedArgs{"place": placeID, "station": stationID})
	if err == nil && n == 0 {
		invalid["place"] = "请选择本站，或者下面开放的联络点、服务岗。"
	}
	return err
}

// mayChange refuses whoever may not change the station's rota.
func mayChange(by auth.Actor, stationID int64) error {
	if !by.MayOn(auth.ChangeReceptions, auth.Subject{StationID: stationID}) {
		return errs.Refuse(errs.Forbidden, "这个联络站的接待日程不归您安排。")
	}
	return nil
}

// already is the id of what an earlier press of the same button made; a conflict with
// anything else stays one.
func already(ctx context.Context, tx *tenant.Tx, table string, key any, err error) (int64, error) {
	if !errors.Is(err, errs.NotFound) {
		return 0, err
	}
	return postgres.Value[int64](ctx, tx, `select id from `+table+` where county_id = @county and submission_key = @key`, pgx.NamedArgs{"key": key})
}

func itoa[T int | int16 | int32 | int64](n T) string { return strconv.FormatInt(int64(n), 10) }

// yearOf is the first and the last day of the year in which d is.
func yearOf(d calendar.Date) (first, last calendar.Date) {
	return calendar.NewDate(d.Year(), 1, 1), calendar.NewDate(d.Year(), 12, 31)
}
