// Package network closes and merges what the county's network is made of: stations with
// their points and posts, handling units, and whole townships (撤乡并镇). Whoever closes
// something says what becomes of its open cases, its days ahead and its people; all of it
// becomes true in one transaction, and what is past stays where it was.
//
// A closing locks the county's settings first, by which all changes of stations go one after
// the other, then the stations, their rules of reception days, the cases, the days, the units, the
// accounts; its audit entries are written together at the end.
package network

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/calendar"
	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/reception"
	"lianluo/internal/tenant"
)

// Target is what is to be closed: a station, point or post by its code, or a township by its
// division code.
type Target struct {
	Code     string
	Township bool
}

// Place is a station, a point or a post that a closing is about.
type Place struct {
	ID        int64
	Code      string
	Kind      string
	RootID    int64
	ParentID  *int64
	Name      string
	ShortName string
	State     string
	Successor *int64
	Open      int64 // cases that were said here and are not closed
}

// ended reports whether the place is closed or merged already.
func (p Place) ended() bool { return p.State == "closed" || p.State == "merged" }

// Unit is a unit of a township that a closing is about.
type Unit struct {
	ID   int64
	Name string
	Open int64 // cases that it has an open order of
}

// Ending is what there is to decide about: what closes, and what hangs on it.
type Ending struct {
	Target
	Name   string
	Places []Place // what closes by itself
	Below  []Place // what hangs below that and is in use
	dead   []Place // what hangs below that and was closed before: cases may have come back to it
	Units  []Unit

	Cases    int64
	Days     int64           // reception days ahead
	Dates    []calendar.Date // of each of these
	Members  int64           // deputies in the groups
	Officers int64
	Heads    int64 // roles of accounts
	Clerks   int64
}

// Seen sums up what a preview showed: a confirmation that brings another sum shows it anew.
func (e Ending) Seen() string {
	var ids strings.Builder
	for _, p := range append(append([]Place{}, e.Places...), e.Below...) {
		fmt.Fprintf(&ids, "%d-", p.ID)
	}
	for _, u := range e.Units {
		fmt.Fprintf(&ids, "u%d-%d-", u.ID, u.Open)
	}
	return fmt.Sprintf("%s%d-%d-%d-%d-%d-%d", ids.String(), e.Cases, e.Days, e.Members, e.Officers, e.Heads, e.Clerks)
}

// Left reports whether anything hangs on it that a closing settles.
func (e Ending) Left() bool {
	return len(e.Below)+len(e.Units) > 0 || e.Cases+e.Days+e.Members+e.Officers+e.Heads+e.Clerks > 0
}

// Station reports whether whole stations close, which have a group, accounts and units.
func (e Ending) Station() bool {
	return e.Township || len(e.Places) > 0 && e.Places[0].Kind == "station"
}

const placeColumns = `s.id, s.code, s.kind, s.root_id, s.parent_id, s.name, s.short_name, s.state, s.successor_id as successor,
	(select count(*) from cases c where c.county_id = @county and c.place_id = s.id and c.outcome is null) as open`

// Look reads what closing the target is about. It returns errs.NotFound for no such place
// and for a township without a station.
func Look(ctx context.Context, tx *tenant.Tx, t Target) (Ending, error) {
	e := Ending{Target: t}
	where := `s.code = @code`
	if t.Township {
		where = `s.kind = 'station' and left(s.division_code, 9) = @code`
	}
	all, err := postgres.All[Place](ctx, tx, `select `+placeColumns+` from stations s where s.county_id = @county and `+where+` order by s.code`,
		pgx.NamedArgs{"code": t.Code})
	if err != nil {
		return e, fmt.Errorf("closing: %w", err)
	}
	if len(all) == 0 {
		return e, errs.NotFound
	}
	for _, p := range all {
		if !t.Township || !p.ended() {
			e.Places = append(e.Places, p)
		}
	}
	if e.Name, err = t.name(ctx, tx, all[0]); err != nil {
		return e, err
	}
	if len(e.Places) == 0 { // a township whose stations are all gone
		e.Places = all
		return e, nil
	}
	return e, e.look(ctx, tx)
}

func (t Target) name(ctx context.Context, tx *tenant.Tx, first Place) (string, error) {
	if !t.Township {
		return first.Name, nil
	}
	return postgres.Value[string](ctx, tx, `select d.name from divisions d join stations s on left(s.division_code, 9) = d.code
		where s.county_id = @county and d.code = @code limit 1`, pgx.NamedArgs{"code": t.Code})
}

// look reads what hangs on the places.
func (e *Ending) look(ctx context.Context, tx *tenant.Tx) error {
	below, err := postgres.All[Place](ctx, tx, `select `+placeColumns+` from stations s where s.county_id = @county
		and (s.root_id = any(@ids) or s.parent_id = any(@ids)) and s.id <> all(@ids) order by s.kind, s.code`, pgx.NamedArgs{"ids": ids(e.Places)})
	if err != nil {
		return fmt.Errorf("closing: %w", err)
	}
	for _, p := range below {
		if p.ended() {
			e.dead = append(e.dead, p)
		} else {
			e.Below = append(e.Below, p)
		}
	}
	for _, p := range append(below, e.Places...) {
		e.Cases += p.Open
	}
	e.Units, err = postgres.All[Unit](ctx, tx, `select u.id, u.name, (select count(distinct o.case_id) from case_orders o
			join cases c on c.county_id = @county and c.id = o.case_id
			where o.county_id = @county and o.unit_id = u.id and o.ended_at is null and c.outcome is null) as open
		from units u where u.county_id = @county and u.station_id = any(@ids) and not u.retired order by u.position, u.id`,
		pgx.NamedArgs{"ids": ids(e.Places)})
	if err != nil {
		return fmt.Errorf("closing: %w", err)
	}
	return e.count(ctx, tx)
}

// count counts the days and the people of the places and of what hangs below them.
func (e *Ending) count(ctx context.Context, tx *tenant.Tx) error {
	dates, err := reception.DatesAhead(ctx, tx, ids(e.Places, e.Below))
	if err != nil {
		return err
	}
	e.Dates, e.Days = dates, int64(len(dates))
	type counts struct{ Members, Officers, Heads, Clerks int64 }
	n, err := postgres.One[counts](ctx, tx, `select
			(select count(*) from station_deputies g where g.county_id = @county and g.station_id = any(@ids) and g.to_date is null) as members,
			(select count(*) from station_officers o where o.county_id = @county and o.station_id = any(@ids) and o.to_date is null) as officers,
			(select count(*) from user_roles r where r.county_id = @county and r.station_id = any(@ids) and r.role = 'station_head'
				and (r.to_date is null or r.to_date >= @today)) as heads,
			(select count(*) from user_roles r where r.county_id = @county and r.station_id = any(@ids) and r.role = 'clerk'
				and (r.to_date is null or r.to_date >= @today)) as clerks`,
		pgx.NamedArgs{"ids": ids(e.Places), "today": calendar.DateOf(tx.Now())})
	if err != nil {
		return fmt.Errorf("closing: %w", err)
	}
	e.Members, e.Officers, e.Heads, e.Clerks = n.Members, n.Officers, n.Heads, n.Clerks
	return nil
}

// ids are the ids of places.
func ids(lists ...[]Place) []int64 {
	all := []int64{}
	for _, places := range lists {
		for _, p := range places {
			all = append(all, p.ID)
		}
	}
	return all
}
