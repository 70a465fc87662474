package pgtest

import (
	"regexp"
	"slices"
	"strings"
)

var word = regexp.MustCompile(`(?is)--[^\n]*|/\*.*?\*/|e?'[^']*'|\$\$.*?\$\$|"[^"]+"|[$@]?[\pL_0-9][\pL\pN_$]*|::|[<>=!]+|\S`)

// words cuts SQL into lower-case words, parameters, operators and signs. Comments
// fall away, strings are all alike, a quoted name is a word.
func words(sql string) []string {
	var list []string
	for _, w := range word.FindAllString(strings.ToLower(sql), -1) {
		switch {
		case strings.HasPrefix(w, "--"), strings.HasPrefix(w, "/*"):
		case strings.HasSuffix(w, "'"), strings.HasPrefix(w, "$$"):
			list = append(list, "''")
		case w != `"`:
			list = append(list, strings.Trim(w, `"`))
		}
	}
	return list
}

func isLetter(c byte) bool { return c == '_' || c >= 'a' && c <= 'z' || c >= 0x80 }

// query is one select, insert, update or delete of a statement, without those that
// stand in its parentheses.
type query struct {
	verb   string
	with   string // its name, where it is a with query
	fed    bool   // a later part of insert … select … union …
	words  []string
	tables []table
}

func (q *query) changes() bool { return q.verb != "select" && q.verb != "values" && q.verb != "" }

// table is where a query names one.
type table struct {
	schema, name, alias string
	target              bool // of an insert
	county              bool // among an insert's columns or a join's using
}

var verbs = []string{"select", "insert", "update", "delete", "merge", "values"}

// split finds the queries among w: those in parentheses, and the parts of a union.
func (s *statement) split(w []string, with string) {
	var own []string
	for i := 0; i < len(w); i++ {
		if w[i] == "(" && i+1 < len(w) && (slices.Contains(verbs, w[i+1]) || w[i+1] == "with") {
			end := closing(w, i)
			s.split(w[i+1:end], withName(own))
			own = append(own, "(", "…", ")")
			i = end
			continue
		}
		own = append(own, w[i])
	}
	fed := false
	for from := 0; from < len(own); {
		to := from
		for to < len(own) && !slices.Contains([]string{"union", "intersect", "except", ";"}, own[to]) {
			to++
		}
		q := &query{with: with, fed: fed, words: own[from:to]}
		q.read()
		s.queries = append(s.queries, q)
		fed = (fed || q.verb == "insert") && to < len(own) && own[to] != ";"
		from = to + 1
	}
}

