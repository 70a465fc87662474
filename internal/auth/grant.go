package auth

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/calendar"
	"lianluo/internal/errs"
	"lianluo/internal/null"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// RoleGrant is a role that a user gets. Which of the ids counts, the role decides.
type RoleGrant struct {
	By        Actor // who grants it; zero: the system
	Role      Role
	StationID int64          // of a head and a clerk: a 联络站, not a point
	UnitID    int64          // of a unit's staff
	DeputyID  int64          // of a deputy
	From      calendar.Date  // zero: today; never before, but where it was held Elsewhere
	To        *calendar.Date // the last day; nil: no end

	Elsewhere bool // a whole county comes in from elsewhere, with the days of its roles

	standsInFor int64 // the role of the one who is away
	reason      string
	place       string // the station, unit or deputy by name
}

// GrantRole gives a user a role beside those already held. It returns errs.NotFound for
// an unknown user, errs.Invalid (role, station_id, unit_id, deputy_id, from, to) for a role
// without its place or held already, and a Refusal of kind errs.Conflict for an account
// that is disabled.
func GrantRole(ctx context.Context, tx *tenant.Tx, userID int64, g RoleGrant) error {
	if err := g.fit(calendar.DateOf(tx.Now())); err != nil {
		return err
	}
	if err := g.hold(ctx, tx); err != nil {
		return err
	}
	login, err := lockUser(ctx, tx, userID)
	if err != nil {
		return err
	}
	if err := g.insert(ctx, tx, userID); err != nil {
		return err
	}
	return recordUser(ctx, tx, g.By, "user.grant_role", login, g.detail())
}

// Missing is what can be told of a form before anything is read: no role, or one without
// its place.
func (g RoleGrant) Missing() errs.Invalid {
	switch {
	case !slices.Contains(CountyRoles, g.Role):
		return errs.Invalid{"role": "请选择角色"}
	case (g.Role == StationHead || g.Role == Clerk) && g.StationID == 0:
		return errs.Invalid{"station_id": noStation}
	case g.Role == Unit && g.UnitID == 0:
		return errs.Invalid{"unit_id": noUnit}
	}
	return nil
}

const (
	noStation = "请选择一个联络站"
	noUnit    = "请选择一个承办单位"
)

// fit keeps of the ids the one that the role covers, and judges the dates.
func (g *RoleGrant) fit(today calendar.Date) error {
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
	if g.From.IsZero() {
		g.From = today
	}
	if g.From.Before(today) && !g.Elsewhere {
		return errs.Invalid{"from": "开始的日子不能早于今天"}
	}
	if g.To != nil && g.To.Before(g.From) {
		return errs.Invalid{"to": "最后一天不能早于开始的日子"}
	}
	return nil
}

// hold keeps the place from ending until the transaction does, and waits for one that is
// ending. It comes before the accounts, in the order of a closing (package network).
func (g *RoleGrant) hold(ctx context.Context, tx *tenant.Tx) error {
	_, err := postgres.Exec(ctx, tx, `
		select (select id from stations where county_id = @county and id = @station for share),
			(select id from units where county_id = @county and id = @unit for share),
			(select id from deputies where county_id = @county and id = @deputy for share)`,
		pgx.NamedArgs{"station": null.Of(g.StationID), "unit": null.Of(g.UnitID), "deputy": null.Of(g.DeputyID)})
	if err != nil {
		return fmt.Errorf("hold a role's place: %w", err)
	}
	return nil
}

// insert checks the place and that the role is new, and gives it. The place is held, the user is locked.
func (g *RoleGrant) insert(ctx context.Context, tx *tenant.Tx, userID int64) error {
	if err := g.check(ctx, tx, userID); err != nil {
		return err
	}
	args := g.args(userID)
	args["from"], args["to"] = g.From, g.To
	args["stands_in_for"], args["reason"], args["by"] = null.Of(g.standsInFor), null.Of(g.reason), null.Of(g.By.UserID)
	_, err := postgres.Exec(ctx, tx, `
		insert into user_roles (county_id, user_id, role, station_id, unit_id, deputy_id, from_date, to_date, stands_in_for, reason, granted_by)
		values (@county, @user, @role, @station, @unit, @deputy, @from, @to, @stands_in_for, @reason, @by)`, args)
	if err != nil {
		return fmt.Errorf("grant a role: %w", err)
	}
	return nil
}

// check asks whether the account is in use, the place exists, and the role is new.
func (g *RoleGrant) check(ctx context.Context, tx *tenant.Tx, userID int64) error {
	type answer struct {
		Station, Unit, Deputy *string
		Held, Disabled        bool
	}
	args := g.args(userID)
	args["from"], args["to"] = g.From, g.To
	is, err := postgres.One[answer](ctx, tx, `
		select
			(select s.short_name from stations s where s.county_id = @county and s.id = @station and s.kind = 'station'
				and s.state not in ('closed', 'merged')) as station,
			(select n.name from units n where n.county_id = @county and n.id = @unit and not n.retired) as unit,
			(select d.name from deputies d where d.county_id = @county and d.id = @deputy and d.merged_into is null) as deputy,
			(select u.disabled_at is not null from users u where u.county_id = @county and u.id = @user) as disabled,
			exists (select from user_roles where county_id = @county and user_id = @user and role = @role
				and station_id is not distinct from @station and unit_id is not distinct from @unit
				and deputy_id is not distinct from @deputy
				and (to_date is null or to_date >= @from) and (@to::date is null or from_date <= @to)) as held`, args)
	if err != nil {
		return fmt.Errorf("grant a role: %w", err)
	}
	switch {
	case is.Disabled:
		return errs.Refuse(errs.Conflict, "这个账号已经停用。请先启用，再给角色。")
	case (g.Role == StationHead || g.Role == Clerk) && is.Station == nil:
		return errs.Invalid{"station_id": noStation}
	case g.Role == Unit && is.Unit == nil:
		return errs.Invalid{"unit_id": noUnit}
	case g.Role == Deputy && is.Deputy == nil:
		return errs.Invalid{"deputy_id": "请选择一位代表"}
	case is.Held:
		return errs.Invalid{"role": "这个人已经有这个角色"}
	}
	for _, name := range []*string{is.Station, is.Unit, is.Deputy} {
		if name != nil {
			g.place = *name
		}
	}
	return nil
}

func (g *RoleGrant) args(userID int64) pgx.NamedArgs {
	return pgx.NamedArgs{"user": userID, "role": string(g.Role), "station": null.Of(g.StationID),
		"unit": null.Of(g.UnitID), "deputy": null.Of(g.DeputyID)}
}

// detail is the grant as the record has it.
func (g *RoleGrant) detail() map[string]any {
	detail := map[string]any{"role": g.Role, "from": g.From.String(), "station": g.StationID, "unit": g.UnitID, "deputy": g.DeputyID}
	if g.place != "" {
		detail["place"] = g.place
	}
	if g.To != nil {
		detail["to"] = g.To.String()
	}
	return detail
}
