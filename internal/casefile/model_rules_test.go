package casefile_test

import (
	"time"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/casefile"
)

// complete reports whether an input has what workflow.md demands of the step.
func (m *model) complete(by auth.Actor, in casefile.Input) bool {
	reason, text, today := in.Reason != "", in.Text != "", m.w.Today()
	ahead := func(d calendar.Date) bool { return d.After(today) }
	switch in.Step {
	case "answer_now", "ask_station", "co_opinion", "improve", "conclude", "addendum", "note":
		return text
	case "sort":
		return in.Title != "" && in.Proposal != "" && in.CategoryID != 0 && in.Level != ""
	case "report":
		return in.Proposal != "" || m.proposed
	case "hand_out", "reassign":
		unit := in.UnitID == m.w.TownshipUnit || by.Level() == "county" && in.UnitID != 0
		return unit && (in.Step == "hand_out" || reason) && (in.DueOn.IsZero() || ahead(in.DueOn))
	case "pass_down", "raise", "overrule", "take_out", "request_return", "refuse_return", "refuse_extension", "feedback_tried",
		"object", "withdraw", "correct", "unsupervise", "restrict":
		return reason
	case "rehandle":
		return reason || by.Role == auth.System
	case "refuse", "refer", "keep":
		return text && in.RefusalID != 0
	case "merge":
		return in.LeadNumber != ""
	case "suggest":
		return in.DeputyID != 0 && in.Reference != ""
	case "suggestion_answered", "submit":
		return text && in.Class != "" && (in.Class != "B" && in.Class != "C" || in.Promise != "" && ahead(in.PromiseOn))
	case "request_extension":
		return reason && in.Days >= 1 && in.Days <= 15
	case "pause":
		return reason && ahead(in.Day) && in.Day.Sub(today) <= 90
	case "give_feedback":
		return text && len(in.Deputies) == 2 && (!m.contact || in.Citizen.Way != "")
	case "rate", "amend":
		return in.Result >= 1 && in.Result <= 5 && in.Attitude >= 1 && in.Attitude <= 5
	case "uphold":
		return reason && text
	case "supervise":
		return text && ahead(in.Day)
	}
	return true
}

// allows reports whether the time and the case's past allow the step.
func (m *model) allows(by auth.Actor, in casefile.Input) bool {
	today, system := m.w.Today(), by.Role == auth.System
	switch in.Step {
	case "follow_lead":
		return m.leadApproved
	case "request_return":
		return !m.lapsed(casefile.ClockSign) && !m.noMoreReturns[m.lead]
	case "request_extension":
		return !m.lapsed(casefile.ClockHandle) && !m.thisRound[in.Step]
	case "resume":
		return !system || !today.Before(m.clocks[casefile.ClockPause].due)
	case "co_opinion":
		return !m.coGiven
	case "submit":
		return m.co == 0 || m.coGiven || today.After(m.coDue)
	case "window_ends":
		return m.lapsed(casefile.ClockRating)
	case "amend":
		return m.thisRound["rate"] && !m.thisRound["amend"] && m.w.Now().Sub(m.rated) < 7*24*time.Hour
	case "rehandle":
		return m.round == 1 && (!system || m.lapsed(casefile.ClockReview))
	case "escalate":
		return m.round > 1 && (!system || m.lapsed(casefile.ClockReview))
	case "promise_due":
		return !m.promise.IsZero() && !today.Before(m.promise)
	case "object":
		refused := m.outcome == casefile.Refused || m.outcome == casefile.Referred || m.outcome == casefile.Kept
		return refused && !m.thisRound["object"] && m.times.WorkdaysBetween(m.closed, today) <= 15
	case "archive":
		return !system || today.Sub(m.closed) >= 90
	case "urge":
		return m.urged.IsZero() || today.Sub(m.urged) >= 3
	}
	return true
}

