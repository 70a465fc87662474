package casefile

import (
	"crypto/subtle"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/errs"
	"lianluo/internal/message"
	"lianluo/internal/private"
	"lianluo/internal/tenant"
	"lianluo/internal/token"
)

// Progress is what a citizen who has the 查询码 learns of the matter: never who brought
// it. Of a restricted case it is nothing but that it is handled.
type Progress struct {
	Station      string
	Office       string
	Division     string  // the county's, in addresses
	Phone        *string // the station's, else the office's
	Demo         bool
	Restricted   bool
	Title        string
	State        State
	Outcome      *Outcome
	Round        int16
	RegisteredAt time.Time
	Unit         *string
	DueOn        *calendar.Date // the end of the clock that runs
	Promised     *calendar.Date // the end of the handling, while it is counted
	Answer       *string        // what the citizen was told, in the newest round that has an answer
	PromiseOn    *calendar.Date // something is promised for this day
	Followers    []Follower
	Passed       []Passed
	Today        calendar.Date `db:"-"`
}

// Follower is a deputy who received the citizen, and when the next meeting is.
type Follower struct {
	Name  string         `json:"name"`
	Level *string        `json:"level"`
	Next  *calendar.Date `json:"next"`
}

// Passed is a step that the case has taken, without what was written.
type Passed struct {
	Step  Step      `json:"step"`
	At    time.Time `json:"at"`
	Unit  *string   `json:"unit"`
	Round int16     `json:"round"`
}

// Last is the newest of the steps that was taken, or nil.
func (p *Progress) Last(steps ...Step) *Passed {
	for i := len(p.Passed) - 1; i >= 0; i-- {
		for _, step := range steps {
			if p.Passed[i].Step == step {
				return &p.Passed[i]
			}
		}
	}
	return nil
}

// progressRow adds what is compared and hidden, and never shown.
type progressRow struct {
	Progress
	VisitID int64
	Visitor *string
	Sealed  []byte
}

// Lookup reads the progress of the case with that clean 查询码. An unknown code leaves
// nil, and so do wrong last digits where the visitor left a number.
func Lookup(v *tenant.View, keys private.Keys, code, digits string) func() (*Progress, error) {
	row := tenant.Maybe[progressRow](v, `select s.name as station, co.office, co.division_code as division, coalesce(s.phone, co.phone) as phone, co.demo,
			c.restricted, c.title, c.state, c.outcome, c.round, c.registered_at, u.name as unit, c.due_on, c.promise_on,
			(select k.due_on from case_clocks k where k.county_id = @county and k.case_id = c.id and k.kind = 'handle'
				and k.ended_on is null) as promised,
			f.body as answer, c.visit_id, p.name as visitor, p.phone_sealed as sealed,
			(select coalesce(json_agg(json_build_object('name', d.name, 'level', (select m.level from mandates m
					where m.county_id = @county and m.deputy_id = d.id and m.to_date is null
					order by array_position(array['national', 'province', 'prefecture', 'county', 'township'], m.level) limit 1),
				'next', (select min(r.date) from reception_deputies rd join receptions r on r.county_id = @county and r.id = rd.reception_id
					where rd.county_id = @county and rd.deputy_id = d.id and r.station_id = c.station_id and r.date > @today
					and r.state = 'published')) order by d.id), '[]')
				from visit_deputies vd join deputies d on d.county_id = @county and d.id = vd.deputy_id
				where vd.county_id = @county and vd.visit_id = c.visit_id) as followers,
			(select coalesce(json_agg(json_build_object('step', e.step, 'at', e.at, 'unit', e.unit_name, 'round', e.round) order by e.id), '[]')
				from case_events e where e.county_id = @county and e.case_id = c.id and (e.from_state is null or e.from_state <> e.to_state)) as passed
		from cases c
		join counties co on co.id = c.county_id
		join stations s on s.county_id = @county and s.id = c.station_id
		join visit_contacts p on p.county_id = @county and p.visit_id = c.visit_id
		left join units u on u.county_id = @county and u.id = c.unit_id
		left join lateral (select body from case_feedbacks where county_id = @county and case_id = c.id
			and recipient = 'citizen' order by id desc limit 1) f on true
		where c.county_id = @county and c.lookup_hash = @hash`,
		pgx.NamedArgs{"hash": token.CodeHash(code), "today": calendar.DateOf(v.Now())})
	return func() (*Progress, error) {
		found := *row
		if found == nil {
			return nil, nil
		}
		if ok, err := found.knows(keys, v.County(), digits); !ok {
			return nil, err
		}
		p := found.Progress
		p.Today = calendar.DateOf(v.Now())
		if p.Restricted {
			return &Progress{Station: p.Station, Office: p.Office, Division: p.Division, Phone: p.Phone, Demo: p.Demo, Restricted: true, Today: p.Today}, nil
		}
		p.Title = Hide(p.Title, found.Visitor, p.Phone)
		if p.Answer != nil {
			hidden := Hide(*p.Answer, found.Visitor, p.Phone)
			p.Answer = &hidden
		}
		return &p, nil
	}
}

