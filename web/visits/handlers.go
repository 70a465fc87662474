// Package visits is the desk of a station: a clerk registers who came and what they
// said, in under a minute, and tells them the 查询码.
package visits

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"lianluo/internal/auth"
	"lianluo/internal/casefile"
	"lianluo/internal/errs"
	"lianluo/internal/private"
	"lianluo/internal/tenant"
	"lianluo/web/page"
	"lianluo/web/session"
)

// Handler serves /visits.
type Handler struct {
	DB      *tenant.DB
	Keys    private.Keys
	BaseURL string // the site's public address, for the receipt
}

// Routes are mounted at the root, for those who have auth.RegisterVisit.
func (h Handler) Routes(r chi.Router) {
	r.Get("/visits/new", page.Handle(h.new))
	r.Post("/visits", page.Handle(h.create))
	r.Get("/visits/saved", page.Handle(h.saved))
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

// new shows an empty form; ?after is the visit registered just now, whose place, way and
// deputies are kept for the next one.
func (h Handler) new(w http.ResponseWriter, r *http.Request) error {
	by, err := actor(r)
	if err != nil {
		return err
	}
	at := by.StationID
	if by.Scope(auth.RegisterVisit) == auth.WholeCounty {
		stations, err := h.stations(r, by)
		if err != nil {
			return err
		}
		name := r.URL.Query().Get("station")
		if at = idOf(stations, name); at == 0 {
			return h.choose(w, r, stations, name != "")
		}
	}
	after, _ := uuid.Parse(r.URL.Query().Get("after")) // anything else is no visit
	s, err := h.load(r, by, at, fresh(h.DB.Now(), at), after)
	if err != nil {
		return err
	}
	s.suggest()
	s.focus = "name"
	return s.render(w, r, http.StatusOK)
}

// create registers the visit, or changes the number of matters on the form.
func (h Handler) create(w http.ResponseWriter, r *http.Request) error {
	by, err := actor(r)
	if err != nil {
		return err
	}
	r.Body = http.MaxBytesReader(w, r.Body, 2<<20)
	if err := r.ParseForm(); err != nil {
		return err
	}
	f := read(r.PostForm)
	if by.Scope(auth.RegisterVisit) != auth.WholeCounty {
		f.station = by.StationID
	}
	if focus, changed := f.change(r.PostForm); changed {
		return h.again(w, r, by, f, http.StatusOK, nil, focus)
	}
	f.dropEmpty()
	err = h.register(r, by, f)
	if invalid, ok := errors.AsType[errs.Invalid](err); ok {
		return h.again(w, r, by, f, http.StatusUnprocessableEntity, invalid, "")
	}
	if err != nil {
		return err
	}
	next := "/visits/saved?key=" + f.key.String()
	if r.PostForm.Get("again") != "" {
		next = "/visits/new?after=" + f.key.String()
		if name := r.PostForm.Get("station"); name != "" && by.StationID == 0 {
			next += "&station=" + url.QueryEscape(name)
		}
	}
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, next, http.StatusSeeOther)
	return nil
}

// register registers in one transaction. What the form and what the domain find wrong is
// told together, so a form with a fault of its own is tried and taken back.
func (h Handler) register(r *http.Request, by auth.Actor, f form) error {
	visit, wrong := f.visit(h.DB.Now())
	err := h.DB.Update(r.Context(), by.County, func(tx *tenant.Tx) error {
		_, err := casefile.RegisterVisit(r.Context(), tx, h.Keys, by, visit)
		return together(err, wrong)
	})
	if !errors.Is(err, errs.Conflict) {
		return err
	}
	// The other press of the same button was faster: it is registered.
	var saved func() *casefile.Saved
	read := h.DB.View(r.Context(), by.County, func(v *tenant.View) { saved = casefile.SavedVisit(v, h.Keys, f.key) })
	if read == nil && saved() != nil {
		return nil
	}
	return err
}

// together is both faults by field; the form's own words win.
func together(err error, wrong errs.Invalid) error {
	found, ok := errors.AsType[errs.Invalid](err)
	if err != nil && !ok {
		return err
	}
	all := errs.Invalid{}
	for field, message := range found {
		switch field {
		case "received_at":
			field = "date"
		case "key":
			field, message = "", "这张表打开得不完整，现在补好了，请核对后再按一次“登记”。"
		}
		all[field] = message
	}
	for field, message := range wrong {
		all[field] = message
	}
	return all.Err()
}

// again shows the form as it was typed.
func (h Handler) again(w http.ResponseWriter, r *http.Request, by auth.Actor, f form, status int, invalid errs.Invalid, focus string) error {
	if f.key == uuid.Nil {
		f.key = uuid.New()
	}
	s, err := h.load(r, by, f.station, f, uuid.Nil)
	if err != nil {
		return err
	}
	s.invalid, s.focus = invalid, focus
	return s.render(w, r, status)
}

// saved shows what was registered, and the codes to tell the visitor.
func (h Handler) saved(w http.ResponseWriter, r *http.Request) error {
	by, err := actor(r)
	if err != nil {
		return err
	}
	key, err := uuid.Parse(r.URL.Query().Get("key"))
	if err != nil {
		return errs.NotFound
	}
	var read func() *casefile.Saved
	err = h.DB.View(r.Context(), by.County, func(v *tenant.View) { read = casefile.SavedVisit(v, h.Keys, key) })
	if err != nil {
		return err
	}
	found := read()
	if found == nil {
		return errs.NotFound
	}
	if err := found.SeenBy(by); err != nil {
		return err
	}
	f := frame(r, "已登记")
	return page.Render(w, r, http.StatusOK, savedPage(f, receipt{found, by, h.host(r)}))
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
