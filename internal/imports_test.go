// Package internal holds no code, only the test of who may import whom.
package internal

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// nouns, lowest first: a noun may import what stands before it. Those without a
// package yet have their place already.
var nouns = []string{
	"pinyin", "audit", "private", "token", "calendar", "blob", "sheet", "message", "division", "county", "auth", "queue", "task", "attachment",
	"savedview", "station", "check", "deputy", "unit", "rota", "reception", "casefile", "network", "imports", "rating", "consultation", "activity", "duty", "register", "export",
}

// beside stand above all nouns, beside web and each other.
var beside = []string{"job", "demo", "localpg"}

// shared are the parts of web that every page may use: they serve no address of their own.
var shared = []string{"web/page", "web/ui", "web/static", "web/session", "web/menu", "web/limit", "web/caseparts", "web/lists", "web/qr", "web/uploads", "web/stationparts", "web/rotaparts", "web/forms"}

// testSupport are packages that only tests and each other import. What they import is free.
var testSupport = []string{"pgtest", "casetest", "webtest", "browser"}

// own is what of ours a package may import, where it is not a noun, a page or beside them.
var own = map[string][]string{
	"migrations":        nil,
	"internal/errs":     nil,
	"internal/null":     nil,
	"internal/option":   nil,
	"internal/postgres": {"internal/errs", "migrations"},
	"internal/tenant":   {"internal/postgres", "internal/errs"},
	"internal/stats":    {"internal/tenant", "internal/postgres", "internal/errs"},
	"web":               {"web/", "internal/tenant", "internal/auth", "internal/errs", "internal/private", "internal/blob"}, // the keys and the store pass through
	"web/ui":            nil,
	"web/static":        nil,
	"web/qr":            nil,
	"web/page":          {"web/ui", "web/static", "internal/errs", "internal/auth"},
	"web/limit":         nil,
	"web/session":       {"web/page", "internal/auth", "internal/tenant", "internal/postgres", "internal/errs"}, // sessions are a table
}

// refused tells why from may not import to, or nothing. Ours go without the module's name.
func refused(from, to string) string {
	if isTestSupport(from) {
		return ""
	}
	if isTestSupport(to) {
		return "it is for tests alone, and would be in the binary"
	}
	if reason := refusedOthers(from, to); reason != "" {
		return reason
	}
	if !isOurs(to) || isIn(from, "cmd") {
		return ""
	}
	if isIn(to, "cmd") {
		return "commands stand above everything: nothing calls up"
	}
	if list, ok := own[from]; ok {
		return refusedOwn(from, to, list)
	}
	switch place := strings.Split(from, "/"); {
	case place[0] == "web":
		return refusedToPage(from, to)
	case place[0] == "internal" && slices.Contains(beside, place[1]):
		return refusedBeside(place[1], to)
	case place[0] == "internal" && slices.Contains(nouns, place[1]):
		return refusedToNoun(place[1], to)
	}
	return "its package has no place yet: give it one in internal/imports_test.go"
}

// refusedOthers is about what is not ours.
func refusedOthers(from, to string) string {
	web, command := isIn(from, "web"), isIn(from, "cmd")
	switch {
	case isIn(to, "github.com/riverqueue"):
		if !command && !slices.Contains([]string{"internal/tenant", "internal/postgres", "internal/job"}, from) {
			return "jobs are added by tenant.Tx.Enqueue and worked by internal/job: nobody else knows the queue"
		}
	case isIn(to, "github.com/jackc"):
		if web && (from != "web/session" || to != "github.com/jackc/pgx/v5/pgxpool") { // the session store takes a pool
			return "pages ask a noun: the driver ends below web"
		}
	case isIn(to, "github.com/a-h/templ"):
		if !web {
			return "pages are made in web"
		}
	case to == "net/http":
		if !web && !command && !slices.Contains(beside, strings.TrimPrefix(from, "internal/")) {
			return "a noun knows nothing of requests: web parses and answers"
		}
	case !isOurs(to) && from == "web/ui" && strings.Contains(to, "."):
		return "components know templ and nothing else"
	}
	return ""
}

