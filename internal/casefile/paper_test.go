package casefile_test

import (
	"slices"
	"strings"

	"lianluo/internal/auth"
	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
)

// rule is a row of workflow.md as its reader understands it, derived by hand and not
// from casefile.Workflow: what the tests measure the code by.
type rule struct {
	row      int
	step     casefile.Step
	from, to string // states; "back" is the one that it came from, "" no other
	who      string // letters of workflow.md
	also     string // outer: the level that handed it out; other: neither author nor handler
}

const (
	duringHandling = "assigned handling"
	duringReview   = "review"
	anyOpen        = "registered sorted reported refusal_proposed merged suggested assigned return_requested handling" +
		" extension_requested paused submitted approved awaiting_rating review study"
)

var paper = []rule{
	{2, "answer_now", "registered", "awaiting_rating closed", "CH", ""},
	{3, "sort", "registered", "sorted", "CHS", ""}, // S: the table has it beyond workflow.md, for what the county registers itself
	{4, "report", "sorted", "reported", "H", ""},   // C where there is no head
	{5, "hand_out", "sorted", "assigned", "H", ""},
	{5, "hand_out", "reported", "assigned", "SA", ""},
	{6, "ask_station", "reported", "sorted", "SA", ""},
	{7, "pass_down", "reported", "sorted", "SA", ""},
	{8, "raise", duringHandling, "reported", "H", "outer"},
	{9, "refuse", "sorted reported", "refusal_proposed", "HSA", ""},
	{9, "refer", "sorted reported", "refusal_proposed", "HSA", ""},
	{9, "keep", "sorted reported", "refusal_proposed", "HSA", ""},
	{10, "confirm", "refusal_proposed", "approved", "SAL", "other"},
	{11, "overrule", "refusal_proposed", "back", "SAL", "other"},
	{12, "merge", "sorted reported", "merged", "HSA", ""},
	{13, "take_out", "merged", "back", "HSA", ""},
	{14, "follow_lead", "merged", "approved", "Y", ""},
	{15, "suggest", "reported", "suggested", "SA", ""},
	{16, "suggestion_answered", "suggested", "submitted", "SA", ""},
	{17, "sign", "assigned", "handling", "U", ""},
	{18, "request_return", "assigned", "return_requested", "U", ""},
	{19, "grant_return", "return_requested", "sorted reported", "HSA", "outer"},
	{20, "refuse_return", "return_requested", "handling", "HSA", "outer"},
	{21, "reassign", duringHandling, "assigned", "HSA", "outer"},
	{22, "request_extension", "handling", "extension_requested", "U", ""},
	{23, "grant_extension", "extension_requested", "handling", "HSA", "outer"},
	{23, "refuse_extension", "extension_requested", "handling", "HSA", "outer"},
	{24, "pause", "handling", "paused", "HSA", "outer"},
	{25, "resume", "paused", "handling", "HSAY", "outer"},
	{26, "co_opinion", "handling", "", "K", ""},
	{27, "submit", "handling", "submitted", "U", ""},
	{28, "approve", "submitted", "approved", "HSA", "outer other"},
	{29, "improve", "submitted", "handling suggested", "HSA", "outer other"}, // a suggestion's answer goes back to it
	{30, "feedback_tried", "approved", "", "CHS", ""},
	{31, "give_feedback", "approved", "awaiting_rating closed", "CHS", ""},
	{32, "rate", "awaiting_rating", "closed review", "ZCHSA", "other"},
	{33, "window_ends", "awaiting_rating", "closed", "Y", ""},
	{34, "amend", "closed review", "closed review", "Z", ""},
	{35, "rehandle", duringReview, "handling sorted", "HSAY", "other"},
	{36, "uphold", duringReview, "closed", "SA", "other"},
	{37, "escalate", duringReview, "study", "HSAY", ""},
	{38, "conclude", "study", "closed handling sorted", "AL", ""},
	{39, "promise_due", "closed", "handling sorted", "Y", ""},
	{40, "object", "closed", "review", "Z", ""},
	{41, "withdraw", "registered sorted reported", "closed", "ZC", ""},
	{42, "archive", "closed", "archived", "YA", ""},
	{0, "addendum", anyOpen, "", "ZCDU", ""},
	{0, "correct", anyOpen, "", "CHS", ""},
	{0, "urge", anyOpen, "", "HSAL", ""},
	{0, "supervise", anyOpen, "", "AL", ""},
	{0, "unsupervise", anyOpen, "", "AL", ""},
	{0, "restrict", anyOpen, "", "HSA", ""},
	{0, "note", anyOpen, "", "CHSALUKD", ""},
}

// begins are the rules of a step in a state.
var begins = func() map[[2]string][]rule {
	all := map[[2]string][]rule{}
	for _, r := range paper {
		for _, state := range strings.Fields(r.from) {
			key := [2]string{string(r.step), state}
			all[key] = append(all[key], r)
		}
	}
	return all
}()

func rules(step casefile.Step, state casefile.State) []rule {
	return begins[[2]string{string(step), string(state)}]
}

// allSteps are the steps there are.
func allSteps() []casefile.Step {
	steps := []casefile.Step{"register"}
	for _, r := range paper {
		if !slices.Contains(steps, r.step) {
			steps = append(steps, r.step)
		}
	}
	return steps
}

// letter is who an actor is to a case of 王桥镇 that lead has, and co handles with it.
func letter(w *casetest.World, by auth.Actor, lead, co int64) string {
	switch {
	case by.Role == auth.Unit && by.UnitID == lead:
		return "U"
	case by.Role == auth.Unit && by.UnitID == co:
		return "K"
	case by.Role == auth.Unit, by.Role == auth.Clerk && by.StationID != w.Station:
		return "-"
	}
	return map[auth.Role]string{auth.Clerk: "C", auth.StationHead: "H", auth.CountyHandler: "S", auth.CountyAdmin: "A",
		auth.CountyLeader: "L", auth.Deputy: "D", auth.Citizen: "Z", auth.System: "Y"}[by.Role]
}

// full is an input that every step can work with: a step reads the fields that it needs.
func full(w *casetest.World, by auth.Actor, step casefile.Step, lead string) casefile.Input {
	in := w.FeedingBack()
	in.Step, in.Reason, in.Title, in.Proposal, in.Level = step, "有理由。", "五阳村自来水管冻裂", "建议查看管网。", "county"
	in.CategoryID, in.RefusalID, in.LeadNumber, in.Class = w.Category, w.Refusals[0], lead, "A"
	in.UnitID = w.WaterUnit
	if by.Level() == "township" {
		in.UnitID = w.TownshipUnit
	}
	in.Day, in.Days, in.DeputyID, in.Reference = w.Today().AddDays(10), 5, w.Deputies[0], "第 12 号"
	in.Result, in.Attitude, in.Channel = 5, 5, "link"
	return in
}
