package visits_test

import (
	"context"
	"html"
	"lianluo/internal/postgres/pgtest"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"

	"lianluo/internal/auth"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
	"lianluo/web/menu"
	"lianluo/web/session"
	"lianluo/web/visits"
	"lianluo/web/webtest"
)

func TestMain(m *testing.M) {
	webtest.ServeIfProcess()
	os.Exit(pgtest.Main(m))
}

type site struct {
	*casetest.World
	t *testing.T
}

func newSite(t *testing.T) *site { return &site{casetest.New(t), t} }

// as serves a request to somebody; the zero Actor is a stranger.
func (s *site) as(by auth.Actor, r *http.Request, status int) *httptest.ResponseRecorder {
	s.t.Helper()
	router := chi.NewRouter()
	router.Use(menu.Around)
	visits.Handler{DB: s.DB, Keys: s.Keys, Files: s.Files}.Routes(router)
	if by.Role != "" {
		r = r.WithContext(session.With(r.Context(), auth.Account{Actor: by, Office: "襄垣县人大常委会"}))
	}
	w := httptest.NewRecorder()
	router.ServeHTTP(w, r)
	if w.Code != status {
		s.t.Errorf("%s %s: status %d, want %d: %s", r.Method, r.URL, w.Code, status, w.Body)
	}
	if got := w.Header().Get("Cache-Control"); got != "no-store" {
		s.t.Errorf("Cache-Control %q", got)
	}
	if strings.Contains(w.Body.String(), " style=") {
		s.t.Error("an inline style")
	}
	return w
}

func (s *site) get(by auth.Actor, path string, status int) string {
	s.t.Helper()
	return s.as(by, httptest.NewRequest("GET", path, nil), status).Body.String()
}

func (s *site) post(by auth.Actor, form url.Values, status int) *httptest.ResponseRecorder {
	s.t.Helper()
	r := httptest.NewRequest("POST", "/visits", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return s.as(by, r, status)
}

var (
	inputs = regexp.MustCompile(`<input[^>]*>`)
	attr   = regexp.MustCompile(` (name|value|type|checked)(?:="([^"]*)")?`)
	areas  = regexp.MustCompile(`(?s)<textarea[^>]* name="([^"]*)"[^>]*>(.*?)</textarea>`)
	lists  = regexp.MustCompile(`(?s)<select[^>]* name="([^"]*)"[^>]*>(.*?)</select>`)
	chosen = regexp.MustCompile(`<option value="([^"]*)" selected`)
	first  = regexp.MustCompile(`<option value="([^"]*)"`)
)

// fill is what a browser would send of the visits form in a page.
func fill(body string) url.Values {
	form := url.Values{}
	_, body, _ = strings.Cut(body, `action="/visits"`)
	for _, input := range inputs.FindAllString(body, -1) {
		has := map[string]string{}
		for _, m := range attr.FindAllStringSubmatch(input, -1) {
			has[m[1]] = html.UnescapeString(m[2])
		}
		if _, on := has["checked"]; on || has["type"] != "radio" && has["type"] != "checkbox" {
			form.Add(has["name"], has["value"])
		}
	}
	for _, m := range areas.FindAllStringSubmatch(body, -1) {
		form.Set(m[1], html.UnescapeString(m[2]))
	}
	for _, m := range lists.FindAllStringSubmatch(body, -1) {
		option := chosen.FindStringSubmatch(m[2])
		if option == nil {
			option = first.FindStringSubmatch(m[2])
		}
		form.Set(m[1], html.UnescapeString(option[1]))
	}
	return form
}

func set(form url.Values, pairs ...string) url.Values {
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return form
}

func contains(t *testing.T, body string, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(body, w) {
			t.Errorf("no %q in %s", w, body)
		}
	}
}

// form is a fresh form of the clerk with the least that a visit needs.
func (s *site) form() url.Values {
	s.t.Helper()
	return set(fill(s.get(s.Clerk, "/visits/new", http.StatusOK)),
		"name", "裴月娥", "words-1", "东头饮水管道停了两回水。", "category-1", strconv.FormatInt(s.Category, 10))
}

// visit is a stored visit as the tests look at it.
type visit struct {
	Way, ReplyBy, NoticeGiven, NoticeVersion string
	PlaceID                                  int64
	Persons                                  int
	Confidential, MayPublish                 bool
	Received                                 string
	Name                                     *string
	Masked                                   *string
	Deputies                                 []int64
	Cases                                    int
}

func (s *site) stored() (all []visit) {
	s.t.Helper()
	err := s.Update(func(ctx context.Context, tx *tenant.Tx) (err error) {
		all, err = postgres.All[visit](ctx, tx, `select way, reply_by, notice_given, notice_version, place_id, persons, confidential,
			may_publish, to_char(received_at at time zone 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI') as received, p.name, p.phone_masked as masked,
			array(select deputy_id from visit_deputies d where d.county_id = @county and d.visit_id = v.id order by 1) as deputies,
			(select count(*) from cases c where c.county_id = @county and c.visit_id = v.id) as cases
			from visits v join visit_contacts p on p.county_id = @county and p.visit_id = v.id where v.county_id = @county order by v.id`)
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return all
}