// moves does what the step does.
func (m *model) moves(who string, by auth.Actor, in casefile.Input) {
	switch in.Step {
	case "answer_now":
		m.authors[who], m.result = true, in.Step
		m.ask()
	case "sort":
		m.goTo(casefile.Sorted, casefile.ClockHandOut, 0)
		due := m.times.AddWorkdays(m.registered, 5)
		if due.Before(m.w.Today()) {
			due = m.w.Today()
		}
		m.clocks[casefile.ClockHandOut], m.proposed = span{began: m.w.Today(), due: due}, true
	case "report":
		m.goTo(casefile.Reported, casefile.ClockCounty, 5)
		m.proposed = true
	case "hand_out":
		m.only()
		m.outer = by.Level()
		m.order(in)
	case "reassign":
		m.order(in)
	case "ask_station", "pass_down":
		m.state = casefile.Sorted
	case "raise":
		m.goTo(casefile.Reported, casefile.ClockCounty, 5)
		m.takeBack()
	case "refuse", "refer", "keep":
		m.back, m.state, m.proposer = m.state, casefile.RefusalProposed, who
		m.refusal = map[casefile.Step]casefile.Outcome{"refuse": casefile.Refused, "refer": casefile.Referred, "keep": casefile.Kept}[in.Step]
		m.start(casefile.ClockCheck, 3)
	case "confirm", "approve", "follow_lead":
		m.goTo(casefile.Approved, casefile.ClockFeedback, 3)
		m.result, m.co = in.Step, 0
	case "overrule":
		m.state = m.back
		delete(m.clocks, casefile.ClockCheck)
	case "merge":
		m.back, m.state = m.state, casefile.Merged
		m.stopAll(m.w.Today())
	case "take_out":
		m.state = m.back
		m.stopAll(calendar.Date{})
	case "suggest":
		m.goTo(casefile.Suggested, casefile.ClockSuggest, 0)
		months := 3
		if in.Broad {
			months = 6
		}
		m.startTo(casefile.ClockSuggest, sameDay(m.w.Today(), months))
	case "suggestion_answered":
		m.wait(casefile.Submitted, casefile.ClockSuggest)
		m.authors[who], m.promise = true, promised(in)
	case "sign":
		m.state, m.authors[who] = casefile.Handling, true
		delete(m.clocks, casefile.ClockSign)
	case "request_return":
		m.wait(casefile.ReturnRequested, casefile.ClockHandle)
	case "grant_return":
		if m.goTo(casefile.Sorted, casefile.ClockHandOut, 2); m.outer == "county" {
			m.state = casefile.Reported
		}
		m.takeBack()
	case "refuse_return":
		m.noMoreReturns[m.lead] = true
		m.goOn(0)
	case "request_extension":
		m.wait(casefile.ExtensionRequested, casefile.ClockHandle)
		m.days, m.thisRound[in.Step] = in.Days, true
	case "grant_extension":
		m.goOn(m.days)
	case "refuse_extension", "resume":
		m.goOn(0)
	case "pause":
		m.wait(casefile.Paused, casefile.ClockHandle)
		m.only(casefile.ClockHandle)
		m.startTo(casefile.ClockPause, in.Day)
	case "co_opinion":
		m.coGiven, m.authors[who] = true, true
	case "submit":
		m.wait(casefile.Submitted, casefile.ClockHandle)
		m.authors[who], m.promise = true, promised(in)
	case "improve":
		delete(m.clocks, casefile.ClockApproval)
		m.stopAll(calendar.Date{})
		if m.state = casefile.Handling; m.lead == 0 {
			m.state = casefile.Suggested
		}
	case "give_feedback":
		if m.result == "confirm" {
			m.close(m.refusal)
			return
		}
		m.ask()
	case "rate", "amend":
		if m.thisRound[in.Step] = true; in.Step == "rate" {
			m.rated = m.w.Now()
		}
		m.verdict(in)
	case "window_ends":
		m.close(casefile.Unrated)
	case "rehandle":
		m.again()
	case "escalate":
		m.goTo(casefile.Study, casefile.ClockStudy, 10)
	case "uphold":
		m.uphold()
	case "conclude":
		if in.Handle {
			m.again()
			return
		}
		m.uphold()
	case "promise_due":
		m.promise = calendar.Date{}
		m.again()
	case "object":
		m.goTo(casefile.Review, casefile.ClockReview, 3)
		m.objection, m.thisRound[in.Step] = true, true
	case "withdraw":
		m.close(casefile.Withdrawn)
	case "archive":
		m.state = casefile.Archived
	case "urge":
		m.urged = m.w.Today()
	case "restrict":
		m.restricted = true
	}
}

