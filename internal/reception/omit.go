package reception

import (
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/internal/tenant"
)

// Omission is a day of a rule that somebody has said is not made (这一天不排). It is kept by what
// the rule names, so that it holds wherever a holiday would move the day.
type Omission struct {
	RuleID  int64
	MeantOn calendar.Date
	Reason  string
	ByName  string
	At      time.Time
}

// Omitted is a day that a rule brings, with who left it out, and why.
type Omitted struct {
	PlannedDay
	Omission
}

// Omit is what somebody says of the days of a plan.
type Omit struct {
	Without []Meant // not made, now and later
	Why     string
	Again   []Meant // made again
}

const selectOmissions = `select o.rule_id, o.meant_on, o.reason, o.by_name, o.at from reception_omissions o
	join reception_rules r on r.county_id = @county and r.id = o.rule_id
	where o.county_id = @county and o.meant_on between @from and @to and (@station::bigint = 0 or r.station_id = @station)`

func omissions(all []Omission) map[Meant]Omission {
	of := make(map[Meant]Omission, len(all))
	for _, o := range all {
		of[Meant{o.RuleID, o.MeantOn}] = o
	}
	return of
}

// omitting are the days that are left out now, and those that are made again.
type omitting struct{ out, again []Meant }

// without is the plan once omit is done. What the plan would neither add nor change is left
// out by nobody: it is there, and whoever does not want it cancels it.
func (p planner) without(omit *Omit) (plan Plan, changed omitting, err error) {
	for _, day := range omit.Again {
		if _, is := p.out[day]; is {
			delete(p.out, day)
			changed.again = append(changed.again, day)
		}
	}
	plan, _ = p.plan()
	for _, d := range slices.Concat(plan.Add, plan.Change) {
		if day := (Meant{d.Rule.ID, d.Meant}); slices.Contains(omit.Without, day) {
			changed.out = append(changed.out, day)
			p.out[day] = Omission{RuleID: day.Rule, MeantOn: day.On, Reason: omit.Why}
		}
	}
	if len(changed.out) == 0 {
		return plan, changed, nil
	}
	invalid := errs.Invalid{}
	omit.Why = strings.TrimSpace(omit.Why)
	county.Needed(invalid, "why", omit.Why, "请写明勾了“这一天不排”的为什么不排。", longLine)
	plan, _ = p.plan()
	return plan, changed, invalid.Err()
}

func (o omitting) statements(by auth.Actor, now time.Time, why string) []tenant.Statement {
	var all []tenant.Statement
	for _, day := range o.again {
		all = append(all, tenant.Statement{Args: pgx.NamedArgs{"rule": day.Rule, "on": day.On},
			SQL: `delete from reception_omissions where county_id = @county and rule_id = @rule and meant_on = @on`})
	}
	for _, day := range o.out {
		all = append(all, tenant.Statement{Args: pgx.NamedArgs{"rule": day.Rule, "on": day.On, "reason": why, "by": by.UserID, "by_name": by.Name, "now": now},
			SQL: `insert into reception_omissions (county_id, rule_id, meant_on, reason, by_id, by_name, at)
				values (@county, @rule, @on, @reason, @by, @by_name, @now) on conflict (county_id, rule_id, meant_on) do nothing`})
	}
	return all
}

// tell puts both into the county's record of what was done.
func (o omitting) tell(detail map[string]any, why string) {
	if len(o.out) > 0 {
		detail["left_out"], detail["reason"] = dates(o.out), why
	}
	if len(o.again) > 0 {
		detail["put_back"] = dates(o.again)
	}
}

func dates(days []Meant) string {
	days = slices.SortedFunc(slices.Values(days), func(a, b Meant) int { return a.On.Compare(b.On) })
	words := make([]string, len(days))
	for i, day := range days {
		words[i] = day.On.Chinese()
	}
	return strings.Join(words, "、")
}
