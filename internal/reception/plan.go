package reception

import (
	"context"
	"fmt"
	"slices"
	"time"

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
	Why   string        // that stands otherwise than the rule wants it
	Meets bool          // another day is at the place at that time

	Deputies int64 // who are on the day that is there
}

// Plan is what making the days of a year from the rules would do. What was published, held,
// cancelled or changed by hand is in none of these but Left: it stays as it is.
type Plan struct {
	Year   int
	Add    []PlannedDay
	Change []PlannedDay // the rule, the calendar or the county's way with holidays is another now
	Drop   []Made       // no rule brings it any more, and nobody has seen it
	Left   []Made       // no rule brings it so any more, but somebody is on duty, announced it or changed it by hand; or it would go where it is over
	Out    []Omitted    // a rule brings it, and somebody has said that it is not made
	Same   int
}

// Nothing reports whether there is nothing to do.
func (p Plan) Nothing() bool { return len(p.Add)+len(p.Change)+len(p.Drop) == 0 }

// Made is a day that a rule has brought, or that somebody added.
type Made struct {
	ID         int64
	RuleID     int64 // 0: added by hand
	StationID  int64
	Station    string
	MeantOn    calendar.Date // what the rule named; of a day by hand its date
	Date       calendar.Date
	State      string
	Touched    bool
	PlaceID    int64
	Kind       string
	Starts     string
	Ends       string
	Seats      int
	Spares     int
	Theme      *string
	Invited    *string
	Route      *string
	Deputies   int64
	Shut       bool       // its place or its station is suspended or closed
	Retired    bool       // its rule is
	ByHand     bool       // somebody said when, where or what it is; not that it went along with its place, the one change with a reason
	Meant      bool       // and that it falls on a holiday on purpose
	SettledAt  *time.Time // and when they last said on which date
	UploadedAt *time.Time // when the county uploaded the holidays of its year
	Why        string     `db:"-"` // it goes, or is left
}

func (m Made) facts() Facts {
	return Facts{m.StationID, m.PlaceID, m.Kind, m.Starts, m.Ends, m.Seats, m.Spares, null.Value(m.Theme), null.Value(m.Invited), null.Value(m.Route)}
}

const madeDays = `select r.id, coalesce(r.rule_id, 0) as rule_id, r.station_id, s.short_name as station, coalesce(r.meant_on, r.date) as meant_on, r.date, r.state, r.touched, r.place_id, r.kind, r.starts,
		r.ends, r.seats, r.spares, r.theme, r.invited, r.route,
		(select count(*) from reception_deputies d where d.county_id = @county and d.reception_id = r.id) as deputies,
		p.state <> 'open' or s.state <> 'open' as shut, coalesce(l.retired, false) as retired,
		r.rule_id is null or exists (select from reception_events e where e.county_id = @county and e.reception_id = r.id and (e.kind = 'moved'
			or e.kind = 'changed' and (e.reason is null or r.place_id <> l.place_id))) as by_hand,
		` + isMeant + ` as meant,
		(select max(e.at) from reception_events e where e.county_id = @county and e.reception_id = r.id and e.kind in ('added', 'moved')) as settled_at,
		(select u.uploaded_at from calendar_years u where u.county_id = @county and u.year = extract(year from r.date)::int) as uploaded_at
	from receptions r join stations s on s.county_id = @county and s.id = r.station_id
	join stations p on p.county_id = @county and p.id = r.place_id
	left join reception_rules l on l.county_id = @county and l.id = r.rule_id
	where r.county_id = @county and (@station::bigint = 0 or r.station_id = @station) and `

// The days whose plan may be made, and those of them that may be astray.
const (
	selectMade   = madeDays + `coalesce(r.meant_on, r.date) between @from and @to order by 5, r.id`
	selectToCome = madeDays + `r.state in ('planned', 'published') and r.date > @today order by 5, r.id`
)

