package accounts

import (
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/go-chi/chi/v5"

	"lianluo/internal/auth"
	"lianluo/internal/postgres/pgtest"
	"lianluo/internal/tenant"
	"lianluo/web/page"
	"lianluo/web/session"
	"lianluo/web/static"
)

func TestMain(m *testing.M) {
	auth.SetCostForTests()
	os.Exit(pgtest.Main(m))
}

const (
	password = "桃花源记 2026 年"
	fresh    = "渔人捕鱼为业 377"
)

// site serves the door, the account and a page that needs somebody signed in.
type site struct {
	*httptest.Server
	at *pgtest.DB
	db *tenant.DB
}

func newSite(t testing.TB, demo ...DemoAccount) *site {
	t.Helper()
	s := &site{at: pgtest.New(t)}
	s.db = tenant.New(s.at.App, s.at.Oversight, nil)
	s.super(t, `
		insert into divisions (code, name, level) values ('1404', '长治市', 'prefecture'), ('140423', '襄垣县', 'county'), ('140423100', '古韩镇', 'township');
		insert into counties (division_code, name, office, number_prefix, created_at) values ('140423', '襄垣县', '襄垣县人大常委会', 'XY', now());
		insert into stations (county_id, id, code, kind, root_id, name, short_name, division_code, created_at)
			overriding system value values (1, 11, '140423100-01', 'station', 11, '襄垣县古韩镇人大代表联络站', '古韩镇站', '140423100', now())`)
	s.user(t, "zhangmin", "张敏", auth.RoleGrant{Role: auth.Clerk, StationID: 11})
	s.user(t, "luhongxia", "路红霞", auth.RoleGrant{Role: auth.Clerk, StationID: 11}, auth.RoleGrant{Role: auth.CountyHandler})
	sessions := session.New(s.db, false)
	h := Handler{DB: s.db, Sessions: sessions, Demo: demo}
	r := chi.NewRouter()
	r.Handle("/static/*", static.Handler())
	h.Links(r)
	r.Group(func(r chi.Router) {
		r.Use(sessions.Load)
		h.Door(r)
		r.Group(func(r chi.Router) {
			r.Use(session.Require)
			r.Route("/account", h.Routes)
			r.Get("/", who)
			r.Get("/cases", who)
		})
	})
	s.Server = httptest.NewServer(page.SecurityHeaders(r))
	t.Cleanup(s.Close)
	return s
}

// who answers with whom the site takes the reader for.
func who(w http.ResponseWriter, r *http.Request) {
	by, _ := session.Actor(r.Context())
	w.Write([]byte(by.LoginName + " " + string(by.Role)))
}

func (s *site) super(t testing.TB, sql string) {
	t.Helper()
	if _, err := s.at.Super.Exec(t.Context(), sql); err != nil {
		t.Fatal(err)
	}
}

func (s *site) user(t testing.TB, login, name string, roles ...auth.RoleGrant) {
	t.Helper()
	err := s.db.Update(t.Context(), 1, func(tx *tenant.Tx) error {
		id, err := auth.CreateUser(t.Context(), tx, auth.NewUser{LoginName: login, Name: name, Password: password})
		for _, role := range roles {
			if err == nil {
				err = auth.GrantRole(t.Context(), tx, id, role)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// browser keeps cookies and does not follow redirects.
type browser struct {
	t testing.TB
	s *site
	http.Client
}

// answer is a page that came back.
type answer struct {
	*goquery.Document
	status int
	to     string
	text   string
}

func (s *site) browser(t testing.TB) *browser {
	jar, _ := cookiejar.New(nil)
	return &browser{t, s, http.Client{Jar: jar,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

func (b *browser) do(method, path string, form url.Values) answer {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), method, b.s.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	got, err := b.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer got.Body.Close()
	doc, err := goquery.NewDocumentFromReader(got.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return answer{doc, got.StatusCode, got.Header.Get("Location"), strings.TrimSpace(doc.Text())}
}

func (b *browser) get(path string) answer {
	b.t.Helper()
	return b.do(http.MethodGet, path, nil)
}

func (b *browser) post(path string, fields ...string) answer {
	b.t.Helper()
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	return b.do(http.MethodPost, path, form)
}

func (b *browser) signIn(login, password string) answer {
	b.t.Helper()
	return b.post("/login", "login_name", login, "password", password)
}

// leads fails unless the answer sends the browser on to the path.
func (b *browser) leads(a answer, to string) {
	b.t.Helper()
	if a.status != http.StatusSeeOther || a.to != to {
		b.t.Errorf("%d to %q, want 303 to %q: %s", a.status, a.to, to, a.Find("main").Text())
	}
}
