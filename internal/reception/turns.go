package reception

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/audit"
	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/internal/null"
	"lianluo/internal/postgres"
	"lianluo/internal/rota"
	"lianluo/internal/tenant"
)

// Member is a deputy of a station's group, with the turns of a year.
type Member struct {
	ID      int64
	Name    string
	Leading bool
	Served  int64          // times at any station, planned ones too; a substitute's where the substitute came
	Held    int64          // of these: on days that took place, as the deputy's record has them
	Spared  int64          // times as a substitute
	Last    *calendar.Date // that it served
	Missed  int64          // turns of others of the group while this one was not in it yet, or on leave
}

func (m Member) turns() rota.Member {
	return rota.Member{ID: m.ID, Served: int(m.Served), Spared: int(m.Spared), Last: null.Value(m.Last), Leading: m.Leading, Missed: int(m.Missed)}
}

// spared is how often deputy d was a substitute from @first to @last.
const spared = `(select count(*) from reception_deputies rd join receptions r on r.county_id = @county and r.id = rd.reception_id
	where rd.county_id = @county and rd.deputy_id = d.id and rd.substitute and r.state <> 'cancelled' and r.date between @first and @last)`

const selectMembers = `with here as materialized (select t.deputy_id, t.date from ` + Counted + ` t where t.station_id = @station and t.date between @first and @last)
	select d.id, d.name, d.leads as leading, t.served, t.held, ` + spared + ` as spared, t.last,
		(select count(*) from here h where h.deputy_id <> d.id
			and (h.date < g.from_date or exists (select from reception_leaves l where l.county_id = @county and l.deputy_id = d.id
				and l.ended_at is null and h.date between l.from_date and l.to_date))) as missed
	from station_deputies g
	join deputies d on d.county_id = @county and d.id = g.deputy_id and d.merged_into is null
	cross join lateral (select count(*) as served, count(*) filter (where t.state = 'held') as held, max(t.date) as last from ` + Counted + ` t where t.deputy_id = d.id and t.date between @first and @last) t
	where g.county_id = @county and g.station_id = @station and g.to_date is null order by d.name, d.id`

// Members reads a station's group with the turns of the year in which day is.
func Members(v *tenant.View, stationID int64, day calendar.Date) *[]Member {
	first, last := yearOf(day)
	return tenant.All[Member](v, selectMembers, pgx.NamedArgs{"station": stationID, "first": first, "last": last})
}

// Turns are who is proposed for the days of a station.
type Turns struct {
	Days    []Entry // those that still have a free seat
	Members []Member
	Turns   map[int64]rota.Turn // by the day's id
	Leading bool                // each month wants a 领导干部代表
	waiting map[int][]Waiting
}

// Waiting is a member whose turn it may be, in a year.
type Waiting struct {
	Member
	Counts int // how many turns count as served: what was missed on leave or before joining is not made up
}

// Waiting are the members by whose turn it is on the days of a year, the next one first, as the
// turns were proposed.
func (all Turns) Waiting(year int) []Waiting { return all.waiting[year] }

type duty struct {
	Deputy   int64
	From, To calendar.Date
	Starts   string
	Ends     string
}

