package web

import "github.com/go-chi/chi/v5"

// Routes is the URL map of a site, for the test that walks it.
func Routes(d Deps) chi.Routes { return d.routes().(chi.Routes) }
