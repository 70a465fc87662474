package auth

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"lianluo/internal/audit"
	"lianluo/internal/errs"
	"lianluo/internal/tenant"
)

func TestSignIn(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	clerk := RoleGrant{Role: Clerk, StationID: p.guhan}
	id := p.user(t, "zhangmin", "张敏", clerk)
	p.user(t, "wugang", "武刚", RoleGrant{Role: Unit, UnitID: p.water}, RoleGrant{Role: Deputy, DeputyID: p.shi},
		RoleGrant{Role: CountyHandler}, RoleGrant{Role: StationHead, StationID: p.guhan})

	a, err := p.signIn(t, " ZhangMin", password)
	if err != nil {
		t.Fatal(err)
	}
	want := Actor{County: p.xiangyuan, UserID: id, Name: "张敏", LoginName: "zhangmin", Role: Clerk,
		StationID: p.guhan, Merged: []int64{}, Place: "古韩镇站", Address: address}
	if !reflect.DeepEqual(a.Actor, want) || a.CountyName != "襄垣县" || a.Office != "襄垣县人大常委会" || a.MustChangePassword || a.Demo || len(a.Roles) != 1 {
		t.Errorf("got %+v, want %+v", a, want)
	}

	a, err = p.signIn(t, "wugang", password)
	if err != nil {
		t.Fatal(err)
	}
	var roles []string
	for _, r := range a.Roles {
		roles = append(roles, r.Name+" "+r.Place)
	}
	if got, want := fmt.Sprint(roles), "[县办理岗 襄垣县人大常委会 站长 古韩镇站 承办单位 县水利局 人大代表 襄垣县人大常委会]"; got != want {
		t.Errorf("roles %s, want %s", got, want)
	}
	if a.Actor.Role != CountyHandler || a.RoleID != a.Roles[0].ID || a.Actor.StationID != 0 {
		t.Errorf("active is %+v", a.Actor)
	}
	unit, err := Reload(t.Context(), p.DB, p.xiangyuan, a.Actor.UserID, a.Roles[2].ID)
	if err != nil || unit.Actor.Role != Unit || unit.Actor.UnitID != p.water || unit.Actor.StationID != 0 || unit.Actor.Place != "县水利局" {
		t.Errorf("as a unit: %+v, %v", unit.Actor, err)
	}
	if n, err := audit.Verify(t.Context(), p.DB, p.xiangyuan); err != nil || n != 7+2 {
		t.Errorf("%d entries, %v; want 7 of making the accounts and 2 of signing in", n, err)
	}
}

func TestSignInHasOneAnswer(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	clerk := RoleGrant{Role: Clerk, StationID: p.guhan}
	p.user(t, "zhangmin", "张敏", clerk)
	gone := p.user(t, "likai", "李凯", clerk)
	p.user(t, "norole", "吴任")
	p.user(t, "over", "郭去", clerk)
	p.user(t, "later", "来明", RoleGrant{Role: CountyAdmin, From: today(p).AddDays(1)})
	p.super(t, `update user_roles set to_date = '2026-11-19' where user_id = (select id from users where login_name = 'over')`)
	if err := p.Update(t.Context(), p.xiangyuan, func(tx *tenant.Tx) error { return Disable(t.Context(), tx, Actor{}, gone) }); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string][2]string{
		"wrong password":        {"zhangmin", password + "!"},
		"another's case":        {"zhangmin", "桃花源記 2026 年"},
		"unknown":               {"nobody", password},
		"disabled":              {"likai", password},
		"without a role":        {"norole", password},
		"the role has ended":    {"over", password},
		"the role begins later": {"later", password},
		"Chinese":               {"张敏", password},
		"a name cut by NUL":     {"zhangmin\x00", password},
		"no UTF-8":              {"zhang\xff", password},
		"a pattern":             {"zhang%", password},
		"very long":             {string(slices.Repeat([]byte("长"), 4000)), password},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := SignIn(t.Context(), p.DB, c[0], c[1], "")
			wrong(t, err)
		})
	}
	for _, c := range [][2]string{{"", password}, {"zhangmin", ""}} {
		if _, err := p.signIn(t, c[0], c[1]); invalid(err) == "" {
			t.Errorf("%q: %v", c, err)
		}
	}
	p.clock.pass(20 * time.Hour) // the morning after, in Shanghai
	if _, err := p.signIn(t, "later", password); err != nil {
		t.Errorf("on the role's first day: %v", err)
	}
	const failed = `select count(*) from audit_entries where action = 'sign_in_failed' and subject = $1 and actor_id is null and detail->>'reason' = $2`
	for subject, reason := range map[string]string{"user zhangmin": "password", "user likai": "disabled", "user norole": "no role"} {
		if n := ask[int](t, p, failed, subject, reason); n == 0 {
			t.Errorf("%s: no %q in the record", subject, reason)
		}
	}
}

// The last day of a role is one of its days.
func TestRoleOnItsLastDay(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	p.user(t, "zhangmin", "张敏", RoleGrant{Role: CountyAdmin})
	p.super(t, `update user_roles set to_date = '2026-11-20'`)
	if _, err := p.signIn(t, "zhangmin", password); err != nil {
		t.Error(err)
	}
	p.clock.pass(24 * time.Hour)
	_, err := p.signIn(t, "zhangmin", password)
	wrong(t, err)
}

