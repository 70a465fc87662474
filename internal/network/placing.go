package network

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/audit"
	"lianluo/internal/auth"
	"lianluo/internal/casefile"
	"lianluo/internal/county"
	"lianluo/internal/postgres"
	"lianluo/internal/reception"
	"lianluo/internal/station"
	"lianluo/internal/tenant"
)

// Along is what went to another 联络站 with a point or a post.
type Along struct {
	Station string // in short; "": the place is where it was
	Cases   int
	Days    int64
	Rules   int
}

// ChangePlace is station.Change for a place whatever hangs on it: where the facts name another
// 联络站, the place's open cases, days ahead, requests and rules become that one's, as when a
// station is merged and its points go on. What is past stays.
func ChangePlace(ctx context.Context, tx *tenant.Tx, by auth.Actor, id int64, version int32, f station.Facts) (Along, error) {
	if err := county.Lock(ctx, tx); err != nil {
		return Along{}, err
	}
	was, err := station.FindID(ctx, tx, id)
	if err != nil {
		return Along{}, err
	}
	along := Along{}
	err = audit.Collect(ctx, tx, func(ctx context.Context) error {
		if err := station.Change(ctx, tx, by, id, version, f); err != nil {
			return err
		}
		is, err := station.FindID(ctx, tx, id)
		if err != nil || is.RootID == was.RootID {
			return err
		}
		return along.move(ctx, tx, by, id, was.RootID, is.RootID)
	})
	return along, err
}

// move gives what the place and the posts below it have to the station.
func (a *Along) move(ctx context.Context, tx *tenant.Tx, by auth.Actor, id, from, to int64) error {
	// Whoever registers there has finished, or finds the place at its station.
	places, err := postgres.All[struct{ ID int64 }](ctx, tx, `select id from stations where county_id = @county and (id = @id or parent_id = @id)
		order by id for no key update`, pgx.NamedArgs{"id": id})
	if err != nil {
		return fmt.Errorf("places that move: %w", err)
	}
	ids := make([]int64, len(places))
	for i, p := range places {
		ids[i] = p.ID
	}
	if err := reception.HoldRules(ctx, tx, ids); err != nil {
		return err
	}
	left, err := station.FindID(ctx, tx, from)
	if err != nil {
		return err
	}
	joined, err := station.FindID(ctx, tx, to)
	if err != nil {
		return err
	}
	a.Station = joined.ShortName
	why := "改属" + joined.Name
	if a.Cases, err = casefile.MovePlaces(ctx, tx, by, casefile.Transfer{Places: ids, Station: to, From: left.Name, To: joined.Name, Reason: why}); err != nil {
		return err
	}
	if a.Days, err = reception.MoveAhead(ctx, tx, by, ids, to, 0, why); err != nil {
		return err
	}
	a.Rules, err = reception.MoveRules(ctx, tx, by, ids, to)
	return err
}
