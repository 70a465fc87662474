package deputies

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"lianluo/internal/calendar"
	"lianluo/internal/deputy"
	"lianluo/internal/errs"
	"lianluo/internal/null"
	"lianluo/internal/station"
	"lianluo/internal/tenant"
	"lianluo/web/forms"
	"lianluo/web/page"
	"lianluo/web/session"
	"lianluo/web/ui"
)

// form is one of a deputy's forms, as it was typed.
type form struct {
	forms.Problem
	typed     url.Values
	unread    errs.Invalid  // dates that are none
	d         deputy.Record // whom it is about; zero: somebody new
	held      deputy.Held   // the mandate that it is about
	place     deputy.Belongs
	stations  []station.Place
	townships []deputy.Township
	terms     []deputy.Term
}

// fieldNames are the fields as the forms say them.
var fieldNames = map[string]string{"name": "姓名", "gender": "性别", "birth_year": "出生年份", "certificate_no": "代表证号", "duties": "职务",
	"phone": "电话", "ethnicity": "民族", "education": "学历", "party": "政治面貌", "level": "层级", "term": "届次", "electoral_unit": "选区或选举单位",
	"division": "乡镇", "from": "任职日期", "to": "终止日期", "end_reason": "终止原因"}

// v is what a field shows.
func (f *form) v(field string) string { return f.Keep(field, f.typed.Get(field)) }

// word is v for a field whose words, not its value, stand in the record of changes.
func (f *form) word(field string, words []deputy.Word) string {
	return deputy.ValueOf(words, f.Keep(field, deputy.NameOf(words, f.typed.Get(field))))
}

func (f *form) ticked(field string) bool { return f.typed.Get(field) != "" }

func (f *form) path() string { return path(f.d.Number) }

// version is the one that the form goes on from.
func (f *form) version() string {
	n, _ := strconv.ParseInt(f.typed.Get("version"), 10, 32)
	return itoa(f.GoesOn(int32(n)))
}

func levelOptions() []ui.Option {
	all := make([]ui.Option, len(deputy.Levels))
	for i, level := range deputy.Levels {
		all[i] = ui.Option{Value: level, Name: deputy.LevelNames[level]}
	}
	return all
}

func townshipOptions(all []deputy.Township) []ui.Option {
	options := make([]ui.Option, len(all))
	for i, t := range all {
		options[i] = ui.Option{Value: t.Code, Name: t.Name}
	}
	return options
}

// number is the 档案号 in the address.
func number(r *http.Request) int32 {
	n, _ := strconv.ParseInt(chi.URLParam(r, "number"), 10, 32)
	return int32(n)
}

func id(r *http.Request) int64 {
	n, _ := strconv.ParseInt(chi.URLParam(r, "id"), 10, 64)
	return n
}

// date reads a date of the form; what is no date is kept for write.
func (f *form) date(field string) calendar.Date {
	if f.unread == nil {
		f.unread = errs.Invalid{}
	}
	return forms.Date(f.unread, f.typed.Get(field), field)
}

func (f *form) maybeDate(field string) *calendar.Date {
	if d := f.date(field); !d.IsZero() {
		return &d
	}
	return nil
}

// write makes the change of a form, unless some of the form could not be read.
func (h Handler) write(r *http.Request, f *form, do func(ctx context.Context, tx *tenant.Tx) error) error {
	return h.update(r, func(ctx context.Context, tx *tenant.Tx) error { return forms.Both(do(ctx, tx), f.unread) })
}

func intOf(typed url.Values, field string) int64 {
	n, _ := strconv.ParseInt(strings.TrimSpace(typed.Get(field)), 10, 64)
	return n
}

