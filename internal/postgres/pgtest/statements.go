package pgtest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5"
)

// Tracer collects what runs on the connections that have it, for Main to judge by
// the statement rules of schema-rules.md. DB.App has it; a pool that a test opens
// itself, for a statement that must break a rule, does not.
func Tracer() pgx.QueryTracer { return &ran }

var ran statements

// statements are the distinct SQL texts of this process, as the code wrote them.
type statements struct {
	mu   sync.Mutex
	seen map[string]bool
}

func (s *statements) add(sql string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.seen == nil {
		s.seen = map[string]bool{}
	}
	s.seen[sql] = true
}

func (s *statements) TraceQueryStart(ctx context.Context, _ *pgx.Conn, q pgx.TraceQueryStartData) context.Context {
	s.add(q.SQL)
	return ctx
}
func (s *statements) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

func (s *statements) TraceBatchStart(ctx context.Context, _ *pgx.Conn, b pgx.TraceBatchStartData) context.Context {
	for _, q := range b.Batch.QueuedQueries {
		s.add(q.SQL)
	}
	return ctx
}
func (s *statements) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}
func (s *statements) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData)     {}

func (s *statements) TraceCopyFromStart(ctx context.Context, _ *pgx.Conn, c pgx.TraceCopyFromStartData) context.Context {
	s.add("copy " + strings.Join(c.TableName, ".") + " from stdin")
	return ctx
}
func (s *statements) TraceCopyFromEnd(context.Context, *pgx.Conn, pgx.TraceCopyFromEndData) {}

// batches collects only these: the site oversees by nothing else, and tests of the
// oversight role send it much that it shall refuse.
type batches struct{ *statements }

func (batches) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	return ctx
}

// judge lists each statement that breaks a rule, with the rule.
func (s *statements) judge(tenant map[string]bool) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []string
	for sql := range s.seen {
		if broken := breaches(sql, tenant); len(broken) > 0 {
			list = append(list, strings.Join(broken, "\n")+"\n\t"+strings.Join(strings.Fields(sql), " ")+"\n")
		}
	}
	slices.Sort(list)
	return strings.Join(list, "")
}

// judgeStatements judges what ran. A tenant table is one under row-level security:
// that all others are listed as the platform's is tested in package tenant.
func (c *cluster) judgeStatements(ctx context.Context) (string, error) {
	conn, err := pgx.Connect(ctx, c.server.URL("postgres", migrated))
	if err != nil {
		return "", err
	}
	defer func() { _ = conn.Close(ctx) }()
	rows, err := conn.Query(ctx, `select relname from pg_class where relrowsecurity`)
	if err != nil {
		return "", err
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return "", err
	}
	tenant := map[string]bool{}
	for _, name := range names {
		tenant[name] = true
	}
	return ran.judge(tenant), nil
}

// breaches returns the rules that a statement breaks. It reads words, not grammar:
// what it cannot follow it reports, and the statement is better written plainly.
func breaches(sql string, tenant map[string]bool) []string {
	s := statement{words: words(sql), tenant: tenant}
	if len(s.words) == 0 {
		return nil
	}
	s.split(s.words, "")
	if s.queue() {
		return nil // river's own
	}
	s.settings()
	s.counties()
	s.inserts()
	s.updates()
	s.locks()
	return s.broken
}

type statement struct {
	words   []string
	tenant  map[string]bool
	queries []*query
	broken  []string
}

func (s *statement) breach(format string, args ...any) {
	s.broken = append(s.broken, fmt.Sprintf(format, args...))
}

// queue tells a statement of the job queue, which brings its own schema and SQL.
func (s *statement) queue() bool {
	river := false
	for _, q := range s.queries {
		for _, t := range q.tables {
			river = river || t.schema == "river"
			if s.tenant[t.name] && t.schema != "river" {
				return false
			}
		}
	}
	return river
}

