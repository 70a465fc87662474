// Package lookups tells a citizen who has a 查询码 how far the matter has come, or how a
// request for an appointment stands, which can be taken back here. It shows nobody's name and
// number, and a code is never part of an address.
package lookups

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"lianluo/internal/casefile"
	"lianluo/internal/errs"
	"lianluo/internal/null"
	"lianluo/internal/private"
	"lianluo/internal/reception"
	"lianluo/internal/tenant"
	"lianluo/internal/token"
	"lianluo/web/limit"
	"lianluo/web/page"
)

// Handler serves /q.
type Handler struct {
	DB   *tenant.DB
	Keys private.Keys

	addresses, codes *limit.Limiter
}

// Routes are mounted at the root, for everybody: no session.
func (h Handler) Routes(r chi.Router) {
	// Only what finds nothing counts: a whole village may stand behind one address.
	h.addresses = limit.New(10, 6*time.Second, 20_000, h.DB.Now)
	h.codes = limit.New(5, time.Minute, 20_000, h.DB.Now)
	r.Get("/q", page.Handle(h.ask))
	r.Post("/q", page.Handle(h.answer))
	r.Post("/q/recall", page.Handle(h.recall))
}

// question is what somebody typed.
type question struct {
	code, digits string
	invalid      errs.Invalid
}

func (h Handler) ask(w http.ResponseWriter, r *http.Request) error {
	return h.form(w, r, http.StatusOK, question{})
}

func (h Handler) form(w http.ResponseWriter, r *http.Request, status int, q question) error {
	f := page.FrameOf(r)
	f.Title, f.Error = "查办到哪一步", len(q.invalid) > 0
	return page.Render(w, r, status, askPage(f, q))
}

// notFound is said of a wrong code and of wrong digits alike.
const notFound = "没有查到。请对着回执或者短信，把查询码和电话后四位再填一次。"

// answer shows the progress, or the form again. Wrong code and wrong digits are told in
// the same words.
func (h Handler) answer(w http.ResponseWriter, r *http.Request) error {
	q, err := asked(w, r)
	if err != nil {
		return err
	}
	if len(q.invalid) > 0 {
		return h.form(w, r, http.StatusUnprocessableEntity, q)
	}
	return h.show(w, r, q, http.StatusOK, "")
}

// asked reads what somebody typed.
func asked(w http.ResponseWriter, r *http.Request) (question, error) {
	err := page.ParseForm(w, r, 8<<10)
	q := question{code: r.PostForm.Get("code"), digits: r.PostForm.Get("digits")}
	if strings.TrimSpace(q.code) == "" {
		q.invalid = errs.Invalid{"code": "请填查询码，在回执或者短信里。"}
	}
	return q, err
}

// show shows what the code leads to. done is what was just done about it.
func (h Handler) show(w http.ResponseWriter, r *http.Request, q question, status int, done string) error {
	found, booked, err := h.find(r, token.CleanCode(q.code), lastDigits(q.digits))
	if err != nil {
		return err
	}
	f := page.FrameOf(r)
	w.Header().Set("Cache-Control", "no-store")
	switch {
	case booked != nil:
		f.Title, f.Site, f.Org, f.Demo = "约见人大代表", booked.Station, booked.Office, booked.Demo
		f.Privacy, f.Phone, f.Error = "/c/"+booked.Division+"/privacy", null.Value(booked.Public), status != http.StatusOK
		return page.Render(w, r, status, bookedPage(f, meeting{booked, q, done, status != http.StatusOK}))
	case found != nil:
		f.Title, f.Site, f.Org, f.Demo = "办到哪一步", found.Station, found.Office, found.Demo
		f.Privacy, f.Phone = "/c/"+found.Division+"/privacy", null.Value(found.Phone)
		return page.Render(w, r, status, progressPage(f, told{found}))
	}
	q.invalid = errs.Invalid{"code": notFound}
	return h.form(w, r, http.StatusUnprocessableEntity, q)
}

// recall takes an appointment back for whoever has its code.
func (h Handler) recall(w http.ResponseWriter, r *http.Request) error {
	q, err := asked(w, r)
	if err != nil {
		return err
	}
	if len(q.invalid) > 0 {
		return h.form(w, r, http.StatusUnprocessableEntity, q)
	}
	code, digits := token.CleanCode(q.code), lastDigits(q.digits)
	_, booked, err := h.find(r, code, digits) // counts what is tried in vain
	if err != nil {
		return err
	}
	if booked == nil {
		q.invalid = errs.Invalid{"code": notFound}
		return h.form(w, r, http.StatusUnprocessableEntity, q)
	}
	err = h.DB.Update(r.Context(), token.CodeCounty(code), func(tx *tenant.Tx) error { return reception.Recall(r.Context(), tx, h.Keys, code, digits) })
	if errors.Is(err, errs.Conflict) {
		return h.show(w, r, q, http.StatusConflict, errs.Message(err, ""))
	}
	if err != nil {
		return err
	}
	return h.show(w, r, q, http.StatusOK, "已经取消了，联络站会看到。")
}

// find looks the code up, unless too much was tried in vain from that address or with
// that code: it is a case's, or an appointment's.
func (h Handler) find(r *http.Request, code, digits string) (*casefile.Progress, *reception.Booked, error) {
	address, hash := limit.Address(r), string(token.CodeHash(code))
	if !h.addresses.Allow(address) || code != "" && !h.codes.Allow(hash) {
		return nil, nil, errs.Refuse(errs.TooMany, "试的次数太多了，请过几分钟再试，或者打电话问联络站。")
	}
	county := token.CodeCounty(code)
	if county == 0 {
		return nil, nil, nil
	}
	var read func() (*casefile.Progress, error)
	var readBooked func() (*reception.Booked, error)
	err := h.DB.View(r.Context(), county, func(v *tenant.View) {
		read, readBooked = casefile.Lookup(v, h.Keys, code, digits), reception.LookupAppointment(v, h.Keys, code, digits)
	})
	if err != nil {
		return nil, nil, err
	}
	found, err := read()
	booked, err2 := readBooked()
	if found != nil || booked != nil {
		h.addresses.Forgive(address)
		h.codes.Forgive(hash)
	}
	return found, booked, errors.Join(err, err2)
}

// lastDigits is the last four digits of what was typed: some type the whole number.
func lastDigits(typed string) string {
	digits := make([]rune, 0, 4)
	for _, r := range typed {
		switch {
		case r >= '0' && r <= '9':
			digits = append(digits, r)
		case r >= '０' && r <= '９':
			digits = append(digits, r-'０'+'0')
		}
	}
	return string(digits[max(0, len(digits)-4):])
}