// load reads whom the form is about, and what it offers. A record that went into another
// one, and one that is not there, have no forms.
func (h Handler) load(r *http.Request, f *form) error {
	var (
		found     **deputy.Record
		stations  *[]station.Place
		townships *[]deputy.Township
		terms     *[]deputy.Term
		held      *[]deputy.Held
		groups    *[]deputy.Belongs
	)
	err := h.view(r, func(v *tenant.View) {
		found, stations, townships, terms = deputy.Find(v, number(r)), station.All(v), deputy.Townships(v), deputy.Terms(v)
		held, groups = deputy.MandatesOf(v, number(r)), deputy.GroupsOf(v, number(r))
	})
	if err != nil {
		return err
	}
	f.stations, f.townships, f.terms = *stations, *townships, *terms
	if chi.URLParam(r, "number") == "" {
		return nil
	}
	if *found == nil || (*found).MergedInto != nil {
		return errs.NotFound
	}
	f.d = **found
	if at := slices.IndexFunc(*held, func(m deputy.Held) bool { return m.ID == id(r) }); at >= 0 {
		f.held = (*held)[at]
	}
	if at := slices.IndexFunc(*groups, func(g deputy.Belongs) bool { return g.ID == id(r) }); at >= 0 {
		f.place = (*groups)[at]
	}
	return nil
}

func (h Handler) new(w http.ResponseWriter, r *http.Request) error {
	f := &form{typed: url.Values{"key": {uuid.NewString()}, "level": {r.URL.Query().Get("level")}}}
	if err := h.load(r, f); err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, f.newPage(f.frame(r, "登记代表")))
}

func (h Handler) create(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	f := &form{typed: r.PostForm}
	n := deputy.Newcomer{Facts: f.facts(), Mandate: f.mandate(), StationID: intOf(f.typed, "station_id"), Another: f.ticked("another")}
	n.Key, _ = uuid.Parse(f.typed.Get("key"))
	var made int32
	err := h.write(r, f, func(ctx context.Context, tx *tenant.Tx) (err error) {
		made, err = deputy.Enter(ctx, tx, h.Keys, session.By(r), n)
		return err
	})
	if err == nil {
		return forms.Done(w, r, path(made), "已经登记，档案号 "+itoa(made)+"。")
	}
	return h.again(w, r, f, err, "登记代表", f.newPage)
}

func (h Handler) edit(w http.ResponseWriter, r *http.Request) error {
	f := &form{}
	if err := h.load(r, f); err != nil {
		return err
	}
	d := f.d
	f.typed = url.Values{"version": {itoa(d.Version)}, "name": {d.Name}, "gender": {null.Value(d.Gender)}, "certificate_no": {null.Value(d.CertificateNo)},
		"duties": {null.Value(d.Duties)}, "ethnicity": {null.Value(d.Ethnicity)}, "education": {null.Value(d.Education)}, "party": {null.Value(d.Party)}}
	if d.BirthYear != nil {
		f.typed.Set("birth_year", itoa(*d.BirthYear))
	}
	if d.ApprovedAt != nil {
		f.typed.Set("approve", "1")
	}
	return page.Render(w, r, http.StatusOK, f.editPage(f.frame(r, "修改"+d.Name+"的资料")))
}

func (h Handler) change(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	f := &form{typed: r.PostForm}
	err := h.write(r, f, func(ctx context.Context, tx *tenant.Tx) error {
		id, err := deputy.IDOf(ctx, tx, number(r))
		if err != nil {
			return err
		}
		return deputy.Change(ctx, tx, h.Keys, session.By(r), id, forms.Began(r), f.facts())
	})
	if err == nil {
		return forms.Done(w, r, path(number(r)), "资料已经保存。")
	}
	return h.again(w, r, f, err, "修改代表资料", f.editPage)
}

func (f *form) facts() deputy.Facts {
	facts := deputy.Facts{Name: f.typed.Get("name"), Gender: f.typed.Get("gender"), CertificateNo: f.typed.Get("certificate_no"),
		Duties: f.typed.Get("duties"), Phone: strings.TrimSpace(f.typed.Get("phone")), NoPhone: f.ticked("no_phone"),
		Ethnicity: f.typed.Get("ethnicity"), Education: f.typed.Get("education"), Party: f.typed.Get("party"), Approve: f.ticked("approve")}
	if typed := strings.TrimSpace(f.typed.Get("birth_year")); typed != "" {
		if facts.BirthYear = int(intOf(f.typed, "birth_year")); facts.BirthYear == 0 {
			facts.BirthYear = -1 // no number: refused, not dropped
		}
	}
	return facts
}
