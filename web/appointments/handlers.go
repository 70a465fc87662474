// Package appointments is the 约见 of citizens with deputies: the form on a station's page
// (Public), and the station's and the county's pages for answering and for what came of it.
package appointments

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/internal/message"
	"lianluo/internal/private"
	"lianluo/internal/reception"
	"lianluo/internal/station"
	"lianluo/internal/tenant"
	"lianluo/web/forms"
	"lianluo/web/lists"
	"lianluo/web/page"
	"lianluo/web/session"
	"lianluo/web/ui"
)

// Handler serves /appointments.
type Handler struct {
	DB   *tenant.DB
	Keys private.Keys
}

const root = "/appointments"

// Routes are mounted under /appointments, for those who have auth.ChangeReceptions.
func (h Handler) Routes(r chi.Router) {
	r.Get("/", page.Handle(h.list))
	r.Get("/new", page.Handle(h.new))
	r.Post("/", page.Handle(h.enter))
	r.Get("/{id:[0-9]+}", page.Handle(h.show))
	r.Post("/{id:[0-9]+}", page.Handle(h.reply))
	r.Post("/{id:[0-9]+}/undo", page.Handle(h.act("答复已经撤回，没有告诉本人。", reception.Undo)))
	r.Post("/{id:[0-9]+}/absent", page.Handle(h.act("已记下：没有来。", reception.SayAbsent)))
	r.Post("/{id:[0-9]+}/told", page.Handle(h.told))
	r.Post("/{id:[0-9]+}/phone", page.Handle(h.reveal))
}

// id is the number in the address; one that is no number is 0, which nothing has.
func id(r *http.Request) int64 {
	n, _ := strconv.ParseInt(chi.URLParam(r, "id"), 10, 64)
	return n
}

func (h Handler) view(r *http.Request, queue func(v *tenant.View)) error {
	return h.DB.View(r.Context(), session.By(r).County, queue)
}

func (h Handler) update(r *http.Request, write func(ctx context.Context, tx *tenant.Tx, by auth.Actor) error) error {
	by := session.By(r)
	return h.DB.Update(r.Context(), by.County, func(tx *tenant.Tx) error { return write(r.Context(), tx, by) })
}

// problem is what a form that is shown again says is wrong, and what was typed.
type problem struct {
	forms.Problem
	typed url.Values
}

// problemOf reads a failed change; an error that says nothing to somebody who fills a form
// is returned.
func problemOf(r *http.Request, err error) (problem, error) {
	p := problem{typed: r.PostForm}
	if words := errs.Message(err, ""); words != "" && errors.Is(err, errs.TooMany) {
		p.Refused = words
		return p, nil
	}
	var rest error
	p.Problem, rest = forms.ProblemOf(err)
	return p, rest
}

// value is what a field shows: what was typed, or else what is kept.
func (p problem) value(field, kept string) string {
	if p.typed == nil {
		return kept
	}
	return p.typed.Get(field)
}

// all is what the list's page shows.
type all struct {
	lists.State
	by       auth.Actor
	today    calendar.Date
	items    []reception.AppointmentItem
	counts   reception.AppointmentCounts
	stations []station.Place
	days     []reception.MeetingDay
}

// kind is the list of appointments.
var kind = lists.Kind[reception.AppointmentItem]{Name: "appointments", Title: "约见申请", Path: root, Unit: "个", Ask: reception.AskAppointments,
	Address: reception.AddressAppointments, List: reception.Appointments, Count: reception.CountAppointments}

func (h Handler) list(w http.ResponseWriter, r *http.Request) error {
	a := &all{by: session.By(r), today: calendar.DateOf(h.DB.Now())}
	var counts *reception.AppointmentCounts
	var days *[]reception.MeetingDay
	stations := &[]station.Place{}
	state, items, err := kind.Load(r, h.DB, func(v *tenant.View, _ tenant.Ask) {
		counts = reception.CountViews(v, a.by)
		of, _ := strconv.ParseInt(r.URL.Query().Get("station"), 10, 64) // 0: no one station
		days = reception.MeetingDays(v, a.by, of)
		if a.county() {
			stations = station.All(v)
		}
	})
	if err != nil {
		return err
	}
	a.State, a.items, a.counts, a.stations, a.days = state, items, *counts, *stations, *days
	return page.Render(w, r, http.StatusOK, a.page(a.Frame(r)))
}

// county reports whether the reader has more than one station's.
func (a *all) county() bool { return a.by.Scope(auth.ChangeReceptions) == auth.WholeCounty }

func (a *all) views() []ui.View {
	current := a.Ask.Value("view")
	counts := map[string]int64{"": a.counts.Waiting, "late": a.counts.Late, "coming": a.counts.Coming, "expected": a.counts.Expected, "tell": a.counts.Tell}
	own := make([]ui.View, len(reception.AppointmentViews))
	for i, v := range reception.AppointmentViews {
		own[i] = ui.View{URL: root, Name: v.Name, Count: -1, Current: v.Value == current, Late: v.Value == "late" && a.counts.Late > 0}
		if v.Value != "" {
			own[i].URL += "?view=" + v.Value
		}
		if n, counted := counts[v.Value]; counted {
			own[i].Count = int(n)
		}
	}
	return a.Views(own)
}

func (a *all) clear() string {
	if !a.Ask.Filtered("view") && !a.Ask.TooShort {
		return ""
	}
	return a.URL("q", "", "station", "", "state", "", "from", "", "to", "")
}

func askURL(id int64) string { return root + "/" + itoa(id) }