func TestPlatformAccountsSignIn(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	for _, a := range []NewPlatformAccount{
		{LoginName: "platform", Name: "何平", Kind: PlatformAdmin, Password: password, MustChange: true},
		{LoginName: "duban", Name: "郭督", Kind: Overseer, DivisionCode: "1404", Password: password},
	} {
		if _, err := CreatePlatformAccount(t.Context(), p.DB, a); err != nil {
			t.Fatal(err)
		}
	}
	admin, err := p.signIn(t, "platform", password)
	if err != nil || admin.Actor.Role != PlatformAdmin || admin.Actor.County != 0 || !admin.MustChangePassword || admin.Actor.May(SeeCases) {
		t.Errorf("%+v, %v", admin, err)
	}
	overseer, err := p.signIn(t, "duban", password)
	if err != nil || overseer.Actor.Role != Overseer || overseer.DivisionCode != "1404" || overseer.Actor.Place != "长治市" || overseer.Roles[0].Name != "督导" {
		t.Errorf("%+v, %v", overseer, err)
	}
	again, err := Reload(t.Context(), p.DB, 0, overseer.Actor.UserID, overseer.RoleID)
	if err != nil || again.Actor.LoginName != "duban" || again.PasswordMark != overseer.PasswordMark {
		t.Errorf("%+v, %v", again, err)
	}
	p.super(t, `update platform_accounts set disabled_at = now() where kind = 'overseer'`)
	if _, err := Reload(t.Context(), p.DB, 0, overseer.Actor.UserID, 0); !errors.Is(err, errs.SignIn) {
		t.Errorf("a disabled overseer: %v", err)
	}
}

func TestReload(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	id := p.user(t, "zhangmin", "张敏", RoleGrant{Role: Clerk, StationID: p.guhan}, RoleGrant{Role: CountyAdmin})
	other := p.user(t, "likai", "李凯", RoleGrant{Role: CountyAdmin})
	role := func(user int64, role string) int64 {
		return ask[int64](t, p, `select id from user_roles where user_id = $1 and role = $2`, user, role)
	}
	clerk := role(id, "clerk")
	if a, err := Reload(t.Context(), p.DB, p.xiangyuan, id, clerk); err != nil || a.Actor.Role != Clerk {
		t.Errorf("%+v, %v", a, err)
	}
	if _, err := Reload(t.Context(), p.DB, p.xiangyuan, id, role(other, "county_admin")); !errors.Is(err, errs.Forbidden) {
		t.Errorf("another's role: %v", err)
	}
	if _, err := Reload(t.Context(), p.DB, p.tunliu, id, 0); !errors.Is(err, errs.SignIn) {
		t.Errorf("in another county: %v", err)
	}
	p.super(t, `update user_roles set to_date = '2026-11-19' where role = 'clerk'`)
	if _, err := Reload(t.Context(), p.DB, p.xiangyuan, id, clerk); !errors.Is(err, errs.Forbidden) {
		t.Errorf("a role that has ended: %v", err)
	}
	if err := p.Update(t.Context(), p.xiangyuan, func(tx *tenant.Tx) error { return Disable(t.Context(), tx, Actor{}, id) }); err != nil {
		t.Fatal(err)
	}
	if _, err := Reload(t.Context(), p.DB, p.xiangyuan, id, 0); !errors.Is(err, errs.SignIn) {
		t.Errorf("a disabled account: %v", err)
	}
}

// Somebody of the same name and, by force, of the same id and login name in another
// county is somebody else.
func TestTheSameNameInAnotherCounty(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	id := p.user(t, "zhangmin", "张敏", RoleGrant{Role: Clerk, StationID: p.guhan})
	_, err := p.at.Super.Exec(t.Context(), `
		insert into users (county_id, id, login_name, name, password_hash, must_change_password, created_at)
			overriding system value select 2, id, login_name, name, $1, false, created_at from users`, mustHash(t, "屯留区张敏的密码"))
	if err != nil {
		t.Fatal(err)
	}
	p.super(t, `insert into user_roles (county_id, user_id, role, from_date) select 2, id, 'county_admin', '2026-01-01' from users where county_id = 2`)
	_, err = p.signIn(t, "zhangmin", "屯留区张敏的密码")
	wrong(t, err)
	a, err := p.signIn(t, "zhangmin", password)
	if err != nil || a.Actor.County != p.xiangyuan || a.Actor.UserID != id || len(a.Roles) != 1 {
		t.Errorf("%+v, %v", a, err)
	}
}

func TestDemonstrationAccountKeepsItsPassword(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	p.user(t, "zhangmin", "张敏", RoleGrant{Role: CountyAdmin})
	p.super(t, `update users set must_change_password = true; update counties set demo = true`)
	if a, err := p.signIn(t, "zhangmin", password); err != nil || a.MustChangePassword || !a.Demo {
		t.Errorf("%+v, %v", a, err)
	}
}
