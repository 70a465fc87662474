package auth

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/audit"
	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

const (
	loginTaken     = "这个账号已经有人用了，请换一个"
	loginMalformed = "账号用 2 到 64 个小写字母、数字和 . _ - @，以字母或数字开头"
)

// NewUser is an account of a county's staff to be made.
type NewUser struct {
	By         Actor // who makes it; zero: the system
	LoginName  string
	Name       string
	Title      string // 职务, "" for none
	Password   string
	MustChange bool // the password is changed at the first sign-in
}

// CreateUser makes an account without a role and returns its id. It returns errs.Invalid
// for a bad form and for a login name that anybody on the platform has; the transaction
// is then to be rolled back.
func CreateUser(ctx context.Context, tx *tenant.Tx, u NewUser) (int64, error) {
	u.LoginName = normalLogin(u.LoginName)
	hash, err := newHash(u.LoginName, u.Name, u.Password)
	if err != nil {
		return 0, err
	}
	id, err := postgres.All[struct{ ID int64 }](ctx, tx, `
		insert into users (county_id, login_name, name, title, password_hash, must_change_password, created_at)
		values (@county, @login, @name, @title, @hash, @must_change, @now)
		on conflict (county_id, login_name) do nothing returning id`,
		pgx.NamedArgs{"login": u.LoginName, "name": u.Name, "title": orNil(u.Title), "hash": hash,
			"must_change": u.MustChange, "now": tx.Now()})
	if err != nil {
		return 0, fmt.Errorf("create a user: %w", err)
	}
	if len(id) == 0 {
		return 0, errs.Invalid{"login_name": loginTaken}
	}
	listed, err := postgres.Exec(ctx, tx, `
		insert into login_directory (county_id, login_name, user_id) values (@county, @login, @id)
		on conflict (login_name) do nothing`,
		pgx.NamedArgs{"login": u.LoginName, "id": id[0].ID})
	if err != nil {
		return 0, fmt.Errorf("create a user: %w", err)
	}
	if listed == 0 {
		return 0, errs.Invalid{"login_name": loginTaken}
	}
	return id[0].ID, recordUser(ctx, tx, u.By, "user.create", u.LoginName, map[string]any{"name": u.Name})
}

// newHash checks what every new account must have, and hashes its password.
func newHash(login, name, password string) (string, error) {
	invalid := errs.Invalid{}
	if !loginName.MatchString(login) {
		invalid["login_name"] = loginMalformed
	}
	if name == "" {
		invalid["name"] = "请填写姓名"
	}
	if reason := refusePassword(login, password); reason != "" {
		invalid["password"] = reason
	}
	if err := invalid.Err(); err != nil {
		return "", err
	}
	return HashPassword(password)
}

// Disable ends an account: it cannot sign in any more, and its sessions end when they
// are next looked at. What it did stays.
func Disable(ctx context.Context, tx *tenant.Tx, by Actor, userID int64) error {
	login, err := lockUser(ctx, tx, userID)
	if err != nil {
		return err
	}
	_, err = postgres.Exec(ctx, tx, `
		update users set disabled_at = @now where county_id = @county and id = @id and disabled_at is null`,
		pgx.NamedArgs{"id": userID, "now": tx.Now()})
	if err != nil {
		return fmt.Errorf("disable a user: %w", err)
	}
	return recordUser(ctx, tx, by, "user.disable", login, nil)
}

// UserOf returns the id of the county's account with that login name; errs.NotFound where
// there is none.
func UserOf(ctx context.Context, tx *tenant.Tx, login string) (int64, error) {
	return postgres.Value[int64](ctx, tx, `select id from users where county_id = @county and login_name = @login`,
		pgx.NamedArgs{"login": normalLogin(login)})
}

// SetPassword gives a user who has forgotten the password a new one, to be changed at
// the next sign-in.
func SetPassword(ctx context.Context, tx *tenant.Tx, by Actor, userID int64, password string) error {
	login, err := lockUser(ctx, tx, userID)
	if err != nil {
		return err
	}
	if reason := refusePassword(login, password); reason != "" {
		return errs.Invalid{"new_password": reason}
	}
	hash, err := HashPassword(password)
	if err != nil {
		return err
	}
	_, err = postgres.Exec(ctx, tx, `
		update users set password_hash = @hash, must_change_password = true
		where county_id = @county and id = @id`, pgx.NamedArgs{"id": userID, "hash": hash})
	if err != nil {
		return fmt.Errorf("set a password: %w", err)
	}
	return recordUser(ctx, tx, by, "user.set_password", login, nil)
}

// lockUser takes the row lock that makes changes to one account wait for each other, and
// returns the login name.
func lockUser(ctx context.Context, tx *tenant.Tx, id int64) (string, error) {
	login, err := postgres.Value[string](ctx, tx, `
		select login_name from users where county_id = @county and id = @id for update`, pgx.NamedArgs{"id": id})
	if err != nil {
		return "", fmt.Errorf("user: %w", err)
	}
	return login, nil
}

func recordUser(ctx context.Context, tx *tenant.Tx, by Actor, action, login string, detail map[string]any) error {
	if by.Role == "" {
		by = SystemOf(tx.County())
	}
	return audit.Record(ctx, tx, by.Audit(), action, "user "+login, detail)
}

func orNil[T comparable](value T) *T {
	var zero T
	if value == zero {
		return nil
	}
	return &value
}
