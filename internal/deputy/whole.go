package deputy

import (
	"context"

	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// Whole is a person as whoever goes through all of them needs it.
type Whole struct {
	Record
	PhoneBlind  []byte
	PhoneSealed []byte
}

// All reads all of the county's deputies by 档案号, without those that went into another
// record.
func All(ctx context.Context, tx *tenant.Tx) ([]Whole, error) {
	return postgres.All[Whole](ctx, tx, `select d.*, p.phone_blind, p.phone_sealed from (`+selectRecord+` and d.merged_into is null) d
		left join deputy_private p on p.county_id = @county and p.deputy_id = d.id order by d.number`)
}

// HeldBy is a mandate with whose it is.
type HeldBy struct {
	DeputyID int64
	Held
}

// AllMandates reads all mandates of the county's deputies, ended ones too: each person's
// from the highest level, the newest first.
func AllMandates(ctx context.Context, tx *tenant.Tx) ([]HeldBy, error) {
	return postgres.All[HeldBy](ctx, tx, `select m.deputy_id, m.id, m.level, m.term, m.electoral_unit, m.division_code, t.name as division,
			m.from_date, m.to_date, m.end_reason
		from mandates m left join divisions t on t.code = m.division_code
		where m.county_id = @county order by m.deputy_id, m.to_date is not null, `+levelOrder+`, m.from_date desc, m.id`)
}

// InGroup is a place in a station's group with whose it is.
type InGroup struct {
	DeputyID int64
	Belongs
}

// AllGroups reads who is and was in the groups of the county's stations.
func AllGroups(ctx context.Context, tx *tenant.Tx) ([]InGroup, error) {
	return postgres.All[InGroup](ctx, tx, `select g.deputy_id, g.id, g.station_id, s.code as station_code, s.short_name as station, g.role, g.from_date, g.to_date
		from station_deputies g join stations s on s.county_id = @county and s.id = g.station_id
		where g.county_id = @county order by g.deputy_id, g.to_date is not null, g.from_date desc, s.code, g.id`)
}
