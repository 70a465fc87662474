package records

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"lianluo/internal/attachment"
	"lianluo/internal/calendar"
	"lianluo/internal/casefile"
	"lianluo/internal/county"
	"lianluo/internal/deputy"
	"lianluo/internal/duty"
	"lianluo/internal/errs"
	"lianluo/internal/register"
	"lianluo/internal/tenant"
	"lianluo/web/page"
	"lianluo/web/ui"
)

// cards are a deputy's 联系卡: one for each station whose group the deputy is in. They say
// what everybody may know, and the station's number.
type cards struct {
	known
	form   register.Form // as the county has it: 代表联系卡
	county county.County
	photo  *attachment.Attachment
	places []place
}

// place is a station that a card leads to.
type place struct {
	lines []ui.Fact // below each other; what is not known is left out
	name  string
	link  string // of its public page, in the QR code
}

func (h Handler) card(w http.ResponseWriter, r *http.Request) error {
	k, err := h.know(r)
	if err != nil {
		return ledOn(w, r, err, "/card")
	}
	c := &cards{known: *k}
	var (
		itself *county.County
		photo  *[]attachment.Attachment
		forms  func() []register.Form
		read   func(register.Form) ([]register.Line, error)
	)
	err = h.DB.View(r.Context(), k.by.County, func(v *tenant.View) {
		itself, photo = county.Itself(v), attachment.List(v, attachment.Deputy(k.deputy.ID))
		forms, read = register.Forms(v), register.ContactsOf(v, k.deputy.Number)
	})
	if err != nil {
		return err
	}
	key := register.Key(cmp.Or(r.URL.Query().Get("form"), string(register.Card)))
	if key.Source() != register.Card {
		return errs.NotFound
	}
	if c.form, err = register.Standing(forms(), key).Printed(); err != nil {
		return err
	}
	c.county = *itself
	if len(*photo) > 0 {
		c.photo = &(*photo)[0]
	}
	lines, err := read(c.form)
	if err != nil {
		return err
	}
	for _, line := range lines {
		c.places = append(c.places, place{c.facts(line), c.standsAt(line), h.BaseURL + line.Link})
	}
	frame := page.FrameOf(r)
	frame.Title, frame.Print = k.deputy.Name+"的"+c.form.Name, true
	return page.Render(w, r, http.StatusOK, c.page(frame))
}

// has reports whether the card shows a column.
func (c *cards) has(key string) bool {
	return slices.ContainsFunc(c.form.Shown(), func(column register.Column) bool { return column.Key == key })
}

// facts are what the card says of one station.
func (c *cards) facts(line register.Line) []ui.Fact {
	var facts []ui.Fact
	for i, column := range c.form.Shown() {
		if words := register.Text(line.Cells[i]); words != "" {
			facts = append(facts, ui.Fact{Label: column.Label, Value: words})
		}
	}
	return facts
}

// standsAt is the name of the station that the card leads to.
func (c *cards) standsAt(line register.Line) string {
	for _, g := range c.groups {
		if line.Link == "/s/"+g.StationCode {
			return g.Station
		}
	}
	return "联络站"
}

// book is the record of a term, to print: 一人一档、一任一册.
type book struct {
	known
	county  county.County
	term    period
	years   []period
	entries []duty.Entry
	cases   []casefile.Item
	at      time.Time
}

// mostPrinted bounds a booklet: nobody receives more in five years.
const mostPrinted = 2000

func (h Handler) booklet(w http.ResponseWriter, r *http.Request) error {
	k, err := h.know(r)
	if err != nil {
		return ledOn(w, r, err, "")
	}
	term, err := k.term(r.URL.Query().Get("mandate"))
	if err != nil {
		return err
	}
	b := &book{known: *k, at: h.DB.Now(), term: period{name: term.Term + k.level(term), from: term.FromDate, to: term.ToDate, term: &term}}
	var (
		itself  *county.County
		record  *duty.Record
		entries *tenant.Page[duty.Entry]
		cases   *tenant.Page[casefile.Item]
	)
	asked := duty.Ask(b.term.bounds(url.Values{"sort": {"-day"}, "deputy": {strconv.Itoa(int(k.deputy.Number))}}), mostPrinted)
	matters := k.ask(casefile.ViewAll, b.term)
	matters.Limit = mostPrinted
	err = h.DB.View(r.Context(), k.by.County, func(v *tenant.View) {
		itself, record = county.Itself(v), duty.Of(v, k.by, k.deputy.Number)
		entries, cases = duty.List(v, k.by, asked), casefile.List(v, k.by, matters)
	})
	if err != nil {
		return err
	}
	b.county, b.entries, b.cases = *itself, entries.Items, cases.Items
	b.term.Figures = record.Between(term.FromDate, term.ToDate)
	b.years = yearsOf(*record, b.term, calendar.DateOf(b.at))
	frame := page.FrameOf(r)
	frame.Title, frame.Print = k.deputy.Name+"的履职册", true
	return page.Render(w, r, http.StatusOK, b.page(frame))
}

// term is the mandate that the address names, else the first.
func (k *known) term(id string) (deputy.Held, error) {
	for _, m := range k.held {
		if id == "" || strconv.FormatInt(m.ID, 10) == id {
			return m, nil
		}
	}
	return deputy.Held{}, errs.Refuse(errs.NotFound, "没有找到这一届的任职。")
}

// yearsOf are the years of a term, each with what was done in it, oldest first.
func yearsOf(record duty.Record, term period, today calendar.Date) (years []period) {
	end := today
	if term.to != nil && term.to.Before(end) {
		end = *term.to
	}
	for year := term.from.Year(); year <= end.Year(); year++ {
		from, to := calendar.NewDate(year, 1, 1), calendar.NewDate(year, 12, 31)
		if from.Before(term.from) {
			from = term.from
		}
		if end.Before(to) {
			to = end
		}
		years = append(years, period{name: strconv.Itoa(year) + " 年", from: from, to: &to, Figures: record.Between(from, &to)})
	}
	return years
}

// hidden is how many matters of the term the reader may not open.
func (b *book) hidden() int { return b.term.Matters - b.term.Seen }

func ended(item casefile.Item) string {
	if item.Outcome != nil {
		return item.Outcome.Name()
	}
	return item.State.Name()
}
