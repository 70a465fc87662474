package cases

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/google/uuid"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/casefile"
	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/internal/register"
	"lianluo/internal/tenant"
	"lianluo/internal/unit"
	"lianluo/web/lists"
	"lianluo/web/menu"
	"lianluo/web/page"
	"lianluo/web/session"
)

// shown is everything that a case's page needs, read in one round trip.
type shown struct {
	by         auth.Actor
	today      calendar.Date
	sheet      casefile.Sheet
	events     []casefile.Event
	counts     casefile.Counts
	units      []unit.Choice
	categories []county.Category
	classes    []county.ResultClass
	choices    []casefile.Step  // what by may do now
	key        uuid.UUID        // of the submission that the page's forms make
	cards      []register.Title // what the county prints of it
	place      lists.Place      // the list that the case was reached from
	prev, next []casefile.Neighbour

	// Where a form is shown again.
	tried   casefile.Step
	typed   url.Values
	invalid errs.Invalid
	since   []casefile.Event // what somebody else did meanwhile
	refused string           // why it could not be done now
	phone   string           // revealed
}

// load reads the case. Somebody who may not see it gets errs.Forbidden, and another
// county's case is errs.NotFound.
func (h Handler) load(r *http.Request, number string) (*shown, error) {
	by := session.By(r)
	s := &shown{by: by, key: uuid.New(), today: calendar.DateOf(h.DB.Now()), place: lists.PlaceOf(r)}
	ask, err := casefile.Search(r.Context(), h.DB, by, casefile.Ask(s.place.From, 1))
	if err != nil {
		return nil, err
	}
	var (
		sheet      *casefile.Sheet
		events     *[]casefile.Event
		counts     *casefile.Counts
		units      = &[]unit.Choice{}
		categories = &[]county.Category{}
		classes    = &[]county.ResultClass{}
		prev, next = &tenant.Page[casefile.Neighbour]{}, &tenant.Page[casefile.Neighbour]{}
	)
	err = h.DB.View(r.Context(), by.County, func(v *tenant.View) {
		sheet = casefile.SheetOf(v, number)
		events = casefile.Events(v, number)
		counts = casefile.CountOpen(v, by)
		if s.place.At != "" {
			prev = casefile.Beside(v, by, ask, number, s.place.At, true)
			next = casefile.Beside(v, by, ask, number, s.place.At, false)
		}
		switch by.Role { // what the forms of the role choose from
		case auth.StationHead, auth.CountyHandler, auth.CountyAdmin:
			units = unit.ForCase(v, number, by.Level() == "county")
			categories = county.Categories(v)
		case auth.Clerk:
			categories = county.Categories(v)
		case auth.Unit:
			classes = county.ResultClasses(v)
		}
	})
	if err != nil {
		return nil, err
	}
	if err := sheet.SeenBy(by); err != nil {
		return nil, err
	}
	sheet.UnseenBy(by)
	if by.Role == auth.Unit {
		sheet.Siblings = nil // what else was said is not this unit's business
	}
	if by.Role == auth.Unit || by.Role == auth.Deputy {
		sheet.Kin = nil
	}
	s.sheet, s.events, s.counts, s.units, s.categories, s.classes = *sheet, *events, *counts, *units, *categories, *classes
	s.choices = casefile.Choices(by, &s.sheet.Case, s.events)
	s.prev, s.next = prev.Items, next.Items
	if by.May(auth.SeeRegisters) {
		s.cards = register.Feedback.Among(s.sheet.Forms)
	}
	return s, nil
}

// walk is the way back to the list and to the case's neighbours in it.
func (s *shown) walk() lists.WalkProps {
	if s.place.From == nil {
		return lists.WalkProps{Back: "/cases", BackText: "返回事项"}
	}
	state := lists.State{Path: "/cases", Address: casefile.Address(s.place.From)}
	p := lists.WalkProps{Back: state.URL(), BackText: "返回列表"}
	for _, n := range s.prev {
		p.Prev = state.Row("/cases/"+n.Number, n.Key())
	}
	for _, n := range s.next {
		p.Next = state.Row("/cases/"+n.Number, n.Key())
	}
	return p
}

func (s *shown) frame(r *http.Request) page.Frame {
	frame := page.FrameOf(r)
	frame.Title = s.sheet.Title + "（" + s.sheet.Number + "）"
	frame.Error = len(s.invalid) > 0 || s.since != nil || s.refused != ""
	menu.Count(&frame, s.counts)
	return frame
}

// value is what a field of a step's form shows: what was typed, or what is known.
func (s *shown) value(step casefile.Step, name, otherwise string) string {
	if s.tried == step && s.typed != nil {
		return s.typed.Get(name)
	}
	return otherwise
}

// bad is the message at a field of the form that was tried.
func (s *shown) bad(step casefile.Step, name string) string {
	if s.tried != step {
		return ""
	}
	return s.invalid[name]
}

// summary is the messages by the ids of their fields.
func (s *shown) summary() map[string]string {
	all := make(map[string]string, len(s.invalid))
	for name, message := range s.invalid {
		if s.tried != "" && name != "" {
			name = fieldID(s.tried, name)
		}
		all[name] = message
	}
	return all
}

func fieldID(step casefile.Step, name string) string {
	return strings.ReplaceAll(string(step), "_", "-") + "-" + name
}