// one is one request, with the days on which it could be and what was told.
type one struct {
	problem
	reception.Appointment
	by       auth.Actor
	now      time.Time
	today    calendar.Date
	days     []reception.Entry // on which the citizen can be booked
	calendar *calendar.Calendar
	history  []reception.AppointmentEvent
	told     []message.Message
	code     string
	phone    string // in full, once it was revealed
	undo     bool   // the last answer can be taken back
}

// daysAhead is how far ahead an appointment is made.
const daysAhead = 120

func (h Handler) show(w http.ResponseWriter, r *http.Request) error {
	return h.showOne(w, r, problem{}, "")
}

func (h Handler) showOne(w http.ResponseWriter, r *http.Request, p problem, phone string) error {
	by := session.By(r)
	now := h.DB.Now()
	o := one{problem: p, by: by, now: now, today: calendar.DateOf(now), phone: phone}
	var a *reception.Appointment
	var told *[]message.Message
	var history *[]reception.AppointmentEvent
	var of *county.Settings
	err := h.view(r, func(v *tenant.View) {
		a, told, history, of = reception.AppointmentOf(v, by, id(r)), message.OfAppointment(v, id(r)), reception.AppointmentHistory(v, id(r)), county.SettingsOf(v)
	})
	if err != nil {
		return err
	}
	o.Appointment, o.told, o.history, o.code = *a, *told, *history, a.Code(h.Keys, by.County)
	o.undo = reception.Undoable(o.history, o.told, a.Version, now, *of)
	if a.Running() {
		var days *[]reception.Entry
		var holidays func() *calendar.Calendar
		if err := h.view(r, func(v *tenant.View) {
			days, holidays = reception.Entries(v, by, a.StationID, o.today, o.today.AddDays(daysAhead)), calendar.Of(v)
		}); err != nil {
			return err
		}
		o.days = slices.DeleteFunc(*days, func(e reception.Entry) bool { return !e.Bookable(now) })
		o.calendar = holidays()
	}
	return page.Render(w, r, p.Status(), o.page(frame(r, o.Name+"想见代表", p)))
}

func frame(r *http.Request, title string, p problem) page.Frame {
	f := page.FrameOf(r)
	f.Title, f.Error = title, p.Any()
	return f
}

func (h Handler) reply(w http.ResponseWriter, r *http.Request) error {
	if err := page.ParseForm(w, r, 64<<10); err != nil {
		return err
	}
	get := r.PostForm.Get
	answer := reception.Answer{To: get("to"), ReceptionID: forms.Number(r, "reception"), At: get("at"), Reason: get("reason"), Told: get("told") != ""}
	err := h.update(r, func(ctx context.Context, tx *tenant.Tx, by auth.Actor) error {
		return reception.Reply(ctx, tx, by, id(r), max(forms.Began(r), 1), answer)
	})
	if err == nil {
		return forms.Done(w, r, askURL(id(r)), "已记下答复。怎样告诉本人，看“告诉本人”。")
	}
	p, err := problemOf(r, err)
	if err != nil {
		return err
	}
	return h.showOne(w, r, p, "")
}

// act is a button that does one thing to a request.
func (h Handler) act(done string, do func(context.Context, *tenant.Tx, auth.Actor, int64, int32) error) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		if err := page.ParseForm(w, r, 64<<10); err != nil {
			return err
		}
		err := h.update(r, func(ctx context.Context, tx *tenant.Tx, by auth.Actor) error {
			return do(ctx, tx, by, id(r), forms.Began(r))
		})
		if err == nil {
			return forms.Done(w, r, askURL(id(r)), done)
		}
		p, err := problemOf(r, err)
		if err != nil {
			return err
		}
		p.typed = nil // a button: nothing was typed
		return h.showOne(w, r, p, "")
	}
}

// told records that somebody called: of the message that the form names, or of all that wait
// for a call.
func (h Handler) told(w http.ResponseWriter, r *http.Request) error {
	if err := page.ParseForm(w, r, 64<<10); err != nil {
		return err
	}
	err := h.update(r, func(ctx context.Context, tx *tenant.Tx, by auth.Actor) error {
		return reception.SayTold(ctx, tx, by, id(r))
	})
	if err != nil {
		return err
	}
	return forms.Done(w, r, askURL(id(r)), "已记下：打电话或者当面告诉本人了。")
}

func (h Handler) reveal(w http.ResponseWriter, r *http.Request) error {
	if err := page.ParseForm(w, r, 64<<10); err != nil {
		return err
	}
	var phone string
	err := h.update(r, func(ctx context.Context, tx *tenant.Tx, by auth.Actor) (err error) {
		phone, err = reception.Reveal(ctx, tx, h.Keys, by, id(r), r.PostForm.Get("reveal_reason"))
		return err
	})
	if err == nil {
		w.Header().Set("Cache-Control", "no-store")
		return h.showOne(w, r, problem{}, phone)
	}
	p, err := problemOf(r, err)
	if err != nil {
		return err
	}
	return h.showOne(w, r, p, "")
}

// dayOptions are the days to choose from.
func (o one) dayOptions() []ui.Option {
	options := make([]ui.Option, len(o.days))
	for i, e := range o.days {
		options[i] = ui.Option{Value: itoa(e.ID), Name: e.Date.ChineseLong() + " " + e.Starts + "–" + e.Ends + " " + e.Place}
		if names := e.Names(false); len(names) > 0 {
			options[i].Name += "，" + strings.Join(names, "、")
		}
		if o.DeputyID != nil && slices.ContainsFunc(e.Duty, func(d reception.OnDuty) bool { return d.ID == *o.DeputyID && !d.Substitute }) {
			options[i].Name += "（想见的代表在）"
		}
		if o.calendar.IsHoliday(e.Date) {
			options[i].Name += "（放假）"
		}
	}
	return options
}

func itoa[T int | int16 | int32 | int64](n T) string { return strconv.FormatInt(int64(n), 10) }
