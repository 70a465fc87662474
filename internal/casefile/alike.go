package casefile

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"lianluo/internal/audit"
	"lianluo/internal/auth"
	"lianluo/internal/postgres"
	"lianluo/internal/private"
	"lianluo/internal/tenant"
)

// Alike is a case that somebody at the desk might mean. Of another station's it says the
// number, the place and how far it is, and never what it is about or who brought it.
type Alike struct {
	Number       string
	Station      string
	Title        *string // nil: another station's
	Who          *string // masked; nil: another station's, or 匿名
	State        State
	RegisteredAt time.Time
	Visits       int64 // how many came about it
}

// Closed reports whether nobody handles it any more: who says it again brings a new matter.
func (a Alike) Closed() bool { return a.State == Closed }

// Alikes are the cases that might be meant: what the same person brought before, and for
// each text what is open and says much the same, the most alike first.
type Alikes struct {
	Person []Alike
	Texts  [][]Alike
}

const (
	mostAlike   = 5
	leastText   = 4   // characters, below which a text says nothing yet
	longestText = 400 // characters that are compared
	// longestSearch is how long anybody waits for what might be alike; then there is nothing.
	longestSearch = 2 * time.Second
)

// SearchAlike looks for cases that a visit at a station might be about, by the phone number
// and by the words typed so far. A restricted case is not found, but by who registered it.
func SearchAlike(ctx context.Context, db *tenant.DB, keys private.Keys, by auth.Actor, phone string, texts []string) (Alikes, error) {
	found := Alikes{Texts: make([][]Alike, len(texts))}
	ids := make([]*[]int64, len(texts))
	soon, stop := context.WithTimeout(ctx, longestSearch)
	defer stop()
	err := db.View(soon, by.County, func(v *tenant.View) {
		for i, text := range texts {
			if said := compared(text); said != "" {
				ids[i] = tenant.Found(v, `similar_cases(@said, @most)`, pgx.NamedArgs{"said": said, "most": mostAlike})
			}
		}
	})
	if err != nil && ctx.Err() == nil && soon.Err() != nil {
		clear(ids)
	} else if err != nil {
		return found, err
	}
	person := new([]Alike)
	cases := make([]*[]Alike, len(texts))
	err = db.View(ctx, by.County, func(v *tenant.View) {
		if number, wrong := private.NormalizePhone(phone); wrong == nil && number != "" {
			person = personsCases(v, by, keys.Blind(int32(by.County), "phone", number))
		}
		for i := range texts {
			if ids[i] != nil && len(*ids[i]) > 0 {
				cases[i] = casesWith(v, by, *ids[i])
			}
		}
	})
	found.Person = masked(*person)
	for i := range cases {
		if cases[i] != nil {
			found.Texts[i] = masked(*cases[i])
		}
	}
	return found, err
}

// masked masks the names.
func masked(all []Alike) []Alike {
	for i := range all {
		if all[i].Who != nil {
			name := private.MaskName(*all[i].Who)
			all[i].Who = &name
		}
	}
	return all
}

// Elsewhere is how many of what the same person brought before are other stations'.
func (a Alikes) Elsewhere() int {
	n := 0
	for _, one := range a.Person {
		if one.Title == nil {
			n++
		}
	}
	return n
}

// RecordAlike records that by's draft showed other stations' cases of whoever has that number:
// once for a draft and a number. The record has no number, only how many there were.
func RecordAlike(ctx context.Context, tx *tenant.Tx, keys private.Keys, by auth.Actor, draft uuid.UUID, phone string, cases int) error {
	number, err := private.NormalizePhone(phone)
	if err != nil {
		return err
	}
	known, err := postgres.Value[int64](ctx, tx, `with fresh as (update visit_drafts set found_for = @blind
			where county_id = @county and key = @key and user_id = @user and found_for is distinct from @blind returning 1)
		select count(*) from visit_drafts d where d.county_id = @county and d.key = @key and d.user_id = @user and not exists (select from fresh)`,
		pgx.NamedArgs{"key": draft, "user": by.UserID, "blind": keys.Blind(int32(by.County), "phone", number)})
	if err != nil || known > 0 {
		return err
	}
	return audit.Record(ctx, tx, by.Audit(), "visit.alike", "visit "+draft.String(), map[string]any{"cases": cases})
}

// compared is what of a text is compared; "" while it is too short.
func compared(text string) string {
	text = strings.TrimSpace(text)
	if !readable(text) || utf8.RuneCountInString(text) < leastText {
		return ""
	}
	if runes := []rune(text); len(runes) > longestText {
		return string(runes[:longestText])
	}
	return text
}

const alikeColumns = `c.number, s.short_name as station, c.state, c.registered_at,
	case when c.station_id = any(@stations) or @everywhere then c.title end as title,
	case when c.station_id = any(@stations) or @everywhere then p.name end as who,
	1 + (select count(*) from visit_returns x where x.county_id = @county and x.case_id = c.id) as visits`

func alikeArgs(by auth.Actor, more pgx.NamedArgs) pgx.NamedArgs {
	more["stations"], more["me"] = by.Stations(), by.UserID
	more["everywhere"] = by.Scope(auth.SeeCases) == auth.WholeCounty
	return more
}

func personsCases(v *tenant.View, by auth.Actor, blind []byte) *[]Alike {
	return tenant.All[Alike](v, `select `+alikeColumns+` from visit_contacts p
		join cases c on c.county_id = @county and c.visit_id = p.visit_id
		join stations s on s.county_id = @county and s.id = c.station_id
		where p.county_id = @county and p.phone_blind = @blind and c.state <> 'archived' and (not c.restricted or c.registered_by = @me)
		order by (c.outcome is null) desc, c.id desc limit @most`, alikeArgs(by, pgx.NamedArgs{"blind": blind, "most": mostAlike}))
}

func casesWith(v *tenant.View, by auth.Actor, ids []int64) *[]Alike {
	return tenant.All[Alike](v, `select `+alikeColumns+` from cases c
		join visit_contacts p on p.county_id = @county and p.visit_id = c.visit_id
		join stations s on s.county_id = @county and s.id = c.station_id
		where c.county_id = @county and c.id = any(@ids) and (not c.restricted or c.registered_by = @me)
		order by array_position(@ids, c.id)`, alikeArgs(by, pgx.NamedArgs{"ids": ids}))
}
