// Package bookings is where a citizen asks a station for a meeting with a deputy: by name
// and phone, without an account and without a script.
package bookings

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/internal/private"
	"lianluo/internal/reception"
	"lianluo/internal/station"
	"lianluo/internal/tenant"
	"lianluo/web/limit"
	"lianluo/web/page"
)

// Handler serves /s/{code}/appointments.
type Handler struct {
	DB   *tenant.DB
	Keys private.Keys

	codes       *county.Codes
	reads, asks *limit.Limiter
}

var (
	unknown = errs.Refuse(errs.NotFound, "没有这个联络站的页面，或者它现在不开放。请再扫一次二维码，或者打电话问。")
	tooMany = errs.Refuse(errs.TooMany, "填的次数太多了，请过一会儿再填，或者打电话给联络站。")
)

// Routes are mounted at the root, for everybody: no session.
func (h Handler) Routes(r chi.Router) {
	h.codes = &county.Codes{DB: h.DB}
	h.reads = limit.New(60, time.Second, 20_000, h.DB.Now)
	h.asks = limit.New(20, time.Minute, 20_000, h.DB.Now) // a village may share one address
	r.Get("/s/{code}/appointments", page.Handle(h.form))
	r.Post("/s/{code}/appointments", page.Handle(h.ask))
}

// booking is the form, and where it is sent.
type booking struct {
	*station.Front
	county  county.County
	days    []reception.Announced
	key     uuid.UUID
	typed   url.Values
	invalid errs.Invalid
	sent    bool
}

// of is the county that the code names.
func (h Handler) of(r *http.Request, by *limit.Limiter) (tenant.County, string, error) {
	code := strings.ToUpper(chi.URLParam(r, "code"))
	if !by.Allow(limit.Address(r)) {
		return 0, code, tooMany
	}
	division := station.CountyCode(code)
	if division == "" {
		return 0, code, unknown
	}
	id, err := h.codes.County(r.Context(), division)
	if errors.Is(err, errs.NotFound) {
		return 0, code, unknown
	}
	return id, code, err
}

func (h Handler) load(r *http.Request, of tenant.County, code string) (*booking, error) {
	var front **station.Front
	var itself *county.County
	var days *[]reception.Announced
	err := h.DB.View(r.Context(), of, func(v *tenant.View) {
		today := calendar.DateOf(v.Now())
		front, itself = station.FrontOf(v, code), county.Itself(v)
		days = reception.AnnouncedAt(v, code, today.AddDays(1), today.AddDays(60))
	})
	if err != nil {
		return nil, err
	}
	if *front == nil || (*front).State != "open" {
		return nil, unknown
	}
	return &booking{Front: *front, county: *itself, days: *days}, nil
}

func (h Handler) form(w http.ResponseWriter, r *http.Request) error {
	of, code, err := h.of(r, h.reads)
	if err != nil {
		return err
	}
	b, err := h.load(r, of, code)
	if err != nil {
		return err
	}
	b.key, b.sent = uuid.New(), r.URL.Query().Get("sent") != ""
	return b.render(w, r, http.StatusOK)
}

func (h Handler) ask(w http.ResponseWriter, r *http.Request) error {
	of, code, err := h.of(r, h.asks)
	if err != nil {
		return err
	}
	if err := page.ParseForm(w, r, 16<<10); err != nil {
		return err
	}
	b, err := h.load(r, of, code)
	if err != nil {
		return err
	}
	if b.key, err = uuid.Parse(r.PostForm.Get("key")); err != nil {
		b.key = uuid.New()
	}
	b.typed = r.PostForm
	err = h.DB.Update(r.Context(), of, func(tx *tenant.Tx) error { return h.keep(r.Context(), tx, b) })
	if invalid, ok := errors.AsType[errs.Invalid](err); ok {
		b.invalid = invalid
		return b.render(w, r, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, b.url()+"?sent=1", http.StatusSeeOther)
	return nil
}

func (h Handler) keep(ctx context.Context, tx *tenant.Tx, b *booking) error {
	place, err := reception.PlaceOf(ctx, tx, b.Code)
	if err != nil {
		return err
	}
	_, err = reception.Ask(ctx, tx, h.Keys, auth.CitizenOf(tx.County()), b.key, place, reception.AskInput{
		Name: b.typed.Get("name"), Phone: b.typed.Get("phone"), Topic: b.typed.Get("topic"), Wish: b.typed.Get("wish")})
	return err
}

func (b *booking) url() string { return "/s/" + b.Code + "/appointments" }

func (b *booking) render(w http.ResponseWriter, r *http.Request, status int) error {
	f := page.FrameOf(r)
	f.Title, f.Error = "约见人大代表", len(b.invalid) > 0
	f.Org, f.Demo, f.Privacy = b.county.Office, b.county.Demo, "/c/"+b.county.DivisionCode+"/privacy"
	f.Site, f.Home, f.Phone = b.Name, "/s/"+b.Code, b.county.Phone
	if b.Phone != nil {
		f.Phone = *b.Phone
	}
	if b.sent {
		f.Title = "申请已经送到"
		return page.Render(w, r, status, b.sentPage(f))
	}
	return page.Render(w, r, status, b.page(f))
}
