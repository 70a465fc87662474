package register_test

import (
	"strings"
	"testing"

	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/register"
)

// answers are what the registers say of a matter's result: the line of the matters, that of the
// visits, and the card.
func answers(t *testing.T, w *casetest.World, number string) (matter, visit, card string) {
	t.Helper()
	by := reader(w, w.Handler)
	pick := func(f register.Form) string {
		for _, l := range lines(t, w, by, f, "") {
			if at, rest, _ := strings.Cut(l, "|"); at == number {
				return rest
			}
		}
		t.Fatalf("%s: no line of %s", f.Name, number)
		return ""
	}
	_, _, files := archive(t, w, by, nil)
	_, rows := cardsIn(t, files["03-意见建议处理反馈卡.json"])
	for _, row := range rows {
		if row[0] == number {
			card, _ = row[18].(string)
		}
	}
	return pick(showing(form(t, w, register.Matters), "number", "unit", "answer")), pick(showing(form(t, w, register.Visits), "number", "dealt")), card
}

// TestOnlyApprovedAnswersAreFiled: a result that was sent back, and one that waits for approval, is
// the unit's own: no register says it, whatever becomes of the matter.
func TestOnlyApprovedAnswersAreFiled(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	number := w.DriveNew(casefile.Submitted)
	w.MustTake(w.Handler, number, casefile.Input{Step: casefile.Improve, Text: "没有到现场看。"})
	w.MustTake(w.Handler, number, casefile.Input{Step: casefile.Reassign, Reason: "归交通局管。", UnitID: w.RoadsUnit})
	w.MustTake(w.Roads, number, casefile.Input{Step: casefile.RequestReturn, Reason: "不归我们管。"})
	w.MustTake(w.Handler, number, casefile.Input{Step: casefile.GrantReturn})
	w.MustTake(w.Handler, number, w.Refusing())
	w.MustTake(w.Handler2, number, casefile.Input{Step: casefile.Confirm})
	if matter, visit, card := answers(t, w, number); strings.Contains(matter+visit+card, "破损管段已更换") {
		t.Errorf("the answer that was sent back: %q, %q, %q", matter, visit, card)
	}
	// Answered on the spot, not well, and handed out: what was said on the spot stands until the next is approved.
	spot := w.Visit("水管冻裂了。")
	spot.Matters[0].AnswerNow, spot.Matters[0].Answer = true, "下周来修。"
	done, err := w.RegisterVisit(w.Clerk, spot)
	if err != nil {
		t.Fatal(err)
	}
	number = done.Matters[0].Number
	w.MustTake(w.Citizen, number, casetest.RatingAs(1, 1))
	w.MustTake(w.Handler, number, casefile.Input{Step: casefile.Rehandle, Reason: "没有修。"})
	w.Drive(number, casefile.Submitted)
	if matter, visit, card := answers(t, w, number); strings.Contains(matter+visit+card, "破损管段已更换") || !strings.HasSuffix(matter, "下周来修。") {
		t.Errorf("an answer that waits for approval: %q, %q, %q", matter, visit, card)
	}
	w.Drive(number, casefile.Approved)
	if matter, visit, card := answers(t, w, number); matter != "县水利局|破损管段已更换，已恢复供水。" || visit != "转县水利局办理。破损管段已更换，已恢复供水。" || card != "破损管段已更换，已恢复供水。" {
		t.Errorf("approved: %q, %q, %q", matter, visit, card)
	}
}

// TestMergedAnswer: a matter that is merged has its lead's answer once the citizen was told, and no
// other: not that of a restricted lead, nor of the lead's next round.
func TestMergedAnswer(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	lead, number := w.DriveNew(casefile.Reported), w.DriveNew(casefile.Reported)
	w.MustTake(w.Handler, number, casefile.Input{Step: casefile.Merge, LeadNumber: lead})
	w.Drive(lead, casefile.Approved)
	w.MustTake(w.System, number, casefile.Input{Step: casefile.FollowLead})
	for _, told := range []bool{false, true} {
		matter, visit, card := answers(t, w, number)
		if is := strings.Contains(matter, "破损管段已更换") && strings.Contains(visit, "并入 "+lead+"，一起办理。破损管段已更换") && card != ""; is != told {
			t.Errorf("told %v: %q, %q, %q", told, matter, visit, card)
		}
		w.Drive(number, casefile.Closed)
	}
	w.Set("2026-09-15 09:00")
	w.Drive(lead, casefile.Review)
	w.MustTake(w.Handler, lead, casefile.Input{Step: casefile.Rehandle, Reason: "群众不满意。"})
	again := casetest.Answering("A")
	again.Text = "又换了一段。"
	w.Drive(lead, casefile.Handling)
	w.MustTake(w.Water, lead, again)
	w.Drive(lead, casefile.Closed)
	if matter, _, _ := answers(t, w, number); !strings.Contains(matter, "破损管段已更换") {
		t.Errorf("what was told: %q", matter)
	}
	if matter, _, _ := answers(t, w, lead); !strings.Contains(matter, "又换了一段") {
		t.Errorf("the lead: %q", matter)
	}
	other := w.DriveNew(casefile.Approved)
	w.MustTake(w.Head, other, casefile.Input{Step: casefile.Restrict, Reason: "来访人要求保密。"})
	if _, err := w.PG.Super.Exec(t.Context(), `update cases set lead_case_id = (select id from cases where number = $1) where number = $2`, other, number); err != nil {
		t.Fatal(err)
	}
	if matter, visit, card := answers(t, w, number); strings.Contains(matter+visit+card, "破损管段") || strings.Contains(matter+visit, other) {
		t.Errorf("of a restricted lead: %q, %q, %q", matter, visit, card)
	}
}
