package deputies_test

import (
	"os"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/jackc/pgx/v5"

	"lianluo/internal/postgres/pgtest"
	"lianluo/web/webtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// site is the whole site, with the county's administrator before it.
type site struct {
	*webtest.Site
	t     *testing.T
	admin *webtest.Client
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{Site: webtest.New(t), t: t}
	s.admin = s.As(s.Admin)
	return s
}

// count asks behind the site's back.
func (s *site) count(sql string, args pgx.NamedArgs) (n int) {
	s.t.Helper()
	if err := s.PG.Super.QueryRow(s.t.Context(), sql, args).Scan(&n); err != nil {
		s.t.Fatal(err)
	}
	return n
}

// within checks what a page asked of the database, the session's own statement among it.
func (s *site) within(p *webtest.Page, statements int) {
	s.t.Helper()
	if own := p.Count.Own(); len(own) > statements || p.Count.Trips > 2 {
		s.t.Errorf("%s: %d statements in %d trips, at most %d in 2", p.URL.Path, len(own), p.Count.Trips, statements)
	}
}

type selection = goquery.Selection
