package auth

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

const repeatedWrong = "两次填写的新密码不一样，请再填一遍"

// ChangeOwnPassword gives the actor a new password, of a county's account or one of the
// platform. It returns errs.Invalid for a bad form, a Refusal of kind errs.TooMany after
// too many wrong old passwords, and errs.Conflict where the account changed meanwhile.
// Ending the actor's other sessions is the caller's.
func ChangeOwnPassword(ctx context.Context, db *tenant.DB, by Actor, old, password, repeat string) error {
	invalid := errs.Invalid{}
	if old == "" {
		invalid["old_password"] = "请填写现在的密码"
	}
	if reason := refusePassword(by.LoginName, password); reason != "" {
		invalid["new_password"] = reason
	} else if password == old {
		invalid["new_password"] = "新密码不能和现在的密码相同，请换一个"
	}
	if repeat != password {
		invalid["repeat_password"] = repeatedWrong
	}
	if err := invalid.Err(); err != nil {
		return err
	}
	p, err := load(ctx, db, by.County, by.UserID)
	if err != nil {
		return err
	}
	if err := checkOld(ctx, db, p, old); err != nil {
		return err
	}
	hash, err := HashPassword(password)
	if err != nil {
		return err
	}
	return p.replaceHash(ctx, db, by, hash)
}

// checkOld counts like a sign-in: an open session must not be a place to guess.
func checkOld(ctx context.Context, db *tenant.DB, p person, old string) error {
	counted := limits(p.LoginName, "")
	if err := attempt(ctx, db, counted); err != nil {
		return err
	}
	if !CheckPassword(p.PasswordHash, old) {
		return errs.Invalid{"old_password": "现在的密码不对，请核对后再试"}
	}
	return forgive(ctx, db, counted)
}

// replaceHash stores the new hash where the old one still stands; else it returns
// errs.Conflict: somebody was first, or the account was disabled.
func (p person) replaceHash(ctx context.Context, db *tenant.DB, by Actor, hash string) error {
	args := pgx.NamedArgs{"id": p.ID, "old": p.PasswordHash, "new": hash}
	if p.County == 0 {
		changed, err := postgres.Exec(ctx, db.Platform(), `
			update platform_accounts set password_hash = @new, must_change_password = false
			where id = @id and password_hash = @old and disabled_at is null`, args)
		return onlyOne(changed, err)
	}
	return db.Update(ctx, p.County, func(tx *tenant.Tx) error {
		changed, err := postgres.Exec(ctx, tx, `
			update users set password_hash = @new, must_change_password = false
			where county_id = @county and id = @id and password_hash = @old and disabled_at is null`, args)
		if err := onlyOne(changed, err); err != nil {
			return err
		}
		return recordUser(ctx, tx, by, "user.change_password", p.LoginName, nil)
	})
}

func onlyOne(changed int64, err error) error {
	if err == nil && changed != 1 {
		err = errs.Conflict
	}
	if err != nil {
		return fmt.Errorf("change a password: %w", err)
	}
	return nil
}
