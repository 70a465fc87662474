package register

import (
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/calendar"
	"lianluo/internal/casefile"
	"lianluo/internal/null"
	"lianluo/internal/option"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// feedback is a matter with its life, as 意见建议处理反馈卡 tells it.
type feedback struct {
	matter
	PlaceName string
	Events    []event
	Tellings  []telling
}

// event is what a card needs of a step that was taken.
type event struct {
	Step   casefile.Step `json:"step"`
	By     string        `json:"by"`
	At     time.Time     `json:"at"`
	Reason *string       `json:"reason"`
	Body   *string       `json:"body"`
	Due    *string       `json:"due"`
}

// telling is one feedback, to the citizen or to a deputy.
type telling struct {
	Deputy *string       `json:"deputy"` // nil: the citizen
	Way    string        `json:"way"`
	On     calendar.Date `json:"on"`
	By     string        `json:"by"`
}

// feedbacks are 意见建议处理反馈卡, one for each matter, by the day of its number as 意见建议处理登记簿.
// Their long fields, with Rest, take the whole width; the others stand two in a row.
var feedbacks = source[feedback]{
	list: postgres.List{
		Columns: matters.list.Columns + `, p.name as place_name,
			(select coalesce(json_agg(json_build_object('step', e.step, 'by', e.actor_name, 'at', e.at, 'reason', e.reason, 'body', e.body,
				'due', e.detail->>'due') order by e.id), '[]') from case_events e where e.county_id = @county and e.case_id = c.id) as events,
			(select coalesce(json_agg(json_build_object('deputy', d.name, 'way', f.way, 'on', f.told_on, 'by', f.told_by) order by f.id), '[]')
				from case_feedbacks f left join deputies d on d.county_id = @county and d.id = f.deputy_id
				where f.county_id = @county and f.case_id = c.id and ` + casefile.Heard + `) as tellings`,
		From:    matters.list.From,
		Joins:   matters.list.Joins,
		ID:      matters.list.ID,
		Orders:  matters.list.Orders,
		Filters: matters.list.Filters,
	},
	within: matters.within,
	sums:   matters.sums,
	fields: []field[feedback]{
		said("number", "编号", "", func(f feedback) string { return null.Value(f.Number) }).head(),
		said("station", "联络站", "", func(f feedback) string { return f.Station }).head(),
		{Field: Field{Key: "received", Name: "来访日期", Head: true}, of: func(f feedback, _ Reader) (any, error) { return calendar.DateOf(f.ReceivedAt), nil }},
		{Field: Field{Key: "visitor", Name: "来访人"}, of: feedback.visitor},
		{Field: Field{Key: "phone", Name: "联系电话"}, of: func(f feedback, r Reader) (any, error) { return f.phone(r) }},
		{Field: Field{Key: "village", Name: "住址"}, of: func(f feedback, r Reader) (any, error) { return f.home(r) }},
		said("way", "接待方式", "", func(f feedback) string { return option.NameOf(casefile.Ways, f.Way) }),
		said("place", "接待地点", "", func(f feedback) string { return f.PlaceName }),
		said("deputies", "接待代表", "", feedback.listeners),
		said("category", "类别", "", func(f feedback) string { return f.area() }),
		said("nature", "性质", "", func(f feedback) string { return f.kind() }),
		recounted("words", "反映的问题和建议", func(f feedback) string { return null.Value(f.Words) }),
		recounted("proposal", "拟办意见", func(f feedback) string { return null.Value(f.Proposal) }),
		said("sorted", "梳理人", "", func(f feedback) string { return f.took(casefile.Sort) }),
		said("goes", "去向", "", feedback.goes),
		said("handed", "交办人", "", func(f feedback) string { return f.took(casefile.HandOut, casefile.Reassign) }),
		said("due", "办理期限", "", feedback.due),
		recounted("way_on", "退回、延期、催办", feedback.onTheWay),
		recounted("result", "办理结果", func(f feedback) string { return null.Value(f.Answer) }),
		said("approved", "审核人", "", func(f feedback) string { return f.took(casefile.Approve) }),
		said("closed", "办结", "", feedback.closed),
		said("told_deputies", "反馈代表", Rest, func(f feedback) string { return f.told(false) }),
		said("told", "反馈群众", Rest, func(f feedback) string { return f.told(true) }),
		recounted("verdict", "群众评价", feedback.verdicts),
	},
}

// FeedbackOf queues the card of the matter with that number, as a form has it, for who may see the
// matter: whoever asks has found out.
func FeedbackOf(v *tenant.View, r Reader, number string) func(Form) ([]Line, error) {
	return feedbacks.about(v, r, `c.county_id = @county and c.number = @number`, pgx.NamedArgs{"number": number})
}

// recounted is spoken, of a card.
func recounted(key, name string, of func(feedback) string) field[feedback] {
	return field[feedback]{Field: Field{Key: key, Name: name, Width: Rest}, of: func(f feedback, r Reader) (any, error) {
		return f.hidden(of(f), r), nil
	}}
}

func (f feedback) visitor(r Reader) (any, error) {
	who, err := f.who(r)
	if words, named := who.(string); named && f.Persons > 1 {
		who = words + "等 " + itoa(f.Persons) + " 人"
	}
	return who, err
}

func (f feedback) listeners() string {
	if len(f.Deputies) == 0 {
		return "没有代表在场"
	}
	return list(f.Deputies)
}

// done is the newest event of one of the steps, nil where none was taken.
func (f feedback) done(steps ...casefile.Step) *event {
	for _, e := range slices.Backward(f.Events) {
		if slices.Contains(steps, e.Step) {
			return &e
		}
	}
	return nil
}

// took is who took one of the steps last, and when.
func (f feedback) took(steps ...casefile.Step) string {
	e := f.done(steps...)
	if e == nil {
		return ""
	}
	return e.By + "　" + calendar.DateOf(e.At).Chinese()
}

// goes is where the matter went.
func (f feedback) goes() string {
	switch {
	case f.spot():
		return "当场答复"
	case f.Lead != nil && f.Unit == nil:
		return f.merged()
	case f.Unit != nil:
		return "转" + *f.Unit + "办理"
	case f.Outcome != nil && f.done(casefile.Confirm) != nil:
		return f.Outcome.Name()
	}
	return ""
}

func (f feedback) due() string {
	if e := f.done(casefile.HandOut, casefile.Reassign); e != nil && e.Due != nil {
		if day, err := calendar.ParseDate(*e.Due); err == nil {
			return day.Chinese()
		}
	}
	return ""
}

// onTheWay are the returns, extensions and urgings, a line for each.
func (f feedback) onTheWay() string {
	var lines []string
	for _, e := range f.Events {
		switch e.Step {
		case casefile.ComeBack, casefile.GrantReturn, casefile.GrantExtension, casefile.Urge, casefile.Pause, casefile.Rehandle, casefile.Uphold:
			words := calendar.DateOf(e.At).Chinese() + "　" + e.Step.Name()
			if e.Reason != nil {
				words += "：" + *e.Reason
			}
			lines = append(lines, words)
		}
	}
	return strings.Join(lines, "\n")
}

func (f feedback) closed() string {
	if f.ClosedOn == nil {
		return ""
	}
	return f.ClosedOn.ChineseLong() + "　" + f.Outcome.Name()
}

// told are the feedbacks to the citizen, or to deputies, a line for each.
func (f feedback) told(citizen bool) string {
	var lines []string
	for _, t := range f.Tellings {
		if (t.Deputy == nil) != citizen {
			continue
		}
		words := t.On.Chinese() + "　" + option.NameOf(casefile.ReplyBys, t.Way) + "　" + t.By
		if t.Deputy != nil {
			words = *t.Deputy + "　" + words
		}
		lines = append(lines, words)
	}
	return strings.Join(lines, "\n")
}

// verdicts is what the citizen said last, of the result and of the attitude.
func (f feedback) verdicts() string {
	if f.Result == nil {
		return f.verdict()
	}
	words := "办理结果：" + level(f.Result) + "　办理态度：" + level(f.Attitude)
	if f.Comment != nil {
		words += "\n" + *f.Comment
	}
	return words
}
