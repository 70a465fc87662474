package casefile_test

import (
	"testing"

	"lianluo/internal/audit"
	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/message"
	"lianluo/internal/tenant"
)

// TestMainStory is the job of issue 2: one visit, two matters, from register to rating,
// across 国庆节 with the make-up days 20 September and 10 October.
func TestMainStory(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	visit := w.Visit("村里自来水管冻裂，一个多月没水了。镇上说归县里管。", "老年食堂几点开门？")
	visit.Matters[1].AnswerNow, visit.Matters[1].Answer = true, "每天十一点半，六十岁以上五元一餐。"
	receipts, err := w.RegisterVisit(w.Clerk, visit)
	if err != nil {
		t.Fatal(err)
	}
	pipe, meal := receipts.Matters[0], receipts.Matters[1]
	if pipe.Number != "XY2026-0001" || pipe.Title != "村里自来水管冻裂，一个多月没水了" || pipe.State != casefile.Registered ||
		meal.Number != "XY2026-0002" || meal.State != casefile.AwaitingRating || *receipts.Name != casetest.Visitor {
		t.Fatalf("%+v", receipts)
	}
	faces(t, w, pipe.Number, casefile.ClockSort, "09-16")
	faces(t, w, meal.Number, casefile.ClockRating, "10-10")

	submit := casetest.Answering("A")
	approve := step(casefile.Approve)
	play(t, w, pipe.Number, []act{
		{"09-14 15:00", w.Clerk, w.Sorting(), casefile.Sorted, casefile.ClockHandOut, "09-20"}, // 5 wd from registering
		{"09-15 09:00", w.Head, step(casefile.Report), casefile.Reported, casefile.ClockCounty, "09-21"},
		{"09-17 09:00", w.Handler, casefile.Input{Step: casefile.HandOut, UnitID: w.WaterUnit}, casefile.Assigned, casefile.ClockSign, "09-23"},
		{"09-21 09:00", w.Water, step(casefile.Sign), casefile.Handling, casefile.ClockHandle, "11-04"}, // 30 wd
		{"09-30 17:00", w.Water, submit, casefile.Submitted, casefile.ClockApproval, "10-10"},
		{"10-08 09:00", w.Handler, saying(casefile.Improve, "写清楚换了多少米。"), casefile.Handling, casefile.ClockHandle, "11-04"},
		{"10-12 09:00", w.Water, submit, casefile.Submitted, casefile.ClockApproval, "10-15"},
		{"10-13 09:00", w.Handler2, approve, casefile.Approved, casefile.ClockFeedback, "10-16"},
		{"10-13 16:00", w.Clerk, because(casefile.FeedbackTried, "打了两次没人接。"), casefile.Approved, casefile.ClockFeedback, "10-16"},
	})
	w.Set("2026-10-14 09:00")
	play(t, w, pipe.Number, []act{{"", w.Clerk, w.FeedingBack(), casefile.AwaitingRating, casefile.ClockRating, "11-04"}})
	play(t, w, pipe.Number, []act{{"10-16 20:00", w.Citizen, casetest.RatingAs(5, 4), casefile.Closed, "", ""}})

	c := w.Case(pipe.Number)
	if *c.Outcome != casefile.Satisfied || c.ClosedAt == nil || !c.ClosedAt.Equal(w.Now()) || c.Version != 12 || c.Round != 1 || *c.UnitID != w.WaterUnit {
		t.Errorf("%+v", c)
	}
	whole(t, w, pipe.Number)
	if got := told(t, w, pipe.Number); len(got) != 3 || got[0].DeputyID != 0 || got[0].Way != "phone" || *got[0].Body == "" ||
		got[1].DeputyID != w.Deputies[0] || got[1].Body != nil || got[2].DeputyID != w.Deputies[1] {
		t.Errorf("told %+v", got)
	}
	if got := outbox(t, w, pipe.Number); len(got) != 2 || got[0].Kind != message.Registered || got[1].Kind != message.Feedback || got[1].State != "waiting" {
		t.Errorf("messages %+v", got)
	}

	// The other matter: the answer was its own feedback.
	if c := w.Case(meal.Number); !c.AnsweredNow || len(told(t, w, meal.Number)) != 3 {
		t.Errorf("%+v", c)
	}
	w.MustTake(w.Citizen, meal.Number, casetest.RatingAs(3, 5))
	whole(t, w, meal.Number)
	if n, err := audit.Verify(t.Context(), w.DB, w.County); err != nil || n == 0 {
		t.Error(n, err)
	}
}

// TestEventsTell checks what the trail says of one step.
func TestEventsTell(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	number := w.DriveNew(casefile.Reported)
	w.MustTake(w.Handler, number, casefile.Input{Step: casefile.HandOut, UnitID: w.WaterUnit, Text: "请先到现场看。", Reason: "归口"})
	events := w.Events(number)
	first, last := events[0], events[len(events)-1]
	if first.FromState != nil || first.Step != casefile.Register || *first.ActorID != w.Clerk.UserID || first.ActorRole != "clerk" {
		t.Errorf("%+v", first)
	}
	if *last.FromState != casefile.Reported || last.ToState != casefile.Assigned || last.ActorName != w.Handler.Name || !last.At.Equal(w.Now()) ||
		*last.UnitName != "县水利局" || *last.Body != "请先到现场看。" || *last.Reason != "归口" || last.Detail["due"] != "2026-10-30" {
		t.Errorf("%+v", last)
	}
	w.Drive(number, casefile.AwaitingRating)
	w.MustTake(w.Citizen, number, casetest.RatingAs(4, 4))
	if events = w.Events(number); events[len(events)-1].ActorID != nil || events[len(events)-1].ActorName != "群众" {
		t.Errorf("%+v", events[len(events)-1])
	}
}

