package reception

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/audit"
	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/errs"
	"lianluo/internal/null"
	"lianluo/internal/postgres"
	"lianluo/internal/rota"
	"lianluo/internal/tenant"
)

// PlannedDay is a day that a rule brings.
type PlannedDay struct {
	rota.Planned
	Rule  Rule
	ID    int64         // of the day that is there already, or was before; 0: a new one
	Was   calendar.Date // on which that stands
	Meets bool          // another day is at the place at that time
}

// Plan is what making the days of a year from the rules would do. What was published, held,
// cancelled or changed by hand is in none of these but Left: it stays as it is.
type Plan struct {
	Year   int
	Add    []PlannedDay
	Change []PlannedDay // the rule, the calendar or the county's way with holidays is another now
	Drop   []Made       // no rule brings it any more, and nobody has seen it
	Left   []Made       // no rule brings it any more, but somebody is on duty, announced it or changed it by hand; or it would go where it is over
	Same   int
}

// Nothing reports whether there is nothing to do.
func (p Plan) Nothing() bool { return len(p.Add)+len(p.Change)+len(p.Drop) == 0 }

// Made is a day that a rule has brought.
type Made struct {
	ID        int64
	RuleID    int64
	StationID int64
	Station   string
	MeantOn   calendar.Date
	Date      calendar.Date
	State     string
	Touched   bool
	PlaceID   int64
	Kind      string
	Starts    string
	Ends      string
	Seats     int
	Spares    int
	Theme     *string
	Invited   *string
	Route     *string
	Deputies  int64
	Shut      bool   // its place or its station is suspended or closed
	Retired   bool   // its rule is
	Why       string `db:"-"` // it goes, or is left
}

func (m Made) facts() Facts {
	return Facts{m.StationID, m.PlaceID, m.Kind, m.Starts, m.Ends, m.Seats, m.Spares, null.Value(m.Theme), null.Value(m.Invited), null.Value(m.Route)}
}

const selectMade = `select r.id, r.rule_id, r.station_id, s.short_name as station, r.meant_on, r.date, r.state, r.touched, r.place_id, r.kind, r.starts,
		r.ends, r.seats, r.spares, r.theme, r.invited, r.route,
		(select count(*) from reception_deputies d where d.county_id = @county and d.reception_id = r.id) as deputies,
		p.state <> 'open' or s.state <> 'open' as shut, l.retired
	from receptions r join stations s on s.county_id = @county and s.id = r.station_id
	join stations p on p.county_id = @county and p.id = r.place_id
	join reception_rules l on l.county_id = @county and l.id = r.rule_id
	where r.county_id = @county and r.meant_on between @from and @to and (@station::bigint = 0 or r.station_id = @station)
	order by r.meant_on, r.id`

const selectLiving = selectRules + `and (@station::bigint = 0 or r.station_id = @station) and not r.retired
	and p.state = 'open' and s.state = 'open' order by s.code, r.id`

func madeArgs(stationID int64, year int) pgx.NamedArgs {
	first, last := yearOf(calendar.NewDate(year, 1, 1))
	return pgx.NamedArgs{"station": stationID, "from": first, "to": last}
}

// planner is what a plan is made of.
type planner struct {
	year     int
	today    calendar.Date
	settings Settings
	rules    []Rule
	made     []Made
	calendar *calendar.Calendar
}

// Preview queues what making the year's days would do for the stations that by may change,
// or for one of them.
func Preview(v *tenant.View, by auth.Actor, stationID int64, year int) func() Plan {
	stationID = planned(by, stationID)
	rules := tenant.All[Rule](v, selectLiving, pgx.NamedArgs{"station": stationID})
	made := tenant.All[Made](v, selectMade, madeArgs(stationID, year))
	of, days, today := SettingsOf(v), calendar.Of(v), calendar.DateOf(v.Now())
	return func() Plan { return planner{year, today, *of, *rules, *made, days()}.plan() }
}

// planned is the station whose plan by makes: 0 is the whole county.
func planned(by auth.Actor, stationID int64) int64 {
	switch by.Scope(auth.ChangeReceptions) {
	case auth.WholeCounty:
		return stationID
	case auth.OwnStation:
		return by.StationID
	}
	return -1
}

