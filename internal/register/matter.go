package register

import (
	"cmp"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/casefile"
	"lianluo/internal/null"
	"lianluo/internal/option"
	"lianluo/internal/postgres"
	"lianluo/internal/private"
	"lianluo/internal/rating"
	"lianluo/internal/sheet"
	"lianluo/internal/tenant"
)

// matter is a visit with one of its matters, as both registers of them read it. A visit
// without a matter has no Number.
type matter struct {
	tenant.Row
	VisitID    int64
	Visit      uuid.UUID // by which its own page is found
	StationID  int64
	RecordedBy int64
	InYear     int32 // the visit's number among those of its station; 0 where nobody asks
	InMonth    int32
	Of         int32 // how many matters the visit brought
	Position   *int16
	ReceivedAt time.Time
	Station    string
	Place      string
	Way        string
	Persons    int32
	Private    bool // 要求保密
	MayPublish bool
	ReplyBy    string
	Notice     string
	Given      string
	Recorded   string
	Purpose    *string        // of a visit without a matter
	Note       *string        // to its purpose
	Late       bool           // 补录
	TypedOn    *calendar.Date // when it was entered
	Returns    []string       // the numbers of the earlier matters that it came about, restricted ones left out
	SaidAgain  *string        // of those
	Lead       *string        // the number of the matter into which it is merged
	SameAs     *string        // the number of the matter that it says the same as, unless restricted
	CameBack   int32          // how many visits came about this matter again
	Day        *calendar.Date // of the reception day that it came to
	Deputies   []string
	Visitor    *string
	Gender     *string
	Village    *string
	Masked     *string
	Sealed     []byte
	Number     *string
	Words      *string
	Title      *string
	Nature     *string
	Category   *string
	Parent     *string
	State      *casefile.State
	Outcome    *casefile.Outcome
	AtOnce     *bool // 当场答复
	Proposal   *string
	Unit       *string
	Helpers    []string
	HandedOn   *calendar.Date
	DueOn      *calendar.Date
	Answer     *string // once it was approved
	Class      *string
	ApprovedBy *string
	ToldOn     *calendar.Date // the citizen
	HeardOn    *calendar.Date // the last of the deputies
	Result     *int16
	Attitude   *int16
	Comment    *string
	Round      *int16
	EnteredOn  *calendar.Date // the day of its number
	ClosedOn   *calendar.Date
	Again      bool `db:"-"` // the line before is of the same visit
}

// matterColumns are a matter's but for the numbers, from visits v, cases c and matterJoins.
var matterColumns = `v.id as visit_id, v.submission_key as visit, v.station_id, v.recorded_by, (select count(*)::int from cases k where k.county_id = @county and k.visit_id = v.id) as of, c.position,
	v.received_at, s.short_name as station, p.short_name as place, v.way, v.persons, v.confidential as private, v.may_publish, v.reply_by,
	v.notice_version as notice, v.notice_given as given, v.recorded_name as recorded, v.purpose, v.note, v.entered_late as late,
	` + calendar.DayOf(`v.created_at`) + ` as typed_on,
	array(select x.number ` + returned + ` order by x.id) as returns, (select string_agg(b.words, '；' order by x.id) ` + returned + `) as said_again,
	(select o.number from cases o where o.county_id = @county and o.id = c.same_as and not o.restricted) as same_as,
	(select o.number from cases o where o.county_id = @county and o.id = c.lead_case_id and not o.restricted) as lead,
	(select count(*)::int from visit_returns b where b.county_id = @county and b.case_id = c.id) as came_back,
	(select r.date from receptions r where r.county_id = @county and r.id = v.reception_id) as day,
	array(select d.name from visit_deputies vd join deputies d on d.county_id = @county and d.id = vd.deputy_id
		where vd.county_id = @county and vd.visit_id = v.id order by d.id) as deputies,
	w.name as visitor, w.gender, w.village, w.phone_masked as masked, w.phone_sealed as sealed,
	c.number, c.words, c.title, c.nature, k.name as category, kp.name as parent, c.state, c.outcome, c.answered_now as at_once, c.proposal,
	u.name as unit,
	array(select x.name from case_orders o join units x on x.county_id = @county and x.id = o.unit_id
		where o.county_id = @county and o.case_id = c.id and o.part = 'co' and o.round = c.round order by o.id) as helpers,
	(select max(` + calendar.DayOf(`o.handed_out_at`) + `) from case_orders o where o.county_id = @county and o.case_id = c.id and o.part = 'lead') as handed_on,
	(select o.due_on from case_orders o where o.county_id = @county and o.case_id = c.id and o.part = 'lead' order by o.id desc limit 1) as due_on,
	a.body as answer, rc.name as class,
	(select e.actor_name from case_events e where e.county_id = @county and e.case_id = c.id and e.step = 'approve' order by e.id desc limit 1) as approved_by,
	(select max(f.told_on) from case_feedbacks f where f.county_id = @county and f.case_id = c.id and f.recipient = 'citizen' and f.reached) as told_on,
	(select max(f.told_on) from case_feedbacks f where f.county_id = @county and f.case_id = c.id and f.recipient = 'deputy' and ` + casefile.Heard + `) as heard_on,
	r.result, r.attitude, r.comment, c.round, ` + calendar.DayOf(`c.registered_at`) + ` as entered_on, ` + calendar.DayOf(`c.closed_at`) + ` as closed_on`

