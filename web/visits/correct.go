package visits

import (
	"cmp"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"

	"lianluo/internal/auth"
	"lianluo/internal/casefile"
	"lianluo/internal/errs"
	"lianluo/internal/null"
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
	noPhone bool
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
	if errors.Is(err, errs.Conflict) {
		return page.Render(w, r, http.StatusConflict, tooLatePage(frame(r, "改刚才的登记"), e, key.String(), errs.Message(err, "")))
	}
	if err != nil {
		return err
	}
	at := fresh(e.ReceivedAt, e.StationID)
	f := form{date: at.date, time: at.time, place: strconv.FormatInt(e.PlaceID, 10), name: cmp.Or(null.Value(e.Name), "匿名"), village: null.Value(e.Village),
		persons: strconv.Itoa(e.Persons), way: e.Way, deputies: e.Deputies, replyBy: e.ReplyBy, confidential: e.Confidential, mayPublish: e.MayPublish,
		purpose: null.Value(e.Purpose), note: null.Value(e.Note)}
	categories := map[string]string{}
	for _, c := range e.Cases {
		categories[c.Number] = strconv.FormatInt(c.CategoryID, 10)
	}
	return h.correctAgain(w, r, by, f, correcting{entered: e, key: key.String(), now: categories}, http.StatusOK, nil)
}

func (h Handler) correctAgain(w http.ResponseWriter, r *http.Request, by auth.Actor, f form, c correcting, status int, invalid errs.Invalid) error {
	f.station, f.late = c.entered.StationID, true // nobody is at the door
	s, err := h.load(r, by, f.station, f, uuid.Nil)
	if err != nil {
		return err
	}
	s.invalid, s.righting, c.shown = invalid, true, s
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
	if errors.Is(err, errs.Conflict) {
		return page.Render(w, r, http.StatusConflict, tooLatePage(frame(r, "改刚才的登记"), e, key.String(), errs.Message(err, "")))
	}
	if err != nil {
		return err
	}
	f, wrong := read(r.PostForm), errs.Invalid{}
	c := correcting{entered: e, key: key.String(), now: map[string]string{}, noPhone: r.PostForm.Get("no_phone") != ""}
	to := casefile.Correction{Name: f.name, Phone: f.phone, NoPhone: c.noPhone, Village: f.village, ReceivedAt: f.receivedAt(h.DB.Now(), wrong),
		PlaceID: f.placeID(), Way: f.way, ReplyBy: f.replyBy, Confidential: f.confidential, MayPublish: f.mayPublish, Purpose: f.purpose, Note: f.note,
		Deputies: f.deputies, Categories: map[string]int64{}}
	if to.ReceivedAt.Equal(e.ReceivedAt.Truncate(time.Minute)) {
		to.ReceivedAt = e.ReceivedAt // the form has no seconds
	}
	to.Persons, _ = strconv.Atoi(f.persons)
	for _, one := range e.Cases {
		c.now[one.Number] = r.PostForm.Get("category-" + one.Number)
		to.Categories[one.Number], _ = strconv.ParseInt(c.now[one.Number], 10, 64)
	}
	if f.name == "" {
		wrong["name"] = "请填姓名，不愿留名的请写“匿名”。"
	}
	err = h.DB.Update(r.Context(), by.County, func(tx *tenant.Tx) error {
		return together(casefile.CorrectVisit(r.Context(), tx, h.Keys, by, key, to), wrong)
	})
	if invalid, ok := errors.AsType[errs.Invalid](err); ok {
		return h.correctAgain(w, r, by, f, c, http.StatusUnprocessableEntity, invalid)
	}
	if err != nil {
		return err
	}
	note := "已经改好。"
	if len(e.Cases) > 0 {
		note = "已经改好，原来写的留在事项的经过里。"
	}
	page.Flash(w, ui.NoteOK, note)
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
	order := []string{"", "date", "time", "place_id", "name", "phone", "village", "persons", "way", "deputies", "purpose", "note", "reply_by", "confidential", "may_publish"}
	for _, one := range c.entered.Cases {
		order = append(order, "category-"+one.Number)
	}
	return order
}

// categories are those that are chosen from now, and the one that the case carries, retired or not.
func (c correcting) categories(one casefile.EnteredCase) []ui.Option {
	options, carried := c.categoryOptions(), strconv.FormatInt(one.CategoryID, 10)
	if slices.ContainsFunc(options, func(o ui.Option) bool { return o.Value == carried }) {
		return options
	}
	for _, k := range c.shown.categories {
		if k.ID == one.CategoryID {
			return append([]ui.Option{{Value: carried, Name: k.Name + "（已停用）"}}, options...)
		}
	}
	return options
}
