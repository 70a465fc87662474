package casefile

import (
	"time"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/reception"
	"lianluo/internal/tenant"
)

// Nudge is a reminder of today, for the one whose clock it is.
type Nudge struct {
	Number      string
	Title       string
	Clock       Clock
	DueOn       calendar.Date
	Provisional bool
}

// Nudges are what the first page asks its reader to see to beside the cases.
type Nudges struct {
	Reminders []Nudge
	Failures  int64 // of the background, where it is for the reader to see to
	Unsent    int64 // messages of the last weeks that failed
	ToPrint   int64 // and letters and slips that nobody has printed
	Rota      reception.Nudges
}

// recently is how old what is left undone in the outbox may be to be pointed at; older than
// that somebody has left it so.
const recently = 30 * 24 * time.Hour

// mostNudges is how many reminders of one day are listed, the latest first; the queue has all
// in the same order.
const mostNudges = 8

// NudgesFor reads today's reminders of the cases that wait for by, and how much there is to
// see to in the outbox and behind it: one statement.
func NudgesFor(v *tenant.View, by auth.Actor) func() Nudges {
	type row struct {
		Failures, Unsent, ToPrint int64
		Unsaid, Empty, Away       int64
		Asked, Late, Told, Wished int64
		Fullest                   int64
		Number, Title             *string
		Clock                     *Clock
		DueOn                     *calendar.Date
		Provisional               *bool
	}
	today := calendar.DateOf(v.Now())
	args := pgx.NamedArgs{"midnight": today.Start(), "today": today, "most": mostNudges, "recent": v.Now().Add(-recently),
		"office": by.Scope(auth.SeeMessages) == auth.WholeCounty, "outbox": by.May(auth.SeeMessages), "acts": by.Role != auth.Deputy}
	mine := Within(by, args)
	rota := reception.NudgesSQL(by, args, today)
	rows := tenant.All[row](v, `select n.failures, n.unsent, n.to_print, rota.unsaid, rota.empty, rota.away, rota.asked, rota.late, rota.told, rota.wished, rota.fullest, r.number, r.title, r.clock, r.due_on, r.provisional from
		(select (select count(*) from job_failures f where f.county_id = @county and f.resolved_at is null and @office::bool) as failures,
			count(*) filter (where m.state = 'failed') as unsent, count(*) filter (where m.state = 'to_print') as to_print
			from messages m left join cases c on c.county_id = @county and c.id = m.case_id
				left join appointments r on r.county_id = @county and r.id = m.appointment_id
			where m.county_id = @county and m.state in ('failed', 'to_print') and m.created_at > @recent and @outbox::bool and `+outboxWithin(by, args)+`) n
		cross join `+rota+` rota
		left join (select c.number, c.title, k.kind as clock, k.due_on, k.provisional from cases c
			join case_clocks k on k.county_id = @county and k.case_id = c.id and k.ended_on is null and k.stopped_on is null
			where c.county_id = @county and c.outcome is null and @acts::bool and k.due_on <= @today::date + 30 and `+mine+` and `+Waiting.condition(by)+`
			and exists (select from case_reminders x where x.county_id = @county and x.clock_id = k.id and x.due_on = k.due_on and x.created_at >= @midnight)
			order by k.due_on, k.id limit @most) r on true`, args)
	return func() Nudges {
		var n Nudges
		for _, r := range *rows {
			n.Failures, n.Unsent, n.ToPrint = r.Failures, r.Unsent, r.ToPrint
			n.Rota = reception.Nudges{Unsaid: r.Unsaid, Empty: r.Empty, Away: r.Away, Asked: r.Asked, Late: r.Late, Told: r.Told, Wished: r.Wished, Fullest: r.Fullest}
			if r.Number != nil {
				n.Reminders = append(n.Reminders, Nudge{*r.Number, *r.Title, *r.Clock, *r.DueOn, *r.Provisional})
			}
		}
		return n
	}
}
