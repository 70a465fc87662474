package auth

import (
	"errors"
	"testing"

	"lianluo/internal/calendar"
	"lianluo/internal/errs"
)

func today(p *platform) calendar.Date { return calendar.DateOf(p.Now()) }

func mustHash(t testing.TB, password string) string {
	t.Helper()
	hash, err := HashPassword(password)
	if err != nil {
		t.Fatal(err)
	}
	return hash
}

const fresh = "渔人捕鱼为业 377"

func TestChangeOwnPassword(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	p.user(t, "zhangmin", "张敏", RoleGrant{Role: CountyAdmin})
	p.super(t, `update users set must_change_password = true`)
	before, err := p.signIn(t, "zhangmin", password)
	if err != nil || !before.MustChangePassword {
		t.Fatalf("%+v, %v", before, err)
	}
	for name, c := range map[string]struct {
		old, new, repeat string
		want             string
	}{
		"no old one":     {"", fresh, fresh, "old_password: 请填写现在的密码"},
		"a wrong old":    {"不是这个密码", fresh, fresh, "old_password: 现在的密码不对，请核对后再试"},
		"too short":      {password, "短", "短", "new_password: 新密码至少要 10 个字符，请再长一些"},
		"the same again": {password, password, password, "new_password: 新密码不能和现在的密码相同，请换一个"},
		"repeated wrong": {password, fresh, fresh + "8", "repeat_password: 两次填写的新密码不一样，请再填一遍"},
	} {
		if err := ChangeOwnPassword(t.Context(), p.DB, before.Actor, c.old, c.new, c.repeat); invalid(err) != c.want {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	if err := ChangeOwnPassword(t.Context(), p.DB, before.Actor, password, fresh, fresh); err != nil {
		t.Fatal(err)
	}
	_, err = p.signIn(t, "zhangmin", password)
	wrong(t, err)
	after, err := p.signIn(t, "zhangmin", fresh)
	if err != nil || after.MustChangePassword || after.PasswordMark == before.PasswordMark {
		t.Errorf("%+v, %v", after, err)
	}
	if n := ask[int](t, p, `select count(*) from audit_entries where action = 'user.change_password' and actor_name = '张敏'`); n != 1 {
		t.Errorf("%d entries about the change", n)
	}
}

func TestChangeOwnPasswordIsNoPlaceToGuess(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	p.user(t, "zhangmin", "张敏", RoleGrant{Role: CountyAdmin})
	a, err := p.signIn(t, "zhangmin", password)
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		if err := ChangeOwnPassword(t.Context(), p.DB, a.Actor, "猜一个", fresh, fresh); invalid(err) == "" {
			t.Fatal(err)
		}
	}
	if err := ChangeOwnPassword(t.Context(), p.DB, a.Actor, password, fresh, fresh); !errors.Is(err, errs.TooMany) {
		t.Errorf("the sixth guess: %v", err)
	}
}

func TestChangeOwnPasswordOfThePlatform(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	_, err := CreatePlatformAccount(t.Context(), p.DB, NewPlatformAccount{
		LoginName: "platform", Name: "何平", Kind: PlatformAdmin, Password: password, MustChange: true})
	if err != nil {
		t.Fatal(err)
	}
	a, err := p.signIn(t, "platform", password)
	if err != nil {
		t.Fatal(err)
	}
	if err := ChangeOwnPassword(t.Context(), p.DB, a.Actor, password, fresh, fresh); err != nil {
		t.Fatal(err)
	}
	if a, err = p.signIn(t, "platform", fresh); err != nil || a.MustChangePassword {
		t.Errorf("%+v, %v", a, err)
	}
}

// Two windows, or an administrator's reset in between: the second change finds that the
// password it knows is no longer the one.
func TestChangeOwnPasswordTwiceAtOnce(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	id := p.user(t, "zhangmin", "张敏", RoleGrant{Role: CountyAdmin})
	stale, err := load(t.Context(), p.DB, p.xiangyuan, id)
	if err != nil {
		t.Fatal(err)
	}
	a, _ := stale.account(0)
	if err := ChangeOwnPassword(t.Context(), p.DB, a.Actor, password, fresh, fresh); err != nil {
		t.Fatal(err)
	}
	if err := stale.replaceHash(t.Context(), p.DB, a.Actor, mustHash(t, "另一个窗口里改的密码")); !errors.Is(err, errs.Conflict) {
		t.Errorf("the second change: %v", err)
	}
	p.super(t, `update users set disabled_at = now()`)
	if err := ChangeOwnPassword(t.Context(), p.DB, a.Actor, fresh, password, password); !errors.Is(err, errs.Conflict) {
		t.Errorf("a disabled account: %v", err)
	}
}
