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

// Disable ends an account: it cannot sign in any more, its links are dead, and its sessions
// end when they are next looked at (the caller ends them at once). What it did stays, and
// so do its roles, for the day on which it is enabled again. It returns errs.NotFound, and a
// Refusal of kind errs.Conflict for one's own account, for the last county_admin and for
// an account that is disabled already.
func Disable(ctx context.Context, tx *tenant.Tx, by Actor, userID int64) error {
	if by.UserID == userID {
		return errs.Refuse(errs.Conflict, "不能停用自己的账号。要停用，请另一位县管理员来办。")
	}
	if err := lockAdmins(ctx, tx); err != nil {
		return err
	}
	login, err := lockUser(ctx, tx, userID)
	if err != nil {
		return err
	}
	if err := leavesAdmin(ctx, tx, userID, 0); err != nil {
		return err
	}
	changed, err := postgres.Exec(ctx, tx, `
		update users set disabled_at = @now where county_id = @county and id = @id and disabled_at is null`,
		pgx.NamedArgs{"id": userID, "now": tx.Now()})
	if err != nil {
		return fmt.Errorf("disable a user: %w", err)
	}
	if changed == 0 {
		return errs.Refuse(errs.Conflict, "这个账号已经停用了。")
	}
	if err := revokeLinks(ctx, tx, userID); err != nil {
		return err
	}
	return recordUser(ctx, tx, by, "user.disable", login, nil)
}

// Enable lets an account in again, with the roles that still run. It returns errs.NotFound,
// and a Refusal of kind errs.Conflict for an account that is not disabled.
func Enable(ctx context.Context, tx *tenant.Tx, by Actor, userID int64) error {
	login, err := lockUser(ctx, tx, userID)
	if err != nil {
		return err
	}
	changed, err := postgres.Exec(ctx, tx, `
		update users set disabled_at = null where county_id = @county and id = @id and disabled_at is not null`,
		pgx.NamedArgs{"id": userID})
	if err != nil {
		return fmt.Errorf("enable a user: %w", err)
	}
	if changed == 0 {
		return errs.Refuse(errs.Conflict, "这个账号没有停用。")
	}
	return recordUser(ctx, tx, by, "user.enable", login, nil)
}

// lockAdmins makes whatever could leave a county without an administrator wait for each
// other. It stands before every other lock, and takes its own in one order.
func lockAdmins(ctx context.Context, tx *tenant.Tx) error {
	_, err := postgres.Exec(ctx, tx, `select id from users where county_id = @county and id in (
			select r.user_id from user_roles r where r.county_id = @county and r.role = @admin)
		order by id for no key update`, pgx.NamedArgs{"admin": string(CountyAdmin)})
	if err != nil {
		return fmt.Errorf("lock the administrators: %w", err)
	}
	return nil
}

// leavesAdmin refuses to take a county_admin's right away, by all roles of the user or by the
// role roleID alone, where nobody else is left who can come in today and whose role has no end.
func leavesAdmin(ctx context.Context, tx *tenant.Tx, userID, roleID int64) error {
	type count struct{ Taken, Left int64 }
	n, err := postgres.One[count](ctx, tx, `
		select count(*) filter (where u.id = @user and (@role = 0 or r.id = @role)) as taken,
			count(*) filter (where r.to_date is null and (u.id <> @user or (@role <> 0 and r.id <> @role))) as left
		from user_roles r join users u on u.county_id = @county and u.id = r.user_id
		where r.county_id = @county and r.role = @admin and r.from_date <= @today and (r.to_date is null or r.to_date >= @today)
			and u.disabled_at is null and u.has_password`,
		pgx.NamedArgs{"user": userID, "role": roleID, "admin": string(CountyAdmin), "today": calendar.DateOf(tx.Now())})
	if err != nil {
		return fmt.Errorf("who is left: %w", err)
	}
	if n.Taken > 0 && n.Left == 0 {
		return errs.Refuse(errs.Conflict, "这是本县唯一能用的县管理员，没有了就没人能管账号。请先给另一位同事县管理员的角色，等他设好密码，再办这一步。")
	}
	return nil
}