// order hands the case to a unit, and to 县交通运输局 beside it where the input says so.
func (m *model) order(in casefile.Input) {
	days := 30
	if in.UnitID == m.w.TownshipUnit {
		days = 15
	}
	due, running := m.clocks[casefile.ClockHandle]
	if !running {
		due = span{began: m.w.Today(), due: m.workdays(days), fixed: !in.DueOn.IsZero()}
	}
	if !in.DueOn.IsZero() && in.DueOn != due.due { // named anew
		due.due, due.fixed = in.DueOn, true
	}
	m.state, m.lead, m.co, m.coGiven = casefile.Assigned, in.UnitID, 0, false
	m.clocks[casefile.ClockHandle] = due
	m.start(casefile.ClockSign, 5)
	for _, co := range in.Co {
		m.co, m.coBegan = co.UnitID, m.w.Today()
		m.coDue = m.workdays(max(1, m.times.WorkdaysBetween(m.w.Today(), due.due)/3))
	}
}

func (m *model) takeBack() { m.lead, m.co, m.outer = 0, 0, "" }

func (m *model) stopAll(on calendar.Date) {
	for kind := range m.clocks {
		m.stop(kind, on)
	}
}

func (m *model) stop(kind casefile.Clock, on calendar.Date) {
	clock := m.clocks[kind]
	clock.stopped = on
	m.clocks[kind] = clock
}

// announced lets a new calendar move what was counted in working days: who had so many of
// them has as many now, and nobody is late by it.
func (m *model) announced(by *calendar.Calendar) {
	moved := false
	move := func(began, due calendar.Date) calendar.Date {
		days, d := 0, began
		for d.Before(due) {
			if d = d.AddDays(1); m.times.IsWorkday(d) {
				days++
			}
		}
		if days == 0 || !m.times.IsWorkday(due) {
			return due
		}
		for d = began; days > 0; {
			if d = d.AddDays(1); by.IsWorkday(d) {
				days--
			}
		}
		if today := m.w.Today(); d.Before(due) && d.Before(today) {
			if d = due; today.Before(due) {
				d = today
			}
		}
		moved = moved || d != due
		return d
	}
	for kind, clock := range m.clocks {
		if !clock.fixed {
			clock.due = move(clock.began, clock.due)
			m.clocks[kind] = clock
		}
	}
	if m.co != 0 && !m.coGiven {
		m.coDue = move(m.coBegan, m.coDue)
	}
	if moved {
		m.version++
	}
}

func promised(in casefile.Input) calendar.Date {
	if in.Class == "B" || in.Class == "C" {
		return in.PromiseOn
	}
	return calendar.Date{}
}

// sameDay is the same day months later, or the last one of that month.
func sameDay(d calendar.Date, months int) calendar.Date {
	for dom := d.Day(); ; dom-- {
		if day := calendar.NewDate(d.Year(), d.Month()+time.Month(months), dom); day.Day() == dom {
			return day
		}
	}
}

// uphold closes with the verdict, or with the refusal that was objected to.
func (m *model) uphold() {
	if m.objection {
		m.close(m.refusal)
		return
	}
	m.close(casefile.Dissatisfied)
}
