package browser

import (
	"strconv"
	"strings"
	"testing"

	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/web/webtest"
)

// story is one visit with two matters, and everybody who has to do with it.
type story struct {
	*webtest.Site
	t     *testing.T
	codes []string // the 查询码 as the clerk read them out
	pipe  string   // number of the matter that goes the whole way
	lamp  string   // number of the one that was answered on the spot
}

func (s *story) tab(who string, width int64) *tab { return open(s.t, s.Site, who, width) }

// TestStory plays one visit, from the register to the rating.
func TestStory(t *testing.T) {
	t.Parallel()
	s := &story{Site: webtest.New(t), t: t}
	clerk := s.tab("联络员", laptop)
	s.clerkSignsIn(clerk)
	s.clerkRegisters(clerk)
	s.headSorts()
	s.countyHandsOut()
	s.unitAnswers()
	s.clerkTells(clerk)
	s.citizenRates()
	s.citizenLooksUp()
	clerk.visit("/cases/" + s.pipe)
	clerk.sees("已办结（满意）", "本人链接评价", "改过的评价")
	clerk.seesNot("/r/")
}

// clerkSignsIn uses nothing but keys.
func (s *story) clerkSignsIn(b *tab) {
	s.t.Helper()
	b.visit("/cases?view=open")
	b.sees("登录")
	b.tabAndType("#login_name", s.Clerk.LoginName)
	b.tabAndType("#password", casetest.Password)
	b.goes(200, enter)
	b.sees("张敏", "全部在办", "这里没有事项")
}

// clerkRegisters fills the visit's form by keys alone: 申国强 of 五阳村 brings two matters.
func (s *story) clerkRegisters(b *tab) {
	s.t.Helper()
	b.visit("/")
	b.tabTo("a.btn-main[href='/visits/new']")
	b.goes(200, enter)
	b.types(casetest.Visitor) // the form begins where the conversation does
	b.tabAndType("#phone", casetest.Phone)
	b.tabAndType("#village", "五阳村")
	b.tabAndType("#words-1", "村里自来水管冻裂，一个多月没水了，要到两里外去挑。")
	b.tabTo("#category-1")
	b.downTo("饮水管网")
	b.tabTo("button[name=add]")
	b.do(enter)
	b.waits("main", "第 2 件事") // it is put into the page, with the field in focus
	b.types("村口路灯晚上几点关？能不能晚一点？")
	b.tabTo("#category-2")
	b.downTo("路灯照明")
	b.tabTo("[name='outcome-2']")
	b.downTo("当场答复")
	b.tabAndType("#answer-2", "镇里定的是夜里十一点关，从本周起改到十二点。")
	b.tabTo("[name=reply_by]")
	b.downTo("短信")
	b.tabTo(".stick-acts .btn-main")
	b.goes(200, enter)
	b.sees("已登记 2 件事", "已当场答复，待评价", "待梳理")
	b.seesNot(casetest.Phone)
	s.codes = webtest.Codes(b.text("main"))
	if len(s.codes) != 2 {
		s.t.Fatalf("the clerk reads out %d codes, want 2: %q", len(s.codes), s.codes)
	}
	b.prints("slip", 1)
	s.pipe, s.lamp = "XY2026-0001", "XY2026-0002"
	if c := s.Case(s.pipe); c.State != casefile.Registered || len(c.Deputies) != 2 {
		s.t.Errorf("the first matter is %s, received by %d deputies", c.State, len(c.Deputies))
	}
}

func (s *story) headSorts() {
	s.t.Helper()
	b := s.tab("站长", laptop).signIn(s.Head)
	b.visit("/cases?view=sorting")
	b.goes(200, click("a.subject"))
	b.sees("要到两里外去挑", "现在要做：梳理")
	b.fill(step("sort")+"[name=title]", "五阳村自来水管冻裂")
	b.choose(step("sort"), "level", "报县里办理")
	b.fill(step("sort")+"[name=proposal]", "建议请县水利局查看管网。")
	b.press(step("sort"))
	b.sees("已梳理", "现在是“待分办”")
	b.press(step("report"))
	b.sees("县级待分办")
}

