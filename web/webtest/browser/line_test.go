package browser

import (
	"bytes"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
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
	front   *httptest.Server
	site    *webtest.Site
	process bool         // the server is a process, which can be killed
	delay   atomic.Int64 // kills so long after a form is sent; -1: never

	mu     sync.Mutex
	cuts   map[string]cut // by path
	posts  map[string]int // that came, by path
	server *url.URL       // nil: down
	kill   func()
}

// cut is where a connection breaks.
type cut string

const (
	whole    cut = ""
	request  cut = "before the request"
	body     cut = "in the request's body"
	answer   cut = "before the answer"
	answered cut = "in the answer"
)

// newLine is a line to a server in this process.
func newLine(t *testing.T, s *webtest.Site) *line {
	t.Helper()
	return openLine(t, &line{site: s})
}

// newMortalLine is a line to a server that is a process, to be killed.
func newMortalLine(t *testing.T, s *webtest.Site) *line {
	t.Helper()
	return openLine(t, &line{site: s, process: true})
}

func openLine(t *testing.T, l *line) *line {
	t.Helper()
	l.cuts, l.posts = map[string]cut{}, map[string]int{}
	l.delay.Store(-1)
	l.front = httptest.NewServer(l)
	t.Cleanup(func() { l.front.Close(); l.stop() })
	l.start(t)
	l.site.URL = l.front.URL
	return l
}

// start starts a server of the site, where none is.
func (l *line) start(t *testing.T) {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.server != nil {
		return
	}
	at := ""
	if l.process {
		process := l.site.Process()
		at, l.kill = process.URL, func() { process.Kill(t) }
	} else {
		server := httptest.NewServer(web.New(l.site.Deps))
		at, l.kill = server.URL, server.Close
	}
	to, err := url.Parse(at)
	if err != nil {
		t.Fatal(err)
	}
	l.server = to
}

// stop ends the server: one that is a process is killed with everything that it is doing.
func (l *line) stop() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.server != nil {
		l.server = nil
		l.kill()
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

// cutAt breaks each connection to a path there from now on; whole mends it.
func (l *line) cutAt(path string, at cut) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cuts[path] = at
}

func (l *line) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	l.mu.Lock()
	server, at := l.server, l.cuts[r.URL.Path]
	if r.Method == http.MethodPost {
		l.posts[r.URL.Path]++
	}
	l.mu.Unlock()
	length := r.ContentLength
	if at == body {
		length /= 2
	}
	content, err := io.ReadAll(io.LimitReader(r.Body, length))
	if err != nil || server == nil || at == request {
		hangUp(w, nil)
		return
	}
	if d := l.delay.Load(); r.Method == http.MethodPost && r.URL.Path == "/visits" && d >= 0 {
		l.delay.Store(-1)
		time.AfterFunc(time.Duration(d), l.stop)
	}
	out := r.Clone(r.Context())
	out.RequestURI, out.URL.Scheme, out.URL.Host = "", server.Scheme, server.Host
	out.Body = io.NopCloser(bytes.NewReader(content)) // shorter than it says where it is cut
	got, err := http.DefaultTransport.RoundTrip(out)
	if err != nil {
		hangUp(w, nil)
		return
	}
	defer got.Body.Close()
	head, err := httputil.DumpResponse(got, false)
	if err != nil {
		hangUp(w, nil)
		return
	}
	content, err = io.ReadAll(got.Body)
	switch {
	case err != nil || at == answer:
		hangUp(w, nil)
		return
	case at == answered: // of its head where it has no more
		if half := len(content) / 2; half > 0 {
			hangUp(w, append(head, content[:half]...))
		} else {
			hangUp(w, head[:len(head)/2])
		}
		return
	}
	maps.Copy(w.Header(), got.Header)
	w.WriteHeader(got.StatusCode)
	_, _ = w.Write(content)
}

// hangUp closes the connection after what of an answer is given.
func hangUp(w http.ResponseWriter, begin []byte) {
	if h, ok := w.(http.Hijacker); ok {
		if conn, _, err := h.Hijack(); err == nil {
			_, _ = conn.Write(begin)
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
