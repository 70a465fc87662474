package web_test

import (
	"context"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"lianluo/internal/auth"
	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/check"
	"lianluo/internal/postgres/pgtest"
	"lianluo/internal/station"
	"lianluo/internal/tenant"
	"lianluo/web"
	"lianluo/web/webtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// world is a site with something at every address.
type world struct {
	*webtest.Site
	listed  string // a category of the first level, with others in it
	number  string // a case that 县水利局 handles, of
	visit   uuid.UUID
	link    string
	file    string // a photograph of that case, by the clerk
	face    string // a photograph of a deputy
	check   string // the address of a check of the station
	zone    string // the address of its zone
	message string // that told of its registration
	day     string // today's reception day of the clerk's station
	rule    string // of that station
	ask     string // a citizen's, for an appointment there

	adminRole string // of the only administrator
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{Site: webtest.New(t)}
	visit := w.Visit("村里自来水管冻裂，一个多月没水了。")
	receipts, err := w.RegisterVisit(w.Clerk, visit)
	if err != nil {
		t.Fatal(err)
	}
	w.visit, w.number = visit.Key, receipts.Matters[0].Number
	w.Drive(w.number, casefile.Handling)
	w.file = w.Attach(w.Clerk, w.number, "水管.jpg", casetest.Photo(40, 30)).String()
	w.face = w.Photograph(w.Deputies[0]).String()
	w.check, w.zone = w.settleStation(t)
	w.DriveNew(casefile.AwaitingRating)
	w.link = strings.TrimPrefix(w.Links(1)[0], w.URL)
	w.listed, _ = w.As(w.Admin).Get("/settings/categories").Find("main tbody a.subject").First().Attr("href")
	w.rota(t)
	w.adminRole, _ = w.As(w.Admin).Get("/users/county.admin").Find("a[href$='/end']").First().Attr("href")
	w.adminRole = strings.TrimSuffix(w.adminRole, "/end")
	w.message = "/messages/" + strconv.FormatInt(w.sentAbout(t, w.number), 10)
	return w
}

// settleStation gives the station a check and a zone, and returns their addresses.
func (w *world) settleStation(t *testing.T) (checked, zone string) {
	t.Helper()
	var lists *[]check.Checklist
	w.View(func(v *tenant.View) { lists = check.Checklists(v) })
	list, key := (*lists)[0], uuid.New()
	in := check.Input{Key: key, List: list.ID, On: w.Today(), By: "路红霞", Found: map[int64]check.Finding{}}
	for _, item := range list.Items {
		in.Found[item.ID] = check.Finding{State: check.Met}
	}
	err := w.Update(func(ctx context.Context, tx *tenant.Tx) error {
		if _, err := check.Record(ctx, tx, w.Handler, "140423101", in); err != nil {
			return err
		}
		return station.AddZone(ctx, tx, w.Head, "140423101", key, station.ZoneFacts{Name: "选民接待区"})
	})
	if err != nil {
		t.Fatal(err)
	}
	return station101 + "/checks/" + key.String(), station101 + "/zones/" + key.String()
}

// sentAbout waits until the first message about a case has gone, and returns its id.
func (w *world) sentAbout(t *testing.T, number string) (id int64) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		err := w.PG.Super.QueryRow(t.Context(), `select m.id from messages m join cases c on c.county_id = m.county_id and c.id = m.case_id
			where c.number = $1 and m.state = 'sent' order by m.id limit 1`, number).Scan(&id)
		if err == nil {
			return id
		}
		if time.Now().After(deadline) {
			t.Fatal(err)
		}
	}
}

// readers are in the order of columns.
func (w *world) readers() []auth.Actor {
	return []auth.Actor{{}, w.Platform, w.Overseer, w.Admin, w.Handler, w.Leader, w.Head, w.Clerk, w.Water, w.Deputy,
		w.OtherClerk, w.Roads, w.Neighbour.Clerk}
}

func (w *world) client(who auth.Actor) *webtest.Client {
	if who.LoginName == "" {
		return w.Anonymous()
	}
	return w.As(who)
}