// settings is S2: the county is set for one transaction by a statement of its own.
func (s *statement) settings() {
	w := s.words
	if calls(w, "set_config") {
		s.breach("S2: set_config: set the county by package tenant, with set local")
	}
	several := slices.Index(w, ";")
	several = max(several, 0)
	for i := range w {
		if w[i] != "set" || i > 0 && w[i-1] != ";" || i+1 == len(w) {
			continue
		}
		if several > 0 && several < len(w)-1 {
			s.breach("S2: a set among several statements in one string")
		}
		rest := w[i+1:]
		if rest[0] == "session" {
			rest = rest[1:]
		}
		if len(rest) > 1 && rest[0] == "app" && rest[1] == "." {
			s.breach("S2: app.%s set for the whole session, so for the next borrower too", rest[min(2, len(rest)-1)])
		}
	}
}

// counties is S1: every tenant table is met by its county.
func (s *statement) counties() {
	for _, q := range s.queries {
		named, free := q.predicates()
		for _, t := range q.tables {
			switch {
			case !s.isTenant(t) || t.county || !t.target && named[t.alias]:
			case free && !t.target:
				free = false // an unqualified county_id belongs to one table
			default:
				s.breach("S1: %s without its county_id", t.name)
			}
		}
	}
}

func (s *statement) isTenant(t table) bool {
	return s.tenant[t.name] && (t.schema == "" || t.schema == "public")
}

// inserts is S3 and S4: where rows come from.
func (s *statement) inserts() {
	if s.words[0] == "copy" {
		s.breach("S3: copy: send multi-row values or a batch")
	}
	changing := slices.IndexFunc(s.queries, func(q *query) bool { return q.with != "" && q.changes() })
	for i, q := range s.queries {
		if q.verb == "insert" && changing >= 0 && i != changing {
			s.breach("S4: a with query that changes data beside an insert: make two statements of it")
		}
		if (q.verb == "insert" || q.fed) && slices.Contains(q.words, "select") && !s.readsTenant(q) {
			s.breach("S3: insert … select from no table that carries county_id: send multi-row values or a batch")
		}
	}
}

func (s *statement) readsTenant(q *query) bool {
	for _, t := range q.tables {
		if s.isTenant(t) && !t.target {
			return true
		}
		for _, with := range s.queries {
			if with != q && with.with != "" && with.with == t.name && s.readsTenant(with) {
				return true
			}
		}
	}
	return false
}

var unsteady = []string{
	"now", "random", "nextval", "gen_random_uuid", "clock_timestamp", "statement_timestamp", "transaction_timestamp",
	"timeofday", "setval", "uuid_generate_v4",
}

var unsteadyWords = []string{"current_timestamp", "current_date", "current_time", "localtimestamp", "localtime"}

// updates is S5 and S9: what a change may not say.
func (s *statement) updates() {
	for _, q := range s.queries {
		set := q.assignments()
		if set == nil {
			continue
		}
		if calls(s.words, unsteady...) || slices.ContainsFunc(s.words, func(w string) bool { return slices.Contains(unsteadyWords, w) }) {
			s.breach("S5: a time, number or id made by the database in an update: bind it from Go")
		}
		if q.verb == "insert" && calls(set) {
			s.breach("S5: a function call in on conflict … do update set: bind its value from Go")
		}
		if setsCounty(set) {
			s.breach("S9: county_id is never updated")
		}
	}
}

// locks is S7: an advisory lock or a notification stands alone.
func (s *statement) locks() {
	lock := slices.ContainsFunc(s.words, func(w string) bool {
		return w == "pg_notify" || strings.HasPrefix(w, "pg_advisory_") || strings.HasPrefix(w, "pg_try_advisory_")
	})
	for _, q := range s.queries {
		for _, t := range q.tables {
			with := slices.ContainsFunc(s.queries, func(q *query) bool { return q.with == t.name })
			if lock && !with {
				s.breach("S7: an advisory lock or a notification in a statement with %s", t.name)
				return
			}
		}
	}
}
