package ratings_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"

	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/postgres"
	"lianluo/internal/postgres/pgtest"
	"lianluo/internal/rating"
	"lianluo/internal/tenant"
	"lianluo/web/ratings"
	"lianluo/web/static"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

type site struct {
	*casetest.World
	t       *testing.T
	handler http.Handler
}

func newSite(t *testing.T) *site {
	w := casetest.New(t)
	r := chi.NewRouter()
	ratings.Handler{DB: w.DB}.Routes(r)
	return &site{w, t, r}
}

// link makes the link of a case that awaits its rating.
func (s *site) link(number string) (path string) {
	s.t.Helper()
	err := s.Update(func(ctx context.Context, tx *tenant.Tx) error {
		token, err := rating.MakeLink(ctx, tx, s.Case(number).ID)
		path = "/r/" + token
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return path
}

// waiting is a case that awaits its rating, with its link.
func (s *site) waiting() (number, path string) {
	s.t.Helper()
	number = s.DriveNew(casefile.AwaitingRating)
	return number, s.link(number)
}

func (s *site) get(path string, status int) string {
	s.t.Helper()
	return s.serve(httptest.NewRequest("GET", path, nil), status).Body.String()
}

func (s *site) post(path string, status int, fields ...string) *httptest.ResponseRecorder {
	s.t.Helper()
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	r := httptest.NewRequest("POST", path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return s.serve(r, status)
}

// serve checks what every public page must be, its weight among it.
func (s *site) serve(r *http.Request, status int) *httptest.ResponseRecorder {
	s.t.Helper()
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	body := w.Body.String()
	if w.Code != status {
		s.t.Errorf("status %d, want %d: %s", w.Code, status, body)
	}
	if got := w.Header().Get("Cache-Control"); got != "no-store" {
		s.t.Errorf("Cache-Control %q", got)
	}
	if w.Code == http.StatusSeeOther {
		return w
	}
	for _, never := range []string{"<script", " style=", casetest.Visitor, casetest.Phone, "****0017", "XY2026-"} {
		if strings.Contains(body, never) {
			s.t.Errorf("the page says %q", never)
		}
	}
	if !strings.Contains(body, `<meta name="robots" content="noindex"`) {
		s.t.Error("the page may be indexed")
	}
	own := strings.Count(body, "长") * len("长") // what the citizen wrote weighs nothing
	if weight := len(body) - own + weigh("citizen.css") + weigh("seal.svg"); weight >= 20<<10 {
		s.t.Errorf("the page weighs %d bytes, uncompressed", weight)
	}
	return w
}

func weigh(name string) int {
	w := httptest.NewRecorder()
	static.Handler().ServeHTTP(w, httptest.NewRequest("GET", static.URL(name), nil))
	return w.Body.Len()
}

func contains(t *testing.T, body string, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(body, w) {
			t.Errorf("no %q in %s", w, body)
		}
	}
}

// count counts the ratings that are stored.
func (s *site) count() (n int64) {
	s.t.Helper()
	err := s.Update(func(ctx context.Context, tx *tenant.Tx) (err error) {
		n, err = postgres.Value[int64](ctx, tx, `select count(*) from ratings where county_id = @county`)
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return n
}
