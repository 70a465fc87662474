package audit

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestEveryActionHasWords reads the source for what is recorded. Whoever records an
// action that pages cannot say, or a kind of subject that nobody can search for, is told
// where; so is whoever leaves words behind for what is recorded no more.
func TestEveryActionHasWords(t *testing.T) {
	t.Parallel()
	src := readSource(t, "../..")
	recorded, said := map[string]bool{}, map[string]bool{}
	for _, call := range src.recordings() {
		actions, err := src.values(call.dir, call.in, call.Args[3])
		if err != nil || len(actions) == 0 {
			t.Errorf("%s: which action is recorded? %v. Write it as a string, a constant, or an argument of the function.", call.at, err)
		}
		for _, action := range actions {
			recorded[action] = true
			if _, ok := byAction[action]; !ok {
				t.Errorf("%s: the action %q has no line in words (internal/audit/words.go)", call.at, action)
			}
		}
		begins, err := src.begins(call.dir, call.in, call.Args[4])
		if err != nil || len(begins) == 0 {
			t.Errorf("%s: which kind of subject is it? %v. Begin it with a string: \"case \" + number.", call.at, err)
		}
		for _, begin := range begins {
			if _, called, _ := SubjectOf(begin); called == "" || !strings.Contains(begin, " ") {
				t.Errorf("%s: the subject %q is of no kind in kinds (internal/audit/words.go)", call.at, begin)
			}
		}
	}
	for _, w := range words {
		if said[w.Action] {
			t.Errorf("%s has two lines in words", w.Action)
		}
		said[w.Action] = true
		if !recorded[w.Action] {
			t.Errorf("%s has words and is recorded nowhere", w.Action)
		}
		if !slices.ContainsFunc(Groups, func(g struct{ Group, Name string }) bool { return g.Group == w.Group }) || w.Words == "" {
			t.Errorf("%s: group %q, words %q", w.Action, w.Group, w.Words)
		}
	}
	if len(recorded) < 60 {
		t.Errorf("only %d actions were found in the source", len(recorded))
	}
}

// TestReading: what the test above can read, and what it says that it cannot.
func TestReading(t *testing.T) {
	t.Parallel()
	file, err := parser.ParseFile(token.NewFileSet(), "x.go", `package x
		const named = "by.name"
		type Step string
		const ( A Step = "a"; B Step = "b" )
		func direct() { audit.Record(ctx, tx, by, "direct", "case "+n, nil) }
		func constant() { audit.Record(ctx, tx, by, named, "case "+n, nil) }
		func steps() { audit.Record(ctx, tx, by, "case."+string(t.in.Step), "case "+n, nil) }
		func local(on bool) { action := "off"; if on { action = "on" }; audit.Record(ctx, tx, by, action, "case "+n, nil) }
		func inner(by, action string) error { return audit.Record(ctx, tx, by, action, "case "+n, nil) }
		func outer(w string) { inner("x", "one"); x.inner("x", "two"); inner("x", w) }
		func outermost() { outer("three") }
		func unknown() { audit.Record(ctx, tx, by, name(), "case "+n, nil) }
		func nobody(action string) { audit.Record(ctx, tx, by, action, "case "+n, nil) }`, 0)
	if err != nil {
		t.Fatal(err)
	}
	src := &source{fset: token.NewFileSet(), dirs: map[string][]*ast.File{"x": {file}}}
	got := map[string]string{}
	for _, call := range src.recordings() {
		values, err := src.values("x", call.in, call.Args[3])
		slices.Sort(values)
		got[call.in.Name.Name] = fmt.Sprint(values, err != nil)
	}
	for name, want := range map[string]string{"direct": "[direct] false", "constant": "[by.name] false", "steps": "[case.a case.b] false",
		"local": "[off on] false", "inner": "[one three two] false", "unknown": "[] true", "nobody": "[] false"} {
		if got[name] != want {
			t.Errorf("%s: %s, want %s", name, got[name], want)
		}
	}
}

// source is the program's own, without tests and what is generated.
type source struct {
	fset *token.FileSet
	dirs map[string][]*ast.File
	cut  func(ast.Expr) ast.Expr // what is read of what is passed on; nil: all of it
}

// recording is a call of Record.
type recording struct {
	*ast.CallExpr
	dir string
	in  *ast.FuncDecl
	at  string
}

