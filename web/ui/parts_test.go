package ui

import (
	"strconv"
	"testing"

	"github.com/a-h/templ"
)

func TestNoteAndChipKinds(t *testing.T) {
	t.Parallel()
	for kind, class := range map[NoteKind]string{NotePlain: "note", NoteOK: "note note-ok", NoteWarn: "note note-warn", NoteErr: "note note-err", "x": "note"} {
		doc := render(t, with(Note(kind), Text("话")))
		expect(t, doc, ".note", map[string]string{"class": class})
		if has(doc, ".note", "role") != (kind == NoteOK) {
			t.Errorf("note %q: role is wrong", kind)
		}
		equal(t, "children", texts(doc, ".note p"), []string{"话"})
	}
	for kind, class := range map[ChipKind]string{ChipPlain: "chip", ChipLate: "chip chip-late", ChipWatch: "chip chip-watch", ChipSoon: "chip chip-soon",
		ChipOK: "chip chip-ok", ChipInfo: "chip chip-info", "x": "chip"} {
		expect(t, render(t, Chip(kind, "新")), ".chip", map[string]string{"class": class})
	}
}

func TestLoopStaysWithinItsFiveSteps(t *testing.T) {
	t.Parallel()
	for n, step := range map[int]int{-1: 1, 0: 1, 1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 5} {
		doc := render(t, Loop(n, "办理中"))
		expect(t, doc, ".loop-"+strconv.Itoa(step), map[string]string{"aria-hidden": "true"})
		equal(t, "word", texts(doc, ".nowrap"), []string{"办理中"})
	}
}

func TestDue(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		due  DueProps
		want string
	}{
		{DueProps{Date: "11月20日", Late: 3, Left: 2}, "11月20日 逾期 3 天"},
		{DueProps{Date: "11月20日", Today: true}, "11月20日 今天到期"},
		{DueProps{Date: "11月20日", Left: 3, Provisional: true}, "11月20日 还剩 3 天 暂定"},
		{DueProps{Date: "11月20日"}, "11月20日"},
	} {
		equal(t, "due", texts(render(t, Due(test.due)), "body > span"), []string{test.want})
	}
	expect(t, render(t, Due(DueProps{Late: 1})), ".chip-late", nil)
}

func TestProgress(t *testing.T) {
	t.Parallel()
	doc := render(t, Steps([]Step{{"登记", "11月19日 完成", Done}, {"梳理", "11月23日前 应完成", Now}, {"办理", "未开始", Todo}}))
	expect(t, doc, "li.done", nil)
	expect(t, doc, "li.now", map[string]string{"aria-current": "step"})
	equal(t, "steps", texts(doc, "li"), []string{"1 登记 11月19日 完成", "2 梳理 11月23日前 应完成", "3 办理 未开始"})

	doc = render(t, Trail([]TrailItem{{Heading: "登记", Meta: "11月19日", Body: "一\r\n\r\n二", Progress: Done}, {Heading: "退回", Progress: Returned},
		{Heading: "梳理", Progress: Now, Extra: Chip(ChipSoon, "今天到期")}, {Heading: "办理", Progress: Todo}}))
	equal(t, "headings", texts(doc, "li > h3"), []string{"登记", "退回", "梳理", "办理"})
	equal(t, "paragraphs", texts(doc, "li:first-child p"), []string{"11月19日", "一", "二"})
	for _, selector := range []string{"li.bad", "li.now .chip-soon", "li.todo"} {
		expect(t, doc, selector, nil)
	}

	doc = render(t, Facts([]Fact{{Label: "方式", Value: "来访"}, {Label: "电话", Value: "138****0017",
		Body: Post(PostProps{Action: "/cases/1/phone", Text: "查看", Label: "查看完整电话"})}}))
	equal(t, "facts", texts(doc, "dt, dd"), []string{"方式", "来访", "电话", "138****0017 查看"})
	expect(t, doc, "form[method=post] button", map[string]string{"aria-label": "查看完整电话", "class": "btn btn-sm"})
}

func TestFunnel(t *testing.T) {
	t.Parallel()
	doc := render(t, Funnel([]FunnelStep{{Name: "登记", Count: 1286, Note: "合计"}, {Name: "办理", Count: 1188, Wait: "86 件办理中", URL: "/cases?view=working", Late: "其中逾期 5 件"}}))
	equal(t, "figures", texts(doc, ".big"), []string{"1,286 件", "1,188 件"})
	equal(t, "words", texts(doc, "p.meta"), []string{"合计", "86 件办理中 其中逾期 5 件"})
	expect(t, doc, "p a", map[string]string{"href": "/cases?view=working"})
	if got := doc.Find("rect.fill").Last().AttrOr("width", ""); got != "92.4" {
		t.Errorf("bar is %s wide, want 92.4", got)
	}
	if got := share(1, 0) + " " + share(-1, 2) + " " + share(3, 2); got != "0 0 100.0" {
		t.Errorf("shares are %s", got)
	}
	absent(t, render(t, Funnel(nil)), "li")
}

func TestLists(t *testing.T) {
	t.Parallel()
	doc := render(t, Views([]View{{URL: "/cases?view=mine", Name: "待我处理", Count: 26, Current: true}, {URL: "/cases?view=late", Name: "逾期", Count: 0, Late: true}, {URL: "/cases", Name: "全部", Count: -1}}))
	equal(t, "views", texts(doc, "nav a"), []string{"待我处理 26 件", "逾期 0 件", "全部"})
	expect(t, doc, "a[aria-current=page]", map[string]string{"href": "/cases?view=mine"})
	expect(t, doc, ".count-late", nil)

	doc = render(t, with(Filter(FilterProps{Action: "/cases", Label: "筛选事项", Clear: "/cases"}), Hidden("view", "mine")))
	expect(t, doc, "form.filter", map[string]string{"method": "get", "role": "search", "action": "/cases", "aria-label": "筛选事项"})
	expect(t, doc, "a.btn-link", map[string]string{"href": "/cases"})
	absent(t, render(t, Filter(FilterProps{Action: "/cases"})), "a")

	doc = render(t, Pager(PagerProps{Total: 1234, Prev: "?before=1", Next: "?after=2"}))
	equal(t, "pager", texts(doc, "nav > *"), []string{"共 1,234 件", "上一页", "下一页"})
	expect(t, doc, "a[rel=next]", map[string]string{"href": "?after=2"})
	equal(t, "other unit", texts(render(t, Pager(PagerProps{Total: 3, Unit: "人"})), "nav > *"), []string{"共 3 人"})
	absent(t, render(t, Pager(PagerProps{Total: -1})), "nav > *")

	doc = render(t, with(Scroll("事项列表"), templ.NopComponent))
	expect(t, doc, ".scroll", map[string]string{"tabindex": "0", "role": "group", "aria-label": "事项列表"})
	equal(t, "empty", texts(render(t, Empty(EmptyProps{"没有事项", "换个条件再找。"})), ".empty > *"), []string{"没有事项", "换个条件再找。"})
	equal(t, "numbers", []string{Number(0), Number(-1), Number(999), Number(1000), Number(-123456), Number(1234567)},
		[]string{"0", "-1", "999", "1,000", "-123,456", "1,234,567"})
}
