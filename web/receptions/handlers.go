// Package receptions is where stations and the county plan reception days: rules and the
// year that they make, each day with who is on duty, its notice and what came of it,
// leaves and gaps.
package receptions

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/errs"
	"lianluo/internal/station"
	"lianluo/internal/tenant"
	"lianluo/web/forms"
	"lianluo/web/page"
	"lianluo/web/session"
)

// Handler serves /receptions.
type Handler struct {
	DB      *tenant.DB
	BaseURL string // the address by which people reach the site; the notice's QR code carries it
}

const root = "/receptions"

// Routes are mounted under /receptions, for those who have auth.SeeReceptions.
func (h Handler) Routes(r chi.Router) {
	r.Get("/", page.Handle(h.month))
	r.Get("/plan", page.Handle(h.year))
	r.Get("/gaps", page.Handle(h.gaps))
	r.Get("/days", page.Handle(h.dayList))
	r.Get("/leaves", page.Handle(h.leaveList))
	r.Get("/changes", page.Handle(h.changeList))
	r.Get("/counts", page.Handle(h.turnList))
	r.Get("/wishes", page.Handle(h.wishList))
	r.Get("/wishes/{id:[0-9]+}", page.Handle(h.wish))
	r.Post("/wishes/{id:[0-9]+}", page.Handle(h.answerWish))
	r.With(session.RequireRight(auth.AskLeave)).Get("/wishes/new", page.Handle(h.newWish))
	r.With(session.RequireRight(auth.AskLeave)).Post("/wishes", page.Handle(h.askWish))
	r.Get("/week", page.Handle(h.week))
	r.Get("/{id:[0-9]+}", page.Handle(h.day))
	r.Get("/{id:[0-9]+}/notice", page.Handle(h.notice))
	r.Group(func(r chi.Router) {
		r.Use(session.RequireRight(auth.ChangeReceptions))
		r.Get("/new", page.Handle(h.newDay))
		r.Post("/", page.Handle(h.addDay))
		r.Post("/{id:[0-9]+}/{act:(?:change|move|cancel|join|leave|swap|publish|withdraw|held|stepup)}", page.Handle(h.act))
		r.Get("/{id:[0-9]+}/cancel", page.Handle(h.cancel))
		r.Get("/rules", page.Handle(h.rules))
		r.Get("/rules/new", page.Handle(h.newRule))
		r.Post("/rules", page.Handle(h.addRule))
		r.Get("/rules/{id:[0-9]+}", page.Handle(h.rule))
		r.Post("/rules/{id:[0-9]+}", page.Handle(h.changeRule))
		r.Post("/rules/{id:[0-9]+}/retire", page.Handle(h.retireRule))
		r.Get("/generate", page.Handle(h.preview))
		r.Post("/generate", page.Handle(h.generate))
		r.Get("/turns", page.Handle(h.turns))
		r.Post("/turns", page.Handle(h.applyTurns))
		r.Post("/leading", page.Handle(h.leading))
		r.Get("/leaves/new", page.Handle(h.newLeave))
		r.Post("/leaves", page.Handle(h.away))
		r.Post("/leaves/{id:[0-9]+}/back", page.Handle(h.back))
		r.Get("/settings", page.Handle(h.settings))
		r.Post("/settings", page.Handle(h.saveSettings))
	})
}

// id is the number in the address; one that is no number is 0, which nothing has.
func id(r *http.Request) int64 {
	n, _ := strconv.ParseInt(chi.URLParam(r, "id"), 10, 64)
	return n
}

func (h Handler) view(r *http.Request, queue func(v *tenant.View)) error {
	return h.DB.View(r.Context(), session.By(r).County, queue)
}

func (h Handler) update(r *http.Request, write func(ctx context.Context, tx *tenant.Tx) error) error {
	return h.DB.Update(r.Context(), session.By(r).County, func(tx *tenant.Tx) error { return write(r.Context(), tx) })
}

// form is what was typed.
type form struct {
	url.Values
	invalid errs.Invalid // what cannot be read at all
}

func read(w http.ResponseWriter, r *http.Request) (*form, error) {
	if err := page.ParseForm(w, r, 256<<10); err != nil {
		return nil, err
	}
	return &form{r.PostForm, errs.Invalid{}}, nil
}

// wrong is what cannot be read, or nil.
func (f *form) wrong() error { return f.invalid.Err() }

