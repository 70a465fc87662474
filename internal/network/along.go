package network

import (
	"fmt"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/calendar"
	"lianluo/internal/postgres"
	"lianluo/internal/station"
)

// serveVillages: the place that takes over serves the villages that what ends served. There
// they stay written down as its past.
func (c *closing) serveVillages() error {
	if c.into == nil {
		return nil
	}
	served, err := postgres.All[struct{ Code string }](c.ctx, c.tx, `select distinct v.division_code as code from station_villages v
		where v.county_id = @county and v.station_id = any(@ids) and not exists (select from station_villages k
			where k.county_id = @county and k.station_id = @into and k.division_code = v.division_code) order by 1`,
		pgx.NamedArgs{"ids": ids(c.ending()), "into": c.into.ID})
	if err != nil {
		return fmt.Errorf("villages: %w", err)
	}
	if len(served) == 0 {
		return nil
	}
	record, err := station.Find(c.ctx, c.tx, c.into.Code)
	if err != nil {
		return err
	}
	facts := record.Facts()
	for _, village := range served {
		facts.Villages = append(facts.Villages, village.Code)
	}
	if err := station.Change(c.ctx, c.tx, c.by, record.ID, record.Version, facts); err != nil {
		return fmt.Errorf("villages of %s: %w", c.into.Code, err)
	}
	c.done.Villages = len(served)
	return nil
}

// followLiaisons: whoever was 联络员 of what ends, and whose account goes along, is 联络员 of
// the place that takes over.
func (c *closing) followLiaisons() error {
	if c.into == nil || len(c.done.Going) == 0 {
		return nil
	}
	users := make([]int64, len(c.done.Going))
	for i, person := range c.done.Going {
		users[i] = person.UserID
	}
	type liaison struct {
		UserID   int64
		Name     string
		DeputyID int64
	}
	all, err := postgres.All[liaison](c.ctx, c.tx, `select distinct on (o.user_id) o.user_id, o.name, coalesce(o.deputy_id, 0) as deputy_id from station_officers o
		where o.county_id = @county and o.station_id = any(@ids) and o.office = 'liaison' and o.to_date is null and o.user_id = any(@users)
			and not exists (select from station_officers k where k.county_id = @county and k.station_id = @into and k.office = 'liaison'
				and (k.user_id = o.user_id or k.name = o.name) and (k.to_date is null or k.to_date >= @today))
		order by o.user_id, o.id`,
		pgx.NamedArgs{"ids": ids(c.ending()), "users": users, "into": c.into.ID, "today": calendar.DateOf(c.tx.Now())})
	if err != nil {
		return fmt.Errorf("officers: %w", err)
	}
	for _, o := range all {
		_, err := station.Appoint(c.ctx, c.tx, c.by, c.into.ID, station.Officer{Office: "liaison", Name: o.Name, UserID: o.UserID, DeputyID: o.DeputyID})
		if err != nil {
			return fmt.Errorf("appoint %s: %w", o.Name, err)
		}
		c.done.Liaisons = append(c.done.Liaisons, o.Name)
	}
	return nil
}
