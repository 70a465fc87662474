package auth

import (
	"context"
	"fmt"
	"regexp"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/errs"
	"lianluo/internal/null"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// NewPlatformAccount is an account to be made that belongs to no county.
type NewPlatformAccount struct {
	LoginName    string
	Name         string
	Kind         Role   // PlatformAdmin or Overseer
	DivisionCode string // of an overseer: the province or the prefecture
	Password     string
	MustChange   bool
}

var overseen = regexp.MustCompile(`^[0-9]{2}([0-9]{2})?$`)

// CreatePlatformAccount makes the account and returns its id. It returns errs.Invalid
// for a bad form and for a login name that anybody has.
func CreatePlatformAccount(ctx context.Context, db *tenant.DB, a NewPlatformAccount) (id int64, err error) {
	a.LoginName = normalLogin(a.LoginName)
	switch {
	case a.Kind != PlatformAdmin && a.Kind != Overseer:
		return 0, errs.Invalid{"kind": "平台账号只有平台管理员和督导两种"}
	case a.Kind == Overseer && !overseen.MatchString(a.DivisionCode):
		return 0, errs.Invalid{"division_code": "请填写省（2 位）或市（4 位）的区划代码"}
	case a.Kind == PlatformAdmin && a.DivisionCode != "":
		return 0, errs.Invalid{"division_code": "平台管理员不属于任何区划"}
	}
	invalid := errs.Invalid{}
	checkPerson(invalid, a.Name, "")
	hash, err := newHash(invalid, a.LoginName, a.Password)
	if err != nil {
		return 0, err
	}
	err = pgx.BeginFunc(ctx, db.Platform(), func(tx pgx.Tx) error {
		id, err = postgres.Value[int64](ctx, tx, `
			insert into platform_accounts (name, kind, division_code, password_hash, must_change_password, created_at)
			values (@name, @kind, @division, @hash, @must_change, @now) returning id`,
			pgx.NamedArgs{"name": a.Name, "kind": string(a.Kind), "division": null.Of(a.DivisionCode), "hash": hash,
				"must_change": a.MustChange, "now": db.Now()})
		if err != nil {
			return err
		}
		listed, err := postgres.Exec(ctx, tx, `
			insert into login_directory (login_name, platform_account_id) values (@login, @id)
			on conflict (login_name) do nothing`, pgx.NamedArgs{"login": a.LoginName, "id": id})
		if err == nil && listed == 0 {
			return errs.Invalid{"login_name": loginTaken}
		}
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("create a platform account: %w", err)
	}
	return id, nil
}

// Counties are the counties under a division, by their codes: what an overseer reads
// with tenant.DB.Oversee. A code begins with its parent's code.
func Counties(ctx context.Context, db *tenant.DB, divisionCode string) ([]tenant.County, error) {
	if !overseen.MatchString(divisionCode) {
		return nil, errs.NotFound
	}
	type row struct{ ID tenant.County }
	rows, err := postgres.All[row](ctx, db.Platform(), `
		select id from counties where starts_with(division_code, @division) order by division_code`,
		pgx.NamedArgs{"division": divisionCode})
	if err != nil {
		return nil, fmt.Errorf("counties under %s: %w", divisionCode, err)
	}
	counties := make([]tenant.County, len(rows))
	for i, r := range rows {
		counties[i] = r.ID
	}
	return counties, nil
}
