package reception

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// Clash is a deputy who is wanted at two places at one time, or while on leave; or, without
// a deputy, two days at one place at one time.
type Clash struct {
	ReceptionID int64 // the first of the two days
	Date        calendar.Date
	DeputyID    int64
	Deputy      string
	Place       string // where the other is; "" on leave
	Starts      string
	Ends        string
	Until       *calendar.Date // of a leave
	Spare       bool           // of a leave: a substitute of the day can come instead
}

// Words say what is in the way.
func (c Clash) Words() string {
	if c.DeputyID == 0 {
		return c.Date.Chinese() + " " + c.Starts + "–" + c.Ends + " " + c.Place + "还有一个接待日，时间重了。"
	}
	if c.Until != nil {
		return c.Deputy + "请假到 " + c.Until.Chinese() + "，" + c.Date.Chinese() + "来不了。"
	}
	return c.Deputy + c.Date.Chinese() + " " + c.Starts + "–" + c.Ends + " 在" + c.Place + "值班，时间重了。"
}

// busy finds what keeps deputies from a day, which they are not on yet or which is moved.
func busy(ctx context.Context, tx *tenant.Tx, deputies []int64, date calendar.Date, starts, ends string, except int64) ([]Clash, error) {
	if len(deputies) == 0 {
		return nil, nil
	}
	clashes, err := postgres.All[Clash](ctx, tx, `select r.id as reception_id, r.date, d.id as deputy_id, d.name as deputy, p.name as place, r.starts, r.ends, null::date as until, false as spare
		from reception_deputies rd
		join receptions r on r.county_id = @county and r.id = rd.reception_id and r.state <> 'cancelled'
		join deputies d on d.county_id = @county and d.id = rd.deputy_id
		join stations p on p.county_id = @county and p.id = r.place_id
		where rd.county_id = @county and rd.deputy_id = any(@deputies) and r.date = @date and r.starts < @ends and @starts < r.ends and r.id <> @except
		union all
		select 0, @date::date, d.id, d.name, '', '', '', l.to_date, false from reception_leaves l join deputies d on d.county_id = @county and d.id = l.deputy_id
		where l.county_id = @county and l.deputy_id = any(@deputies) and l.ended_at is null and @date between l.from_date and l.to_date
		order by 4, 6`, pgx.NamedArgs{"deputies": deputies, "date": date, "starts": starts, "ends": ends, "except": except})
	if err != nil {
		return nil, fmt.Errorf("clashes: %w", err)
	}
	return clashes, nil
}

// spareFor is whether a substitute of day r other than rd's deputy is neither on leave then nor
// elsewhere at the time, as StepUp wants it.
const spareFor = `exists (select from reception_deputies x where x.county_id = @county and x.reception_id = r.id and x.substitute and x.deputy_id <> rd.deputy_id
	and not exists (select from reception_leaves xl where xl.county_id = @county and xl.deputy_id = x.deputy_id and xl.ended_at is null
		and r.date between xl.from_date and xl.to_date)
	and not exists (select from reception_deputies xd join receptions xr on xr.county_id = @county and xr.id = xd.reception_id and xr.state <> 'cancelled'
		where xd.county_id = @county and xd.deputy_id = x.deputy_id and xr.id <> r.id and xr.date = r.date and xr.starts < r.ends and r.starts < xr.ends))`

