package casefile_test

import (
	"testing"

	"github.com/google/uuid"

	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/errs"
)

func TestWindowEnds(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	number := w.DriveNew(casefile.AwaitingRating)
	w.Set("2026-10-10 23:59") // the fifteenth working day
	w.Refused(errs.Conflict, w.System, number, step(casefile.WindowEnds))
	w.Set("2026-10-11 00:00")
	c := w.MustTake(w.System, number, step(casefile.WindowEnds))
	if c.State != casefile.Closed || *c.Outcome != casefile.Unrated {
		t.Errorf("%+v", c)
	}
	whole(t, w, number)
	w.Refused(errs.Conflict, w.Citizen, number, casetest.RatingAs(5, 5))
	w.Refused(errs.Conflict, w.Citizen, number, full(w, w.Citizen, casefile.Amend, ""))
}

func TestAmend(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	amend := func(result int) casefile.Input {
		in := casetest.RatingAs(result, 5)
		in.Step = casefile.Amend
		return in
	}
	down := w.DriveNew(casefile.Closed)
	closed := w.Case(down).ClosedAt
	w.Set("2026-09-21 08:59") // a minute before seven days
	c := w.MustTake(w.Citizen, down, amend(1))
	if c.State != casefile.Review || c.Outcome != nil || c.ClosedAt != nil {
		t.Errorf("%+v", c)
	}
	faces(t, w, down, casefile.ClockReview, "09-24")
	w.Refused(errs.Conflict, w.Citizen, down, amend(5)) // once
	w.MustTake(w.Head, down, because(casefile.Rehandle, "又漏了。"))
	w.Refused(errs.Conflict, w.Citizen, down, amend(5))
	w.Drive(down, casefile.AwaitingRating)
	w.MustTake(w.Citizen, down, casetest.RatingAs(4, 4))
	w.MustTake(w.Citizen, down, amend(3)) // and once in the next round

	up := w.DriveNew(casefile.Review)
	w.Set("2026-09-23 09:00")
	c = w.MustTake(w.Citizen, up, amend(4))
	if c.State != casefile.Closed || *c.Outcome != casefile.Satisfied {
		t.Errorf("%+v", c)
	}
	whole(t, w, up)

	same := w.DriveNew(casefile.Closed)
	before := w.Case(same).ClosedAt
	w.Advance(1)
	if c := w.MustTake(w.Citizen, same, amend(3)); c.State != casefile.Closed || !c.ClosedAt.Equal(*before) || closed.Equal(*before) {
		t.Errorf("%+v", c)
	}
	still := w.DriveNew(casefile.Review)
	w.Advance(1)
	due := w.Case(still).DueOn
	if c := w.MustTake(w.Citizen, still, amend(1)); c.State != casefile.Review || *c.DueOn != *due { // the review runs on
		t.Errorf("%+v", c)
	}
	upheld := w.DriveNew(casefile.Review)
	w.MustTake(w.Handler, upheld, casefile.Input{Step: casefile.Uphold, Reason: "已按规定办完。", Text: "当面说明。"})
	if c := w.MustTake(w.Citizen, upheld, amend(5)); *c.Outcome != casefile.Satisfied {
		t.Errorf("%+v", c)
	}
	late := w.DriveNew(casefile.Closed)
	w.Advance(7)
	w.Refused(errs.Conflict, w.Citizen, late, amend(5))
	for _, number := range []string{same, upheld, late} {
		whole(t, w, number)
	}
}

// TestReview: what the system does when nobody decides, and what the rounds allow.
func TestReview(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	number := w.DriveNew(casefile.Review)
	w.Refused(errs.Conflict, w.Head, number, step(casefile.Escalate)) // not before a second round
	w.Set("2026-09-17 23:59")
	w.Refused(errs.Conflict, w.System, number, step(casefile.Rehandle))
	w.Set("2026-09-18 00:00")
	c := w.MustTake(w.System, number, step(casefile.Rehandle))
	if c.State != casefile.Handling || c.Round != 2 || c.Outcome != nil {
		t.Errorf("%+v", c)
	}
	all := orders(t, w, number)
	if last := all[len(all)-1]; len(all) != 2 || last.Round != 2 || last.UnitID != w.WaterUnit || last.HandedOutBy != nil || last.EndedAt != nil {
		t.Errorf("%+v", all)
	}
	w.Drive(number, casefile.Review)
	w.Refused(errs.Conflict, w.Head, number, because(casefile.Rehandle, "再来一次。")) // the first time only
	w.Refused(errs.Conflict, w.System, number, step(casefile.Escalate))
	w.Advance(10)
	w.MustTake(w.System, number, step(casefile.Escalate))
	c = w.MustTake(w.Admin, number, saying(casefile.Conclude, "已尽力。"))
	if *c.Outcome != casefile.Dissatisfied {
		t.Errorf("%+v", c)
	}
	whole(t, w, number)
}