func (s *story) countyHandsOut() {
	s.t.Helper()
	b := s.tab("县办理岗", laptop).signIn(s.Handler)
	b.sees("闭环进度", "五阳村自来水管冻裂")
	b.visit("/cases")
	b.goes(200, click("a.subject"))
	b.fill(step("hand_out")+"[name=text]", "请三天内到村里看。")
	b.pick(step("hand_out")+"[name=unit_id]", "县水利局")
	b.press(step("hand_out"))
	b.sees("现在是“待签收”", "分办：县水利局")
}

// unitAnswers signs for it and answers twice: the county sends the first answer back.
func (s *story) unitAnswers() {
	s.t.Helper()
	unit, county := s.tab("县水利局", laptop).signIn(s.Water), s.tab("县办理岗审核", laptop).signIn(s.Handler2)
	unit.goes(200, click("a.subject"))
	unit.sees("申**", "请三天内到村里看。")
	unit.seesNot(casetest.Visitor, "0017", "路灯")
	unit.press(step("sign"))
	unit.choose(step("submit"), "class", "A")
	unit.fill(step("submit")+"[name=text]", "破损管段已更换。")
	unit.press(step("submit"))
	unit.sees("待审核")

	county.visit("/cases/" + s.pipe)
	county.unfold("improve")
	county.fill(step("improve")+"[name=text]", "请写明哪一天恢复供水。")
	county.press(step("improve"))
	county.sees("退回补正")

	unit.visit("/cases/" + s.pipe)
	unit.sees("请写明哪一天恢复供水。")
	unit.choose(step("submit"), "class", "A")
	unit.fill(step("submit")+"[name=text]", "破损管段已更换，9月13日恢复供水。")
	unit.press(step("submit"))

	county.visit("/cases/" + s.pipe)
	county.press(step("approve"))
	county.sees("待反馈")
}

// clerkTells tells the citizen and both deputies, and enters it.
func (s *story) clerkTells(b *tab) {
	s.t.Helper()
	b.visit("/cases?view=feedback")
	b.goes(200, click("a.subject"))
	b.sees("告诉群众的话")
	b.choose(step("give_feedback"), "citizen_way", "电话")
	for _, deputy := range s.Deputies[:2] {
		b.choose(step("give_feedback"), "deputy_"+strconv.FormatInt(deputy, 10)+"_way", "当面")
	}
	b.press(step("give_feedback"))
	b.sees("待评价", "等群众评价")
}

// citizenRates reads the link in the message and answers on a phone without JavaScript.
func (s *story) citizenRates() {
	s.t.Helper()
	link := s.Link("五阳村自来水管冻裂", 1)
	b := s.tab("群众", phone).withoutScript()
	before := len(s.Events(s.pipe))
	b.visit(link)
	b.visit(link) // opened again, by a scanner perhaps
	b.sees("事情办完了，请您评价", "9月13日恢复供水")
	b.seesNot(casetest.Visitor, casetest.Phone, "0017", "<script")
	if n := len(s.Events(s.pipe)); n != before || s.Case(s.pipe).State != casefile.AwaitingRating {
		s.t.Errorf("opening the link took %d steps", n-before)
	}
	b.choose("main form ", "result", "满意")
	b.choose("main form ", "attitude", "非常满意")
	b.press("main form")
	b.sees("谢谢您的评价", "办理结果：满意", "办理态度：非常满意")
	b.goes(200, click("a[href$='amend=1']"))
	b.choose("main form ", "result", "非常满意")
	b.press("main form")
	b.sees("办理结果：非常满意", "您已经改过一次")
	b.seesNot("amend=1")
	if c := s.Case(s.pipe); c.State != casefile.Closed || *c.Outcome != casefile.Satisfied {
		s.t.Errorf("the case ends %s", c.State)
	}
}

// citizenLooksUp asks with the 查询码 how far it has come.
func (s *story) citizenLooksUp() {
	s.t.Helper()
	b := s.tab("群众查询", phone).withoutScript()
	b.visit("/q")
	b.fill("#code", strings.ToLower(s.codes[0]))
	b.fill("#digits", "0000")
	b.pressFor(422, "main form")
	b.sees("没有查到")
	b.fill("#code", s.codes[0])
	b.fill("#digits", "0017")
	b.press("main form")
	b.sees("办完了", "五阳村自来水管冻裂", "9月13日恢复供水", "郭建国")
	b.seesNot(casetest.Visitor, casetest.Phone)
	b.visit("/q")
	b.fill("#code", s.codes[1])
	b.fill("#digits", "0017")
	b.press("main form")
	b.sees("请您评价", "从本周起改到十二点")
}
