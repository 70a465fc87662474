package reception_test

import (
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/calendar"
	"lianluo/internal/postgres"
	"lianluo/internal/reception"
	"lianluo/internal/rota"
	"lianluo/internal/tenant"
)

// moved looks at each day of the rules: none is on a holiday, what was moved was a holiday and
// is where the county wants it, and each working day that a rule names has its day.
func (y *year) moved(from, to calendar.Date) {
	t := y.t
	t.Helper()
	var days []struct {
		Rule        int64
		Meant, Date calendar.Date
	}
	var cal *calendar.Calendar
	y.must(func(ctx context.Context, tx *tenant.Tx) (err error) {
		if cal, err = calendar.OfTx(ctx, tx); err != nil {
			return err
		}
		days, err = postgres.All[struct {
			Rule        int64
			Meant, Date calendar.Date
		}](ctx, tx, `select rule_id as rule, meant_on as meant, date from receptions where county_id = @county and rule_id is not null and meant_on between @from and @to
			and state <> 'cancelled'`, pgx.NamedArgs{"from": from, "to": to})
		return err
	})
	on, moved := map[int64]map[calendar.Date]bool{}, 0
	for _, d := range days {
		rule := y.rules[d.Rule].Rule
		worked := rule.Every == rota.Day // a date means a working day; a market is on Sundays too
		between := 0                     // working days that were passed over
		for day := d.Meant; day.Before(d.Date); day = day.AddDays(1) {
			if cal.IsWorkday(day) {
				between++
			}
		}
		right := rule.On(d.Meant) && !cal.IsHoliday(d.Date) && (!worked || cal.IsWorkday(d.Date))
		if d.Date != d.Meant {
			moved++
			right = right && (cal.IsHoliday(d.Meant) || worked && !cal.IsWorkday(d.Meant)) && d.Date.After(d.Meant)
			switch weeks := d.Date.Sub(d.Meant)%7 == 0; y.county.Roll {
			case rota.NextWorkday:
				right = right && between == 0 && cal.IsWorkday(d.Date)
			case rota.WeekLater:
				right = right && (weeks || worked)
			default:
				right = false
			}
		}
		if !right {
			t.Errorf("%s: %s stands on %s, by %s", rule.Words(), d.Meant, d.Date, y.county.Roll)
		}
		if on[d.Rule] == nil {
			on[d.Rule] = map[calendar.Date]bool{}
		}
		on[d.Rule][d.Date] = true
	}
	for id, in := range y.rules {
		for d := from; !d.After(to); d = d.AddDays(1) {
			if in.Rule.On(d) && cal.IsWorkday(d) && !on[id][d] {
				t.Errorf("%s: nothing on %s", in.Rule.Words(), d)
			}
		}
	}
	if (moved > 0) != (y.county.Roll != rota.LeaveOut) {
		t.Errorf("%d days were moved, by %s", moved, y.county.Roll)
	}
}

// seat is a row of the tables.
type seat struct {
	Day, Deputy, Station int64
	Date                 calendar.Date
	Starts, Ends, State  string
	Substitute           bool
	Came                 *bool
	Away, Joined, Leads  bool
}

func (s seat) counts() bool {
	if s.Substitute {
		return s.Came != nil && *s.Came
	}
	return s.Came == nil || *s.Came
}

// seats reads the year from the tables, one row a seat.
func (y *year) seats(from, to calendar.Date) (seats []seat) {
	y.t.Helper()
	y.must(func(ctx context.Context, tx *tenant.Tx) (err error) {
		seats, err = postgres.All[seat](ctx, tx, `select r.id as day, rd.deputy_id as deputy, r.station_id as station, r.date, r.starts, r.ends, r.state, rd.substitute, rd.came, d.leads,
				exists (select from reception_leaves l where l.county_id = @county and l.deputy_id = rd.deputy_id and l.ended_at is null and r.date between l.from_date and l.to_date) as away,
				exists (select from station_deputies g where g.county_id = @county and g.deputy_id = rd.deputy_id and g.from_date <= r.date) as joined
			from receptions r join reception_deputies rd on rd.county_id = @county and rd.reception_id = r.id
			join deputies d on d.county_id = @county and d.id = rd.deputy_id
			where r.county_id = @county and r.date between @from and @to and r.state <> 'cancelled'`, pgx.NamedArgs{"from": from, "to": to})
		return err
	})
	return seats
}

