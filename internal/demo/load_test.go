package demo

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lianluo/internal/audit"
	"lianluo/internal/auth"
	"lianluo/internal/casefile"
	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/private"
	"lianluo/internal/tenant"
)

// What is loaded is what the site would have: cases in every state, each by a legal path,
// closed ones with their whole chain, clocks that agree, nothing that the system would
// have done already, numbers that open, accounts that sign in.
func TestLoad(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	id := s.load(t, "140423", 320)
	t.Run("has every state and outcome", func(t *testing.T) {
		if got := s.rows(t, `select distinct state from cases`); len(got) != 18 {
			t.Errorf("states %v", got)
		}
		if got := s.rows(t, `select distinct outcome from cases where outcome is not null`); len(got) != 7 {
			t.Errorf("outcomes %v", got)
		}
	})
	t.Run("walks legal paths", func(t *testing.T) { checkPaths(t, s) })
	t.Run("closes with the whole chain", func(t *testing.T) { checkChains(t, s, id) })
	t.Run("keeps clocks that agree", func(t *testing.T) { checkClocks(t, s) })
	t.Run("leaves the system nothing to do", func(t *testing.T) { checkLapsed(t, s, id) })
	t.Run("seals numbers that open", func(t *testing.T) { checkNumbers(t, s, id) })
	t.Run("is audited", func(t *testing.T) {
		if got := s.rows(t, `select action, subject from audit_entries`); !slices.Equal(got, []string{`(demo.load,"county 140423")`}) {
			t.Errorf("%v", got)
		}
		if n, err := audit.Verify(t.Context(), s.db, id); n != 1 || err != nil {
			t.Errorf("%d entries, %v", n, err)
		}
	})
	t.Run("signs in", func(t *testing.T) { checkAccounts(t, s) })
	t.Run("counts its numbers", func(t *testing.T) {
		got := s.rows(t, `select n.year, n.last - count(*) as gap, n.last = max(right(c.number, 4)::int) as top from case_numbers n
			join cases c on c.number like 'XY' || n.year || '-%' group by n.year, n.last order by 1`)
		if !slices.Equal(got, []string{"(2025,0,t)", "(2026,0,t)"}) {
			t.Errorf("%v", got)
		}
	})
}

// checkPaths: every event is a row of the table, each begins where the one before ended.
func checkPaths(t *testing.T, s *site) {
	type event struct {
		Number string
		State  casefile.State
		Step   casefile.Step
		From   *casefile.State
		To     casefile.State
		Role   auth.Role
	}
	all, err := postgres.All[event](t.Context(), s.pg.Super, `select c.number, c.state, e.step, e.from_state as from, e.to_state as to, e.actor_role as role
		from case_events e join cases c on c.county_id = e.county_id and c.id = e.case_id order by c.number, e.id`)
	if err != nil || len(all) < 1500 {
		t.Fatal(len(all), err)
	}
	steps := map[casefile.Step]bool{}
	for i, e := range all {
		steps[e.Step] = true
		first, last := i == 0 || all[i-1].Number != e.Number, i == len(all)-1 || all[i+1].Number != e.Number
		from := casefile.State("")
		if e.From != nil {
			from = *e.From
		}
		legal := e.Step == casefile.ComeBack && e.To == from // no row of the table
		legal = legal || slices.ContainsFunc(casefile.Rows(e.Step, from), func(row casefile.Row) bool {
			who := slices.Contains(row.Who, letters[e.Role])
			if e.Role == auth.Unit {
				who = slices.Contains(row.Who, casefile.U) || slices.Contains(row.Who, casefile.K)
			}
			return who && (len(row.To) == 0 && e.To == from || slices.Contains(row.To, e.To) || slices.Contains(row.To, casefile.Back))
		})
		if !legal || first != (from == "") || !first && all[i-1].To != from || last && e.To != e.State {
			t.Errorf("%s: %s by %s from %q to %s", e.Number, e.Step, e.Role, from, e.To)
		}
	}
	for _, row := range casefile.Workflow {
		if !steps[row.Step] && row.Step != casefile.Unsupervise {
			t.Logf("no %s this time", row.Step)
		}
	}
	if len(steps) < 38 {
		t.Errorf("only %d steps occur", len(steps))
	}
}

