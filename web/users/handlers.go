// Package users is where the county's administrator keeps accounts: who they are, in which
// roles from when to when, who stands in for whom, and the link by which somebody sets a
// password. A link is shown on the answer to the form that asks for it and nowhere else.
package users

import (
	"net/http"
	"net/url"

	"github.com/go-chi/chi/v5"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/tenant"
	"lianluo/web/forms"
	"lianluo/web/page"
	"lianluo/web/session"
)

// Handler serves /users.
type Handler struct {
	DB       *tenant.DB
	Sessions *session.Sessions
	BaseURL  string // the site's public address, with which links begin
}

// Routes are mounted under /users, for those who have auth.ChangeStaff.
func (h Handler) Routes(r chi.Router) {
	r.Get("/", page.Handle(h.list))
	r.Post("/", page.Handle(h.create))
	r.Get("/new", page.Handle(h.new))
	r.Get("/rights", page.Handle(h.rights))
	r.Get("/{login}", page.Handle(h.show))
	r.Post("/{login}", page.Handle(h.change))
	r.Get("/{login}/link", page.Handle(h.askLink))
	r.Post("/{login}/link", page.Handle(h.makeLink))
	r.Get("/{login}/{act:(?:grant|disable|enable)}", page.Handle(h.ask))
	r.Post("/{login}/{act:(?:grant|disable|enable)}", page.Handle(h.act))
	r.Get("/{login}/roles/{role}/{act:(?:end|move|standin)}", page.Handle(h.ask))
	r.Post("/{login}/roles/{role}/{act:(?:end|move|standin)}", page.Handle(h.act))
}

func parse(w http.ResponseWriter, r *http.Request) error {
	return page.ParseForm(w, r, 32<<10)
}

// person is whose page it is.
type person struct {
	auth.Sheet
	roles []auth.Held
	asOf  calendar.Date
	self  bool // the reader's own
}

func (p *person) path() string { return "/users/" + url.PathEscape(p.LoginName) }

func (p *person) disabled() bool { return p.DisabledAt != nil }

// load reads the person of the address, with what else the page needs.
func (h Handler) load(r *http.Request, also func(v *tenant.View)) (*person, error) {
	var sheet *auth.Sheet
	var roles *[]auth.Held
	p := &person{}
	err := h.DB.View(r.Context(), session.By(r).County, func(v *tenant.View) {
		sheet, roles = auth.SheetOf(v, chi.URLParam(r, "login")), auth.RolesOf(v, chi.URLParam(r, "login"))
		p.asOf = calendar.DateOf(v.Now())
		if also != nil {
			also(v)
		}
	})
	if err != nil {
		return nil, err
	}
	p.Sheet, p.roles, p.self = *sheet, *roles, sheet.ID == session.By(r).UserID
	return p, nil
}

func frame(r *http.Request, title string, p forms.Problem) page.Frame {
	f := page.FrameOf(r)
	f.Title, f.Error = title, p.Any()
	return f
}

func (h Handler) show(w http.ResponseWriter, r *http.Request) error {
	return h.showPerson(w, r, forms.Problem{})
}

// showPerson shows the account; after a form that failed, with what was typed.
func (h Handler) showPerson(w http.ResponseWriter, r *http.Request, problem forms.Problem) error {
	p, err := h.load(r, nil)
	if err != nil {
		return err
	}
	name, title, version := p.Name, p.Title, p.Version
	if problem.Any() {
		name, title = problem.Keep("name", r.PostFormValue("name")), problem.Keep("title", r.PostFormValue("title"))
		version = problem.GoesOn(forms.Began(r))
	}
	return page.Render(w, r, problem.Status(), personPage(frame(r, p.Name, problem), p, facts{problem, name, title, version}))
}

// facts is the form of what a person is called.
type facts struct {
	forms.Problem
	name, title string
	version     int32
}

func (h Handler) change(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	by := session.By(r)
	err := h.DB.Update(r.Context(), by.County, func(tx *tenant.Tx) error {
		id, err := auth.UserOf(r.Context(), tx, chi.URLParam(r, "login"))
		if err != nil {
			return err
		}
		return auth.ChangeUser(r.Context(), tx, by, id, forms.Began(r), r.PostFormValue("name"), r.PostFormValue("title"))
	})
	if err == nil {
		return forms.Done(w, r, "/users/"+url.PathEscape(chi.URLParam(r, "login")), "已经保存。登录着的，下次登录后看到新的。")
	}
	problem, err := forms.ProblemOf(err)
	if err != nil {
		return err
	}
	return h.showPerson(w, r, problem)
}
