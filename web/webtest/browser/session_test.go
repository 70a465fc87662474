package browser

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/google/uuid"

	"lianluo/internal/calendar"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/reception"
	"lianluo/internal/tenant"
	"lianluo/web/webtest"
)

// TestFormOutlivesTheSession: what somebody pressed after the session had ended waits behind the
// password and is done with one more press: a visit put right, and what came of a reception day.
func TestFormOutlivesTheSession(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	var today int64
	if err := s.PG.Super.QueryRow(t.Context(), `select id from receptions where county_id = $1 and station_id = $2 and date = $3`, s.County, s.Station, s.Today()).Scan(&today); err != nil {
		t.Fatal(err)
	}
	b := open(t, s, "联络员", laptop).signIn(s.Clerk)
	expires := func() { s.Set(s.Now().Add(8*time.Hour + time.Minute).In(calendar.Shanghai).Format("2006-01-02 15:04")) }
	pressAgain := func(form, words string) {
		t.Helper()
		expires()
		b.pressFor(403, form)
		b.sees("登录已经到期，刚才那一步还没有办")
		b.seesNot(words)
		b.picture("session-ended")
		b.fill("#login_name", s.Clerk.LoginName)
		b.fill("#password", casetest.Password)
		b.press("form[action='/login']")
		b.sees("刚才那一步还没有办", words)
		b.picture("session-again")
		b.press("main form")
	}
	b.visit("/visits/new")
	b.fill("#name", "裴月娥")
	b.fill("#words-1", "东头饮水管道停了两回水。")
	b.pick("#category-1", "饮水管网")
	b.goes(200, click(".stick-acts .btn-main"))
	b.goes(200, click("a[href^='/visits/correct']"))
	b.fill("#name", "裴月仙")
	pressAgain("form[action='/visits/correct']", "裴月仙")
	b.sees("已经改好", "裴月仙")

	at := fmt.Sprintf("/receptions/%d", today)
	b.visit(at)
	b.fill("[name=note]", "下雨，只来了一位代表。")
	pressAgain("form[action='"+at+"/held']", "下雨，只来了一位代表。")
	if note := get(b, chromedp.Evaluate[string](`document.querySelector("[name=note]").value`)); note != "下雨，只来了一位代表。" {
		t.Errorf("the day's note is %q", note)
	}
}

// TestDraftOfAnother: where somebody else has signed in on this computer, what is typed is kept for
// whom the form was shown to, and that is said: it is no broken line.
func TestDraftOfAnother(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	b := open(t, s, "联络员", laptop).signIn(s.Clerk)
	b.visit("/visits/new")
	b.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`(async () => {
		const post = (to, fields) => fetch(to, {method: "POST", body: new URLSearchParams(fields)});
		await post("/logout", {}); await post("/login", {login_name: %q, password: %q}); document.title = "另一个";
	})()`, s.Clerk2.LoginName, casetest.Password)))
	b.waits("title", "另一个")
	b.excused[s.URL+"/visits/draft"] = 409
	b.fill("#words-1", "东头饮水管道停了两回水。")
	b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector("#words-1").dispatchEvent(new Event("change", {bubbles: true}))`))
	b.waits("#draft-status", "另一个账号打开的")
	b.seesNot("网络断了")
	b.picture("another")
}

// TestLostDayFits: a request whose day was cancelled fits a narrow phone in the large letters.
func TestLostDayFits(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	var id int64
	err := s.Update(func(ctx context.Context, tx *tenant.Tx) (err error) {
		day, err := calendar.ParseDate("2026-11-23")
		if err != nil {
			return err
		}
		on, err := reception.Add(ctx, tx, s.Head, uuid.New(), reception.DayInput{Date: &day, Deputies: s.Deputies[:1],
			Facts: reception.Facts{StationID: s.Station, PlaceID: s.Station, Kind: "appointment", Starts: "09:00", Ends: "11:30", Seats: 2}})
		if err != nil {
			return err
		}
		if id, err = reception.Ask(ctx, tx, s.Keys, s.Clerk, uuid.New(), s.Station, reception.AskInput{Name: "王女士", Topic: "孩子上学的事"}); err != nil {
			return err
		}
		if err := reception.Reply(ctx, tx, s.Clerk, id, 1, reception.Answer{To: reception.Confirmed, ReceptionID: on}); err != nil {
			return err
		}
		return reception.Cancel(ctx, tx, s.Head, on, 0, reception.Reason{Inside: "下雪"})
	})
	if err != nil {
		t.Fatal(err)
	}
	b := open(t, s, "联络员手机", narrow).signIn(s.Clerk)
	b.goes(200, click("form[action='/text'] button"))
	b.visit(fmt.Sprintf("/appointments/%d", id))
	b.isLarge()
	b.sees("原定11月23日有变，请另约")
	b.picture("lost-narrow")
	b.fits(narrow)
}
