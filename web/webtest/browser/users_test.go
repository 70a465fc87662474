package browser

import (
	"strings"
	"testing"

	"lianluo/web/webtest"
)

// TestUsers: the administrator makes an account, hands its link over and arranges a stand-in;
// the newcomer sets the password on a phone, without JavaScript.
func TestUsers(t *testing.T) {
	t.Parallel()
	s := &story{Site: webtest.New(t), t: t}
	b := s.tab("县管理员", laptop).signIn(s.Admin)
	b.visit("/users")
	b.sees("工作人员", "张敏", "谁能做什么")
	b.goes(200, click("a[href='/users/new']"))
	b.anyway("main form.form")
	b.pressFor(422, "main form.form")
	b.sees("请填写姓名", "请选择角色")
	b.fill("#name", "李岚")
	b.fill("#title", "人大干事")
	b.fill("#login_name", "wangqiao.lilan")
	b.choose("main form.form ", "role", "联络员")
	b.pick("#place", "王桥镇")
	b.press("main form.form")
	b.sees("只在这一页出现一次", "wangqiao.lilan", "复制链接")
	_, link, _ := strings.Cut(strings.TrimSpace(b.text("#link")), "/password/")
	link = "/password/" + link
	b.do(click("[data-copy]"))
	if said := b.text("[data-copy]"); !strings.HasPrefix(said, "已") {
		t.Errorf("having copied, the button says %q", said)
	}
	b.prints("设密码通知", 1)

	newcomer := s.tab("李岚手机", phone).withoutScript()
	newcomer.visit(link)
	newcomer.sees("李岚，请设一个自己的密码", "至少 10 个字符")
	newcomer.fill("#new_password", "渔人捕鱼为业 377")
	newcomer.fill("#repeat_password", "渔人捕鱼为业")
	newcomer.pressFor(422, "main form.form")
	newcomer.sees("两次填写的新密码不一样")
	newcomer.fill("#new_password", "渔人捕鱼为业 377")
	newcomer.fill("#repeat_password", "渔人捕鱼为业 377")
	newcomer.press("main form.form")
	newcomer.sees("密码设好了")
	newcomer.visitFor(404, link)
	newcomer.sees("链接不能用了")

	for who, width := range map[string]int64{"县管理员": laptop, "县管理员手机": phone} {
		b := s.tab(who, width).withoutScript().signIn(s.Admin)
		b.visit("/users")
		b.visit("/users/" + s.Head.LoginName)
		b.goes(200, click("a[href$='/standin']"))
		b.pick("#who", map[int64]string{laptop: "路红霞 county.handler", phone: "李岚（人大干事） wangqiao.lilan"}[width])
		b.date("#to", s.Today().AddDays(9).String())
		b.fill("#reason", "外出学习")
		b.press("main form.form")
		b.sees("代班已经安排好", "代班：")
		b.goes(200, click("a[href$='/end']"))
		b.visit("/users/" + s.Head.LoginName + "/grant")
		b.visit("/users/" + s.Clerk.LoginName + "/disable")
		b.visit("/users/" + s.Clerk.LoginName + "/link")
		b.visit("/users/rights")
		b.prints("谁能做什么", 6)
	}
	stand := s.tab("代班", laptop).signIn(s.Handler)
	stand.visit("/account")
	stand.goes(200, click("form[action='/account/role'] button"))
	stand.sees("路红霞（代连文斌） · 王桥镇")
}
