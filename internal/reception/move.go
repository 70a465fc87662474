package reception

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/deputy"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// ahead are the days that are still to come at some places: one that has begun today is held
// where it began.
const ahead = ` where county_id = @county and place_id = any(@places) and (date > @today or date = @today and starts > @clock)
	and state in ('planned', 'published')`

func aheadOf(tx *tenant.Tx, places []int64, more pgx.NamedArgs) pgx.NamedArgs {
	args := pgx.NamedArgs{"places": places, "today": calendar.DateOf(tx.Now()), "clock": tx.Now().In(calendar.Shanghai).Format("15:04")}
	for name, value := range more {
		args[name] = value
	}
	return args
}

// DatesAhead reads the dates of the days that are still to come at some places, one for each.
func DatesAhead(ctx context.Context, tx *tenant.Tx, places []int64) ([]calendar.Date, error) {
	days, err := postgres.All[struct{ Date calendar.Date }](ctx, tx, `select date from receptions`+ahead+` order by date, starts, id`, aheadOf(tx, places, nil))
	if err != nil {
		return nil, fmt.Errorf("reception days ahead: %w", err)
	}
	dates := make([]calendar.Date, len(days))
	for i, day := range days {
		dates[i] = day.Date
	}
	return dates, nil
}

// MoveAhead lets the days that are still to come at some places be another station's, at its
// place, for a reason; place 0 leaves them where they are. The appointments that are settled on
// them go with them, wherever they were asked for, and so do the requests at the places that
// wait for an answer. It returns how many days.
func MoveAhead(ctx context.Context, tx *tenant.Tx, by auth.Actor, places []int64, station, place int64, reason string) (int64, error) {
	var seated []int64
	held, err := holdAhead(ctx, tx, places)
	if err != nil {
		return 0, err
	}
	err = each(ctx, tx, by, held, func(c *change) error {
		if c.StationID != station {
			for _, d := range c.Duty {
				seated = append(seated, d.ID)
			}
		}
		at := place
		if at == 0 {
			at = c.PlaceID
		}
		// At its place the day is still its rule's, which goes along.
		_, err := postgres.Exec(ctx, tx, `update receptions set station_id = @station, place_id = @place, touched = touched or @elsewhere,
			version = @version where county_id = @county and id = @id`, pgx.NamedArgs{"id": c.ID, "station": station, "place": at,
			"elsewhere": at != c.PlaceID, "version": c.Version + 1})
		if err != nil {
			return fmt.Errorf("move reception days: %w", err)
		}
		_, err = postgres.Exec(ctx, tx, `update appointments set station_id = @station, place_id = case when @place = 0 and place_id = any(@places) then place_id else @at end
			where county_id = @county and reception_id = @id and state in ('confirmed', 'moved')`,
			pgx.NamedArgs{"id": c.ID, "station": station, "place": place, "places": places, "at": at})
		if err != nil {
			return fmt.Errorf("move appointments: %w", err)
		}
		if at != c.PlaceID {
			c.changes["place"] = [2]string{"", "换了地点"}
		}
		if err := c.done(ctx, "reception.change", event{kind: "changed", reason: reason}); err != nil || at == c.PlaceID {
			return err // without another place it is held where it was
		}
		return shift(ctx, tx, by, c.ID, "接待换了地点")
	})
	if err == nil {
		err = elsewhere(ctx, tx, places)
	}
	days := int64(len(held))
	if err != nil {
		return days, err
	}
	_, err = postgres.Exec(ctx, tx, `update appointments set station_id = @station, place_id = case when @place = 0 then place_id else @place end
		where county_id = @county and place_id = any(@places) and state = 'asked'`, pgx.NamedArgs{"station": station, "place": place, "places": places})
	if err != nil || len(seated) == 0 {
		return days, err
	}
	return days, tx.Enqueue(ctx, deputy.Left{County: tx.County(), Deputies: seated}, nil) // by then who goes along is in the new group
}

// elsewhere lets the appointments that were asked for at places which go, but are settled on a
// day that stays at another one, be that place's.
func elsewhere(ctx context.Context, tx *tenant.Tx, places []int64) error {
	_, err := postgres.Exec(ctx, tx, `update appointments a set place_id = d.place_id from receptions d
		where a.county_id = @county and d.county_id = @county and d.id = a.reception_id and a.state in ('confirmed', 'moved')
			and a.place_id = any(@places) and d.station_id = a.station_id and d.place_id <> a.place_id and d.place_id <> all(@places)`,
		pgx.NamedArgs{"places": places})
	if err != nil {
		return fmt.Errorf("appointments elsewhere: %w", err)
	}
	return nil
}

// CancelAhead cancels the days that are still to come at some places, with the requests that
// wait there and the appointments on those days, and returns how many days.
func CancelAhead(ctx context.Context, tx *tenant.Tx, by auth.Actor, places []int64, reason string) (int64, error) {
	held, err := holdAhead(ctx, tx, places) // before what is asked for on them, as whoever answers
	if err != nil {
		return 0, err
	}
	if err := decline(ctx, tx, by, places, reason); err != nil {
		return 0, err
	}
	if err := elsewhere(ctx, tx, places); err != nil {
		return 0, err
	}
	return int64(len(held)), each(ctx, tx, by, held, func(c *change) error {
		if err := c.write(ctx, `state = 'cancelled', reason = @reason`, pgx.NamedArgs{"reason": reason}); err != nil {
			return fmt.Errorf("cancel reception days: %w", err)
		}
		if err := c.done(ctx, "reception.cancel", event{kind: "cancelled", reason: reason}); err != nil {
			return err
		}
		return lose(ctx, tx, by, c.ID, reason) // who asked at another place of the station
	})
}

// holdAhead holds the days that are still to come at some places.
func holdAhead(ctx context.Context, tx *tenant.Tx, places []int64) ([]int64, error) {
	days, err := postgres.All[struct{ ID int64 }](ctx, tx, `select id from receptions`+ahead+` order by id for no key update`, aheadOf(tx, places, nil))
	if err != nil {
		return nil, fmt.Errorf("reception days ahead: %w", err)
	}
	ids := make([]int64, len(days))
	for i, day := range days {
		ids[i] = day.ID
	}
	return ids, nil
}

// each does to each of some days what leaves a trace: its notice, its history and the county's
// record say it, as of a day that a person changes.
func each(ctx context.Context, tx *tenant.Tx, by auth.Actor, days []int64, do func(c *change) error) error {
	for _, day := range days {
		c, err := hold(ctx, tx, by, day, 0)
		if err != nil {
			return err
		}
		if err := do(c); err != nil {
			return err
		}
	}
	return nil
}