const (
	returned = `from visit_returns b join cases x on x.county_id = @county and x.id = b.case_id
		where b.county_id = @county and b.visit_id = v.id and not x.restricted`
	// stands is of an answer x that it is more than the unit's own: it was given on the spot, or
	// approved, and the case is past the handling.
	stands = `(x.class is null or c.state in ('approved', 'awaiting_rating', 'review', 'study', 'closed', 'archived')
		and exists (select from case_events e where e.county_id = @county and e.case_id = x.case_id and e.step = 'approve' and e.at >= x.submitted_at))`
	// matterJoins are what the columns need further. A matter that is merged has its lead's answer,
	// once the citizen was told.
	matterJoins = `join stations s on s.county_id = @county and s.id = v.station_id
		join stations p on p.county_id = @county and p.id = v.place_id
		join visit_contacts w on w.county_id = @county and w.visit_id = v.id
		left join categories k on k.county_id = @county and k.id = c.category_id
		left join categories kp on kp.county_id = @county and kp.id = k.parent_id
		left join units u on u.county_id = @county and u.id = c.unit_id
		left join lateral (select x.body, x.class from case_answers x where x.county_id = @county and (x.case_id = c.id and ` + stands + `
				or x.case_id = (select o.id from cases o where o.county_id = @county and o.id = c.lead_case_id and not o.restricted)
					and ` + stands + ` and x.submitted_at <= (select max(f.created_at) from case_feedbacks f
						where f.county_id = @county and f.case_id = c.id and f.recipient = 'citizen' and f.reached))
			order by x.submitted_at desc, x.id desc limit 1) a on true
		left join result_classes rc on rc.county_id = @county and rc.code = a.class
		left join lateral (select x.result, x.attitude, x.comment from ratings x where x.county_id = @county and x.case_id = c.id
			order by x.id desc limit 1) r on true`
)

// matterFilters narrow both registers, by the time in column at.
func matterFilters(at string) []postgres.Filter {
	return append(append(placed(`v.station_id`, `v.place_id`), times(at)...),
		postgres.Filter{Name: "deputy", Kind: postgres.Word, Where: `exists (select from visit_deputies vd
			join deputies d on d.county_id = @county and d.id = vd.deputy_id
			where vd.county_id = @county and vd.visit_id = v.id and strpos(d.name, @deputy) > 0)`},
		postgres.Filter{Name: "category", Kind: postgres.ID, Where: `c.category_id in (select x.id from categories x
			where x.county_id = @county and (x.id = @category or x.parent_id = @category))`})
}

// matterWithin hides restricted matters from those who are not on them; so numbers may have gaps.
func matterWithin(by auth.Actor, args pgx.NamedArgs) []string {
	open := `c.id is null`
	if by.Role != auth.StationHead && by.Role != auth.CountyAdmin { // of a visit without a new matter, as casefile.Within
		args["reader"] = by.UserID
		open += ` and (v.recorded_by = @reader or not v.confidential and not exists (
			select from visit_returns b join cases x on x.county_id = @county and x.id = b.case_id
			where b.county_id = @county and b.visit_id = v.id and x.restricted))`
	}
	return append(stationed(by, args, `v.station_id`), `v.county_id = @county`, `(`+casefile.Within(by, args)+` or `+open+`)`)
}

// link is the page of the matter; of a visit that brought none, its own, for who may open that.
func (m matter) link(r Reader) string {
	receipt := casefile.Saved{StationID: m.StationID, Confidential: m.Private, RecordedBy: m.RecordedBy}
	switch {
	case m.Number != nil:
		return "/cases/" + *m.Number
	case receipt.SeenBy(r.By) == nil:
		return "/visits/saved?key=" + m.Visit.String()
	}
	return ""
}

// said is what the visitor said: of a new matter, else about an earlier one, else what it was for.
func (m matter) said() string {
	switch {
	case m.Words != nil:
		return *m.Words
	case m.SaidAgain != nil:
		return *m.SaidAgain
	case m.Note == nil && m.Purpose != nil:
		return m.purpose()
	case len(m.Returns) > 0:
		return "再次来访"
	}
	return null.Value(m.Note)
}

func (m matter) purpose() string {
	if m.Purpose == nil {
		return ""
	}
	return option.NameOf(casefile.Purposes, *m.Purpose)
}

// remark is what is peculiar to the visit: 补录，9月14日录入；再次来访，见 XY2026-0001.
func (m matter) remark() string {
	var words []string
	if m.Purpose != nil {
		words = append(words, m.purpose())
	}
	if len(m.Returns) > 0 {
		words = append(words, "再次来访，见 "+list(m.Returns))
	}
	if m.SameAs != nil && m.Lead == nil {
		words = append(words, "和 "+*m.SameAs+" 可能是同一件事")
	}
	if m.Late && m.TypedOn != nil {
		words = append(words, m.TypedOn.Chinese()+"补录")
	}
	return strings.Join(words, "；")
}

