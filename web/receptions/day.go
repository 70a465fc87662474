package receptions

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/null"
	"lianluo/internal/reception"
	"lianluo/internal/station"
	"lianluo/internal/tenant"
	"lianluo/web/forms"
	"lianluo/web/page"
	"lianluo/web/session"
	"lianluo/web/ui"
)

// oneDay is everything that a day's page shows.
type oneDay struct {
	problem
	act string // whose form is shown again
	reception.Entry
	by      auth.Actor
	now     time.Time
	today   calendar.Date
	places  []station.Place
	members []reception.Member
	notices []reception.Notice
	history []reception.Happened
	coming  []reception.Appointment
}

func (h Handler) day(w http.ResponseWriter, r *http.Request) error {
	return h.showDay(w, r, problem{}, "")
}

func (h Handler) showDay(w http.ResponseWriter, r *http.Request, p problem, act string) error {
	d, err := h.load(r)
	if err != nil {
		return err
	}
	d.problem, d.act = p, act
	f := frame(r, d.Date.Chinese()+" "+d.Station, p)
	return page.Render(w, r, p.Status(), d.page(f))
}

// load reads a day, and then, in a second trip, what its station offers.
func (h Handler) load(r *http.Request) (*oneDay, error) {
	now := h.DB.Now()
	d := &oneDay{by: session.By(r), now: now, today: calendar.DateOf(now)}
	var e *reception.Entry
	var notices *[]reception.Notice
	var history *[]reception.Happened
	var coming *[]reception.Appointment
	err := h.view(r, func(v *tenant.View) {
		e, notices, history, coming = reception.Of(v, d.by, id(r)), reception.Notices(v, id(r)), reception.History(v, id(r)), reception.On(v, d.by, id(r))
	})
	if err != nil {
		return nil, err
	}
	d.Entry, d.notices, d.history, d.coming = *e, *notices, *history, *coming
	if !d.mine() {
		return d, nil
	}
	var places *[]station.Place
	var members *[]reception.Member
	err = h.view(r, func(v *tenant.View) {
		places, members = station.Places(v, d.StationID), reception.Members(v, d.StationID, d.Date)
	})
	if err != nil {
		return nil, err
	}
	d.places, d.members = *places, *members
	return d, nil
}

func (d *oneDay) mine() bool {
	return d.by.MayOn(auth.ChangeReceptions, auth.Subject{StationID: d.StationID})
}

// receiving reports whether the day is today's, and the reader registers who comes.
func (d *oneDay) receiving() bool {
	return d.Date == d.today && d.State != reception.Cancelled && d.by.MayOn(auth.RegisterVisit, auth.Subject{StationID: d.StationID})
}

// deskURL is the desk with the day filled in.
func (d *oneDay) deskURL() string {
	query := url.Values{"reception": {itoa(d.ID)}}
	if d.by.StationID == 0 {
		query.Set("station", d.StationName)
	}
	return "/visits/new?" + query.Encode()
}

// visitsURL is the register of visits, of this day alone.
func (d *oneDay) visitsURL() string {
	return "/registers/visits?" + url.Values{"reception": {itoa(d.ID)}, "from": {d.Date.String()}, "to": {d.Date.String()}}.Encode()
}

// act changes a day.
func (h Handler) act(w http.ResponseWriter, r *http.Request) error {
	f, err := read(w, r)
	if err != nil {
		return err
	}
	act := chi.URLParam(r, "act")
	date := f.date("date")
	if err = f.wrong(); err == nil {
		err = h.update(r, func(ctx context.Context, tx *tenant.Tx) error {
			return change(ctx, tx, session.By(r), id(r), act, f, date)
		})
	}
	if err == nil {
		return h.done(w, r, act, f.id("deputy"))
	}
	p, err := problemOf(err, f)
	if err != nil {
		return err
	}
	if act == "cancel" && p.Stale == nil && p.Refused == "" {
		return h.showCancel(w, r, p)
	}
	return h.showDay(w, r, p, act)
}

