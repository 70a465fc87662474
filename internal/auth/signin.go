package auth

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/text/unicode/norm"

	"lianluo/internal/audit"
	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// WrongSignIn is what somebody reads who may not come in, whatever the reason: whether
// there is such an account is nobody's business.
const WrongSignIn = "账号或密码不对，请核对后再试"

// refusalStep is what the time of a refusal is rounded up to: the work behind it differs
// (an audit entry where the account exists), its time must not tell.
var refusalStep = 250 * time.Millisecond

var loginName = regexp.MustCompile(`^[a-z0-9][a-z0-9._@-]{1,63}$`)

// normalLogin is a login name as it is stored: what an input method or a phone made of
// it undone.
func normalLogin(login string) string {
	return strings.ToLower(strings.TrimSpace(norm.NFKC.String(login)))
}

// SignIn returns the account behind login and password, in the first of its roles. It
// returns errs.Invalid, always the same, for a wrong password, an unknown name, a
// disabled account and one without a role, and a Refusal of kind errs.TooMany after too
// many of them.
func SignIn(ctx context.Context, db *tenant.DB, login, password, address string) (Account, error) {
	login = normalLogin(login)
	invalid := errs.Invalid{}
	if login == "" {
		invalid["login_name"] = "请填写账号"
	}
	if password == "" {
		invalid["password"] = "请填写密码"
	}
	if err := invalid.Err(); err != nil {
		return Account{}, err
	}
	if !loginName.MatchString(login) {
		login = strconv.QuoteToASCII(login[:min(len(login), 64)]) // nobody's, and counted like a name
	}
	began := time.Now()
	account, err := signIn(ctx, db, login, password, address)
	if _, refused := errors.AsType[errs.Invalid](err); refused {
		roundUp(ctx, began)
	}
	return account, err
}

func signIn(ctx context.Context, db *tenant.DB, login, password, address string) (Account, error) {
	counted := limits(login, address)
	if err := attempt(ctx, db, counted); err != nil {
		return Account{}, err
	}
	p, err := find(ctx, db, login)
	switch {
	case errors.Is(err, errs.NotFound):
		p.PasswordHash = nobodysHash()
	case err != nil:
		return Account{}, err
	}
	if !CheckPassword(p.PasswordHash, password) {
		return Account{}, refuse(ctx, db, p, address, "password")
	}
	account, ok := p.account(0)
	if !ok {
		reason := "no role"
		if p.Disabled {
			reason = "disabled"
		}
		return Account{}, refuse(ctx, db, p, address, reason)
	}
	account.Actor.Address = address
	if err := forgive(ctx, db, counted); err != nil {
		return Account{}, err
	}
	return account, p.entered(ctx, db, account.Actor)
}

// entered keeps that p came in, and when.
func (p person) entered(ctx context.Context, db *tenant.DB, by Actor) error {
	if p.County == 0 {
		return nil
	}
	return db.Update(ctx, p.County, func(tx *tenant.Tx) error {
		_, err := postgres.Exec(ctx, tx, `update users set signed_in_at = @now where county_id = @county and id = @id`,
			pgx.NamedArgs{"id": p.ID, "now": tx.Now()})
		if err != nil {
			return err
		}
		return recordUser(ctx, tx, by, "sign_in", p.LoginName, nil)
	})
}

// refusals are why nobody came in, as entries of the record have it.
var refusals = map[string]string{"password": "密码不对", "no role": "账号没有身份", "disabled": "账号已停用"}

// Said says a role, and why nobody came in, as entries of the record have them (audit.Said).
func Said(action, key, value string) string {
	switch {
	case key == "role":
		return Names[Role(value)]
	case action == "sign_in_failed" && key == "reason":
		return refusals[value]
	}
	return ""
}

// find reads the account of a login name; errs.NotFound where there is none.
func find(ctx context.Context, db *tenant.DB, login string) (person, error) {
	type place struct {
		CountyID tenant.County
		ID       int64
	}
	at, err := postgres.One[place](ctx, db.Platform(), `
		select coalesce(county_id, 0) as county_id, coalesce(user_id, platform_account_id) as id
		from login_directory where login_name = @login`, pgx.NamedArgs{"login": login})
	if err != nil {
		return person{}, fmt.Errorf("login directory: %w", err)
	}
	return load(ctx, db, at.CountyID, at.ID)
}

// refuse records in the county's audit that somebody tried p's account, and returns the
// one answer there is.
func refuse(ctx context.Context, db *tenant.DB, p person, address, reason string) error {
	if p.County != 0 { // the platform's accounts have no record, and neither has nobody
		by := audit.Actor{Name: "未登录", Role: "unknown", Address: address}
		err := db.Update(ctx, p.County, func(tx *tenant.Tx) error {
			return audit.Record(ctx, tx, by, "sign_in_failed", "user "+p.LoginName, map[string]any{"reason": reason})
		})
		if err != nil {
			return err
		}
	}
	return errs.Invalid{"password": WrongSignIn}
}

func roundUp(ctx context.Context, began time.Time) {
	if refusalStep == 0 {
		return
	}
	rest := time.NewTimer(refusalStep - time.Since(began)%refusalStep)
	defer rest.Stop()
	select {
	case <-rest.C:
	case <-ctx.Done():
	}
}
