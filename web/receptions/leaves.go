package receptions

import (
	"context"
	"net/http"

	"github.com/google/uuid"

	"lianluo/internal/calendar"
	"lianluo/internal/reception"
	"lianluo/internal/tenant"
	"lianluo/web/forms"
	"lianluo/web/page"
	"lianluo/web/session"
)

// leavesForm is the form of a leave.
type leavesForm struct {
	problem
	key     uuid.UUID
	station int64
	members []reception.Member
}

func (h Handler) newLeave(w http.ResponseWriter, r *http.Request) error {
	if at(r) == 0 {
		return h.choose(w, r, "登记请假")
	}
	return h.leavesForm(w, r, problem{}, uuid.New())
}

func (h Handler) leavesForm(w http.ResponseWriter, r *http.Request, p problem, key uuid.UUID) error {
	f := leavesForm{problem: p, key: key, station: at(r)}
	var members *[]reception.Member
	if err := h.view(r, func(v *tenant.View) { members = reception.Members(v, f.station, calendar.DateOf(v.Now())) }); err != nil {
		return err
	}
	f.members = *members
	return page.Render(w, r, p.Status(), f.page(frame(r, "登记请假", p)))
}

func (h Handler) away(w http.ResponseWriter, r *http.Request) error {
	f, err := read(w, r)
	if err != nil {
		return err
	}
	in, key := reception.LeaveInput{Deputy: f.id("deputy"), From: f.date("from"), To: f.date("to"), Reason: f.Get("reason")}, f.key()
	if err = f.wrong(); err == nil {
		err = h.update(r, func(ctx context.Context, tx *tenant.Tx) error {
			_, err := reception.Away(ctx, tx, session.By(r), key, in)
			return err
		})
	}
	if err == nil {
		return forms.Done(w, r, root+"/leaves", "请假已经登记。这段时间不再排这位代表；已经排了的，请换人。")
	}
	p, err := problemOf(err, f)
	if err != nil {
		return err
	}
	return h.leavesForm(w, r, p, key)
}

func (h Handler) back(w http.ResponseWriter, r *http.Request) error {
	err := h.update(r, func(ctx context.Context, tx *tenant.Tx) error { return reception.Back(ctx, tx, session.By(r), id(r)) })
	if err != nil {
		return err
	}
	return forms.Done(w, r, root+"/leaves", "已销假。")
}
