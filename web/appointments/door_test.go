package appointments_test

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/google/uuid"

	"lianluo/internal/auth"
	"lianluo/internal/reception"
	"lianluo/internal/tenant"
	"lianluo/web/webtest"
)

// book settles an appointment on today's day of 王桥镇.
func book(t *testing.T, s *webtest.Site, name, topic, at string) (id int64) {
	t.Helper()
	err := s.Update(func(ctx context.Context, tx *tenant.Tx) (err error) {
		var today int64
		if err := s.PG.Super.QueryRow(ctx, `select id from receptions where station_id = $1 and date = $2`, s.Station, s.Today()).Scan(&today); err != nil {
			return err
		}
		if id, err = reception.Ask(ctx, tx, s.Keys, s.Clerk, uuid.New(), s.Station, reception.AskInput{Name: name, Topic: topic}); err != nil {
			return err
		}
		return reception.Reply(ctx, tx, s.Clerk, id, 1, reception.Answer{To: reception.Confirmed, ReceptionID: today, At: at})
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func arrives(id int64) string {
	return "form[action='/visits/appointments/" + strconv.FormatInt(id, 10) + "']"
}

// TestDeskOfToday: the desk lists who is booked today, by the hour; 来了 opens it filled, and who
// was registered stands there with the case. Another station's clerk, the paper form and a day
// on which nobody is booked show nothing.
func TestDeskOfToday(t *testing.T) {
	t.Parallel()
	s := site(t, 0)
	clerk := s.As(s.Clerk)
	clerk.Get("/visits/new").MustStatus(http.StatusOK).MustNotSay("今天约好的")
	before := len(clerk.Get("/visits/new").Count.Own())
	second, first := book(t, s, "裴月娥", "自来水管冻裂了一个多月，想问问什么时候能修好", "10:00"), book(t, s, "申国强", "村口的路", "09:30")

	desk := clerk.Get("/visits/new").MustSay("今天约好的 2 人", "09:30 申国强", "村口的路", "10:00 裴月娥", "自来水管冻裂了一个多月，想问问什…")
	if text := desk.Text("main"); strings.Index(text, "申国强") > strings.Index(text, "裴月娥") {
		t.Error("not by the hour")
	}
	if own := len(desk.Count.Own()); own != before || desk.Find("details:has("+arrives(first)+")[open]").Length() != 0 {
		t.Errorf("%d statements, without anybody %d; or it is not folded", own, before)
	}
	for _, other := range []auth.Actor{s.OtherClerk, s.Neighbour.Clerk} {
		s.As(other).Get("/visits/new").MustStatus(http.StatusOK).MustNotSay("今天约好的", "申国强")
	}
	clerk.Get("/visits/paper").MustNotSay("今天约好的")
	s.As(s.Handler).Get("/visits/new?station=王桥镇人大代表联络站").MustSay("今天约好的 2 人")

	at := desk.Form(arrives(first)).Submit().MustStatus(http.StatusSeeOther).Follow().MustStatus(http.StatusOK).MustSay("正在登记")
	visit := at.Form("form[action='/visits']")
	if visit.Value("name") != "申国强" || visit.Value("words-1") != "村口的路" {
		t.Errorf("the desk begins with %q, %q", visit.Value("name"), visit.Value("words-1"))
	}
	visit.Set("category-1", strconv.FormatInt(s.Category, 10)).Submit().MustStatus(http.StatusSeeOther)
	desk = clerk.Get("/visits/new").MustSay("今天约好的 2 人，已登记 1 人", "XY2026-0001")
	if desk.Find(arrives(first)).Length() != 0 || desk.Find(arrives(second)).Length() != 1 || desk.Find("details a[href='/cases/XY2026-0001']").Length() != 1 {
		t.Error("who is registered is not marked")
	}
	visit = desk.Form(arrives(second)).Submit().Follow().Form("form[action='/visits']")
	visit.Set("category-1", strconv.FormatInt(s.Category, 10)).Set("confidential", "1").Submit().MustStatus(http.StatusSeeOther)
	desk = clerk.Get("/visits/new").MustSay("今天约好的 2 人，都登记了").MustNotSay("XY2026-0002")
	if desk.Find("details a[href^='/visits/saved']").Length() != 1 {
		t.Error("a restricted case is linked, or its visit is not")
	}
	s.Advance(1)
	clerk.Get("/visits/new").MustNotSay("今天约好的")
}

// TestRegisteredByBoth: of two clerks who register one appointment the second has everything
// that was typed, is led to the visit that there is, and may save another or drop it.
func TestRegisteredByBoth(t *testing.T) {
	t.Parallel()
	s := site(t, 0)
	id := book(t, s, "申国强", "村口的路", "09:30")
	category := strconv.FormatInt(s.Category, 10)
	begin := func(c *webtest.Client) *webtest.Form {
		return c.Get("/visits/new").Form(arrives(id)).Submit().MustStatus(http.StatusSeeOther).Follow().Form("form[action='/visits']").Set("category-1", category)
	}
	clerk, other := s.As(s.Clerk), s.As(s.Clerk2)
	first, second := begin(clerk), begin(other)
	was := first.Submit().MustStatus(http.StatusSeeOther).Header.Get("Location")

	refused := second.Set("village", "五阳村").Set("words-1", "村口的路，雨天过不去。").Submit().MustStatus(http.StatusConflict).
		MustSay("这次没有登记", "这位约好的群众，张敏 9月14日 09:00 已经登记过来访了。填的内容都还在下面。", "已存草稿")
	if refused.Find(".note-err a[href='"+was+"']").Length() != 1 {
		t.Error("no way leads to the visit that is registered")
	}
	again := refused.Form("form[action='/visits']")
	if again.Value("village") != "五阳村" || again.Value("words-1") != "村口的路，雨天过不去。" || again.Value("category-1") != category {
		t.Error("what was typed is lost")
	}
	again.Submit("登记").MustStatus(http.StatusConflict) // what Enter presses chooses nothing
	// Pressed 来了 once more, it leads to what is there.
	s.As(s.Head).Post("/visits/appointments/"+strconv.FormatInt(id, 10), nil).MustStatus(http.StatusSeeOther).Follow().MustSay("已经登记过来访了", "XY2026-0001")
	// It is dropped by one, and saved as another visit by another.
	drop := refused.Find(".note-err button[form=drop-draft]")
	if drop.Length() != 1 {
		t.Fatal("it cannot be dropped")
	}
	again.Submit("又来了一次，再登记一次").MustStatus(http.StatusSeeOther).Follow().MustSay("XY2026-0002")
	visits := func() (n, linked int) {
		if err := s.PG.Super.QueryRow(t.Context(), `select (select count(*) from visits where county_id = $1), (select count(*) from appointments where visit_id is not null)`, s.County).Scan(&n, &linked); err != nil {
			t.Fatal(err)
		}
		return n, linked
	}
	if n, linked := visits(); n != 2 || linked != 1 {
		t.Errorf("%d visits, %d of them of the appointment", n, linked)
	}

	// The citizen took it back while the form was open.
	id = book(t, s, "裴月娥", "水管冻裂了", "10:00")
	open := begin(clerk)
	err := s.Update(func(ctx context.Context, tx *tenant.Tx) error {
		return reception.Reply(ctx, tx, s.Head, id, 2, reception.Answer{To: reception.Recalled, Reason: "来电说不来了"})
	})
	if err != nil {
		t.Fatal(err)
	}
	refused = open.Submit().MustStatus(http.StatusConflict).MustSay("已经是“本人取消”", "不算约见，照样登记来访").MustNotSay("看已经登记的那次来访")
	clerk.Post(refused.Find("#drop-draft").AttrOr("action", ""), nil).MustStatus(http.StatusSeeOther).Follow().MustSay("群众来访登记").MustNotSay("没登完的登记", "裴月娥")
	if n, _ := visits(); n != 2 {
		t.Errorf("%d visits", n)
	}
}

// TestMeetingDays: above the list stand the days of 约访 to come, with how many are booked, in
// one statement; other days, days that are over or cancelled, and other stations' do not.
func TestMeetingDays(t *testing.T) {
	t.Parallel()
	s := site(t, 0)
	clerk := s.As(s.Clerk)
	before := len(clerk.Get("/appointments").MustNotSay("约访日").Count.Own())
	for _, date := range []string{"2026-09-15", "2026-09-22", "2026-10-26", "2026-10-27"} { // six weeks are until 10-26
		day(t, s, date)
	}
	list := clerk.Get("/appointments").MustSay("6 周内的约访日：3 天，其中 3 天还没有人约", "2026年9月15日 星期二 09:00–11:30", "2026年10月26日").MustNotSay("10月27日")
	if own := len(list.Count.Own()); own != before {
		t.Errorf("%d statements with days, %d without", own, before)
	}
	on := func(date string) (id int64) {
		t.Helper()
		if err := s.PG.Super.QueryRow(t.Context(), `select id from receptions where date = $1 and kind = 'appointment'`, date).Scan(&id); err != nil {
			t.Fatal(err)
		}
		return id
	}
	for _, name := range []string{"申国强", "裴月娥"} {
		moved := book(t, s, name, "村口的路", "09:30")
		err := s.Update(func(ctx context.Context, tx *tenant.Tx) error {
			return reception.Reply(ctx, tx, s.Clerk, moved, 2, reception.Answer{To: reception.Confirmed, ReceptionID: on("2026-09-22"), Reason: "代表改期"})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	list = clerk.Get("/appointments").MustSay("3 天，其中 2 天还没有人约", "2 人")
	if free := list.Find("details tr:contains('还没有人约')").Length(); free != 2 {
		t.Errorf("%d days are free", free)
	}
	s.As(s.Handler).Get("/appointments").MustSay("其中 2 天还没有人约", "王桥镇")
	s.As(s.Handler).Get("/appointments?station=" + strconv.FormatInt(s.OtherStation, 10)).MustNotSay("约访日")
	for _, other := range []auth.Actor{s.OtherClerk, s.Neighbour.Clerk} {
		s.As(other).Get("/appointments").MustStatus(http.StatusOK).MustNotSay("约访日")
	}
	err := s.Update(func(ctx context.Context, tx *tenant.Tx) error {
		for _, date := range []string{"2026-09-15", "2026-10-26"} {
			if err := reception.Cancel(ctx, tx, s.Head, on(date), 0, reception.Reason{Inside: "停电"}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	clerk.Get("/appointments").MustSay("1 天，天天都有人约")
}
