package stations

import (
	"net/http"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/errs"
	"lianluo/internal/reception"
	"lianluo/internal/station"
	"lianluo/internal/tenant"
	"lianluo/web/forms"
	"lianluo/web/page"
	"lianluo/web/session"
	"lianluo/web/ui"
)

// standing is the page on which a place is suspended and opened again. Closing one asks what
// becomes of its days, cases and people, and is web/closings'.
type standing struct {
	forms.Problem
	station.Record
	by                  auth.Actor
	days                int64 // reception days still to come
	state, reason, from string
}

func (h Handler) state(w http.ResponseWriter, r *http.Request) error {
	return h.showState(w, r, &standing{from: calendar.DateOf(h.DB.Now()).String()})
}

func (h Handler) showState(w http.ResponseWriter, r *http.Request, s *standing) error {
	if err := whole(r); err != nil {
		return err
	}
	s.by, _ = session.Actor(r.Context())
	var record **station.Record
	var days *int64
	err := h.DB.View(r.Context(), s.by.County, func(v *tenant.View) {
		record, days = station.RecordOf(v, codeOf(r)), reception.AheadAt(v, codeOf(r))
	})
	switch {
	case err != nil:
		return err
	case *record == nil:
		return errs.NotFound
	}
	s.Record, s.days = **record, *days
	frame := page.FrameOf(r)
	frame.Title, frame.Error = "改状态："+s.Name, s.Any()
	return page.Render(w, r, s.Status(), s.page(frame))
}

func (h Handler) setState(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	s := &standing{state: r.PostFormValue("state"), reason: r.PostFormValue("reason"), from: r.PostFormValue("from")}
	by, _ := session.Actor(r.Context())
	err := h.DB.Update(r.Context(), by.County, func(tx *tenant.Tx) error {
		place, err := station.Find(r.Context(), tx, codeOf(r))
		if err != nil {
			return err
		}
		invalid := errs.Invalid{}
		change := station.StateChange{State: s.state, Reason: s.reason, From: forms.Date(invalid, s.from, "from")}
		if s.state == station.Closed {
			change.State, invalid["state"] = "", "关闭要先安排好接待日、在办事项和人员，由县管理员在“撤并”里办。"
		}
		return forms.Both(station.SetState(r.Context(), tx, by, place.ID, change), invalid)
	})
	if err == nil {
		return forms.Done(w, r, "/stations/"+codeOf(r), "状态已经改好。")
	}
	if s.Problem, err = forms.ProblemOf(err); err != nil {
		return err
	}
	return h.showState(w, r, s)
}

func (s *standing) options() []ui.Option {
	return []ui.Option{{Value: station.Open, Name: "开放"}, {Value: station.Suspended, Name: "暂停", Note: "还会再开"}}
}

// aheadWords say what becomes of the days ahead while the place is suspended.
func (s *standing) aheadWords() string {
	if s.days == 0 {
		return ""
	}
	return "还没到的 " + ui.Number(int(s.days)) + " 个接待日不会取消：暂停期间不给群众看，重新开放以后照旧。约好这些天来的群众不会自动收到通知：请在“约见申请”里给他们另约一天。"
}

func (s *standing) mayClose() bool { return s.by.May(auth.CloseNetwork) }
