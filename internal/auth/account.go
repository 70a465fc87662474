package auth

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/calendar"
	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// Account is somebody signed in: the person in the role that is active, and what else
// the pages say of them.
type Account struct {
	Actor              Actor
	RoleID             int64        // the active one of Roles
	Roles              []RoleChoice // what the person may act as; the county's roles first
	MustChangePassword bool
	CountyName         string // 襄垣县; an overseer's division; "" for who makes counties
	Office             string // 襄垣县人大常委会; "" for an account of the platform
	DivisionCode       string // of an overseer: what Counties takes
	Demo               bool   // a demonstration county
	PasswordMark       string // changes with the password; tells nothing about it
}

// RoleChoice is a role that a person holds today.
type RoleChoice struct {
	ID    int64 // 0 for an account of the platform
	Role  Role
	Place string // the county's office, the station or the unit by name
	Name  string // the role as pages say it: 联络员, 联络员（代武小芹）
}

// roleOrder is which role is active after signing in, where a person holds several.
var roleOrder = []Role{CountyAdmin, CountyHandler, CountyLeader, StationHead, Clerk, Unit, Deputy}

// person is an account as it is stored, of a county or of the platform.
type person struct {
	County             tenant.County // 0: of the platform
	ID                 int64
	LoginName          string
	Name               string
	PasswordHash       string
	MustChangePassword bool
	Disabled           bool
	CountyName         string
	Office             string
	DivisionCode       string
	Demo               bool
	Roles              []heldRole `db:"-"`
}

// heldRole is a role that a person holds today, with what it covers.
type heldRole struct {
	ID        int64
	Role      Role
	StationID int64
	UnitID    int64
	DeputyID  int64
	Place     string
	Merged    []int64
	StandsFor string // whose role it is, where somebody stands in
}

// account returns p in the role roleID, or in the first where roleID is 0. It reports
// false for somebody who may not come in, and for a role that p does not hold.
func (p person) account(roleID int64) (Account, bool) {
	active := slices.IndexFunc(p.Roles, func(r heldRole) bool { return roleID == 0 || r.ID == roleID })
	if p.Disabled || active < 0 {
		return Account{}, false
	}
	role := p.Roles[active]
	mark := sha256.Sum256([]byte(p.PasswordHash))
	a := Account{
		Actor: Actor{
			County: p.County, UserID: p.ID, Name: p.Name, LoginName: p.LoginName, Role: role.Role,
			StationID: role.StationID, Merged: role.Merged, UnitID: role.UnitID, DeputyID: role.DeputyID, Place: role.Place, StandsFor: role.StandsFor,
		},
		RoleID: role.ID, MustChangePassword: p.MustChangePassword && !p.Demo,
		CountyName: p.CountyName, Office: p.Office, DivisionCode: p.DivisionCode, Demo: p.Demo,
		PasswordMark: hex.EncodeToString(mark[:8]),
	}
	for _, r := range p.Roles {
		a.Roles = append(a.Roles, RoleChoice{ID: r.ID, Role: r.Role, Place: r.Place, Name: InStead(Names[r.Role], r.StandsFor)})
	}
	return a, true
}

// Reload reads an account as it is now; county 0 is the platform. Role 0 is the first
// that the person holds. It returns errs.SignIn for an account that is disabled or has
// no role left, and errs.Forbidden for a role that the person does not hold (any more).
func Reload(ctx context.Context, db *tenant.DB, county tenant.County, userID, roleID int64) (Account, error) {
	p, err := load(ctx, db, county, userID)
	if errors.Is(err, errs.NotFound) {
		return Account{}, errs.SignIn
	}
	if err != nil {
		return Account{}, err
	}
	if _, ok := p.account(0); !ok {
		return Account{}, errs.SignIn
	}
	account, ok := p.account(roleID)
	if !ok {
		return Account{}, errs.Refuse(errs.Forbidden, "您没有这个角色，或者它已经到期。请重新登录。")
	}
	return account, nil
}

// load reads a person and the roles held today, in one round trip; county 0 is the
// platform. The error is errs.NotFound where there is nobody.
func load(ctx context.Context, db *tenant.DB, county tenant.County, id int64) (person, error) {
	if county == 0 {
		return loadPlatform(ctx, db, id)
	}
	var p *person
	var roles *[]heldRole
	err := db.View(ctx, county, func(v *tenant.View) {
		who := pgx.NamedArgs{"id": id}
		p = tenant.One[person](v, `
			select u.county_id as county, u.id, u.login_name, u.name, u.password_hash, u.must_change_password,
				u.disabled_at is not null as disabled, c.name as county_name, c.office, '' as division_code, c.demo
			from users u join counties c on c.id = u.county_id
			where u.county_id = @county and u.id = @id`, who)
		roles = tenant.All[heldRole](v, `
			select r.id, r.role, coalesce(r.station_id, 0) as station_id, coalesce(r.unit_id, 0) as unit_id,
				coalesce(r.deputy_id, 0) as deputy_id, array(with recursive gone as (
					select g.id from stations g where g.county_id = @county and g.successor_id = r.station_id
					union select g.id from stations g join gone on g.successor_id = gone.id where g.county_id = @county)
					select id from gone) as merged, coalesce(s.short_name, un.name, '') as place, coalesce(away.name, '') as stands_for
			from user_roles r
			left join stations s on s.county_id = r.county_id and s.id = r.station_id
			left join units un on un.county_id = r.county_id and un.id = r.unit_id
			left join user_roles stood on stood.county_id = @county and stood.id = r.stands_in_for
			left join users away on away.county_id = @county and away.id = stood.user_id
			where r.county_id = @county and r.user_id = @id
				and r.from_date <= @today and (r.to_date is null or r.to_date >= @today)
			order by r.id`, pgx.NamedArgs{"id": id, "today": calendar.DateOf(v.Now())})
	})
	if err != nil {
		return person{}, fmt.Errorf("read an account: %w", err)
	}
	p.Roles = *roles
	for i, r := range p.Roles {
		if r.Place == "" {
			p.Roles[i].Place = p.Office
		}
	}
	slices.SortStableFunc(p.Roles, func(a, b heldRole) int { // one's own before another's
		return cmp.Or(cmp.Compare(len(a.StandsFor), 0)-cmp.Compare(len(b.StandsFor), 0),
			slices.Index(roleOrder, a.Role)-slices.Index(roleOrder, b.Role))
	})
	return *p, nil
}

func loadPlatform(ctx context.Context, db *tenant.DB, id int64) (person, error) {
	type row struct {
		person
		Kind Role
	}
	found, err := postgres.One[row](ctx, db.Platform(), `
		select 0 as county, a.id, l.login_name, a.name, a.password_hash, a.must_change_password,
			a.disabled_at is not null as disabled, coalesce(d.name, '') as county_name, '' as office,
			coalesce(a.division_code, '') as division_code, false as demo, a.kind
		from platform_accounts a
		join login_directory l on l.platform_account_id = a.id
		left join divisions d on d.code = a.division_code
		where a.id = @id`, pgx.NamedArgs{"id": id})
	if err != nil {
		return person{}, fmt.Errorf("read an account of the platform: %w", err)
	}
	p := found.person
	p.Roles = []heldRole{{Role: found.Kind, Place: p.CountyName}}
	return p, nil
}