// cancel asks before a day is cancelled, and says whom that concerns.
func (h Handler) cancel(w http.ResponseWriter, r *http.Request) error {
	return h.showCancel(w, r, problem{})
}

func (h Handler) showCancel(w http.ResponseWriter, r *http.Request, p problem) error {
	d, err := h.load(r)
	if err != nil {
		return err
	}
	if !d.mine() || !d.Live() || d.Visits > 0 && !p.Any() {
		http.Redirect(w, r, dayURL(d.ID), http.StatusSeeOther)
		return nil
	}
	var next **reception.Next
	if err := h.view(r, func(v *tenant.View) { next = reception.NextAfter(v, d.ID) }); err != nil {
		return err
	}
	d.problem, d.act = p, "cancel"
	return page.Render(w, r, p.Status(), d.cancelPage(frame(r, "取消接待日", p), *next))
}

// booked are the appointments on the day that nobody said the outcome of.
func (d *oneDay) booked() []reception.Appointment {
	return slices.DeleteFunc(slices.Clone(d.coming), func(a reception.Appointment) bool { return !a.Settled() })
}

// done says what was done, and of a change that others rely on whom to tell; deputy is who comes no
// more.
func (h Handler) done(w http.ResponseWriter, r *http.Request, act string, deputy int64) error {
	words := told[act]
	if act == "move" || act == "cancel" || act == "withdraw" {
		var e *reception.Entry
		if err := h.view(r, func(v *tenant.View) { e = reception.Of(v, session.By(r), id(r)) }); err != nil {
			return err
		}
		if names := append(e.Names(false), e.Names(true)...); len(names) > 0 {
			words += "请告诉代表：" + strings.Join(names, "、") + "。"
		}
		if e.PublishedAt != nil { // what was never announced hangs on no wall
			words += "群众在联络站的网页上看得到变化。贴在墙上的公告，请换下来。"
		}
	}
	if act == "swap" || act == "leave" || act == "stepup" {
		var coming *[]reception.Appointment
		if err := h.view(r, func(v *tenant.View) { coming = reception.On(v, session.By(r), id(r)) }); err != nil {
			return err
		}
		if n := missed(*coming, deputy); n > 0 {
			words += "约好这一天来、想见的代表不接待的有 " + itoa(n) + " 位，会收到通知；没有手机的，请到“约见申请”里打电话告诉。"
		}
	}
	return forms.Done(w, r, dayURL(id(r)), words)
}

// missed is how many asked for the deputy, who does not receive on the day.
func missed(coming []reception.Appointment, deputy int64) (n int) {
	for _, a := range coming {
		if a.Missed && null.Value(a.DeputyID) == deputy {
			n++
		}
	}
	return n
}

// told is what was done, as the next page says it.
var told = map[string]string{"change": "已保存。", "move": "已改期。", "cancel": "已取消。", "join": "已加进名单。", "leave": "已从名单去掉。",
	"swap": "已调换。", "publish": "公告已经发布，群众在联络站的网页上看得到。", "withdraw": "公告已经撤回。", "held": "接待情况已经登记。", "stepup": "替补已经顶上。请告诉这两位代表。"}

func change(ctx context.Context, tx *tenant.Tx, by auth.Actor, id int64, act string, f *form, date *calendar.Date) error {
	version, reason := max(f.version(), 1), f.Get("reason")
	why := reception.Reason{Inside: reason, Public: f.Get("public")}
	switch act {
	case "change":
		return reception.ChangeDay(ctx, tx, by, id, version, f.factsOf(0))
	case "move":
		return reception.Move(ctx, tx, by, id, version, reception.When{Date: date, Starts: f.Get("starts"), Ends: f.Get("ends"), Holiday: f.Get("holiday") != ""}, why)
	case "cancel":
		return reception.Cancel(ctx, tx, by, id, version, why)
	case "join":
		return reception.Join(ctx, tx, by, id, version, f.id("deputy"), f.Get("substitute") != "")
	case "leave":
		return reception.Leave(ctx, tx, by, id, version, f.id("deputy"), reason)
	case "swap":
		return reception.Swap(ctx, tx, by, id, version, f.id("deputy"), f.id("instead"), reason)
	case "stepup":
		return reception.StepUp(ctx, tx, by, id, f.id("deputy"))
	case "publish":
		return reception.Publish(ctx, tx, by, id, version)
	case "withdraw":
		return reception.Withdraw(ctx, tx, by, id, version, why)
	}
	return reception.Held(ctx, tx, by, id, version, reception.Report{Came: f.ids("came"), Besides: f.ids("besides"), Organs: f.Get("organs"), Note: f.Get("note")})
}

