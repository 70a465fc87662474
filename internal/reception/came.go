package reception

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/calendar"
	"lianluo/internal/errs"
	"lianluo/internal/option"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// CameTo is the condition that visit x came to its reception r: somebody who came, or a
// household that was called on on a day of 走访. A call, a letter or what a deputy brought
// along came to none, whatever an old row says.
const CameTo = `(x.way in ('visit', 'appointment') or x.way = 'household' and r.kind = 'household')`

// TookPlace is the condition that the reception day r took place: its report says so, or somebody
// came to it, whether the report was written by now or not.
const TookPlace = `(r.state = 'held' or exists (select from visits x where x.county_id = @county and x.reception_id = r.id and ` + CameTo + `))`

// Counted is the relation of whose turn each reception day is (reception_id, deputy_id, and of
// the day station_id, date and state, 'held' where it TookPlace), one row for a deputy and a day. It is who is said to have
// come; of whom nobody said anything, who is on duty and no substitute, and who is named on a
// visit that came to the day, on the list of duty or not. Who is said not to have come has no
// turn, whatever a visit says: its form ticks who is on duty by itself, the report of the day
// does not. The register of activities, the turns, the gaps and a deputy's record read this and
// nothing else, so that they agree. A cancelled day is nobody's.
const Counted = `(select r.id as reception_id, r.deputy_id, r.station_id, r.date, case when ` + TookPlace + ` then 'held' else r.state end as state
	from (select r.id, rd.deputy_id, r.station_id, r.date, r.state, r.kind
		from reception_deputies rd join receptions r on r.county_id = @county and r.id = rd.reception_id
		where rd.county_id = @county and r.state <> 'cancelled' and (rd.came or rd.came is null and not rd.substitute)
	union select r.id, vd.deputy_id, r.station_id, r.date, r.state, r.kind
		from visit_deputies vd join visits x on x.county_id = @county and x.id = vd.visit_id
		join receptions r on r.county_id = @county and r.id = x.reception_id
		where vd.county_id = @county and r.state <> 'cancelled' and ` + CameTo + `
			and not exists (select from reception_deputies rd where rd.county_id = @county and rd.reception_id = r.id and rd.deputy_id = vd.deputy_id and not rd.came)) r)`

// Visit is a visit (来访) that may belong to a reception day.
type Visit struct {
	StationID int64
	PlaceID   int64
	Way       string
	At        time.Time
	Chosen    int64 // the day that somebody chose; 0: the rule decides

	Appointment int64 // the request that it came of, whose day goes before all others; 0: none
}

// None is Chosen where somebody said that the visit came to no reception day.
const None = -1

// Choice is a reception day as the form of a visit offers it.
type Choice struct {
	ID           int64
	Starts, Ends string
	PlaceID      int64
	Place        string // in short
	Kind         string
}

// Words say which it is: 09:00–11:30 王桥镇 固定接待.
func (c Choice) Words() string {
	return c.Starts + "–" + c.Ends + " " + c.Place + " " + option.NameOf(Kinds, c.Kind)
}

// Choices queues the days of a station on a date to which a visit may belong.
func Choices(v *tenant.View, stationID int64, date calendar.Date) *[]Choice {
	return tenant.All[Choice](v, `select r.id, r.starts, r.ends, r.place_id, p.short_name as place, r.kind from receptions r
		join stations p on p.county_id = @county and p.id = r.place_id
		where r.county_id = @county and r.station_id = @station and r.date = @date and r.state <> 'cancelled' order by r.starts, r.id`,
		pgx.NamedArgs{"station": stationID, "date": date})
}

// early is how long before a day begins somebody who comes has come to it.
const early = time.Hour

// ForArrival is the reception day to which a visit came, and holds it, so that it is neither
// cancelled nor moved meanwhile. Who came in person came to a day at that place (a mobile one
// goes to all places of its station), of several to that for which they had an appointment,
// or else of which the hours are nearest; a
// household that was called on belongs to a day of 走访; all others to none. A day that
// begins later than in an hour has not begun. It returns errs.Invalid at reception where the
// chosen day is none to which the visit can have come.
func ForArrival(ctx context.Context, tx *tenant.Tx, a Visit) (*int64, error) {
	if a.Chosen == None {
		return nil, nil
	}
	at := a.At.In(calendar.Shanghai)
	day := calendar.DateOf(at)
	until := "24:00" // every day of the date has begun
	if soon := at.Add(early); calendar.DateOf(soon) == day {
		until = soon.Format("15:04")
	}
	found, err := postgres.All[struct{ ID int64 }](ctx, tx, `select r.id from receptions r
			left join lateral (select a.reception_id as day from appointments a where a.county_id = @county and a.id = @appointment) b on true
		where r.county_id = @county and r.station_id = @station and r.date = @day and r.state <> 'cancelled' and r.starts <= @until
			and case when @way in ('visit', 'appointment') then r.kind <> 'household' else @way = 'household' and r.kind = 'household' end
			and case when @chosen <> 0 then r.id = @chosen else r.place_id = @place or r.id = b.day or r.kind in ('mobile', 'household') end
		order by r.id is distinct from b.day, r.place_id <> @place, case when @clock < r.starts then r.starts::time - @clock::time
			when @clock > r.ends then @clock::time - r.ends::time else interval '0' end, r.starts, r.id
		limit 1 for share of r`, pgx.NamedArgs{"station": a.StationID, "place": a.PlaceID, "way": a.Way, "day": day, "until": until,
		"clock": at.Format("15:04"), "chosen": a.Chosen, "appointment": a.Appointment})
	if err != nil {
		return nil, fmt.Errorf("reception of an arrival: %w", err)
	}
	if len(found) == 0 {
		if a.Chosen != 0 {
			return nil, errs.Invalid{"reception": "这一场接待已经取消、改期，或者不合来访的方式和时间，请重新选择。"}
		}
		return nil, nil
	}
	return &found[0].ID, nil
}