func closing(w []string, open int) int {
	depth := 0
	for i := open; i < len(w); i++ {
		switch w[i] {
		case "(":
			depth++
		case ")":
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return len(w)
}

// withName is the name before `as (` or `(columns) as (`, where w ends so.
func withName(w []string) string {
	for len(w) > 0 && (w[len(w)-1] == "materialized" || w[len(w)-1] == "not") {
		w = w[:len(w)-1]
	}
	if len(w) < 2 || w[len(w)-1] != "as" {
		return ""
	}
	name := len(w) - 2
	if w[name] == ")" {
		for name > 0 && w[name] != "(" {
			name--
		}
		name = max(name-1, 0)
	}
	return w[name]
}

// read finds a query's verb and its tables.
func (q *query) read() {
	depth, list := 0, false
	for i, w := range q.words {
		next := i + 1
		switch {
		case w == "(":
			depth++
		case w == ")":
			depth--
		case depth == 0 && q.verb == "" && slices.Contains(verbs, w):
			q.verb = w
			if w == "update" {
				q.table(next)
			}
		case w == "into" && (q.verb == "insert" || q.verb == "merge"), w == "join":
			q.table(next)
		case depth == 0 && w == "from" && q.word(i-1) != "distinct",
			depth == 0 && w == "using" && (q.verb == "delete" || q.verb == "merge") && q.word(next) != "(":
			list = true
			q.table(next)
		case depth == 0 && slices.Contains(afterFrom, w):
			list = false
		case depth == 0 && w == "," && list:
			q.table(next)
		}
	}
}

var (
	afterFrom = []string{"where", "group", "having", "window", "order", "limit", "offset", "for", "returning", "set"}
	noAlias   = append([]string{"as", "on", "using", "join", "left", "right", "full", "inner", "cross", "natural",
		"values", "select", "default", "overriding", "with", "tablesample", "fetch"}, afterFrom...)
)

func (q *query) word(i int) string {
	if i < 0 || i >= len(q.words) {
		return ""
	}
	return q.words[i]
}

// table reads the table at i, unless a function or a query stands there.
func (q *query) table(i int) {
	for slices.Contains([]string{"only", "lateral", "("}, q.word(i)) {
		i++
	}
	t := table{name: q.word(i), target: q.verb == "insert" && q.words[i-1] == "into"}
	i++
	if t.name == "" || !isLetter(t.name[0]) || t.name == "…" {
		return
	}
	if q.word(i) == "." {
		t.schema, t.name = t.name, q.word(i+1)
		i += 2
	}
	if q.word(i) == "(" && !t.target {
		return
	}
	t.alias = t.name
	if q.word(i) == "as" {
		i++
	}
	if a := q.word(i); a != "" && isLetter(a[0]) && !slices.Contains(noAlias, a) {
		t.alias = a
		i++
	}
	if q.word(i) == "using" && q.verb != "merge" {
		i++
	}
	if q.word(i) == "(" && (t.target || q.word(i-1) == "using") {
		t.county = slices.Contains(q.words[i:closing(q.words, i)], "county_id")
	}
	q.tables = append(q.tables, t)
}

// predicates are the aliases whose county_id the query compares, and whether it
// compares one without an alias.
func (q *query) predicates() (named map[string]bool, free bool) {
	named = map[string]bool{}
	for i, w := range q.words {
		if w != "county_id" {
			continue
		}
		from, alias := i, ""
		if i > 1 && q.words[i-1] == "." {
			from, alias = i-2, q.words[i-2]
		}
		if q.word(i+1) != "=" && (from == 0 || q.words[from-1] != "=") && !q.inRow(from) {
			continue
		}
		if alias == "" {
			free = true
		}
		named[alias] = true
	}
	return named, free
}

// inRow tells whether what stands at i belongs to a row that is compared:
// (county_id, id) = … or in ….
func (q *query) inRow(i int) bool {
	depth := 0
	for open := i - 1; open >= 0; open-- {
		switch q.words[open] {
		case ")":
			depth++
		case "(":
			if depth--; depth < 0 {
				end := q.word(closing(q.words, open) + 1)
				return end == "=" || end == "in" || open > 0 && q.words[open-1] == "="
			}
		}
	}
	return false
}

// assignments are the words after set, in an update or on conflict do update; nil
// where the query sets nothing.
func (q *query) assignments() []string {
	set := slices.Index(q.words, "set")
	if set < 0 || q.verb != "update" && q.verb != "insert" && q.verb != "merge" {
		return nil
	}
	depth := 0
	for i := set + 1; i < len(q.words); i++ {
		switch w := q.words[i]; {
		case w == "(":
			depth++
		case w == ")":
			depth--
		case depth == 0 && (w == "from" && q.words[i-1] != "distinct" || w == "where" || w == "returning"):
			return q.words[set+1 : i]
		}
	}
	return q.words[set+1:]
}

// setsCounty tells whether county_id stands on the left of an assignment.
func setsCounty(set []string) bool {
	depth, left := 0, true
	for _, w := range set {
		switch {
		case w == "(":
			depth++
		case w == ")":
			depth--
		case depth == 0 && w == "=":
			left = false
		case depth == 0 && w == ",":
			left = true
		case left && w == "county_id":
			return true
		}
	}
	return false
}

// notCalls stand before a parenthesis and are no functions, or are part of SQL itself.
var notCalls = []string{
	"and", "or", "not", "in", "any", "all", "some", "exists", "case", "when", "then", "else", "end", "is", "on", "using",
	"values", "row", "array", "cast", "coalesce", "nullif", "greatest", "least", "set", "where", "as", "distinct", "from", "update",
}

// calls tells whether w calls one of the functions, or any where none is named.
func calls(w []string, functions ...string) bool {
	for i := 0; i+1 < len(w); i++ {
		if w[i+1] != "(" || !isLetter(w[i][0]) || w[i] == "…" {
			continue
		}
		if slices.Contains(functions, w[i]) || len(functions) == 0 && !slices.Contains(notCalls, w[i]) {
			return true
		}
	}
	return false
}
