package webtest

import (
	"bytes"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"lianluo/internal/auth"
	"lianluo/internal/casefile/casetest"
)

// Client is somebody's browser, with its cookies. It does not follow redirects by itself.
type Client struct {
	Site *Site
	Who  auth.Actor // zero: nobody

	// CrossSite sends what a browser sends with a form on somebody else's page.
	CrossSite bool

	// IfNoneMatch is the tag of what the browser has kept.
	IfNoneMatch string

	// Pause is how long a slow line waits before each eighth of an upload; Lost is how
	// many bytes of its end do not arrive.
	Pause time.Duration
	Lost  int

	t    testing.TB
	http http.Client
}

// Anonymous is a browser that has just been opened.
func (s *Site) Anonymous() *Client {
	jar, err := cookiejar.New(nil)
	s.must(err)
	return &Client{Site: s, t: s.t, http: http.Client{Jar: jar,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// As is a browser in which actor has signed in, by the form at /login.
func (s *Site) As(actor auth.Actor) *Client {
	s.t.Helper()
	c := s.Anonymous()
	c.Who = actor
	form := c.Get("/login").MustStatus(http.StatusOK).Form("form[action='/login']")
	form.Set("login_name", actor.LoginName).Set("password", casetest.Password).Submit().MustStatus(http.StatusSeeOther)
	return c
}

// With is the same browser for a subtest: failures are the subtest's.
func (c *Client) With(t testing.TB) *Client {
	with := *c
	with.t = t
	return &with
}

// Page is what came back.
type Page struct {
	Status int
	Header http.Header
	Body   string
	URL    *url.URL
	Count  Count // what the request asked of the database

	client *Client
	doc    *goquery.Document
}

// Get opens an address.
func (c *Client) Get(path string) *Page {
	c.t.Helper()
	return c.do(http.MethodGet, path, nil, "")
}

// Post sends a form, as a page of the site would.
func (c *Client) Post(path string, form url.Values) *Page {
	c.t.Helper()
	return c.do(http.MethodPost, path, form, "")
}

func (c *Client) do(method, path string, form url.Values, referer string) *Page {
	c.t.Helper()
	return c.send(method, path, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()), referer)
}

func (c *Client) send(method, path, contentType string, content io.Reader, referer string) *Page {
	c.t.Helper()
	target := c.Site.URL + path
	if strings.HasPrefix(path, "http://") {
		target = path
	}
	r, err := http.NewRequestWithContext(c.t.Context(), method, target, content)
	c.must(err)
	number, counting := c.Site.counts.start()
	r.Header.Set(numberHeader, number)
	c.fetchHeaders(r, referer)
	if method == http.MethodPost {
		r.Header.Set("Content-Type", contentType)
	}
	if c.IfNoneMatch != "" {
		r.Header.Set("If-None-Match", c.IfNoneMatch)
	}
	answer, err := c.http.Do(r)
	c.must(err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	c.must(err)
	<-counting.done
	return &Page{Status: answer.StatusCode, Header: answer.Header, Body: string(body), URL: r.URL, Count: counting.sum, client: c}
}

// fetchHeaders are what a browser says of where a request comes from.
func (c *Client) fetchHeaders(r *http.Request, referer string) {
	from, origin := "same-origin", c.Site.URL
	if c.CrossSite {
		from, origin, referer = "cross-site", "https://elsewhere.example", ""
	}
	r.Header.Set("Sec-Fetch-Site", from)
	r.Header.Set("Sec-Fetch-Mode", "navigate")
	r.Header.Set("Sec-Fetch-Dest", "document")
	if r.Method == http.MethodPost {
		r.Header.Set("Origin", origin)
	}
	if referer != "" {
		r.Header.Set("Referer", referer)
	}
}

func (c *Client) must(err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
}

// MustStatus ends the test where the answer has another status.
func (p *Page) MustStatus(want int) *Page {
	p.client.t.Helper()
	if p.Status != want {
		p.client.t.Fatalf("%s as %s answered %d %s, want %d:\n%s", p.URL.Path, p.client.Who.LoginName, p.Status,
			p.Header.Get("Location"), want, p.Text("main"))
	}
	return p
}

// Follow opens where the answer leads; one that leads nowhere ends the test.
func (p *Page) Follow() *Page {
	p.client.t.Helper()
	to, err := p.URL.Parse(p.Header.Get("Location"))
	if err != nil || p.Header.Get("Location") == "" {
		p.client.t.Fatalf("%s leads nowhere: status %d\n%s", p.URL.Path, p.Status, p.Text("main"))
	}
	return p.client.Get(to.RequestURI())
}

// Open follows a link of the page.
func (p *Page) Open(href string) *Page {
	p.client.t.Helper()
	to, err := p.URL.Parse(href)
	p.client.must(err)
	return p.client.do(http.MethodGet, to.RequestURI(), nil, p.URL.String())
}

// Find returns what a selector matches.
func (p *Page) Find(selector string) *goquery.Selection {
	p.client.t.Helper()
	if p.doc == nil {
		var err error
		p.doc, err = goquery.NewDocumentFromReader(bytes.NewReader([]byte(p.Body)))
		p.client.must(err)
	}
	return p.doc.Find(selector)
}

// Text is the words of what a selector matches, with single spaces.
func (p *Page) Text(selector string) string {
	p.client.t.Helper()
	return Words(p.Find(selector))
}

// Words are the words of a selection, with single spaces.
func Words(of *goquery.Selection) string { return strings.Join(strings.Fields(of.Text()), " ") }

// MustSay ends the test where the page's text lacks one of words.
func (p *Page) MustSay(words ...string) *Page {
	p.client.t.Helper()
	text := p.Text("body")
	for _, word := range words {
		if !strings.Contains(text, word) {
			p.client.t.Fatalf("%s as %s does not say %q:\n%s", p.URL.Path, p.client.Who.LoginName, word, text)
		}
	}
	return p
}

// MustNotSay ends the test where one of words stands anywhere in the answer, headers included.
func (p *Page) MustNotSay(words ...string) *Page {
	p.client.t.Helper()
	for _, word := range words {
		if strings.Contains(p.Body, word) || slices.ContainsFunc(p.Header.Values("Set-Cookie"), func(v string) bool { return strings.Contains(v, word) }) {
			p.client.t.Fatalf("%s as %s says %q", p.URL.Path, p.client.Who.LoginName, word)
		}
	}
	return p
}

var code = regexp.MustCompile(`\b[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{3}-[2-9A-HJ-NP-Z]{3}\b`)

// Codes are the different 查询码 in a text, in their order.
func Codes(text string) []string {
	var codes []string
	for _, found := range code.FindAllString(text, -1) {
		if !slices.Contains(codes, found) {
			codes = append(codes, found)
		}
	}
	return codes
}