// knows reports whether digits are the last four of the number that was left; where
// none was, the code alone is enough.
func (r *progressRow) knows(keys private.Keys, of tenant.County, digits string) (bool, error) {
	if r.Sealed == nil {
		return true, nil
	}
	phone, err := keys.Open(r.Sealed, PhoneBind(of, r.VisitID))
	if err != nil || len(phone) < 4 {
		return false, err
	}
	return subtle.ConstantTimeCompare([]byte(phone[len(phone)-4:]), []byte(digits)) == 1, nil
}

// Saved is a visit that was registered, as its receipt shows it.
type Saved struct {
	Receipts     Receipts `db:"-"`
	StationID    int64
	PlaceID      int64
	Station      string
	Place        string
	Phone        *string // the station's, else the office's
	Way          string
	LeftPhone    bool // the last digits are asked for with the 查询码
	Confidential bool
	RecordedBy   int64
	Deputies     []int64
	Purpose      *string        // of a visit without a matter
	Late         bool           // 补录
	Codes        *message.State // of the messages with the codes, the worst of them; nil: none
	Earlier      []Earlier
}

// Earlier is a case that a visit came about again.
type Earlier struct {
	Number    string `json:"number"`
	Title     string `json:"title"`
	StationID int64  `json:"station_id"`
	Station   string `json:"station"`
	State     State  `json:"state"`
	Times     int    `json:"times"` // how many came about it until then
}

// SeenBy says whether by may see the receipt, with the codes on it: who may register at
// that station, and of a confidential visit those whom Case.SeenBy lets see its cases.
func (s *Saved) SeenBy(by auth.Actor) error {
	if !by.MayOn(auth.RegisterVisit, auth.Subject{StationID: s.StationID}) {
		return errs.Refuse(errs.Forbidden, "这次来访不是您的联络站登记的。")
	}
	if s.Confidential && by.UserID != s.RecordedBy && by.Role != auth.StationHead {
		return errs.Refuse(errs.Forbidden, "来访人要求保密，只有登记人和站长可以看。")
	}
	return nil
}

type savedRow struct {
	ID         int64
	ReceivedAt time.Time
	Name       *string
	Cases      []struct {
		Number string  `json:"number"`
		Title  string  `json:"title"`
		State  State   `json:"state"`
		SameAs *string `json:"same_as"`
	}
	Saved
}

// SavedVisit reads the visit with that submission key; there may be none.
func SavedVisit(v *tenant.View, keys private.Keys, key uuid.UUID) func() *Saved {
	row := tenant.Maybe[savedRow](v, `select v.id, v.received_at, p.name, v.station_id, v.place_id, s.name as station, pl.name as place,
			coalesce(s.phone, co.phone) as phone, v.way, p.phone_sealed is not null as left_phone, v.confidential, v.recorded_by,
			array(select d.deputy_id from visit_deputies d where d.county_id = @county and d.visit_id = v.id) as deputies, v.purpose, v.entered_late as late,
			(select m.state from messages m join cases c on c.county_id = @county and c.id = m.case_id
				where m.county_id = @county and c.visit_id = v.id and `+codeStands+`
				order by array_position(array['failed', 'to_print', 'waiting', 'withdrawn', 'printed', 'sent'], m.state) limit 1) as codes,
			(select coalesce(json_agg(json_build_object('number', c.number, 'title', c.title, 'station_id', c.station_id, 'station', cs.short_name, 'state', c.state,
				'times', (select count(*) + 1 from visit_returns y where y.county_id = @county and y.case_id = c.id and y.visit_id <= v.id))
				order by c.id), '[]') from visit_returns x join cases c on c.county_id = @county and c.id = x.case_id
				join stations cs on cs.county_id = @county and cs.id = c.station_id where x.county_id = @county and x.visit_id = v.id) as earlier,
			(select json_agg(json_build_object('number', c.number, 'title', c.title, 'state', c.state, 'same_as', o.number) order by c.position)
				from cases c left join cases o on o.county_id = @county and o.id = c.same_as where c.county_id = @county and c.visit_id = v.id) as cases
		from visits v
		join counties co on co.id = v.county_id
		join visit_contacts p on p.county_id = @county and p.visit_id = v.id
		join stations s on s.county_id = @county and s.id = v.station_id
		join stations pl on pl.county_id = @county and pl.id = v.place_id
		where v.county_id = @county and v.submission_key = @key`, pgx.NamedArgs{"key": key})
	return func() *Saved {
		if *row == nil {
			return nil
		}
		found := *row
		saved := found.Saved
		saved.Receipts = Receipts{VisitID: found.ID, ReceivedAt: found.ReceivedAt, Name: found.Name}
		for _, c := range found.Cases {
			saved.Receipts.Matters = append(saved.Receipts.Matters, Receipt{c.Number, c.Title, c.State, c.SameAs, token.Code(keys, v.County(), c.Number)})
		}
		return &saved
	}
}