func readSource(t *testing.T, root string) *source {
	t.Helper()
	src := &source{fset: token.NewFileSet(), dirs: map[string][]*ast.File{}}
	for _, top := range []string{"internal", "web", "cmd"} {
		err := filepath.WalkDir(filepath.Join(root, top), func(path string, _ fs.DirEntry, err error) error {
			if err != nil || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") || strings.HasSuffix(path, "_templ.go") {
				return err
			}
			file, err := parser.ParseFile(src.fset, path, nil, 0)
			src.dirs[filepath.Dir(path)] = append(src.dirs[filepath.Dir(path)], file)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return src
}

// calls visits every call that a package makes, with the function that it stands in.
func (s *source) calls(dir string, visit func(in *ast.FuncDecl, call *ast.CallExpr)) {
	for _, file := range s.dirs[dir] {
		for _, declared := range file.Decls {
			in, ok := declared.(*ast.FuncDecl)
			if !ok {
				continue
			}
			ast.Inspect(in, func(n ast.Node) bool {
				if call, ok := n.(*ast.CallExpr); ok {
					visit(in, call)
				}
				return true
			})
		}
	}
}

// recordings are the calls of audit.Record everywhere.
func (s *source) recordings() (all []recording) {
	for dir := range s.dirs {
		s.calls(dir, func(in *ast.FuncDecl, call *ast.CallExpr) {
			chosen, ok := call.Fun.(*ast.SelectorExpr)
			elsewhere := ok && chosen.Sel.Name == "Record" && isIdent(chosen.X, "audit")
			if here := filepath.Base(dir) == "audit" && isIdent(call.Fun, "Record"); (elsewhere || here) && len(call.Args) == 6 {
				all = append(all, recording{call, dir, in, s.fset.Position(call.Pos()).String()})
			}
		})
	}
	return all
}

func isIdent(e ast.Expr, name string) bool {
	i, ok := e.(*ast.Ident)
	return ok && i.Name == name
}

// leftmost is how a sum of strings begins, or the pattern of a Sprintf.
func leftmost(e ast.Expr) ast.Expr {
	switch e := e.(type) {
	case *ast.BinaryExpr:
		_, sum := e.X.(*ast.BinaryExpr)
		if literal, ok := e.Y.(*ast.BasicLit); ok && literal.Kind == token.STRING && !sum {
			return e
		}
		return leftmost(e.X)
	case *ast.CallExpr:
		if chosen, ok := e.Fun.(*ast.SelectorExpr); ok && isIdent(chosen.X, "fmt") && len(e.Args) > 0 {
			return e.Args[0]
		}
	}
	return e
}

// begins are all the ways in which an expression within a function can begin.
func (s *source) begins(dir string, in *ast.FuncDecl, e ast.Expr) ([]string, error) {
	from := *s
	from.cut = leftmost
	return from.values(dir, in, leftmost(e))
}

// part is what is read of an expression: all of it, or how it begins.
func (s *source) part(e ast.Expr) ast.Expr {
	if s.cut == nil {
		return e
	}
	return s.cut(e)
}

// values are all that an expression within a function can be.
func (s *source) values(dir string, in *ast.FuncDecl, e ast.Expr) ([]string, error) {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		return []string{text}, err
	case *ast.BinaryExpr:
		return s.sums(dir, in, e)
	case *ast.CallExpr: // string(t.in.Step): the constants of the type that the field is named after
		if isIdent(e.Fun, "string") && len(e.Args) == 1 {
			if chosen, ok := e.Args[0].(*ast.SelectorExpr); ok {
				return s.constants(dir, chosen.Sel.Name, ""), nil
			}
		}
	case *ast.SelectorExpr: // a constant of another package
		if of, ok := e.X.(*ast.Ident); ok {
			for other := range s.dirs {
				if found := s.constants(other, "", e.Sel.Name); filepath.Base(other) == of.Name && found != nil {
					return found, nil
				}
			}
		}
	case *ast.Ident:
		if found := s.constants(dir, "", e.Name); found != nil {
			return found, nil
		}
		if at := parameter(in, e.Name); at >= 0 {
			return s.arguments(dir, in, at)
		}
		return s.assigned(dir, in, e.Name)
	}
	return nil, fmt.Errorf("%T is not read", e)
}

func (s *source) sums(dir string, in *ast.FuncDecl, e *ast.BinaryExpr) (sums []string, err error) {
	left, err := s.values(dir, in, e.X)
	if err != nil {
		return nil, err
	}
	right, err := s.values(dir, in, e.Y)
	for _, l := range left {
		for _, r := range right {
			sums = append(sums, l+r)
		}
	}
	return sums, err
}

// constants are a package's constants of a type, or the one with a name.
func (s *source) constants(dir, of, name string) (values []string) {
	for _, file := range s.dirs[dir] {
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok || of != "" && (spec.Type == nil || !isIdent(spec.Type, of)) {
				return true
			}
			for i, id := range spec.Names {
				if i < len(spec.Values) && (name == "" || id.Name == name) {
					if literal, ok := spec.Values[i].(*ast.BasicLit); ok && literal.Kind == token.STRING {
						text, _ := strconv.Unquote(literal.Value)
						values = append(values, text)
					}
				}
			}
			return true
		})
	}
	return values
}

// parameter is the place of a function's parameter; -1 where it has none of that name.
func parameter(in *ast.FuncDecl, name string) int {
	at := 0
	for _, group := range in.Type.Params.List {
		for _, id := range group.Names {
			if id.Name == name {
				return at
			}
			at++
		}
	}
	return -1
}

// arguments are what a package gives a function of its own at a place.
func (s *source) arguments(dir string, of *ast.FuncDecl, at int) (all []string, err error) {
	s.calls(dir, func(in *ast.FuncDecl, call *ast.CallExpr) {
		chosen, method := call.Fun.(*ast.SelectorExpr)
		if in == of || len(call.Args) <= at || !isIdent(call.Fun, of.Name.Name) && (!method || chosen.Sel.Name != of.Name.Name) {
			return
		}
		values, e := s.values(dir, in, s.part(call.Args[at]))
		if all = append(all, values...); e != nil {
			err = e
		}
	})
	return all, err
}

// assigned is what a function gives a variable of its own.
func (s *source) assigned(dir string, in *ast.FuncDecl, name string) (all []string, err error) {
	err = fmt.Errorf("%s is given no string", name)
	ast.Inspect(in, func(n ast.Node) bool {
		assign, ok := n.(*ast.AssignStmt)
		if !ok || len(assign.Lhs) != len(assign.Rhs) {
			return true
		}
		for i, to := range assign.Lhs {
			if isIdent(to, name) {
				var values []string
				values, err = s.values(dir, in, s.part(assign.Rhs[i]))
				all = append(all, values...)
			}
		}
		return true
	})
	return all, err
}
