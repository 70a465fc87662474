package demo

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"lianluo/internal/auth"
)

// The same seed and now give the same county; another seed gives another.
func TestSameSeedSameCounty(t *testing.T) {
	t.Parallel()
	one, two := dump(newWorld(t, small, Options{Now: friday, Seed: 1, Cases: 200})), dump(newWorld(t, small, Options{Now: friday, Seed: 1, Cases: 200}))
	if one != two {
		t.Error("two counties of one seed differ")
	}
	if dump(newWorld(t, small, Options{Now: friday, Seed: 2, Cases: 200})) == one {
		t.Error("another seed changes nothing")
	}
}

func dump(w *world) string {
	var b strings.Builder
	for _, d := range w.deputies {
		fmt.Fprintln(&b, d.name, d.birth, d.duties, d.mandates, d.role)
	}
	for _, k := range w.cases {
		fmt.Fprintln(&b, k.number, k.words, k.title, k.state, k.outcome, k.due, k.visit.name, k.visit.phone, k.visit.key, k.visit.receivedAt)
		for _, e := range k.events {
			fmt.Fprintln(&b, e.step, e.at.Format(time.RFC3339), e.by.name(), e.body)
		}
	}
	return b.String()
}

// The accounts that are shown exist, under the names that are shown.
func TestAccountsExist(t *testing.T) {
	t.Parallel()
	w := city()[0]
	for _, a := range accounts {
		i := slices.IndexFunc(w.users, func(u *user) bool { return u.login == a.Login })
		if i < 0 || w.users[i].name != a.Name || w.users[i].roles[0].role != a.Role {
			t.Errorf("%+v is not there", a)
		}
	}
	if head := w.demoStation().head; len(head.roles) != 2 || head.roles[1].role != auth.Deputy {
		t.Errorf("wq.head has no second role: %+v", head.roles)
	}
	seen := map[string]bool{}
	for _, w := range city() {
		for _, u := range w.users {
			if seen[u.login] {
				t.Errorf("%s is there twice", u.login)
			}
			seen[u.login] = true
		}
	}
}
