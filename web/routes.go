package web

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"lianluo/internal/auth"
	"lianluo/internal/errs"
	"lianluo/web/accounts"
	"lianluo/web/appointments"
	"lianluo/web/audits"
	"lianluo/web/calendars"
	"lianluo/web/cases"
	"lianluo/web/checks"
	"lianluo/web/closings"
	"lianluo/web/deputies"
	"lianluo/web/exports"
	"lianluo/web/failures"
	"lianluo/web/files"
	"lianluo/web/fronts"
	"lianluo/web/home"
	"lianluo/web/imports"
	"lianluo/web/jobs"
	"lianluo/web/lookups"
	"lianluo/web/menu"
	"lianluo/web/messages"
	"lianluo/web/notices"
	"lianluo/web/page"
	"lianluo/web/posters"
	"lianluo/web/ratings"
	"lianluo/web/receptions"
	"lianluo/web/records"
	"lianluo/web/registers"
	"lianluo/web/session"
	"lianluo/web/settings"
	"lianluo/web/static"
	"lianluo/web/stations"
	"lianluo/web/units"
	"lianluo/web/users"
	"lianluo/web/views"
	"lianluo/web/visits"
	"lianluo/web/zones"
)

var errCrossOrigin = errs.Refuse(errs.Forbidden, "这一步不是从本站的页面上来的，没有办。请回到本站的页面再办一次。")

// routes is the whole URL map: public, then signed in, then by right.
func (d Deps) routes() http.Handler {
	r := chi.NewRouter()
	r.NotFound(page.NotFound)
	r.MethodNotAllowed(page.MethodNotAllowed)

	// Public: no session is read.
	r.Get("/healthz", page.Handle(d.healthz))
	r.Handle("/static/*", static.Handler())
	r.Post("/text", page.SetText)
	ratings.Handler{DB: d.DB}.Routes(r)                                       // /r/{token}
	lookups.Handler{DB: d.DB, Keys: d.Keys}.Routes(r)                         // /q
	fronts.Handler{DB: d.DB, BaseURL: d.BaseURL, Files: d.Files}.Routes(r)    // /s/{code}, /c/{code}
	appointments.Public{DB: d.DB, Keys: d.Keys, Gateway: d.Gateway}.Routes(r) // /s/{code}/appointments
	notices.Handler{DB: d.DB}.Routes(r)                                       // /c/{code}/privacy
	door := accounts.Handler{DB: d.DB, Sessions: d.Sessions, Keys: d.Keys, Demo: d.Demo}
	door.Links(r) // /password/{token}

	// Staff.
	r.Group(func(r chi.Router) {
		r.Use(d.Sessions.Load, menu.Around, door.Claim)
		door.Door(r) // /login, /logout
		desk := visits.Handler{DB: d.DB, Keys: d.Keys, Files: d.Files, BaseURL: d.BaseURL}
		r.With(desk.Keep, door.Carry, session.Require, session.RequireRight(auth.RegisterVisit)).Group(desk.Routes) // /visits

		r.Group(func(r chi.Router) {
			r.Use(door.Carry, session.Require)
			r.With(session.RequireRight(auth.SeeHome)).Get("/", page.Handle(home.Handler{DB: d.DB}.Show))
			r.Route("/account", door.Routes)
			r.With(session.RequireRight(auth.SeeCases)).Route("/cases", cases.Handler{DB: d.DB, Keys: d.Keys, Files: d.Files}.Routes)
			r.With(session.RequireRight(auth.SeeCases)).Route("/files", files.Handler{DB: d.DB, Files: d.Files}.Routes)
			r.With(session.RequireRight(auth.SeeMessages)).Route("/messages",
				messages.Handler{DB: d.DB, Keys: d.Keys, BaseURL: d.BaseURL, Gateway: d.Gateway}.Routes)
			r.With(session.RequireRight(auth.SeeMessages)).Route("/failures", failures.Handler{DB: d.DB}.Routes)
			r.With(session.RequireRight(auth.SeeQueue)).Route("/jobs", jobs.Handler{DB: d.DB}.Routes)
			r.With(session.RequireRight(auth.SeeReceptions)).Route("/receptions", receptions.Handler{DB: d.DB, BaseURL: d.BaseURL}.Routes)
			r.With(session.RequireRight(auth.ChangeReceptions)).Route("/appointments", appointments.Handler{DB: d.DB, Keys: d.Keys}.Routes)
			r.With(session.RequireRight(auth.SeeStations)).Route("/stations", stations.Handler{DB: d.DB}.Routes)
			r.With(session.RequireRight(auth.CloseNetwork)).Route("/closings", closings.Handler{DB: d.DB, Sessions: d.Sessions}.Routes)
			r.With(session.RequireRight(auth.SeeUnits)).Route("/units", units.Handler{DB: d.DB}.Routes)
			r.With(session.RequireRight(auth.SeeStations)).Route("/checks", checks.Handler{DB: d.DB}.County)
			r.With(session.RequireRight(auth.SeeStations)).Route("/stations/{code}/checks", checks.Handler{DB: d.DB, Files: d.Files}.Routes)
			r.With(session.RequireRight(auth.SeeStations)).Route("/stations/{code}/zones", zones.Handler{DB: d.DB, Files: d.Files}.Routes)
			r.With(session.RequireRight(auth.SeeStations)).Route("/stations/{code}/poster", posters.Handler{DB: d.DB, BaseURL: d.BaseURL}.Routes)
			r.With(session.RequireRight(auth.SeeDeputies)).Route("/deputies", func(r chi.Router) {
				deputies.Handler{DB: d.DB, Keys: d.Keys}.Routes(r)
				records.Handler{DB: d.DB, Keys: d.Keys, Files: d.Files, Sessions: d.Sessions, BaseURL: d.BaseURL}.Routes(r) // /deputies/{number}
			})
			r.With(session.RequireRight(auth.ExportList)).Route("/exports", exports.Handler{DB: d.DB, Keys: d.Keys, Files: d.Files}.Routes)
			r.With(session.RequireRight(auth.ImportNetwork)).Route("/imports", imports.Handler{DB: d.DB, Keys: d.Keys, Files: d.Files}.Routes)
			r.With(session.RequireRight(auth.SeeRegisters)).Route("/registers", registers.Handler{DB: d.DB, Keys: d.Keys}.Routes)
			r.With(session.RequireRight(auth.SaveView)).Route("/views", views.Handler{DB: d.DB}.Routes)
			r.With(session.RequireRight(auth.ChangeStaff)).Route("/users", users.Handler{DB: d.DB, Sessions: d.Sessions, BaseURL: d.BaseURL}.Routes)
			r.With(session.RequireRight(auth.ChangeSettings)).Route("/settings", settings.Handler{DB: d.DB, BaseURL: d.BaseURL}.Routes)
			r.With(session.RequireRight(auth.ChangeSettings)).Route("/settings/calendar", calendars.Handler{DB: d.DB}.Routes)
			r.With(session.RequireRight(auth.SeeAudit)).Route("/audit", audits.Handler{DB: d.DB}.Routes)
		})
	})
	return r
}

// healthz answers 200 once the site is ready: the database answers.
func (d Deps) healthz(w http.ResponseWriter, r *http.Request) error {
	status, word := http.StatusOK, "ok\n"
	if err := d.DB.Ping(r.Context()); err != nil {
		d.Log.WarnContext(r.Context(), "not healthy", "err", err)
		status, word = http.StatusServiceUnavailable, "the database does not answer\n"
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, err := w.Write([]byte(word))
	return err
}
