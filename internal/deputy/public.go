package deputy

import (
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"lianluo/internal/tenant"
)

// Public is what everybody may know of a deputy (代表法: 公示代表基本信息): name, photograph,
// duties and running mandates, once somebody who may has approved them. There is nothing of
// deputy_private in it.
type Public struct {
	Name     string
	Duties   *string
	Photo    *uuid.UUID // its address
	Width    *int32     // of the photograph
	Height   *int32
	Mandates []PublicMandate // highest level first
}

// PublicMandate is a running mandate.
type PublicMandate struct {
	Level string `json:"level"`
	Unit  string `json:"unit"` // 选区 or 选举单位
}

// shown is whether citizens see the deputy d, and inGroup whether d is in the group of the
// station with the code, or of the station of the point or post with that code.
const (
	shown = `d.approved_at is not null and d.merged_into is null
		and exists (select from mandates r where r.county_id = @county and r.deputy_id = d.id and r.to_date is null)`
	inGroup = `exists (select from station_deputies g where g.county_id = @county and g.deputy_id = d.id and g.to_date is null
		and g.station_id = (select s.root_id from stations s where s.county_id = @county and s.code = @code))`
)

// PublicOfStation queues a station's group, by the level of their mandates and by name.
func PublicOfStation(v *tenant.View, code string) *[]Public {
	return tenant.All[Public](v, `select d.name, d.duties, a.key as photo, a.width, a.height,
			json_agg(json_build_object('level', m.level, 'unit', m.electoral_unit) order by `+levelOrder+`, m.id) as mandates
		from deputies d
		join mandates m on m.county_id = @county and m.deputy_id = d.id and m.to_date is null
		left join attachments a on a.county_id = @county and a.deputy_id = d.id and a.removed_at is null
		where d.county_id = @county and `+shown+` and `+inGroup+`
		group by d.county_id, d.id, a.key, a.width, a.height order by min(`+levelOrder+`), d.name, d.id`, pgx.NamedArgs{"code": code})
}

// PublicPhoto is the photograph of a deputy whom citizens see at a station.
type PublicPhoto struct {
	Name     string
	ThumbKey uuid.UUID
}

// PhotoAt queues the photograph with that key in its address, if it is one of somebody
// whom the page of the station shows: no other file is found by it.
func PhotoAt(v *tenant.View, code string, key uuid.UUID) **PublicPhoto {
	return tenant.Maybe[PublicPhoto](v, `select d.name, a.thumb_key from attachments a
		join deputies d on d.county_id = @county and d.id = a.deputy_id
		where a.county_id = @county and a.key = @key and a.removed_at is null and `+shown+` and `+inGroup,
		pgx.NamedArgs{"code": code, "key": key})
}

// RunningLevels are the levels of the running mandates of deputy d, highest first, as an array
// in a statement.
const RunningLevels = `array(select m.level from mandates m where m.county_id = @county and m.deputy_id = d.id and m.to_date is null
	order by ` + levelOrder + `)`

const levelOrder = `array_position(array['national', 'province', 'prefecture', 'county', 'township'], m.level)`
