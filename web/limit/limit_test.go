package limit

import (
	"fmt"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// clock is a time that a test moves.
type clock struct{ now time.Time }

func (c *clock) read() time.Time { return c.now }

func newClock() *clock { return &clock{time.Date(2026, 9, 14, 9, 0, 0, 0, time.UTC)} }

// tries is how many tries of key are allowed at once.
func tries(l *Limiter, key string) int {
	n := 0
	for n < 1000 && l.Allow(key) {
		n++
	}
	return n
}

func TestBucketEmptiesAndFills(t *testing.T) {
	t.Parallel()
	c := newClock()
	l := New(5, 10*time.Second, 100, c.read)
	if n := tries(l, "a"); n != 5 {
		t.Fatalf("%d tries at once, want 5", n)
	}
	if n := tries(l, "b"); n != 5 {
		t.Errorf("another key has %d tries, want 5", n)
	}
	for _, step := range []struct {
		after time.Duration
		want  int
	}{{9 * time.Second, 0}, {time.Second, 1}, {25 * time.Second, 2}, {5 * time.Second, 1}, {time.Hour, 5}} {
		c.now = c.now.Add(step.after)
		if n := tries(l, "a"); n != step.want {
			t.Errorf("%s later: %d tries, want %d", step.after, n, step.want)
		}
	}
}

func TestClockThatGoesBack(t *testing.T) {
	t.Parallel()
	c := newClock()
	l := New(2, time.Second, 100, c.read)
	tries(l, "a")
	c.now = c.now.Add(-time.Hour)
	if l.Allow("a") {
		t.Error("a try from nowhere")
	}
}

func TestForgive(t *testing.T) {
	t.Parallel()
	l := New(2, time.Hour, 100, newClock().read)
	for range 100 {
		if !l.Allow("a") {
			t.Fatal("good tries count")
		}
		l.Forgive("a")
	}
	l.Forgive("a")
	if n := tries(l, "a"); n != 2 {
		t.Errorf("%d tries, want 2 and no more", n)
	}
}

func TestMemoryIsBounded(t *testing.T) {
	t.Parallel()
	c := newClock()
	l := New(1, time.Hour, 10, c.read)
	l.Allow("first")
	for i := range 1000 {
		l.Allow(fmt.Sprint(i))
		l.Allow("first") // asked for again and again, so it is not the one forgotten
	}
	if len(l.keys) != 10 || l.recent.Len() != 10 {
		t.Errorf("%d keys, %d in the list, want 10", len(l.keys), l.recent.Len())
	}
	if l.Allow("first") {
		t.Error("whoever asks most is forgotten first")
	}
	if !l.Allow("0") {
		t.Error("who was quiet the longest is not forgotten")
	}
}

func TestTogether(t *testing.T) {
	t.Parallel()
	l := New(20, time.Hour, 10, nil)
	var allowed atomic.Int32
	var all sync.WaitGroup
	for range 100 {
		all.Go(func() {
			if l.Allow("a") {
				allowed.Add(1)
			}
		})
	}
	all.Wait()
	if n := allowed.Load(); n != 20 {
		t.Errorf("%d allowed, want 20", n)
	}
}

func TestAddress(t *testing.T) {
	t.Parallel()
	for remote, want := range map[string]string{
		"192.0.2.7:1234":              "192.0.2.7",
		"192.0.2.7":                   "192.0.2.7",
		"[::ffff:192.0.2.7]:1234":     "192.0.2.7",
		"[2001:db8:1:2:3:4:5:6]:1234": "2001:db8:1:2::/64",
		"[2001:db8:1:2:ffff::9]:80":   "2001:db8:1:2::/64",
		"[fe80::1%eth0]:80":           "fe80::/64",
		"@":                           "@",
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = remote
		if got := Address(r); got != want {
			t.Errorf("%s: %s, want %s", remote, got, want)
		}
	}
}
