package deputy

import (
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"lianluo/internal/tenant"
)

// Waiting is a deputy with what citizens would see of one.
type Waiting struct {
	Number   int32
	Name     string
	Duties   *string
	Levels   []string
	Units    []string // electoral units, in the order of the levels
	Stations []string
	Terms    []string   // in the order of the levels
	Photo    *uuid.UUID // key of the photograph
}

// Awaiting queues those whom nobody has approved, at most so many,
// the oldest record first. Numbers narrow it to these; none is all.
func Awaiting(v *tenant.View, numbers []int32, most int) *[]Waiting {
	return tenant.All[Waiting](v, `select d.number, d.name, d.duties,
			`+RunningLevels+` as levels,
			array(select m.electoral_unit from mandates m where m.county_id = @county and m.deputy_id = d.id and m.to_date is null order by `+levelOrder+`) as units,
			array(select m.term from mandates m where m.county_id = @county and m.deputy_id = d.id and m.to_date is null order by `+levelOrder+`) as terms,
			(select a.key from attachments a where a.county_id = @county and a.deputy_id = d.id and a.removed_at is null) as photo,
			array(select s.short_name from station_deputies g join stations s on s.county_id = @county and s.id = g.station_id
				where g.county_id = @county and g.deputy_id = d.id and g.to_date is null order by s.code) as stations
		from deputies d where d.county_id = @county and d.merged_into is null and d.approved_at is null
			and (cardinality(@numbers::int[]) = 0 or d.number = any(@numbers)) order by d.number limit @most`,
		pgx.NamedArgs{"numbers": append([]int32{}, numbers...), "most": most})
}
