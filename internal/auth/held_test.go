package auth

import (
	"errors"
	"strings"
	"testing"
	"time"

	"lianluo/internal/calendar"
	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/internal/tenant"
)

// second is a second 联络站 of 襄垣县, and one that is closed.
func (p *platform) second(t testing.TB) (open, closed int64) {
	t.Helper()
	p.super(t, `insert into divisions (code, name, level) values ('140423101', '王桥镇', 'township');
		insert into stations (county_id, id, code, kind, root_id, name, short_name, division_code, state, created_at) overriding system value values
			(1, 15, '140423101-01', 'station', 15, '襄垣县王桥镇人大代表联络站', '王桥镇站', '140423101', 'open', now()),
			(1, 16, '140423101-02', 'station', 16, '襄垣县旧站人大代表联络站', '旧站', '140423101', 'closed', now())`)
	return 15, 16
}

func (p *platform) roles(t testing.TB, id int64) string {
	t.Helper()
	return ask[string](t, p, `select coalesce(string_agg(role || coalesce(' ' || station_id, '') || ' ' || from_date || '/' || coalesce(to_date::text, ''), ', ' order by id), '')
		from user_roles where county_id = 1 and user_id = $1`, id)
}

func TestEndRole(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	id := p.user(t, "zhangmin", "张敏", RoleGrant{Role: Clerk, StationID: p.guhan}, RoleGrant{Role: CountyLeader, From: today(p).AddDays(10)})
	other := p.user(t, "lilan", "李岚", RoleGrant{Role: Clerk, StationID: p.guhan})
	clerk, leader := p.roleID(t, id, Clerk), p.roleID(t, id, CountyLeader)
	end := func(role int64, last calendar.Date) error {
		return p.in(t, func(tx *tenant.Tx) error { return EndRole(t.Context(), tx, boss, id, role, last) })
	}
	if err := end(p.roleID(t, other, Clerk), calendar.Date{}); !errors.Is(err, errs.NotFound) {
		t.Errorf("somebody else's role: %v", err)
	}
	if err := end(clerk, today(p).AddDays(-1)); asInvalid(err)["to"] == "" {
		t.Errorf("a day that is over: %v", err)
	}
	if err := end(leader, calendar.Date{}); err != nil { // before it began
		t.Fatal(err)
	}
	if err := end(clerk, today(p).AddDays(5)); err != nil {
		t.Fatal(err)
	}
	if err := end(clerk, today(p).AddDays(6)); asInvalid(err)["to"] == "" {
		t.Errorf("a role that ends is made longer: %v", err)
	}
	if got, want := p.roles(t, id), "clerk 11 2026-11-20/2026-11-25, county_leader 2026-11-30/2026-11-29"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if a, err := p.signIn(t, "zhangmin", password); err != nil || len(a.Roles) != 1 {
		t.Errorf("on the last day but some: %+v, %v", a.Roles, err)
	}
	p.clock.pass(6 * 24 * time.Hour)
	_, err := p.signIn(t, "zhangmin", password)
	wrong(t, err)
	if err := end(clerk, calendar.Date{}); !errors.Is(err, errs.Conflict) {
		t.Errorf("ended twice: %v", err)
	}
	p.must(t, func(tx *tenant.Tx) error { // and given anew
		return GrantRole(t.Context(), tx, id, RoleGrant{By: boss, Role: Clerk, StationID: p.guhan})
	})
}

