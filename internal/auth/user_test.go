package auth

import (
	"errors"
	"testing"

	"lianluo/internal/audit"
	"lianluo/internal/calendar"
	"lianluo/internal/errs"
	"lianluo/internal/tenant"
)

func TestCreateUser(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	p.user(t, " ＺhangMin ", "张敏") // as an input method sends it
	if got := ask[string](t, p, `select login_name from login_directory where county_id = 1`); got != "zhangmin" {
		t.Errorf("the directory lists %q", got)
	}
	if _, err := CreatePlatformAccount(t.Context(), p.DB, NewPlatformAccount{
		LoginName: "duban", Name: "郭督", Kind: Overseer, DivisionCode: "1404", Password: password}); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		county tenant.County
		user   NewUser
		want   string
	}{
		"no login name":            {1, NewUser{Name: "王丽", Password: password}, "login_name: " + loginMalformed},
		"a Chinese login name":     {1, NewUser{LoginName: "王丽", Name: "王丽", Password: password}, "login_name: " + loginMalformed},
		"no name":                  {1, NewUser{LoginName: "wangli", Password: password}, "name: 请填写姓名"},
		"a weak password":          {1, NewUser{LoginName: "wangli", Name: "王丽", Password: "123456"}, "password: 新密码至少要 10 个字符，请再长一些"},
		"taken in the county":      {1, NewUser{LoginName: "ZHANGMIN", Name: "章敏", Password: password}, "login_name: " + loginTaken},
		"taken in another county":  {2, NewUser{LoginName: "zhangmin", Name: "章敏", Password: password}, "login_name: " + loginTaken},
		"taken by an overseer":     {2, NewUser{LoginName: "duban", Name: "杜班", Password: password}, "login_name: " + loginTaken},
		"free, and the same names": {2, NewUser{LoginName: "zhangmin2", Name: "张敏", Password: password}, ""},
	} {
		err := p.Update(t.Context(), c.county, func(tx *tenant.Tx) error {
			_, err := CreateUser(t.Context(), tx, c.user)
			return err
		})
		if got := invalid(err); got != c.want || err != nil && c.want == "" {
			t.Errorf("%s: %q (%v), want %q", name, got, err, c.want)
		}
	}
	if got := ask[int](t, p, `select count(*) from users`); got != 2 {
		t.Errorf("%d users, want 2: a refused one leaves nothing", got)
	}
	if n, err := audit.Verify(t.Context(), p.DB, 1); err != nil || n != 1 {
		t.Errorf("%d entries, %v; want the one about zhangmin", n, err)
	}
}

func TestGrantRole(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	id := p.user(t, "zhangmin", "张敏", RoleGrant{Role: Clerk, StationID: p.guhan, UnitID: 999})
	grant := func(county tenant.County, id int64, g RoleGrant) error {
		return p.Update(t.Context(), county, func(tx *tenant.Tx) error { return GrantRole(t.Context(), tx, id, g) })
	}
	tomorrow := calendar.DateOf(p.Now()).AddDays(1)
	for _, c := range []struct {
		name  string
		grant RoleGrant
		want  string
	}{
		{"held already", RoleGrant{Role: Clerk, StationID: p.guhan}, "role: 这个人已经有这个角色"},
		{"no role", RoleGrant{}, "role: 请选择角色"},
		{"nobody's account", RoleGrant{Role: Citizen}, "role: 请选择角色"},
		{"a role of the platform", RoleGrant{Role: PlatformAdmin}, "role: 请选择角色"},
		{"a clerk without a station", RoleGrant{Role: Clerk}, "station_id: 请选择一个联络站"},
		{"a clerk of a point", RoleGrant{Role: Clerk, StationID: p.point}, "station_id: 请选择一个联络站"},
		{"a unit that is not there", RoleGrant{Role: Unit, UnitID: 22}, "unit_id: 请选择一个承办单位"},
		{"a deputy that is not there", RoleGrant{Role: Deputy, DeputyID: 32}, "deputy_id: 请选择一位代表"},
		{"a second role", RoleGrant{Role: Unit, UnitID: p.water}, ""},
		{"from tomorrow", RoleGrant{Role: CountyAdmin, From: tomorrow}, ""},
	} {
		if err := grant(p.xiangyuan, id, c.grant); invalid(err) != c.want || err != nil && c.want == "" {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
	if err := grant(p.tunliu, id, RoleGrant{Role: CountyAdmin}); !errors.Is(err, errs.NotFound) {
		t.Errorf("another county grants a role: %v", err)
	}
}

func TestSetPasswordAndDisableBelongToTheCounty(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	id := p.user(t, "zhangmin", "张敏", RoleGrant{Role: Clerk, StationID: p.guhan})
	admin := Actor{County: p.xiangyuan, UserID: 999, Name: "管理员", Role: CountyAdmin}
	in := func(county tenant.County, do func(tx *tenant.Tx) error) error {
		return p.Update(t.Context(), county, do)
	}
	set := func(password string) func(tx *tenant.Tx) error {
		return func(tx *tenant.Tx) error { return SetPassword(t.Context(), tx, admin, id, password) }
	}
	disable := func(tx *tenant.Tx) error { return Disable(t.Context(), tx, admin, id) }
	for name, do := range map[string]func(tx *tenant.Tx) error{"sets a password": set("隔壁县来改的密码"), "disables": disable} {
		if err := in(p.tunliu, do); !errors.Is(err, errs.NotFound) {
			t.Errorf("another county %s: %v", name, err)
		}
	}
	if err := in(p.xiangyuan, set("zhangmin")); invalid(err) == "" {
		t.Errorf("a weak password was set: %v", err)
	}
	if err := in(p.xiangyuan, set("管理员重置的密码 01")); err != nil {
		t.Fatal(err)
	}
	if a, err := p.signIn(t, "zhangmin", "管理员重置的密码 01"); err != nil || !a.MustChangePassword {
		t.Errorf("after a reset: %v, must change: %v", err, a.MustChangePassword)
	}
	if err := in(p.xiangyuan, disable); err != nil {
		t.Fatal(err)
	}
	_, err := p.signIn(t, "zhangmin", "管理员重置的密码 01")
	wrong(t, err)
}

func TestPlatformAccountsAreChecked(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	for field, a := range map[string]NewPlatformAccount{
		"kind":          {LoginName: "root", Name: "甲", Kind: CountyAdmin, Password: password},
		"division_code": {LoginName: "root", Name: "甲", Kind: Overseer, DivisionCode: "140423", Password: password},
		"login_name":    {LoginName: "r", Name: "甲", Kind: PlatformAdmin, Password: password},
		"password":      {LoginName: "root", Name: "甲", Kind: PlatformAdmin, Password: "root"},
	} {
		_, err := CreatePlatformAccount(t.Context(), p.DB, a)
		if i, _ := errors.AsType[errs.Invalid](err); i[field] == "" {
			t.Errorf("%s: %v", field, err)
		}
	}
	p.user(t, "root.guo", "郭清")
	_, err := CreatePlatformAccount(t.Context(), p.DB, NewPlatformAccount{
		LoginName: "root.guo", Name: "甲", Kind: PlatformAdmin, Password: password})
	if i, _ := errors.AsType[errs.Invalid](err); i["login_name"] != loginTaken {
		t.Errorf("a county's login name again: %v", err)
	}
	if n := ask[int](t, p, `select count(*) from platform_accounts`); n != 0 {
		t.Errorf("%d platform accounts are left of refused ones", n)
	}
}
