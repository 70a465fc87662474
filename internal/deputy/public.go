package deputy

import (
	"github.com/jackc/pgx/v5"

	"lianluo/internal/tenant"
)

// Public is what everybody may know of a deputy (代表法: 公示代表基本信息): name, duties and
// running mandates. There is nothing of deputy_private in it.
type Public struct {
	Name     string
	Duties   *string
	Mandates []PublicMandate // highest level first
}

// PublicMandate is a running mandate.
type PublicMandate struct {
	Level string `json:"level"`
	Unit  string `json:"unit"` // 选区 or 选举单位
}

// PublicOfStation queues the group of the station with that code, or of the station of
// the point or post with that code: those with a running mandate, by its level and by
// name.
func PublicOfStation(v *tenant.View, code string) *[]Public {
	return tenant.All[Public](v, `select d.name, d.duties,
			json_agg(json_build_object('level', m.level, 'unit', m.electoral_unit) order by `+levelOrder+`, m.id) as mandates
		from station_deputies g
		join deputies d on d.county_id = @county and d.id = g.deputy_id
		join mandates m on m.county_id = @county and m.deputy_id = d.id and m.to_date is null
		where g.county_id = @county and g.to_date is null
			and g.station_id = (select s.root_id from stations s where s.county_id = @county and s.code = @code)
		group by d.county_id, d.id order by min(`+levelOrder+`), d.name, d.id`, pgx.NamedArgs{"code": code})
}

const levelOrder = `array_position(array['national', 'province', 'prefecture', 'county', 'township'], m.level)`
