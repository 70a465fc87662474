package visits_test

import (
	"net/http"
	"testing"

	"lianluo/internal/casefile"
	"lianluo/web/webtest"
)

// TestSomebodyElse: what somebody else said already is a matter of the second citizen's own, with
// a name, a number, a code and an answer of their own; the head has both handled as one.
func TestSomebodyElse(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	clerk, head := s.As(s.Clerk), s.As(s.Head)
	first := clerk.Get("/visits/new").Form(deskForm).Set("name", "匿名").Set("words-1", "东头饮水管道停了两回水。").Choose("category-1", "饮水管网")
	first.Submit("登记").MustStatus(http.StatusSeeOther)
	typed := filled(clerk.Get("/visits/new"), "东头饮水管道又停水了，两回了。").Set("phone", "13900000077").Submit("查有没有登记过").MustSay("说的可能是同一件事", "XY2026-0001")
	// Who presses the wrong button is told so before anything is lost.
	wrong := typed.Form(deskForm).Submit("同一个人，再次来访").Form(deskForm).Submit("登记").MustStatus(http.StatusUnprocessableEntity).MustSay("会有自己的查询码")
	named := wrong.Form(deskForm).Submit("另立一件，写明是同一件事").MustStatus(http.StatusOK).MustSay("另立一件，写明和 XY2026-0001 可能是同一件事")
	saved := named.Form(deskForm).Submit("登记").MustStatus(http.StatusSeeOther).Follow().MustStatus(http.StatusOK).
		MustSay("已登记 1 件事", "XY2026-0002", "和 XY2026-0001 可能是同一件事", "发短信告诉查询码").MustNotSay("再次来访", "第 2 次")
	if codes := webtest.Codes(saved.Text("main")); len(codes) == 0 {
		t.Error("no code of her own")
	}
	clerk.Get("/visits/new").MustSay("今天已登记 2 批 2 人次，2 件新事项。")
	head.Get("/cases/XY2026-0002").MustSay("裴月娥", "139****0077", "先有人反映", "和 XY2026-0001 说的是同一件事，建议并案")
	head.Get("/cases/XY2026-0001").MustSay("后来又有人反映", "XY2026-0002")
	head.Get("/registers/visits").MustSay("和 XY2026-0001 可能是同一件事")
	// A third one, who was shown the second's, names the first too: one stands for all.
	third := filled(clerk.Get("/visits/new"), "东头饮水管道又停水了，两回了。").Set("phone", "13900000078").Submit("查有没有登记过").MustSay("XY2026-0002").Form(deskForm)
	third.Submit("另一个人，同一件事").MustSay("和 XY2026-0002 可能是同一件事").Form(deskForm).Submit("登记").MustStatus(http.StatusSeeOther).Follow().MustSay("XY2026-0003", "和 XY2026-0001 可能是同一件事")
	// One handling, an answer to each.
	s.Drive("XY2026-0001", casefile.Handling)
	s.Drive("XY2026-0002", casefile.Sorted)
	merge := head.Get("/cases/XY2026-0002").Form("form[action$='/steps/merge']")
	if merge.Value("lead_number") != "XY2026-0001" {
		t.Errorf("merged into %q", merge.Value("lead_number"))
	}
	merge.Submit().MustStatus(http.StatusSeeOther)
	head.Get("/cases/XY2026-0002").MustSay("并在这一件里一起办", "已并案")
	head.Get("/cases/XY2026-0001").MustSay("并到本件")
	head.Get("/registers/visits").MustSay("并入 XY2026-0001，一起办理。")
	head.Get("/registers/matters").MustSay("并入 XY2026-0001").MustNotSay("不分办")
}

// TestSameElsewhere: of another town's matter nobody at this desk knows what it is about, so
// it is never linked blind: the citizen has a matter of their own here, and the county decides.
func TestSameElsewhere(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	number := s.OneCase()
	form := filled(s.As(s.OtherClerk).Get("/visits/new"), "自来水管冻裂了没水，怎么还不修").Set("phone", "13900000077")
	found := form.Submit("查有没有登记过").MustSay(number).MustNotSay("就是这件事")
	if n := found.Find("button[name=same]").Length(); n != 0 {
		t.Errorf("%d buttons link it blind", n)
	}
	saved := found.Form(deskForm).Submit("另立一件，写明可能是同一件").Form(deskForm).Submit("登记").MustStatus(http.StatusSeeOther).Follow().
		MustSay("已登记 1 件事", "查询码", "和 "+number+" 可能是同一件事").MustNotSay("别的联络站登记的事", "凭原来的查询码")
	saved.Open(saved.Find("a[href^='/visits/slip']").First().AttrOr("href", "")).MustSay("XY2026-0002", "自来水管冻裂").MustNotSay(number)
	s.As(s.OtherClerk).Get("/cases/XY2026-0002").MustSay("请县里看要不要并案")
	for _, in := range []casefile.Input{{Step: casefile.Sort, Title: "水管冻裂", CategoryID: s.Category, Level: "county", Proposal: "请县里看。"},
		{Step: casefile.Report, Proposal: "请县里看。"}} {
		if _, err := s.Take(s.OtherClerk, "XY2026-0002", in); err != nil {
			t.Fatal(err)
		}
	}
	s.Drive(number, casefile.Handling)
	merge := s.As(s.Handler).Get("/cases/XY2026-0002").MustSay("先有人反映，王桥镇").Form("form[action$='/steps/merge']")
	if merge.Value("lead_number") != number {
		t.Errorf("merged into %q", merge.Value("lead_number"))
	}
	merge.Submit().MustStatus(http.StatusSeeOther).Follow().MustSay("并在这一件里一起办")
}