// TestDissatisfied follows a citizen who is not satisfied twice.
func TestDissatisfied(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	number := w.DriveNew(casefile.AwaitingRating)
	submit, approve := casetest.Answering("A"), step(casefile.Approve)
	play(t, w, number, []act{
		{"09-15 09:00", w.Citizen, casetest.RatingAs(3, 2), casefile.Review, casefile.ClockReview, "09-18"}, // the attitude alone
		{"09-16 09:00", w.Head, because(casefile.Rehandle, "管子又漏了。"), casefile.Handling, casefile.ClockHandle, "10-13"},
		{"09-21 09:00", w.Water, submit, casefile.Submitted, casefile.ClockApproval, "09-24"},
		{"09-22 09:00", w.Handler, approve, casefile.Approved, casefile.ClockFeedback, "09-28"},
	})
	w.MustTake(w.Clerk, number, w.FeedingBack())
	play(t, w, number, []act{
		{"09-28 09:00", w.Citizen, casetest.RatingAs(1, 1), casefile.Review, casefile.ClockReview, "10-08"},
		{"", w.Handler2, step(casefile.Escalate), casefile.Study, casefile.ClockStudy, "10-16"},
		{"", w.Leader, casefile.Input{Step: casefile.Conclude, Text: "由分管副县长督办。", Handle: true}, casefile.Handling, casefile.ClockHandle, "10-23"},
		{"10-09 09:00", w.Water, submit, casefile.Submitted, casefile.ClockApproval, "10-13"},
		{"", w.Admin, approve, casefile.Approved, casefile.ClockFeedback, "10-13"},
	})
	w.MustTake(w.Clerk, number, w.FeedingBack())
	w.MustTake(w.Citizen, number, casetest.RatingAs(2, 2))
	w.MustTake(w.Admin, number, step(casefile.Escalate))
	c := w.MustTake(w.Leader, number, saying(casefile.Conclude, "已尽力，向群众作了说明。"))
	if c.State != casefile.Closed || *c.Outcome != casefile.Dissatisfied || c.Round != 3 || !c.Supervised {
		t.Errorf("%+v", c)
	}
	whole(t, w, number)
	var kinds []message.Kind
	for _, m := range outbox(t, w, number) {
		kinds = append(kinds, m.Kind)
	}
	want := []message.Kind{message.Registered, message.Feedback, message.Rehandling, message.Feedback, message.Rehandling, message.Feedback, message.Upheld}
	if len(kinds) != len(want) {
		t.Fatalf("messages %v, want %v", kinds, want)
	}
	for i := range want {
		if kinds[i] != want[i] {
			t.Errorf("messages %v, want %v", kinds, want)
		}
	}
	for _, clock := range timers(t, w, number) {
		if clock.EndedOn == nil {
			t.Errorf("still runs: %+v", clock)
		}
	}
}

// whole checks that a closed case's chain and its history are without a gap.
func whole(t *testing.T, w *casetest.World, number string) {
	t.Helper()
	c, events := w.Case(number), w.Events(number)
	if c.State != casefile.Closed && c.State != casefile.Archived {
		t.Errorf("%s is %s, not closed", number, c.State)
	}
	if missing := casefile.Chain(c, events, told(t, w, number)); missing != nil {
		t.Errorf("%s, %s: the chain lacks %v", number, *c.Outcome, missing)
	}
	contiguous(t, c, events)
}

// contiguous checks that each event begins where the one before it ended.
func contiguous(t *testing.T, c casefile.Case, events []casefile.Event) {
	t.Helper()
	for i, e := range events[1:] {
		if e.FromState == nil || *e.FromState != events[i].ToState {
			t.Errorf("%s: event %d, %s, begins at %v; the one before it ended at %s", c.Number, i+2, e.Step, e.FromState, events[i].ToState)
		}
	}
	if last := events[len(events)-1]; last.ToState != c.State || len(events) != int(c.Version) {
		t.Errorf("%s: %d events to %s, but version %d in %s", c.Number, len(events), last.ToState, c.Version, c.State)
	}
}

func told(t *testing.T, w *casetest.World, number string) []casefile.ToldRecord {
	t.Helper()
	var sheet *casefile.Sheet
	w.View(func(v *tenant.View) { sheet = casefile.SheetOf(v, number) })
	return sheet.Told
}

func outbox(t *testing.T, w *casetest.World, number string) []message.Message {
	t.Helper()
	var messages *[]message.Message
	w.View(func(v *tenant.View) { messages = message.OfCase(v, number) })
	return *messages
}