const selectLiving = selectRules + `and (@station::bigint = 0 or r.station_id = @station) and not r.retired
	and p.state = 'open' and s.state = 'open' order by s.code, r.id`

func madeArgs(stationID int64, year int) pgx.NamedArgs {
	first, last := yearOf(calendar.NewDate(year, 1, 1))
	return pgx.NamedArgs{"station": stationID, "from": first, "to": last}
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
// at any time. What omit leaves out is remembered, and no later run makes it. It returns what
// it did, or errs.Invalid at why.
func Generate(ctx context.Context, tx *tenant.Tx, by auth.Actor, stationID int64, year int, omit Omit) (Plan, error) {
	if stationID = planned(by, stationID); stationID < 0 {
		return Plan{}, errs.Refuse(errs.Forbidden, "接待日程不归您安排。")
	}
	p := planner{year: year, today: calendar.DateOf(tx.Now())}
	var err error
	if p.settings, err = settings(ctx, tx); err != nil {
		return Plan{}, err
	}
	if err := holdPlan(ctx, tx, stationID, year); err != nil {
		return Plan{}, fmt.Errorf("hold the plan: %w", err)
	}
	if p.rules, err = postgres.All[Rule](ctx, tx, selectLiving, pgx.NamedArgs{"station": stationID}); err != nil {
		return Plan{}, fmt.Errorf("rules: %w", err)
	}
	if p.made, err = postgres.All[Made](ctx, tx, selectMade, madeArgs(stationID, year)); err != nil {
		return Plan{}, fmt.Errorf("days of the rules: %w", err)
	}
	out, err := postgres.All[Omission](ctx, tx, selectOmissions, madeArgs(stationID, year))
	if err != nil {
		return Plan{}, fmt.Errorf("days left out: %w", err)
	}
	if p.calendar, err = calendar.OfTx(ctx, tx); err != nil {
		return Plan{}, err
	}
	p.out = omissions(out)
	plan, changed, err := p.without(&omit)
	if err != nil || plan.Nothing() && len(changed.out)+len(changed.again) == 0 {
		return plan, err
	}
	if err := tx.Batch(ctx, slices.Concat(changed.statements(by, tx.Now(), omit.Why), plan.statements(by, tx.Now()))); err != nil {
		return Plan{}, fmt.Errorf("make the plan: %w", err)
	}
	detail := map[string]any{"added": len(plan.Add), "changed": len(plan.Change), "dropped": len(plan.Drop)}
	changed.tell(detail, omit.Why)
	return plan, audit.Record(ctx, tx, by.Audit(), "reception.plan", "rota "+itoa(year), detail)
}

// holdPlan keeps the rules as they are, and then the days that a plan may change, each in the order
// of their ids, until the transaction ends. What is read after it is true until then: a day on
// which a colleague puts somebody now is not dropped as one on which nobody is.
func holdPlan(ctx context.Context, tx *tenant.Tx, stationID int64, year int) error {
	_, err := postgres.Exec(ctx, tx, `select id from reception_rules where county_id = @county and (@station::bigint = 0 or station_id = @station)
		order by id for no key update`, pgx.NamedArgs{"station": stationID})
	if err != nil {
		return err
	}
	_, err = postgres.Exec(ctx, tx, `select id from receptions where county_id = @county and (@station::bigint = 0 or station_id = @station)
		and meant_on between @from and @to and state in ('planned', 'cancelled') and not touched order by id for no key update`, madeArgs(stationID, year))
	return err
}

func (p Plan) statements(by auth.Actor, now time.Time) []tenant.Statement {
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
		if d.Why != "" {
			all = append(all, tenant.Statement{Args: pgx.NamedArgs{"id": d.ID, "why": d.Why, "by": by.UserID, "by_name": by.Name, "now": now},
				SQL: `insert into reception_events (county_id, reception_id, kind, reason, by_id, by_name, at)
					select @county, r.id, 'replanned', @why, @by, @by_name, @now from receptions r where r.county_id = @county and r.id = @id and r.state = 'planned' and not r.touched`})
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
