// Package visits is the desk of a station: a clerk registers who came and what they
// said, in under a minute, and tells them the 查询码.
package visits

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"lianluo/internal/auth"
	"lianluo/internal/blob"
	"lianluo/internal/casefile"
	"lianluo/internal/errs"
	"lianluo/internal/private"
	"lianluo/internal/reception"
	"lianluo/internal/tenant"
	"lianluo/web/page"
	"lianluo/web/session"
)

// Handler serves /visits.
type Handler struct {
	DB      *tenant.DB
	Keys    private.Keys
	Files   *blob.Store
	search  *searches
	BaseURL string // the site's public address, for the receipt
}

// Routes are mounted at the root, for those who have auth.RegisterVisit, behind Keep.
func (h Handler) Routes(r chi.Router) {
	h.search = newSearches(h.DB, h.Keys)
	r.Get("/visits/new", page.Handle(h.new))
	r.Get("/visits/paper", page.Handle(h.paper))
	r.Get("/visits/blank", page.Handle(h.blank))
	r.Post("/visits", page.Handle(h.create))
	r.Post("/visits/draft", page.Handle(h.autosave))
	r.Post("/visits/drafts/{key}/drop", page.Handle(h.dropDraft))
	r.Get("/visits/photos/{key}", page.Handle(h.photo))
	r.Post("/visits/appointments/{id:[0-9]+}", page.Handle(h.arrived))
	r.Get("/visits/saved", page.Handle(h.saved))
	r.Get("/visits/correct", page.Handle(h.correct))
	r.Post("/visits/correct", page.Handle(h.putRight))
	r.Get("/visits/slip", page.Handle(h.slip))
	r.Post("/visits/send", page.Handle(h.send))
}

// actor is who is signed in, if they may register.
func actor(r *http.Request) (auth.Actor, error) {
	by, ok := session.Actor(r.Context())
	switch {
	case !ok:
		return by, errs.SignIn
	case !by.May(auth.RegisterVisit):
		return by, errs.Refuse(errs.Forbidden, "来访由联络站的联络员、站长和县办理岗登记，您现在的身份不能登记。")
	}
	return by, nil
}

// new shows an empty form; ?after is the visit registered just now, whose day, place, way
// and deputies are kept for the next one, ?draft one that was begun, ?reception today's reception
// day to which somebody came.
func (h Handler) new(w http.ResponseWriter, r *http.Request) error { return h.begin(w, r, false) }

// paper is new for a filled paper form: its date is asked for first, and it is marked 补录.
func (h Handler) paper(w http.ResponseWriter, r *http.Request) error { return h.begin(w, r, true) }

func (h Handler) begin(w http.ResponseWriter, r *http.Request, late bool) error {
	by, err := actor(r)
	if err != nil {
		return err
	}
	query := r.URL.Query()
	if key, err := uuid.Parse(query.Get("draft")); err == nil {
		return h.resume(w, r, by, key)
	}
	at := by.StationID
	if by.Scope(auth.RegisterVisit) == auth.WholeCounty {
		stations, err := h.stations(r, by)
		if err != nil {
			return err
		}
		name := query.Get("station")
		if at = idOf(stations, name); at == 0 {
			return h.choose(w, r, stations, name != "")
		}
	}
	after, _ := uuid.Parse(query.Get("after")) // anything else is no visit
	f := fresh(h.DB.Now(), at)
	if f.late = late; late {
		f.date, f.time = "", ""
		f.matters = slices.Repeat(f.matters, paperMatters)
	}
	if err := h.cameTo(r, by, &f, query.Get("reception")); err != nil {
		return err
	}
	s, err := h.load(r, by, at, f, after)
	if err != nil {
		return err
	}
	s.suggest()
	s.focus = "name"
	if late {
		s.focus = "date"
	}
	return s.render(w, r, http.StatusOK)
}

// cameTo fills in the reception day of that id, with its place and way, if it is one of the
// form's date and station.
func (h Handler) cameTo(r *http.Request, by auth.Actor, f *form, day string) error {
	if day == "" || f.late {
		return nil
	}
	var days *[]reception.Choice
	if err := h.DB.View(r.Context(), by.County, func(v *tenant.View) { days = reception.Choices(v, f.station, f.day()) }); err != nil {
		return err
	}
	for _, d := range *days {
		if strconv.FormatInt(d.ID, 10) == day {
			f.reception, f.place = day, strconv.FormatInt(d.PlaceID, 10)
			if d.Kind == "household" {
				f.way = d.Kind
			}
		}
	}
	return nil
}

