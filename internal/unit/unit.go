// Package unit is the handling unit (承办单位): a county's departments and each township's.
package unit

import (
	"github.com/jackc/pgx/v5"

	"lianluo/internal/tenant"
)

// Choice is a unit as the form of handing out offers it.
type Choice struct {
	ID    int64
	Name  string
	Level string // county or township
	Usual bool   // usually gets the category of the case: offered first
}

// ForCase reads the units that a case may be handed to: those of its township, and, for
// the county's office, every department. The usual ones for its category come first.
func ForCase(v *tenant.View, number string, county bool) *[]Choice {
	return tenant.All[Choice](v, `select u.id, u.name, u.level,
		exists (select from unit_categories uc where uc.county_id = @county and uc.unit_id = u.id
			and (uc.category_id = k.id or uc.category_id = k.parent_id)) as usual
		from cases c
		join categories k on k.county_id = @county and k.id = c.category_id
		join units u on u.county_id = @county and not u.retired and (u.station_id = c.station_id or (@all and u.level = 'county'))
		where c.county_id = @county and c.number = @number
		order by usual desc, case u.level when 'county' then 0 else 1 end, u.position, u.id`,
		pgx.NamedArgs{"number": number, "all": county})
}
