package casefile

import (
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/blob"
	"lianluo/internal/calendar"
	"lianluo/internal/message"
	"lianluo/internal/tenant"
)

// Sheet is a case with what its page shows of the visit, the people and the places: one
// row, one statement.
type Sheet struct {
	Case
	Station    string
	Place      string
	Unit       *string
	Category   string
	Parent     *string // the category's first level
	ReceivedAt time.Time
	Way        string
	Persons    int32
	ReplyBy    string
	MayPublish bool
	Recorded   string // who registered it
	VisitKey   uuid.UUID
	Visitor    *string // nil: 匿名
	Gender     *string
	Village    *string
	Phone      *string // masked
	MayCall    bool    // the running order says that the unit must call
	Listeners  []Listener
	Siblings   []Sibling
	Told       []ToldRecord
	Verdicts   []Verdict
	Letters    []Letter
	Reminded   Reminded
	Files      []SheetFile
	CameBack   []CameBack // later visits about it
	Kin        []Kin      // other cases about the same thing
	Late       bool       // 补录
	EnteredAt  time.Time
	Forms      []PrintForm // of the county, in their order
}

// PrintForm is a form of the county's registers (register.Form), by which a page can offer it.
type PrintForm struct {
	Key     string `json:"key"`
	Name    string `json:"name"`
	Retired bool   `json:"retired"`
}

// SheetFile is one file of the case, or the tombstone of one.
type SheetFile struct {
	Key       uuid.UUID   `json:"key"`
	Name      *string     `json:"name"` // nil: removed
	Format    blob.Format `json:"format"`
	Size      int64       `json:"size"`
	Width     int         `json:"width"` // 0: no photograph
	Height    int         `json:"height"`
	AddedBy   int64       `json:"added_by"`
	AddedName string      `json:"added_name"`
	AddedAt   time.Time   `json:"added_at"`
	RemovedAt *time.Time  `json:"removed_at"`
	RemovedBy *string     `json:"removed_name"`
	Reason    *string     `json:"removed_reason"`
}

// Listener is a deputy who received the visit.
type Listener struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

// Sibling is another matter of the same visit.
type Sibling struct {
	Number string `json:"number"`
	Title  string `json:"title"`
}

// ToldRecord is one feedback, to the citizen or to a deputy.
type ToldRecord struct {
	DeputyID int64         `json:"deputy_id"` // 0: the citizen
	Deputy   *string       `json:"deputy"`    // nil: the citizen
	Way      string        `json:"way"`
	Body     *string       `json:"body"`
	On       calendar.Date `json:"told_on"`
	By       string        `json:"told_by"`
	Round    int           `json:"round"`
}

// Verdict is one rating, as staff see it.
type Verdict struct {
	Round    int       `json:"round"`
	Channel  string    `json:"channel"`
	Result   int       `json:"result"`
	Attitude int       `json:"attitude"`
	Comment  *string   `json:"comment"`
	Amends   *int64    `json:"amends_id"`
	At       time.Time `json:"created_at"`
}

// Letter is one message of the outbox about the case; staff see that it went, never its link.
type Letter struct {
	Kind   message.Kind  `json:"kind"`
	State  message.State `json:"state"`
	Reason *string       `json:"reason"`
	At     *time.Time    `json:"sent_at"`
}

// VisitorFor is the visitor's name as by may read it: units see it masked.
func (s Sheet) VisitorFor(by auth.Actor) string { return nameFor(s.Visitor, by) }

