package network

import (
	"fmt"
	"slices"
	"strconv"

	"lianluo/internal/audit"
	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/casefile"
	"lianluo/internal/deputy"
	"lianluo/internal/reception"
	"lianluo/internal/station"
	"lianluo/internal/unit"
)

// all does what was chosen: first what goes elsewhere, then what is left of the places.
func (c *closing) all() error {
	for _, do := range []func() error{c.moveCases, c.settleDays, c.settleRules, c.settleUnits, c.settleGroups, c.settleStaff, c.settleBelow, c.followLiaisons, c.serveVillages, c.endOfficers, c.endPlaces} {
		if err := do(); err != nil {
			return err
		}
	}
	detail := map[string]any{"station": c.e.Name, "reason": c.Reason, "cases": c.done.Cases, "receptions": c.done.Days,
		"deputies": c.done.Members, "officers": c.done.Officers, "accounts": c.done.Moved + c.done.Ended, "villages": c.done.Villages, "liaisons": c.done.Liaisons, "places": c.done.Places, "units": c.done.Units}
	if c.into != nil {
		detail["into"] = c.into.Name
	}
	if c.e.Township {
		return audit.Record(c.ctx, c.tx, c.by.Audit(), "network.close_township", "township "+c.e.Code, detail)
	}
	return audit.Record(c.ctx, c.tx, c.by.Audit(), "network.close", "station "+c.e.Code, detail)
}

// staying are the places below that go on under the one that takes over, ending all others.
func (c *closing) staying() []Place {
	if c.Below == "move" && c.into != nil {
		return c.e.Below
	}
	return nil
}

func (c *closing) ending() []Place {
	if c.staying() != nil {
		return c.e.Places
	}
	return append(slices.Clone(c.e.Below), c.e.Places...)
}

func (c *closing) moveCases() error {
	if c.into == nil {
		return nil
	}
	t := casefile.Transfer{Station: c.into.RootID, From: c.e.Name, To: c.into.Name, Reason: c.Reason}
	t.Places = ids(c.staying())
	along, err := casefile.MovePlaces(c.ctx, c.tx, c.by, t)
	if err != nil {
		return err
	}
	t.Places, t.Place = ids(c.ending(), c.e.dead), c.into.ID
	moved, err := casefile.MovePlaces(c.ctx, c.tx, c.by, t)
	c.done.Cases = along + moved
	return err
}

// settleDays: those at a place that goes on go with it. What ends comes first: an appointment
// that loses its day there waits at the place where it was asked for, and goes along with that.
func (c *closing) settleDays() (err error) {
	if c.Days == "move" && c.into != nil {
		c.done.Days, err = reception.MoveAhead(c.ctx, c.tx, c.by, ids(c.ending()), c.into.RootID, c.into.ID, c.Reason)
	} else {
		c.done.Days, err = reception.CancelAhead(c.ctx, c.tx, c.by, ids(c.ending()), c.Reason)
	}
	if err != nil || c.staying() == nil {
		return err
	}
	along, err := reception.MoveAhead(c.ctx, c.tx, c.by, ids(c.staying()), c.into.RootID, 0, c.Reason)
	c.done.Days += along
	return err
}

// settleRules: those of a place that goes on bring their days for the station that takes over;
// the others end with their place.
func (c *closing) settleRules() (err error) {
	if staying := c.staying(); staying != nil {
		if c.done.Rules, err = reception.MoveRules(c.ctx, c.tx, c.by, ids(staying), c.into.RootID); err != nil {
			return err
		}
	}
	ended, err := reception.EndRules(c.ctx, c.tx, c.by, ids(c.ending()))
	if len(ended) > 0 {
		c.done.RulesEnded = ended
	}
	return err
}

