// Package fronts is what stands on the poster of a station: its public page, the list of
// a county's stations, and the QR code that leads there. It shows what is public of
// deputies, and nothing of any citizen or case.
package fronts

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"lianluo/internal/blob"
	"lianluo/internal/calendar"
	"lianluo/internal/county"
	"lianluo/internal/deputy"
	"lianluo/internal/errs"
	"lianluo/internal/reception"
	"lianluo/internal/station"
	"lianluo/internal/tenant"
	"lianluo/web/limit"
	"lianluo/web/page"
	"lianluo/web/qr"
	"lianluo/web/uploads"
)

// Handler serves /s and /c.
type Handler struct {
	DB      *tenant.DB
	BaseURL string // the address by which people reach the site; QR codes carry it
	Files   *blob.Store

	codes     *county.Codes
	addresses *limit.Limiter
	pictures  *limit.Limiter // a page brings dozens of them
}

const (
	ahead = 60              // days of the plan that are shown
	kept  = 5 * time.Minute // by the reader's own browser
)

var (
	unknown = errs.Refuse(errs.NotFound, "没有这个联络站的页面。请再扫一次二维码；想知道反映的事办到哪一步，用查询码查。")
	tooMany = errs.Refuse(errs.TooMany, "看的次数太多了，请过几分钟再看，或者打电话问联络站。")
)

// Routes are mounted at the root, for everybody: no session.
func (h Handler) Routes(r chi.Router) {
	h.codes = &county.Codes{DB: h.DB}
	// Everything counts, so that nobody reads off all stations in one go; a whole village
	// behind one address does not come near it.
	h.addresses = limit.New(60, time.Second, 20_000, h.DB.Now)
	h.pictures = limit.New(600, 100*time.Millisecond, 20_000, h.DB.Now)
	r.Get("/s/{code}", page.Handle(h.station))
	r.Get("/s/{code}/qr.svg", page.Handle(h.svg))
	r.Get("/s/{code}/qr.png", page.Handle(h.png))
	r.Get("/s/{code}/photos/{key}", page.Handle(h.photo))
	r.Get("/c/{code}", page.Handle(h.county))
}

// place is everything that a station's page shows, read in one round trip.
type place struct {
	*station.Front
	county   county.County
	today    calendar.Date
	former   *station.Former // whose poster led here
	days     []reception.Announced
	off      []reception.Retracted
	purposes []station.Purpose
	deputies []deputy.Public
	below    []station.Listed
}

// station is kept by no browser: a notice that was withdrawn or put right just now is told as it
// is, to who read the old one and to who published the new one and looks.
func (h Handler) station(w http.ResponseWriter, r *http.Request) error {
	p, err := h.place(r)
	if err != nil {
		return err
	}
	if p.LeadsTo != nil && r.URL.Query().Get("from") == "" { // who was led here is led no further: there are no circles
		http.Redirect(w, r, frontURL(*p.LeadsTo)+"?"+url.Values{"from": {p.Code}}.Encode(), http.StatusSeeOther)
		return nil
	}
	f := h.frame(r, p.county)
	f.Site, f.Home, f.Phone = p.Name, frontURL(p.Code), p.phone()
	if p.State != "open" {
		f.Title = p.closedTitle()
		return page.Render(w, r, http.StatusOK, closedPage(f, p))
	}
	f.Title = "有事找代表"
	return page.Render(w, r, http.StatusOK, stationPage(f, p))
}

func (h Handler) place(r *http.Request) (*place, error) {
	var (
		itself   *county.County
		days     *[]reception.Announced
		off      *[]reception.Retracted
		deputies *[]deputy.Public
		below    *[]station.Listed
		purposes *[]station.Purpose
		former   = new(*station.Former)
		now      time.Time
	)
	front, err := h.load(r, h.addresses, func(v *tenant.View, code string) {
		now = v.Now()
		today := calendar.DateOf(now)
		itself, below = county.Itself(v), station.Below(v, code)
		days, off = reception.AnnouncedAt(v, code, today, today.AddDays(ahead)), reception.RetractedAt(v, code, today, today.AddDays(ahead))
		deputies, purposes = deputy.PublicOfStation(v, code), station.Purposes(v, code)
		if from := strings.ToUpper(r.URL.Query().Get("from")); station.CountyCode(from) != "" {
			former = station.Formerly(v, from, code)
		}
	})
	if err != nil {
		return nil, err
	}
	p := &place{Front: front, county: *itself, today: calendar.DateOf(now), deputies: *deputies, below: *below, off: *off,
		purposes: *purposes, former: *former}
	p.days = p.notOver(*days, now)
	return p, nil
}

