// Package lookups tells a citizen who has a 查询码 how far the matter has come. It shows
// nobody's name and number, and a code is never part of an address.
package lookups

import (
	"net/http"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"lianluo/internal/casefile"
	"lianluo/internal/errs"
	"lianluo/internal/private"
	"lianluo/internal/tenant"
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

// answer shows the progress, or the form again. Wrong code and wrong digits are told in
// the same words.
func (h Handler) answer(w http.ResponseWriter, r *http.Request) error {
	if err := page.ParseForm(w, r, 8<<10); err != nil {
		return err
	}
	q := question{code: r.PostForm.Get("code"), digits: r.PostForm.Get("digits")}
	code := casefile.CleanCode(q.code)
	if strings.TrimSpace(q.code) == "" {
		q.invalid = errs.Invalid{"code": "请填查询码，在回执上。"}
		return h.form(w, r, http.StatusUnprocessableEntity, q)
	}
	found, err := h.find(r, code, lastDigits(q.digits))
	if err != nil {
		return err
	}
	if found == nil {
		q.invalid = errs.Invalid{"code": "没有查到。请对着回执，把查询码和电话后四位再填一次。"}
		return h.form(w, r, http.StatusUnprocessableEntity, q)
	}
	f := page.FrameOf(r)
	f.Title, f.Site, f.Org, f.Demo = "办到哪一步", found.Station, found.Office, found.Demo
	f.Privacy = "/c/" + found.Division + "/privacy"
	if found.Phone != nil {
		f.Phone = *found.Phone
	}
	return page.Render(w, r, http.StatusOK, progressPage(f, told{found}))
}

// find looks the code up, unless too much was tried in vain from that address or with
// that code.
func (h Handler) find(r *http.Request, code, digits string) (*casefile.Progress, error) {
	address, hash := limit.Address(r), string(casefile.CodeHash(code))
	if !h.addresses.Allow(address) || code != "" && !h.codes.Allow(hash) {
		return nil, errs.Refuse(errs.TooMany, "试的次数太多了，请过几分钟再试，或者打电话问联络站。")
	}
	county := casefile.CodeCounty(code)
	if county == 0 {
		return nil, nil
	}
	var read func() (*casefile.Progress, error)
	err := h.DB.View(r.Context(), county, func(v *tenant.View) { read = casefile.Lookup(v, h.Keys, code, digits) })
	if err != nil {
		return nil, err
	}
	found, err := read()
	if found != nil {
		h.addresses.Forgive(address)
		h.codes.Forgive(hash)
	}
	return found, err
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
