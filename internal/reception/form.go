package reception

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// Named is a value of a closed list and how pages say it.
type Named struct{ Value, Name string }

// NameOf is the name of a value in a closed list; the value itself where it is unknown.
func NameOf(list []Named, value string) string {
	for _, n := range list {
		if n.Value == value {
			return n.Name
		}
	}
	return value
}

func knows(list []Named, value string) bool { return NameOf(list, value) != value }

// The longest texts of a form, in characters.
const (
	longLine = 60
	longText = 300
)

// needed checks a text that must be there.
func needed(invalid errs.Invalid, field, value, missing string, longest int) {
	if strings.TrimSpace(value) == "" {
		invalid[field] = missing
		return
	}
	readable(invalid, field, value, longest)
}

// readable checks a text that may be missing: what a page can show, and not too long.
func readable(invalid errs.Invalid, field, value string, longest int) {
	strange := func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\r' || r == utf8.RuneError }
	switch n := utf8.RuneCountInString(value); {
	case strings.ContainsFunc(value, strange):
		invalid[field] = "里面有无法识别的字符，请重新输入。"
	case n > longest:
		invalid[field] = fmt.Sprintf("太长了，最多 %d 个字，现在是 %d 个字。", longest, n)
	}
}

// between checks a number.
func between(invalid errs.Invalid, field string, n, from, to int) {
	if n < from || n > to {
		invalid[field] = fmt.Sprintf("请填 %d 到 %d 的整数。", from, to)
	}
}

var clock = regexp.MustCompile(`^([01][0-9]|2[0-3]):[0-5][0-9]$`)

// hours checks from when to when.
func hours(invalid errs.Invalid, starts, ends string) {
	switch {
	case !clock.MatchString(starts):
		invalid["starts"] = "请填开始的时间，例如 09:00。"
	case !clock.MatchString(ends):
		invalid["ends"] = "请填结束的时间，例如 11:30。"
	case ends <= starts:
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

// overtaken is what the others did to subject since a form began from version.
func overtaken(ctx context.Context, tx *tenant.Tx, subject string, version, now int32) error {
	since, err := postgres.All[county.Change](ctx, tx, `select at, actor_name as by, coalesce(detail -> 'changes', '{}') as changes from audit_entries
		where county_id = @county and subject = @subject and (detail ->> 'version')::int > @version order by entry`,
		pgx.NamedArgs{"subject": subject, "version": version})
	if err != nil {
		return fmt.Errorf("what was changed: %w", err)
	}
	return county.Stale{Version: now, Since: since}
}

// set notes a field that became another.
func set(c county.Changes, field, from, to string) {
	if from != to {
		c[field] = [2]string{from, to}
	}
}

// already is the id of what an earlier press of the same button made; a conflict with
// anything else stays one.
func already(ctx context.Context, tx *tenant.Tx, table string, key any, err error) (int64, error) {
	if !errors.Is(err, errs.NotFound) {
		return 0, err
	}
	return postgres.Value[int64](ctx, tx, `select id from `+table+` where county_id = @county and submission_key = @key`, pgx.NamedArgs{"key": key})
}

func orNull[T comparable](value T) *T {
	var zero T
	if value == zero {
		return nil
	}
	return &value
}

func text[T any](s *T) (value T) {
	if s != nil {
		value = *s
	}
	return value
}

func itoa[T int | int16 | int32 | int64](n T) string { return strconv.FormatInt(int64(n), 10) }

// yearOf is the first and the last day of the year in which d is.
func yearOf(d calendar.Date) (first, last calendar.Date) {
	return calendar.NewDate(d.Year(), 1, 1), calendar.NewDate(d.Year(), 12, 31)
}
