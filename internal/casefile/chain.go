package casefile

import "slices"

// Links are the six links of the chain that every closed case keeps.
var Links = [6]string{"来访有登记", "登记有反映", "反映有处理", "处理有结果", "结果有反馈", "反馈有记录"}

// linkSteps are the steps of which one makes the link; the last link asks for more. What
// was merged is handled, and has its result, with its lead.
var linkSteps = [6][]Step{
	{Register},
	{Sort, AnswerNow},
	{HandOut, Suggest, Confirm, FollowLead, AnswerNow},
	{Approve, Confirm, FollowLead, AnswerNow},
	{GiveFeedback, AnswerNow},
	{GiveFeedback, AnswerNow},
}

// Chain returns the links that a closed case lacks, none where its chain is complete. A
// case that was withdrawn owes nobody an answer.
func Chain(c Case, history []Event, told []ToldRecord) (missing []string) {
	if c.Outcome != nil && *c.Outcome == Withdrawn {
		return nil
	}
	for i, link := range Links {
		made, found := last(history, linkSteps[i]...)
		if !found || i == len(Links)-1 && !recorded(c, history, told, made.Round) {
			missing = append(missing, link)
		}
	}
	return missing
}

// recorded reports whether the feedback of a round is on record: to the citizen, to each
// deputy who received the visit, and the citizen's verdict or why there is none.
func recorded(c Case, history []Event, told []ToldRecord, round int16) bool {
	for _, deputy := range append([]int64{0}, c.Deputies...) {
		if !slices.ContainsFunc(told, func(r ToldRecord) bool { return r.DeputyID == deputy && r.Round == int(round) }) {
			return false
		}
	}
	result, _ := last(history, linkSteps[3]...)
	verdict, found := last(history, Rate, WindowEnds)
	return found && verdict.Round == round || !c.HasContact || result.Step == Confirm
}