// Clashes reads who is at two places at one time, or on duty while on leave, from from to
// to, where by may see one of the days.
func Clashes(v *tenant.View, by auth.Actor, from, to calendar.Date) *[]Clash {
	args := pgx.NamedArgs{"from": from, "to": to}
	mine := within(by, args)
	return tenant.All[Clash](v, `select r.id as reception_id, r.date, d.id as deputy_id, d.name as deputy, p.name as place, o.starts, o.ends, null::date as until, false as spare
		from receptions r
		join reception_deputies rd on rd.county_id = @county and rd.reception_id = r.id
		join reception_deputies od on od.county_id = @county and od.deputy_id = rd.deputy_id and od.reception_id <> r.id
		join receptions o on o.county_id = @county and o.id = od.reception_id and o.date = r.date and o.starts < r.ends and r.starts < o.ends
			and o.state in ('planned', 'published')
		join deputies d on d.county_id = @county and d.id = rd.deputy_id
		join stations p on p.county_id = @county and p.id = o.place_id
		where r.county_id = @county and r.date between @from and @to and r.state in ('planned', 'published') and `+mine+`
		union all
		select r.id, r.date, d.id, d.name, '', r.starts, r.ends, l.until, `+spareFor+` from receptions r
		join reception_deputies rd on rd.county_id = @county and rd.reception_id = r.id
		join lateral (select max(l.to_date) as until from reception_leaves l where l.county_id = @county and l.deputy_id = rd.deputy_id
			and l.ended_at is null and r.date between l.from_date and l.to_date) l on l.until is not null
		join deputies d on d.county_id = @county and d.id = rd.deputy_id
		where r.county_id = @county and r.date between @from and @to and r.state in ('planned', 'published') and `+mine+`
		union all
		select r.id, r.date, 0, '', p.name, o.starts, o.ends, null, false from receptions r
		join receptions o on o.county_id = @county and o.place_id = r.place_id and o.date = r.date and o.id > r.id and o.starts < r.ends and r.starts < o.ends
			and o.state in ('planned', 'published') and `+aloneSQL("o")+`
		join stations p on p.county_id = @county and p.id = r.place_id
		where r.county_id = @county and r.date between @from and @to and r.state in ('planned', 'published') and `+aloneSQL("r")+` and `+mine+`
		order by 2, 4, 1 limit 200`, args)
}

// alone reports whether a day of that kind has its place to itself: 约访 is made beside a
// reception, and 走访 goes to people's homes.
func alone(kind string) bool { return kind != "appointment" && kind != "household" }

func aloneSQL(day string) string { return day + `.kind not in ('appointment', 'household')` }

// holdPlace keeps others from putting a day at a place meanwhile. It is held before a day is,
// as whoever closes the place does.
func holdPlace(ctx context.Context, tx *tenant.Tx, place int64) error {
	_, err := postgres.Exec(ctx, tx, `select id from stations where county_id = @county and id = @place for no key update`, pgx.NamedArgs{"place": place})
	return err
}

// holdPlaceOf is holdPlace for the place of a day.
func holdPlaceOf(ctx context.Context, tx *tenant.Tx, id int64) error {
	_, err := postgres.Exec(ctx, tx, `select p.id from stations p where p.county_id = @county
		and p.id = (select r.place_id from receptions r where r.county_id = @county and r.id = @id) for no key update`, pgx.NamedArgs{"id": id})
	return err
}

// double says at field that the place has another day at that time.
func double(ctx context.Context, tx *tenant.Tx, invalid errs.Invalid, field string, f Facts, date calendar.Date, except int64) error {
	if !alone(f.Kind) {
		return nil
	}
	there, err := postgres.All[Clash](ctx, tx, `select r.id as reception_id, r.date, 0::bigint as deputy_id, '' as deputy, p.name as place, r.starts, r.ends, null::date as until, false as spare
		from receptions r join stations p on p.county_id = @county and p.id = r.place_id
		where r.county_id = @county and r.place_id = @place and r.date = @date and r.starts < @ends and @starts < r.ends and r.id <> @except
			and r.state in ('planned', 'published', 'held') and `+aloneSQL("r")+` order by r.starts, r.id limit 1`,
		pgx.NamedArgs{"place": f.PlaceID, "date": date, "starts": f.Starts, "ends": f.Ends, "except": except})
	if err != nil {
		return fmt.Errorf("another day: %w", err)
	}
	if len(there) > 0 {
		invalid[field] = there[0].Words()
	}
	return nil
}
