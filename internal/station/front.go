package station

import (
	"regexp"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/tenant"
)

// codeForm is what every station's code is like, as the table's check says it too.
var codeForm = regexp.MustCompile(`^[0-9]{6}[0-9A-Z-]{0,18}$`)

// CountyCode is the division code of the county that a station's code names, or "" where
// it cannot be one.
//
// A code is permanent, unique within its county, and begins with the six digits of its
// county's division code, usually as the division's own code: 140423101 is 王桥镇's station,
// 140423101205 the point of 五阳村. Whoever makes a station gives it such a code; one that
// begins with another county's digits is found by nobody who scans the poster. Those six
// digits stay where the county's code changes: county.Codes.
func CountyCode(code string) string {
	if !codeForm.MatchString(code) {
		return ""
	}
	return code[:6]
}

// Front is what everybody may know of a station, a point or a post.
type Front struct {
	Code         string
	Kind         string // station, point or post
	Name         string
	State        string // open, suspended, closed or merged: its own, or else its station's
	Address      *string
	Phone        *string // its own, else its station's
	OpeningHours *string

	// The station that it belongs to; a station's own.
	StationCode    string
	StationName    string
	StationAddress *string
}

// FrontOf queues the station, point or post with that code; there may be none.
func FrontOf(v *tenant.View, code string) **Front {
	return tenant.Maybe[Front](v, `select s.code, s.kind, s.name, case s.state when 'open' then r.state else s.state end as state,
			s.address, coalesce(s.phone, r.phone) as phone, s.opening_hours,
			r.code as station_code, r.name as station_name, r.address as station_address
		from stations s join stations r on r.county_id = @county and r.id = s.root_id
		where s.county_id = @county and s.code = @code`, pgx.NamedArgs{"code": code})
}

// Listed is a station, a point or a post in a public list.
type Listed struct {
	Code    string
	Name    string
	Address *string
	Phone   *string
}

// Below queues the open points and posts of the station with that code, and the open
// posts of the point with that code.
func Below(v *tenant.View, code string) *[]Listed {
	return tenant.All[Listed](v, `select p.code, p.name, p.address, p.phone
		from stations s join stations p on p.county_id = @county and (p.root_id = s.id or p.parent_id = s.id)
		where s.county_id = @county and s.code = @code and p.id <> s.id and p.state = 'open'
		order by case p.kind when 'point' then 0 else 1 end, p.code`, pgx.NamedArgs{"code": code})
}

// Fronts queues the county's open stations, township by township.
func Fronts(v *tenant.View) *[]Listed {
	return tenant.All[Listed](v, `select code, name, address, phone from stations
		where county_id = @county and kind = 'station' and state = 'open' order by division_code, code`)
}
