// Package station is the 联络站 and what hangs below it: 联络点 and 服务岗.
package station

import (
	"github.com/jackc/pgx/v5"

	"lianluo/internal/tenant"
)

// Place is a station, a point or a post, as forms offer it.
type Place struct {
	ID        int64
	Name      string // 王桥镇人大代表联络站
	ShortName string // 王桥镇
}

const placeColumns = `id, name, short_name`

// Places reads a station with its open points and posts, the station first.
func Places(v *tenant.View, stationID int64) *[]Place {
	return tenant.All[Place](v, `select `+placeColumns+` from stations
		where county_id = @county and root_id = @station_id and state = 'open'
		order by case kind when 'station' then 0 when 'point' then 1 else 2 end, id`, pgx.NamedArgs{"station_id": stationID})
}

// All reads the county's open stations, without their points.
func All(v *tenant.View) *[]Place {
	return tenant.All[Place](v, `select `+placeColumns+` from stations
		where county_id = @county and kind = 'station' and state = 'open' order by code`)
}

// Exists queues whether the county has a station with that id, open or not.
func Exists(v *tenant.View, id int64) *bool {
	return tenant.Value[bool](v, `select exists (select from stations where county_id = @county and id = @id and kind = 'station')`, pgx.NamedArgs{"id": id})
}

// Villages reads the names of the villages around a station, for a form to suggest.
func Villages(v *tenant.View, stationID int64) *[]Village {
	return tenant.All[Village](v, `select d.name from stations s
		join divisions d on d.parent_code = s.division_code
		where s.county_id = @county and s.id = @station_id order by d.code`, pgx.NamedArgs{"station_id": stationID})
}

// Village is a division below a township, by its full name.
type Village struct{ Name string }