func TestMoveRole(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	wangqiao, closed := p.second(t)
	id := p.user(t, "zhangmin", "张敏", RoleGrant{Role: Clerk, StationID: p.guhan}, RoleGrant{Role: CountyLeader})
	move := func(role int64, to RoleGrant) error {
		return p.in(t, func(tx *tenant.Tx) error { return MoveRole(t.Context(), tx, id, role, to) })
	}
	clerk := p.roleID(t, id, Clerk)
	for name, station := range map[string]int64{"nowhere": 0, "to a point": p.point, "to a closed station": closed, "to where she is": p.guhan} {
		if err := move(clerk, RoleGrant{StationID: station}); asInvalid(err)["station_id"] == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := move(clerk, RoleGrant{StationID: wangqiao, From: today(p).AddDays(-1)}); err != nil && asInvalid(err)["from"] == "" {
		t.Errorf("from yesterday: %v", err)
	}
	if err := move(p.roleID(t, id, CountyLeader), RoleGrant{StationID: wangqiao}); !errors.Is(err, errs.Conflict) {
		t.Errorf("a leader moves: %v", err)
	}
	p.super(t, `delete from user_roles where station_id = 15; update user_roles set to_date = null, from_date = '2026-11-01' where role = 'clerk'`)
	if err := move(clerk, RoleGrant{By: boss, StationID: wangqiao, From: today(p).AddDays(3)}); err != nil {
		t.Fatal(err)
	}
	if got, want := p.roles(t, id), "clerk 11 2026-11-01/2026-11-22, county_leader 2026-11-20/, clerk 15 2026-11-23/"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	p.clock.pass(3 * 24 * time.Hour)
	if a, err := p.signIn(t, "zhangmin", password); err != nil || len(a.Roles) != 2 || a.Roles[1].Place != "王桥镇站" {
		t.Errorf("on the day: %+v, %v", a.Roles, err)
	}
	if got := ask[string](t, p, `select detail ->> 'place' from audit_entries where action = 'user.move_role' order by entry desc limit 1`); got != "王桥镇站" {
		t.Errorf("the record says %s", got)
	}
}

func TestStandIn(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	wu := p.user(t, "wuxiaoqin", "武小芹", RoleGrant{Role: Clerk, StationID: p.guhan}, RoleGrant{Role: Deputy, DeputyID: p.shi})
	li := p.user(t, "lilan", "李岚", RoleGrant{Role: Unit, UnitID: p.water})
	clerk := p.roleID(t, wu, Clerk)
	stand := func(change func(*StandIn)) error {
		s := StandIn{UserID: li, RoleID: clerk, From: today(p).AddDays(1), To: today(p).AddDays(10), Reason: "休产假"}
		change(&s)
		return p.in(t, func(tx *tenant.Tx) error { return GrantStandIn(t.Context(), tx, boss, s) })
	}
	for field, change := range map[string]func(*StandIn){
		"who":    func(s *StandIn) { s.UserID = wu },
		"from":   func(s *StandIn) { s.From = today(p).AddDays(-1) },
		"to":     func(s *StandIn) { s.To = today(p) },
		"reason": func(s *StandIn) { s.Reason = " " },
	} {
		if err := stand(change); asInvalid(err)[field] == "" {
			t.Errorf("%s: %v", field, err)
		}
	}
	for name, change := range map[string]func(*StandIn){"no end": func(s *StandIn) { s.To = calendar.Date{} },
		"a year and a day": func(s *StandIn) { s.To = s.From.AddDays(366) }} {
		if err := stand(change); asInvalid(err)["to"] == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := stand(func(s *StandIn) { s.RoleID = p.roleID(t, wu, Deputy) }); !errors.Is(err, errs.Conflict) {
		t.Errorf("in for a deputy: %v", err)
	}
	if err := stand(func(*StandIn) {}); err != nil {
		t.Fatal(err)
	}
	if err := stand(func(s *StandIn) { s.To = s.To.AddDays(5) }); asInvalid(err)["who"] == "" {
		t.Errorf("the same again: %v", err)
	}
	mine := p.roleID(t, li, Clerk)
	if err := stand(func(s *StandIn) { s.UserID, s.RoleID = wu, mine }); !errors.Is(err, errs.Conflict) {
		t.Errorf("in for who stands in: %v", err)
	}
	if a, err := p.signIn(t, "lilan", password); err != nil || len(a.Roles) != 1 {
		t.Errorf("the day before: %+v, %v", a.Roles, err)
	}
	p.clock.pass(24 * time.Hour)
	a, err := p.signIn(t, "lilan", password)
	if err != nil || len(a.Roles) != 2 || a.Actor.Role != Unit || a.Roles[1].Name != "联络员（代武小芹）" {
		t.Fatalf("on the day: %+v, %v", a, err) // one's own role comes first
	}
	if a, err = Reload(t.Context(), p.DB, 1, li, mine); err != nil || a.Actor.StationID != p.guhan || a.Actor.Signature() != "李岚（代武小芹）" {
		t.Fatalf("%+v, %v", a.Actor, err)
	}
	p.must(t, func(tx *tenant.Tx) error { return recordUser(t.Context(), tx, a.Actor, "user.change", "lilan", nil) })
	if got := ask[string](t, p, `select actor_name || ' ' || (detail ->> 'stands_for') from audit_entries where actor_id = $1 and detail ? 'stands_for'`, li); got != "李岚 武小芹" {
		t.Errorf("the record says %s", got)
	}
	p.clock.pass(10 * 24 * time.Hour)
	if _, err := Reload(t.Context(), p.DB, 1, li, mine); !errors.Is(err, errs.Forbidden) {
		t.Errorf("it has not ended by itself: %v", err)
	}
	if _, err := Reload(t.Context(), p.DB, 1, wu, clerk); err != nil {
		t.Errorf("who was away has lost the role: %v", err)
	}
	if err := p.Update(t.Context(), p.tunliu, func(tx *tenant.Tx) error {
		return GrantStandIn(t.Context(), tx, boss, StandIn{UserID: li, RoleID: clerk})
	}); !errors.Is(err, errs.NotFound) {
		t.Errorf("another county: %v", err)
	}
}

func TestChangeUser(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	id := p.user(t, "zhangmin", "张敏", RoleGrant{Role: Clerk, StationID: p.guhan})
	change := func(version int32, name, title string) error {
		return p.in(t, func(tx *tenant.Tx) error { return ChangeUser(t.Context(), tx, boss, id, version, name, title) })
	}
	for name, c := range map[string][2]string{"name": {" ", ""}, "title": {"张敏", strings.Repeat("长", 61)}} {
		if err := change(1, c[0], c[1]); asInvalid(err)[name] == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := change(1, "章敏", "人大干事"); err != nil {
		t.Fatal(err)
	}
	stale, _ := errors.AsType[county.Stale](change(1, "张敏敏", ""))
	if stale.Version != 2 || len(stale.Since) != 1 || stale.Since[0].Changes["name"] != [2]string{"张敏", "章敏"} {
		t.Errorf("overtaken: %+v", stale)
	}
	if err := change(2, "章敏", "人大干事"); err != nil {
		t.Errorf("nothing is changed: %v", err)
	}
	if got := ask[string](t, p, `select name || ' ' || title || ' ' || initials || ' ' || version from users`); got != "章敏 人大干事 zm 2" {
		t.Error(got)
	}
}
