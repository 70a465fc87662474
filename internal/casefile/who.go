package casefile

import (
	"slices"
	"strings"

	"lianluo/internal/auth"
)

// Choices returns the steps that by may take on the case as it stands, in the table's
// order: the buttons of its page.
func Choices(by auth.Actor, c *Case, history []Event) []Step {
	var steps []Step
	for _, row := range Workflow {
		if slices.Contains(row.From, c.State) && !slices.Contains(steps, row.Step) && mayTake(by, c, history, row) {
			steps = append(steps, row.Step)
		}
	}
	return steps
}

// mayTake reports whether what the row demands of the person and of the case's past
// holds. What it demands of the input is checked when the step is taken.
func mayTake(by auth.Actor, c *Case, history []Event, row Row) bool {
	return entitled(by, c, history, row) && pastForbids(c, history, row) == ""
}

// entitled reports whether by is one of those who may take the row.
func entitled(by auth.Actor, c *Case, history []Event, row Row) bool {
	if !slices.ContainsFunc(row.Who, func(w Who) bool { return is(by, w, c) }) {
		return false
	}
	if row.needs(NoHead) && !c.Headless || row.needs(OuterOnly) && !outer(by, c) {
		return false
	}
	return !row.needs(OtherOnly) || other(by, c, history, row.Step)
}

// is reports whether by is that letter to this case.
func is(by auth.Actor, w Who, c *Case) bool {
	switch w {
	case Z:
		return by.Role == auth.Citizen
	case Y:
		return by.Role == auth.System
	case U:
		return by.Role == auth.Unit && c.UnitID != nil && *c.UnitID == by.UnitID
	case K:
		return by.Role == auth.Unit && slices.Contains(c.CoUnitIDs, by.UnitID)
	}
	return by.Role == roleOf[w] && by.MayOn(auth.TakeStep, c.Subject())
}

var roleOf = map[Who]auth.Role{C: auth.Clerk, H: auth.StationHead, S: auth.CountyHandler, A: auth.CountyAdmin,
	L: auth.CountyLeader, U: auth.Unit, K: auth.Unit, D: auth.Deputy, Z: auth.Citizen, Y: auth.System}

// outer reports whether by stands at the level that handed the case out. A formal
// suggestion is the county's own.
func outer(by auth.Actor, c *Case) bool {
	if c.OuterLevel == nil || c.Headless { // a station without a head cannot decide: the county does
		return by.Level() == "county"
	}
	return by.Level() == *c.OuterLevel
}

// other reports whether by is neither the author nor a handler of what the step decides.
func other(by auth.Actor, c *Case, history []Event, step Step) bool {
	if by.UserID == 0 {
		return true
	}
	switch step {
	case Confirm, Overrule:
		proposal, found := last(history, Refuse, Refer, Keep)
		if !found || proposal.ActorID != nil && *proposal.ActorID == by.UserID {
			return false
		}
		// A station's proposal is checked by the county's office; the county's own by another of it, or the leader.
		return by.Role != auth.CountyLeader || proposal.ActorRole != string(auth.StationHead)
	case Rate: // not the registrar, and not, in another role, whoever handled it
		if by.UserID == c.RegisteredBy {
			return false
		}
	case Rehandle, Uphold:
		if asked, _ := last(history, Rate, Amend, Object); asked.Step == Object { // it is the refusal that is decided
			proposal, _ := last(history, Refuse, Refer, Keep)
			return proposal.ActorID == nil || *proposal.ActorID != by.UserID
		}
	}
	for _, e := range history {
		handled := slices.Contains([]Step{AnswerNow, Sign, Submit, SuggestionAnswered, CoOpinion}, e.Step)
		if handled && e.Round == c.Round && e.ActorID != nil && *e.ActorID == by.UserID {
			return false
		}
	}
	return true
}

// pastForbids says why the case's own history does not allow the row; "" where it does.
func pastForbids(c *Case, history []Event, row Row) string {
	switch {
	case row.needs(FirstRound) && c.Round != 1:
		return "已经重办过，不能再重办，请提交研判。"
	case row.needs(LaterRound) && c.Round == 1:
		return "还没有重办过，请先决定重办或者维持。"
	case row.needs(OnlyOnce) && happened(history, row.Step, c.Round):
		return "“" + row.Name + "”只能一次，已经有过了。"
	case row.needs(WasRefused) && (c.Outcome == nil || *c.Outcome != Refused && *c.Outcome != Referred && *c.Outcome != Kept):
		return "这件事不是不予受理、转外部或留存的，不能提异议。"
	case row.needs(WasRated) && !happened(history, Rate, c.Round):
		return "这一轮还没有评价，不能改。"
	case row.Step == RequestReturn && returnRefused(c, history):
		return "退回申请没有同意，不能再申请退回。"
	}
	return ""
}

// happened reports whether the step was taken in the round.
func happened(history []Event, step Step, round int16) bool {
	e, found := last(history, step)
	return found && e.Round == round
}

// returnRefused reports whether the unit that has the case was refused a return in this round.
func returnRefused(c *Case, history []Event) bool {
	refused := map[int64]bool{}
	var unit int64
	for _, e := range history {
		switch {
		case e.UnitID == nil:
		case e.Step == HandOut || e.Step == Reassign:
			unit = *e.UnitID
		case e.Step == MoveUnits && e.Detail["part"] == "lead": // what went into another unit is bound by what it was told
			refused[*e.UnitID] = refused[*e.UnitID] || refused[unit]
			unit = *e.UnitID
		}
		if e.Step == RefuseReturn && e.Round == c.Round {
			refused[unit] = true
		}
	}
	return c.UnitID != nil && refused[*c.UnitID]
}

// whoElse says who may take the step, for the one who may not.
func whoElse(c *Case, rows []Row) string {
	var names []string
	for _, row := range rows {
		if row.needs(NoHead) && !c.Headless {
			continue
		}
		for _, w := range row.Who {
			if name := auth.Names[roleOf[w]]; w != Y && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	if len(names) == 0 {
		return ""
	}
	return "可以办的是：" + strings.Join(names, "、") + "。"
}

// Words is who it is, as pages say it.
func (w Who) Words() string {
	switch w {
	case U:
		return "承办单位（主办）"
	case K:
		return "承办单位（协办）"
	}
	return auth.Names[roleOf[w]]
}