// Generate makes the days of the year from the rules: it adds what is missing from today on,
// changes what the rules now bring otherwise, and removes what they bring no more. It never
// touches a day that was held, cancelled, published or changed by hand, so it may run again
// at any time. It leaves out this time the days of without. It returns what it did.
func Generate(ctx context.Context, tx *tenant.Tx, by auth.Actor, stationID int64, year int, without ...Meant) (Plan, error) {
	if stationID = planned(by, stationID); stationID < 0 {
		return Plan{}, errs.Refuse(errs.Forbidden, "接待日程不归您安排。")
	}
	p := planner{year: year, today: calendar.DateOf(tx.Now())}
	var err error
	if p.settings, err = settings(ctx, tx); err != nil {
		return Plan{}, err
	}
	if p.rules, err = postgres.All[Rule](ctx, tx, selectLiving+` for no key update of r`, pgx.NamedArgs{"station": stationID}); err != nil {
		return Plan{}, fmt.Errorf("rules: %w", err)
	}
	if p.made, err = postgres.All[Made](ctx, tx, selectMade, madeArgs(stationID, year)); err != nil {
		return Plan{}, fmt.Errorf("days of the rules: %w", err)
	}
	if p.calendar, err = calendar.OfTx(ctx, tx); err != nil {
		return Plan{}, err
	}
	plan := p.plan()
	left := func(d PlannedDay) bool { return slices.Contains(without, Meant{d.Rule.ID, d.Meant}) }
	plan.Add, plan.Change = slices.DeleteFunc(plan.Add, left), slices.DeleteFunc(plan.Change, left)
	if plan.Nothing() {
		return plan, nil
	}
	if err := tx.Batch(ctx, plan.statements()); err != nil {
		return Plan{}, fmt.Errorf("make the plan: %w", err)
	}
	return plan, audit.Record(ctx, tx, by.Audit(), "reception.plan", "rota "+itoa(year),
		map[string]any{"added": len(plan.Add), "changed": len(plan.Change), "dropped": len(plan.Drop)})
}

// Meant is the day that a rule names.
type Meant struct {
	Rule int64
	On   calendar.Date
}

// plan compares what the rules bring with what is there.
func (p planner) plan() Plan {
	plan := Plan{Year: p.year}
	there := map[Meant]Made{}
	for _, m := range p.made {
		there[Meant{m.RuleID, m.MeantOn}] = m
	}
	for _, rule := range p.rules {
		for _, day := range p.days(rule) {
			key := Meant{rule.ID, day.Meant}
			m, is := there[key]
			delete(there, key)
			switch {
			case (!is || m.dropped()) && day.Date.Before(p.today):
			case !is || m.dropped():
				plan.Add = append(plan.Add, PlannedDay{Planned: day, Rule: rule, ID: m.ID})
			case p.free(m) && m.Date != day.Date && !day.Date.After(p.today):
				m.Why = "按规则应该是 " + day.Date.Chinese() + "，来不及了，所以没有动"
				plan.Left = append(plan.Left, m)
			case p.free(m) && (m.Date != day.Date || m.facts() != rule.Facts()):
				plan.Change = append(plan.Change, PlannedDay{Planned: day, Rule: rule, ID: m.ID, Was: m.Date})
			default:
				plan.Same++
			}
		}
	}
	for _, m := range p.made {
		live := m.State == Planned || m.State == Published
		if _, over := there[Meant{m.RuleID, m.MeantOn}]; !over || !live || !m.Date.After(p.today) {
			continue
		}
		m.Why = m.gone()
		switch {
		case m.State == Published:
			m.Why += "；已经公告"
		case m.Touched:
			m.Why += "；人工改过"
		case m.Deputies > 0:
			m.Why += "；已经排了代表"
		}
		if m.Deputies > 0 || !p.free(m) {
			plan.Left = append(plan.Left, m)
		} else {
			plan.Drop = append(plan.Drop, m)
		}
	}
	p.meet(&plan, there)
	slices.SortStableFunc(plan.Add, func(a, b PlannedDay) int { return cmp.Or(a.Date.Compare(b.Date), cmp.Compare(a.Rule.ID, b.Rule.ID)) })
	return plan
}