// of is the problem of one act's form: the others show what is kept.
func (d *oneDay) of(act string) problem {
	if d.act == act {
		return d.problem
	}
	return problem{}
}

// dutyOptions are those on duty.
func (d *oneDay) dutyOptions() []ui.Option {
	options := make([]ui.Option, len(d.Duty))
	for i, on := range d.Duty {
		if options[i] = (ui.Option{Value: itoa(on.ID), Name: on.Name}); on.Substitute {
			options[i].Note = "替补"
		}
	}
	return options
}

// came are those who came; before anybody said, those who were to come.
func (d *oneDay) came() []string {
	var ids []string
	for _, on := range d.Duty {
		if on.Came != nil && *on.Came || on.Came == nil && !on.Substitute {
			ids = append(ids, itoa(on.ID))
		}
	}
	return ids
}

func (d *oneDay) facts() reception.Facts {
	return reception.Facts{StationID: d.StationID, PlaceID: d.PlaceID, Kind: d.Kind, Seats: int(d.Seats), Spares: int(d.Spares),
		Theme: null.Value(d.Theme), Invited: null.Value(d.Invited), Route: null.Value(d.Route)}
}

// free are the members who are not on the day, who came least this year first.
func (d *oneDay) free() []reception.Member {
	return d.without(func(reception.OnDuty) bool { return true })
}

// instead are those who may come instead of somebody: the substitutes, too.
func (d *oneDay) instead() []reception.Member {
	return d.without(func(there reception.OnDuty) bool { return !there.Substitute })
}

func (d *oneDay) without(on func(reception.OnDuty) bool) []reception.Member {
	var others []reception.Member
	for _, m := range d.members {
		if !slices.ContainsFunc(d.Duty, func(there reception.OnDuty) bool { return there.ID == m.ID && on(there) }) {
			others = append(others, m)
		}
	}
	slices.SortStableFunc(others, func(a, b reception.Member) int { return cmp.Compare(a.Served, b.Served) }) // else by name
	return others
}

// besidesOptions are the members who may have come without being on duty.
func (d *oneDay) besidesOptions() []ui.Option {
	var options []ui.Option
	for _, m := range d.free() {
		options = append(options, ui.Option{Value: itoa(m.ID), Name: m.Name})
	}
	return options
}

// happened says an entry of the day's history.
func happened(e reception.Happened) string {
	switch e.Kind {
	case "changed":
		if e.To != nil {
			return "放假也要安排"
		}
	case "moved":
		if *e.From == *e.To {
			return "改时间"
		}
		return "由 " + e.From.Chinese() + "改到 " + e.To.Chinese()
	case "swapped":
		return null.Value(e.Deputy) + "换成" + null.Value(e.Instead)
	case "joined":
		return "加进" + null.Value(e.Deputy)
	case "left":
		return "去掉" + null.Value(e.Deputy)
	}
	return map[string]string{"added": "添加", "changed": "修改内容", "replanned": "按规则改了", "cancelled": "取消", "held": "登记接待情况"}[e.Kind]
}

// trail is the day's history for the page.
func (d *oneDay) trail() []ui.TrailItem {
	items := make([]ui.TrailItem, len(d.history))
	for i, e := range d.history {
		items[i] = ui.TrailItem{Heading: happened(e), Meta: page.DateTime(e.At) + "　" + e.ByName, Body: reasons(e.Reason, e.Public, e.Kind == "moved" || e.Kind == "cancelled"), Progress: ui.Done}
		if e.Kind == "cancelled" {
			items[i].Progress = ui.Returned
		}
	}
	return items
}
