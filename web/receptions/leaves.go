package receptions

import (
	"context"
	"net/http"

	"github.com/google/uuid"

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

// asks is the list of requests for appointments, and the form for one told by phone.
type asks struct {
	problem
	key     uuid.UUID
	station int64
	list    []reception.Appointment
	places  []station.Place
	all     []station.Place
}

func askURL(id int64) string { return root + "/appointments/" + itoa(id) }

func (h Handler) appointments(w http.ResponseWriter, r *http.Request) error {
	return h.asksPage(w, r, problem{}, uuid.New())
}

func (h Handler) asksPage(w http.ResponseWriter, r *http.Request, p problem, key uuid.UUID) error {
	by := session.By(r)
	a := asks{problem: p, key: key, station: at(r)}
	var list *[]reception.Appointment
	var places, all *[]station.Place
	err := h.view(r, func(v *tenant.View) {
		list, places, all = reception.Appointments(v, by), station.Places(v, a.station), stations(v, by)
	})
	if err != nil {
		return err
	}
	a.list, a.places, a.all = *list, *places, *all
	return page.Render(w, r, p.Status(), a.page(frame(r, "约见申请", p)))
}

func (h Handler) ask(w http.ResponseWriter, r *http.Request) error {
	f, err := read(w, r)
	if err != nil {
		return err
	}
	key, in := f.key(), reception.AskInput{Name: f.Get("name"), Phone: f.Get("phone"), Topic: f.Get("topic"), Wish: f.Get("wish")}
	var asked int64
	err = h.update(r, func(ctx context.Context, tx *tenant.Tx) (err error) {
		asked, err = reception.Ask(ctx, tx, h.Keys, session.By(r), key, f.id("place"), in)
		return err
	})
	if err == nil {
		return forms.Done(w, r, askURL(asked), "已登记，请选约在哪一天。")
	}
	if f.id("place") == 0 {
		err = errs.Invalid{"place": "请选择在哪里见。"}
	}
	p, err := problemOf(err, f)
	if err != nil {
		return err
	}
	return h.asksPage(w, r, p, key)
}

// oneAsk is one request, with the days on which it could be.
type oneAsk struct {
	problem
	reception.Appointment
	days  []reception.Entry
	phone string // in full, once it was revealed
}

// daysAhead is how far ahead an appointment is made.
const daysAhead = 120

func (h Handler) appointment(w http.ResponseWriter, r *http.Request) error {
	return h.showAsk(w, r, problem{}, "")
}

func (h Handler) showAsk(w http.ResponseWriter, r *http.Request, p problem, phone string) error {
	var a *reception.Appointment
	if err := h.view(r, func(v *tenant.View) { a = reception.AppointmentOf(v, session.By(r), id(r)) }); err != nil {
		return err
	}
	var days *[]reception.Entry
	err := h.view(r, func(v *tenant.View) {
		today := calendar.DateOf(v.Now())
		days = reception.Entries(v, session.By(r), a.StationID, today, today.AddDays(daysAhead))
	})
	if err != nil {
		return err
	}
	o := oneAsk{problem: p, Appointment: *a, phone: phone}
	for _, e := range *days {
		if e.Live() && e.Kind != "household" {
			o.days = append(o.days, e)
		}
	}
	return page.Render(w, r, p.Status(), o.page(frame(r, "约见申请", p)))
}

func (h Handler) reply(w http.ResponseWriter, r *http.Request) error {
	f, err := read(w, r)
	if err != nil {
		return err
	}
	err = h.update(r, func(ctx context.Context, tx *tenant.Tx) error {
		return reception.Reply(ctx, tx, session.By(r), id(r), max(f.version(), 1), reception.Answer{To: f.Get("to"), ReceptionID: f.id("reception"), Reason: f.Get("reason")})
	})
	if err == nil {
		return forms.Done(w, r, root+"/appointments", "已记下答复。系统不发短信，请打电话告诉本人。")
	}
	p, err := problemOf(err, f)
	if err != nil {
		return err
	}
	return h.showAsk(w, r, p, "")
}

func (h Handler) reveal(w http.ResponseWriter, r *http.Request) error {
	f, err := read(w, r)
	if err != nil {
		return err
	}
	var phone string
	err = h.update(r, func(ctx context.Context, tx *tenant.Tx) (err error) {
		phone, err = reception.Reveal(ctx, tx, h.Keys, session.By(r), id(r), f.Get("reveal_reason"))
		return err
	})
	if err != nil {
		p, err := problemOf(err, f)
		if err != nil {
			return err
		}
		return h.showAsk(w, r, p, "")
	}
	return h.showAsk(w, r, problem{}, phone)
}

// dayOptions are the days to choose from.
func (o oneAsk) dayOptions() []ui.Option {
	options := make([]ui.Option, len(o.days))
	for i, e := range o.days {
		options[i] = ui.Option{Value: itoa(e.ID), Name: dayOf(e.Date) + " " + e.Starts + "–" + e.Ends + " " + e.Place}
	}
	return options
}
