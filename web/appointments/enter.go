package appointments

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/google/uuid"

	"lianluo/internal/auth"
	"lianluo/internal/county"
	"lianluo/internal/deputy"
	"lianluo/internal/errs"
	"lianluo/internal/reception"
	"lianluo/internal/station"
	"lianluo/internal/tenant"
	"lianluo/web/forms"
	"lianluo/web/page"
	"lianluo/web/session"
	"lianluo/web/ui"
)

// byNumber is the choice to be told as the number allows: a mobile by message, a landline by a call.
const byNumber = "auto"

func replyBy(typed url.Values) string {
	if typed.Get("reply_by") == byNumber {
		return ""
	}
	return typed.Get("reply_by")
}

// wanted is the deputy whom the form names, by 档案号; 0: whoever is there.
func wanted(typed url.Values) int32 {
	n, err := strconv.ParseInt(typed.Get("deputy"), 10, 32)
	if err != nil && typed.Get("deputy") != "" {
		return -1 // nobody has it
	}
	return int32(n)
}

func meetOptions(all []deputy.Meetable, county string) []ui.Option {
	options := make([]ui.Option, len(all))
	for i, m := range all {
		options[i] = ui.Option{Value: m.Value(), Name: m.Words(county)}
	}
	return options
}

// entering is the form for a request that somebody told the station.
type entering struct {
	problem
	key     uuid.UUID
	station int64
	places  []station.Place
	all     []station.Place // of the county, for its office
	notice  *county.Notice
	meet    []deputy.Meetable
	county  string // its name
}

func (h Handler) new(w http.ResponseWriter, r *http.Request) error {
	return h.entering(w, r, problem{}, uuid.New())
}

func (h Handler) entering(w http.ResponseWriter, r *http.Request, p problem, key uuid.UUID) error {
	by := session.By(r)
	e := entering{problem: p, key: key, station: by.StationID}
	stations := &[]station.Place{}
	if by.Scope(auth.ChangeReceptions) == auth.WholeCounty {
		e.station, _ = strconv.ParseInt(cmp.Or(r.PostForm.Get("station"), r.URL.Query().Get("station")), 10, 64)
	}
	var places *[]station.Place
	var meet *[]deputy.Meetable
	var itself *county.County
	err := h.view(r, func(v *tenant.View) {
		meet, itself = deputy.Meetables(v, e.station), county.Itself(v)
		places, e.notice = station.Places(v, e.station), county.ShownNotice(v, p.value("notice", ""))
		if by.Scope(auth.ChangeReceptions) == auth.WholeCounty {
			stations = station.All(v)
		}
	})
	if err != nil {
		return err
	}
	if e.places, e.all, e.meet, e.county = *places, *stations, *meet, itself.Name; len(e.places) == 0 && p.typed != nil { // it closed meanwhile: what was typed stays
		e.places = e.all
	}
	f := frame(r, "登记约见申请", p)
	return page.Render(w, r, p.Status(), e.page(f))
}

func (h Handler) enter(w http.ResponseWriter, r *http.Request) error {
	if err := page.ParseForm(w, r, 64<<10); err != nil {
		return err
	}
	key, err := uuid.Parse(r.PostForm.Get("key"))
	if err != nil {
		key = uuid.New()
	}
	get, place := r.PostForm.Get, forms.Number(r, "place")
	var asked int64
	err = h.update(r, func(ctx context.Context, tx *tenant.Tx, by auth.Actor) (err error) {
		asked, err = reception.Ask(ctx, tx, h.Keys, by, key, place, reception.AskInput{Name: get("name"), Phone: get("phone"),
			ReplyBy: replyBy(r.PostForm), Topic: get("topic"), Wish: get("wish"), Deputy: wanted(r.PostForm), Notice: get("notice")})
		return err
	})
	if err == nil {
		return forms.Done(w, r, askURL(asked), "已登记。现在就能定日子，也可以问过代表再答复。")
	}
	if place == 0 {
		err = errs.Invalid{"place": "请选择在哪里见。"}
	}
	p, err := problemOf(r, err)
	if err != nil {
		return err
	}
	return h.entering(w, r, p, key)
}
