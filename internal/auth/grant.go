package auth

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/calendar"
	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// RoleGrant is a role that a user gets. Which of the ids counts, the role decides.
type RoleGrant struct {
	By        Actor // who grants it; zero: the system
	Role      Role
	StationID int64         // of a head and a clerk: a 联络站, not a point
	UnitID    int64         // of a unit's staff
	DeputyID  int64         // of a deputy
	From      calendar.Date // zero: today
}

// GrantRole gives a user a role beside those already held. It returns errs.NotFound for
// an unknown user and errs.Invalid for a role without its place or held already.
func GrantRole(ctx context.Context, tx *tenant.Tx, userID int64, g RoleGrant) error {
	if err := g.fit(); err != nil {
		return err
	}
	if g.From.IsZero() {
		g.From = calendar.DateOf(tx.Now())
	}
	login, err := lockUser(ctx, tx, userID)
	if err != nil {
		return err
	}
	if err := g.check(ctx, tx, userID); err != nil {
		return err
	}
	_, err = postgres.Exec(ctx, tx, `
		insert into user_roles (county_id, user_id, role, station_id, unit_id, deputy_id, from_date)
		values (@county, @user, @role, @station, @unit, @deputy, @from)`, g.args(userID))
	if err != nil {
		return fmt.Errorf("grant a role: %w", err)
	}
	return recordUser(ctx, tx, g.By, "user.grant_role", login, map[string]any{
		"role": g.Role, "station": g.StationID, "unit": g.UnitID, "deputy": g.DeputyID, "from": g.From.String(),
	})
}

// fit keeps of the ids the one that the role covers.
func (g *RoleGrant) fit() error {
	station, unit, deputy := g.StationID, g.UnitID, g.DeputyID
	g.StationID, g.UnitID, g.DeputyID = 0, 0, 0
	switch g.Role {
	case CountyAdmin, CountyHandler, CountyLeader:
	case StationHead, Clerk:
		g.StationID = station
	case Unit:
		g.UnitID = unit
	case Deputy:
		g.DeputyID = deputy
	default:
		return errs.Invalid{"role": "请选择角色"}
	}
	return nil
}

// check asks whether the place exists in the county, and whether the role is new.
func (g *RoleGrant) check(ctx context.Context, tx *tenant.Tx, userID int64) error {
	type answer struct{ Station, Unit, Deputy, Held bool }
	is, err := postgres.One[answer](ctx, tx, `
		select
			exists (select from stations where county_id = @county and id = @station and kind = 'station') as station,
			exists (select from units where county_id = @county and id = @unit and not retired) as unit,
			exists (select from deputies where county_id = @county and id = @deputy) as deputy,
			exists (select from user_roles where county_id = @county and user_id = @user and role = @role
				and station_id is not distinct from @station and unit_id is not distinct from @unit
				and deputy_id is not distinct from @deputy
				and (to_date is null or to_date >= @from)) as held`, g.args(userID))
	if err != nil {
		return fmt.Errorf("grant a role: %w", err)
	}
	switch {
	case (g.Role == StationHead || g.Role == Clerk) && !is.Station:
		return errs.Invalid{"station_id": "请选择一个联络站"}
	case g.Role == Unit && !is.Unit:
		return errs.Invalid{"unit_id": "请选择一个承办单位"}
	case g.Role == Deputy && !is.Deputy:
		return errs.Invalid{"deputy_id": "请选择一位代表"}
	case is.Held:
		return errs.Invalid{"role": "这个人已经有这个角色"}
	}
	return nil
}

func (g *RoleGrant) args(userID int64) pgx.NamedArgs {
	return pgx.NamedArgs{"user": userID, "role": string(g.Role), "station": orNil(g.StationID),
		"unit": orNil(g.UnitID), "deputy": orNil(g.DeputyID), "from": g.From}
}
