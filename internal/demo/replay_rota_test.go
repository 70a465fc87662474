package demo

import (
	"time"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/postgres"
	receptions "lianluo/internal/reception"
	"lianluo/internal/register"
	"lianluo/internal/rota"
	"lianluo/internal/tenant"
)

// rota is everything that was done about reception days, as the site does it.
func (p *player) rota() []played {
	w, begun := p.w, p.w.begun()
	var acts []played
	ctx := p.t.Context()
	do := func(at time.Time, what string, act func(tx *tenant.Tx) error) {
		acts = append(acts, played{at, what, act})
	}
	do(begun, "what the county wants", func(tx *tenant.Tx) error {
		return receptions.ChangeSettings(ctx, tx, p.actor(actor{w.admin, auth.CountyAdmin}), receptions.Settings{Roll: rota.NextWorkday, PublishDays: publishAhead, Least: rotaLeast, Leading: rotaLeading, RemindDays: 1, AnswerDays: answerDays, Version: 1})
	})
	for _, f := range w.ownForms() {
		do(begun, "what the county prints", func(tx *tenant.Tx) error {
			_, err := register.Add(ctx, tx, p.actor(actor{w.admin, auth.CountyAdmin}).Audit(), f)
			return err
		})
	}
	for _, s := range w.stations {
		clerk := p.actor(actor{s.clerk, auth.Clerk})
		do(begun, "who leads", func(tx *tenant.Tx) error {
			return receptions.SetLeading(ctx, tx, clerk, s.id, nil, []int64{s.group[0].id})
		})
		for _, r := range s.rules {
			do(begun, "a rule", func(tx *tenant.Tx) (err error) {
				r.id, err = receptions.AddRule(ctx, tx, clerk, r.key, receptions.RuleInput{From: &w.start, Rule: r.rule, Facts: receptions.Facts{StationID: s.id, PlaceID: r.place.id, Kind: r.kind,
					Starts: r.starts, Ends: r.ends, Seats: r.seats, Spares: r.spares, Route: r.route}})
				return err
			})
		}
		for _, year := range w.plans {
			do(year.at, "a plan", func(tx *tenant.Tx) error {
				if _, err := receptions.Generate(ctx, tx, clerk, s.id, year.year, receptions.Omit{}); err != nil {
					return err
				}
				return p.planned(tx, s)
			})
		}
		for _, r := range s.days {
			for i := range r.history {
				h := &r.history[i]
				do(h.at, s.short+" "+r.date.String()+" "+r.kind+": "+h.kind, func(tx *tenant.Tx) error { return p.happens(tx, r, h) })
			}
		}
		for _, l := range s.leaves {
			do(l.at, "a leave", func(tx *tenant.Tx) error {
				_, err := receptions.Away(ctx, tx, clerk, l.key, receptions.LeaveInput{Deputy: l.deputy.id, From: &l.from, To: &l.to, Reason: l.reason})
				return err
			})
		}
		for _, a := range s.asked {
			p.asks(a, do)
		}
	}
	return acts
}

// planned finds the days that a plan has brought.
func (p *player) planned(tx *tenant.Tx, s *station) error {
	type row struct {
		ID, Rule int64
		Meant    calendar.Date
	}
	all, err := postgres.All[row](p.t.Context(), tx, `select id, rule_id as rule, meant_on as meant from receptions where county_id = @county and rule_id is not null`)
	if err != nil {
		return err
	}
	for _, r := range s.days {
		for _, one := range all {
			if r.rule != nil && r.rule.id == one.Rule && r.meant == one.Meant {
				r.id = one.ID
			}
		}
	}
	return nil
}

func (p *player) happens(tx *tenant.Tx, r *reception, h *happening) (err error) {
	ctx, seats := p.t.Context(), receptions.Seats{}
	for _, one := range h.seats {
		if one.spare {
			seats.Substitutes = append(seats.Substitutes, one.deputy.id)
		} else {
			seats.Deputies = append(seats.Deputies, one.deputy.id)
		}
	}
	by := auth.SystemOf(p.county)
	if h.by != nil {
		by = p.actor(actor{h.by, auth.Clerk})
	}
	switch h.kind {
	case "turns":
		_, err := receptions.ApplyTurns(ctx, tx, by, r.station.id, map[int64]receptions.Seats{r.id: seats})
		return err
	case "added":
		r.id, err = receptions.Add(ctx, tx, by, r.key, receptions.DayInput{Date: p.dateThen(r), Deputies: seats.Deputies, Substitutes: seats.Substitutes,
			Facts: receptions.Facts{StationID: r.station.id, PlaceID: r.place.id, Kind: r.kind, Starts: r.starts, Ends: r.ends, Seats: r.seats, Spares: r.spares,
				Theme: r.theme, Invited: r.invited, Route: r.route}})
		return err
	case "published":
		if h.by == nil {
			return receptions.PublishDue(ctx, tx, r.id)
		}
		return receptions.Publish(ctx, tx, by, r.id, 0)
	case "cancelled":
		return receptions.Cancel(ctx, tx, by, r.id, 0, receptions.Reason{Inside: h.reason})
	case "moved":
		return receptions.Move(ctx, tx, by, r.id, 0, receptions.When{Date: &h.to, Starts: r.starts, Ends: r.ends, Holiday: true}, receptions.Reason{Inside: h.reason})
	case "swapped":
		return receptions.Swap(ctx, tx, by, r.id, 0, h.deputy.id, h.instead.id, h.reason)
	}
	report := receptions.Report{Note: r.note, Organs: r.organs}
	for _, one := range r.duty {
		if *one.came {
			report.Came = append(report.Came, one.deputy.id)
		}
	}
	return receptions.Held(ctx, tx, by, r.id, 0, report)
}

// dateThen is when a day was meant to be before it was moved.
func (p *player) dateThen(r *reception) *calendar.Date {
	for _, h := range r.history {
		if h.kind == "moved" {
			return &h.from
		}
	}
	return &r.date
}

func (p *player) asks(a *appointment, do func(time.Time, string, func(*tenant.Tx) error)) {
	ctx, clerk := p.t.Context(), p.actor(actor{a.station.clerk, auth.Clerk})
	do(a.at, "an appointment", func(tx *tenant.Tx) (err error) {
		by := auth.CitizenOf(p.county)
		if a.by != nil {
			by = clerk
		}
		a.id, err = receptions.Ask(ctx, tx, p.site.keys, by, a.key, a.place.id, receptions.AskInput{Name: a.name, Phone: a.phone, ReplyBy: a.replyBy, Topic: a.topic, Wish: a.wish})
		return err
	})
	for i, s := range a.steps {
		if s.kind == "came" {
			continue // with the visit
		}
		do(s.at, "a reply", func(tx *tenant.Tx) error {
			if s.kind == "absent" {
				return receptions.SayAbsent(ctx, tx, clerk, a.id, int32(i+1))
			}
			in := receptions.Answer{To: s.kind, At: s.hour, Reason: s.reason, Told: a.replyBy != "message"}
			if s.kind == "moved" {
				in.To = receptions.Confirmed
			}
			if s.day != nil {
				in.ReceptionID = s.day.id
			}
			return receptions.Reply(ctx, tx, clerk, a.id, int32(i+1), in)
		})
	}
	if at := a.reminded(p.w); !at.IsZero() {
		do(at, "a reminder", func(tx *tenant.Tx) error { return receptions.RemindOfAppointments(ctx, tx) })
	}
}
