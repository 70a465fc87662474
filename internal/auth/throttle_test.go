package auth

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lianluo/internal/errs"
)

// guess tries a wrong password and returns the minutes to wait, 0 for a plain refusal.
func guess(t testing.TB, p *platform, login, address string) (minutes int) {
	t.Helper()
	_, err := SignIn(t.Context(), p.DB, login, "猜一个密码试试看看", address)
	if errors.Is(err, errs.TooMany) {
		if _, err := fmt.Sscanf(errs.Message(err, ""), "尝试次数过多，请 %d 分钟后再试", &minutes); err != nil {
			t.Fatalf("%v: %v", errs.Message(err, ""), err)
		}
		return minutes
	}
	wrong(t, err)
	return 0
}

func TestThrottleGrows(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	p.user(t, "zhangmin", "张敏", RoleGrant{Role: CountyAdmin})
	for _, login := range []string{"zhangmin", "nobody", "王丽"} { // whoever it is
		for range 5 {
			if m := guess(t, p, login, ""); m != 0 {
				t.Fatalf("%s: blocked for %d minutes before the fifth", login, m)
			}
		}
		for _, want := range []int{1, 2, 4, 8, 16, 32, 60, 60} {
			if got := guess(t, p, login, ""); got != want {
				t.Fatalf("%s: blocked for %d minutes, want %d", login, got, want)
			}
			p.clock.pass(time.Duration(want)*time.Minute - time.Second)
			if got := guess(t, p, login, ""); got != 1 {
				t.Fatalf("%s: a second before the end %d minutes are left", login, got)
			}
			p.clock.pass(time.Second)
			if got := guess(t, p, login, ""); got != 0 {
				t.Fatalf("%s: still blocked after the wait, for %d minutes", login, got)
			}
		}
	}
}

func TestThrottleBlocksTheRightPasswordToo(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	p.user(t, "zhangmin", "张敏", RoleGrant{Role: CountyAdmin})
	p.user(t, "likai", "李凯", RoleGrant{Role: CountyAdmin})
	for range 5 {
		guess(t, p, "zhangmin", address)
	}
	if _, err := p.signIn(t, "zhangmin", password); !errors.Is(err, errs.TooMany) {
		t.Errorf("blocked, and the right password: %v", err)
	}
	if _, err := p.signIn(t, "likai", password); err != nil {
		t.Errorf("a colleague at the same address: %v", err)
	}
	p.clock.pass(time.Minute)
	if _, err := p.signIn(t, "zhangmin", password); err != nil {
		t.Errorf("after the wait: %v", err)
	}
	for range 5 { // counted from nought again
		if m := guess(t, p, "zhangmin", ""); m != 0 {
			t.Errorf("blocked for %d minutes although the right password came in between", m)
		}
	}
}

func TestThrottleForgetsAfterADay(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	for range 5 {
		guess(t, p, "nobody", "")
	}
	p.clock.pass(24*time.Hour + time.Second)
	for range 5 {
		if m := guess(t, p, "nobody", ""); m != 0 {
			t.Fatalf("blocked for %d minutes by yesterday's", m)
		}
	}
	if err := ForgetFailures(t.Context(), p.DB); err != nil {
		t.Fatal(err)
	}
	if n := ask[int](t, p, `select count(*) from login_failures`); n != 1 {
		t.Errorf("%d rows, want today's", n)
	}
	p.clock.pass(25 * time.Hour)
	if err := ForgetFailures(t.Context(), p.DB); err != nil {
		t.Fatal(err)
	}
	if n := ask[int](t, p, `select count(*) from login_failures`); n != 0 {
		t.Errorf("%d rows are kept for ever", n)
	}
}

func TestThrottleOfAnAddress(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	p.user(t, "zhangmin", "张敏", RoleGrant{Role: CountyAdmin})
	for i := range 20 {
		if m := guess(t, p, fmt.Sprintf("name%d", i), address); m != 0 {
			t.Fatalf("blocked for %d minutes at guess %d", m, i+1)
		}
	}
	if m := guess(t, p, "name20", address); m != 1 {
		t.Errorf("after 20 names from one address blocked for %d minutes", m)
	}
	if _, err := p.signIn(t, "zhangmin", password); !errors.Is(err, errs.TooMany) {
		t.Errorf("the address is blocked, and the right password: %v", err)
	}
	if _, err := SignIn(t.Context(), p.DB, "zhangmin", password, "10.23.4.6"); err != nil {
		t.Errorf("from next door: %v", err)
	}
	if m := guess(t, p, "name20", "10.23.4.6"); m != 0 {
		t.Errorf("a refusal was counted against the name: blocked for %d minutes", m)
	}
}

func TestNetwork(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"10.23.4.5":            "10.23.4.5",
		"::ffff:10.23.4.5":     "10.23.4.5",
		"2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64",
		"2001:db8:1:2::99":     "2001:db8:1:2::/64",
		"fe80::1%eth0":         "fe80::/64",
		"unix":                 `"unix"`,
		"a\x00b":               `"a\x00b"`,
	} {
		if got := network(address); got != want {
			t.Errorf("%s: %s, want %s", address, got, want)
		}
	}
}

// Many guesses at once get no more tries than one after the other.
func TestThrottleHoldsAgainstManyAtOnce(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	p.user(t, "zhangmin", "张敏", RoleGrant{Role: CountyAdmin})
	var tried, blocked atomic.Int32
	var all sync.WaitGroup
	for range 40 {
		all.Go(func() {
			_, err := SignIn(t.Context(), p.DB, "zhangmin", "猜一个密码试试看看", address)
			switch {
			case errors.Is(err, errs.TooMany):
				blocked.Add(1)
			case strings.Contains(invalid(err), WrongSignIn):
				tried.Add(1)
			default:
				t.Errorf("neither refused nor blocked: %v", err)
			}
		})
	}
	all.Wait()
	if tried.Load() != 5 || blocked.Load() != 35 {
		t.Errorf("%d tries and %d blocked, want 5 and 35", tried.Load(), blocked.Load())
	}
}

func TestRefusalsTakeTheSameTime(t *testing.T) { // not parallel: it turns the rounding on
	p := newPlatform(t)
	p.user(t, "zhangmin", "张敏", RoleGrant{Role: CountyAdmin})
	defer func(step time.Duration) { refusalStep = step }(refusalStep)
	refusalStep = 500 * time.Millisecond
	for _, login := range []string{"zhangmin", "nobody"} {
		began := time.Now()
		guess(t, p, login, "")
		if took := time.Since(began); took < refusalStep {
			t.Errorf("%s: the refusal came after %v", login, took)
		}
	}
}
