package browser

import (
	"testing"

	"lianluo/internal/auth"
	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/web/webtest"
)

// TestSecondRound: a dissatisfied citizen, a head who has it handled again, and an end.
func TestSecondRound(t *testing.T) {
	t.Parallel()
	s := &story{Site: webtest.New(t), t: t}
	const title = "五阳村自来水管冻裂"
	s.pipe = s.DriveNew(casefile.AwaitingRating)
	citizen := s.tab("群众", phone).withoutScript()
	citizen.visit(s.Link(title, 1))
	citizen.choose("main form ", "result", "不满意")
	citizen.choose("main form ", "attitude", "基本满意")
	citizen.fill("#comment", "水还是浑的。")
	citizen.press("main form")
	citizen.sees("谢谢您的评价", "由人来决定是否重新办理")

	head := s.tab("站长", laptop).signIn(s.Head)
	head.goes(200, click("a.subject"))
	head.sees("不满意待研判", "水还是浑的。", "现在要做：重办")
	head.fill(step("rehandle")+"[name=reason]", "水质没有解决，请再办一次。")
	head.press(step("rehandle"))
	head.sees("第 2 次办理", "办理中")
	citizen.visit(s.Link(title, 1))
	citizen.sees("已经决定重新办理")

	unit := s.tab("县水利局", laptop).signIn(s.Water)
	unit.visit("/cases/" + s.pipe)
	unit.choose(step("submit"), "class", "B")
	unit.fill(step("submit")+"[name=text]", "已冲洗管网，水质检测合格，滤芯本月换好。")
	unit.fill(step("submit")+"[name=promise]", "更换水站滤芯。")
	unit.date(step("submit")+"[name=promise_on]", "2026-09-30")
	unit.press(step("submit"))
	county := s.tab("县办理岗", laptop).signIn(s.Handler)
	county.visit("/cases/" + s.pipe)
	county.press(step("approve"))
	clerk := s.tab("联络员", laptop).signIn(s.Clerk)
	clerk.visit("/cases/" + s.pipe)
	clerk.press(step("give_feedback"))

	citizen.visit(s.Link(title, 2))
	citizen.sees("已冲洗管网")
	citizen.choose("main form ", "result", "满意")
	citizen.choose("main form ", "attitude", "满意")
	citizen.press("main form")
	citizen.sees("谢谢您的评价")
	clerk.visit("/cases/" + s.pipe)
	clerk.sees("已办结（满意）", "第 2 次办理", "水还是浑的。")
	clerk.seesNot(casetest.Phone)
	clerk.visit("/cases?view=closed")
	clerk.sees(title, "满意")
}

// TestHomes: the first page and the lists of every role, with something in them.
func TestHomes(t *testing.T) {
	t.Parallel()
	s := &story{Site: webtest.New(t), t: t}
	for _, state := range []casefile.State{casefile.Registered, casefile.Sorted, casefile.Reported, casefile.Assigned, casefile.Handling,
		casefile.Submitted, casefile.Approved, casefile.AwaitingRating, casefile.Review, casefile.Closed} {
		s.DriveNew(state)
	}
	s.Set("2026-10-13 09:00") // some of it is late by now
	for name, who := range map[string]auth.Actor{"平台管理员": s.Platform, "督导": s.Overseer, "县管理员": s.Admin, "县领导": s.Leader, "代表": s.Deputy} {
		b := s.tab(name, laptop).signIn(who)
		b.visit("/account")
		if who.County != 0 {
			b.visit("/cases?view=open")
			b.goes(200, click("a.subject"))
		}
	}
	b := s.tab("县管理员手机", phone).signIn(s.Admin)
	b.visit("/cases?view=late")
	b.sees("逾期")
	b.goes(200, click("a.subject"))
	b.visit("/cases?view=closed")
	b.visit("/account/password")
	b.visit("/cases?view=open&category=1")
}

// TestRefusals: the pages that nobody wants to meet.
func TestRefusals(t *testing.T) {
	t.Parallel()
	s := &story{Site: webtest.New(t), t: t}
	s.pipe = s.DriveNew(casefile.Submitted)
	s.DriveNew(casefile.AwaitingRating)
	unit := s.tab("县水利局", laptop).signIn(s.Water)
	unit.visitFor(403, "/visits/new")
	unit.visitFor(404, "/cases/"+s.Neighbour.Number)
	unit.visitFor(404, "/nowhere")
	s.tab("联络员门口", laptop).visit("/login?next=/cases")

	clerk := s.tab("联络员", laptop).signIn(s.Clerk)
	clerk.visit("/visits/new")
	clerk.anyway("form[action='/visits']")
	clerk.excused[s.URL+"/visits"] = 422
	clerk.do(click("form[action='/visits'] .stick-acts .btn-main")) // put into the page by script
	clerk.waits("#errors", "处要改")
	clerk.met()
	slow := s.tab("县办理岗", laptop).signIn(s.Handler)
	slow.visit("/cases/" + s.pipe)
	slow.unfold("improve")
	slow.fill(step("improve")+"[name=text]", "请写明哪一天恢复供水。")
	s.MustTake(s.Handler2, s.pipe, casefile.Input{Step: casefile.Approve})
	slow.pressFor(409, step("improve"))
	slow.sees("别人刚刚先办了一步", "请写明哪一天恢复供水。")
	slow.visit("/cases/" + s.pipe)
	slow.anyway(step("give_feedback"))
	slow.fill(step("give_feedback")+"[name=text]", "")
	slow.date(step("give_feedback")+"[name=citizen_on]", "")
	slow.pressFor(422, step("give_feedback"))
	slow.sees("有 2 处要改")
	slow.do(click("details:has(form[action$='/phone']) summary"))
	slow.fill("#reveal_reason", "约他在村里等。")
	slow.press("form[action$='/phone']")
	slow.sees(casetest.Phone)

	citizen := s.tab("群众", phone).withoutScript()
	link := s.Links(1)[0]
	citizen.visit(link)
	citizen.anyway("main form")
	citizen.pressFor(422, "main form")
	citizen.sees("有 2 处要改")
	citizen.visitFor(404, "/r/1-abc")
	s.Set("2026-12-01 09:00")
	citizen.visitFor(410, link)
	citizen.sees("过期")
}

// TestLargeText: every page again in the letters of the old, switched on by the button.
func TestLargeText(t *testing.T) {
	t.Parallel()
	s := &story{Site: webtest.New(t), t: t}
	s.pipe = s.DriveNew(casefile.AwaitingRating)
	s.DriveNew(casefile.Reported)
	clerk := s.tab("联络员", laptop).signIn(s.Clerk)
	clerk.goes(200, click("form[action^='/text'] button"))
	for _, path := range []string{"/cases?view=open", "/cases/" + s.pipe, "/visits/new", "/account"} {
		clerk.visit(path)
		clerk.isLarge()
	}
	citizen := s.tab("群众", phone).withoutScript()
	citizen.visit(s.Link("五阳村自来水管冻裂", 1))
	citizen.goes(200, click("form[action^='/text'] button"))
	citizen.isLarge()
	citizen.choose("main form ", "result", "满意")
	citizen.choose("main form ", "attitude", "满意")
	citizen.press("main form")
	citizen.isLarge()
	citizen.visit("/q")
	citizen.isLarge()
	citizen.visitFor(404, "/r/1-abc")
	citizen.visit("/login")
	citizen.isLarge()
}
