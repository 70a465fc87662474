package stations

import (
	"net/http"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/errs"
	"lianluo/internal/station"
	"lianluo/internal/tenant"
	"lianluo/web/forms"
	"lianluo/web/page"
	"lianluo/web/session"
	"lianluo/web/ui"
)

// standing is the page on which a place is opened, suspended or closed.
type standing struct {
	forms.Problem
	station.Record
	by                  auth.Actor
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
	err := h.DB.View(r.Context(), s.by.County, func(v *tenant.View) { record = station.RecordOf(v, codeOf(r)) })
	switch {
	case err != nil:
		return err
	case *record == nil:
		return errs.NotFound
	}
	s.Record = **record
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
		if s.state == station.Closed && !closable(&place) {
			invalid["state"] = "联络站要先安排好代表、在办事项和工作人员才能关闭，请在“撤并”里办。"
		}
		from := forms.Date(invalid, s.from, "from")
		return forms.Both(station.SetState(r.Context(), tx, by, place.ID, station.StateChange{State: s.state, Reason: s.reason, From: from}), invalid)
	})
	if err == nil {
		return forms.Done(w, r, "/stations/"+codeOf(r), "状态已经改好。")
	}
	if s.Problem, err = forms.ProblemOf(err); err != nil {
		return err
	}
	return h.showState(w, r, s)
}

// closable reports whether a place may be closed here. A station has a group, staff and
// cases that have to go somewhere first: that is settled where places are closed and merged.
func closable(place *station.Record) bool { return place.Kind != station.Kinds[0].Kind }

func (s *standing) options() []ui.Option {
	options := []ui.Option{{Value: station.Open, Name: "开放"}, {Value: station.Suspended, Name: "暂停", Note: "还会再开"}}
	if closable(&s.Record) && s.by.May(auth.CloseNetwork) {
		options = append(options, ui.Option{Value: station.Closed, Name: "关闭", Note: "不再用了"})
	}
	return options
}
