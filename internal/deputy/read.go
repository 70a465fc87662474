package deputy

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/calendar"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// Record is a person as the office knows one; the number stays sealed.
type Record struct {
	ID            int64
	Number        int32
	Version       int32
	Name          string
	Gender        *string
	BirthYear     *int32
	CertificateNo *string
	Duties        *string
	ApprovedAt    *time.Time
	ApprovedName  *string
	MergedInto    *int32 // the 档案号 of the record that this one went into
	PhoneMasked   *string
	Ethnicity     *string
	Education     *string
	Party         *string
}

const selectRecord = `select d.id, d.number, d.version, d.name, d.gender, d.birth_year, d.certificate_no, d.duties, d.approved_at, d.approved_name,
		(select k.number from deputies k where k.county_id = @county and k.id = d.merged_into) as merged_into,
		p.phone_masked, p.ethnicity, p.education, p.party
	from deputies d left join deputy_private p on p.county_id = @county and p.deputy_id = d.id where d.county_id = @county`

// Find queues the deputy with that 档案号; there may be none.
func Find(v *tenant.View, number int32) **Record {
	return tenant.Maybe[Record](v, selectRecord+` and d.number = @number`, pgx.NamedArgs{"number": number})
}

// IDOf is the id of the deputy with that 档案号, of one that was merged too, or errs.NotFound.
func IDOf(ctx context.Context, tx *tenant.Tx, number int32) (int64, error) {
	return postgres.Value[int64](ctx, tx, `select id from deputies where county_id = @county and number = @number`,
		pgx.NamedArgs{"number": number})
}

// Held is a mandate that somebody holds or held.
type Held struct {
	ID            int64
	Level         string
	Term          string
	ElectoralUnit string
	DivisionCode  *string // of a township's congress
	Division      *string // the township's name
	FromDate      calendar.Date
	ToDate        *calendar.Date // nil: running
	EndReason     *string
}

// MandatesOf queues the mandates of the deputy with that 档案号: running ones first, the
// highest level first, then the newest.
func MandatesOf(v *tenant.View, number int32) *[]Held {
	return tenant.All[Held](v, `select m.id, m.level, m.term, m.electoral_unit, m.division_code, t.name as division, m.from_date, m.to_date, m.end_reason
		from mandates m join deputies d on d.county_id = @county and d.id = m.deputy_id left join divisions t on t.code = m.division_code
		where m.county_id = @county and d.number = @number
		order by m.to_date is not null, `+levelOrder+`, m.from_date desc, m.id`, pgx.NamedArgs{"number": number})
}

// Running is a running mandate, for who says what a deputy is.
type Running struct {
	Level         string  `json:"level"`
	Term          string  `json:"term"`
	ElectoralUnit string  `json:"electoral_unit"`
	Division      *string `json:"division"` // the township's name
}

// RunningMandates are the running mandates of deputy d as JSON, in the order of MandatesOf.
const RunningMandates = `(select coalesce(json_agg(json_build_object('level', m.level, 'term', m.term, 'electoral_unit', m.electoral_unit, 'division', t.name)
		order by ` + levelOrder + `, m.from_date desc, m.id), '[]')
	from mandates m left join divisions t on t.code = m.division_code
	where m.county_id = @county and m.deputy_id = d.id and m.to_date is null)`

// Words are the mandate in full: 第十七届县人大代表（王桥选区）.
func (r Running) Words(county string) string {
	return r.Term + Congress(r.Level, r.Division, county) + "（" + r.ElectoralUnit + "）"
}

// Belongs is a place in a station's group.
type Belongs struct {
	ID          int64
	StationID   int64
	StationCode string
	Station     string // in short
	Role        string
	FromDate    calendar.Date
	ToDate      *calendar.Date // nil: running
}

// GroupsOf queues the groups that the deputy with that 档案号 is and was in, running first,
// then the newest.
func GroupsOf(v *tenant.View, number int32) *[]Belongs {
	return tenant.All[Belongs](v, `select g.id, g.station_id, s.code as station_code, s.short_name as station, g.role, g.from_date, g.to_date
		from station_deputies g join deputies d on d.county_id = @county and d.id = g.deputy_id
		join stations s on s.county_id = @county and s.id = g.station_id
		where g.county_id = @county and d.number = @number
		order by g.to_date is not null, g.from_date desc, s.code, g.id`, pgx.NamedArgs{"number": number})
}

// hold reads a deputy and keeps the row until the transaction ends: of those who change one
// person at once one goes after the other. It returns errs.NotFound for none, and for a
// record that went into another.
func hold(ctx context.Context, tx *tenant.Tx, id int64) (Record, error) {
	_, err := postgres.Value[int64](ctx, tx, `select id from deputies where county_id = @county and id = @id and merged_into is null for no key update`,
		pgx.NamedArgs{"id": id})
	if err != nil {
		return Record{}, fmt.Errorf("deputy: %w", err)
	}
	return postgres.One[Record](ctx, tx, selectRecord+` and d.id = @id`, pgx.NamedArgs{"id": id})
}