func refusedOwn(from, to string, list []string) string {
	for _, may := range list {
		if to == may || strings.HasSuffix(may, "/") && strings.HasPrefix(to, may) {
			return ""
		}
	}
	switch from {
	case "internal/stats":
		return "statistics read tables, so they import no noun"
	case "web":
		return "the server only mounts pages: what a handler needs it is given by cmd/lianluo"
	case "web/ui":
		return "components show what they are given and know no noun"
	case "internal/tenant", "internal/postgres", "internal/errs":
		return "tenant → postgres → errs: what all nouns stand on knows none of them"
	}
	return "it stands below: it may import " + strings.Join(append([]string{"of ours nothing but"}, list...), " ")
}

func refusedToPage(from, to string) string {
	switch {
	case slices.Contains(shared, to):
		return ""
	case isIn(to, "web"):
		if isIn(to, from) {
			return "" // a folder below its own
		}
		return "pages stand side by side, none imports another: what two need goes to a noun, or to a part of web that serves no address (list it in internal/imports_test.go)"
	case isIn(to, "internal/postgres"):
		return "pages ask a noun, through package tenant: SQL ends below web"
	case to == "migrations":
		return "cmd/lianluo migrates"
	case slices.Contains(beside, strings.Split(to, "/")[1]):
		return "it stands beside web: cmd/lianluo wires the two"
	}
	return ""
}

func refusedBeside(name, to string) string {
	switch {
	case isIn(to, "web"):
		return "it stands beside web: nothing calls up"
	case to == "migrations" || isIn(to, "internal/"+name):
		return ""
	case slices.Contains(beside, strings.Split(to, "/")[1]):
		return "it stands beside it: cmd/lianluo wires the two"
	}
	return ""
}

func refusedToNoun(noun, to string) string {
	switch {
	case to == "internal/tenant" || to == "internal/postgres" || to == "internal/errs" || to == "internal/null" || to == "internal/option" || isIn(to, "internal/"+noun):
		return ""
	case isIn(to, "web"):
		return "no layer calls up: web knows nouns, nouns do not know web"
	case to == "migrations":
		return "the schema is package postgres's to bring"
	}
	other := strings.Split(to, "/")[1]
	at := slices.Index(nouns, other)
	switch {
	case at < 0:
		return "a noun may import lower nouns, tenant, postgres, errs and null"
	case at >= slices.Index(nouns, noun):
		return other + " stands above " + noun + ": a later noun calls an earlier one inside the same transaction, never the reverse"
	}
	return ""
}

func isOurs(p string) bool {
	return isIn(p, "internal") || isIn(p, "web") || isIn(p, "cmd") || p == "migrations"
}
func isIn(p, dir string) bool { return p == dir || strings.HasPrefix(p, dir+"/") }

func isTestSupport(p string) bool {
	return isOurs(p) && slices.ContainsFunc(strings.Split(p, "/"), func(part string) bool { return slices.Contains(testSupport, part) })
}

