// Package records shows a deputy's own page and record (一人一档), its prints, and how two
// records of one person become one.
package records

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"lianluo/internal/auth"
	"lianluo/internal/blob"
	"lianluo/internal/deputy"
	"lianluo/internal/errs"
	"lianluo/internal/private"
	"lianluo/internal/tenant"
	"lianluo/web/page"
	"lianluo/web/session"
	"lianluo/web/ui"
)

// Handler serves what of /deputies is about one deputy, or about two.
type Handler struct {
	DB       *tenant.DB
	Keys     private.Keys
	Files    *blob.Store
	Sessions *session.Sessions
	BaseURL  string // for the QR code on a card
}

// Routes are mounted under /deputies, for those who have auth.SeeDeputies.
func (h Handler) Routes(r chi.Router) {
	r.Get("/mine", page.Handle(h.mine))
	r.Get("/{number}", page.Handle(h.show))
	r.Get("/{number}/record", page.Handle(h.record))
	r.Get("/{number}/card", page.Handle(h.card))
	r.Get("/{number}/booklet", page.Handle(h.booklet))
	r.Post("/{number}/phone", page.Handle(h.reveal))
	picture := r.With(session.RequireRight(auth.AttachFile))
	picture.Post("/{number}/photo", page.Handle(h.setPhoto))
	picture.Post("/{number}/photo/remove", page.Handle(h.removePhoto))
	change := r.With(session.RequireRight(auth.ChangeDeputies))
	change.Get("/duplicates", page.Handle(h.duplicates))
	change.Post("/duplicates/distinct", page.Handle(h.distinct))
	change.Get("/{number}/merge", page.Handle(h.compare))
	change.Post("/{number}/merge", page.Handle(h.merge))
	change.Post("/{number}/unmerge", page.Handle(h.unmerge))
}

// numbered is a 档案号 as an address or a form has it, or errs.NotFound.
func numbered(typed string) (int32, error) {
	n, err := strconv.ParseInt(typed, 10, 32)
	if err != nil || n < 1 {
		return 0, errs.NotFound
	}
	return int32(n), nil
}

// path is the address of a deputy's page, or of what stands below it.
func path(number int32, below string) string {
	return "/deputies/" + strconv.Itoa(int(number)) + below
}

// known is a deputy whom the reader may see.
type known struct {
	by         auth.Actor
	deputy     deputy.Record
	held       []deputy.Held
	groups     []deputy.Belongs
	countyName string
}

// movedOn is a record that went into another: whoever asks for it is led on.
type movedOn struct{ to int32 }

func (m movedOn) Error() string { return "merged into " + strconv.Itoa(int(m.to)) }

// know reads the deputy that the address names. It returns errs.NotFound, errs.Forbidden,
// or movedOn.
func (h Handler) know(r *http.Request) (*known, error) {
	number, err := numbered(chi.URLParam(r, "number"))
	if err != nil {
		return nil, err
	}
	var (
		found  **deputy.Record
		held   *[]deputy.Held
		groups *[]deputy.Belongs
	)
	account, _ := session.Account(r.Context())
	k := &known{by: session.By(r), countyName: account.CountyName}
	err = h.DB.View(r.Context(), k.by.County, func(v *tenant.View) {
		found, held, groups = deputy.Find(v, number), deputy.MandatesOf(v, number), deputy.GroupsOf(v, number)
	})
	if err != nil {
		return nil, err
	}
	if *found == nil {
		return nil, errs.NotFound
	}
	k.deputy, k.held, k.groups = **found, *held, *groups
	if k.deputy.MergedInto != nil && k.by.Scope(auth.SeeDeputies) >= auth.OwnStation {
		return nil, movedOn{*k.deputy.MergedInto} // where the reader may see that one is asked there
	}
	return k, k.deputy.Within(k.by, k.groups)
}

// ledOn follows a record to the one that it went into; other errors it returns.
func ledOn(w http.ResponseWriter, r *http.Request, err error, below string) error {
	m, merged := errors.AsType[movedOn](err)
	if !merged {
		return err
	}
	page.Flash(w, ui.NoteWarn, "档案号 "+chi.URLParam(r, "number")+" 已经合并到这份档案。")
	http.Redirect(w, r, path(m.to, below), http.StatusSeeOther)
	return nil
}

// mine leads a deputy who signed in to the own page.
func (h Handler) mine(w http.ResponseWriter, r *http.Request) error {
	by := session.By(r)
	if by.DeputyID == 0 {
		http.Redirect(w, r, "/deputies", http.StatusSeeOther)
		return nil
	}
	var number *int32
	err := h.DB.View(r.Context(), by.County, func(v *tenant.View) { number = deputy.NumberOf(v, by.DeputyID) })
	if err != nil {
		return err
	}
	http.Redirect(w, r, path(*number, ""), http.StatusSeeOther)
	return nil
}

// parse reads a form whole before any transaction begins.
func parse(w http.ResponseWriter, r *http.Request) error {
	return page.ParseForm(w, r, 64<<10)
}
