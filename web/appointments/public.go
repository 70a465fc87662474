package appointments

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
	"lianluo/internal/deputy"
	"lianluo/internal/errs"
	"lianluo/internal/private"
	"lianluo/internal/reception"
	"lianluo/internal/station"
	"lianluo/internal/tenant"
	"lianluo/web/limit"
	"lianluo/web/page"
)

// Public serves /s/{code}/appointments, where a citizen asks a station for a meeting with a
// deputy: by name and phone, without an account and without a script. Whatever is wrong, what
// was typed is shown again.
type Public struct {
	DB      *tenant.DB
	Keys    private.Keys
	Gateway bool // messages leave

	codes             *county.Codes
	reads, asks, kept *limit.Limiter
}

var (
	unknown = errs.Refuse(errs.NotFound, "没有这个联络站的页面，或者它现在不开放。请再扫一次二维码，或者打电话问。")
	tooMany = errs.Refuse(errs.TooMany, "看的次数太多了，请过一会儿再看，或者打电话给联络站。")
)

// tooOften is said in the form itself.
const tooOften = "这里刚才填的人太多，还没有送出。您填的都在，请过一两分钟再按“送出申请”，或者打电话给联络站。"

// askedOften is said to whoever has kept many requests at one station from one address.
const askedOften = "从这里今天已经申请了好几个，这一个还没有送出。您填的都在，请过几个小时再按“送出申请”，或者打电话给联络站。"

// Routes are mounted at the root, for everybody: no session.
func (h Public) Routes(r chi.Router) {
	h.codes = &county.Codes{DB: h.DB}
	h.reads = limit.New(60, time.Second, 20_000, h.DB.Now)
	h.asks = limit.New(20, time.Minute, 20_000, h.DB.Now) // a village may share one address
	h.kept = limit.New(10, 3*time.Hour, 20_000, h.DB.Now) // of one address at one station: nobody fills its list alone
	r.Get("/s/{code}/appointments", page.Handle(h.form))
	r.Post("/s/{code}/appointments", page.Handle(h.ask))
}

// booking is the form, and what came of it.
type booking struct {
	*station.Front
	county  county.County
	days    []reception.Announced
	answer  int // working days in which it is answered; 0: not known
	meet    []deputy.Meetable
	notice  *county.Notice // that the form is shown with; nil: not known
	gateway bool
	key     uuid.UUID
	typed   url.Values
	invalid errs.Invalid
	refused string
	asked   *reception.Appointment
	code    string // 查询码
}

func codeOf(r *http.Request) string { return strings.ToUpper(chi.URLParam(r, "code")) }

// load reads what the form shows, for the county that the code names.
func (h Public) load(r *http.Request, notice string) (tenant.County, *booking, error) {
	code := codeOf(r)
	division := station.CountyCode(code)
	if division == "" {
		return 0, nil, unknown
	}
	of, err := h.codes.County(r.Context(), division)
	if errors.Is(err, errs.NotFound) {
		return 0, nil, unknown
	}
	if err != nil {
		return 0, nil, err
	}
	var front **station.Front
	var itself *county.County
	var days *[]reception.Announced
	var meet *[]deputy.Meetable
	var settings *reception.Settings
	b := &booking{gateway: h.Gateway}
	err = h.DB.View(r.Context(), of, func(v *tenant.View) {
		today := calendar.DateOf(v.Now())
		front, itself = station.FrontOf(v, code), county.Itself(v)
		days = reception.AnnouncedAt(v, code, today.AddDays(1), today.AddDays(60))
		meet = deputy.PublicMeetables(v, code)
		settings, b.notice = reception.SettingsOf(v), county.ShownNotice(v, notice)
	})
	if err != nil {
		return 0, nil, err
	}
	if *front == nil || (*front).State != "open" {
		return 0, nil, unknown
	}
	b.Front, b.county, b.days, b.meet, b.answer = *front, *itself, *days, *meet, settings.AnswerDays
	return of, b, nil
}

func (h Public) form(w http.ResponseWriter, r *http.Request) error {
	if !h.reads.Allow(limit.Address(r)) {
		return tooMany
	}
	_, b, err := h.load(r, "")
	if err != nil {
		return err
	}
	b.key = uuid.New()
	return b.render(w, r, http.StatusOK)
}

