package visits

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/google/uuid"

	"lianluo/internal/auth"
	"lianluo/internal/casefile"
	"lianluo/internal/errs"
	"lianluo/internal/tenant"
	"lianluo/web/page"
	"lianluo/web/ui"
)

// correcting is a visit with what is to be put right of it.
type correcting struct {
	*shown
	entered *casefile.Entered
	key     string
	now     map[string]string // the categories by the case's number
}

func (h Handler) entered(r *http.Request, typed string) (by auth.Actor, key uuid.UUID, e *casefile.Entered, err error) {
	if by, err = actor(r); err != nil {
		return by, key, nil, err
	}
	if key, err = uuid.Parse(typed); err != nil {
		return by, key, nil, errs.NotFound
	}
	var read **casefile.Entered
	if err = h.DB.View(r.Context(), by.County, func(v *tenant.View) { read = casefile.EnteredVisit(v, key) }); err != nil {
		return by, key, nil, err
	}
	if e = *read; e == nil {
		return by, key, nil, errs.NotFound
	}
	return by, key, e, e.Correctable(by, h.DB.Now())
}

// correct shows what of a visit registered just now may be put right.
func (h Handler) correct(w http.ResponseWriter, r *http.Request) error {
	by, key, e, err := h.entered(r, r.URL.Query().Get("key"))
	if err != nil {
		return err
	}
	f := form{name: "匿名", persons: strconv.Itoa(e.Persons), way: e.Way, deputies: e.Deputies}
	if e.Name != nil {
		f.name = *e.Name
	}
	categories := map[string]string{}
	for _, c := range e.Cases {
		categories[c.Number] = strconv.FormatInt(c.CategoryID, 10)
	}
	return h.correctAgain(w, r, by, f, correcting{entered: e, key: key.String(), now: categories}, http.StatusOK, nil)
}

func (h Handler) correctAgain(w http.ResponseWriter, r *http.Request, by auth.Actor, f form, c correcting, status int, invalid errs.Invalid) error {
	at := fresh(c.entered.ReceivedAt, c.entered.StationID)
	f.station, f.date, f.time, f.place, f.late = at.station, at.date, at.time, strconv.FormatInt(c.entered.PlaceID, 10), true
	s, err := h.load(r, by, f.station, f, uuid.Nil)
	if err != nil {
		return err
	}
	s.invalid, c.shown = invalid, s
	s.frame = frame(r, "改刚才的登记")
	s.frame.Error = len(invalid) > 0
	return page.Render(w, r, status, correctPage(c))
}

// putRight corrects the visit.
func (h Handler) putRight(w http.ResponseWriter, r *http.Request) error {
	if err := page.ParseForm(w, r, 64<<10); err != nil {
		return err
	}
	by, key, e, err := h.entered(r, r.PostFormValue("key"))
	if err != nil {
		return err
	}
	f := read(r.PostForm)
	to := casefile.Correction{Name: f.name, Phone: f.phone, Way: f.way, Deputies: f.deputies, Categories: map[string]int64{}}
	to.Persons, _ = strconv.Atoi(f.persons)
	categories := map[string]string{}
	for _, c := range e.Cases {
		categories[c.Number] = r.PostForm.Get("category-" + c.Number)
		to.Categories[c.Number], _ = strconv.ParseInt(categories[c.Number], 10, 64)
	}
	wrong := errs.Invalid{}
	if f.name == "" {
		wrong["name"] = "请填姓名，不愿留名的请写“匿名”。"
	}
	err = h.DB.Update(r.Context(), by.County, func(tx *tenant.Tx) error {
		return together(casefile.CorrectVisit(r.Context(), tx, h.Keys, by, key, to), wrong)
	})
	if invalid, ok := errors.AsType[errs.Invalid](err); ok {
		return h.correctAgain(w, r, by, f, correcting{entered: e, key: key.String(), now: categories}, http.StatusUnprocessableEntity, invalid)
	}
	if err != nil {
		return err
	}
	page.Flash(w, ui.NoteOK, "已经改好，原来写的留在事项的经过里。")
	lead(w, r, "/visits/saved?key="+key.String())
	return nil
}

func (c correcting) phoneHint() string {
	if c.entered.Phone == nil {
		return "没有留电话的，不用填。"
	}
	return "现在是 " + *c.entered.Phone + "，没有错的不用填。"
}

func (c correcting) order() []string {
	order := []string{"", "name", "phone", "persons", "way", "deputies"}
	for _, one := range c.entered.Cases {
		order = append(order, "category-"+one.Number)
	}
	return order
}