func numbers(t *testing.T, s *site, where string) []string {
	t.Helper()
	all := s.rows(t, `select number from cases where `+where+` order by number`)
	for i, n := range all {
		all[i] = strings.Trim(n, "()")
	}
	return all
}

func checkChains(t *testing.T, s *site, id tenant.County) {
	for _, number := range numbers(t, s, `outcome is not null`) {
		var (
			c      *casefile.Case
			events *[]casefile.Event
			sheet  *casefile.Sheet
		)
		err := s.db.View(t.Context(), id, func(v *tenant.View) {
			c, events, sheet = casefile.Find(v, number), casefile.Events(v, number), casefile.SheetOf(v, number)
		})
		if err != nil {
			t.Fatal(number, err)
		}
		if missing := casefile.Chain(*c, *events, sheet.Told); missing != nil {
			t.Errorf("%s lacks %v", number, missing)
		}
	}
}

// checkClocks: an open case shows the clock of its own that runs out first, a closed one
// has none that runs.
func checkClocks(t *testing.T, s *site) {
	got := s.rows(t, `select c.number, c.state, c.clock, c.due_on, k.kind, k.due_on from cases c left join lateral (
			select kind, due_on from case_clocks k where k.county_id = c.county_id and k.case_id = c.id and k.ended_on is null
			and k.stopped_on is null and k.kind <> 'co' order by due_on, id limit 1) k on true
		where c.clock is distinct from k.kind or c.due_on is distinct from k.due_on
			or (c.outcome is null and c.state <> 'merged') <> (k.kind is not null)`)
	got = append(got, s.rows(t, `select c.number, c.state, k.kind from cases c join case_clocks k on k.county_id = c.county_id and k.case_id = c.id
		where c.outcome is not null and k.ended_on is null`)...)
	got = append(got, s.rows(t, `select c.number from cases c where state = 'awaiting_rating' and clock <> 'rating'
		or state = 'registered' and clock <> 'sort' or state = 'handling' and clock <> 'handle'
		or version <> (select count(*) from case_events e where e.case_id = c.id and e.step <> 'come_back')`)...)
	if len(got) > 0 {
		t.Errorf("%s", strings.Join(got, "\n"))
	}
}

func checkLapsed(t *testing.T, s *site, id tenant.County) {
	var lapsed *[]casefile.Lapsed
	if err := s.db.View(t.Context(), id, func(v *tenant.View) { lapsed = casefile.LapsedCases(v) }); err != nil {
		t.Fatal(err)
	}
	if len(*lapsed) > 0 {
		t.Errorf("%+v", *lapsed)
	}
}

func checkNumbers(t *testing.T, s *site, id tenant.County) {
	type contact struct {
		Visit  int64
		Sealed []byte
		Blind  []byte
		Masked string
	}
	all, err := postgres.All[contact](t.Context(), s.pg.Super,
		`select visit_id as visit, phone_sealed as sealed, phone_blind as blind, phone_masked as masked from visit_contacts where phone_sealed is not null`)
	if err != nil || len(all) < 100 {
		t.Fatal(len(all), err)
	}
	for _, c := range all {
		phone, err := s.keys.Open(c.Sealed, casefile.PhoneBind(id, c.Visit))
		if err != nil || !strings.HasPrefix(phone, "100") || len(phone) != 11 || private.MaskPhone(phone) != c.Masked ||
			string(s.keys.Blind(int32(id), "phone", phone)) != string(c.Blind) {
			t.Errorf("%q, %s, %v", phone, c.Masked, err)
		}
	}
	if got := s.rows(t, `select name from visit_contacts where name is null`); len(got) == 0 {
		t.Error("nobody is anonymous")
	}
}

