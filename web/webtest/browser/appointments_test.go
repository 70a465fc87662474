package browser

import "lianluo/web/webtest"

// meets is a citizen on a phone, without a script, who asks to meet a deputy after a slip, reads
// the answer by the code and takes it back; the head answers one and the clerk looks at it.
func (s *story) meets(head, clerk *tab) {
	s.t.Helper()
	citizen := s.tab("群众", phone).withoutScript()
	citizen.visit("/s/140423101/appointments")
	citizen.picture("appointment-form")
	citizen.fill("[name=name]", "王女士")
	citizen.fill("[name=phone]", "1380000")
	citizen.fill("[name=topic]", "孩子上学的事")
	citizen.pressFor(422, "main form")
	citizen.picture("appointment-slip")
	citizen.fill("[name=phone]", "13800000018")
	citizen.press("main form")
	citizen.sees("申请已经送到", "您的查询码", "孩子上学的事")
	citizen.picture("appointment-sent")
	code := webtest.Codes(citizen.text("main"))[0]
	lookup := func(words ...string) {
		citizen.visit("/q")
		citizen.fill("[name=code]", code)
		citizen.fill("[name=digits]", "0018")
		citizen.press("main form")
		citizen.sees(words...)
	}
	lookup("还没有约定")
	citizen.picture("appointment-waits")

	head.visit("/appointments")
	head.picture("appointments-list")
	head.goes(200, click("main tbody tr:last-child a.subject"))
	head.sees("王女士", "怎样答复", code)
	head.picture("appointments-answer")
	head.pick("[name=reception]", head.text("[name=reception] option:nth-child(2)"))
	head.date("[name=at]", "09:30")
	head.press("form:has([name=to])")
	head.sees("已约定")
	head.picture("appointments-settled")
	clerk.visit("/appointments?view=coming")
	clerk.picture("appointments-list-phone")
	clerk.goes(200, click("main tbody a.subject"))
	clerk.picture("appointments-one-phone")
	clerk.visit("/messages")
	lookup("约好了", "09:30")
	citizen.picture("appointment-settled")
	citizen.do(click("main summary"))
	citizen.press("main form[action='/q/recall']")
	citizen.sees("已经取消")
	citizen.picture("appointment-recalled")
}
