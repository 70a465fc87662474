package station

import (
	"time"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/calendar"
	"lianluo/internal/tenant"
)

// Held is an office that somebody holds or held at a place.
type Held struct {
	ID       int64
	Office   string
	Name     string
	Deputy   *int32  // the 档案号 of whoever is a deputy
	Account  *string // the login name of whoever has an account
	FromDate calendar.Date
	ToDate   *calendar.Date // nil: until now
}

// Mistaken reports whether the office was entered by mistake: nobody held it.
func (h Held) Mistaken() bool { return h.ToDate != nil && h.ToDate.Before(h.FromDate) }

// Over reports whether nobody holds the office any more on a day, or ever did.
func (h Held) Over(on calendar.Date) bool {
	return h.ToDate != nil && h.ToDate.Before(on) || h.Mistaken()
}

// OfficersOf queues who runs and who ran the place with that code: running first.
func OfficersOf(v *tenant.View, code string) *[]Held {
	return tenant.All[Held](v, `select o.id, o.office, o.name, d.number as deputy, u.login_name as account, o.from_date, o.to_date
		from station_officers o join stations s on s.county_id = @county and s.id = o.station_id
		left join deputies d on d.county_id = @county and d.id = o.deputy_id
		left join users u on u.county_id = @county and u.id = o.user_id
		where o.county_id = @county and s.code = @code
		order by o.to_date is not null and o.to_date < greatest(o.from_date, @today::date), array_position(array['head', 'deputy_head', 'liaison'], o.office), o.from_date desc, o.id`,
		pgx.NamedArgs{"code": code, "today": calendar.DateOf(v.Now())})
}

// Stood is how a place stood from a day on.
type Stood struct {
	State     string
	Successor *string // by name
	FromDate  calendar.Date
	Reason    *string
	ByName    string
	At        time.Time
}

// HistoryOf queues how the place with that code stood, newest first.
func HistoryOf(v *tenant.View, code string) *[]Stood {
	return tenant.All[Stood](v, `select h.state, m.name as successor, h.from_date, h.reason, h.by_name, h.at
		from station_states h join stations s on s.county_id = @county and s.id = h.station_id
		left join stations m on m.county_id = @county and m.id = h.successor_id
		where h.county_id = @county and s.code = @code order by h.id desc`, pgx.NamedArgs{"code": code})
}

// Near is a place that hangs below another one, or went into it.
type Near struct {
	Code      string
	Kind      string
	Name      string
	ShortName string
	State     string
	Parent    string // the short name of what it hangs below
	Absorbed  bool   // it went into this one
}

// NearTo queues what hangs below the place with that code, what is open first, and what went into it.
func NearTo(v *tenant.View, code string) *[]Near {
	return tenant.All[Near](v, `select p.code, p.kind, p.name, p.short_name, p.state, coalesce(a.short_name, '') as parent, coalesce(p.successor_id = s.id, false) as absorbed
		from stations s join stations p on p.county_id = @county and (p.root_id = s.id or p.parent_id = s.id or p.successor_id = s.id)
		left join stations a on a.county_id = @county and a.id = p.parent_id
		where s.county_id = @county and s.code = @code and p.id <> s.id
		order by p.state in ('closed', 'merged'), case p.kind when 'station' then 0 when 'point' then 1 else 2 end, p.code`, pgx.NamedArgs{"code": code})
}

// Located is a place with its coordinates.
type Located struct {
	Code, Name          string
	Latitude, Longitude float64
}

// AllLocated queues the county's places in use whose coordinates are known.
func AllLocated(v *tenant.View) *[]Located {
	return tenant.All[Located](v, `select code, name, latitude, longitude from stations
		where county_id = @county and latitude is not null and state in ('open', 'suspended') order by code`)
}

// KindName is what the place is, as pages say it.
func (r *Record) KindName() string { return kindName(r.Kind) }

// StateName is how the place stands, as pages say it.
func (r *Record) StateName() string { return stateName(r.State) }

// Ended reports whether the place is closed or merged.
func (r *Record) Ended() bool { return ended(r.State) }

// KindName is what the place is, as pages say it.
func (n Near) KindName() string { return kindName(n.Kind) }

// StateName is how the place stands, as pages say it.
func (n Near) StateName() string { return stateName(n.State) }

// Ended reports whether the place is closed or merged.
func (n Near) Ended() bool { return ended(n.State) }

// StateName is how the place stood, as pages say it.
func (s Stood) StateName() string { return stateName(s.State) }