// meet marks the days of the plan that fall together with another one at their place: two
// rules that name one day, or a day that a holiday moves to where another rule has one.
func (p planner) meet(plan *Plan, over map[Meant]Made) {
	type slot struct {
		place        int64
		date         calendar.Date
		starts, ends string
		id           *bool // of a day of the plan: its Meets
	}
	var slots []slot
	changed := map[int64]bool{}
	for _, days := range [][]PlannedDay{plan.Add, plan.Change} {
		for i, d := range days {
			changed[d.ID] = d.ID != 0
			if alone(d.Rule.Kind) {
				slots = append(slots, slot{d.Rule.PlaceID, d.Date, d.Rule.Starts, d.Rule.Ends, &days[i].Meets})
			}
		}
	}
	for _, m := range p.made {
		if _, gone := over[Meant{m.RuleID, m.MeantOn}]; !changed[m.ID] && m.State != Cancelled && alone(m.Kind) && (!gone || !p.free(m) || m.Deputies > 0) {
			slots = append(slots, slot{m.PlaceID, m.Date, m.Starts, m.Ends, nil})
		}
	}
	for i, a := range slots {
		for _, b := range slots[i+1:] {
			if a.place == b.place && a.date == b.date && a.starts < b.ends && b.starts < a.ends {
				for _, meets := range []*bool{a.id, b.id} {
					if meets != nil {
						*meets = true
					}
				}
			}
		}
	}
}

// beyond is how many days of the years beside are looked at: a holiday at the turn of the
// year moves a day into the next one, where the rule may have a day already.
const beyond = 40

// days are what a rule brings in the year, while it holds: a day belongs to the year in
// which the rule names it, wherever a holiday moves it.
func (p planner) days(rule Rule) []rota.Planned {
	first, last := yearOf(calendar.NewDate(p.year, 1, 1))
	from, to := first.AddDays(-beyond), last.AddDays(beyond)
	if rule.FromDate.After(from) {
		from = rule.FromDate
	}
	if rule.ToDate != nil && rule.ToDate.Before(to) {
		to = *rule.ToDate
	}
	return slices.DeleteFunc(rule.Rule.Between(from, to, p.settings.Roll, p.calendar), func(d rota.Planned) bool { return d.Meant.Year() != p.year })
}

// dropped reports whether the rule had brought the day, and then brought it no more.
func (m Made) dropped() bool { return m.State == Cancelled && !m.Touched }

// gone is why no rule brings the day any more.
func (m Made) gone() string {
	switch {
	case m.Shut:
		return "地点暂停或者关闭了"
	case m.Retired:
		return "规则停用了"
	}
	return "规则改了"
}

// free reports whether the rule still decides about the day.
func (p planner) free(m Made) bool { return m.State == Planned && !m.Touched && m.Date.After(p.today) }

func (p Plan) statements() []tenant.Statement {
	var all []tenant.Statement
	for _, m := range p.Drop {
		all = append(all, tenant.Statement{Args: pgx.NamedArgs{"id": m.ID, "reason": m.Why + "，不再安排"}, SQL: `update receptions
			set state = 'cancelled', reason = @reason, version = version + 1 where county_id = @county and id = @id and state = 'planned' and not touched`})
	}
	for _, d := range slices.Concat(p.Change, p.Add) {
		if d.ID == 0 {
			all = append(all, tenant.Statement{
				Args: d.Rule.Facts().with(pgx.NamedArgs{"station": d.Rule.StationID, "rule": d.Rule.ID, "date": d.Date, "meant": d.Meant}),
				SQL: `insert into receptions (county_id, station_id, rule_id, date, meant_on, state, ` + factColumns + `)
					values (@county, @station, @rule, @date, @meant, 'planned', ` + factValues + `) on conflict (county_id, rule_id, meant_on) do nothing`})
			continue
		}
		all = append(all, tenant.Statement{Args: d.Rule.Facts().with(pgx.NamedArgs{"id": d.ID, "date": d.Date}),
			SQL: `update receptions set ` + factSets + `, date = @date, state = 'planned', reason = null, version = version + 1
				where county_id = @county and id = @id and state in ('planned', 'cancelled') and not touched`})
	}
	return all
}

// DaysOf are the days that a rule would bring in the twelve months from today, or from where
// it begins, for a form that is being filled.
func DaysOf(v *tenant.View, in RuleInput) func() []rota.Planned {
	of, days := SettingsOf(v), calendar.Of(v)
	from := calendar.DateOf(v.Now())
	if in.From != nil && in.From.After(from) {
		from = *in.From
	}
	to := calendar.NewDate(from.Year()+1, from.Month(), from.Day()).AddDays(-1)
	if in.To != nil && in.To.Before(to) {
		to = *in.To
	}
	return func() []rota.Planned { return in.Rule.Between(from, to, of.Roll, days()) }
}
