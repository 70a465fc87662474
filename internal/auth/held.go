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

// given is a role as it was given to somebody, whenever it runs.
type given struct {
	ID          int64
	UserID      int64
	Holder      string // by name
	Role        Role
	StationID   int64
	UnitID      int64
	DeputyID    int64
	FromDate    calendar.Date
	ToDate      *calendar.Date
	StandsInFor *int64
}

// over reports whether the role has ended before day.
func (g given) over(day calendar.Date) bool { return g.ToDate != nil && g.ToDate.Before(day) }

func giving(ctx context.Context, tx *tenant.Tx, roleID int64) (given, error) {
	g, err := postgres.One[given](ctx, tx, `
		select r.id, r.user_id, u.name as holder, r.role, coalesce(r.station_id, 0) as station_id, coalesce(r.unit_id, 0) as unit_id,
			coalesce(r.deputy_id, 0) as deputy_id, r.from_date, r.to_date, r.stands_in_for
		from user_roles r join users u on u.county_id = @county and u.id = r.user_id
		where r.county_id = @county and r.id = @role`, pgx.NamedArgs{"role": roleID})
	if err != nil {
		return given{}, fmt.Errorf("role: %w", err)
	}
	return g, nil
}

// of locks the user whose role it is, and reads the role; errs.NotFound where it is
// another's, errs.Conflict where it has ended.
func givingOf(ctx context.Context, tx *tenant.Tx, userID, roleID int64) (g given, login string, err error) {
	if login, err = lockUser(ctx, tx, userID); err != nil {
		return given{}, "", err
	}
	switch g, err = giving(ctx, tx, roleID); {
	case err != nil:
		return given{}, "", err
	case g.UserID != userID:
		return given{}, "", errs.NotFound
	case g.over(calendar.DateOf(tx.Now())):
		return given{}, "", errs.Refuse(errs.Conflict, "这个角色已经结束了。")
	}
	return g, login, nil
}

// EndRole ends a user's role: last is its last day, zero ends it at once. The row stays: who
// did what in it is known for ever. It returns errs.NotFound, errs.Invalid (to) for a day
// that is over or not earlier than the role's own end, and a Refusal of kind errs.Conflict for a role that has
// ended and for the last county_admin's.
func EndRole(ctx context.Context, tx *tenant.Tx, by Actor, userID, roleID int64, last calendar.Date) error {
	if err := lockAdmins(ctx, tx); err != nil {
		return err
	}
	g, login, err := givingOf(ctx, tx, userID, roleID)
	if err != nil {
		return err
	}
	today := calendar.DateOf(tx.Now())
	switch {
	case last.IsZero():
		last = today.AddDays(-1)
	case last.Before(today):
		return errs.Invalid{"to": "最后一天不能早于今天；要马上结束，就不填"}
	case g.ToDate != nil && !last.Before(*g.ToDate):
		return errs.Invalid{"to": "这个角色本来就到" + g.ToDate.String() + "为止，只能提前结束"}
	}
	if err := leavesAdmin(ctx, tx, userID, roleID); err != nil {
		return err
	}
	if last, err = g.end(ctx, tx, last); err != nil {
		return err
	}
	return recordUser(ctx, tx, by, "user.end_role", login, map[string]any{"role": g.Role, "to": last.String(),
		"station": g.StationID, "unit": g.UnitID, "deputy": g.DeputyID})
}

// end writes the role's last day; of a role that has not begun, the day before it would.
func (g given) end(ctx context.Context, tx *tenant.Tx, last calendar.Date) (calendar.Date, error) {
	if before := g.FromDate.AddDays(-1); last.Before(before) {
		last = before
	}
	_, err := postgres.Exec(ctx, tx, `update user_roles set to_date = @last where county_id = @county and id = @role`,
		pgx.NamedArgs{"role": g.ID, "last": last})
	if err != nil {
		return last, fmt.Errorf("end a role: %w", err)
	}
	return last, nil
}

// MoveRole moves a head, a clerk or a unit's staff to another place (调动): the role ends on
// the day before to.From and goes on there, both in this transaction. Of to only By, the
// place and From are read. It returns what GrantRole and EndRole return, and errs.Invalid
// (station_id, unit_id) for the place where it is already.
func MoveRole(ctx context.Context, tx *tenant.Tx, userID, roleID int64, to RoleGrant) error {
	g, login, err := givingOf(ctx, tx, userID, roleID)
	if err != nil {
		return err
	}
	if g.StandsInFor != nil || g.StationID == 0 && g.UnitID == 0 {
		return errs.Refuse(errs.Conflict, "只有站长、联络员和承办单位经办能调动；代班的请先结束，再另外安排。")
	}
	if to.From.IsZero() {
		to.From = calendar.DateOf(tx.Now())
	}
	to.Role, to.To = g.Role, g.ToDate
	if to.From.Before(g.FromDate) {
		to.From = g.FromDate
	}
	if err := to.fit(calendar.DateOf(tx.Now())); err != nil {
		return err
	}
	switch {
	case g.StationID != 0 && to.StationID == g.StationID:
		return errs.Invalid{"station_id": "现在就在这个联络站，请选另一个"}
	case g.UnitID != 0 && to.UnitID == g.UnitID:
		return errs.Invalid{"unit_id": "现在就在这个单位，请选另一个"}
	}
	if _, err := g.end(ctx, tx, to.From.AddDays(-1)); err != nil {
		return err
	}
	if err := to.insert(ctx, tx, userID); err != nil {
		return err
	}
	return recordUser(ctx, tx, to.By, "user.move_role", login, to.detail())
}

// OwnsRole returns errs.NotFound unless the role is, was or will be that user's.
func OwnsRole(ctx context.Context, tx *tenant.Tx, userID, roleID int64) error {
	g, err := giving(ctx, tx, roleID)
	if err == nil && g.UserID != userID {
		err = errs.NotFound
	}
	return err
}