func (f *form) date(field string) *calendar.Date {
	typed := strings.TrimSpace(f.Get(field))
	if typed == "" {
		return nil
	}
	d, err := calendar.ParseDate(typed)
	if err != nil {
		f.invalid[field] = "日期请写成 2026-03-05 这样。"
		return nil
	}
	return &d
}

// number is a field's number; -1, which no field takes, for anything else.
func (f *form) number(field string) int {
	n, err := strconv.Atoi(strings.TrimSpace(f.Get(field)))
	if err != nil {
		return -1
	}
	return n
}

func (f *form) id(field string) int64 {
	n, _ := strconv.ParseInt(f.Get(field), 10, 64)
	return n
}

func (f *form) ids(field string) []int64 {
	var all []int64
	for _, typed := range f.Values[field] {
		if n, err := strconv.ParseInt(typed, 10, 64); err == nil && n > 0 {
			all = append(all, n)
		}
	}
	return all
}

func (f *form) version() int32 {
	n, _ := strconv.ParseInt(f.Get("version"), 10, 32)
	return int32(n)
}

// key makes a second press of the same button find what the first made.
func (f *form) key() uuid.UUID {
	key, err := uuid.Parse(f.Get("key"))
	if err != nil {
		return uuid.New()
	}
	return key
}

// problem is what a form that is shown again says is wrong, and what was typed.
type problem struct {
	forms.Problem
	typed url.Values
}

// problemOf reads a failed change; an error that says nothing to somebody who fills a form
// is returned.
func problemOf(err error, f *form) (problem, error) {
	if words := errs.Message(err, ""); words != "" && errors.Is(err, errs.TooMany) {
		return problem{forms.Problem{Refused: words}, f.Values}, nil
	}
	p, err := forms.ProblemOf(err)
	return problem{p, f.Values}, err
}

// trouble says, first in a form that is shown again, what is wrong with it.
func (p problem) trouble(order ...string) templ.Component {
	names := maps.Clone(fieldNames)
	if p.Stale != nil {
		for _, change := range p.Stale.Since {
			for field := range change.Changes {
				if deputy, is := strings.CutPrefix(field, "came "); is {
					names[field] = deputy + "来了没有"
				}
			}
		}
	}
	return p.Trouble(names, order...)
}

var fieldNames = map[string]string{"kind": "种类", "starts": "开始时间", "ends": "结束时间", "public": "公告上怎么写", "seats": "代表人数", "spares": "替补人数", "theme": "主题",
	"invited": "参加单位", "route": "路线", "place": "地点", "date": "日期", "rule": "规则", "from": "从哪一天起", "to": "到哪一天", "state": "状态",
	"organs": "参加情况", "note": "说明", "retired": "停用", "roll": "遇到放假", "publish_days": "提前几天公告", "least": "每年至少几次", "leading": "每月领导接待",
	"remind_days": "几天后提醒", "answer_days": "约见几天内答复"}

// value is what a field shows: what was typed, or else what is kept.
func (p problem) value(field, kept string) string {
	if p.typed == nil {
		return kept
	}
	return p.typed.Get(field)
}

func (p problem) values(field string, kept ...string) []string {
	if p.typed == nil {
		return kept
	}
	return p.typed[field]
}

func frame(r *http.Request, title string, p problem) page.Frame {
	f := page.FrameOf(r)
	f.Title, f.Error = title, p.Any()
	return f
}

// at is the station that a page is about: the reader's own, or the one in the address or
// the form; 0: all of them.
func at(r *http.Request) int64 {
	by := session.By(r)
	if by.StationID != 0 {
		return by.StationID
	}
	n, _ := strconv.ParseInt(r.FormValue("station"), 10, 64)
	return max(n, 0)
}

// stations queues the stations to choose from, for those who see more than one.
func stations(v *tenant.View, by auth.Actor) *[]station.Place {
	if by.Scope(auth.SeeReceptions) != auth.WholeCounty {
		return &[]station.Place{}
	}
	return station.All(v)
}

// choose asks for which station something is to be done.
func (h Handler) choose(w http.ResponseWriter, r *http.Request, title string) error {
	var all *[]station.Place
	if err := h.view(r, func(v *tenant.View) { all = station.All(v) }); err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, choosePage(frame(r, title, problem{}), r.URL.Path, *all))
}

func itoa[T int | int16 | int32 | int64](n T) string { return strconv.FormatInt(int64(n), 10) }

func dayURL(id int64) string { return root + "/" + itoa(id) }