// settleBelow moves what hangs below under the place that takes over, or ends it, what is
// lowest first.
func (c *closing) settleBelow() error {
	closing := ids(c.e.Places)
	for _, p := range slices.Backward(c.byRank()) {
		if c.staying() == nil {
			if err := c.end(p); err != nil {
				return err
			}
			c.done.Places++
			continue
		}
		if p.ParentID == nil || !slices.Contains(closing, *p.ParentID) {
			continue // it goes along with the point above it
		}
		record, err := station.Find(c.ctx, c.tx, p.Code)
		if err != nil {
			return err
		}
		facts := record.Facts()
		facts.Parent = c.into.Code
		if err := station.Change(c.ctx, c.tx, c.by, p.ID, record.Version, facts); err != nil {
			return fmt.Errorf("move %s: %w", p.Code, err)
		}
		c.done.Places++
	}
	return nil
}

// byRank are the places below, points before posts.
func (c *closing) byRank() []Place {
	all := slices.Clone(c.e.Below)
	slices.SortStableFunc(all, func(a, b Place) int { return rank(a.Kind) - rank(b.Kind) })
	return all
}

func rank(kind string) int { return slices.Index([]string{"station", "point", "post"}, kind) }

// end ends one place: its code leads on to the one that takes over, or nowhere.
func (c *closing) end(p Place) error {
	if c.Way == "merge" {
		return station.Merge(c.ctx, c.tx, c.by, p.ID, c.into.ID, c.Reason)
	}
	return station.SetState(c.ctx, c.tx, c.by, p.ID, station.StateChange{State: station.Closed, Reason: c.Reason})
}

func (c *closing) endPlaces() error {
	for _, p := range c.e.Places {
		if err := c.end(p); err != nil {
			return err
		}
	}
	return nil
}

// settleGroups: the deputies of the groups leave today, and stand from today in the group of
// the station that takes over, as members: who leads it is for that group to say.
func (c *closing) settleGroups() error {
	today := calendar.DateOf(c.tx.Now())
	left, err := deputy.LeaveAll(c.ctx, c.tx, c.by, ids(c.e.Places), today)
	if c.done.Members = int64(len(left)); err != nil || len(left) == 0 || c.Group != "join" {
		return err
	}
	_, err = deputy.Placing{Deputies: left, StationID: c.into.ID, From: today}.Place(c.ctx, c.tx, c.by)
	if err != nil {
		return fmt.Errorf("join a group: %w", err)
	}
	return nil
}

func (c *closing) endOfficers() (err error) {
	c.done.Officers, err = station.EndOffices(c.ctx, c.tx, c.by, ids(c.ending()))
	return err
}

// settleUnits moves the units of the township to the station that takes over, or merges each
// into the one that was chosen for it.
func (c *closing) settleUnits() error {
	for _, u := range c.e.Units {
		c.done.Units++
		if into := c.Units[u.ID]; into != 0 {
			done, err := endUnit(c.ctx, c.tx, c.by, u.ID, UnitClosing{Into: into, Staff: "move", Reason: c.Reason})
			if err != nil {
				return err
			}
			c.done.Cases += done.Cases
			c.done.add(done.People)
			continue
		}
		facts, version, err := unit.FactsOf(c.ctx, c.tx, u.ID)
		if err != nil {
			return err
		}
		facts.StationID = c.into.ID
		if err := unit.Change(c.ctx, c.tx, c.by, u.ID, version, facts); err != nil {
			return fmt.Errorf("unit %s: %w", strconv.FormatInt(u.ID, 10), err)
		}
	}
	return nil
}

// settleStaff moves or ends the roles of heads and clerks.
func (c *closing) settleStaff() error {
	moves := func(r auth.Role) bool { return c.Staff == "move" || c.Staff == "clerks" && r == auth.Clerk }
	if c.into == nil {
		moves = func(auth.Role) bool { return false }
	}
	s, err := settle(c.ctx, c.tx, c.by, `r.station_id = any(@from)`, ids(c.e.Places), auth.RoleGrant{By: c.by, StationID: c.intoID()}, moves)
	c.done.add(s)
	return err
}
