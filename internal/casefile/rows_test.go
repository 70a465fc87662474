package casefile_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"lianluo/internal/auth"
	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/errs"
	"lianluo/internal/tenant"
)

var errTried = errors.New("tried, and rolled back")

// try takes a step and takes it back; taken reports whether it was allowed.
func try(w *casetest.World, by auth.Actor, number string, in casefile.Input) (c casefile.Case, err error) {
	err = w.Update(func(ctx context.Context, tx *tenant.Tx) error {
		if c, err = casefile.Take(ctx, tx, by, number, in); err != nil {
			return err
		}
		return errTried
	})
	if errors.Is(err, errTried) {
		err = nil
	}
	return c, err
}

// stage is a case in one state, and what the rules ask about it.
type stage struct {
	number   string
	outer    string // the level that handed it out
	lead, co int64
	not      map[casefile.Step]string // who would have the right but is no other
}

// stages has a case in every state: those the county handed out, with 县交通运输局 beside
// 县水利局, and those the township handed out to its own unit.
func stages(t *testing.T, w *casetest.World) map[string]stage {
	t.Helper()
	all := map[string]stage{}
	for _, state := range strings.Fields(anyOpen + " closed archived") {
		all[state] = stage{number: byCounty(w, casefile.State(state)), outer: "county"}
	}
	for _, state := range strings.Fields("assigned return_requested handling extension_requested paused submitted") {
		s := all[state]
		s.lead, s.co = w.WaterUnit, w.RoadsUnit
		all[state] = s
		all[state+" by township"] = stage{number: byTownship(t, w, casefile.State(state)), outer: "township", lead: w.TownshipUnit}
	}
	for _, state := range []string{"approved", "awaiting_rating", "review", "closed", "archived", "study"} {
		s := all[state]
		s.lead = w.WaterUnit
		all[state] = s
	}
	all["refusal_proposed"] = stage{number: all["refusal_proposed"].number, not: map[casefile.Step]string{"confirm": "Handler", "overrule": "Handler"}}
	all["awaiting_rating"] = stage{number: all["awaiting_rating"].number, lead: w.WaterUnit, not: map[casefile.Step]string{"rate": "Clerk"}}
	again := byCounty(w, casefile.Review)
	w.MustTake(w.Head, again, because(casefile.Rehandle, "群众不满意。"))
	w.Drive(again, casefile.Review)
	all["review in round 2"] = stage{number: again, lead: w.WaterUnit}
	all["suggested"] = stage{number: all["suggested"].number, outer: "county"}
	return all
}

// byCounty drives a new case to state, with a co-handling unit where it passes one.
func byCounty(w *casetest.World, state casefile.State) string {
	number := w.DriveNew(casefile.Registered)
	if slices.Contains(strings.Fields("registered sorted reported refusal_proposed merged suggested"), string(state)) {
		w.Drive(number, state)
		return number
	}
	w.Drive(number, casefile.Reported)
	w.MustTake(w.Handler, number, casefile.Input{Step: casefile.HandOut, UnitID: w.WaterUnit, Co: []casefile.CoOrder{{UnitID: w.RoadsUnit}}})
	if state != casefile.Assigned && state != casefile.ReturnRequested {
		w.Drive(number, casefile.Handling)
		if state != casefile.Handling {
			w.MustTake(w.Roads, number, saying(casefile.CoOpinion, "破路由我局恢复。"))
		}
	}
	w.Drive(number, state)
	return number
}

// byTownship drives a new case to state by the head and 王桥镇人民政府.
func byTownship(t *testing.T, w *casetest.World, state casefile.State) string {
	t.Helper()
	number := w.DriveNew(casefile.Sorted)
	for _, s := range []struct {
		state casefile.State
		by    auth.Actor
		step  casefile.Step
	}{
		{casefile.Assigned, w.Head, casefile.HandOut}, {casefile.ReturnRequested, w.Township, casefile.RequestReturn},
		{casefile.Handling, w.Township, casefile.Sign}, {casefile.ExtensionRequested, w.Township, casefile.RequestExtension},
		{casefile.Paused, w.Head, casefile.Pause}, {casefile.Submitted, w.Township, casefile.Submit},
	} {
		onTheWay := s.state == casefile.Assigned || s.state == casefile.Handling && state != casefile.ReturnRequested
		if w.Case(number).State != state && (onTheWay || s.state == state) {
			w.MustTake(s.by, number, full(w, s.by, s.step, ""))
		}
	}
	return number
}

