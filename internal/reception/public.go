package reception

import (
	"github.com/jackc/pgx/v5"

	"lianluo/internal/calendar"
	"lianluo/internal/tenant"
)

// Announced is a reception day as it was announced to everybody.
type Announced struct {
	Date    calendar.Date
	Starts  string // 09:00
	Ends    string
	Kind    string // fixed, mobile, theme or appointment
	Theme   *string
	Place   string
	Code    string // of the place
	Address *string
	Names   []string // the deputies on duty, of those whom citizens see; substitutes are not named
}

// announcedAtMost is how many days a public page shows.
const announcedAtMost = 12

// AnnouncedAt queues the days from from to to that the station with that code has
// announced, or the station of the point or post with that code. What is only planned may
// still change, so it is nobody's to rely on; 走访 brings deputies to people's homes and
// is no day to come. Nor is one at a place that is suspended or closed: a suspended one's day
// itself stands, for when the place opens again.
func AnnouncedAt(v *tenant.View, code string, from, to calendar.Date) *[]Announced {
	return tenant.All[Announced](v, `select r.date, r.starts, r.ends, r.kind, r.theme, p.name as place, p.code, p.address,
			array(select d.name from reception_deputies rd join deputies d on d.county_id = @county and d.id = rd.deputy_id
				where rd.county_id = @county and rd.reception_id = r.id and not rd.substitute
					and d.approved_at is not null and d.merged_into is null order by d.name) as names
		from receptions r join stations p on p.county_id = @county and p.id = r.place_id and p.state = 'open'
		where r.county_id = @county and r.date between @from and @to and r.state = 'published' and r.kind <> 'household'
			and r.station_id = (select s.root_id from stations s where s.county_id = @county and s.code = @code)
		order by r.date, r.starts, r.id limit @limit`,
		pgx.NamedArgs{"code": code, "from": from, "to": to, "limit": announcedAtMost})
}
