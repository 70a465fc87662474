package receptions

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"lianluo/internal/calendar"
	"lianluo/internal/reception"
	"lianluo/internal/tenant"
	"lianluo/web/forms"
	"lianluo/web/page"
	"lianluo/web/session"
	"lianluo/web/ui"
)

// turnsForm is who is proposed for a station's days, to be changed before it counts.
type turnsForm struct {
	problem
	reception.Turns
	station int64
	today   calendar.Date
	months  string // how far
}

// proposedAhead is for how many days turns are proposed at once.
const proposedAhead = 92

func (h Handler) turns(w http.ResponseWriter, r *http.Request) error {
	if at(r) == 0 {
		return h.choose(w, r, "排接待代表")
	}
	return h.turnsForm(w, r, problem{})
}

func (h Handler) turnsForm(w http.ResponseWriter, r *http.Request, p problem) error {
	f := turnsForm{problem: p, station: at(r), today: calendar.DateOf(h.DB.Now()), months: r.FormValue("whole")}
	var proposed func() reception.Turns
	err := h.view(r, func(v *tenant.View) {
		today := calendar.DateOf(v.Now())
		until := today.AddDays(proposedAhead)
		if f.months != "" {
			until = calendar.NewDate(today.Year(), time.December, 31)
		}
		proposed = reception.Propose(v, session.By(r), f.station, today, until)
	})
	if err != nil {
		return err
	}
	f.Turns = proposed()
	return page.Render(w, r, f.Status(), f.page(frame(r, "排接待代表", p)))
}

func (h Handler) applyTurns(w http.ResponseWriter, r *http.Request) error {
	f, err := read(w, r)
	if err != nil {
		return err
	}
	if at(r) == 0 {
		return h.choose(w, r, "排接待代表")
	}
	turns, seats := map[int64]reception.Seats{}, 0
	for field := range f.Values {
		what, day, _ := strings.Cut(field, "-")
		id, err := strconv.ParseInt(day, 10, 64)
		if err != nil || what != "seat" && what != "spare" {
			continue
		}
		to := turns[id]
		if what == "seat" {
			to.Deputies = append(to.Deputies, f.ids(field)...)
		} else {
			to.Substitutes = append(to.Substitutes, f.ids(field)...)
		}
		turns[id] = to
	}
	err = h.update(r, func(ctx context.Context, tx *tenant.Tx) (err error) {
		seats, err = reception.ApplyTurns(ctx, tx, session.By(r), at(r), turns)
		return err
	})
	if err == nil && seats == 0 {
		return forms.Done(w, r, root, "选的代表都已经在名单里，没有新排的。")
	}
	if err == nil {
		return forms.Done(w, r, root, "已排好 "+strconv.Itoa(seats)+" 人次。")
	}
	p, err := problemOf(err, f)
	if err != nil {
		return err
	}
	return h.turnsForm(w, r, p)
}

// leading says who of the group is a 领导干部代表.
func (h Handler) leading(w http.ResponseWriter, r *http.Request) error {
	f, err := read(w, r)
	if err != nil {
		return err
	}
	err = h.update(r, func(ctx context.Context, tx *tenant.Tx) error {
		return reception.SetLeading(ctx, tx, session.By(r), at(r), f.ids("led"), f.ids("leads"))
	})
	if err != nil {
		return err
	}
	return forms.Done(w, r, root+"/turns?station="+itoa(at(r)), "已保存。")
}

// leads are the members who are 领导干部代表.
func (f turnsForm) leads() []string {
	var ids []string
	for _, m := range f.Members {
		if m.Leading {
			ids = append(ids, itoa(m.ID))
		}
	}
	return ids
}

// seat is one free seat of a day, with who is proposed for it.
type seat struct {
	field, label, value string
}

// seats are the free seats of a day.
func (f turnsForm) seats(e reception.Entry) []seat {
	turn, all := f.Turns.Turns[e.ID], []seat{}
	add := func(substitute bool, free int, proposed []int64, label string) {
		field := reception.Field(e.ID, substitute)
		typed := f.values(field)
		for n := range free {
			s := seat{field: field, label: label}
			switch {
			case n < len(typed):
				s.value = typed[n]
			case f.typed == nil && n < len(proposed):
				s.value = itoa(proposed[n])
			}
			all = append(all, s)
		}
	}
	add(false, int(e.Seats)-len(e.Names(false)), turn.Deputies, "代表")
	add(true, int(e.Spares)-len(e.Names(true)), turn.Spares, "替补")
	return all
}

// options are who may take a seat in a year, by whose turn it is.
func (f turnsForm) options(year int) []ui.Option {
	waiting := f.Waiting(year)
	options := make([]ui.Option, len(waiting))
	for i, m := range waiting {
		note := yearName(year, f.today) + " " + itoa(m.Served) + " 次"
		if m.Leading {
			note = "领导干部，" + note
		}
		if int64(m.Counts) > m.Served {
			note += "，不用补的 " + strconv.Itoa(m.Counts-int(m.Served)) + " 次"
		}
		options[i] = ui.Option{Value: itoa(m.ID), Name: m.Name + "（" + note + "）"}
	}
	return options
}