func checkAccounts(t *testing.T, s *site) {
	for _, a := range Accounts() {
		account, err := auth.SignIn(t.Context(), s.db, a.Login, Password, "192.0.2.1")
		if err != nil || account.Actor.Role != a.Role || account.MustChangePassword || !strings.Contains(account.Actor.Name, a.Name) {
			t.Errorf("%s: %+v, %v", a.Login, account, err)
		}
	}
	if got := s.rows(t, `select s.code from stations s where kind = 'station' and (select count(distinct r.role) from user_roles r
		where r.station_id = s.id and r.role in ('clerk', 'station_head')) < 2`); len(got) > 0 {
		t.Errorf("stations without a head or a clerk: %v", got)
	}
	if got := s.rows(t, `select name from units u where not exists (select from user_roles r where r.unit_id = u.id)`); len(got) > 0 {
		t.Errorf("units without an account: %v", got)
	}
}

// Two databases get the same, and loading again changes nothing.
func TestLoadTwice(t *testing.T) {
	t.Parallel()
	one, two := newSite(t), newSite(t)
	one.load(t, small, 150)
	two.load(t, small, 150)
	first := digest(t, one)
	if diff := cmp.Diff(first, digest(t, two)); diff != "" {
		t.Error(diff)
	}
	one.load(t, small, 150)
	if diff := cmp.Diff(first, digest(t, one)); diff != "" {
		t.Error(diff)
	}
}

// digest is a hash of every tenant table, without what is random on purpose.
func digest(t *testing.T, s *site) map[string]string {
	t.Helper()
	sums := map[string]string{}
	for _, line := range s.rows(t, `select c.relname from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relrowsecurity`) {
		name := strings.Trim(line, "()")
		random := "'phone_sealed', 'password_hash'"
		sums[name] = s.rows(t, `select count(*), md5(coalesce(string_agg(j, '|' order by j), '')) from
			(select (to_jsonb(x) - array[`+random+`])::text as j from `+name+` x) y`)[0]
	}
	if len(sums) < 25 {
		t.Fatalf("%d tables", len(sums))
	}
	return sums
}

func TestRefusesBesideARealCounty(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	if _, err := county.Add(t.Context(), s.db, county.New{DivisionCode: "140425"}); err != nil {
		t.Fatal(err)
	}
	err := Load(t.Context(), s.db, s.keys, Options{Only: small, Cases: 100})
	if !errors.Is(err, errs.Conflict) || errs.Message(err, "") == "" {
		t.Errorf("error %v", err)
	}
	if got := s.rows(t, `select division_code from counties`); len(got) != 1 {
		t.Errorf("%v", got)
	}
}

// A load that is killed leaves whole counties, and the next goes on with the others.
func TestResumes(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ctx, kill := context.WithCancel(t.Context())
	o := Options{Only: "140423,140406,140426,140425", Cases: 80, Log: slog.New(&killer{kill: kill, after: 1})}
	if err := Load(ctx, s.db, s.keys, o); err == nil {
		t.Fatal("the load was not killed")
	}
	there := s.rows(t, `select co.division_code, count(c.id) > 60 from counties co left join cases c on c.county_id = co.id group by 1 order by 1`)
	if len(there) != 1 || !slices.Contains(there, "(140423,t)") || strings.Contains(strings.Join(there, ""), ",f") {
		t.Fatalf("after the kill: %v", there)
	}
	before := s.rows(t, `select id, division_code from counties order by id`)
	o.Log = nil
	if err := Load(t.Context(), s.db, s.keys, o); err != nil {
		t.Fatal(err)
	}
	after := s.rows(t, `select id, division_code from counties order by id`)
	if len(after) != 4 || !slices.Equal(after[:len(before)], before) {
		t.Errorf("%v became %v", before, after)
	}
}

// killer is a log handler that kills the load at a message.
type killer struct {
	slog.Handler
	kill  func()
	after int
}

func (k *killer) Enabled(context.Context, slog.Level) bool { return true }

func (k *killer) Handle(context.Context, slog.Record) error {
	if k.after--; k.after == 0 {
		k.kill()
	}
	return nil
}