// TestWhoMay asks for every state, every step that starts there and every actor whether
// the code lets exactly those who have the right try it. Whoever has it may still be
// told that it is not the time; all others do take it, and get where the rule says.
func TestWhoMay(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	lead, untaken := w.DriveNew(casefile.Reported), notNow()
	taken := map[string]bool{}
	for name, s := range stages(t, w) {
		state := w.Case(s.number).State
		before := digest(t, w, s.number)
		for _, step := range allSteps() {
			if len(rules(step, state)) == 0 {
				w.Refused(errs.Conflict, w.Admin, s.number, full(w, w.Admin, step, lead))
				continue
			}
			for who, by := range w.Actors() {
				c, err := try(w, by, s.number, full(w, by, step, lead))
				if err == nil {
					taken[fmt.Sprintf("%s %s %s", step, state, letter(w, by, s.lead, s.co))] = true
					if !leads(rules(step, state), state, c.State) {
						t.Errorf("%s: %s leads to %s", name, step, c.State)
					}
				}
				if want := s.lets(w, who, by, step, state); errors.Is(err, errs.Forbidden) == want ||
					err != nil && !errors.Is(err, errs.Forbidden) && !errors.Is(err, errs.Conflict) {
					t.Errorf("%s: %s by %s: %v, want allowed %v", name, step, who, err, want)
				}
			}
		}
		if digest(t, w, s.number) != before {
			t.Errorf("%s: what was refused changed the case", name)
		}
	}
	for _, r := range paper {
		for _, from := range strings.Fields(r.from) {
			for _, who := range r.who {
				if way := fmt.Sprintf("%s %s %c", r.step, from, who); taken[way] == untaken[way] {
					t.Errorf("taken %v: %s", taken[way], way)
				}
			}
		}
	}
}

// notNow are the ways that no case of stages can go, because something has to happen
// before: each has a test of its own.
func notNow() map[string]bool {
	untaken := map[string]bool{}
	for _, way := range []string{"follow_lead merged Y", "resume paused Y", "window_ends awaiting_rating Y", "rehandle review Y",
		"escalate review Y", "promise_due closed Y", "object closed Z", "archive closed Y"} {
		untaken[way] = true
	}
	for _, state := range strings.Fields(anyOpen) { // there is a lead unit only from the order on
		if !slices.Contains(strings.Fields("assigned return_requested handling extension_requested paused submitted approved awaiting_rating review study"), state) {
			untaken["addendum "+state+" U"], untaken["note "+state+" U"] = true, true
		}
		if !slices.Contains(strings.Fields("assigned return_requested handling extension_requested paused submitted"), state) {
			untaken["note "+state+" K"] = true
		}
	}
	return untaken
}

// leads reports whether one of the rules leads from state to another; "back" is checked
// by the tests of refusing and merging.
func leads(rules []rule, state, to casefile.State) bool {
	return slices.ContainsFunc(rules, func(r rule) bool {
		return r.to == "" && to == state || r.to == "back" || slices.Contains(strings.Fields(r.to), string(to))
	})
}

// lets says what the rules say of one actor.
func (s stage) lets(w *casetest.World, who string, by auth.Actor, step casefile.Step, state casefile.State) bool {
	if slices.Contains(strings.Fields(s.not[step]), who) {
		return false
	}
	for _, r := range rules(step, state) {
		outer := !strings.Contains(r.also, "outer") || by.Role == auth.System || by.Level() == s.outer
		if outer && strings.Contains(r.who, letter(w, by, s.lead, s.co)) {
			return true
		}
	}
	return false
}

// TestUnsuited: a step where it does not begin is a conflict whose words name both.
func TestUnsuited(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	number := w.DriveNew(casefile.Sorted)
	_, err := w.Take(w.Water, number, step(casefile.Sign))
	if !errors.Is(err, errs.Forbidden) { // has no order, so does not even see it
		t.Error(err)
	}
	_, err = w.Take(w.Clerk, number, w.Sorting())
	if got := errs.Message(err, ""); !errors.Is(err, errs.Conflict) || !strings.Contains(got, "待分办") || !strings.Contains(got, "梳理") {
		t.Error(err)
	}
	_, err = w.Take(w.Clerk, number, full(w, w.Clerk, casefile.HandOut, ""))
	if got := errs.Message(err, ""); !errors.Is(err, errs.Forbidden) || !strings.Contains(got, "可以办的是：站长") {
		t.Error(err)
	}
	w.Refused(errs.Conflict, w.Clerk, number, step("nonsense"))
	w.Refused(errs.Conflict, w.Clerk, number, step(casefile.Register))
}

// TestTableIsPaper: the code's table has the rows of workflow.md and no others.
func TestTableIsPaper(t *testing.T) {
	t.Parallel()
	inCode, onPaper := map[string]bool{}, map[string]bool{}
	for _, row := range casefile.Workflow {
		for _, from := range row.From {
			for _, who := range row.Who {
				if !row.Needs(casefile.NoHead) {
					inCode[fmt.Sprintf("%d %s %s %c", row.No, row.Step, from, who)] = true
				}
			}
		}
	}
	for _, r := range paper {
		for _, from := range strings.Fields(r.from) {
			for _, who := range r.who {
				onPaper[fmt.Sprintf("%d %s %s %c", r.row, r.step, from, who)] = true
			}
		}
	}
	for row := range inCode {
		if !onPaper[row] {
			t.Errorf("only in the code: %s", row)
		}
	}
	for row := range onPaper {
		if !inCode[row] {
			t.Errorf("only on paper: %s", row)
		}
	}
}
