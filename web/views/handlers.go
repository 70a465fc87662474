// Package views keeps and forgets 常用视图, the filters of lists that people give names.
package views

import (
	"errors"
	"net/http"
	"net/url"

	"github.com/go-chi/chi/v5"

	"lianluo/internal/audit"
	"lianluo/internal/auth"
	"lianluo/internal/casefile"
	"lianluo/internal/check"
	"lianluo/internal/deputy"
	"lianluo/internal/errs"
	"lianluo/internal/reception"
	"lianluo/internal/savedview"
	"lianluo/internal/station"
	"lianluo/internal/tenant"
	"lianluo/internal/unit"
	"lianluo/web/page"
	"lianluo/web/session"
	"lianluo/web/ui"
)

// Handler serves /views.
type Handler struct{ DB *tenant.DB }

// Routes are mounted under /views, for those who have auth.SaveView.
func (h Handler) Routes(r chi.Router) {
	r.Post("/", page.Handle(h.save))
	r.Post("/delete", page.Handle(h.remove))
}

// kept are the lists whose filters can be kept, by the last part of their address: who sees
// them, and what of an address each of them knows.
var kept = map[string]struct {
	right   auth.Action
	address func(url.Values) url.Values
}{
	"cases": {auth.SeeCases, casefile.Address}, "stations": {auth.SeeStations, station.Address},
	"deputies": {auth.SeeDeputies, deputy.Address}, "units": {auth.SeeUnits, unit.Address},
	"audit": {auth.SeeAudit, audit.Address}, "checks": {auth.SeeStations, check.Address}, "users": {auth.ChangeStaff, auth.Address},
	"receptions/days": {auth.SeeReceptions, reception.DayList.Address}, "receptions/leaves": {auth.SeeReceptions, reception.LeaveList.Address},
	"appointments":       {auth.ChangeReceptions, reception.AddressAppointments},
	"receptions/wishes":  {auth.SeeReceptions, reception.WishList.Address},
	"receptions/changes": {auth.SeeReceptions, reception.ChangeList.Address}, "receptions/counts": {auth.SeeReceptions, reception.TurnList.Address},
}

// save keeps the list's filter and shows the list with it.
func (h Handler) save(w http.ResponseWriter, r *http.Request) error {
	path, county, err := h.list(w, r)
	if err != nil {
		return err
	}
	query, err := url.ParseQuery(r.PostFormValue("query"))
	if err != nil {
		return errs.NotFound
	}
	view := savedview.View{Name: r.PostFormValue("name"), Query: kept[r.PostFormValue("list")].address(query).Encode()}
	err = h.DB.Update(r.Context(), county, func(tx *tenant.Tx) error {
		actor, _ := session.Actor(r.Context())
		return savedview.Save(r.Context(), tx, actor, r.PostFormValue("list"), view)
	})
	if invalid, bad := errors.AsType[errs.Invalid](err); bad {
		page.Flash(w, ui.NoteErr, invalid["name"])
		http.Redirect(w, r, page.LocalPath(r.PostFormValue("back"), path), http.StatusSeeOther)
		return nil
	}
	if err != nil {
		return err
	}
	page.Flash(w, ui.NoteOK, "已存为常用视图。")
	http.Redirect(w, r, path+"?"+view.Query, http.StatusSeeOther)
	return nil
}

func (h Handler) remove(w http.ResponseWriter, r *http.Request) error {
	path, county, err := h.list(w, r)
	if err != nil {
		return err
	}
	err = h.DB.Update(r.Context(), county, func(tx *tenant.Tx) error {
		actor, _ := session.Actor(r.Context())
		return savedview.Delete(r.Context(), tx, actor, r.PostFormValue("list"), r.PostFormValue("name"))
	})
	if err != nil {
		return err
	}
	page.Flash(w, ui.NoteOK, "视图已删除。")
	http.Redirect(w, r, path, http.StatusSeeOther)
	return nil
}

// list reads the form and tells which list it is about.
func (h Handler) list(w http.ResponseWriter, r *http.Request) (path string, county tenant.County, err error) {
	if err := page.ParseForm(w, r, 64<<10); err != nil {
		return "", 0, err
	}
	by, _ := session.Actor(r.Context())
	name := r.PostFormValue("list")
	if list, known := kept[name]; !known || !by.May(list.right) {
		return "", 0, errs.NotFound
	}
	return "/" + name, by.County, nil
}
