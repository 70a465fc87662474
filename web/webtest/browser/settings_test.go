package browser

import (
	"strings"
	"testing"

	"lianluo/internal/casefile"
	"lianluo/web/webtest"
)

// TestSettings: the county's administrator looks at every page of the settings and changes
// something on each, without JavaScript; a citizen reads what becomes of their data.
func TestSettings(t *testing.T) {
	t.Parallel()
	s := &story{Site: webtest.New(t), t: t}
	s.DriveNew(casefile.Submitted)
	b := s.tab("县管理员", laptop).signIn(s.Admin).withoutScript()
	b.visit("/settings")
	b.sees("名称与编号", "已经启用，不能再改", "16 个大类", "2026-1 版", "都是默认的文字")

	b.goes(200, click("a[href='/settings/county']"))
	b.fill("#phone", "7220001")
	b.pressFor(422, "main form.form")
	b.sees("座机号前请加上区号", "前缀不能再改")
	b.fill("#phone", "0355-7220001")
	b.press("main form.form")
	b.sees("名称与编号已经保存")

	b.visit("/settings/periods")
	b.sees("只对以后开始的期限有效")
	b.fill("#sort_days", "4")
	b.fill("#undo_minutes", "61")
	b.anyway("main form.form")
	b.pressFor(422, "main form.form")
	b.sees("“撤回时限”请填 0 到 60 的整数。")
	b.fill("#undo_minutes", "5")
	s.As(s.Admin).Get("/settings/periods").Form("main form").Set("sort_days", "3").Set("study_days", "12").Submit().MustStatus(303)
	b.pressFor(409, "main form.form")
	b.sees("别人刚刚改过，您的修改还没有保存", "梳理由“2”改成“3”", "研判由“10”改成“12”")
	b.press("main form.form") // having seen it, once more
	b.sees("期限已经保存")

	b.visit("/settings/categories")
	b.goes(200, click("[aria-label='上移：饮水灌溉']"))
	if first := b.text("main tbody tr:first-child th"); !strings.Contains(first, "饮水灌溉") {
		t.Errorf("the first category is %s", first)
	}
	b.goes(200, click("main tbody tr:first-child a.subject"))
	b.sees("饮水灌溉里的小类", "饮水管网", "1 件")
	b.fill("#new-name", "饮水管网")
	b.pressFor(422, "form[action='/settings/subcategories']")
	b.sees("“饮水管网”已经有了。")
	b.fill("#new-name", "净水站")
	b.press("form[action='/settings/subcategories']")
	b.goes(200, click(".head-acts a"))
	b.sees("下面 6 个小类一起停用", "净水站", "都不受影响")
	b.press("main form.form")
	b.sees("已经停用", "停用的大类", "连同小类恢复")
	b.goes(200, click("[aria-label='连同小类恢复：饮水灌溉']"))

	b.visit("/settings/classes")
	b.goes(200, click("main tbody tr:first-child a.subject"))
	b.sees("代号不能再改")
	b.visit("/settings/reasons")
	b.anyway("form[action='/settings/reasons']")
	b.pressFor(422, "form[action='/settings/reasons']")
	b.sees("请填理由。", "请写明怎样引导群众")
	b.visit("/settings/checklists")
	b.sees("不是官方定义", "有标识场所、有制度")
	b.goes(200, click("main tbody tr:first-child a.subject"))

	b.visit("/settings/notices")
	b.goes(200, click(".head-acts a"))
	b.fill("#body", "只记您说的事。\n不公开。")
	b.press("main form.form")
	b.sees("群众看到的是这样", "发布以后不能改")
	b.goes(200, click("button[value=publish]"))
	b.sees("现在用的：2026-2 版", "2026-1")
	b.goes(200, click("a[href='/settings/notices/2026-1']"))
	b.sees("电话加密保存")

	b.visit("/settings/texts")
	b.goes(200, click("a[href='/settings/texts/registered']"))
	b.fill("#body", "{姓名}您好")
	b.goes(422, click("button[value=save]"))
	b.sees("没有{姓名}这一项", "{联系电话}")
	b.fill("#body", "{县}收到了您反映的“{标题}”，编号 {编号}。")
	b.goes(200, click("button[value=preview]"))
	b.sees("襄垣县收到了您反映的“村口路灯不亮”，编号 XY2026-0012。", "查询码 K7M3-92H-4TP")
	b.goes(200, click("button[value=save]"))
	b.sees("文字已经保存", "本县改过")
	b.visit("/settings/texts")
	b.visit("/settings/texts/feedback")

	citizen := s.tab("群众", phone).withoutScript()
	citizen.visit("/c/140423/privacy")
	citizen.sees("个人信息怎么用", "只记您说的事。", "2026-2 版")
	clerk := s.tab("联络员", laptop).signIn(s.Clerk)
	clerk.visit("/visits/new")
	clerk.sees("告知书全文（2026-2 版）")
}
