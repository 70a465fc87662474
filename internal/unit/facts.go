package unit

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/internal/null"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// Facts are what is written of a unit. The fields of a form, and the keys of its
// errs.Invalid, are name, level, station, contact, phone and categories.
type Facts struct {
	Name       string
	Level      string  // county or township
	StationID  int64   // of a township's unit: the station of its township
	Contact    string  // 联系人
	Phone      string  // of the office: public
	Categories []int64 // that it usually gets
}

// Level is where a unit stands.
type Level struct{ Level, Name string }

// Levels are the two levels, as pages name them.
var Levels = []Level{{"county", "县直部门"}, {"township", "乡镇单位"}}

// LevelName is a level as pages say it.
func LevelName(level string) string {
	for _, l := range Levels {
		if l.Level == level {
			return l.Name
		}
	}
	return level
}

// tidy trims what was typed, and judges by itself what needs no database.
func (f *Facts) tidy() errs.Invalid {
	invalid := errs.Invalid{}
	f.Name, f.Contact = county.Trimmed(f.Name), county.Trimmed(f.Contact)
	county.OneLine(invalid, "name", f.Name, "请填单位的名称，例如 县水利局。", 40)
	if _, bad := invalid["name"]; !bad {
		if reason := unaddressable(f.Name); reason != "" {
			invalid["name"] = reason
		}
	}
	if f.Contact != "" {
		county.OneLine(invalid, "contact", f.Contact, "", 20)
	}
	f.Phone = county.PublicPhone(invalid, "phone", f.Phone)
	switch f.Level {
	case "county":
		f.StationID = 0
	case "township":
		if f.StationID == 0 {
			invalid["station"] = "请选择它是哪个乡镇的单位。"
		}
	default:
		invalid["level"] = "请选择是县直部门，还是乡镇单位。"
	}
	f.Categories = slices.Compact(slices.Sorted(slices.Values(f.Categories))) // the caller's stays as it is
	return invalid
}

// unaddressable says why a name cannot stand in an address, as a unit's must: see Path.
func unaddressable(name string) string {
	switch {
	case strings.ContainsAny(name, `/\`):
		return "名称里不要用斜线。"
	case !strings.ContainsFunc(name, func(r rune) bool { return unicode.Is(unicode.Han, r) }):
		return "请写单位的中文名称。"
	}
	return ""
}

// holdStation keeps a station from being closed until the transaction ends, and waits for one
// that is being closed. It comes before units, in the order of a closing (package network).
func holdStation(ctx context.Context, tx *tenant.Tx, id int64) error {
	_, err := postgres.Exec(ctx, tx, `select id from stations where county_id = @county and id = @id for share`, pgx.NamedArgs{"id": id})
	if err != nil {
		return fmt.Errorf("station of a unit: %w", err)
	}
	return nil
}

// check judges what the county has to be asked about: its station, which is held, and its categories.
func (f *Facts) check(ctx context.Context, tx *tenant.Tx) error {
	type answer struct {
		Station bool
		Known   int
	}
	is, err := postgres.One[answer](ctx, tx, `select
			exists (select from stations where county_id = @county and id = @station and kind = 'station'
				and state in ('open', 'suspended')) as station,
			(select count(*) from categories where county_id = @county and id = any(@categories)) as known`,
		pgx.NamedArgs{"station": f.StationID, "categories": f.Categories})
	if err != nil {
		return fmt.Errorf("unit: %w", err)
	}
	invalid := errs.Invalid{}
	if f.Level == "township" && !is.Station {
		invalid["station"] = "这个联络站不在了，请另选一个。"
	}
	if is.Known != len(f.Categories) {
		invalid["categories"] = "有的类别已经没有了，请重新勾选。"
	}
	return invalid.Err()
}

func (f *Facts) args() pgx.NamedArgs {
	return pgx.NamedArgs{"name": f.Name, "level": f.Level, "station": null.Of(f.StationID),
		"contact": null.Of(f.Contact), "phone": null.Of(f.Phone)}
}
