package appointments_test

import (
	"net/http"
	"net/url"
	"strconv"
	"testing"

	"lianluo/internal/auth"
	"lianluo/web/webtest"
)

// TestRefusals: what is refused in the citizen's form is said in the form, with all that was
// typed; another station, another county and other roles see nothing.
func TestRefusals(t *testing.T) {
	t.Parallel()
	s := site(t, 0)
	citizen, clerk := s.Anonymous(), s.As(s.Clerk)
	code := asked(citizen, "申国强", "13800000017", "村口的路")
	for range 2 {
		asked(citizen, "申国强", "13800000017", "村口的路")
	}
	crowded := fill(citizen, "申国强", "13800000017", "第四件事").Submit().MustStatus(http.StatusTooManyRequests).MustSay("已经有几个申请在等答复")
	if f := crowded.Form("main form"); f.Value("topic") != "第四件事" || f.Value("phone") != "13800000017" {
		t.Error("what was typed is lost")
	}
	form := fill(citizen, "王女士", "13800000018", "孩子上学的事")
	var busy *webtest.Page
	for range 30 { // somebody presses without end
		if busy = form.Set("phone", "1380000").Submit(); busy.Status != http.StatusUnprocessableEntity {
			break
		}
	}
	over := busy.MustStatus(http.StatusTooManyRequests).MustSay("您填的都在", "还没有送出").Form("main form")
	if over.Value("topic") != "孩子上学的事" || over.Value("name") != "王女士" || over.Value("notice") != "2026-1" || over.Value("key") != form.Value("key") {
		t.Error("what was typed is lost")
	}
	s.Set("2026-09-14 09:30")
	over.Set("phone", "13800000018").Submit().MustStatus(http.StatusOK).MustSay("申请已经送到")
	citizen.Get("/s/140423999/appointments").MustStatus(http.StatusNotFound)
	citizen.Post("/s/140423999/appointments", url.Values{"name": {"王女士"}}).MustStatus(http.StatusNotFound)

	list := clerk.Get("/appointments").MustSay("申国强", "王女士")
	at, _ := list.Find("main tbody a.subject").First().Attr("href")
	for _, other := range []*webtest.Client{s.As(s.OtherClerk), s.As(s.Neighbour.Clerk)} {
		other.Get("/appointments").MustStatus(http.StatusOK).MustNotSay("申国强", "王女士")
		other.Get(at).MustStatus(http.StatusNotFound)
		other.Get("/").MustNotSay("约见申请等着答复")
	}
	for _, other := range []auth.Actor{s.Deputy, s.Leader, s.Water} {
		s.As(other).Get("/appointments").MustStatus(http.StatusForbidden)
		s.As(other).Get(at).MustStatus(http.StatusForbidden)
	}
	// A code recalls once, with the right digits alone, and not without end.
	citizen.Post("/q/recall", url.Values{"code": {code}, "digits": {"0018"}}).MustStatus(http.StatusUnprocessableEntity).MustSay("没有查到")
	found := lookup(citizen, code, "0017").MustSay("还没有约定")
	for range 2 {
		found.Form("form[action='/q/recall']").Submit().MustStatus(http.StatusOK).MustSay("已经取消")
	}
	clerk.Get(at).MustSay("本人取消", "群众").MustNotSay("改变答复")
	for range 12 {
		citizen.Post("/q/recall", url.Values{"code": {"2222222222"}, "digits": {"0017"}})
	}
	citizen.Post("/q/recall", url.Values{"code": {code}, "digits": {"0017"}}).MustStatus(http.StatusTooManyRequests)
}

// TestPlaceIsGone: a place that closed while the form was filled, or is another station's, is said
// at its field, and what was typed stays.
func TestPlaceIsGone(t *testing.T) {
	t.Parallel()
	s := site(t, 0)
	stays := func(p *webtest.Page, words string) {
		t.Helper()
		form := p.MustStatus(http.StatusUnprocessableEntity).MustSay(words).Form("form[action='/appointments']")
		if form.Value("name") != "李桂英" || form.Value("topic") != "低保" {
			t.Error("what was typed is lost")
		}
	}
	clerk := s.As(s.Clerk).Get("/appointments/new").Form("form[action='/appointments']").Set("name", "李桂英").Set("topic", "低保").
		Set("place", strconv.FormatInt(s.Point, 10))
	office := s.As(s.Handler).Get("/appointments/new?station="+strconv.FormatInt(s.OtherStation, 10)).Form("form[action='/appointments']").Set("name", "李桂英").Set("topic", "低保")
	theirs := url.Values{"name": {"李桂英"}, "topic": {"低保"}, "reply_by": {"auto"}}
	for _, place := range []string{strconv.FormatInt(s.OtherStation, 10), "999999"} {
		theirs.Set("place", place)
		stays(s.As(s.Clerk).Post("/appointments", theirs), map[bool]string{true: "不开放", false: "归别的联络站"}[place == "999999"])
	}
	if _, err := s.PG.Super.Exec(t.Context(), `update stations set state = 'closed' where id = any($1)`, []int64{s.Point, s.OtherStation}); err != nil {
		t.Fatal(err)
	}
	stays(clerk.Submit(), "这个地方现在不开放")
	stays(office.Submit(), "这个地方现在不开放")
}

// TestOneAddressFillsNoList: one address keeps only so many requests at one station; the form says
// so, with what was typed. Another station is not held up.
func TestOneAddressFillsNoList(t *testing.T) {
	t.Parallel()
	s := site(t, 0)
	citizen := s.Anonymous()
	fill(citizen, "王女士", "1380", "不算").Submit().MustStatus(http.StatusUnprocessableEntity)
	for n := range 10 {
		asked(citizen, "王女士", "1380000002"+strconv.Itoa(n), "路灯")
	}
	over := fill(citizen, "王女士", "13800000040", "第十一个").Submit().MustStatus(http.StatusTooManyRequests).MustSay("今天已经申请了好几个")
	if over.Form("main form").Value("topic") != "第十一个" {
		t.Error("what was typed is lost")
	}
	there := citizen.Get("/s/140423103/appointments").MustStatus(http.StatusOK).Form("main form").Set("name", "王女士").Set("phone", "13800000040").Set("topic", "路灯")
	there.Submit().MustStatus(http.StatusOK).MustSay("申请已经送到")
}
