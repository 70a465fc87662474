package webtest_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/web/webtest"
)

// look is an entry of the record: who looked at a number, and why.
type look struct{ Who, Role, Why, Address string }

func looks(t *testing.T, s *webtest.Site, number string) []look {
	t.Helper()
	rows, err := s.PG.Super.Query(t.Context(), `select actor_name, actor_role, detail->>'reason', address from audit_entries
		where action = 'case.reveal_phone' and subject = $1 order by entry`, "case "+number)
	if err != nil {
		t.Fatal(err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[look])
	if err != nil {
		t.Fatal(err)
	}
	return all
}

const masked = "138****0017"

// TestRevealPhone: a number is masked on every page, and shown once to whoever says why;
// the look is on record.
func TestRevealPhone(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	number := s.DriveNew(casefile.Handling)
	at := "/cases/" + number
	clerk := s.As(s.Clerk)
	reveal := clerk.Get(at).MustSay(masked).MustNotSay(casetest.Phone).Form("form[action$='/phone']")

	p := reveal.Submit().MustStatus(http.StatusUnprocessableEntity)
	p.MustSay("请写明为什么要看电话。").MustNotSay(casetest.Phone)
	if n := len(looks(t, s, number)); n != 0 {
		t.Errorf("%d looks are on record before anybody looked", n)
	}
	p = reveal.Set("reveal_reason", "要约他星期三在村里等。").Submit().MustStatus(http.StatusOK)
	p.MustSay(casetest.Phone)
	if p.Header.Get("Cache-Control") != "no-store" {
		t.Error("the page with the number may be kept")
	}
	got := looks(t, s, number)
	if len(got) != 1 || got[0] != (look{"张敏", "clerk", "要约他星期三在村里等。", "127.0.0.1"}) {
		t.Errorf("on record: %+v", got)
	}
	for _, path := range []string{at, "/", "/cases?view=open", "/visits/new"} {
		clerk.Get(path).MustNotSay(casetest.Phone)
	}

	// Who may not look is offered nothing; who may is asked for a reason as well.
	for name, who := range map[string]auth.Actor{"leader": s.Leader, "deputy": s.Deputy} {
		if n := s.As(who).Get(at).MustNotSay(casetest.Phone).Find("form[action$='/phone']").Length(); n != 0 {
			t.Errorf("the %s is offered the number", name)
		}
	}
	for _, who := range []auth.Actor{s.Head, s.Handler, s.Admin} {
		s.As(who).Get(at).Form("form[action$='/phone']").Submit().MustStatus(http.StatusUnprocessableEntity).MustNotSay(casetest.Phone)
	}
}

// TestWhatUnitsSee: a unit sees the words and the place, never who came, and the number
// only where its order says that it must call.
func TestWhatUnitsSee(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	without, with := s.DriveNew(casefile.Handling), s.DriveNew(casefile.Reported)
	s.MustTake(s.Handler, with, casefile.Input{Step: casefile.HandOut, UnitID: s.WaterUnit, MayCall: true})
	unit := s.As(s.Water)

	p := unit.Get("/cases/"+without).MustSay("申**", "五阳村", "村里自来水管冻裂").MustNotSay(casetest.Visitor, casetest.Phone, masked, "0017", "（男")
	if p.Find("form[action$='/phone']").Length() != 0 {
		t.Error("a unit that need not call is offered the number")
	}
	unit.Post("/cases/"+without+"/phone", map[string][]string{"reveal_reason": {"想问问情况。"}}).MustStatus(http.StatusForbidden).
		MustSay("没有要求贵单位联系来访人").MustNotSay("0017")

	p = unit.Get("/cases/"+with).MustSay("申**", masked).MustNotSay(casetest.Visitor, casetest.Phone)
	p.Form("form[action$='/phone']").Set("reveal_reason", "约他在村里等。").Submit().MustStatus(http.StatusOK).
		MustSay(casetest.Phone).MustNotSay(casetest.Visitor)
	if got := looks(t, s, with); len(got) != 1 || got[0].Role != "unit" {
		t.Errorf("on record: %+v", got)
	}
	s.As(s.Roads).Get("/cases/"+with).MustStatus(http.StatusForbidden).MustNotSay(casetest.Visitor, "冻裂")
	if n := len(looks(t, s, without)); n != 0 {
		t.Errorf("%d looks are on record though nobody was let", n)
	}
}

// TestOtherMatters: the other matters of a visit are shown to the station, not to a unit
// that has no order on them.
func TestOtherMatters(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	matters := s.Register("村里自来水管冻裂。", "邻居占用机耕道路。").Matters
	s.Drive(matters[0].Number, casefile.Handling)
	at := "/cases/" + matters[0].Number
	s.As(s.Clerk).Get(at).MustSay("同次来访还反映", "邻居占用机耕道路")
	s.As(s.Water).Get(at).MustSay("自来水管冻裂").MustNotSay("同次来访", "占用", matters[1].Number)
}

// TestRestricted: what was said in confidence is open to those who stand on it by name.
func TestRestricted(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	visit := s.Visit("反映村干部占用机耕道路。")
	visit.Confidential = true
	receipts, err := s.RegisterVisit(s.Clerk, visit)
	if err != nil {
		t.Fatal(err)
	}
	number := receipts.Matters[0].Number
	for _, who := range []auth.Actor{s.Clerk2, s.Handler, s.Leader, s.Deputy} {
		c := s.As(who)
		c.Get("/cases/"+number).MustStatus(http.StatusForbidden).MustSay("限制查看").MustNotSay("占用", casetest.Visitor)
		lists(t, c.Get("/cases?view=open"))
		c.Get("/").MustNotSay("占用")
	}
	for _, who := range []auth.Actor{s.Clerk, s.Head, s.Admin} {
		s.As(who).Get("/cases/"+number).MustStatus(http.StatusOK).MustSay("限制查看", "占用")
	}
	page := s.Anonymous().Get("/q").Form("form[action='/q']").Set("code", receipts.Matters[0].Code).Set("digits", "0017").Submit()
	page.MustStatus(http.StatusOK).MustSay("正在办理").MustNotSay("占用", casetest.Visitor)
	if strings.Contains(page.Text("main"), "郭建国") {
		t.Error("a restricted matter tells which deputy received it")
	}
}
