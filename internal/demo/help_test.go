package demo

import (
	"context"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/county"
	"lianluo/internal/postgres/pgtest"
	"lianluo/internal/private"
	"lianluo/internal/tenant"
)

func TestMain(m *testing.M) {
	auth.SetCostForTests()
	os.Exit(pgtest.Main(m))
}

// friday is the usual present of the tests: a working day, in the morning.
var friday = at("2026-11-20 10:00")

func at(text string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", text, calendar.Shanghai)
	if err != nil {
		panic(err)
	}
	return t
}

// 潞城区 is the county of the tests: it has the fewest stations.
const small = "140406"

func newWorld(t testing.TB, code string, o Options) *world {
	t.Helper()
	w, err := generate(code, o, county.DefaultSettings())
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// site is a database with a clock that tests set.
type site struct {
	pg   *pgtest.DB
	db   *tenant.DB
	keys private.Keys
	now  atomic.Pointer[time.Time]
}

func newSite(t testing.TB) *site {
	t.Helper()
	s := &site{pg: pgtest.New(t)}
	s.set(friday)
	s.db = tenant.New(s.pg.App, s.pg.Oversight, func() time.Time { return *s.now.Load() })
	var err error
	if s.keys, err = private.ParseKey("3031323334353637383961626364656630313233343536373839414243444546"); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *site) set(now time.Time) { s.now.Store(&now) }

// load loads one county and returns it.
func (s *site) load(t testing.TB, code string, cases int) tenant.County {
	t.Helper()
	if err := Load(t.Context(), s.db, s.keys, Options{Only: code, Cases: cases}); err != nil {
		t.Fatal(err)
	}
	c, err := county.ByDivision(t.Context(), s.db, code)
	if err != nil {
		t.Fatal(err)
	}
	return c.ID
}

// rows are a query's rows as text, one a line.
func (s *site) rows(t testing.TB, sql string) []string {
	t.Helper()
	rows, err := s.pg.Super.Query(context.Background(), "select q::text from ("+sql+") q")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			t.Fatal(err)
		}
		all = append(all, line)
	}
	if rows.Err() != nil {
		t.Fatal(rows.Err())
	}
	return all
}
