// Package limit says when somebody has tried often enough for now. It counts in memory,
// one server at a time: it makes guessing slow, and is no account of anything.
package limit

import (
	"container/list"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"
)

// Limiter gives every key a bucket of tries that fills again with time. It forgets the
// key that has been quiet the longest when there are too many. It is safe for use by
// several goroutines.
type Limiter struct {
	burst float64       // tries that a full bucket holds
	every time.Duration // one try comes back
	most  int           // keys kept
	now   func() time.Time

	mu     sync.Mutex
	keys   map[string]*list.Element
	recent list.List // of *bucket, the one asked for last in front
}

type bucket struct {
	key  string
	left float64
	at   time.Time
}

// New returns a Limiter that allows burst tries at once and then one more every every.
// It remembers at most most keys. now is its clock; nil means time.Now.
func New(burst int, every time.Duration, most int, now func() time.Time) *Limiter {
	if now == nil {
		now = time.Now
	}
	return &Limiter{burst: float64(burst), every: every, most: most, now: now, keys: make(map[string]*list.Element)}
}

// Allow takes one try of key, or reports that none is left.
func (l *Limiter) Allow(key string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.bucket(key)
	if b.left < 1 {
		return false
	}
	b.left--
	return true
}

// Forgive gives back the try that Allow took: it was a good one, and only bad ones count.
func (l *Limiter) Forgive(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.bucket(key)
	b.left = min(l.burst, b.left+1)
}

// bucket finds or makes the key's bucket, filled up to now.
func (l *Limiter) bucket(key string) *bucket {
	now := l.now()
	if at, ok := l.keys[key]; ok {
		l.recent.MoveToFront(at)
		b := at.Value.(*bucket)
		if since := now.Sub(b.at); since > 0 {
			b.left = min(l.burst, b.left+float64(since)/float64(l.every))
			b.at = now
		}
		return b
	}
	if l.recent.Len() >= l.most {
		oldest := l.recent.Back()
		delete(l.keys, oldest.Value.(*bucket).key)
		l.recent.Remove(oldest)
	}
	b := &bucket{key: key, left: l.burst, at: now}
	l.keys[key] = l.recent.PushFront(b)
	return b
}

// Address is the key of who asks: the address, or the network of 64 bits that one
// subscriber has of IPv6. Behind a proxy the server has put the caller into RemoteAddr.
func Address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	address, err := netip.ParseAddr(host)
	if err != nil {
		return host
	}
	address = address.Unmap().WithZone("")
	if address.Is4() {
		return address.String()
	}
	network, _ := address.Prefix(64) // 64 bits are never too many for an IPv6 address
	return network.String()
}
