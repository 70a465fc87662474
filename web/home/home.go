// Package home is the first page of each role: what waits, and what to do next.
package home

import (
	"net/http"
	"strconv"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/casefile"
	"lianluo/internal/county"
	"lianluo/internal/reception"
	"lianluo/internal/tenant"
	"lianluo/web/menu"
	"lianluo/web/page"
	"lianluo/web/session"
	"lianluo/web/ui"
)

// Handler serves /.
type Handler struct{ DB *tenant.DB }

// How much of each list the page shows; the rest is one link away.
const (
	fewCases = 8
	fewDays  = 5
)

// desk is what the first page shows.
type desk struct {
	by     auth.Actor
	today  calendar.Date
	counts casefile.Counts
	items  []casefile.Item  // what waits for the reader
	late   []casefile.Item  // for the county: who is late
	days   []reception.Day  // for a station and a deputy
	wishes []reception.Wish // for a deputy
	funnel casefile.Funnel  // for the county and a station
	nudges casefile.Nudges
}

// Show is the page /.
func (h Handler) Show(w http.ResponseWriter, r *http.Request) error {
	by, _ := session.Actor(r.Context())
	if by.County == 0 {
		return h.platform(w, r, by)
	}
	d := &desk{by: by}
	var (
		counts      *casefile.Counts
		items, late = &tenant.Page[casefile.Item]{}, &tenant.Page[casefile.Item]{}
		days        = &[]reception.Day{}
		wishes      = &[]reception.Wish{}
		funnel      = &casefile.Funnel{}
		nudges      func() casefile.Nudges
	)
	err := h.DB.View(r.Context(), by.County, func(v *tenant.View) {
		d.today = calendar.DateOf(v.Now())
		counts = casefile.CountOpen(v, by)
		nudges = casefile.NudgesFor(v, by)
		items = casefile.List(v, by, casefile.AskView(casefile.Waiting, fewCases))
		switch by.Scope(auth.SeeCases) {
		case auth.WholeCounty:
			late = casefile.List(v, by, casefile.AskView(casefile.ViewLate, fewCases))
			funnel = casefile.CountFunnel(v, by)
		case auth.OwnStation:
			days = reception.Ahead(v, by.StationID, d.today, fewDays)
			funnel = casefile.CountFunnel(v, by)
		case auth.OwnRecord:
			days = reception.OfDeputy(v, by.DeputyID, d.today, fewDays)
			wishes = reception.WishesOf(v, by.DeputyID, fewDays)
		}
	})
	if err != nil {
		return err
	}
	d.counts, d.days, d.funnel, d.nudges = *counts, *days, *funnel, nudges()
	d.wishes = *wishes
	d.items, d.late = items.Items, late.Items
	frame := page.FrameOf(r)
	frame.Title = "工作台"
	menu.Count(&frame, d.counts)
	return page.Render(w, r, http.StatusOK, d.page(frame))
}

// platform is the first page of an account of the platform: names of counties, and no content.
func (h Handler) platform(w http.ResponseWriter, r *http.Request, by auth.Actor) error {
	counties, err := county.All(r.Context(), h.DB)
	if err != nil {
		return err
	}
	frame := page.FrameOf(r)
	frame.Title = "工作台"
	if !by.May(auth.MakeCounties) {
		return page.Render(w, r, http.StatusOK, overseer(frame))
	}
	return page.Render(w, r, http.StatusOK, platform(frame, counties))
}

// steps is the five steps with what waits in each, as links to exactly those cases.
func (d *desk) steps() []ui.FunnelStep {
	f, c := d.funnel, d.counts
	steps := []ui.FunnelStep{
		{Name: "登记", Count: int(f.Registered), Note: "今年登记"},
		{Name: "梳理", Count: int(f.Sorted)},
		{Name: "办理", Count: int(f.Worked)},
		{Name: "反馈", Count: int(f.Told)},
		{Name: "评价", Count: int(f.Rated)},
	}
	waits := []struct {
		n    int64
		word string
		view casefile.View
	}{{}, {c.Sorting, "件待梳理分办", casefile.ViewSort}, {c.Handling, "件办理中", casefile.ViewWork},
		{c.Feedback, "件待反馈", casefile.ViewTell}, {c.Rating, "件待评价", casefile.ViewRating}}
	for i, wait := range waits {
		if i == 0 {
			continue
		}
		if wait.n == 0 {
			steps[i].Note = "没有积压"
			continue
		}
		steps[i].Wait = strconv.FormatInt(wait.n, 10) + " " + wait.word
		steps[i].URL = "/cases?view=" + string(wait.view)
	}
	return steps
}