// load reads the station of the address, and in the same round trip what more asks for;
// or it refuses.
func (h Handler) load(r *http.Request, within *limit.Limiter, more func(v *tenant.View, code string)) (*station.Front, error) {
	code := strings.ToUpper(chi.URLParam(r, "code"))
	id, err := h.of(r, within, station.CountyCode(code))
	if err != nil {
		return nil, err
	}
	var front **station.Front
	err = h.DB.View(r.Context(), id, func(v *tenant.View) {
		front = station.FrontOf(v, code)
		more(v, code)
	})
	if err != nil {
		return nil, err
	}
	if *front == nil {
		return nil, unknown
	}
	return *front, nil
}

// of is the county with that division code.
func (h Handler) of(r *http.Request, within *limit.Limiter, code string) (tenant.County, error) {
	if !within.Allow(limit.Address(r)) {
		return 0, tooMany
	}
	if code == "" {
		return 0, unknown
	}
	id, err := h.codes.County(r.Context(), code)
	if errors.Is(err, errs.NotFound) {
		return 0, unknown
	}
	return id, err
}

// frame is the common part of both pages.
func (h Handler) frame(r *http.Request, of county.County) page.Frame {
	f := page.FrameOf(r)
	f.Org, f.Demo, f.Privacy = of.Office, of.Demo, countyURL(of)+"/privacy"
	return f
}

// svg is the code as a file: whoever scans it comes to the station's page.
func (h Handler) svg(w http.ResponseWriter, r *http.Request) error {
	front, err := h.coded(w, r)
	if err != nil {
		return err
	}
	page.Inline(w, front.Name+"二维码.svg", "image/svg+xml", -1)
	return qr.SVG(h.BaseURL+frontURL(front.Code), front.Name+"的二维码").Render(r.Context(), w)
}

// png is the same for those who place it in a text or send it on.
func (h Handler) png(w http.ResponseWriter, r *http.Request) error {
	front, err := h.coded(w, r)
	if err != nil {
		return err
	}
	page.Inline(w, front.Name+"二维码.png", "image/png", -1)
	return qr.PNG(w, h.BaseURL+frontURL(front.Code))
}

func (h Handler) coded(w http.ResponseWriter, r *http.Request) (*station.Front, error) {
	front, err := h.load(r, h.addresses, func(*tenant.View, string) {})
	if err == nil {
		page.MayCache(w, kept)
	}
	return front, err
}

// photo is the small picture of a deputy whom the station's page shows; of anybody else,
// and of any other file, there is nothing here.
func (h Handler) photo(w http.ResponseWriter, r *http.Request) error {
	key, err := uuid.Parse(chi.URLParam(r, "key"))
	if err != nil {
		return unknown
	}
	var (
		county tenant.County
		photo  **deputy.PublicPhoto
	)
	_, err = h.load(r, h.pictures, func(v *tenant.View, code string) { county, photo = v.County(), deputy.PhotoAt(v, code, key) })
	if err != nil {
		return err
	}
	if *photo == nil {
		return unknown
	}
	page.MayCache(w, kept)
	return uploads.Thumb(w, r, h.Files, county, key, (*photo).ThumbKey, (*photo).Name+".jpg")
}

func (h Handler) county(w http.ResponseWriter, r *http.Request) error {
	id, err := h.of(r, h.addresses, chi.URLParam(r, "code"))
	if err != nil {
		return err
	}
	var (
		itself *county.County
		all    *[]station.Listed
		passed *[]station.Passed
	)
	err = h.DB.View(r.Context(), id, func(v *tenant.View) {
		itself, all, passed = county.Itself(v), station.Fronts(v), station.PassedStations(v)
	})
	if err != nil {
		return err
	}
	f := h.frame(r, *itself)
	f.Title, f.Site, f.Home, f.Phone = "全县的联络站", itself.Name+"人大代表联络站", countyURL(*itself), itself.Phone
	page.MayCache(w, kept)
	return page.Render(w, r, http.StatusOK, countyPage(f, *itself, *all, *passed))
}

func frontURL(code string) string { return "/s/" + code }

func countyURL(c county.County) string { return "/c/" + c.DivisionCode }
