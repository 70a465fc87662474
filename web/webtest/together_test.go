package webtest_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/web/webtest"
)

// TestOvertaken: of two people on one case the second is told what the first did, and
// keeps what was typed, whether or not the step is still there to be taken.
func TestOvertaken(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	first, second := s.As(s.Handler), s.As(s.Handler2)

	gone := "/cases/" + s.DriveNew(casefile.Submitted)
	typed := second.Get(gone).StepForm("improve").Set("text", "请写明哪一天恢复供水。")
	took(t, first.Get(gone).StepForm("approve").Submit())
	p := typed.Submit().MustStatus(http.StatusConflict)
	p.MustSay("别人刚刚先办了一步", "路红霞（县办理岗）：审核通过", "请写明哪一天恢复供水。")
	if len(s.Events(strings.TrimPrefix(gone, "/cases/"))) != 7 {
		t.Error("the overtaken step was taken all the same")
	}

	choice := "/cases/" + s.DriveNew(casefile.Reported)
	late := second.Get(choice).StepForm("hand_out").Choose("unit_id", "县交通运输局").Set("text", "请到现场看。").Set("due_on", "2026-10-30")
	took(t, first.Get(choice).StepForm("hand_out").Choose("unit_id", "县水利局").Submit())
	late.Submit().MustStatus(http.StatusConflict).MustSay("路红霞（县办理岗）：分办", "县交通运输局", "请到现场看。", "10月30日")

	still := "/cases/" + s.DriveNew(casefile.Handling)
	pause := second.Get(still).StepForm("pause").Set("reason", "上冻了，开春再挖。").Set("day", "2026-10-30")
	took(t, first.Get(still).StepForm("note").Set("text", "已电话了解。").Submit())
	p = pause.Submit().MustStatus(http.StatusConflict).MustSay("路红霞（县办理岗）：记事")
	again := p.StepForm("pause")
	if again.Value("reason") != "上冻了，开春再挖。" || again.Value("day") != "2026-10-30" {
		t.Error("the overtaken form comes back without what was typed")
	}
	if open := p.Find("details[open] form[action$='/steps/pause']").Length(); open != 1 {
		t.Error("the overtaken form is folded away")
	}
	took(t, again.Submit()).MustSay("暂缓办理") // having seen it, once more
}

// TestNotNow: a step that something stands in the way of says what, and keeps the words.
func TestNotNow(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	at := "/cases/" + s.DriveNew(casefile.Assigned)
	s.Set("2026-09-21 09:00") // the signing period is over
	p := s.As(s.Water).Get(at).StepForm("request_return").Set("reason", "村内管网归镇政府。").Submit()
	p.MustStatus(http.StatusConflict).MustSay("没有办成“申请退回”", "签收期限已过")
	if got := p.StepForm("request_return").Value("reason"); got != "村内管网归镇政府。" {
		t.Errorf("the reason comes back as %q", got)
	}
	head := s.As(s.Head)
	took(t, head.Get(at).StepForm("urge").Submit()).MustSay("催办")
	head.Get(at).StepForm("urge").Submit().MustStatus(http.StatusConflict).MustSay("3 天内已经催办过")
}

// TestPressedTwice: the same form, again or at once, is one step.
func TestPressedTwice(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	number := s.DriveNew(casefile.Handling)
	c := s.As(s.Water)
	form := c.Get("/cases/"+number).StepForm("note").Set("text", "已派人到村里看。")
	took(t, form.Submit())
	took(t, c.Get("/cases/"+number).StepForm("note").Set("text", "管材已买好。").Submit())
	form.Submit().MustStatus(http.StatusSeeOther) // an answer that got lost, much later
	if n := strings.Count(c.Get("/cases/"+number).Text(".trail"), "已派人到村里看。"); n != 1 {
		t.Errorf("the note stands %d times in the trail", n)
	}

	number = s.DriveNew(casefile.Submitted)
	approve := s.As(s.Handler).Get("/cases/" + number).StepForm("approve")
	atOnce(8, func() {
		if p := approve.Submit(); p.Status != http.StatusSeeOther {
			t.Errorf("a second press: %d", p.Status)
		}
	})
	if n := strings.Count(c.Get("/cases/"+number).Text(".trail"), "审核通过"); n != 1 {
		t.Errorf("approved %d times", n)
	}

	// Two forms of two people at once: one is first.
	number = s.DriveNew(casefile.Reported)
	var mu sync.Mutex
	got := map[int]int{}
	one := s.As(s.Handler).Get("/cases/"+number).StepForm("hand_out").Choose("unit_id", "县水利局")
	two := s.As(s.Handler2).Get("/cases/"+number).StepForm("hand_out").Choose("unit_id", "县交通运输局")
	turn := make(chan *webtest.Form, 2)
	turn <- one
	turn <- two
	atOnce(2, func() {
		p := (<-turn).Submit()
		mu.Lock()
		defer mu.Unlock()
		got[p.Status]++
	})
	if got[http.StatusSeeOther] != 1 || got[http.StatusConflict] != 1 {
		t.Errorf("two at once: %v", got)
	}
}

func atOnce(n int, do func()) {
	var all sync.WaitGroup
	for range n {
		all.Go(do)
	}
	all.Wait()
}

// TestRegisteredTwice: the same visit, pressed again or by four at once, is one.
func TestRegisteredTwice(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	c := s.As(s.Clerk)
	form := visitForm(c).Set("words-1", "村里自来水管冻裂。").Choose("category-1", "饮水管网")
	first := form.Submit("登记").MustStatus(http.StatusSeeOther)
	atOnce(4, func() {
		if p := form.Submit("登记"); p.Status != http.StatusSeeOther || p.Header.Get("Location") != first.Header.Get("Location") {
			t.Errorf("a second press: %d %s", p.Status, p.Header.Get("Location"))
		}
	})
	lists(t, c.Get("/cases?view=open"), "XY2026-0001")
	first.Follow().MustSay("已登记 1 件事", "XY2026-0001").MustNotSay(casetest.Phone)
}

// visitForm is a visit by 申国强, in which only the matters are missing.
func visitForm(c *webtest.Client) *webtest.Form {
	return c.Get("/visits/new").MustStatus(http.StatusOK).Form("form[action='/visits']").
		Set("name", casetest.Visitor).Set("phone", casetest.Phone).Set("village", "五阳村")
}
