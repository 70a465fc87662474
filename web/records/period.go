package records

import (
	"net/url"
	"strconv"

	"lianluo/internal/calendar"
	"lianluo/internal/casefile"
	"lianluo/internal/deputy"
	"lianluo/internal/duty"
	"lianluo/internal/tenant"
)

// period is a time of the record: a term, a year, or, without a beginning, all of it.
type period struct {
	name string
	from calendar.Date
	to   *calendar.Date // nil: it goes on
	term *deputy.Held   // nil: a year
	duty.Figures
}

// periods are the terms, and the years in which there is something, newest first.
func (s *shown) periods() (terms, years []period) {
	for i, m := range s.held {
		terms = append(terms, period{name: m.Term + s.level(m), from: m.FromDate, to: m.ToDate, term: &s.held[i],
			Figures: s.record.Between(m.FromDate, m.ToDate)})
	}
	for _, year := range s.record.Years() {
		years = append(years, s.year(year))
	}
	return terms, years
}

// overlap reports whether two of the terms run at the same time.
func overlap(terms []period) bool {
	for i, a := range terms {
		for _, b := range terms[i+1:] {
			if (a.to == nil || !a.to.Before(b.from)) && (b.to == nil || !b.to.Before(a.from)) {
				return true
			}
		}
	}
	return false
}

func (s *shown) year(year int) period {
	from, to := calendar.NewDate(year, 1, 1), calendar.NewDate(year, 12, 31)
	return period{name: strconv.Itoa(year) + " 年", from: from, to: &to, Figures: s.record.Between(from, &to)}
}

// thisYear is what stands at the top of the page.
func (s *shown) thisYear() period { return s.year(s.today.Year()) }

// bounds adds the period to an address.
func (p period) bounds(address url.Values) url.Values {
	if !p.from.IsZero() {
		address.Set("from", p.from.String())
	}
	if p.to != nil {
		address.Set("to", p.to.String())
	}
	return address
}

// entries leads to the record's entries of a kind in a period.
func (k *known) entries(kind duty.Kind, p period) string {
	address := p.bounds(url.Values{})
	if kind != "" {
		address.Set("kind", string(kind))
	}
	if len(address) == 0 {
		return k.path("/record")
	}
	return k.path("/record") + "?" + address.Encode()
}

// matters leads to the cases that the deputy brought along in a period.
func (k *known) matters(view casefile.View, p period) string {
	return "/cases?" + k.address(view, p).Encode()
}

func (k *known) address(view casefile.View, p period) url.Values {
	return p.bounds(url.Values{"view": {string(view)}, "deputy": {strconv.Itoa(int(k.deputy.Number))}})
}

// ask asks for those cases.
func (k *known) ask(view casefile.View, p period) tenant.Ask {
	return casefile.Ask(k.address(view, p), fewCases)
}

// booklet leads to the print of a term.
func (k *known) booklet(m deputy.Held) string {
	return k.path("/booklet?mandate=" + strconv.FormatInt(m.ID, 10))
}
