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
	r.Get("/{source}", page.Handle(h.list))
	r.With(session.RequireRight(auth.RevealPhone)).Post("/{source}", page.Handle(h.printFull))
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
	reader   register.Reader
	form     register.Form
	lines    []register.Line
	options  []casefile.FilterChoice
	places   []station.Place
	unit     string // whose register it is: 王桥镇人大代表联络站, 襄垣县人大常委会
	invalid  errs.Invalid
	at       string
	from, to calendar.Date
}

// load reads a register, limit lines of it. It returns errs.NotFound and errs.Forbidden.
func (h Handler) load(r *http.Request, full bool, limit int) (*ledger, error) {
	source := register.Source(chi.URLParam(r, "source"))
	by, today := session.By(r), calendar.DateOf(h.DB.Now())
	switch {
	case source.Name() == "" || source.Unit() == "":
		return nil, errs.NotFound
	case !source.SeenBy(by):
		return nil, errs.Refuse(errs.Forbidden, "这本台账不归您看。")
	}
	l := &ledger{reader: register.Reader{By: by, Keys: h.Keys, Full: full}}
	query := r.URL.Query()
	if by.StationID == 0 && query.Get("station") == "" {
		query.Del("place") // it is chosen within a station
	}
	address := source.Address(query, today)
	l.State = lists.State{Name: "registers/" + string(source), Path: "/registers/" + string(source), Unit: source.Unit(), Address: address,
		Ask: source.Ask(query, today, limit), At: h.DB.Now(), Export: by.May(auth.ExportList)}
	if err := h.read(r, l, source); err != nil {
		return nil, err
	}
	l.from, _ = calendar.ParseDate(address.Get("from"))
	l.to, _ = calendar.ParseDate(address.Get("to"))
	l.at = page.FullDateTime(l.At)
	return l, nil
}

func (h Handler) read(r *http.Request, l *ledger, source register.Source) error {
	by := l.reader.By
	account, _ := session.Account(r.Context())
	var forms func() []register.Form
	err := h.DB.View(r.Context(), by.County, func(v *tenant.View) { forms = register.Forms(v) })
	if err != nil {
		return err
	}
	if l.form, err = register.Of(forms(), source).Printed(); err != nil {
		return err
	}
	var (
		lines   func() (register.Page, error)
		total   *int64
		options *[]casefile.FilterChoice
		places  = &[]station.Place{}
	)
	err = h.DB.View(r.Context(), by.County, func(v *tenant.View) {
		lines, total = register.PageOf(v, l.reader, l.form, l.Ask), source.Count(v, by, l.Ask, mostCounted)
		options = casefile.FilterChoices(v, by)
		if at := l.station(); at != 0 {
			places = station.Places(v, at)
		}
	})
	if err != nil {
		return err
	}
	p, err := lines()
	if err != nil {
		return err
	}
	l.lines, l.Prev, l.Next, l.Total, l.Most = p.Lines, p.Prev, p.Next, *total, mostCounted
	l.options, l.places, l.Title = *options, *places, l.form.Name
	l.unit = account.Office
	if len(l.places) > 0 { // the station stands first
		l.unit = l.places[0].Name
	}
	for _, p := range l.places {
		if l.Address.Get("place") == itoa(p.ID) {
			l.unit = p.Name
		}
	}
	return nil
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