// create registers the visit, or takes a step on the form: one more matter, one less, a look
// at what is there already. Each step is kept as a draft.
func (h Handler) create(w http.ResponseWriter, r *http.Request) error {
	by, err := actor(r)
	if err != nil {
		return err
	}
	post, err := receive(w, r, anybody)
	invalid, bad := errors.AsType[errs.Invalid](err)
	if err != nil && !bad {
		return err
	}
	if err := h.othersForm(r, by, post); err != nil {
		return err
	}
	f, err := h.formOf(r, post.Values, by)
	if err != nil {
		return err
	}
	if f.keyless = f.key == uuid.Nil; f.keyless {
		f.key = uuid.New()
	}
	if wrong := f.take(post.Photos); wrong != nil {
		bad, invalid = true, wrong
	}
	if bad {
		return h.again(w, r, by, f, http.StatusUnprocessableEntity, invalid, "")
	}
	_, _, others, err := h.reseat(r, by, &f)
	if err != nil {
		return err
	}
	before := f.chosen()
	focus, step := f.change(post.Values)
	if looks := focus == look && f.unsaid(); step && !looks || len(post.Photos) > 0 {
		gone := slices.DeleteFunc(before, func(key uuid.UUID) bool { return slices.Contains(f.chosen(), key) })
		err := h.keep(r.Context(), casefile.OwnerOf(by), &f, post.Photos, gone)
		if invalid, ok := errors.AsType[errs.Invalid](err); ok {
			return h.again(w, r, by, f, http.StatusUnprocessableEntity, invalid, "")
		}
		if err != nil {
			return err
		}
	}
	if step {
		return h.again(w, r, by, f, http.StatusOK, nil, focus)
	}
	f.dropEmpty()
	if !others {
		f.today(h.DB.Now())
		if _, _, others, err = h.reseat(r, by, &f); err != nil {
			return err
		}
	}
	err = h.register(r, by, f, others)
	if invalid, ok := errors.AsType[errs.Invalid](err); ok {
		return h.again(w, r, by, f, http.StatusUnprocessableEntity, invalid, "")
	}
	if ended, ok := errors.AsType[reception.Ended](err); ok {
		return h.overtaken(w, r, by, f, ended)
	}
	if errors.Is(err, casefile.ChangedSince) {
		return h.changedSince(w, r, by, f, post.Photos)
	}
	if err != nil {
		return err
	}
	lead(w, r, nextAfter(post.Values, f, by))
	return nil
}

// nextPage is the header by which office.js is told where to go: it goes there itself, so that
// what is said there once is not said to a script.
const nextPage = "Lianluo-Next"

// lead answers a post with where it leads; no cache keeps that.
func lead(w http.ResponseWriter, r *http.Request, to string) {
	w.Header().Set("Cache-Control", "no-store")
	if r.Header.Get(byScript) != "" {
		w.Header().Set(nextPage, to)
		w.WriteHeader(http.StatusNoContent)
		return
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}

// byScript is the header by which office.js says that it sends the form.
const byScript = "Lianluo-Script"

// nextAfter is where a registered visit leads: to its codes, or to the next visitor.
func nextAfter(values url.Values, f form, by auth.Actor) string {
	if values.Get("again") == "" {
		return "/visits/saved?key=" + f.key.String()
	}
	station := ""
	if by.StationID == 0 {
		station = values.Get("station")
	}
	return nextVisitor(f.key.String(), f.late, station)
}

// nextVisitor is the form for whoever comes after a visit, of which it keeps what stays the
// same. Whoever registers for several stations says for which.
func nextVisitor(key string, late bool, station string) string {
	next := "/visits/new"
	if late {
		next = "/visits/paper"
	}
	next += "?after=" + key
	if station != "" {
		next += "&station=" + url.QueryEscape(station)
	}
	return next
}

// again shows the form as it was typed, with what is alike.
func (h Handler) again(w http.ResponseWriter, r *http.Request, by auth.Actor, f form, status int, invalid errs.Invalid, focus string) error {
	s, err := h.shownAgain(r, by, f)
	if err != nil {
		return err
	}
	s.invalid, s.focus = invalid, focus
	if focus != "" {
		s.steps = focus == look
		if !s.steps || !f.unsaid() {
			s.keptAt = h.DB.Now()
		}
	}
	return s.render(w, r, status)
}

// shownAgain is the form as it was typed, with its photographs and what is alike.
func (h Handler) shownAgain(r *http.Request, by auth.Actor, f form) (*shown, error) {
	photos, err := h.waiting(r, by, &f)
	if err != nil {
		return nil, err
	}
	s, err := h.load(r, by, f.station, f, uuid.Nil)
	if err != nil {
		return nil, err
	}
	s.photos = photos
	s.found, s.searched, err = h.search.alike(r, by, f, nil)
	return s, err
}

// frame marks 来访登记 in the menu also on the pages that follow it.
func frame(r *http.Request, title string) page.Frame {
	f := page.FrameOf(r)
	f.Title = title
	menu := make([]page.MenuItem, len(f.Menu)) // the common frame's is shared
	copy(menu, f.Menu)
	for i := range menu {
		menu[i].Current = menu[i].URL == "/visits/new"
	}
	f.Menu = menu
	return f
}

// host is the address that the receipt prints: the public one, without its scheme.
func (h Handler) host(r *http.Request) string {
	if _, host, found := strings.Cut(h.BaseURL, "://"); found {
		return host
	}
	return r.Host
}
