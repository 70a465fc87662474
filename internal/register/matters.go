package register

import (
	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/casefile"
	"lianluo/internal/null"
	"lianluo/internal/postgres"
)

// matters is 意见建议处理登记簿: the life of each matter in one line, by the day of its
// number. It needs no numbers of its own.
var matters = source[matter]{
	list: postgres.List{
		Columns: `0 as in_year, 0 as in_month, ` + matterColumns,
		From:    `cases c join visits v on v.county_id = @county and v.id = c.visit_id`,
		Joins:   matterJoins,
		ID:      `c.id`,
		Orders:  []postgres.Order{{Name: "registered", By: `c.registered_at`, Type: "timestamptz"}},
		Filters: matterFilters(`c.registered_at`),
	},
	link: matter.link,
	within: func(by auth.Actor, args pgx.NamedArgs) []string {
		return append(matterWithin(by, args), `c.county_id = @county`)
	},
	sums: sums{of: `c.id`, are: `0 as visits, 0 as persons, 0 as matters`},
	fields: []field[matter]{
		station.spare(), caseNumber,
		dated("entered", "登记日期", func(m matter) *calendar.Date { return m.EnteredOn }),
		place.spare(),
		visitor, phone.spare(), village.spare(),
		words,
		deputies,
		title.spare(), area.spare(), nature.spare(),
		spoken("proposal", "拟办意见", Wide, func(m matter) string { return null.Value(m.Proposal) }).spare(),
		said("unit", "承办单位", Wide, matter.handler),
		dated("handed", "交办日期", func(m matter) *calendar.Date { return m.HandedOn }),
		dated("due", "办理期限", func(m matter) *calendar.Date { return m.DueOn }).spare(),
		spoken("answer", "办理结果", Widest, func(m matter) string { return null.Value(m.Answer) }),
		said("class", "结果分类", Middle, func(m matter) string { return null.Value(m.Class) }).centred().spare(),
		said("approved", "审核人", Narrow, func(m matter) string { return null.Value(m.ApprovedBy) }).centred().spare(),
		heard.spare(), told,
		verdict,
		said("attitude", "对态度的评价", Narrow, func(m matter) string { return level(m.Attitude) }).centred().spare(),
		spoken("comment", "评价意见", Wide, func(m matter) string { return null.Value(m.Comment) }).spare(),
		said("state", "办到哪一步", Middle, matter.outcome).centred().spare(),
		dated("closed", "办结日期", func(m matter) *calendar.Date { return m.ClosedOn }).spare(),
		counted("came_back", "再次来访次数", func(m matter) int32 { return m.CameBack }).spare(),
		blank[matter]("signature", "签名", Narrow),
		blank[matter]("remark", "备注", Middle).spare(),
	},
}

// handler is who deals with it: the lead with those beside it, or the station itself.
func (m matter) handler() string {
	switch {
	case m.Lead != nil:
		return m.merged()
	case m.spot():
		return "当场答复"
	case m.Unit == nil && m.State != nil && m.State.Phase() < casefile.Working:
		return "" // not handed out yet
	case m.Unit == nil:
		return "不分办"
	case len(m.Helpers) > 0:
		return *m.Unit + "（协办：" + list(m.Helpers) + "）"
	}
	return *m.Unit
}
