// Package accounts is the door: signing in and out, and what somebody does with the own
// account.
package accounts

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"lianluo/internal/auth"
	"lianluo/internal/private"
	"lianluo/internal/tenant"
	"lianluo/web/limit"
	"lianluo/web/page"
	"lianluo/web/session"
)

// Handler serves /login, /logout, /account and /password.
type Handler struct {
	DB       *tenant.DB
	Sessions *session.Sessions
	Keys     private.Keys
	Demo     []DemoAccount // under --demo; the sign-in page lists them with their passwords

	posts, unknown *limit.Limiter // of links
}

// DemoAccount is an account of the demonstration that anybody may try.
type DemoAccount struct {
	LoginName, Password string
	Role                string // 联络员
	Place               string // 古韩镇站
}

// Door mounts /login and /logout, behind Sessions.Load and in front of session.Require.
func (h Handler) Door(r chi.Router) {
	r.Get("/login", page.Handle(h.door))
	r.Post("/login", page.Handle(h.signIn))
	r.Post("/logout", page.Handle(h.signOut))
}

// Routes are mounted under /account, behind session.Require.
func (h Handler) Routes(r chi.Router) {
	r.Get("/", page.Handle(h.show))
	r.With(session.RequireRight(auth.SwitchRole)).Post("/role", page.Handle(h.switchRole))
	r.Group(func(r chi.Router) {
		r.Use(session.RequireRight(auth.ChangePassword))
		r.Get("/password", page.Handle(h.password))
		r.Post("/password", page.Handle(h.changePassword))
	})
}

// small keeps whoever is not signed in from sending us books.
func small(w http.ResponseWriter, r *http.Request) error {
	return page.ParseForm(w, r, 16<<10)
}
