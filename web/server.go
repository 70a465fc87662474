// Package web is the site: the middleware in its order, and the whole URL map.
package web

import (
	"log/slog"
	"net"
	"net/http"
	"strings"

	"lianluo/internal/blob"
	"lianluo/internal/private"
	"lianluo/internal/tenant"
	"lianluo/web/accounts"
	"lianluo/web/page"
	"lianluo/web/session"
)

// Deps are what the site is made of.
type Deps struct {
	DB       *tenant.DB
	Keys     private.Keys
	Files    *blob.Store
	Sessions *session.Sessions
	Demo     []accounts.DemoAccount // under --demo: listed on the sign-in page
	BaseURL  string                 // the address by which people reach the site
	Gateway  bool                   // messages leave: a channel is configured
	Proxy    bool                   // a proxy stands in front and names the client's address
	Log      *slog.Logger
}

// New returns the site.
func New(deps Deps) http.Handler {
	crossOrigin := http.NewCrossOriginProtection()
	crossOrigin.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		page.Error(w, r, errCrossOrigin)
	}))

	// From the inside out. The log stands outermost, so that it sees every answer, and
	// recovery inside it, so that a panic is logged as the 500 that the reader gets. The
	// address comes before both, since they name it. Headers come before anything that can
	// answer; compression after them, around whatever writes a body; the cross-origin check
	// before the router, so that no route can forget it.
	site := deps.routes()
	site = crossOrigin.Handler(site)
	site = page.Compress(site)
	site = page.SecurityHeaders(site)
	site = page.Recover(site)
	if len(deps.Demo) > 0 {
		site = demonstration(site)
	}
	site = page.Log(site)
	if deps.Proxy {
		site = clientAddress(site)
	}
	return site
}

// demonstration marks every page, errors and panics included.
func demonstration(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, page.WithFrame(r, page.Frame{Demo: true}))
	})
}

// clientAddress believes the proxy in front, and only it: the last address of
// X-Forwarded-For is the one that the proxy itself saw.
func clientAddress(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		forwarded := r.Header.Values("X-Forwarded-For")
		if len(forwarded) > 0 {
			all := strings.Split(forwarded[len(forwarded)-1], ",")
			if ip := net.ParseIP(strings.TrimSpace(all[len(all)-1])); ip != nil {
				r.RemoteAddr = net.JoinHostPort(ip.String(), "0")
			}
		}
		next.ServeHTTP(w, r)
	})
}
