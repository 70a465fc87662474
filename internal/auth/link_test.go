package auth

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"lianluo/internal/errs"
	"lianluo/internal/tenant"
)

// link makes a link for the user.
func (p *platform) link(t testing.TB, id int64) (link string) {
	t.Helper()
	p.must(t, func(tx *tenant.Tx) (err error) { link, err = MakeLink(t.Context(), tx, boss, id); return err })
	return link
}

func (p *platform) use(t testing.TB, link, password string) error {
	t.Helper()
	_, err := UseLink(t.Context(), p.DB, link, password, password, address)
	return err
}

// newcomer is an account without a password.
func (p *platform) newcomer(t testing.TB, login string) (id int64) {
	t.Helper()
	p.must(t, func(tx *tenant.Tx) (err error) {
		if id, err = CreateUser(t.Context(), tx, NewUser{LoginName: login, Name: "李岚"}); err != nil {
			return err
		}
		return GrantRole(t.Context(), tx, id, RoleGrant{Role: Clerk, StationID: p.guhan})
	})
	return id
}

func TestANewAccountSetsItsPassword(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	id := p.newcomer(t, "lilan")
	for _, guess := range []string{"", " ", "lilan", password} {
		if _, err := p.signIn(t, "lilan", guess); invalid(err) == "" {
			t.Errorf("%q opens an account without a password: %v", guess, err)
		}
	}
	link := p.link(t, id)
	if stored := ask[string](t, p, `select string_agg(l::text, ' ') from password_links l`); strings.Contains(stored, link[2:]) {
		t.Error("the token is stored")
	}
	before := ask[string](t, p, `select md5(string_agg(l::text, ' ')) || (select md5(string_agg(u::text, ' ')) from users u) from password_links l`)
	for range 5 { // scanners open links
		holder, err := OpenLink(t.Context(), p.DB, link)
		if err != nil || holder.Name != "李岚" || holder.LoginName != "lilan" || holder.Office != "襄垣县人大常委会" || holder.Demo ||
			!holder.ExpiresAt.Equal(p.Now().Add(7*24*time.Hour)) {
			t.Fatalf("%+v, %v", holder, err)
		}
	}
	if _, err := UseLink(t.Context(), p.DB, link, "lilan", "别的", address); err == nil || len(asInvalid(err)) != 2 {
		t.Errorf("a bad form: %v", err)
	}
	if after := ask[string](t, p, `select md5(string_agg(l::text, ' ')) || (select md5(string_agg(u::text, ' ')) from users u) from password_links l`); after != before {
		t.Error("opening the link, or a bad form, changed something")
	}
	if err := p.use(t, link, fresh); err != nil {
		t.Fatal(err)
	}
	a, err := p.signIn(t, "lilan", fresh) // the wrong guesses above cost no wait
	if err != nil || a.MustChangePassword || a.Actor.Name != "李岚" {
		t.Errorf("%+v, %v", a, err)
	}
	if got := ask[string](t, p, `select actor_name || ' ' || subject from audit_entries where action = 'user.use_link'`); got != "李岚 user lilan" {
		t.Errorf("the record says %s", got)
	}
	if !ask[bool](t, p, `select has_password and signed_in_at is not null from users where login_name = 'lilan'`) {
		t.Error("the account does not know that it has a password and was used")
	}
}

func asInvalid(err error) errs.Invalid {
	invalid, _ := errors.AsType[errs.Invalid](err)
	return invalid
}

// TestDeadLinksLookAlike: whatever the reason, there is nothing to see.
func TestDeadLinksLookAlike(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	id := p.newcomer(t, "lilan")
	replaced := p.link(t, id)
	used := p.link(t, id)
	if err := p.use(t, used, fresh); err != nil {
		t.Fatal(err)
	}
	old := p.link(t, id)
	p.clock.pass(7 * 24 * time.Hour)
	disabled := p.link(t, p.newcomer(t, "wuren"))
	p.must(t, func(tx *tenant.Tx) error {
		id, err := UserOf(t.Context(), tx, "wuren")
		return errors.Join(err, Disable(t.Context(), tx, boss, id))
	})
	live := p.link(t, id)
	for name, link := range map[string]string{"replaced": replaced, "used": used, "too old": old, "of a disabled account": disabled, "nothing": "",
		"no token": "lilan", "unknown": "1-aaaaaaaaaaaaaaaaaaaaaaaaaa", "of another county": "2" + live[1:], "of no county": "9" + live[1:]} {
		_, err := OpenLink(t.Context(), p.DB, link)
		if !errors.Is(err, errs.NotFound) || errs.Message(err, "") != "" {
			t.Errorf("%s, it opens: %v", name, err)
		}
		if err := p.use(t, link, fresh); !errors.Is(err, errs.NotFound) {
			t.Errorf("%s, it is used: %v", name, err)
		}
	}
	p.must(t, func(tx *tenant.Tx) error { // enabled again, its old link stays dead
		id, err := UserOf(t.Context(), tx, "wuren")
		return errors.Join(err, Enable(t.Context(), tx, boss, id))
	})
	if err := p.use(t, disabled, fresh); !errors.Is(err, errs.NotFound) {
		t.Errorf("a link from before the account was disabled: %v", err)
	}
	if err := p.use(t, live, "另一个自己记得住的密码"); err != nil {
		t.Error(err)
	}
	err := p.Update(t.Context(), p.tunliu, func(tx *tenant.Tx) error { _, err := MakeLink(t.Context(), tx, boss, id); return err })
	if !errors.Is(err, errs.NotFound) {
		t.Errorf("another county makes a link: %v", err)
	}
}

// TestALinkCountsOnce: of twenty who press at once, one sets the password.
func TestALinkCountsOnce(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	link := p.link(t, p.newcomer(t, "lilan"))
	var wait sync.WaitGroup
	var mu sync.Mutex
	var set []string
	for i := range 20 {
		wait.Go(func() {
			mine := fresh + string(rune('a'+i))
			err := p.use(t, link, mine)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				set = append(set, mine)
			} else if !errors.Is(err, errs.NotFound) {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if len(set) != 1 {
		t.Fatalf("%d of twenty set a password", len(set))
	}
	if _, err := p.signIn(t, "lilan", set[0]); err != nil {
		t.Error(err)
	}
}

// TestALinkEndsTheWait: who has guessed wrong too often and then gets a link, comes in.
func TestALinkEndsTheWait(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	id := p.user(t, "zhangmin", "张敏", RoleGrant{Role: CountyLeader})
	for range 6 {
		_, _ = p.signIn(t, "zhangmin", "想不起来的密码")
	}
	if _, err := p.signIn(t, "zhangmin", password); !errors.Is(err, errs.TooMany) {
		t.Fatal(err)
	}
	if err := p.use(t, p.link(t, id), fresh); err != nil {
		t.Fatal(err)
	}
	if _, err := p.signIn(t, "zhangmin", fresh); err != nil {
		t.Error(err)
	}
}
