package users

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"lianluo/internal/audit"
	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/errs"
	"lianluo/internal/tenant"
	"lianluo/web/forms"
	"lianluo/web/page"
	"lianluo/web/session"
	"lianluo/web/ui"
)

// form is a form of this package, as it is filled.
type form struct {
	forms.Problem
	typed      url.Values
	today      calendar.Date
	places     []auth.Place
	colleagues []auth.Colleague
	key        uuid.UUID
}

// keyOf is the form's key: a second press is the same press.
func keyOf(r *http.Request) uuid.UUID {
	key, err := uuid.Parse(r.PostFormValue("key"))
	if err != nil {
		return uuid.New()
	}
	return key
}

func (h Handler) new(w http.ResponseWriter, r *http.Request) error {
	return h.showNew(w, r, forms.Problem{}, uuid.New())
}

func (h Handler) showNew(w http.ResponseWriter, r *http.Request, problem forms.Problem, key uuid.UUID) error {
	n := form{Problem: problem, typed: r.PostForm, key: key, today: calendar.DateOf(h.DB.Now())}
	var places *[]auth.Place
	if err := h.DB.View(r.Context(), session.By(r).County, func(v *tenant.View) { places = auth.Places(v) }); err != nil {
		return err
	}
	n.places = *places
	return page.Render(w, r, problem.Status(), newPage(frame(r, "新建账号", problem), n))
}

// create makes the account, its first role and its link, all or nothing, and answers with
// the link.
func (h Handler) create(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	by, key, link := session.By(r), keyOf(r), ""
	err := h.DB.Update(r.Context(), by.County, func(tx *tenant.Tx) (err error) {
		link, err = create(r.Context(), tx, by, r, key)
		return err
	})
	if err != nil {
		return h.notMade(w, r, err, key, func(problem forms.Problem) error { return h.showNew(w, r, problem, key) })
	}
	return h.showLink(w, r, strings.ToLower(strings.TrimSpace(r.PostFormValue("login_name"))), link)
}

func create(ctx context.Context, tx *tenant.Tx, by auth.Actor, r *http.Request, key uuid.UUID) (string, error) {
	grant, problem := grantOf(ctx, tx, by, r, r.PostFormValue("name"))
	link := ""
	err := audit.Collect(ctx, tx, func(ctx context.Context) (err error) { // the record is held last: a role may wait for a closing
		link, err = createWith(ctx, tx, by, r, key, grant, problem)
		return err
	})
	return link, err
}

func createWith(ctx context.Context, tx *tenant.Tx, by auth.Actor, r *http.Request, key uuid.UUID, grant auth.RoleGrant, problem error) (string, error) {
	id, err := auth.CreateUser(ctx, tx, auth.NewUser{By: by, LoginName: r.PostFormValue("login_name"), Name: r.PostFormValue("name"),
		Title: r.PostFormValue("title")})
	if err = atPlace(forms.Both(err, problem)); err != nil {
		return "", err
	}
	if err := atPlace(auth.GrantRole(ctx, tx, id, grant)); err != nil {
		return "", err
	}
	return auth.MakeLinkOnce(ctx, tx, by, id, key)
}

// grantOf reads the role and its place from a form. name is whose account it is: a deputy
// is looked for under it where nothing else is said.
func grantOf(ctx context.Context, tx *tenant.Tx, by auth.Actor, r *http.Request, name string) (auth.RoleGrant, error) {
	g := auth.RoleGrant{By: by, Role: auth.Role(r.PostFormValue("role"))}
	g.StationID, g.UnitID = placeOf(r)
	invalid := errs.Invalid{}
	maps.Copy(invalid, g.Missing())
	g.From = forms.Date(invalid, r.PostFormValue("from"), "from")
	if to := forms.Date(invalid, r.PostFormValue("to"), "to"); !to.IsZero() {
		g.To = &to
	}
	if err := invalid.Err(); err != nil || g.Role != auth.Deputy {
		return g, err
	}
	who := r.PostFormValue("deputy")
	if strings.TrimSpace(who) == "" {
		who = name
	}
	var err error
	g.DeputyID, err = auth.DeputyNamed(ctx, tx, who)
	return g, err
}

// placeOf reads the one field for a station or a unit.
func placeOf(r *http.Request) (station, unit int64) {
	kind, id, _ := strings.Cut(r.PostFormValue("place"), "-")
	number, _ := strconv.ParseInt(id, 10, 64)
	switch kind {
	case "station":
		station = number
	case "unit":
		unit = number
	}
	return station, unit
}

// atPlace puts what is wrong with a station or a unit beside the one field for both.
func atPlace(err error) error {
	invalid, bad := errors.AsType[errs.Invalid](err)
	if !bad {
		return err
	}
	for _, field := range []string{"station_id", "unit_id"} {
		if words := invalid[field]; words != "" {
			invalid["place"] = words
			delete(invalid, field)
		}
	}
	return err
}

func (f form) placeOptions() []ui.Option {
	options := make([]ui.Option, len(f.places))
	for i, place := range f.places {
		options[i] = ui.Option{Value: place.Kind + "-" + strconv.FormatInt(place.ID, 10), Name: place.Name,
			Group: map[string]string{"station": "联络站", "unit": "承办单位"}[place.Kind]}
	}
	return options
}
