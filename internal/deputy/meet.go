package deputy

import (
	"context"
	"strconv"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// Meetable is a deputy of a station's group whom somebody may ask to meet (约见).
type Meetable struct {
	Number int32
	Name   string
	Levels []string // of the running mandates, highest first
}

// Words are the name with the levels: 郭建国（县人大代表）.
func (m Meetable) Words(county string) string { return Introduced(m.Name, m.Levels, county) }

// Value is how a form names the deputy.
func (m Meetable) Value() string { return strconv.Itoa(int(m.Number)) }

const (
	meetables = `select d.number, d.name, ` + RunningLevels + ` as levels
		from deputies d where d.county_id = @county and d.merged_into is null and `
	member = `exists (select from station_deputies g where g.county_id = @county and g.deputy_id = d.id and g.to_date is null and g.station_id = @station)`
)

// Meetables queues whom a clerk may enter as asked for at a station.
func Meetables(v *tenant.View, stationID int64) *[]Meetable {
	return tenant.All[Meetable](v, meetables+member+` order by d.name, d.id`, pgx.NamedArgs{"station": stationID})
}

// PublicMeetables queues whom citizens may ask for at the station of the place with that code:
// those whom its page shows.
func PublicMeetables(v *tenant.View, code string) *[]Meetable {
	return tenant.All[Meetable](v, meetables+shown+` and `+inGroup+` order by d.name, d.id`, pgx.NamedArgs{"code": code})
}

// MeetableAt is the id of the deputy with that 档案号, if one may ask to meet them at a station;
// errs.NotFound otherwise. Citizens may ask for those alone whom they see.
func MeetableAt(ctx context.Context, tx *tenant.Tx, stationID int64, number int32, citizen bool) (int64, error) {
	seen := `true`
	if citizen {
		seen = shown
	}
	return postgres.Value[int64](ctx, tx, `select d.id from deputies d where d.county_id = @county and d.number = @number and d.merged_into is null
		and `+member+` and `+seen, pgx.NamedArgs{"station": stationID, "number": number})
}
