package calendar

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// A county's calendar is the built-in one, with the years in it that the county uploaded.
// It is read anew by each transaction that counts days: one statement, most often without
// a row, and never another county's or yesterday's.

type dayRow struct {
	Year int
	Date Date
	Kind string
	Name *string
}

const selectDays = `select year, date, kind, name from calendar_days where county_id = @county order by year, date`

// Of queues a county's calendar; call the function once the view has returned.
func Of(v *tenant.View) func() *Calendar {
	rows := tenant.All[dayRow](v, selectDays)
	return func() *Calendar { return Builtin().With(announcements(*rows)...) }
}

// OfTx reads a county's calendar within its transaction.
func OfTx(ctx context.Context, tx *tenant.Tx) (*Calendar, error) {
	rows, err := postgres.All[dayRow](ctx, tx, selectDays)
	if err != nil {
		return nil, fmt.Errorf("calendar: %w", err)
	}
	return Builtin().With(announcements(rows)...), nil
}

// announcements gathers rows that are ordered by year.
func announcements(rows []dayRow) []Announcement {
	var all []Announcement
	for _, row := range rows {
		if n := len(all); n == 0 || all[n-1].Year != row.Year {
			all = append(all, Announcement{Year: row.Year})
		}
		day := Day{Date: row.Date, Kind: row.Kind}
		if row.Name != nil {
			day.Name = *row.Name
		}
		last := &all[len(all)-1]
		last.Days = append(last.Days, day)
	}
	return all
}

// Upload is a year that the county uploaded.
type Upload struct {
	Year int
	By   string
	At   time.Time
}

// Uploads queues the years that the county uploaded.
func Uploads(v *tenant.View) *[]Upload {
	return tenant.All[Upload](v, `select year, uploaded_name as by, uploaded_at as at from calendar_years
		where county_id = @county order by year`)
}

// Store keeps a county's announcement of a year in place of the one before. It moves no
// case: casefile.ChangeCalendar does.
func Store(ctx context.Context, tx *tenant.Tx, byID int64, byName string, a Announcement) error {
	statements := []tenant.Statement{{SQL: `insert into calendar_years (county_id, year, uploaded_by, uploaded_name, uploaded_at)
			values (@county, @year, @by, @by_name, @now) on conflict (county_id, year)
			do update set uploaded_by = @by, uploaded_name = @by_name, uploaded_at = @now`,
		Args: pgx.NamedArgs{"year": a.Year, "by": byID, "by_name": byName, "now": tx.Now()}},
		{SQL: `delete from calendar_days where county_id = @county and year = @year`, Args: pgx.NamedArgs{"year": a.Year}}}
	for _, d := range a.Days {
		args := pgx.NamedArgs{"year": a.Year, "date": d.Date, "kind": d.Kind, "name": nil}
		if d.Name != "" {
			args["name"] = d.Name
		}
		statements = append(statements, tenant.Statement{Args: args,
			SQL: `insert into calendar_days (county_id, year, date, kind, name) values (@county, @year, @date, @kind, @name)`})
	}
	if err := tx.Batch(ctx, statements); err != nil {
		return fmt.Errorf("calendar of %d: %w", a.Year, err)
	}
	return nil
}