// Propose queues fair turns for a station's coming days from from to to: each free seat
// goes to who has served least in the day's year and is neither elsewhere nor on leave.
func Propose(v *tenant.View, by auth.Actor, stationID int64, from, to calendar.Date) func() Turns {
	if today := calendar.DateOf(v.Now()); from.Before(today) {
		from = today
	}
	month := calendar.NewDate(from.Year(), from.Month(), 1) // what was this month tells whether somebody led in it
	days, of := Entries(v, by, stationID, month, to), SettingsOf(v)
	members := map[int]*[]Member{from.Year(): Members(v, stationID, from)}
	if to.Year() != from.Year() {
		members[to.Year()] = Members(v, stationID, to)
	}
	duties := tenant.All[duty](v, `select rd.deputy_id as deputy, r.date as from, r.date as to, r.starts, r.ends
		from receptions r join reception_deputies rd on rd.county_id = @county and rd.reception_id = r.id
		join station_deputies g on g.county_id = @county and g.deputy_id = rd.deputy_id and g.station_id = @station and g.to_date is null
		where r.county_id = @county and r.date between @from and @to and r.state <> 'cancelled' and r.station_id <> @station
		union all
		select l.deputy_id, l.from_date, l.to_date, '', '' from reception_leaves l
		join station_deputies g on g.county_id = @county and g.deputy_id = l.deputy_id and g.station_id = @station and g.to_date is null
		where l.county_id = @county and l.ended_at is null and l.to_date >= @from and l.from_date <= @to
		union all
		select g.deputy_id, @from::date, g.from_date - 1, '', '' from station_deputies g
		where g.county_id = @county and g.station_id = @station and g.to_date is null and g.from_date > @from::date`,
		pgx.NamedArgs{"station": stationID, "from": from, "to": to})
	return func() Turns {
		all := Turns{Members: *members[from.Year()], Turns: map[int64]rota.Turn{}, Leading: of.Leading, waiting: map[int][]Waiting{}}
		busy := make([]rota.Duty, len(*duties))
		for i, d := range *duties {
			busy[i] = rota.Duty{Deputy: d.Deputy, From: d.From, To: d.To, Starts: d.Starts, Ends: d.Ends}
		}
		for _, year := range slices.Sorted(maps.Keys(members)) { // each year begins anew
			all.propose(year, from, *days, *members[year], busy, rota.Wants{Least: of.Least, Leading: of.Leading})
		}
		return all
	}
}

// propose adds the turns of one year's days.
func (all *Turns) propose(year int, from calendar.Date, days []Entry, members []Member, busy []rota.Duty, wants rota.Wants) {
	var slots []rota.Slot
	for _, e := range days {
		if e.Date.Year() != year || e.State == Cancelled {
			continue
		}
		slot := rota.Slot{ID: e.ID, Date: e.Date, Starts: e.Starts, Ends: e.Ends}
		if e.Live() && !e.Date.Before(from) {
			slot.Seats, slot.Spare = int(e.Seats), int(e.Spares)
		}
		for _, d := range e.Duty {
			if d.Substitute && !null.Value(d.Came) {
				slot.Spares = append(slot.Spares, d.ID)
			} else if !d.missed() {
				slot.Taken = append(slot.Taken, d.ID)
			}
		}
		slots = append(slots, slot)
		if slot.Seats > 0 && e.free() {
			all.Days = append(all.Days, e)
		}
	}
	asked, by := make([]rota.Member, len(members)), map[int64]Member{}
	for i, m := range members {
		asked[i], by[m.ID] = m.turns(), m
	}
	for _, m := range rota.Waiting(asked, wants) {
		all.waiting[year] = append(all.waiting[year], Waiting{by[m.ID], int(math.Round(m.Load(len(asked))))})
	}
	for _, turn := range rota.Turns(asked, slots, busy, wants) {
		all.Turns[turn.Slot] = turn
	}
}

// missed reports whether somebody said that the deputy did not come.
func (d OnDuty) missed() bool { return d.Came != nil && !*d.Came }

// free reports whether the day has a seat that nobody has.
func (e Entry) free() bool {
	return e.Live() && (e.seated(false) < int(e.Seats) || e.seated(true) < int(e.Spares))
}

// Seats are who is to be on a day besides those who are.
type Seats struct{ Deputies, Substitutes []int64 }

// Field is the form's field of a day's seat.
func Field(id int64, substitute bool) string {
	if substitute {
		return "spare-" + itoa(id)
	}
	return "seat-" + itoa(id)
}

// ApplyTurns puts deputies on a station's days, all or none. A fault is errs.Invalid at
// the Field of its day. Who is on a day already stays, so that a second press changes nothing.
// It returns how many seats it filled.
func ApplyTurns(ctx context.Context, tx *tenant.Tx, by auth.Actor, stationID int64, turns map[int64]Seats) (seats int, err error) {
	if err := mayChange(by, stationID); err != nil {
		return 0, err
	}
	invalid := errs.Invalid{}
	var days []*change
	var deputies []int64
	for _, id := range slices.Sorted(maps.Keys(turns)) {
		c, err := hold(ctx, tx, by, id, 0)
		if err != nil {
			return 0, err
		}
		if c.StationID != stationID || !c.Live() {
			invalid[Field(id, false)] = "这一天不能再排了，请重新打开这一页。"
			continue
		}
		days, deputies = append(days, c), slices.Concat(deputies, turns[id].Deputies, turns[id].Substitutes)
	}
	if err := holdDeputies(ctx, tx, deputies); err != nil { // all at once, in their order
		return 0, err
	}
	for _, c := range days {
		n, err := c.take(ctx, turns[c.ID], invalid)
		if err != nil {
			return 0, err
		}
		seats += n
	}
	if err := invalid.Err(); err != nil || seats == 0 {
		return 0, err
	}
	return seats, audit.Record(ctx, tx, by.Audit(), "reception.turns", "rota "+calendar.DateOf(tx.Now()).String()[:4], map[string]any{"seats": seats})
}

