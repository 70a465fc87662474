package casefile

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"lianluo/internal/audit"
	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/errs"
	"lianluo/internal/null"
	"lianluo/internal/postgres"
	"lianluo/internal/private"
	"lianluo/internal/tenant"
)

// ComeBack is what a later visit about the same thing (再次来访) leaves on its case. It is no
// row of the table: it changes neither state nor version, so that it overtakes nobody's form.
const ComeBack Step = "come_back"

// CameBack is one later visit about a case, as the case's page shows it.
type CameBack struct {
	At      time.Time `json:"at"`
	Persons int       `json:"persons"`
	Station string    `json:"station"`
	Words   *string   `json:"words"`
}

// Times is the how-manieth visit about its case a ComeBack records; 0 of any other event.
func (e Event) Times() int {
	times, _ := e.Detail["times"].(float64)
	return int(times)
}

// mayReturn says why a visit may not come about that case.
func (v *Visit) mayReturn(by auth.Actor, c *Case) string {
	switch {
	case c.Restricted && c.SeenBy(by) != nil:
		return noSuchCase(c.Number)
	case c.State == Archived:
		return "这件事已经归档，请作为新的一件事登记。"
	case c.Outcome != nil: // nobody has it any more
		return "这件事已经办结，没有人在办了。又来反映的，请按“另立一件，写明是同一件事”，会连着原来那件。"
	case v.Confidential && !c.Restricted: // its history is read by whoever sees the case
		return "来访人这次要求保密，那件事别人也能看，请作为新的一件事登记。"
	}
	return ""
}

// checkEarlier checks the earlier cases that a visit comes about, or says the same as.
func (v *Visit) checkEarlier(ctx context.Context, tx *tenant.Tx, keys private.Keys, by auth.Actor, invalid errs.Invalid) error {
	seen := map[string]bool{}
	for i, m := range v.Matters {
		number := cmp.Or(m.ReturnTo, m.SameAs)
		if number == "" {
			continue
		}
		wrong, err := v.checkReturn(ctx, tx, keys, by, m)
		if err != nil {
			return err
		}
		if wrong == "" && seen[number] {
			wrong = "这件事这次已经选过了，请删去一处。"
		}
		if seen[number] = true; wrong != "" {
			invalid[wordsField(i)] = wrong
		}
	}
	return nil
}

// checkReturn says why a matter may not be about the earlier case that it names.
func (v *Visit) checkReturn(ctx context.Context, tx *tenant.Tx, keys private.Keys, by auth.Actor, m Matter) (wrong string, err error) {
	if m.ReturnTo == "" {
		return v.checkSame(ctx, tx, by, m)
	}
	c, wrong, err := known(ctx, tx, m.ReturnTo)
	if wrong != "" || err != nil {
		return wrong, err
	}
	if wrong = v.mayReturn(by, c); wrong != "" {
		return wrong, nil
	}
	who := visitor{name: v.Name, replyBy: v.ReplyBy}
	if number, err := private.NormalizePhone(v.Phone); err == nil {
		who.phone = keys.Blind(int32(tx.County()), "phone", number)
	} else if v.Phone != "" { // said at its own field
		return "", nil
	}
	return notTheirs(ctx, tx, c, who)
}

// comeBack links the visit to the earlier cases. Their rows are held after the counter's, in the
// order of their ids and before the record, as everybody holds them.
func (r registering) comeBack() error {
	matters := slices.DeleteFunc(slices.Clone(r.visit.Matters), func(m Matter) bool { return m.ReturnTo == "" })
	if len(matters) == 0 {
		return nil
	}
	numbers := make([]string, len(matters))
	for i, m := range matters {
		numbers[i] = m.ReturnTo
	}
	if err := lockAll(r.ctx, r.tx, numbers...); err != nil {
		return err
	}
	for _, m := range matters {
		c, err := findTx(r.ctx, r.tx, m.ReturnTo)
		if err != nil {
			return err
		}
		if wrong := r.visit.mayReturn(r.by, c); wrong != "" { // archived, or restricted, a moment ago
			i := slices.IndexFunc(r.visit.Matters, func(x Matter) bool { return x.ReturnTo == m.ReturnTo })
			return errs.Invalid{wordsField(i): wrong}
		}
		if err := r.comesBackTo(c, m); err != nil {
			return err
		}
	}
	return nil
}

// comesBackTo links the visit to one case, and tells its handlers in its history.
func (r registering) comesBackTo(c *Case, m Matter) error {
	_, err := postgres.Exec(r.ctx, r.tx, `insert into visit_returns (county_id, visit_id, case_id, words, created_at)
		values (@county, @visit_id, @case_id, @words, @now)`,
		pgx.NamedArgs{"visit_id": r.visitID, "case_id": c.ID, "words": null.Of(m.Words), "now": r.tx.Now()})
	if err != nil {
		return fmt.Errorf("comes back to %s: %w", c.Number, err)
	}
	times, err := postgres.Value[int](r.ctx, r.tx, `select count(*) + 1 from visit_returns where county_id = @county and case_id = @case_id`,
		pgx.NamedArgs{"case_id": c.ID})
	if err != nil {
		return err
	}
	err = appendEvent(r.ctx, r.tx, c.ID, uuid.Nil, Event{Step: ComeBack, FromState: &c.State, ToState: c.State, Round: c.Round,
		ActorID: &r.by.UserID, ActorName: r.by.Signature(), ActorRole: string(r.by.Role), At: r.tx.Now(), Body: null.Of(m.Words),
		Detail: map[string]any{"times": times}})
	if err != nil {
		return err
	}
	return audit.Record(r.ctx, r.tx, r.by.Audit(), "case.come_back", "case "+c.Number, nil)
}

// Tally is how many came and what they brought.
type Tally struct {
	Visits  int64 // 批次: arrivals, those without a matter among them
	Persons int64 // 人次: of every arrival all who came, not only who spoke
	Matters int64 // 件: new ones
	Returns int64 // 再次来访: arrivals about something that is registered already
}

// TallyOf queues the count of what was received from one day to another, both included, at
// a station with its points; at all of the county's for 0. A visit counts on the day on which
// it was received, whenever it was entered.
func TallyOf(v *tenant.View, stationID int64, from, to calendar.Date) *Tally {
	return tenant.One[Tally](v, `select count(*) as visits, coalesce(sum(w.persons), 0) as persons,
			coalesce(sum((select count(*) from cases c where c.county_id = @county and c.visit_id = w.id)), 0)::bigint as matters,
			count(*) filter (where exists (select from visit_returns x where x.county_id = @county and x.visit_id = w.id)) as returns
		from visits w where w.county_id = @county and (@station::bigint = 0 or w.station_id = @station)
			and w.received_at >= @from and w.received_at < @until`,
		pgx.NamedArgs{"station": stationID, "from": from.Start(), "until": to.AddDays(1).Start()})
}