// who is the visitor's name, masked unless the reader reads in full.
func (m matter) who(r Reader) (any, error) {
	switch {
	case m.Visitor == nil:
		return "匿名", nil
	case r.Full:
		return *m.Visitor, nil
	}
	return private.MaskName(*m.Visitor), nil
}

// home is the address, the house hidden unless the reader reads in full.
func (m matter) home(r Reader) (any, error) {
	switch {
	case m.Village == nil:
		return nil, nil
	case r.Full:
		return *m.Village, nil
	}
	return private.MaskAddress(*m.Village), nil
}

// spoken makes a field of what the visitor said or what was written about it, in which names, houses
// and numbers are masked unless the reader reads in full.
func spoken(key, name string, width Width, of func(matter) string) field[matter] {
	return field[matter]{Field: Field{Key: key, Name: name, Width: width}, of: func(m matter, r Reader) (any, error) {
		return m.hidden(of(m), r), nil
	}}
}

// hidden are words with names, houses and numbers masked unless the reader reads in full; nil for none.
func (m matter) hidden(words string, r Reader) any {
	switch {
	case words == "":
		return nil
	case r.Full:
		return words
	}
	return private.MaskText(words, null.Value(m.Visitor), null.Value(m.Village))
}

func (m matter) phone(r Reader) (any, error) {
	switch {
	case m.Masked == nil:
		return nil, nil
	case r.Full:
		return r.Keys.Open(m.Sealed, casefile.PhoneBind(r.By.County, m.VisitID))
	}
	return *m.Masked, nil
}

func (m matter) area() string {
	if m.Parent != nil {
		return *m.Parent + "·" + null.Value(m.Category)
	}
	return null.Value(m.Category)
}

func (m matter) kind() string {
	if m.Nature == nil {
		return ""
	}
	return option.NameOf(casefile.Natures, *m.Nature)
}

// dealt says in one cell what was done, and what came of it.
func (m matter) dealt() string {
	switch {
	case m.State == nil && len(m.Returns) > 0:
		return "记入原来的事项，一起办理。"
	case m.State == nil:
		return ""
	case m.spot():
		return "当场答复。" + null.Value(m.Answer)
	case m.Lead != nil && (m.Unit == nil || m.Answer == nil):
		return m.merged() + "，一起办理。" + cmp.Or(null.Value(m.Answer), m.outcome())
	case m.Answer != nil:
		return m.by() + null.Value(m.Answer)
	case m.Outcome != nil:
		return m.Outcome.Name()
	}
	return m.by() + m.State.Name()
}

// spot reports whether what was answered on the spot is all that was done.
func (m matter) spot() bool { return m.AtOnce != nil && *m.AtOnce && m.Class == nil && m.Unit == nil }

// merged is where a matter is handled that is merged (并案) into another.
func (m matter) merged() string { return "并入 " + *m.Lead }

func (m matter) by() string {
	if m.Unit == nil {
		return ""
	}
	return "转" + *m.Unit + "办理。"
}

func level(n *int16) string {
	if n == nil {
		return ""
	}
	return rating.Levels[int(*n)]
}

// verdict is what the citizen said of the result, or that nobody said anything.
func (m matter) verdict() string {
	if m.Result == nil && m.Outcome != nil && *m.Outcome == casefile.Unrated {
		return "未评价"
	}
	return level(m.Result)
}

func (m matter) outcome() string {
	switch {
	case m.Outcome != nil:
		return m.Outcome.Name()
	case m.State != nil:
		return m.State.Name()
	}
	return ""
}

// The fields that both registers have.
var (
	caseNumber = said("number", "事项编号", Wide, func(m matter) string { return null.Value(m.Number) }).code().leads()
	station    = said("station", "联络站", Narrow, func(m matter) string { return m.Station }).centred()
	place      = said("place", "接待地点", Narrow, func(m matter) string { return m.Place }).centred()
	visitor    = field[matter]{Field: Field{Key: "visitor", Name: "姓名", Width: Narrow, Centred: true}, of: matter.who}
	phone      = field[matter]{Field: Field{Key: "phone", Name: "联系电话", Width: Wide, Kind: sheet.Code, Centred: true}, of: matter.phone}
	village    = field[matter]{Field: Field{Key: "village", Name: "住址", Width: Narrow}, of: matter.home}
	words      = spoken("words", "反映的问题和建议", Rest, func(m matter) string { return null.Value(m.Words) }).leads()
	title      = spoken("title", "标题", Wide, func(m matter) string { return null.Value(m.Title) })
	area       = said("category", "类别", Middle, matter.area).centred()
	nature     = said("nature", "性质", Narrowest, matter.kind).centred()
	deputies   = said("deputies", "接待代表", Narrow, func(m matter) string { return list(m.Deputies) }).centred()
	told       = dated("told", "反馈日期", func(m matter) *calendar.Date { return m.ToldOn })
	heard      = dated("heard", "反馈代表日期", func(m matter) *calendar.Date { return m.HeardOn })
	verdict    = said("verdict", "群众评价", Narrow, matter.verdict).centred()
)
