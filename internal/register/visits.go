package register

import (
	"fmt"

	"lianluo/internal/calendar"
	"lianluo/internal/casefile"
	"lianluo/internal/null"
	"lianluo/internal/postgres"
	"lianluo/internal/sheet"
)

// visits is 选民接待登记簿: each matter of each visit, in the order of arrival. A visit's
// number counts within its station; it is given at registration and kept, so what was printed
// stays true, and one that is entered later comes behind.
var visits rows = source[matter]{
	list: postgres.List{
		Columns: `v.in_year, v.in_month, ` + matterColumns,
		From:    `visits v left join cases c on c.county_id = @county and c.visit_id = v.id`,
		Joins:   matterJoins,
		ID:      `(v.id * 10 + coalesce(c.position, 0))`,
		Orders:  []postgres.Order{{Name: "received", By: `v.received_at`, Type: "timestamptz"}},
		Filters: append(matterFilters(`v.received_at`),
			postgres.Filter{Name: "reception", Kind: postgres.ID, Where: `v.reception_id = @reception`}), // of one reception day alone
	},
	link:   matter.link,
	within: matterWithin,
	fields: visitFields,
	again:  func(m *matter, before matter) { m.Again = m.VisitID == before.VisitID },
	adds: func(m matter) (t Total) {
		if !m.Again {
			t.Visits, t.Persons = 1, int(m.Persons)
		}
		if m.Number != nil {
			t.Matters = 1
		}
		return t
	},
	sums: sums{of: `v.persons, c.id as matter, row_number() over (partition by v.id order by c.position) as nth`,
		are: `(count(*) filter (where nth = 1))::int as visits, coalesce(sum(persons) filter (where nth = 1), 0)::int as persons, count(matter)::int as matters`},
}

var visitFields = []field[matter]{
	station.spare(),
	{Field: Field{Key: "no", Name: "登记编号", Width: Wide, Kind: sheet.Code, Centred: true}, of: func(m matter, r Reader) (any, error) {
		return m.entry(r.numbering), nil
	}},
	{Field: Field{Key: "received", Name: "来访日期", Width: Narrow, Kind: sheet.Date, Centred: true}, of: func(m matter, _ Reader) (any, error) {
		return calendar.DateOf(m.ReceivedAt), nil
	}},
	place.spare(),
	visitor,
	{Field: Field{Key: "persons", Name: "人数", Width: Narrowest, Kind: sheet.Number, Centred: true}, of: func(m matter, _ Reader) (any, error) {
		if m.Again {
			return nil, nil // on the first line of the visit alone, so that a sum is true
		}
		return m.Persons, nil
	}},
	phone, village,
	spoken("words", "反映的问题和建议", Rest, matter.said).leads(),
	deputies,
	spoken("dealt", "处理方式和结果", Rest, matter.dealt),
	told, verdict,
	blank[matter]("signature", "来访人签名", Narrow),
	said("remark", "备注", Narrow, matter.remark),
	{Field: Field{Key: "time", Name: "来访时间", Width: Middle, Kind: sheet.Time, Centred: true, Spare: true}, of: func(m matter, _ Reader) (any, error) {
		return m.ReceivedAt, nil
	}},
	caseNumber.spare(),
	said("way", "接待方式", Narrow, func(m matter) string { return casefile.NameOf(casefile.Ways, m.Way) }).centred().spare(),
	said("gender", "性别", Narrowest, func(m matter) string { return casefile.NameOf(casefile.Genders, null.Value(m.Gender)) }).centred().spare(),
	dated("day", "接待日", func(m matter) *calendar.Date { return m.Day }).spare(),
	title.spare(), nature.spare(), area.spare(),
	said("private", "要求保密", Narrowest, func(m matter) string { return yes(m.Private) }).centred().spare(),
	said("publish", "同意公开", Narrowest, func(m matter) string { return yes(m.MayPublish) }).centred().spare(),
	said("notice", "告知书", Middle, func(m matter) string {
		return "第 " + m.Notice + " 版，" + casefile.NameOf(casefile.Notices, m.Given)
	}).spare(),
	said("reply_by", "回复方式", Narrow, func(m matter) string { return casefile.NameOf(casefile.ReplyBys, m.ReplyBy) }).centred().spare(),
	said("purpose", "来访目的", Narrow, matter.purpose).centred().spare(),
	spoken("note", "说明", Middle, func(m matter) string { return null.Value(m.Note) }).spare(),
	said("returns", "再次来访", Wide, func(m matter) string { return list(m.Returns) }).code().spare(),
	dated("late", "补录日期", func(m matter) *calendar.Date {
		if m.Late {
			return m.TypedOn
		}
		return nil
	}).spare(),
	said("recorded", "登记人", Narrow, func(m matter) string { return m.Recorded }).centred().spare(),
}

// entry is the number of a line: 2026-0012, or 2026-0012-2 for the second matter of a visit.
func (m matter) entry(numbering string) any {
	at := m.ReceivedAt.In(calendar.Shanghai)
	var number string
	switch numbering {
	case "year":
		number = fmt.Sprintf("%s-%04d", at.Format("2006"), m.InYear)
	case "month":
		number = fmt.Sprintf("%s-%04d", at.Format("2006-01"), m.InMonth)
	default:
		return nil
	}
	if m.Of > 1 && m.Position != nil {
		number += "-" + itoa(*m.Position)
	}
	return number
}
