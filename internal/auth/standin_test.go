package auth

import (
	"errors"
	"strings"
	"testing"
	"time"

	"lianluo/internal/calendar"
	"lianluo/internal/errs"
	"lianluo/internal/tenant"
)

// TestAStandInEndsWithTheRole: who stands in for a role has its rights for as long as the
// role runs, whatever it ends by.
func TestAStandInEndsWithTheRole(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	p.second(t)
	wu := p.user(t, "wuxiaoqin", "武小芹", RoleGrant{Role: Clerk, StationID: p.guhan})
	li := p.user(t, "lilan", "李岚", RoleGrant{Role: CountyHandler})
	zhao := p.user(t, "zhaogang", "赵刚", RoleGrant{Role: CountyHandler})
	role := p.roleID(t, wu, Clerk)
	day := today(p)
	for name, story := range map[string]struct {
		end  func(tx *tenant.Tx) (StandIns, error)
		last calendar.Date
		out  int // whose sessions end
	}{
		"ended at once": {func(tx *tenant.Tx) (StandIns, error) {
			return EndRole(t.Context(), tx, boss, wu, role, calendar.Date{})
		}, day.AddDays(-1), 2},
		"ended in three days": {func(tx *tenant.Tx) (StandIns, error) {
			return EndRole(t.Context(), tx, boss, wu, role, day.AddDays(3))
		}, day.AddDays(3), 0},
		"moved": {func(tx *tenant.Tx) (StandIns, error) {
			return MoveRole(t.Context(), tx, wu, role, RoleGrant{By: boss, StationID: 15})
		}, day.AddDays(-1), 2},
		"disabled": {func(tx *tenant.Tx) (StandIns, error) { return Disable(t.Context(), tx, boss, wu) }, day.AddDays(-1), 2},
	} {
		err := p.in(t, func(tx *tenant.Tx) error {
			for user, from := range map[int64]calendar.Date{li: day, zhao: day.AddDays(2)} {
				err := GrantStandIn(t.Context(), tx, boss, StandIn{UserID: user, RoleID: role, From: from, To: day.AddDays(9), Reason: "休产假"})
				if err != nil {
					return err
				}
			}
			stood, err := story.end(tx)
			if err != nil {
				return err
			}
			if len(stood) != 2 || len(stood.Out()) != story.out || stood[0].Away != "武小芹" {
				t.Errorf("%s: told of %+v", name, stood)
			}
			for _, one := range stood {
				want := story.last
				if one.UserID == zhao && want.Before(day) {
					want = day.AddDays(1) // it would have begun the day after
				}
				if one.To != want {
					t.Errorf("%s: %s stands in until %s, want %s", name, one.Name, one.To, want)
				}
			}
			return errRolledBack
		})
		if !errors.Is(err, errRolledBack) {
			t.Fatalf("%s: %v", name, err)
		}
	}

	p.must(t, func(tx *tenant.Tx) error {
		return GrantStandIn(t.Context(), tx, boss, StandIn{UserID: li, RoleID: role, To: day.AddDays(9), Reason: "休产假"})
	})
	p.must(t, func(tx *tenant.Tx) error {
		_, err := EndRole(t.Context(), tx, boss, wu, role, calendar.Date{})
		return err
	})
	if _, err := Reload(t.Context(), p.DB, 1, li, p.roleID(t, li, Clerk)); !errors.Is(err, errs.Forbidden) {
		t.Errorf("the stand-in goes on: %v", err)
	}
	if got := ask[string](t, p, `select string_agg(subject || ' ' || coalesce(detail ->> 'stands_for', ''), ', ' order by entry) from audit_entries where action = 'user.end_role'`); !strings.HasSuffix(got, "user lilan 武小芹") {
		t.Errorf("the record says %s", got)
	}
	if err := p.in(t, func(tx *tenant.Tx) error {
		return GrantStandIn(t.Context(), tx, boss, StandIn{UserID: zhao, RoleID: role, To: day.AddDays(9), Reason: "休产假"})
	}); !errors.Is(err, errs.Conflict) {
		t.Errorf("in for a role that is over: %v", err)
	}
}

var errRolledBack = errors.New("rolled back")

// TestStandingInWhileTheRoleEnds: whoever is given a role's stand-in in the moment in which
// the role ends is refused.
func TestStandingInWhileTheRoleEnds(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	wu := p.user(t, "wuxiaoqin", "武小芹", RoleGrant{Role: Clerk, StationID: p.guhan})
	li := p.user(t, "lilan", "李岚", RoleGrant{Role: CountyHandler})
	role := p.roleID(t, wu, Clerk)
	stood := make(chan error, 1)
	p.must(t, func(tx *tenant.Tx) error {
		if _, err := EndRole(t.Context(), tx, boss, wu, role, calendar.Date{}); err != nil {
			return err
		}
		go func() {
			stood <- p.in(t, func(tx *tenant.Tx) error {
				return GrantStandIn(t.Context(), tx, boss, StandIn{UserID: li, RoleID: role, To: today(p).AddDays(9), Reason: "休产假"})
			})
		}()
		time.Sleep(300 * time.Millisecond) // it waits now
		return nil
	})
	if err := <-stood; !errors.Is(err, errs.Conflict) {
		t.Errorf("%v: %s", err, p.roles(t, li))
	}
}
