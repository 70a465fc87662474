package receptions_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/uuid"

	"lianluo/internal/calendar"
	"lianluo/internal/reception"
	"lianluo/internal/tenant"
	"lianluo/web/webtest"
)

// dayAt adds a day at 王桥镇 and returns its address.
func dayAt(t *testing.T, s *webtest.Site, date string) (int64, string) {
	t.Helper()
	on, err := calendar.ParseDate(date)
	if err != nil {
		t.Fatal(err)
	}
	var id int64
	err = s.Update(func(ctx context.Context, tx *tenant.Tx) (err error) {
		id, err = reception.Add(ctx, tx, s.Head, uuid.New(), reception.DayInput{Date: &on, Deputies: s.Deputies[:2],
			Facts: reception.Facts{StationID: s.Station, PlaceID: s.Station, Kind: "fixed", Starts: "09:00", Ends: "11:30", Seats: 2}})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return id, "/receptions/" + itoa(id)
}

// booked lets somebody be booked on a day.
func booked(t *testing.T, s *webtest.Site, day int64, name, at string) (id int64) {
	t.Helper()
	err := s.Update(func(ctx context.Context, tx *tenant.Tx) (err error) {
		if id, err = reception.Ask(ctx, tx, s.Keys, s.Clerk, uuid.New(), s.Station, reception.AskInput{Name: name, Phone: "13800000017", Topic: "村口的路"}); err != nil {
			return err
		}
		return reception.Reply(ctx, tx, s.Clerk, id, 1, reception.Answer{To: "confirmed", ReceptionID: day, At: at})
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// TestANoticeIsTakenBack: who is booked is named before a notice is withdrawn or a day is
// cancelled, with what they hear. A notice that is taken back to be corrected cancels no
// appointment and sends nobody a word; the day that is cancelled does.
func TestANoticeIsTakenBack(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	clerk := s.As(s.Clerk)
	id, day := dayAt(t, s, "2026-09-22")
	first := booked(t, s, id, "申国强", "09:30")
	booked(t, s, id, "郝淑兰", "")
	clerk.Get(day).Form("form[action$='/publish']").Submit().MustStatus(http.StatusSeeOther)
	letters := func() (n int) {
		if err := s.PG.Super.QueryRow(t.Context(), `select count(*) from messages where appointment_id is not null`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	sent := letters()
	withdraw := clerk.Get(day)
	if said := withdraw.Find("form[action$='/withdraw']").Text(); !strings.Contains(said, "申国强") || !strings.Contains(said, "郝淑兰") || !strings.Contains(said, "约好的照旧") {
		t.Errorf("before a notice is withdrawn the page says %q", said)
	}
	withdraw.Form("form[action$='/withdraw']").Set("reason", "主题写错了").Submit().MustStatus(http.StatusSeeOther).Follow().MustSay("公告已经撤回", "申国强", "郝淑兰")
	clerk.Get("/appointments/"+itoa(first)).MustSay("已约定", "2026年9月22日 星期二 09:30").MustNotSay("等待答复", "请另约")
	clerk.Get(day).Form("form[action$='/publish']").Submit().MustStatus(http.StatusSeeOther)
	if n := letters(); n != sent {
		t.Errorf("%d messages for a notice that was corrected", n-sent)
	}
	// An hour that was said stays where the day still has it.
	move := func(field, value string) {
		clerk.Get(day).Form("form[action$='/move']").Set(field, value).Set("ends", "17:00").Set("reason", "开会").Submit().MustStatus(http.StatusSeeOther)
	}
	move("date", "2026-09-23")
	clerk.Get("/appointments/" + itoa(first)).MustSay("2026年9月23日 星期三 09:30")
	move("starts", "14:00")
	clerk.Get("/appointments/" + itoa(first)).MustSay("2026年9月23日 星期三 14:00–17:00").MustNotSay("星期三 09:30")
	move("date", "2026-09-22")
	sent = letters()
	cancel := clerk.Get(day+"/cancel").MustSay("约好这一天来的 2 位：", "取消以后，系统告诉他们这一天取消了").MustNotSay("一个一个打电话")
	if cancel.Find("main a[href='/appointments/"+itoa(first)+"']").Length() != 1 {
		t.Error("the page does not lead to who is booked")
	}
	cancel.Form("form[action$='/cancel']").Set("reason", "停电").Submit().MustStatus(http.StatusSeeOther)
	if n := letters(); n != sent+2 {
		t.Errorf("%d messages for a day that is cancelled", n-sent)
	}
	clerk.Get("/appointments/" + itoa(first)).MustSay("原定9月22日有变")
}

// TestTheNextDayComesAfter: a notice that a day is cancelled names the day after it as the next
// one; what was never announced hangs on no wall.
func TestTheNextDayComesAfter(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	clerk := s.As(s.Clerk)
	_, before := dayAt(t, s, "2026-09-21")
	_, day := dayAt(t, s, "2026-09-22")
	_, after := dayAt(t, s, "2026-09-29")
	publish := func(day string) {
		clerk.Get(day).Form("form[action$='/publish']").Submit().MustStatus(http.StatusSeeOther)
	}
	publish(before)
	clerk.Get(day + "/cancel").MustSay("另行公告").MustNotSay("下一次接待：")
	publish(after)
	clerk.Get(day + "/cancel").MustSay("下一次接待：2026年9月29日 星期二")
	move := func(day, date string) *webtest.Page {
		return clerk.Get(day).Form("form[action$='/move']").Set("date", date).Set("reason", "开会").Submit().MustStatus(http.StatusSeeOther).Follow().MustSay("请告诉代表")
	}
	move(day, "2026-09-24").MustNotSay("贴在墙上")
	move(after, "2026-09-30").MustSay("贴在墙上的公告，请换下来")
}

// TestHoursThatAreOver: nobody is booked for today's hours once they are over, nor for a day of
// 走访, and the form says which it is; a day is moved to no such hours. Whether somebody came is
// asked from the hour on for which they are booked.
func TestHoursThatAreOver(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	clerk := s.As(s.Clerk)
	today, _ := dayAt(t, s, "2026-09-15")
	home, homes := dayAt(t, s, "2026-09-16")
	later, _ := dayAt(t, s, "2026-09-17")
	clerk.Get(homes).Form("form[action$='/change']").Set("kind", "household").Submit().MustStatus(http.StatusSeeOther)
	var ask int64
	err := s.Update(func(ctx context.Context, tx *tenant.Tx) (err error) {
		ask, err = reception.Ask(ctx, tx, s.Keys, s.Clerk, uuid.New(), s.Station, reception.AskInput{Name: "申国强", Phone: "13800000017", Topic: "村口的路"})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	path := "/appointments/" + itoa(ask)
	answer := func(day int64, at string) *webtest.Page {
		return clerk.Post(path, url.Values{"version": {"1"}, "to": {"confirmed"}, "reception": {itoa(day)}, "at": {at}})
	}
	offered := func(day int64) bool { return clerk.Get(path).Find("option[value='"+itoa(day)+"']").Length() == 1 }
	s.Set("2026-09-15 10:00")
	clerk = s.As(s.Clerk)
	if !offered(today) || offered(home) || !offered(later) {
		t.Errorf("the form offers today %t, 走访 %t, later %t", offered(today), offered(home), offered(later))
	}
	clerk.Get(path).MustSay("走访的日子、今天已经过了的接待不能约")
	answer(home, "").MustStatus(http.StatusUnprocessableEntity).MustSay("这一天是走访").MustNotSay("请选择约在哪一天")
	answer(today, "09:30").MustStatus(http.StatusUnprocessableEntity).MustSay("现在已经过了 09:30")
	s.Set("2026-09-15 11:30")
	if offered(today) {
		t.Error("hours that are over are offered")
	}
	answer(today, "").MustStatus(http.StatusUnprocessableEntity).MustSay("这一天的接待时间已经过了，请另选一天。")
	move := clerk.Get("/receptions/"+itoa(later)).Form("form[action$='/move']").Set("date", "2026-09-15").Set("reason", "开会")
	move.Submit().MustStatus(http.StatusUnprocessableEntity).MustSay("今天的这个时间已经过了")
	move.Set("starts", "14:30").Set("ends", "17:00").Submit().MustStatus(http.StatusSeeOther)
	answer(later, "16:30").MustStatus(http.StatusSeeOther)
	asks := func() bool {
		return strings.Contains(clerk.Get("/receptions/"+itoa(later)).Find("#h-coming + ul").Text(), "来了没有")
	}
	s.Set("2026-09-15 15:02")
	if asks() {
		t.Error("at 15:02 the page asks whether somebody came who is booked for 16:30")
	}
	s.Set("2026-09-15 16:30")
	if !asks() {
		t.Error("at 16:30 the page does not ask")
	}
}
