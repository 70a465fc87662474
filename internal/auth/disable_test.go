package auth

import (
	"errors"
	"sync"
	"testing"

	"lianluo/internal/calendar"
	"lianluo/internal/errs"
	"lianluo/internal/tenant"
)

// in runs a change in 襄垣县.
func (p *platform) in(t testing.TB, change func(tx *tenant.Tx) error) error {
	t.Helper()
	return p.Update(t.Context(), p.xiangyuan, change)
}

func (p *platform) must(t testing.TB, change func(tx *tenant.Tx) error) {
	t.Helper()
	if err := p.in(t, change); err != nil {
		t.Fatal(err)
	}
}

// roleID is the id of the user's newest role of that name.
func (p *platform) roleID(t testing.TB, user int64, role Role) int64 {
	t.Helper()
	return ask[int64](t, p, `select max(id) from user_roles where county_id = 1 and user_id = $1 and role = $2`, user, string(role))
}

var boss = SystemOf(1) // whose id no row needs

func TestTheLastAdministratorStays(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	chang := p.user(t, "chang", "常志远", RoleGrant{Role: CountyAdmin}, RoleGrant{Role: CountyHandler})
	li := p.user(t, "lilan", "李岚", RoleGrant{Role: Clerk, StationID: p.guhan})
	role := p.roleID(t, chang, CountyAdmin)
	tomorrow := calendar.DateOf(p.Now()).AddDays(1)
	end := func(last calendar.Date) func(tx *tenant.Tx) error {
		return func(tx *tenant.Tx) error { return EndRole(t.Context(), tx, SystemOf(1), chang, role, last) }
	}
	refused := map[string]func(tx *tenant.Tx) error{
		"disabled":            func(tx *tenant.Tx) error { return Disable(t.Context(), tx, SystemOf(1), chang) },
		"out of the role":     end(calendar.Date{}),
		"out of it by a date": end(tomorrow.AddDays(30)),
	}
	stillRefused := func(when string) {
		t.Helper()
		for name, change := range refused {
			if err := p.in(t, change); !errors.Is(err, errs.Conflict) || errs.Message(err, "") == "" {
				t.Errorf("%s, the last administrator is %s: %v", when, name, err)
			}
		}
	}
	stillRefused("alone")
	p.must(t, func(tx *tenant.Tx) error { // one from tomorrow, one who stands in, one who has no password
		until := tomorrow.AddDays(9)
		return errors.Join(GrantRole(t.Context(), tx, li, RoleGrant{Role: CountyAdmin, From: tomorrow.AddDays(10)}),
			GrantRole(t.Context(), tx, li, RoleGrant{Role: CountyAdmin, To: &until}))
	})
	p.must(t, func(tx *tenant.Tx) error {
		id, err := CreateUser(t.Context(), tx, NewUser{LoginName: "wuren", Name: "吴任"})
		return errors.Join(err, GrantRole(t.Context(), tx, id, RoleGrant{Role: CountyAdmin}))
	})
	stillRefused("beside those who cannot take over")
	p.must(t, func(tx *tenant.Tx) error { // his other role can go
		return EndRole(t.Context(), tx, SystemOf(1), chang, p.roleID(t, chang, CountyHandler), calendar.Date{})
	})
	second := p.user(t, "second", "第二位", RoleGrant{Role: CountyAdmin})
	p.must(t, func(tx *tenant.Tx) error { return Disable(t.Context(), tx, SystemOf(1), second) })
	stillRefused("beside one who is disabled")
	p.must(t, func(tx *tenant.Tx) error { return Enable(t.Context(), tx, SystemOf(1), second) })
	p.must(t, refused["out of it by a date"])
	p.must(t, refused["disabled"])
	p.super(t, `update users set disabled_at = null; update user_roles set to_date = '2027-12-31' where role = 'county_admin'`)
	stillRefused("even where every role has an end")
}

// TestTwoAdministratorsDisableEachOther: whichever way they meet, one is left.
func TestTwoAdministratorsDisableEachOther(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	var ids [2]int64
	for i, login := range []string{"one", "two"} {
		ids[i] = p.user(t, login, "管理员"+login, RoleGrant{Role: CountyAdmin})
	}
	for round := range 10 {
		p.super(t, `update users set disabled_at = null; update user_roles set to_date = null`)
		var wait sync.WaitGroup
		var refused [2]error
		for i := range ids {
			by, other := Actor{County: 1, UserID: ids[i], Name: "管理员", Role: CountyAdmin}, ids[1-i]
			role := p.roleID(t, other, CountyAdmin)
			wait.Go(func() {
				refused[i] = p.Update(t.Context(), 1, func(tx *tenant.Tx) error {
					if round%2 == i {
						return EndRole(t.Context(), tx, by, other, role, calendar.Date{})
					}
					return Disable(t.Context(), tx, by, other)
				})
			})
		}
		wait.Wait()
		if (refused[0] == nil) == (refused[1] == nil) || !errors.Is(errors.Join(refused[:]...), errs.Conflict) {
			t.Errorf("round %d: %v, %v", round, refused[0], refused[1])
		}
		if n := ask[int](t, p, `select count(*) from users u join user_roles r on r.county_id = u.county_id and r.user_id = u.id
			where u.disabled_at is null and r.to_date is null`); n != 1 {
			t.Errorf("round %d: %d administrators are left", round, n)
		}
	}
}

func TestDisableAndEnable(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	id := p.user(t, "zhangmin", "张敏", RoleGrant{Role: Clerk, StationID: p.guhan})
	himself := Actor{County: 1, UserID: id, Name: "张敏", Role: CountyAdmin}
	if err := p.in(t, func(tx *tenant.Tx) error { return Disable(t.Context(), tx, himself, id) }); !errors.Is(err, errs.Conflict) {
		t.Errorf("somebody disables the own account: %v", err)
	}
	enable := func(tx *tenant.Tx) error { return Enable(t.Context(), tx, boss, id) }
	disable := func(tx *tenant.Tx) error { return Disable(t.Context(), tx, boss, id) }
	if err := p.in(t, enable); !errors.Is(err, errs.Conflict) {
		t.Errorf("enabled, and enabled again: %v", err)
	}
	p.must(t, disable)
	if err := p.in(t, disable); !errors.Is(err, errs.Conflict) {
		t.Errorf("disabled twice: %v", err)
	}
	if _, err := Reload(t.Context(), p.DB, 1, id, 0); !errors.Is(err, errs.SignIn) {
		t.Errorf("a session that runs is told %v", err)
	}
	grant := func(tx *tenant.Tx) error { return GrantRole(t.Context(), tx, id, RoleGrant{Role: CountyLeader}) }
	if err := p.in(t, grant); !errors.Is(err, errs.Conflict) {
		t.Errorf("a role for a disabled account: %v", err)
	}
	if err := p.Update(t.Context(), p.tunliu, enable); !errors.Is(err, errs.NotFound) {
		t.Errorf("another county enables: %v", err)
	}
	p.must(t, enable)
	if a, err := p.signIn(t, "zhangmin", password); err != nil || a.Actor.Role != Clerk {
		t.Errorf("enabled again: %v, %v", a.Actor.Role, err)
	}
	if got := ask[string](t, p, `select string_agg(action, ' ' order by entry) from audit_entries where action like '%able'`); got != "user.disable user.enable" {
		t.Errorf("the record has %s", got)
	}
}