// holds looks at each pair of the year's seats, and at those that are free.
func (y *year) holds(from, to calendar.Date) {
	w, t := y.world, y.t
	t.Helper()
	seats := y.seats(from, to)
	var open []struct {
		Date  calendar.Date
		Could string
	}
	w.must(func(ctx context.Context, tx *tenant.Tx) (err error) {
		open, err = postgres.All[struct {
			Date  calendar.Date
			Could string
		}](ctx, tx, `select r.date, d.name as could from receptions r
			join station_deputies g on g.county_id = @county and g.station_id = r.station_id and g.from_date <= r.date
			join deputies d on d.county_id = @county and d.id = g.deputy_id
			where r.county_id = @county and r.rule_id is not null and r.date between @from and @to and r.state = 'planned' and not r.touched
				and (select count(*) from reception_deputies rd where rd.county_id = @county and rd.reception_id = r.id and not rd.substitute) < r.seats
				and `+couldCome, pgx.NamedArgs{"from": from, "to": to})
		return err
	})
	if len(open) > 0 {
		t.Errorf("seats that somebody could take stay empty: %v", open)
	}
	for i, a := range seats {
		if a.Away || !a.Joined {
			t.Errorf("%d is on duty on %s, and on leave (%t) or not in a group yet", a.Deputy, a.Date, a.Away)
		}
		for _, b := range seats[i+1:] {
			if a.Deputy == b.Deputy && a.Date == b.Date && a.Starts < b.Ends && b.Starts < a.Ends {
				t.Errorf("%d is at two places on %s", a.Deputy, a.Date)
			}
		}
	}
	served, spared := map[int64]int64{}, map[int64]int64{}
	for _, s := range seats {
		if s.counts() {
			served[s.Deputy]++
		}
		if s.Substitute {
			spared[s.Deputy]++
		}
	}
	for _, station := range []int64{w.Station, w.OtherStation} {
		var members *[]reception.Member
		w.View(func(v *tenant.View) { members = reception.Members(v, station, from) })
		for _, m := range *members {
			if m.Served != served[m.ID] || m.Spared != spared[m.ID] || station == w.Station && m.Served == 0 {
				t.Errorf("%s: %d turns and %d times a substitute, in the tables %d and %d", m.Name, m.Served, m.Spared, served[m.ID], spared[m.ID])
			}
		}
	}
	// Two who were there all year, at both stations: what was swapped is not made up for within the quarter.
	if apart := served[w.Deputies[2]] - served[w.Deputies[3]]; apart < -8 || apart > 8 {
		t.Errorf("one has %d turns, the other %d", served[w.Deputies[2]], served[w.Deputies[3]])
	}
	t.Logf("%s to %s: %d seats, turns %v", from, to, len(seats), served)
}

// gaps compares the report with the tables: who has fewer turns than the county wants, and the
// months in which nobody leads; in those nobody who leads could have come.
func (y *year) gaps(from, to calendar.Date) {
	w, t := y.world, y.t
	t.Helper()
	var report func() reception.Gaps
	w.View(func(v *tenant.View) { report = reception.GapsOf(v, w.Admin, y.year) })
	served, led := map[int64]int{}, map[time.Month]bool{}
	for _, s := range y.seats(from, to) {
		if s.counts() {
			served[s.Deputy]++
		}
		if s.Station == w.OtherStation && s.Leads && !s.Substitute {
			led[s.Date.Month()] = true
		}
	}
	short := 0
	for _, id := range slices.Compact(slices.Sorted(slices.Values(slices.Concat(w.Deputies, y.small)))) {
		if served[id] < y.county.Least {
			short++
		}
	}
	if n := len(report().Seldom); n != short {
		t.Errorf("%d have fewer turns than %d, the report says %d", short, y.county.Least, n)
	}
	var unled []int32
	for _, u := range report().Unled {
		if u.Station == "夏店镇" {
			unled = u.Months
		}
	}
	if !y.county.Leading {
		if len(report().Unled) != 0 {
			t.Errorf("the county wants no leading days, the report says %+v", report().Unled)
		}
		return
	}
	var could []struct{ Month int32 }
	w.must(func(ctx context.Context, tx *tenant.Tx) (err error) {
		could, err = postgres.All[struct{ Month int32 }](ctx, tx, `select distinct extract(month from r.date)::int as month from receptions r join deputies d on d.county_id = @county and d.id = @leads
			where r.county_id = @county and r.station_id = @other and r.rule_id is not null and r.date between @from and @to and r.state = 'planned' and `+couldCome,
			pgx.NamedArgs{"leads": y.small[len(y.small)-1], "other": w.OtherStation, "from": from, "to": to})
		return err
	})
	for month := time.January; month <= time.December; month++ {
		if slices.Contains(unled, int32(month)) == led[month] {
			t.Errorf("%s is led: %t, the report says the others are not: %v", month, led[month], unled)
		}
		if !led[month] && slices.Contains(could, struct{ Month int32 }{int32(month)}) {
			t.Errorf("nobody leads in %s, though there is somebody who could", month)
		}
	}
	if len(led) < 6 || led[time.August] {
		t.Errorf("led months: %v", led)
	}
}
