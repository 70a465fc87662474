package webtest_test

import (
	"net/http"
	"testing"

	"lianluo/internal/auth"
	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/web/webtest"
)

// TestStatements holds the pages that are opened all day to what the issue allows. The
// session's own statement and trip are among them.
func TestStatements(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	number := s.DriveNew(casefile.Handling)
	thumb := "/files/" + s.Attach(s.Clerk, number, "a.jpg", casetest.Photo(30, 20)).String() + "/thumb"
	s.DriveNew(casefile.AwaitingRating)
	rate := s.Links(1)[0][len(s.URL):]

	for name, who := range map[string]auth.Actor{"clerk": s.Clerk, "head": s.Head, "handler": s.Handler, "admin": s.Admin,
		"leader": s.Leader, "unit": s.Water, "deputy": s.Deputy} {
		c := s.As(who)
		for page, path := range map[string]string{"home": "/", "queue": "/cases?view=open", "case": "/cases/" + number} {
			within(t, name+"'s "+page, c.Get(path), 6, 2)
		}
		within(t, name+"'s thumbnail", c.Get(thumb), 6, 2) // one for each that may own a file
	}
	for name, who := range map[string]auth.Actor{"clerk": s.Clerk, "handler": s.Handler} {
		within(t, name+"'s messages", s.As(who).Get("/messages"), 4, 2)
	}
	for name, who := range map[string]auth.Actor{"clerk": s.Clerk, "admin": s.Admin, "deputy": s.Deputy} {
		for _, page := range []string{"", "/week", "/days", "/leaves", "/changes", "/counts"} {
			within(t, name+"'s rota"+page, s.As(who).Get("/receptions"+page), 5, 2)
		}
		within(t, name+"'s gaps", s.As(who).Get("/receptions/gaps"), 12, 2)
	}
	for page, most := range map[string]int{"turns": 5, "generate": 6, "rules": 2, "new": 3, "rules/new": 2, "leaves/new": 2} {
		within(t, "clerk's "+page, s.As(s.Clerk).Get("/receptions/"+page), most, 2)
	}
	nobody := s.Anonymous()
	within(t, "rating page", nobody.Get(rate), 3, 1)
	nobody.Get("/s/140423101") // the county of the code is asked for once
	within(t, "station's front", nobody.Get("/s/140423101"), 7, 1)
	within(t, "station's QR code", nobody.Get("/s/140423101/qr.svg"), 1, 1)
	within(t, "county's front", nobody.Get("/c/140423"), 3, 1)
	within(t, "look-up form", nobody.Get("/q"), 0, 0)
	within(t, "sign-in", nobody.Get("/login"), 0, 0)
}

// within checks an answer against the statements and the trips that it may cost.
func within(t *testing.T, page string, p *webtest.Page, statements, trips int) {
	t.Helper()
	p.MustStatus(http.StatusOK)
	own := p.Count.Own()
	t.Logf("%-16s %d statements (%d with begin, set and commit), %d trips", page, len(own), len(p.Count.Statements), p.Count.Trips)
	if len(own) > statements || p.Count.Trips > trips {
		t.Errorf("%s: %d statements in %d trips, at most %d in %d:\n%q", page, len(own), p.Count.Trips, statements, trips, p.Count.Statements)
	}
}