func (r road) call(c *webtest.Client) *webtest.Page {
	if strings.HasPrefix(r.route, "POST") {
		return c.Post(r.path, r.form)
	}
	return c.Get(r.path)
}

// TestEveryRoute walks the URL map as everybody.
func TestEveryRoute(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	all := roads(w)
	t.Run("the table is whole", func(t *testing.T) { compare(t, w, all) })
	for column, who := range w.readers() {
		t.Run(columns[column], func(t *testing.T) {
			c := w.client(who).With(t)
			for _, r := range all {
				want, _ := strconv.Atoi(strings.Fields(r.statuses)[column])
				p := r.call(c)
				if p.Status != want {
					t.Errorf("%s: %d, want %d\n%s", r.route, p.Status, want, p.Text("main"))
					continue
				}
				safe(t, r.route, p)
				told(t, r, p, who)
			}
		})
	}
}

// compare fails for a route that the table does not have, and for one that is gone.
func compare(t *testing.T, w *world, all []road) {
	known := map[string]bool{}
	for _, r := range all {
		known[r.route] = true
		if n := len(strings.Fields(r.statuses)); n != len(columns) {
			t.Errorf("%s has %d statuses, want one for each of %d readers", r.route, n, len(columns))
		}
	}
	err := chi.Walk(web.Routes(w.Deps), func(method, route string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		if route == "/static/*" && method != http.MethodGet && method != http.MethodPost {
			return nil // the files' own handler takes every method, and refuses all but GET as it does POST
		}
		if !known[method+" "+route] {
			t.Errorf("%s %s: say in roads who may go there", method, route)
		}
		delete(known, method+" "+route)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for route := range known {
		t.Errorf("%s is in roads and not on the site", route)
	}
}

var latin = regexp.MustCompile(`(?i)forbidden|not found|error|unauthori[sz]ed|denied|internal`)

// told checks that a refusal says in plain words what is the matter, and where to sign in.
func told(t *testing.T, r road, p *webtest.Page, who auth.Actor) {
	t.Helper()
	words := p.Text("main")
	switch p.Status {
	case http.StatusForbidden:
		if !strings.Contains(words, "没有这项权限") || latin.MatchString(words) {
			t.Errorf("%s refuses with %q", r.route, words)
		}
	case http.StatusNotFound:
		if !strings.HasPrefix(r.route, "POST /static") && !strings.Contains(words, "没有找到") {
			t.Errorf("%s: 404 says %q", r.route, words)
		}
	case http.StatusSeeOther:
		if who.LoginName != "" || r.path == "/text" {
			return
		}
		want := "/login"
		if strings.HasPrefix(r.route, "GET") && r.path != "/" {
			want += "?next=" + url.QueryEscape(r.path)
		}
		if got := p.Header.Get("Location"); got != want {
			t.Errorf("%s leads nobody to %s, want %s", r.route, got, want)
		}
	}
}

// headers are what every answer carries.
var headers = map[string]string{
	"Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
	"X-Content-Type-Options":  "nosniff", "Referrer-Policy": "same-origin", "X-Frame-Options": "DENY",
	"Cross-Origin-Opener-Policy": "same-origin",
}

func safe(t *testing.T, route string, p *webtest.Page) {
	t.Helper()
	for name, want := range headers {
		if name == "Content-Security-Policy" && p.Status == http.StatusOK && (strings.HasPrefix(route, "GET /files/") || strings.HasPrefix(route, "GET /s/{code}/photos/")) {
			want = "sandbox; default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; style-src 'unsafe-inline'"
		}
		if got := p.Header.Get(name); got != want {
			t.Errorf("%s: %s is %q, want %q", route, name, got, want)
		}
	}
	keep := "no-store"
	if strings.HasPrefix(route, "GET /c/") { // the same for everybody
		keep = "private, max-age=300"
	}
	if p.Status == http.StatusOK && strings.HasPrefix(p.Header.Get("Content-Type"), "text/html") && p.Header.Get("Cache-Control") != keep {
		t.Errorf("%s may be kept: Cache-Control is %q", route, p.Header.Get("Cache-Control"))
	}
	for _, cookie := range p.Header.Values("Set-Cookie") {
		if !strings.Contains(cookie, "HttpOnly") || !strings.Contains(cookie, "SameSite=Lax") {
			t.Errorf("%s sets the cookie %q", route, cookie)
		}
	}
}

// TestOtherSites: a form on somebody else's page does nothing, whoever looks at it.
func TestOtherSites(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	readers := w.readers()
	for _, column := range []string{"nobody", "clerk", "handler"} {
		at := slices.Index(columns, column)
		c := w.client(readers[at])
		c.CrossSite = true
		for _, r := range roads(w) {
			p := r.call(c)
			if strings.HasPrefix(r.route, "GET") {
				if p.Status == http.StatusForbidden && strings.Fields(r.statuses)[at] != "403" {
					t.Errorf("%s: a link from elsewhere is refused", r.route)
				}
				continue
			}
			if p.MustStatus(http.StatusForbidden).MustSay("不是从本站的页面上来的"); p.Header.Get("Set-Cookie") != "" {
				t.Errorf("%s sets a cookie: %s", r.route, p.Header.Get("Set-Cookie"))
			}
			safe(t, r.route, p)
		}
	}
	w.As(w.Clerk).Get("/").MustStatus(http.StatusOK) // nobody was signed out
}

// TestUnknownAddresses: what is nowhere, and what takes no such method.
func TestUnknownAddresses(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	for _, c := range []*webtest.Client{s.Anonymous(), s.As(s.Clerk)} {
		for _, path := range []string{"/wp-login.php", "/reception", "/r/", "/q/x", "/static/office.css", "/../etc/passwd"} {
			safe(t, path, c.Get(path).MustStatus(http.StatusNotFound))
		}
		for _, path := range []string{"/", "/healthz"} {
			safe(t, path, c.Post(path, nil).MustStatus(http.StatusMethodNotAllowed))
		}
		for _, path := range []string{"/text", "/logout"} {
			safe(t, path, c.Get(path).MustStatus(http.StatusMethodNotAllowed))
		}
	}
	s.As(s.Clerk).Post("/cases", nil).MustStatus(http.StatusMethodNotAllowed).MustSay("这一页不能直接打开")
	s.As(s.Clerk).Get("/cases/XY2026-9999").MustStatus(http.StatusNotFound).MustSay("没有找到")
	s.As(s.Clerk).Get("/cases/" + s.Neighbour.Number).MustStatus(http.StatusNotFound).MustSay("没有找到")
}

// leaks are what a page must not tell of the machine behind it.
var leaks = regexp.MustCompile(`(?i)goroutine|\.go:\d|panic|pgx|pgconn|closed pool|sqlstate|select |insert |county_id|lianluo_app|/work/`)

var reference = regexp.MustCompile(`\b[A-HJ-NP-Z2-9]{6}\b`)

// TestBrokenDatabase: what failed is in the log whole, and on the page as a reference.
func TestBrokenDatabase(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, all := w.As(w.Clerk), roads(w)
	w.Break()
	for _, r := range all {
		p := r.call(c)
		if p.Status != r.broken {
			t.Errorf("%s without a database: %d, want %d", r.route, p.Status, r.broken)
		}
		safe(t, r.route, p)
		ref := reference.FindString(p.Text("main"))
		if found := leaks.FindString(strings.ReplaceAll(p.Body, ref, "")); found != "" && !strings.HasPrefix(r.route, "GET /static") {
			t.Errorf("%s without a database tells %q:\n%s", r.route, found, p.Text("main"))
		}
		if p.Status != http.StatusInternalServerError {
			continue
		}
		if logged := strings.Join(w.Failures(), "\n"); ref == "" || !strings.Contains(logged, "ref="+ref) || !strings.Contains(logged, "closed pool") {
			t.Errorf("%s: the reference %q is not in the log:\n%s", r.route, ref, logged)
		}
	}
}
