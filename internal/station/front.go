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
	// The code of what it was merged into, at the end of the chain: where its poster leads
	// now. nil where it was not, or where nothing is left of that either.
	LeadsTo *string
}

// leadsTo follows the mergers of a place s, of the station r, to where they end. Mergers
// make no circle; should a table have one all the same, it leads nowhere.
const leadsTo = `case when 'merged' in (s.state, r.state) then (
		with recursive chain (id, depth) as (
			select coalesce(s.successor_id, case s.state when 'open' then r.successor_id end), 1
			union all
			select n.successor_id, c.depth + 1 from chain c join stations n on n.county_id = @county and n.id = c.id
			where n.state = 'merged' and c.depth < 20)
		select e.code from chain c join stations e on e.county_id = @county and e.id = c.id
		where e.state <> 'merged' and e.id <> s.id) end`

// FrontOf queues the station, point or post with that code; there may be none.
func FrontOf(v *tenant.View, code string) **Front {
	return tenant.Maybe[Front](v, `select s.code, s.kind, s.name, case s.state when 'open' then r.state else s.state end as state,
			s.address, coalesce(s.phone, r.phone) as phone, s.opening_hours,
			r.code as station_code, r.name as station_name, r.address as station_address,
			`+leadsTo+` as leads_to
		from stations s join stations r on r.county_id = @county and r.id = s.root_id
		where s.county_id = @county and s.code = @code`, pgx.NamedArgs{"code": code})
}

// Formerly queues the name of the place that had the code from, if what is now at the code
// is where it leads: somebody has scanned an old poster.
func Formerly(v *tenant.View, from, code string) **Former {
	return tenant.Maybe[Former](v, `select f.name from (select s.name, `+leadsTo+` as leads_to
			from stations s join stations r on r.county_id = @county and r.id = s.root_id
			where s.county_id = @county and s.code = @from) f where f.leads_to = @code`, pgx.NamedArgs{"from": from, "code": code})
}

// Former is a place that is no more.
type Former struct{ Name string }

// Purpose is what one can do at a place.
type Purpose struct {
	Name string
	Note *string // in plain words
}

// Purposes queues what the place with that code is for; what serves no purpose of its own
// serves its station's.
func Purposes(v *tenant.View, code string) *[]Purpose {
	return tenant.All[Purpose](v, `select f.name, f.note from stations s
		join station_functions x on x.county_id = @county and x.station_id = case
			when exists (select from station_functions o where o.county_id = @county and o.station_id = s.id) then s.id else s.root_id end
		join functions f on f.county_id = @county and f.id = x.function_id
		where s.county_id = @county and s.code = @code order by f.position, f.id`, pgx.NamedArgs{"code": code})
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

// Passed is a station that went into another one.
type Passed struct{ ShortName, Into string }

// PassedStations queues the county's stations that went into others, by their short names.
func PassedStations(v *tenant.View) *[]Passed {
	return tenant.All[Passed](v, `select s.short_name, t.short_name as into from stations s
		join stations t on t.county_id = @county and t.id = s.successor_id
		where s.county_id = @county and s.kind = 'station' and s.state = 'merged' order by s.division_code, s.code`)
}