// TestNoContact: nobody can be asked, so the feedback is a notice and closes.
func TestNoContact(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	visit := w.Visit("路口的井盖没有了。", "老年食堂几点开门？")
	visit.Name, visit.Phone, visit.ReplyBy = "匿名", "", "none"
	visit.Matters[1].AnswerNow, visit.Matters[1].Answer = true, "十一点半。"
	receipts, err := w.RegisterVisit(w.Clerk, visit)
	if err != nil {
		t.Fatal(err)
	}
	if receipts.Name != nil || receipts.Matters[1].State != casefile.Closed {
		t.Errorf("%+v", receipts)
	}
	handled := receipts.Matters[0].Number
	w.Drive(handled, casefile.Approved)
	in := w.FeedingBack()
	in.Citizen = casefile.Told{}
	w.MustTake(w.Clerk, handled, in)
	for _, matter := range receipts.Matters {
		if c := w.Case(matter.Number); *c.Outcome != casefile.Unrated || c.HasContact {
			t.Errorf("%+v", c)
		}
		whole(t, w, matter.Number)
		if got := outbox(t, w, matter.Number); len(got) != 0 {
			t.Errorf("%+v", got)
		}
	}
	// A refusal that is objected to with the code alone tells nobody of the new round.
	refused, err := w.RegisterVisit(w.Clerk, casefile.Visit{Key: uuid.New(), StationID: w.Station, PlaceID: w.Station, ReceivedAt: w.Now(),
		Way: "letter", Persons: 1, ReplyBy: "none", NoticeGiven: "paper", Matters: visit.Matters[:1]})
	if err != nil {
		t.Fatal(err)
	}
	number := refused.Matters[0].Number
	w.Drive(number, casefile.RefusalProposed)
	w.MustTake(w.Handler2, number, step(casefile.Confirm))
	w.MustTake(w.Clerk, number, saying(casefile.GiveFeedback, "已在站里公示。"))
	w.MustTake(w.Citizen, number, because(casefile.Object, "没有说清楚。"))
	w.MustTake(w.Head, number, because(casefile.Rehandle, "再核实。"))
	if got := outbox(t, w, number); len(got) != 0 {
		t.Errorf("%+v", got)
	}
	if got := told(t, w, handled); got[0].Way != "notice" || got[0].By != w.Clerk.Name {
		t.Errorf("%+v", got)
	}
}

// TestFeedbackGoesToReceivers: to those who received the visit, whatever else a form carries.
func TestFeedbackGoesToReceivers(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	number := w.DriveNew(casefile.Approved)
	in := w.FeedingBack()
	in.Citizen.By = "" // whoever is signed in
	in.Deputies = append(in.Deputies, casefile.Told{DeputyID: w.Deputies[3], Way: "pigeon"},
		casefile.Told{DeputyID: w.Deputies[0], Way: "pigeon"}, casefile.Told{DeputyID: 999999})
	w.MustTake(w.Head, number, in)
	if got := told(t, w, number); len(got) != 3 || got[0].By != w.Head.Name {
		t.Errorf("%+v", got)
	}
}

func TestArchive(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	number, byHand := w.DriveNew(casefile.Closed), w.DriveNew(casefile.Closed)
	w.MustTake(w.Admin, byHand, step(casefile.Archive))
	w.Advance(89)
	w.Refused(errs.Conflict, w.System, number, step(casefile.Archive))
	w.Advance(1)
	c := w.MustTake(w.System, number, step(casefile.Archive))
	if c.State != casefile.Archived || *c.Outcome != casefile.Satisfied || c.ClosedAt == nil {
		t.Errorf("%+v", c)
	}
	whole(t, w, number)
	w.Refused(errs.Conflict, w.Citizen, number, full(w, w.Citizen, casefile.Amend, ""))
	w.Refused(errs.Conflict, w.Clerk, number, saying(casefile.Addendum, "又想起来一点。"))
}

// TestFlags are the steps that change no state.
func TestFlags(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	number := w.DriveNew(casefile.Handling)
	due := *w.Case(number).DueOn
	c := w.MustTake(w.Leader, number, casefile.Input{Step: casefile.Supervise, Text: "十月底前供水。", Day: day(t, "2026-10-31")})
	if !c.Supervised || c.State != casefile.Handling || *c.DueOn != due {
		t.Errorf("%+v", c)
	}
	if events := w.Events(number); events[len(events)-1].Detail["day"] != "2026-10-31" {
		t.Errorf("%+v", events[len(events)-1])
	}
	if c = w.MustTake(w.Admin, number, because(casefile.Unsupervise, "已供水。")); c.Supervised {
		t.Errorf("%+v", c)
	}
	w.MustTake(w.Head, number, step(casefile.Urge))
	w.Advance(2)
	w.Refused(errs.Conflict, w.Leader, number, step(casefile.Urge))
	w.Advance(1)
	w.MustTake(w.Leader, number, step(casefile.Urge))
	if c = w.MustTake(w.Citizen, number, saying(casefile.Addendum, "水压也低。")); c.Words != "村里自来水管冻裂，一个多月没水了。" {
		t.Errorf("%+v", c)
	}
	contiguous(t, c, w.Events(number))
}
