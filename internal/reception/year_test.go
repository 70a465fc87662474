package reception_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"lianluo/internal/calendar"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/reception"
	"lianluo/internal/rota"
	"lianluo/internal/tenant"
)

// TestAYearHonoursTheRules: whatever the rules, leaves, substitutes and swaps, and whatever the
// county wants, a generated year with its turns has no day on a holiday, and each moved one where
// the county wants it; nobody at two places at once, nobody on leave, nobody before joining; no
// free seat that somebody could take; nobody who has had enough where somebody free is short of
// the county's least; a leading one each month that has a day to which one could come; and the
// gaps that are reported are those that there are. The year is read from the tables, not from
// the code that made it.
func TestAYearHonoursTheRules(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Set("2025-12-29 09:00")
	small := w.groups()
	version := int32(1)
	for i, county := range []reception.Settings{{Roll: rota.NextWorkday, Least: 12}, {Roll: rota.WeekLater, Leading: true, Least: 2}, {Roll: rota.LeaveOut, Leading: true, Least: 60},
		{Roll: rota.NextWorkday, Leading: true, Least: 4}} {
		y := year{world: w, year: 2026 + i, county: county, small: small, rng: rand.New(rand.NewPCG(uint64(i), 3)), rules: map[int64]reception.RuleInput{}}
		if y.county.Version, y.county.AnswerDays = version, 3; i > 0 {
			y.Announce(casetest.Announcement(y.year))
		}
		version++
		w.must(func(ctx context.Context, tx *tenant.Tx) error {
			return reception.ChangeSettings(ctx, tx, w.Admin, y.county)
		})
		y.run()
		if t.Failed() {
			t.Fatalf("in %d, of %+v", y.year, county)
		}
	}
}

// groups gives 王桥镇 a group of four, of whom one joins in July, and 夏店镇 one of nine, two of
// them from 王桥镇 and one of them leading: one of many, so that no chance makes a month led.
func (w *world) groups() (small []int64) {
	w.t.Helper()
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		small = slices.Clone(w.Deputies[2:4])
		for n := range 7 {
			id, err := postgres.Value[int64](ctx, tx, `insert into deputies (county_id, number, name, leads, created_at) values (@county, @number, @name, @leads, @now) returning id`,
				pgx.NamedArgs{"number": 101 + n, "name": fmt.Sprintf("代表%d", n+1), "leads": n == 6, "now": tx.Now()})
			if err != nil {
				return err
			}
			small = append(small, id)
		}
		for _, id := range small {
			_, err := postgres.Exec(ctx, tx, `insert into station_deputies (county_id, station_id, deputy_id, from_date) values (@county, @other, @id, '2021-01-01')`,
				pgx.NamedArgs{"other": w.OtherStation, "id": id})
			if err != nil {
				return err
			}
		}
		_, err := postgres.Exec(ctx, tx, `update station_deputies set from_date = case when deputy_id = @id then date '2026-07-01' else '2021-01-01' end
			where county_id = @county and station_id = @station`, pgx.NamedArgs{"id": w.Deputies[1], "station": w.Station})
		return err
	})
	return small
}

// year is one year of two stations and a point.
type year struct {
	*world
	year   int
	county reception.Settings
	small  []int64 // 夏店镇's group; the last leads
	rules  map[int64]reception.RuleInput
	rng    *rand.Rand
}

// run makes the year's days, with leaves before and after the turns, swaps, and days that are
// told, and checks what stands in the tables.
func (y *year) run() {
	w, t, rng := y.world, y.t, y.rng
	t.Helper()
	from, to := calendar.NewDate(y.year, 1, 1), calendar.NewDate(y.year, 12, 31)
	both := rota.Rule{Every: rota.Day, Days: []int{1 + rng.IntN(4), 28 + rng.IntN(2)}} // on these both stations receive at one time
	for i, place := range []int64{w.Station, w.Station, w.Point, w.OtherStation} {
		in := w.rule([]rota.Rule{{Every: rota.Weekday, Weekdays: []int{rng.IntN(7)}, Nth: []int{1, 3}}, {Every: rota.Market, Digits: []int{rng.IntN(10)}, Lunar: true},
			{Every: rota.Day, Days: []int{1 + rng.IntN(28), rota.Last}}}[(i+rng.IntN(2))%3], from.String())
		in.PlaceID, in.Seats, in.Spares, in.Starts, in.Ends = place, 1+rng.IntN(2), rng.IntN(2), []string{"09:00", "15:00", "10:00", "09:30"}[i], []string{"11:30", "17:00", "12:00", "11:00"}[i]
		switch in.To = &to; i {
		case 0:
			in.Rule = both
		case 3:
			in.StationID, in.Seats, in.Rule = place, 1, both
		}
		y.rules[w.addRule(w.Admin, in)] = in
	}
	w.generate(w.Admin, y.year)
	away := func(deputy int64, from calendar.Date, days int) {
		to := from.AddDays(days)
		w.must(func(ctx context.Context, tx *tenant.Tx) error {
			_, err := reception.Away(ctx, tx, w.Admin, uuid.New(), reception.LeaveInput{Deputy: deputy, From: &from, To: &to, Reason: "外出学习"})
			return err
		})
	}
	away(w.Deputies[0], from.AddDays(90+rng.IntN(20)), 90)                        // a whole quarter
	away(y.small[len(y.small)-1], calendar.NewDate(y.year, 8, 1), 30+rng.IntN(9)) // who leads, a whole month
	for range 3 {
		away(w.Deputies[rng.IntN(4)], from.AddDays(rng.IntN(360)), rng.IntN(12))
	}
	for quarter := range 4 {
		w.Set(from.AddDays(quarter*91).String() + " 08:00")
		days := slices.Concat(y.quarter(w.OtherStation), y.quarter(w.Station))
		w.told(days[len(days)-1].ID)
	}
	y.moved(from, to)
	y.holds(from, to)
	y.gaps(from, to)
}

