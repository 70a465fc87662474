package network_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/deputy"
	"lianluo/internal/errs"
	"lianluo/internal/network"
	"lianluo/internal/reception"
	"lianluo/internal/tenant"
	"lianluo/internal/unit"
)

// TestIntoAClosingStation: what somebody puts into a station in the moment in which it goes
// into another waits, and is refused; nothing of it stays behind there. Those who are about
// to are of the station's own group and staff: nobody waits for each other for ever.
func TestIntoAClosingStation(t *testing.T) {
	t.Parallel()
	c := newCounty(t)
	var id int64
	c.must(c.Update(func(ctx context.Context, tx *tenant.Tx) (err error) {
		id, _, err = deputy.Create(ctx, tx, c.Keys, c.Admin, deputy.Facts{Name: "王新"})
		return err
	}))
	into := map[string]func(ctx context.Context, tx *tenant.Tx) error{
		"a group": func(ctx context.Context, tx *tenant.Tx) error {
			_, err := deputy.Join(ctx, tx, c.Admin, id, deputy.Membership{StationID: c.Station, From: c.Today()})
			return err
		},
		"a group, in another role": func(ctx context.Context, tx *tenant.Tx) error {
			return deputy.ChangeRole(ctx, tx, c.Admin, c.Deputies[1], c.Station, "convener", c.Today())
		},
		"a group, from a list": func(ctx context.Context, tx *tenant.Tx) error {
			listed := &deputy.Listed{Facts: deputy.Facts{Name: "李新"}, Groups: []deputy.Membership{{StationID: c.Station, From: c.Today()}}}
			if err := deputy.CreateMany(ctx, tx, c.Keys, c.Admin, []*deputy.Listed{listed}); err != nil {
				return err
			}
			return listed.GroupErrs[0]
		},
		"a township's units": func(ctx context.Context, tx *tenant.Tx) error {
			_, err := unit.Create(ctx, tx, c.Admin, unit.Facts{Name: "王桥镇水利站", Level: "township", StationID: c.Station})
			return err
		},
		"the staff": func(ctx context.Context, tx *tenant.Tx) error {
			return auth.GrantRole(ctx, tx, c.Clerk.UserID, auth.RoleGrant{By: c.Admin, Role: auth.StationHead, StationID: c.Station})
		},
	}
	answers := map[string]error{}
	var all sync.WaitGroup
	var one sync.Mutex
	c.must(c.DB.Update(t.Context(), c.County, func(tx *tenant.Tx) error {
		held := tenant.Statement{SQL: `select id from stations where county_id = @county and id = @id for no key update`, Args: pgx.NamedArgs{"id": c.Station}}
		if err := tx.Batch(t.Context(), []tenant.Statement{held}); err != nil { // as a closing begins
			return err
		}
		for what, put := range into {
			all.Go(func() {
				err := c.Update(put)
				one.Lock()
				defer one.Unlock()
				answers[what] = err
			})
		}
		time.Sleep(500 * time.Millisecond)
		_, err := network.Close(t.Context(), tx, c.Admin, wangqiao, merging())
		return err
	}))
	all.Wait()
	for what := range into {
		if err := answers[what]; !invalid(err) && errs.Message(err, "") == "" { // no deadlock, which says nothing to a reader
			t.Errorf("into %s: %v", what, err)
		}
	}
	left := c.number(`select (select count(*) from station_deputies where county_id = @county and station_id = @id and to_date is null)
		+ (select count(*) from units where county_id = @county and station_id = @id and not retired)
		+ (select count(*) from user_roles where county_id = @county and station_id = @id and (to_date is null or to_date >= @today))`,
		pgx.NamedArgs{"id": c.Station, "today": c.Today()})
	if left != 0 {
		t.Errorf("%d stayed behind", left)
	}
}

// TestPlannedAsItCloses: what a year's plan has put at a station in the moment in which it goes
// into another goes along: the closing waits for the plan, and leaves no day behind.
func TestPlannedAsItCloses(t *testing.T) {
	t.Parallel()
	c := newCounty(t)
	c.weekly(c.Station)
	closed := make(chan error, 1)
	c.must(c.Update(func(ctx context.Context, tx *tenant.Tx) error {
		if _, err := reception.Generate(ctx, tx, c.Admin, c.Station, 2027, reception.Omit{}); err != nil {
			return err
		}
		go func() {
			_, err := c.close(c.Admin, wangqiao, merging())
			closed <- err
		}()
		return c.PG.Blocked(ctx, 1)
	}))
	c.must(<-closed)
	left := c.number(`select count(*) from receptions where county_id = @county and station_id = @id and state in ('planned', 'published') and date > @today`,
		pgx.NamedArgs{"id": c.Station, "today": c.Today()})
	if left != 0 {
		t.Errorf("%d days are left at a station that is no more", left)
	}
}
