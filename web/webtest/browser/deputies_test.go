package browser

import (
	"context"
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"lianluo/internal/calendar"
	"lianluo/internal/deputy"
	"lianluo/internal/tenant"
	"lianluo/web/webtest"
)

// placeless enters deputies whom no station has.
func (s *story) placeless(n int) {
	s.t.Helper()
	err := s.Update(func(ctx context.Context, tx *tenant.Tx) error {
		for i := range n {
			_, err := deputy.Enter(ctx, tx, s.Keys, s.Admin, deputy.Newcomer{Facts: deputy.Facts{Name: fmt.Sprintf("李%02d", i+1), Duties: "王桥镇五阳村村民"},
				Mandate: deputy.Mandate{Level: "county", Term: "第十七届", ElectoralUnit: "王桥镇第一选区", From: calendar.NewDate(2021, 7, 2)}})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

// TestDeputies: the office moves forty deputies into a group, by the mouse and by keys alone;
// enters one on a phone without JavaScript; approves; and lets the county's congress turn.
func TestDeputies(t *testing.T) {
	t.Parallel()
	s := &story{Site: webtest.New(t), t: t}
	s.placeless(44)
	b := s.tab("县管理员", laptop).signIn(s.Admin)
	b.visit("/deputies?group=none")
	b.sees("还没进站", "勾选后可成批编组")
	b.do(click("[data-pick-all]"))
	b.sees("已选 44 名")
	for i := range 4 { // these stay
		b.do(click(fmt.Sprintf("main tbody tr:nth-child(%d) input", i+1)))
	}
	b.sees("已选 40 名")
	b.goes(200, click("form#bulk .btn-main"))
	b.sees("勾选了 40 名")
	b.anyway("main form.form")
	b.pressFor(422, "main form.form")
	b.sees("请选择一个联络站")
	b.pick("#station_id", "夏店镇")
	b.press("main form.form")
	b.sees("40 名编入，作组员。")
	b.press("main form.form")
	b.sees("编入 40 名", "共 40 名")

	b.visit("/deputies?group=none") // the others by keys
	b.tabTo("main tbody tr:nth-child(1) input")
	b.keys(" ")
	b.tabTo("main tbody tr:nth-child(2) input")
	b.keys(" ")
	b.sees("已选 2 名")
	b.tabTo("form#bulk .btn-main")
	b.goes(200, chromedp.KeyEvent(kb.Enter))
	b.pick("#station_id", "王桥镇")
	b.tabTo("#from")
	b.goes(200, chromedp.KeyEvent(kb.Enter))
	b.tabTo("main form.form .btn-main")
	b.goes(200, chromedp.KeyEvent(kb.Enter))
	b.sees("编入 2 名")

	b.visit("/deputies/approvals")
	b.sees("群众会看到下面这些", "李01")
	b.do(click("[data-pick-all]"))
	b.press("form#bulk")
	b.sees("44 名代表的公开内容已经核对", "没有待核对的")

	m := s.tab("县办理岗", phone).signIn(s.Handler).withoutScript()
	m.visit("/deputies")
	m.visit("/deputies/new")
	m.anyway("main form.form")
	m.pressFor(422, "main form.form")
	m.sees("请填代表的姓名", "请填届次")
	m.fill("#name", "王丽")
	m.fill("#term", "第十七届")
	m.fill("#electoral_unit", "古韩第一选区")
	m.pick("#level", "县人大代表")
	m.date("#from", "2021-07-02")
	m.press("main form.form")
	m.sees("已经登记，档案号 49", "王丽")
	m.visit("/deputies/49/mandates")
	m.visit("/deputies/49/mandates/new")
	m.visit("/deputies/49/groups/new")
	m.visit("/deputies/49/edit")
	m.visit("/deputies/groups?id=48&id=49")
	m.visit("/deputies/groups?id=48&id=49&station_id=1&role=member&others=leave&from=2026-09-14")

	b.visit("/deputies/terms")
	b.sees("第十七届", "49 名")
	b.choose("main form.form ", "level", "县人大代表")
	b.fill("#name", "第十八届")
	b.date("#from", "2026-09-14")
	b.press("main form.form")
	b.sees("45 名代表的这一级职务到 2026年9月13日 为止")
	b.do(click("main tbody tr:nth-child(1) input"))
	b.press("main form.stack")
	b.sees("45 名任期届满，其中 1 名连任")
	m.visit("/deputies/terms")
	m.visit("/deputies/terms/new?level=township&name=第十七届&from=2026-09-14")
}
