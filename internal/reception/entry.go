package reception

import (
	"time"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/deputy"
	"lianluo/internal/option"
	"lianluo/internal/tenant"
)

// Kinds are what a reception day may be.
var Kinds = []option.Option{{"fixed", "固定接待"}, {"mobile", "流动接待"}, {"theme", "主题接待"}, {"appointment", "约访"}, {"household", "走访"}}

// The states of a day.
const (
	Planned   = "planned"
	Published = "published"
	WasHeld   = "held"
	Cancelled = "cancelled"
)

// States are how a day stands.
var States = []option.Option{{Planned, "拟定"}, {Published, "已公告"}, {WasHeld, "已接待"}, {Cancelled, "已取消"}}

// OnDuty is a deputy on a day.
type OnDuty struct {
	ID         int64    `json:"id"`
	Name       string   `json:"name"`
	Levels     []string `json:"levels"` // of the running mandates, highest first
	Leading    bool     `json:"leading"`
	Substitute bool     `json:"substitute"`
	Came       *bool    `json:"came"` // nil: nobody said
	Left       bool     `json:"left"` // the station's group, before a day that is still to be held
	Away       bool     `json:"away"` // on leave then
}

// Entry is a reception day whole, as the office sees it.
type Entry struct {
	ID           int64
	StationID    int64
	PlaceID      int64
	Station      string // in short: 王桥镇
	StationName  string
	StationCode  string
	County       string // 襄垣县
	Place        string // in full
	Address      *string
	Phone        *string // the place's, else the station's
	Open         bool    // the place and its station are
	Date         calendar.Date
	MeantOn      *calendar.Date // what its rule named; nil: added by hand
	Starts, Ends string         // 09:00
	Kind         string
	Theme        *string
	Invited      *string // 国家机关参加单位
	Route        *string
	State        string
	Reason       *string // of a cancellation, the office's own
	PublicReason *string // what citizens are told of it; nil: 因故
	Seats        int16
	Spares       int16
	RuleID       *int64
	Touched      bool
	Withheld     bool // its notice was withdrawn
	PublishedAt  *time.Time
	Note         *string // what came of it
	Organs       *string // that came
	ReportedName *string
	Version      int32
	Duty         []OnDuty // substitutes last
	Liaisons     []string // 联络员 of the station on the day
	Visits       int64    // 批次
	Persons      int64    // 人次
	Matters      int64    // 意见数
}

const entryColumns = `r.id, r.station_id, r.place_id, s.short_name as station, s.name as station_name, s.code as station_code, co.name as county, p.name as place, p.address,
	coalesce(p.phone, s.phone) as phone, p.state = 'open' and s.state = 'open' as open, r.date, r.meant_on, r.starts, r.ends, r.kind, r.theme,
	r.invited, r.route, r.state, r.reason, r.public_reason, r.seats, r.spares, r.rule_id, r.touched, r.withheld, r.published_at, r.note, r.organs,
	r.reported_name, r.version,
	coalesce((select json_agg(json_build_object('id', d.id, 'name', d.name, 'levels', ` + deputy.RunningLevels + `, 'leading', d.leads, 'substitute', rd.substitute, 'came', rd.came,
				'left', r.state in ('planned', 'published') and not ` + belongs + `, 'away', r.state in ('planned', 'published') and ` + onLeave + `)
			order by rd.substitute, d.name, d.id)
		from reception_deputies rd join deputies d on d.county_id = @county and d.id = rd.deputy_id
		where rd.county_id = @county and rd.reception_id = r.id), '[]') as duty,
	` + liaisons + ` as liaisons, f.visits, f.persons, f.matters`

const entryFrom = ` from receptions r
	join counties co on co.id = r.county_id
	join stations s on s.county_id = @county and s.id = r.station_id
	join stations p on p.county_id = @county and p.id = r.place_id
	left join lateral (select count(*) as visits, coalesce(sum(x.persons), 0) as persons,
			coalesce(sum((select count(*) from cases c where c.county_id = @county and c.visit_id = x.id)), 0)::bigint as matters
		from visits x where x.county_id = @county and x.reception_id = r.id and ` + CameTo + `) f on true
	where r.county_id = @county and (r.state <> 'cancelled' or r.touched or r.rule_id is null) `

// within is which days by may see.
func within(by auth.Actor, args pgx.NamedArgs) string {
	switch by.Scope(auth.SeeReceptions) {
	case auth.WholeCounty:
		return `true`
	case auth.OwnStation:
		args["my_stations"] = by.Stations()
		return `r.station_id = any(@my_stations)`
	case auth.OwnRecord:
		args["me"] = by.DeputyID
		return `exists (select from reception_deputies m where m.county_id = @county and m.reception_id = r.id and m.deputy_id = @me)`
	}
	return `false`
}

// mostEntries bounds a month: a county of five hundred stations with a day a week.
const mostEntries = 2500

// Entries reads the days from from to to that by may see, those of one station where it is
// not 0, by date.
func Entries(v *tenant.View, by auth.Actor, stationID int64, from, to calendar.Date) *[]Entry {
	args := pgx.NamedArgs{"station": stationID, "from": from, "to": to, "most": mostEntries}
	return tenant.All[Entry](v, `select `+entryColumns+entryFrom+`and r.date between @from and @to
		and (@station::bigint = 0 or r.station_id = @station) and `+within(by, args)+` order by r.date, r.starts, s.code, r.id limit @most`, args)
}

// Of reads one day; one that there is not, or that by may not see, is errs.NotFound.
func Of(v *tenant.View, by auth.Actor, id int64) *Entry {
	args := pgx.NamedArgs{"id": id}
	return tenant.One[Entry](v, `select `+entryColumns+entryFrom+`and r.id = @id and `+within(by, args), args)
}

// KindName is what the day is, as pages say it.
func (e Entry) KindName() string { return option.NameOf(Kinds, e.Kind) }

// StateName is how the day stands, as pages say it.
func (e Entry) StateName() string { return option.NameOf(States, e.State) }

// Live reports whether the day is still to be held.
func (e Entry) Live() bool { return e.State == Planned || e.State == Published }

// Moved reports whether it is not on the date that its rule named.
func (e Entry) Moved() bool { return e.MeantOn != nil && *e.MeantOn != e.Date }

// Names are those on duty, or the substitutes.
func (e Entry) Names(substitutes bool) []string {
	var names []string
	for _, d := range e.Duty {
		if d.Substitute == substitutes {
			names = append(names, d.Name)
		}
	}
	return names
}

// Lacking is how many deputies are still to be found for a day that is to be held.
func (e Entry) Lacking() int {
	if !e.Live() {
		return 0
	}
	return max(int(e.Seats)-len(e.coming()), 0)
}

// coming are those whom the day's notice names: on duty, still of the station's group, and
// not on leave.
func (e Entry) coming() []OnDuty {
	var coming []OnDuty
	for _, d := range e.Duty {
		if !d.Substitute && !d.Left && !d.Away {
			coming = append(coming, d)
		}
	}
	return coming
}

// seated counts those on duty who are no substitutes, or who are.
func (e Entry) seated(substitutes bool) int { return len(e.Names(substitutes)) }
