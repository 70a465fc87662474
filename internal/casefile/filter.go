package casefile

import (
	"lianluo/internal/auth"
	"lianluo/internal/tenant"
)

// FilterChoice is something that a list of cases can be filtered by.
type FilterChoice struct {
	Kind string // station, unit or category
	ID   int64
	Name string
	Old  bool // retired: what there is carries it, and nothing new will
}

// FilterChoices reads what by can filter the list of cases by, in one statement: categories of the
// first level, retired ones too, since cases carry them; for the county's office its stations
// and units.
func FilterChoices(v *tenant.View, by auth.Actor) *[]FilterChoice {
	const categories = `select 'category' as kind, id, name, retired as old, position::text as place from categories
		where county_id = @county and parent_id is null`
	if by.Scope(auth.SeeCases) != auth.WholeCounty {
		return tenant.All[FilterChoice](v, `select kind, id, name, old from (`+categories+`) all_options order by lpad(place, 9, '0'), id`)
	}
	return tenant.All[FilterChoice](v, `select kind, id, name, old from (`+categories+`
		union all select 'station', id, short_name, false, code from stations where county_id = @county and kind = 'station'
		union all select 'unit', id, name, retired, level || lpad(position::text, 9, '0') from units where county_id = @county
		) all_options order by kind, lpad(place, 24, '0'), id`)
}
