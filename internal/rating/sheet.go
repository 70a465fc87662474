package rating

import (
	"time"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/casefile"
	"lianluo/internal/tenant"
)

// Sheet is what the link's page shows: what was said and what came of it, and nobody's
// name or number.
type Sheet struct {
	Station      string
	Office       string
	Division     string  // the county's, in addresses
	Phone        *string // the station's, else the office's
	Title        string
	RegisteredAt time.Time
	Answer       *string
	AnsweredAt   *time.Time
	Unit         *string
	Demo         bool
	ExpiresAt    time.Time
	UsedAt       *time.Time
	RevokedAt    *time.Time
	State        casefile.State
	Round        int16 // of the link
	CaseRound    int16
	Result       *int16 // the stored answer, as last amended
	Attitude     *int16
	Amended      bool
	RatedAt      *time.Time

	restricted bool
	now        time.Time
}

// sheetRow adds what the page needs to hide the visitor, and must never show.
type sheetRow struct {
	Sheet
	Visitor    *string
	Restricted bool
}

// Open reads the sheet of a token; an unknown one leaves nil. It changes nothing: mail
// and SMS scanners open links.
func Open(v *tenant.View, token Token) func() *Sheet {
	row := tenant.Maybe[sheetRow](v, `select l.station_name as station, co.office, co.division_code as division, coalesce(s.phone, co.phone) as phone,
			c.title, c.registered_at, f.body as answer, f.created_at as answered_at, l.unit_name as unit, co.demo,
			l.expires_at, l.used_at, l.revoked_at, c.state, l.round, c.round as case_round,
			r.result, r.attitude, coalesce(r.amends_id is not null, false) as amended, r.created_at as rated_at, p.name as visitor, c.restricted
		from rating_links l
		join cases c on c.county_id = @county and c.id = l.case_id
		join stations s on s.county_id = @county and s.id = l.station_id
		join counties co on co.id = l.county_id
		join visit_contacts p on p.county_id = @county and p.visit_id = c.visit_id
		left join lateral (select body, created_at from case_feedbacks where county_id = @county and case_id = l.case_id
			and round = l.round and recipient = 'citizen' order by id desc limit 1) f on true
		left join lateral (select result, attitude, amends_id, created_at from ratings where county_id = @county and case_id = l.case_id
			and link_id = l.id order by id desc limit 1) r on true
		where l.county_id = @county and l.token_hash = @hash`, pgx.NamedArgs{"hash": token.hash})
	return func() *Sheet {
		if *row == nil {
			return nil
		}
		sheet := (*row).Sheet
		sheet.restricted, sheet.now = (*row).Restricted, v.Now()
		if sheet.restricted {
			sheet.Title, sheet.Answer = casefile.Confidential, nil
			return &sheet
		}
		sheet.Title = casefile.Hide(sheet.Title, (*row).Visitor, sheet.Phone)
		if sheet.Answer != nil {
			hidden := casefile.Hide(*sheet.Answer, (*row).Visitor, sheet.Phone)
			sheet.Answer = &hidden
		}
		return &sheet
	}
}

// Standing is what the link can still do.
type Standing int

// The standings of a link.
const (
	Live     Standing = iota // can be answered
	Answered                 // answered; see MayAmend
	Expired                  // its time is over
	Replaced                 // a newer link, or another channel, took its place
	Over                     // the case moved on without it
)

// Standing tells what the page has to say.
func (s *Sheet) Standing() Standing {
	switch {
	case s.UsedAt != nil:
		return Answered
	case s.RevokedAt != nil:
		return Replaced
	case !s.now.Before(s.ExpiresAt):
		return Expired
	case s.State != casefile.AwaitingRating:
		return Over
	}
	return Live
}

// MayAmend reports whether the stored answer can still be changed: once, within
// AmendFor, before a new round.
func (s *Sheet) MayAmend() bool {
	open := s.State == casefile.Closed || s.State == casefile.Review
	return s.Standing() == Answered && s.RevokedAt == nil && !s.Amended && s.RatedAt != nil && open &&
		s.Round == s.CaseRound && s.now.Sub(*s.RatedAt) < AmendFor
}