func TestImports(t *testing.T) {
	t.Parallel()
	files := 0
	err := filepath.WalkDir("..", func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := entry.Name()
		if entry.IsDir() && name != ".." && (strings.HasPrefix(name, ".") || name == "testdata" || name == "node_modules") {
			return filepath.SkipDir
		}
		if entry.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		files++
		place := strings.TrimPrefix(filepath.ToSlash(file), "../")
		for _, spec := range parsed.Imports {
			to, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			to = strings.TrimPrefix(to, "lianluo/")
			if reason := refused(path.Dir(place), to); reason != "" {
				t.Errorf("%s imports %s: %s", place, to, reason)
			}
		}
		return nil
	})
	if err != nil || files < 50 {
		t.Errorf("%d files were read, %v", files, err)
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		from, to string
		want     string // of the reason; "" is allowed
	}{
		{"cmd/lianluo", "web", ""}, {"cmd/lianluo", "internal/localpg", ""}, {"cmd/lianluo", "github.com/riverqueue/river", ""},
		{"cmd/lianluo", "internal/postgres/pgtest", "for tests alone"},
		{"web", "web/cases", ""}, {"web", "internal/tenant", ""}, {"web", "internal/casefile", "only mounts"}, {"web", "net/http", ""},
		{"web/cases", "web/page", ""}, {"web/cases", "internal/casefile", ""}, {"web/cases", "internal/tenant", ""}, {"web/cases", "web/menu", ""},
		{"web/cases", "web/visits", "side by side"}, {"web/cases", "web", "side by side"}, {"web/cases", "web/cases/print", ""},
		{"web/cases", "github.com/jackc/pgx/v5", "the driver ends"}, {"web/cases", "internal/postgres", "SQL ends"},
		{"web/cases", "internal/job", "beside web"}, {"web/cases", "internal/localpg", "beside web"}, {"web/cases", "migrations", "migrates"},
		{"web/cases", "github.com/riverqueue/river", "nobody else knows the queue"}, {"web/cases", "cmd/lianluo", "nothing calls up"},
		{"web/cases", "internal/casefile/casetest", "for tests alone"},
		{"web/session", "github.com/jackc/pgx/v5/pgxpool", ""}, {"web/session", "github.com/jackc/pgx/v5", "the driver ends"},
		{"web/session", "internal/auth", ""}, {"web/session", "internal/casefile", "stands below"},
		{"web/page", "internal/auth", ""}, {"web/page", "internal/casefile", "stands below"}, {"web/page", "web/cases", "stands below"},
		{"web/ui", "github.com/a-h/templ", ""}, {"web/ui", "strings", ""}, {"web/ui", "internal/errs", "know no noun"},
		{"web/ui", "github.com/go-chi/chi/v5", "templ and nothing else"},
		{"internal/errs", "internal/audit", "know"}, {"internal/postgres", "migrations", ""}, {"internal/postgres", "internal/tenant", "tenant →"},
		{"internal/tenant", "internal/postgres", ""}, {"internal/tenant", "github.com/riverqueue/river", ""}, {"internal/tenant", "internal/audit", "tenant →"},
		{"internal/audit", "internal/tenant", ""}, {"internal/audit", "web/page", "no layer calls up"}, {"internal/audit", "internal/casefile", "above audit"},
		{"internal/casefile", "internal/reception", ""}, {"internal/reception", "internal/casefile", "casefile stands above reception"},
		{"internal/casefile", "internal/rating", "rating stands above"}, {"internal/casefile", "net/http", "nothing of requests"},
		{"internal/casefile", "github.com/a-h/templ", "made in web"}, {"internal/casefile", "github.com/jackc/pgx/v5", ""},
		{"internal/casefile", "github.com/riverqueue/river", "nobody else"}, {"internal/casefile", "internal/localpg", "lower nouns"},
		{"internal/casefile", "internal/casefile/words", ""}, {"internal/casefile/words", "internal/rating", "stands above"},
		{"internal/stats", "internal/casefile", "no noun"}, {"internal/stats", "internal/tenant", ""},
		{"internal/job", "internal/rating", ""}, {"internal/job", "github.com/riverqueue/river", ""}, {"internal/job", "web/page", "nothing calls up"},
		{"internal/demo", "internal/demo/corpus", ""}, {"internal/demo", "internal/job", "beside it"}, {"internal/rating", "internal/job", "lower nouns"},
		{"internal/casefile/casetest", "internal/postgres/pgtest", ""}, {"web/webtest", "github.com/jackc/pgx/v5", ""},
		{"internal/novelty", "internal/tenant", "no place yet"}, {"internal/rating", "internal/novelty", "lower nouns"},
		{"migrations", "internal/errs", "stands below"},
	} {
		if got := refused(c.from, c.to); c.want == "" && got != "" || !strings.Contains(got, c.want) {
			t.Errorf("%s → %s: %q, want %q", c.from, c.to, got, c.want)
		}
	}
}
