// Package posters prints a place's poster on one sheet of A4: what one can do here, when
// deputies are there, the number to call, and the code that leads to the place's page.
package posters

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/internal/reception"
	"lianluo/internal/station"
	"lianluo/internal/tenant"
	"lianluo/web/page"
	"lianluo/web/rotaparts"
	"lianluo/web/session"
)

// Handler serves /stations/{code}/poster.
type Handler struct {
	DB      *tenant.DB
	BaseURL string // the address by which people reach the site
}

// Routes are mounted under /stations/{code}/poster, for those who have auth.SeeStations.
func (h Handler) Routes(r chi.Router) { r.Get("/", page.Handle(h.show)) }

// The sheet has room for so much.
const (
	mostPurposes = 6
	mostDays     = 4
	mostNames    = 2  // of a day
	ahead        = 60 // days of the plan
)

// poster is everything that stands on it.
type poster struct {
	*station.Front
	by       auth.Actor
	county   county.County
	today    calendar.Date
	purposes []station.Purpose
	days     []reception.Announced
	url      string // that the code carries
}

func (h Handler) show(w http.ResponseWriter, r *http.Request) error {
	code := strings.ToUpper(chi.URLParam(r, "code"))
	by, _ := session.Actor(r.Context())
	var (
		front    **station.Front
		itself   *county.County
		purposes *[]station.Purpose
		days     *[]reception.Announced
	)
	p := &poster{by: by, today: calendar.DateOf(h.DB.Now())}
	err := h.DB.View(r.Context(), by.County, func(v *tenant.View) {
		front, itself, purposes = station.FrontOf(v, code), county.Itself(v), station.Purposes(v, code)
		days = reception.AnnouncedAt(v, code, p.today, p.today.AddDays(ahead))
	})
	if err != nil {
		return err
	}
	if *front == nil {
		return errs.NotFound
	}
	p.Front, p.county, p.url = *front, *itself, h.BaseURL+"/s/"+(*front).Code
	if p.State == station.Closed || p.State == station.Merged {
		return errs.Refuse(errs.Conflict, "“"+p.Name+"”已经不在用，不用再贴海报。以前贴的二维码还能扫，会告诉群众到哪里去。")
	}
	p.purposes, p.days = (*purposes)[:min(len(*purposes), mostPurposes)], (*days)[:min(len(*days), mostDays)]
	f := page.FrameOf(r)
	f.Title, f.Print = p.Name+"海报", true
	return page.Render(w, r, http.StatusOK, p.page(f))
}

// phone is the number to call: its own, or the office's.
func (p *poster) phone() string {
	if p.Phone != nil {
		return *p.Phone
	}
	return p.county.Phone
}

// does is what one can do there, in the plainest words there are.
func does(purpose station.Purpose) string {
	if purpose.Note == nil {
		return purpose.Name
	}
	return *purpose.Note
}

// shownURL is the address as somebody types it.
func (p *poster) shownURL() string {
	if _, rest, found := strings.Cut(p.url, "://"); found {
		return rest
	}
	return p.url
}

// line is a reception day: 9月15日 星期二 上午 9:00–11:00，五阳村人大代表联络点，郭建国.
func (p *poster) line(d reception.Announced) string {
	line := rotaparts.Weekday(d.Date, calendar.Date{}) + " " + rotaparts.Hours(d.Starts, d.Ends)
	if d.Code != p.Code {
		line += "，" + d.Place
	}
	names := d.Names()
	switch n := len(names); {
	case n > mostNames:
		line += "，" + strings.Join(names[:mostNames], "、") + "等 " + strconv.Itoa(n) + " 名代表"
	case n > 0:
		line += "，" + strings.Join(names, "、")
	}
	return line
}
