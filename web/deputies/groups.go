package deputies

import (
	"context"
	"net/http"
	"net/url"

	"lianluo/internal/calendar"
	"lianluo/internal/deputy"
	"lianluo/internal/errs"
	"lianluo/internal/tenant"
	"lianluo/web/forms"
	"lianluo/web/page"
	"lianluo/web/session"
)

func (h Handler) newGroup(w http.ResponseWriter, r *http.Request) error {
	f := &form{typed: url.Values{"role": {"member"}, "from": {calendar.DateOf(h.DB.Now()).String()}}}
	if err := h.load(r, f); err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, f.joinPage(f.frame(r, "编入联络站")))
}

func (h Handler) join(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	f := &form{typed: r.PostForm}
	err := h.write(r, f, func(ctx context.Context, tx *tenant.Tx) error {
		id, err := deputy.IDOf(ctx, tx, number(r))
		if err != nil {
			return err
		}
		_, err = deputy.Join(ctx, tx, session.By(r), id, deputy.Membership{StationID: intOf(f.typed, "station_id"), Role: f.typed.Get("role"),
			From: f.date("from"), To: f.maybeDate("to")})
		return err
	})
	if err == nil {
		return forms.Done(w, r, path(number(r)), "已经编入联络站。")
	}
	return h.again(w, r, f, err, "编入联络站", f.joinPage)
}

func (h Handler) group(w http.ResponseWriter, r *http.Request) error {
	f := &form{}
	if err := h.load(r, f); err != nil {
		return err
	}
	if f.place.ID == 0 || f.place.ToDate != nil {
		return errs.NotFound
	}
	today := calendar.DateOf(h.DB.Now()).String()
	f.typed = url.Values{"role": {f.place.Role}, "from": {today}, "to": {today}}
	return page.Render(w, r, http.StatusOK, f.groupPage(f.frame(r, "编组")))
}

func (h Handler) changeRole(w http.ResponseWriter, r *http.Request) error {
	return h.regroup(w, r, "组内分工已经改好，以前的还在。", func(ctx context.Context, tx *tenant.Tx, deputyID, stationID int64, f *form) error {
		return deputy.ChangeRole(ctx, tx, session.By(r), deputyID, stationID, f.typed.Get("role"), f.date("from"))
	})
}

func (h Handler) leave(w http.ResponseWriter, r *http.Request) error {
	return h.regroup(w, r, "已经离开这个组，以前的还在。", func(ctx context.Context, tx *tenant.Tx, deputyID, stationID int64, f *form) error {
		return deputy.Leave(ctx, tx, session.By(r), deputyID, stationID, f.date("to"))
	})
}

// regroup changes the place in a group that the address names.
func (h Handler) regroup(w http.ResponseWriter, r *http.Request, done string,
	do func(ctx context.Context, tx *tenant.Tx, deputyID, stationID int64, f *form) error) error {
	if err := parse(w, r); err != nil {
		return err
	}
	f := &form{typed: r.PostForm}
	if err := h.load(r, f); err != nil {
		return err
	}
	if f.place.ID == 0 {
		return errs.NotFound
	}
	err := h.write(r, f, func(ctx context.Context, tx *tenant.Tx) error { return do(ctx, tx, f.d.ID, f.place.StationID, f) })
	if err == nil {
		return forms.Done(w, r, f.path(), done)
	}
	return h.again(w, r, f, err, "编组", f.groupPage)
}

// setApproval says of one deputy that what citizens see is right, or takes it back.
func (h Handler) setApproval(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	set, done := deputy.Approve, "已经核对，可以公开。"
	if r.PostFormValue("approve") == "" {
		set, done = deputy.Unapprove, "已经撤下，群众看不到了；核对以后再公开。"
	}
	err := h.update(r, func(ctx context.Context, tx *tenant.Tx) error {
		id, err := deputy.IDOf(ctx, tx, number(r))
		if err != nil {
			return err
		}
		_, err = set(ctx, tx, session.By(r), []int64{id})
		return err
	})
	if err != nil {
		return err
	}
	return forms.Done(w, r, path(number(r)), done)
}
