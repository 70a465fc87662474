package deputy

import (
	"time"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/calendar"
	"lianluo/internal/tenant"
)

// Member is somebody in a station's group, as the station's page shows one.
type Member struct {
	Number   int32
	Name     string
	Duties   *string
	Role     string
	FromDate calendar.Date
	Levels   []string // of the running mandates, highest first
	Visits   int64    // received this year, wherever
}

// MembersOf queues the group of the station with that code: who leads it first, then by
// level and by name.
func MembersOf(v *tenant.View, code string, year int) *[]Member {
	return tenant.All[Member](v, `select d.number, d.name, d.duties, g.role, g.from_date,
			`+RunningLevels+` as levels,
			(select count(*) from visit_deputies r join visits w on w.county_id = @county and w.id = r.visit_id
				where r.county_id = @county and r.deputy_id = d.id and w.received_at >= @from and w.received_at < @until) as visits
		from station_deputies g join deputies d on d.county_id = @county and d.id = g.deputy_id
		join stations s on s.county_id = @county and s.id = g.station_id
		where g.county_id = @county and s.code = @code and g.to_date is null and d.merged_into is null
		order by array_position(array['head', 'deputy_head', 'convener', 'member'], g.role),
			(select min(`+levelOrder+`) from mandates m where m.county_id = @county and m.deputy_id = d.id and m.to_date is null), d.name, d.id`,
		pgx.NamedArgs{"code": code, "from": calendar.NewDate(year, time.January, 1).Start(),
			"until": calendar.NewDate(year+1, time.January, 1).Start()})
}
