package session

import (
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"lianluo/internal/auth"
	"lianluo/internal/postgres"
	"lianluo/internal/postgres/pgtest"
	"lianluo/internal/tenant"
)

func TestMain(m *testing.M) {
	auth.SetCostForTests()
	os.Exit(pgtest.Main(m))
}

const password = "桃花源记 2026 年"

// statements counts what goes to the database.
type statements struct{ n atomic.Int64 }

func (s *statements) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	s.n.Add(1)
	return ctx
}
func (s *statements) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// site is a county with two people, served over http, with a clock.
type site struct {
	*httptest.Server
	at       *pgtest.DB
	db       *tenant.DB
	sessions *Sessions
	counted  statements
	zhang    int64

	mu  sync.Mutex
	now time.Time
}

func (s *site) pass(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = s.now.Add(d)
}

func newSite(t testing.TB) *site {
	t.Helper()
	s := &site{at: pgtest.New(t), now: time.Now()}
	pool, err := postgres.Open(t.Context(), s.at.AppURL, func(c *pgxpool.Config) { c.ConnConfig.Tracer = &s.counted })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	s.db = tenant.New(pool, nil, func() time.Time { s.mu.Lock(); defer s.mu.Unlock(); return s.now })
	s.sessions = New(s.db, false)
	s.super(t, `
		insert into divisions (code, name, level) values ('140423', '襄垣县', 'county');
		insert into counties (division_code, name, office, number_prefix, created_at) values ('140423', '襄垣县', '襄垣县人大常委会', 'XY', now())`)
	s.zhang = s.user(t, "zhangmin", "张敏")
	s.user(t, "likai", `李凯 "Owner":"1/1"`) // a name that would pass for an owner
	s.Server = httptest.NewServer(s.sessions.Load(s.routes()))
	t.Cleanup(s.Close)
	return s
}

func (s *site) super(t testing.TB, sql string) {
	t.Helper()
	if _, err := s.at.Super.Exec(t.Context(), sql); err != nil {
		t.Fatal(err)
	}
}

func (s *site) user(t testing.TB, login, name string) (id int64) {
	t.Helper()
	err := s.db.Update(t.Context(), 1, func(tx *tenant.Tx) (err error) {
		if id, err = auth.CreateUser(t.Context(), tx, auth.NewUser{LoginName: login, Name: name, Password: password}); err == nil {
			err = auth.GrantRole(t.Context(), tx, id, auth.RoleGrant{Role: auth.CountyAdmin})
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// routes are the least that a session needs.
func (s *site) routes() http.Handler {
	mux := http.NewServeMux()
	fail := func(w http.ResponseWriter, err error) {
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	}
	mux.HandleFunc("/in/{login}", func(w http.ResponseWriter, r *http.Request) {
		account, err := auth.SignIn(r.Context(), s.db, r.PathValue("login"), password, Address(r))
		if err == nil {
			err = s.sessions.SignIn(r.Context(), account)
		}
		fail(w, err)
	})
	mux.HandleFunc("/out", func(w http.ResponseWriter, r *http.Request) { fail(w, s.sessions.SignOut(r.Context())) })
	mux.HandleFunc("/end", func(w http.ResponseWriter, r *http.Request) {
		by, _ := Actor(r.Context())
		fail(w, s.sessions.End(r.Context(), by.County, by.UserID))
	})
	mux.HandleFunc("/renew", func(w http.ResponseWriter, r *http.Request) {
		account, _ := Account(r.Context())
		fail(w, s.sessions.Renew(r.Context(), account))
	})
	mux.HandleFunc("/who", func(w http.ResponseWriter, r *http.Request) {
		by, _ := Actor(r.Context())
		w.Write([]byte(by.LoginName + " " + by.Address))
	})
	mux.Handle("/work", Require(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("at work")) })))
	mux.Handle("POST /work", Require(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("done")) })))
	return mux
}

// browser is somebody's, with a jar of its own.
type browser struct {
	t testing.TB
	s *site
	http.Client
}

func (s *site) browser(t testing.TB) *browser {
	jar, _ := cookiejar.New(nil)
	return &browser{t, s, http.Client{Jar: jar,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// answer is what came back.
type answer struct {
	status int
	http.Header
	body string
}

func (b *browser) do(method, path string) answer {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), method, b.s.URL+path, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	got, err := b.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer got.Body.Close()
	body, err := io.ReadAll(got.Body)
	if err != nil || got.StatusCode >= 500 {
		b.t.Fatalf("%s: %d %s, %v", path, got.StatusCode, body, err)
	}
	return answer{got.StatusCode, got.Header, string(body)}
}

func (b *browser) get(path string) answer {
	b.t.Helper()
	return b.do(http.MethodGet, path)
}

// who is the login name that the site sees, "" for nobody.
func (b *browser) who() string {
	b.t.Helper()
	name, _, _ := strings.Cut(b.get("/who").body, " ")
	return name
}

func (b *browser) expect(login, when string) {
	b.t.Helper()
	if got := b.who(); got != login {
		b.t.Errorf("%s: the site sees %q, want %q", when, got, login)
	}
}

// cookie is what the browser sends; take gives it another's.
func (b *browser) cookie() *http.Cookie {
	for _, c := range b.Jar.Cookies(b.at()) {
		if c.Name == "lianluo" {
			return c
		}
	}
	return &http.Cookie{Name: "lianluo"}
}

func (b *browser) take(token string) {
	b.Jar.SetCookies(b.at(), []*http.Cookie{{Name: "lianluo", Value: token}})
}

func (b *browser) at() *url.URL {
	at, err := url.Parse(b.s.URL)
	if err != nil {
		b.t.Fatal(err)
	}
	return at
}
