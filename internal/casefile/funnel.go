package casefile

import (
	"time"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/tenant"
)

// Funnel is how many of this year's cases got how far: each step holds those of the next.
type Funnel struct {
	Registered int64 // 登记
	Sorted     int64 // 梳理: put in order, or answered on the spot
	Worked     int64 // 办理: handled to a result
	Told       int64 // 反馈: fed back
	Rated      int64 // 评价: rated by the citizen
}

// CountFunnel counts the cases registered this year that by may see.
func CountFunnel(v *tenant.View, by auth.Actor) *Funnel {
	year := calendar.NewDate(calendar.DateOf(v.Now()).Year(), time.January, 1)
	args := pgx.NamedArgs{"year": year.Start()}
	return tenant.One[Funnel](v, `select count(*) as registered,
		count(*) filter (where c.state <> 'registered' and c.outcome is distinct from 'withdrawn') as sorted,
		count(*) filter (where c.state in ('approved', 'awaiting_rating', 'review', 'study', 'closed', 'archived')
			and c.outcome is distinct from 'withdrawn') as worked,
		count(*) filter (where c.state in ('awaiting_rating', 'review', 'study', 'closed', 'archived')
			and c.outcome is distinct from 'withdrawn') as told,
		count(*) filter (where c.outcome in ('satisfied', 'dissatisfied') or c.state in ('review', 'study')) as rated
		from cases c where c.county_id = @county and `+Within(by, args)+` and c.registered_at >= @year`, args)
}