// SheetOf reads a case's sheet. Another county's case is errs.NotFound.
func SheetOf(v *tenant.View, number string) *Sheet {
	return tenant.One[Sheet](v, `select `+caseColumns+`, s.short_name as station, pl.name as place, u.name as unit,
			k.name as category, kp.name as parent, v.received_at, v.way, v.persons, v.reply_by, v.may_publish,
			v.recorded_name as recorded, v.submission_key as visit_key, v.entered_late as late, v.created_at as entered_at,
			(select coalesce(json_agg(json_build_object('at', rv.received_at, 'persons', rv.persons, 'station', rs.short_name, 'words', x.words)
				order by rv.received_at, rv.id), '[]') from visit_returns x
				join visits rv on rv.county_id = @county and rv.id = x.visit_id
				join stations rs on rs.county_id = @county and rs.id = rv.place_id
				where x.county_id = @county and x.case_id = c.id) as came_back, `+kinOf+` as kin,
			(select coalesce(json_agg(json_build_object('key', f.key, 'name', f.name, 'retired', f.retired) order by length(f.key), f.key), '[]')
				from register_forms f where f.county_id = @county) as forms,
			p.name as visitor, p.gender, p.village, p.phone_masked as phone,
			exists (select from case_orders o where o.county_id = @county and o.case_id = c.id and o.part = 'lead'
				and o.ended_at is null and o.may_call) as may_call,
			(select coalesce(json_agg(json_build_object('id', d.id, 'name', d.name) order by d.id), '[]') from visit_deputies vd
				join deputies d on d.county_id = @county and d.id = vd.deputy_id
				where vd.county_id = @county and vd.visit_id = c.visit_id) as listeners,
			(select coalesce(json_agg(json_build_object('number', x.number, 'title', x.title) order by x.position), '[]') from cases x
				where x.county_id = @county and x.visit_id = c.visit_id and x.id <> c.id and (not x.restricted or c.restricted)) as siblings,
			(select coalesce(json_agg(json_build_object('deputy_id', coalesce(d.id, 0), 'deputy', d.name, 'way', f.way, 'body', f.body, 'told_on', f.told_on,
				'told_by', f.told_by, 'round', f.round) order by f.id), '[]') from case_feedbacks f
				left join deputies d on d.county_id = @county and d.id = f.deputy_id
				where f.county_id = @county and f.case_id = c.id and `+Heard+`) as told,
			(select coalesce(json_agg(json_build_object('round', r.round, 'channel', r.channel, 'result', r.result, 'attitude', r.attitude,
				'comment', r.comment, 'amends_id', r.amends_id, 'created_at', r.created_at) order by r.id), '[]') from ratings r
				where r.county_id = @county and r.case_id = c.id) as verdicts,
			(select coalesce(json_agg(json_build_object('kind', m.kind, 'state', m.state, 'reason', m.reason, 'sent_at', m.sent_at)
				order by m.id), '[]') from messages m where m.county_id = @county and m.case_id = c.id) as letters,
			(select coalesce(json_agg(json_build_object('key', f.key, 'name', f.name, 'format', f.format, 'size', f.size,
				'width', coalesce(f.width, 0), 'height', coalesce(f.height, 0), 'added_by', f.added_by, 'added_name', f.added_name,
				'added_at', f.added_at, 'removed_at', f.removed_at, 'removed_name', f.removed_name, 'removed_reason', f.removed_reason)
				order by f.id), '[]') from attachments f where f.county_id = @county and f.case_id = c.id) as files,
			(select json_build_object('times', count(*), 'last', max(x.created_at)) from case_reminders x
				join case_clocks k on k.county_id = @county and k.id = x.clock_id and k.due_on = x.due_on and k.ended_on is null
				where x.county_id = @county and x.case_id = c.id and k.kind = c.clock) as reminded
		from cases c
		join visits v on v.county_id = @county and v.id = c.visit_id
		join visit_contacts p on p.county_id = @county and p.visit_id = c.visit_id
		join stations s on s.county_id = @county and s.id = c.station_id
		join stations pl on pl.county_id = @county and pl.id = c.place_id
		join categories k on k.county_id = @county and k.id = c.category_id
		left join categories kp on kp.county_id = @county and kp.id = k.parent_id
		left join units u on u.county_id = @county and u.id = c.unit_id
		where c.county_id = @county and c.number = @number`,
		pgx.NamedArgs{"number": number, "today": calendar.DateOf(v.Now())})
}

// UnseenBy hides from by what the role is not to know: for a unit, who came. It changes
// the sheet in memory alone.
func (s *Sheet) UnseenBy(by auth.Actor) {
	for i, f := range s.Files {
		if f.Name != nil {
			name := fileNameFor(*f.Name, s.Visitor, by)
			s.Files[i].Name = &name
		}
	}
	if by.Role == auth.Unit {
		for i := range s.Letters { // why a message did not go is between the station and the citizen
			s.Letters[i].Reason = nil
		}
		for i, f := range s.Files {
			if f.Reason != nil {
				hidden := Hide(*f.Reason, s.Visitor, nil)
				s.Files[i].Reason = &hidden
			}
		}
		masked := s.VisitorFor(by)
		s.Visitor, s.Gender = &masked, nil
		if !s.MayCall {
			s.Phone = nil
		}
	}
}
