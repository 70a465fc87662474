package webtest

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/jackc/pgx/v5"
)

// Count is what one request asked of the database, once it has been answered.
type Count struct {
	Trips      int      // a batch is one
	Statements []string // begin, set, commit and rollback among them
}

// Own are the statements without the frame of their transaction.
func (c Count) Own() []string {
	return slices.DeleteFunc(slices.Clone(c.Statements), func(sql string) bool {
		first, _, _ := strings.Cut(sql, " ")
		return slices.Contains([]string{"begin", "set", "commit", "rollback"}, first)
	})
}

// counting is a Count while its request runs.
type counting struct {
	mu   sync.Mutex
	sum  Count
	done chan struct{}
}

func (c *counting) add(statements ...string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sum.Trips++
	c.sum.Statements = append(c.sum.Statements, statements...)
}

// counts are the requests by the number that a Client gives each.
type counts struct {
	last atomic.Int64
	all  sync.Map // string → *counting
}

// numberHeader names a request. The site does not know it.
const numberHeader = "X-Webtest-Request"

// start begins to count a request that is about to be sent.
func (c *counts) start() (number string, n *counting) {
	number, n = strconv.FormatInt(c.last.Add(1), 10), &counting{done: make(chan struct{})}
	c.all.Store(number, n)
	return number, n
}

type countKey struct{}

// around lets the tracer find the count of a request that carries a number.
func (c *counts) around(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if n, found := c.all.LoadAndDelete(r.Header.Get(numberHeader)); found {
			defer close(n.(*counting).done)
			r = r.WithContext(context.WithValue(r.Context(), countKey{}, n))
		}
		next.ServeHTTP(w, r)
	})
}

// counter is the tracer of the site's pool.
type counter struct{}

func count(ctx context.Context, statements ...string) context.Context {
	if n, ok := ctx.Value(countKey{}).(*counting); ok {
		n.add(statements...)
	}
	return ctx
}

// TraceQueryStart counts a statement that goes by itself.
func (counter) TraceQueryStart(ctx context.Context, _ *pgx.Conn, q pgx.TraceQueryStartData) context.Context {
	return count(ctx, q.SQL)
}

// TraceQueryEnd is of pgx.QueryTracer.
func (counter) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// TraceBatchStart counts a batch: one trip with many statements.
func (counter) TraceBatchStart(ctx context.Context, _ *pgx.Conn, b pgx.TraceBatchStartData) context.Context {
	var statements []string
	for _, q := range b.Batch.QueuedQueries {
		statements = append(statements, q.SQL)
	}
	return count(ctx, statements...)
}

// TraceBatchQuery is of pgx.BatchTracer.
func (counter) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}

// TraceBatchEnd is of pgx.BatchTracer.
func (counter) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData) {}
