package browser

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lianluo/web"
	"lianluo/web/webtest"
)

// line stands between the browsers and the site: it loses what is on its way, and its address
// stays when the server is killed and started again.
type line struct {
	front  *httptest.Server
	losing atomic.Value // string: requests, answers or nothing
	delay  atomic.Int64 // kills so long after a form is sent; -1: never

	mu     sync.Mutex
	server *httptest.Server // nil: down
	posts  map[string]int   // that came, by path
}

func newLine(t *testing.T, s *webtest.Site) *line {
	t.Helper()
	l := &line{posts: map[string]int{}}
	l.drop("")
	l.delay.Store(-1)
	l.front = httptest.NewServer(l)
	t.Cleanup(func() { l.front.Close(); l.kill() })
	l.start(s)
	s.URL = l.front.URL
	return l
}

// start starts a server of the site.
func (l *line) start(s *webtest.Site) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.server == nil {
		l.server = httptest.NewServer(web.New(s.Deps))
	}
}

// kill kills the server with everything that it is doing.
func (l *line) kill() {
	l.mu.Lock()
	server := l.server
	l.server = nil
	l.mu.Unlock()
	if server != nil {
		server.Listener.Close()
		server.CloseClientConnections()
		server.Close()
	}
}

// killAfter kills the server so long after the next form is sent.
func (l *line) killAfter(d time.Duration) { l.delay.Store(int64(d)) }

// down waits until the server is killed.
func (l *line) down(t *testing.T) {
	t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(5 * time.Millisecond) {
		l.mu.Lock()
		down := l.server == nil
		l.mu.Unlock()
		if down {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("the server was not killed")
		}
	}
}

// drop loses requests or answers of forms from now on; "" loses nothing.
func (l *line) drop(what string) { l.losing.Store(what) }

func (l *line) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	form := r.Method == http.MethodPost && r.URL.Path == "/visits"
	body, err := io.ReadAll(r.Body)
	l.mu.Lock()
	server := l.server
	if r.Method == http.MethodPost {
		l.posts[r.URL.Path]++
	}
	l.mu.Unlock()
	if err != nil || server == nil || form && l.losing.Load() == "requests" {
		hangUp(w)
		return
	}
	if d := l.delay.Load(); form && d >= 0 {
		l.delay.Store(-1)
		time.AfterFunc(time.Duration(d), l.kill)
	}
	to, err := url.Parse(server.URL)
	if err != nil {
		hangUp(w)
		return
	}
	out := r.Clone(r.Context())
	out.RequestURI, out.URL.Scheme, out.URL.Host, out.Body = "", to.Scheme, to.Host, io.NopCloser(bytes.NewReader(body))
	answer, err := http.DefaultTransport.RoundTrip(out)
	if err != nil {
		hangUp(w)
		return
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	if err != nil || form && l.losing.Load() == "answers" {
		hangUp(w)
		return
	}
	for name, values := range answer.Header {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.StatusCode)
	_, _ = w.Write(content)
}

// hangUp closes the connection without an answer.
func hangUp(w http.ResponseWriter) {
	if h, ok := w.(http.Hijacker); ok {
		if conn, _, err := h.Hijack(); err == nil {
			_ = conn.Close()
		}
	}
}

// posted is how many posts came to a path since it was asked before.
func (l *line) posted(path string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := l.posts[path]
	l.posts[path] = 0
	return n
}
