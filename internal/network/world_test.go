package network_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/network"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// county is a world whose network changes.
type county struct {
	*casetest.World
	t *testing.T
}

func newCounty(t *testing.T) county { t.Helper(); return county{casetest.New(t), t} }

func (c county) must(err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
}

var (
	wangqiao = network.Target{Code: "140423101"}
	wuyang   = network.Target{Code: "140423101205"}
)

// merging is a form on which everything goes to 夏店镇.
func merging() network.Closing {
	return network.Closing{Way: "merge", Into: "140423103", Reason: "撤乡并镇", Days: "move", Group: "join", Staff: "move", Below: "move"}
}

func (c county) close(by auth.Actor, t network.Target, how network.Closing) (done network.Done, err error) {
	err = c.DB.Update(c.t.Context(), by.County, func(tx *tenant.Tx) error {
		done, err = network.Close(c.t.Context(), tx, by, t, how)
		return err
	})
	return done, err
}

func (c county) closeUnit(by auth.Actor, id int64, how network.UnitClosing) (done network.Done, err error) {
	err = c.DB.Update(c.t.Context(), by.County, func(tx *tenant.Tx) error {
		done, err = network.CloseUnit(c.t.Context(), tx, by, id, how)
		return err
	})
	return done, err
}

func (c county) look(t network.Target) (e network.Ending) {
	c.t.Helper()
	c.must(c.Update(func(ctx context.Context, tx *tenant.Tx) (err error) {
		e, err = network.Look(ctx, tx, t)
		return err
	}))
	return e
}

func (c county) number(sql string, args pgx.NamedArgs) (n int64) {
	c.t.Helper()
	c.must(c.Update(func(ctx context.Context, tx *tenant.Tx) (err error) {
		n, err = postgres.Value[int64](ctx, tx, sql, args)
		return err
	}))
	return n
}

func (c county) exec(sql string, args pgx.NamedArgs) {
	c.t.Helper()
	c.must(c.Update(func(ctx context.Context, tx *tenant.Tx) error {
		_, err := postgres.Exec(ctx, tx, sql, args)
		return err
	}))
}

// reload is an account as it is when it comes again; nothing where it may not.
func (c county) reload(a auth.Actor) (auth.Actor, error) {
	account, err := auth.Reload(c.t.Context(), c.DB, a.County, a.UserID, 0)
	return account.Actor, err
}

// seen are the cases that somebody may see, by number.
func (c county) seen(by auth.Actor, view casefile.View) map[string]bool {
	c.t.Helper()
	var page *tenant.Page[casefile.Item]
	c.View(func(v *tenant.View) { page = casefile.List(v, by, casefile.AskView(view, 100)) })
	all := map[string]bool{}
	for _, item := range page.Items {
		all[item.Number] = true
	}
	return all
}

var everyState = []casefile.State{casefile.Registered, casefile.Sorted, casefile.Reported, casefile.RefusalProposed, casefile.Merged,
	casefile.Suggested, casefile.Assigned, casefile.ReturnRequested, casefile.Handling, casefile.ExtensionRequested, casefile.Paused,
	casefile.Submitted, casefile.Approved, casefile.AwaitingRating, casefile.Review, casefile.Study, casefile.Closed, casefile.Archived}
