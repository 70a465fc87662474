package casefile

import (
	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/tenant"
)

// UnitLoad is how much lead work a unit has.
type UnitLoad struct {
	UnitID     int64
	Open, Late int64
}

// Loads counts the open cases of every lead unit, among those that by may see: as many as
// the list of cases shows behind the number.
func Loads(v *tenant.View, by auth.Actor) *[]UnitLoad {
	args := pgx.NamedArgs{"today": calendar.DateOf(v.Now())}
	return tenant.All[UnitLoad](v, `select c.unit_id, count(*) as open, count(*) filter (where `+viewStates[ViewLate]+`) as late
		from cases c where c.county_id = @county and `+Within(by, args)+` and c.outcome is null and c.unit_id is not null
		group by c.unit_id`, args)
}

// UnitFigures is what became of all that a unit was handed as the lead.
type UnitFigures struct {
	Open, Late, Closed                       int64
	Satisfied, Dissatisfied, Unrated, Others int64 // of Closed
	Co                                       int64 // open, co-handling
}

// UnitFiguresOf counts a unit's cases among those that by may see.
func UnitFiguresOf(v *tenant.View, by auth.Actor, unitID int64) *UnitFigures {
	args := pgx.NamedArgs{"today": calendar.DateOf(v.Now()), "unit": unitID}
	return tenant.One[UnitFigures](v, `select count(*) filter (where c.outcome is null) as open,
			count(*) filter (where c.outcome is null and `+viewStates[ViewLate]+`) as late,
			count(c.outcome) as closed,
			count(*) filter (where c.outcome = 'satisfied') as satisfied,
			count(*) filter (where c.outcome = 'dissatisfied') as dissatisfied,
			count(*) filter (where c.outcome = 'unrated') as unrated,
			count(*) filter (where c.outcome not in ('satisfied', 'dissatisfied', 'unrated')) as others,
			(select count(*) from case_orders o join cases k on k.county_id = @county and k.id = o.case_id
				where o.county_id = @county and o.unit_id = @unit and o.part = 'co' and o.ended_at is null
				and o.opinion_at is null and k.outcome is null) as co
		from cases c where c.county_id = @county and c.unit_id = @unit and `+Within(by, args), args)
}
