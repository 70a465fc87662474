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
// record. What is private is read apart: in a transaction that has just written thousands
// the planner would join the two tables row by row.
func All(ctx context.Context, tx *tenant.Tx) ([]Whole, error) {
	all, err := postgres.All[Record](ctx, tx, `select id, number, version, name, gender, birth_year, certificate_no, duties, approved_at, approved_name,
			null::int as merged_into, null as phone_masked, null as ethnicity, null as education, null as party
		from deputies where county_id = @county and merged_into is null order by number`)
	if err != nil {
		return nil, err
	}
	type secret struct {
		DeputyID                                 int64
		PhoneSealed, PhoneBlind                  []byte
		PhoneMasked, Ethnicity, Education, Party *string
	}
	secrets, err := postgres.All[secret](ctx, tx, `select deputy_id, phone_sealed, phone_blind, phone_masked, ethnicity, education, party
		from deputy_private where county_id = @county`)
	of := make(map[int64]secret, len(secrets))
	for _, s := range secrets {
		of[s.DeputyID] = s
	}
	whole := make([]Whole, len(all))
	for i, r := range all {
		s := of[r.ID]
		r.PhoneMasked, r.Ethnicity, r.Education, r.Party = s.PhoneMasked, s.Ethnicity, s.Education, s.Party
		whole[i] = Whole{r, s.PhoneBlind, s.PhoneSealed}
	}
	return whole, err
}

// HeldBy is a mandate with whose it is.
type HeldBy struct {
	DeputyID int64
	Held
}

// AllMandates reads all mandates of the county's deputies, ended ones too: each person's
// from the highest level, the newest first; without the names of townships.
func AllMandates(ctx context.Context, tx *tenant.Tx) ([]HeldBy, error) {
	return postgres.All[HeldBy](ctx, tx, `select m.deputy_id, m.id, m.level, m.term, m.electoral_unit, m.division_code, null as division,
			m.from_date, m.to_date, m.end_reason
		from mandates m where m.county_id = @county order by m.deputy_id, m.to_date is not null, `+levelOrder+`, m.from_date desc, m.id`)
}

// InGroup is a place in a station's group with whose it is.
type InGroup struct {
	DeputyID int64
	Belongs
}

// AllGroups reads who is and was in the groups of the county's stations; without the
// stations' names.
func AllGroups(ctx context.Context, tx *tenant.Tx) ([]InGroup, error) {
	return postgres.All[InGroup](ctx, tx, `select g.deputy_id, g.id, g.station_id, '' as station_code, '' as station, g.role, g.from_date, g.to_date
		from station_deputies g where g.county_id = @county order by g.deputy_id, g.to_date is not null, g.from_date desc, g.id`)
}