// take fills the day's seats and returns how many were.
func (c *change) take(ctx context.Context, to Seats, invalid errs.Invalid) (int, error) {
	n := 0
	twice := slices.Sorted(slices.Values(slices.Concat(to.Deputies, to.Substitutes)))
	if len(slices.Compact(slices.Clone(twice))) < len(twice) {
		invalid[Field(c.ID, false)] = "这一天有一位代表选了两次，请换一位，或者先空着。"
		return 0, nil
	}
	for _, part := range []struct {
		ids        []int64
		substitute bool
		most       int16
	}{{to.Deputies, false, c.Seats}, {to.Substitutes, true, c.Spares}} {
		fresh := slices.DeleteFunc(slices.Clone(part.ids), func(id int64) bool { _, is := c.on(id); return is })
		if len(fresh) == 0 {
			continue
		}
		if most := int(part.most); c.seated(part.substitute)+len(fresh) > most {
			invalid[Field(c.ID, part.substitute)] = "这一天只要 " + itoa(most) + " 位，现在已经排了 " + itoa(c.seated(part.substitute)) + " 位，请重新打开这一页。"
			return n, nil
		}
		n += len(fresh)
		err := c.seat(ctx, c.tx, Field(c.ID, part.substitute), fresh, part.substitute)
		if wrong, ok := errors.AsType[errs.Invalid](err); ok {
			maps.Copy(invalid, wrong)
			return n, nil
		}
		if err != nil {
			return n, err
		}
		for _, id := range fresh {
			if err := happened(ctx, c.tx, c.by, c.ID, event{kind: "joined", deputy: id}); err != nil {
				return n, err
			}
			if part.substitute {
				continue
			}
			if err := regain(ctx, c.tx, c.by, c.ID, id); err != nil {
				return n, err
			}
		}
	}
	if n == 0 {
		return 0, nil
	}
	// The rule still decides about the day: who is on duty goes with it.
	_, err := postgres.Exec(ctx, c.tx, `update receptions set version = @version where county_id = @county and id = @id`,
		pgx.NamedArgs{"id": c.ID, "version": c.Version + 1})
	if err == nil && c.State == Published {
		err = c.notice(ctx, corrected, "补充接待代表", "")
	}
	if err != nil {
		return n, fmt.Errorf("turns: %w", err)
	}
	return n, nil
}

// SetLeading says who of a station's group is a 领导干部代表: those, where was are those whom the
// form showed. Whom it left as it showed them stays as somebody else may have set them meanwhile.
func SetLeading(ctx context.Context, tx *tenant.Tx, by auth.Actor, stationID int64, was, deputies []int64) error {
	if err := mayChange(by, stationID); err != nil {
		return err
	}
	first, last := yearOf(calendar.DateOf(tx.Now()))
	members, err := postgres.All[Member](ctx, tx, selectMembers, pgx.NamedArgs{"station": stationID, "first": first, "last": last})
	if err != nil {
		return fmt.Errorf("members: %w", err)
	}
	changes, statements := county.Changes{}, []tenant.Statement{}
	for _, m := range members {
		leads := slices.Contains(deputies, m.ID)
		if leads == m.Leading || leads == slices.Contains(was, m.ID) {
			continue
		}
		changes.Set(m.Name, county.YesNo(m.Leading), county.YesNo(leads))
		statements = append(statements, tenant.Statement{Args: pgx.NamedArgs{"id": m.ID, "leads": leads},
			SQL: `update deputies set leads = @leads where county_id = @county and id = @id`})
	}
	if len(statements) == 0 {
		return nil
	}
	if err := tx.Batch(ctx, statements); err != nil {
		return fmt.Errorf("who leads: %w", err)
	}
	return audit.Record(ctx, tx, by.Audit(), "reception.leading", "rota "+calendar.DateOf(tx.Now()).String()[:4], map[string]any{"changes": changes})
}
