package ratings_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"lianluo/internal/casefile"
	"lianluo/internal/rating"
	"lianluo/internal/tenant"
)

func TestStory(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	number, path := s.waiting()
	for range 3 { // scanners open it first
		body := s.get(path, http.StatusOK)
		contains(t, body, "事情办完了，请您评价", "您对办理结果满意吗？", "您对办理态度满意吗？", "五阳村自来水管冻裂", "9月14日",
			"水管修好了，请您放心用水。", "县水利局办理", "3 个工作日内研究，由人来决定是否重新办理", "王桥镇人大代表联络站", `action="`+path+`"`)
		if strings.Contains(body, "checked") {
			t.Error("something is chosen beforehand")
		}
		if n := strings.Count(body, `type="radio"`); n != 10 {
			t.Errorf("%d answers, want 10", n)
		}
	}
	if s.Case(number).State != casefile.AwaitingRating || s.count() != 0 {
		t.Fatal("a GET rates")
	}
	w := s.post(path, http.StatusSeeOther, "result", "4", "attitude", "5", "comment", "")
	if got := w.Header().Get("Location"); got != path {
		t.Errorf("leads to %s", got)
	}
	body := s.get(path, http.StatusOK)
	contains(t, body, "谢谢您的评价", "办理结果：<strong>满意</strong>", "办理态度：<strong>非常满意</strong>", "9月21日前可以改一次", path+"?amend=1")
	if c := s.Case(number); c.State != casefile.Closed || *c.Outcome != casefile.Satisfied {
		t.Errorf("%s", c.State)
	}
	// Once more, by a second press: the stored answer stays.
	s.post(path, http.StatusSeeOther, "result", "1", "attitude", "1")
	contains(t, s.get(path, http.StatusOK), "办理结果：<strong>满意</strong>")
	if n := s.count(); n != 1 {
		t.Errorf("%d ratings", n)
	}
}

func TestDissatisfied(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	number, path := s.waiting()
	s.post(path, http.StatusSeeOther, "result", "2", "attitude", "4", "comment", "  还在漏水 <b>  ")
	contains(t, s.get(path, http.StatusOK), "联络站会在 3 个工作日内研究，由人来决定是否重新办理。您不用再做什么。")
	if c := s.Case(number); c.State != casefile.Review {
		t.Errorf("%s", c.State)
	}
	var stored *[]rating.Rating
	s.View(func(v *tenant.View) { stored = rating.OfCase(v, number) })
	if c := (*stored)[0].Comment; c == nil || *c != "还在漏水 <b>" {
		t.Errorf("comment %v", c)
	}
	s.MustTake(s.Handler, number, casefile.Input{Step: casefile.Rehandle, Reason: "再修。"})
	body := s.get(path, http.StatusOK)
	contains(t, body, "已经决定重新办理")
	if strings.Contains(body, "amend=1") {
		t.Error("may be amended after a new round")
	}
	s.Drive(number, casefile.AwaitingRating)
	second := s.link(number)
	contains(t, s.get(path, http.StatusOK), "请点最近一条短信里的链接再评一次")
	s.get(second, http.StatusOK)
}

func TestAmendOnce(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	number, path := s.waiting()
	s.get(path+"?amend=1", http.StatusOK)
	s.post(path, http.StatusSeeOther, "result", "5", "attitude", "5", "amend", "1") // nothing to amend yet
	contains(t, s.get(path, http.StatusOK), "事情办完了，请您评价")
	s.post(path, http.StatusSeeOther, "result", "1", "attitude", "3")
	body := s.get(path+"?amend=1", http.StatusOK)
	contains(t, body, "改您的评价", "办理结果 <b>非常不满意</b>", "办理态度 <b>基本满意</b>", `name="amend" value="1"`,
		`name="result" value="1" checked`, `name="attitude" value="3" checked`)
	body = s.post(path, http.StatusUnprocessableEntity, "result", "5", "amend", "1").Body.String()
	contains(t, body, "改您的评价", "您对办理态度满意吗？", `name="result" value="5" checked`)
	s.post(path, http.StatusSeeOther, "result", "4", "attitude", "4", "amend", "1")
	body = s.get(path+"?amend=1", http.StatusOK)
	contains(t, body, "谢谢您的评价", "办理结果：<strong>满意</strong>", "您已经改过一次，以这次为准")
	s.post(path, http.StatusSeeOther, "result", "1", "attitude", "1", "amend", "1")
	contains(t, s.get(path, http.StatusOK), "办理结果：<strong>满意</strong>")
	if n := s.count(); n != 2 {
		t.Errorf("%d ratings, want both", n)
	}
	if c := s.Case(number); c.State != casefile.Closed {
		t.Errorf("%s", c.State)
	}
	// After a week it stays as it is.
	_, late := s.waiting()
	s.post(late, http.StatusSeeOther, "result", "3", "attitude", "3")
	s.Advance(8)
	if strings.Contains(s.get(late, http.StatusOK), "amend=1") {
		t.Error("may be amended after a week")
	}
	s.post(late, http.StatusSeeOther, "result", "1", "attitude", "1", "amend", "1")
	contains(t, s.get(late, http.StatusOK), "办理结果：<strong>基本满意</strong>")
}