// quarter takes the proposed turns of a station's next days, and swaps some of them.
func (y *year) quarter(station int64) []reception.Entry {
	w := y.world
	w.t.Helper()
	until := w.Today().AddDays(92)
	if last := calendar.NewDate(y.year, 12, 31); until.After(last) {
		until = last
	}
	var propose func() reception.Turns
	w.View(func(v *tenant.View) { propose = reception.Propose(v, w.Admin, station, w.Today(), until) })
	turns, seats := propose(), map[int64]reception.Seats{}
	for _, e := range turns.Days {
		seats[e.ID] = reception.Seats{Deputies: turns.Turns[e.ID].Deputies, Substitutes: turns.Turns[e.ID].Spares}
	}
	for range 2 { // the second press changes nothing
		err := w.try(func(ctx context.Context, tx *tenant.Tx) error {
			_, err := reception.ApplyTurns(ctx, tx, w.Admin, station, seats)
			return err
		})
		if err != nil {
			w.t.Fatalf("what was proposed from %s to %s is refused: %v", w.Today(), until, err)
		}
	}
	y.enough(turns)
	for range len(turns.Days) / 4 { // refused where the other cannot come: that is the rule
		e := w.entry(turns.Days[y.rng.IntN(len(turns.Days))].ID)
		if len(e.Duty) > 0 && !e.Duty[0].Leading {
			err := w.try(func(ctx context.Context, tx *tenant.Tx) error {
				return reception.Swap(ctx, tx, w.Admin, e.ID, e.Version, e.Duty[0].ID, w.Deputies[[]int{0, 2, 3}[y.rng.IntN(3)]], "临时有会")
			})
			if _, refused := errors.AsType[errs.Invalid](err); err != nil && !refused {
				w.t.Fatal(err)
			}
		}
	}
	return turns.Days
}

// enough goes through turns that were just taken, day by day: nobody who has as many as the
// county wants gets one while somebody who is short of it is free, but for who leads.
func (y *year) enough(turns reception.Turns) {
	y.t.Helper()
	has, leads := map[int64]int{}, map[int64]bool{}
	for _, m := range turns.Members {
		has[m.ID], leads[m.ID] = int(m.Served), m.Leading
	}
	days := slices.SortedFunc(slices.Values(turns.Days), func(a, b reception.Entry) int {
		return cmp.Or(a.Date.Compare(b.Date), cmp.Compare(a.Starts, b.Starts), cmp.Compare(a.ID, b.ID))
	})
	couldHave := y.free(days)
	for _, e := range days {
		for _, id := range turns.Turns[e.ID].Deputies {
			if y.county.Leading && leads[id] {
				has[id]++
				continue
			}
			for _, free := range couldHave[e.ID] {
				if has[id] >= y.county.Least && has[free] < y.county.Least {
					y.t.Errorf("on %s %d has a turn after %d, and %d with %d was free", e.Date, id, has[id], free, has[free])
				}
			}
			has[id]++
		}
	}
}

// free are those of a day's group who could have come to it besides those who do, by day.
func (y *year) free(days []reception.Entry) map[int64][]int64 {
	y.t.Helper()
	free, ids := map[int64][]int64{}, make([]int64, len(days))
	for i, e := range days {
		ids[i] = e.ID
	}
	y.must(func(ctx context.Context, tx *tenant.Tx) error {
		all, err := postgres.All[struct{ Day, Deputy int64 }](ctx, tx, `select r.id as day, d.id as deputy from receptions r
			join station_deputies g on g.county_id = @county and g.station_id = r.station_id and g.from_date <= r.date
			join deputies d on d.county_id = @county and d.id = g.deputy_id
			where r.county_id = @county and r.id = any(@days) and `+couldCome, pgx.NamedArgs{"days": ids})
		for _, pair := range all {
			free[pair.Day] = append(free[pair.Day], pair.Deputy)
		}
		return err
	})
	return free
}

// couldCome is that deputy d is neither on leave nor elsewhere at the time of day r, nor there.
const couldCome = `not exists (select from reception_leaves l where l.county_id = @county and l.deputy_id = d.id and l.ended_at is null and r.date between l.from_date and l.to_date)
	and not exists (select from reception_deputies od join receptions o on o.county_id = @county and o.id = od.reception_id
		where od.county_id = @county and od.deputy_id = d.id and o.state <> 'cancelled' and o.date = r.date and o.starts < r.ends and r.starts < o.ends)`

// told tells what came of a day: who stands last in its list came alone, which is the
// substitute where there is one.
func (w *world) told(day int64) {
	w.t.Helper()
	e := w.entry(day)
	if len(e.Duty) == 0 {
		return
	}
	w.Set(e.Date.String() + " 18:00")
	w.must(func(ctx context.Context, tx *tenant.Tx) error {
		return reception.Held(ctx, tx, w.Admin, e.ID, e.Version, reception.Report{Came: []int64{e.Duty[len(e.Duty)-1].ID}})
	})
}
