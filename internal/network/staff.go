package network

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// People is what became of the roles of a place or a unit.
type People struct {
	Moved, Ended int
	Without      []string // who has no role any more, and so cannot come in
	Users        []int64  // whose roles these were
}

func (p *People) add(more People) {
	p.Moved, p.Ended = p.Moved+more.Moved, p.Ended+more.Ended
	p.Without, p.Users = append(p.Without, more.Without...), append(p.Users, more.Users...)
	slices.Sort(p.Without)
}

// settle moves the running and coming roles that a condition finds to another place, where
// moves says so, and ends the others. A stand-in's role ends, and so does that of somebody
// who has the same there already, or whose account is disabled.
func settle(ctx context.Context, tx *tenant.Tx, by auth.Actor, condition string, from []int64, to auth.RoleGrant, moves func(auth.Role) bool) (People, error) {
	type held struct {
		ID       int64
		UserID   int64
		Role     auth.Role
		StandIn  bool
		Disabled bool
		There    bool
	}
	var s People
	today := calendar.DateOf(tx.Now())
	all, err := postgres.All[held](ctx, tx, `select r.id, r.user_id, r.role, r.stands_in_for is not null as stand_in, u.disabled_at is not null as disabled,
			exists (select from user_roles o where o.county_id = @county and o.user_id = r.user_id and o.role = r.role
				and (o.station_id = @station or o.unit_id = @unit) and (o.to_date is null or o.to_date >= @today)) as there
		from user_roles r join users u on u.county_id = @county and u.id = r.user_id
		where r.county_id = @county and `+condition+` and (r.to_date is null or r.to_date >= @today)
		order by stand_in desc, r.user_id, r.id for update of u`,
		pgx.NamedArgs{"from": from, "today": today, "station": to.StationID, "unit": to.UnitID})
	if err != nil {
		return s, fmt.Errorf("roles: %w", err)
	}
	users := map[int64]bool{}
	moved := map[int64]bool{} // who has gone there by another of these roles
	for _, r := range all {
		s.Users = append(s.Users, r.UserID)
		if moves(r.Role) && !r.StandIn && !r.Disabled && !r.There && !moved[r.UserID] {
			moved[r.UserID] = true
			s.Moved++
			err = auth.MoveRole(ctx, tx, r.UserID, r.ID, to)
		} else {
			users[r.UserID] = true
			s.Ended++
			err = auth.EndRole(ctx, tx, by, r.UserID, r.ID, calendar.Date{})
		}
		if err != nil {
			return s, fmt.Errorf("role: %w", err)
		}
	}
	s.Without, err = without(ctx, tx, users)
	return s, err
}

// without are the names of those among users who can come in no more.
func without(ctx context.Context, tx *tenant.Tx, users map[int64]bool) ([]string, error) {
	ids := []int64{}
	for id := range users {
		ids = append(ids, id)
	}
	found, err := postgres.All[struct{ Name string }](ctx, tx, `select u.name from users u where u.county_id = @county and u.id = any(@ids)
			and u.disabled_at is null and not exists (select from user_roles r where r.county_id = @county and r.user_id = u.id
				and (r.to_date is null or r.to_date >= @today)) order by u.name, u.id`,
		pgx.NamedArgs{"ids": ids, "today": calendar.DateOf(tx.Now())})
	if err != nil {
		return nil, fmt.Errorf("accounts: %w", err)
	}
	var names []string
	for _, f := range found {
		names = append(names, f.Name)
	}
	return names, nil
}
