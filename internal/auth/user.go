package auth

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/audit"
	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/internal/null"
	"lianluo/internal/pinyin"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

const (
	loginTaken     = "这个账号已经有人用了，请换一个"
	loginMalformed = "账号用 2 到 64 个小写字母、数字和 . _ - @，以字母或数字开头"
)

// The longest name and 职务.
const (
	longestName  = 40
	longestTitle = 60
)

// NewUser is an account of a county's staff to be made.
type NewUser struct {
	By         Actor // who makes it; zero: the system
	LoginName  string
	Name       string
	Title      string // 职务, "" for none
	Password   string // "": none that anybody knows; its owner sets one by a link (MakeLink)
	MustChange bool   // the password is changed at the first sign-in
}

// CreateUser makes an account without a role and returns its id. It returns errs.Invalid
// for a bad form (login_name, name, title, password) and for a login name that anybody on
// the platform has; the transaction is then to be rolled back.
func CreateUser(ctx context.Context, tx *tenant.Tx, u NewUser) (int64, error) {
	u.LoginName, u.Name, u.Title = normalLogin(u.LoginName), county.Trimmed(u.Name), county.Trimmed(u.Title)
	hash, err := u.hash()
	if err != nil {
		return 0, err
	}
	id, err := postgres.All[struct{ ID int64 }](ctx, tx, `
		insert into users (county_id, login_name, name, initials, title, password_hash, has_password, must_change_password, created_at)
		values (@county, @login, @name, @initials, @title, @hash, @has_password, @must_change, @now)
		on conflict (county_id, login_name) do nothing returning id`,
		pgx.NamedArgs{"login": u.LoginName, "name": u.Name, "initials": null.Of(pinyin.Initials(u.Name)), "title": null.Of(u.Title), "hash": hash,
			"has_password": u.Password != "", "must_change": u.MustChange, "now": tx.Now()})
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

// hash checks the account, and hashes its password.
func (u NewUser) hash() (string, error) {
	invalid := errs.Invalid{}
	checkPerson(invalid, u.Name, u.Title)
	if u.Password != "" {
		return newHash(invalid, u.LoginName, u.Password)
	}
	checkLogin(invalid, u.LoginName)
	return nobodyKnows(), invalid.Err()
}

func checkLogin(invalid errs.Invalid, login string) {
	switch {
	case !loginName.MatchString(login):
		invalid["login_name"] = loginMalformed
	case slices.Contains(reserved, login):
		invalid["login_name"] = loginTaken
	}
}

// reserved are addresses below /users, which no account can have.
var reserved = []string{"new", "rights"}

func checkPerson(invalid errs.Invalid, name, title string) {
	county.OneLine(invalid, "name", name, "请填写姓名", longestName)
	county.Readable(invalid, "title", title, longestTitle)
}

// newHash checks what every account with a password must have, and hashes the password.
func newHash(invalid errs.Invalid, login, password string) (string, error) {
	checkLogin(invalid, login)
	if reason := refusePassword(login, password); reason != "" {
		invalid["password"] = reason
	}
	if err := invalid.Err(); err != nil {
		return "", err
	}
	return HashPassword(password)
}

// ChangeUser gives an account another name or 职务; the login name stays for ever. version
// is the one that the form began from. It returns errs.Invalid (name, title), county.Stale
// where somebody else was faster, and errs.NotFound.
func ChangeUser(ctx context.Context, tx *tenant.Tx, by Actor, userID int64, version int32, name, title string) error {
	type row struct {
		LoginName, Name, Title string
		Version                int32
	}
	name, title = county.Trimmed(name), county.Trimmed(title)
	invalid := errs.Invalid{}
	if checkPerson(invalid, name, title); len(invalid) > 0 {
		return invalid
	}
	was, err := postgres.One[row](ctx, tx, `select login_name, name, coalesce(title, '') as title, version from users
		where county_id = @county and id = @id for no key update`, pgx.NamedArgs{"id": userID})
	if err != nil {
		return fmt.Errorf("user: %w", err)
	}
	changes := county.Changes{}
	changes.Set("name", was.Name, name)
	changes.Set("title", was.Title, title)
	switch {
	case len(changes) == 0:
		return nil // pressed twice
	case was.Version != version:
		return county.Overtaken(ctx, tx, "user "+was.LoginName, version, was.Version)
	}
	_, err = postgres.Exec(ctx, tx, `
		update users set name = @name, initials = @initials, title = @title, version = version + 1 where county_id = @county and id = @id`,
		pgx.NamedArgs{"id": userID, "name": name, "initials": null.Of(pinyin.Initials(name)), "title": null.Of(title)})
	if err != nil {
		return fmt.Errorf("change a user: %w", err)
	}
	return recordUser(ctx, tx, by, "user.change", was.LoginName, map[string]any{"changes": changes, "version": version + 1})
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
		update users set password_hash = @hash, has_password = true, must_change_password = true
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
		select login_name from users where county_id = @county and id = @id for no key update`, pgx.NamedArgs{"id": id})
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