// ask keeps the request and shows its 查询码. It is the answer to the post itself: the code is
// part of no address, and to press again, or to load the page again, finds what was kept.
func (h Public) ask(w http.ResponseWriter, r *http.Request) error {
	if err := page.ParseForm(w, r, 16<<10); err != nil {
		return err
	}
	key, err := uuid.Parse(r.PostForm.Get("key"))
	if err != nil {
		key = uuid.New()
	}
	w.Header().Set("Cache-Control", "no-store")
	if !h.asks.Allow(limit.Address(r)) {
		return crowded(r, key, h.Gateway).render(w, r, http.StatusTooManyRequests)
	}
	of, b, err := h.load(r, r.PostForm.Get("notice"))
	if err != nil {
		return err
	}
	b.key, b.typed = key, r.PostForm
	here := limit.Address(r) + " " + b.Code
	if !h.kept.Allow(here) {
		b.refused = askedOften
		return b.render(w, r, http.StatusTooManyRequests)
	}
	err = h.DB.Update(r.Context(), of, func(tx *tenant.Tx) error { return h.keep(r.Context(), tx, b) })
	if err != nil {
		h.kept.Forgive(here)
	}
	if invalid, ok := errors.AsType[errs.Invalid](err); ok {
		b.invalid = invalid
		return b.render(w, r, http.StatusUnprocessableEntity)
	}
	if errors.Is(err, errs.TooMany) {
		b.refused = errs.Message(err, tooOften)
		return b.render(w, r, http.StatusTooManyRequests)
	}
	if err != nil {
		return err
	}
	return h.sent(w, r, of, b)
}

// crowded is the form where too much was asked from one address: no database is asked, and
// what was typed stays.
func crowded(r *http.Request, key uuid.UUID, gateway bool) *booking {
	return &booking{Front: &station.Front{Code: codeOf(r), Name: "联络站"}, key: key, typed: r.PostForm, refused: tooOften, gateway: gateway}
}

func (h Public) keep(ctx context.Context, tx *tenant.Tx, b *booking) error {
	place, err := reception.PlaceOf(ctx, tx, b.Code)
	if err != nil {
		return err
	}
	get := b.typed.Get
	_, err = reception.Ask(ctx, tx, h.Keys, auth.CitizenOf(tx.County()), b.key, place, reception.AskInput{Name: get("name"), Phone: get("phone"),
		ReplyBy: replyBy(b.typed), Topic: get("topic"), Wish: get("wish"), Deputy: wanted(b.typed), Notice: b.notice.Version})
	return err
}

// sent shows what was kept: of a second press what the first one kept.
func (h Public) sent(w http.ResponseWriter, r *http.Request, of tenant.County, b *booking) error {
	var asked **reception.Appointment
	if err := h.DB.View(r.Context(), of, func(v *tenant.View) { asked = reception.AppointmentWith(v, b.key) }); err != nil {
		return err
	}
	if *asked == nil {
		return errs.NotFound
	}
	b.asked, b.code = *asked, (*asked).Code(h.Keys, of)
	return b.render(w, r, http.StatusOK)
}

func (b *booking) url() string { return "/s/" + b.Code + "/appointments" }

// told is how the answer comes.
func (b *booking) told() string {
	if b.gateway && (b.asked == nil || b.asked.ReplyBy == "message") {
		return "发短信或者打电话"
	}
	return "打电话"
}

func (b *booking) render(w http.ResponseWriter, r *http.Request, status int) error {
	f := page.FrameOf(r)
	f.Title, f.Error = "约见人大代表", len(b.invalid) > 0 || b.refused != ""
	f.Site, f.Home = b.Name, "/s/"+b.Code
	if b.county.ID != 0 {
		f.Org, f.Demo, f.Privacy, f.Phone = b.county.Office, b.county.Demo, "/c/"+b.county.DivisionCode+"/privacy", b.county.Phone
	}
	if b.Phone != nil {
		f.Phone = *b.Phone
	}
	if b.asked != nil {
		f.Title = "申请已经送到"
		return page.Render(w, r, status, b.sentPage(f))
	}
	return page.Render(w, r, status, b.page(f))
}
