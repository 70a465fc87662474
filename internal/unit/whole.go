package unit

import (
	"context"

	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// Whole is a unit as whoever goes through all of them needs it.
type Whole struct {
	ID         int64
	Name       string
	Level      string
	StationID  *int64
	Contact    *string
	Phone      *string
	Retired    bool
	Version    int32
	Categories []int64
	PastNames  []string
}

// All reads all of the county's units, retired ones too, in their order.
func All(ctx context.Context, tx *tenant.Tx) ([]Whole, error) {
	return postgres.All[Whole](ctx, tx, `select u.id, u.name, u.level, u.station_id, u.contact, u.phone, u.retired, u.version,
			array(select uc.category_id from unit_categories uc where uc.county_id = @county and uc.unit_id = u.id order by 1) as categories,
			array(select n.name from unit_names n where n.county_id = @county and n.unit_id = u.id order by n.id) as past_names
		from units u where u.county_id = @county order by u.position, u.id`)
}
