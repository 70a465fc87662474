package stations

import (
	"errors"
	"net/http"
	"slices"
	"strconv"

	"github.com/go-chi/chi/v5"

	"lianluo/internal/calendar"
	"lianluo/internal/deputy"
	"lianluo/internal/errs"
	"lianluo/internal/station"
	"lianluo/internal/tenant"
	"lianluo/web/forms"
	"lianluo/web/page"
	"lianluo/web/session"
	"lianluo/web/ui"
)

// officers is the page of who runs a place.
type officers struct {
	forms.Problem
	station.Record
	today    calendar.Date
	held     []station.Held
	members  []deputy.Member
	accounts []station.Account

	// What was typed in the form that adds.
	office, name, deputy, user, from string

	ending int64 // the office whose end was refused
	to     string
}

// loadOfficers reads the place, and refuses whoever may not change all of it.
func (h Handler) loadOfficers(r *http.Request, o *officers) error {
	if err := whole(r); err != nil {
		return err
	}
	by, _ := session.Actor(r.Context())
	code := codeOf(r)
	o.today = calendar.DateOf(h.DB.Now())
	var (
		record   **station.Record
		held     *[]station.Held
		members  *[]deputy.Member
		accounts *[]station.Account
	)
	err := h.DB.View(r.Context(), by.County, func(v *tenant.View) {
		record, held = station.RecordOf(v, code), station.OfficersOf(v, code)
		members, accounts = deputy.MembersOf(v, code, o.today.Year()), station.StaffOf(v, code)
	})
	switch {
	case err != nil:
		return err
	case *record == nil:
		return errs.NotFound
	}
	o.Record, o.held, o.members, o.accounts = **record, *held, *members, *accounts
	return nil
}

func (h Handler) officers(w http.ResponseWriter, r *http.Request) error {
	o := &officers{from: calendar.DateOf(h.DB.Now()).String()}
	return h.showOfficers(w, r, o)
}

func (h Handler) showOfficers(w http.ResponseWriter, r *http.Request, o *officers) error {
	if err := h.loadOfficers(r, o); err != nil {
		return err
	}
	frame := page.FrameOf(r)
	frame.Title, frame.Error = "负责人："+o.Name, o.Any()
	return page.Render(w, r, o.Status(), o.page(frame))
}

func (h Handler) appoint(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	o := &officers{office: r.PostFormValue("office"), name: r.PostFormValue("name"), deputy: r.PostFormValue("deputy"),
		user: r.PostFormValue("user"), from: r.PostFormValue("from")}
	by, _ := session.Actor(r.Context())
	err := h.DB.Update(r.Context(), by.County, func(tx *tenant.Tx) error {
		place, err := station.Find(r.Context(), tx, codeOf(r))
		if err != nil {
			return err
		}
		officer := station.Officer{Office: o.office, Name: o.name}
		invalid := errs.Invalid{}
		officer.From = forms.Date(invalid, o.from, "from")
		officer.UserID, _ = strconv.ParseInt(o.user, 10, 64)
		if number, _ := strconv.ParseInt(o.deputy, 10, 32); number != 0 {
			officer.DeputyID, err = deputy.IDOf(r.Context(), tx, int32(number))
			if errors.Is(err, errs.NotFound) {
				invalid["deputy"] = "没有这位代表，请重新选。"
			} else if err != nil {
				return err
			}
		}
		_, err = station.Appoint(r.Context(), tx, by, place.ID, officer)
		return forms.Both(err, invalid)
	})
	if err == nil {
		return forms.Done(w, r, "/stations/"+codeOf(r)+"/officers", "已经登记。")
	}
	if o.Problem, err = forms.ProblemOf(err); err != nil {
		return err
	}
	return h.showOfficers(w, r, o)
}

func (h Handler) endOffice(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	o := &officers{to: r.PostFormValue("to")}
	o.ending, _ = strconv.ParseInt(chi.URLParam(r, "id"), 10, 64)
	by, _ := session.Actor(r.Context())
	err := h.DB.Update(r.Context(), by.County, func(tx *tenant.Tx) error {
		invalid := errs.Invalid{}
		to := forms.Date(invalid, o.to, "to")
		if r.PostFormValue("mistaken") != "" {
			return station.Mistake(r.Context(), tx, by, o.ending)
		}
		return forms.Both(station.EndOffice(r.Context(), tx, by, o.ending, to), invalid)
	})
	if err == nil {
		return forms.Done(w, r, "/stations/"+codeOf(r)+"/officers", "已经写明。")
	}
	if o.Problem, err = forms.ProblemOf(err); err != nil {
		return err
	}
	if o.Invalid["to"] != "" {
		o.Invalid = errs.Invalid{"to-" + strconv.FormatInt(o.ending, 10): o.Invalid["to"]}
	}
	o.from = calendar.DateOf(h.DB.Now()).String()
	return h.showOfficers(w, r, o)
}

// held is when somebody has or had an office.
func held(h station.Held) string {
	if h.Mistaken() {
		return station.Mistaken
	}
	return since(h.FromDate, h.ToDate)
}

// conveners are who calls the group together: a role in the group, and no office.
func (o *officers) conveners() []deputy.Member {
	return slices.DeleteFunc(slices.Clone(o.members), func(m deputy.Member) bool { return m.Role != "convener" })
}

func (o *officers) nameLabel() string {
	if len(o.members)+len(o.accounts) > 0 {
		return "姓名（选了下面的可不填）"
	}
	return "姓名"
}

func (o *officers) officeOptions() []ui.Option {
	options := make([]ui.Option, len(station.Offices))
	for i, of := range station.Offices {
		options[i] = ui.Option{Value: of.Office, Name: of.Name}
	}
	return options
}

func (o *officers) deputyOptions() []ui.Option {
	options := make([]ui.Option, len(o.members))
	for i, m := range o.members {
		options[i] = ui.Option{Value: strconv.Itoa(int(m.Number)), Name: m.Name}
	}
	return options
}

func (o *officers) accountOptions() []ui.Option {
	options := make([]ui.Option, len(o.accounts))
	for i, a := range o.accounts {
		options[i] = ui.Option{Value: strconv.FormatInt(a.ID, 10), Name: a.Name + "（" + a.Login + "）"}
	}
	return options
}

// end is what the end of an office is shown again with.
func (o *officers) end(h station.Held) string {
	if h.ID == o.ending {
		return o.to
	}
	return o.today.String()
}
