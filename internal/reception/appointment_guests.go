package reception

import (
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/tenant"
)

// Guest is somebody who has an appointment at a station today, as the desk lists them.
type Guest struct {
	ID           int64
	Name         string
	Topic        string
	Place        string
	At           *string // the hour, where one was said
	Starts, Ends *string
	State        string
	VisitKey     *uuid.UUID // of the visit, once it is registered
	Numbers      []string   // of its cases that everybody of the station may see
}

// Registered reports whether somebody has come and was registered.
func (g Guest) Registered() bool { return g.State == Came }

// Hours is when: 9:30, or 09:00–11:30.
func (g Guest) Hours() string { return hoursOf(g.At, g.Starts, g.Ends) }

// mostGuests is how many of a day are listed at most.
const mostGuests = 60

// GuestsOn reads who has an appointment on a day at a station and its points, by the hour, as
// far as by may see it: who is to come, and who came.
func GuestsOn(v *tenant.View, by auth.Actor, stationID int64, day calendar.Date) *[]Guest {
	return tenant.All[Guest](v, `select r.id, r.name, r.topic, p.short_name as place, r.at, d.starts, d.ends, r.state, v.submission_key as visit_key,
			array(select c.number from cases c where c.county_id = @county and c.visit_id = r.visit_id and not c.restricted order by c.position) as numbers
		from receptions d join appointments r on r.county_id = @county and r.reception_id = d.id
		join stations p on p.county_id = @county and p.id = d.place_id
		left join visits v on v.county_id = @county and v.id = r.visit_id
		where d.county_id = @county and d.date = @day and r.station_id = @at_station and r.state in ('confirmed', 'moved', 'came') and `+asksWithin(by)+`
		order by coalesce(r.at, d.starts), r.id limit @most`,
		asksArgs(by, pgx.NamedArgs{"at_station": stationID, "day": day, "most": mostGuests}))
}

// MeetingDay is a day of 约访 to come, with how many are booked on it.
type MeetingDay struct {
	ID           int64
	Date         calendar.Date
	Starts, Ends string
	Station      string
	Place        string
	Booked       int64
	Days, Free   int64 // of all that are asked for: how many days, and on how many nobody is booked
}

// MeetingWeeks is how many weeks ahead days of 约访 are listed.
const MeetingWeeks = 6

// mostMeetingDays is how many are listed at most; all are counted.
const mostMeetingDays = 60

// MeetingDays reads the days of 约访 of the next weeks, by date: those of the stations whose rota
// is by's, or of one station where it is not 0.
func MeetingDays(v *tenant.View, by auth.Actor, stationID int64) *[]MeetingDay {
	today := calendar.DateOf(v.Now())
	return tenant.All[MeetingDay](v, `select r.id, r.date, r.starts, r.ends, s.short_name as station, p.short_name as place, b.booked,
			count(*) over () as days, count(*) filter (where b.booked = 0) over () as free
		from receptions r join stations s on s.county_id = @county and s.id = r.station_id
		join stations p on p.county_id = @county and p.id = r.place_id
		cross join lateral (select count(*) as booked from appointments a where a.county_id = @county and a.reception_id = r.id
			and a.state in ('confirmed', 'moved', 'came')) b
		where r.county_id = @county and r.kind = 'appointment' and r.state in ('planned', 'published') and r.date between @today and @until
			and (@of_station::bigint = 0 or r.station_id = @of_station) and `+asksWithin(by)+`
		order by r.date, r.starts, s.code, r.id limit @most`,
		asksArgs(by, pgx.NamedArgs{"today": today, "until": today.AddDays(7 * MeetingWeeks), "of_station": stationID, "most": mostMeetingDays}))
}
