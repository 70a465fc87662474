package browser

import (
	"context"
	"testing"

	"github.com/google/uuid"

	"lianluo/internal/reception"
	"lianluo/internal/tenant"
	"lianluo/web/webtest"
)

// TestDoor is a morning with a queue, on the clerk's phone: who is booked stands at the top, who
// turns from one to the next loses nothing typed, and whom a colleague registered meanwhile is
// said without losing what was typed either.
func TestDoor(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	booked := func(name, topic, at string) (id int64) {
		t.Helper()
		err := s.Update(func(ctx context.Context, tx *tenant.Tx) (err error) {
			var today int64
			if err := s.PG.Super.QueryRow(ctx, `select id from receptions where station_id = $1 and date = $2`, s.Station, s.Today()).Scan(&today); err != nil {
				return err
			}
			if id, err = reception.Ask(ctx, tx, s.Keys, s.Clerk, uuid.New(), s.Station, reception.AskInput{Name: name, Topic: topic, Phone: "13800000017"}); err != nil {
				return err
			}
			return reception.Reply(ctx, tx, s.Clerk, id, 1, reception.Answer{To: reception.Confirmed, ReceptionID: today, At: at})
		})
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	first := booked("申国强", "村口的路", "09:30")
	booked("裴月娥", "自来水管冻裂了一个多月，想问问什么时候能修好", "10:00")

	b := open(t, s, "联络员手机", phone).signIn(s.Clerk)
	b.excused[s.URL+"/visits"] = 409
	b.visit("/visits/new")
	b.picture("folded")
	b.types("过路的人")
	b.fill("#words-1", "村口的路灯不亮。")
	unfold := "details:has(form[action^='/visits/appointments/']) > summary"
	b.do(click(unfold))
	b.sees("今天约好的 2 人", "申国强", "裴月娥")
	b.picture("booked")
	b.goes(200, click("main li:first-child form[action^='/visits/appointments/'] button"))
	b.picture("arrived")

	visit := s.Visit("村口的路")
	visit.Appointment = first
	if _, err := s.RegisterVisit(s.Clerk2, visit); err != nil {
		t.Fatal(err)
	}
	b.pick("#category-1", "村道养护")
	b.do(click(".stick-acts .btn-main"))
	b.waits("#errors", "这次没有登记")
	b.met()
	b.picture("overtaken")
	b.goes(200, click("[name=anew]"))
	b.sees("已登记 1 件事")
	b.visit("/visits/new")
	b.sees("今天约好的 2 人，已登记 1 人", "没登完的登记（1 份）")
	b.goes(200, click(".worklist a[href^='/visits/new?draft=']"))
	b.fill("#name", "匿名")
	b.do(click(unfold))
	b.goes(200, click("main li:first-child a[href^='/cases/']"))
	b.visit("/visits/new")
	b.sees("匿名：村口的路灯不亮")

	on := s.Today().AddDays(8)
	err := s.Update(func(ctx context.Context, tx *tenant.Tx) error {
		_, err := reception.Add(ctx, tx, s.Head, uuid.New(), reception.DayInput{Date: &on, Deputies: s.Deputies[:1],
			Facts: reception.Facts{StationID: s.Station, PlaceID: s.Point, Kind: "appointment", Starts: "9点", Ends: "11点半", Seats: 1}})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, who := range []*tab{b, open(t, s, "县办理岗", laptop).signIn(s.Handler)} {
		who.visit("/appointments")
		who.do(click("main details > summary"))
		who.sees("6 周内的约访日：1 天，其中 1 天还没有人约", "2026年9月22日 星期二 09:00–11:30")
		who.picture("days")
	}
	wide := open(t, s, "联络员", laptop).signIn(s.Clerk)
	wide.visit("/visits/new")
	wide.do(click("main details:has(form[action^='/visits/appointments/']) > summary"))
	wide.do(click("main details:has(#time) > summary"))
	wide.picture("booked")
}
