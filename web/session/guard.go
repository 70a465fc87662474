package session

import (
	"context"
	"net"
	"net/http"
	"time"

	"lianluo/internal/auth"
	"lianluo/internal/errs"
	"lianluo/web/page"
)

type accountKey struct{}

// With returns a context in which account is signed in: what Load does, and tests.
func With(ctx context.Context, account auth.Account) context.Context {
	return context.WithValue(ctx, accountKey{}, &account)
}

// Account returns who is signed in, with the roles there are to choose from.
func Account(ctx context.Context) (auth.Account, bool) {
	account, ok := ctx.Value(accountKey{}).(*auth.Account)
	if !ok {
		return auth.Account{}, false
	}
	return *account, true
}

type leftKey struct{}

// Left is how long the session of this request lasts unless it is used; 0 where nobody says.
func Left(ctx context.Context) time.Duration {
	left, _ := ctx.Value(leftKey{}).(time.Duration)
	return left
}

// Actor returns who is signed in.
func Actor(ctx context.Context) (auth.Actor, bool) {
	account, ok := Account(ctx)
	return account.Actor, ok
}

// By returns who is signed in, for handlers behind Require; nobody is the zero Actor, who
// has no right.
func By(r *http.Request) auth.Actor {
	by, _ := Actor(r.Context())
	return by
}

// Address is the network address that the request came from. Behind a proxy the server
// puts the proxy's word for it into RemoteAddr first.
func Address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// PasswordPath is where somebody goes first whose password was given by another.
const PasswordPath = "/account/password"

// Require lets pass who is signed in. Everybody else signs in first and comes back; a
// password that another chose is changed before anything else.
func Require(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		account, ok := Account(r.Context())
		switch {
		case !ok:
			page.Error(w, r, errs.SignIn)
		case account.MustChangePassword && r.URL.Path != PasswordPath && r.URL.Path != "/logout":
			w.Header().Set("Cache-Control", "no-store")
			http.Redirect(w, r, PasswordPath, http.StatusSeeOther)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// RequireRight lets pass who may do action somewhere; on which record, the handler asks.
func RequireRight(action auth.Action) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			by, ok := Actor(r.Context())
			switch {
			case !ok:
				page.Error(w, r, errs.SignIn)
			case !by.May(action):
				page.Error(w, r, errs.Forbidden)
			default:
				next.ServeHTTP(w, r)
			}
		})
	}
}
