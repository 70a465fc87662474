package casefile

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/calendar"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// VisitNumber is a visit's 登记编号 within its station, in the year and in the month in which it came.
type VisitNumber struct{ InYear, InMonth int }

// TakeVisitNumbers takes the next numbers of the station for visits that came on these days, in
// their order: one who registers takes one, who fills a demonstration takes a station's at once. The
// counters' rows are held until the transaction ends, so that of two at once the second waits and
// gets the next.
func TakeVisitNumbers(ctx context.Context, tx *tenant.Tx, station int64, days []calendar.Date) ([]VisitNumber, error) {
	type month struct {
		year int
		in   time.Month // 0: the whole year
	}
	came, months := map[month]int{}, []month(nil)
	for _, day := range days {
		m := month{day.Year(), day.Month()}
		if came[m]++; came[m] == 1 {
			months = append(months, m)
		}
		came[month{m.year, 0}]++
	}
	last := map[month]int{}
	for _, m := range months {
		inYear := came[month{m.year, 0}]
		if _, taken := last[month{m.year, 0}]; taken {
			inYear = 0 // with the year's first month
		}
		taken, err := postgres.All[struct{ Last int }](ctx, tx, `insert into visit_numbers (county_id, station_id, year, month, last)
			values (@county, @station, @year, 0, @in_year), (@county, @station, @year, @month, @in_month)
			on conflict (county_id, station_id, year, month) do update set last = visit_numbers.last + excluded.last returning last`,
			pgx.NamedArgs{"station": station, "year": m.year, "month": int(m.in), "in_year": inYear, "in_month": came[m]})
		if err != nil {
			return nil, fmt.Errorf("visit number: %w", err)
		}
		last[month{m.year, 0}], last[m] = taken[0].Last, taken[1].Last
	}
	numbers := make([]VisitNumber, len(days))
	for i := len(days) - 1; i >= 0; i-- {
		m := month{days[i].Year(), days[i].Month()}
		numbers[i] = VisitNumber{last[month{m.year, 0}], last[m]}
		last[month{m.year, 0}]--
		last[m]--
	}
	return numbers, nil
}

func takeVisitNumber(ctx context.Context, tx *tenant.Tx, station int64, day calendar.Date) (VisitNumber, error) {
	numbers, err := TakeVisitNumbers(ctx, tx, station, []calendar.Date{day})
	if err != nil {
		return VisitNumber{}, err
	}
	return numbers[0], nil
}

// giveVisitNumberBack gives back what takeVisitNumber took in the same transaction: of these
// months, where 0 is the year.
func giveVisitNumberBack(ctx context.Context, tx *tenant.Tx, station int64, year int, months ...time.Month) error {
	_, err := postgres.Exec(ctx, tx, `update visit_numbers set last = last - 1
		where county_id = @county and station_id = @station and year = @year and month = any(@months::int[])`,
		pgx.NamedArgs{"station": station, "year": year, "months": months})
	return err
}

// takeNumbers takes the next numbers of the county and year; the counter's row is held
// until the transaction ends, so they are never given twice. The county's row is held
// against who would change the prefix (county.ChangeProfile).
func takeNumbers(ctx context.Context, tx *tenant.Tx, year, n int) ([]string, error) {
	prefix, err := postgres.Value[string](ctx, tx, `select number_prefix from counties where id = (@county) for share`)
	if err != nil {
		return nil, fmt.Errorf("number prefix: %w", err)
	}
	args := pgx.NamedArgs{"year": year, "n": n}
	_, err = postgres.Exec(ctx, tx, `insert into case_numbers (county_id, year, last) values (@county, @year, 0) on conflict do nothing`,
		pgx.NamedArgs{"year": year})
	if err != nil {
		return nil, fmt.Errorf("case number: %w", err)
	}
	last, err := postgres.Value[int](ctx, tx, `update case_numbers set last = last + @n
		where county_id = @county and year = @year returning last`, args)
	if err != nil {
		return nil, fmt.Errorf("case number: %w", err)
	}
	numbers := make([]string, n)
	for i := range numbers {
		numbers[i] = fmt.Sprintf("%s%d-%04d", prefix, year, last-n+1+i)
	}
	return numbers, nil
}
