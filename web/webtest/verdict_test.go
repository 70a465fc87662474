package webtest_test

import (
	"net/http"
	"strings"
	"testing"

	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/web/webtest"
)

// rated opens a link and answers.
func rated(s *webtest.Site, link, result, attitude, comment string) *webtest.Page {
	return s.Anonymous().Get(strings.TrimPrefix(link, s.URL)).MustStatus(http.StatusOK).Form("main form").
		Choose("result", result).Choose("attitude", attitude).Set("comment", comment).Submit().MustStatus(http.StatusSeeOther).Follow()
}

// TestDissatisfied: a person decides, the second round begins, and its end is asked for
// again; a second dissatisfied answer goes to the county.
func TestDissatisfied(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	number := s.DriveNew(casefile.AwaitingRating)
	at := "/cases/" + number
	rated(s, s.Links(1)[0], "不满意", "满意", "水还是浑的。").MustSay("谢谢您的评价", "由人来决定是否重新办理").MustNotSay(casetest.Visitor)

	head, unit := s.As(s.Head), s.As(s.Water)
	lists(t, head.Get("/cases"), number)
	p := head.Get(at).MustSay("不满意待研判", "水还是浑的。", "本人链接评价", "现在要做：重办")
	p.StepForm("rehandle").Submit().MustStatus(http.StatusUnprocessableEntity).MustSay("请写明理由。")
	took(t, p.StepForm("rehandle").Set("reason", "水质没有解决。").Submit()).MustSay("办理中", "第 2 次办理", "水质没有解决。")
	lists(t, unit.Get("/cases"), number)
	took(t, unit.Get(at).StepForm("submit").Set("text", "已换滤芯。").Choose("class", "A 已解决或基本解决").Submit())
	took(t, s.As(s.Handler).Get(at).StepForm("approve").Submit())
	took(t, s.As(s.Clerk).Get(at).StepForm("give_feedback").Submit())

	links := s.Links(2)
	s.Anonymous().Get(strings.TrimPrefix(links[0], s.URL)).MustStatus(http.StatusOK).MustSay("请点最近一条短信里的链接")
	rated(s, links[1], "非常不满意", "不满意", "").MustSay("谢谢您的评价")
	if offered := offers(s.As(s.Handler).Get(at)); strings.Contains(strings.Join(offered, " "), "rehandle") {
		t.Errorf("a third round is offered: %q", offered)
	}
	took(t, s.As(s.Handler).Get(at).StepForm("escalate").Submit()).MustSay("上级研判")
	took(t, s.As(s.Leader).Get(at).StepForm("conclude").Set("text", "已按规定办结，继续观察水质。").Choose("handle", "办结，注明不满意").Submit()).
		MustSay("已办结（不满意）")
}

// TestUphold: to stay with a result takes a reason and what was said to the citizen.
func TestUphold(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	at := "/cases/" + s.DriveNew(casefile.Review)
	admin := s.As(s.Admin)
	admin.Get(at).StepForm("uphold").Submit().MustStatus(http.StatusUnprocessableEntity).MustSay("有 2 处要改")
	took(t, admin.Get(at).StepForm("uphold").Set("reason", "已达标准。").Set("text", "已当面说明水质检测结果。").Submit()).
		MustSay("已办结（不满意）", "已当面说明水质检测结果。")
}

// TestTakenByStaff: a verdict that staff take down is labelled, comes from somebody other
// than who registered the case, and ends the link.
func TestTakenByStaff(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	number := s.DriveNew(casefile.AwaitingRating)
	at, link := "/cases/"+number, strings.TrimPrefix(s.Links(1)[0], s.URL)
	own := s.As(s.Clerk)
	if offered := strings.Join(offers(own.Get(at)), " "); strings.Contains(offered, "rate") {
		t.Errorf("who registered the case is offered to rate it: %s", offered)
	}
	form := s.As(s.Clerk2).Get(at).StepForm("rate")
	stolen := own.Post(at+"/steps/rate", map[string][]string{"version": {form.Value("version")}, "key": {form.Value("key")},
		"channel": {"call_back"}, "result": {"5"}, "attitude": {"5"}})
	stolen.MustStatus(http.StatusForbidden)

	form.Submit().MustStatus(http.StatusUnprocessableEntity).MustSay("请选择是怎样评价的。")
	form.Choose("channel", "电话回访").Set("comment", "他说修得快。").Submit().MustStatus(http.StatusUnprocessableEntity).
		MustSay("有 2 处要改", "他说修得快。")
	took(t, form.Choose("result", "满意").Choose("attitude", "非常满意").Submit()).MustSay("已办结", "电话回访", "他说修得快。")
	s.Anonymous().Get(link).MustStatus(http.StatusGone).MustSay("这个链接不用了")
}

// TestOpeningChangesNothing: scanners open links, often; and of twenty answers at once one counts.
func TestOpeningChangesNothing(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	number := s.DriveNew(casefile.AwaitingRating)
	link := strings.TrimPrefix(s.Links(1)[0], s.URL)
	before, c := s.Events(number), s.Anonymous()
	form := c.Get(link).MustStatus(http.StatusOK).Form("main form")
	for range 5 {
		c.Get(link).MustStatus(http.StatusOK)
		c.Get(link + "?result=5&attitude=5").MustStatus(http.StatusOK)
	}
	if n := len(s.Events(number)); n != len(before) || s.Case(number).State != casefile.AwaitingRating {
		t.Errorf("opening the link took %d steps", n-len(before))
	}
	if checked := c.Get(link).Find("input[checked]").Length(); checked != 0 {
		t.Errorf("%d answers are chosen beforehand", checked)
	}
	form.Choose("result", "满意").Choose("attitude", "满意")
	atOnce(20, func() {
		if p := form.Submit(); p.Status != http.StatusSeeOther {
			t.Errorf("an answer at once: %d", p.Status)
		}
	})
	var ratings int
	if err := s.PG.Super.QueryRow(t.Context(), `select count(*) from ratings`).Scan(&ratings); err != nil || ratings != 1 {
		t.Errorf("%d ratings are stored (%v)", ratings, err)
	}
	if size := len(c.Get(link).Body); size > 20<<10 {
		t.Errorf("the thanks weigh %d bytes", size)
	}
}
