package session

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"lianluo/internal/auth"
)

func TestCookie(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	cookie := s.browser(t).get("/in/zhangmin").Get("Set-Cookie")
	for _, part := range []string{"lianluo=", "HttpOnly", "SameSite=Lax", "Path=/"} {
		if !strings.Contains(cookie, part) {
			t.Errorf("%q lacks %s", cookie, part)
		}
	}
	for _, part := range []string{"Expires", "Max-Age", "Domain", "Secure"} {
		if strings.Contains(cookie, part) {
			t.Errorf("%q has %s", cookie, part)
		}
	}
	secure := New(s.db, true)
	recorder := httptest.NewRecorder()
	secure.Load(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if err := secure.SignIn(r.Context(), auth.Account{Actor: auth.Actor{County: 1, UserID: s.zhang}}); err != nil {
			t.Error(err)
		}
	})).ServeHTTP(recorder, httptest.NewRequestWithContext(t.Context(), "POST", "/login", nil))
	if cookie := recorder.Header().Get("Set-Cookie"); !strings.Contains(cookie, "; Secure") {
		t.Errorf("under https the cookie is %q", cookie)
	}
}

func TestSignInRenewsTheToken(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser(t)
	b.get("/in/zhangmin")
	first := b.cookie().Value
	b.get("/in/likai")
	if b.cookie().Value == first {
		t.Error("the token stays the same when somebody else signs in")
	}
	b.expect("likai", "after the second sign-in")
	thief := s.browser(t)
	thief.take(first)
	thief.expect("", "with the token before")
	planted := s.browser(t)
	planted.take("planted-by-somebody")
	planted.get("/in/zhangmin")
	if planted.cookie().Value == "planted-by-somebody" {
		t.Error("a planted token becomes a session")
	}
	var tokens []string
	if err := s.at.Super.QueryRow(t.Context(), `select array_agg(token) from sessions`).Scan(&tokens); err != nil {
		t.Fatal(err)
	}
	for _, stored := range tokens {
		if stored == b.cookie().Value || stored == planted.cookie().Value {
			t.Error("the table keeps the token itself")
		}
	}
}

func TestAddressIsTheRequests(t *testing.T) {
	t.Parallel()
	b := newSite(t).browser(t)
	b.get("/in/zhangmin")
	if got := b.get("/who").body; got != "zhangmin 127.0.0.1" {
		t.Errorf("the site sees %q", got)
	}
}

func TestIdle(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser(t)
	b.get("/in/zhangmin")
	for range 3 {
		s.pass(8*time.Hour - time.Second)
		b.expect("zhangmin", "just before eight idle hours")
	}
	s.pass(8 * time.Hour)
	b.expect("", "after eight idle hours")
	if n := count(t, s); n != 0 {
		t.Errorf("%d sessions are left", n)
	}
}

func TestLifetime(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser(t)
	b.get("/in/zhangmin")
	for range 7 * 24 / 6 {
		b.expect("zhangmin", "within seven days")
		b.get("/renew") // which does not make it longer
		s.pass(6 * time.Hour)
	}
	b.expect("", "after seven days of work")
}

func TestOneStatementAndNoWrite(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	nobody, b := s.browser(t), s.browser(t)
	b.get("/in/zhangmin")
	statements := func(b *browser) int64 {
		before := s.counted.n.Load()
		if cookie := b.get("/work").Get("Set-Cookie"); cookie != "" {
			t.Errorf("an ordinary answer sets a cookie: %s", cookie)
		}
		return s.counted.n.Load() - before
	}
	if n := statements(nobody); n != 0 {
		t.Errorf("without a cookie %d statements", n)
	}
	if n := statements(b); n != 1 {
		t.Errorf("an ordinary request takes %d statements", n)
	}
	var before, after string
	read := func(into *string) {
		if err := s.at.Super.QueryRow(t.Context(), `select xmin::text || data::text from sessions`).Scan(into); err != nil {
			t.Fatal(err)
		}
	}
	read(&before)
	s.pass(touchEvery - time.Second)
	statements(b)
	if read(&after); after != before {
		t.Error("the session was written within five minutes")
	}
	s.pass(time.Second)
	statements(b)
	if read(&after); after == before {
		t.Error("the session was not touched after five minutes")
	}
	if n := statements(b); n != 1 {
		t.Errorf("right after a touch %d statements", n)
	}
}

func TestWhatEndsASession(t *testing.T) {
	t.Parallel()
	for name, sql := range map[string]string{
		"the account is disabled":           `update users set disabled_at = now() where login_name = 'zhangmin'`,
		"the role has ended":                `update user_roles set from_date = '2020-01-01', to_date = '2020-01-01' where user_id = (select id from users where login_name = 'zhangmin')`,
		"the password is another":           `update users set password_hash = password_hash || 'x' where login_name = 'zhangmin'`,
		"the session is not readable":       `update sessions set data = '\x00'`,
		"the session is of another version": `update sessions set data = convert_to(split_part(convert_from(data, 'utf8'), E'\n', 1) || E'\n[1]', 'utf8')`,
		"the session is gone":               `delete from sessions`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			b := s.browser(t)
			b.get("/in/zhangmin")
			s.super(t, sql)
			s.pass(touchEvery)
			b.expect("", "five minutes later")
		})
	}
}

func TestATouchBringsNews(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser(t)
	b.get("/in/zhangmin")
	s.super(t, `update users set must_change_password = true`)
	s.pass(touchEvery)
	if a := b.get("/work"); a.Get("Location") != PasswordPath {
		t.Errorf("an administrator has set the password: %d to %q", a.status, a.Get("Location"))
	}
}

func TestSignOut(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b, thief := s.browser(t), s.browser(t)
	b.get("/in/zhangmin")
	thief.take(b.cookie().Value)
	b.get("/out")
	b.expect("", "after signing out")
	thief.expect("", "with a copy of the cookie")
	s.browser(t).get("/out") // nobody signs out
}

// A request that touches while another signs out must not bring the session back.
func TestSignOutDuringATouch(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for range 20 {
		b := s.browser(t)
		b.get("/in/zhangmin")
		s.pass(touchEvery)
		var both sync.WaitGroup
		for _, path := range []string{"/who", "/out", "/work"} {
			both.Go(func() { b.get(path) })
		}
		both.Wait()
		if n := count(t, s); n != 0 {
			t.Fatalf("%d sessions after signing out", n)
		}
	}
}

func TestEndIsForOnePerson(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	here, there, colleague := s.browser(t), s.browser(t), s.browser(t)
	here.get("/in/zhangmin")
	there.get("/in/zhangmin")
	colleague.get("/in/likai")
	here.get("/end")
	here.expect("", "here")
	there.expect("", "there, at once")
	colleague.expect("likai", "a colleague with a tricky name")
	if owner(auth.Actor{County: 1, UserID: 2}) == owner(auth.Actor{County: 12}) {
		t.Error("owners are mixed up")
	}
}

func TestSweep(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.super(t, `insert into sessions select 'old' || n, '', now() - interval '1 second' from generate_series(1, 150) n`)
	b := s.browser(t)
	b.get("/in/zhangmin")
	if n := count(t, s); n != 51 {
		t.Errorf("%d sessions, want one and 50 for the next sweep", n)
	}
	b.get("/in/zhangmin")
	if n := count(t, s); n != 1 {
		t.Errorf("%d sessions, want one", n)
	}
}

func count(t testing.TB, s *site) (n int) {
	t.Helper()
	if err := s.at.Super.QueryRow(t.Context(), `select count(*) from sessions`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
