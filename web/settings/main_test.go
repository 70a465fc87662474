package settings_test

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/county"
	"lianluo/internal/postgres"
	"lianluo/internal/postgres/pgtest"
	"lianluo/internal/tenant"
	"lianluo/web/webtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// site is the whole site, with the settings of both counties in view.
type site struct {
	*webtest.Site
	t         *testing.T
	admin     *webtest.Client
	neighbour string
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{Site: webtest.New(t), t: t}
	s.admin = s.As(s.Admin)
	s.neighbour = s.state(s.Neighbour.County)
	t.Cleanup(func() {
		if !t.Failed() && s.state(s.Neighbour.County) != s.neighbour {
			t.Error("the neighbour's settings have changed")
		}
	})
	return s
}

// state is everything that a county has set.
func (s *site) state(of tenant.County) string {
	s.t.Helper()
	var state []byte
	err := s.PG.Super.QueryRow(bare(s.t), `select json_build_array(
		(select json_agg(t order by t.id) from counties t where id = @c),
		(select json_agg(t) from county_settings t where county_id = @c),
		(select json_agg(t order by t.id) from categories t where county_id = @c),
		(select json_agg(t order by t.id) from result_classes t where county_id = @c),
		(select json_agg(t order by t.id) from refusal_reasons t where county_id = @c),
		(select json_agg(t order by t.id) from checklists t where county_id = @c),
		(select json_agg(t order by t.id) from checklist_items t where county_id = @c),
		(select json_agg(t order by t.position) from notices t where county_id = @c),
		(select json_agg(t order by t.kind) from text_templates t where county_id = @c))`, pgx.NamedArgs{"c": of}).Scan(&state)
	if err != nil || !json.Valid(state) {
		s.t.Fatal(err)
	}
	return string(state)
}

// entry is a line of the record.
type entry struct {
	Action, Subject, Actor string
	Changes                county.Changes
}

// recorded are the changes of settings in the record, oldest first.
func (s *site) recorded() []entry {
	s.t.Helper()
	all, err := postgres.All[entry](bare(s.t), s.PG.Super, `select action, subject, actor_name as actor, detail -> 'changes' as changes
		from audit_entries where county_id = @c and action like 'settings.%' order by entry`, pgx.NamedArgs{"c": s.County})
	if err != nil {
		s.t.Fatal(err)
	}
	return all
}

// saved fails where a form was not taken, or not recorded so, and opens where it leads.
func (s *site) saved(p *webtest.Page, action string, field string, fromTo [2]string) *webtest.Page {
	s.t.Helper()
	p.MustStatus(http.StatusSeeOther)
	all := s.recorded()
	if len(all) == 0 {
		s.t.Fatal("nothing is recorded")
	}
	last := all[len(all)-1]
	if last.Action != "settings."+action || last.Actor != s.Admin.Name || last.Changes[field] != fromTo {
		s.t.Errorf("recorded is %+v, want %s of %s: %q", last, action, field, fromTo)
	}
	return p.Follow().MustStatus(http.StatusOK)
}

// refused fails where a form was not shown again with that status, or changed anything.
func (s *site) refused(status int, submit func() *webtest.Page, words ...string) *webtest.Page {
	s.t.Helper()
	before, recorded := s.state(s.County), len(s.recorded())
	p := submit().MustStatus(status).MustSay(words...)
	if s.state(s.County) != before || len(s.recorded()) != recorded {
		s.t.Error("what was refused has changed something")
	}
	if !strings.HasPrefix(p.Text("title"), "错误：") {
		s.t.Errorf("the title is %q", p.Text("title"))
	}
	return p
}

// bare is a context for looks behind the site's back, also after the test.
func bare(t *testing.T) context.Context { t.Helper(); return context.WithoutCancel(t.Context()) }
