// Package casefile is a matter's life: from the words that a citizen said at a station
// to the citizen's own verdict. Workflow is the table of everything that may happen;
// Take is the only thing that changes a state, and does it with the event, the clocks,
// the audit and the messages in one transaction.
package casefile

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// Case is a matter as its row stands.
type Case struct {
	ID              int64
	Number          string // XY2026-0012
	VisitID         int64
	StationID       int64 // the 联络站
	PlaceID         int64 // where it was said: the station, or a point or post of it
	Words           string
	Title           string
	Nature          string
	CategoryID      int64
	Level           *string // township or county
	Proposal        *string // 拟办意见
	State           State
	Outcome         *Outcome // of a closed case
	ReturnsTo       *State
	OuterLevel      *string // the level that handed it out
	UnitID          *int64  // lead unit
	LeadCaseID      *int64
	Round           int16
	Version         int32
	Clock           *Clock
	DueOn           *calendar.Date
	DueProvisional  bool
	AnsweredNow     bool
	Restricted      bool
	Supervised      bool
	HasContact      bool
	RefusalReasonID *int64
	Promise         *string
	PromiseOn       *calendar.Date
	RegisteredBy    int64
	RegisteredAt    time.Time
	ClosedAt        *time.Time
	UnitIDs         []int64 // the lead unit, and the co-handling ones of this round
	CoUnitIDs       []int64 // the co-handling units of the running order
	Deputies        []int64 // who received it
	Members         []int64 // users named on it: who registered it or took a step
	Headless        bool    // its station has no head today
}

// caseColumns are a Case's, from cases c, with @today.
const caseColumns = `c.id, c.number, c.visit_id, c.station_id, c.place_id, c.words, c.title, c.nature, c.category_id,
	c.level, c.proposal, c.state, c.outcome, c.returns_to, c.outer_level, c.unit_id, c.lead_case_id, c.round, c.version,
	c.clock, c.due_on, c.due_provisional, c.answered_now, c.restricted, c.supervised, c.has_contact, c.refusal_reason_id,
	c.promise, c.promise_on, c.registered_by, c.registered_at, c.closed_at,
	array(select o.unit_id from case_orders o where o.county_id = @county and o.case_id = c.id and (o.unit_id = c.unit_id
		or o.part = 'co' and (o.ended_at is null or o.round = c.round and o.opinion_at is not null))) as unit_ids,
	array(select o.unit_id from case_orders o where o.county_id = @county and o.case_id = c.id
		and o.part = 'co' and o.ended_at is null) as co_unit_ids,
	array(select d.deputy_id from visit_deputies d where d.county_id = @county and d.visit_id = c.visit_id) as deputies,
	array(select distinct e.actor_id from case_events e
		where e.county_id = @county and e.case_id = c.id and e.actor_id is not null) as members,
	not exists (select from user_roles r join users u on u.county_id = @county and u.id = r.user_id
		where r.county_id = @county and r.role = 'station_head' and r.station_id = c.station_id
		and r.from_date <= @today and (r.to_date is null or r.to_date >= @today) and u.disabled_at is null) as headless`

// Subject is what a right is asked about.
func (c Case) Subject() auth.Subject {
	return auth.Subject{StationID: c.StationID, UnitIDs: c.UnitIDs, Deputies: c.Deputies}
}

// SeenBy says whether by may see the case: nil, or errs.Forbidden.
func (c Case) SeenBy(by auth.Actor) error {
	if by.Role == auth.Citizen || by.Role == auth.System {
		return nil // came by a token or a job, which name the case
	}
	if !by.MayOn(auth.SeeCases, c.Subject()) {
		return errs.Refuse(errs.Forbidden, "这件事不归您看。需要了解情况，请联系县人大代表工委。")
	}
	if c.Restricted && !c.named(by) {
		return errs.Refuse(errs.Forbidden, "这件事限制查看，只有事项上写明的人可以看。")
	}
	return nil
}