func TestErrorsKeepEverything(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	_, path := s.waiting()
	body := s.post(path, http.StatusUnprocessableEntity).Body.String()
	contains(t, body, "错误：", "有 2 处要改", `href="#result"`, `href="#attitude"`, `id="result-err"`, `id="attitude-err"`, "novalidate")
	if strings.Index(body, `href="#result"`) > strings.Index(body, `href="#attitude"`) {
		t.Error("the summary is not in the page's order")
	}
	body = s.post(path, http.StatusUnprocessableEntity, "attitude", "2", "comment", `<script>alert("1")</script>`).Body.String()
	contains(t, body, "有 1 处要改", `name="attitude" value="2" checked`, "&lt;script&gt;alert(&#34;1&#34;)&lt;/script&gt;")
	body = s.post(path, http.StatusUnprocessableEntity, "result", "9", "attitude", "x", "comment", strings.Repeat("长", 1001)).Body.String()
	contains(t, body, "有 3 处要改", "现在是 1001 字")
}

func TestDeadLinks(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	number, path := s.waiting()
	good := strings.TrimPrefix(path, "/r/")
	county, secret, _ := strings.Cut(good, "-")
	for _, token := range []string{"x", "-", good[:len(good)-1], strings.ToUpper(good), good + "a", "1-" + strings.Repeat("a", 26),
		"zz-" + secret, "0-" + secret, "%3Cscript%3E", county + "-" + strings.Repeat("a", 26)} {
		body := s.get("/r/"+token, http.StatusNotFound)
		contains(t, body, "没有找到这个评价链接", "请再点一次短信里的链接", `href="/q"`)
		s.post("/r/"+token, http.StatusNotFound, "result", "5", "attitude", "5")
	}
	newer := s.link(number)
	contains(t, s.get(path, http.StatusGone), "这个链接换成新的了", "请点最近一条短信里的链接", "tel:03557221234")
	s.post(path, http.StatusSeeOther, "result", "5", "attitude", "5")
	s.Set("2026-10-15 09:00")
	contains(t, s.get(newer, http.StatusGone), "这个评价链接过期了", "打电话，或者到联络站", "襄垣县人大常委会")
	s.post(newer, http.StatusSeeOther, "result", "5", "attitude", "5")
	s.MustTake(s.System, number, casefile.Input{Step: casefile.WindowEnds})
	contains(t, s.get(newer, http.StatusGone), "评价的时间已经过了", "可以再登记")
	if s.count() != 0 {
		t.Error("a dead link rates")
	}
}

func TestTakenByAnotherChannel(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	number, path := s.waiting()
	err := s.Update(func(ctx context.Context, tx *tenant.Tx) error {
		return rating.Take(ctx, tx, s.Handler, number, rating.ByCallBack, rating.Submission{Result: 4, Attitude: 4})
	})
	if err != nil {
		t.Fatal(err)
	}
	contains(t, s.get(path, http.StatusGone), "这个链接不用了", "您已经用别的方式评价过")
	_, other := s.waiting()
	s.MustTake(s.Citizen, "XY2026-0002", casefile.Input{Step: casefile.Rate, Result: 5, Attitude: 5})
	contains(t, s.get(other, http.StatusGone), "这件事现在不用评价")
}

func TestAnotherCountysToken(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	_, path := s.waiting()
	_, secret, _ := strings.Cut(path, "-")
	theirs := "/r/2-" + secret
	if strings.HasPrefix(path, "/r/2-") {
		theirs = "/r/1-" + secret
	}
	s.get(theirs, http.StatusNotFound)
	s.post(theirs, http.StatusNotFound, "result", "1", "attitude", "1")
	contains(t, s.get(path, http.StatusOK), "请您评价")
}

func TestTwentyTogether(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	number, path := s.waiting()
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() { s.post(path, http.StatusSeeOther, "result", "4", "attitude", "4") })
	}
	all.Wait()
	if n := s.count(); n != 1 {
		t.Errorf("%d ratings", n)
	}
	if c := s.Case(number); c.State != casefile.Closed {
		t.Errorf("%s", c.State)
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	_, path := s.waiting()
	guess := strings.Split(path, "-")[0] + "-" + strings.Repeat("a", 26)
	for range 60 {
		s.get(guess, http.StatusNotFound)
	}
	contains(t, s.get(guess, http.StatusTooManyRequests), "请过几分钟再点一次短信里的链接")
	s.Set("2026-09-14 09:30")
	for range 100 { // what is known does not count
		s.get(path, http.StatusOK)
	}
	for range 60 {
		s.post(path, http.StatusUnprocessableEntity)
	}
	s.post(path, http.StatusTooManyRequests, "result", "5", "attitude", "5")
	s.Set("2026-09-14 10:00")
	s.post(path, http.StatusSeeOther, "result", "5", "attitude", "5")
}

func TestLargeText(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	_, path := s.waiting()
	r := httptest.NewRequest("GET", path, nil)
	r.AddCookie(&http.Cookie{Name: "text", Value: "large"})
	contains(t, s.serve(r, http.StatusOK).Body.String(), `data-text="large"`, "标准字")
}
