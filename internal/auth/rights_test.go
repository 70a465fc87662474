package auth

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"testing"
)

// constants returns the values of the constants of a type that a file declares.
func constants(t *testing.T, file, of string) (values []string) {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(parsed, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if name, ok := spec.Type.(*ast.Ident); ok && name.Name == of {
			value, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			values = append(values, value)
		}
		return true
	})
	if len(values) == 0 {
		t.Fatalf("%s declares no %s", file, of)
	}
	return values
}

func TestRightsAreComplete(t *testing.T) {
	t.Parallel()
	actions := constants(t, "rights.go", "Action")
	for _, action := range actions {
		if len(rights[Action(action)]) == 0 {
			t.Errorf("nobody may %s", action)
		}
	}
	if len(rights) != len(actions) {
		t.Errorf("%d actions are declared, the table has %d", len(actions), len(rights))
	}
	appears := map[Role]bool{Citizen: true, System: true} // nobody's account, so without rights
	for action, roles := range rights {
		for role, scope := range roles {
			appears[role] = true
			if scope == Nowhere {
				t.Errorf("%s: %s has a line that grants nothing", action, role)
			}
			if Names[role] == "" {
				t.Errorf("%s: %s has no name", action, role)
			}
			if role == Citizen || role == System {
				t.Errorf("%s: %s has a right, and no account", action, role)
			}
		}
	}
	for _, role := range constants(t, "actor.go", "Role") {
		if !appears[Role(role)] {
			t.Errorf("%s may do nothing", role)
		}
		if Names[Role(role)] == "" {
			t.Errorf("%s has no name", role)
		}
	}
	for action := range rights {
		scope := rights[action][PlatformAdmin]
		if scope == WholeCounty || scope == OwnStation || scope == OwnUnit {
			t.Errorf("%s: who makes counties sees their content", action)
		}
	}
}

// TestEveryRightHasWords: the page of rights tells every action, once, in Chinese.
func TestEveryRightHasWords(t *testing.T) {
	t.Parallel()
	told := map[Action]int{}
	for _, group := range ActionGroups {
		for _, action := range group.Actions {
			told[action]++
		}
	}
	for _, name := range constants(t, "rights.go", "Action") {
		action := Action(name)
		if action.Words() == "" || told[action] != 1 {
			t.Errorf("%s has the words %q and stands %d times in ActionGroups", action, action.Words(), told[action])
		}
		for role, scope := range rights[action] {
			if scope.Words() == "" {
				t.Errorf("%s: how far %s reaches has no words", action, role)
			}
		}
	}
	if len(told) != len(rights) || len(actionWords) != len(rights) {
		t.Errorf("%d actions are told and %d have words, the table has %d", len(told), len(actionWords), len(rights))
	}
}

func TestMayOn(t *testing.T) {
	t.Parallel()
	guhan, wangqiao := Subject{StationID: 11}, Subject{StationID: 12}
	water := Subject{StationID: 11, UnitIDs: []int64{21, 22}}
	received := Subject{StationID: 11, Deputies: []int64{31}}
	for _, c := range []struct {
		name   string
		actor  Actor
		action Action
		on     Subject
		want   bool
	}{
		{"a clerk, at her station", Actor{Role: Clerk, StationID: 11}, SeeCases, guhan, true},
		{"a clerk, next door", Actor{Role: Clerk, StationID: 11}, SeeCases, wangqiao, false},
		{"a clerk without a station", Actor{Role: Clerk}, SeeCases, Subject{}, false},
		{"a unit, its order", Actor{Role: Unit, UnitID: 22}, SeeCases, water, true},
		{"a unit, another's order", Actor{Role: Unit, UnitID: 23}, SeeCases, water, false},
		{"a unit without an id", Actor{Role: Unit}, SeeCases, Subject{UnitIDs: []int64{0}}, false},
		{"a deputy who received it", Actor{Role: Deputy, DeputyID: 31}, SeeCases, received, true},
		{"a deputy who did not", Actor{Role: Deputy, DeputyID: 32}, SeeCases, received, false},
		{"a deputy reveals a phone", Actor{Role: Deputy, DeputyID: 31}, RevealPhone, received, false},
		{"the county", Actor{Role: CountyHandler}, TakeStep, wangqiao, true},
		{"the leader takes a rating", Actor{Role: CountyLeader}, TakeRating, guhan, false},
		{"the overseer", Actor{Role: Overseer}, SeeCases, guhan, false},
		{"who makes counties", Actor{Role: PlatformAdmin}, SeeCases, guhan, false},
		{"a citizen", CitizenOf(1), SeeCases, guhan, false},
		{"nobody", Actor{}, SeeCases, guhan, false},
	} {
		if got := c.actor.MayOn(c.action, c.on); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}