// named reports whether a restricted case is open to by: the county's administrators,
// and whoever stands on the case by name.
func (c Case) named(by auth.Actor) bool {
	if by.Role == auth.CountyAdmin || by.Role == auth.StationHead || by.UserID == c.RegisteredBy {
		return true
	}
	if by.Role == auth.Unit { // whoever had it once, and gave it back, has no more business with it
		return is(by, U, &c) || is(by, K, &c)
	}
	return slices.Contains(c.Members, by.UserID)
}

// lock reads the case and holds its row until the transaction ends. Another county's
// case does not exist.
func lock(ctx context.Context, tx *tenant.Tx, number string) (*Case, error) {
	c, err := postgres.One[Case](ctx, tx, `select `+caseColumns+`
		from cases c where c.county_id = @county and c.number = @number for update of c`,
		pgx.NamedArgs{"number": number, "today": calendar.DateOf(tx.Now())})
	if err != nil {
		return nil, fmt.Errorf("case %s: %w", number, err)
	}
	return &c, nil
}

// lockAll holds the rows of several cases, in the order of their ids as everybody does, so that no
// two wait for each other.
func lockAll(ctx context.Context, tx *tenant.Tx, numbers ...string) error {
	_, err := postgres.All[struct{ ID int64 }](ctx, tx, `select id from cases where county_id = @county and number = any(@numbers) order by id for update`,
		pgx.NamedArgs{"numbers": numbers})
	if err != nil {
		return fmt.Errorf("cases: %w", err)
	}
	return nil
}

// findTx reads the case without holding it.
func findTx(ctx context.Context, tx *tenant.Tx, number string) (*Case, error) {
	c, err := postgres.One[Case](ctx, tx, `select `+caseColumns+` from cases c where c.county_id = @county and c.number = @number`,
		pgx.NamedArgs{"number": number, "today": calendar.DateOf(tx.Now())})
	return &c, err
}

// Find reads a case by its number. Another county's case is errs.NotFound.
func Find(v *tenant.View, number string) *Case {
	return tenant.One[Case](v, `select `+caseColumns+` from cases c where c.county_id = @county and c.number = @number`,
		pgx.NamedArgs{"number": number, "today": calendar.DateOf(v.Now())})
}

// NumberOf returns the number of the case with that id, for jobs and tokens.
func NumberOf(ctx context.Context, tx *tenant.Tx, id int64) (string, error) {
	return postgres.Value[string](ctx, tx,
		`select number from cases where county_id = @county and id = @id`, pgx.NamedArgs{"id": id})
}

// save writes what a step may change.
func (c *Case) save(ctx context.Context, tx *tenant.Tx) error {
	c.Version++
	_, err := postgres.Exec(ctx, tx, `update cases set title = @title, category_id = @category_id, level = @level,
		proposal = @proposal, state = @state, outcome = @outcome, returns_to = @returns_to, outer_level = @outer_level,
		unit_id = @unit_id, lead_case_id = @lead_case_id, round = @round, version = @version, clock = @clock,
		due_on = @due_on, due_provisional = @due_provisional, answered_now = @answered_now, restricted = @restricted,
		supervised = @supervised, refusal_reason_id = @refusal_reason_id, promise = @promise, promise_on = @promise_on,
		closed_at = @closed_at, updated_at = @now
		where county_id = @county and id = @id`,
		pgx.NamedArgs{"id": c.ID, "title": c.Title, "category_id": c.CategoryID, "level": c.Level, "proposal": c.Proposal,
			"state": c.State, "outcome": c.Outcome, "returns_to": c.ReturnsTo, "outer_level": c.OuterLevel,
			"unit_id": c.UnitID, "lead_case_id": c.LeadCaseID, "round": c.Round, "version": c.Version, "clock": c.Clock,
			"due_on": c.DueOn, "due_provisional": c.DueProvisional, "answered_now": c.AnsweredNow,
			"restricted": c.Restricted, "supervised": c.Supervised, "refusal_reason_id": c.RefusalReasonID,
			"promise": c.Promise, "promise_on": c.PromiseOn, "closed_at": c.ClosedAt, "now": tx.Now()})
	if err != nil {
		return fmt.Errorf("save case %s: %w", c.Number, err)
	}
	return nil
}
