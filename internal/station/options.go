package station

import (
	"github.com/jackc/pgx/v5"

	"lianluo/internal/calendar"
	"lianluo/internal/tenant"
)

// Above is a place that another one can be put below.
type Above struct {
	Code      string
	Kind      string
	ShortName string
	Root      string // the short name of its station
}

// Parents queues the county's stations and points in use, each station before its points.
func Parents(v *tenant.View) *[]Above {
	return tenant.All[Above](v, `select p.code, p.kind, p.short_name, r.short_name as root
		from stations p join stations r on r.county_id = @county and r.id = p.root_id
		where p.county_id = @county and p.kind <> 'post' and p.state in ('open', 'suspended')
		order by r.code, case p.kind when 'station' then 0 else 1 end, p.code`)
}

// Area is a division of the county, or the county itself, as forms offer it.
type Area struct {
	Code     string
	Name     string
	Level    string // county, township or village
	Township string // by name: a village's, a township's own
}

// Areas queues the county with its townships and villages, each township before its villages.
func Areas(v *tenant.View) *[]Area {
	return tenant.All[Area](v, `select d.code, d.name, d.level, t.name as township
		from counties c cross join unnest(array_append(c.former_codes, c.division_code)) own(code)
		join divisions d on d.code >= own.code and d.code < own.code || ':'
		join divisions t on t.code = left(d.code, 9)
		where c.id = (@county) order by d.code`)
}

// Account is somebody of a station's staff.
type Account struct {
	ID    int64
	Name  string
	Login string
}

// StaffOf queues who has an account as the head or a clerk of the station that the place
// with that code belongs to.
func StaffOf(v *tenant.View, code string) *[]Account {
	return tenant.All[Account](v, `select distinct u.id, u.name, u.login_name as login from user_roles r
		join users u on u.county_id = @county and u.id = r.user_id
		join stations s on s.county_id = @county and s.root_id = r.station_id
		where r.county_id = @county and s.code = @code and u.disabled_at is null and (r.to_date is null or r.to_date >= @today)
		order by u.name, u.id`, pgx.NamedArgs{"code": code, "today": calendar.DateOf(v.Now())})
}
