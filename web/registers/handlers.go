// Package registers shows what a station files, 一表两卡三簿: on the screen, and as the
// office prints it on A4. Nothing is typed here; what a register lacks is entered where it
// happened.
package registers

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/go-chi/chi/v5"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/casefile"
	"lianluo/internal/errs"
	"lianluo/internal/private"
	"lianluo/internal/register"
	"lianluo/internal/station"
	"lianluo/internal/tenant"
	"lianluo/web/lists"
	"lianluo/web/page"
	"lianluo/web/session"
)

// Handler serves /registers.
type Handler struct {
	DB   *tenant.DB
	Keys private.Keys
}

// Routes are mounted under /registers, for those who have auth.SeeRegisters.
func (h Handler) Routes(r chi.Router) {
	r.Get("/", page.Handle(h.index))
	r.With(session.RequireRight(auth.ExportList)).Get("/archive", page.Handle(h.archive))
	r.Get("/{form}", page.Handle(h.list))
	r.Get("/{form}/blank", page.Handle(h.blank))
	r.With(session.RequireRight(auth.RevealPhone)).Post("/{form}", page.Handle(h.printFull))
}

// mostCounted bounds the count.
const mostCounted = 100000

// index are the forms that the reader may open.
type index struct {
	by       auth.Actor
	forms    []register.Form
	stations []station.Place
	from, to calendar.Date // the year, for the archive
}

func (h Handler) index(w http.ResponseWriter, r *http.Request) error {
	i := &index{by: session.By(r)}
	var (
		forms    func() []register.Form
		stations = &[]station.Place{}
	)
	err := h.DB.View(r.Context(), i.by.County, func(v *tenant.View) {
		forms = register.Forms(v)
		if i.by.Scope(auth.SeeRegisters) == auth.WholeCounty {
			stations = station.All(v)
		}
	})
	if err != nil {
		return err
	}
	year := calendar.DateOf(h.DB.Now()).Year()
	i.from, i.to, i.stations = calendar.NewDate(year, 1, 1), calendar.NewDate(year, 12, 31), *stations
	i.forms = register.Offered(forms(), i.by)
	frame := page.FrameOf(r)
	frame.Title = "台账"
	return page.Render(w, r, http.StatusOK, i.page(frame))
}

// archive leads to the export of everything in a period.
func (h Handler) archive(w http.ResponseWriter, r *http.Request) error {
	in := register.Visits.Address(r.URL.Query(), calendar.DateOf(h.DB.Now()))
	for name := range in {
		if name != "from" && name != "to" && name != "station" {
			in.Del(name)
		}
	}
	http.Redirect(w, r, "/exports/new?"+url.Values{"list": {"registers"}, "in": {in.Encode()}}.Encode(), http.StatusSeeOther)
	return nil
}

// ledger is a register as it is shown or printed.
type ledger struct {
	lists.State
	reader  register.Reader
	form    register.Form
	lines   []register.Line
	total   *register.Total
	options []casefile.FilterChoice
	places  []station.Place
	unit    string // whose register it is: 王桥镇人大代表联络站, 襄垣县人大常委会
	empty   bool   // to be written on by hand
	invalid errs.Invalid
	at      string
	period  register.Period
}

// open reads which form the address names, as the county has it, for who may see it. It returns
// errs.NotFound and errs.Forbidden.
func (h Handler) open(r *http.Request, full bool) (*ledger, error) {
	key, by := register.Key(chi.URLParam(r, "form")), session.By(r)
	switch source := key.Source(); {
	case !source.Listed():
		return nil, errs.NotFound
	case !source.SeenBy(by):
		return nil, errs.Refuse(errs.Forbidden, "这本台账不归您看。")
	}
	var forms func() []register.Form
	if err := h.DB.View(r.Context(), by.County, func(v *tenant.View) { forms = register.Forms(v) }); err != nil {
		return nil, err
	}
	form, err := register.Standing(forms(), key).Printed()
	if err != nil {
		return nil, err
	}
	query, today := r.URL.Query(), calendar.DateOf(h.DB.Now())
	if by.StationID == 0 && query.Get("station") == "" {
		query.Del("place") // it is chosen within a station
	}
	form = form.For(by, form.Source.Ask(query, today, 1))
	l := &ledger{reader: register.Reader{By: by, Keys: h.Keys, Full: full}, form: form}
	name := "registers/" + string(form.Key)
	l.State = lists.State{Name: name, Title: form.Name, Path: "/" + name, Unit: form.Unit(), Address: form.Source.Address(query, today),
		At: h.DB.Now(), Export: by.May(auth.ExportList)}
	l.period.From, _ = calendar.ParseDate(l.Address.Get("from"))
	l.period.To, _ = calendar.ParseDate(l.Address.Get("to"))
	l.at = page.FullDateTime(l.At)
	return l, nil
}

// load reads a register, limit lines of it.
func (h Handler) load(r *http.Request, full bool, limit int) (*ledger, error) {
	l, err := h.open(r, full)
	if err != nil {
		return nil, err
	}
	query := r.URL.Query()
	if !l.Address.Has("place") {
		query.Del("place")
	}
	source, by := l.form.Source, l.reader.By
	l.Ask = source.Ask(query, calendar.DateOf(l.At), limit)
	var (
		lines   func() (register.Page, error)
		options *[]casefile.FilterChoice
		places  func() []station.Place
	)
	err = h.DB.View(r.Context(), by.County, func(v *tenant.View) {
		lines, l.total = register.PageOf(v, l.reader, l.form, l.Ask), source.Total(v, by, l.Ask, mostCounted)
		options = casefile.FilterChoices(v, by)
		places = l.readPlaces(v)
	})
	if err != nil {
		return nil, err
	}
	p, err := lines()
	if err != nil {
		return nil, err
	}
	l.lines, l.Prev, l.Next, l.Total, l.Most = p.Lines, p.Prev, p.Next, int64(l.total.Lines), mostCounted
	l.options = *options
	l.of(r, places())
	return l, nil
}

// readPlaces queues the station with its points, the station first, where there is one.
func (l *ledger) readPlaces(v *tenant.View) func() []station.Place {
	at := l.station()
	if at == 0 {
		return func() []station.Place { return nil }
	}
	places := station.Places(v, at)
	return func() []station.Place { return *places }
}

// of says whose register it is.
func (l *ledger) of(r *http.Request, places []station.Place) {
	account, _ := session.Account(r.Context())
	l.places, l.unit = places, account.Office
	if len(places) > 0 {
		l.unit = places[0].Name
	}
	for _, p := range places {
		if l.Address.Get("place") == itoa(p.ID) {
			l.unit = p.Name
		}
	}
}

// station is the reader's own, else the one that is chosen.
func (l *ledger) station() int64 {
	if at := l.reader.By.StationID; at != 0 {
		return at
	}
	at, _ := strconv.ParseInt(l.Address.Get("station"), 10, 64)
	return at
}

func (h Handler) list(w http.ResponseWriter, r *http.Request) error {
	if lists.Printing(r) {
		return h.sheet(w, r, http.StatusOK, false, nil)
	}
	l, err := h.load(r, false, lists.PageSize)
	if err != nil {
		return err
	}
	frame := page.FrameOf(r)
	frame.Title = l.Title
	return page.Render(w, r, http.StatusOK, l.page(frame))
}
